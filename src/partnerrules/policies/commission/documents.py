"""What a commission policy says of a document besides its rate: who is paid, which count, and how much at most.

May import the rates and ladders of commissions.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from partnerrules.decisions.requirements import Requirement
from partnerrules.diagnostics import Label, suggestion
from partnerrules.language import terms
from partnerrules.language.checker import Checked
from partnerrules.language.checking import BOOLEAN, implied, origin
from partnerrules.language.form_reader import Expression, Item, Raw
from partnerrules.language.parser import parse_expression
from partnerrules.language.yaml_nodes import Scalar
from partnerrules.plan.nodes import Column
from partnerrules.policies.commission.forms import PERIODS
from partnerrules.policies.commission.ladders import checked_group, period_start
from partnerrules.policies.commission.rates import RATIO, Scope
from partnerrules.policies.computing import NO_WORD, amount, compared, every, first_reason, negated
from partnerrules.policies.conditions import Lowering
from partnerrules.quantities import as_percent, multiply, subtract, sum_of
from partnerrules.schema import types as t

FLOOR: Final = "floor"
CAP: Final = "cap"

MAXIMUM_PARTIES: Final = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """The conditions of a policy.

    Attributes:
        include: all must hold.
        exclude: none must.
        forfeit: what makes the payment lost.
        hold: what holds it back.
        included: whether a document counts, over the columns of the conditions.
        forfeited: whether it is lost.
        held: whether it is held back.
    """

    include: tuple[Requirement, ...]
    exclude: tuple[Requirement, ...]
    forfeit: tuple[Requirement, ...]
    hold: tuple[Requirement, ...]
    included: terms.Term
    forfeited: terms.Term
    held: terms.Term


def asked_conditions(item: Item, lowering: Lowering) -> Asked | None:
    """The conditions of a policy, or None after a fault. What shows a value to be there is remembered."""
    whole = True
    found: dict[str, list[tuple[Requirement, terms.Term]]] = {}
    for key in ("include", "exclude", "forfeit", "hold"):
        found[key] = []
        after = lowering.present
        for read in item.list(key):
            before, columns = lowering.present, len(lowering.columns)
            condition = lowering.condition(read)
            if condition is None:
                whole = False
                continue
            found[key].append(condition)
            if key == "include":
                after = lowering.present
            else:
                # Of a document that counts no exclusion holds; what would hold back or be lost shows nothing.
                lowering.present = before
                if key == "exclude" and len(lowering.columns) == columns + 1:
                    lowering.present |= implied(lowering.columns[-1].term, False)
                    after = lowering.present
        lowering.present = after
    if not whole:
        return None
    requirements = {key: tuple(requirement for requirement, _ in each) for key, each in found.items()}
    holds = {key: tuple(term for _, term in each) for key, each in found.items()}
    included = every(*holds["include"], *(negated(term) for term in holds["exclude"]))
    return Asked(
        requirements["include"],
        requirements["exclude"],
        requirements["forfeit"],
        requirements["hold"],
        included,
        _any_of(holds["forfeit"]),
        _any_of(holds["hold"]),
    )


def _any_of(holds: tuple[terms.Term, ...]) -> terms.Term:
    return terms.AnyOf(holds, BOOLEAN) if holds else terms.Value(False, BOOLEAN)


# ------------------------------------------------------------------------------------------------------------ payees


@dataclass(frozen=True, slots=True)
class Party:
    """One who is paid: the column with the record or its id, the role, and the column with the share of a split."""

    payee: str
    role: str | None
    share: str | None


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
    """

    parties: tuple[Party, ...]
    columns: tuple[Column, ...]
    varying: tuple[str, ...]
    equal: bool
    fault: terms.Term
    depth: int


def read_payees(item: Item, scope: Scope) -> Payees | None:
    """Who is paid, or None after a fault."""
    if "split" not in item.keys:
        written = item.expression("payee")
        checked = None if written is None else _payee(written, scope)
        if checked is None:
            return None
        column = Column("payee 1", checked.term, checked.observed)
        return Payees((Party(column.name, None, None),), (column,), (), False, NO_WORD, checked.depth)
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
        payee = None if to is None else _payee(to, scope)
        share = None if written is None else _share(written, scope)
        if equal:
            share = Checked(_equal_part(number, len(written_shares)), "", (), 0)
        if payee is None or share is None or not isinstance(read, Item):
            whole = False
            continue
        depth = max(depth, payee.depth, share.depth)
        party = Party(f"payee {number}", read.text("role"), f"share {number}")
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


def _payee(written: Expression, scope: Scope) -> Checked | None:
    checked = scope.checked(written)
    if checked is None or isinstance(checked.type, t.Record | t.Text):
        return checked
    absent = isinstance(checked.type, t.Maybe)
    scope.context.report.error(
        "unguarded-none" if absent else "type-mismatch",
        f"a payee is a record or the id of one, and this is {checked.type}",
        written.span,
        labels=[Label(written.span, f"{checked.type}, {origin(checked.term)}")],
        help="let `when:` or `include:` ask first whether it `exists(...)`"
        if absent
        else "write `transaction.partner`",
    )
    return None


def _share(written: Expression, scope: Scope) -> Checked | None:
    checked = scope.checked(written)
    if checked is None:
        return None
    report = scope.context.report
    if not isinstance(checked.type, t.Ratio):
        plain = isinstance(checked.type, t.Integer | t.Number) and isinstance(checked.term, terms.Value)
        report.error(
            "unguarded-none"
            if isinstance(checked.type, t.Maybe)
            else ("ratio-without-percent" if plain else "type-mismatch"),
            f"a share is a percentage, and this is {checked.type}",
            written.span,
            labels=[Label(written.span, f"{checked.type}, {origin(checked.term)}")],
            help=f"write `{written.text} %`" if plain else "write a percentage, such as `70 %`",
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


# ------------------------------------------------------------------------------------------------------------ limits


@dataclass(frozen=True, slots=True)
class Limits:
    """The least and the most that is paid.

    Attributes:
        columns: the floor and the cap, if there are such.
        floor: the least that a document earns.
        cap: the most.
        keys: the columns in which documents have to be equal to share one cap; empty if each has its own.
        key_columns: what they are computed from.
        key_texts: how they are written.
        depth: of their deepest expression.
    """

    columns: tuple[Column, ...]
    floor: terms.Term | None
    cap: terms.Term | None
    keys: tuple[str, ...]
    key_columns: tuple[Column, ...]
    key_texts: tuple[str, ...]
    depth: int


def read_limits(item: Item, scope: Scope, money: t.Type, day: terms.Term) -> Limits | None:
    """The floor and the cap, or None after a fault."""
    columns: list[Column] = []
    depth = 0
    for key in (FLOOR, CAP):
        under = item.item(key)
        if key not in item.keys:
            continue
        checked = None if under is None else _limit(under, key, scope, money)
        if checked is None:
            return None
        depth = max(depth, checked.depth)
        columns.append(Column(key, checked.term))
    found = {column.name: column.term for column in columns}
    if FLOOR in found and CAP in found and not _floor_below_cap(found[FLOOR], found[CAP], item, scope):
        return None
    cap = item.item(CAP)
    keys = () if cap is None else _keys(cap, scope, day)
    if keys is None:
        return None
    names = tuple(f"cap per {number}" for number in range(1, len(keys) + 1))
    return Limits(
        tuple(columns),
        terms.ColumnOf(FLOOR, money) if FLOOR in found else None,
        terms.ColumnOf(CAP, money) if CAP in found else None,
        names,
        tuple(Column(name, key.term, key.observed) for name, key in zip(names, keys, strict=True)),
        tuple(key.text for key in keys),
        max([depth, *(key.depth for key in keys)]),
    )


def _limit(under: Item, key: str, scope: Scope, money: t.Type) -> Checked | None:
    written = under.expression("amount")
    checked = scope.fixed(written)
    if checked is None or written is None:
        return None
    if checked.type != money:
        scope.context.report.error(
            "type-mismatch",
            f"a {key} is an amount in {money}, and this is {checked.type}",
            written.span,
            labels=[Label(written.span, f"{checked.type}, {origin(checked.term)}")],
            help=f"write an amount, such as `100 {scope.context.environment.currency}`",
        )
        return None
    value = checked.term.value if isinstance(checked.term, terms.Value) else None
    if isinstance(value, int | Decimal) and value < 0:
        scope.context.report.error(
            "impossible-rate", f"a {key} of less than nothing has no meaning", written.span, help="take it out"
        )
        return None
    return checked


def _floor_below_cap(floor: terms.Term, cap: terms.Term, item: Item, scope: Scope) -> bool:
    match floor, cap:
        case terms.Value(Decimal() as least), terms.Value(Decimal() as most) if least > most:
            scope.context.report.error(
                "inverted-interval",
                "the floor is above the cap",
                item.keys[FLOOR],
                labels=[Label(item.keys[FLOOR], ""), Label(item.keys[CAP], "the cap")],
                help="write the lower amount as the floor",
            )
            return False
        case _:
            return True


def _keys(cap: Item, scope: Scope, day: terms.Term) -> tuple[Checked, ...] | None:
    found: list[Checked] = []
    for read in cap.list("per"):
        node = read.node if isinstance(read, Raw) else None
        if not isinstance(node, Scalar) or node.is_null:
            if node is not None:
                scope.context.report.error(
                    "wrong-shape", "expected an expression or a period", node.span, help="write `month`, for instance"
                )
            return None
        text = " ".join(node.value.split())
        if text in PERIODS:
            found.append(Checked(period_start(text, day), text, (), 0))
            continue
        if text.startswith("fiscal "):
            scope.context.report.error(
                "unknown-choice", f"there is no period `{text[:60]}`", node.span,
                help=suggestion(text, PERIODS, kind="period"),
            )  # fmt: skip
            return None
        checked = checked_group(Expression(node.value, parse_expression(node, scope.context.report), node.span), scope)
        if checked is None:
            return None
        found.append(checked)
    return None if len(found) != len(cap.list("per")) else tuple(found)
