"""The terms of eight vendors, overlays of `deal-registration-terms`, are looked at as the shipped rulesets are."""

from pathlib import Path

import pytest
from tests.rulesets import test_shipped_rulesets as shipped

import partnerrules as pr

BASE = Path(__file__).resolve().parent.parent.parent / "rulesets" / "deal-registration-terms"
VENDORS = sorted(path.parent for path in BASE.glob("vendors/*/ruleset.yaml"))

each_vendor = pytest.mark.parametrize("folder", VENDORS, ids=lambda folder: folder.name)


def test_there_are_eight_vendors() -> None:
    readme = (BASE / "README.md").read_text(encoding="utf-8")
    assert len(VENDORS) == 8
    assert [vendor.name for vendor in VENDORS if f"`{vendor.name}`" not in readme] == []


@each_vendor
def test_it_loads_and_its_cases_reach_all_of_it(folder: Path) -> None:
    shipped.test_it_loads_without_a_warning(folder)
    shipped.test_its_cases_hold_and_reach_all_of_it(folder)


@each_vendor
def test_it_can_be_read_in_both_languages(folder: Path) -> None:
    shipped.test_every_title_is_there_in_every_language_of_the_ruleset(folder)
    shipped.test_everything_that_people_are_told_of_has_a_title(folder)
    shipped.test_the_files_are_laid_out_as_fmt_does(folder)


@each_vendor
def test_every_value_says_where_it_comes_from(folder: Path) -> None:
    for name, parameter in pr.load(folder).versions[0].parameters.items():
        assert parameter.source, f"{name} does not say where it comes from"
        assert parameter.checked_on, f"{name} does not say when its source was looked into"
        assert parameter.note or parameter.status == "published", f"{name} does not say what the source leaves out"
