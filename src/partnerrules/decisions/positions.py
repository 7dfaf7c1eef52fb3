"""Positions: how the entitlements of an account stand, and how much of each is withheld or lost.

What has been released once stays so as far as it still is an entitlement: what holds an amount back is for what is not
paid yet. A correction takes back of its original what is withheld and lost of it, in proportion to the base that is
left, and all the rest of its amount at once: what was released, and what it changes for other documents.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

from partnerrules.decisions.entitlements import Entitlement, Entry, Taken
from partnerrules.quantities import add, divide, multiply, round_half_up, subtract, sum_of


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


class _Correction(NamedTuple):
    """A correction: its entry, what it earns, and what it takes back."""

    entry: Entry
    entitlement: Entitlement
    taken: Taken


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
    families: dict[Entry, list[_Correction]] = {}
    for entry, each in entitlements.items():
        if each.taken is None:
            found[entry] = _position(each.amount, each.status, before.get(entry, NOTHING))
        else:
            families.setdefault(entry._replace(document=each.taken.original), []).append(
                _Correction(entry, each, each.taken)
            )
    for entry, settled in before.items():
        if entry not in entitlements:
            found[entry] = settled if (entry.policy, entry.document) in unsettled else NOTHING
    for original, corrections in families.items():
        found.update(_corrected(found.get(original), corrections, before, places))
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
    family: Iterable[_Correction],
    before: Mapping[Entry, Position],
    places: int,
) -> dict[Entry, Position]:
    """The positions of all corrections of one document, in the order of their days."""
    if original is None:  # it was settled elsewhere
        return {entry: _position(each.amount, each.status, before.get(entry, NOTHING)) for entry, each, _ in family}
    found: dict[Entry, Position] = {}
    withheld_so_far, forfeited_so_far = original.withheld, original.forfeited
    for entry, each, taken in sorted(family, key=lambda one: (one.entitlement.date, one.entry.document)):
        withheld = subtract(_part(original.withheld, taken, places), withheld_so_far)
        forfeited = subtract(_part(original.forfeited, taken, places), forfeited_so_far)
        rest = sum_of((each.amount, withheld.copy_negate(), forfeited.copy_negate()))
        if not original.released and taken.left and _is_rounding(rest, places):
            if original.withheld:
                withheld = add(withheld, rest)
            else:
                forfeited = add(forfeited, rest)
        withheld_so_far, forfeited_so_far = add(withheld_so_far, withheld), add(forfeited_so_far, forfeited)
        found[entry] = Position(each.amount, withheld, forfeited)
    return found


def _part(amount: Decimal, taken: Taken, places: int) -> Decimal:
    """What of an amount is left with a correction, in proportion to the base of its original."""
    if not amount or taken.left == taken.base:
        return amount
    return round_half_up(divide(multiply(amount, taken.left), taken.base), places) if taken.left else Decimal(0)


def _is_rounding(rest: Decimal, places: int) -> bool:
    """Whether it is no more than what two ways of rounding differ by."""
    return 0 < abs(rest) <= Decimal(1).scaleb(-places)
