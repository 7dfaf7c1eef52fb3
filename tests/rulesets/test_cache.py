"""A kept ruleset is the loaded one, and is used only as long as nothing has changed that it was made of."""

import ast
import builtins
import dataclasses
import hashlib
import importlib
import json
import os
import pkgutil
import threading
import types
import typing
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from tests.support import AS_OF, HEAD, ONE_PARTNER, in_folder

from partnerrules import Decision, Facts, Ruleset, RulesetError, UsageError, load, policies
from partnerrules.backends.to_python import source as generated
from partnerrules.cases.given import plain
from partnerrules.cases.running import case_files, cases_in
from partnerrules.decisions.basis import Basis
from partnerrules.diagnostics import Report, Source
from partnerrules.explanations.telling import LANGUAGES
from partnerrules.plan.nodes import Lookup, nodes_from
from partnerrules.plan.trace import TracedRow
from partnerrules.policies.kind import Assume
from partnerrules.rulesets import cache, codec, loading
from partnerrules.rulesets.codec_classes import FUNCTIONS, Refused, name_of
from partnerrules.rulesets.compiling import Version, compile_version
from partnerrules.rulesets.files import Assembler, Document

ROOT = Path(__file__).resolve().parent.parent.parent
SHIPPED = [
    *sorted(path for path in (ROOT / "rulesets").iterdir() if path.is_dir()),
    *sorted(path.parent for path in (ROOT / "rulesets").glob("*/vendors/*/ruleset.yaml")),
]
EXAMPLES = sorted(path.parent for path in (ROOT / "examples").rglob("ruleset.yaml"))
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


def test_every_kind_of_policy_and_each_of_their_functions_can_be_kept() -> None:
    # With the test above: what no shipped ruleset has is not known to be kept.
    kinds: set[str] = set()
    written: set[str] = set()
    for folder in [*SHIPPED, *EXAMPLES]:
        rules = load(folder)
        kinds |= {policy.kind for version in rules.versions for policy in version.policies.values()}
        _, atoms = _Entry.of_parts(parts_of(rules)).head
        written |= {each[1] for each in atoms if isinstance(each, list) and each[0] == "function"}
    assert kinds == {kind.name for kind in policies.KINDS}
    assert written == FUNCTIONS


def test_a_function_that_makes_results_is_one_that_can_be_kept() -> None:
    found = set()
    for module in pkgutil.walk_packages(policies.__path__, f"{policies.__name__}."):
        here = vars(importlib.import_module(module.name))
        owners = [here, *(vars(each) for each in here.values() if isinstance(each, type))]
        for function in [each for owner in owners for each in owner.values()]:
            if isinstance(function, types.FunctionType) and function.__module__ == module.name:
                takes = [hint for name, hint in typing.get_type_hints(function).items() if name != "return"]
                if takes[-3:] == [Basis, TracedRow, Assume]:
                    found.add(name_of(function))
    assert len(found) >= len(policies.KINDS)
    assert found <= FUNCTIONS


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


def test_one_of_another_ruleset_is_passed_over(tmp_path: Path, counted: Counted) -> None:
    one = in_folder(FILES, tmp_path / "one")
    other = in_folder({**FILES, "ruleset.yaml": FILES["ruleset.yaml"].replace("trial", "other")}, tmp_path / "other")
    counted.load(one)
    (entry,) = counted.folder.iterdir()
    counted.load(other)
    (beside,) = set(counted.folder.iterdir()) - {entry}
    entry.write_bytes(beside.read_bytes())
    rules, compiled = counted.load(one)
    assert (rules.id, compiled) == ("trial", 1)
    assert counted.load(one)[1] == 0


def soon(function: Callable[[], object]) -> object:
    """What a function gives, if it does not wait for anything."""
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(function()), daemon=True)
    thread.start()
    thread.join(timeout=30)
    assert not thread.is_alive(), "it waits"
    return found[0]


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _terminal(path: Path) -> None:
    path.symlink_to("/dev/tty")


def _loop(path: Path) -> None:
    path.symlink_to(path)


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(cache.MAXIMUM_BYTES + 1)


NO_FILES = (_pipe, _endless, _terminal, _loop, _sparse, Path.mkdir)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
@pytest.mark.parametrize("put", NO_FILES, ids=lambda put: put.__name__)
def test_an_entry_that_is_no_ordinary_file_is_passed_over(
    put: Callable[[Path], None], tmp_path: Path, counted: Counted
) -> None:
    path = in_folder(FILES, tmp_path / "rules")
    loaded = counted.load(path)[0]
    (entry,) = counted.folder.iterdir()
    entry.unlink()
    put(entry)
    found = soon(lambda: counted.load(path))
    assert isinstance(found, tuple)
    assert found[1] == 1
    same(loaded, found[0])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
@pytest.mark.parametrize("put", NO_FILES, ids=lambda put: put.__name__)
@pytest.mark.parametrize("name", [*FILES])
def test_a_file_of_the_ruleset_that_is_no_ordinary_one_is_not_read(
    put: Callable[[Path], None], name: str, tmp_path: Path, counted: Counted
) -> None:
    path = in_folder(FILES, tmp_path / "rules")
    counted.load(path)
    (path / name).unlink()
    put(path / name)
    assert soon(lambda: cache.kept(counted.folder, path)) is None


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="there are no links here")
def test_nothing_but_a_new_file_is_written_to(tmp_path: Path, counted: Counted) -> None:
    path = in_folder(FILES, tmp_path / "rules")
    counted.load(path)
    (entry,) = counted.folder.iterdir()
    entry.unlink()
    own = tmp_path / "own"
    own.write_text("mine", encoding="utf-8")
    (counted.folder / f"{entry.name}.{os.getpid()}-{threading.get_ident()}").symlink_to(own)
    entry.symlink_to(own)
    counted.load(path)
    assert own.read_text(encoding="utf-8") == "mine"
    assert not entry.is_symlink()
    assert counted.load(path)[1] == 0


def test_a_path_with_what_is_no_character(tmp_path: Path, counted: Counted) -> None:
    path = tmp_path / os.fsdecode(b"rules-\xff")
    try:
        in_folder(FILES, path)
    except OSError:
        pytest.skip("no file can be called so here")
    loaded = counted.load(path)[0]
    found, compiled = counted.load(path)
    assert compiled == 0
    same(loaded, found)


@pytest.mark.parametrize("error", [AssertionError, AttributeError, LookupError, TypeError, ValueError])
def test_a_mistake_of_our_own_is_not_hidden(
    error: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = in_folder(FILES, tmp_path / "rules")

    def written(root: object, sources: object) -> bytes:
        raise error("ours")

    monkeypatch.setattr(codec, "written", written)
    with pytest.raises(error, match="ours"):
        load(path, cache=tmp_path / "kept")


def test_what_cannot_be_written_does_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = in_folder(FILES, tmp_path / "rules")

    def written(root: object, sources: object) -> bytes:
        raise Refused("none of ours")

    monkeypatch.setattr(codec, "written", written)
    assert load(path, cache=tmp_path / "kept").id == "trial"
    assert not (tmp_path / "kept").exists()


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


# ------------------------------------------------------------------------------------------------ what someone forged


@dataclasses.dataclass(frozen=True)
class _Entry:
    """A file of the cache, taken apart: the name in it, what was looked at, classes and atoms, and all the rest."""

    name: bytes
    looked_at: list[typing.Any]
    head: list[typing.Any]
    numbers: bytes

    @classmethod
    def of(cls, data: bytes) -> "_Entry":
        body = data[len(cache.FORMAT) + 32 :]
        size = int.from_bytes(body[64:72], "little")
        parts = cls.of_parts(body[72 + size :])
        return dataclasses.replace(parts, name=body[:64], looked_at=json.loads(body[72 : 72 + size]))

    @classmethod
    def of_parts(cls, parts: bytes) -> "_Entry":
        size = int.from_bytes(parts[:8], "little")
        return cls(b"", [], json.loads(parts[8 : 8 + size]), parts[8 + size :])

    def data(self) -> bytes:
        """The whole again, with hashes that are right."""
        texts = [json.dumps(each).encode() for each in (self.looked_at, self.head)]
        looked_at, head = [len(each).to_bytes(8, "little") + each for each in texts]
        body = self.name + looked_at + head + self.numbers
        return cache.FORMAT.encode() + hashlib.sha256(body).digest() + body


def test_an_entry_that_is_put_together_again_is_the_same(tmp_path: Path, counted: Counted) -> None:
    counted.load(in_folder(FILES, tmp_path / "rules"))
    (entry,) = counted.folder.iterdir()
    again = _Entry.of(_Entry.of(entry.read_bytes()).data())
    assert again == _Entry.of(entry.read_bytes())
    entry.write_bytes(again.data())
    assert counted.load(tmp_path / "rules")[1] == 0


HOSTILE = (
    'x"); forged() #',
    "x'); forged() #",
    "forged()",
    "__import__('forged')",
    "a(v): pass\nforged()\ndef b",
    '"""\nforged()\n"""',
    "\nforged()\n",
    "\\",
    "{forged()}",
    "or forged() or",
    "x" * 100_000,
)


@pytest.mark.parametrize(
    ("name", "count"), [("china-mobile-sa", 6), ("deal-registration-terms", 100), ("partnership-health", 10)]
)
def test_whatever_a_text_is_changed_to_nothing_of_it_is_run(
    name: str, count: int, counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As many of all texts are changed, and as many of those that stand in the source that is generated.
    path = ROOT / "rulesets" / name
    sources = _Sources(monkeypatch)
    _compile(counted.load(path)[0])
    assert sources.texts
    shown = {
        node.value for text in sources.texts for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)
    }
    (entry,) = counted.folder.iterdir()
    whole = _Entry.of(entry.read_bytes())
    every = [*_texts(whole.head), *_texts(whole.looked_at)]
    written = [each for each in every if each[0][each[1]] in shown]
    chosen = [each for some in (every, written) for each in some[:: -(-len(some) // count)]]
    read = 0
    for number, (inside, at) in enumerate(chosen):
        text, inside[at] = inside[at], HOSTILE[number % len(HOSTILE)]
        entry.write_bytes(whole.data())
        inside[at] = text
        sources.texts.clear()
        rules = cache.kept(counted.folder, path)
        if rules is not None:
            read += 1
            _compile(rules)
            sources.check()
    assert read, "some texts may be any"


class _Sources:
    """Keeps what source is generated, and hears if a text that someone forged is run."""

    def __init__(self, patched: pytest.MonkeyPatch) -> None:
        self.texts: list[str] = []
        self.run = 0

        def kept(text: str, *given: typing.Any, **named: typing.Any) -> object:
            self.texts.append(text)
            return compile(text, *given, **named)

        def forged() -> None:
            self.run += 1

        patched.setattr(generated, "compile", kept, raising=False)
        patched.setattr(builtins, "forged", forged, raising=False)

    def check(self) -> None:
        """Finds names in the source that are none of ours."""
        assert not self.run
        for text in self.texts:
            for node in ast.walk(ast.parse(text)):
                for _, value in ast.iter_fields(node):
                    if isinstance(value, str) and not isinstance(node, ast.Constant):
                        assert "forged" not in value
                        assert len(value) < 200


def _texts(inside: list[typing.Any]) -> Iterator[tuple[list[typing.Any], int]]:
    """Where texts stand in what JSON knows: a list, and the place in it."""
    for at, each in enumerate(inside):
        if isinstance(each, str):
            yield inside, at
        elif isinstance(each, list):
            yield from _texts(each)


def _compile(rules: Ruleset) -> None:
    """Compiles all terms and tables. What is forged may come to errors, but never to what Python cannot read."""
    for version in rules.versions:
        compiler = version.compiler
        assert compiler is not None
        steps: list[Callable[[], object]] = [partial(compiler.of_definition, name) for name in version.definition_terms]
        for policy in version.policies.values():
            if policy.rule is not None:  # what it fires on is found by its terms, and its plan is not run
                steps.append(partial(compiler.of_terms, (*policy.rule.terms,)))
                continue
            steps.append(partial(compiler.of_plan, policy.plan))
            tables = [node for node in nodes_from(policy.plan.root) if isinstance(node, Lookup)]
            steps += [partial(compiler.lookup, node) for node in tables]
        for step in steps:
            try:
                step()
            except (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError):
                continue
