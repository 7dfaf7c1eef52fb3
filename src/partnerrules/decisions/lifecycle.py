"""The results of lifecycle policies: the stage, what moved by itself, what is asked for, and what is open."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from partnerrules.decisions.basis import UNDETERMINED, Basis, basis_data, missing_texts
from partnerrules.decisions.later_fields import later_fields
from partnerrules.decisions.requirement_results import ConditionResult, RequirementResult, condition_results
from partnerrules.decisions.requirements import Ways
from partnerrules.decisions.sanctions import recorded_id
from partnerrules.decisions.values import missing_data, value_data
from partnerrules.domain.conduct import Standing
from partnerrules.schema.missing import Missing, Unknown
from partnerrules.schema.titles import Title
from partnerrules.schema.types import Boolean, Date, Integer, Text

NO_STAGE: Final = "no_stage"
"""Nothing is recorded, or nothing that still holds, and there is no stage to start with."""
UNKNOWN_STAGE: Final = "unknown_stage"
"""What is recorded is none of the stages."""

ALLOWED: Final = "allowed"
REFUSED: Final = "refused"
ALREADY: Final = "already"
NONE_ASKED: Final = "none"

Reason: TypeAlias = Literal[
    "unknown_stage", "not_a_transition", "automatic", "guard_not_met", "requirement_not_met", "too_early"
]
"""Why a stage that is asked for is refused."""

Status: TypeAlias = Literal["open", "blocked", "unknown", "to_come", "missed", "never"]
"""What becomes of a transition; the last three of one that happens by itself."""

Irregular: TypeAlias = Literal["no_transition", "gap", "overlap", "at_once"]
"""What may be wrong with a recorded stage: how it was entered, and how it meets the others in time."""


@dataclass(frozen=True, slots=True)
class Move:
    """A transition that happened by itself, and is not recorded yet.

    Attributes:
        before: the stage that it left.
        after: the stage that it led to.
        on: the first day of that stage.
        id: of the transition, if it has one and it is known which one it was.
        title: of the transition.
        source: the clause that it comes from.
    """

    before: str
    after: str
    on: dt.date | Unknown
    id: str | None
    title: Title
    source: str | None

    def as_data(self) -> dict[str, object]:
        return {
            "from": self.before,
            "to": self.after,
            "on": value_data(self.on, Date()),
            **({} if self.id is None else {"id": self.id}),
        }


@dataclass(frozen=True, slots=True)
class Transition:
    """A transition from the stage that a record is in.

    Attributes:
        after: the stage that it leads to.
        id: if it has one.
        title: what people call it.
        source: the clause that it comes from.
        automatic: whether it happens by itself.
        status: "open", "blocked" or "unknown"; of one that happens by itself "to_come", "missed" if its conditions did
            not hold on its day, or "never" if it has no day while the stage is held.
        day: on which it happens by itself, or from which on it can be made; None if there is none.
        asks: whether it asks for anything.
        guard: what is asked of all who enter the stage; of one that happens by itself as of its day, once it has come.
        requirement: what it asks besides.
    """

    after: str
    id: str | None
    title: Title
    source: str | None
    automatic: bool
    status: Status
    day: dt.date | Unknown | None
    asks: bool
    guard: RequirementResult | None
    requirement: RequirementResult | None

    @property
    def asked(self) -> tuple[RequirementResult, ...]:
        """All that it asks."""
        return tuple(each for each in (self.guard, self.requirement) if each is not None)

    def as_data(self) -> dict[str, object]:
        return {
            "to": self.after,
            **({} if self.id is None else {"id": self.id}),
            "automatic": self.automatic,
            "status": self.status,
            "day": value_data(self.day, Date()),
            "guard": None if self.guard is None else self.guard.as_data(),
            "requirement": None if self.requirement is None else self.requirement.as_data(),
        }


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why the stage that is asked for is refused.

    Attributes:
        reason: in a word.
        stages: those that can come next, where no transition leads to the one that is asked for.
        day: on which it can be entered, where that is too early; on which it is entered by itself.
    """

    reason: Reason
    stages: tuple[str, ...] = ()
    day: dt.date | Unknown | None = None

    def as_data(self) -> dict[str, object]:
        return {"reason": self.reason, "next": [*self.stages], "day": value_data(self.day, Date())}


@later_fields("ways")
@dataclass(frozen=True, slots=True)
class Request:
    """What becomes of the stage that is asked for.

    Attributes:
        asked: the stage; None if none is.
        outcome: "allowed", "refused", "already", "none", or "undetermined".
        reasons: why it is refused, all that are certain.
        starts: the first day of the stage, if it is allowed; none where today's and tomorrow's are recorded already.
        transition: the one that leads there, if one does.
        ways: the smallest changes after which it would be allowed; empty if it is, or if no transition leads there.
        missing: the facts that are lacking where it is undetermined.
    """

    asked: str | Unknown | None
    outcome: str
    reasons: tuple[Refusal, ...]
    starts: dt.date | None
    transition: Transition | None
    ways: Ways
    missing: tuple[Missing, ...]

    def as_data(self) -> dict[str, object]:
        return {
            "asked": value_data(self.asked, Text()),
            "outcome": self.outcome,
            "reasons": [each.as_data() for each in self.reasons],
            "starts": value_data(self.starts, Date()),
            "ways": [[change.text for change in way] for way in self.ways.listed],
            "ways_total": self.ways.total,
            "missing": [missing_data(missing) for missing in self.missing],
        }


@dataclass(frozen=True, slots=True)
class Irregularity:
    """A recorded stage that does not follow from what was recorded before.

    Attributes:
        kind: in what way.
        before: the stage that held the day before, None if none did or it is not known.
        after: the stage.
        on: its first day.
    """

    kind: Irregular
    before: str | None
    after: str
    on: dt.date

    def as_data(self) -> dict[str, object]:
        return {"kind": self.kind, "from": self.before, "to": self.after, "on": self.on.isoformat()}


@dataclass(frozen=True, slots=True)
class LifecycleResult:
    """The stage of a record.

    Attributes:
        basis: policy, subject and version.
        outcome: the stage, or "no_stage", "unknown_stage" or "undetermined".
        titles: what people call the stages.
        recorded: the word that is recorded, None if there is none.
        since: the first day of the stage, None where nothing says it.
        days: how many days have passed since.
        leave_by: the last day on which one may be in it.
        overdue: whether that is over.
        moves: what happened by itself, in order.
        request: what is asked for; None if the policy does not look at that.
        open: the transitions from the stage.
        next_automatic: those of the next day on which one happens by itself, if their conditions hold then.
        irregular: what was recorded against the rules, in order of days.
        missing: the facts that are lacking where the stage is undetermined.
        standing: the kind of standing that the stage is recorded as, if it is.
    """

    basis: Basis
    outcome: str
    titles: Mapping[str, Title]
    recorded: str | Unknown | None
    since: dt.date | Unknown | None
    days: int | Unknown | None
    leave_by: dt.date | Unknown | None
    overdue: bool | Unknown
    moves: tuple[Move, ...]
    request: Request | None
    open: tuple[Transition, ...]
    irregular: tuple[Irregularity, ...]
    missing: tuple[Missing, ...]
    standing: str | None

    @property
    def title(self) -> Title:
        """What people call the stage, empty for the other words."""
        return self.titles.get(self.outcome, Title())

    @property
    def next_automatic(self) -> tuple[Transition, ...]:
        """The transitions of the next day on which one happens by itself, if its conditions hold then."""
        days = {each: each.day for each in self.open if each.status == "to_come" and isinstance(each.day, dt.date)}
        return tuple(each for each, day in days.items() if day == min(days.values()))

    def new_standings(self) -> tuple[Standing, ...]:
        """The standings to record: of what happened by itself, and of what is asked for and allowed.

        Stages hold on whole days, so that of several moves of one day the last one counts. Run again with them, nothing
        is new.
        """
        if self.standing is None or self.outcome == UNDETERMINED:
            return ()
        entered = {move.on: move.after for move in self.moves if isinstance(move.on, dt.date)}
        if self.request is not None and self.request.starts is not None and isinstance(self.request.asked, str):
            entered[self.request.starts] = self.request.asked
        return tuple(
            Standing(
                id=recorded_id(self.basis.policy, self.basis.subject, day.isoformat(), stage),
                partner=self.basis.subject,
                kind=self.standing,
                value=stage,
                valid_from=day,
            )
            for day, stage in sorted(entered.items())
        )

    @property
    def conditions(self) -> Mapping[str, ConditionResult]:
        """The conditions of the transitions that can be asked for, by their ids."""
        asked = (requirement for each in self.open if not each.automatic for requirement in each.asked)
        return {each.id: each for requirement in asked for each in condition_results(requirement)}

    def as_data(self) -> dict[str, object]:
        """The result as plain data, for JSON and for cases."""
        return {
            **basis_data(self.basis),
            "outcome": self.outcome,
            "recorded": value_data(self.recorded, Text()),
            "since": value_data(self.since, Date()),
            "days": value_data(self.days, Integer()),
            "leave_by": value_data(self.leave_by, Date()),
            "overdue": value_data(self.overdue, Boolean()),
            "moves": [move.as_data() for move in self.moves],
            "request": None if self.request is None else self.request.as_data(),
            "open": [each.as_data() for each in self.open],
            "next_automatic": [{"to": each.after, "day": value_data(each.day, Date())} for each in self.next_automatic],
            "irregular": [each.as_data() for each in self.irregular],
            "missing": [missing_data(missing) for missing in self.missing],
        }

    def summary(self) -> dict[str, object]:
        """The parts of the result that a case can expect."""
        request = self.request
        return {
            **self.as_data(),
            **missing_texts(self.missing),
            "request": None if request is None else request.outcome,
            "reasons": [] if request is None else [each.reason for each in request.reasons],
            "ways": [] if request is None else request.as_data()["ways"],
            "overdue": "unknown" if isinstance(self.overdue, Unknown) else self.overdue,
            "moves": [move.after for move in self.moves],
            "open": {each.after: each.status for each in self.open if not each.automatic},
            "automatic": [
                {"to": each.after, "status": each.status, "day": value_data(each.day, Date())}
                for each in self.open
                if each.automatic
            ],
            "next_automatic": {each.after: value_data(each.day, Date()) for each in self.next_automatic},
            "leaves": {
                each.id: "unknown" if isinstance(each.outcome, Unknown) else each.outcome
                for each in self.conditions.values()
            },
        }
