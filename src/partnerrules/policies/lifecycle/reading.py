"""Reads a lifecycle policy: its stages, the steps between them, and what they ask."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from partnerrules.decisions.basis import NOT_APPLICABLE, NOT_IN_FORCE, UNDETERMINED
from partnerrules.decisions.lifecycle import NO_STAGE, UNKNOWN_STAGE
from partnerrules.decisions.requirements import Requirement, conditions
from partnerrules.diagnostics import Label, Span, suggestion
from partnerrules.language import terms
from partnerrules.language.checker import Checked
from partnerrules.language.form_reader import Item, Read, Word
from partnerrules.language.once import Once
from partnerrules.policies.conditions import Lowering
from partnerrules.policies.kind import Context, Head, checked_expression, no_day, unsuited
from partnerrules.policies.lifecycle import steps as limits
from partnerrules.policies.lifecycle.forms import ANY, ASKS
from partnerrules.policies.lifecycle.steps import Stage, Stages, Step, cycle_of
from partnerrules.policies.periods import period_of
from partnerrules.schema import types as t
from partnerrules.schema.titles import Title

RESERVED: Final = (ANY, NO_STAGE, UNKNOWN_STAGE, UNDETERMINED, NOT_IN_FORCE, NOT_APPLICABLE)


def way_to_a_date(found: t.Type) -> str:
    """The way out for a value that is no date."""
    return "take the day of an instant with `date(...)`" if isinstance(found, t.Instant) else "name a date"


def stage_words(item: Item) -> Iterator[Word]:
    """The names of the stages as they are written."""
    for read in item.list("stages"):
        word = read if isinstance(read, Word) else read.word("stage") if isinstance(read, Item) else None
        if word is not None:
            yield word


def stages_of(item: Item, head: Head, context: Context) -> tuple[Stages, Lowering] | None:
    """The stages and steps of a policy, and the columns of their conditions; None after a fault."""
    reading = _Reading(item, head, context, Lowering(context, head.named))
    before = context.report.errors
    stages = reading.stages()
    if stages is None:
        return None
    start = reading.known(item.word("start"), stages)
    stages = {name: replace(stage, guard=reading.guard(name, stages)) for name, stage in stages.items()}
    steps = tuple(reading.steps(stages, start))
    reading.lowering.bounded(item.span)
    if context.report.errors > before:
        return None
    found = Stages(stages, start, steps)
    _check(found, item, context)
    return None if context.report.errors > before else (found, reading.lowering)


@dataclass(slots=True)
class _Reading:
    """What a policy is read with."""

    item: Item
    head: Head
    context: Context
    lowering: Lowering
    asked: set[str] = field(default_factory=set)

    def stages(self) -> dict[str, Stage] | None:
        """The stages by their names, or None after a fault."""
        report = self.context.report
        written = self.item.list("stages")
        if len(written) > limits.MAXIMUM_STAGES:
            report.error(
                "too-large",
                f"a lifecycle has at most {limits.MAXIMUM_STAGES} stages, this one has {len(written):,}",
                self.item.keys["stages"],
                help="split the policy",
            )
            return None
        found: dict[str, Stage] = {}
        help = "take one of them out; a stage that can be entered again needs a transition back to it"
        once = Once(report, help=help)
        before = report.errors
        for read, word in zip(written, stage_words(self.item), strict=False):
            if word.text in RESERVED:
                report.error(
                    "bad-name",
                    f"a stage cannot be called `{word.text}`, which has a meaning of its own",
                    word.span,
                    help="use another word",
                )
            elif once.claim(word.text, word.span, f"the stage `{word.text[:60]}` stands here twice"):
                found[word.text] = self._stage(read, word)
        return found if report.errors == before and len(found) == len(written) and found else None

    def _stage(self, read: Read, word: Word) -> Stage:
        if not isinstance(read, Item):
            return Stage(word.text, Title(), None, word.span)
        return Stage(word.text, read.title(), read.text("source"), word.span, self.period(read, "at_most"))

    def period(self, item: Item, key: str) -> terms.Term | None:
        """An amount of days or months, or None after a fault or where it is left out."""
        written = item.expression(key)
        checked = checked_expression(written, self.context, {})
        if checked is None or written is None:
            return None
        kind = period_of(checked, written.span, "this is a number of days or months", self.context, elapsed=False)
        return None if kind is None else checked.term

    def known(self, word: Word | None, stages: dict[str, Stage]) -> str | None:
        """The name of a stage, or None after a fault or where there is no word."""
        if word is None:
            return None
        if word.text not in stages:
            self.context.report.error(
                "unknown-value",
                f"there is no stage `{word.text[:60]}`",
                word.span,
                help=suggestion(word.text, stages, kind="stage"),
            )
            return None
        return word.text

    # -------------------------------------------------------------------------------------------------- conditions

    def guard(self, name: str, stages: dict[str, Stage]) -> Requirement | None:
        """The guard of a stage. Names that are no stages are reported with the first one."""
        written = self.item.named("guards")
        if name == next(iter(stages)):
            for word, _ in written:
                self.known(word, stages)
        return next((self._condition(read) for word, read in written if word.text == name), None)

    def _condition(self, read: Read) -> Requirement | None:
        self.lowering.present = self.head.present
        # The same condition may be asked in several places without a name for it.
        self.lowering.again = set(self.asked)
        lowered = self.lowering.condition(read)
        if lowered is None:
            return None
        self.asked |= {each.id for each in conditions(lowered[0]) if each.id == each.text}
        return lowered[0]

    # -------------------------------------------------------------------------------------------------------- steps

    def steps(self, stages: dict[str, Stage], start: str | None) -> Iterator[Step]:
        """The steps of the transitions as they are written, then those of `forward`, then the first one."""
        number = 0
        written = self.item.list("transitions")
        if len(written) > limits.MAXIMUM_TRANSITIONS:
            self.context.report.error(
                "too-large",
                f"a lifecycle has at most {limits.MAXIMUM_TRANSITIONS} transitions, this one has {len(written):,}",
                self.item.keys["transitions"],
                help="let several stages stand under one `from:`, or split the policy",
            )
            return
        places: dict[tuple[str, str], Span] = {}
        ids = Once(self.context.report, help="give each an `id` of its own, or none")
        for read in written:
            if not isinstance(read, Item):
                continue
            id = read.word("id")
            if id is not None:
                ids.claim(id.text, id.span, f"the transition `{id.text[:60]}` stands here twice")
            for step in self._transition(read, stages):
                if not step.automatic and not self._once(step, places):
                    break
                yield replace(step, number=number)
                number += 1
        names = [*stages]
        whole = self.item.text("forward") == ANY
        for at, before in enumerate(names if "forward" in self.item else ()):
            for after in names[at + 1 :] if whole else names[at + 1 : at + 2]:
                if (before, after) not in places:  # what is asked for and written takes its place
                    yield Step(number, None, Title(), None, before, after, self.item.keys["forward"])
                    number += 1
        if start is None:
            yield Step(number, None, Title(), None, NO_STAGE, names[0], stages[names[0]].span)

    def _once(self, step: Step, places: dict[tuple[str, str], Span]) -> bool:
        """Whether nothing else leads from the one stage to the other; reports it if something does."""
        pair = (step.before, step.after)
        if pair not in places:
            places[pair] = step.span
            return True
        self.context.report.error(
            "unsuited-transition",
            f"two transitions lead from `{step.before}` to `{step.after}`",
            step.span,
            labels=[Label(step.span, ""), Label(places[pair], "the first one")],
            help="make them one, with `any: [...]` if either of two conditions is enough",
        )
        return False

    def _transition(self, item: Item, stages: dict[str, Stage]) -> Iterator[Step]:
        report = self.context.report
        before = report.errors
        after = self.known(item.word("to"), stages)
        befores = self._befores(item, stages, after)
        asks = [key for key in ASKS if key in item.keys and key != "of"]
        by_itself = [key for key in ("after", "on", "minimum_stay") if key in item.keys]
        self._not_both(item, asks, "put one of them inside the other")
        if "after" in by_itself:
            self._not_both(item, by_itself, "`after` alone says how long one is in the stage before")
        period, stay = self.period(item, "after"), self.period(item, "minimum_stay")
        day = self._day(item)
        requirement = None
        if len(asks) == 1:
            # The transition has told its title and its source; what it asks need not tell them again.
            kept = {key: value for key, value in item.fields.items() if key in ASKS}
            requirement = self._condition(Item(kept, item.span, item.keys))
        if report.errors > before or after is None:
            return
        told = (item.text("id"), item.title(), item.text("source"))
        for name in befores:
            yield Step(0, *told, name, after, item.span, requirement, stay, period, day)

    def _befores(self, item: Item, stages: dict[str, Stage], after: str | None) -> tuple[str, ...]:
        """The stages that a transition leaves."""
        word = item.word("from")
        if word is not None and word.text == ANY:
            return tuple(name for name in stages if name != after)
        words = [word] if word is not None else [read for read in item.list("from") if isinstance(read, Word)]
        once = Once(self.context.report, help="take one of them out")
        for each in words:
            name = self.known(each, stages)
            if name is not None and name == after:
                self.context.report.error(
                    "unsuited-transition",
                    f"a transition from `{name}` to itself changes nothing",
                    each.span,
                    help="name the stage that it leads to, or take it out",
                )
            if name is not None:
                once.claim(name, each.span, f"`{name}` stands here twice")
        return tuple(once.places)

    def _not_both(self, item: Item, keys: list[str], help: str) -> None:
        if len(keys) > 1:
            first, second = keys[:2]
            self.context.report.error(
                "too-many-keys",
                f"a transition has `{first}` or `{second}`, not both",
                item.keys[second],
                labels=[Label(item.keys[second], ""), Label(item.keys[first], "the other one")],
                help=help,
            )

    def _day(self, item: Item) -> Checked | None:
        written = item.expression("on")
        checked = checked_expression(written, self.context, self.head.named, self.head.present)
        if checked is None or written is None:
            return None
        inner = t.present(checked.type)
        if isinstance(inner, t.Date):
            return checked
        unsuited(
            self.context,
            written.span,
            inner,
            f"a transition happens on a date, and this is {checked.type}",
            help=way_to_a_date(inner),
            code=no_day(inner),
        )
        return None


# ----------------------------------------------------------------------------------------------- stages as a whole


def _check(found: Stages, item: Item, context: Context) -> None:
    """Reports what does not fit together, although each part of it is fine."""
    report = context.report
    by_itself = [step for step in found.steps if step.automatic]
    circle = cycle_of(found.stages, by_itself)
    if circle:
        names = [step.before for step in circle]
        report.error(
            "cyclic-stages",
            f"stages lead to each other by themselves: {' > '.join(f'`{name}`' for name in (*names, names[0]))}",
            circle[-1].span,
            labels=[Label(span, "") for span in dict.fromkeys(step.span for step in reversed(circle))],
            help="leave one of the steps to a decision: without `after` and `on`",
        )
    # What goes forward is not known if that is misspelt.
    for stage in () if "forward" in item.keys and "forward" not in item else found.unreached():
        report.error(
            "unreached-stage",
            f"nothing leads from `{found.first}` to `{stage.name}`",
            stage.span,
            help="add a transition to it, or `forward: one at a time`, or take it out",
        )
    entered = {step.after for step in found.steps}
    for word, _ in item.named("guards"):
        if word.text not in entered:
            report.error(
                "unreached-stage",
                f"no transition leads to `{word.text}`, so that its guard is never asked",
                word.span,
                help="put it under a stage that is entered, or ask it with `when:`",
            )
    for name in found.stages:
        leaving = [step for step in by_itself if step.before == name]
        if len(leaving) > limits.MAXIMUM_AUTOMATIC:
            _too_large(
                context, item, f"{limits.MAXIMUM_AUTOMATIC} transitions by themselves from one stage", len(leaving)
            )
    asked = [found.stages[step.after].guard for step in by_itself] + [step.requirement for step in by_itself]
    total = sum(1 for requirement in asked if requirement is not None for _ in conditions(requirement))
    if total > limits.MAXIMUM_CONDITIONS_THEN:
        _too_large(context, item, f"{limits.MAXIMUM_CONDITIONS_THEN:,} conditions of transitions by themselves", total)
    if len(found.steps) > limits.MAXIMUM_STEPS:
        _too_large(context, item, f"{limits.MAXIMUM_STEPS:,} ways from one stage to another", len(found.steps))


def _too_large(context: Context, item: Item, limit: str, found: int) -> None:
    place = item.keys.get("transitions", item.span)
    context.report.error(
        "too-large",
        f"a lifecycle has at most {limit}, this one has {found:,}",
        place,
        help="name fewer stages under `from:`, or split the policy",
    )
