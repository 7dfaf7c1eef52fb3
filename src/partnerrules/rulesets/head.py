"""The head of a version of a ruleset: its names, when it is in force, its currency, timezone and calendar."""

import datetime as dt
import zoneinfo
from dataclasses import dataclass
from typing import Final

from partnerrules.diagnostics import Report, Span, suggestion
from partnerrules.language import forms
from partnerrules.language.currency_calls import is_currency
from partnerrules.language.form_reader import Item, Word
from partnerrules.quantities import BusinessCalendar, Exchange
from partnerrules.rulesets.calendars import CALENDAR_FORM, read_calendar, read_days
from partnerrules.rulesets.exchange import EXCHANGE_FORM, read_exchange
from partnerrules.schema.titles import Title

HEAD_KEYS: Final = (
    forms.Key("ruleset", forms.NameForm(), "the id of the ruleset, the same in all versions", required=True),
    forms.Key("version", forms.TextForm(), "the name of this version", required=True),
    forms.Key(
        "in_force",
        forms.TextForm(words="two dates such as `2026-01-01 .. 2027-01-01`"),
        "from which day, and up to, not including, which day this version answers; either end may be open",
        required=True,
    ),
    forms.Key("title", forms.TitleForm(), "what people call it, in one or several languages"),
    forms.Key("source", forms.TextForm(), "the document that the rules come from"),
    forms.Key("description", forms.TextForm(), "what the ruleset is about"),
    forms.Key("currency", forms.TextForm(), "the ISO 4217 code of money that says nothing else"),
    forms.Key("timezone", forms.TextForm(), "the IANA zone of civil dates; UTC if left out"),
    forms.Key(
        "calendar",
        CALENDAR_FORM,
        "the fiscal year, and which days are business days",
    ),
    forms.Key("exchange", EXCHANGE_FORM, "which exchange rates count, and those that the ruleset publishes itself"),
    forms.Key(
        "extends", forms.TextForm(), "the version of this ruleset, or the folder of another one, that it adds to"
    ),
    forms.Key("include", forms.ListForm(forms.TextForm()), "further files with sections, below this folder"),
    forms.Key("overrides", forms.ListForm(forms.TextForm()), "what takes the place of parts of what is extended"),
    forms.Key("adds", forms.ListForm(forms.TextForm()), "the parts of entries that are new in what is extended"),
    forms.Key("removes", forms.ListForm(forms.TextForm()), "the parts of what is extended that do not hold here"),
)


@dataclass(frozen=True, slots=True)
class InForce:
    """The days on which a version answers, from the first up to, not including, the last; None is open."""

    start: dt.date | None
    end: dt.date | None

    def __contains__(self, day: dt.date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)

    def overlaps(self, other: "InForce") -> bool:
        """Whether two versions answer on the same day."""
        return (self.start is None or other.end is None or self.start < other.end) and (
            other.start is None or self.end is None or other.start < self.end
        )

    def __str__(self) -> str:
        return f"{self.start or ''} .. {self.end or ''}".strip()


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a version."""

    ruleset: str
    version: str
    in_force: InForce
    in_force_span: Span
    ruleset_span: Span
    version_span: Span
    title: Title
    source: str | None
    currency: str | None
    zone: zoneinfo.ZoneInfo
    fiscal_year_starts: tuple[int, int]
    calendar: BusinessCalendar | None
    exchange: Exchange


def read_head(item: Item, report: Report) -> Head | None:
    """The head of a version, or None after a fault."""
    before = len(report.diagnostics)
    ruleset, version, period = item.word("ruleset"), item.word("version"), item.word("in_force")
    in_force = None if period is None else _in_force(period, report)
    currency = item.word("currency")
    if currency is not None:
        is_currency(currency.text, currency.span, report)
    zone = _zone(item.word("timezone"), report)
    calendar = read_calendar(item.item("calendar"), report)
    exchange = read_exchange(item.item("exchange"), report)
    if ruleset is None or version is None or period is None or in_force is None or zone is None or calendar is None:
        return None
    if len(report.diagnostics) > before or exchange is None:
        return None
    return Head(
        ruleset.text,
        version.text,
        in_force,
        period.span,
        ruleset.span,
        version.span,
        item.title(),
        item.text("source"),
        None if currency is None else currency.text,
        zone,
        *calendar,
        exchange,
    )


def _in_force(word: Word, report: Report) -> InForce | None:
    days = read_days(word, "the version is in force", "the first day on which it is no longer in force", report)
    return None if days is None else InForce(*days)


def _zone(word: Word | None, report: Report) -> zoneinfo.ZoneInfo | None:
    if word is None:
        return zoneinfo.ZoneInfo("UTC")
    if word.text not in _zones():
        report.error(
            "unknown-timezone",
            f"`{word.text[:60]}` is not a timezone",
            word.span,
            help=_zone_help(word.text),
        )
        return None
    return zoneinfo.ZoneInfo(word.text)


_NO_ZONES: Final = frozenset({"Factory", "localtime", "posixrules"})
"""Names in the database of zones that stand for whatever a machine is set to, so that the place decides the result."""


def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones()) - _NO_ZONES


def _zone_help(word: str) -> str:
    """The zones whose names contain a word, or the nearest, or else what the names look like."""
    zones = sorted(_zones())
    part = word.strip().replace(" ", "_").lower()
    found = [zone for zone in zones if "/" in zone and len(part) > 2 and part in zone.lower()]
    if found:
        return "did you mean " + " or ".join(f"`{zone}`" for zone in sorted(found, key=len)[:2]) + "?"
    near = suggestion(word, zones, kind="timezone")
    return near if near.startswith("did") else "zones are named `Area/City`, such as `Asia/Shanghai` or `Europe/Moscow`"
