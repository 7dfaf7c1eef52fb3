"""Partners, their people, and what those are certified in.

May import records, values and impossible.
"""

import datetime as dt
from typing import ClassVar

from pydantic import Field

from partnerrules.domain.impossible import EndsAfterStart, Impossibility, NotTheSame
from partnerrules.domain.records import BusinessRecord, Part
from partnerrules.domain.values import UNKNOWN, Many, OrNone, OrUnknown, PartnerId, PersonId, ProductId, Text


class ComplianceChecks(Part):
    """How a partner came out of the checks that admission asks for; a check that was not made is not a failed one."""

    legal: OrUnknown[bool] = Field(UNKNOWN, description="It keeps the law.")
    company_policy: OrUnknown[bool] = Field(UNKNOWN, description="It keeps the policies of the supplier.")
    data_protection: OrUnknown[bool] = Field(UNKNOWN, description="It protects personal data as it must.")


class Partner(BusinessRecord):
    """A company that sells, refers, integrates or delivers what a supplier offers.

    >>> Partner(id="P-1", legal_name="Huaxin Integration").admitted_on is None
    True
    """

    legal_name: OrUnknown[Text] = Field(UNKNOWN, description="Name in the company register.")
    kind: OrUnknown[Text] = Field(UNKNOWN, description="Kind of partner, such as reseller or integrator.")
    parent: OrNone[PartnerId] = Field(None, description="The partner that it belongs to.")
    industries: OrUnknown[Many[Text]] = Field(UNKNOWN, description="Industries that it knows.")
    territories: OrUnknown[Many[Text]] = Field(UNKNOWN, description="Territories that it works in.")
    verticals: OrUnknown[Many[Text]] = Field(UNKNOWN, description="Vertical markets that it serves.")
    admitted_on: OrNone[dt.date] = Field(None, description="Day of its admission to the programme.")
    lifecycle: OrUnknown[Text] = Field(UNKNOWN, description="Stage of the partnership, such as onboarding.")
    checks: OrUnknown[ComplianceChecks] = Field(UNKNOWN, description="Outcome of the compliance checks.")
    tags: OrUnknown[Many[Text]] = Field(UNKNOWN, description="Free labels.")

    impossible: ClassVar[tuple[Impossibility, ...]] = (NotTheSame("parent", "id"),)


class Person(BusinessRecord):
    """Someone who works for a partner; the last day of an employment is the one before `employed_to`."""

    partner: PartnerId = Field(description="The partner that employs this person.")
    name: OrUnknown[Text] = Field(UNKNOWN, description="Name of the person.")
    role: OrUnknown[Text] = Field(UNKNOWN, description="Work of the person, such as sales.")
    employed_from: OrUnknown[dt.date] = Field(UNKNOWN, description="First day of the employment.")
    employed_to: OrNone[dt.date] = Field(None, description="First day after the employment, if it has ended.")

    impossible: ClassVar[tuple[Impossibility, ...]] = (EndsAfterStart("employed_from", "employed_to"),)


class Certification(BusinessRecord):
    """A certificate that a person holds; it is valid on the days before `expires_on`."""

    person: PersonId = Field(description="The person who holds it.")
    kind: OrUnknown[Text] = Field(UNKNOWN, description="What it certifies.")
    product: OrNone[ProductId] = Field(None, description="The product that it is limited to.")
    product_version: OrNone[Text] = Field(None, description="The version of the product that it is limited to.")
    issued_on: OrUnknown[dt.date] = Field(UNKNOWN, description="First day on which it is valid.")
    expires_on: OrNone[dt.date] = Field(None, description="First day on which it is not valid any more.")

    impossible: ClassVar[tuple[Impossibility, ...]] = (EndsAfterStart("issued_on", "expires_on"),)
