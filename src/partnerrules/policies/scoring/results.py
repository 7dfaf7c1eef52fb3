"""Makes the results of scoring policies of the rows of their plans."""

from dataclasses import dataclass
from decimal import Decimal

from partnerrules.decisions.basis import UNDETERMINED, Basis, missing_of
from partnerrules.decisions.later_fields import tried
from partnerrules.decisions.scoring import (
    REFUSED,
    BandResult,
    Handled,
    ItemResult,
    PartResult,
    ScoreResult,
    SignResult,
    SignsResult,
    Step,
    TrackResult,
    VerdictResult,
)
from partnerrules.plan.nodes import OUTCOME
from partnerrules.plan.trace import Seen, TracedRow
from partnerrules.policies.conditions import requirement_result
from partnerrules.policies.kind import Assume, outcome_of
from partnerrules.policies.scoring import columns as c
from partnerrules.policies.scoring.bands import Band
from partnerrules.policies.scoring.better import better_score, better_signs
from partnerrules.policies.scoring.parts import Part, ScoredItem, Track
from partnerrules.policies.scoring.signs import Signs
from partnerrules.schema.missing import Unknown


@dataclass(frozen=True, slots=True)
class Scored:
    """What a result needs of a policy that scores items."""

    tracks: tuple[Track, ...]
    bands: tuple[Band, ...]

    @property
    def items(self) -> tuple[ScoredItem, ...]:
        """The items of all tracks."""
        return tuple(item for track in self.tracks for item in track.items)


def _exact(value: object) -> Decimal | Unknown:
    """A number of the plan."""
    assert isinstance(value, int | Decimal | Unknown), value
    return value if isinstance(value, Unknown) else Decimal(value)


def _outcome(row: TracedRow) -> tuple[str, object]:
    """The outcome of a row in a word, and its value with the doubt whether the policy applies at all."""
    value = outcome_of(row)
    return UNDETERMINED if isinstance(value, Unknown) else str(value), value


def _reason(row: TracedRow, outcome: str) -> str | None:
    return str(row.values[c.REASON]) if outcome == REFUSED else None


# ------------------------------------------------------------------------------------------------------------ scores


def score_result(scored: Scored, basis: Basis, row: TracedRow, assume: Assume) -> ScoreResult:
    """The score of a record."""
    outcome, value = _outcome(row)
    score = row.values[c.SCORE]
    known = score if score is None else _exact(score)
    lacking = value if isinstance(value, Unknown) else known
    better = None
    if outcome not in (UNDETERMINED, REFUSED) and scored.bands:
        better = tried(lambda: better_score(scored.tracks, scored.bands, row, assume), None)
    return ScoreResult(
        basis=basis,
        outcome=outcome,
        score=known,
        least=_exact(row.values[c.LEAST]),
        most=_exact(row.values[c.MOST]),
        out_of=_exact(row.values[c.OUT_OF]),
        tracks=_tracks(scored, row, known),
        bands=tuple(_band(band, number, row) for number, band in enumerate(scored.bands, start=1)),
        reason=_reason(row, outcome),
        missing=missing_of(lacking),
        better=better,
    )


def _tracks(scored: Scored, row: TracedRow, score: Decimal | Unknown | None) -> tuple[TrackResult, ...]:
    best = row.values[c.BEST] if len(scored.tracks) > 1 else ""
    counted = not isinstance(score, Unknown | None)
    return tuple(
        TrackResult(
            track.id,
            track.title,
            track.source,
            tuple(_item(item, row) for item in track.items),
            _exact(row.values[c.of_track(c.LEAST, track.id)]),
            _exact(row.values[c.of_track(c.MOST, track.id)]),
            counted and track.id == best,
            track.consistency,
        )
        for track in scored.tracks
    )


def _band(band: Band, number: int, row: TracedRow) -> BandResult:
    start = None if band.start is None else _exact(row.values[c.band_start(number)])
    return BandResult(band.outcome, band.title, start)


def _item(item: ScoredItem, row: TracedRow) -> ItemResult:
    return ItemResult(
        item.id,
        item.title,
        item.source,
        _exact(row.values[c.weight(item.id)]),
        _exact(row.values[c.credit(item.id)]),
        _exact(row.values[c.points(item.id)]),
        _handled(item, row),
        row.truth(c.blocks(item.id)) if item.blocks else None,
        tuple(_part(part, row) for part in item.parts),
        item.best_of,
    )


def _handled(item: ScoredItem, row: TracedRow) -> Handled:
    if not isinstance(row.values[c.gained(item.id)], Unknown):
        return "known"
    handled: dict[str, Handled] = {"undetermined": "undetermined", "zero": "zero", "reweight": "left out"}
    return handled[item.missing]


def _part(part: Part, row: TracedRow) -> PartResult:
    if part.requirement is not None:
        requirement = requirement_result(part.requirement, row)
        credit = _exact(row.values[c.credit(part.id)])
        return PartResult(part.id, part.title, "condition", credit, requirement, None, (), None, None, ())
    name = c.measure(part.id)
    steps = tuple(
        Step(row.values[part.step(number)], row.values[part.step_credit(number)]) for number in range(1, part.steps + 1)
    )
    return PartResult(
        part.id,
        part.title,
        part.credit,
        _exact(row.values[c.credit(part.id)]),
        None,
        next((each for each in row.seen.get(name, ()) if each.text == part.text), None)
        or Seen(part.text, row.values[name], part.type),
        tuple(each for each in row.seen.get(name, ()) if each.text != part.text),
        row.values.get(c.start(part.id)),
        row.values.get(c.full(part.id)),
        steps,
    )


def score_points(scored: Scored) -> tuple[str, ...]:
    """The parts of a policy that cases should reach."""
    found = [f"band {band.outcome}" for band in scored.bands]
    found += [f"track {track.id}" for track in scored.tracks if track.id]
    for item in scored.items:
        found += [f"item {item.id} {credit}" for credit in _credits(item)]
        if item.blocks:
            found.append(f"item {item.id} blocks")
    return tuple(found)


def _credits(item: ScoredItem) -> tuple[str, ...]:
    partial = any(part.credit in ("linear", "steps") for part in item.parts)
    return ("full", "partial", "none") if partial else ("full", "none")


def score_reached(scored: Scored, row: TracedRow) -> frozenset[str]:
    """The parts that a row has reached."""
    found: set[str] = set()
    score, outcome = row.values[c.SCORE], row.values[OUTCOME]
    if not isinstance(outcome, Unknown):
        found.add(f"band {outcome}")
    if isinstance(score, Decimal) and len(scored.tracks) > 1:
        found.add(f"track {row.values[c.BEST]}")
    for item in scored.items:
        credit = row.values[c.credit(item.id)]
        if isinstance(credit, int | Decimal):
            amount = "none" if credit == 0 else "full" if credit == 1 else "partial"
            found.add(f"item {item.id} {amount}")
        if item.blocks and row.truth(c.blocks(item.id)) is True:
            found.add(f"item {item.id} blocks")
    return frozenset(found)


# ------------------------------------------------------------------------------------------------------------- signs


def signs_result(signs: Signs, basis: Basis, row: TracedRow, assume: Assume) -> SignsResult:
    """The signs of a record and what they add up to."""
    outcome, value = _outcome(row)
    shown = tuple(
        SignResult(
            sign.id,
            sign.title,
            sign.source,
            None if sign.severity is None else signs.severities[sign.severity],
            row.truth(c.sign(sign.id)),
            requirement_result(sign.requirement, row),
        )
        for sign in signs.signs
    )
    truths = {sign.id: sign.shows for sign in shown}
    verdicts = tuple(
        VerdictResult(
            verdict.outcome,
            verdict.title,
            None if verdict.severity is None else signs.severities[verdict.severity],
            row.values[c.needed(number)],
            sum(1 for id in verdict.counted if truths[id] is True),
            sum(1 for id in verdict.counted if truths[id] is not False),
            row.truth(c.verdict(number)),
        )
        for number, verdict in enumerate(signs.verdicts, start=1)
    )
    decided = outcome not in (UNDETERMINED, REFUSED)
    # Where one before it is in doubt, the outcome is theirs in common, and none of them alone decides it.
    first = next((each for each in verdicts if each.holds is not False), None)
    return SignsResult(
        basis,
        outcome,
        shown,
        verdicts,
        first if decided and first is not None and first.holds is True else None,
        _reason(row, outcome),
        missing_of(value),
        tried(lambda: better_signs(signs, row, assume), None) if decided else None,
    )


def signs_points(signs: Signs) -> tuple[str, ...]:
    """The parts of a policy that cases should reach."""
    found = [f"outcome {word}" for word in dict.fromkeys((*(each.outcome for each in signs.verdicts), signs.otherwise))]
    for sign in signs.signs:
        found += [f"sign {sign.id} shows", f"sign {sign.id} does not show"]
    return tuple(found)


def signs_reached(signs: Signs, row: TracedRow) -> frozenset[str]:
    """The parts that a row has reached."""
    outcome = row.values[OUTCOME]
    found = set() if isinstance(outcome, Unknown) else {f"outcome {outcome}"}
    for sign in signs.signs:
        shows = row.truth(c.sign(sign.id))
        if not isinstance(shows, Unknown):
            found.add(f"sign {sign.id} {'shows' if shows else 'does not show'}")
    return frozenset(found)
