"""The result of a sanctions policy, made of the row of a record: what was imposed, what was not, what is in force."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from partnerrules.decisions.basis import UNDETERMINED, Basis, missing_of
from partnerrules.decisions.requirement_results import ConditionResult
from partnerrules.decisions.requirements import Condition
from partnerrules.decisions.sanctions import CLEAR, Imposition, SanctionResult, State, Unimposed, recorded_id
from partnerrules.facts import Row
from partnerrules.plan.nodes import APPLIES, OUTCOME
from partnerrules.plan.trace import TracedRow
from partnerrules.policies.kind import Assume
from partnerrules.policies.sanctions import columns
from partnerrules.policies.sanctions.reading import Step
from partnerrules.schema.missing import Missing, Unknown
from partnerrules.schema.titles import Title


@dataclass(frozen=True, slots=True)
class Described:
    """What a result needs of its policy.

    Attributes:
        entity: whose records are decided.
        counted: what is counted.
        steps: the steps, most severe first.
        effects: those that a step has.
    """

    entity: str
    counted: str
    steps: tuple[Step, ...]
    effects: tuple[str, ...]

    def step(self, list: str) -> Step:
        """The step of a list."""
        return next(step for step in self.steps if step.list == list)


def points(steps: tuple[Step, ...]) -> tuple[str, ...]:
    """The parts of a policy that cases should reach: each step, and a record that is clear."""
    return (*(f"list {step.list}" for step in steps), CLEAR)


def reached_points(described: Described, row: TracedRow) -> frozenset[str]:
    """The parts that a row has reached."""
    found = {f"list {part.values[columns.STEP]}" for part in row.parts if _imposes(part)}
    return frozenset(found | {CLEAR} if row.values[OUTCOME] == CLEAR else found)


def result_of(described: Described, basis: Basis, row: TracedRow, assume: Assume) -> SanctionResult:
    """The result of a row of the plan."""
    applies = row.values.get(APPLIES, True)
    outcome = _with_doubt(row.values[OUTCOME], applies)
    parts = sorted(row.parts, key=_order)
    imposed = [] if isinstance(applies, Unknown) else [part for part in parts if _imposes(part)]
    impositions = tuple(_imposition(described, basis, row, part) for part in imposed)
    others = tuple(each for part in parts if part not in imposed for each in _unimposed(described, part, applies))
    truths = {effect: _with_doubt(row.values[effect], applies) for effect in described.effects}
    doubtful = tuple(effect for effect, truth in truths.items() if isinstance(truth, Unknown))
    missing: set[Missing] = set(missing_of(outcome))
    for effect in doubtful:
        missing.update(missing_of(truths[effect]))
    return SanctionResult(
        basis=basis,
        outcome=UNDETERMINED if isinstance(outcome, Unknown) else str(outcome),
        impositions=impositions,
        unimposed=others,
        effects={effect: _until(effect, impositions, parts) for effect, truth in truths.items() if truth is True},
        doubtful_effects=doubtful,
        missing=tuple(sorted(missing)),
        counted=described.counted,
        partner=row.subject.id if described.entity == "partner" else None,
    )


def _with_doubt(value: object, applies: object) -> object:
    """A value of a record of which it may not be known whether the policy applies to it at all."""
    if not isinstance(applies, Unknown):
        return value
    return Unknown.of((applies, value)) if isinstance(value, Unknown) else applies


def _order(part: TracedRow) -> tuple[bool, dt.date, str]:
    """The days in their order, those that are not known last."""
    day = part.values[columns.DAY]
    known = isinstance(day, dt.date)
    return not known, day if isinstance(day, dt.date) else dt.date.max, _cause(part)


def _cause(part: TracedRow) -> str:
    """The id of the counted record; "" of one that is only known to be referred to."""
    found = part.values[columns.ID]
    return found if isinstance(found, str) else ""


def _imposes(part: TracedRow) -> bool:
    """Whether a counted record imposes a sanction for certain, and which is known."""
    return part.truth(columns.TAKES_EFFECT) is True and isinstance(part.values[columns.STEP], str)


def _imposition(described: Described, basis: Basis, row: TracedRow, part: TracedRow) -> Imposition:
    step = described.step(str(part.values[columns.STEP]))
    cause = _cause(part)
    causes = part.values[columns.causes(step.list)]
    known = {each.id for each in causes if isinstance(each, Row)} if isinstance(causes, tuple) else set()
    first, after = part.values[columns.FIRST_DAY], part.values[columns.DAY_AFTER]
    days = (first, after) if isinstance(first, dt.date) and isinstance(after, dt.date) else None
    condition = Condition(step.list, step.text, step.title, step.source)
    when = columns.when(step.list)
    return Imposition(
        list=step.list,
        title=step.title,
        source=step.source,
        cause=cause,
        causes=tuple(sorted(known | {cause})),
        starts_at=_instant(part.values[columns.STARTS]),
        ends_at=_instant(part.values[columns.ENDS]),
        effects=step.effects,
        state=_state(part),
        recorded=_recorded(basis, row, part, cause, step.list),
        standings=dict(step.standings),
        days=days,
        condition=ConditionResult(condition, part.truth(when), part.seen.get(when, ())),
    )


def _recorded(basis: Basis, row: TracedRow, part: TracedRow, cause: str, list: str) -> bool | Unknown:
    """Whether a sanction is recorded that stands for this one: by its id, or by its list and causes."""
    ids = row.values.get(columns.RECORDED_IDS, ())
    if isinstance(ids, tuple) and recorded_id(basis.policy, basis.subject, cause, list) in ids:
        return True
    return part.truth(columns.RECORDED)


def _instant(value: object) -> dt.datetime | Unknown:
    assert isinstance(value, dt.datetime | Unknown)
    return value


def _state(part: TracedRow) -> State:
    in_force = part.truth(columns.IN_FORCE)
    if isinstance(in_force, Unknown):
        return "unknown"
    if in_force:
        return "running"
    return "to come" if part.truth(columns.STARTED) is False else "ended"


def _unimposed(described: Described, part: TracedRow, applies: object) -> Iterator[Unimposed]:
    """What is said of a record that imposes nothing for certain; nothing if it reaches no step, or nobody named it."""
    completes, step = part.truth(columns.COMPLETES), part.values[columns.STEP]
    if completes is False or part.truth(columns.BELONGS) is False or not _cause(part):
        return
    list = step if isinstance(step, str) else None
    title = Title() if list is None else described.step(list).title
    cause = _cause(part)
    takes_effect = part.truth(columns.TAKES_EFFECT)
    doubts = [each for each in (takes_effect, applies, step) if isinstance(each, Unknown)]
    if takes_effect is False and completes is True:
        never = part.truth(columns.RUNS) is False
        yield Unimposed(list, title, cause, "never runs" if never else "covered")
    elif takes_effect is not False:
        yield Unimposed(list, title, cause, "in doubt", missing_of(Unknown.of(doubts)))


def _until(effect: str, impositions: tuple[Imposition, ...], parts: list[TracedRow]) -> dt.datetime | Unknown:
    """The latest end of what has an effect now; unknown where it is not known which sanction that is."""
    running = [each.ends_at for each in impositions if each.state == "running" and effect in each.effects]
    doubts = [each for each in running if isinstance(each, Unknown)]
    for part in parts:
        # What may be in force besides may last longer.
        has = part.truth(columns.has(effect))
        doubts += [each for each in (has, part.values[columns.STEP]) if has is not False and isinstance(each, Unknown)]
    if doubts:
        return Unknown.of(doubts)
    return max(each for each in running if isinstance(each, dt.datetime))
