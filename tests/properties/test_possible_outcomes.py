"""What is asked of an outcome that is not known is certain only if it holds for every way to fill the gaps."""

import itertools
from collections.abc import Mapping
from typing import Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.support import AS_OF, decide, ruleset

from partnerrules import Facts, Ruleset
from partnerrules.schema.missing import Unknown

FIELDS: Final = ("a", "b", "c")
POLICIES: Final = """\
facts: {partner: {a: boolean, b: boolean, c: boolean}}
parameters: {good: {value: '["amber", "clear"]'}}
scoring:
  signs:
    subject: partner
    when: partner.c or partner.a
    signs:
      - {id: one, severity: high, when: partner.a}
      - {id: two, severity: high, when: partner.b}
      - {id: three, severity: low, when: partner.a and partner.b}
      - {id: four, severity: low, when: partner.c}
    severities: [high, low]
    outcomes: [{outcome: red, at_least: 2, severity: high}, {outcome: amber, at_least: 1, severity: low}]
    otherwise: clear
  always:
    subject: partner
    signs:
      - {id: first, severity: high, when: partner.a}
      - {id: second, severity: high, when: partner.b}
      - {id: third, severity: high, when: partner.c}
    severities: [high]
    outcomes: [{outcome: red, at_least: 3}, {outcome: amber, at_least: 1}]
    otherwise: clear
eligibility:
  gates:
    subject: partner
    gates: [{id: x, require: partner.a, otherwise: refer}, {id: y, require: partner.b or partner.c}]
tiering:
  grades:
    subject: partner
    bands: [{grade: gold, require: partner.a and partner.b}, {grade: silver, require: partner.b}, {grade: basic}]
overlap:
  field:
    coverage: [{of: partner, holder: partner, direct: partner.a, when: partner.b}]
    same: {status: coverage.c}
"""
ASKED: Final = (
    *(f'outcome(partner, "signs") {way} "{word}"' for way in ("=", "!=") for word in ("red", "amber", "clear")),
    'outcome(partner, "signs") = "not_applicable"',
    'outcome(partner, "signs") in ["red", "amber"]',
    'outcome(partner, "signs") in ["red", "amber", "not_applicable"]',
    'outcome(partner, "signs") in good',
    'outcome(partner, "always") in good',
    'outcome(partner, "signs") = outcome(partner, "always")',
    'outcome(partner, "always") != outcome(partner, "grades")',
    *(f'outcome(partner, "always").count {way}' for way in (">= 1", "< 3", "= 2", "!= 0", "<= 1")),
    'outcome(partner, "signs").count >= 2',
    'outcome(partner, "gates") = "refer"',
    'outcome(partner, "gates") != "eligible"',
    'outcome(partner, "gates") in ["refer", "ineligible"]',
    'outcome(partner, "grades") in ["gold", "silver"]',
    'outcome(partner, "grades") != "silver"',
    'outcome(partner, "field") = "overlapping"',
    'outcome(partner, "field") in ["clear", "warning", "not_applicable"]',
    'word = "red" or word = "amber"',
)


def _rules() -> Ruleset:
    asked = "".join(f"  q{number}: {{of: partner, value: '{text}'}}\n" for number, text in enumerate(ASKED))
    word = "  word: {of: partner, value: 'outcome(partner, \"always\")'}\n"
    return ruleset(POLICIES + "definitions:\n" + word + asked.replace("word =", "partner.word ="))


RULES: Final = _rules()
Known = Mapping[str, bool | None]


def answers(*partners: Known) -> list[dict[str, object]]:
    facts = {
        f"P-{number}": {name: value for name, value in fields.items() if value is not None}
        for number, fields in enumerate(partners)
    }
    decision = RULES.decide(Facts({"partners": facts}), as_of=AS_OF, policies=[f"q{at}" for at in range(len(ASKED))])
    return [
        {text: decision[f"q{at}"][subject].value for at, text in enumerate(ASKED)}  # type: ignore[union-attr]
        for subject in facts
    ]


FILLED: Final = st.fixed_dictionaries({name: st.booleans() for name in FIELDS})
GAPPY: Final = st.fixed_dictionaries({name: st.sampled_from((True, False, None)) for name in FIELDS})


@given(GAPPY, FILLED)
@example({"a": True, "b": None, "c": None}, {"a": True, "b": True, "c": True})
@example({"a": None, "b": None, "c": None}, {"a": False, "b": True, "c": False})
def test_what_is_certain_holds_for_every_way_to_fill_the_gaps(gappy: Known, other: Known) -> None:
    gaps = [name for name in FIELDS if gappy[name] is None]
    found = answers(gappy, other)[0]
    every = [
        answers({**gappy, **dict(zip(gaps, values, strict=True))}, other)[0]
        for values in itertools.product((True, False), repeat=len(gaps))
    ]
    for text, value in found.items():
        if not isinstance(value, Unknown):
            assert {filled[text] for filled in every} == {value}, text


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        # One of three signs shows for certain: amber or red, and from one to three of them.
        (
            {"a": True},
            {
                'outcome(partner, "always") in good': None,
                'outcome(partner, "always").count >= 1': True,
                'outcome(partner, "always").count < 3': None,
                'outcome(partner, "always").count != 0': True,
                'word = "red" or word = "amber"': None,
            },
        ),
        # One of them does not show: never red.
        (
            {"a": False},
            {
                'outcome(partner, "always") in good': True,
                'outcome(partner, "always").count < 3': True,
                'outcome(partner, "gates") != "eligible"': True,
                'outcome(partner, "grades") in ["gold", "silver"]': None,
                # Whether `signs` is about the partner at all hangs on c; without a it is amber or clear if it is.
                'outcome(partner, "signs") = "red"': False,
                'outcome(partner, "signs") != "red"': True,
                'outcome(partner, "signs") in ["red", "amber", "not_applicable"]': None,
            },
        ),
    ],
)
def test_what_is_ruled_out_is_no(fields: Known, expected: Mapping[str, bool | None]) -> None:
    (found,) = answers({**dict.fromkeys(FIELDS), **fields})
    assert {text: None if isinstance(found[text], Unknown) else found[text] for text in expected} == expected


def test_a_policy_that_asks_is_as_certain_as_the_one_that_it_asks() -> None:
    """A mark of tension shows for certain, another one is not known: the health of the partnership is red or amber."""
    text = POLICIES + 'definitions: {tense: {of: partner, value: \'outcome(partner, "always") != "clear"\'}}\n'
    found = decide(text, {"partners": {"P-1": {"b": True}}})
    assert found["always"]["P-1"].outcome == "undetermined"
    assert found["tense"]["P-1"].as_data()["value"] is True
