"""The records that a portal of this programme keeps.

What may be `Unknown` may be left open, and what may be None may be absent; all else has to be given.
"""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from benchmarks.by_hand.knowledge import Unknown

Word: TypeAlias = str | Unknown
YesNo: TypeAlias = bool | Unknown
Points: TypeAlias = Decimal | Unknown


@dataclass(frozen=True, slots=True)
class Partner:
    """A company that is an agent, or wants to be one."""

    id: str
    kind: Word
    agent_type: Word
    technical_service: YesNo
    industries: tuple[str, ...] | Unknown
    legal: YesNo
    company_policy: YesNo
    data_protection: YesNo
    steps_passed: tuple[str, ...] | Unknown


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works for an agent, up to the day before `employed_to`."""

    id: str
    partner: str
    employed_from: dt.date
    employed_to: dt.date | None


@dataclass(frozen=True, slots=True)
class Certification:
    """A certificate of a person, valid on the days before `expires_on`."""

    id: str
    person: str
    kind: str
    issued_on: dt.date | Unknown
    expires_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Customer:
    """A company that buys."""

    id: str
    tax_number: str | None
    segment: Word
    industry: Word
    key_account: YesNo

    @property
    def company(self) -> str:
        """What tells companies apart: the tax number, or the record itself where none is known."""
        return self.tax_number or self.id


@dataclass(frozen=True, slots=True)
class Product:
    """Something that is sold."""

    id: str
    service: Word
    group: Word
    open_to_agents: YesNo
    connects: YesNo
    developed: YesNo
    commission_free: YesNo


@dataclass(frozen=True, slots=True)
class Project:
    """Work that an agent has done for a customer."""

    id: str
    partner: str | None
    industry: Word
    has_opportunity: bool
    has_size: bool
    contract_scan: bool
    case_description: bool
    finished_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Assessment:
    """A judgement on an agent: for its selection, of its sales, or of its service. `scores` by what is scored."""

    id: str
    partner: str
    kind: str
    assessed_on: dt.date
    scores: dict[str, Points]
    core_business: YesNo


@dataclass(frozen=True, slots=True)
class Training:
    """A training of an agent."""

    id: str
    partner: str
    held_on: dt.date
    result_feedback: YesNo
    certificates_issued: YesNo
    materials_issued: YesNo
    questions_answered: YesNo


@dataclass(frozen=True, slots=True)
class Contract:
    """An agreement with an agent, with a customer, or with both."""

    id: str
    kind: str
    partner: str | None
    customer: str | None
    partner_kind: Word
    signed_at: dt.datetime | None
    effective_from: dt.date
    effective_to: dt.date | None
    back_to_back: YesNo

    def in_force(self, day: dt.date) -> bool:
        """Whether it holds on a day."""
        return self.effective_from <= day and (self.effective_to is None or day < self.effective_to)


@dataclass(frozen=True, slots=True)
class Standing:
    """A grade that an agent was given."""

    id: str
    partner: str
    kind: str
    value: str
    valid_from: dt.date
    valid_to: dt.date | None


@dataclass(frozen=True, slots=True)
class Registration:
    """An agent's claim to a customer; without products it claims all."""

    id: str
    partner: str
    customer: str
    products: tuple[str, ...] | None
    submitted_at: dt.datetime
    sequence_number: int | None
    approved_at: dt.datetime | Unknown | None
    withdrawn_at: dt.datetime | None
    expires_at: dt.datetime | None
    supersedes: str | None
    contract: str | None


@dataclass(frozen=True, slots=True)
class Assignment:
    """The days on which an account manager looks after a customer."""

    id: str
    customer: str
    manager: str
    valid_from: dt.date
    valid_to: dt.date | None


@dataclass(frozen=True, slots=True)
class ChoiceLetter:
    """A letter in which a customer says which agent it wants."""

    id: str
    customer: str
    partner: str
    dated: dt.date
    written: bool


@dataclass(frozen=True, slots=True)
class Opportunity:
    """What another channel reports of a customer."""

    id: str
    customer: str
    channel: str
    products: tuple[str, ...] | None
    reported_at: dt.datetime
    coordinated_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Deal:
    """A sale that is hoped for; without an agent it is our own."""

    id: str
    customer: str
    partner: str | None
    product: str
    duty: Word
    registration: str | None
    service_partner: str | None


@dataclass(frozen=True, slots=True)
class WorkItem:
    """An item of work on a project."""

    id: str
    activity: str
    own_feature_fee: YesNo
    traffic_fee_changed: YesNo


@dataclass(frozen=True, slots=True)
class Violation:
    """A breach of the rules; level 1 is the gravest."""

    id: str
    partner: str
    level: int
    kind: str | None
    occurred_on: dt.date
    confirmed_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Sanction:
    """A sanction that was recorded."""

    id: str
    partner: str
    list: str | None
    effects: tuple[str, ...]
    starts_at: dt.datetime
    ends_at: dt.datetime | None
    causes: tuple[str, ...] | Unknown
    policy: str | None


@dataclass(frozen=True, slots=True)
class Supply:
    """Products that an agent passed on to another agent."""

    id: str
    partner: str
    receiver: str
    supplied_on: dt.date
    confirmed_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Transaction:
    """A posting; what takes back another one names it as its `original`."""

    id: str
    partner: str
    kind: str
    date: dt.date
    net_amount: Decimal
    customer: str
    product: str | None
    deal: str | None
    original: str | None
    paid_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Channel:
    """An agent channel that is being set up, such as that of a province."""

    id: str
    stage: str | None
    requested_stage: str | None
    team_named_on: dt.date | None
    rules_issued_on: dt.date | None
    recruitment_began_on: dt.date | None
    system_ready_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Scheme:
    """A policy of remuneration."""

    id: str
    valid_from: dt.date
    valid_to: dt.date
    changes: int


@dataclass(frozen=True, slots=True)
class SchemeClass:
    """What a policy of remuneration pays one class of agents."""

    id: str
    scheme: str
    agent_type: str
    group: str
    rate: Decimal
    benchmark: Decimal


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign of an agent, of which we may bear a part."""

    id: str
    partner: str
    line: str
    planned_by: str
    cost: Decimal
    held_on: dt.date
    approved_on: dt.date | None
    claimed_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Facts:
    """All records of the programme, as they were read."""

    partners: list[Partner] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    certifications: list[Certification] = field(default_factory=list)
    customers: list[Customer] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)
    projects: list[Project] = field(default_factory=list)
    assessments: list[Assessment] = field(default_factory=list)
    trainings: list[Training] = field(default_factory=list)
    contracts: list[Contract] = field(default_factory=list)
    standings: list[Standing] = field(default_factory=list)
    registrations: list[Registration] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    choice_letters: list[ChoiceLetter] = field(default_factory=list)
    opportunities: list[Opportunity] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)
    work_items: list[WorkItem] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    sanctions: list[Sanction] = field(default_factory=list)
    supplies: list[Supply] = field(default_factory=list)
    transactions: list[Transaction] = field(default_factory=list)
    channels: list[Channel] = field(default_factory=list)
    schemes: list[Scheme] = field(default_factory=list)
    scheme_classes: list[SchemeClass] = field(default_factory=list)
    campaigns: list[Campaign] = field(default_factory=list)
