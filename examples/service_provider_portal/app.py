"""A partner portal: a company sends its papers, and is told whether it may enter the resource pool and what is missing.

    uvicorn app:app --app-dir examples/service_provider_portal

The rules are those of `rulesets/service-provider-ecosystem`. Nothing of them stands in this file: a new version of the
policy needs no new portal.
"""

import csv
import datetime as dt
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import Depends, FastAPI, Header, Query, Request
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, TypeAdapter

import partnerrules as pr
from partnerrules.decisions import EligibilityResult

HERE = Path(__file__).resolve().parent
RULES = pr.load(HERE.parents[1] / "rulesets" / "service-provider-ecosystem")
"""Loaded once: it never changes, and any number of requests may use it at the same time."""

Language = Literal["en", "zh", "ru"]
LANGUAGES: tuple[Language, ...] = ("en", "zh", "ru")

app = FastAPI(title="Partner portal")


# ------------------------------------------------------------------------------------------------ what a company sends


class Paper(BaseModel):
    """Part of an application; a misspelt field is refused."""

    model_config = ConfigDict(extra="forbid")


class ReferenceProject(Paper):
    """A project that the company names as a proof."""

    id: str
    industry: str
    opportunity: str | None = None
    size: str | None = None
    contract_scan: bool | None = None
    case_description: bool | None = None
    finished_on: dt.date | None = None


class Application(Paper):
    """A company with its papers."""

    id: str
    legal_name: str
    kind: str
    industries: list[str]
    reference_projects: list[ReferenceProject] = []


# ----------------------------------------------------------------------------------------- what the vendor knows of it


class Checks(Paper):
    """Outcome of the compliance checks; None if a check was not made yet, which is not the same as failed."""

    legal: bool | None = None
    company_policy: bool | None = None
    data_protection: bool | None = None


class Agreement(Paper):
    """A framework agreement with the company."""

    id: str
    partner_kind: str
    signed_at: AwareDatetime | None = None
    effective_from: dt.date
    effective_to: dt.date | None = None


class Step(Paper):
    """A step of the introduction, and the day on which it was passed."""

    step: Literal["referral", "application", "review", "assessment", "training", "exam", "certification"]
    passed_on: dt.date


class DeskRecord(Paper):
    """What the vendor's own channel desk recorded of a company. Nobody attests these of itself."""

    checks: Checks = Checks()
    agreements: list[Agreement] = []
    steps: list[Step] = []


# ---------------------------------------------------------------------------------------------------- what it is told


class Gap(BaseModel):
    """A condition that is not met, or of which it is not known whether it is."""

    condition: str
    title: str
    source: str | None
    state: Literal["not_met", "not_known"]


class Answer(BaseModel):
    """Whether the company may enter the pool, and why not."""

    partner: str
    may_enter: Literal["yes", "no", "open"]
    step: str
    missing: list[Gap]
    explanation: list[str]
    policy_version: str
    ruleset: str
    as_of: AwareDatetime


def customers() -> list[dict[str, str]]:
    """Our own customers: a partner is of value if it knows an industry of theirs."""
    with (HERE / "customers.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def desk() -> dict[str, DeskRecord]:
    """What the channel desk recorded, by company; a company that it has not heard of is not there."""
    records = TypeAdapter(dict[str, DeskRecord])
    return records.validate_json((HERE / "desk.json").read_text(encoding="utf-8"))


def now() -> dt.datetime:
    """The instant of the decision; the rules never look at a clock themselves."""
    return dt.datetime.now(ZoneInfo("Asia/Shanghai"))


def language_of(
    language: Annotated[Language | None, Query()] = None,
    accept_language: Annotated[str, Header()] = "",
) -> Language:
    """The language that is asked for, or else the one that the browser wants most and the policy speaks."""
    if language is not None:
        return language
    wanted: list[tuple[float, Language]] = []
    for part in accept_language.split(","):
        tag, _, quality = part.strip().lower().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        wanted += [(weight, known) for known in LANGUAGES if weight > 0 and tag.split("-")[0] == known]
    return max(wanted, key=lambda each: each[0])[1] if wanted else "en"


def facts_of(application: Application, record: DeskRecord) -> pr.Facts:
    """What was sent and what was recorded, as facts: what is named is complete, what is None is not known."""
    partner = application.id
    papers = application.model_dump(exclude_none=True)
    own = record.model_dump(exclude_none=True)
    company = {key: papers[key] for key in ("id", "legal_name", "kind", "industries")}
    return pr.Facts(
        {
            "partners": [{**company, "checks": own["checks"]}],
            "reference_projects": [{**each, "partner": partner} for each in papers["reference_projects"]],
            "contracts": [{**each, "partner": partner, "kind": "framework"} for each in own["agreements"]],
            "standings": [
                {
                    "id": f"{partner} {each['step']} {each['passed_on']}",
                    "partner": partner,
                    "kind": "onboarding",
                    "value": each["step"],
                    "valid_from": each["passed_on"],
                }
                for each in own["steps"]
            ],
            "customers": customers(),
        }
    )


def gaps(result: EligibilityResult, language: Language) -> list[Gap]:
    """The conditions of a policy that are not met for certain, in the order in which the policy asks them."""
    return [
        Gap(
            condition=each.id,
            title=each.title.text(language) or each.text,
            source=each.source,
            state="not_met" if each.outcome is False else "not_known",
        )
        for each in result.conditions.values()
        if each.outcome is not True
    ]


@app.post("/pool-check")
def pool_check(
    application: Application,
    language: Annotated[Language, Depends(language_of)],
    as_of: Annotated[dt.datetime, Depends(now)],
    records: Annotated[dict[str, DeskRecord], Depends(desk)],
) -> Answer:
    """Whether a company may enter the resource pool today, and what is missing."""
    facts = facts_of(application, records.get(application.id, DeskRecord()))
    decision = RULES.decide(facts, as_of=as_of, policies=["admission", "pool-entry", "onboarding"])
    admission = decision["admission"][application.id]
    entry = decision["pool-entry"][application.id]
    assert isinstance(admission, EligibilityResult)
    assert isinstance(entry, EligibilityResult)
    may_enter: dict[str, Literal["yes", "no", "open"]] = {"eligible": "yes", "undetermined": "open"}
    # That admission is lacking is told by its own conditions, and not once more by the one that asks for it.
    missing = gaps(admission, language) + [gap for gap in gaps(entry, language) if gap.condition != "admitted"]
    return Answer(
        partner=application.id,
        may_enter=may_enter.get(entry.outcome, "no"),
        step=decision["onboarding"][application.id].outcome,
        missing=missing,
        explanation=[
            decision.explain(policy, application.id, language=language) for policy in ("admission", "pool-entry")
        ],
        policy_version=entry.basis.version,
        ruleset=RULES.content_hash,
        as_of=as_of,
    )


@app.exception_handler(pr.FactsError)
def refused(_: Request, error: Exception) -> JSONResponse:
    """Papers that contradict themselves are refused as a whole, with each fault by record and field."""
    assert isinstance(error, pr.FactsError)
    return JSONResponse({"problems": [problem.as_data() for problem in error]}, status_code=422)
