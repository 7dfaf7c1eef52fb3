"""The pages say what the code does: generated pages are fresh, rulesets in them load, every key is described."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import make_reference
import partnerrules as pr
from partnerrules.policies import KINDS

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "rulesets").rglob("*.md")])
SECTIONS = ("parameters", "facts", "definitions", "words", "context", *(kind.name for kind in KINDS))
HEAD = 'ruleset: page\nversion: "1"\nin_force: 2026-01-01 ..\ncurrency: CNY\ntimezone: Asia/Shanghai\n'


def test_generated_pages_are_fresh() -> None:
    for name, make in make_reference.PAGES.items():
        page = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")
        assert page == make().rstrip() + "\n", f"run `make docs`: {name} is not what the code says"


def _rulesets() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        written = page.read_text(encoding="utf-8")
        for block in re.finditer(r"^```yaml\n(.*?)^```", written, re.MULTILINE | re.DOTALL):
            text = block.group(1)
            place = f"{page.relative_to(ROOT)}:{written.count(chr(10), 0, block.start(1)) + 1}"
            if re.match(r"ruleset:", text):
                yield place, text
            elif text.split(":", 1)[0] in SECTIONS:
                yield place, HEAD + text


@pytest.mark.parametrize(("name", "text"), list(_rulesets()), ids=lambda value: value if "\n" not in value else "")
def test_a_ruleset_on_a_page_loads(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "ruleset.yaml").write_text(text, encoding="utf-8")
    ruleset, diagnostics = pr.check(tmp_path)
    assert ruleset is not None, "\n".join(map(str, diagnostics))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_page_of_a_kind_describes_all_its_keys(kind: object) -> None:
    name = getattr(kind, "name", "")
    form = next(each.form for each in KINDS if each.name == name)
    page = (ROOT / "docs" / "reference" / "policies" / f"{name}.md").read_text(encoding="utf-8")
    for key in form.keys:
        if key.name not in ("title", "source"):
            assert f"| `{key.name}`" in page, f"{name}.md does not describe `{key.name}`"
