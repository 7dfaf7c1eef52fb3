"""Steps of sanctions at their edges: what effects may be called, and conditions that are long."""

import time

import pytest
from tests.policies.test_sanctions import CONDUCT, at, conduct, violations
from tests.support import diagnostics

from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.plan.walk import subterms
from partnerrules.policies.sanctions.steps import reached
from partnerrules.schema import types as t


def called(effect: str) -> str:
    """The policy whose own effect has another name."""
    return CONDUCT.replace("stop_special_price", effect)


@pytest.mark.parametrize("effect", ["subject", "outcome", "applies"])
def test_an_effect_cannot_be_called_like_what_each_policy_gives(effect: str) -> None:
    told = diagnostics(called(effect))
    assert (told[0].code, told[0].message) == ("bad-name", f"an effect cannot be called `{effect}`")


@pytest.mark.parametrize(
    "effect", ["starts", "ends", "weight", "id", "when", "counted", "partner", "violation", "yellow", "clear", "has"]
)
def test_an_effect_may_be_called_anything_else(effect: str) -> None:
    result = conduct(violations((2, "2024-03-01"), (2, "2024-06-01")), at("2024-06-02"), called(effect))
    assert (result.outcome, [*result.effects]) == ("yellow", [effect])


RECORD = terms.Variable("violation", t.Record("violation"))
COUNTED = terms.ColumnOf("counted so far", t.ListOf(RECORD.type))


def nested(levels: int) -> terms.Term:
    """`and` and `or` in turns, each within the one before."""
    some = terms.Comparison("=", RECORD, RECORD, BOOLEAN)
    condition: terms.Term = some
    for level in range(levels):
        items = (some, condition)
        condition = terms.All(items, BOOLEAN) if level % 2 else terms.AnyOf(items, BOOLEAN)
    return condition


def size(condition: terms.Term) -> int:
    """How many terms there are to a step of a condition."""
    found = reached(condition, RECORD, COUNTED, "step")
    assert found is not None
    whole = (*(column.term for column in found.columns), found.holds, found.completed, found.causes)
    return sum(1 for term in whole for _ in subterms(term))


def test_a_step_grows_with_the_length_of_its_condition_and_not_with_its_square() -> None:
    one, two, three = (size(nested(levels)) for levels in (10, 20, 30))
    assert three - two == two - one


def test_a_long_condition_over_levels_that_are_not_known_is_decided_quickly() -> None:
    condition = "level(3) >= 1"
    for number in range(28):
        word = ("or", "and")[number % 2]
        condition = f"level(1) >= {number + 1} {word} level(2) >= {number + 2} {word} ({condition})"
    text = CONDUCT.replace("level(1) >= 1 or level(2) >= 3", condition)
    given = violations(*((None, f"2024-03-{day:02}") for day in range(1, 31)))
    started = time.process_time()
    assert conduct(given, at("2024-06-01"), text).outcome == "undetermined"
    assert time.process_time() - started < 15  # a second or two; minutes where each part is worked out again
