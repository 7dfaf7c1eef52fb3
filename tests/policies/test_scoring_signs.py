"""Signs: which of them show, how many of what severity, what they add up to, and what would have to be gone."""

import pytest
from tests.support import codes, decide

from partnerrules.decisions.scoring import SignsResult

FACTS = """\
parameters:
  several: {value: 3, status: assumed, note: the source says "several"}
facts:
  partner: {a: boolean, b: boolean, c: boolean, d: boolean}
"""
HEALTH = """\
scoring:
  health:
    subject: partner
    signs:
      - {id: no-value, severity: high, when: partner.a}
      - id: no-plan
        severity: medium
        when: {all: [partner.b, not(partner.c)]}
      - {id: tension, severity: medium, when: partner.c}
      - {id: late, severity: low, when: partner.d}
    severities: [high, medium, low]
    outcomes:
      - {outcome: beyond_repair, at_least: several}
      - {outcome: danger, at_least: 1, severity: high}
      - {outcome: danger, at_least: 2, severity: medium}
      - {outcome: watch, at_least: 1}
    otherwise: healthy
"""


def health(text: str = HEALTH, **partner: bool) -> SignsResult:
    """What the policy says of P-1."""
    result = decide(FACTS + text, {"partners": {"P-1": partner}})["health"]["P-1"]
    assert isinstance(result, SignsResult)
    return result


@pytest.mark.parametrize(
    ("shows", "outcome", "count"),
    [
        pytest.param("", "healthy", 0, id="S1-014 none"),
        pytest.param("d", "watch", 1, id="S1-014 a slight one"),
        pytest.param("c", "watch", 1, id="one of medium severity"),
        pytest.param("a", "danger", 1, id="S1-020 a grave one is a danger"),
        pytest.param("cd", "watch", 2, id="one of medium severity and a slight one"),
        pytest.param("ac", "danger", 2, id="a grave one counts as one of medium severity, too"),
        pytest.param("acd", "beyond_repair", 3, id="S1-014 several"),
    ],
)
def test_what_signs_add_up_to(shows: str, outcome: str, count: int) -> None:
    result = health(HEALTH, **{name: name in shows for name in "abcd"})
    assert (result.outcome, result.least, result.most) == (outcome, count, count)


def test_what_decided_it_is_told() -> None:
    result = health(a=False, b=True, c=True, d=True)
    assert result.outcome == "watch"
    assert result.decided_by is not None
    assert (result.decided_by.outcome, result.decided_by.needed, result.decided_by.least) == ("watch", 1, 2)
    assert health(a=False, b=False, c=False, d=False).decided_by is None


@pytest.mark.parametrize(
    ("known", "outcome", "least", "most"),
    [
        pytest.param({"a": True, "c": True, "d": True}, "beyond_repair", 3, 3, id="enough show, whatever is unknown"),
        pytest.param({"a": True, "c": False, "d": False}, "danger", 1, 2, id="too few can show"),
        pytest.param({"a": True}, "undetermined", 1, 4, id="S1-017 unknown is not no"),
        pytest.param({"a": False, "b": False, "c": False}, "undetermined", 0, 1, id="a slight one may show"),
        pytest.param({"a": False, "b": False, "d": True}, "watch", 1, 2, id="the same either way"),
    ],
)
def test_signs_that_are_not_known(known: dict[str, bool], outcome: str, least: int, most: int) -> None:
    result = health(HEALTH, **known)
    assert (result.outcome, result.least, result.most) == (outcome, least, most)
    assert bool(result.missing) == (outcome == "undetermined")


def test_two_outcomes_that_say_the_same_decide_together_where_the_first_is_in_doubt() -> None:
    result = health(HEALTH.replace("at_least: 2, severity: medium", "at_least: 1, severity: medium"), c=True, d=False)
    assert (result.outcome, result.decided_by) == ("danger", None)


def test_which_signs_would_have_to_be_gone() -> None:
    result = health(a=True, b=False, c=True, d=True)  # beyond repair by three
    assert result.better is not None
    assert (result.better.outcome, result.better.sets) == ("danger", (("no-value",), ("tension",), ("late",)))
    result = health(a=True, b=False, c=True, d=False)  # danger by the grave one, and by two of medium severity
    assert result.better is not None
    assert (result.better.outcome, result.better.sets) == ("watch", (("no-value",),))
    result = health(a=True, b=False, c=False, d=True)
    assert result.better is not None
    assert (result.better.outcome, result.better.sets) == ("watch", (("no-value",),))
    assert health(a=False, b=False, c=False, d=False).better is None


def test_other_policies_read_how_many_signs_show() -> None:
    text = HEALTH + (
        "eligibility:\n  renewal:\n    subject: partner\n    gates:\n"
        "      - {id: few, require: 'outcome(partner, \"health\").count <= 1'}\n"
        '      - {id: sound, require: \'outcome(partner, "health") != "danger"\'}\n'
    )
    facts = {
        "partners": {"P-1": {"a": False, "b": False, "c": True, "d": False}, "P-2": {"a": True, "c": True, "d": False}}
    }
    decision = decide(FACTS + text, facts)
    assert decision["renewal"]["P-1"].outcome == "eligible"
    assert decision["renewal"]["P-2"].outcome == "ineligible"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        pytest.param("severity: low", "severity: lower", "unknown-choice", id="another severity"),
        pytest.param("id: late, severity: low,", "id: late,", "missing-key", id="a sign without a severity"),
        pytest.param("at_least: 1, severity: high", "at_least: 2, severity: high", "impossible-count", id="too many"),
        pytest.param("at_least: 1}", "at_least: 0}", "impossible-count", id="none at all"),
        pytest.param("otherwise: healthy", "otherwise: not_applicable", "bad-name", id="a word that is taken"),
        pytest.param("    otherwise: healthy\n", "", "missing-key", id="nothing for the others"),
        pytest.param("    signs:", "    out_of: 10 points\n    signs:", "too-many-keys", id="full marks for signs"),
        pytest.param("[high, medium, low]", "[high, medium, low, low]", "duplicate-id", id="a severity twice"),
        pytest.param("id: late", "id: tension", "duplicate-id", id="a sign twice"),
        pytest.param("at_least: several", "at_least: 3 points", "type-mismatch", id="a number with a unit"),
    ],
)
def test_mistakes_are_told_when_the_ruleset_is_loaded(old: str, new: str, code: str) -> None:
    assert codes(FACTS + HEALTH.replace(old, new)) == [code]


def test_a_parameter_that_asks_for_no_sign_is_refused() -> None:
    result = decide((FACTS + HEALTH).replace("value: 3", "value: 0"), {"partners": {"P-1": {}}})["health"]["P-1"]
    assert isinstance(result, SignsResult)
    assert (result.outcome, result.reason) == ("refused", "outcomes")
