"""A kept ruleset is the loaded one, and is used only as long as nothing has changed that it was made of."""

import dataclasses
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support import AS_OF, HEAD, ONE_PARTNER, in_folder

from partnerrules import Decision, Facts, Ruleset, RulesetError, UsageError, load
from partnerrules.cases.given import plain
from partnerrules.cases.running import case_files, cases_in
from partnerrules.diagnostics import Report, Source
from partnerrules.explanations.telling import LANGUAGES
from partnerrules.rulesets import cache, codec, loading
from partnerrules.rulesets.codec_classes import Refused
from partnerrules.rulesets.compiling import Version, compile_version
from partnerrules.rulesets.files import Assembler, Document

ROOT = Path(__file__).resolve().parent.parent.parent
SHIPPED = [
    *sorted(path for path in (ROOT / "rulesets").iterdir() if path.is_dir()),
    *sorted(path.parent for path in (ROOT / "rulesets").glob("*/vendors/*/ruleset.yaml")),
]
CASES_EACH = 10
"""Cases of each ruleset that are decided by both."""

TABLE = (
    "tables:\n"
    "  t:\n"
    "    subject: partner\n"
    "    hit: first\n"
    "    inputs: {people: count(partner.people)}\n"
    "    outputs: {rate: ratio}\n"
    "    rows: rates.csv\n"
)
FILES = {
    "ruleset.yaml": HEAD + "include: [more.yaml]\ndefinitions:\n  size: {of: partner, value: count(partner.people)}\n",
    "more.yaml": TABLE,
    "rates.csv": 'people,rate\n> 3,5 %\n"1, 2",3 %\n-,1 %\n',
}


class Counted:
    """Loads with a cache, and counts how often the files had to be read as without one."""

    def __init__(self, patched: pytest.MonkeyPatch, folder: Path) -> None:
        self.folder = folder
        self.compiled = 0

        def counted(document: Document, assembler: Assembler, report: Report) -> Version | None:
            self.compiled += 1
            return compile_version(document, assembler, report)

        patched.setattr(loading, "compile_version", counted)

    def load(self, path: Path) -> tuple[Ruleset, int]:
        """The ruleset, and how many of its versions were compiled for it."""
        before = self.compiled
        return load(path, cache=self.folder), self.compiled - before


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Counted:
    return Counted(monkeypatch, tmp_path / "kept")


def same(one: Ruleset, other: Ruleset) -> None:
    """All that rulesets are made of, each object once."""
    assert parts_of(one) == parts_of(other)
    assert one.content_hash == other.content_hash


def parts_of(rules: Ruleset) -> bytes:
    sources = {source.path: source for version in rules.versions for source in version.sources.values()}
    return codec.written((rules.id, rules.versions, rules.warnings), [*sources.values()])


# ------------------------------------------------------------------------------------------- it is the loaded one


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_a_kept_ruleset_is_the_loaded_one(folder: Path, counted: Counted) -> None:
    loaded, compiled = counted.load(folder)
    assert compiled == len(loaded.versions)
    found, compiled = counted.load(folder)
    assert compiled == 0
    same(loaded, found)
    assert [str(each) for each in loaded.warnings] == [str(each) for each in found.warnings]
    decided = explained = 0
    for one, other in _decisions(folder, loaded, found):
        assert one.as_data() == other.as_data()
        decided += 1
        for policy in one.results:
            for subject in [*one.results[policy]][:2]:
                for language in LANGUAGES if decided <= 2 else ("en",):
                    assert one.explain(policy, subject, language=language) == other.explain(
                        policy, subject, language=language
                    )
                    explained += 1
    assert decided
    assert explained


def _decisions(folder: Path, loaded: Ruleset, found: Ruleset) -> Iterator[tuple[Decision, Decision]]:
    """What both decide of the cases of a ruleset."""
    cases = [case for file in case_files(folder) for case in cases_in(loaded, file)[0]]
    for case in cases[:: max(1, len(cases) // CASES_EACH)]:
        names = {version.head.version for version in case.rules.versions}
        versions = tuple(version for version in found.versions if version.head.version in names)
        facts = Facts(plain(case.facts))
        yield (
            case.rules.decide(facts, as_of=case.as_of),
            dataclasses.replace(found, versions=versions).decide(facts, as_of=case.as_of),
        )


def test_a_warning_is_told_of_a_kept_ruleset_too(tmp_path: Path, counted: Counted) -> None:
    # An anchor that nothing refers to may have been meant as text.
    text = HEAD + "definitions:\n  size: {of: partner, title: &R D, value: count(partner.people)}\n"
    path = in_folder({"ruleset.yaml": text}, tmp_path / "rules")
    first, second = counted.load(path), counted.load(path)
    assert (first[1], second[1]) == (1, 0)
    assert [str(each) for each in second[0].warnings] == [str(each) for each in first[0].warnings]
    assert [each.code for each in second[0].warnings] == ["unquoted-text"]


def test_a_ruleset_with_a_mistake_is_never_kept(tmp_path: Path, counted: Counted) -> None:
    path = in_folder({"ruleset.yaml": HEAD + "definitions:\n  a: nothing\n"}, tmp_path / "rules")
    for _ in range(2):
        with pytest.raises(RulesetError, match="unknown-name"):
            counted.load(path)
    assert not counted.folder.exists()


def test_where_there_is_no_ruleset(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"ruleset\.yaml"):
        load(tmp_path / "nothing", cache=tmp_path / "kept")


# ------------------------------------------------------------------------------------------- only if nothing changed


@pytest.mark.parametrize("name", [*FILES])
def test_a_change_in_any_file_is_seen(name: str, tmp_path: Path, counted: Counted) -> None:
    path = in_folder(FILES, tmp_path / "rules")
    assert counted.load(path)[1] == 1
    assert counted.load(path)[1] == 0
    text = (path / name).read_text(encoding="utf-8")
    (path / name).write_text(text + "\n", encoding="utf-8", newline="\n")
    assert counted.load(path)[1] == 1
    assert counted.load(path)[1] == 0


def test_what_a_table_says_now_is_decided(tmp_path: Path, counted: Counted) -> None:
    path = in_folder(FILES, tmp_path / "rules")
    facts = Facts(ONE_PARTNER)

    def rate() -> object:
        return counted.load(path)[0].decide(facts, as_of=AS_OF)["t"]["P-1"].as_data()["outputs"]

    before = rate()
    assert rate() == before
    (path / "rates.csv").write_text("people,rate\n-,2 %\n", encoding="utf-8", newline="\n")
    assert rate() != before
    (path / "rates.csv").write_text(FILES["rates.csv"], encoding="utf-8", newline="\n")
    assert rate() == before


def test_a_mistake_that_comes_later_is_told(tmp_path: Path, counted: Counted) -> None:
    path = in_folder(FILES, tmp_path / "rules")
    counted.load(path)
    (path / "rates.csv").write_text("people,rate\n-,2 EUR\n", encoding="utf-8", newline="\n")
    with pytest.raises(RulesetError, match=r"rates\.csv"):
        counted.load(path)


def test_a_file_that_is_gone_is_missed(tmp_path: Path, counted: Counted) -> None:
    path = in_folder(FILES, tmp_path / "rules")
    counted.load(path)
    (path / "more.yaml").unlink()
    with pytest.raises(RulesetError, match="unreadable-file"):
        counted.load(path)


def test_what_is_extended_is_looked_at(tmp_path: Path, counted: Counted) -> None:
    base = {"base/ruleset.yaml": HEAD.replace("trial", "base") + "definitions:\n  one: 1\n"}
    path = in_folder({"rules/ruleset.yaml": HEAD + "extends: ../base\n", **base}, tmp_path) / "rules"
    counted.load(path)
    assert counted.load(path)[1] == 0
    (tmp_path / "base" / "ruleset.yaml").write_text(
        HEAD.replace("trial", "base") + "definitions:\n  one: 2\n", encoding="utf-8", newline="\n"
    )
    rules, compiled = counted.load(path)
    assert compiled == 1
    assert "one: 2" in "".join(source.text for source in rules.versions[0].sources.values())


def test_a_further_version_is_seen(tmp_path: Path, counted: Counted) -> None:
    first = HEAD.replace("2020-01-01 ..", "2020-01-01 .. 2026-01-01") + "definitions:\n  one: 1\n"
    second = HEAD.replace("2020-01-01 ..", "2026-01-01 ..").replace('"1"', '"2"') + "extends: 1\n"
    path = in_folder({"1/ruleset.yaml": first}, tmp_path / "rules")
    assert len(counted.load(path)[0].versions) == 1
    in_folder({"2/ruleset.yaml": second}, path)
    assert counted.load(path)[1] == 2
    assert counted.load(path)[1] == 0
    # Alone, the second one is looked for beside the first, and beside any other that comes.
    assert counted.load(path / "2")[1] == 1
    assert counted.load(path / "2")[1] == 0
    in_folder({"0/ruleset.yaml": first.replace('"1"', '"0"')}, path)
    assert counted.load(path / "2")[1] == 1


def test_a_version_below_another_one_is_told(tmp_path: Path, counted: Counted) -> None:
    path = in_folder(FILES, tmp_path / "rules")
    counted.load(path)
    in_folder({"2/ruleset.yaml": FILES["ruleset.yaml"]}, path)
    with pytest.raises(RulesetError, match="mixed-layout"):
        counted.load(path)


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="there are no links here")
def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path: Path, counted: Counted) -> None:
    path = in_folder(FILES, tmp_path / "rules")
    counted.load(path)
    (path / "more.yaml").rename(tmp_path / "elsewhere.yaml")
    (path / "more.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    with pytest.raises(RulesetError, match="outside-folder"):
        counted.load(path)


def test_another_version_of_the_library_has_a_cache_of_its_own(
    tmp_path: Path, counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = in_folder(FILES, tmp_path / "rules")
    counted.load(path)
    monkeypatch.setattr(cache, "_versions", lambda: ("CPython", "3.14.0", "99.0"))
    assert counted.load(path)[1] == 1
    assert counted.load(path)[1] == 0
    assert len([*counted.folder.iterdir()]) == 2


# ------------------------------------------------------------------------------------------------------ what is wrong


def test_a_file_that_is_cut_off_or_changed_is_passed_over(tmp_path: Path, counted: Counted) -> None:
    path = in_folder(FILES, tmp_path / "rules")
    loaded = counted.load(path)[0]
    (entry,) = counted.folder.iterdir()
    whole = entry.read_bytes()
    middle = len(whole) // 2
    for wrong in (b"", whole[:10], whole[:-1], whole[:middle], whole + b" ", b"#" + whole[1:]):
        entry.write_bytes(wrong)
        rules, compiled = counted.load(path)
        assert compiled == 1, "what is wrong was read"
        same(loaded, rules)
        assert entry.read_bytes() == whole, "it is written anew"
    for at in range(0, len(whole), max(1, len(whole) // 60)):
        entry.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert cache.kept(counted.folder, path) is None


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    path = in_folder(FILES, tmp_path / "rules")
    (tmp_path / "file").write_text("", encoding="utf-8")
    for folder in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/none"), Path("a\0b")):
        assert load(path, cache=folder).id == "trial"


def test_one_that_is_too_large_is_passed_over(
    tmp_path: Path, counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = in_folder(FILES, tmp_path / "rules")
    counted.load(path)
    monkeypatch.setattr(cache, "MAXIMUM_BYTES", 100)
    assert counted.load(path)[1] == 1


def test_many_at_once_see_all_or_nothing(tmp_path: Path) -> None:
    path = in_folder(FILES, tmp_path / "rules")
    expected = load(path)
    found: list[Ruleset] = []
    threads = [threading.Thread(target=lambda: found.append(load(path, cache=tmp_path / "kept"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    for rules in found:
        same(expected, rules)
    assert len([*(tmp_path / "kept").iterdir()]) == 1


def test_the_same_ruleset_is_written_the_same(tmp_path: Path) -> None:
    path = in_folder(FILES, tmp_path / "rules")
    load(path, cache=tmp_path / "one")
    load(path, cache=tmp_path / "other")
    (one,), (other,) = (tmp_path / "one").iterdir(), (tmp_path / "other").iterdir()
    assert one.name == other.name
    assert one.read_bytes() == other.read_bytes()


def test_what_was_read_twice_and_changed_between_is_not_kept(tmp_path: Path) -> None:
    path = in_folder(FILES, tmp_path / "rules")
    rules = load(path)
    sources = [*rules.versions[0].sources.values()]
    changed = [Source(sources[0].path, sources[0].text + " "), *sources[1:]]
    with pytest.raises(Refused):
        codec.written(rules.versions, changed)
