"""Decision tables that programs call by themselves: what may be given, what is refused, and which version answers."""

import datetime as dt
import os
import pickle  # noqa: TID251  # what `multiprocessing` does with a table on its way to a worker
import sys
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.support import HEAD, in_folder, ruleset

import partnerrules as pr
from partnerrules.decisions import missing_text
from partnerrules.decisions.results import TableResult
from partnerrules.rulesets import Table, TableAnswer
from partnerrules.schema.missing import Missing

FACTS = """\
facts:
  deal: {term: integer, region: text, tier: "enum [silver, gold]", urgent: boolean, closed: {type: date, missing: none}}
parameters:
  large: {value: 100000 CNY}
  open: {type: ratio, status: unstated}
"""
RATES = (
    FACTS
    + """\
tables:
  rates:
    subject: deal
    hit: first
    inputs: {tier: deal.tier, region: deal.region, amount: deal.amount, term: deal.term}
    outputs: {rate: {type: ratio}, fee: {type: money}}
    rows: |
      | id    | tier | region      | amount                    | term     | rate   | fee     |
      |-------|------|-------------|---------------------------|----------|--------|---------|
      | large | gold | -           | >= large                  | -        | 4 %    | 100 CNY |
      | south | -    | "S1", "S2"  | [1000 CNY..50000.10 CNY)  | [6..36]  | 3 %    | 20 CNY  |
      | north | -    | not("S1")   | > 500 CNY                 | > 12     | 2.5 %  | 0 CNY   |
      | rest  | -    | -           | -                         | [1..120] | 1 %    | 0 CNY   |
"""
)
DEAL: Mapping[str, object] = {"tier": "silver", "region": "S1", "amount": Decimal("1000.00"), "term": 12}


def table(text: str = RATES, name: str = "rates") -> Table:
    return ruleset(text).table(name)


def refusal(given: object, text: str = RATES) -> str:
    with pytest.raises(pr.UsageError) as caught:
        table(text)(given)  # type: ignore[arg-type]  # that is what is tried
    assert not isinstance(caught.value.__context__, TypeError)  # how it was found out is nobody's business
    return str(caught.value)


# ------------------------------------------------------------------------------------------------------------- answers


def test_an_answer_is_that_of_decide() -> None:
    answer = table()(DEAL)
    assert (answer.outcome, answer.rules, answer.missing) == ("decided", ("south",), ())
    assert answer.outputs == {"rate": Decimal("0.03"), "fee": pr.Money(Decimal(20), "CNY")}
    assert answer["rate"] == Decimal("0.03")
    facts = pr.Facts({"deals": {"D-1": {**DEAL, "customer": "C-1", "amount": "1000.00 CNY"}}})
    decided = ruleset(RATES).decide(facts, as_of=dt.datetime(2026, 3, 1, tzinfo=dt.UTC))["rates"]["D-1"]
    assert isinstance(decided, TableResult)
    assert (decided.outcome, decided.rules, decided.outputs) == (answer.outcome, answer.rules, answer.outputs)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({}, "south"),
        ({"amount": Decimal("999.99")}, "rest"),
        ({"amount": Decimal("50000.10")}, "rest"),
        ({"amount": Decimal("50000.0999")}, "south"),
        ({"amount": Decimal("50000.10"), "region": "N"}, "rest"),
        ({"amount": Decimal("500"), "region": "N", "term": 13}, "rest"),
        ({"amount": Decimal("500.01"), "region": "N", "term": 13}, "north"),
        ({"tier": "gold", "amount": Decimal("100000")}, "large"),
        ({"tier": "gold", "amount": Decimal("99999.99")}, "rest"),
        ({"term": 37}, "rest"),
        ({"term": 36}, "south"),
        ({"term": 5}, "rest"),
        ({"term": 0, "region": "N"}, None),
        ({"amount": Decimal("-1000"), "term": 120}, "rest"),
    ],
)
def test_lines_that_rules_draw(changes: Mapping[str, object], rule: str | None) -> None:
    answer = table()({**DEAL, **changes})
    assert answer.rules == (() if rule is None else (rule,))
    assert answer.outcome == ("no_rule" if rule is None else "decided")
    assert rule is not None or answer.outputs == {"rate": None, "fee": None}


@pytest.mark.parametrize(
    "amount",
    [Decimal("1000"), Decimal("1E+3"), 1000, pr.Money(Decimal(1000), "CNY"), "1000 CNY", "1000.00"],
)
def test_an_amount_in_each_way_in_which_it_can_be_given(amount: object) -> None:
    assert table()({**DEAL, "amount": amount}).rules == ("south",)


def test_further_keys_do_no_harm() -> None:
    assert table()({**DEAL, "id": "D-1", "partner": object()}) == table()(DEAL)


def test_equal_answers_are_made_once() -> None:
    rates = table()
    assert rates(DEAL) is rates({**DEAL, "region": "S2"})


# --------------------------------------------------------------------------------------------------- unknown and absent


@pytest.mark.parametrize("given", [{}, {"amount": pr.UNKNOWN}, {"amount": None}])
def test_what_is_not_known_is_named(given: Mapping[str, object]) -> None:
    known = {name: value for name, value in DEAL.items() if name != "amount"}
    answer = table()({**known, **given})
    assert answer.outcome == "undetermined"
    assert answer.rules == ("south", "rest")
    assert answer.missing == (Missing("field", field="amount"),)
    assert [missing_text(each) for each in answer.missing] == ["amount"]
    assert isinstance(answer["rate"], pr.Unknown)


def test_what_cannot_change_the_answer_need_not_be_known() -> None:
    assert table()({**DEAL, "tier": pr.UNKNOWN}).rules == ("south",)


CLOSED = (
    FACTS
    + """\
tables:
  rates:
    subject: deal
    hit: unique
    inputs: {closed: deal.closed, urgent: deal.urgent}
    outputs: {word: {enum: [early, late, never]}}
    rows: |
      | closed        | urgent | word  |
      |---------------|--------|-------|
      | <= 2026-03-31 | -      | early |
      | > 2026-03-31  | false  | late  |
      | none          | -      | never |
"""
)


@pytest.mark.parametrize(
    ("closed", "urgent", "word"),
    [
        (dt.date(2026, 3, 31), True, "early"),
        (dt.date(2026, 4, 1), False, "late"),
        (dt.date(2026, 4, 1), True, None),
        (None, True, "never"),
        ("2026-03-31", False, "early"),
    ],
)
def test_an_input_that_may_be_absent(closed: object, urgent: bool, word: str | None) -> None:
    assert table(CLOSED)({"closed": closed, "urgent": urgent})["word"] == word


def test_an_input_that_may_be_absent_is_not_known_if_it_is_left_out() -> None:
    assert table(CLOSED)({"urgent": True}).missing == (Missing("field", field="closed"),)


def test_a_parameter_without_a_value_is_named_where_it_counts() -> None:
    text = RATES.replace("| 3 %  ", "| open ").replace("| 4 %    |", "| 4 %    |")
    rates = table(text)
    assert rates(DEAL).missing == (Missing("parameter", field="open"),)
    assert rates({**DEAL, "term": 37}).rules == ("rest",)


# ------------------------------------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("amount", 1000.0, "`amount` of `rates`: a binary float is not exact"),
        ("amount", True, "`amount` of `rates`: expected a number"),
        ("amount", Decimal("NaN"), "is not a number that can be computed with"),
        ("amount", Decimal("Infinity"), "is not a number that can be computed with"),
        ("amount", 10**61, "a number has at most 60 digits"),
        ("amount", pr.Money(Decimal(1000), "USD"), "expected money in CNY, got money in USD: convert it"),
        ("amount", "1000 USD", "expected money in CNY, got money in USD: convert it"),
        ("term", 12.0, "`term` of `rates`: a binary float is not exact"),
        ("term", True, "`term` of `rates`: expected a number"),
        ("term", Decimal("12.5"), "`12.5` is not a whole number"),
        ("tier", "golden", "`golden` is not one of its values: did you mean `gold`?"),
        ("tier", 1, "expected text, got a number: put it in quotes"),
        ("region", 7, "expected text, got a number: put it in quotes"),
        ("region", ["S1"], "`region` of `rates`: expected text, got a list"),
    ],
)
def test_wrong_values_are_refused(key: str, value: object, told: str) -> None:
    assert told in refusal({**DEAL, key: value})


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("closed", dt.datetime(2026, 3, 1, tzinfo=dt.UTC), "expected a date, got an instant"),
        ("closed", 20260301, "expected a date, got a number"),
        ("urgent", 1, "expected true or false, got a number"),
    ],
)
def test_wrong_days_and_truths_are_refused(key: str, value: object, told: str) -> None:
    assert told in refusal({"closed": None, "urgent": True, key: value}, CLOSED)


def test_inputs_are_given_by_name() -> None:
    assert refusal(("gold", "S1")) == "`rates` takes its inputs by name, as a mapping, not a `tuple`"


INSTANTS = (
    FACTS
    + """\
tables:
  rates:
    subject: deal
    hit: collect count
    inputs: {at: 'deal.recorded_at', days: '10 days * deal.term'}
    outputs: {n: {type: integer}}
    rows: |
      | at                          | days       | n |
      |-----------------------------|------------|---|
      | < 2026-03-01T00:00:00+08:00 | -          | 1 |
      | -                           | >= 30 days | 1 |
"""
)


@pytest.mark.parametrize(
    ("at", "days", "count"),
    [
        (dt.datetime(2026, 2, 28, 15, 59, 59, tzinfo=dt.UTC), Decimal(29), 1),
        (dt.datetime(2026, 2, 28, 16, tzinfo=dt.UTC), Decimal(29), 0),
        (dt.datetime(2026, 2, 28, 23, 59, tzinfo=ZoneInfo("Asia/Shanghai")), 30, 2),
        (dt.datetime(2026, 3, 1, tzinfo=ZoneInfo("Asia/Shanghai")), "30 days", 1),
        ("2026-02-28T23:59:00+08:00", "29 days", 1),
    ],
)
def test_instants_and_quantities(at: object, days: object, count: int) -> None:
    assert table(INSTANTS)({"at": at, "days": days})["n"] == count


def test_a_naive_instant_is_refused() -> None:
    naive = dt.datetime(2026, 3, 1)  # that is what is tried
    assert "an instant needs its offset, this one is naive" in refusal({"at": naive, "days": 1}, INSTANTS)


# --------------------------------------------------------------------------------------------- tables that look further


@pytest.mark.parametrize(
    "cell",
    ["deal.region", "count(deals)", "today - 2026-01-01", "if deal.amount > 5 CNY then 1 else 2"],
)
def test_a_table_that_looks_at_more_than_its_inputs_is_not_called(cell: str) -> None:
    kind = "text" if "region" in cell else "integer" if "if" in cell or "count" in cell else "days"
    text = (
        f"{FACTS}tables:\n  rates:\n    subject: deal\n    hit: first\n    inputs: {{tier: deal.tier}}\n"
        f"    outputs: {{out: {{type: {kind}}}}}\n    rows: [{{tier: gold, out: '{cell}'}}]\n"
    )
    with pytest.raises(pr.UsageError, match="the rule `1` looks at more than its inputs and parameters"):
        table(text)


def test_outputs_may_be_computed_of_parameters() -> None:
    text = RATES.replace("| 100 CNY |", "| 'large * 0.5' |").replace("| 100 CNY |", "")
    text = text.replace("'large * 0.5'", "large * 0.5")
    assert table(text)({**DEAL, "tier": "gold", "amount": 100_000})["fee"] == pr.Money(Decimal(50_000), "CNY")


def test_a_cell_that_looks_further_is_named() -> None:
    text = RATES.replace("| >= large  ", "| >= deal.amount ")
    with pytest.raises(pr.UsageError, match="the rule `large` looks at more"):
        table(text)


def test_there_has_to_be_such_a_table() -> None:
    with pytest.raises(pr.UsageError, match="there is no decision table `rate`: did you mean `rates`"):
        table(name="rate")
    with pytest.raises(KeyError, match="the table has no output `rte`: did you mean `rate`"):
        table()(DEAL)["rte"]


# ------------------------------------------------------------------------------------------------------------- versions


@pytest.fixture(scope="module")
def versions() -> pr.Ruleset:
    old = HEAD.replace("2020-01-01 ..", "2020-01-01 .. 2026-01-01")
    new = HEAD.replace("2020-01-01 ..", "2026-01-01 ..").replace('"1"', '"2"')
    with tempfile.TemporaryDirectory() as folder:
        files = {"1/ruleset.yaml": old + RATES, "2/ruleset.yaml": new + RATES.replace("3 %", "3.5 %")}
        return pr.load(in_folder(files, Path(folder)))


def test_a_version_is_chosen_by_name_or_by_day(versions: pr.Ruleset) -> None:
    new_year = dt.datetime(2026, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert versions.table("rates", version="1")(DEAL)["rate"] == Decimal("0.03")
    assert versions.table("rates", as_of=dt.date(2025, 12, 31)).version == "1"
    assert versions.table("rates", as_of=new_year).version == "2"
    assert versions.table("rates", as_of=new_year - dt.timedelta(seconds=1)).version == "1"


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({}, "say which version of `rates` is meant, with `version=` or `as_of=`: `1` .*, `2`"),
        ({"version": "3"}, "`rates` has no version `3`: known versions: `1`, `2`"),
        ({"as_of": dt.date(2019, 1, 1)}, "no version of `rates` is in force on that day"),
        ({"version": "1", "as_of": dt.date(2025, 1, 1)}, "leave `version` out, or `as_of`"),
        ({"as_of": dt.datetime(2026, 1, 1)}, "has no time zone"),  # that is what is tried
        ({"as_of": "2026-01-01"}, "`as_of` is a datetime with a time zone"),
    ],
)
def test_it_has_to_be_clear_which_version_is_meant(versions: pr.Ruleset, chosen: dict[str, object], told: str) -> None:
    with pytest.raises(pr.UsageError, match=told):
        versions.table("rates", **chosen)  # type: ignore[arg-type]


# -------------------------------------------------------------------------------------------- threads, workers, copies


def test_a_table_and_its_answers_can_be_sent_to_a_worker() -> None:
    rates = table()
    again = pickle.loads(pickle.dumps(rates))  # noqa: S301  # of our own making
    assert again(DEAL) == rates(DEAL)
    assert pickle.loads(pickle.dumps(rates(DEAL))) == rates(DEAL)  # noqa: S301
    assert repr(again) == "<Table rates: tier, region, amount, term>"
    assert again.inputs == {
        "tier": 'one of "silver", "gold"', "region": "text", "amount": "money (CNY)", "term": "whole number",
    }  # fmt: skip


def test_an_answer_never_changes() -> None:
    answer = table()(DEAL)
    answer.outputs["rate"] = Decimal(1)
    assert table()(DEAL).outputs["rate"] == Decimal("0.03")
    with pytest.raises(AttributeError):
        answer.outcome = "no_rule"  # type: ignore[misc]


def test_threads_get_the_same_answers() -> None:
    deals = [
        {"tier": tier, "region": f"S{region}", "amount": Decimal(amount), "term": term}
        for tier in ("silver", "gold") for region in range(40) for amount in (1, 1000, 50_000, 200_000)
        for term in (1, 12, 40)
    ]  # fmt: skip
    expected = [table()(deal) for deal in deals]
    text = RATES + "".join(
        f'      | s{number} | - | "S{number}" | {number} CNY | {number} | 1 % | 0 CNY |\n' for number in range(20)
    )
    rates = table(text)
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            found = list(threads.map(lambda _: [rates(deal) for deal in deals], range(8)))
    finally:
        sys.setswitchinterval(0.005)
    assert all(each == expected for each in found)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_worker_gets_the_same_answer() -> None:
    rates = table()
    child = os.fork()
    if child == 0:
        os._exit(0 if rates(DEAL).rules == ("south",) else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_texts_that_no_rule_names_are_kept_within_limits() -> None:
    text = RATES + "".join(
        f'      | s{number} | - | "S{number}" | {number} CNY | {number} | 1 % | 0 CNY |\n' for number in range(20)
    )
    rates = table(text)
    assert {rates({**DEAL, "region": f"X{number}"}).rules for number in range(10_000)} == {("rest",)}
    assert isinstance(rates({**DEAL, "region": "X" * 100_000}), TableAnswer)


@pytest.mark.parametrize("value", [1000.0, "a lot", Decimal("NaN"), pr.Money(Decimal(1), "USD")])
@pytest.mark.parametrize("rows", [1, 3, 30])
def test_a_wrong_value_is_refused_though_no_rule_tests_the_input(value: object, rows: int) -> None:
    lines = "".join(f"      | r{number} | S{number} | - | {number} % |\n" for number in range(rows))
    text = f"""\
{FACTS}tables:
  rates:
    subject: deal
    hit: first
    inputs: {{region: deal.region, amount: deal.amount}}
    outputs: {{rate: {{type: ratio}}}}
    rows: |
      | id | region | amount | rate |
      |----|--------|--------|------|
{lines}"""
    text = text.replace("| S", '| "S').replace(" | - |", '" | - |')
    rates = table(text)
    assert rates({"region": "S0", "amount": Decimal(5)}).rules == ("r0",)
    assert rates({"region": "S0"}).rules == ("r0",)  # nothing hangs on it
    assert rates({"region": "S0", "amount": pr.UNKNOWN}).rules == ("r0",)
    with pytest.raises(pr.UsageError, match="`amount` of `rates`"):
        rates({"region": "S0", "amount": value})
