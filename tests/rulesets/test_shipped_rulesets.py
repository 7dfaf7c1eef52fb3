"""The rulesets that are shipped: each loads without a warning, its cases reach all of it, and people can read it."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import partnerrules as pr
import source_coverage
from partnerrules import laws
from partnerrules.backends.to_python.compiler import interpreter_only
from partnerrules.cases import case_files, cases_in, run_cases
from partnerrules.cases.given import plain
from partnerrules.diagnostics import Report
from partnerrules.explanations.telling import LANGUAGES
from partnerrules.language.form_reader import Item, Listed, Named, Read, read_form
from partnerrules.rulesets.compiling import RULESET_FORM, SECTIONS
from partnerrules.rulesets.files import Assembler, version_folders
from partnerrules.rulesets.formatting import format_ruleset
from partnerrules.schema.titles import Title

ROOT = Path(__file__).resolve().parent.parent.parent
RULESETS = sorted(path for path in (ROOT / "rulesets").iterdir() if path.is_dir())
FROM_THE_SOURCES = frozenset(
    {
        "service-provider-ecosystem",
        "partnership-health",
        "china-mobile-si",
        "china-mobile-sa",
        "telecom-partner-support",
        "software-dealer-network",
        "it-outsourcing-network",
    }
)
SCRIPTS = {"zh": re.compile(r"[\u4e00-\u9fff]"), "ru": re.compile(r"[а-яёА-ЯЁ]"), "en": re.compile(r"[A-Za-z]")}
# A proper name, such as `MAS` or `Professional`, may be the same in all languages.
NAME = re.compile(r"[A-Z0-9][\w&+./-]*(?: [A-Z0-9][\w&+./-]*)*")


LAW_EXAMPLES = 200 if os.environ.get("HYPOTHESIS_PROFILE") == "deep" else 3
"""How many generated cases a law is tried on, for each of the rulesets."""

each_ruleset = pytest.mark.parametrize("folder", RULESETS, ids=lambda folder: folder.name)


@each_ruleset
def test_it_loads_without_a_warning(folder: Path) -> None:
    ruleset, diagnostics = pr.check(folder)
    assert ruleset is not None, "\n".join(map(str, diagnostics))
    assert [str(each) for each in diagnostics] == []


@each_ruleset
def test_its_cases_hold_and_reach_all_of_it(folder: Path) -> None:
    report = run_cases(folder, coverage=True)
    assert report.ok, str(report)
    missed = {each.policy: each.unreached for each in report.coverage if each.unreached}
    assert missed == {}


def _folders_with_cases(folder: Path) -> list[Path]:
    return sorted({path.parent for path in folder.rglob("cases.yaml")})


@each_ruleset
def test_its_cases_are_decided_alike_compiled_and_interpreted(folder: Path) -> None:
    for each in _folders_with_cases(folder):
        rules = pr.load(each)
        for file in case_files(each):
            cases, _ = cases_in(rules, file)
            for case in cases:
                asked = [expected.policy.text for expected in case.expect]
                known = pr.Facts(plain(case.facts))
                compiled = case.rules.decide(known, as_of=case.as_of, policies=asked)
                with interpreter_only():
                    interpreted = case.rules.decide(known, as_of=case.as_of, policies=asked)
                    expected = interpreted.to_json()
                assert compiled.to_json() == expected, case.name.text


@each_ruleset
def test_it_has_its_papers(folder: Path) -> None:
    assert (folder / "README.md").is_file()
    for version in pr.load(folder).versions:
        for name, parameter in version.parameters.items():
            assert parameter.source, f"{name} does not say where it comes from"
            assert parameter.checked_on, f"{name} does not say when its source was looked into"
            if parameter.status != "published":
                assert parameter.note, f"{name} does not say what the source leaves out"


# ------------------------------------------------------------------------------------------------------- languages


def _versions(folder: Path) -> Iterator[Item]:
    for version in version_folders(folder):
        report = Report()
        document = Assembler(SECTIONS, report).read(version)
        assert document is not None
        item = read_form(RULESET_FORM, document.node(), report)
        assert isinstance(item, Item)
        yield item


def _titles(read: Read, place: str) -> Iterator[tuple[str, Title]]:
    match read:
        case Title():
            yield place, read
        case Item(fields):
            for key, below in fields.items():
                yield from _titles(below, f"{place}.{key}")
        case Named(entries):
            for name, below in entries:
                yield from _titles(below, f"{place}.{name.text}")
        case Listed(items):
            for number, below in enumerate(items, start=1):
                yield from _titles(below, f"{place}.{number}")
        case _:
            return


def _faults(title: Title, languages: frozenset[str]) -> Iterator[str]:
    texts = dict(title.texts)
    if set(texts) != languages:
        yield f"is in {sorted(texts)}"
        return
    if len(set(texts.values())) < len(texts) and not all(NAME.fullmatch(text) for text in texts.values()):
        yield f"says the same in two languages: {texts}"
    for language, text in texts.items():
        if not SCRIPTS[language].search(text) and not NAME.fullmatch(text):
            yield f"is not in {language}: {text}"


@each_ruleset
def test_every_title_is_there_in_every_language_of_the_ruleset(folder: Path) -> None:
    found = []
    for version in _versions(folder):
        languages = frozenset(dict(version.title().texts))
        assert languages <= set(LANGUAGES), "a ruleset says in its title which languages it speaks"
        if folder.name in FROM_THE_SOURCES:
            assert languages == {"en", "zh", "ru"}
        for place, title in _titles(version, ""):
            found += [f"{place.lstrip('.')} {fault}" for fault in _faults(title, languages)]
    assert found == []


@each_ruleset
def test_everything_that_people_are_told_of_has_a_title(folder: Path) -> None:
    found = []
    for version in _versions(folder):
        for section, entries in version.fields.items():
            if isinstance(entries, Named) and section not in ("facts", "words"):
                for name, read in entries.entries:
                    title = read.title() if isinstance(read, Item) else Title()
                    if not title.texts:
                        found.append(f"{section}.{name.text}")
    assert found == []


@each_ruleset
def test_the_files_are_laid_out_as_fmt_does(folder: Path) -> None:
    assert [file.path for file in format_ruleset(folder) if file.after != file.before] == []


# ------------------------------------------------------------------------------------------------------------ laws


@pytest.mark.parametrize("law", laws.LAWS.values(), ids=lambda law: law.name)
@each_ruleset
def test_the_laws_hold_for_it(folder: Path, law: laws.Law) -> None:
    ruleset = pr.load(folder)
    if not law.applies(ruleset):
        pytest.skip("the law is about policies that this ruleset has none of")
    laws.check(ruleset, law, examples=LAW_EXAMPLES)


# --------------------------------------------------------------------------------------------------------- sources


@pytest.fixture(scope="module")
def places() -> Mapping[str, list[source_coverage.Place]]:
    return source_coverage.places()


@pytest.mark.parametrize("item", source_coverage.items(), ids=lambda item: item.id)
def test_an_item_of_the_sources_is_somewhere(
    item: source_coverage.Item, places: Mapping[str, list[source_coverage.Place]]
) -> None:
    assert source_coverage.lacking(item, places.get(item.id, [])) is None


def test_the_rulesets_name_no_item_that_there_is_not(
    places: Mapping[str, list[source_coverage.Place]],
) -> None:
    assert set(places) <= {item.id for item in source_coverage.items()}
