"""Positions: how the entitlements of an account stand, and how much of each is withheld or lost.

What has been released once stays so as far as it still is an entitlement: what holds an amount back is for what is not
paid yet. A correction takes back of its original what is withheld and lost of it, in proportion to the base that is
left, and all the rest of its amount at once: what was released, and what it changes for other documents.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from partnerrules.decisions.entitlements import Entitlement, Entry
from partnerrules.quantities import divide, multiply, round_half_up, subtract, sum_of


@dataclass(frozen=True, slots=True)
class Position:
    """How an entitlement stands: how much it is, and how much of it is withheld or lost."""

    amount: Decimal = Decimal(0)
    withheld: Decimal = Decimal(0)
    forfeited: Decimal = Decimal(0)

    @property
    def released(self) -> Decimal:
        """What of it has been added to the balance of the account."""
        return subtract(subtract(self.amount, self.withheld), self.forfeited)


NOTHING: Final = Position()


def positions(
    before: Mapping[Entry, Position],
    entitlements: Mapping[Entry, Entitlement],
    unsettled: set[tuple[str, str]],
    corrects: Mapping[Entry, str],
    places: int,
) -> dict[Entry, Position]:
    """How all entitlements of an account stand now.

    Args:
        before: how the closings before left them.
        entitlements: what documents earn now.
        unsettled: documents of which nothing can be said now, by policy: they stay as they were left.
        corrects: which document each of those that were settled corrects.
        places: decimal places of the currency.
    """
    found: dict[Entry, Position] = {}
    families: dict[Entry, list[tuple[Entry, Entitlement]]] = {}
    for entry, each in entitlements.items():
        if each.taken is None:
            found[entry] = _position(each.amount, each.status, before.get(entry, NOTHING))
        else:
            families.setdefault(entry._replace(document=each.taken.original), []).append((entry, each))
    for entry, settled in before.items():
        if entry not in entitlements:
            found[entry] = settled if (entry.policy, entry.document) in unsettled else NOTHING
    for original, family in families.items():
        found.update(_corrected(found.get(original), family, before, places))
    for entry in found.keys() - entitlements.keys():
        original_position = found.get(entry._replace(document=corrects.get(entry, "")))
        if original_position is not None and not original_position.withheld:
            # A correction of which nothing can be said now is still there: it is released with its original.
            found[entry] = Position(found[entry].amount, Decimal(0), found[entry].forfeited)
    return dict(sorted(found.items(), key=lambda each: (*each[0][:2], each[0].role or "", each[0].number)))


def _position(amount: Decimal, status: str, before: Position) -> Position:
    if status in ("earned", "excluded"):
        return Position(amount)
    if status == "clawed_back":
        return Position(amount, Decimal(0), amount)
    kept = _kept(before.released, amount)
    rest = subtract(amount, kept)
    return Position(amount, Decimal(0), rest) if status == "forfeited" else Position(amount, rest)


def _kept(released: Decimal, amount: Decimal) -> Decimal:
    """What of an amount stays released: as much as was, as far as there still is that much of it."""
    if released > 0 < amount:
        return min(released, amount)
    return max(released, amount) if released < 0 > amount else Decimal(0)


def _corrected(
    original: Position | None,
    family: Iterable[tuple[Entry, Entitlement]],
    before: Mapping[Entry, Position],
    places: int,
) -> dict[Entry, Position]:
    """The positions of all corrections of one document, in the order of their days."""
    if original is None:  # it was settled elsewhere
        return {entry: _position(each.amount, each.status, before.get(entry, NOTHING)) for entry, each in family}
    found: dict[Entry, Position] = {}
    left = Position(original.amount, original.withheld, original.forfeited)
    for entry, each in sorted(family, key=lambda one: (one[1].date, one[0].document)):
        withheld = subtract(_part(original.withheld, each, places), left.withheld)
        forfeited = subtract(_part(original.forfeited, each, places), left.forfeited)
        rest = sum_of((each.amount, withheld.copy_negate(), forfeited.copy_negate()))
        if not original.released and each.taken is not None and each.taken.left and _is_rounding(rest, places):
            withheld, forfeited = (
                (sum_of((withheld, rest)), forfeited) if original.withheld else (withheld, sum_of((forfeited, rest)))
            )
        left = Position(left.amount, sum_of((left.withheld, withheld)), sum_of((left.forfeited, forfeited)))
        found[entry] = Position(each.amount, withheld, forfeited)
    return found


def _part(amount: Decimal, correction: Entitlement, places: int) -> Decimal:
    """What of an amount is left with a correction, in proportion to the base of its original."""
    taken = correction.taken
    if taken is None or not amount or taken.left == taken.base:
        return amount
    return round_half_up(divide(multiply(amount, taken.left), taken.base), places) if taken.left else Decimal(0)


def _is_rounding(rest: Decimal, places: int) -> bool:
    """Whether it is no more than what two ways of rounding differ by."""
    return 0 < abs(rest) <= Decimal(1).scaleb(-places)
