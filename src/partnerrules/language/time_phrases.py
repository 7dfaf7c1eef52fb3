"""Reads the phrases of time: `last 12 months`, `this month and 5 before`, `quarter to date`, `start of month(day)`."""

from collections.abc import Callable
from typing import Final

from partnerrules.language import syntax as s
from partnerrules.language.cursor import Cursor
from partnerrules.language.tokens import Token

_PERIODS: Final[dict[str, s.PeriodUnit]] = {
    "day": "day", "days": "day", "week": "week", "weeks": "week", "month": "month", "months": "month",
    "quarter": "quarter", "quarters": "quarter", "year": "year", "years": "year",
}  # fmt: skip


def _period(cursor: Cursor, *, fiscal: bool = False) -> s.PeriodUnit:
    token = cursor.token
    if token.kind != "name" or token.text not in _PERIODS or (fiscal and _PERIODS[token.text] in ("day", "week")):
        known = "`month`, `quarter` or `year`" if fiscal else "`day`, `week`, `month`, `quarter` or `year`"
        cursor.fail("syntax", f"expected {known}, found {cursor.shown(token)}", cursor.place(token))
    cursor.take()
    return _PERIODS[token.text]


def _is_fiscal(cursor: Cursor) -> bool:
    if cursor.is_word("fiscal"):
        cursor.take()
        return True
    return False


def _count(cursor: Cursor) -> int:
    token = cursor.take()
    if token.kind != "number" or not token.text.isdigit() or not 0 < int(token.text) <= 100_000:
        cursor.fail("syntax", f"expected a count, found {cursor.shown(token)}", cursor.place(token))
    return int(token.text)


def last(cursor: Cursor, start: Token) -> s.Syntax:
    """`last 12 months`."""
    count = _count(cursor)
    return s.Window("last", count, _period(cursor), False, cursor.span(start))


def last_named(cursor: Cursor, start: Token) -> s.Syntax:
    """`last look_back`, `last parameters.look_back`."""
    first = cursor.take()
    length: s.Name | s.Path = s.Name(first.text, cursor.place(first))
    while cursor.is_symbol("."):
        cursor.take()
        name = cursor.take_name("the name of a length of time")
        length = s.Path(length, name.text, cursor.place(name), cursor.span(first))
    return s.Last(length, cursor.span(start))


def is_length(token: Token) -> bool:
    """Whether a word after `last` may name a length of time: a unit asks for a number before it."""
    return token.kind == "name" and token.text not in _PERIODS


def this(cursor: Cursor, start: Token) -> s.Syntax:
    """`this month`, `this fiscal quarter and 5 before`."""
    fiscal = _is_fiscal(cursor)
    unit = _period(cursor, fiscal=fiscal)
    count = 0
    ahead = cursor.tokens[cursor.index + 1 : cursor.index + 3]
    # `date in this month and 5 < x`: there the `and` joins two conditions.
    if cursor.is_word("and") and len(ahead) == 2 and ahead[0].kind == "number" and ahead[1].text == "before":
        cursor.take()
        count = _count(cursor)
        cursor.take_word("before", "write `this month and 5 before`")
    return s.Window("this", count, unit, fiscal, cursor.span(start))


def to_date(cursor: Cursor, start: Token) -> s.Syntax:
    """`quarter to date`, whose first word is already taken."""
    cursor.back()
    fiscal = _is_fiscal(cursor)
    unit = _period(cursor, fiscal=fiscal)
    cursor.take_word("to", "write `quarter to date`")
    cursor.take_word("date", "write `quarter to date`")
    return s.Window("to date", 0, unit, fiscal, cursor.span(start))


def edge(cursor: Cursor, start: Token, read_day: Callable[[], s.Syntax]) -> s.Syntax:
    """`start of month(day)`, `end of fiscal year(day)`."""
    cursor.take_word("of", "write `start of month(day)`")
    fiscal = _is_fiscal(cursor)
    unit = _period(cursor, fiscal=fiscal)
    opening = cursor.take_symbol("(")
    day = read_day()
    cursor.take_symbol(")", closing=opening)
    return s.Edge("start" if start.text == "start" else "end", unit, fiscal, day, cursor.span(start))
