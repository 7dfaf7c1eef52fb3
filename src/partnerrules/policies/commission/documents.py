"""What a commission policy says of a document besides its rate: which documents count, and who is paid.

May import the rates and ladders of commissions.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from partnerrules.decisions.requirements import Requirement
from partnerrules.diagnostics import Span
from partnerrules.language import terms
from partnerrules.language.checker import Checked
from partnerrules.language.checking import implied
from partnerrules.language.form_reader import Expression, Item
from partnerrules.plan.nodes import Column
from partnerrules.policies.commission.rates import RATIO
from partnerrules.policies.commission.scope import GUARD, Scope
from partnerrules.policies.computing import NO_WORD, amount, compared, every, first_reason, negated
from partnerrules.policies.conditions import Lowering
from partnerrules.policies.kind import unsuited, with_percent
from partnerrules.quantities import as_percent, multiply, subtract, sum_of
from partnerrules.schema import types as t

MAXIMUM_PARTIES: Final = 100


@dataclass(frozen=True, slots=True)
class Counted:
    """The conditions that say which documents count.

    Attributes:
        include: all must hold.
        exclude: none must.
        included: whether a document counts, over the columns of the conditions.
    """

    include: tuple[Requirement, ...]
    exclude: tuple[Requirement, ...]
    included: terms.Term


def counted_documents(item: Item, lowering: Lowering) -> Counted | None:
    """Which documents count, or None after a fault. What shows a value to be there is remembered."""
    whole = True
    found: dict[str, list[tuple[Requirement, terms.Term]]] = {"include": [], "exclude": []}
    for key, conditions in found.items():
        after = lowering.present
        for read in item.list(key):
            before, columns = lowering.present, len(lowering.columns)
            condition = lowering.condition(read)
            if condition is None:
                whole = False
                continue
            conditions.append(condition)
            if key == "exclude":
                # Of a document that counts no exclusion holds.
                lowering.present = before
                if len(lowering.columns) == columns + 1:
                    lowering.present |= implied(lowering.columns[-1].term, False)
            after = lowering.present
        lowering.present = after
    if not whole:
        return None
    included = every(*(term for _, term in found["include"]), *(negated(term) for _, term in found["exclude"]))
    include, exclude = (tuple(requirement for requirement, _ in each) for each in found.values())
    return Counted(include, exclude, included)


# ------------------------------------------------------------------------------------------------------------ payees


@dataclass(frozen=True, slots=True)
class Party:
    """One who is paid.

    Attributes:
        payee: the column with the record or its id.
        role: what it does.
        share: the column with its share of a split, or with what it gets in addition.
        place: where it is written.
    """

    payee: str
    role: str | None
    share: str | None
    place: Span


@dataclass(frozen=True, slots=True)
class Payees:
    """Who is paid.

    Attributes:
        parties: in the order in which they are written.
        columns: what is computed of them.
        varying: the columns with shares that differ from document to document.
        equal: whether all get equal parts.
        fault: why the amount cannot be split: a word, or none.
        depth: of their deepest expression.
        overlays: those who are paid in addition to the amount.
    """

    parties: tuple[Party, ...]
    columns: tuple[Column, ...]
    varying: tuple[str, ...]
    equal: bool
    fault: terms.Term
    depth: int
    overlays: tuple[Party, ...] = ()

    @property
    def paid(self) -> tuple[terms.Term, ...]:
        """Those who are paid."""
        return tuple(column.term for column in self.columns if column.name in self.types)

    @property
    def told_apart(self) -> tuple[terms.Term, ...]:
        """What is equal in documents that share a cap: who is paid, and shares that differ."""
        names = {*self.types, *self.varying}
        return tuple(column.term for column in self.columns if column.name in names)

    @property
    def types(self) -> dict[str, t.Type]:
        """The columns with those who are paid, and their types."""
        names = {party.payee for party in (*self.parties, *self.overlays)}
        return {column.name: column.term.type for column in self.columns if column.name in names}

    @property
    def places(self) -> dict[str, Span]:
        """The columns with those who are paid, and where they are written."""
        return {party.payee: party.place for party in (*self.parties, *self.overlays)}


def read_sharing(item: Item, scope: Scope) -> Payees | None:
    """Who shares the amount, or None after a fault."""
    if "split" not in item.keys:
        written = item.expression("payee")
        checked = None if written is None else read_payee(written, scope)
        if checked is None:
            return None
        assert written is not None
        column = Column("payee 1", checked.term, checked.observed)
        return Payees((Party(column.name, None, None, written.span),), (column,), (), False, NO_WORD, checked.depth)
    parties: list[Party] = []
    columns: list[Column] = []
    varying: list[str] = []
    depth = 0
    if len(item.list("split")) > MAXIMUM_PARTIES:
        scope.context.report.error(
            "too-large",
            f"an amount is split among at most {MAXIMUM_PARTIES}, and here among {len(item.list('split')):,}",
            item.keys["split"],
            help="pay some of them by a policy of their own",
        )
        return None
    written_shares = [isinstance(read, Item) and "share" in read.keys for read in item.list("split")]
    equal = not any(written_shares)
    whole = equal or _all_shares(item, scope)
    for number, read in enumerate(item.list("split"), start=1):
        to, written = (read.expression("to"), read.expression("share")) if isinstance(read, Item) else (None, None)
        payee = None if to is None else read_payee(to, scope)
        share = None if written is None else read_share(written, scope)
        if equal:
            share = Checked(_equal_part(number, len(written_shares)), "", (), 0)
        if to is None or payee is None or share is None or not isinstance(read, Item):
            whole = False
            continue
        depth = max(depth, payee.depth, share.depth)
        party = Party(f"payee {number}", read.text("role"), f"share {number}", to.span)
        parties.append(party)
        columns += (
            Column(party.payee, payee.term, payee.observed),
            Column(f"share {number}", share.term, share.observed),
        )
        if not isinstance(share.term, terms.Value | terms.ParameterOf):
            varying.append(f"share {number}")
    shares = [column.term for column in columns if column.name.startswith("share ")]
    if not whole or not _total(shares, item, scope):
        return None
    return Payees(tuple(parties), tuple(columns), tuple(varying), equal, _split_fault(shares), depth)


def _all_shares(item: Item, scope: Scope) -> bool:
    """Whether all parties of a split have a share, or none; reports those that have none beside others."""
    fine = True
    for read in item.list("split"):
        if isinstance(read, Item) and "share" not in read.keys:
            scope.context.report.error(
                "missing-key",
                "the others have shares, and this one has none",
                read.span,
                help="write `share: ...`, or leave it out for all: then they get equal parts",
            )
            fine = False
    return fine


_FINENESS: Final = 40


def _equal_part(number: int, count: int) -> terms.Value:
    """One of some equal parts: so fine that only what comes first gets what does not divide."""
    part = Decimal(f"0.{10**_FINENESS // count:0{_FINENESS}d}")
    return terms.Value(part if number > 1 else subtract(Decimal(1), multiply(part, Decimal(count - 1))), RATIO)


def read_payee(written: Expression, scope: Scope) -> Checked | None:
    """One who is paid, or None after a fault."""
    checked = scope.checked(written)
    if checked is None or isinstance(checked.type, t.Record | t.Text):
        return checked
    message = f"a payee is a record or the id of one, and this is {checked.type}"
    way_out = "write `transaction.partner`"
    unsuited(scope.context, written.span, checked.type, message, help=way_out, guard=GUARD, term=checked.term)
    return None


def read_share(written: Expression, scope: Scope) -> Checked | None:
    """How much of an amount somebody gets, or None after a fault."""
    checked = scope.checked(written)
    if checked is None:
        return None
    report = scope.context.report
    if not isinstance(checked.type, t.Ratio):
        value = checked.term.value if isinstance(checked.term, terms.Value) else None
        plain = isinstance(checked.type, t.Integer | t.Number) and value is not None
        unsuited(
            scope.context,
            written.span,
            checked.type,
            f"a share is a percentage, and this is {checked.type}",
            help=with_percent(value) if plain else "write a percentage, such as `70 %`",
            term=checked.term,
            code="ratio-without-percent" if plain else "type-mismatch",
        )
        return None
    if isinstance(checked.term, terms.Value) and isinstance(checked.term.value, Decimal) and checked.term.value < 0:
        report.error("impossible-rate", "a share cannot be less than nothing", written.span, help="write `0 %` or more")
        return None
    return checked


def _total(shares: list[terms.Term], item: Item, scope: Scope) -> bool:
    """Whether shares that are written out are the whole together; reports it if not."""
    written = [share.value for share in shares if isinstance(share, terms.Value) and isinstance(share.value, Decimal)]
    total = sum_of(written)
    if total == 1 or (len(written) < len(shares) and total <= 1):
        return True
    scope.context.report.error(
        "split-total",
        f"the total is {as_percent(total):f} %, not 100 %",
        item.keys["split"],
        help="write shares that total 100 %; cents that do not divide are given out by largest remainder",
    )
    return False


def _split_fault(shares: list[terms.Term]) -> terms.Term:
    """The reason why shares that facts or parameters give are not the whole, if they are not."""
    if all(isinstance(share, terms.Value) for share in shares):
        return NO_WORD
    columns = [terms.ColumnOf(f"share {number}", RATIO) for number in range(1, len(shares) + 1)]
    total = terms.Aggregate("sum", terms.Items(tuple(columns), t.ListOf(RATIO)), RATIO)
    fits = [compared(total, "=", amount(1, RATIO)), *(compared(share, ">=", amount(0, RATIO)) for share in columns)]
    return first_reason([(negated(every(*fits)), "shares")])
