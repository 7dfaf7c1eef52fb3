"""Reads what it takes to be reinstated once a sanction is over: conditions that must hold, and a probation after."""

from dataclasses import dataclass

from partnerrules.decisions.requirements import Combination, Requirement
from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.form_reader import Item
from partnerrules.policies.computing import every
from partnerrules.policies.conditions import Lowering
from partnerrules.policies.kind import Context, checked_expression, unsuited
from partnerrules.policies.periods import period_of
from partnerrules.policies.sanctions import columns
from partnerrules.policies.sanctions.stretches import Length
from partnerrules.schema import types as t
from partnerrules.schema.titles import Title


@dataclass(frozen=True, slots=True)
class Reinstatement:
    """What comes at the end of a sanction.

    Attributes:
        requirement: what must hold besides, so that it ends; None if nothing has to.
        fulfilled: whether it holds, over the columns of its conditions.
        day: the day of reinstatement, which may be absent; None if the policy does not say it.
        probation: how long probation lasts from the day of the end on, or of reinstatement; None if there is none.
    """

    requirement: Requirement | None
    fulfilled: terms.Term
    day: terms.Term | None
    probation: Length | None

    def ended(self, over: terms.Term) -> terms.Term:
        """When nothing is in force any more of what is over at an instant: then, or later on the day."""
        if self.day is None:
            return over
        begins = columns.midnight(self.day)
        later = terms.If(terms.Comparison("<", over, begins, BOOLEAN), begins, over, t.Instant())
        if not isinstance(self.day.type, t.Maybe):
            return later
        return terms.If(terms.Exists(self.day, BOOLEAN), later, over, t.Instant())


def has_probation(step: Item) -> bool:
    """Whether a step has a probation."""
    under = step.item("reinstatement")
    return under is not None and "probation" in under.keys


def reinstatement_of(
    step: Item,
    named: dict[str, terms.Term],
    present: frozenset[terms.Term],
    lowering: Lowering,
    depths: list[int],
    context: Context,
) -> Reinstatement | None:
    """What a step says about reinstatement, None if it says nothing, or after a fault.

    Args:
        step: the step.
        named: the names that its expressions see.
        present: terms that are not absent where it is imposed.
        lowering: takes the conditions.
        depths: takes the depth of each expression.
        context: for checking.
    """
    under = step.item("reinstatement")
    if under is None:
        return None
    if not under.keys:
        context.report.error(
            "missing-key",
            "a reinstatement needs one of the keys `conditions`, `probation`",
            step.keys["reinstatement"],
            help="write what must hold under `conditions:`, or leave `reinstatement` out",
        )
        return None
    lowering.present = present
    lowered = [lowering.condition(read) for read in under.list("conditions")]
    found = [each for each in lowered if each is not None]
    depths.append(lowering.depth)
    requirement: Requirement | None = None
    if len(found) == 1:
        requirement = found[0][0]
    elif found:
        requirement = Combination("all", len(found), tuple(each for each, _ in found), Title(), None)
    probation: Length | None = None
    written = under.expression("probation")
    checked = checked_expression(written, context, named, present)
    if checked is not None and written is not None:
        depths.append(checked.depth + 2)
        dimension = period_of(checked, written.span, "probation lasts for days or months", context, elapsed=False)
        probation = None if dimension is None else Length(checked.term, dimension, by_days=True)
    day = _day_of(under, named, present, depths, context)
    faulty = [key for key, read in (("probation", probation), ("day", day)) if read is None and key in under.keys]
    if faulty or len(found) != len(lowered):
        return None
    return Reinstatement(requirement, every(*(term for _, term in found)), day, probation)


def _day_of(
    under: Item, named: dict[str, terms.Term], present: frozenset[terms.Term], depths: list[int], context: Context
) -> terms.Term | None:
    """The day of reinstatement, None if it is not said, or after a fault."""
    if "day" in under.keys and "conditions" not in under.keys:
        context.report.error(
            "missing-key",
            "a sanction that ends by itself has no day of reinstatement",
            under.keys["day"],
            help="write what must hold so that it ends under `conditions:`, such as `exists(partner.reinstated_on)`",
        )
        return None
    written = under.expression("day")
    checked = checked_expression(written, context, named, present)
    if checked is None or written is None:
        return None
    depths.append(checked.depth + 3)
    found = t.present(checked.type)
    if isinstance(found, t.Date):
        return checked.term
    unsuited(context, written.span, found, f"the day of reinstatement is a date, not {found}")
    return None
