"""Single records are what Python callers give, and the extra is named where it is missing."""

import subprocess
import sys
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.strategies.finding import found
from tests.support import AS_OF, ruleset

from partnerrules import Facts, Record, strategies
from partnerrules.domain.deals import Contract
from partnerrules.domain.partners import Partner
from partnerrules.domain.records import BusinessRecord
from partnerrules.strategies import partners, records

OWN = """\
facts:
  partner: {score: points, fee: money, wait: days}
  visit: {plural: visits, fields: {partner: {type: ref partner, missing: required}, on: date, rating: integer}}
definitions: {scores: {of: partner, value: 'partner.score + count(partner.visits[rating > 3]) * 1 points'}}
"""
NAMED: Mapping[str, Callable[[], st.SearchStrategy[object]]] = {
    name: getattr(strategies, name)
    for name in strategies.__all__
    if name
    in (
        "assessments certifications contracts customers deals observations partners people products projects "
        "registrations sanctions standings transactions violations"
    ).split()
}


@pytest.mark.parametrize("name", NAMED)
def test_each_named_strategy_makes_records_of_its_relation(name: str) -> None:
    @settings(max_examples=20)
    @given(NAMED[name]())
    def made(record: BusinessRecord) -> None:
        facts = Facts([record])
        assert repr(facts) == f"Facts({type(record).__name__.lower()}: 1)"

    made()
    assert len(NAMED) == 15


@settings(max_examples=20)
@given(st.lists(partners(ruleset(OWN)), max_size=3, unique_by=lambda each: each.id))  # type: ignore[union-attr]
def test_records_for_a_ruleset_have_its_own_fields(given_partners: list[Partner]) -> None:
    decision = ruleset(OWN).decide(Facts(given_partners), as_of=AS_OF)
    assert set(decision["scores"]) <= {each.id for each in given_partners}  # those recorded later are not seen
    assert all("score" in each.attributes for each in given_partners)


def test_a_relation_of_a_rulesets_own_gives_plain_records() -> None:
    record = found(records("visit", ruleset(OWN)), lambda each: True)
    assert isinstance(record, Record)
    assert record.fields["partner"] in ("partner-1", "partner-2", "partner-3")


def test_ids_may_be_chosen() -> None:
    record = found(records("contract", ids={"contract": ["K-9"], "partner": ["P-9"]}), _has_a_partner)
    assert isinstance(record, Contract)
    assert (record.id, record.partner) == ("K-9", "P-9")


def _has_a_partner(record: object) -> bool:
    return isinstance(record, Contract) and isinstance(record.partner, str)


def test_what_is_no_record_is_refused() -> None:
    with pytest.raises(ValueError, match="there are no records called `checks`"):
        records("checks")


@pytest.mark.parametrize("module", ["strategies", "laws"])
def test_without_hypothesis_the_extra_is_named(module: str) -> None:
    code = f"import sys; sys.modules['hypothesis'] = None; import partnerrules.{module}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "pip install 'partnerrules[testing]'" in done.stderr.splitlines()[-1]


def test_the_library_itself_needs_neither_hypothesis_nor_pytest() -> None:
    code = (
        "import sys, partnerrules, partnerrules.cli.app, partnerrules.cases;"
        "print({'hypothesis', 'pytest', '_pytest'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
