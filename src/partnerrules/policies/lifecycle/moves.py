"""What moves a record on by itself: the automatic steps that are due, one after the other.

From each stage the earliest step that happens counts, and on one day the one that is written first. The stages are gone
through once, in an order in which automatic steps only lead onwards, so that no loop is needed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from partnerrules.decisions.requirements import Condition, Requirement, conditions
from partnerrules.language import terms
from partnerrules.language.building import shifted
from partnerrules.language.checking import BOOLEAN
from partnerrules.plan.nodes import Column
from partnerrules.policies.computing import choice, compared, every, exists, negated
from partnerrules.policies.conditions import leaf_column
from partnerrules.policies.lifecycle import columns
from partnerrules.policies.lifecycle.steps import Stages, Step
from partnerrules.schema import types as t

_TEXT: Final = t.Text()
_DATE: Final = t.Date()
_MAYBE_DATE: Final = t.Maybe(_DATE)
_TODAY: Final = terms.ColumnOf(columns.TODAY, _DATE)
_NO_DAY: Final = terms.Value(None, _MAYBE_DATE)
_FALSE: Final = terms.Value(False, BOOLEAN)


def holds(requirement: Requirement, at: int | None = None) -> terms.Term:
    """Whether a requirement is met, over the columns of its conditions.

    Args:
        requirement: the conditions.
        at: the automatic step as of whose day they are asked; as of the decision if None.
    """
    if isinstance(requirement, Condition):
        column = leaf_column(requirement.id)
        return terms.ColumnOf(column if at is None else columns.then(column, at), BOOLEAN)
    items = tuple(holds(item, at) for item in requirement.items)
    match requirement.kind:
        case "not":
            return negated(items[0])
        case "all":
            return terms.All(items, BOOLEAN)
        case "any":
            return terms.AnyOf(items, BOOLEAN)
        case "at_least":
            return terms.AtLeast(requirement.count, items, BOOLEAN)


def asked_of(stages: Stages, step: Step) -> tuple[Requirement, ...]:
    """What is asked of one who takes a step: the guard of the stage, and what the transition asks besides."""
    guard = stages.stages[step.after].guard
    return tuple(each for each in (guard, step.requirement) if each is not None)


@dataclass(frozen=True, slots=True)
class Moves:
    """The automatic steps of a policy.

    Attributes:
        stages: the stages and steps.
        leaves: the columns of the conditions, by their names.
    """

    stages: Stages
    leaves: dict[str, Column]

    def columns(self) -> Iterator[Column]:
        """The stage and its first day after each pass over the stages that are left automatically."""
        stage, since = columns.STARTED, columns.SINCE_STARTED
        for position, (name, steps) in enumerate(self.stages.automatic.items()):
            is_there = compared(terms.ColumnOf(stage, _TEXT), "=", terms.Value(name, _TEXT))
            for step in steps:
                yield from self._step(step, is_there, since)
            after, from_then = columns.stage_after(position), columns.since_after(position)
            some = terms.AnyOf(tuple(_happens(step) for step in steps), BOOLEAN)
            to: terms.Term = terms.Value(steps[-1].after, _TEXT)
            day: terms.Term = _day(steps[-1], _MAYBE_DATE)
            for step in reversed(steps[:-1]):
                first = every(_happens(step), *(_not_before(step, other) for other in steps if other is not step))
                to = choice(first, terms.Value(step.after, _TEXT), to)
                day = choice(first, _day(step, _MAYBE_DATE), day)
            yield Column(after, choice(some, to, terms.ColumnOf(stage, _TEXT)))
            yield Column(from_then, choice(some, day, terms.ColumnOf(since, _MAYBE_DATE)))
            stage, since = after, from_then

    def _step(self, step: Step, is_there: terms.Term, since: str) -> Iterator[Column]:
        """On which day a step is due, and whether it happens then."""
        day = step.day.term if step.day is not None else _NO_DAY
        if step.period is not None:
            entered = terms.ColumnOf(since, _DATE)
            # A period may turn out to be none, as a parameter: then there is no such day, and never one before.
            day = terms.Apply("end_of_term", (entered, shifted(entered, "+", step.period), entered), _DATE)
        yield Column(columns.day(step.number), terms.If(is_there, day, _NO_DAY, _MAYBE_DATE))
        due = every(exists(_day(step, _MAYBE_DATE)), compared(_day(step), "<=", _TODAY), *self._while_held(step, since))
        yield Column(columns.due(step.number), due)
        there = terms.ColumnOf(columns.due(step.number), BOOLEAN)
        asked = asked_of(self.stages, step)
        for id in dict.fromkeys(each.id for requirement in asked for each in conditions(requirement)):
            leaf = self.leaves[leaf_column(id)]
            observed = tuple(replace(part, term=_then(part.term, step)) for part in leaf.observed)
            then = columns.then(leaf.name, step.number)
            yield Column(then, choice(there, _then(leaf.term, step), _FALSE), observed)
        met = (holds(requirement, step.number) for requirement in asked)
        yield Column(columns.happens(step.number), every(there, *met))

    def _while_held(self, step: Step, since: str) -> Iterator[terms.Term]:
        """That its day comes after the stage before was entered, and recorded for the last time, and late enough.

        What was recorded for that very day is what came of it. A stage that was only reached by another step of the
        same day can be left on it.
        """
        day, last = _day(step), terms.ColumnOf(columns.LAST_RECORDED, _DATE)
        moved = negated(compared(terms.ColumnOf(columns.STARTED, _TEXT), "=", terms.Value(step.before, _TEXT)))
        never_recorded = negated(exists(terms.ColumnOf(columns.LAST_RECORDED, _MAYBE_DATE)))
        yield terms.AnyOf((moved, never_recorded, compared(last, "<", day)), BOOLEAN)
        if step.period is not None:
            return
        entered = terms.ColumnOf(since, _DATE)
        ways = [
            negated(exists(terms.ColumnOf(since, _MAYBE_DATE))),
            compared(entered, "<", day),
            every(compared(entered, "=", day), moved),
        ]
        yield terms.AnyOf(tuple(ways), BOOLEAN)
        if step.stay is not None:
            yield compared(shifted(entered, "+", step.stay), "<=", day)


def _day(step: Step, type: t.Type = _DATE) -> terms.Term:
    return terms.ColumnOf(columns.day(step.number), type)


def _then(term: terms.Term, step: Step) -> terms.Term:
    return terms.AtMoment(term, _day(step), term.type)


def _happens(step: Step) -> terms.Term:
    return terms.ColumnOf(columns.happens(step.number), BOOLEAN)


def _not_before(step: Step, other: Step) -> terms.Term:
    """Whether a step comes before another one, if that one happens at all."""
    earlier = compared(_day(step), "<=" if step.number < other.number else "<", _day(other))
    return terms.AnyOf((negated(_happens(other)), earlier), BOOLEAN)
