"""Values are told by their types: money with its currency, ratios as percentages, times in the ruleset's zone."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from partnerrules.explanations.story import Line, Shown
from partnerrules.explanations.telling import LANGUAGES
from partnerrules.explanations.values import folded
from partnerrules.explanations.wording import Wording
from partnerrules.plan.stretches import Stretch
from partnerrules.quantities import BUSINESS_DAYS, DAYS, MONTHS, SECONDS, Money, money_of
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown

SHANGHAI = ZoneInfo("Asia/Shanghai")
SPACE = "\u00a0"
CNY = t.Quantity(money_of("CNY"))
DATA = t.Quantity((("bit", 1),))
RATE = t.Quantity((("bit", 1), ("second", -1)))


def told(value: object, type: t.Type, language: str = "en") -> str:
    return Wording(LANGUAGES[language], SHANGHAI).line(Line(Shown(value, type)))


@pytest.mark.parametrize(
    ("value", "type", "english", "chinese", "russian"),
    [
        (Decimal("950000"), CNY, "950,000.00 CNY", "950,000.00 CNY", f"950{SPACE}000,00 CNY"),
        (Decimal("0.125"), CNY, "0.125 CNY", "0.125 CNY", "0,125 CNY"),
        (Decimal("-1234.5"), CNY, "-1,234.50 CNY", "-1,234.50 CNY", f"-1{SPACE}234,50 CNY"),
        (Decimal(1500), t.Quantity(money_of("JPY")), "1,500 JPY", "1,500 JPY", f"1{SPACE}500 JPY"),
        (Money(Decimal(75), "EUR"), t.AnyMoney(), "75.00 EUR", "75.00 EUR", "75,00 EUR"),
        (Decimal("0.855"), t.Ratio(), "85.5%", "85.5%", f"85,5{SPACE}%"),
        (Decimal("1"), t.Ratio(), "100%", "100%", f"100{SPACE}%"),
        (Decimal("1E+3"), t.Number(), "1,000", "1,000", f"1{SPACE}000"),
        (12345, t.Integer(), "12,345", "12,345", f"12{SPACE}345"),
        (Decimal(1), t.Quantity(DAYS), "1 day", "1 天", "1 день"),
        (Decimal(90), t.Quantity(DAYS), "90 days", "90 天", "90 дней"),
        (Decimal(22), t.Quantity(DAYS), "22 days", "22 天", "22 дня"),
        (Decimal("1.5"), t.Quantity(DAYS), "1.5 days", "1.5 天", "1,5 дня"),
        (Decimal(1), t.Quantity(BUSINESS_DAYS), "1 business day", "1 个工作日", "1 рабочий день"),
        (Decimal(11), t.Quantity(BUSINESS_DAYS), "11 business days", "11 个工作日", "11 рабочих дней"),
        (Decimal(3), t.Quantity(BUSINESS_DAYS), "3 business days", "3 个工作日", "3 рабочих дня"),
        (Decimal(36), t.Quantity(MONTHS), "3 years", "3 年", "3 года"),
        (Decimal(18), t.Quantity(MONTHS), "18 months", "18 个月", "18 месяцев"),
        (Decimal(14400), t.Quantity(SECONDS), "4 hours", "4 小时", "4 часа"),
        (Decimal(5460), t.Quantity(SECONDS), "91 minutes", "91 分钟", "91 минута"),
        (Decimal(0), t.Quantity(SECONDS), "0 seconds", "0 秒", "0 секунд"),
        (Decimal(8_000_000), DATA, "1 MB", "1 MB", "1 МБ"),
        (Decimal(12_000_000), DATA, "1,500 KB", "1,500 KB", f"1{SPACE}500 КБ"),
        (Decimal(2_000_000), RATE, "2 Mbps", "2 Mbps", "2 Мбит/с"),
        (Decimal("70.5"), t.Quantity((("point", 1),)), "70.5 points", "70.5 分", "70,5 балла"),
        (Decimal(30), t.Quantity((("CNY", 1), ("user", -1))), "30 CNY/user", "30 CNY/user", "30 CNY/user"),
        (True, t.Boolean(), "yes", "是", "да"),
        (False, t.Boolean(), "no", "否", "нет"),
        (None, t.Maybe(t.Date()), "none", "无", "отсутствует"),
        (Unknown.because("zero"), CNY, "not known", "未知", "неизвестно"),
        (dt.date(2026, 3, 1), t.Maybe(t.Date()), "1 Mar 2026", "2026年3月1日", "01.03.2026"),
        (("a", "b"), t.ListOf(t.Text()), "a, b", "a、b", "a, b"),
        ((), t.ListOf(t.Text()), "nothing", "空", "пусто"),
    ],
)
def test_a_value_is_told_by_its_type(value: object, type: t.Type, english: str, chinese: str, russian: str) -> None:
    assert (told(value, type), told(value, type, "zh"), told(value, type, "ru")) == (english, chinese, russian)


def test_an_instant_is_told_in_the_zone_with_its_offset() -> None:
    # 16:30 in UTC is 00:30 of the next day in Shanghai.
    assert told(dt.datetime(2026, 2, 28, 16, 30, tzinfo=dt.UTC), t.Instant()) == "1 Mar 2026 00:30+08:00"
    assert told(dt.datetime(2026, 2, 28, 16, 30, 5, tzinfo=dt.UTC), t.Instant()) == "1 Mar 2026 00:30:05+08:00"


def test_an_interval_is_told_with_its_ends() -> None:
    quarter = Stretch(dt.date(2026, 1, 1), dt.date(2026, 4, 1), True, False)
    assert told(quarter, t.Interval(t.Date())) == "[1 Jan 2026 .. 1 Apr 2026)"


def test_a_long_list_is_cut_and_counted() -> None:
    names = tuple(str(number) for number in range(1, 26))
    assert told(names, t.ListOf(t.Text())).endswith("19, 20, and 5 more")


def test_a_long_text_is_cut() -> None:
    assert told("x" * 201, t.Text()) == "x" * 200 + "…"


def test_a_number_of_many_digits_is_told_whole() -> None:
    digits = "9" * 60
    assert told(Decimal(digits), t.Number()).replace(",", "") == digits
    assert told(Decimal("0." + "1" * 59), t.Ratio()) == "11." + "1" * 57 + "%"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("one\ntwo", "one two"),
        ("one\r\n\ttwo  three ", "one two three"),
        ("a\u2028b\x1b[31mc\x00d", "a b [31mc d"),
        ("abc\u202egpj.exe", "abcgpj.exe"),
        ("合作伙伴", "合作伙伴"),
    ],
)
def test_text_of_facts_stays_on_one_line_and_in_its_direction(text: str, line: str) -> None:
    assert folded(text) == line
