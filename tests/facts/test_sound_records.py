"""What is sound is read quickly, and comes out as the reader has it that takes its time; so does what is wrong."""

import datetime as dt
import enum
from collections import OrderedDict
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from partnerrules.diagnostics import FactsError
from partnerrules.domain import UNKNOWN
from partnerrules.domain.deals import Contract, ContractTarget, Deal, DealParty, Registration
from partnerrules.domain.partners import Partner
from partnerrules.domain.records import BusinessRecord
from partnerrules.domain.relations import entity_rows
from partnerrules.facts import Facts, Record, Row
from partnerrules.facts.binding import _Binder
from partnerrules.facts.sound_records import SoundReader
from partnerrules.facts.written import Cell, NumberText
from partnerrules.quantities import MONTHS, SECONDS, Money, find_unit
from partnerrules.schema import types as t
from partnerrules.schema.entities import Schema, core_schema
from partnerrules.strategies import records

SHANGHAI = ZoneInfo("Asia/Shanghai")
POINT = find_unit("point")
assert POINT is not None

TYPES: Mapping[str, t.Type] = {
    "boolean": t.Boolean(),
    "text": t.Text(),
    "grade": t.Enumeration(("gold", "silver", "黄金")),
    "integer": t.Integer(),
    "number": t.Number(),
    "ratio": t.Ratio(),
    "money": t.AnyMoney(),
    "tenure": t.Quantity(MONTHS),
    "response": t.Quantity(SECONDS),
    "score": t.Quantity(POINT.dimension),
    "day": t.Date(),
    "instant": t.Instant(),
    "sold_by": t.Record("partner"),
    "party": t.Record("deal_party"),
    "texts": t.ListOf(t.Text()),
    "partners": t.ListOf(t.Record("partner")),
    "days": t.ListOf(t.Date()),
    "numbers": t.ListOf(t.Number()),
    "targets": t.ListOf(t.Record("contract_target")),
}


def _schema() -> Schema:
    own = [t.Field(name, type) for name, type in TYPES.items()]
    lacking = [t.Field(f"{name}_none", type, "none") for name, type in TYPES.items()]
    offer = t.Entity("offer", "offers", {each.name: each for each in (*own, *lacking)})
    pledge = t.Entity("pledge", "pledges", {"grade": t.Field("grade", TYPES["grade"], "required")})
    return core_schema().extended([offer, pledge], {"deal": own})


ANY_CURRENCY = _schema()
IN_YUAN = ANY_CURRENCY.with_currency("CNY")
FOREIGN = IN_YUAN.extended(
    own_fields={"deal": [t.Field("money", IN_YUAN.entities["deal"].fields["money"].type, foreign=True)]}
)


def told(value: object) -> object:
    """A value with its class and, of rows, all that they hold."""
    if isinstance(value, Row):
        held = sorted((name, told(each)) for name, each in value.values.items())
        return (value.entity, value.relation, value.record, value.path, value.id, str(held))
    return [told(each) for each in value] if isinstance(value, tuple) else repr(value)


def outcome(facts: object, schema: Schema) -> object:
    """What comes of facts: all rows and warnings, or all problems."""
    try:
        database = Facts(facts).bind(schema, zone=SHANGHAI)  # type: ignore[arg-type]
    except FactsError as error:
        return error.problems
    entities = sorted(database.entities)
    rows = {entity: [told(row) for row in database.relation(entity)] for entity in entities}
    return rows, database.warnings, [(entity, database.complete(entity)) for entity in entities]


def slowly(facts: object, schema: Schema) -> object:
    """The same by the reader alone that takes its time."""
    with patch.object(SoundReader, "form", lambda reader, kind: None):
        return outcome(facts, schema)


class Shade(str):
    """Text of a class that a host application derives."""

    __slots__ = ()


class Level(enum.StrEnum):
    GOLD = "gold"


class Later(dt.datetime):
    """An instant of a class that a host application derives."""


class Exact(Decimal):
    """A number of a class that a host application derives."""

    def __str__(self) -> str:
        return "1.5"


UTC_DAY = dt.datetime(2026, 3, 1, 1, tzinfo=dt.UTC)
GIVEN: tuple[object, ...] = (
    None, UNKNOWN, {"unknown": True}, {"unknown": "true"}, Cell("{unknown: true}"), {}, [], (), set(), object, 1.5,
    True, False, "true", " FALSE ", Cell("true"), Cell(""),
    "", "gold", "黄金", "bronze", "a\0", "a\ud800", "a\tb", "a\u200bb", "x" * 200, "x" * 201, "\u00e9", b"gold",
    Shade("gold"), Shade("P-1"), Level.GOLD, Cell("gold"), Cell("a;b"), Cell("a;;b"), Cell("[]"), Cell(" a ; b "),
    0, -3, 7, 10**59, 10**60 - 1, 10**60, -(10**60), NumberText("1.50"), NumberText("NaN"), NumberText("1e3"),
    Decimal(0), Decimal("-0"), Decimal("0.00"), Decimal("-0.00"), Decimal("1.50"), Decimal("-12.5"), Decimal("-12"),
    Decimal("1E+3"), Decimal("1E-7"), Decimal("1.0E-7"), Decimal("100"), Decimal("100.0"), Decimal("NaN"),
    Decimal("sNaN"), Decimal("NaN123"), Decimal("Infinity"), Decimal("-Infinity"), Decimal("1" * 60), Decimal("1" * 61),
    Decimal("0." + "1" * 60), Decimal("0." + "1" * 61), Decimal("1." + "0" * 59), Decimal("1." + "0" * 60),
    Decimal("1E+59"), Decimal("1E+60"), Decimal("1E+999999"), Exact("1.5"), Exact("2.50"),
    "1250.50", "15 %", "15", "1250.50 CNY", "3 months", "2 years", "4 hours", "87 points", "１２",
    Money(Decimal("1.50"), "CNY"), Money(Decimal("-7"), "CNY"), Money(Decimal("1.50"), "USD"),
    Money(Decimal("Infinity"), "CNY"), Money(Decimal("1" * 61), "CNY"),
    dt.date(2026, 3, 1), "2026-03-01", "2026-02-30", Cell("2026-03-01"), UTC_DAY, UTC_DAY.astimezone(SHANGHAI),
    dt.datetime(2026, 3, 1), dt.datetime(1, 1, 1, tzinfo=SHANGHAI), Later(2026, 3, 1, tzinfo=dt.UTC),
    "2026-03-01T09:00:00+08:00", "2026-03-01T09:00", dt.timedelta(seconds=90), dt.timedelta(-1),
    ["a", "b"], ("a", Shade("b")), ["a", None], ["a", UNKNOWN], ["a", {"unknown": True}], [["a"]], ["a", 1],
    [dt.date(2026, 3, 1), "2026-03-02"], [1, Decimal("1.50"), NumberText("2")], ["P-1", "P-2"], ["P-1", "P-9"], [""],
    {"metric": "uptime"}, [{"metric": "uptime", "limit": 3}], [{"metric": "uptime"}, None], [{"limit": 3}],
    [ContractTarget(metric="uptime", limit=Decimal("99.50"))], (ContractTarget(metric="uptime"), {"metric": "b"}),
    DealParty(partner="P-1", share=Decimal("0.50")), {"partner": "P-1", "share": "5 %"}, {"partner": "P-9"},
    {"partner": UNKNOWN, "role": "source"}, {"share": Decimal(-1)}, {"colour": None}, {"colour": 1}, {"role": 1},
    OrderedDict(role="source"), MappingProxyType({"role": "source"}), Record("deal_party", role="source"),
    Record("partner", id="P-1"), Partner(id="P-1"), {"attributes": {"role": "source"}}, {1: 2},
)  # fmt: skip
"""Every way that a value may be given, of every type, and many ways in which it may not."""

LOGS = {"partners": [{"id": "P-1"}, {"id": "P-2"}]}


READ = [(name, IN_YUAN) for name in TYPES] + [("money", ANY_CURRENCY), ("money", FOREIGN)]


@pytest.mark.parametrize(("name", "schema"), READ)
def test_each_value_of_each_type_is_read_alike(name: str, schema: Schema) -> None:
    for raw in GIVEN:
        deal = Deal.model_construct(id="D-1", customer="C-1", attributes={name: raw})
        ways: list[object] = [
            {"offers": [{"id": "O-1", name: raw}], **LOGS},
            [Record("offer", id="O-1", **{name: raw})],
            {"offers": {"O-1": {f"{name}_none": raw}}},
            [deal],
        ]
        for facts in ways:
            assert outcome(facts, schema) == slowly(facts, schema), repr(raw)


# ------------------------------------------------------------------------------------------------- whole records, facts


class HostDeal(BaseModel):
    """A deal of a host application, which has more in it than the library knows."""

    id: object = None
    customer: object = None
    amount: object = None
    text: object = None
    colour: str = "red"


class Loose(BaseModel):
    """A deal of a host application that takes whatever it is given."""

    model_config = ConfigDict(extra="allow")

    id: object = None
    customer: object = None


class Named(BaseModel):
    """A record of a host application of which the library knows the id alone."""

    id: object = None


class Attributed(HostDeal):
    """A deal of a host application that finds its attributes when it is asked."""

    @property
    def attributes(self) -> dict[str, object]:
        return {"text": "found", "region": "R1"} if self.colour == "blue" else {"text": "found"}


class HouseDeal(Deal):
    """A business record with a field of the host application."""

    colour: str = "red"
    text: str = "of the house"


def _made(kind: type[BaseModel], fields: dict[str, object]) -> BaseModel:
    """A record that nobody has looked at."""
    return kind.model_construct(None, **fields)


KINDS: tuple[type[BaseModel], ...] = (
    Deal,
    Contract,
    Registration,
    Partner,
    HostDeal,
    Loose,
    Named,
    Attributed,
    HouseDeal,
)
FIELDS = ("customer", "partner", "amount", "parties", "text", "money", "sold_by", "targets", "recorded_at", "colour")
IDS = st.sampled_from(["D-1", "D-2", "D-3", "", "a\tb", None, 7, Cell("D-1"), NumberText("1"), UNKNOWN, "x" * 201])
ANY = st.integers(0, len(GIVEN) - 1).map(GIVEN.__getitem__)
SOUND = st.sampled_from(["C-1", "P-1", None, UNKNOWN, Decimal("1.50"), Money(Decimal(2), "CNY"), UTC_DAY])


@st.composite
def records_of_some_kind(draw: st.DrawFn) -> object:
    """A record in any of the ways to give one, mostly sound, in which anything may be wrong."""
    names = draw(st.lists(st.sampled_from(FIELDS), unique=True, max_size=4))
    fields = {name: draw(SOUND | ANY) for name in names}
    if draw(st.integers(0, 3)):
        fields.setdefault("customer", "C-1")
    if draw(st.integers(0, 5)):
        fields["id"] = draw(IDS)
    if not draw(st.integers(0, 3)):
        fields["attributes"] = draw(
            st.sampled_from([{}, {"text": "a"}, {"customer": "C-2"}, {"colour": None}, None, UNKNOWN, 7])
            | st.dictionaries(st.sampled_from(["text", "money", "grade"]), ANY, max_size=2)
        )
    match draw(st.integers(0, 3)):
        case 0:
            return fields
        case 1:
            return Record(draw(st.sampled_from(["deal", "deal", "offer"])), **fields)
        case _:
            return _made(draw(st.sampled_from(KINDS)), fields)


def _id_of(record: object) -> object:
    held = record.fields if isinstance(record, Record) else record
    return held.get("id") if isinstance(held, Mapping) else getattr(record, "id", None)


@given(
    st.lists(records_of_some_kind(), max_size=4),
    st.sampled_from(["loose", "list", "by id"]),
    st.sampled_from([{}, LOGS, {"partners": [], "customers": ["C-1"]}, {"customers": [{"id": "C-1"}]}]),
    st.booleans(),
)
def test_facts_are_read_alike(given: list[object], way: str, others: dict[str, object], foreign: bool) -> None:
    facts: object
    if way == "loose":
        facts = [each for each in given if isinstance(each, Record | BusinessRecord)]
    elif way == "list":
        facts = {"deals": given, **others}
    else:
        listed = (each for each in given if not isinstance(_id_of(each), Cell))  # cells are never listed by id
        facts = {"deals": {f"D-{number}": each for number, each in enumerate(listed)}, **others}
    schema = FOREIGN if foreign else IN_YUAN
    assert outcome(facts, schema) == slowly(facts, schema)


@given(st.data())
def test_generated_records_are_read_alike_and_quickly(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([name for name, row in entity_rows().items() if row.relation is not None]))
    facts = data.draw(st.lists(records(name), max_size=3))
    expected = slowly(facts, ANY_CURRENCY)
    with patch.object(_Binder, "_record", side_effect=AssertionError("read slowly")):
        assert outcome(facts, ANY_CURRENCY) == expected


@pytest.mark.parametrize(
    "facts",
    [
        [Deal(id="D-1", customer="C-1", amount=Money(Decimal("1.50"), "CNY"), attributes={"day": dt.date(2026, 3, 1)})],
        [Record("pledge", id="G-1", grade="gold")],
        {"deals": [{"id": "D-1", "customer": "C-1", "amount": "1.50 CNY", "partner": {"unknown": True}}]},
        {"deals": {"D-1": {"customer": "C-1", "parties": [{"partner": "P-1", "share": "5 %"}], "integer": 7}}},
        {"deals": [HostDeal(id="D-1", customer="C-1", amount=Decimal("1.50"), text="a")]},
        {"deals": [HouseDeal(id="D-1", customer="C-1", closed_at=UTC_DAY.astimezone(SHANGHAI))]},
        {"deals": [{"id": Cell("D-1"), "customer": Cell("C-1"), "texts": Cell("a;b"), "number": Cell("1.50")}]},
        {"deals": [{"id": "D-1", "customer": "C-1", "number": NumberText("1.50"), "attributes": {"text": "a"}}]},
    ],
)
def test_sound_records_take_no_second_reading(facts: object) -> None:
    expected = slowly(facts, IN_YUAN)
    with patch.object(_Binder, "_record", side_effect=AssertionError("read slowly")):
        assert outcome(facts, IN_YUAN) == expected


def test_what_was_never_looked_at_is_looked_at_here() -> None:
    # Pydantic lets records be made without a look at them, and be copied with whatever is put in.
    made = Deal.model_construct(id="D\n1", customer="C-1")
    copied = Deal(id="D-2", customer="C-1").model_copy(update={"customer": 7, "amount": Decimal("NaN")})
    lacking = _made(Deal, {"id": "D-3"})
    with pytest.raises(FactsError) as caught:
        Facts([made, copied, lacking]).bind(IN_YUAN, zone=SHANGHAI)
    assert [(each.record, each.field, each.message) for each in caught.value] == [
        ("#1", "id", "an id has no control characters, such as line ends and tabs"),
        ("D-2", "amount", "`NaN` is not a number that can be computed with"),
        ("D-2", "customer", "expected the id of a record, which is text, got a number"),
        ("D-3", "customer", "has to be given"),
    ]


@pytest.mark.parametrize(
    ("deal", "text"),
    [
        (Attributed(id="D-1", customer="C-1"), "found"),
        (Attributed(id="D-1", customer="C-1", text="own"), "own"),
        (Loose.model_validate({"id": "D-1", "customer": "C-1", "attributes": {"text": "brought"}}), "brought"),
        (HouseDeal(id="D-1", customer="C-1", attributes={"grade": "gold"}), "of the house"),
        (Deal(id="D-1", customer="C-1", attributes={"text": "added"}), "added"),
    ],
)
def test_attributes_are_found_wherever_a_model_has_them(deal: BaseModel, text: str) -> None:
    row = Facts({"deals": [deal]}).bind(IN_YUAN, zone=SHANGHAI).get("deal", "D-1")
    assert row is not None
    assert row.get("text") == text


def test_a_record_of_another_relation_is_refused() -> None:
    with pytest.raises(FactsError) as caught:
        Facts({"deals": [Record("offer", id="D-1", text="a")]}).bind(IN_YUAN, zone=SHANGHAI)
    assert [(each.record, each.message) for each in caught.value] == [("#1", "expected a deal, got a offer")]


class Bare(BaseModel):
    """A deal of a host application in which nothing may be left out."""

    id: str
    customer: str


def test_a_model_that_lacks_a_field_does_not_give_it() -> None:
    with pytest.raises(FactsError) as caught:
        Facts({"deals": [_made(Bare, {"id": "D-1"})]}).bind(IN_YUAN, zone=SHANGHAI)
    assert [(each.record, each.field, each.message) for each in caught.value] == [
        ("D-1", "customer", "has to be given")
    ]


@pytest.mark.parametrize("id", [UNKNOWN, {"unknown": True}, "D-2"])
def test_a_record_that_is_listed_says_no_other_id(id: object) -> None:
    with pytest.raises(FactsError) as caught:
        Facts({"deals": {"D-1": {"id": id, "customer": "C-1"}}}).bind(IN_YUAN, zone=SHANGHAI)
    (problem,) = caught.value
    assert problem.message == "says another id than the record is listed under"


def test_references_are_looked_for_in_parts_and_lists_too() -> None:
    facts = {
        "partners": [{"id": "P-1"}],
        "deals": [
            {"id": "D-1", "customer": "C-1", "parties": [{"partner": "P-1"}, {"partner": "P-8"}]},
            {"id": "D-2", "customer": "C-1", "partners": ["P-1", "P-9"], "partner": UNKNOWN},
        ],
    }
    with pytest.raises(FactsError) as caught:
        Facts(facts).bind(IN_YUAN, zone=SHANGHAI)
    assert [(each.record, each.field, each.message) for each in caught.value] == [
        ("D-1", "parties[2].partner", "refers to `P-8`, and there is no such record in `partners`"),
        ("D-2", "partners", "refers to `P-9`, and there is no such record in `partners`"),
    ]


@given(st.permutations([f"D-{number}" for number in range(6)]))
def test_rows_stand_in_the_order_of_their_ids(ids: list[str]) -> None:
    facts = Facts([Deal(id=id, customer="C-1") for id in ids])
    rows = facts.bind(IN_YUAN, zone=SHANGHAI).relation("deal")
    assert [row.id for row in rows] == ["D-0", "D-1", "D-2", "D-3", "D-4", "D-5"]
