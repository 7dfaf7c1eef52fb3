"""The checked parts of a commission policy, and the small terms that its plan is made of."""

from dataclasses import dataclass

from partnerrules.language import terms
from partnerrules.language.checker import Checked
from partnerrules.language.checking import BOOLEAN
from partnerrules.plan.nodes import APPLIES, Column
from partnerrules.policies.commission.columns import CORRECTS
from partnerrules.policies.commission.conversion import Converting
from partnerrules.policies.commission.documents import Counted, Party, Payees
from partnerrules.policies.commission.limits import Cap, Limits
from partnerrules.policies.commission.modifiers import Modifiers
from partnerrules.policies.commission.overrides import Overrides
from partnerrules.policies.commission.rates import Rate
from partnerrules.policies.commission.rights import Rights
from partnerrules.policies.computing import (
    exists,
)
from partnerrules.schema import types as t


@dataclass(frozen=True, slots=True)
class Parts:
    """The checked parts of a commission policy.

    Attributes:
        entity: the documents.
        when: which of them the policy is about.
        corrects: the document that one corrects, if documents can.
        date: the day of a document.
        base: the money that it is computed on.
        counted: which documents count.
        conditions: one column for each condition that is asked of a document.
        payees: who is paid.
        limits: floor and cap.
        rate: what is paid of the base.
        modifiers: what makes it more.
        overrides: what those above the payee get.
        rights: what becomes of all that.
        places: the decimal places of what is paid.
        conversion: how the base is converted, if it is.
    """

    entity: str
    when: Checked | None
    corrects: Checked | None
    date: Checked
    base: Checked
    counted: Counted
    conditions: tuple[Column, ...]
    payees: Payees
    limits: Limits
    rate: Rate
    modifiers: Modifiers
    overrides: Overrides
    rights: Rights
    places: int
    conversion: Converting | None = None

    @property
    def money(self) -> t.Type:
        """The type of all amounts."""
        return self.base.type

    @property
    def paid(self) -> dict[str, t.Type]:
        """The columns with all who are paid, those above the payee included, and their types."""
        above = {level.payee: self.overrides.payee for level in self.overrides.levels}
        return {**self.payees.types, **above}

    @property
    def followed(self) -> dict[str, t.Type]:
        """The columns that a correction takes over from its original, with their types."""
        payees = {column.name: column.term.type for column in self.payees.columns}
        return {**payees, **self.limits.kept, **self.rights.kept(self.paid)}

    @property
    def together(self) -> tuple[str, ...]:
        """The columns in which documents are equal whose amounts are added up before they are cut or split.

        These share a cap, or a ladder that corrections go down: there a document may take back what others gave, and
        shares of the total come out even where those of each amount would not.
        """
        if self.limits.shared:
            return tuple(final(key, self) for key in self.limits.shared[-1].keys)
        is_shared = self.payees.parties[0].share is not None or bool(self.payees.overlays)
        return self.rate.group if is_shared and self.rate.descends else ()

    def limit(self, name: str) -> str:
        """The column with a floor or a cap as it counts for a document: of a correction that of its original."""
        return final(name, self) if name in self.limits.varying else name


def stage(name: str, cap: Cap | None) -> str:
    """The column with a total on the way to the last one, that of the widest cap or of a ladder, which is None."""
    return name if cap is None else f"{name} {cap.most}"


def line_column(number: int, *, before: bool = False) -> str:
    """The column with what a party has got of a document and what it corrects."""
    return f"part {number} before" if before else f"part {number}"


def overlay_column(party: Party) -> str:
    """The column with what one gets who is paid in addition to the amount."""
    return f"{party.payee} part"


def column(name: str, type: t.Type) -> terms.ColumnOf:
    return terms.ColumnOf(name, type)


def truth(name: str) -> terms.ColumnOf:
    return terms.ColumnOf(name, BOOLEAN)


def is_correction(parts: Parts) -> terms.Term:
    assert parts.corrects is not None
    return exists(column(CORRECTS, parts.corrects.type))


def applies(parts: Parts) -> tuple[terms.Term, ...]:
    return () if parts.when is None else (truth(APPLIES),)


def final(name: str, parts: Parts) -> str:
    """The column with what counts for a document: its own, or that of the document that it corrects."""
    return name if parts.corrects is None else f"final {name}"
