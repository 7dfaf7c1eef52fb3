"""Money: an exact amount of one currency, and what is known of currencies."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final

from babel.core import get_global
from babel.numbers import get_currency_precision

from partnerrules.quantities.exact import normal


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount of one currency.

    >>> str(Money(Decimal("4812.5"), "CNY"))
    '4812.50 CNY'
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError("an amount of money is a Decimal, never a float")
        if self.currency not in currencies():
            raise ValueError(f"`{self.currency}` is not an ISO 4217 currency code")

    def __str__(self) -> str:
        return f"{format_amount(self.amount, self.currency)} {self.currency}"


def format_amount(amount: Decimal, currency: str) -> str:
    """An amount with at least as many decimal places as its currency has."""
    exponent = normal(amount).as_tuple().exponent
    places = max(currency_places(currency), -exponent if isinstance(exponent, int) else 0)
    return f"{amount:.{places}f}"


CURRENCY_NICKNAMES: Final = {
    "RMB": "CNY", "yuan": "CNY", "元": "CNY", "¥": "CNY", "￥": "CNY",
    "€": "EUR", "$": "USD", "₽": "RUB", "руб": "RUB",
}  # fmt: skip
"""What people write for a currency, and its ISO 4217 code."""


@cache
def currencies() -> frozenset[str]:
    """The ISO 4217 codes of all currencies that are legal tender somewhere today, after CLDR."""
    uses = (use for territory in get_global("territory_currencies").values() for use in territory)
    return frozenset(code for code, _, end, tender in uses if tender and end is None)


def currency_places(currency: str) -> int:
    """The decimal places of a currency's smallest unit: 2 for CNY, 0 for JPY, 3 for KWD."""
    return get_currency_precision(currency)
