"""Facts are read by the schema: what is given, what is missing, what is complete."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from partnerrules.diagnostics import UsageError
from partnerrules.domain import UNKNOWN
from partnerrules.domain.customers import Customer, CustomerChoice
from partnerrules.domain.partners import ComplianceChecks, Partner, Person
from partnerrules.domain.transactions import Transaction
from partnerrules.facts import Database, Facts, Record, reading
from partnerrules.quantities import MONTHS, SECONDS, Money, find_unit
from partnerrules.schema.entities import Schema, core_schema
from partnerrules.schema.missing import Missing, Unknown
from partnerrules.schema.types import Date, Entity, Enumeration, Field, Integer, Quantity, Ratio
from partnerrules.schema.types import Record as RecordType

SHANGHAI = ZoneInfo("Asia/Shanghai")
POINT = find_unit("point")
RATE = find_unit("bps")
assert POINT is not None
assert RATE is not None

OWN = (
    core_schema()
    .extended(
        [
            Entity(
                "visit",
                "visits",
                {"partner": Field("partner", RecordType("partner"), "required"), "on": Field("on", Date())},
            )
        ],
        {
            "partner": [
                Field("exam_pass_rate", Ratio()),
                Field("annual_score", Quantity(POINT.dimension)),
                Field("tenure", Quantity(MONTHS)),
                Field("line", Quantity(RATE.dimension)),
                Field("response", Quantity(SECONDS)),
                Field("staff", Integer()),
                Field("grade", Enumeration(("gold", "silver")), "none"),
            ]
        },
    )
    .with_currency("CNY")
)


def read(facts: Facts, schema: Schema = OWN) -> Database:
    return facts.bind(schema, zone=SHANGHAI)


def value(field: str, given: object, entity: str = "partner") -> object:
    needed = {"partner": "P-9"} if entity in {"transaction", "violation"} else {}
    relation = OWN.entities[entity].relation or ""
    row = read(Facts({relation: [{"id": "X-1", **needed, field: given}]})).get(entity, "X-1")
    assert row is not None
    return row.get(field)


@pytest.mark.parametrize(
    ("field", "given", "expected"),
    [
        ("legal_name", "华信集成", "华信集成"),
        ("industries", ["health", "energy"], ("health", "energy")),
        ("industries", [], ()),
        ("admitted_on", "2024-02-29", dt.date(2024, 2, 29)),
        ("admitted_on", dt.date(2024, 2, 29), dt.date(2024, 2, 29)),
        ("recorded_at", "2026-03-01T09:00:00+08:00", dt.datetime(2026, 3, 1, 1, tzinfo=dt.UTC)),
        ("recorded_at", "2026-03-01T01:00Z", dt.datetime(2026, 3, 1, 1, tzinfo=dt.UTC)),
        # A date alone is midnight in the zone of the ruleset.
        ("recorded_at", "2026-03-01", dt.datetime(2026, 2, 28, 16, tzinfo=dt.UTC)),
        ("recorded_at", dt.date(2026, 3, 1), dt.datetime(2026, 2, 28, 16, tzinfo=dt.UTC)),
        ("exam_pass_rate", "15 %", Decimal("0.15")),
        ("exam_pass_rate", "0.15", Decimal("0.15")),
        ("exam_pass_rate", Decimal("0.15"), Decimal("0.15")),
        ("annual_score", "87 points", Decimal(87)),
        ("annual_score", 87, Decimal(87)),
        ("tenure", "3 months", Decimal(3)),
        ("tenure", "2 years", Decimal(24)),
        ("line", "2 Mbps", Decimal(2_000_000)),
        ("response", "4 hours", Decimal(14_400)),
        ("response", dt.timedelta(minutes=1, microseconds=500_000), Decimal("60.5")),
        ("staff", "12", 12),
        ("staff", Decimal("12.0"), 12),
        ("grade", "gold", "gold"),
        ("grade", None, None),
    ],
)
def test_values_are_read_as_their_type(field: str, given: object, expected: object) -> None:
    found = value(field, given)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize("given", ["1250.50", "1250.50 CNY", Decimal("1250.5"), Money(Decimal("1250.50"), "CNY")])
def test_money_of_the_ruleset_is_a_plain_number(given: object) -> None:
    assert value("amount", given, "transaction") == Decimal("1250.5")


def test_money_of_any_currency_keeps_it() -> None:
    facts = Facts({"transactions": {"T-1": {"partner": "P-1", "amount": "100 USD"}}})
    row = facts.bind(core_schema(), zone=SHANGHAI).get("transaction", "T-1")
    assert row is not None
    assert row.get("amount") == Money(Decimal(100), "USD")


@pytest.mark.parametrize("given", [True, "true", "TRUE"])
def test_true_is_read_from_text_too(given: object) -> None:
    row = read(Facts({"customers": {"C-1": {"key_account": given}}})).get("customer", "C-1")
    assert row is not None
    assert row.get("key_account") is True


def test_a_field_left_out_is_unknown_or_none() -> None:
    row = read(Facts({"partners": [Partner(id="P-1")]})).get("partner", "P-1")
    assert row is not None
    assert row.get("legal_name") == Unknown(frozenset({Missing("field", "partners", "P-1", "legal_name")}))
    assert row.get("admitted_on") is None


@pytest.mark.parametrize("given", [None, UNKNOWN, {"unknown": True}, {"unknown": "true"}])
def test_null_in_a_field_that_may_be_unknown_is_unknown(given: object) -> None:
    assert value("legal_name", given) == Unknown.because("field", "partners", "X-1", "legal_name")


@pytest.mark.parametrize("given", [UNKNOWN, {"unknown": True}])
def test_a_field_that_may_be_absent_can_be_said_to_be_unknown(given: object) -> None:
    assert value("admitted_on", given) == Unknown.because("field", "partners", "X-1", "admitted_on")


def test_what_is_missing_inside_a_part_names_its_path() -> None:
    customers = {"C-1": {"choices": [{"partner": "P-1", "written": True}, {"partner": "P-2"}]}}
    row = read(Facts({"customers": customers})).get("customer", "C-1")
    assert row is not None
    choices = row.get("choices")
    assert isinstance(choices, tuple)
    first, second = choices
    assert first.get("written") is True
    assert second.id == "C-1.choices[2]"
    assert second.get("written") == Unknown.because("field", "customers", "C-1", "choices[2].written")
    assert second.get("evidence") is None


def test_of_checks_that_are_not_given_each_one_is_missing() -> None:
    left_out = read(Facts({"partners": {"P-1": {}}}))
    row = left_out.get("partner", "P-1")
    assert row is not None
    checks = row.get("checks")
    assert checks.get("legal") == Unknown.because("field", "partners", "P-1", "checks.legal")  # type: ignore[attr-defined]
    assert left_out == read(Facts({"partners": {"P-1": {"checks": {}}}}))


def test_named_relations_are_complete_and_others_are_not() -> None:
    database = read(Facts({"partners": [], "violations": {}}))
    assert database.complete("partner")
    assert database.complete("violation")
    assert not database.complete("customer")
    assert database.relation("customer") == ()


def test_loose_records_are_a_part_of_what_there_is() -> None:
    facts = Facts([Partner(id="P-1"), Record("visit", id="V-1", partner="P-2"), Partner(id="P-0")])
    database = read(facts)
    assert not database.complete("partner")
    assert [row.id for row in database.relation("partner")] == ["P-0", "P-1"]
    # P-2 is not given, which is no fault as there may be more partners.
    assert [row.id for row in database.matching("visit", "partner", "P-2")] == ["V-1"]


class CrmPartner(BaseModel):
    """A model of a host application, with more than the schema knows."""

    id: str
    legal_name: str | None = None
    annual_score: int = 0
    owner: str = "somebody"


def test_every_way_to_give_a_record_says_the_same() -> None:
    ways: list[Iterable[object]] = [
        {"P-1": {"legal_name": "华信", "annual_score": "87 points"}},
        [{"id": "P-1", "legal_name": "华信", "annual_score": 87}],
        [Partner(id="P-1", legal_name="华信", attributes={"annual_score": Decimal(87)})],
        [Record("partner", id="P-1", legal_name="华信", annual_score="87")],
        [CrmPartner(id="P-1", legal_name="华信", annual_score=87)],
    ]
    databases = [read(Facts({"partners": way})) for way in ways]
    assert all(database == databases[0] for database in databases)


def test_identical_duplicates_count_once_with_a_warning() -> None:
    database = read(Facts({"partners": [Partner(id="P-1"), {"id": "P-1", "legal_name": None}]}))
    assert len(database.relation("partner")) == 1
    assert [str(warning) for warning in database.warnings] == ["partners P-1: is given twice, with the same content"]


PEOPLE = [
    Partner(id="P-1", checks=ComplianceChecks(legal=True)),
    Partner(id="P-2", parent="P-1"),
    Person(id="H-1", partner="P-1"),
    Person(id="H-2", partner="P-2", employed_from=dt.date(2025, 1, 1)),
    Customer(id="C-1", choices=[CustomerChoice(partner="P-1")]),
    Transaction(id="T-1", partner="P-1", date=dt.date(2026, 1, 5)),
    Transaction(id="T-1", partner="P-1", date=dt.date(2026, 1, 5)),
]


@given(st.permutations(PEOPLE))
def test_the_order_of_records_says_nothing(records: list[Partner | Person | Customer | Transaction]) -> None:
    database = read(Facts(records))
    assert database == read(Facts(PEOPLE))
    assert [row.id for row in database.relation("partner")] == ["P-1", "P-2"]


def test_one_set_of_facts_is_read_once_for_a_schema_and_zone() -> None:
    facts = Facts({"partners": []})
    assert read(facts) is read(facts)
    assert read(facts) is not facts.bind(OWN, zone=dt.UTC)


def own_schema(field: str) -> Schema:
    return core_schema().extended(own_fields={"partner": [Field(field, Ratio())]}).with_currency("CNY")


def test_schemas_that_say_the_same_share_what_is_read() -> None:
    facts = Facts({"partners": []})
    first, second = own_schema("rate"), own_schema("rate")
    assert first is not second
    assert read(facts, first) is read(facts, second)
    assert read(facts, first) is not read(facts, own_schema("share"))


def test_what_is_read_for_many_versions_is_kept_and_bounded() -> None:
    facts = Facts({"partners": []})
    schemas = [own_schema(f"rate_{number}") for number in range(33)]
    first = read(facts, schemas[0])
    made = [read(facts, schema) for schema in schemas[:32]]
    assert made[0] is first
    assert read(facts, schemas[0]) is first  # so that the second one is now the one not used for longest
    read(facts, schemas[32])
    assert read(facts, schemas[0]) is first
    assert read(facts, schemas[31]) is made[31]
    assert read(facts, schemas[1]) is not made[1]


def test_help_on_units_is_made_only_for_what_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "describe_dimension", lambda dimension: pytest.fail("nothing is refused"))
    assert value("tenure", "3 months") == Decimal(3)


def test_a_naive_as_of_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="has no time zone"):
        Facts({}, as_of=dt.datetime(2026, 3, 1))


class NoOffset(dt.tzinfo):
    """A zone that does not say how far it is from UTC."""

    def utcoffset(self, moment: dt.datetime | None) -> dt.timedelta | None:
        return None

    def dst(self, moment: dt.datetime | None) -> dt.timedelta | None:
        return None

    def tzname(self, moment: dt.datetime | None) -> str | None:
        return None


@pytest.mark.parametrize(
    ("as_of", "said"),
    [
        (dt.date(2026, 3, 1), "not a `date`"),
        ("2026-03-01T09:00:00+08:00", "not a `str`"),
        (dt.datetime(2026, 3, 1, tzinfo=NoOffset()), "has no time zone"),
        (dt.datetime(1, 1, 1, tzinfo=SHANGHAI), "outside of the calendar"),
    ],
)
def test_an_as_of_that_is_no_instant_is_wrong_usage(as_of: dt.datetime, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        Facts({}, as_of=as_of)


@pytest.mark.parametrize("facts", ["partners", 3, [{"id": "P-1"}], [3], Partner(id="P-1")])
def test_loose_records_have_to_say_what_they_are(facts: object) -> None:
    with pytest.raises(UsageError):
        Facts(facts)  # type: ignore[arg-type]
