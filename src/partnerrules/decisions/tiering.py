"""The results of tiering: the grade of a record, how each band came out, and what would give the next better grade."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from partnerrules.decisions.basis import Basis, basis_data, missing_texts, missing_values
from partnerrules.decisions.later_fields import later_fields
from partnerrules.decisions.requirement_results import ConditionResult, RequirementResult, condition_results
from partnerrules.decisions.requirements import Ways
from partnerrules.decisions.sanctions import recorded_id
from partnerrules.decisions.values import missing_data, value_data
from partnerrules.domain.conduct import Standing
from partnerrules.plan.portions import Rounding
from partnerrules.plan.trace import Seen
from partnerrules.schema.missing import Missing, Unknown
from partnerrules.schema.titles import Title
from partnerrules.schema.types import Date, Integer, Text, Type

NO_GRADE: Final = "no_grade"
"""No band is reached."""
TOO_SMALL: Final = "cohort_too_small"
"""Too few are ranked together for a rank to say anything."""
NO_SCORE: Final = "no_score"
"""The record has no score that is known, and is not ranked."""

MOST_NAMED: Final = 20
"""Records without a score that are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class Cutoff:
    """Which of those who are ranked a band takes.

    Attributes:
        end: the best or the worst.
        portion: the share or number of them.
        places: how many that is; `Unknown` where it is not known how many are ranked.
        rounding: how a share was made whole places; None for a number of places.
        ties: whether all who are equal at the cut are in, or out.
    """

    end: Literal["top", "bottom"]
    portion: Seen
    places: int | Unknown
    rounding: Rounding | None
    ties: Literal["include", "exclude"]

    def as_data(self) -> dict[str, object]:
        return {
            self.end: value_data(self.portion.value, self.portion.type),
            "places": value_data(self.places, Integer()),
            **({} if self.rounding is None else {"rounding": self.rounding}),
            "ties": self.ties,
        }


@dataclass(frozen=True, slots=True)
class BandResult:
    """How a band came out for a record, whatever the bands above it are.

    Attributes:
        grade: the grade that it gives.
        title: what people call it.
        source: the clause that it comes from.
        reached: whether the record is in it.
        requirement: what it asks, if it asks for conditions or by a measure.
        cutoff: whom it takes, if it goes by rank.
    """

    grade: str
    title: Title
    source: str | None
    reached: bool | Unknown
    requirement: RequirementResult | None = None
    cutoff: Cutoff | None = None

    @property
    def status(self) -> Literal["reached", "not_reached", "unknown"]:
        """Whether the record is in it, in a word."""
        if isinstance(self.reached, Unknown):
            return "unknown"
        return "reached" if self.reached else "not_reached"

    def as_data(self) -> dict[str, object]:
        return {
            "grade": self.grade,
            "status": self.status,
            "missing": missing_values(self.reached),
            **({} if self.requirement is None else {"requirement": self.requirement.as_data()}),
            **({} if self.cutoff is None else {"cutoff": self.cutoff.as_data()}),
        }


@dataclass(frozen=True, slots=True)
class Ranking:
    """Where a record stands among those who are ranked with it.

    Attributes:
        score: what it is ranked by.
        tie_break: what decides between equal scores.
        per: what is equal for all who are ranked together.
        least: its best place, counted from one; those who are equal share the best place of theirs.
        most: its worst place; the same number where it is known, None if there may be more than were given.
        level: how many others are equal.
        size: how many are ranked, with the record itself.
        enough: how many there have to be, if that is asked.
        unscored: ids of the first records that are left out because they have no score, in their order.
        unscored_total: how many those are.
    """

    score: Seen
    tie_break: tuple[Seen, ...]
    per: tuple[Seen, ...]
    least: int
    most: int | None
    level: int | Unknown
    size: int | Unknown
    enough: int | Unknown | None
    unscored: tuple[str, ...]
    unscored_total: int

    @property
    def counts(self) -> bool | Unknown:
        """Whether enough are ranked for ranks to count."""
        if self.enough is None:
            return True
        if isinstance(self.enough, Unknown) or isinstance(self.size, Unknown):
            return Unknown.of([each for each in (self.enough, self.size) if isinstance(each, Unknown)])
        return self.size >= self.enough

    def as_data(self) -> dict[str, object]:
        return {
            "score": value_data(self.score.value, self.score.type),
            "tie_break": [_seen_data(part) for part in self.tie_break],
            "per": [_seen_data(part) for part in self.per],
            "place": self.least if self.least == self.most else [self.least, self.most],
            "level": value_data(self.level, Integer()),
            "size": value_data(self.size, Integer()),
            **({} if self.enough is None else {"minimum": value_data(self.enough, Integer())}),
            "without_score": list(self.unscored),
            "without_score_total": self.unscored_total,
        }


@dataclass(frozen=True, slots=True)
class Distance:
    """How much is lacking for a condition that compares numbers.

    Attributes:
        amount: how much.
        type: what it is an amount of.
        more: whether there has to be more, or less.
        beyond: whether exactly that much is not enough.
    """

    amount: object
    type: Type
    more: bool
    beyond: bool

    def as_data(self) -> dict[str, object]:
        key = f"{'more' if self.more else 'less'}{'_than' if self.beyond else ''}"
        return {key: value_data(self.amount, self.type)}


@dataclass(frozen=True, slots=True)
class NextGrade:
    """The smallest changes after which a record would have a better grade, each verified by running the policy.

    Attributes:
        grade: the lowest grade that is better.
        title: what people call it.
        ways: the smallest changes of its conditions.
        distances: by conditions among them, how much is lacking.
    """

    grade: str
    title: Title
    ways: Ways
    distances: Mapping[str, Distance]

    def as_data(self) -> dict[str, object]:
        return {
            "grade": self.grade,
            "ways": [[change.text for change in way] for way in self.ways.listed],
            "ways_total": self.ways.total,
            "lacking": {id: distance.as_data() for id, distance in self.distances.items()},
        }


Change: TypeAlias = Literal["first", "promoted", "demoted", "kept", "none"]
"""What becomes of a recorded grade; "first" where none is recorded and one is given, "none" where none is given."""


Withheld: TypeAlias = Literal["hold", "minimum_tenure", "grace", "recovered"]
"""Why a review changed nothing though it found another grade; "recovered" where that was over when its grace ended."""


@dataclass(frozen=True, slots=True)
class ReviewDay:
    """What one review found.

    Attributes:
        aim: what it was for.
        day: the day on which it looked.
        found: what the other policy gave then.
        withheld: why a grade that is found there is not given.
        until: with a hold or a tenure the day from which on it may be given, with a grace the day on which that ends.
    """

    aim: Literal["promotion", "demotion"]
    day: dt.date
    found: str | Unknown | None
    withheld: Withheld | None = None
    until: dt.date | None = None

    def as_data(self) -> dict[str, object]:
        return {
            "aim": self.aim,
            "day": self.day.isoformat(),
            "found": value_data(self.found, Text()),
            "withheld": self.withheld,
            "until": value_data(self.until, Date()),
        }


@dataclass(frozen=True, slots=True)
class Review:
    """How a recorded grade follows what another policy gives.

    Attributes:
        policy: the other policy.
        standing: the kind of standing that is recorded.
        found: what the other policy gives now.
        recorded: what is recorded, None if nothing is.
        since: since when.
        change: what becomes of it; None where that is not known.
        starts: the first day of the grade that is new, if there is one.
        next_promotion: the next day on which a better grade can be given; None if any day is, or none.
        next_demotion: the same of a lower one, before any grace.
        reviews: what the last reviews found, of a grade that was there to be reviewed.
    """

    policy: str
    standing: str
    found: str | Unknown | None
    recorded: str | Unknown | None
    since: dt.date | Unknown | None
    change: Change | None
    starts: dt.date | Unknown | None
    next_promotion: dt.date | Unknown | None
    next_demotion: dt.date | Unknown | None
    reviews: tuple[ReviewDay, ...] = ()

    def as_data(self) -> dict[str, object]:
        return {
            "found": value_data(self.found, Text()),
            "recorded": value_data(self.recorded, Text()),
            "since": value_data(self.since, Date()),
            "change": "unknown" if self.change is None else self.change,
            "starts": value_data(self.starts, Date()),
            "next_promotion": value_data(self.next_promotion, Date()),
            "next_demotion": value_data(self.next_demotion, Date()),
            "reviews": [review.as_data() for review in self.reviews],
        }


@later_fields("next")
@dataclass(frozen=True, slots=True)
class TieringResult:
    """The grade of a record.

    Attributes:
        basis: policy, subject and version.
        outcome: the grade, or "no_grade", "no_score", "cohort_too_small" or the policy's own word for it, or
            "undetermined".
        title: of the grade, empty for the other words.
        at_least: the lowest grade that it may have; None if it may have none.
        possible: the outcomes that it may have as far as it is known, the best first; one if it is determined.
        bands: all bands, highest grade first.
        measure: what the bands measure, if they measure something.
        ranking: where it stands, if it is ranked.
        review: how its recorded grade follows another policy, if it does.
        next: what would give a better grade; None where that cannot be told, or where it has the highest.
        missing: the facts that are lacking where the outcome is undetermined; of a record that is left out of the
            ranks, those that its score lacks.
    """

    basis: Basis
    outcome: str
    title: Title
    at_least: str | None
    possible: tuple[str, ...]
    bands: tuple[BandResult, ...]
    measure: Seen | None
    ranking: Ranking | None
    next: NextGrade | None
    missing: tuple[Missing, ...]
    review: Review | None = None

    def new_standings(self) -> tuple[Standing, ...]:
        """The standing to record, if the grade of a partner changes. Run again with it, nothing is new."""
        review = self.review
        if review is None or not isinstance(review.starts, dt.date):
            return ()
        id = recorded_id(self.basis.policy, self.basis.subject, review.starts.isoformat())
        return (
            Standing(
                id=id,
                partner=self.basis.subject,
                kind=review.standing,
                value=self.outcome,
                valid_from=review.starts,
            ),
        )

    @property
    def conditions(self) -> Mapping[str, ConditionResult]:
        """All conditions by their ids, in the order in which they are written."""
        requirements = (band.requirement for band in self.bands if band.requirement is not None)
        return {each.id: each for requirement in requirements for each in condition_results(requirement)}

    def as_data(self) -> dict[str, object]:
        """The result as plain data, for JSON and for cases."""
        return {
            **basis_data(self.basis),
            "outcome": self.outcome,
            "at_least": self.at_least,
            "possible": list(self.possible),
            "bands": [band.as_data() for band in self.bands],
            **({} if self.measure is None else {"measure": value_data(self.measure.value, self.measure.type)}),
            **({} if self.ranking is None else {"ranking": self.ranking.as_data()}),
            **({} if self.review is None else {"review": self.review.as_data()}),
            "next": None if self.next is None else self.next.as_data(),
            "missing": [missing_data(missing) for missing in self.missing],
        }

    def summary(self) -> dict[str, object]:
        """The parts of the result that a case can expect."""
        ranking = {} if self.ranking is None else self.ranking.as_data()
        review = {} if self.review is None else self.review.as_data()
        return {
            **self.as_data(),
            **ranking,
            **review,
            **missing_texts(self.missing),
            "bands": {band.grade: band.status for band in self.bands},
            "next": None if self.next is None else self.next.grade,
            "lacking": {} if self.next is None else self.next.as_data()["lacking"],
            "leaves": {
                each.id: "unknown" if isinstance(each.outcome, Unknown) else each.outcome
                for each in self.conditions.values()
            },
        }


def _seen_data(part: Seen) -> dict[str, object]:
    return {"text": part.text, "value": value_data(part.value, part.type)}
