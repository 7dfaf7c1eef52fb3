"""Reads what it takes to be reinstated once a sanction is over: conditions that must hold, and a probation after."""

from dataclasses import dataclass

from partnerrules.decisions.requirements import Combination, Requirement
from partnerrules.language import terms
from partnerrules.language.form_reader import Item
from partnerrules.policies.computing import every
from partnerrules.policies.conditions import Lowering
from partnerrules.policies.kind import Context, checked_expression
from partnerrules.policies.periods import period_of
from partnerrules.policies.sanctions.stretches import Length
from partnerrules.schema.titles import Title


@dataclass(frozen=True, slots=True)
class Reinstatement:
    """What comes at the end of a sanction.

    Attributes:
        requirement: what must hold besides, so that it ends; None if nothing has to.
        fulfilled: whether it holds, over the columns of its conditions.
        probation: how long probation lasts from the day of the end on; None if there is none.
    """

    requirement: Requirement | None
    fulfilled: terms.Term
    probation: Length | None


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
    if (probation is None and "probation" in under.keys) or len(found) != len(lowered):
        return None
    return Reinstatement(requirement, every(*(term for _, term in found)), probation)
