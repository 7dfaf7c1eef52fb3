"""Who is given to whom: subjects take turns, and each takes the best candidate that has room after those before it.

What a subject takes hangs on what those before it take. Where that is not known, a candidate may be taken or not, so
that it has been taken between so many and so many times when the next turn comes. Each subject is looked at with these
two ends: what it takes with both of them is certain.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from partnerrules.backends.lists import gaps_of
from partnerrules.backends.ranking import Entrant, Tally, positions, turns
from partnerrules.backends.room import Given, Perhaps, Rooms
from partnerrules.backends.rows import Running, Work, WorkingRow, parts_of
from partnerrules.backends.surroundings import definite
from partnerrules.backends.values import lacking, united
from partnerrules.facts import Row
from partnerrules.plan import assignments as a
from partnerrules.plan.logic import Truth, conjunction
from partnerrules.plan.queues import SortKey
from partnerrules.schema.missing import Missing, Unknown

MAXIMUM_LOOKS: Final = 2_000_000
"""How often a subject looks at a candidate, in one node of a plan."""
MOST_ROUNDS: Final = 20
"""How often subjects of one turn look again at what is left for them if the others take what they may."""
MOST_RIVALS: Final = 20
"""Subjects that are named which contest a candidate in one turn."""

_TURN: Final = Unknown.because("tie", field="order")


@dataclass(slots=True, eq=False)
class _Pair:
    """A candidate of a subject.

    Attributes:
        row: the row.
        candidate: the record.
        suited: whether it belongs to the candidates and is suited.
        keys: its turns by the keys that order candidates; unknown by those that hang on what was given before.
    """

    row: WorkingRow
    candidate: Row
    suited: Truth
    keys: tuple[int | Unknown, ...]


@dataclass(slots=True, eq=False)
class _Subject:
    """A subject, its candidates, and what it may take.

    Attributes:
        row: the row.
        pairs: its candidates.
        turn: when its turn is; not known where a key is not.
        has_turn: whether it has a turn at all.
        whole: whether all its candidates are there, true or unknown.
        may: the candidates that it may take, of those that are there.
    """

    row: WorkingRow
    pairs: list[_Pair]
    turn: tuple[int | Unknown, ...]
    has_turn: Truth
    whole: Truth
    may: frozenset[str] = frozenset()

    @property
    def late(self) -> bool:
        """Whether it is not known when its turn is."""
        return any(isinstance(key, Unknown) for key in self.turn)

    @property
    def suitors(self) -> frozenset[str]:
        """The candidates that it may take if there is room."""
        return frozenset(pair.candidate.id for pair in self.pairs if pair.suited is not False)


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where a candidate stands among those that are free: how many come before it, and how many equal it."""

    ahead: Tally
    level: Tally


@dataclass(frozen=True, slots=True)
class _Look:
    """What a subject finds: which of its candidates are free, where each stands among them, and what it takes.

    Attributes:
        free: whether each is suited and has room.
        places: where each stands among those that are free.
        takes: the one that it takes for certain.
        tied: those that are equally good and better than all others, for certain.
    """

    free: tuple[Truth, ...]
    places: tuple[_Standing, ...]
    takes: _Pair | None
    tied: frozenset[str]


def assign(how: a.Assignment, over: Sequence[WorkingRow], rows: Sequence[WorkingRow], running: Running) -> None:
    """Adds the columns that say who takes whom, to the rows of the subjects and of their candidates."""
    subjects = _subjects(how, over, rows, running)
    gaps = frozenset[Missing]().union(*(gaps_of(entity, running.around) for entity in running.entities))
    turn = _Turns(how, Rooms.of(how, [each.has_turn for each in subjects], gaps, running), gaps)
    late = [each for each in subjects if each.late]
    turn.expect(late, subjects)
    in_order = sorted((each for each in subjects if not each.late), key=lambda each: each.turn)
    for _, together in groupby(in_order, key=lambda each: each.turn):
        turn.take(list(together))
    turn.take_late(late)
    takers = sum(1 for each in subjects if each.may or each.whole is not True)
    held = turn.rooms.held(turn.given, takers)
    for subject in subjects:
        subject.row.variables[a.HELD] = held


def _subjects(
    how: a.Assignment, over: Sequence[WorkingRow], rows: Sequence[WorkingRow], running: Running
) -> list[_Subject]:
    by_subject = parts_of(over, rows)
    later = {name for name, _ in how.by_load}
    for row in rows if later else ():
        row.variables.update(dict.fromkeys(later, _TURN))
    order = _keys(how.by, rows)
    keys = {id(row): own for row, own in zip(rows, order, strict=True)}
    found: list[_Subject] = []
    for row, turn in zip(over, _keys(how.turns, over), strict=True):
        pairs: list[_Pair] = []
        unknown: list[Truth] = [_truth(row, how.whole)]
        for part in by_subject.get(id(row), ()):
            suited = running.truth(how.suited, part)
            candidate = part.variables[how.candidate]
            if isinstance(candidate, Row):
                pairs.append(_Pair(part, candidate, suited, keys[id(part)]))
            elif suited is not False:
                # Somebody of whom it is not known who it is may be anybody.
                unknown.append(Unknown(lacking(candidate, suited)))
                part.variables.update(_nobody(Unknown(lacking(candidate, suited))))
            else:
                part.variables.update(_nobody(False))
        has_turn = conjunction((running.stands(row), running.truth(how.has_turn, row)))
        found.append(_Subject(row, pairs, turn, has_turn, conjunction(unknown)))
    return found


def _truth(row: WorkingRow, column: str) -> Truth:
    value = row.variables[column]
    assert isinstance(value, bool | Unknown), value
    return value


def _nobody(truth: Truth) -> dict[str, object]:
    return {
        a.TAKES: truth,
        a.TIED: False,
        a.CONTESTED: False,
        a.FREE: truth,
        a.CAPACITY_ROOM: truth,
        a.SHARE_ROOM: truth,
        a.LOAD: None,
        a.CAPACITY: None,
        a.SHARE: None,
        a.RIVALS: (),
    }


def _keys(keys: Iterable[SortKey], rows: Sequence[WorkingRow]) -> list[tuple[int | Unknown, ...]]:
    """The turn of each row by each key."""
    columns = [turns((definite(row.variables[key.column]) for row in rows), descending=key.descending) for key in keys]
    return list(zip(*columns, strict=True)) if columns else [()] * len(rows)


class _Turns:
    """The turns, one after the other: what was given so far, and what may be given at any time."""

    def __init__(self, how: a.Assignment, rooms: Rooms, gaps: frozenset[Missing]) -> None:
        self.rooms = rooms
        self._how = how
        self._candidate = how.candidate
        self._certain: Counter[str] = Counter()
        self._perhaps, self._late = Perhaps(), Perhaps()
        self.given = Given(self._certain, (self._perhaps, self._late), gaps)
        self._work = Work(
            MAXIMUM_LOOKS,
            f"candidates are looked at more than {MAXIMUM_LOOKS:,} times:"
            " let fewer records be candidates, or tell the records apart by further keys under `order`",
        )

    def expect(self, late: Sequence[_Subject], subjects: Sequence[_Subject]) -> None:
        """What subjects may take of which it is not known when their turn is, whenever it comes."""
        if not late:
            return
        for each in subjects:
            each.may = each.suitors
        every = _perhaps(subjects)
        found = [self._may(each, self._look(each, self._beside(each, every))) for each in late]
        for each, may in zip(late, found, strict=True):
            each.may = may
            self._late.add(may, lacking(*each.turn), lacking(each.whole))

    def take(self, together: Sequence[_Subject]) -> None:
        """The turn of subjects that are equal in all keys of the order."""
        alone = [self._look(each, self.given) for each in together]
        looks, found = alone, [self.given] * len(together)
        for each, look in zip(together, alone, strict=True):
            each.may = self._may(each, look)
        if len(together) > 1 and self.rooms.limited:
            for each in together:
                each.may = each.suitors
            for _ in range(MOST_ROUNDS):
                others = _perhaps(together, _TURN.missing)
                found = [self._beside(each, others) for each in together]
                looks = [self._look(each, given) for each, given in zip(together, found, strict=True)]
                before = [each.may for each in together]
                for each, look in zip(together, looks, strict=True):
                    each.may = self._may(each, look)
                if before == [each.may for each in together]:
                    break
        # What one prefers may be another one once others have had their turn: then nobody wants somebody for certain.
        settled = not self._how.by_load or len(together) == 1
        wanted = self._wanted(together, alone) if settled else {}
        contested = self._contested(wanted)
        seats = {id: self._seats(rivals) for id, rivals in wanted.items()}
        for each, look, given in zip(together, looks, found, strict=True):
            self._tell(each, look, given, contested)
        for each, look in zip(together, looks, strict=True):
            self._add(each, look)
            if look.takes is not None and each.has_turn is True:
                seats[look.takes.candidate.id] = seats.get(look.takes.candidate.id, 0) - 1
        # Whoever of them comes first: so many of those who want a candidate take it for certain.
        for id, further in seats.items():
            self._certain[id] += max(0, further)

    def take_late(self, late: Sequence[_Subject]) -> None:
        """The turns of those of which it is not known when they come: any of the others may be before or after."""
        for each in late:
            given = replace(self.given, own=each.may, own_anybody=each.whole is not True, late=lacking(*each.turn))
            self._tell(each, self._look(each, given), given, {})

    def _beside(self, subject: _Subject, others: Perhaps) -> Given:
        """What was given so far, and what others may take of whom the subject is one."""
        sides = (*self.given.perhaps, others)
        return replace(self.given, perhaps=sides, own=subject.may, own_anybody=subject.whole is not True)

    def _add(self, subject: _Subject, look: _Look) -> None:
        """What a subject takes, or may take, is there no more for those after it."""
        if look.takes is not None and subject.has_turn is True:
            self._certain[look.takes.candidate.id] += 1
            self._perhaps.most[look.takes.candidate.id] += 1
            return
        doubts = [lacking(subject.has_turn)]
        if look.takes is None:
            doubts += [lacking(pair.row.variables[a.TAKES]) for pair in subject.pairs]
            if look.tied:
                doubts.append(_tie(subject))
            if any(pair.row.variables[a.CONTESTED] is True for pair in subject.pairs):
                doubts.append(_TURN.missing)
        self._perhaps.add(subject.may, united(doubts), lacking(subject.whole))

    def _look(self, subject: _Subject, given: Given) -> _Look:
        self._work.add(len(subject.pairs))
        free = tuple(
            False if pair.suited is False else conjunction((pair.suited, self.rooms.room(pair.candidate, given)))
            for pair in subject.pairs
        )
        keys = self._keys(subject, given)
        entrants = [Entrant(each, own) for each, own in zip(free, keys, strict=True)]
        places = _standings(entrants)
        best = [
            (pair, place)
            for pair, each, place in zip(subject.pairs, free, places, strict=True)
            if each is True and place.ahead.most == 0 and subject.whole is True
        ]
        takes = next((pair for pair, place in best if place.level.most == 0), None)
        tied = frozenset(pair.candidate.id for pair, place in best if place.level.least >= 1)
        return _Look(free, places, takes, tied)

    def _keys(self, subject: _Subject, given: Given) -> list[tuple[int | Unknown, ...]]:
        """The turns of the candidates of a subject by the keys that order them, after what was given so far."""
        if not self._how.by_load:
            return [pair.keys for pair in subject.pairs]
        for pair in subject.pairs:
            pair.row.variables[a.LOAD_NOW] = self.rooms.load(pair.candidate, given)
            for name, term in self._how.by_load:
                pair.row.variables[name] = definite(self.rooms.running.value(term, pair.row))
        return _keys(self._how.by, [pair.row for pair in subject.pairs])

    def _may(self, subject: _Subject, look: _Look) -> frozenset[str]:
        """The candidates that a subject may take."""
        return frozenset(
            pair.candidate.id
            for pair, free, place in zip(subject.pairs, look.free, look.places, strict=True)
            if free is not False and place.ahead.least == 0
        )

    def _wanted(self, together: Sequence[_Subject], alone: Sequence[_Look]) -> dict[str, list[tuple[str, Row]]]:
        """The candidates that subjects of a turn would take if they came first in it, with those subjects."""
        wanted: dict[str, list[tuple[str, Row]]] = defaultdict(list)
        for subject, look in zip(together, alone, strict=True):
            if look.takes is not None and subject.has_turn is True:
                candidate = look.takes.candidate
                wanted[candidate.id].append((subject.row.subject.id, candidate))
        return wanted

    def _seats(self, rivals: Sequence[tuple[str, Row]]) -> int:
        """How many of the subjects that want a candidate find room for certain before it is full."""
        return next(
            (taken for taken, (_, each) in enumerate(rivals) if self.rooms.room(each, self.given, taken) is not True),
            len(rivals),
        )

    def _contested(self, wanted: dict[str, list[tuple[str, Row]]]) -> dict[str, tuple[str, ...]]:
        """The candidates that more subjects of a turn would take than there is room for, with those subjects."""
        return {
            id: tuple(sorted(subject for subject, _ in rivals))
            for id, rivals in wanted.items()
            if len(rivals) > 1 and self.rooms.room(rivals[0][1], self.given, len(rivals) - 1) is False
        }

    def _tell(self, subject: _Subject, look: _Look, given: Given, contested: dict[str, tuple[str, ...]]) -> None:
        """Puts what was found into the rows of a subject."""
        self._keys(subject, given)  # as they are told, after what was given before this turn
        own = subject.row.subject.id
        disputed = None if look.takes is not None else next((id for id in contested if own in contested[id]), None)
        settled = look.takes is not None or bool(look.tied) or disputed is not None
        chosen: list[Truth] = []
        for pair, free, place in zip(subject.pairs, look.free, look.places, strict=True):
            takes: Truth = pair is look.takes
            tied: Truth = pair.candidate.id in look.tied
            if disputed is not None and pair.candidate.id != disputed and free is not False and not place.ahead.least:
                takes = Unknown(_TURN.missing)  # it may be taken if a rival takes the other one
            elif not settled and free is not False and place.ahead.least == 0:
                tied = Unknown(_reasons(subject, free, place)) if place.level.most else False
                takes = Unknown(_reasons(subject, free, place))
                chosen.append(takes)
            pair.row.variables.update(
                {
                    a.TAKES: takes,
                    a.TIED: tied,
                    a.CONTESTED: pair.candidate.id == disputed,
                    a.FREE: free,
                    a.RIVALS: contested[disputed][:MOST_RIVALS] if pair.candidate.id == disputed else (),
                    **self.rooms.told(pair.candidate, given),
                }
            )
        if look.takes is not None:
            subject.row.variables[a.CHOSEN] = look.takes.row.variables[self._candidate]
        elif settled or (not chosen and subject.whole is True):
            subject.row.variables[a.CHOSEN] = None
        else:
            subject.row.variables[a.CHOSEN] = Unknown(united(lacking(each) for each in (*chosen, subject.whole)))


def _standings(entrants: Sequence[Entrant]) -> tuple[_Standing, ...]:
    """Where each candidate stands. Where all is known only the best are told apart from the others."""
    if any(isinstance(each.stands, Unknown) or each.vague for each in entrants):
        return tuple(_Standing(each.ahead, each.level) for each in positions(entrants))
    free = [each.known for each in entrants if each.stands]
    best = min(free, default=())
    equal = free.count(best) - 1
    first = _Standing(Tally(), Tally(equal, equal))
    return tuple(first if each.stands and each.known == best else _BEHIND for each in entrants)


_BEHIND: Final = _Standing(Tally(1, 1), Tally())


def _reasons(subject: _Subject, free: Truth, place: _Standing) -> frozenset[Missing]:
    """What is missing to know whether a subject takes a candidate that it may take."""
    found = [lacking(free), place.ahead.missing, place.level.missing, lacking(subject.whole)]
    if place.level.least:
        found.append(_tie(subject))
    return united(found)


def _tie(subject: _Subject) -> frozenset[Missing]:
    return Unknown.because("tie", subject.row.subject.relation, subject.row.subject.id, "prefer").missing


def _perhaps(subjects: Iterable[_Subject], doubts: frozenset[Missing] = frozenset()) -> Perhaps:
    """What some subjects may take together."""
    found = Perhaps()
    for each in subjects:
        found.add(each.may, doubts, lacking(each.whole))
    return found
