"""How long clocks have run, as far as that is known."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, cast

import partnerrules.quantities as q
from partnerrules.backends.rows import Running, Work, WorkingRow
from partnerrules.backends.surroundings import ABSENT, definite, evaluate, members_of, number, with_doubt
from partnerrules.backends.values import Beyond, lacking, united
from partnerrules.plan.clocks import Clock, Stops
from partnerrules.plan.logic import Truth, conjunction, disjunction, negation
from partnerrules.plan.stretches import in_order
from partnerrules.quantities import running_time
from partnerrules.schema.missing import Missing, Unknown

MAXIMUM_DAYS: Final = 1_000_000
"""Days that the clocks of one node may look at together for their hours."""

_LONGEST: Final = 10_000_000
"""Days that a limit may have; with more it would leave the calendar."""


@dataclass(frozen=True, slots=True)
class _Stop:
    """What is known of one stop.

    Attributes:
        least: the stretch that it takes for certain, None if that is none.
        most: the longest that it can take; None at its beginning is the start of the clock, at its end that it is open.
        doubt: what would have to be known to tell the stretch.
        now: whether the clock stands still in it at the end of the timing.
    """

    least: tuple[object, object] | None
    most: tuple[object, object]
    doubt: frozenset[Missing]
    now: Truth


def measure(clock: Clock, rows: Sequence[WorkingRow], running: Running) -> None:
    """Adds the columns of a clock to all rows."""
    work = Work(
        MAXIMUM_DAYS,
        f"the clocks of one policy count the hours of more than {MAXIMUM_DAYS:,} days:"
        " decide fewer records at once, or those of which it is not long ago that they began",
    )
    opening = _opening(clock, running, work)
    for row in rows:
        start, until, limit = (_there(running.value(term, row)) for term in (clock.starts, clock.until, clock.limit))
        stops = [] if clock.stops is None else _stops(clock.stops, until, row, running)
        row.variables[clock.stopped] = disjunction(stop.now for stop in stops)
        unknown = lacking(start, limit)
        if unknown:
            for name in (clock.due, clock.earliest, clock.latest, clock.used, clock.left):
                row.variables[name] = Unknown(unknown)
            continue
        timed = _timed(clock, start, number(limit), stops, running, opening)
        row.variables |= {clock.due: timed.due, clock.earliest: timed.earliest, clock.latest: timed.latest}
        row.variables[clock.used], row.variables[clock.left] = timed.used_and_left(until)


def _opening(clock: Clock, running: Running, work: Work) -> running_time.Opening | None:
    """The hours of a clock, for all rows together."""
    hours, around = clock.hours, running.around
    if hours is None:
        return None
    assert around.calendar is not None  # the policy kind has seen to it
    return running_time.Opening(around.calendar, around.zone, hours.opens, hours.closes, lambda: work.add(1))


def _there(value: object) -> object:
    """A value that checked plans have there; absent it is only where it is not known whether the row counts at all."""
    return ABSENT if value is None else definite(value)


# --------------------------------------------------------------------------------------------- what is known of stops


def _stops(stops: Stops, until: object, row: WorkingRow, running: Running) -> list[_Stop]:
    around = running.around
    around.effort.turns = 0
    members = members_of(stops.items, around, row.variables)
    if isinstance(members, Unknown):
        return [_anything(members)]
    found = [_anything(Unknown(members.gaps))] if members.gaps else []
    for member, doubt in with_doubt(members):
        if isinstance(member, Unknown):
            found.append(_anything(member))
            continue
        variables = {**row.variables, stops.variable: member}
        begins = _there(evaluate(stops.begins, around, variables))
        ends = definite(evaluate(stops.ends, around, variables))
        stop = _stop(begins, ends, True if doubt is None else doubt, until, around.zone)
        if stop is not None:
            found.append(stop)
    return found


def _anything(doubt: Unknown) -> _Stop:
    """A stop of which nothing is known, not even whether there is one."""
    return _Stop(None, (None, None), doubt.missing, doubt)


def _stop(begins: object, ends: object, belongs: Truth, until: object, zone: dt.tzinfo) -> _Stop | None:
    """A stop as it was at the end of the timing, or None if it is certain that there was none."""
    begun = conjunction((belongs, _by(begins, until, zone)))
    over: Truth = False if ends is None else _by(ends, until, zone)
    if begun is False:
        return None
    end = ends if over is True else None
    # One that has an end which is not known may be over at once.
    least = (begins, end) if begun is True and not isinstance(over, Unknown) else None
    longest = (None if isinstance(begins, Unknown) else begins, end)
    return _Stop(least, longest, lacking(begun, begins, over), conjunction((begun, negation(over))))


def _by(moment: object, until: object, zone: dt.tzinfo) -> Truth:
    """Whether a moment has come by another one; a date and an instant meet as days."""
    unknown = lacking(moment, until)
    if unknown:
        return Unknown(unknown)
    if isinstance(moment, dt.datetime) is not isinstance(until, dt.datetime):
        moment, until = _day(moment, zone), _day(until, zone)
    return in_order(moment, until, equal=True)


def _day(moment: object, zone: dt.tzinfo) -> dt.date:
    if isinstance(moment, dt.datetime):
        return moment.astimezone(zone).date()
    assert isinstance(moment, dt.date), moment
    return moment


# ------------------------------------------------------------------------------------------------------------- timing


@dataclass(frozen=True, slots=True)
class _Timed:
    """A clock of one row, with the stops that are certain and with all that there may be."""

    due: object
    earliest: object
    latest: object
    limit: object
    fewest: "_Timer"
    all: "_Timer"
    doubt: frozenset[Missing]

    def used_and_left(self, until: object) -> tuple[object, object]:
        if isinstance(until, Unknown):
            return until, until
        most = self.fewest.run(until)
        least = most if self.all is self.fewest else self.all.run(until)
        used = _agreed(most, least, self.doubt)
        unknown = lacking(used, self.limit)
        if unknown:
            return used, Unknown(unknown)
        return used, max(number(self.limit) - number(used), Decimal(0))


def _timed(
    clock: Clock,
    start: object,
    limit: Decimal,
    stops: Sequence[_Stop],
    running: Running,
    opening: running_time.Opening | None,
) -> _Timed:
    least = [stop.least for stop in stops if stop.least is not None]
    most = [stop.most for stop in stops]
    doubt = united(stop.doubt for stop in stops)
    fewest = _Timer(clock, start, least, running, opening)
    every = fewest if least == most else _Timer(clock, start, most, running, opening)
    counted = fewest.counted(limit)
    earliest = fewest.due(counted)
    latest = earliest if every is fewest else every.due(counted)
    return _Timed(_agreed(earliest, latest, doubt), earliest, latest, counted, fewest, every, doubt)


def _agreed(one: object, other: object, doubt: frozenset[Missing]) -> object:
    """What two ways to fill the gaps give, if it is the same."""
    unknown = lacking(one, other)
    if unknown:
        return Unknown(unknown | doubt)
    return one if one == other else Unknown(doubt)


_OUTSIDE: Final = Unknown.because("calendar")


@dataclass(frozen=True, slots=True)
class _Timer:
    """A clock of one row, of which all is known."""

    clock: Clock
    start: object
    stops: Sequence[tuple[object, object]]
    running: Running
    opening: running_time.Opening | None

    def counted(self, limit: Decimal) -> object:
        """A limit in what is counted: elapsed seconds, or days."""
        if self.clock.unit == "elapsed":
            return limit
        whole = int(limit) if abs(limit) < _LONGEST else 0
        if whole != limit:
            return _OUTSIDE
        if self.clock.unit != "months":
            return Decimal(whole)
        first = self._first_day()
        try:
            return Decimal((q.add_months(first, whole) - first).days)
        except OverflowError:
            return _OUTSIDE

    def due(self, limit: object) -> object:
        """The last moment or day that is in time; None if the clock stands still before and for ever."""
        if isinstance(limit, Unknown):
            return limit
        try:
            if self.clock.unit == "elapsed":
                return running_time.due_instant(self._first(), _span(number(limit)), self._stretches(), self.opening)
            calendar = self.running.around.calendar if self.clock.unit == "business days" else None
            return running_time.due_day(self._first_day(), int(number(limit)), self._days(), calendar)
        except OverflowError:
            return self._beyond(int(number(limit)))

    def _beyond(self, limit: int) -> Unknown:
        """When it is due outside of the calendar: stops put that off, so that it is past the end without them."""
        calendar = self.running.around.calendar
        if self.clock.unit != "business days" or calendar is None or limit <= 0:
            return _OUTSIDE
        end = calendar.beyond(self._first_day(), limit)
        return _OUTSIDE if end is None else Beyond(_OUTSIDE.missing, least=end)

    def run(self, until: object) -> object:
        """What was counted up to a moment."""
        try:
            if self.clock.unit == "elapsed":
                moment = cast("dt.datetime", until)
                run = running_time.time_run(self._first(), moment, self._stretches(), self.opening)
                return Decimal(run.days * 86_400 + run.seconds) + Decimal(run.microseconds).scaleb(-6)
            calendar = self.running.around.calendar if self.clock.unit == "business days" else None
            last = _day(until, self.running.around.zone)
            return Decimal(running_time.days_run(self._first_day(), last, self._days(), calendar))
        except OverflowError:
            return _OUTSIDE

    def _first(self) -> dt.datetime:
        assert isinstance(self.start, dt.datetime), self.start
        return self.start

    def _first_day(self) -> dt.date:
        return _day(self.start, self.running.around.zone)

    def _stretches(self) -> list[tuple[dt.datetime, dt.datetime | None]]:
        first = self._first()
        return [
            (first if begin is None else cast("dt.datetime", begin), cast("dt.datetime | None", end))
            for begin, end in self.stops
        ]

    def _days(self) -> list[tuple[dt.date, dt.date | None]]:
        """The days on which it stands still, be it for a part of the day."""
        first, zone = self._first_day(), self.running.around.zone
        found = []
        for begin, end in self.stops:
            if begin is None or end is None or in_order(begin, end, equal=False):
                found.append((first if begin is None else _day(begin, zone), _after(end, zone)))
        return found


def _after(end: object, zone: dt.tzinfo) -> dt.date | None:
    """The first day that a stop leaves free: a stop up to a date leaves that day free, one up to midnight the next."""
    if isinstance(end, dt.datetime):
        return q.add_days(_day(end - _TICK, zone), 1)
    assert end is None or isinstance(end, dt.date), end
    return end


_TICK: Final = dt.timedelta(microseconds=1)


def _span(seconds: Decimal) -> dt.timedelta:
    return dt.timedelta(microseconds=int(q.round_half_up(seconds, 6).scaleb(6)))
