"""Caps and floors that hang on the document, and several caps at once."""

import datetime as dt
from collections.abc import Mapping

import pytest
from tests.policies.commissions import (
    SPLIT,
    WHOLE_HEAD,
    Document,
    amounts,
    credit,
    decided,
    invoice,
    policy,
    results,
    shares,
)
from tests.support import HEAD, SHANGHAI, codes, diagnostics

LATER = dt.datetime(2027, 6, 1, 9, tzinfo=SHANGHAI)

TEN = "rate: 10 %"
GRADES = """
facts: {partner: {grade_now: "enum [gold, silver]"}, transaction: {most: money(CNY), least: money(CNY)}}
"""
BY_GRADE = 'if transaction.partner.grade_now = "gold" then 100 CNY else 50 CNY'
PARTNERS: Mapping[str, object] = {"partners": {"P": {"grade_now": "gold"}, "Q": {"grade_now": "silver"}, "R": {}}}


def earned(lines: str, documents: Mapping[str, Document]) -> list[str]:
    decision = decided(policy(lines, before=GRADES), documents, PARTNERS, as_of=LATER)
    return [amount.removesuffix(" CNY") for amount in amounts(decision).values()]


@pytest.mark.parametrize(
    ("lines", "more", "expected"),
    [
        ("cap: {amount: transaction.most}", {"most": "40"}, "40.00"),
        ("cap: {amount: transaction.most}", {"most": "0"}, "0.00"),
        ("cap: {amount: transaction.most}", {"most": "-1"}, "refused: negative_limit"),
        ("cap: {amount: transaction.most}", {}, "unknown"),
        ("floor: {amount: transaction.least}", {"least": "140"}, "140.00"),
        ("floor: {amount: transaction.least}", {"least": "-0.01"}, "refused: negative_limit"),
        # The cap has the last word.
        ("floor: {amount: transaction.least}\ncap: {amount: transaction.most}", {"least": "90", "most": "40"}, "40.00"),
        ("caps: [{amount: transaction.most}, {amount: 70 CNY}]", {"most": "40"}, "40.00"),
        ("caps: [{amount: transaction.most}, {amount: 70 CNY}]", {"most": "90"}, "70.00"),
    ],
)
def test_a_limit_may_be_computed_from_the_document(lines: str, more: Mapping[str, object], expected: str) -> None:
    assert earned(f"{TEN}\n{lines}", {"T-1": {**invoice("1000"), **more}}) == [expected]


def test_a_cap_by_grade() -> None:
    documents = {id: invoice("800", partner=id) for id in "PQR"}
    assert earned(f"{TEN}\ncap: {{amount: '{BY_GRADE}'}}", documents) == ["80.00", "50.00", "unknown"]


def test_a_cap_matters_only_where_it_may_cut() -> None:
    documents = {"T-1": invoice("0"), "T-2": invoice("10")}
    assert earned(f"{TEN}\ncap: {{amount: transaction.most}}", documents) == ["0.00", "unknown"]


def test_e31_a_correction_is_cut_by_the_cap_of_its_original() -> None:
    documents = {
        "T-1": invoice("1000", most="60"),
        "T-2": credit("-300", "T-1", "2026-01-20", most="5"),  # 70 are left: still 60
        "T-3": credit("-300", "T-1", "2026-01-21"),
        "T-4": credit("-400", "T-1", "2026-01-22", most="-5"),
    }
    assert earned(f"{TEN}\ncap: {{amount: transaction.most}}", documents) == ["60.00", "0.00", "-20.00", "-40.00"]


def test_a_shared_cap_may_hang_on_what_its_documents_share() -> None:
    lines = f"{TEN}\ncap: {{amount: '{BY_GRADE}', per: [transaction.partner, month]}}"
    documents = {
        "T-1": invoice("800", "2026-01-10"),
        "T-2": invoice("800", "2026-01-11"),
        "T-3": invoice("800", "2026-01-12", partner="Q"),
        "T-4": invoice("800", "2026-02-10"),
    }
    assert earned(lines, documents) == ["80.00", "20.00", "50.00", "80.00"]


FEBRUARY = "if start of month(transaction.date) >= 2026-02-01 then 30 CNY else 20 CNY"


def two(*caps: str) -> str:
    return TEN + "\ncaps:\n" + "".join(f"  - {each}\n" for each in caps)


MONTHLY = "{amount: 100 CNY, per: [transaction.customer, month]}"
YEARLY = "{amount: 250 CNY, per: [transaction.partner, year]}"


@pytest.mark.parametrize("caps", [(MONTHLY, YEARLY), (YEARLY, MONTHLY)], ids=["E38-narrow-first", "E38-wide-first"])
def test_e38_several_caps_all_count(caps: tuple[str, str]) -> None:
    documents = {
        "T-1": invoice("800", "2026-01-05"),
        "T-2": invoice("800", "2026-01-06"),  # 20 are left of the month
        "T-3": invoice("1200", "2026-01-07", customer="D"),  # 100 of the month of D
        "T-4": invoice("800", "2026-02-05"),  # 50 are left of the year
        "T-5": invoice("800", "2026-02-06", customer="D"),  # nothing
        "T-6": invoice("800", "2027-01-01"),  # another year, another month
    }
    assert earned(two(*caps), documents) == ["80.00", "20.00", "100.00", "50.00", "0.00", "80.00"]


def test_e31_what_a_correction_frees_goes_to_what_was_cut() -> None:
    documents = {
        "T-1": invoice("800", "2026-01-05"),
        "T-2": invoice("800", "2026-01-06"),
        "T-3": invoice("1200", "2026-01-07", customer="D"),
        "T-4": invoice("800", "2026-02-05"),
        "T-5": credit("-800", "T-1", "2026-03-01"),  # January of C: 80. The year: 260, cut to 250
        "T-6": credit("-400", "T-2", "2026-03-02"),  # 40 + 100 + 80
        "T-7": credit("-1200", "T-3", "2026-03-03"),
        "T-8": credit("-800", "T-4", "2026-03-04"),
        "T-9": credit("-400", "T-2", "2026-03-05"),
    }
    found = earned(two(MONTHLY, YEARLY), documents)
    assert found == ["80.00", "20.00", "100.00", "50.00", "0.00", "-30.00", "-100.00", "-80.00", "-40.00"]


def test_a_cap_of_the_document_comes_before_one_that_is_shared() -> None:
    documents = {f"T-{day}": invoice("800", f"2026-01-0{day}") for day in range(1, 5)}
    caps = two("{amount: 130 CNY, per: [month]}", "{amount: 50 CNY}")
    assert earned(caps, documents) == ["50.00", "50.00", "30.00", "0.00"]


@pytest.mark.parametrize(
    ("starts", "narrow", "wide"),
    [
        ("01-01", "month", "fiscal quarter"),
        ("01-01", "quarter", "fiscal year"),
        ("01-01", "fiscal quarter", "year"),
        ("01-01", "year", "fiscal year"),
        ("01-01", "fiscal year", "year"),
        ("02-01", "month", "fiscal quarter"),
        ("02-01", "month", "fiscal year"),
        ("04-01", "quarter", "fiscal quarter"),
        ("04-01", "quarter", "fiscal year"),
        ("04-01", "fiscal quarter", "year"),
        ("04-06", "fiscal quarter", "fiscal year"),
        ("04-06", "day", "fiscal year"),
    ],
)
def test_periods_that_lie_within_those_of_a_fiscal_year(starts: str, narrow: str, wide: str) -> None:
    assert _of_periods(starts, narrow, wide) == []


@pytest.mark.parametrize(
    ("starts", "narrow", "wide"),
    [
        ("04-06", "month", "fiscal year"),
        ("04-06", "quarter", "fiscal year"),
        ("02-01", "quarter", "fiscal year"),
        ("02-01", "fiscal quarter", "year"),
        ("04-01", "year", "fiscal year"),
        ("04-01", "fiscal year", "year"),
        ("01-01", "week", "fiscal year"),
    ],
)
def test_periods_that_overlap_those_of_a_fiscal_year_in_part(starts: str, narrow: str, wide: str) -> None:
    assert _of_periods(starts, narrow, wide) == ["unsuited-cap"]


def _of_periods(starts: str, narrow: str, wide: str) -> list[str]:
    caps = two(f"{{amount: 50 CNY, per: [{narrow}]}}", f"{{amount: 90 CNY, per: [{wide}]}}")
    return codes(policy(caps), head=f'{HEAD}calendar: {{fiscal_year_starts: "{starts}"}}\n')


def test_a_month_and_its_fiscal_year_share_caps() -> None:
    caps = two("{amount: 50 CNY, per: [month]}", "{amount: 90 CNY, per: [fiscal year]}")
    days = ("2026-01-10", "2026-02-10", "2026-03-10", "2026-04-10")
    documents = {f"T-{number}": invoice("800", day) for number, day in enumerate(days)}
    head = f'{WHOLE_HEAD}calendar: {{fiscal_year_starts: "04-01"}}\n'
    found = amounts(decided(policy(caps), documents, head=head, as_of=LATER))
    assert list(found.values()) == ["50.00 CNY", "40.00 CNY", "0.00 CNY", "50.00 CNY"]


@pytest.mark.parametrize(
    ("lines", "base", "expected"),
    [
        (f"{TEN}\ncap: {{amount: 33.335 CNY}}", "1000", "33.34"),
        (f"{TEN}\ncap: {{amount: 33.334 CNY}}", "1000", "33.33"),
        (f"{TEN}\nround: 0\ncap: {{amount: 33.50 CNY}}", "1000", "34.00"),
        (f"{TEN}\ncap: {{amount: '3.333 % * transaction.net_amount'}}", "99.99", "3.33"),  # 3.3326667
        ("rate: 0.1 %\nfloor: {amount: '1.005 % * transaction.net_amount'}", "99.99", "1.00"),  # 1.0048995
        (f"{TEN}\ncap: {{amount: 'transaction.net_amount / 7', per: [transaction.net_amount]}}", "100", "10.00"),
        ("rate: 20 %\ncap: {amount: 'transaction.net_amount / 7', per: [transaction.net_amount]}", "100", "14.29"),
    ],
)
def test_e40_a_limit_pays_no_part_of_a_cent(lines: str, base: str, expected: str) -> None:
    assert earned(lines, {"T-1": invoice(base)}) == [expected]


def test_e40_what_a_limit_leaves_is_taken_back_and_split_to_the_cent() -> None:
    lines = f"{TEN}\ncap: {{amount: transaction.most / 7}}"
    documents = {"T-1": invoice("1000", most="100"), "T-2": credit("-900", "T-1"), "T-3": credit("-100", "T-1")}
    assert earned(lines, documents) == ["14.29", "-4.29", "-10.00"]
    shared = f"{TEN}\ncap: {{amount: 33.335 CNY, per: [transaction.partner, year]}}"
    documents = {"T-1": invoice("200"), "T-2": invoice("300"), "T-3": credit("-100", "T-1")}
    assert earned(shared, documents) == ["20.00", "13.34", "0.00"]
    halves = "split: [{to: '\"a\"'}, {to: '\"b\"'}]\noverlays: [{to: '\"c\"', share: 50 %}]\n"
    text = policy(f"{halves}{TEN}\ncap: {{amount: 33.335 CNY}}", basic=SPLIT)
    assert shares(results(decided(text, {"T-1": invoice("1000")}))["T-1"]) == [
        ("a", "16.67 CNY"), ("b", "16.67 CNY"), ("c", "16.67 CNY"),
    ]  # fmt: skip


def test_e40_a_limit_is_told_as_it_counts() -> None:
    result = results(decided(policy(f"{TEN}\ncap: {{amount: 33.335 CNY}}"), {"T-1": invoice("1000")}))["T-1"]
    assert result.limit is not None
    assert str(result.limit.cap) == "33.34 CNY"


YEAR_OF_PARTNER = f"{TEN}\ncap: {{amount: 100 CNY, per: [transaction.partner, year]}}"


@pytest.mark.parametrize("id", ["A-1", "Z-1"])
def test_a_correction_gives_back_to_a_cap_after_its_original_has_drawn_from_it(id: str) -> None:
    same_day = {
        "T-1": invoice("5000", "2026-01-05"),
        "M-1": invoice("3000", "2026-01-05"),
        id: credit("-4500", "T-1", "2026-01-05"),
    }
    # M-1: 300, cut to 100. T-1: 800, cut. The correction: 350, cut.
    assert each_earns(YEAR_OF_PARTNER, same_day) == {"M-1": "100.00", "T-1": "0.00", id: "0.00"}
    dated_before = {
        id: credit("-4500", "T-1", "2026-01-05"),
        "M-1": invoice("800", "2026-01-07"),
        "T-1": invoice("5000", "2026-01-10"),
    }
    # 80; 580, cut to 100; 130, cut.
    assert each_earns(YEAR_OF_PARTNER, dated_before) == {"M-1": "80.00", "T-1": "20.00", id: "0.00"}


def each_earns(lines: str, documents: Mapping[str, Document]) -> dict[str, str]:
    found = amounts(decided(policy(lines), documents, as_of=LATER))
    return {id: amount.removesuffix(" CNY") for id, amount in found.items()}


@pytest.mark.parametrize("id", ["A-1", "Z-1"])
def test_e29_a_correction_down_a_ladder_goes_through_a_cap_in_the_same_order(id: str) -> None:
    lines = """
rate:
  ladder: marginal
  over: year
  per: transaction.partner
  corrections: period
  bands: [{from: 0 CNY, rate: 10 %}]
cap: {amount: 100 CNY, per: [transaction.partner, year]}
"""
    documents = {"T-1": invoice("5000", "2026-01-05"), id: credit("-4500", "T-1", "2026-01-05")}
    # 500, cut to 100; 50 are left.
    assert each_earns(lines, documents) == {"T-1": "100.00", id: "-50.00"}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (f"{TEN}\ncap: {{amount: transaction.most, per: [transaction.partner, month]}}", ["unsuited-cap"]),
        (f"{TEN}\ncap: {{amount: '{BY_GRADE}', per: [transaction.customer]}}", []),  # the payee is the partner
        (f"{TEN}\ncap: {{amount: '{FEBRUARY}', per: [month]}}", []),
        (f"{TEN}\ncap: {{amount: '{FEBRUARY}', per: [year]}}", ["unsuited-cap"]),
        (two(MONTHLY, "{amount: 90 CNY, per: [transaction.product, month]}"), ["unsuited-cap"]),
        (two(MONTHLY, "{amount: 90 CNY, per: [transaction.customer, week]}"), ["unsuited-cap"]),
        (two(MONTHLY.replace("month", "week"), "{amount: 90 CNY, per: [fiscal year]}"), ["unsuited-cap"]),
        (two(MONTHLY.replace("month", "month, fiscal year"), "{amount: 90 CNY, per: [fiscal year]}"), []),
        (two(MONTHLY, "{amount: 90 CNY, per: [transaction.customer.segment_now, year]}"), []),
        (two(MONTHLY) + f"cap: {YEARLY}", ["too-many-keys"]),
        (two(*([MONTHLY] * 11)), ["too-large"]),
        (TEN + "\ncaps: []", ["empty-list"]),
        (f"{TEN}\nfloor: {{amount: 60 CNY}}\ncaps: [{{amount: 50 CNY}}, {{amount: 70 CNY}}]", ["inverted-interval"]),
        (f"{TEN}\ncap: {{amount: transaction.most * 2 + 1}}", ["unit-mismatch"]),
    ],
)
def test_caps_that_cannot_be_meant_are_refused(lines: str, expected: list[str]) -> None:
    before = GRADES.replace("partner:", "customer: {segment_now: text}, partner:")
    text = policy(lines, before=before)
    assert codes(text) == expected
    assert all(found.help for found in diagnostics(text))


def test_the_result_has_each_cap_by_itself() -> None:
    documents = {"T-1": invoice("2200", "2026-01-05"), "T-2": invoice("1200", "2026-01-07", customer="D")}
    documents |= {"T-3": invoice("900", "2026-02-05")}
    found = results(decided(policy(two(YEARLY, MONTHLY)), documents, as_of=LATER))
    limit = found["T-3"].limit
    assert limit is not None
    assert limit.as_data() == {
        "bound": ["cap"],
        "left": "90.00 CNY",
        "caps": [
            {
                "cap": "100.00 CNY",
                "before": "0.00 CNY",
                "per": [{"text": "transaction.customer", "value": "C"}, {"text": "month", "value": "2026-02-01"}],
                "bound": [],
                "left": "90.00 CNY",
            },
            {
                "cap": "250.00 CNY",
                "before": "200.00 CNY",
                "per": [{"text": "transaction.partner", "value": "P"}, {"text": "year", "value": "2026-01-01"}],
                "bound": ["cap"],
                "left": "50.00 CNY",
            },
        ],
    }
    assert limit.bound == ("cap",)


CAPS = {
    "en": "with the cap of {} for {}, of which 0.00 CNY were used before: {}",
    "zh": "{1}的上限为 {0}，此前已用 0.00 CNY：{2}",
    "ru": "с верхним пределом {} на {}, из которого до него использовано 0,00 CNY: {}",
}
KEYS = {
    "en": ("transaction.customer = C, month = 1 Jan 2026", "transaction.partner = P, year = 1 Jan 2026"),
    "zh": (
        "客户 (transaction.customer) = C、month = 2026年1月1日",
        "合作伙伴 (transaction.partner) = P、year = 2026年1月1日",
    ),
    "ru": (
        "клиент (transaction.customer) = C, month = 01.01.2026",
        "партнёр (transaction.partner) = P, year = 01.01.2026",
    ),
}


@pytest.mark.parametrize("language", CAPS)
def test_each_cap_that_cuts_is_told(language: str) -> None:
    text = policy(two(MONTHLY, YEARLY.replace("250", "60"), "{amount: 2000 CNY}"))
    decision = decided(text, {"T-1": invoice("2200", "2026-01-05")}, as_of=LATER)
    story = decision.explain("sales", "T-1", language=language).replace("\u00a0", " ")
    limits = ("100,00 CNY", "60,00 CNY") if language == "ru" else ("100.00 CNY", "60.00 CNY")
    expected = [CAPS[language].format(most, keys, most) for most, keys in zip(limits, KEYS[language], strict=True)]
    assert [line for line in map(str.strip, story.splitlines()) if line in expected] == expected, story


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "a floor or a cap would be less than nothing"),
        ("zh", "下限或上限为负"),
        ("ru", "нижний или верхний предел меньше нуля"),
    ],
)
def test_a_limit_below_nothing_is_told(language: str, expected: str) -> None:
    text = policy(f"{TEN}\ncap: {{amount: transaction.most}}", before=GRADES)
    assert expected in decided(text, {"T-1": invoice("100", most="-1")}).explain("sales", "T-1", language=language)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param("transaction.date", "390.00 CNY", id="E39-at-the-rate-of-the-invoice"),
        pytest.param("start of month(transaction.date)", "400.00 CNY", id="E39-at-that-of-the-first-of-the-month"),
        pytest.param("transaction.date + 1 day", "unknown", id="E39-without-a-rate"),
    ],
)
def test_a_cap_in_another_currency(day: str, expected: str) -> None:
    pair = {"from_currency": "EUR", "to_currency": "CNY", "from_amount": "100"}
    rates = {
        "R-1": {**pair, "to_amount": "800", "date": "2026-01-01"},
        "R-2": {**pair, "to_amount": "780", "date": "2026-01-10"},
    }
    lines = f"{TEN}\ncap: {{amount: 'convert(50 EUR, CNY, {day})'}}"
    documents = {"T-1": invoice("9000", "2026-01-10")}
    decision = decided(policy(lines), documents, {"exchange_rates": rates}, as_of=LATER)
    assert amounts(decision) == {"T-1": expected}


def test_e39_a_shared_cap_in_another_currency_is_converted_on_a_day_that_its_documents_share() -> None:
    lines = f"{TEN}\ncap: {{amount: 'convert(50 EUR, CNY, transaction.date)', per: [month]}}"
    assert codes(policy(lines)) == ["unsuited-cap"]
    assert codes(policy(lines.replace("transaction.date", "start of month(transaction.date)"))) == []
