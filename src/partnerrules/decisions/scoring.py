"""The results of scoring policies: points item by item, or signs, the outcome, and what would give a better one."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from partnerrules.decisions.basis import (
    NOT_APPLICABLE,
    NOT_IN_FORCE,
    UNDETERMINED,
    Basis,
    basis_data,
    case_value,
    missing_texts,
)
from partnerrules.decisions.later_fields import later_fields
from partnerrules.decisions.requirement_results import RequirementResult
from partnerrules.decisions.values import missing_data, value_data
from partnerrules.plan.trace import Seen
from partnerrules.quantities import find_unit
from partnerrules.schema.missing import Missing, Unknown
from partnerrules.schema.titles import Title
from partnerrules.schema.types import Quantity, Ratio, Type

SCORED: Final = "scored"
"""The outcome of a score without bands."""
REFUSED: Final = "refused"
"""The outcome where parameters give weights, steps or bands that cannot be meant."""
RESERVED: Final = frozenset({UNDETERMINED, NOT_APPLICABLE, NOT_IN_FORCE, REFUSED, SCORED})

_POINT: Final = find_unit("points")
assert _POINT is not None
POINTS: Final = Quantity(_POINT.dimension)
"""The type of a score."""

Handled = Literal["known", "undetermined", "zero", "left out"]
"""What became of an item: it is known, or it is not and is left open, counts as zero, or is left out."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a measure: where it starts, and the credit from there on."""

    start: object
    credit: object


@dataclass(frozen=True, slots=True)
class PartResult:
    """One way to earn the credit of an item.

    Attributes:
        id: that of the item, unless it is one of several alternatives.
        title: what people call it.
        kind: a condition, linear credit, all or nothing at a value ("whole"), or steps.
        credit: the part of full credit.
        requirement: what the condition came to, if it is one.
        measured: what is measured, with its value.
        seen: what the measure looked at.
        start: where linear credit starts.
        full: the value that gets full credit.
        steps: from the lowest up.
    """

    id: str
    title: Title
    kind: Literal["condition", "linear", "whole", "steps"]
    credit: Decimal | Unknown
    requirement: RequirementResult | None
    measured: Seen | None
    seen: tuple[Seen, ...]
    start: object
    full: object
    steps: tuple[Step, ...]

    def as_data(self) -> dict[str, object]:
        data: dict[str, object] = {"id": self.id, "kind": self.kind, "credit": value_data(self.credit, Ratio())}
        if self.requirement is not None:
            return data | {"requirement": self.requirement.as_data()}
        assert self.measured is not None
        type = self.measured.type
        data |= {"measure": self.measured.text, "value": value_data(self.measured.value, type)}
        if self.kind == "steps":
            steps = [{"from": value_data(each.start, type), "credit": value_data(each.credit, Ratio())}
                     for each in self.steps]  # fmt: skip
            return data | {"steps": steps}
        return data | {"from": value_data(self.start, type), "full_at": value_data(self.full, type)}


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What one item came to.

    Attributes:
        id: its name.
        title: what people call it.
        source: the clause it comes from.
        weight: its part of the whole.
        credit: the part of full credit.
        points: what it adds to the score.
        handled: what became of it.
        blocks: whether it makes the whole score zero; None if no lack of credit does.
        parts: of which the best counts, mostly one.
        best_of: whether they are alternatives.
    """

    id: str
    title: Title
    source: str | None
    weight: Decimal | Unknown
    credit: Decimal | Unknown
    points: Decimal | Unknown
    handled: Handled
    blocks: bool | Unknown | None
    parts: tuple[PartResult, ...]
    best_of: bool

    def as_data(self) -> dict[str, object]:
        blocks = "unknown" if isinstance(self.blocks, Unknown) else self.blocks
        return {
            "id": self.id,
            "weight": value_data(self.weight, Ratio()),
            "credit": value_data(self.credit, Ratio()),
            "points": value_data(self.points, POINTS),
            "handled": self.handled,
            **({} if blocks is None else {"blocks": blocks}),
            "parts": [part.as_data() for part in self.parts],
        }


@dataclass(frozen=True, slots=True)
class TrackResult:
    """What one track came to: its items, and the least and most of its score; it counts if it is the best one.

    Attributes:
        consistency: the consistency ratio of the comparisons that its weights come from; None if they are written.
    """

    id: str
    title: Title
    source: str | None
    items: tuple[ItemResult, ...]
    least: Decimal | Unknown
    most: Decimal | Unknown
    counts: bool
    consistency: Decimal | None = None

    def as_data(self) -> dict[str, object]:
        return {
            "id": self.id,
            **({} if self.consistency is None else {"consistency": value_data(self.consistency, Ratio())}),
            "least": value_data(self.least, POINTS),
            "most": value_data(self.most, POINTS),
            "counts": self.counts,
            "items": [item.as_data() for item in self.items],
        }


@dataclass(frozen=True, slots=True)
class BandResult:
    """One band of a score: its outcome, and where it starts; None for the last, which has all scores below."""

    outcome: str
    title: Title
    start: Decimal | Unknown | None


@dataclass(frozen=True, slots=True)
class Reach:
    """A measure that alone gives a better outcome, and the value that it needs."""

    item: str
    text: str
    value: object
    type: Type

    def as_data(self) -> dict[str, object]:
        return {"item": self.item, "measure": self.text, "value": value_data(self.value, self.type)}


@dataclass(frozen=True, slots=True)
class Better:
    """What would give the next better outcome.

    Attributes:
        outcome: that of the next band, or the next outcome of signs.
        title: of it.
        points: how many points are lacking; None for signs.
        sets: the smallest sets of items that would need full credit, or of signs that must no longer show: the first.
        more: whether there are further sets.
        reaches: measures of which one alone would do.
    """

    outcome: str
    title: Title
    points: Decimal | None
    sets: tuple[tuple[str, ...], ...]
    more: bool
    reaches: tuple[Reach, ...] = ()

    def as_data(self) -> dict[str, object]:
        points = {} if self.points is None else {"points": value_data(self.points, POINTS)}
        return {
            "outcome": self.outcome,
            **points,
            "sets": [[*each] for each in self.sets],
            "more": self.more,
            "measures": [each.as_data() for each in self.reaches],
        }


@later_fields("better")
@dataclass(frozen=True, slots=True)
class ScoreResult:
    """The score of a record, item by item.

    Attributes:
        basis: policy, subject and version.
        outcome: the band, "scored" if there are no bands, "refused", or "undetermined".
        score: in points; `Unknown` if it is not known, None if it is refused.
        least: the least it can be.
        most: the most it can be.
        out_of: full marks.
        tracks: one with the id "" if there are no others.
        bands: from the highest down.
        reason: why it is refused: a word, such as "weights".
        missing: the facts that are lacking where the score or the outcome is not known.
        better: what would give the next better band; None if there is none, or if nothing is known to.
    """

    basis: Basis
    outcome: str
    score: Decimal | Unknown | None
    least: Decimal | Unknown
    most: Decimal | Unknown
    out_of: Decimal | Unknown
    tracks: tuple[TrackResult, ...]
    bands: tuple[BandResult, ...]
    reason: str | None
    missing: tuple[Missing, ...]
    better: Better | None

    @property
    def items(self) -> Iterator[ItemResult]:
        """The items of all tracks, in their order."""
        for track in self.tracks:
            yield from track.items

    def as_data(self) -> dict[str, object]:
        """The result as plain data, for JSON and for cases."""
        return {
            **basis_data(self.basis),
            "outcome": self.outcome,
            "score": value_data(self.score, POINTS),
            "least": value_data(self.least, POINTS),
            "most": value_data(self.most, POINTS),
            "out_of": value_data(self.out_of, POINTS),
            "tracks": [track.as_data() for track in self.tracks],
            "reason": self.reason,
            "missing": [missing_data(missing) for missing in self.missing],
            "better": None if self.better is None else self.better.as_data(),
        }

    def summary(self) -> dict[str, object]:
        """The parts of the result that a case can expect."""
        return {
            **self.as_data(),
            **missing_texts(self.missing),
            "score": case_value(self.score, POINTS),
            "credit": {item.id: case_value(item.credit, Ratio()) for item in self.items},
            "points": {item.id: case_value(item.points, POINTS) for item in self.items},
            "blocked_by": [item.id for item in self.items if item.blocks is True],
            "best": [track.id for track in self.tracks if track.counts and track.id],
        }


@dataclass(frozen=True, slots=True)
class SignResult:
    """What one sign came to; severity is a word, or None."""

    id: str
    title: Title
    source: str | None
    severity: str | None
    shows: bool | Unknown
    requirement: RequirementResult

    def as_data(self) -> dict[str, object]:
        return {
            "id": self.id,
            "severity": self.severity,
            "shows": "unknown" if isinstance(self.shows, Unknown) else self.shows,
            "requirement": self.requirement.as_data(),
        }


@dataclass(frozen=True, slots=True)
class VerdictResult:
    """What one outcome of signs came to: how many signs it needs, of which severity, and how many show.

    Attributes:
        outcome: the word.
        title: what people call it.
        severity: the least grave one that counts; None if all do.
        needed: how many signs.
        least: how many show for certain.
        most: how many may show.
        holds: whether they are enough.
    """

    outcome: str
    title: Title
    severity: str | None
    needed: object
    least: int
    most: int
    holds: bool | Unknown


@later_fields("better")
@dataclass(frozen=True, slots=True)
class SignsResult:
    """The signs that show, and what they add up to.

    Attributes:
        basis: policy, subject and version.
        outcome: the first outcome that holds, the one for otherwise, "refused", or "undetermined".
        signs: in their order.
        verdicts: the outcomes in their order.
        decided_by: the one that holds first; None if none does, or if that is not known.
        reason: why it is refused.
        missing: the facts that are lacking where the outcome is not determined.
        better: what would give the next better outcome.
    """

    basis: Basis
    outcome: str
    signs: tuple[SignResult, ...]
    verdicts: tuple[VerdictResult, ...]
    decided_by: VerdictResult | None
    reason: str | None
    missing: tuple[Missing, ...]
    better: Better | None

    @property
    def least(self) -> int:
        """How many signs show for certain."""
        return sum(1 for sign in self.signs if sign.shows is True)

    @property
    def most(self) -> int:
        """How many signs may show."""
        return sum(1 for sign in self.signs if sign.shows is not False)

    def as_data(self) -> dict[str, object]:
        """The result as plain data, for JSON and for cases."""
        return {
            **basis_data(self.basis),
            "outcome": self.outcome,
            "count": self.least if self.least == self.most else [self.least, self.most],
            "signs": [sign.as_data() for sign in self.signs],
            "reason": self.reason,
            "missing": [missing_data(missing) for missing in self.missing],
            "better": None if self.better is None else self.better.as_data(),
        }

    def summary(self) -> dict[str, object]:
        """The parts of the result that a case can expect."""
        shows = {sign.id: "unknown" if isinstance(sign.shows, Unknown) else sign.shows for sign in self.signs}
        return {**self.as_data(), **missing_texts(self.missing), "signs": shows}
