"""The calendar in the head of a ruleset: when its fiscal year starts, and which days are business days."""

import datetime as dt
import re
from typing import Final

from partnerrules.diagnostics import Label, Report, shortened, suggestion
from partnerrules.language import forms
from partnerrules.language.form_reader import Item, Word
from partnerrules.language.literals import DAY_HELP
from partnerrules.quantities import BusinessCalendar, has_holidays, holiday_codes, read_day

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_BUSINESS_KEYS: Final = ("holidays", "weekend", "closed", "open")

CALENDAR_FORM: Final = forms.RecordForm(
    "calendar",
    (
        forms.Key("fiscal_year_starts", forms.TextForm(), "month and day, such as `04-01`; `01-01` if left out"),
        forms.Key(
            "holidays",
            forms.TextForm(words="a country such as `CN`"),
            "the country whose public holidays are no business days, such as `CN`, or a part of one, such as `DE-BY`",
        ),
        forms.Key(
            "weekend",
            forms.ListForm(forms.ChoiceForm(_WEEKDAYS)),
            "the days of the week that are no business days; those of the country if left out, and `[saturday, sunday]`"
            " without one",
        ),
        forms.Key("closed", forms.ListForm(forms.TextForm()), "further days that are no business days"),
        forms.Key(
            "open",
            forms.ListForm(forms.TextForm()),
            "days that are business days though they are holidays or in the weekend, such as working Sundays",
        ),
        forms.Key(
            "covers",
            forms.TextForm(words="two dates such as `2025-01-01 .. 2027-01-01`"),
            "from which day, and up to, not including, which day it is known what is a business day; other days are"
            " unknown",
        ),
    ),
)


def declares_business_days(item: Item) -> bool:
    """Whether the head of a ruleset says which days are business days, with faults or without."""
    calendar = item.item("calendar")
    return calendar is not None and any(key in calendar.keys for key in _BUSINESS_KEYS)


def read_calendar(item: Item | None, report: Report) -> tuple[tuple[int, int], BusinessCalendar | None] | None:
    """When the fiscal year starts, and which days are business days, if it is said; None after a fault."""
    if item is None:
        return (1, 1), None
    before = len(report.diagnostics)
    fiscal = _month_day(item.word("fiscal_year_starts"), report)
    country = _country(item.word("holidays"), report)
    weekend = _weekend(item, report)
    closed, opened = _dates(item, "closed", report), _dates(item, "open", report)
    for day in sorted(closed.keys() & opened.keys()):
        report.error(
            "wrong-shape",
            f"{day} is closed and open",
            opened[day].span,
            labels=[Label(opened[day].span, "open"), Label(closed[day].span, "closed")],
            help="take it out of one of the two lists",
        )
    word = item.word("covers")
    covers: tuple[dt.date | None, dt.date | None] | None = (None, None)
    if word is not None:
        covers = read_days(word, "the calendar is known", "the first day of which it is not known", report)
    if fiscal is None or covers is None or len(report.diagnostics) > before:
        return None
    if not any(key in item.keys for key in _BUSINESS_KEYS):
        if word is not None:
            report.error(
                "missing-key",
                "`covers` is written without the days that are no business days",
                item.keys["covers"],
                help="add `holidays: CN`, or `weekend: [saturday, sunday]`",
            )
            return None
        return fiscal, None
    return fiscal, BusinessCalendar(country, weekend, frozenset(closed), frozenset(opened), *covers)


def read_days(word: Word, what: str, end: str, report: Report) -> tuple[dt.date | None, dt.date | None] | None:
    """The first day and the first day after it of `2026-01-01 .. 2027-01-01`, None where it is open.

    Args:
        word: the text; None is given back after a fault.
        what: what holds from the one day to the other, for messages.
        end: what the second day is, for messages.
        report: takes the faults.
    """
    # Split, not matched: a pattern with blanks on both sides of a word takes hours for a million blanks.
    ends = [part.strip() for part in word.text.split("..")]
    if len(ends) != 2 or any(len(part.split()) > 1 for part in ends):
        report.error(
            "wrong-shape",
            f"expected two dates, found `{shortened(word.text.strip())}`",
            word.span,
            help="write `2026-01-01 .. 2027-01-01`, or `2026-01-01 ..` where the end is open",
        )
        return None
    days: list[dt.date | None] = []
    for text in ends:
        day = read_day(text)
        if text and day is None:
            report.error("no-such-date", f"there is no day `{shortened(text)}`", word.span, help=DAY_HELP)
            return None
        days.append(day)
    first, after = days
    if first is not None and after is not None and first >= after:
        report.error(
            "inverted-interval" if first > after else "empty-interval",
            f"{what} from {first} up to {after}, which is no day at all",
            word.span,
            help=f"the second date is {end}",
        )
        return None
    return first, after


def _month_day(word: Word | None, report: Report) -> tuple[int, int] | None:
    if word is None:
        return (1, 1)
    match = re.fullmatch(r"(\d\d)-(\d\d)", word.text, re.ASCII)
    if match is None or not 1 <= int(match[1]) <= 12 or not 1 <= int(match[2]) <= 28:
        report.error(
            "wrong-shape",
            f"expected a month and a day up to the 28th, found `{word.text[:60]}`",
            word.span,
            help="write `04-01`",
        )
        return None
    return int(match[1]), int(match[2])


def _country(word: Word | None, report: Report) -> str | None:
    if word is None or has_holidays(word.text):
        return None if word is None else word.text
    codes = holiday_codes(word.text)
    way_out = suggestion(word.text.upper(), codes, kind="country")
    if len(codes) == 1:
        way_out = f"write `{next(iter(codes))}`"
    elif not way_out.startswith("did"):
        way_out = "write an ISO 3166 code, such as `CN`, `RU` or `DE-BY`, or list the days under `closed:`"
    report.error(
        "unknown-country",
        f"the public holidays of `{shortened(word.text)}` are not known",
        word.span,
        help=way_out,
    )
    return None


def _weekend(item: Item, report: Report) -> frozenset[int] | None:
    if "weekend" not in item.keys:
        return None
    words = [word for word in item.list("weekend") if isinstance(word, Word)]
    days = frozenset(_WEEKDAYS.index(word.text) for word in words)
    if len(days) == len(_WEEKDAYS):
        report.error(
            "wrong-shape",
            "a week has a business day",
            item.keys["weekend"],
            help="leave out the days on which people work",
        )
    return days


def _dates(item: Item, key: str, report: Report) -> dict[dt.date, Word]:
    found: dict[dt.date, Word] = {}
    for word in item.list(key):
        if not isinstance(word, Word):
            continue
        day = read_day(word.text)
        if day is None:
            report.error("no-such-date", f"there is no day `{shortened(word.text)}`", word.span, help=DAY_HELP)
        else:
            found[day] = word
    return found
