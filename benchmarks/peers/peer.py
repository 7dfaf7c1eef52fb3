"""What is asked of another engine: to take the table, and to tell the rule for deals as it wants them given."""

import importlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib import metadata
from typing import Any

from benchmarks.rates import ITEMS
from benchmarks.workload import Deal, Rule, items_of


@dataclass(frozen=True)
class Engine:
    """An engine with the table in it.

    Attributes:
        given: a deal as the engine takes it, with values of the kinds that it knows. This is not measured.
        decide: the ids of the rules that come first for deals that are given so.
    """

    given: Callable[[Deal], Any]
    decide: Callable[[Sequence[Any]], list[Any]]


@dataclass(frozen=True)
class Peer:
    """Another engine, in one of the ways to use it.

    Attributes:
        package: its name where packages are had from.
        module: its name for Python.
        way: which of its ways to be used, if there are several.
        make: from its module and the rules an engine. The amount of a deal is given, or to be added up of its items.
    """

    package: str
    module: str
    way: str
    make: Callable[[Any, Sequence[Rule], bool], Engine]

    @property
    def name(self) -> str:
        """What the page calls it."""
        return f"{self.package}, {self.way}" if self.way else self.package

    @property
    def version(self) -> str | None:
        """The version that is installed; None if none is."""
        try:
            return metadata.version(self.package)
        except metadata.PackageNotFoundError:
            return None

    def engine(self, rules: Sequence[Rule], *, added_up: bool = False) -> Engine:
        """The engine with these rules.

        Raises:
            ModuleNotFoundError: if it is not installed.
        """
        return self.make(importlib.import_module(self.module), rules, added_up)


def tested(deal: Deal, added_up: bool, number: Callable[[Decimal], object]) -> dict[str, object]:
    """The fields of a deal that the table tests, with amounts in the kind of numbers that an engine knows."""
    amounts = dict(zip(ITEMS, items_of(deal), strict=True)) if added_up else {"amount": deal["amount"]}
    return {
        "partner_tier": deal["partner_tier"],
        "region": deal["region"],
        "product_family": deal["product_family"],
        "term_months": deal["term_months"],
        **{name: number(amount) for name, amount in amounts.items()},
    }


def complete(deal: Deal, added_up: bool, number: Callable[[Decimal], object]) -> dict[str, object]:
    """All fields of a deal, as a host has them."""
    numbers = {"amount": number(deal["amount"]), "csat": number(deal["csat"])}
    return {**deal, **numbers, **tested(deal, added_up, number)}


def joined(names: Iterable[str], between: str, mark: str = '"') -> str:
    """Names as they stand in the texts of engines."""
    return between.join(f"{mark}{name}{mark}" for name in names)
