"""Facts that are wrong are refused with relation, record, field and a way out, all of them at once."""

import datetime as dt
from decimal import Decimal

import pytest

from partnerrules.diagnostics import FactsError
from partnerrules.domain.customers import Customer
from partnerrules.facts import Facts, Record
from partnerrules.quantities import MONTHS
from partnerrules.schema.entities import core_schema
from partnerrules.schema.types import Field, Quantity

MONTHS_HELP = "write a number and a unit, one of month, months, quarter, quarters, year, years"
OFFSET_HELP = "add its offset, as in `2026-03-01T09:00:00+08:00`"
SCHEMA = core_schema().extended(own_fields={"partner": [Field("tenure", Quantity(MONTHS))]}).with_currency("CNY")


def problems(facts: object) -> list[str]:
    with pytest.raises(FactsError) as caught:
        Facts(facts).bind(SCHEMA, zone=dt.UTC)  # type: ignore[arg-type]
    return [str(problem).replace("\n help:", " >>") for problem in caught.value]


def problem(entity: str, **fields: object) -> str:
    (found,) = problems({SCHEMA.entities[entity].relation: {"X": fields}})
    return found


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"legal_name": 17}, "expected text, got a number >> put it in quotes"),
        ({"legal_name": ["a"]}, "expected text, got a list"),
        ({"legal_name": "a\ud800"}, "text has no NUL and no halves of characters"),
        (
            {"admitted_on": "2026-02-30"},
            "`2026-02-30` is not in the calendar >> give a day that the month has",
        ),
        (
            {"admitted_on": "01.03.2026"},
            "`01.03.2026` is not a date >> write year, month and day, as in `2026-03-01`",
        ),
        (
            {"admitted_on": "2026-03-01T00:00:00+08:00"},
            "expected a date, got an instant >> give the civil date, without a time",
        ),
        (
            {"admitted_on": dt.datetime(2026, 3, 1, tzinfo=dt.UTC)},
            "expected a date, got an instant >> give the civil date, without a time",
        ),
        (
            {"recorded_at": "2026-03-01T09:00:00"},
            f"`2026-03-01T09:00:00` is naive: an instant needs its offset >> {OFFSET_HELP}",
        ),
        (
            {"recorded_at": dt.datetime(2026, 3, 1)},
            f"an instant needs its offset, this one is naive >> {OFFSET_HELP}",
        ),
        (
            {"recorded_at": "2026-02-30T09:00:00Z"},
            "`2026-02-30` is not in the calendar >> give a day that the month has",
        ),
        ({"recorded_at": "2026-03-01T25:00:00Z"}, "`2026-03-01T25:00:00Z` is not a time of day with an offset"),
        ({"recorded_at": "0001-01-01T00:00:00+08:00"}, "an instant is between the years 1 and 9999, in UTC too"),
        ({"recorded_at": "9999-12-31T23:59:59-00:01"}, "an instant is between the years 1 and 9999, in UTC too"),
        ({"recorded_at": True}, "expected an instant, got true or false"),
        ({"industries": True}, "expected a list, got true or false >> write it in brackets: `[a, b]`"),
        (
            {"admitted_on": "20260301"},
            "`20260301` is not a date >> write year, month and day, as in `2026-03-01`",
        ),
        ({"industries": "energy"}, "expected a list, got text >> write it in brackets: `[a, b]`"),
        ({"checks": "good"}, "expected the fields of `checks`, got text"),
        (
            {"tenure": 3},
            f"expected months: a number needs its unit here >> {MONTHS_HELP}",
        ),
        (
            {"tenure": "90 days"},
            f"expected months: `days` measures something else >> {MONTHS_HELP}",
        ),
    ],
)
def test_a_value_of_another_type_is_refused(fields: dict[str, object], said: str) -> None:
    (field,) = fields
    assert problem("partner", **fields) == f"partners X, {field}: {said}"


EXACT = "write an amount such as `1250.50 CNY`, without separators"


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (12.5, f"a binary float is not exact: write it as text or Decimal >> {EXACT}"),
        (float("nan"), f"a binary float is not exact: write it as text or Decimal >> {EXACT}"),
        (Decimal("Infinity"), f"`Infinity` is not a number that can be computed with >> {EXACT}"),
        (True, f"expected a number, got true or false >> {EXACT}"),
        ("1,000.00", f"`1,000.00` is not a number >> {EXACT}"),
        ("１２", f"`１２` is not a number >> {EXACT}"),
        pytest.param(
            "9" * 100_000,
            f"a number has at most 60 digits, this one has 100000 characters >> {EXACT}",
            id="a hundred thousand digits",
        ),
        ("1e9999", f"a number has at most 60 digits before and after the point together >> {EXACT}"),
        ("5 RMB", f"`RMB` is not an ISO 4217 currency code >> {EXACT}"),
        ("100 USD", "expected money in CNY, got money in USD >> convert it to CNY before it is given"),
    ],
)
def test_money_that_cannot_be_counted_on_is_refused(amount: object, said: str) -> None:
    assert problem("deal", customer="C-1", amount=amount) == f"deals X, amount: {said}"


def test_an_amount_without_currency_is_refused_where_none_is_declared() -> None:
    with pytest.raises(FactsError, match="an amount needs its currency here"):
        Facts({"deals": {"D-1": {"customer": "C-1", "amount": 5}}}).bind(core_schema(), zone=dt.UTC)


def test_a_word_that_is_no_value_gets_the_near_one() -> None:
    said = problem("transaction", partner="P-1", kind="invoise")
    assert said == "transactions X, kind: `invoise` is not one of its values >> did you mean `invoice`?"


def test_text_is_not_taken_for_true_or_false() -> None:
    said = problem("customer", key_account="yes")
    assert said == "customers X, key_account: expected true or false, got `yes` >> write `true` or `false`"


def test_unknown_relations_and_fields_get_the_near_name() -> None:
    assert problems({"partnerz": [], "person": [], "deals": {"D-1": {"customer": "C-1", "amonut": "1"}}}) == [
        "deals D-1, amonut: there is no such field in `deal` >> did you mean `amount`?",
        "partnerz: there is no such relation >> did you mean `partners`?",
        "person: there is no such relation >> its relation is called `people`",
    ]


def test_a_way_back_is_not_given_as_a_field() -> None:
    said = problem("partner", people=["H-1"])
    help = "it is found through the field `partner` of `people`"
    assert said == f"partners X, people: there is no such field in `partner` >> {help}"


@pytest.mark.parametrize("customer", [None, {"unknown": True}])
def test_what_is_required_has_to_be_known(customer: object) -> None:
    assert problem("deal", customer=customer) == "deals X, customer: has to be given"
    assert problem("deal") == "deals X, customer: has to be given"


def test_records_need_ids_of_text() -> None:
    assert problems({"partners": [{"legal_name": "a"}, {"id": 17}, {"id": "a\nb"}, {"id": ""}]}) == [
        "partners #1, id: has to be given >> every record needs an id",
        "partners #2, id: expected the id of a record, which is text, got a number >> put it in quotes",
        "partners #3, id: an id has no control characters, such as line ends and tabs",
        "partners #4, id: an id has 1 to 200 characters, this one has 0",
    ]


def test_a_record_says_the_id_that_it_is_listed_under() -> None:
    said = problems({"partners": {"P-1": {"id": "P-2"}}})
    assert said == ["partners P-1, id: says another id than the record is listed under"]


@pytest.mark.parametrize(
    ("relation", "said"),
    [
        (None, "partners: expected records >> give a list of records, `[]` if there are none"),
        ("P-1", "partners: expected records >> give a list of records, `[]` if there are none"),
        (["P-1"], "partners #1: expected a record, got text"),
        ([Customer(id="C-1")], "partners #1: expected a partner, got a customer"),
        ([Record("visit", id="V-1")], "partners #1: expected a partner, got a visit"),
    ],
)
def test_a_relation_has_records_of_its_own_kind(relation: object, said: str) -> None:
    assert problems({"partners": relation}) == [said]


def test_loose_records_of_an_unknown_kind_are_refused() -> None:
    assert problems([Record("vist", id="V-1")])[0].startswith("vist: there is no such relation")


def test_two_records_of_one_id_are_refused() -> None:
    partners = [{"id": "P-1", "legal_name": "a", "kind": "isv"}, {"id": "P-1", "legal_name": "b", "kind": "isv"}]
    assert problems({"partners": partners}) == ["partners P-1: two records have this id and differ in `legal_name`"]


def test_a_reference_to_nobody_is_refused_where_all_are_given() -> None:
    help = "`partners` is given as complete: add the record there, or correct the id"
    said = problems(
        {
            "partners": {"P-1": {}},
            "people": {"H-1": {"partner": "P-1"}, "H-2": {"partner": "P-2"}},
            "customers": {"C-1": {"choices": [{"partner": "P-1"}, {"partner": "P-3"}]}},
        }
    )
    assert said == [
        f"customers C-1, choices[2].partner: refers to `P-3`, and there is no such record in `partners` >> {help}",
        f"people H-2, partner: refers to `P-2`, and there is no such record in `partners` >> {help}",
    ]


def test_a_refused_record_is_still_there_to_refer_to() -> None:
    said = problems({"partners": {"P-1": {"admitted_on": "soon"}}, "people": {"H-1": {"partner": "P-1"}}})
    assert len(said) == 1


def test_what_can_never_be_true_is_refused_in_files_as_well() -> None:
    assert problem("person", partner="P-1", employed_from="2026-03-01", employed_to="2026-03-01") == (
        "people X, employed_to: `employed_to` is the same as `employed_from`, so that it would hold at no time"
    )
    assert problem("deal", customer="C-1", parties=[{"share": "50 %"}, {"share": "-50 %"}]) == (
        "deals X, parties[2].share: `share` is negative"
    )
    assert problem("contract", notice="-1 days") == "contracts X, notice: `notice` is negative"
    assert problem("violation", partner="P-1", level=0) == "violations X, level: `level` is less than 1"


def test_lists_have_no_empty_places() -> None:
    said = problem("partner", tags=["a", None])
    assert said == "partners X, tags[2]: a list has no empty places >> leave it out"


def test_a_field_of_a_part_is_named_by_its_path() -> None:
    assert problems({"partners": {"X": {"checks": {"legal": "maybe", "leagl": True}}}}) == [
        "partners X, checks.leagl: there is no such field in `checks` >> did you mean `legal`?",
        "partners X, checks.legal: expected true or false, got `maybe` >> write `true` or `false`",
    ]


def test_facts_that_are_wrong_throughout_stop_early() -> None:
    with pytest.raises(FactsError) as caught:
        Facts({"partners": [{} for _ in range(20_000)]}).bind(SCHEMA, zone=dt.UTC)
    assert len(caught.value.problems) == 10_000
    assert str(caught.value).endswith("... and 9900 more")
