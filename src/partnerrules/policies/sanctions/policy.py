"""Sanctions: what follows when violations add up. Steps are evaluated at each counted record, in the order of the days.

A record imposes the first step that it completes, and none while a sanction of this policy that is as severe or more
severe still runs. A sanction runs from its start up to its end; those that overlap join their effects. What is imposed
is evaluated anew in every run from the records alone; what was recorded of it before only tells what is new.
"""

from collections.abc import Callable
from functools import partial
from typing import Final, Literal

from partnerrules.decisions.basis import NOT_APPLICABLE
from partnerrules.decisions.sanctions import CLEAR
from partnerrules.domain.conduct import EFFECTS
from partnerrules.language import forms, terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.environment import PolicySignature
from partnerrules.language.form_reader import Item, Word
from partnerrules.language.names import SUBJECT
from partnerrules.plan.nodes import OUTCOME, Collapse, Column, Cumulate, Let, Node, Plan, Succeed, Unnest
from partnerrules.policies.kind import SHARED_KEYS, Context, Kind, Policy, lowered_head, subject_of
from partnerrules.policies.sanctions import columns
from partnerrules.policies.sanctions.counting import Counting, counting_of
from partnerrules.policies.sanctions.outcomes import Described, points, reached_points, result_of
from partnerrules.policies.sanctions.reading import (
    Step,
    effects_of,
    list_names,
    own_effects,
    steps_of,
)
from partnerrules.policies.sanctions.steps import id_of
from partnerrules.schema import types as t

STEP: Final = forms.RecordForm(
    "step",
    (
        forms.Key("list", forms.NameForm(), "the list that a partner is put on, such as `black`", required=True),
        forms.Key("title", forms.TitleForm(), "what people call it, in one or several languages"),
        forms.Key("source", forms.TextForm(), "the clause of the document that it comes from"),
        forms.Key("when", forms.ExpressionForm(), "when it is reached, such as `level(1) >= 1`", required=True),
        forms.Key("starts", forms.ExpressionForm(), "the day or instant it runs from; the day that counts if left out"),
        forms.Key("for", forms.ExpressionForm(), "how long it runs, such as `90 days`"),
        forms.Key("until", forms.ExpressionForm(), "the day or instant it runs up to"),
        forms.Key(
            "effects",
            forms.ListForm(forms.NameForm(), at_least=1),
            "what follows from it, such as `stop_settlement`",
            required=True,
        ),
        forms.Key("standing", forms.MapForm(forms.TextForm(), "kind of standing"), "standings to record with it"),
    ),
    ("for", "until"),
)

FORM: Final = forms.RecordForm(
    "sanctions policy",
    (
        *SHARED_KEYS,
        forms.Key("count", forms.ExpressionForm(), "the records that count, such as violations", required=True),
        forms.Key("by", forms.ExpressionForm(), "the day of such a record that counts", required=True),
        forms.Key(
            "window",
            forms.AnyForm({"type": "string"}),
            "how far back records count: `calendar year`, `fiscal year`, or a period such as `12 months`",
            required=True,
        ),
        forms.Key("effects", forms.ListForm(forms.NameForm()), "effects of this policy's own, besides the known ones"),
        forms.Key(
            "steps",
            forms.ListForm(STEP, at_least=1),
            "the sanctions, the most severe first; only the first that a record completes is imposed",
            required=True,
        ),
    ),
)


def signature(name: Word, item: Item, context: Context) -> PolicySignature | None:
    """What other policies see of a sanctions policy: the list that a record is on, and each effect."""
    entity = subject_of(item, context)
    if entity is None:
        return None
    lists = t.Enumeration(tuple(dict.fromkeys((*list_names(item), CLEAR, NOT_APPLICABLE))))
    effects = {effect: t.Boolean() for effect in effects_of(item)}
    return PolicySignature((entity,), {**effects, OUTCOME: lists}, frozenset({CLEAR}), name.span)


def lower(name: Word, item: Item, context: Context) -> Policy | None:
    """The plan of a sanctions policy, or None after a fault.

    One row for each counted record of a subject; the records counted up to each; the step that each completes; which of
    them take effect; and of all of them together what is in force.
    """
    head = lowered_head(item, context)
    known = own_effects(item, context)
    counting = None if head is None else counting_of(item, head, context)
    steps = None if head is None or counting is None else steps_of(item, head, counting, known, context)
    if head is None or counting is None or steps is None:
        return None
    effects = tuple(each for each in (*EFFECTS, *known) if any(each in step.effects for step in steps))
    over = Let(head.node, (Column(columns.SUBJECT_ID, id_of(terms.Variable(SUBJECT, t.Record(head.entity)))),
                           *_recorded_ids(head.entity)))  # fmt: skip
    unnested = Unnest(over, counting.records, counting.record.name, columns.BELONGS, columns.WHOLE)
    stepped = _stepped(_counted(unnested, counting), name.text, head.entity, counting, steps)
    rows = _successive(stepped, steps, effects)
    sought = [(columns.in_force(step.list), columns.listed(step.list)) for step in steps]
    sought += [(columns.has(effect), effect) for effect in effects]
    some = tuple(Column(columns.some(of), terms.ColumnOf(of, BOOLEAN)) for of, _ in sought)
    found = [Column(column, _or_in_doubt(columns.some(of))) for of, column in sought]
    outcome: terms.Term = terms.Value(CLEAR, t.Text())
    for step in reversed(steps):
        on_list = terms.ColumnOf(columns.listed(step.list), BOOLEAN)
        outcome = terms.If(on_list, terms.Value(step.list, t.Text()), outcome, t.Text())
    root = Let(Collapse(over, rows, some), (*found, Column(OUTCOME, outcome)))
    described = Described(head.entity, counting.record.name, steps, effects)
    return Policy(
        kind="sanctions",
        id=name.text,
        title=item.title(),
        source=item.text("source"),
        plan=Plan((head.entity,), root),
        reference_date=head.reference_date,
        depth=max(head.depth, counting.depth, *(step.depth for step in steps)),
        span=name.span,
        points=points(steps),
        reached=partial(reached_points, described),
        result=partial(result_of, described),
    )


# ------------------------------------------------------------------------------------------------ one row a record


def _counted(source: Node, counting: Counting) -> Node:
    """The day of each record, and the records that are counted up to it."""
    dated = Let(
        source,
        (
            Column(columns.ID, id_of(counting.record)),
            Column(columns.DAY, counting.day),
            Column(columns.SINCE, counting.since),
        ),
    )
    return Cumulate(
        source=dated,
        kind="collect",
        value=terms.Follow(counting.record, counting.record.type),
        where=terms.ColumnOf(columns.BELONGS, BOOLEAN),
        within=(columns.SUBJECT_ID,),
        by=(columns.DAY, columns.ID),
        since=columns.SINCE,
        before=columns.BEFORE,
        after=columns.COUNTED,
        whole=columns.WHOLE,
        per_subject=True,
    )


def _stepped(
    source: Node,
    policy: str,
    entity: str,
    counting: Counting,
    steps: tuple[Step, ...],
) -> Node:
    """The step that each record completes, when that starts and ends, and what follows from it."""
    computed: list[Column] = []
    for step in steps:
        computed += step.reached.columns
        computed += (
            Column(columns.when(step.list), step.reached.holds, step.observed),
            Column(columns.completed(step.list), step.reached.completed),
            Column(columns.starts(step.list), step.starts),
            Column(columns.ends(step.list), step.ends),
        )
    instant = t.Instant()
    last = steps[-1].list
    any_completed = tuple(terms.ColumnOf(columns.completed(step.list), BOOLEAN) for step in steps)
    computed += (
        Column(columns.COMPLETES, terms.AnyOf(any_completed, BOOLEAN)),
        Column(columns.STEP, _first(steps, lambda step: terms.Value(step.list, _LIST), terms.Value(None, _LIST))),
        Column(
            columns.STARTS,
            _first(
                steps,
                lambda step: terms.ColumnOf(columns.starts(step.list), instant),
                terms.ColumnOf(columns.starts(last), instant),
            ),
        ),
        Column(
            columns.ENDS,
            _first(
                steps,
                lambda step: terms.ColumnOf(columns.ends(step.list), instant),
                terms.ColumnOf(columns.ends(last), instant),
            ),
        ),
        Column(columns.WEIGHT, _weight(steps)),
        Column(columns.RUNS, _compared("<", columns.STARTS, columns.ENDS)),
        Column(columns.FIRST_DAY, _day_of(columns.STARTS)),
        Column(columns.DAY_AFTER, _day_after(columns.ENDS)),
        Column(columns.RECORDED, _recorded(policy, entity, counting)),
    )
    return Let(source, tuple(computed))


def _first(steps: tuple[Step, ...], value: Callable[[Step], terms.Term], otherwise: terms.Term) -> terms.Term:
    """A value of the first step that the record completes."""
    for step in reversed(steps):
        completed = terms.ColumnOf(columns.completed(step.list), BOOLEAN)
        otherwise = terms.If(completed, value(step), otherwise, otherwise.type)
    return otherwise


def _weight(steps: tuple[Step, ...]) -> terms.Term:
    """How severe the completed step is: how many there are from the least severe one up to it.

    A count, so that where it is not known which step it is, its bounds still are.
    """
    number = t.Integer()
    one = terms.Variable("#weight", number)
    reached = tuple(
        terms.All(
            (
                terms.ColumnOf(columns.completed(step.list), BOOLEAN),
                terms.Comparison("<=", one, terms.Value(len(steps) - position, number), BOOLEAN),
            ),
            BOOLEAN,
        )
        for position, step in enumerate(steps)
    )
    numbers = tuple(terms.Value(each, number) for each in range(1, len(steps) + 1))
    every = terms.Items(numbers, t.ListOf(number))
    return terms.Aggregate("count", terms.Select(every, one.name, terms.AnyOf(reached, BOOLEAN), every.type), number)


def _successive(source: Node, steps: tuple[Step, ...], effects: tuple[str, ...]) -> Node:
    """Which of the records take effect, and whether what they impose is in force."""
    # A record that nobody named may have imposed something that covers this one: so the list has to be whole.
    imposes = (columns.BELONGS, columns.WHOLE, columns.COMPLETES, columns.RUNS)
    succeeded = Succeed(
        source=source,
        where=_both(*imposes),
        within=(columns.SUBJECT_ID,),
        by=(columns.STARTS, columns.DAY, columns.ID),  # what starts first may cover what starts while it runs
        starts=columns.STARTS,
        ends=columns.ENDS,
        weight=columns.WEIGHT,
        column=columns.TAKES_EFFECT,
        per_subject=True,
    )
    # Each by itself: where it is not known which step it is, none of them may be running any more.
    computed = [Column(columns.running(step.list), _running(step.list)) for step in steps]
    computed.append(Column(columns.STARTED, _started(columns.STARTS)))
    computed += [Column(columns.causes(step.list), _causes_if_imposed(step)) for step in steps]
    of_steps = [((step,), columns.in_force(step.list)) for step in steps]
    of_effects = [(tuple(step for step in steps if effect in step.effects), columns.has(effect)) for effect in effects]
    for having, name in (*of_steps, *of_effects, (steps, columns.IN_FORCE)):
        in_force = _first(steps, partial(_running_if, having), terms.Value(False, BOOLEAN))
        taken = terms.ColumnOf(columns.TAKES_EFFECT, BOOLEAN)
        computed.append(Column(name, terms.All((taken, in_force), BOOLEAN)))
    return Let(succeeded, tuple(computed))


# ------------------------------------------------------------------------------------------------------------ terms


def _causes_if_imposed(step: Step) -> terms.Term:
    """The records that take part in reaching a step; none unless it is imposed, as looking for them takes long."""
    causes = step.reached.causes
    imposed = terms.IfUnknown(terms.ColumnOf(columns.TAKES_EFFECT, BOOLEAN), terms.Value(False, BOOLEAN), BOOLEAN)
    return terms.If(imposed, causes, terms.Items((), causes.type), causes.type)


def _both(*names: str) -> terms.Term:
    return terms.All(tuple(terms.ColumnOf(name, BOOLEAN) for name in names), BOOLEAN)


def _compared(operator: Literal["<", "<="], left: str, right: str) -> terms.Term:
    return terms.Comparison(operator, terms.ColumnOf(left, t.Instant()), terms.ColumnOf(right, t.Instant()), BOOLEAN)


def _or_in_doubt(some: str) -> terms.Term:
    """Whether something holds of some record, unknown where there may be records that nobody named."""
    others = terms.Not(terms.ColumnOf(columns.WHOLE, BOOLEAN), BOOLEAN)  # never true: whole is true or unknown
    return terms.AnyOf((terms.ColumnOf(some, BOOLEAN), others), BOOLEAN)


def _running(list: str) -> terms.Term:
    """Whether a step is running at the as-of instant, if the record imposes it."""
    ends = terms.ColumnOf(columns.ends(list), t.Instant())
    going_on = terms.Comparison("<", terms.AsOf(t.Instant()), ends, BOOLEAN)
    return terms.All((_started(columns.starts(list)), going_on), BOOLEAN)


def _started(column: str) -> terms.Term:
    return terms.Comparison("<=", terms.ColumnOf(column, t.Instant()), terms.AsOf(t.Instant()), BOOLEAN)


def _running_if(having: tuple[Step, ...], step: Step) -> terms.Term:
    """Whether a step is running, for those that are asked for."""
    return terms.ColumnOf(columns.running(step.list), BOOLEAN) if step in having else terms.Value(False, BOOLEAN)


def _day_of(instant: str) -> terms.Term:
    return terms.Apply("date", (terms.ColumnOf(instant, t.Instant()),), t.Date())


def _day_after(instant: str) -> terms.Term:
    """The first day on which nothing is left of what ends at an instant: its own if it ends at midnight."""
    day = _day_of(instant)
    ends_at_midnight = terms.Comparison("=", columns.midnight(day), terms.ColumnOf(instant, t.Instant()), BOOLEAN)
    return terms.If(ends_at_midnight, day, columns.days_after(day, 1), t.Date())


_LIST: Final = t.Maybe(t.Text())
_SANCTION: Final = terms.Variable("#0", t.Record("sanction"))


def _own_sanctions() -> terms.Term:
    partner = terms.Variable(SUBJECT, t.Record("partner"))
    return terms.InverseOf(partner, "sanction", "partner", t.ListOf(t.Record("sanction")))


def _recorded_ids(entity: str) -> tuple[Column, ...]:
    """The ids of what is recorded of a partner; of other records nothing is."""
    if entity != "partner":
        return ()
    text = t.Text()
    each = terms.Each(_own_sanctions(), _SANCTION.name, terms.FieldOf(_SANCTION, "id", text), False, t.ListOf(text))
    return (Column(columns.RECORDED_IDS, each),)


def _recorded(policy: str, entity: str, counting: Counting) -> terms.Term:
    """Whether a recorded sanction of the partner stands for the step that a violation completes."""
    if entity != "partner" or counting.record.type != t.Record("violation"):
        return terms.Value(False, BOOLEAN)
    list_of = terms.FieldOf(_SANCTION, "list", t.Maybe(t.Text()))
    policy_of = terms.FieldOf(_SANCTION, "policy", t.Maybe(t.Text()))
    causes = terms.FieldOf(_SANCTION, "causes", t.ListOf(t.Record("violation")))
    step = terms.ColumnOf(columns.STEP, _LIST)
    same = terms.All(
        (
            terms.Among(id_of(counting.record), causes, BOOLEAN),
            terms.Exists(list_of, BOOLEAN),
            terms.Exists(step, BOOLEAN),
            terms.Comparison("=", list_of, step, BOOLEAN),
            terms.AnyOf(
                (
                    terms.Not(terms.Exists(policy_of, BOOLEAN), BOOLEAN),
                    terms.Comparison("=", policy_of, terms.Value(policy, t.Text()), BOOLEAN),
                ),
                BOOLEAN,
            ),
        ),
        BOOLEAN,
    )
    return terms.Quantified("some", _own_sanctions(), _SANCTION.name, same, BOOLEAN)


SANCTIONS: Final = Kind("sanctions", "what follows when violations add up", FORM, signature, lower)
