"""The example of inference: its cases pass, and the chain of four derivations is told in three languages."""

from pathlib import Path

import pytest

from partnerrules import Facts, load
from partnerrules.cases import run_cases

HERE = Path(__file__).parent.parent.parent / "examples" / "inference"
RULESET = HERE / "rulesets" / "distribution"
REPEATED = "repeated(V-1+poaching(rival-registrations(R-1+R-2)+rival-registrations(R-3+R-4)))"


def test_e6_the_cases_pass_and_reach_every_rule() -> None:
    report = run_cases(RULESET, coverage=True)
    assert report.ok, str(report)
    assert [each.unreached for each in report.coverage] == [()] * 5


@pytest.mark.parametrize("language", ["en", "zh", "ru"])
def test_e6_the_explanation_follows_four_derivations_back_to_the_registrations(language: str) -> None:
    decision = load(RULESET).decide(Facts.read(HERE / "facts.yaml"))
    expected = (HERE / "expected" / f"may-register.{language}.txt").read_text(encoding="utf-8")
    told = decision.explain("may-register", "P-2", language=language)
    assert told + "\n" == expected
    lines = told.splitlines()
    # What is asked about stands first, each premise that was derived one step further in, and the given ones last.
    chain = [line for line in lines if line.lstrip(" -").startswith(("extended(", "repeated(", "poaching(", "rival-"))]
    assert [len(line) - len(line.lstrip(" ")) for line in chain] == [0, 2, 4, 6, 6]
    assert "R-3" in chain[-1]


def test_e6_the_facts_can_be_asked_one_by_one() -> None:
    decision = load(RULESET).decide(Facts.read(HERE / "facts.yaml"))
    assert {name: list(decision[name]) for name in ("poaching", "repeated", "extended")} == {
        "poaching": ["poaching(rival-registrations(R-1+R-2)+rival-registrations(R-3+R-4))"],
        "repeated": [REPEATED],
        "extended": [f"extended(S-1+{REPEATED})"],
    }
    assert decision["may-register"]["P-1"].outcome == "eligible"
