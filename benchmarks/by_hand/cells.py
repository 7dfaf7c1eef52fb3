"""The cells of CSV files, read as what they are."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

from benchmarks.by_hand.knowledge import Unknown, lacking

SHANGHAI = ZoneInfo("Asia/Shanghai")
CURRENCY = "CNY"
OPEN = "{unknown: true}"
"""What stands in a cell whose value is not known, where an empty one would say that there is none."""

T = TypeVar("T")


class Line:
    """One line of a file: its cells, read as what they are."""

    def __init__(self, relation: str, cells: dict[str, str]) -> None:
        self._relation = relation
        self._cells = cells
        self.id = cells["id"]

    def given(self, field: str) -> str:
        """A text that has to be there."""
        text = self._cells.get(field) or ""
        if not text or text == OPEN:
            raise ValueError(f"{self._relation} {self.id}: `{field}` has to be given")
        return text

    def has(self, field: str) -> bool:
        """Whether a field says anything."""
        return self._cells.get(field, "") not in ("", OPEN)

    def text(self, field: str) -> str | None:
        """A text, if there is one."""
        return self.given(field) if self._cells.get(field) else None

    def _or_unknown(self, field: str, read: Callable[[str], T]) -> T | Unknown:
        return read(self.given(field)) if self.has(field) else lacking(self._relation, self.id, field)

    def word(self, field: str) -> str | Unknown:
        """A word that may not be known."""
        return self._or_unknown(field, str)

    def truth(self, field: str) -> bool | Unknown:
        """A yes or no that may not be known."""
        return self._or_unknown(field, yes)

    def points(self, field: str) -> Decimal | Unknown:
        """A score that may not be known."""
        return self._or_unknown(field, Decimal)

    def words(self, field: str) -> tuple[str, ...] | Unknown:
        """Several words that may not be known."""
        return self._or_unknown(field, several)

    def list(self, field: str) -> tuple[str, ...] | None:
        """Several words, if there are any."""
        return several(self.given(field)) if self._cells.get(field) else None

    def whole(self, field: str) -> int | None:
        """A whole number, if there is one."""
        return int(self.given(field)) if self._cells.get(field) else None

    def money(self, field: str) -> Decimal:
        """An amount."""
        number, _, currency = self.given(field).partition(" ")
        if currency != CURRENCY:
            raise ValueError(f"{self._relation} {self.id}: `{field}` is not in {CURRENCY}")
        return Decimal(number)

    def ratio(self, field: str) -> Decimal:
        """A percentage."""
        return Decimal(self.given(field).removesuffix("%")) / 100

    def day(self, field: str) -> dt.date:
        """A day."""
        return dt.date.fromisoformat(self.given(field))

    def day_if_any(self, field: str) -> dt.date | None:
        """A day, if there is one."""
        return self.day(field) if self._cells.get(field) else None

    def day_or_unknown(self, field: str) -> dt.date | Unknown:
        """A day that may not be known."""
        return self._or_unknown(field, dt.date.fromisoformat)

    def instant(self, field: str) -> dt.datetime:
        """An instant, in local time; of a day, its midnight."""
        found = dt.datetime.fromisoformat(self.given(field))
        return found.replace(tzinfo=SHANGHAI) if found.tzinfo is None else found.astimezone(SHANGHAI)

    def instant_if_any(self, field: str) -> dt.datetime | None:
        """An instant, if there is one."""
        return self.instant(field) if self._cells.get(field) else None

    def instant_if_any_or_unknown(self, field: str) -> dt.datetime | Unknown | None:
        """An instant, if there is one, which may not be known."""
        if self._cells.get(field) == OPEN:
            return lacking(self._relation, self.id, field)
        return self.instant_if_any(field)


def yes(text: str) -> bool:
    """A yes or no."""
    if text not in ("true", "false"):
        raise ValueError(f"`{text}` is neither true nor false")
    return text == "true"


def several(text: str) -> tuple[str, ...]:
    """Several words, joined by semicolons."""
    return tuple(text.split(";"))
