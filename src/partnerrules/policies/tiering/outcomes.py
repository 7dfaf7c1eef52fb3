"""The result of a tiering policy, made of the row of a record: grade, bands, place, and the way to a better grade."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from partnerrules.decisions.basis import UNDETERMINED, Basis, missing_of
from partnerrules.decisions.later_fields import tried
from partnerrules.decisions.requirements import Change, conditions, shortest_ways
from partnerrules.decisions.tiering import (
    MOST_NAMED,
    NO_SCORE,
    BandResult,
    Cutoff,
    Distance,
    NextGrade,
    Ranking,
    TieringResult,
)
from partnerrules.language import terms
from partnerrules.plan.nodes import APPLIES, OUTCOME
from partnerrules.plan.portions import places
from partnerrules.plan.trace import Place, Seen, TracedRow
from partnerrules.policies.conditions import leaf_column, requirement_result, truths_of
from partnerrules.policies.kind import Assume, outcome_of
from partnerrules.policies.tiering import columns
from partnerrules.policies.tiering.reading import Band
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown
from partnerrules.schema.titles import Title


@dataclass(frozen=True, slots=True)
class Choice:
    """An outcome, and the column that says whether it is the one if none before it is."""

    column: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Described:
    """What a result needs of its policy.

    Attributes:
        bands: highest grade first.
        choices: the outcomes in the order in which they are asked for.
        last: the outcome if none of those is.
        measure: text, type and title of the measure, if bands measure something.
        comparisons: the conditions that compare values, by their columns.
        lacking: for those that compare numbers, the columns that say how much is lacking, with their types.
        score: text, type and title of the score, if records are ranked.
        tie_breaks: how many keys decide between equal scores.
        groups: how many values have to be equal to be ranked together.
    """

    bands: tuple[Band, ...]
    choices: tuple[Choice, ...]
    last: str
    measure: tuple[str, t.Type, Title] | None = None
    comparisons: Mapping[str, terms.Comparison] = field(default_factory=dict)
    lacking: Mapping[str, t.Type] = field(default_factory=dict)
    score: tuple[str, t.Type, Title] | None = None
    tie_breaks: int = 0
    groups: int = 0

    @property
    def grades(self) -> tuple[str, ...]:
        """The grades, highest first."""
        return tuple(band.grade for band in self.bands)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """All outcomes: the grades, highest first, and then the other words."""
        return tuple(dict.fromkeys((*self.grades, *(choice.outcome for choice in self.choices), self.last)))

    def band(self, grade: str) -> Band | None:
        """The band of a grade, None for another outcome."""
        return next((band for band in self.bands if band.grade == grade), None)


def points(described: Described) -> tuple[str, ...]:
    """The parts of a policy that cases should reach: each outcome, and each condition true and false."""
    found = [f"outcome {outcome}" for outcome in described.outcomes]
    for band in described.bands:
        for each in () if band.requirement is None else conditions(band.requirement):
            found += [f"condition {each.id} true", f"condition {each.id} false"]
    return tuple(dict.fromkeys(found))


def reached_points(described: Described, row: TracedRow) -> frozenset[str]:
    """The parts that a row has reached."""
    outcome = row.values[OUTCOME]
    found = set() if isinstance(outcome, Unknown) else {f"outcome {outcome}"}
    for band in described.bands:
        for each in () if band.requirement is None else conditions(band.requirement):
            truth = row.truth(leaf_column(each.id))
            if not isinstance(truth, Unknown):
                found.add(f"condition {each.id} {'true' if truth else 'false'}")
    return frozenset(found)


def result_of(described: Described, basis: Basis, row: TracedRow, assume: Assume) -> TieringResult:
    """The result of a row of the plan."""
    value, applies = outcome_of(row), row.values.get(APPLIES, True)
    possible = _possible(described, row)
    at_least = None if isinstance(applies, Unknown) else _least(described, possible)
    outcome = UNDETERMINED if isinstance(value, Unknown) else str(value)
    band = described.band(outcome)
    missing = missing_of(row.values[columns.SCORE]) if outcome == NO_SCORE else missing_of(value)
    return TieringResult(
        basis=basis,
        outcome=outcome,
        title=Title() if band is None else band.title,
        at_least=at_least,
        possible=possible,
        bands=tuple(_band_result(each, row) for each in described.bands),
        measure=None if described.measure is None else _seen(described.measure, row.values[columns.MEASURE]),
        ranking=_ranking(described, row) if described.score is not None and outcome != NO_SCORE else None,
        next=None if isinstance(applies, Unknown) else tried(lambda: _next(described, row, at_least, assume), None),
        missing=missing,
    )


def _possible(described: Described, row: TracedRow) -> tuple[str, ...]:
    """The outcomes that a record may have, the grades first, if the policy applies to it."""
    found: set[str] = set()
    for choice in described.choices:
        truth = row.truth(choice.column)
        if truth is not False:
            found.add(choice.outcome)
        if truth is True:
            break
    else:
        found.add(described.last)
    return tuple(outcome for outcome in described.outcomes if outcome in found)


def _least(described: Described, possible: tuple[str, ...]) -> str | None:
    """The lowest grade of the outcomes that a record may have, None if it may have none."""
    grades = [grade for grade in described.grades if grade in possible]
    return grades[-1] if len(grades) == len(possible) else None


def _band_result(band: Band, row: TracedRow) -> BandResult:
    told = (band.grade, band.title, band.source)
    if band.requirement is not None:
        return BandResult(*told, row.truth(columns.band(band.grade)), requirement_result(band.requirement, row))
    cut, portion = band.cut, band.portion
    if cut is None or portion is None:
        return BandResult(*told, True)
    value, size = row.values[columns.portion(band.grade)], row.values[columns.SIZE]
    share = isinstance(portion.type, t.Ratio)
    count: int | Unknown
    if isinstance(value, Unknown):
        count = value
    elif not share:
        assert isinstance(value, int)
        count = value
    elif isinstance(size, Unknown):
        count = size
    else:
        assert isinstance(value, int | Decimal)
        assert isinstance(size, int)
        count = places(Decimal(value), size, cut.rounding)
    cutoff = Cutoff(
        "bottom" if cut.last else "top",
        Seen(portion.text, value, portion.type, portion.title),
        count,
        cut.rounding if share else None,
        cut.ties,
    )
    return BandResult(*told, row.truth(columns.band(band.grade)), cutoff=cutoff)


# ------------------------------------------------------------------------------------------------------------ by rank


def _seen(told: tuple[str, t.Type, Title], value: object) -> Seen:
    text, type, title = told
    return Seen(text, value, type, title)


def _ranking(described: Described, row: TracedRow) -> Ranking:
    assert described.score is not None
    values = row.values
    place, ahead = values[columns.PLACE], values[columns.AHEAD]
    assert isinstance(place, Place)
    least, most = (ahead + 1, ahead + 1) if isinstance(ahead, int) else (place.least, place.most)
    unscored = _unscored(described, row)
    return Ranking(
        score=_seen(described.score, values[columns.SCORE]),
        tie_break=_parts(row, (columns.tie_break(at + 1) for at in range(described.tie_breaks))),
        per=_parts(row, (columns.per(at + 1) for at in range(described.groups))),
        least=least,
        most=most,
        level=_count(values[columns.LEVEL]),
        size=_count(values[columns.SIZE]),
        enough=_count(values[columns.LEAST]) if columns.LEAST in values else None,
        unscored=unscored[:MOST_NAMED],
        unscored_total=len(unscored),
    )


def _parts(row: TracedRow, names: Iterable[str]) -> tuple[Seen, ...]:
    return tuple(part for name in names for part in row.seen.get(name, ()))


def _count(value: object) -> int | Unknown:
    assert isinstance(value, int | Unknown)
    return value


def _unscored(described: Described, row: TracedRow) -> tuple[str, ...]:
    """The ids of those who would be ranked with a record if they had a score."""
    if row.peers.made is None:
        per = [columns.per(at + 1) for at in range(described.groups)]
        row.peers.made = tuple(
            peer.subject.id
            for peer in row.peers
            if peer.values[columns.UNSCORED] is True
            and peer.values.get(APPLIES, True) is True
            and not any(isinstance(peer.values[name], Unknown) for name in per)
        )
    assert isinstance(row.peers.made, tuple)
    return row.peers.made


# ------------------------------------------------------------------------------------------- the way to a better grade


def _next(described: Described, row: TracedRow, at_least: str | None, assume: Assume) -> NextGrade | None:
    """The smallest changes after which a record is certain to have the next better grade than it now is certain of."""
    grades = described.grades
    position = len(grades) if at_least is None else grades.index(at_least)
    band = described.bands[position - 1] if position else None
    if band is None or band.requirement is None:
        return None
    truths = truths_of((each.requirement for each in described.bands if each.requirement is not None), row)
    ways = shortest_ways((band.requirement,), truths)
    now: dict[str, object] = {leaf_column(id): truth for id, truth in truths.items()}
    for way in ways.listed:
        changed = assume({**now, **{leaf_column(change.condition): change.holds for change in way}})
        reached = _least(described, _possible(described, changed))
        assert reached in grades[:position], (way, changed.values)
    changes = {change.condition: change for way in ways.listed for change in way}
    found = ((id, _distance(described, row, change)) for id, change in changes.items())
    distances = {id: distance for id, distance in found if distance is not None}
    return NextGrade(band.grade, band.title, ways, distances)


def _distance(described: Described, row: TracedRow, change: Change) -> Distance | None:
    """How much is lacking for a condition that compares numbers, if it has to hold and is known not to."""
    column = leaf_column(change.condition)
    comparison = described.comparisons.get(column)
    type = described.lacking.get(columns.lacking(column))
    if comparison is None or type is None or not change.holds or row.truth(column) is not False:
        return None
    amount = row.values[columns.lacking(column)]
    if not isinstance(amount, int | Decimal):
        return None
    # What the author wrote stays as it is: it is the other side that has to become more, or less.
    rises = comparison.operator in (">=", ">")
    more = rises is not isinstance(comparison.left, terms.Value | terms.ParameterOf)
    return Distance(amount, type, more=more, beyond=comparison.operator in (">", "<"))
