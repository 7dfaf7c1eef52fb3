"""Reads the steps of a sanctions policy: lists and effects, conditions, starts and ends."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from partnerrules.decisions.basis import NOT_APPLICABLE, NOT_IN_FORCE, UNDETERMINED
from partnerrules.decisions.sanctions import CLEAR
from partnerrules.language import syntax as s
from partnerrules.language import terms
from partnerrules.language.checker import Observed
from partnerrules.language.checking import BOOLEAN, implied
from partnerrules.language.form_reader import Expression, Item, Word
from partnerrules.language.names import COUNTED
from partnerrules.language.once import Once
from partnerrules.policies.conditions import Lowering
from partnerrules.policies.kind import Context, Head, checked_condition, checked_expression, unsuited
from partnerrules.policies.periods import period_of
from partnerrules.policies.sanctions import columns
from partnerrules.policies.sanctions.counting import Counting
from partnerrules.policies.sanctions.effects import Effect, step_effects
from partnerrules.policies.sanctions.forms import NewOffence
from partnerrules.policies.sanctions.reinstating import Reinstatement, has_probation, reinstatement_of
from partnerrules.policies.sanctions.steps import Reached, reached
from partnerrules.policies.sanctions.stretches import Length, Stretch
from partnerrules.policies.sanctions.unreached import warn_of_unreached
from partnerrules.schema import types as t
from partnerrules.schema.titles import Title

MAXIMUM_STEPS: Final = 50
_WORDS: Final = (CLEAR, UNDETERMINED, NOT_IN_FORCE, NOT_APPLICABLE)
"""Outcomes that are no lists."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a sanctions policy.

    Attributes:
        list: its id, the list that a partner is put on.
        title: for people.
        source: the clause it comes from.
        text: of its condition, in canonical form.
        observed: what an explanation shows of the condition.
        reached: when it is reached.
        stretch: from when to when the sanction runs.
        new_offence: what completing it again does while it runs.
        effects: what follows from it.
        standings: to be recorded with it, value by kind.
        reinstatement: what it takes to be reinstated, and what comes after; None if nothing is said of that.
        depth: of the deepest expression.
    """

    list: str
    title: Title
    source: str | None
    text: str
    observed: tuple[Observed, ...]
    reached: Reached
    stretch: Stretch
    new_offence: NewOffence
    effects: tuple[str, ...]
    standings: tuple[tuple[str, str], ...]
    reinstatement: Reinstatement | None
    depth: int

    @property
    def goes_on(self) -> bool:
        """Whether a sanction that runs goes on with the one that completing the step again imposes."""
        return self.new_offence in ("extend", "restart")


def list_names(item: Item) -> tuple[str, ...]:
    """The lists of a policy, in the order of its steps."""
    found = (step.text("list") for step in item.list("steps") if isinstance(step, Item))
    return tuple(name for name in found if name is not None)


@dataclass(slots=True)
class _Reading:
    """What all steps of a policy are read with.

    Attributes:
        context: for checking.
        named: the names that expressions about a counted record see.
        counting: which records count.
        counted: the column with the list of the records counted up to one.
        own: effects of the policy's own.
        usual: what completing a step again does, unless it says so itself.
        on_probation: whether some step has a probation.
        lowering: collects the conditions of reinstatement.
        lists: the lists that steps put on.
    """

    context: Context
    named: dict[str, terms.Term]
    counting: Counting
    counted: terms.ColumnOf
    own: tuple[Effect, ...]
    usual: NewOffence
    on_probation: bool
    lowering: Lowering
    lists: Once


def steps_of(
    item: Item, head: Head, counting: Counting, own: tuple[Effect, ...], lowering: Lowering, context: Context
) -> tuple[Step, ...] | None:
    """The steps in their order, or None after a fault.

    Args:
        item: the policy.
        head: the records that it decides.
        counting: which records count.
        own: effects of the policy's own.
        lowering: takes the conditions of reinstatement.
        context: for checking.
    """
    written = [step for step in item.list("steps") if isinstance(step, Item)]
    if len(written) > MAXIMUM_STEPS:
        context.report.error(
            "too-large",
            f"a sanctions policy has at most {MAXIMUM_STEPS} steps, this one has {len(written):,}",
            written[MAXIMUM_STEPS].span,
            help="split the policy",
        )
        return None
    on_probation = any(has_probation(each) for each in written)
    if on_probation and not _name_is_free(item, head, context):
        return None
    lowering.named = {**head.named, counting.record.name: counting.record}
    left = columns.LEFT if item.text("count_once") == "true" else columns.COUNTED
    reading = _Reading(
        context,
        lowering.named,
        counting,
        terms.ColumnOf(left, t.ListOf(counting.record.type)),
        own,
        _new_offence(item, "ignored"),
        on_probation,
        lowering,
        Once(context.report, help="join their conditions with `or`, or give the lists names of their own"),
    )
    steps = [_step(each, reading) for each in written]
    whole = [step for step in steps if step is not None]
    if not whole or len(whole) != len(item.list("steps")):
        return None
    conditions = [(step.list, each.expression("when")) for step, each in zip(whole, written, strict=True)]
    warn_of_unreached([(list, when) for list, when in conditions if when is not None], context.report)
    return tuple(whole)


def _name_is_free(item: Item, head: Head, context: Context) -> bool:
    environment = context.environment
    if columns.ON_PROBATION not in (*head.named, *environment.parameters, *environment.definitions.names(None)):
        return True
    context.report.error(
        "ambiguous-name",
        f"`{columns.ON_PROBATION}` says here whether probation is running, and there is something else of that name",
        item.keys["steps"],
        help="rename the other one",
    )
    return False


def _new_offence(item: Item, usual: NewOffence) -> NewOffence:
    match item.text("new_offence"):
        case ("ignored" | "concurrent" | "extend" | "restart") as written:
            return written
        case _:
            return usual


def _step(item: Item, reading: _Reading) -> Step | None:
    context, counting = reading.context, reading.counting
    name = _list_of(item, reading.lists, context)
    effects = step_effects(item, reading.own, context)
    standings = tuple((kind.text, value.text) for kind, value in item.named("standing") if isinstance(value, Word))
    written = item.expression("when")
    seen: dict[str, terms.Term] = {**reading.named, COUNTED: reading.counted}
    if reading.on_probation:
        seen[columns.ON_PROBATION] = terms.ColumnOf(columns.PROBATION_RUNS, BOOLEAN)
    elif written is not None and not _probation_is_said(written, seen, context):
        return None
    condition = checked_condition(written, context, seen, counting.present)
    if condition is None or written is None:
        return None
    found = reached(condition.term, counting.record, reading.counted, "step" if name is None else f"step {name}")
    if found is None:
        context.report.error(
            "nothing-counted",
            f"this looks at none of the counted records, so that no {counting.record.name} can complete the step",
            written.span,
            help="ask about them, such as `level(1) >= 1`; whom to decide at all is said by `when:` of the policy",
        )
        return None
    present = counting.present | implied(condition.term, True)
    depths = [condition.depth]
    starts = _moment(item.expression("starts"), columns.DAY, reading.named, present, depths, context)
    stretch = None if starts is None else _stretch(item, starts, reading.named, present, depths, context)
    before = context.report.errors
    reinstatement = reinstatement_of(item, reading.named, present, reading.lowering, depths, context)
    new_offence = _new_offence(item, reading.usual)
    if stretch is not None and stretch.length is None and new_offence == "extend":
        _cannot_be_extended(item, context)
    if name is None or effects is None or stretch is None or context.report.errors > before:
        return None
    return Step(
        list=name,
        title=item.title(),
        source=item.text("source"),
        text=condition.text,
        observed=condition.observed,
        reached=found,
        stretch=stretch,
        new_offence=new_offence,
        effects=effects,
        standings=standings,
        reinstatement=reinstatement,
        depth=max(depths),
    )


def _probation_is_said(written: Expression, seen: dict[str, terms.Term], context: Context) -> bool:
    """Reports a step that asks for a probation where none of the steps has one."""
    environment = context.environment
    if columns.ON_PROBATION in (*seen, *environment.parameters, *environment.definitions.names(None)):
        return True
    for node in () if written.tree is None else _nodes(written.tree):
        if isinstance(node, s.Name) and node.name == columns.ON_PROBATION:
            context.report.error(
                "unknown-name",
                f"there is no `{columns.ON_PROBATION}` here",
                node.span,
                help="no step of this policy has a probation: write `reinstatement: {probation: 6 months}` at one",
            )
            return False
    return True


def _nodes(tree: s.Syntax) -> Iterator[s.Syntax]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += s.children(node)


def _cannot_be_extended(item: Item, context: Context) -> None:
    own = item.word("new_offence")
    context.report.error(
        "missing-key",
        "what runs `until` a day has no length by which a further offence could extend it",
        item.keys["until"] if own is None else own.span,
        help="write how long it runs under `for:`, or give this step `new_offence: restart` or `ignored`",
    )


def _list_of(item: Item, lists: Once, context: Context) -> str | None:
    word = item.word("list")
    if word is None:
        return None
    if word.text in _WORDS:
        message = f"a list cannot be called `{word.text}`, which is an outcome by itself"
        context.report.error("bad-name", message, word.span, help="use a word of your own, such as `black`")
        return None
    return word.text if lists.claim(word.text, word.span, f"two steps put on the list `{word.text}`") else None


def _moment(
    written: Expression | None,
    usual: str,
    named: dict[str, terms.Term],
    present: frozenset[terms.Term],
    depths: list[int],
    context: Context,
) -> terms.Term | None:
    """The instant that a day or an instant stands for, or None after a fault; of a day, when it begins."""
    if written is None:
        return columns.midnight(terms.ColumnOf(usual, t.Date()))
    checked = checked_expression(written, context, named, present)
    if checked is None:
        return None
    depths.append(checked.depth + 1)
    if isinstance(checked.type, t.Date):
        return columns.midnight(checked.term)
    if isinstance(checked.type, t.Instant):
        return checked.term
    unsuited(
        context,
        written.span,
        checked.type,
        f"a day or an instant is needed, not {checked.type}",
        help="how long it runs stands under `for:`",
        absent="a day is needed, and this one may be absent",
        guard="count only records that have it, or write which day counts then: `if exists(...) then ... else ...`",
    )
    return None


def _stretch(
    item: Item,
    starts: terms.Term,
    named: dict[str, terms.Term],
    present: frozenset[terms.Term],
    depths: list[int],
    context: Context,
) -> Stretch | None:
    until = item.expression("until")
    if until is not None:
        ends = _moment(until, columns.DAY, named, present, depths, context)
        return None if ends is None else Stretch(starts, ends, None)
    written = item.expression("for")
    checked = checked_expression(written, context, named, present)
    if checked is None or written is None:
        return None
    depths.append(checked.depth + 2)
    dimension = period_of(checked, written.span, "a sanction runs for days, months or hours", context, elapsed=True)
    if dimension is None:
        return None
    length = Length(checked.term, dimension, by_days=columns.day_of_midnight(starts) is not None)
    return Stretch(starts, length.after(starts), length)
