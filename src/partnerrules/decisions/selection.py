"""The results of policies that choose a set: which records are in it, what each adds, and who covers the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from partnerrules.decisions.allocation import PreferenceResult
from partnerrules.decisions.basis import Basis, basis_data, missing_texts
from partnerrules.decisions.values import missing_data, value_data
from partnerrules.plan.trace import Place
from partnerrules.schema.missing import Missing, Unknown
from partnerrules.schema.types import Integer, Number

CHOSEN: Final = "chosen"
NOT_CHOSEN: Final = "not_chosen"


@dataclass(frozen=True, slots=True)
class CoveredGroup:
    """Cells of a record that the same chosen records cover.

    Attributes:
        cells: for each combination its values by the names under `covers`.
        by: those that are chosen and cover them, the record itself among them if it is.
        perhaps: some of those that are perhaps chosen, or perhaps cover them.
    """

    cells: tuple[Mapping[str, str], ...]
    by: tuple[str, ...]
    perhaps: tuple[str, ...]

    def as_data(self) -> dict[str, object]:
        return {"cells": [dict(cell) for cell in self.cells], "by": [*self.by], "perhaps": [*self.perhaps]}


@dataclass(frozen=True, slots=True)
class SelectionResult:
    """Whether a record is chosen into a set that covers most and overlaps least.

    Attributes:
        basis: policy, subject and version.
        outcome: "chosen", "not_chosen", "undecided" if nothing tells it apart from others and not all are chosen, or
            "undetermined".
        turn: in which turn it was chosen, between two turns if that hangs on which of equal ones was first; None if it
            is not chosen.
        new: how many cells it adds, in its turn, or if it has none after the last one.
        overlapped: how many of its cells were covered before that.
        overlap: what an overlapped cell counts, beside 1 for a new one.
        prefer: what decides among those that add equally much.
        equals: others, some of them, that equal it where that is undecided.
        turns: how many turns there are at most.
        total: how many cells all that are chosen cover.
        steps: all that are chosen, in their turns.
        groups: its cells, those together that the same chosen records cover.
        missing: the facts that are lacking where the outcome is undetermined.
    """

    basis: Basis
    outcome: str
    turn: Place | None
    new: int | Unknown
    overlapped: int | Unknown
    overlap: Decimal | Unknown
    prefer: tuple[PreferenceResult, ...]
    equals: tuple[str, ...]
    turns: int | Unknown
    total: int | Unknown
    steps: tuple[str, ...]
    groups: tuple[CoveredGroup, ...]
    missing: tuple[Missing, ...]

    @property
    def gain(self) -> Decimal | Unknown:
        """What it adds: its new cells, less the overlapped ones by their weight."""
        if isinstance(self.new, Unknown) or isinstance(self.overlapped, Unknown) or isinstance(self.overlap, Unknown):
            parts = (self.new, self.overlapped, self.overlap)
            return Unknown.of(each for each in parts if isinstance(each, Unknown))
        return self.new - self.overlap * self.overlapped

    @property
    def beside(self) -> tuple[str, ...]:
        """The other chosen records that cover cells of it, by their ids."""
        return tuple(sorted({each for group in self.groups for each in group.by} - {self.basis.subject}))

    def as_data(self) -> dict[str, object]:
        """The result as plain data, for JSON and for cases."""
        return {
            **basis_data(self.basis),
            "outcome": self.outcome,
            "turn": None if self.turn is None else _turn_data(self.turn),
            "new": value_data(self.new, Integer()),
            "overlapped": value_data(self.overlapped, Integer()),
            "overlap": value_data(self.overlap, Number()),
            "gain": value_data(self.gain, Number()),
            "prefer": [each.as_data() for each in self.prefer],
            "equals": [*self.equals],
            "turns": value_data(self.turns, Integer()),
            "total": value_data(self.total, Integer()),
            "steps": [*self.steps],
            "groups": [group.as_data() for group in self.groups],
            "missing": [missing_data(missing) for missing in self.missing],
        }

    def summary(self) -> dict[str, object]:
        """The parts of the result that a case can expect."""
        return {**self.as_data(), **missing_texts(self.missing), "beside": [*self.beside]}


def _turn_data(turn: Place) -> object:
    return turn.least if turn.least == turn.most else [turn.least, turn.most]
