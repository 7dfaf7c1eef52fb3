"""Customers, what is sold to them, and which account manager looks after them.

May import records, values and impossible.
"""

import datetime as dt
from typing import ClassVar

from pydantic import Field

from partnerrules.domain.impossible import EndsAfterStart, Impossibility
from partnerrules.domain.records import BusinessRecord, Part
from partnerrules.domain.values import UNKNOWN, CustomerId, Many, OrNone, OrUnknown, PartnerId, Text


class CustomerChoice(Part):
    """A customer's statement which partner it wants to work with."""

    partner: PartnerId = Field(description="The partner that the customer names.")
    dated: OrUnknown[dt.date] = Field(UNKNOWN, description="Day of the statement.")
    written: OrUnknown[bool] = Field(UNKNOWN, description="It was made in writing.")
    evidence: OrNone[Text] = Field(None, description="Where the statement is kept.")


class Customer(BusinessRecord):
    """A company or authority that buys."""

    legal_name: OrUnknown[Text] = Field(UNKNOWN, description="Name in the company register.")
    tax_number: OrUnknown[Text] = Field(UNKNOWN, description="Number in the tax register, which tells namesakes apart.")
    domain: OrUnknown[Text] = Field(UNKNOWN, description="Internet domain.")
    segment: OrUnknown[Text] = Field(UNKNOWN, description="Class of customers that it is in.")
    industry: OrUnknown[Text] = Field(UNKNOWN, description="Industry that it is in.")
    territory: OrUnknown[Text] = Field(UNKNOWN, description="Territory that it is in.")
    key_account: OrUnknown[bool] = Field(UNKNOWN, description="It is looked after by an account manager.")
    choices: OrUnknown[Many[CustomerChoice]] = Field(UNKNOWN, description="Partners that it said it wants.")


class Product(BusinessRecord):
    """Something that is sold."""

    name: OrUnknown[Text] = Field(UNKNOWN, description="Name in the price list.")
    category: OrUnknown[Text] = Field(UNKNOWN, description="Class of products that it is in.")
    connects_to_customer_system: OrUnknown[bool] = Field(
        UNKNOWN, description="It has to be connected to systems of the customer."
    )
    needs_secondary_development: OrUnknown[bool] = Field(
        UNKNOWN, description="It has to be developed further for each customer."
    )
    group: OrUnknown[Text] = Field(UNKNOWN, description="Product group that rates and budgets speak of.")
    commission_free: OrUnknown[bool] = Field(UNKNOWN, description="No commission is paid on it.")


class Assignment(BusinessRecord):
    """The days on which an account manager looks after a customer."""

    customer: CustomerId = Field(description="The customer.")
    manager: OrUnknown[Text] = Field(UNKNOWN, description="The account manager.")
    valid_from: OrUnknown[dt.date] = Field(UNKNOWN, description="First day.")
    valid_to: OrNone[dt.date] = Field(None, description="First day after it, if it has ended.")

    impossible: ClassVar[tuple[Impossibility, ...]] = (EndsAfterStart("valid_from", "valid_to"),)
