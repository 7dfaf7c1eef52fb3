"""How much room candidates have: what they can take, what they have and were given, each between two ends."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from partnerrules.backends.rows import Running
from partnerrules.backends.surroundings import definite, evaluate, members_of, number
from partnerrules.backends.values import Count, Members, lacking, united
from partnerrules.facts import Row
from partnerrules.language.terms import Term
from partnerrules.plan import assignments as a
from partnerrules.plan.logic import Truth, conjunction
from partnerrules.plan.portions import places
from partnerrules.plan.trace import Holding, Holdings
from partnerrules.schema.missing import Missing, Unknown

MOST_HOLDERS: Final = 5
"""Holders that are named, those with the most first."""

_NOTHING: Final = frozenset[Missing]()


@dataclass(frozen=True, slots=True)
class Ends:
    """A whole number between two ends, either of which may be open."""

    least: int | None
    most: int | None
    missing: frozenset[Missing] = _NOTHING

    @classmethod
    def of(cls, value: object) -> "Ends":
        """The ends of a value of the plan."""
        if isinstance(value, Unknown):
            return cls(None, None, value.missing)
        if isinstance(value, Count):
            return cls(value.least, value.most, value.missing)
        known = int(number(value))
        return cls(known, known)

    def known(self) -> object:
        """The number, or unknown."""
        return self.least if self.least is not None and self.least == self.most else Unknown(self.missing)

    def plus(self, other: "Ends") -> "Ends":
        """The sum."""
        least = None if self.least is None or other.least is None else self.least + other.least
        most = None if self.most is None or other.most is None else self.most + other.most
        return Ends(least, most, united((self.missing, other.missing)))

    def leaves_room(self, taken: "Ends") -> Truth:
        """Whether one more than what is taken is no more than this."""
        if self.least is not None and taken.most is not None and taken.most < self.least:
            return True
        if self.most is not None and taken.least is not None and taken.least >= self.most:
            return False
        return Unknown(united((self.missing, taken.missing)))


# ------------------------------------------------------------------------------------------------------ what was given


@dataclass(slots=True)
class Perhaps:
    """How often candidates may have been taken.

    Attributes:
        most: how often each at most.
        doubts: what is missing to know how often.
        anybody: how often somebody was perhaps taken of whom it is not known who it is.
        missing: what is missing to know that.
    """

    most: Counter[str] = field(default_factory=Counter)
    doubts: dict[str, frozenset[Missing]] = field(default_factory=dict)
    anybody: int = 0
    missing: frozenset[Missing] = _NOTHING

    def add(self, may: Iterable[str], doubts: frozenset[Missing], anybody: frozenset[Missing]) -> None:
        """One more subject, with those that it may take, and what is missing to know whether it takes another one."""
        for candidate in may:
            self.most[candidate] += 1
            if doubts:
                self.doubts[candidate] = united((self.doubts.get(candidate, _NOTHING), doubts))
        if anybody:
            self.anybody += 1
            self.missing = united((self.missing, anybody))


@dataclass(frozen=True, slots=True)
class Given:
    """What was given when it is the turn of a subject.

    Attributes:
        certain: how often each candidate was taken for certain.
        perhaps: how often they may have been, from several sides that are added up.
        own: those that the subject itself may take, which stand among them; not counted.
        own_anybody: whether it may also take somebody of whom it is not known who it is.
        gaps: what is missing if there may be subjects that nobody named.
        late: what is missing to know when the turn is.
    """

    certain: Counter[str]
    perhaps: tuple[Perhaps, ...]
    gaps: frozenset[Missing]
    own: frozenset[str] = frozenset()
    own_anybody: bool = False
    late: frozenset[Missing] = _NOTHING

    def times(self, candidate: str) -> Ends:
        """How often a candidate was taken."""
        least = 0 if self.late else self.certain[candidate]
        if self.gaps:
            return Ends(least, None, self.gaps)
        most = sum(each.most[candidate] + each.anybody for each in self.perhaps)
        most -= (candidate in self.own) + self.own_anybody
        if most <= least:
            return Ends(least, least)
        doubts = [each.doubts.get(candidate, _NOTHING) for each in self.perhaps]
        return Ends(least, most, united((self.late, *doubts, *(each.missing for each in self.perhaps))))


# ------------------------------------------------------------------------------------------------------------ how much


@dataclass(frozen=True, slots=True)
class _Shares:
    """What a limit of shares rests on: how many one may hold, and how many all and each hold before the first turn."""

    limit: Ends
    recorded: Ends
    certain: Counter[str]
    possible: Counter[str]
    anybody: int
    open: bool
    missing: frozenset[Missing]

    def held(self, holder: str) -> Ends:
        """How many somebody holds."""
        least = self.certain[holder]
        if self.open:
            return Ends(least, None, self.missing)
        most = least + self.possible[holder] + self.anybody
        return Ends(least, most, self.missing if most > least else _NOTHING)


@dataclass(slots=True)
class Rooms:
    """How much room candidates have; each is looked at once.

    Attributes:
        how: the limits.
        running: for computing them.
        shares: what the limit of shares rests on.
    """

    how: a.Assignment
    running: Running
    shares: _Shares | None
    _capacities: dict[str, tuple[Ends, Ends]] = field(default_factory=dict)

    @classmethod
    def of(cls, how: a.Assignment, have_turns: Sequence[Truth], gaps: frozenset[Missing], running: Running) -> "Rooms":
        """The rooms where some subjects have a turn, or may have one."""
        least = sum(1 for each in have_turns if each is True)
        most = sum(1 for each in have_turns if each is not False)
        missing = united((gaps, *(lacking(each) for each in have_turns)))
        subjects = Ends(least, None if gaps else most, missing)
        return cls(how, running, None if how.share is None else _shares(how.share, subjects, running))

    @property
    def limited(self) -> bool:
        """Whether there is any limit."""
        return self.how.capacity is not None or self.shares is not None

    def room(self, candidate: Row, given: Given, further: int = 0) -> Truth:
        """Whether a candidate has room for one more, with some more given for certain."""
        times = given.times(candidate.id).plus(Ends(further, further))
        return conjunction((self._within_capacity(candidate, times), self._within_share(candidate, times)))

    def told(self, candidate: Row, given: Given) -> dict[str, object]:
        """The columns that say how much room there is."""
        times = given.times(candidate.id)
        found: dict[str, object] = {a.CAPACITY: None, a.LOAD: None, a.SHARE: None}
        if self.how.capacity is not None:
            most, has = self._capacity(candidate)
            found |= {a.CAPACITY: most.known(), a.LOAD: has.plus(times).known()}
        if self.shares is not None:
            found[a.SHARE] = self.shares.limit.known()
        found[a.CAPACITY_ROOM] = self._within_capacity(candidate, times)
        found[a.SHARE_ROOM] = self._within_share(candidate, times)
        return found

    def load(self, candidate: Row, given: Given) -> object:
        """How many a candidate has with what was given, as terms see it."""
        has = self._capacity(candidate)[1].plus(given.times(candidate.id))
        known = has.known()
        return (
            Count(has.least, has.most, has.missing) if isinstance(known, Unknown) and has.least is not None else known
        )

    def held(self, given: Given, takers: int) -> Holdings | None:
        """Who holds how many, with what was given, where so many subjects at most were given to somebody."""
        shares = self.shares
        if shares is None:
            return None
        holders = {*shares.certain, *shares.possible, *given.certain}
        found: list[Holding] = []
        for holder in holders:
            ends = shares.held(holder).plus(given.times(holder))
            found.append(Holding(holder, ends.least or 0, ends.most))
        found.sort(key=lambda each: (-each.least, each.holder))
        every = shares.recorded.plus(Ends(sum(given.certain.values()), None if given.gaps else takers))
        return Holdings(tuple(found[:MOST_HOLDERS]), every.least or 0, every.most)

    def _within_capacity(self, candidate: Row, times: Ends) -> Truth:
        if self.how.capacity is None:
            return True
        most, has = self._capacity(candidate)
        return most.leaves_room(has.plus(times))

    def _within_share(self, candidate: Row, times: Ends) -> Truth:
        if self.shares is None:
            return True
        return self.shares.limit.leaves_room(self.shares.held(candidate.id).plus(times))

    def _capacity(self, candidate: Row) -> tuple[Ends, Ends]:
        found = self._capacities.get(candidate.id)
        if found is None:
            assert self.how.capacity is not None
            variables = {self.how.candidate: candidate}
            found = self._ends(self.how.capacity.most, variables), self._ends(self.how.capacity.has, variables)
            self._capacities[candidate.id] = found
        return found

    def _ends(self, term: Term, variables: Mapping[str, object]) -> Ends:
        return Ends.of(_value(term, variables, self.running))


def _value(term: Term, variables: Mapping[str, object], running: Running) -> object:
    running.around.effort.turns = 0
    return evaluate(term, running.around, variables)


def _shares(share: a.Share, subjects: Ends, running: Running) -> _Shares:
    running.around.effort.turns = 0
    found = members_of(share.records, running.around, {})
    members = Members((), (), found.missing) if isinstance(found, Unknown) else found
    certain, possible = Counter[str](), Counter[str]()
    anybody = certain_ones = 0
    missing = [members.gaps]
    every = [(member, None) for member in members.certain] + [(member, doubt) for member, doubt in members.possible]
    for member, doubt in every:
        holder = member if isinstance(member, Unknown) else _holder(share, member, running)
        if holder is None:
            continue
        if isinstance(holder, Unknown):
            # Somebody may hold it, and of a record that is there for certain it may be nobody.
            anybody += 1
            missing.append(holder.missing | lacking(doubt))
        elif isinstance(doubt, Unknown):
            possible[holder] += 1
            missing.append(doubt.missing)
        else:
            certain[holder] += 1
            certain_ones += 1
    most = None if members.gaps else certain_ones + sum(possible.values()) + anybody
    recorded = Ends(certain_ones, most, united(missing))
    limit = _limit(share, recorded.plus(subjects), running)
    return _Shares(limit, recorded, certain, possible, anybody, bool(members.gaps), united(missing))


def _holder(share: a.Share, member: object, running: Running) -> str | Unknown | None:
    value = definite(_value(share.holder, {share.record: member}, running))
    if isinstance(value, Row):
        return value.id
    assert isinstance(value, str | Unknown | None), value
    return value


def _limit(share: a.Share, every: Ends, running: Running) -> Ends:
    """How many one may hold."""
    portion = definite(_value(share.portion, {}, running))
    minimum = Ends.of(_value(share.minimum, {}, running))
    if isinstance(portion, Unknown):
        return Ends(minimum.least or 0, None, united((portion.missing, minimum.missing)))
    ratio = Decimal(number(portion))
    least = max(places(ratio, every.least or 0, "floor"), minimum.least or 0)
    most = None
    if every.most is not None and minimum.most is not None:
        most = max(places(ratio, every.most, "floor"), minimum.most)
    return Ends(least, most, united((every.missing, minimum.missing)) if least != most else _NOTHING)
