"""Which rows are chosen so that they cover most together and overlap least.

In each turn the row is chosen that adds most. Where rows are equal, or something is not known of them, several may be
the one: each of these plays is followed, up to a number of them, and what is the same at all ends is certain.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from partnerrules.backends.coverage import (
    Candidate,
    Covered,
    Exact,
    Gain,
    Weight,
    candidates_of,
    comes_before,
    first_of,
)
from partnerrules.backends.lists import gaps_of
from partnerrules.backends.rows import Running, Work, WorkingRow
from partnerrules.backends.surroundings import definite, number
from partnerrules.backends.told_coverings import Outcome, tell
from partnerrules.backends.values import lacking, united
from partnerrules.language.terms import Term
from partnerrules.plan.coverings import Covering
from partnerrules.schema.missing import Missing, Unknown

MAXIMUM_LOOKS: Final = 10_000_000
"""How often cells of rows are looked at, in one node of a plan."""
MOST_PLAYS: Final = 300
"""Plays that are followed; what more of them would tell is not known."""

_TIE: Final = Unknown.because("tie", field="prefer").missing
_NOBODY: Final = frozenset[int]()


@dataclass(frozen=True, slots=True)
class Pick:
    """When a row was chosen, between two turns, and what it added; None if that differs from play to play."""

    first: int
    last: int
    gain: Gain | None


@dataclass(frozen=True, slots=True)
class _Level:
    """Rows that are equal, of which some were chosen ahead of others though either may come first.

    Attributes:
        before: how many were chosen before any of them.
        members: these rows.
        gain: what each of them adds.
    """

    before: int
    members: frozenset[int]
    gain: Exact | None


@dataclass(slots=True, eq=False)
class Play:
    """One way in which the turns may go, as far as it was followed.

    Attributes:
        active: those that may still be chosen, by their place among the candidates.
        picked: those that are chosen.
        out: those that are not there in this play.
        covered: what those that are chosen cover.
        exact: whether nothing that is not known led here, but only that rows are equal.
        perhaps: those that may be chosen in turns that were not followed.
        level: the last rows of which some were chosen ahead of others.
    """

    active: list[int]
    picked: dict[int, Pick] = field(default_factory=dict)
    out: frozenset[int] = _NOBODY
    covered: Covered = field(default_factory=Covered)
    exact: bool = True
    perhaps: frozenset[int] = _NOBODY
    level: _Level | None = None

    def copy(self) -> "Play":
        """The same, to go on apart."""
        return Play([*self.active], dict(self.picked), self.out, self.covered.copy(), self.exact, level=self.level)

    def pick(self, at: int, candidate: Candidate, gain: Gain) -> None:
        """Chooses a row. One of a level may come before those of it that were chosen already."""
        first = last = len(self.picked) + 1
        level = self.level
        if level is not None and at in level.members and gain.known and gain.most == level.gain:
            first, last = level.before + 1, level.before + len(level.members)
        self.picked[at] = Pick(first, last, gain)
        self.covered.add(candidate)

    def joined(self, other: "Play") -> None:
        """Both came to the same by another way."""
        self.exact = self.exact or other.exact
        if other.level is not None and (self.level is None or other.level.before < self.level.before):
            self.level = other.level
        for at, pick in other.picked.items():
            own = self.picked[at]
            gain = own.gain if own.gain == pick.gain else None
            self.picked[at] = Pick(min(own.first, pick.first), max(own.last, pick.last), gain)


def cover(how: Covering, rows: Sequence[WorkingRow], running: Running) -> None:
    """Adds to all rows whether they are chosen, and what they add."""
    if not rows:
        return
    candidates = candidates_of(how, rows, running)
    most, weight = _same_for_all(how.most, rows, running), _same_for_all(how.overlap, rows, running)
    turns = len(rows) if isinstance(most, Unknown) else int(most)
    weights = Weight(Fraction(0), None) if isinstance(weight, Unknown) else Weight(weight, weight)
    work = Work(
        MAXIMUM_LOOKS,
        f"cells are looked at more than {MAXIMUM_LOOKS:,} times:"
        " choose fewer records, or let fewer of them be chosen from with `when`",
    )
    plays = _Plays(candidates, turns, weights, lacking(weight), work)
    plays.run(frozenset[Missing]().union(*(gaps_of(entity, running.around) for entity in running.entities)))
    tell(how, plays.outcome(most, weight))


def _same_for_all(term: Term, rows: Sequence[WorkingRow], running: Running) -> Fraction | Unknown:
    """A number that is the same for all rows; less than nothing is nothing."""
    value = definite(running.value(term, rows[0]))
    return value if isinstance(value, Unknown) else max(Fraction(0), Fraction(number(value)))


@dataclass(slots=True)
class _Plays:
    """All plays.

    Attributes:
        candidates: the rows.
        turns: how many turns there are.
        weight: what an overlapped cell counts.
        unweighed: what is missing to know that.
        work: bounds it.
        ends: the plays at their ends.
        tied: those that equalled others in a play where nothing else was in doubt: what they added, and those others.
        drawn: those that are chosen in one play and not in another one, which were not followed apart.
        doubts: what would have to be known to tell which play it is.
        count: how many there are.
    """

    candidates: Sequence[Candidate]
    turns: int
    weight: Weight
    unweighed: frozenset[Missing]
    work: Work
    ends: list[Play] = field(default_factory=list)
    tied: dict[int, tuple[Gain, frozenset[int]]] = field(default_factory=dict)
    drawn: set[int] = field(default_factory=set)
    doubts: list[frozenset[Missing]] = field(default_factory=list)
    count: int = 1

    def run(self, gaps: frozenset[Missing]) -> None:
        """Follows the plays; not where there may be rows that nobody named, which may come first in each of them."""
        first = Play([at for at, each in enumerate(self.candidates) if each.stands is not False])
        if gaps:
            first.covered.anything = True
            self._leave(first, gaps)
            return
        plays = [first]
        while plays:
            following: dict[tuple[frozenset[int], frozenset[int]], Play] = {}
            for play in plays:
                for each in self._after(play):
                    known = following.setdefault((frozenset(each.picked), each.out), each)
                    if known is not each:
                        known.joined(each)
            plays = list(following.values())
            self.count += len(plays)

    def outcome(self, most: Fraction | Unknown, weight: Fraction | Unknown) -> Outcome:
        """What all plays came to."""
        sure = [end for end in self.ends if end.exact]
        undecided = self.drawn | {
            at
            for at in self.tied
            if any(at in end.picked for end in sure)
            and any(at not in end.picked and at not in end.perhaps for end in sure)
        }
        if isinstance(most, Unknown):
            self.doubts.append(most.missing)
            undecided = set()
        return Outcome(
            candidates=self.candidates,
            ends=[(end.picked, end.covered, end.perhaps) for end in self.ends],
            tied={at: self.tied[at] for at in undecided},
            turns=most if isinstance(most, Unknown) else int(most),
            weight=weight,
            weights=self.weight,
            missing=united(self.doubts),
        )

    def _after(self, play: Play) -> Iterator[Play]:
        """The plays that follow when it cannot be told who is chosen; none if a play goes on to its end."""
        while True:
            gains, left = self._gains(play), self.turns - len(play.picked)
            if not gains or left <= 0:
                self.ends.append(play)
                return
            first = first_of(self.candidates, gains)
            if len(first) == 1 and self._chosen(first[0], gains):
                play.pick(first[0], self.candidates[first[0]], gains[first[0]])
                continue
            if not self._equal(first, gains):
                break
            if play.exact:
                self.tied |= {at: (gains[at], frozenset(first) - {at}) for at in first if at not in self.tied}
            apart = self._apart(first)
            if left < len(first) and len(apart) == len(first):
                self._draw(play, first)
                return
            if left < len(first) or not apart:
                break
            # Those that share no cell with the others that equal them are all chosen, in whatever order.
            level = _Level(len(play.picked), frozenset(first), gains[first[0]].most)
            if play.level is None or play.level.gain != level.gain or not level.members <= play.level.members:
                play.level = level
            for at in apart:
                play.pick(at, self.candidates[at], gains[at])
        if self.count + len(first) > MOST_PLAYS:
            self._leave(play, self._doubt(play, first, gains))
            return
        yield from self._forked(play, first, gains)

    def _gains(self, play: Play) -> dict[int, Gain]:
        """What each row adds that may be chosen, and adds more than nothing, perhaps."""
        play.active = [at for at in play.active if at not in play.picked and at not in play.out]
        self.work.add(sum(1 + len(self.candidates[at].may) for at in play.active))
        gains = {at: play.covered.gain(self.candidates[at], self.weight) for at in play.active}
        play.active = [at for at, gain in gains.items() if gain.possible]
        return {at: gains[at] for at in play.active}

    def _chosen(self, at: int, gains: Mapping[int, Gain]) -> bool:
        """Whether somebody is chosen for certain where a row is among the first."""
        return self.candidates[at].stands is True and gains[at].certain

    def _equal(self, first: Sequence[int], gains: Mapping[int, Gain]) -> bool:
        """Whether nothing but that they are equal keeps some rows from being told apart."""
        return all(gains[at].known and self.candidates[at].certain for at in first)

    def _apart(self, first: Sequence[int]) -> list[int]:
        """Those that share no cell with others."""
        shared = Counter(cell for at in first for cell in self.candidates[at].may)
        return [at for at in first if all(shared[cell] == 1 for cell in self.candidates[at].may)]

    def _draw(self, play: Play, first: Sequence[int]) -> None:
        """Of more equal rows than there are turns any may be left out, and nobody else is chosen."""
        if play.exact:
            self.drawn.update(first)
        self.doubts.append(_TIE)
        play.perhaps = frozenset(first)
        self.ends.append(play)

    def _leave(self, play: Play, doubts: frozenset[Missing]) -> None:
        """A play is not followed any more."""
        self.doubts.append(doubts)
        play.perhaps = frozenset(self._gains(play)) if self.turns > len(play.picked) else _NOBODY
        self.ends.append(play)

    def _forked(self, play: Play, first: Sequence[int], gains: Mapping[int, Gain]) -> Iterator[Play]:
        """A play for each row that may be the first, and one for none of them if that may be."""
        self.doubts.append(self._doubt(play, first, gains))
        exact = play.exact and self._equal(first, gains)
        for at in first:
            fork = play.copy()
            fork.exact = exact
            # Who would come before it is not there, if it is chosen.
            ahead = (each for each in first if each != at and comes_before(self.candidates, gains, each, at))
            fork.out |= frozenset(ahead)
            fork.pick(at, self.candidates[at], gains[at])
            yield fork
        if not any(self._chosen(at, gains) for at in first):
            play.exact = False
            self.ends.append(play)

    def _doubt(self, play: Play, first: Sequence[int], gains: Mapping[int, Gain]) -> frozenset[Missing]:
        """What would have to be known to tell who of some rows is chosen."""
        found = [self.candidates[at].missing for at in first]
        if not all(gains[at].known for at in first):
            found += [self.unweighed, *(self.candidates[at].doubts for at in play.picked)]
        return united(found) or _TIE
