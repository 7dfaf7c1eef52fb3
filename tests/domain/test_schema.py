"""The schema says of every entity what the table of the domain and the records say, and takes a ruleset's own."""

import pytest

from partnerrules.domain.impossible import Impossibility
from partnerrules.domain.partners import ComplianceChecks, Partner
from partnerrules.domain.relations import ENTITIES, entity_of, is_business_record
from partnerrules.quantities import DAYS, money_of
from partnerrules.schema.entities import core_schema
from partnerrules.schema.types import (
    AnyMoney,
    Boolean,
    Date,
    Entity,
    Enumeration,
    Field,
    Instant,
    Integer,
    Inverse,
    ListOf,
    Number,
    Quantity,
    Ratio,
    Record,
    Text,
)

RELATIONS = {
    "partner": "partners",
    "person": "people",
    "certification": "certifications",
    "customer": "customers",
    "product": "products",
    "registration": "registrations",
    "deal": "deals",
    "contract": "contracts",
    "transaction": "transactions",
    "violation": "violations",
    "sanction": "sanctions",
    "standing": "standings",
    "assessment": "assessments",
    "observation": "observations",
    "project": "projects",
    "assignment": "assignments",
    "responsibility": "responsibilities",
    "exchange_rate": "exchange_rates",
}


def test_the_eighteen_entities_have_their_names() -> None:
    schema = core_schema()
    assert {entity.name: name for name, entity in schema.relations.items()} == RELATIONS
    assert schema.relation("people").name == "person"
    assert schema.has("person")
    assert schema.has("people")
    assert not schema.has("persons")
    assert schema.is_part("customer_choice")


def test_every_entity_and_field_has_its_sentence() -> None:
    for entity in core_schema().entities.values():
        assert entity.doc.endswith("."), entity.name
        for field in entity.fields.values():
            assert field.doc.endswith("."), f"{entity.name}.{field.name}"


def test_types_and_absence_are_read_off_the_records() -> None:
    fields = {
        f"{entity.name}.{field.name}": (field.type, field.absence)
        for entity in core_schema().entities.values()
        for field in entity.fields.values()
    }
    assert fields["partner.id"] == (Text(), "required")
    assert fields["partner.recorded_at"] == (Instant(), "none")
    assert fields["partner.legal_name"] == (Text(), "unknown")
    assert fields["partner.parent"] == (Record("partner"), "none")
    assert fields["partner.industries"] == (ListOf(Text()), "unknown")
    assert fields["partner.checks"] == (Record("checks"), "unknown")
    assert fields["checks.legal"] == (Boolean(), "unknown")
    assert fields["person.partner"] == (Record("partner"), "required")
    assert fields["person.employed_to"] == (Date(), "none")
    assert fields["customer.choices"] == (ListOf(Record("customer_choice")), "unknown")
    assert fields["registration.products"] == (ListOf(Record("product")), "none")
    assert fields["deal.amount"] == (AnyMoney(), "unknown")
    assert fields["deal_party.share"] == (Ratio(), "none")
    assert fields["contract.kind"] == (Enumeration(("framework", "main", "underpinning", "ola", "sla")), "unknown")
    assert fields["contract.notice"] == (Quantity(DAYS), "unknown")
    assert fields["transaction.quantity"] == (Number(), "unknown")
    assert fields["violation.level"] == (Integer(), "unknown")
    assert "partner.attributes" not in fields


def test_every_inverse_goes_back_along_a_reference() -> None:
    schema = core_schema()
    for entity in schema.entities.values():
        for inverse in entity.inverses.values():
            assert schema.entities[inverse.entity].fields[inverse.field].type == Record(entity.name)
            assert inverse.name not in entity.fields
    assert schema.entities["partner"].inverses["people"] == Inverse("people", "person", "partner")
    assert schema.entities["partner"].inverses["subsidiaries"] == Inverse("subsidiaries", "partner", "parent")


def test_dates_that_count_and_validities_name_fields_of_their_entity() -> None:
    for entity in core_schema().entities.values():
        named = [entity.happens] if entity.happens else []
        for name in [*named, *(entity.validity or ())]:
            assert isinstance(entity.fields[name].type, Date | Instant), f"{entity.name}.{name}"


def test_impossibilities_name_fields_of_their_record() -> None:
    for row in ENTITIES:
        for impossibility in row.model.impossible:
            for name in _names(impossibility):
                assert name in row.model.model_fields, f"{row.name}: {impossibility}"


def _names(impossibility: Impossibility) -> list[str]:
    slots = getattr(type(impossibility), "__slots__", ())
    return [value for slot in slots if isinstance(value := getattr(impossibility, slot), str)]


def test_money_takes_the_currency_of_the_ruleset() -> None:
    schema = core_schema().with_currency("CNY")
    assert schema.entities["deal"].fields["amount"].type == Quantity(money_of("CNY"))
    assert core_schema().entities["deal"].fields["amount"].type == AnyMoney()


VISIT = Entity(
    "visit",
    "visits",
    {
        "partner": Field("partner", Record("partner"), "required"),
        "customer": Field("customer", Record("customer"), "required"),
        "on": Field("on", Date()),
    },
)


def test_a_relation_of_its_own_gets_an_id_and_ways_back() -> None:
    schema = core_schema().extended([VISIT])
    assert list(schema.relation("visits").fields) == ["id", "recorded_at", "partner", "customer", "on"]
    assert schema.entities["partner"].inverses["visits"] == Inverse("visits", "visit", "partner")
    assert schema.entities["customer"].inverses["visits"] == Inverse("visits", "visit", "customer")
    assert "visits" not in core_schema().entities["partner"].inverses


def test_a_way_back_is_not_added_where_its_name_is_taken() -> None:
    call = Entity("call", "tags", {"partner": Field("partner", Record("partner"), "required")})
    assert "tags" not in core_schema().extended([call]).entities["partner"].inverses
    meeting = Entity(
        "meeting", "meetings", {"host": Field("host", Record("partner")), "guest": Field("guest", Record("partner"))}
    )
    inverses = core_schema().extended([meeting]).entities["partner"].inverses
    assert "meetings" not in inverses  # whether its host or its guest is meant, a rule says itself


def test_own_fields_are_added_and_narrow() -> None:
    segment = Field("segment", Enumeration(("A", "B")))
    rate = Field("exam_pass_rate", Ratio())
    schema = core_schema().extended(own_fields={"customer": [segment], "partner": [rate]})
    assert schema.entities["customer"].fields["segment"] == segment
    assert schema.entities["partner"].fields["exam_pass_rate"] == rate
    assert core_schema().entities["customer"].fields["segment"].type == Text()


def test_a_taken_name_is_refused() -> None:
    with pytest.raises(ValueError, match="`partners` is already"):
        core_schema().extended([Entity("ally", "partners", {})])


class PartnerOfOurs(Partner):
    """A partner with what only the host application knows."""

    account_owner: str = "nobody"


def test_a_class_that_extends_a_record_is_of_its_entity() -> None:
    assert entity_of(PartnerOfOurs) == "partner"
    assert entity_of(int) is None
    assert is_business_record(PartnerOfOurs(id="P-1"))
    assert not is_business_record(ComplianceChecks())
