"""Commission over several versions: each document is paid by its own, and ladders and shared caps go on."""

import datetime as dt
from pathlib import Path

import pytest
from tests.policies.commissions import BASIC, Document, amounts, credit, invoice
from tests.support import SHANGHAI, in_folder

from partnerrules import Decision, Facts, load

VERSION = """\
ruleset: trial
version: "{name}"
in_force: {in_force}
currency: CNY
timezone: Asia/Shanghai
facts: {{transaction: {{signed_on: date}}}}
commission:
  sales:
"""
LATER = dt.datetime(2027, 2, 1, tzinfo=SHANGHAI)
FIRST, SECOND = "2026-01-01 .. 2026-07-01", "2026-07-01 .. 2027-01-01"


def over(folder: Path, versions: dict[str, str], documents: dict[str, Document]) -> Decision:
    """What documents earn under versions, each with the days on which it is in force and the lines of its policy."""
    files = {
        f"{number}/ruleset.yaml": VERSION.format(name=number, in_force=in_force)
        + BASIC
        + "".join(f"    {line}\n" for line in lines.strip("\n").splitlines())
        for number, (in_force, lines) in enumerate(versions.items(), start=1)
    }
    facts = {"partners": {"P": {}, "Q": {}}, "customers": {"C": {}}, "products": {}, "transactions": documents}
    return load(in_folder(files, folder)).decide(Facts(facts), as_of=LATER)


def ladder(shape: str, lower: int, upper: int) -> str:
    return f"""
rate:
  ladder: {shape}
  over: year
  per: transaction.partner
  bands:
    - {{from: 0 CNY, rate: {lower} %}}
    - {{from: 1000 CNY, rate: {upper} %}}
"""


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        # From 800 to 1300: 200 at 4 % and 300 at 8 %.
        pytest.param("marginal", {"T-1": "40.00 CNY", "T-2": "32.00 CNY"}, id="E62-marginal"),
        # 8 % of 1300 less 4 % of 800.
        pytest.param("whole", {"T-1": "40.00 CNY", "T-2": "72.00 CNY"}, id="E62-whole"),
    ],
)
def test_a_document_climbs_from_where_earlier_versions_left_off(
    tmp_path: Path, shape: str, expected: dict[str, str]
) -> None:
    documents = {"T-1": invoice("800", "2026-03-01"), "T-2": invoice("500", "2026-08-01")}
    decision = over(tmp_path, {FIRST: ladder(shape, 5, 10), SECOND: ladder(shape, 4, 8)}, documents)
    assert amounts(decision) == expected
    assert [each.basis.version for each in decision["sales"].values()] == ["1", "2"]


def test_e62_what_is_signed_before_a_new_version_keeps_its_rate_and_counts_in_its_ladder(tmp_path: Path) -> None:
    dated = "reference_date: transaction.signed_on\n"
    documents = {
        "T-1": invoice("800", "2026-08-01", signed_on="2026-06-30"),
        "T-2": invoice("500", "2026-08-02", signed_on="2026-07-01"),
        "T-3": invoice("100", "2026-08-03", signed_on="2026-06-30"),
    }
    decision = over(
        tmp_path, {FIRST: dated + ladder("marginal", 5, 10), SECOND: dated + ladder("marginal", 4, 8)}, documents
    )
    # The third one is paid at 10 %, as 1300 were sold before it, whichever version paid for that.
    assert amounts(decision) == {"T-1": "40.00 CNY", "T-2": "32.00 CNY", "T-3": "10.00 CNY"}
    assert [each.basis.version for each in decision["sales"].values()] == ["1", "2", "1"]


def test_a_version_that_came_between_goes_on_as_well(tmp_path: Path) -> None:
    versions = {
        "2026-01-01 .. 2026-04-01": ladder("marginal", 5, 10),
        "2026-04-01 .. 2026-07-01": ladder("marginal", 4, 8),
        "2026-07-01 ..": ladder("marginal", 3, 6),
    }
    documents = {
        "T-1": invoice("600", "2026-03-01"),
        "T-2": invoice("600", "2026-05-01"),
        "T-3": invoice("600", "2026-08-01"),
        "T-4": invoice("600", "2027-01-01"),
    }
    found = amounts(over(tmp_path, versions, documents))
    # 600 at 5 %; 400 at 4 % and 200 at 8 %; all at 6 %; a new year.
    assert found == {"T-1": "30.00 CNY", "T-2": "32.00 CNY", "T-3": "36.00 CNY", "T-4": "18.00 CNY"}


def test_what_a_document_takes_from_a_shared_cap_is_what_its_own_version_gives_it(tmp_path: Path) -> None:
    cap = "cap: {amount: 100 CNY, per: [year]}\n"
    documents = {"T-1": invoice("800", "2026-03-01"), "T-2": invoice("1000", "2026-08-01")}
    found = amounts(over(tmp_path, {FIRST: cap + "rate: 10 %", SECOND: cap + "rate: 5 %"}, documents))
    # 80 of the 100 are gone; at 5 % the first one would have taken 40 and left enough for the second.
    assert found == {"T-1": "80.00 CNY", "T-2": "20.00 CNY"}


def test_a_refund_under_an_earlier_version_gives_back_what_later_documents_left_over(tmp_path: Path) -> None:
    cap = "cap: {amount: 500 CNY, per: [year]}\nrate: 10 %"
    documents = {
        "T-1": invoice("4000", "2026-03-01"),
        "T-2": invoice("4000", "2026-08-01"),
        "T-3": credit("-4000", "T-1", "2026-09-01"),
    }
    decision = over(tmp_path, {FIRST: cap, SECOND: cap}, documents)
    # 400, the 100 that are left, and of 800 that were earned 400 stay: 100 of the 500 go back.
    assert amounts(decision) == {"T-1": "400.00 CNY", "T-2": "100.00 CNY", "T-3": "-100.00 CNY"}
    assert [each.basis.version for each in decision["sales"].values()] == ["1", "2", "1"]


def test_a_document_that_the_version_of_its_day_refuses_takes_nothing_from_a_cap(tmp_path: Path) -> None:
    cap = "cap: {amount: 100 CNY, per: [year]}\n"
    documents = {"T-1": invoice("800", "2026-03-01"), "T-2": invoice("1000", "2026-08-01")}
    refusing = (
        cap + "rate: {specific_by: {partner: transaction.partner.id}, rows: [{id: q, partner: '\"Q\"', rate: 9 %}]}"
    )
    found = amounts(over(tmp_path, {FIRST: refusing, SECOND: cap + "rate: 5 %"}, documents))
    assert found == {"T-1": "refused: no_rate", "T-2": "50.00 CNY"}


def test_a_document_of_which_the_policy_of_its_day_is_not_about_is_nothing_to_correct(tmp_path: Path) -> None:
    dated = "reference_date: transaction.date\nrate: 10 %\n"
    documents = {"T-1": invoice("800", "2026-03-01"), "T-2": credit("-800", "T-1", "2026-08-01")}
    versions = {FIRST: dated + "when: transaction.net_amount > 1000 CNY", SECOND: dated}
    found = over(tmp_path, versions, documents)["sales"]
    assert list(found) == ["T-2"]
    assert found["T-2"].summary()["reason"] == "original_elsewhere"


def test_documents_that_no_version_answers_for_do_not_climb(tmp_path: Path) -> None:
    versions = {"2026-02-01 .. 2026-07-01": ladder("marginal", 5, 10), SECOND: ladder("marginal", 4, 8)}
    documents = {
        "T-1": invoice("900", "2026-01-31"),
        "T-2": invoice("900", "2026-02-01"),
        "T-3": invoice("100", "2026-08-01"),
    }
    decision = over(tmp_path, versions, documents)
    assert decision["sales"]["T-1"].outcome == "no_policy_in_force"
    assert [str(decision["sales"][id].summary()["amount"]) for id in ("T-2", "T-3")] == ["45.00 CNY", "4.00 CNY"]


def test_an_unknown_base_under_an_earlier_version_leaves_the_ladder_in_doubt(tmp_path: Path) -> None:
    documents = {"T-1": invoice(None, "2026-03-01"), "T-2": invoice("500", "2026-08-01")}
    decision = over(tmp_path, {FIRST: ladder("marginal", 5, 10), SECOND: ladder("marginal", 4, 8)}, documents)
    assert decision["sales"]["T-2"].outcome == "undetermined"
    assert decision["sales"]["T-2"].summary()["missing"] == ["transactions T-1 net_amount"]


def test_one_document_can_be_asked_for_alone(tmp_path: Path) -> None:
    documents = {"T-1": invoice("800", "2026-03-01"), "T-2": invoice("500", "2026-08-01")}
    files = {
        f"{number}/ruleset.yaml": VERSION.format(name=number, in_force=in_force)
        + BASIC
        + "".join(f"    {line}\n" for line in ladder("marginal", 5, 10).strip("\n").splitlines())
        for number, in_force in enumerate((FIRST, SECOND), start=1)
    }
    facts = {"partners": {"P": {}}, "customers": {"C": {}}, "products": {}, "transactions": documents}
    found = load(in_folder(files, tmp_path)).decide(Facts(facts), as_of=LATER, subjects=["T-2"])
    assert amounts(found) == {"T-2": "40.00 CNY"}  # 200 at 5 % and 300 at 10 %


def capped(rate: int, *caps: tuple[int, str], own: int | None = None) -> str:
    """A rate with shared caps, each of an amount and a period, and the cap of each document."""
    written = [f"{{amount: {amount} CNY, per: [transaction.partner, {period}]}}" for amount, period in caps]
    if own is not None:
        written.append(f"{{amount: {own} CNY}}")
    key = f"caps: [{', '.join(written)}]" if len(written) > 1 else f"cap: {written[0]}" if written else ""
    return f"rate: {rate} %\n{key}"


@pytest.mark.parametrize(
    ("first", "second", "spring", "expected"),
    [
        # What its own version left of a document is gone from the caps of the next one, no more and no less.
        pytest.param(capped(10, (50, "year")), capped(5, (100, "year")), ["800"], ["50", "50"], id="higher"),
        pytest.param(capped(10, (100, "year")), capped(5, (50, "year")), ["800"], ["80", "0"], id="lower"),
        pytest.param(capped(10), capped(5, (100, "year")), ["800"], ["80", "20"], id="new"),
        pytest.param(capped(10, own=50), capped(5, (100, "year")), ["800"], ["50", "50"], id="of-each-document-before"),
        pytest.param(
            capped(10, (50, "month")), capped(5, (100, "year")), ["800", "700"], ["50", "50", "0"], id="longer-period"
        ),
        pytest.param(
            capped(10, (50, "month"), (70, "year")), capped(5, (100, "year")), ["800", "700"], ["50", "20", "30"],
            id="nested-before",
        ),
        pytest.param(
            capped(10, (60, "year")), capped(5, (50, "month"), (100, "year")), ["800"], ["60", "40"], id="nested-after"
        ),
    ],
)  # fmt: skip
def test_caps_that_differ_between_versions_take_what_was_paid(
    tmp_path: Path, first: str, second: str, spring: list[str], expected: list[str]
) -> None:
    documents = {f"T-{number}": invoice(each, f"2026-0{number + 2}-10") for number, each in enumerate(spring, start=1)}
    documents["T-9"] = invoice("2000", "2026-08-01")
    found = amounts(over(tmp_path, {FIRST: first, SECOND: second}, documents))
    assert list(found.values()) == [f"{each}.00 CNY" for each in expected]


def test_a_cap_that_a_parameter_raises_takes_what_was_paid(tmp_path: Path) -> None:
    lines = "rate: 10 %\ncap: {amount: most, per: [transaction.partner, year]}"
    files = {
        f"{number}/ruleset.yaml": VERSION.format(name=number, in_force=in_force)
        + BASIC
        + "".join(f"    {line}\n" for line in lines.splitlines())
        + f"parameters: {{most: {{value: {most} CNY}}}}\n"
        for number, (in_force, most) in enumerate({FIRST: 50, SECOND: 100}.items(), start=1)
    }
    facts = {
        "partners": {"P": {}},
        "customers": {"C": {}},
        "products": {},
        "transactions": {"T-1": invoice("800", "2026-03-10"), "T-2": invoice("2000", "2026-08-01")},
    }
    found = load(in_folder(files, tmp_path)).decide(Facts(facts), as_of=LATER)
    assert amounts(found) == {"T-1": "50.00 CNY", "T-2": "50.00 CNY"}


def test_a_refund_of_before_gives_back_what_was_paid_where_caps_differ(tmp_path: Path) -> None:
    documents = {
        "T-1": invoice("800", "2026-03-10"),
        "T-2": credit("-400", "T-1", "2026-04-01"),
        "T-3": invoice("2000", "2026-08-01"),
    }
    versions = {FIRST: capped(10, (50, "year")), SECOND: capped(5, (100, "year"))}
    found = amounts(over(tmp_path, versions, documents))
    assert found == {"T-1": "50.00 CNY", "T-2": "-10.00 CNY", "T-3": "60.00 CNY"}
