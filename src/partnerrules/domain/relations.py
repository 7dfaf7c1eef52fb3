"""The one table of entities: singular and plural name, model, the ways back, and which dates count.

Names, references and inverses of everything else, the schema, the reference page, the readers of facts, come from
here. May import the families of records.
"""

from dataclasses import dataclass, field
from functools import cache
from typing import Final

from partnerrules.domain.conduct import Sanction, Standing, Violation
from partnerrules.domain.customers import Assignment, Customer, CustomerChoice, Product
from partnerrules.domain.deals import (
    Contract,
    ContractTarget,
    Deal,
    DealParty,
    Project,
    Registration,
    RegistrationExtension,
)
from partnerrules.domain.partners import Certification, ComplianceChecks, Partner, Person
from partnerrules.domain.performance import Assessment, AssessmentItem, Observation, Responsibility
from partnerrules.domain.records import BusinessRecord, Part
from partnerrules.domain.transactions import ExchangeRate, Transaction


@dataclass(frozen=True, slots=True)
class EntityRow:
    """One line of the table.

    Attributes:
        name: singular.
        relation: plural; None for a part, which lives only inside other records.
        model: the class of its records.
        inverses: the declared way back, with the entity and the field that refer here.
        happens: the field that dates an event.
        validity: the fields from which and up to which a record holds.
    """

    name: str
    relation: str | None
    model: type[Part]
    inverses: dict[str, tuple[str, str]] = field(default_factory=dict)
    happens: str | None = None
    validity: tuple[str, str] | None = None


ENTITIES: Final = (
    EntityRow(
        "partner",
        "partners",
        Partner,
        {
            "people": ("person", "partner"),
            "subsidiaries": ("partner", "parent"),
            "registrations": ("registration", "partner"),
            "deals": ("deal", "partner"),
            "contracts": ("contract", "partner"),
            "projects": ("project", "partner"),
            "transactions": ("transaction", "partner"),
            "violations": ("violation", "partner"),
            "sanctions": ("sanction", "partner"),
            "standings": ("standing", "partner"),
            "assessments": ("assessment", "partner"),
        },
    ),
    EntityRow(
        "person",
        "people",
        Person,
        {"certifications": ("certification", "person")},
        validity=("employed_from", "employed_to"),
    ),
    EntityRow("certification", "certifications", Certification, validity=("issued_on", "expires_on")),
    EntityRow(
        "customer",
        "customers",
        Customer,
        {
            "registrations": ("registration", "customer"),
            "deals": ("deal", "customer"),
            "contracts": ("contract", "customer"),
            "projects": ("project", "customer"),
            "transactions": ("transaction", "customer"),
            "assignments": ("assignment", "customer"),
        },
    ),
    EntityRow("product", "products", Product),
    EntityRow(
        "registration",
        "registrations",
        Registration,
        {"deals": ("deal", "registration")},
        happens="submitted_at",
    ),
    EntityRow("deal", "deals", Deal, {"transactions": ("transaction", "deal"), "projects": ("project", "deal")}),
    EntityRow("contract", "contracts", Contract, validity=("effective_from", "effective_to")),
    EntityRow("transaction", "transactions", Transaction, {"corrections": ("transaction", "original")}, happens="date"),
    EntityRow("violation", "violations", Violation, happens="occurred_on"),
    EntityRow("sanction", "sanctions", Sanction, validity=("starts_at", "ends_at")),
    EntityRow("standing", "standings", Standing, validity=("valid_from", "valid_to")),
    EntityRow("assessment", "assessments", Assessment, happens="assessed_on"),
    EntityRow("observation", "observations", Observation, happens="observed_at"),
    EntityRow(
        "project",
        "projects",
        Project,
        {"responsibilities": ("responsibility", "project"), "assessments": ("assessment", "project")},
    ),
    EntityRow("assignment", "assignments", Assignment, validity=("valid_from", "valid_to")),
    EntityRow("responsibility", "responsibilities", Responsibility),
    EntityRow("exchange_rate", "exchange_rates", ExchangeRate),
    EntityRow("checks", None, ComplianceChecks),
    EntityRow("customer_choice", None, CustomerChoice),
    EntityRow("registration_extension", None, RegistrationExtension),
    EntityRow("deal_party", None, DealParty),
    EntityRow("contract_target", None, ContractTarget),
    EntityRow("assessment_item", None, AssessmentItem),
)
"""Every entity that the library knows, parts last."""


@cache
def entity_rows() -> dict[str, EntityRow]:
    """The table by singular name."""
    return {row.name: row for row in ENTITIES}


@cache
def _entities_of_models() -> dict[type[Part], str]:
    return {row.model: row.name for row in ENTITIES}


def entity_of(model: type[object]) -> str | None:
    """The entity that a class of records, or the class that it extends, stands for; None for a foreign class."""
    known = _entities_of_models()
    for ancestor in model.__mro__:
        if issubclass(ancestor, Part) and ancestor in known:
            return known[ancestor]
    return None


def is_business_record(value: object) -> bool:
    """Whether a value is a record of one of the entities, and no part of one."""
    return isinstance(value, BusinessRecord) and entity_of(type(value)) is not None
