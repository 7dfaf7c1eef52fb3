"""Sanctions: what follows when violations add up. Steps are evaluated at each counted record, in the order of the days.

A record imposes the first step that it completes, and none while a sanction of this policy that is as severe or more
severe still runs, unless the policy says what a new offence does. A sanction runs from its start up to its end; those
that overlap join their effects. What is imposed is evaluated anew in every run from the records alone; what was
recorded of it before only tells what is new.
"""

from functools import partial
from typing import Final

from partnerrules.decisions.basis import NOT_APPLICABLE
from partnerrules.decisions.sanctions import CLEAR
from partnerrules.domain.conduct import EFFECTS, SCOPE_OF, SCOPES
from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.environment import PolicySignature
from partnerrules.language.form_reader import Item, Word
from partnerrules.language.names import SUBJECT
from partnerrules.plan.nodes import OUTCOME, Collapse, Column, Let, Plan, Unnest
from partnerrules.policies.conditions import Lowering
from partnerrules.policies.kind import Context, Kind, Lowered, Succession, lowered_head, subject_of
from partnerrules.policies.sanctions import columns
from partnerrules.policies.sanctions.combining import joined, runs_on, told
from partnerrules.policies.sanctions.counting import counting_of
from partnerrules.policies.sanctions.effects import Effect, effects_of, own_effects, scopes_of
from partnerrules.policies.sanctions.forms import FORM
from partnerrules.policies.sanctions.going_on import has_probation as probation_follows
from partnerrules.policies.sanctions.imposing import counted, imposed
from partnerrules.policies.sanctions.outcomes import Described, points, reached_points, result_of
from partnerrules.policies.sanctions.reading import Step, list_names, steps_of
from partnerrules.policies.sanctions.recorded import recorded_ids
from partnerrules.policies.sanctions.reinstating import has_probation
from partnerrules.policies.sanctions.steps import id_of
from partnerrules.schema import types as t


def signature(name: Word, item: Item, context: Context) -> PolicySignature | None:
    """What other policies see of a sanctions policy: the list that a record is on, effects, and what they bear on."""
    entity = subject_of(item, context)
    if entity is None:
        return None
    lists = t.Enumeration(tuple(dict.fromkeys((*list_names(item), CLEAR, NOT_APPLICABLE))))
    names = [*effects_of(item), *scopes_of(item)]
    if any(has_probation(step) for step in item.list("steps") if isinstance(step, Item)):
        names.append(columns.ON_PROBATION)
    told = {each: t.Boolean() for each in names}
    return PolicySignature((entity,), {**told, OUTCOME: lists}, frozenset({CLEAR}), name.span)


def lower(name: Word, item: Item, context: Context) -> Lowered | None:
    """The plan of a sanctions policy, or None after a fault.

    One row for each counted record of a subject; the records counted up to each; the step that each completes; which of
    them take effect; and of all of them together what is in force.
    """
    head = lowered_head(item, context)
    own = own_effects(item, context)
    counting = None if head is None else counting_of(item, head, context)
    lowering = Lowering(context, {})
    steps = None
    if head is not None and counting is not None:
        steps = steps_of(item, head, counting, own, lowering, context)
    if head is None or counting is None or steps is None or not lowering.bounded(name.span):
        return None
    every = (*(Effect(each, SCOPE_OF[each]) for each in EFFECTS), *own)
    effects = tuple(each for each in every if any(each.name in step.effects for step in steps))
    subject = id_of(terms.Variable(SUBJECT, t.Record(head.entity)))
    over = Let(head.node, (Column(columns.SUBJECT_ID, subject), *_recorded_ids(head.entity), *_left_out()))
    unnested = Unnest(over, counting.records, counting.record.name, columns.BELONGS, columns.WHOLE)
    count_once = item.text("count_once") == "true"
    rows = imposed(
        counted(unnested, counting),
        name.text,
        head.entity,
        counting,
        steps,
        effects,
        lowering,
        count_once=count_once,
        days=context.days,
    )
    described = Described(head.entity, counting.record.name, steps, effects)
    return Lowered(
        plan=Plan((head.entity,), _together(over, rows, steps, effects)),
        reference_date=head.reference_date,
        depth=max(head.depth, counting.depth, lowering.depth, *(step.depth for step in steps)),
        points=points(steps),
        reached=partial(reached_points, described),
        result=partial(result_of, described),
        succession=Succession(told, joined, runs_on, counting.day_text),
    )


def _together(over: Let, rows: Let, steps: tuple[Step, ...], effects: tuple[Effect, ...]) -> Let:
    """What is in force of all that the counted records of a subject impose."""
    sought = [(columns.in_force(step.list), columns.listed(step.list)) for step in steps]
    sought += [(columns.has(effect.name), effect.name) for effect in effects]
    if probation_follows(steps):
        sought.append((columns.IN_PROBATION, columns.ON_PROBATION))
    some = tuple(Column(columns.some(of), terms.ColumnOf(of, BOOLEAN)) for of, _ in sought)
    found = [Column(column, _or_in_doubt(columns.some(of))) for of, column in sought]
    for scope in SCOPES:
        bearing = tuple(terms.ColumnOf(effect.name, BOOLEAN) for effect in effects if effect.scope == scope)
        if bearing:
            found.append(Column(scope, terms.AnyOf(bearing, BOOLEAN)))
    outcome: terms.Term = terms.Value(CLEAR, t.Text())
    for step in reversed(steps):
        on_list = terms.ColumnOf(columns.listed(step.list), BOOLEAN)
        outcome = terms.If(on_list, terms.Value(step.list, t.Text()), outcome, t.Text())
    return Let(Collapse(over, rows, some), (*found, Column(OUTCOME, outcome)))


def _or_in_doubt(some: str) -> terms.Term:
    """Whether something holds of some record, unknown where there may be records that nobody named."""
    others = terms.Not(terms.ColumnOf(columns.WHOLE, BOOLEAN), BOOLEAN)  # never true: whole is true or unknown
    return terms.AnyOf((terms.ColumnOf(some, BOOLEAN), others), BOOLEAN)


def _left_out() -> tuple[Column, ...]:
    """Records that are left out; none are, except where it is tried what would be without them."""
    none = terms.Value(None, t.Maybe(t.Text()))
    return tuple(Column(name, none) for name in columns.LEFT_OUT)


def _recorded_ids(entity: str) -> tuple[Column, ...]:
    """The ids of what is recorded of a partner; of other records nothing is."""
    if entity != "partner":
        return ()
    return (Column(columns.RECORDED_IDS, recorded_ids()),)


SANCTIONS: Final = Kind("sanctions", "what follows when violations add up", FORM, signature, lower)
