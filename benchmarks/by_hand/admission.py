"""Who may be an agent, may use the operator's brand, and gets which support."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from benchmarks.by_hand.books import Day, add_months, once
from benchmarks.by_hand.conduct import is_stopped
from benchmarks.by_hand.knowledge import (
    Truth,
    Unknown,
    at_least,
    choose,
    equals,
    every,
    is_in,
    joined,
    lacking,
    opposite,
    reaches,
    some,
    total,
)
from benchmarks.by_hand.records import Assessment, Certification, Partner, Person, Points, Training

LOOK_BACK_MONTHS = 36
PROJECTS_NEEDED = 2
DIMENSION_NEEDED = Decimal(60)
CAPABILITY_NEEDED = Decimal(60)
CERTIFIED_NEEDED = 2
EXIT_DIFFICULTY_NEEDED = lacking("", "", "exit_difficulty_needed")
"""The programme names the criterion and no number."""
STEPS = ("referral", "application", "review", "assessment", "training", "exam", "certification")
CERTIFICATE = "group_business"
DIMENSIONS = ("scale", "strategy", "culture", "organisation", "distribution")
CAPABILITIES = ("technology", "production", "sales_network", "market")
ELIGIBLE, INELIGIBLE = "eligible", "ineligible"

T = TypeVar("T")


@once
def admission(day: Day, partner: Partner) -> str | Unknown:
    """Whether a company may be an agent."""
    passed = every(
        gate(day, partner)
        for gate in (
            _is_lawful,
            _is_of_value,
            _is_compatible,
            _is_capable,
            _is_committed,
            _was_introduced,
            _has_agreement,
            _is_in_good_standing,
        )
    )
    return choose(passed, ELIGIBLE, INELIGIBLE)


def is_admitted(day: Day, partner: Partner) -> Truth:
    """Whether a company is an admitted agent."""
    found = admission(day, partner)
    return found if isinstance(found, Unknown) else found == ELIGIBLE


def _is_lawful(day: Day, partner: Partner) -> Truth:
    return every((partner.legal, partner.company_policy, partner.data_protection))


def _is_of_value(day: Day, partner: Partner) -> Truth:
    return every((_knows_an_industry(day, partner), _has_proved_projects(day, partner)))


def _knows_an_industry(day: Day, partner: Partner) -> Truth:
    """Whether a customer is in one of its industries."""
    return some(is_in(industry, partner.industries) for industry in day.books.industries)


def _has_proved_projects(day: Day, partner: Partner) -> Truth:
    """Whether it has finished enough projects in its industries lately, each with all its proofs."""
    since = add_months(day.today, -LOOK_BACK_MONTHS)
    counted: list[Truth] = []
    for project in day.books.projects_of.get(partner.id, ()):
        if not (project.has_opportunity and project.has_size and project.contract_scan and project.case_description):
            continue
        if project.finished_on is None or not since < project.finished_on <= day.today:
            continue
        counted.append(is_in(project.industry, partner.industries))
    return at_least(PROJECTS_NEEDED, counted)


def selection(day: Day, partner: Partner) -> Assessment | Unknown:
    """Its last assessment for the selection."""
    return last_assessment(day, partner, "selection")


def last_assessment(day: Day, partner: Partner, kind: str) -> Assessment | Unknown:
    """Its last assessment of a kind; not known if there is none."""
    seen = [each for each in day.books.assessments_of.get((partner.id, kind), ()) if each.assessed_on <= day.today]
    return _latest(seen, "assessments", partner.id, lambda each: each.assessed_on)


def _latest(records: list[T], relation: str, partner: str, day_of: Callable[[T], dt.date]) -> T | Unknown:
    """The record of the latest day; not known if there is none, or if there are several of that day."""
    if not records:
        return lacking(relation, partner, "latest")
    last = max(day_of(each) for each in records)
    of_that_day = [each for each in records if day_of(each) == last]
    return of_that_day[0] if len(of_that_day) == 1 else lacking(relation, partner, "latest")


def score(assessment: Assessment | Unknown, field: str) -> Points:
    """A score of an assessment; not known if there is no assessment."""
    return assessment if isinstance(assessment, Unknown) else assessment.scores[field]


def _is_compatible(day: Day, partner: Partner) -> Truth:
    """Four of the five dimensions are enough."""
    found = selection(day, partner)
    return at_least(4, [reaches(score(found, each), DIMENSION_NEEDED) for each in DIMENSIONS])


def has_capability(day: Day, partner: Partner, needed: Decimal) -> Truth:
    """Whether the mean of its four capabilities is as great as needed."""
    found = selection(day, partner)
    return reaches(total(score(found, each) for each in CAPABILITIES), needed * len(CAPABILITIES))


def _is_capable(day: Day, partner: Partner) -> Truth:
    return has_capability(day, partner, CAPABILITY_NEEDED)


def _is_committed(day: Day, partner: Partner) -> Truth:
    """The joint business is core to it, or leaving would be hard: how hard that has to be nobody has said."""
    found = selection(day, partner)
    difficulty = score(found, "exit_difficulty")
    is_core = found if isinstance(found, Unknown) else found.core_business
    hard = [each for each in (difficulty, EXIT_DIFFICULTY_NEEDED) if isinstance(each, Unknown)]
    return some((is_core, joined(hard)))


def _was_introduced(day: Day, partner: Partner) -> Truth:
    """All steps are passed, the training was done in full, and enough people are certified."""
    steps = partner.steps_passed
    trainings = day.books.trainings_of.get(partner.id, [])
    last = _latest(trainings, "trainings", partner.id, lambda each: each.held_on)
    return every(
        (
            steps if isinstance(steps, Unknown) else all(step in steps for step in STEPS),
            *_done_in_full(last),
            at_least(CERTIFIED_NEEDED, certified_people(day, partner)),
        )
    )


def _done_in_full(training: Training | Unknown) -> tuple[Truth, ...]:
    if isinstance(training, Unknown):
        return (training,)
    return (
        training.result_feedback,
        training.certificates_issued,
        training.materials_issued,
        training.questions_answered,
    )


def certified_people(day: Day, partner: Partner) -> list[Truth]:
    """Of each who works for it whether they are certified."""
    return [
        is_certified(day, each)
        for each in day.books.people_of.get(partner.id, ())
        if each.employed_from <= day.today and (each.employed_to is None or day.today < each.employed_to)
    ]


def is_certified(day: Day, person: Person) -> Truth:
    """Whether somebody holds a certificate that is valid."""
    return some(_is_valid(each, day.today) for each in day.books.certifications_of.get(person.id, ()))


def _is_valid(certification: Certification, today: dt.date) -> Truth:
    if certification.kind != CERTIFICATE:
        return False
    if certification.expires_on is not None and certification.expires_on <= today:
        return False
    return was_issued(certification, today)


def was_issued(certification: Certification, today: dt.date) -> Truth:
    """Whether a certificate was issued by a day."""
    issued = certification.issued_on
    return issued if isinstance(issued, Unknown) else issued <= today


def _has_agreement(day: Day, partner: Partner) -> Truth:
    """A framework agreement of its kind was signed and is in force."""
    found: list[Truth] = []
    for contract in day.books.contracts_of.get(partner.id, ()):
        if contract.kind != "framework" or contract.signed_at is None or contract.signed_at > day.as_of:
            continue
        if not contract.in_force(day.today):
            continue
        found.append(equals(contract.partner_kind, partner.kind))
    return some(found)


def _is_in_good_standing(day: Day, partner: Partner) -> Truth:
    return not is_stopped(day, partner, "stop_new_business")


# ------------------------------------------------------------------------------------------------ grade and support


def grade(day: Day, partner: Partner) -> str | Unknown | None:
    """The grade that it holds; of several the one that began last, not known if these contradict each other."""
    held = [
        each
        for each in day.books.standings_of.get(partner.id, ())
        if each.kind == "grade"
        and each.valid_from <= day.today
        and (each.valid_to is None or day.today < each.valid_to)
    ]
    begun = max((each.valid_from for each in held), default=None)
    grades = {each.value for each in held if each.valid_from == begun}
    if len(grades) > 1:
        return lacking("standings", partner.id, "latest")
    return grades.pop() if grades else None


def brand_use(day: Day, partner: Partner) -> str | Unknown:
    """Whether an agent may use the brand, or only the mark of an agent."""
    held = grade(day, partner)
    excellent = held if isinstance(held, Unknown) else held == "excellent"
    return choose(is_admitted(day, partner), choose(excellent, ELIGIBLE, "agent_mark_only"), INELIGIBLE)


def support(day: Day, partner: Partner) -> tuple[str, ...] | Unknown:
    """The kinds of support that an admitted agent gets: none for others."""
    admitted, held = is_admitted(day, partner), grade(day, partner)
    if admitted is False:
        return ()
    unknown = [each for each in (admitted, held) if isinstance(each, Unknown)]
    if unknown:
        return joined(unknown)
    kinds = ["policy", "training", "after_sales"]
    if held in ("excellent", "good"):
        kinds.append("market_promotion")
    if held == "excellent":
        kinds.append("publicity")
    return tuple(kinds)


@once
def may_serve(day: Day, partner: Partner) -> Truth:
    """Whether an agent that has had certified people has one left."""
    certifications = [
        certification
        for person in day.books.people_of.get(partner.id, ())
        for certification in day.books.certifications_of.get(person.id, ())
    ]
    once_certified = some(was_issued(each, day.today) for each in certifications if each.kind == CERTIFICATE)
    return opposite(every((once_certified, opposite(some(certified_people(day, partner))))))
