"""Reads the steps of a sanctions policy: lists and effects, conditions, starts and ends."""

from dataclasses import dataclass
from typing import Final

from partnerrules.decisions.basis import NOT_APPLICABLE, NOT_IN_FORCE, UNDETERMINED
from partnerrules.decisions.sanctions import CLEAR
from partnerrules.diagnostics import Label, Span, suggestion
from partnerrules.domain.conduct import EFFECTS
from partnerrules.language import terms
from partnerrules.language.checker import Observed
from partnerrules.language.checking import implied
from partnerrules.language.form_reader import Expression, Item, Word
from partnerrules.language.names import COUNTED, SUBJECT
from partnerrules.plan.nodes import APPLIES, OUTCOME
from partnerrules.policies.kind import Context, Head, checked_condition, checked_expression, unsuited
from partnerrules.policies.periods import period_of
from partnerrules.policies.sanctions import columns
from partnerrules.policies.sanctions.counting import Counting
from partnerrules.policies.sanctions.steps import Reached, reached
from partnerrules.quantities import DAYS, MONTHS, SECONDS
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
        starts: the instant at which the sanction starts.
        ends: the instant at which it has ended.
        effects: what follows from it.
        standings: to be recorded with it, value by kind.
        depth: of the deepest expression.
    """

    list: str
    title: Title
    source: str | None
    text: str
    observed: tuple[Observed, ...]
    reached: Reached
    starts: terms.Term
    ends: terms.Term
    effects: tuple[str, ...]
    standings: tuple[tuple[str, str], ...]
    depth: int


# --------------------------------------------------------------------------------------------- lists and effects


def list_names(item: Item) -> tuple[str, ...]:
    """The lists of a policy, in the order of its steps."""
    found = (step.text("list") for step in item.list("steps") if isinstance(step, Item))
    return tuple(name for name in found if name is not None)


def effects_of(item: Item) -> tuple[str, ...]:
    """The effects that the steps of a policy have, each once."""
    steps = [step for step in item.list("steps") if isinstance(step, Item)]
    return tuple(dict.fromkeys(word.text for step in steps for word in _words(step, "effects")))


def _words(item: Item, key: str) -> tuple[Word, ...]:
    return tuple(word for word in item.list(key) if isinstance(word, Word))


def own_effects(item: Item, context: Context) -> tuple[str, ...]:
    """The effects that a policy adds to the known ones."""
    found: list[str] = []
    for word in _words(item, "effects"):
        if word.text in EFFECTS or word.text in found:
            message = f"`{word.text}` is an effect already"
            context.report.error("duplicate-id", message, word.span, help="take it out of this list")
        elif word.text in (OUTCOME, APPLIES, SUBJECT):
            message = f"an effect cannot be called `{word.text}`"
            context.report.error("bad-name", message, word.span, help="use a word of your own, such as `stop_orders`")
        else:
            found.append(word.text)
    return tuple(found)


# ---------------------------------------------------------------------------------------------------------- steps


def steps_of(
    item: Item, head: Head, counting: Counting, own: tuple[str, ...], context: Context
) -> tuple[Step, ...] | None:
    """The steps in their order, or None after a fault."""
    written = [step for step in item.list("steps") if isinstance(step, Item)]
    if len(written) > MAXIMUM_STEPS:
        context.report.error(
            "too-large",
            f"a sanctions policy has at most {MAXIMUM_STEPS} steps, this one has {len(written):,}",
            written[MAXIMUM_STEPS].span,
            help="split the policy",
        )
        return None
    places: dict[str, Span] = {}
    steps = [_step(each, head, counting, own, places, context) for each in written]
    whole = [step for step in steps if step is not None]
    return tuple(whole) if whole and len(whole) == len(item.list("steps")) else None


def _step(
    item: Item, head: Head, counting: Counting, own: tuple[str, ...], places: dict[str, Span], context: Context
) -> Step | None:
    name = _list_of(item, places, context)
    effects = _step_effects(item, own, context)
    standings = tuple((kind.text, value.text) for kind, value in item.named("standing") if isinstance(value, Word))
    named = {**head.named, counting.record.name: counting.record}
    counted = terms.ColumnOf(columns.COUNTED, t.ListOf(counting.record.type))
    written = item.expression("when")
    condition = checked_condition(written, context, {**named, COUNTED: counted}, counting.present)
    if condition is None or written is None:
        return None
    found = reached(condition.term, counting.record, counted, "step" if name is None else f"step {name}")
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
    starts = _moment(item.expression("starts"), columns.DAY, named, present, depths, context)
    ends = None if starts is None else _end(item, starts, named, present, depths, context)
    if name is None or effects is None or starts is None or ends is None:
        return None
    return Step(
        list=name,
        title=item.title(),
        source=item.text("source"),
        text=condition.text,
        observed=condition.observed,
        reached=found,
        starts=starts,
        ends=ends,
        effects=effects,
        standings=standings,
        depth=max(depths),
    )


def _list_of(item: Item, places: dict[str, Span], context: Context) -> str | None:
    word = item.word("list")
    if word is None:
        return None
    if word.text in _WORDS:
        message = f"a list cannot be called `{word.text}`, which is an outcome by itself"
        context.report.error("bad-name", message, word.span, help="use a word of your own, such as `black`")
        return None
    if word.text in places:
        context.report.error(
            "duplicate-id",
            f"two steps put on the list `{word.text}`",
            word.span,
            labels=[Label(word.span, ""), Label(places[word.text], "the first one")],
            help="join their conditions with `or`, or give the lists names of their own",
        )
        return None
    places[word.text] = word.span
    return word.text


def _step_effects(item: Item, own: tuple[str, ...], context: Context) -> tuple[str, ...] | None:
    known = (*EFFECTS, *own)
    found: list[str] = []
    for word in _words(item, "effects"):
        if word.text not in known:
            way_out = suggestion(word.text, known, kind="effect")
            if not way_out.startswith("did"):
                way_out += "; others are declared by the policy: `effects: [...]`"
            context.report.error("unknown-choice", f"there is no effect `{word.text}`", word.span, help=way_out)
        elif word.text in found:
            context.report.error("duplicate-id", f"`{word.text}` stands here twice", word.span, help="take one out")
        else:
            found.append(word.text)
    return tuple(found) if len(found) == len(item.list("effects")) and found else None


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


def _end(
    item: Item,
    starts: terms.Term,
    named: dict[str, terms.Term],
    present: frozenset[terms.Term],
    depths: list[int],
    context: Context,
) -> terms.Term | None:
    until = item.expression("until")
    if until is not None:
        return _moment(until, columns.DAY, named, present, depths, context)
    written = item.expression("for")
    checked = checked_expression(written, context, named, present)
    if checked is None or written is None:
        return None
    depths.append(checked.depth + 2)
    dimension = period_of(checked, written.span, "a sanction runs for days, months or hours", context, elapsed=True)
    if dimension is None:
        return None
    kinds: dict[tuple[tuple[str, int], ...], terms.CalculationKind]
    kinds = {DAYS: "shift-days", MONTHS: "shift-months", SECONDS: "shift-elapsed"}
    day = columns.day_of_midnight(starts)
    if day is not None and dimension != SECONDS:
        # From day to day, so that it ends at midnight even if the clocks leave out the hour at which it starts.
        return columns.midnight(terms.Calculation(kinds[dimension], "+", day, checked.term, t.Date()))
    return terms.Calculation(kinds[dimension], "+", starts, checked.term, t.Instant())
