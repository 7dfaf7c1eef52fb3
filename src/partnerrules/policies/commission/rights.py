"""What takes a payment back, makes it lost or holds it back: asked of a document, or of each who is paid for it.

A condition that names `payee` is about the one who is paid. It is lowered once, and then asked of each of them. May
import what the expressions of commissions see, and when amounts are earned.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from partnerrules.decisions.requirements import Requirement
from partnerrules.diagnostics import Label, Span
from partnerrules.language import syntax as s
from partnerrules.language import terms
from partnerrules.language.building import truth, word
from partnerrules.language.checker import Observed
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.form_reader import Expression, Item, Listed, Read
from partnerrules.plan.nodes import Column
from partnerrules.plan.walk import renamed, substituted
from partnerrules.policies.commission.columns import CLAWED_BACK, EARNED, FORFEITED, HELD, STATUS
from partnerrules.policies.commission.documents import Payees
from partnerrules.policies.commission.earning import PENDING, WAITING, Earning
from partnerrules.policies.computing import choice, compared, exists
from partnerrules.policies.conditions import MAXIMUM_CONDITIONS, Lowering
from partnerrules.schema import types as t

PAYEE: Final = "payee"
"""The name under which conditions see the one who is paid."""

_FALSE: Final = terms.Value(False, BOOLEAN)


ASKED: Final = {"clawback": CLAWED_BACK, "forfeit": FORFEITED, "hold": HELD}
"""The keys with conditions on a payment, and the column that says whether one of them holds; the first goes first."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Conditions on a payment.

    Attributes:
        by_key: the conditions, by the key that they stand under.
        holds: by the column of the key whether one of them holds, over the columns of the conditions.
    """

    by_key: Mapping[str, tuple[Requirement, ...]]
    holds: Mapping[str, terms.Term]

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """All of them."""
        return tuple(each for group in self.by_key.values() for each in group)


@dataclass(frozen=True, slots=True)
class Rights:
    """What becomes of an amount, and of the part of each who is paid.

    Attributes:
        of_document: the conditions that are asked of a document.
        of_payee: those that are asked of each who is paid; none if there are no such.
        columns: what they see of who is paid, under the name `payee`.
        earning: when amounts are earned and can be paid.
    """

    of_document: Asked
    of_payee: Asked
    columns: tuple[Column, ...]
    earning: Earning

    @property
    def apart(self) -> bool:
        """Whether what becomes of the parts of those who are paid may differ."""
        return any(self.of_payee.by_key.values())

    @property
    def depth(self) -> int:
        """That of the deepest expression."""
        return self.earning.depth

    def kept(self, payees: dict[str, t.Type]) -> dict[str, t.Type]:
        """The columns that a correction takes over from its original, with their types."""
        names = [*ASKED.values()]
        if self.apart:
            names += (of(name, payee) for payee in payees for name in ASKED.values())
        return {**dict.fromkeys(names, BOOLEAN), **self.earning.followed}

    def computed(self, payees: dict[str, t.Type]) -> tuple[Column, ...]:
        """What becomes of a document that corrects nothing, and of the parts of those who are paid.

        Args:
            payees: the columns with them, and their types.
        """
        document = (Column(name, self.of_document.holds[name]) for name in ASKED.values())
        found = [*self.earning.columns, *document]
        for payee, type in payees.items() if self.apart else ():
            own = {column.name: of(column.name, payee) for column in self.columns}
            found += (_asked_of(column, own[column.name], terms.ColumnOf(payee, type)) for column in self.columns)
            for name in ASKED.values():
                either = (terms.ColumnOf(name, BOOLEAN), renamed(self.of_payee.holds[name], own))
                found.append(Column(of(name, payee), terms.AnyOf(either, BOOLEAN)))
        return tuple(found)

    def standing(self, payee: str, final: Callable[[str], str]) -> terms.Term:
        """What becomes of the part of one who is paid, as a word, if there is an amount.

        Args:
            payee: the column with the one who is paid.
            final: by the name of a column the one with what counts, as a correction follows its original.
        """
        clawed_back, forfeited, held = (of(name, payee) if self.apart else name for name in ASKED.values())
        holds: terms.Term = truth(final(held))
        if self.earning.holds:
            holds = terms.AnyOf((holds, truth(final(WAITING))), BOOLEAN)
        found = choice(holds, word(HELD), word(EARNED))
        if self.earning.columns:
            found = choice(truth(final(PENDING)), word(PENDING), found)
        found = choice(truth(final(forfeited)), word(FORFEITED), found)
        return choice(truth(final(clawed_back)), word(CLAWED_BACK), found)


def nearest(statuses: tuple[terms.Term, ...]) -> terms.Term:
    """What is said of several parts together: what is nearest to being paid."""
    found: terms.Term = word(CLAWED_BACK)
    for status in (FORFEITED, PENDING, HELD, EARNED):
        some = tuple(compared(each, "=", word(status)) for each in statuses)
        found = choice(terms.AnyOf(some, BOOLEAN), word(status), found)
    return found


def of(name: str, payee: str) -> str:
    """The column with what is asked of one who is paid, by the column in which that one stands."""
    return f"{name} of {payee}"


def status_of(payee: str, rights: Rights) -> str:
    """The column with what becomes of the part of one who is paid."""
    return of(STATUS, payee) if rights.apart else STATUS


def _asked_of(column: Column, name: str, payee: terms.ColumnOf) -> Column:
    """A condition on who is paid, asked of one of them; it does not hold where there is nobody."""
    record = terms.Follow(payee, t.present(payee.type))
    term = substituted(column.term, PAYEE, record)
    if isinstance(payee.type, t.Maybe):
        term = terms.If(exists(payee), term, _FALSE, BOOLEAN)
    observed = (Observed(each.text, substituted(each.term, PAYEE, record), each.title) for each in column.observed)
    return Column(name, term, tuple(observed))


# ----------------------------------------------------------------------------------------------------------- reading


def read_rights(item: Item, lowering: Lowering, payees: Payees | None, earning: Earning | None) -> Rights | None:
    """What becomes of amounts, or None after a fault.

    Args:
        item: the policy.
        lowering: takes the conditions that are asked of a document.
        payees: those who are paid; None after a fault.
        earning: when amounts are earned; None after a fault.
    """
    whole = True
    document: dict[str, list[tuple[Requirement, terms.Term]]] = {}
    party: dict[str, list[tuple[Requirement, terms.Term]]] = {}
    columns: list[Column] = []
    for key in ASKED:
        document[key], party[key] = [], []
        for read in item.list(key):
            place = _names_payee(read) if PAYEE not in lowering.named else None
            before, known, start = lowering.present, lowering.named, len(lowering.columns)
            if place is not None:
                one = _one_payee(place, lowering, payees)
                if one is None:
                    whole = False
                    continue
                lowering.named = {**known, PAYEE: one}
            condition = lowering.condition(read)
            # What would hold back or be lost shows nothing for what comes after it.
            lowering.named, lowering.present = known, before
            if condition is None:
                whole = False
            elif place is None:
                document[key].append(condition)
            else:
                party[key].append(condition)
                columns += lowering.columns[start:]
                del lowering.columns[start:]
    if not whole or earning is None:
        return None
    return Rights(_asked(document), _asked(party), tuple(columns), earning)


def bounded(rights: Rights, payees: dict[str, t.Type], item: Item, lowering: Lowering) -> bool:
    """Whether not too much is asked of those who are paid; reports it if it is."""
    if len(rights.columns) * len(payees) <= MAXIMUM_CONDITIONS:
        return True
    lowering.context.report.error(
        "too-large",
        f"{len(rights.columns)} conditions of {len(payees)} payees each are more than {MAXIMUM_CONDITIONS}",
        next(item.keys[key] for key in ("hold", "forfeit", "clawback") if key in item.keys),
        help="put what is asked of a payee into one definition, and ask that",
    )
    return False


def _asked(found: dict[str, list[tuple[Requirement, terms.Term]]]) -> Asked:
    by_key = {key: tuple(each for each, _ in found[key]) for key in ASKED if found[key]}
    holds = {name: _any_of(tuple(term for _, term in found[key])) for key, name in ASKED.items()}
    return Asked(by_key, holds)


def _any_of(holds: tuple[terms.Term, ...]) -> terms.Term:
    return terms.AnyOf(holds, BOOLEAN) if holds else _FALSE


def _names_payee(read: Read) -> Span | None:
    """Where a condition names the one who is paid, if it does."""
    for tree in _trees(read):
        pending = [tree]
        while pending:
            node = pending.pop()
            if isinstance(node, s.Name) and node.name == PAYEE:
                return node.span
            pending += s.children(node)
    return None


def _trees(read: Read) -> Iterator[s.Syntax]:
    """The expressions of a condition."""
    pending = [read]
    while pending:
        match pending.pop():
            case Expression(_, tree):
                yield from () if tree is None else (tree,)
            case Item(fields):
                pending += fields.values()
            case Listed(items):
                pending += items
            case _:
                pass


def _one_payee(place: Span, lowering: Lowering, payees: Payees | None) -> terms.Variable | None:
    """The variable for the one who is paid, or None after a fault."""
    report, environment = lowering.context.report, lowering.context.environment
    other = "parameter" if PAYEE in environment.parameters else None
    if PAYEE in environment.definitions.names(None):
        other = "definition"
    if other is not None:
        report.error(
            "ambiguous-name",
            f"`{PAYEE}` is the one who is paid here, and also a {other}",
            place,
            help=f"write `parameters.{PAYEE}` for the parameter" if other == "parameter" else "call it something else",
        )
        return None
    if payees is None:
        return terms.Variable(PAYEE, t.Anything())
    first = next(iter(payees.types.values()))
    for name, type in payees.types.items():
        if isinstance(type, t.Record) and type == first:
            continue
        report.error(
            "type-mismatch",
            f"`{PAYEE}` is one kind of record, and here others are paid, too"
            if isinstance(type, t.Record)
            else f"`{PAYEE}` is the record of the one who is paid, and here one is paid who is {type}",
            place,
            labels=[Label(place, ""), Label(payees.places[name], str(type))],
            help="let all who are paid be records of one kind, such as `transaction.partner`; or write the path to one"
            " of them in the condition, which then holds for the whole document",
        )
        return None
    return terms.Variable(PAYEE, first)
