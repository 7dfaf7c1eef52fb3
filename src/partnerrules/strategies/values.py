"""The values that a field may be given: on each line that the rules draw, one unit below and above it, and others.

A value that comes up more often than others stands there several times. It is typed as the reader of facts would type
it; `written` writes it as a file of facts does. Knows nothing of Hypothesis.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final, TypeVar

from partnerrules.domain.impossible import EndsAfterStart, Impossibility, broken
from partnerrules.domain.relations import entity_rows
from partnerrules.domain.values import UnknownValue
from partnerrules.language import terms
from partnerrules.quantities import (
    Dimension,
    Money,
    add,
    as_percent,
    currency_of,
    currency_places,
    find_unit,
    format_amount,
    unit_names,
)
from partnerrules.schema import types as t
from partnerrules.strategies.days import days_around, instants_around
from partnerrules.strategies.reads import Reads

_NUMBERS: Final = (1, 0, 2, 3, 10, 100, -1)
_AMOUNTS: Final = ("100", "0", "0.01", "333.33", "1000", "-100", "12345.67")
_RATIOS: Final = ("0.5", "0", "1", "0.1", "0.3333")
_TEXTS: Final = ("a", "b", "客户 c")
_CURRENCIES: Final = ("CNY", "USD", "EUR")
_MOST_TEXTS: Final = 4
_LESS_THAN_A_COIN: Final = Decimal("0.5")
"""Of the smallest coin: there is one amount that is no whole number of them."""
_ASKED: Final = 3
"""How many times as often as all others together come texts, and words of a list, that rules ask for."""
_IN_FORCE: Final = 7
"""How many times as often as all others together come days on which a version is in force, where they choose it."""
_MOST: Final = 60
"""Values of one field that are tried, dates left out; those on its own lines come first."""


class Values:
    """The values for the fields of a ruleset's facts, as of an instant."""

    def __init__(self, reads: Reads, as_of: dt.datetime) -> None:
        """Look for what a ruleset holds facts against.

        Args:
            reads: what it reads.
            as_of: the instant of the decision, around which dates lie.
        """
        self._reads: Final = reads
        self._days: Final = days_around(reads, as_of)
        self._instants: Final = instants_around(reads, as_of)
        self._compared: Final = sorted({each for own in reads.lines.values() for each in own if isinstance(each, str)})
        self._found: dict[tuple[str, str], tuple[object, ...]] = {}
        self._choosing: Final = {place for place in reads.references if self._is_moment(place)}

    def _is_moment(self, place: tuple[str, str]) -> bool:
        declared = self._reads.schema.entities[place[0]].fields[place[1]].type
        return isinstance(t.present(declared), t.Date | t.Instant)

    def of(self, entity: t.Entity, field: t.Field) -> tuple[object, ...]:
        """The values for a field, or for the items of its list; none for references and parts, which are made."""
        key = (entity.name, field.name)
        if key not in self._found:
            declared = field.type
            while isinstance(declared, t.ListOf):
                declared = declared.item
            impossible = impossible_of(entity)
            self._found[key] = tuple(
                value for value in self._typed(key, declared) if not any(broken(impossible, {field.name: value}))
            )
        return self._found[key]

    def _typed(self, place: tuple[str, str], declared: t.Type) -> Iterable[object]:
        match declared:
            case t.Boolean():
                return (True, False)
            case t.Enumeration(values):
                asked = [each for each in values if each in self._reads.lines.get(place, ())]
                return mostly(asked, [each for each in values if each not in asked], _ASKED)
            case t.Text():
                return self._texts(place)
            case t.Date() | t.Instant():
                moments = self._days if isinstance(declared, t.Date) else self._instants
                if place not in self._choosing:
                    return moments
                inside = [each for each in moments if self._in_force(each)]
                return mostly(inside, [each for each in moments if not self._in_force(each)], _IN_FORCE)
            case t.Integer():
                whole = (number for number in self._numbers(place, declared, _NUMBERS) if number == int(number))
                return tuple(dict.fromkeys(int(number) for number in whole))
            case t.Number():
                return self._numbers(place, declared, _NUMBERS)
            case t.Ratio():
                return tuple(each for each in self._numbers(place, declared, _RATIOS) if abs(each) <= 10)
            case t.Quantity(dimension):
                money = currency_of(dimension) is not None
                return self._numbers(place, declared, _AMOUNTS if money else _NUMBERS)
            case t.AnyMoney():
                currency = self._reads.currency or _CURRENCIES[0]
                amounts = self._numbers(place, t.Quantity(((currency, 1),)), _AMOUNTS)
                other = next(each for each in _CURRENCIES if each != currency)
                return (*(Money(each, currency) for each in amounts), Money(Decimal(100), other))
            case _:
                return ()

    def _in_force(self, moment: dt.date) -> bool:
        """Whether a version is in force on a day, or on that of an instant."""
        day = moment.astimezone(self._reads.zone).date() if isinstance(moment, dt.datetime) else moment
        return any(
            (start is None or start <= day) and (end is None or day < end) for start, end in self._reads.in_force
        )

    def _texts(self, place: tuple[str, str]) -> Iterable[object]:
        own = sorted(each for each in self._reads.lines.get(place, ()) if isinstance(each, str))
        if place[1].endswith("currency"):
            return (*dict.fromkeys((self._reads.currency or _CURRENCIES[0], *_CURRENCIES)),)
        if own:
            return mostly(own, [each for each in _TEXTS if each not in own], _ASKED)
        return dict.fromkeys((*self._compared[:_MOST_TEXTS], *_TEXTS))

    def _numbers(self, place: tuple[str, str], declared: t.Type, usual: Sequence[int | str]) -> tuple[Decimal, ...]:
        own = _decimals(self._reads.lines.get(place, ()))
        plain = t.Number() if isinstance(declared, t.Integer) else declared
        others = _decimals(self._reads.values.get(plain, ()))
        coin = _coin(declared)
        if coin is not None:
            # A ratio in a computed limit is no amount, and of parts of coins one is enough.
            own = [each for each in own if each in others and each % coin == 0]
            others = [each for each in others if each % coin == 0]
            usual = (*usual, str(coin * _LESS_THAN_A_COIN))
        lines = [*own, *(each for each in others if each not in own)][:_MOST]
        found: dict[Decimal, None] = {}
        for line in lines:
            unit = _unit_of(line, declared)
            found.update(dict.fromkeys((line, add(line, -unit), add(line, unit))))
        found.update(dict.fromkeys(Decimal(each) for each in usual))
        return tuple(found)


@lru_cache(maxsize=256)
def values_around(reads: Reads, as_of: dt.datetime) -> Values:
    """The values for facts as of an instant, found once."""
    return Values(reads, as_of)


def _decimals(values: Iterable[terms.Constant]) -> list[Decimal]:
    numbers = (value for value in values if isinstance(value, int | Decimal) and not isinstance(value, bool))
    return sorted({Decimal(value) for value in numbers})


def _unit_of(line: Decimal, declared: t.Type) -> Decimal:
    """The step to the nearest value that people would still tell from it."""
    match declared:
        case t.Integer():
            return Decimal(1)
        case t.Ratio():
            return Decimal("0.0001")
        case t.Quantity():
            return _coin(declared) or Decimal(1)
        case _:
            exponent = line.as_tuple().exponent
            return Decimal(1).scaleb(min(exponent, 0) if isinstance(exponent, int) else 0)


def _coin(declared: t.Type) -> Decimal | None:
    """The smallest coin of a currency, None of what is no money."""
    currency = currency_of(declared.dimension) if isinstance(declared, t.Quantity) else None
    return None if currency is None else Decimal(1).scaleb(-currency_places(currency))


_Value = TypeVar("_Value")


def mostly(usual: Sequence[_Value], others: Sequence[_Value], times: int) -> tuple[_Value, ...]:
    """Values of which some come up so many times as often as the others together; those first."""
    if not usual or not others:
        return (*usual, *others)
    again = max(1, times * len(others) // len(usual))
    return (*usual, *others, *(each for _ in range(again - 1) for each in usual))


def impossible_of(entity: t.Entity) -> tuple[Impossibility, ...]:
    """What can never be true of a record of an entity, as the reader of facts sees it."""
    row = entity_rows().get(entity.name)
    if row is not None:
        return row.model.impossible
    return () if entity.validity is None else (EndsAfterStart(*entity.validity),)


# ----------------------------------------------------------------------------------------------------------- written


def written(value: object, declared: t.Type) -> object:
    """A typed value, neither a list nor a part, as files of facts write it.

    >>> written(Decimal("1000"), t.Quantity((("CNY", 1),)))
    '1000.00 CNY'
    >>> written(Decimal("0.15"), t.Ratio())
    '15 %'
    """
    match value:
        case UnknownValue():
            return {"unknown": True}
        case None | bool() | int():
            return value
        case dt.datetime() | dt.date():
            return value.isoformat()
        case Money():
            return str(value)
        case Decimal():
            return _written_number(value, declared)
        case _:
            return str(value)


def _written_number(value: Decimal, declared: t.Type) -> str:
    match declared:
        case t.Ratio():
            return f"{as_percent(value):f} %"
        case t.Quantity(dimension):
            currency = currency_of(dimension)
            if currency is None:
                return f"{value:f} {_unit_name(dimension)}"
            return f"{format_amount(value, currency)} {currency}"
        case _:
            return f"{value:f}"


@lru_cache(maxsize=256)
def _unit_name(dimension: Dimension) -> str:
    """The unit in which values of a dimension are computed with."""
    names = []
    for name in unit_names():
        unit = find_unit(name)
        if unit is not None and unit.dimension == dimension and unit.factor == 1:
            names.append(name)
    if not names:
        raise ValueError(f"no unit measures {dimension}")
    return max(sorted(names), key=len)
