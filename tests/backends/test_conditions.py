"""Conditions: quotients compare exactly, what is absent is no value, and unknown is neither yes nor no."""

import pytest
from tests.support import AS_OF, ruleset, value

from partnerrules import Decision, Facts

UNKNOWNS = """\
parameters:
  u: {type: boolean, status: unstated}
  n: {type: number, status: unstated}
  d: {type: date, status: unstated}
"""


def given(expression: str) -> object:
    return value(expression, more=UNKNOWNS)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 / 3 = 0.333333333333", False),
        ("1 / 3 > 0.333333333333", True),
        ("1 / 3 < 0.333333333334", True),
        ("2 / 3 >= 0.666666666667", False),
        ("2 / 3 >= 0.666666666666", True),
        ("1 / 3 = 2 / 6", True),
        ("1 / 3 >= 333333333333333333 / 1000000000000000000", True),
        ("1 / -3 = -1 / 3", True),
        ("1 / -3 < 0", True),
        ("-1 / -3 > 0", True),
        ("0.666666666667 > 2 / 3", True),
        ("2 / 3 between 0.666666666667 and 1", False),
        ("2 / 3 in [0.666666666667..1]", False),
        ("2 / 3 in [2 / 3..1]", True),
        ("2 / 3 in (2 / 3..1]", False),
        ("mean([1, 1, 2]) = 4 / 3", True),
        ("mean([1, 1, 2]) > 1.333333333333", True),
        ("mean([0, 0, 1]) >= 0.333333333334", False),
        ("50 CNY / 3 > 16.666666666666 CNY", True),
        ("50 CNY / 3 = 16.666666666667 CNY", False),
        # Anything else than the quotient itself is rounded to twelve places first.
        ("1 / 3 + 0 = 0.333333333333", True),
        ("1 / 3 * 3 = 0.999999999999", True),
        ("3 * (1 / 3) = 1", False),
        # Exactly at the threshold (E21).
        ("4 / 5 >= 80 %", True),
        ("4 / 5 > 80 %", False),
        ("79.999999999999999999 % >= 80 %", False),
        ("1.0 = 1", True),
        # Nothing is divided by zero (E20).
        ("0 / 0 >= 0", "unknown"),
        ("1 / 0 > 0", "unknown"),
        ("1 / 0", "unknown"),
        ("not(0 / 0 = 0)", "unknown"),
        ("if_unknown(0 / 0, 1)", 1),
    ],
)
def test_comparisons_are_exact(expression: str, expected: object) -> None:
    assert given(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("u and false", False),
        ("false and u", False),
        ("u and true", "unknown"),
        ("u or true", True),
        ("u or false", "unknown"),
        ("not(u)", "unknown"),
        ("u = true", "unknown"),
        ("n > 5", "unknown"),
        ("n in [1..5]", "unknown"),
        ("6 in [n..5]", False),
        ("4 in [n..5]", "unknown"),
        ("6 between n and 5", False),
        ("4 in [5..n]", False),
        ("6 in [5..n]", "unknown"),
        ("n * 0 = 0", "unknown"),
        ("known(n)", False),
        ("known(n) or n > 5", "unknown"),
        ("if_unknown(n, 7) > 5", True),
        ("if_unknown(u, false)", False),
        ("if u then 1 else 1", 1),
        ("if u then 1 else 2", "unknown"),
        ("if u then true else true", True),
        ("if true then 1 else n", 1),
        ("if false then 1 else n", "unknown"),
        ("if u then n else n", "unknown"),
        ("(if u then 1 else 2) > 0", "unknown"),
        ("today >= d", "unknown"),
        ("n in [1, 2]", "unknown"),
        ("1 in [n, 1]", True),
        ("1 in [n, 2]", "unknown"),
        ("some x in [n, 1] satisfies x = 1", True),
    ],
)
def test_unknown_is_neither_yes_nor_no(expression: str, expected: object) -> None:
    assert given(expression) == expected


def test_what_is_absent_lies_nowhere() -> None:
    facts: dict[str, object] = {
        "partners": {"P-1": {}, "P-2": {"admitted_on": "2026-02-01"}, "P-3": {"admitted_on": {"unknown": True}}}
    }
    for expression, absent, there, unknown in [
        ("partner.admitted_on in last 12 months", False, True, "unknown"),
        ("partner.admitted_on between 2026-01-01 and 2026-12-31", False, True, "unknown"),
        ("partner.admitted_on in [2026-02-01, 2026-02-02]", False, True, "unknown"),
        ("not(partner.admitted_on in last 12 months)", True, False, "unknown"),
        ("exists(partner.admitted_on)", False, True, "unknown"),
        ("known(partner.admitted_on)", True, True, False),
        ("exists(partner.admitted_on) and partner.admitted_on > 2026-01-01", False, True, "unknown"),
        ("not(exists(partner.admitted_on)) or partner.admitted_on > 2026-01-01", True, True, "unknown"),
        ("if exists(partner.admitted_on) then partner.admitted_on = 2026-02-01 else true", True, True, "unknown"),
    ]:
        found = [value(expression, facts, subject=id) for id in ("P-1", "P-2", "P-3")]
        assert found == [absent, there, unknown], expression


def test_a_null_of_a_database_is_unknown_and_never_no() -> None:
    facts: dict[str, object] = {"partners": {"P-1": {"checks": {"legal": None}}}}
    assert value("partner.checks.legal", facts) == "unknown"
    assert value("not(partner.checks.legal)", facts) == "unknown"


def test_an_undetermined_value_names_what_is_missing() -> None:
    text = """\
parameters: {quota: {type: money, status: unstated}}
definitions:
  tried: {of: deal, value: deal.amount >= quota and deal.customer.key_account}
"""
    facts = Facts({"customers": {"C-1": {}}, "deals": {"D-1": {"customer": "C-1"}}})
    decision: Decision = ruleset(text).decide(facts, as_of=AS_OF)
    assert decision["tried"]["D-1"].summary()["missing"] == [
        "customers C-1 key_account",
        "deals D-1 amount",
        "parameter quota",
    ]
