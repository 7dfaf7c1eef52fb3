"""The results of sanctions policies: what was imposed on a record, for what, from when to when, and what is in force.

Times stand in UTC, as everywhere; the days of standings are those of the ruleset's timezone.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from partnerrules.decisions.basis import Basis, basis_data, missing_texts
from partnerrules.decisions.later_fields import later_fields
from partnerrules.decisions.requirement_results import ConditionResult, RequirementResult
from partnerrules.decisions.requirements import Ways
from partnerrules.decisions.values import missing_data, value_data
from partnerrules.domain.conduct import Sanction, Standing
from partnerrules.domain.values import LONGEST_ID
from partnerrules.schema.missing import Missing, Unknown
from partnerrules.schema.titles import Title
from partnerrules.schema.types import Instant

CLEAR: Final = "clear"
"""The outcome where no sanction of a policy is in force."""

State = Literal["running", "ended", "to_come", "awaiting_reinstatement", "on_probation", "unknown"]
"""What a sanction is at the instant of the decision."""

Sort = Literal["first", "extension", "restart", "unknown"]
"""Whether a sanction stands for itself, begins where one that was running ends, or runs anew while one is running."""

Reason = Literal["covered", "never_runs", "in_doubt", "not_in_force"]
"""Why a record that reaches a step imposes nothing: one as severe still runs, it would end before it starts, it is not
known whether it does, or no version of the rules is in force on its day."""


Until: TypeAlias = dt.datetime | Unknown | None
"""When something ends: at an instant, at one that is not known, or at none that is set."""


@later_fields("ways")
@dataclass(frozen=True, slots=True)
class Reinstated:
    """What it takes to be reinstated once a sanction is over, and what comes after.

    Attributes:
        requirement: what must hold besides; None if nothing has to.
        ways: the smallest changes after which it holds; empty unless the sanction is still in force for want of it.
        probation_until: when probation ends; None if there is none, `Unknown` if that is not known.
        day_told: whether the policy says the day of reinstatement, so that the end is not just that of its time.
    """

    requirement: RequirementResult | None
    ways: Ways
    probation_until: dt.datetime | Unknown | None
    day_told: bool = False

    def as_data(self) -> dict[str, object]:
        return {
            "requirement": None if self.requirement is None else self.requirement.as_data(),
            "ways": [[change.text for change in way] for way in self.ways.listed],
            "probation_until": value_data(self.probation_until, Instant()),
        }


@dataclass(frozen=True, slots=True)
class Lighter:
    """Records without which a record would be on a lighter list, or on none.

    Attributes:
        without: their ids.
        outcome: the list that it would be on, or "clear".
        title: of that list.
    """

    without: tuple[str, ...]
    outcome: str
    title: Title

    def as_data(self) -> dict[str, object]:
        return {"without": [*self.without], "outcome": self.outcome}


@dataclass(frozen=True, slots=True)
class Imposition:
    """One sanction that a counted record imposes.

    Attributes:
        list: the step, named by the list that the partner is put on.
        title: of the step.
        source: the clause of the step.
        version: the one that imposes it, which was in force on the day of the violation, or whatever is counted.
        cause: the id of the record that completes the step.
        causes: the ids of all counted records that take part in it, the completing one among them.
        starts_at: when it starts; `Unknown` if that is not known.
        ends_at: when it has ended; `Unknown` if that is not known.
        effects: what follows from it.
        state: whether it is running at the instant of the decision.
        sort: whether it extends or restarts one that was running.
        follows: the id of the record that imposed that one; None if there is none, or it is not known.
        reinstatement: what it takes to be reinstated, and what comes after; None if the step says nothing of that.
        recorded: whether a recorded sanction stands for it already.
        standings: the standings that go with it, value by kind.
        days: the first day that it covers, or covers a part of, and the first day after; None where one is not known.
        condition: the condition of the step, with what it looked at.
    """

    list: str
    title: Title
    source: str | None
    version: str
    cause: str
    causes: tuple[str, ...]
    starts_at: dt.datetime | Unknown
    ends_at: dt.datetime | Unknown
    effects: tuple[str, ...]
    state: State
    sort: Sort
    follows: str | None
    reinstatement: Reinstated | None
    recorded: bool | Unknown
    standings: Mapping[str, str]
    days: tuple[dt.date, dt.date] | None
    condition: ConditionResult

    @property
    def has_set_end(self) -> bool:
        """Whether it is over at its end whatever else holds."""
        return self.reinstatement is None or self.reinstatement.requirement is None

    @property
    def has_known_end(self) -> bool:
        """Whether it is known that nothing of it is in force from its end on, and was up to there."""
        told = self.reinstatement is not None and self.reinstatement.day_told
        return self.has_set_end or (told and self.state in ("ended", "on_probation"))

    def as_data(self) -> dict[str, object]:
        return {
            "list": self.list,
            "version": self.version,
            "cause": self.cause,
            "causes": [*self.causes],
            "starts_at": value_data(self.starts_at, Instant()),
            "ends_at": value_data(self.ends_at, Instant()),
            "days": None if self.days is None else [day.isoformat() for day in self.days],
            "effects": [*self.effects],
            "state": self.state,
            "sort": self.sort,
            "follows": self.follows,
            "reinstatement": None if self.reinstatement is None else self.reinstatement.as_data(),
            "recorded": "unknown" if isinstance(self.recorded, Unknown) else self.recorded,
            "standings": dict(self.standings),
            "condition": self.condition.as_data(),
        }


@dataclass(frozen=True, slots=True)
class Unimposed:
    """A counted record that reaches a step, or may reach one, and imposes nothing for certain.

    Attributes:
        list: the step; None where it is not known which.
        title: of the step.
        cause: the id of the record.
        reason: why it imposes nothing.
        missing: what would have to be known, where that is the reason.
        day: the day of the record, where it is the reason that no version is in force on it.
    """

    list: str | None
    title: Title
    cause: str
    reason: Reason
    missing: tuple[Missing, ...] = ()
    day: dt.date | None = None

    def as_data(self) -> dict[str, object]:
        return {
            "list": self.list,
            "cause": self.cause,
            "reason": self.reason,
            "day": None if self.day is None else self.day.isoformat(),
            "missing": [missing_data(missing) for missing in self.missing],
        }


@later_fields("lighter")
@dataclass(frozen=True, slots=True)
class SanctionResult:
    """What a sanctions policy imposes on a record, and what of it is in force.

    Attributes:
        basis: policy, subject and version.
        outcome: the most severe list that the record is on, "clear", or "undetermined".
        impositions: all sanctions that its counted records impose, in the order of their days.
        unimposed: the other records that reach a step, or may.
        effects: what is in force, each with the instant at which it ends; `Unknown` where that is not known, None where
            it goes on until the record is reinstated.
        doubtful_effects: what may be in force.
        titles: of the effects that have one.
        scopes: what the effects in force bear on, each until none of them is in force any more.
        doubtful_scopes: what others may bear on.
        ends_at: when nothing as severe as the outcome is in force any more, if nothing else happens; as with effects.
        on_probation: whether probation is running after a sanction that is over.
        probation_until: when it ends; None if none is running.
        lighter: the smallest sets of records without which the outcome would be a lighter one, each tried.
        missing: the facts that are lacking where the outcome or an effect is not determined.
        counted: what is counted, such as "violation".
        partner: whom sanctions are recorded of; None if the policy is not about partners.
    """

    basis: Basis
    outcome: str
    impositions: tuple[Imposition, ...]
    unimposed: tuple[Unimposed, ...]
    effects: Mapping[str, Until]
    doubtful_effects: tuple[str, ...]
    titles: Mapping[str, Title]
    scopes: Mapping[str, Until]
    doubtful_scopes: tuple[str, ...]
    ends_at: Until
    on_probation: bool | Unknown
    probation_until: Until
    lighter: tuple[Lighter, ...]
    missing: tuple[Missing, ...]
    counted: str
    partner: str | None

    @property
    def new_impositions(self) -> tuple[Imposition, ...]:
        """Those that are not recorded yet, and can be: their start and end are known."""
        if self.partner is None:
            return ()
        return tuple(each for each in self.impositions if each.recorded is not True and each.days is not None)

    def new_sanctions(self) -> tuple[Sanction, ...]:
        """The sanctions to record. Run again with them among the facts, the policy gives none of them again."""
        return tuple(self._sanction(each) for each in self.new_impositions)

    def new_standings(self) -> tuple[Standing, ...]:
        """The standings to record, those that go with the sanctions to record."""
        found: list[Standing] = []
        for each in self.new_impositions:
            assert self.partner is not None
            assert each.days is not None
            first, after = each.days
            found += [
                Standing(
                    id=recorded_id(self.basis.policy, self.basis.subject, *_key(each), kind),
                    partner=self.partner,
                    kind=kind,
                    value=value,
                    valid_from=first,
                    valid_to=after if each.has_known_end else None,
                )
                for kind, value in each.standings.items()
            ]
        return tuple(found)

    def _sanction(self, imposition: Imposition) -> Sanction:
        assert self.partner is not None
        assert isinstance(imposition.starts_at, dt.datetime)
        assert isinstance(imposition.ends_at, dt.datetime)
        return Sanction(
            id=recorded_id(self.basis.policy, self.basis.subject, *_key(imposition)),
            partner=self.partner,
            policy=self.basis.policy,
            list=imposition.list,
            effects=imposition.effects,
            starts_at=imposition.starts_at,
            ends_at=imposition.ends_at if imposition.has_known_end else None,
            causes=imposition.causes if self.counted == "violation" else (),
        )

    def as_data(self) -> dict[str, object]:
        """The result as plain data, for JSON and for cases."""
        return {
            **basis_data(self.basis),
            "outcome": self.outcome,
            "effects": [*self.effects],
            "until": {effect: value_data(until, Instant()) for effect, until in self.effects.items()},
            "doubtful_effects": [*self.doubtful_effects],
            "scopes": {scope: value_data(until, Instant()) for scope, until in self.scopes.items()},
            "doubtful_scopes": [*self.doubtful_scopes],
            "ends_at": value_data(self.ends_at, Instant()),
            "on_probation": "unknown" if isinstance(self.on_probation, Unknown) else self.on_probation,
            "probation_until": value_data(self.probation_until, Instant()),
            "lighter": [each.as_data() for each in self.lighter],
            "impositions": [each.as_data() for each in self.impositions],
            "unimposed": [each.as_data() for each in self.unimposed],
            "missing": [missing_data(missing) for missing in self.missing],
        }

    def summary(self) -> dict[str, object]:
        """The parts of the result that a case can expect."""
        return {
            **self.as_data(),
            **missing_texts(self.missing),
            "lists": [each.list for each in self.impositions],
            "new": [each.id for each in self.new_sanctions()],
        }


def _key(imposition: Imposition) -> tuple[str, ...]:
    return recorded_key(imposition.cause, imposition.list, imposition.sort, imposition.starts_at)


def recorded_key(cause: str, list: str, sort: Sort, starts_at: dt.datetime | Unknown) -> tuple[str, ...]:
    """What tells a sanction of a policy and a partner from others of them.

    Of one that extends another one that is also where it begins: what comes to light later may move it.
    """
    if sort != "extension" or isinstance(starts_at, Unknown):
        return (cause, list)
    return (cause, list, f"{starts_at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}")


def recorded_id(*parts: str) -> str:
    """The id of what is to be recorded: of its policy, subject, cause and list, so that it is recorded once.

    The list belongs to it: what comes to light later may make the same violation the cause of a graver one.

    Different parts never give the same id: a colon within one of them is written as `%3A`.

    >>> recorded_id("conduct", "P-1", "V-3", "yellow")
    'conduct:P-1:V-3:yellow'
    """
    id = ":".join(part.replace("%", "%25").replace(":", "%3A") for part in parts)
    # Ids that are long themselves would make one that no record can have.
    return id if len(id) <= LONGEST_ID else hashlib.sha256(id.encode()).hexdigest()
