"""Rules that join by what references lead to, or by definitions, find what nested loops find.

The same condition, said so that no index helps (`not(a != b)` for `a = b`), is the reference.
"""

from functools import cache
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import AS_OF, decide, ruleset

from partnerrules import Decision, Facts, Ruleset
from partnerrules.backends import matcher
from partnerrules.diagnostics import TooMuchWork

RULES: Final = """\
facts:
  customer: {group: text, size: integer}
  note:
    plural: notes
    fields: {customer: ref customer, holder: {type: ref partner, missing: none}, n: integer, kinds: list of text}
  pair: {plural: pairs, derived: only, fields: {one: text, two: text}}
definitions:
  known_as: {of: customer, value: 'if customer.size > 1 then "large" else customer.group'}
  weight: {of: note, value: note.n * 2 + count(note.kinds)}
inference:
  joined:
    when:
      - {fact: note, as: one}
      - {fact: note, as: two, where: two.n < one.n}
      - {fact: note, as: three, where: CONDITION}
    then: {derive: pair, with: {one: one.id, two: three.id}}
"""
JOINS: Final = {
    "a field of what is referred to": ("two.customer.group", "one.customer.group"),
    "two of them": ("two.customer.size", "one.customer.size"),
    "a definition of what is referred to": ("two.customer.known_as", "one.customer.known_as"),
    "a definition of the record": ("two.weight", "one.weight"),
    "a definition and a field": ("two.weight", "one.n"),
    "what is computed of another one": ("two.customer.size", "one.n + 1"),
}


@cache
def rules(join: str, *, indexed: bool) -> Ruleset:
    own, other = (side.replace("two", "three") for side in JOINS[join])
    condition = f"{own} = {other}" if indexed else f"not({own} != {other})"
    return ruleset(RULES.replace("CONDITION", f"'{condition}'"))


_TEXTS = st.sampled_from(["a", "b"])
_WHOLE = st.integers(0, 3)
_CUSTOMERS = st.fixed_dictionaries({}, optional={"group": _TEXTS, "size": _WHOLE})
_NOTES = st.fixed_dictionaries(
    {"customer": st.sampled_from(["C-1", "C-2", "C-3"])},
    optional={"n": _WHOLE, "kinds": st.lists(_TEXTS, max_size=2)},
)


@st.composite
def _facts(draw: st.DrawFn) -> dict[str, object]:
    ids = ["C-1", "C-2", "C-3"]
    notes = draw(st.lists(_NOTES, max_size=5))
    found: dict[str, object] = {
        "customers": {id: draw(_CUSTOMERS) for id in ids},
        "notes": {f"N-{number}": each for number, each in enumerate(notes, 1)},
    }
    return found


def derived(decision: Decision) -> object:
    """All that was derived, and what is missing where that is not certain."""
    told = {id: each.as_data() for id, each in decision["joined"].items()}
    return decision.derived, {id: (each["outcome"], each["fields"], each["missing"]) for id, each in told.items()}


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(sorted(JOINS)), _facts())
def test_p8_an_index_along_a_path_finds_what_nested_loops_find(join: str, given_facts: dict[str, object]) -> None:
    found, expected = (rules(join, indexed=each).decide(Facts(given_facts), as_of=AS_OF) for each in (True, False))
    assert derived(found) == derived(expected)


NAMED: Final = """\
facts:
  customer: {group: text}
  note: {plural: notes, fields: {customer: ref customer}}
  pair: {plural: pairs, derived: only, fields: {one: text, two: text}}
inference:
  joined:
    when:
      - {fact: note, as: one}
      - {fact: note, as: two, where: two.customer.group = one.customer.group and two.id != one.id}
    then: {derive: pair, with: {one: one.id, two: two.id}}
"""


def test_what_is_not_known_at_the_end_of_a_path_may_be_equal() -> None:
    customers = {"C-1": {"group": "a"}, "C-2": {"group": "a"}, "C-3": {"group": "b"}, "C-4": {}}
    notes = {f"N-{number}": {"customer": f"C-{number}"} for number in (1, 2, 3, 4)}
    found = decide(NAMED, {"customers": customers, "notes": notes})["joined"]
    assert {id: each.outcome for id, each in found.items()} == {
        "joined(N-1+N-2)": "derived",
        "joined(N-2+N-1)": "derived",
        **{f"joined(N-{other}+N-4)": "undetermined" for other in (1, 2, 3)},
        **{f"joined(N-4+N-{other})": "undetermined" for other in (1, 2, 3)},
    }


def test_records_that_are_found_along_a_path_are_few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    # 200 notes of 100 groups: 200 values to index, and for each note a value, two records and what tells them apart.
    customers = {f"C-{number}": {"group": f"g{number % 100}"} for number in range(200)}
    notes = {f"N-{number}": {"customer": f"C-{number}"} for number in range(200)}
    monkeypatch.setattr(matcher, "MAXIMUM_WORK", 5_000)
    assert len(decide(NAMED, {"customers": customers, "notes": notes}).derived) == 200
    with pytest.raises(TooMuchWork, match="rule `joined`"):  # 40,000 pairs
        decide(
            NAMED.replace("two.customer.group = one.customer.group", "not(two.customer.group != one.customer.group)"),
            {"customers": customers, "notes": notes},
        )
