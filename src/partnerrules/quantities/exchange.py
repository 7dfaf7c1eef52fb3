"""Exchange rates: two amounts of two currencies that were worth the same on a day, and what they make of a third."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from partnerrules.quantities.exact import divide, multiply
from partnerrules.quantities.money import Money


@dataclass(frozen=True, slots=True)
class Rate:
    """Two amounts that were worth the same on a day, such as 100 USD and 725 CNY.

    Attributes:
        given: how much is changed, more than zero.
        gives: what that gives.
        day: of the rate.
        kind: the sort of rate, such as "month_average"; None where it says none.
        source: the id of the record that it comes from; None where a ruleset publishes it.
    """

    given: Money
    gives: Money
    day: dt.date
    kind: str | None = None
    source: str | None = None

    @property
    def turned(self) -> "Rate":
        """The same rate in the other direction."""
        return Rate(self.gives, self.given, self.day, self.kind, self.source)


@dataclass(frozen=True, slots=True)
class Conversion:
    """The rates by which an amount goes from one currency to another one, one after the other.

    Attributes:
        rates: one, or two where the way leads through a third currency; none where the currency stays the same.
        currency: the one that it leads to.
    """

    rates: tuple[Rate, ...]
    currency: str

    @property
    def factor(self) -> tuple[Decimal, Decimal]:
        """By what an amount is multiplied, and by what it is divided afterwards.

        Raises:
            NumberTooLong: if one of them has too many digits.
        """
        times = by = Decimal(1)
        for rate in self.rates:
            times, by = multiply(times, rate.gives.amount), multiply(by, rate.given.amount)
        return times, by

    def converted(self, amount: Decimal) -> Decimal:
        """An amount in the other currency; a quotient that does not end is rounded like every other one.

        >>> rate = Rate(Money(Decimal(100), "USD"), Money(Decimal(725), "CNY"), dt.date(2026, 3, 31))
        >>> Conversion((rate,), "CNY").converted(Decimal(1000))
        Decimal('7250')

        Raises:
            NumberTooLong: if the amounts have too many digits.
        """
        if not self.rates:
            return amount
        times, by = self.factor
        return divide(multiply(amount, times), by)

    def same_value(self, other: "Conversion") -> bool:
        """Whether another one gives the same for every amount."""
        (times, by), (other_times, other_by) = self.factor, other.factor
        return multiply(times, other_by) == multiply(other_times, by)


@dataclass(frozen=True, slots=True)
class Exchange:
    """Which exchange rates of a ruleset count.

    Attributes:
        kind: those of the facts that are of this kind; of any kind if None.
        reach: how many days back a rate may lie where its own day has none; None if none may.
        via: the currency through which cross rates go, if they may.
        published: the rates of the ruleset itself.
    """

    kind: str | None = None
    reach: int | None = None
    via: str | None = None
    published: tuple[Rate, ...] = ()
