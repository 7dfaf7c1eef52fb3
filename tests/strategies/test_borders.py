"""Generated facts lie on the lines that the rules draw, one unit below them and above, and on the odd days."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, given, settings
from tests.support import AS_OF, SHANGHAI, ruleset

from partnerrules.quantities import Money
from partnerrules.rulesets import Ruleset
from partnerrules.strategies import as_of_instants
from partnerrules.strategies.days import days_around, instants_around, moments
from partnerrules.strategies.reads import reads_of
from partnerrules.strategies.values import Values, written

RULES = """\
parameters:
  quota: {value: 1000 CNY}
  share_needed: {value: 15 %}
  staff_needed: {value: 5}
  look_back: {value: 90 days}
  grades: {value: '["gold", "silver"]'}
facts:
  partner:
    staff: integer
    score: points
    rate: ratio
    weight: number
    segment: text
    medal: text
    size: "enum [small, large]"
definitions:
  volume: {of: partner, value: sum(partner.deals.amount)}
  small: {of: partner, value: "partner.volume < quota"}
eligibility:
  admission:
    subject: partner
    gates:
      - {id: staff, require: partner.staff >= staff_needed}
      - {id: score, require: "partner.score in [60 points..80 points)"}
      - {id: rate, require: partner.rate > share_needed}
      - {id: weight, require: partner.weight > 2.5}
      - {id: segment, require: 'partner.segment = "A"'}
      - {id: medal, require: partner.medal in grades}
      - {id: since, require: "exists(partner.admitted_on) and partner.admitted_on + look_back <= today"}
      - {id: recent, require: "exists(partner.admitted_on) and partner.admitted_on in last 12 months"}
      - {id: fixed, require: "exists(partner.admitted_on) and partner.admitted_on >= 2024-05-17"}
      - {id: early, require: "count(partner.registrations[submitted_at + 48 hours < as_of]) >= 3"}
tables:
  discount:
    subject: partner
    hit: first
    inputs: {volume: partner.volume}
    outputs: {discount: ratio}
    rows:
      - {volume: ">= 77000 CNY", discount: 10 %}
      - {volume: "-", discount: 0 %}
"""


def values(entity: str, field: str) -> tuple[object, ...]:
    reads = reads_of(ruleset(RULES))
    declared = reads.schema.entities[entity]
    return Values(reads, AS_OF).of(declared, declared.fields[field])


@pytest.mark.parametrize(
    ("entity", "field", "expected"),
    [
        ("partner", "staff", [4, 5, 6]),
        ("partner", "score", [Decimal(59), Decimal(60), Decimal(61), Decimal(79), Decimal(80), Decimal(81)]),
        ("partner", "rate", [Decimal("0.1499"), Decimal("0.15"), Decimal("0.1501")]),
        ("partner", "weight", [Decimal("2.4"), Decimal("2.5"), Decimal("2.6")]),
        ("partner", "segment", ["A"]),
        ("partner", "medal", ["gold", "silver"]),
        ("deal", "amount", [Decimal("999.99"), Decimal(1000), Decimal("1000.01")]),
        ("deal", "amount", [Decimal("76999.99"), Decimal(77000), Decimal("77000.01")]),
        ("partner", "admitted_on", [dt.date(2025, 11, 30), dt.date(2025, 12, 1), dt.date(2025, 12, 2)]),
        ("partner", "admitted_on", [dt.date(2025, 2, 28), dt.date(2025, 3, 1), dt.date(2025, 3, 2)]),
        ("partner", "admitted_on", [dt.date(2024, 5, 16), dt.date(2024, 5, 17), dt.date(2024, 5, 18)]),
    ],
)
def test_values_lie_on_each_line_and_one_unit_beside_it(entity: str, field: str, expected: list[object]) -> None:
    found = values(entity, field)
    assert [each for each in expected if each not in found] == []


def test_an_enumeration_has_all_of_its_values() -> None:
    assert values("partner", "size") == ("small", "large")


def test_instants_lie_on_the_edge_of_a_span_of_hours_and_one_second_beside_it() -> None:
    edge = AS_OF - dt.timedelta(hours=48)
    second = dt.timedelta(seconds=1)
    found = values("registration", "submitted_at")
    assert {edge - second, edge, edge + second} <= set(found)
    assert AS_OF in found


def test_days_have_leap_days_and_ends_of_months() -> None:
    days = days_around(reads_of(ruleset(RULES)), AS_OF)
    assert days[0] == dt.date(2026, 3, 1)
    assert {dt.date(2024, 2, 29), dt.date(2026, 2, 28), dt.date(2026, 1, 31), dt.date(2025, 12, 31)} <= set(days)


def test_numbers_that_counts_are_held_to_are_known() -> None:
    assert reads_of(ruleset(RULES)).counts["registration"] == {3}


HEADS: Mapping[str, str] = {
    "berlin": 'ruleset: t\nversion: "1"\nin_force: 2026-01-01 .. 2027-01-01\ncurrency: EUR\ntimezone: Europe/Berlin\n',
    "open": 'ruleset: t\nversion: "1"\nin_force: ..\ncurrency: EUR\ntimezone: Asia/Shanghai\n',
    "until": 'ruleset: t\nversion: "1"\nin_force: .. 2020-06-01\ncurrency: EUR\ntimezone: Asia/Shanghai\n',
}


def with_head(name: str) -> Ruleset:
    return ruleset(RULES.replace("CNY", "EUR"), HEADS[name])


def test_decisions_are_asked_for_around_both_ends_and_where_the_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    inside, ends = moments(with_head("berlin"))
    spring = dt.datetime(2026, 3, 29, 1, tzinfo=dt.UTC)
    autumn = dt.datetime(2026, 10, 25, 1, tzinfo=dt.UTC)
    assert {spring, spring - dt.timedelta(seconds=1), autumn, autumn + dt.timedelta(minutes=30)} <= set(inside)
    assert dt.datetime(2025, 12, 31, 23, 59, 59, tzinfo=berlin) in ends
    assert dt.datetime(2027, 1, 1, tzinfo=berlin) in ends
    assert all(each.date().year == 2026 for each in inside)


def test_facts_have_instants_where_the_clocks_change() -> None:
    spring = dt.datetime(2026, 3, 29, 1, tzinfo=dt.UTC)
    assert spring in instants_around(reads_of(with_head("berlin")), AS_OF)


@pytest.mark.parametrize("name", ["open", "until"])
def test_a_version_with_an_open_end_has_instants_too(name: str) -> None:
    inside, _ = moments(with_head(name))
    assert inside
    if name == "until":
        assert all(each.astimezone(SHANGHAI).date() < dt.date(2020, 6, 1) for each in inside)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("staff", 5, 5),
        ("score", Decimal(60), "60 points"),
        ("rate", Decimal("0.1501"), "15.01 %"),
        ("weight", Decimal("2.50"), "2.50"),
        ("admitted_on", dt.date(2024, 2, 29), "2024-02-29"),
    ],
)
def test_values_are_written_as_facts_write_them(field: str, value: object, expected: object) -> None:
    declared = reads_of(ruleset(RULES)).schema.entities["partner"].fields[field]
    assert written(value, declared.type) == expected


# ------------------------------------------------------------------------------------------- what comes up how often

OFTEN = """\
facts:
  partner: {size: "enum [small, medium, large]", segment: text, medal: text}
eligibility:
  admission:
    subject: partner
    gates:
      - {id: size, require: partner.size = "large"}
      - {id: segment, require: 'partner.segment in ["A", "B"]'}
commission:
  margin:
    subject: transaction
    reference_date: transaction.date
    base: transaction.net_amount * 33.3333 %
    payee: transaction.partner
    rate: {ladder: whole, bands: [{from: 0 CNY, rate: 4.55 %}, {from: 1000 CNY, rate: 10 %}]}
  by-instant:
    subject: transaction
    reference_date: 'if exists(transaction.paid_at) then date(transaction.paid_at) else transaction.date'
    base: transaction.net_amount
    payee: transaction.partner
    rate: 1 %
"""
IN_FORCE = 'ruleset: t\nversion: "1"\nin_force: 2026-01-01 .. 2027-01-01\ncurrency: CNY\ntimezone: Asia/Shanghai\n'


def often(entity: str, field: str) -> tuple[object, ...]:
    reads = reads_of(ruleset(OFTEN, IN_FORCE))
    declared = reads.schema.entities[entity]
    return Values(reads, AS_OF).of(declared, declared.fields[field])


def share_of(found: tuple[object, ...], wanted: set[object]) -> Decimal:
    return Decimal(sum(each in wanted for each in found)) / len(found)


def test_words_that_rules_ask_for_come_up_most() -> None:
    assert share_of(often("partner", "size"), {"large"}) == Decimal("0.75")
    assert set(often("partner", "size")) == {"small", "medium", "large"}
    assert share_of(often("partner", "segment"), {"A", "B"}) >= Decimal("0.6")
    assert set(often("partner", "segment")) > {"A", "B"}


@pytest.mark.parametrize("field", ["date", "paid_at"])
def test_days_that_choose_the_version_are_mostly_in_force(field: str) -> None:
    found = often("transaction", field)
    days = [each.astimezone(SHANGHAI).date() if isinstance(each, dt.datetime) else each for each in found]
    inside = [isinstance(day, dt.date) and dt.date(2026, 1, 1) <= day < dt.date(2027, 1, 1) for day in days]
    assert Decimal("0.8") <= Decimal(sum(inside)) / len(inside) < 1


def test_amounts_are_whole_numbers_of_cents_but_for_one() -> None:
    found = often("transaction", "net_amount")
    amounts = [each.amount if isinstance(each, Money) else each for each in found]
    parts = [each for each in amounts if isinstance(each, Decimal) and each % Decimal("0.01")]
    assert parts == [Decimal("0.005")]
    assert {Decimal("999.99"), Decimal(1000), Decimal("1000.01")} <= set(amounts)
    assert Decimal("0.0455") not in amounts


def test_most_decisions_are_asked_for_while_a_version_is_in_force() -> None:
    asked: list[dt.datetime] = []

    @settings(max_examples=300, derandomize=True, database=None, phases=(Phase.generate,))
    @given(as_of_instants(ruleset(OFTEN, IN_FORCE)))
    def ask(moment: dt.datetime) -> None:
        asked.append(moment)

    ask()
    inside = [moment.astimezone(SHANGHAI).year == 2026 for moment in asked]
    assert Decimal("0.85") <= Decimal(sum(inside)) / len(inside) < 1
