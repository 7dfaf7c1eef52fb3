"""How many different values there are among the rows of a group, as far as that is known."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from partnerrules.backends.lists import gaps_of
from partnerrules.backends.ranking import Tally
from partnerrules.backends.rows import Running, WorkingRow, grouped
from partnerrules.backends.surroundings import definite
from partnerrules.backends.values import MOST_MISSING, comparable, lacking, united
from partnerrules.plan.logic import Truth, conjunction
from partnerrules.plan.nodes import CountDistinct
from partnerrules.schema.missing import Missing, Unknown


class _Voice(NamedTuple):
    """What a row adds: whether it counts, and its value."""

    counts: Truth
    value: object

    def perhaps(self, doubt: Unknown) -> "_Voice":
        """What it adds where it is not known whether it belongs to the group."""
        return _Voice(conjunction((self.counts, doubt)), self.value)


def count_distinct(node: CountDistinct, rows: Sequence[WorkingRow], running: Running) -> None:
    """Puts the count into each row. One whose group is not known is alone for certain, and with all others perhaps."""
    scanned = frozenset[Missing]().union(*(gaps_of(entity, running.around) for entity in running.entities))
    voices = {
        id(row): _Voice(
            conjunction((running.stands(row), running.truth(node.where, row))),
            comparable(definite(row.variables[node.value])),
        )
        for row in rows
    }
    for group in grouped(rows, lambda row: tuple(row.variables[name] for name in node.within)):
        others = [voices[id(row)].perhaps(doubt) for row, doubt in group.perhaps]
        own = [voices[id(row)] for row in group.members]
        if group.known:
            counted = _counted([*own, *others])
            peers = [*group.members, *(row for row, _ in group.perhaps[:MOST_MISSING])]
            for row in group.members:
                _put(node, row, counted, _gaps(node, row, scanned))
                row.peers = peers
            continue
        together = _counted([*(voice.perhaps(doubt) for voice, doubt in zip(own, group.doubts, strict=True)), *others])
        for row, voice, doubt in zip(group.members, own, group.doubts, strict=True):
            count = _between(int(voice.counts is True), together.most, united((together.missing, doubt.missing)))
            _put(node, row, count, _gaps(node, row, scanned))


def _put(node: CountDistinct, row: WorkingRow, counted: Tally, gaps: frozenset[Missing]) -> None:
    row.variables[node.column] = counted.count(gaps)
    most = Unknown(gaps) if gaps else counted.most
    row.variables.update(zip(node.ends, (counted.least, most), strict=False))


def _gaps(node: CountDistinct, row: WorkingRow, scanned: frozenset[Missing]) -> frozenset[Missing]:
    """What is missing if there may be rows that nobody named."""
    return scanned if node.whole is None else lacking(row.variables[node.whole])


def _counted(voices: Iterable[_Voice]) -> Tally:
    """How many different values there are."""
    counted = [voice for voice in voices if voice.counts is not False]
    certain = {voice.value for voice in counted if voice.counts is True and not isinstance(voice.value, Unknown)}
    unclear = [voice for voice in counted if isinstance(voice.value, Unknown) or voice.value not in certain]
    possible = {voice.value for voice in unclear if not isinstance(voice.value, Unknown)}
    unknown = sum(1 for voice in unclear if isinstance(voice.value, Unknown))
    some = any(voice.counts is True for voice in counted)  # of whatever value, it is one
    missing = (lacking(voice.counts, voice.value) for voice in unclear)
    return _between(max(len(certain), int(some)), len(certain) + len(possible) + unknown, united(missing))


def _between(least: int, most: int, missing: frozenset[Missing]) -> Tally:
    return Tally(least, most, missing if most > least else frozenset())
