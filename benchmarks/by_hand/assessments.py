"""The grade of a sales or service assessment, and how much of the pay it pays out."""

from dataclasses import dataclass
from decimal import Decimal

from benchmarks.by_hand.admission import last_assessment
from benchmarks.by_hand.books import Day
from benchmarks.by_hand.knowledge import Unknown, total
from benchmarks.by_hand.records import Assessment, Partner

SALES_WEIGHTS = {
    "performance": Decimal("0.40"),
    "quality": Decimal("0.20"),
    "sales_management": Decimal("0.20"),
    "handover": Decimal("0.20"),
}
SERVICE_WEIGHTS = {
    "response": Decimal("0.40"),
    "satisfaction": Decimal("0.40"),
    "service_management": Decimal("0.20"),
}
EXCELLENT_FROM, GOOD_FROM, PASSED_FROM = Decimal(90), Decimal(80), Decimal(60)
PAYOUT_GOOD, PAYOUT_PASSED = Decimal("0.90"), Decimal("0.70")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an assessment leads to."""

    grade: str
    payout: Decimal


def weighted_score(assessment: Assessment) -> Decimal | Unknown:
    """The score of an assessment by the weights of its kind."""
    weights = SALES_WEIGHTS if assessment.kind == "sales" else SERVICE_WEIGHTS
    scores = {field: assessment.scores[field] for field in weights}
    return total(each if isinstance(each, Unknown) else each * weights[field] for field, each in scores.items())


def outcome_of(assessment: Assessment) -> Outcome | Unknown | None:
    """The grade and the payout of an assessment; None for one that is neither of sales nor of service."""
    if assessment.kind not in ("sales", "service"):
        return None
    score = weighted_score(assessment)
    if isinstance(score, Unknown):
        return score
    if score >= EXCELLENT_FROM:
        return Outcome("excellent", Decimal(1))
    if score >= GOOD_FROM:
        return Outcome("good", PAYOUT_GOOD)
    if score >= PASSED_FROM:
        return Outcome("passed", PAYOUT_PASSED)
    return Outcome("failed", Decimal(0))


def last_outcome(day: Day, partner: Partner, kind: str) -> Outcome | Unknown:
    """What the last assessment of an agent of a kind leads to; not known if there is none."""
    assessment = last_assessment(day, partner, kind)
    if isinstance(assessment, Unknown):
        return assessment
    found = outcome_of(assessment)
    assert found is not None
    return found
