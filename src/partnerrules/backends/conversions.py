"""The meaning of terms that convert money from one currency to another one."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

import partnerrules.quantities as q
from partnerrules.backends.exchange import Wanted
from partnerrules.backends.surroundings import TOO_LONG, Surroundings, Variables, operand, unknown_of
from partnerrules.language import terms
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown


def _currency(term: terms.Term, value: object) -> str | Unknown:
    """The currency of an amount: that of its type, or its own."""
    if isinstance(term.type, t.Quantity):
        currency = q.currency_of(term.type.dimension)
        assert currency is not None
        return currency
    assert isinstance(value, q.Money | Unknown), value
    return value if isinstance(value, Unknown) else value.currency


def _amount(value: object) -> Decimal:
    assert isinstance(value, q.Money | Decimal | int), value
    return value.amount if isinstance(value, q.Money) else Decimal(value)


def _found(
    source: str | Unknown, target: str, settings: tuple[terms.Term, ...], around: Surroundings, variables: Variables
) -> q.Conversion | Unknown:
    """The way from one currency to another one: at a date, by rates of a kind, or of that of the ruleset."""
    if source == target:
        return q.Conversion((), target)
    day, *kinds = (operand(each, around, variables) for each in settings)
    unknown = unknown_of(source, day, *kinds)
    if unknown is not None:
        return unknown
    assert around.exchange is not None
    kind = kinds[0] if kinds else around.exchange.exchange.kind
    assert isinstance(source, str)
    assert isinstance(day, dt.date)
    assert isinstance(kind, str | None)
    return around.exchange.find(Wanted(source, target, day, kind, around.as_of, around.today))


def _convert(term: terms.Apply, around: Surroundings, variables: Variables) -> object:
    """An amount in another currency: `convert(amount, CNY, at)`. Nothing of one is nothing of the other."""
    written, *settings = term.arguments
    value = operand(written, around, variables)
    if not isinstance(value, Unknown) and not _amount(value):
        return Decimal(0)
    assert isinstance(term.type, t.Quantity)
    target = q.currency_of(term.type.dimension)
    assert target is not None
    return _applied(value, _found(_currency(written, value), target, tuple(settings), around, variables))


def _conversion(term: terms.Apply, around: Surroundings, variables: Variables) -> object:
    """The way from the currency of an amount to another one."""
    written, target, *settings = term.arguments
    assert isinstance(target, terms.Value)
    assert isinstance(target.value, str)
    source = _currency(written, operand(written, around, variables))
    return _found(source, target.value, tuple(settings), around, variables)


def _converted(term: terms.Apply, around: Surroundings, variables: Variables) -> object:
    """An amount that goes such a way."""
    value, conversion = (operand(each, around, variables) for each in term.arguments)
    if not isinstance(value, Unknown) and not _amount(value):
        return Decimal(0)
    return _applied(value, conversion)


def _applied(value: object, conversion: object) -> object:
    unknown = unknown_of(value, conversion)
    if unknown is not None:
        return unknown
    assert isinstance(conversion, q.Conversion), conversion
    try:
        return conversion.converted(_amount(value))
    except q.NumberTooLong:
        return TOO_LONG


def _same_currency(term: terms.Apply, around: Surroundings, variables: Variables) -> object:
    """Whether two amounts are in one currency."""
    first, second = (_currency(each, operand(each, around, variables)) for each in term.arguments)
    unknown = unknown_of(first, second)
    return first == second if unknown is None else unknown


def _number_of(term: terms.Apply, around: Surroundings, variables: Variables) -> object:
    """How much an amount is, whatever its currency."""
    (written,) = term.arguments
    value = operand(written, around, variables)
    return value if isinstance(value, Unknown) else _amount(value)


CONVERTING: Final[Mapping[str, Callable[[terms.Apply, Surroundings, Variables], object]]] = {
    "convert": _convert,
    "conversion": _conversion,
    "converted": _converted,
    "same currency": _same_currency,
    "number of": _number_of,
}
"""By the name of what is applied. All but the first are for plans alone, which keep the rates for their results."""
