"""The checked parts of a commission policy, and the small terms that its plan is made of."""

from dataclasses import dataclass

from partnerrules.language import terms
from partnerrules.language.checker import Checked
from partnerrules.language.checking import BOOLEAN
from partnerrules.plan.nodes import APPLIES, Column
from partnerrules.policies.commission.columns import CORRECTS
from partnerrules.policies.commission.documents import Asked, Payees
from partnerrules.policies.commission.limits import Limits
from partnerrules.policies.commission.modifiers import Modifiers
from partnerrules.policies.commission.overrides import Overrides
from partnerrules.policies.commission.rates import Rate
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
        asked: the conditions, whose columns are `conditions`.
        conditions: one column for each.
        payees: who is paid.
        limits: floor and cap.
        rate: what is paid of the base.
        modifiers: what makes it more.
        overrides: what those above the payee get.
        places: the decimal places of what is paid.
    """

    entity: str
    when: Checked | None
    corrects: Checked | None
    date: Checked
    base: Checked
    asked: Asked
    conditions: tuple[Column, ...]
    payees: Payees
    limits: Limits
    rate: Rate
    modifiers: Modifiers
    overrides: Overrides
    places: int

    @property
    def money(self) -> t.Type:
        """The type of all amounts."""
        return self.base.type


def line_column(number: int, *, before: bool = False) -> str:
    """The column with what a party has got of a document and what it corrects."""
    return f"part {number} before" if before else f"part {number}"


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
