"""Finds the exchange rate that counts for a day, among those of the facts and those that a ruleset publishes.

Of a pair of currencies and a day counts what the ruleset publishes, then a rate of the facts as it is written, then one
of the other direction, then a cross rate. With a reach the youngest day that has any goes first.
"""

import bisect
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, TypeAlias

import partnerrules.quantities as q
from partnerrules.facts import Database, Row
from partnerrules.schema.missing import Missing, Unknown

ENTITY: Final = "exchange_rate"
"""What such a rate is."""
RELATION: Final = "exchange_rates"
"""The relation with the rates of the facts."""

_Pair: TypeAlias = tuple[str, str]
_Doubted: TypeAlias = tuple[q.Conversion, frozenset[Missing]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The rate that is looked for.

    Attributes:
        source: the currency that an amount is in.
        target: the one that it is converted to.
        day: the day for which the rate is.
        kind: the sort of rate; of any sort if None.
        as_of: the instant of the decision; what is recorded later is not seen.
        today: its civil day.
    """

    source: str
    target: str
    day: dt.date
    kind: str | None
    as_of: dt.datetime
    today: dt.date

    def __str__(self) -> str:
        kind = "" if self.kind is None else f" ({self.kind})"
        return f"{self.source}/{self.target} {self.day}{kind}"


@dataclass(slots=True)
class _Search:
    """What a search has come to so far.

    Attributes:
        found: the first rate that counts for certain; unknown where several contradict each other.
        possible: rates that may go before it.
        missing: what would have to be known of these.
        open: whether something else may go before it, of which nothing is known.
        gap: whether that hangs on rates that nobody named.
    """

    found: q.Conversion | Unknown | None = None
    possible: list[q.Conversion] = field(default_factory=list)
    missing: set[Missing] = field(default_factory=set)
    open: bool = False
    gap: bool = False

    def level(self, certain: Sequence[q.Conversion], possible: Sequence[_Doubted], label: str) -> None:
        """Rates that are equally close, behind those so far."""
        doubts = {missing for _, each in possible for missing in each}
        if not certain:
            self.possible += [rate for rate, _ in possible]
            self.missing |= doubts
            # If two of them count that differ, there is no telling which.
            self.open |= any(not rate.same_value(possible[0][0]) for rate, _ in possible)
            return
        first = certain[0]
        other = next((each for each in certain if not each.same_value(first)), None)
        if other is not None:
            ids = ", ".join(each.rates[0].source or "" for each in (first, other))
            self.found = Unknown.because("rates", RELATION, "", f"{label}: {ids}")
            return
        if any(not rate.same_value(first) for rate, _ in possible):
            self.open = True
            self.missing |= doubts
        self.found = first

    @property
    def settled(self) -> q.Conversion | None:
        """The rate, if it is the same however the gaps are filled."""
        found = self.found
        if not isinstance(found, q.Conversion) or self.open or self.gap:
            return None
        return found if all(rate.same_value(found) for rate in self.possible) else None

    @property
    def nothing(self) -> bool:
        """Whether there is no rate for certain."""
        return self.found is None and not self.possible and not self.open and not self.gap


class Rates:
    """The exchange rates of a ruleset and of facts, by pair and day; indexed when they are first asked for."""

    def __init__(self, exchange: q.Exchange, facts: Database) -> None:
        """Take over the settings of a ruleset.

        Args:
            exchange: which rates count.
            facts: the facts with the others.
        """
        self.exchange = exchange
        self._facts = facts
        self._published: dict[_Pair, dict[dt.date, q.Rate]] = {}
        for rate in exchange.published:
            pair = (rate.given.currency, rate.gives.currency)
            self._published.setdefault(pair, {})[rate.day] = rate
        self._recorded: dict[_Pair, dict[dt.date, list[tuple[q.Rate, Row]]]] | None = None
        self._days: dict[_Pair, list[dt.date]] = {}
        self._found: dict[Wanted, q.Conversion | Unknown] = {}

    def find(self, wanted: Wanted) -> q.Conversion | Unknown:
        """The way from one currency to another one on a day, or unknown."""
        if wanted.source == wanted.target:
            return q.Conversion((), wanted.target)
        # Two threads may both look for it; they find the same, and one of the two stays.
        if wanted not in self._found:
            try:
                self._found[wanted] = self._find(wanted)
            except q.NumberTooLong:
                self._found[wanted] = Unknown.because("size")
        return self._found[wanted]

    def _find(self, wanted: Wanted) -> q.Conversion | Unknown:
        search = _Search()
        for day in self._days_to_look_at(wanted):
            self._look_at(day, wanted, search)
            if search.found is not None or search.open:
                break
        # Every day but those that have a rate may have one that nobody named.
        settled = search.settled
        if settled is not None:
            return settled
        missing = set(search.missing)
        if isinstance(search.found, Unknown):
            missing |= search.found.missing
        elif search.found is None and not search.open:
            missing.add(Missing("rate", RELATION, "", str(wanted)))
        elif search.gap:
            missing.add(Missing("relation", RELATION))
        return Unknown(frozenset(missing))

    def _days_to_look_at(self, wanted: Wanted) -> Iterator[dt.date]:
        """The day that is asked for, and those before it that may have a rate, the youngest first."""
        yield wanted.day
        reach = self.exchange.reach
        if not reach:
            return
        pairs = [(wanted.source, wanted.target)]
        via = self.exchange.via
        if via is not None:
            pairs += [(wanted.source, via), (via, wanted.target)]
        first = wanted.day - min(dt.timedelta(reach), wanted.day - dt.date.min)
        found: set[dt.date] = set()
        for pair in pairs:
            days = self._days_of(pair)
            found.update(days[bisect.bisect_left(days, first) : bisect.bisect_left(days, wanted.day)])
        yield from sorted(found, reverse=True)

    def _days_of(self, pair: _Pair) -> list[dt.date]:
        """The days that have a rate of a pair, in either direction, in their order."""
        if pair not in self._days:
            recorded = self._index()
            days: set[dt.date] = set()
            for each in (pair, (pair[1], pair[0])):
                days |= self._published.get(each, {}).keys() | recorded.get(each, {}).keys()
            self._days[pair] = sorted(days)
        return self._days[pair]

    def _look_at(self, day: dt.date, wanted: Wanted, search: _Search) -> None:
        """Looks for a rate of one day: that of the pair, and else a cross rate."""
        self._direct((wanted.source, wanted.target), day, wanted, search)
        via = self.exchange.via
        if search.found is not None or search.open or via is None or via in (wanted.source, wanted.target):
            return
        legs = [_Search(), _Search()]
        for pair, leg in zip(((wanted.source, via), (via, wanted.target)), legs, strict=True):
            self._direct(pair, day, wanted, leg)
        search.gap |= any(leg.gap for leg in legs)
        first, second = (leg.found for leg in legs)
        if all(leg.settled is not None or leg.gap for leg in legs) and not any(
            leg.open or leg.possible for leg in legs
        ):
            if isinstance(first, q.Conversion) and isinstance(second, q.Conversion):
                search.found = q.Conversion((*first.rates, *second.rates), wanted.target)
        elif not any(leg.nothing for leg in legs):
            search.open = True
            for leg in legs:
                search.missing |= leg.missing
                search.missing |= leg.found.missing if isinstance(leg.found, Unknown) else set()

    def _direct(self, pair: _Pair, day: dt.date, wanted: Wanted, search: _Search) -> None:
        """Looks for a rate of one pair and day."""
        turned = (pair[1], pair[0])
        published = self._published.get(pair, {}).get(day)
        if published is None and (other := self._published.get(turned, {}).get(day)) is not None:
            published = other.turned
        if published is not None:
            search.level([q.Conversion((published,), pair[1])], (), "")
            return
        label = f"{pair[0]}/{pair[1]} {day}"
        search.level(*self._seen(pair, day, wanted), label)
        complete = self._facts.complete(ENTITY)
        if search.found is not None:
            # One of another kind may be there, too; of one kind there is one rate for a day.
            search.gap |= wanted.kind is None and not complete
            return
        search.gap |= not complete
        certain, possible = self._seen(turned, day, wanted)
        back = [q.Conversion((rate.rates[0].turned,), pair[1]) for rate in certain]
        search.level(back, [(q.Conversion((rate.rates[0].turned,), pair[1]), each) for rate, each in possible], label)

    def _seen(self, pair: _Pair, day: dt.date, wanted: Wanted) -> tuple[list[q.Conversion], list[_Doubted]]:
        """The rates of the facts that count, and those that may."""
        certain: list[q.Conversion] = []
        possible: list[_Doubted] = []
        for rate, row in self._index().get(pair, {}).get(day, ()):
            doubts: frozenset[Missing] = frozenset()
            if wanted.kind is not None:
                kind = row.get("kind")
                if isinstance(kind, Unknown):
                    doubts |= kind.missing
                elif kind != wanted.kind:
                    continue
            seen = row.visible(wanted.as_of, wanted.today)
            if isinstance(seen, Unknown):
                doubts |= seen.missing
            elif not seen:
                continue
            conversion = q.Conversion((rate,), pair[1])
            if doubts:
                possible.append((conversion, doubts))
            else:
                certain.append(conversion)
        return certain, possible

    def _index(self) -> dict[_Pair, dict[dt.date, list[tuple[q.Rate, Row]]]]:
        """The rates of the facts by pair and day, in the order of their ids."""
        if self._recorded is None:
            made: dict[_Pair, dict[dt.date, list[tuple[q.Rate, Row]]]] = {}
            for row in self._facts.relation(ENTITY):
                rate = _rate_of(row)
                pair = (rate.given.currency, rate.gives.currency)
                made.setdefault(pair, {}).setdefault(rate.day, []).append((rate, row))
            self._recorded = made
        return self._recorded


def _rate_of(row: Row) -> q.Rate:
    """A record of a rate. Its currencies, amounts and day are required, so that they are there."""
    kind, day = row.get("kind"), row.get("date")
    assert isinstance(day, dt.date)

    def money(side: str) -> q.Money:
        amount, currency = row.get(f"{side}_amount"), row.get(f"{side}_currency")
        assert isinstance(amount, Decimal)
        assert isinstance(currency, str)
        return q.Money(amount, currency)

    return q.Rate(money("from"), money("to"), day, kind if isinstance(kind, str) else None, row.id)
