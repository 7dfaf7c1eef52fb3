"""Whole explanations of a small programme, worked by hand: every outcome of every kind of result, in three languages.

The facts are such that each number can be seen at once: P-1 has what it takes; P-2 has one certified person of two and
950,000 of a quota of 1,000,000; of P-3 an exam is not known; P-4 is blacklisted. They applied for the two places of the
course in the order P-1, P-3, P-2, P-6: P-2 comes second if P-3 does not pass, and third if it does.
"""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

import partnerrules as pr
from partnerrules.explanations import explain
from partnerrules.rulesets import Decision

HERE = Path(__file__).resolve().parent
LANGUAGES = ("en", "zh", "ru")
LAWFUL = {"checks": {"legal": True, "data_protection": True}}
CLEAN = {"blacklisted": False, "insolvent": False}

FACTS = {
    "partners": {
        "P-1": {**LAWFUL, **CLEAN, "exam_pass_rate": "80 %", "applied_on": "2026-01-01"},
        "P-2": {**LAWFUL, **CLEAN, "exam_pass_rate": "85.5 %", "applied_on": "2026-01-03"},
        "P-3": {**LAWFUL, **CLEAN, "applied_on": "2026-01-02"},
        "P-4": {**LAWFUL, "blacklisted": True, "insolvent": False, "exam_pass_rate": "80 %"},
        "P-5": {"checks": {"legal": False}, **CLEAN, "exam_pass_rate": "79.9 %"},
        "P-6": {**CLEAN, "exam_pass_rate": "90 %", "applied_on": "2026-01-04"},
    },
    "people": {"N-1": {"partner": "P-1"}, "N-2": {"partner": "P-1"}, "N-3": {"partner": "P-2"}},
    "certifications": {
        f"C-{number}": {"person": f"N-{number}", "kind": "sales", "issued_on": "2025-01-01"} for number in (1, 2, 3)
    },
    "transactions": {
        "T-1": {"partner": "P-2", "kind": "invoice", "net_amount": "950000.00", "date": "2026-02-01"},
        "T-2": {"partner": "P-3", "kind": "invoice", "net_amount": "1000000", "date": "2026-02-01"},
        "T-3": {"partner": "P-4", "kind": "invoice", "net_amount": "1000000", "date": "2026-02-01"},
    },
    "customers": {"K-A": {"segment": "A"}, "K-B": {"segment": "B"}, "K-C": {"segment": "C"}, "K": {}},
    "deals": {
        "D-1": {"customer": "K-C", "amount": "50000 CNY", "signed_on": "2026-03-01", "partner_led": True},
        "D-2": {"customer": "K-A", "amount": "49999.99 CNY", "signed_on": "2026-03-01", "partner_led": True},
        "D-3": {"customer": "K-C", "amount": "900000 CNY", "signed_on": "2026-03-01", "partner_led": False},
        "D-4": {"customer": "K", "amount": "50000 CNY", "signed_on": "2026-03-01", "partner_led": True},
        "D-5": {"customer": "K-A", "amount": "50000 CNY", "signed_on": "2027-01-01"},
        "D-6": {"customer": "K-B", "amount": "50000 CNY"},
    },
}

TOLD = (
    ("eligible", "admission", "P-1"),
    ("not eligible, two ways", "admission", "P-2"),
    ("undetermined for want of a fact", "admission", "P-3"),
    ("a word of its own", "admission", "P-4"),
    ("not eligible, more to do", "admission", "P-5"),
    ("undetermined for want of a parameter", "bonus", "P-1"),
    ("a place", "course", "P-1"),
    ("a place in doubt", "course", "P-2"),
    ("a place if it passes", "course", "P-3"),
    ("no place left", "course", "P-6"),
    ("no place left for one that does not pass", "course", "P-5"),
    ("a row applies", "role", "D-1"),
    ("no row applies", "role", "D-2"),
    ("rows contradict each other", "role", "D-3"),
    ("a row may apply", "role", "D-4"),
    ("no version is in force", "role", "D-5"),
    ("the version is not known", "role", "D-6"),
    ("several rows apply", "support", "D-2"),
    ("the default", "support", "D-1"),
    ("whether the table applies is not known", "support", "D-5"),
    ("a definition", "sales", "P-2"),
    ("a definition without a value", "sales_share", "P-2"),
    ("a definition of no record", "whole_quota", ""),
)


@pytest.fixture(scope="module")
def decision() -> Decision:
    as_of = dt.datetime(2026, 3, 31, 10, tzinfo=dt.UTC)
    return pr.load(HERE / "programme").decide(pr.Facts(FACTS), as_of=as_of)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_outcome_is_told(decision: Decision, language: str, golden: Callable[[Path, str], None]) -> None:
    parts = []
    for heading, policy, subject in TOLD:
        told = explain(decision[policy][subject], ruleset=decision.ruleset, language=language, zone=decision.zone)
        parts.append(f"== {heading}\n{told}\n")
    golden(HERE / "goldens" / f"{language}.txt", "\n".join(parts))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_placeholder_is_left(decision: Decision, language: str) -> None:
    for results in decision.values():
        for result in results.values():
            told = explain(result, ruleset="northern", language=language)
            assert "{" not in told
            assert told == told.rstrip()
            assert all(line.strip() for line in told.split("\n"))


def test_the_same_is_told_every_time(decision: Decision) -> None:
    result = decision["admission"]["P-2"]
    assert explain(result, ruleset="n", language="ru") == explain(result, ruleset="n", language="ru")


def test_a_language_that_is_not_there_is_refused_with_those_that_are(decision: Decision) -> None:
    with pytest.raises(pr.UsageError, match="nothing is explained in `fr`: known languages: `en`, `ru`, `zh`"):
        explain(decision["sales"]["P-1"], ruleset="northern", language="fr")


def test_without_a_trace_conditions_are_told_by_their_text(decision: Decision) -> None:
    as_of = dt.datetime(2026, 3, 31, 10, tzinfo=dt.UTC)
    plain = pr.load(HERE / "programme").decide(pr.Facts(FACTS), as_of=as_of, trace=False)
    told = explain(plain["admission"]["P-2"], ruleset="northern", language="en").split("\n")
    at = told.index("   - does not hold: record")
    assert told[at + 1] == "     partner.sales >= quota"
