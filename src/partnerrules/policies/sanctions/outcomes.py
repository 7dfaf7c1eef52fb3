"""The result of a sanctions policy, made of the row of a record: what was imposed, what was not, what is in force."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from partnerrules.decisions.basis import UNDETERMINED, Basis, missing_of
from partnerrules.decisions.later_fields import tried
from partnerrules.decisions.requirement_results import ConditionResult
from partnerrules.decisions.requirements import Condition
from partnerrules.decisions.sanctions import (
    CLEAR,
    Imposition,
    SanctionResult,
    Sort,
    Unimposed,
    Until,
    recorded_id,
    recorded_key,
)
from partnerrules.domain.conduct import SCOPES
from partnerrules.facts import Row
from partnerrules.plan.nodes import APPLIES, OUTCOME
from partnerrules.plan.trace import TracedRow
from partnerrules.policies.kind import Assume
from partnerrules.policies.sanctions import columns
from partnerrules.policies.sanctions.effects import Effect
from partnerrules.policies.sanctions.lighter import lighter
from partnerrules.policies.sanctions.reading import Step
from partnerrules.policies.sanctions.states import latest_end, latest_probation, reinstated, state_of
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
    effects: tuple[Effect, ...]

    def step(self, list: str) -> Step:
        """The step of a list."""
        return next(step for step in self.steps if step.list == list)

    def lists_with(self, effects: Sequence[str]) -> list[str]:
        """The lists of the steps that have one of some effects."""
        return [step.list for step in self.steps if any(effect in step.effects for effect in effects)]


def points(steps: tuple[Step, ...]) -> tuple[str, ...]:
    """The parts of a policy that cases should reach: each step and what comes of it, and a record that is clear."""
    found: list[str] = []
    for step in steps:
        found.append(f"list {step.list}")
        if step.goes_on:
            found.append(f"list {step.list} {_GOING_ON[step.new_offence]}")
        if step.reinstatement is not None and step.reinstatement.requirement is not None:
            found.append(f"list {step.list} awaiting_reinstatement")
        if step.reinstatement is not None and step.reinstatement.probation is not None:
            found.append(f"list {step.list} on_probation")
    return (*found, CLEAR)


_GOING_ON: Final[dict[str, Sort]] = {"extend": "extension", "restart": "restart"}


def reached_points(described: Described, row: TracedRow) -> frozenset[str]:
    """The parts that a row has reached."""
    found = {CLEAR} if row.values[OUTCOME] == CLEAR else set()
    for part in row.parts:
        if _is_own(part) and _imposes(part):
            step = described.step(str(part.values[columns.STEP]))
            found |= {
                f"list {step.list}",
                f"list {step.list} {_sort(step, part)}",
                f"list {step.list} {state_of(part)}",
            }
    return frozenset(found & {*points(described.steps)})


def result_of(described: Described, basis: Basis, row: TracedRow, assume: Assume) -> SanctionResult:
    """The result of a row of the plan."""
    applies = row.values.get(APPLIES, True)
    outcome = _with_doubt(row.values[OUTCOME], applies)
    parts = sorted(row.parts, key=_order)
    own = [part for part in parts if _is_own(part)]
    imposing = [] if isinstance(applies, Unknown) else [part for part in own if _imposes(part)]
    impositions = tuple(_imposition(described, basis, row, part, assume) for part in imposing)
    others = tuple(each for part in own if part not in imposing for each in _unimposed(described, part, applies))
    listed = applies is True and outcome != CLEAR
    truths = {effect.name: _with_doubt(row.values[effect.name], applies) for effect in described.effects}
    doubtful = tuple(effect for effect, truth in truths.items() if isinstance(truth, Unknown))
    scopes = {scope: _with_doubt(row.values[scope], applies) for scope in SCOPES if scope in row.values}
    on_probation = _with_doubt(row.values.get(columns.ON_PROBATION, False), applies)
    assert isinstance(on_probation, bool | Unknown)
    missing: set[Missing] = set(missing_of(outcome))
    for effect in doubtful:
        missing.update(missing_of(truths[effect]))
    bearing = {scope: [each.name for each in described.effects if each.scope == scope] for scope in scopes}
    return SanctionResult(
        basis=basis,
        outcome=UNDETERMINED if isinstance(outcome, Unknown) else str(outcome),
        impositions=impositions,
        unimposed=others,
        effects={
            effect: latest_end(parts, [columns.has(effect)], described.lists_with([effect]))
            for effect, is_true in truths.items()
            if is_true is True
        },
        doubtful_effects=doubtful,
        titles={effect.name: effect.title for effect in described.effects if effect.title.texts},
        scopes={
            scope: latest_end(
                parts, [columns.has(effect) for effect in bearing[scope]], described.lists_with(bearing[scope])
            )
            for scope, is_true in scopes.items()
            if is_true is True
        },
        doubtful_scopes=tuple(scope for scope, truth in scopes.items() if isinstance(truth, Unknown)),
        ends_at=_off_the_list(described, outcome, parts),
        on_probation=on_probation,
        probation_until=latest_probation(parts) if on_probation is True else None,
        lighter=tried(lambda: lighter(described.steps, row, parts, assume), ()) if listed else (),
        missing=tuple(sorted(missing)),
        counted=described.counted,
        partner=row.subject.id if described.entity == "partner" else None,
    )


def _off_the_list(described: Described, outcome: object, parts: list[TracedRow]) -> Until:
    """When nothing as severe as the outcome is in force any more; None where nothing is."""
    lists = [step.list for step in described.steps]
    if not isinstance(outcome, str) or outcome not in lists:
        return None
    as_severe = lists[: lists.index(outcome) + 1]
    return latest_end(parts, [columns.in_force(list) for list in as_severe], as_severe)


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


def _is_own(part: TracedRow) -> bool:
    """Whether it is not another version that has judged a counted record."""
    return columns.ELSEWHERE not in part.values


def _imposes(part: TracedRow) -> bool:
    """Whether a counted record imposes a sanction for certain, and which is known."""
    return part.truth(columns.TAKES_EFFECT) is True and isinstance(part.values[columns.STEP], str)


def _imposition(described: Described, basis: Basis, row: TracedRow, part: TracedRow, assume: Assume) -> Imposition:
    step = described.step(str(part.values[columns.STEP]))
    cause = _cause(part)
    causes = part.values[columns.causes(step.list)]
    known = {each.id for each in causes if isinstance(each, Row)} if isinstance(causes, tuple) else set()
    first, after = part.values[columns.FIRST_DAY], part.values[columns.DAY_AFTER]
    days = (first, after) if isinstance(first, dt.date) and isinstance(after, dt.date) else None
    condition = Condition(step.list, step.text, step.title, step.source)
    when = columns.when(step.list)
    starts_at, sort = _instant(part.values[columns.BEGINS]), _sort(step, part)
    followed = part.values.get(columns.FOLLOWED)
    key = recorded_key(cause, step.list, sort, starts_at)
    return Imposition(
        list=step.list,
        title=step.title,
        source=step.source,
        version=basis.version,
        cause=cause,
        causes=tuple(sorted(known | {cause})),
        starts_at=starts_at,
        ends_at=_instant(part.values[columns.REINSTATED]),
        effects=step.effects,
        state=state_of(part),
        sort=sort,
        follows=followed if isinstance(followed, str) else None,
        reinstatement=reinstated(step, part, assume),
        recorded=_recorded(basis, row, part, key),
        standings=dict(step.standings),
        days=days,
        condition=ConditionResult(condition, part.truth(when), part.seen.get(when, ())),
    )


def _sort(step: Step, part: TracedRow) -> Sort:
    """Whether it goes on from another one, and how."""
    if not step.goes_on:
        return "first"
    follows = part.truth(columns.FOLLOWS)
    if isinstance(follows, Unknown):
        return "unknown"
    if not follows:
        return "first"
    return "extension" if step.new_offence == "extend" else "restart"


def _recorded(basis: Basis, row: TracedRow, part: TracedRow, key: tuple[str, ...]) -> bool | Unknown:
    """Whether a sanction is recorded that stands for this one: by its id, or by its list and causes."""
    ids = row.values.get(columns.RECORDED_IDS, ())
    if isinstance(ids, tuple) and recorded_id(basis.policy, basis.subject, *key) in ids:
        return True
    return part.truth(columns.RECORDED)


def _instant(value: object) -> dt.datetime | Unknown:
    assert isinstance(value, dt.datetime | Unknown)
    return value


def _unimposed(described: Described, part: TracedRow, applies: object) -> Iterator[Unimposed]:
    """What is said of a record that imposes nothing for certain; nothing if it reaches no step, or nobody named it."""
    completes, step = part.truth(columns.COMPLETES), part.values[columns.STEP]
    if completes is False or part.truth(columns.BELONGS) is False or not _cause(part):
        return
    list = step if isinstance(step, str) else None
    title = Title() if list is None else described.step(list).title
    cause = _cause(part)
    takes_effect, day = part.truth(columns.TAKES_EFFECT), part.values[columns.DAY]
    doubts = [each for each in (takes_effect, applies, step) if isinstance(each, Unknown)]
    if part.truth(columns.JUDGED) is False:
        if completes is True and part.values.get(columns.PASSED) is not True:
            yield Unimposed(list, title, cause, "not_in_force", day=day if isinstance(day, dt.date) else None)
    elif takes_effect is False and completes is True:
        never = part.truth(columns.RUNS) is False
        yield Unimposed(list, title, cause, "never_runs" if never else "covered")
    elif takes_effect is not False:
        yield Unimposed(list, title, cause, "in_doubt", missing_of(Unknown.of(doubts)))
