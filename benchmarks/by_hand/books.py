"""The records by what they are looked up by, and a day on which they are looked at."""

import datetime as dt
from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

from benchmarks.by_hand.cells import SHANGHAI
from benchmarks.by_hand.records import (
    Assignment,
    Certification,
    ChoiceLetter,
    Contract,
    Customer,
    Facts,
    Project,
    Registration,
    Sanction,
    SchemeClass,
    Standing,
    Supply,
    Training,
    Violation,
)


class Identified(Protocol):
    """A record, which has an id."""

    @property
    def id(self) -> str:
        """The id."""


R = TypeVar("R", bound=Identified)
T = TypeVar("T")
K = TypeVar("K")


def by_id(records: Iterable[R]) -> dict[str, R]:
    """Records by their ids, in the order of these."""
    return {each.id: each for each in sorted(records, key=lambda each: each.id)}


def grouped(records: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    """Lists of records that have something in common."""
    found: dict[K, list[T]] = defaultdict(list)
    for each in records:
        found[key(each)].append(each)
    return found


class Books:
    """The records of the programme, by what they are looked up by."""

    def __init__(self, facts: Facts) -> None:
        self.partners = by_id(facts.partners)
        self.customers = by_id(facts.customers)
        self.products = by_id(facts.products)
        self.contracts = by_id(facts.contracts)
        self.registrations = by_id(facts.registrations)
        self.assignments = by_id(facts.assignments)
        self.opportunities = by_id(facts.opportunities)
        self.deals = by_id(facts.deals)
        self.work_items = by_id(facts.work_items)
        self.transactions = by_id(facts.transactions)
        self.assessments = by_id(facts.assessments)
        self.violations = by_id(facts.violations)
        self.supplies = by_id(facts.supplies)
        self.sanctions = by_id(facts.sanctions)
        self.channels = by_id(facts.channels)
        self.schemes = by_id(facts.schemes)
        self.campaigns = by_id(facts.campaigns)
        self.classes_of: dict[str, list[SchemeClass]] = grouped(facts.scheme_classes, lambda each: each.scheme)
        self.people_of = grouped(facts.people, lambda each: each.partner)
        self.certifications_of: dict[str, list[Certification]] = grouped(facts.certifications, lambda each: each.person)
        self.projects_of: dict[str | None, list[Project]] = grouped(facts.projects, lambda each: each.partner)
        self.assessments_of = grouped(facts.assessments, lambda each: (each.partner, each.kind))
        self.trainings_of: dict[str, list[Training]] = grouped(facts.trainings, lambda each: each.partner)
        self.contracts_of: dict[str | None, list[Contract]] = grouped(facts.contracts, lambda each: each.partner)
        self.standings_of: dict[str, list[Standing]] = grouped(facts.standings, lambda each: each.partner)
        self.violations_of: dict[str, list[Violation]] = grouped(facts.violations, lambda each: each.partner)
        self.sanctions_of: dict[str, list[Sanction]] = grouped(facts.sanctions, lambda each: each.partner)
        self.supplies_of: dict[str, list[Supply]] = grouped(facts.supplies, lambda each: each.partner)
        self.industries = {each.industry for each in facts.customers}
        # What belongs to one company, under whichever of its records it was entered.
        self.company_of = {each.id: each.company for each in facts.customers}
        self.registrations_of: dict[str, list[Registration]] = self._of_company(self.registrations.values())
        self.assignments_of: dict[str, list[Assignment]] = self._of_company(facts.assignments)
        self.letters_of: dict[str, list[ChoiceLetter]] = self._of_company(facts.choice_letters)
        self.contracts_with = grouped(
            (each for each in facts.contracts if each.customer is not None),
            lambda each: self.company_of[each.customer or ""],
        )
        self.renewals_of = grouped(facts.registrations, lambda each: each.supersedes)

    def _of_company(self, records: Iterable["_OfCustomer"]) -> dict[str, list[T]]:
        found: dict[str, list[T]] = defaultdict(list)
        for each in records:
            found[self.company_of[each.customer]].append(each)  # type: ignore[arg-type]  # of the kind that was asked for
        return found

    def customer_of(self, record: "_OfCustomer") -> Customer:
        """The customer that a record is about."""
        return self.customers[record.customer]


class _OfCustomer(Protocol):
    @property
    def customer(self) -> str: ...


class Day:
    """The records as of an instant: what lies after it has not happened yet. What was found of it is kept."""

    def __init__(self, books: Books, as_of: dt.datetime) -> None:
        self.books = books
        self.as_of = as_of.astimezone(SHANGHAI)
        self.today = self.as_of.date()
        self.memory: dict[tuple[object, str], object] = {}


def once(find: Callable[[Day, R], T]) -> Callable[[Day, R], T]:
    """Finds something of a record once for each day."""

    def found(day: Day, record: R) -> T:
        key = (find, record.id)
        if key not in day.memory:
            day.memory[key] = find(day, record)
        return day.memory[key]  # type: ignore[return-value]  # put there above

    return found


def midnight(day: dt.date) -> dt.datetime:
    """The beginning of a day."""
    return dt.datetime.combine(day, dt.time(), SHANGHAI)


def add_months(day: dt.date, months: int) -> dt.date:
    """A day so many months later; the last of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def end_of_quarter(day: dt.date) -> dt.date:
    """The first day of the next quarter."""
    return add_months(dt.date(day.year, day.month - (day.month - 1) % 3, 1), 3)
