"""Inference: facts that follow from others, which the other policies see like those that are given.

A rule fires for each combination of records that meets its conditions, and derives a record: two registrations of one
customer give a conflict, a repeated violation one of the next level. What rules read, and in which order they settle
it, is checked for the ruleset as a whole.
"""

from functools import partial
from typing import Final

from partnerrules.decisions.basis import NOT_APPLICABLE
from partnerrules.decisions.inference import DERIVED
from partnerrules.language.environment import PolicySignature
from partnerrules.language.form_reader import Item, Word
from partnerrules.plan.inference import Rule, Setting
from partnerrules.plan.nodes import OUTCOME, Plan, Scan
from partnerrules.plan.walk import at_hand
from partnerrules.policies.inference.forms import FORM
from partnerrules.policies.inference.outcomes import Told, points, reached, result
from partnerrules.policies.inference.reading import decreasing, then_of, when_of
from partnerrules.policies.kind import Context, Kind, Lowered, entity_of
from partnerrules.schema import types as t


def signature(name: Word, item: Item, context: Context) -> PolicySignature | None:
    """What other policies see of a rule: whether it has derived a record."""
    then = item.item("then")
    entity = None if then is None else entity_of(then.word("derive"), context)
    if entity is None:
        return None
    outcomes = t.Enumeration((DERIVED, NOT_APPLICABLE))
    return PolicySignature((entity,), {OUTCOME: outcomes}, frozenset({DERIVED}), name.span)


def lower(name: Word, item: Item, context: Context) -> Lowered | None:
    """The rule as data, or None after a fault."""
    before = context.report.errors
    conclusion = item.item("then")
    entity = None if conclusion is None else conclusion.text("derive")
    when = when_of(item, context)
    if conclusion is None or entity is None or when is None:
        return None
    then = then_of(conclusion, entity, when)
    if then is None:
        return None
    decreases = decreasing(item, entity, then.settings, context)
    if context.report.errors > before:
        return None
    names = when.names
    rule = Rule(
        id=name.text,
        patterns=tuple(when.patterns),
        conditions=tuple(at_hand(each, names) for each in when.conditions),
        derives=entity,
        settings=tuple(Setting(each.field, at_hand(each.value, names)) for each in then.settings),
        decreases=None if decreases is None else decreases.text,
        columns=tuple(when.lowering.columns),
        span=name.span,
        decreases_span=None if decreases is None else decreases.span,
    )
    told = Told(name.text, tuple(each.name for each in rule.patterns), tuple(when.requirements))
    return Lowered(
        plan=Plan((entity,), Scan(entity)),
        depth=max(when.lowering.depth, then.depth),
        points=points(),
        reached=reached,
        result=partial(result, told),
        rule=rule,
    )


INFERENCE: Final = Kind("inference", "facts that follow from others", FORM, signature, lower)
