"""Responsibilities, assessments and observations: who answers for what, and how well it went.

May import records, values and impossible.
"""

import datetime as dt
from typing import ClassVar

from pydantic import Field

from partnerrules.domain.impossible import AtLeast, EndsAfterStart, Impossibility
from partnerrules.domain.records import BusinessRecord, Part
from partnerrules.domain.values import (
    UNKNOWN,
    Instant,
    Many,
    Number,
    OrNone,
    OrUnknown,
    PartnerId,
    ProjectId,
    Ratio,
    Text,
)


class Responsibility(BusinessRecord):
    """Who does one item of work in a project."""

    project: ProjectId = Field(description="The project that the work belongs to.")
    item: OrUnknown[Text] = Field(UNKNOWN, description="The item of work.")
    lead: OrUnknown[Text] = Field(UNKNOWN, description="Who leads it.")
    supporters: OrUnknown[Many[Text]] = Field(UNKNOWN, description="Who helps.")
    accountable: OrUnknown[Text] = Field(UNKNOWN, description="Who answers for it.")
    line: OrUnknown[Text] = Field(UNKNOWN, description="The line of support that it belongs to.")
    accepted_on: OrNone[dt.date] = Field(None, description="Day on which the lead took it on.")


class AssessmentItem(Part):
    """One line of an assessment."""

    item: Text = Field(description="What was assessed.")
    score: OrUnknown[Number] = Field(UNKNOWN, description="How many points it got.")
    weight: OrUnknown[Ratio] = Field(UNKNOWN, description="Its part of the total.")

    impossible: ClassVar[tuple[Impossibility, ...]] = (AtLeast("weight", 0),)


class Assessment(BusinessRecord):
    """A judgement on a partner or a project by a rubric."""

    partner: OrNone[PartnerId] = Field(None, description="The partner that was assessed.")
    project: OrNone[ProjectId] = Field(None, description="The project that was assessed.")
    kind: OrUnknown[Text] = Field(UNKNOWN, description="Sort of assessment, such as annual or acceptance.")
    rubric: OrNone[Text] = Field(None, description="The rubric that it follows, with its version.")
    score: OrUnknown[Number] = Field(UNKNOWN, description="The total.")
    items: OrUnknown[Many[AssessmentItem]] = Field(UNKNOWN, description="The lines that the total is made of.")
    assessed_on: OrUnknown[dt.date] = Field(UNKNOWN, description="Day of the judgement.")
    period_from: OrNone[dt.date] = Field(None, description="First day of the period that it judges.")
    period_to: OrNone[dt.date] = Field(None, description="First day after that period.")

    impossible: ClassVar[tuple[Impossibility, ...]] = (EndsAfterStart("period_from", "period_to"),)


class Observation(BusinessRecord):
    """A measured value of anything: a metric that was not measured has no value, which is not zero."""

    subject: Text = Field(description="What was measured, by its id or name.")
    metric: Text = Field(description="Name of the measure.")
    value: OrUnknown[Number] = Field(UNKNOWN, description="The measured value.")
    observed_at: OrUnknown[Instant] = Field(UNKNOWN, description="When it was measured.")
    source: OrNone[Text] = Field(None, description="Where the value comes from.")
