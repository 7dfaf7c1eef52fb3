"""Registrations, deals and contracts: who claims, sells and signs what.

May import records, values and impossible.
"""

import datetime as dt
from typing import ClassVar, Literal

from pydantic import Field

from partnerrules.domain.impossible import AtLeast, EndsAfterStart, Impossibility, NotBefore, NotTheSame
from partnerrules.domain.records import BusinessRecord, Part
from partnerrules.domain.values import (
    UNKNOWN,
    ContractId,
    CustomerId,
    Days,
    DealId,
    Instant,
    Many,
    MoneyAmount,
    Number,
    OrNone,
    OrUnknown,
    PartnerId,
    ProductId,
    Ratio,
    RegistrationId,
    Text,
)


class RegistrationExtension(Part):
    """A prolongation of a registration that was asked for."""

    requested_at: OrUnknown[Instant] = Field(UNKNOWN, description="When it was asked for.")
    approved_at: OrNone[Instant] = Field(None, description="When it was granted.")
    expires_at: OrUnknown[Instant] = Field(UNKNOWN, description="The end of the protection that it asks for.")


class Registration(BusinessRecord):
    """A partner's claim to a customer, filed so that nobody else is paid for the same work."""

    partner: PartnerId = Field(description="The partner that files it.")
    customer: CustomerId = Field(description="The customer that it claims.")
    products: OrNone[Many[ProductId]] = Field(None, description="The products that it claims; none stands for all.")
    territories: OrNone[Many[Text]] = Field(None, description="The territories that it claims; none stands for all.")
    amount: OrUnknown[MoneyAmount] = Field(UNKNOWN, description="What the deal is expected to be worth.")
    submitted_at: OrUnknown[Instant] = Field(UNKNOWN, description="When it was filed.")
    sequence_number: OrNone[int] = Field(None, description="Place in the order of receipt.")
    verified_at: OrNone[Instant] = Field(None, description="When its statements were verified.")
    approved_at: OrNone[Instant] = Field(None, description="When it was approved.")
    approved_by: OrNone[Text] = Field(None, description="Who approved it.")
    expires_at: OrNone[Instant] = Field(None, description="When its protection ends, if it is not for the policy.")
    withdrawn_at: OrNone[Instant] = Field(None, description="When the partner withdrew it.")
    supersedes: OrNone[RegistrationId] = Field(None, description="The registration that it renews.")
    contract: OrNone[ContractId] = Field(None, description="The contract that it led to.")
    extensions: OrUnknown[Many[RegistrationExtension]] = Field(UNKNOWN, description="Prolongations asked for.")
    evidence: OrUnknown[Many[Text]] = Field(UNKNOWN, description="Proofs that came with it.")

    impossible: ClassVar[tuple[Impossibility, ...]] = (
        EndsAfterStart("submitted_at", "expires_at"),
        NotBefore("submitted_at", "withdrawn_at"),
        AtLeast("sequence_number", 0),
        NotTheSame("supersedes", "id"),
    )


class DealParty(Part):
    """Someone who takes part in a deal: a partner, or somebody else by name."""

    partner: OrNone[PartnerId] = Field(None, description="The partner, if it is one.")
    name: OrNone[Text] = Field(None, description="Who it is, if it is no partner, such as an account manager.")
    role: OrUnknown[Text] = Field(UNKNOWN, description="What the party does, such as source, assist or fulfil.")
    share: OrNone[Ratio] = Field(None, description="Part of the deal that is credited to it.")

    impossible: ClassVar[tuple[Impossibility, ...]] = (AtLeast("share", 0),)


class Deal(BusinessRecord):
    """A sale that is hoped for, signed or closed."""

    customer: CustomerId = Field(description="Who buys.")
    partner: OrNone[PartnerId] = Field(None, description="The partner that sells; none in a direct sale.")
    product: OrUnknown[ProductId] = Field(UNKNOWN, description="What is sold.")
    amount: OrUnknown[MoneyAmount] = Field(UNKNOWN, description="What it is worth.")
    channel: OrUnknown[Text] = Field(UNKNOWN, description="Way that it is sold, such as direct or agent.")
    registration: OrNone[RegistrationId] = Field(None, description="The registration that it rests on.")
    contract: OrNone[ContractId] = Field(None, description="The contract that it was signed in.")
    signed_at: OrNone[Instant] = Field(None, description="When it was signed.")
    closed_at: OrNone[Instant] = Field(None, description="When it was closed.")
    parties: OrUnknown[Many[DealParty]] = Field(UNKNOWN, description="Everyone who takes part, with their roles.")


class ContractTarget(Part):
    """A service level that a contract promises."""

    metric: Text = Field(description="What is measured.")
    limit: OrUnknown[Number] = Field(UNKNOWN, description="The value that is promised.")
    unit: OrUnknown[Text] = Field(UNKNOWN, description="The unit of the value.")
    scope: OrNone[Text] = Field(None, description="What the promise is limited to.")


class Contract(BusinessRecord):
    """An agreement with a partner or a customer, or between departments; in force on the days before `effective_to`."""

    kind: OrUnknown[Literal["framework", "main", "underpinning", "ola", "sla"]] = Field(
        UNKNOWN, description="Place in the order of contracts."
    )
    partner: OrNone[PartnerId] = Field(None, description="The partner that signs it.")
    customer: OrNone[CustomerId] = Field(None, description="The customer that signs it.")
    underpins: OrUnknown[Many[ContractId]] = Field(UNKNOWN, description="Contracts whose promises rest on it.")
    sales_mode: OrUnknown[Text] = Field(UNKNOWN, description="Way of selling that it agrees on.")
    signed_at: OrNone[Instant] = Field(None, description="When it was signed.")
    effective_from: OrUnknown[dt.date] = Field(UNKNOWN, description="First day in force.")
    effective_to: OrNone[dt.date] = Field(None, description="First day not in force any more, if that is agreed.")
    auto_renew: OrUnknown[bool] = Field(UNKNOWN, description="It goes on if nobody gives notice.")
    notice: OrUnknown[Days] = Field(UNKNOWN, description="Period of notice, such as 30 days.")
    cure_period: OrUnknown[Days] = Field(UNKNOWN, description="Time to put a breach right.")
    payment_term: OrUnknown[Days] = Field(UNKNOWN, description="Time to pay an invoice.")
    back_to_back: OrUnknown[bool] = Field(UNKNOWN, description="The partner is paid when the customer has paid.")
    scope: OrUnknown[Many[Text]] = Field(UNKNOWN, description="Items that it covers.")
    targets: OrUnknown[Many[ContractTarget]] = Field(UNKNOWN, description="Service levels that it promises.")

    impossible: ClassVar[tuple[Impossibility, ...]] = (
        EndsAfterStart("effective_from", "effective_to"),
        AtLeast("notice", 0),
        AtLeast("cure_period", 0),
        AtLeast("payment_term", 0),
    )


class Project(BusinessRecord):
    """The delivery of what was sold."""

    name: OrUnknown[Text] = Field(UNKNOWN, description="Name of the project.")
    customer: OrNone[CustomerId] = Field(None, description="Whom it is done for.")
    partner: OrNone[PartnerId] = Field(None, description="The partner that takes part.")
    deal: OrNone[DealId] = Field(None, description="The deal that it fulfils.")
    started_on: OrUnknown[dt.date] = Field(UNKNOWN, description="First day of work.")
    finished_on: OrNone[dt.date] = Field(None, description="Day on which it was finished.")

    impossible: ClassVar[tuple[Impossibility, ...]] = (NotBefore("started_on", "finished_on"),)
