"""How the base of a document was converted into the currency that is paid."""

from dataclasses import dataclass

from partnerrules.decisions.values import value_data
from partnerrules.quantities import Money, Rate
from partnerrules.schema.missing import Unknown
from partnerrules.schema.types import AnyMoney


@dataclass(frozen=True, slots=True)
class ConversionResult:
    """The base of a document in its own currency, and the exchange rates by which it was converted.

    Attributes:
        base: in its own currency.
        rates: each a pair of amounts, in the direction in which it is used; two if the way leads through a third
            currency, none if the base is in the currency that is paid. A document that corrects another one has the
            rates of that one.
    """

    base: Money | Unknown | None
    rates: tuple[Rate, ...] | Unknown

    def as_data(self) -> dict[str, object]:
        """The conversion as plain data, for JSON and for cases."""
        money = AnyMoney()
        rates = self.rates
        return {
            "base": value_data(self.base, money),
            "rates": value_data(rates, money) if isinstance(rates, Unknown) else [_rate_data(rate) for rate in rates],
        }


def _rate_data(rate: Rate) -> dict[str, object]:
    return {
        "from": str(rate.given),
        "to": str(rate.gives),
        "date": rate.day.isoformat(),
        **({} if rate.kind is None else {"kind": rate.kind}),
        # A rate without a record is one that the ruleset publishes.
        **({"published": True} if rate.source is None else {"record": rate.source}),
    }
