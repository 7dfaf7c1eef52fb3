"""Reads the records of the programme from a folder of CSV files, one a relation."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from benchmarks.by_hand.cells import Line, several, yes
from benchmarks.by_hand.records import (
    Assessment,
    Assignment,
    Campaign,
    Certification,
    Channel,
    ChoiceLetter,
    Contract,
    Customer,
    Deal,
    Facts,
    Opportunity,
    Partner,
    Person,
    Product,
    Project,
    Registration,
    Sanction,
    Scheme,
    SchemeClass,
    Standing,
    Supply,
    Training,
    Transaction,
    Violation,
    WorkItem,
)

SCORES = (
    "scale strategy culture organisation distribution technology production sales_network market exit_difficulty"
    " performance quality sales_management handover response satisfaction service_management"
).split()

PAID_KINDS = ("invoice", "credit_note", "refund")

T = TypeVar("T")


def read_facts(folder: Path) -> Facts:
    """Reads all files of a folder; a relation without a file has no records."""

    def all_of(relation: str, read: Callable[[Line], T]) -> list[T]:
        path = folder / f"{relation}.csv"
        if not path.exists():
            return []
        with path.open(encoding="utf-8", newline="") as lines:
            return [read(Line(relation, cells)) for cells in csv.DictReader(lines)]

    return Facts(
        partners=all_of("partners", _partner),
        people=all_of("people", _person),
        certifications=all_of("certifications", _certification),
        customers=all_of("customers", _customer),
        products=all_of("products", _product),
        projects=all_of("projects", _project),
        assessments=all_of("assessments", _assessment),
        trainings=all_of("trainings", _training),
        contracts=all_of("contracts", _contract),
        standings=all_of("standings", _standing),
        registrations=all_of("registrations", _registration),
        assignments=all_of("assignments", _assignment),
        choice_letters=all_of("choice_letters", _choice_letter),
        opportunities=all_of("opportunities", _opportunity),
        deals=all_of("deals", _deal),
        work_items=all_of("work_items", _work_item),
        violations=all_of("violations", _violation),
        sanctions=all_of("sanctions", _sanction),
        supplies=all_of("supplies", _supply),
        transactions=all_of("transactions", _transaction),
        channels=all_of("channels", _channel),
        schemes=all_of("schemes", _scheme),
        scheme_classes=all_of("scheme_classes", _scheme_class),
        campaigns=all_of("campaigns", _campaign),
    )


def _partner(line: Line) -> Partner:
    return Partner(
        id=line.id,
        kind=line.word("kind"),
        agent_type=line.word("agent_type"),
        technical_service=line.truth("technical_service"),
        industries=line.words("industries"),
        legal=line.truth("checks.legal"),
        company_policy=line.truth("checks.company_policy"),
        data_protection=line.truth("checks.data_protection"),
        steps_passed=line.words("steps_passed"),
    )


def _person(line: Line) -> Person:
    return Person(line.id, line.given("partner"), line.day("employed_from"), line.day_if_any("employed_to"))


def _certification(line: Line) -> Certification:
    return Certification(
        id=line.id,
        person=line.given("person"),
        kind=line.given("kind"),
        issued_on=line.day_or_unknown("issued_on"),
        expires_on=line.day_if_any("expires_on"),
    )


def _customer(line: Line) -> Customer:
    return Customer(
        id=line.id,
        tax_number=line.given("tax_number") if line.has("tax_number") else None,
        segment=line.word("segment"),
        industry=line.word("industry"),
        key_account=line.truth("key_account"),
    )


def _product(line: Line) -> Product:
    return Product(
        id=line.id,
        service=line.word("service"),
        group=line.word("group"),
        open_to_agents=line.truth("open_to_agents"),
        connects=line.truth("connects_to_customer_system"),
        developed=line.truth("needs_secondary_development"),
        commission_free=line.truth("commission_free"),
    )


def _project(line: Line) -> Project:
    return Project(
        id=line.id,
        partner=line.text("partner"),
        industry=line.word("industry"),
        has_opportunity=line.has("opportunity"),
        has_size=line.has("size"),
        contract_scan=line.truth("contract_scan") is True,
        case_description=line.truth("case_description") is True,
        finished_on=line.day_if_any("finished_on"),
    )


def _assessment(line: Line) -> Assessment:
    return Assessment(
        id=line.id,
        partner=line.given("partner"),
        kind=line.given("kind"),
        assessed_on=line.day("assessed_on"),
        scores={field: line.points(field) for field in SCORES},
        core_business=line.truth("core_business"),
    )


def _training(line: Line) -> Training:
    return Training(
        id=line.id,
        partner=line.given("partner"),
        held_on=line.day("held_on"),
        result_feedback=line.truth("result_feedback"),
        certificates_issued=line.truth("certificates_issued"),
        materials_issued=line.truth("materials_issued"),
        questions_answered=line.truth("questions_answered"),
    )


def _contract(line: Line) -> Contract:
    return Contract(
        id=line.id,
        kind=line.given("kind"),
        partner=line.text("partner"),
        customer=line.text("customer"),
        partner_kind=line.word("partner_kind"),
        signed_at=line.instant_if_any("signed_at"),
        effective_from=line.day("effective_from"),
        effective_to=line.day_if_any("effective_to"),
        back_to_back=line.truth("back_to_back"),
    )


def _standing(line: Line) -> Standing:
    return Standing(
        id=line.id,
        partner=line.given("partner"),
        kind=line.given("kind"),
        value=line.given("value"),
        valid_from=line.day("valid_from"),
        valid_to=line.day_if_any("valid_to"),
    )


def _registration(line: Line) -> Registration:
    return Registration(
        id=line.id,
        partner=line.given("partner"),
        customer=line.given("customer"),
        products=line.list("products"),
        submitted_at=line.instant("submitted_at"),
        sequence_number=line.whole("sequence_number"),
        approved_at=line.instant_if_any_or_unknown("approved_at"),
        withdrawn_at=line.instant_if_any("withdrawn_at"),
        expires_at=line.instant_if_any("expires_at"),
        supersedes=line.text("supersedes"),
        contract=line.text("contract"),
    )


def _assignment(line: Line) -> Assignment:
    return Assignment(
        id=line.id,
        customer=line.given("customer"),
        manager=line.given("manager"),
        valid_from=line.day("valid_from"),
        valid_to=line.day_if_any("valid_to"),
    )


def _choice_letter(line: Line) -> ChoiceLetter:
    written = yes(line.given("written"))
    return ChoiceLetter(line.id, line.given("customer"), line.given("partner"), line.day("dated"), written)


def _opportunity(line: Line) -> Opportunity:
    return Opportunity(
        id=line.id,
        customer=line.given("customer"),
        channel=line.given("channel"),
        products=line.list("products"),
        reported_at=line.instant("reported_at"),
        coordinated_at=line.instant_if_any("coordinated_at"),
    )


def _deal(line: Line) -> Deal:
    return Deal(
        id=line.id,
        customer=line.given("customer"),
        partner=line.text("partner"),
        product=line.given("product"),
        duty=line.word("duty"),
        registration=line.text("registration"),
        service_partner=line.text("service_partner"),
    )


def _work_item(line: Line) -> WorkItem:
    activity = line.given("activity")
    return WorkItem(line.id, activity, line.truth("own_feature_fee"), line.truth("traffic_fee_changed"))


def _violation(line: Line) -> Violation:
    return Violation(
        id=line.id,
        partner=line.given("partner"),
        level=int(line.given("level")),
        kind=line.given("kind") if line.has("kind") else None,
        occurred_on=line.day("occurred_on"),
        confirmed_on=line.day_if_any("confirmed_on"),
    )


def _sanction(line: Line) -> Sanction:
    return Sanction(
        id=line.id,
        partner=line.given("partner"),
        list=line.text("list"),
        effects=several(line.given("effects")),
        starts_at=line.instant("starts_at"),
        ends_at=line.instant_if_any("ends_at"),
        causes=line.words("causes"),
        policy=line.text("policy"),
    )


def _supply(line: Line) -> Supply:
    return Supply(
        id=line.id,
        partner=line.given("partner"),
        receiver=line.given("receiver"),
        supplied_on=line.day("supplied_on"),
        confirmed_on=line.day_if_any("confirmed_on"),
    )


def _transaction(line: Line) -> Transaction:
    return Transaction(
        id=line.id,
        partner=line.given("partner"),
        kind=line.given("kind"),
        date=line.day("date"),
        net_amount=line.money("net_amount"),
        customer=line.given("customer"),
        product=line.given("product") if line.given("kind") in PAID_KINDS else line.text("product"),
        deal=line.text("deal"),
        original=line.text("original"),
        paid_at=line.instant_if_any("paid_at"),
    )


def _channel(line: Line) -> Channel:
    return Channel(
        id=line.id,
        stage=line.text("stage"),
        requested_stage=line.text("requested_stage"),
        team_named_on=line.day_if_any("team_named_on"),
        rules_issued_on=line.day_if_any("rules_issued_on"),
        recruitment_began_on=line.day_if_any("recruitment_began_on"),
        system_ready_on=line.day_if_any("system_ready_on"),
    )


def _scheme(line: Line) -> Scheme:
    return Scheme(line.id, line.day("valid_from"), line.day("valid_to"), int(line.given("changes")))


def _scheme_class(line: Line) -> SchemeClass:
    return SchemeClass(
        id=line.id,
        scheme=line.given("scheme"),
        agent_type=line.given("agent_type"),
        group=line.given("group"),
        rate=line.ratio("rate"),
        benchmark=line.ratio("benchmark"),
    )


def _campaign(line: Line) -> Campaign:
    return Campaign(
        id=line.id,
        partner=line.given("partner"),
        line=line.given("line"),
        planned_by=line.given("planned_by"),
        cost=line.money("cost"),
        held_on=line.day("held_on"),
        approved_on=line.day_if_any("approved_on"),
        claimed_on=line.day_if_any("claimed_on"),
    )
