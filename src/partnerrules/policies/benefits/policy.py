"""Benefits: rights, things and money that partners get beside commission, and on what conditions.

In this order, each visible in the result: gates, approvals, the claim and its window, the amount and the share of it
that is granted, rounding, and caps, which those who came first have used before. `reading` and `amounts` read a policy,
`plan` puts the columns together, `outcomes` makes the results.
"""

from typing import Final

from partnerrules.decisions.basis import NOT_APPLICABLE
from partnerrules.decisions.benefits import GRANTED, OUTCOMES, REDUCED
from partnerrules.language.environment import PolicySignature
from partnerrules.language.form_reader import Item, Word
from partnerrules.plan.nodes import OUTCOME, Carry, Plan, nodes_from
from partnerrules.policies.benefits.forms import FORM
from partnerrules.policies.benefits.outcomes import Reading
from partnerrules.policies.benefits.plan import plan_of
from partnerrules.policies.benefits.reading import benefit_of
from partnerrules.policies.kind import Context, Kind, Lowered, lowered_head, subject_of
from partnerrules.schema import types as t


def signature(name: Word, item: Item, context: Context) -> PolicySignature | None:
    """What other policies see of a benefits policy: its outcome."""
    entity = subject_of(item, context)
    if entity is None:
        return None
    outcomes = t.Enumeration((*OUTCOMES, NOT_APPLICABLE))
    return PolicySignature((entity,), {OUTCOME: outcomes}, frozenset({GRANTED, REDUCED}), name.span)


def lower(name: Word, item: Item, context: Context) -> Lowered | None:
    """The plan of a benefits policy, or None after a fault."""
    head = lowered_head(item, context)
    benefit = None if head is None else benefit_of(item, head, context)
    if head is None or benefit is None:
        return None
    reading = Reading(benefit)
    root = plan_of(benefit, head)
    return Lowered(
        plan=Plan((head.entity,), root),
        reference_date=head.reference_date,
        depth=max(head.depth, benefit.depth),
        points=reading.points(),
        reached=reading.reached,
        result=reading.result,
        continues=any(isinstance(node, Carry) for node in nodes_from(root)),
    )


BENEFITS: Final = Kind("benefits", "who gets which right, thing or money, and how much of it", FORM, signature, lower)
