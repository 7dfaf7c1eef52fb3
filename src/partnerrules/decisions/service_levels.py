"""The results of service levels: whether it was done in time, how long the clock ran, and how a group does."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from partnerrules.decisions.basis import Basis, basis_data, case_value, missing_texts
from partnerrules.decisions.values import missing_data, value_data
from partnerrules.plan.trace import Seen
from partnerrules.schema.missing import Missing, Unknown
from partnerrules.schema.types import Integer, Ratio

MET: Final = "met"
BREACHED: Final = "breached"
RUNNING: Final = "running"
STOPPED: Final = "stopped"
NOT_STARTED: Final = "not_started"
UNCONFIRMED: Final = "unconfirmed"

MOST_NAMED: Final = 20
"""Records of a group that are breached which are named; all of them are counted."""

KEPT: Final = "kept"
MISSED: Final = "missed"
UNDEFINED: Final = "undefined"


ClockName: TypeAlias = Literal["elapsed", "service hours", "days", "months", "business days"]
"""What a clock counts."""


@dataclass(frozen=True, slots=True)
class ClockStop:
    """A record that says that the clock stands still.

    Attributes:
        record: its id.
        begins: from when.
        ends: up to when; none while it still does.
        counted: whether it counts; not if it began only after the end, or after the moment of the decision.
    """

    record: str
    begins: Seen
    ends: Seen
    counted: bool | Unknown

    def as_data(self) -> dict[str, object]:
        return {
            "record": self.record,
            "begins": value_data(self.begins.value, self.begins.type),
            "ends": value_data(self.ends.value, self.ends.type),
            "counted": "unknown" if isinstance(self.counted, Unknown) else self.counted,
        }


@dataclass(frozen=True, slots=True)
class Compliance:
    """How the group does that a record belongs to.

    Attributes:
        outcome: "kept" if enough are met, "missed", "undefined" if none is met or breached; `Unknown` otherwise.
        per: what the group has in common.
        met: how many are met for certain.
        breached: how many are breached for certain.
        breaches: the ids of the first of these, at most `MOST_NAMED`.
        open: how many are neither yet, or are not known to be; `Unknown` if there may be others.
        share: the share of those met among those met and breached; none if there are none.
        least: the least that it can be, whatever is not known.
        most: the most.
        at_least: what is asked.
    """

    outcome: Literal["kept", "missed", "undefined"] | Unknown
    per: tuple[Seen, ...]
    met: int | Unknown
    breached: int | Unknown
    breaches: tuple[str, ...]
    open: int | Unknown
    share: Decimal | Unknown | None
    least: Decimal | Unknown | None
    most: Decimal | Unknown | None
    at_least: Decimal | Unknown

    def as_data(self) -> dict[str, object]:
        counts = {"met": self.met, "breached": self.breached, "open": self.open}
        shares = {"share": self.share, "least": self.least, "most": self.most, "at_least": self.at_least}
        return {
            "outcome": "unknown" if isinstance(self.outcome, Unknown) else self.outcome,
            "per": [value_data(seen.value, seen.type) for seen in self.per],
            **{name: _plain(value, Integer()) for name, value in counts.items()},
            "breaches": [*self.breaches],
            **{name: _plain(value, Ratio()) for name, value in shares.items()},
        }


def _plain(value: object, type: Integer | Ratio) -> object:
    return "unknown" if isinstance(value, Unknown) else value_data(value, type)


@dataclass(frozen=True, slots=True)
class ServiceLevelResult:
    """Whether a record was done within its limit.

    Attributes:
        basis: policy, subject and version.
        outcome: "met", "breached", "running" while it is in time and not done, "stopped" while the clock stands still,
            "not_started", "unconfirmed" if it was done in time and not all have confirmed it, or "undetermined".
        clock: what is counted: "elapsed" time, "service hours", "days", "months" as their days, or "business days".
        hours: from when to when on business days, for service hours.
        starts: when the clock started.
        ends: when it was done; none if it was not, as of the decision.
        limit: how long it may take.
        due: the last moment or day that is in time, all stops counted; none while the clock stands still before it.
        due_least: the earliest that it can be, whatever is not known.
        due_most: the latest that it can be.
        used: what the clock has counted up to the end, or up to the decision.
        left: what remains of the limit by the same clock; zero if nothing does.
        over: how long after it was due it was done, or is not done by now; none if it is in time.
        stops: when the clock stands still, in the order of the records.
        confirmed: whether all who check have confirmed it; none if nobody checks.
        compliance: how the group does, if something is asked of it.
        missing: the facts that are lacking where the outcome is undetermined.
    """

    basis: Basis
    outcome: str
    clock: ClockName
    hours: tuple[str, str] | None
    starts: Seen
    ends: Seen
    limit: Seen
    due: Seen
    due_least: Seen
    due_most: Seen
    used: Seen
    left: Seen
    over: Seen
    stops: tuple[ClockStop, ...]
    confirmed: bool | Unknown | None
    compliance: Compliance | None
    missing: tuple[Missing, ...]

    @property
    def timing(self) -> tuple[Seen, ...]:
        """The times that it rests on and that come of it, each under its name."""
        return (
            self.starts, self.ends, self.limit, self.due, self.due_least, self.due_most,
            self.used, self.left, self.over,
        )  # fmt: skip

    def as_data(self) -> dict[str, object]:
        """The result as plain data, for JSON and for cases."""
        return {
            **basis_data(self.basis),
            "outcome": self.outcome,
            "clock": self.clock,
            "hours": None if self.hours is None else "-".join(self.hours),
            **{seen.text: value_data(seen.value, seen.type) for seen in self.timing},
            **self._rest(),
            "missing": [missing_data(missing) for missing in self.missing],
        }

    def summary(self) -> dict[str, object]:
        """The parts of the result that a case can expect."""
        return {
            **self.as_data(),
            **{seen.text: case_value(seen.value, seen.type) for seen in self.timing},
            **missing_texts(self.missing),
        }

    def _rest(self) -> dict[str, object]:
        return {
            "stops": [stop.as_data() for stop in self.stops],
            "confirmed": "unknown" if isinstance(self.confirmed, Unknown) else self.confirmed,
            "compliance": None if self.compliance is None else self.compliance.as_data(),
        }
