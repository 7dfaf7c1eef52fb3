"""What a record imposes where a sanction of the same list runs: where that begins, and when it and a probation end."""

from collections.abc import Callable
from typing import Final

from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.plan.columns import Following
from partnerrules.plan.nodes import Column
from partnerrules.policies.sanctions import columns
from partnerrules.policies.sanctions.reading import Step
from partnerrules.schema import types as t

_INSTANT: Final = t.Instant()
_NUMBER: Final = t.Integer()
_UNIT: Final = t.Maybe(t.Text())
_LENGTHENED: Final = (columns.OVER, columns.ANCHOR, columns.TOTAL, columns.UNIT)
_Steps = tuple[Step, ...]


def first_completed(steps: _Steps, value: Callable[[Step], terms.Term], otherwise: terms.Term) -> terms.Term:
    """A value of the first step that the record completes."""
    for step in reversed(steps):
        completed = terms.ColumnOf(columns.completed(step.list), BOOLEAN)
        otherwise = terms.If(completed, value(step), otherwise, otherwise.type)
    return otherwise


def following_of(steps: _Steps, computed: tuple[Column, ...]) -> Following:
    """What a record has from the one whose sanction it extends or restarts."""
    goes_on = tuple(terms.ColumnOf(columns.first(step.list), BOOLEAN) for step in steps if step.goes_on)
    names = [(columns.ID, columns.FOLLOWED)]
    if any(step.new_offence == "extend" for step in steps):
        names += [(each, columns.of_the_one_before(each)) for each in _LENGTHENED]
    return Following(terms.AnyOf(goes_on, BOOLEAN), columns.FOLLOWS, tuple(names), computed)


def extended(steps: _Steps) -> tuple[Column, ...]:
    """Where what extends another one begins, and when it is over, counted from where the first of them started."""
    extending = [step for step in steps if step.new_offence == "extend"]
    if not extending:
        return ()
    first = tuple(terms.ColumnOf(columns.first(step.list), BOOLEAN) for step in extending)
    extends = terms.All((terms.ColumnOf(columns.FOLLOWS, BOOLEAN), terms.AnyOf(first, BOOLEAN)), BOOLEAN)

    def before(column: str, type: t.Type) -> terms.Term:
        return terms.ColumnOf(columns.of_the_one_before(column), type)

    def if_extends(then: terms.Term, otherwise: terms.Term) -> terms.Term:
        return terms.If(terms.ColumnOf(columns.EXTENDS, BOOLEAN), then, otherwise, otherwise.type)

    def over(step: Step) -> terms.Term:
        if step not in extending or step.stretch.length is None:
            return ends
        return step.stretch.length.of(terms.ColumnOf(columns.TOTAL, _NUMBER)).after(anchor)

    nothing = terms.Value(0, _NUMBER)
    starts, ends = (terms.ColumnOf(name, _INSTANT) for name in (columns.STARTS, columns.ENDS))
    anchor = terms.ColumnOf(columns.ANCHOR, _INSTANT)
    own = terms.ColumnOf(columns.LENGTH, _NUMBER)
    longer = terms.Calculation("number", "+", before(columns.TOTAL, _NUMBER), own, _NUMBER)
    # What another version imposed may count its length otherwise: then it is extended from where it ends.
    own_unit, its_unit = terms.ColumnOf(columns.UNIT, _UNIT), before(columns.UNIT, _UNIT)
    same = (
        terms.Exists(own_unit, BOOLEAN),
        terms.Exists(its_unit, BOOLEAN),
        terms.Comparison("=", own_unit, its_unit, BOOLEAN),
    )
    counts_on = terms.ColumnOf(columns.SAME_UNIT, BOOLEAN)
    first_start = terms.If(counts_on, before(columns.ANCHOR, _INSTANT), before(columns.OVER, _INSTANT), _INSTANT)
    return (
        Column(columns.LENGTH, first_completed(steps, _length, nothing)),
        Column(columns.EXTENDS, extends),
        Column(columns.UNIT, first_completed(steps, _unit, terms.Value(None, _UNIT))),
        Column(columns.SAME_UNIT, terms.All(same, BOOLEAN)),
        Column(columns.ANCHOR, if_extends(first_start, starts)),
        Column(columns.TOTAL, if_extends(terms.If(counts_on, longer, own, _NUMBER), own)),
        Column(columns.BEGINS, if_extends(before(columns.OVER, _INSTANT), starts)),
        Column(columns.OVER, if_extends(first_completed(steps, over, ends), ends)),
    )


def told_of(steps: _Steps) -> tuple[Column, ...]:
    """What another version needs to extend what this one has imposed, if this one extends nothing."""
    starts = terms.ColumnOf(columns.STARTS, _INSTANT)
    return (
        Column(columns.ANCHOR, starts),
        Column(columns.TOTAL, first_completed(steps, _length, terms.Value(0, _NUMBER))),
        Column(columns.UNIT, first_completed(steps, _unit, terms.Value(None, _UNIT))),
    )


def _length(step: Step) -> terms.Term:
    length = step.stretch.length
    return terms.Value(0, _NUMBER) if length is None else length.amount


def _unit(step: Step) -> terms.Term:
    length = step.stretch.length
    return terms.Value(None if length is None else " ".join(name for name, _ in length.dimension), _UNIT)


def lasting(steps: _Steps) -> list[Column]:
    """When nothing of the sanction is in force any more, and when the probation after it ends, if there is one."""
    over = terms.ColumnOf(columns.OVER, _INSTANT)

    def ended(step: Step) -> terms.Term:
        return over if step.reinstatement is None else step.reinstatement.ended(over)

    found = [Column(columns.REINSTATED, first_completed(steps, ended, over))]
    if not has_probation(steps):
        return found
    none = terms.Value(None, t.Maybe(_INSTANT))
    reinstated = terms.ColumnOf(columns.REINSTATED, _INSTANT)

    def ends(step: Step) -> terms.Term:
        probation = None if step.reinstatement is None else step.reinstatement.probation
        return none if probation is None else probation.after(reinstated)

    return [*found, Column(columns.PROBATION_ENDS, first_completed(steps, ends, none))]


def has_probation(steps: _Steps) -> bool:
    """Whether a probation comes after some step."""
    return any(step.reinstatement is not None and step.reinstatement.probation is not None for step in steps)
