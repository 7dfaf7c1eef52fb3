"""Reads what is written out in an expression: numbers with their units, dates and instants."""

import datetime as dt
from decimal import Decimal
from typing import Final

from partnerrules.diagnostics import shortened, suggestion
from partnerrules.language import syntax as s
from partnerrules.language.cursor import KEYWORDS, Cursor
from partnerrules.language.tokens import Token
from partnerrules.language.ways_out import meant
from partnerrules.quantities import CURRENCY_NICKNAMES, currencies, find_unit, unit_names

DAY_HELP: Final = "write year-month-day, such as `2026-03-31`, of a day that the month has"


def number(cursor: Cursor, token: Token) -> s.Syntax:
    """A number with the unit behind it, if there is one."""
    value = Decimal(token.text)
    after = cursor.token
    if after.kind == "symbol" and after.text == "%":
        cursor.take()
        return s.Number(value, "%", cursor.span(token))
    if after.kind != "name" or after.text in KEYWORDS or after.text in ("at", "to") or meant(after.text) in KEYWORDS:
        return s.Number(value, None, cursor.span(token))
    cursor.take()
    if after.text in ("business", "working") and cursor.token.text in ("day", "days"):
        if after.text == "working":
            way_out = f"write `{shortened(token.text)} business {cursor.token.text}`"
            cursor.fail("unknown-unit", "`working` is not a unit", cursor.place(after), help=way_out)
        return s.Number(value, f"business {cursor.take().text}", cursor.span(token))
    if find_unit(after.text) is None:
        common = ["%", "CNY", "EUR", "USD", "RUB"]
        way_out = suggestion(after.text, unit_names() | currencies(), kind="unit")
        if not way_out.startswith("did"):
            way_out = "units are currencies (" + ", ".join(f"`{name}`" for name in common[1:]) + " ...), `%`, "
            way_out += ", ".join(f"`{name}`" for name in ("days", "months", "hours", "points", "users", "Mbps"))
        if after.text.upper() in currencies():
            way_out = f"write `{after.text.upper()}`"
        if after.text in CURRENCY_NICKNAMES:
            way_out = f"write `{CURRENCY_NICKNAMES[after.text]}`"
        if after.start == token.end and after.text[0] in "_x":
            way_out = "write a number in decimal digits, without separators"
        if after.text in ("business", "working"):
            way_out = "write `5 business days`"
        cursor.fail("unknown-unit", f"`{shortened(after.text)}` is not a unit", cursor.place(after), help=way_out)
    return s.Number(value, after.text, cursor.span(token))


def date(cursor: Cursor, token: Token) -> dt.date:
    """A day of the calendar."""
    try:
        return dt.date.fromisoformat(token.text)
    except ValueError:
        cursor.fail("no-such-date", f"there is no day `{token.text}`", cursor.place(token), help=DAY_HELP)


def instant(cursor: Cursor, token: Token) -> dt.datetime:
    """A moment that says its offset."""
    try:
        moment = dt.datetime.fromisoformat(token.text)
    except ValueError:
        cursor.fail(
            "no-such-date",
            f"there is no moment `{token.text}`",
            cursor.place(token),
            help="write it as `2026-03-01T09:00:00+08:00`, with a day that the month has",
        )
    if moment.tzinfo is None:
        cursor.fail(
            "instant-without-offset",
            f"`{token.text}` does not say in which time zone it is",
            cursor.place(token),
            help=f"add the offset, such as `{token.text}+08:00`, or `Z` for UTC",
        )
    return moment
