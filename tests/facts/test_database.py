"""A database looks records up by id and by field, and says which of them were to be seen at an instant."""

import datetime as dt

import pytest

from partnerrules.facts import Database, Facts, Row
from partnerrules.schema.entities import core_schema
from partnerrules.schema.missing import Unknown

AS_OF = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
TODAY = dt.date(2026, 3, 1)


def read(**relations: dict[str, dict[str, object]]) -> Database:
    return Facts(relations).bind(core_schema(), zone=dt.UTC)


def seen(relation: str, **fields: object) -> bool | Unknown:
    database = read(**{relation: {"X-1": {"partner": "P-1", **fields}}})
    row = database.relation(core_schema().relation(relation).name)[0]
    return row.visible(AS_OF, TODAY)


def test_records_are_found_by_what_they_refer_to() -> None:
    database = read(
        transactions={
            "T-3": {"partner": "P-1", "customer": "C-1"},
            "T-1": {"partner": "P-1", "customer": "C-1"},
            "T-2": {"partner": "P-1"},
            "T-4": {"partner": "P-1", "customer": "C-2"},
        }
    )
    assert [row.id for row in database.matching("transaction", "customer", "C-1")] == ["T-1", "T-3"]
    assert database.matching("transaction", "customer", "C-9") == ()
    # Of T-2 nobody knows the customer: it may be any.
    assert [row.id for row in database.undetermined("transaction", "customer")] == ["T-2"]
    assert database.undetermined("transaction", "deal") == ()
    assert len(database.matching("transaction", "deal", None)) == 4


def test_a_field_that_there_is_not_is_an_error_of_the_caller() -> None:
    row = read(partners={"P-1": {}}).relation("partner")[0]
    with pytest.raises(KeyError):
        row.get("colour")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"date": "2026-03-01"}, True),
        ({"date": "2026-03-02"}, False),
        ({"date": "2026-02-01", "recorded_at": "2026-03-01T09:00:00Z"}, True),
        ({"date": "2026-02-01", "recorded_at": "2026-03-01T09:00:01Z"}, False),
    ],
)
def test_events_dated_or_recorded_later_are_not_seen(fields: dict[str, object], expected: bool) -> None:
    assert seen("transactions", **fields) is expected


def test_an_event_with_an_instant_is_seen_from_that_instant_on() -> None:
    assert seen("registrations", customer="C-1", submitted_at="2026-03-01T09:00:00Z") is True
    assert seen("registrations", customer="C-1", submitted_at="2026-03-01T09:00:00.000001Z") is False


def test_a_record_of_unknown_entry_may_or_may_not_be_seen() -> None:
    unknown = Unknown.because("field", "transactions", "X-1", "recorded_at")
    assert seen("transactions", recorded_at={"unknown": True}, date="2026-03-01") == unknown
    assert seen("transactions") == Unknown.because("field", "transactions", "X-1", "date")
    assert seen("transactions", recorded_at={"unknown": True}, date="2026-03-02") is False


def test_two_instants_that_the_clocks_show_alike_are_two() -> None:
    # In Berlin it is 02:30 twice on 2025-10-25/26; Python would call them equal if both were kept in that zone.
    database = read(
        registrations={
            "R-1": {"partner": "P-1", "customer": "C-1", "submitted_at": "2025-10-26T02:30:00+02:00"},
            "R-2": {"partner": "P-1", "customer": "C-1", "submitted_at": "2025-10-26T02:30:00+01:00"},
        }
    )
    first, second = (row.get("submitted_at") for row in database.relation("registration"))
    assert isinstance(first, dt.datetime)
    assert isinstance(second, dt.datetime)
    assert second - first == dt.timedelta(hours=1)


def test_rows_are_equal_by_content() -> None:
    one, same = (read(partners={"P-1": {"legal_name": "a"}}).relation("partner")[0] for _ in range(2))
    other = read(partners={"P-1": {"legal_name": "b"}}).relation("partner")[0]
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert isinstance(one, Row)
    assert repr(one) == "Row(partner P-1)"
