"""Overrides: what those above the payee in the hierarchy of partners earn on the same document.

Each level has a rate of its own, on the base or on what the levels below left of it. May import the documents and terms
of commissions.
"""

from dataclasses import dataclass
from typing import Final

from partnerrules.diagnostics import suggestion
from partnerrules.language import terms
from partnerrules.language.checker import Checked
from partnerrules.language.form_reader import Item
from partnerrules.language.once import Once
from partnerrules.plan.nodes import Column, Let, Node, Refer
from partnerrules.policies.commission.documents import Payees
from partnerrules.policies.commission.rates import RATIO, as_rate, check_rate, in_range
from partnerrules.policies.commission.scope import Scope
from partnerrules.policies.commission.terms import part_of, rounded, unless_refused
from partnerrules.policies.computing import (
    NO_WORD,
    TRUE,
    amount,
    choice,
    compared,
    computed,
    every,
    exists,
    first_reason,
    negated,
)
from partnerrules.policies.kind import unsuited
from partnerrules.schema import types as t

MAXIMUM_LEVELS: Final = 10

LEVELS: Final = "override levels"
"""The column with how many levels count, where a document says so."""


@dataclass(frozen=True, slots=True)
class Level:
    """One level above the payee: its name, and the columns with who it is, its rate, its base, and what it gets."""

    id: str
    payee: str
    rate: str
    base: str
    due: str
    line: str


@dataclass(frozen=True, slots=True)
class Overrides:
    """What those above the payee earn.

    Attributes:
        levels: from the one next above upwards.
        columns: who they are, and their rates.
        net: whether a level is paid on what those below it left of the base.
        fault: why they cannot be told: a word, or none.
        paid: who they are, as terms over the document.
        payee: the type of those who are paid.
        depth: of the deepest expression.
    """

    levels: tuple[Level, ...] = ()
    columns: tuple[Column, ...] = ()
    net: bool = False
    fault: terms.Term = NO_WORD
    paid: tuple[terms.Term, ...] = ()
    payee: t.Type = t.Text()
    depth: int = 0

    def dues(self, node: Node, base: terms.Term, own: terms.Term, places: int, *, alone: bool) -> Node:
        """The rows with what each level gets of a document that corrects nothing.

        Args:
            node: the rows.
            base: what the commission is computed on.
            own: what the payee gets by its rate and modifiers, before floor and cap.
            places: decimal places of what is paid.
            alone: whether that hangs on no other document. Then nothing is left where the payee gets more than there
                is; in a period the next documents may make up for it.
        """
        below: list[terms.Term] = [own]
        for level in self.levels:
            rate = terms.ColumnOf(level.rate, RATIO)
            left = base
            if self.net:
                for lower in below:
                    left = computed(left, "-", lower)
            if self.net and alone:
                zero = amount(0, base.type)
                left = choice(compared(left, "<", zero), zero, left)
            earned = rounded(computed(terms.ColumnOf(level.base, base.type), "*", rate), places)
            due = choice(exists(terms.ColumnOf(level.payee, self.payee)), earned, amount(0, base.type))
            node = Let(node, (Column(level.base, left), Column(level.due, due)))
            below.append(terms.ColumnOf(level.due, base.type))
        return node

    def lines(self, node: Node, correction: "Corrected | None", money: t.Type, places: int) -> Node:
        """The rows with what each level gets in the end: of a correction its part of what it got for the original."""
        if correction is None:
            dues = ((level.line, terms.ColumnOf(level.due, money)) for level in self.levels)
            return Let(node, tuple(Column(line, unless_refused(due)) for line, due in dues))
        taken = tuple((name, _of_original(name)) for level in self.levels for name in (level.due, level.payee))
        node = Refer(node, correction.reference, taken, "overrides of the original")
        columns: list[Column] = []
        for level in self.levels:
            original = terms.ColumnOf(_of_original(level.due), money)
            before, after = (
                part_of(original, part, correction.base, places) for part in (correction.left_before, correction.left)
            )
            own = terms.ColumnOf(level.due, money)
            line = choice(correction.holds, computed(after, "-", before), own)
            columns.append(Column(level.line, unless_refused(line)))
            of_original = terms.ColumnOf(_of_original(level.payee), self.payee)
            found = choice(correction.holds, of_original, terms.ColumnOf(level.payee, self.payee))
            columns.append(Column(final_payee(level), found))
        return Let(node, tuple(columns))


@dataclass(frozen=True, slots=True)
class Corrected:
    """Of a document that corrects another one: whether it does, the other one, its base, and what is left of that."""

    holds: terms.Term
    reference: terms.Term
    base: terms.Term
    left_before: terms.Term
    left: terms.Term


def final_payee(level: Level) -> str:
    """The column with who gets what a level earns, where documents correct others."""
    return f"{level.payee} in the end"


def _of_original(name: str) -> str:
    return f"original {name}"


def read_overrides(item: Item, scope: Scope, payees: Payees, *, descends: bool = False) -> Overrides | None:
    """What those above the payee earn, or None after a fault.

    Args:
        item: the policy.
        scope: what its expressions see.
        payees: who is paid.
        descends: whether corrections go down the ladder of a period.
    """
    under = item.item("overrides")
    if under is None:
        return None if "overrides" in item.keys else Overrides()
    report = scope.context.report
    if descends and under.text("on") == "net":
        report.error(
            "unsuited-override",
            "a correction that goes down the ladder of a period takes back more or less than its part of the original,"
            " and so would those above",
            under.keys["on"],
            help="write `on: gross`, or take `corrections: period` of the ladder out",
        )
        return None
    payee = payees.columns[0].term
    field = _field_above(under, item, payees, payee, scope)
    levels = _levels(under, scope)
    most = _most(under, scope)
    if field is None or levels is None or ("at_most" in under.keys and most is None):
        return None
    if len(levels) > MAXIMUM_LEVELS:
        report.error(
            "too-large",
            f"at most {MAXIMUM_LEVELS} levels above a payee are paid, and here {len(levels)}",
            under.keys["levels"],
            help="leave those out that are furthest above",
        )
        return None
    record = field.type.of
    columns: list[Column] = [] if most is None else [Column(LEVELS, most.term, most.observed)]
    found: list[Level] = []
    above: list[terms.Term] = []
    one_below: terms.Term = payee
    for number, (id, rate) in enumerate(levels, start=1):
        level = Level(id, *(f"override {number} {part}" for part in ("payee", "rate", "base", "due", "line")))
        one_below = _above(one_below, field.name, record, first=number == 1)
        counted: terms.Term = one_below
        if most is not None:
            few = compared(most.term, "<", terms.Value(number, t.Integer()))
            counted = terms.If(few, terms.Value(None, one_below.type), one_below, one_below.type)
        columns += (Column(level.payee, counted), Column(level.rate, as_rate(rate.term), rate.observed))
        found.append(level)
        above.append(counted)
    depth = max([len(levels), *(rate.depth for _, rate in levels), 0 if most is None else most.depth])
    rates = [column for column in columns if column.name in {level.rate for level in found}]
    fault = _fault(rates, _circles(found, payees, one_below.type))
    return Overrides(
        tuple(found), tuple(columns), under.text("on") == "net", fault, tuple(above), one_below.type, depth
    )


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of a record that refers to another one of the same sort."""

    name: str
    type: t.Maybe


def _field_above(under: Item, item: Item, payees: Payees, payee: terms.Term, scope: Scope) -> _Field | None:
    """The field that names the one above a payee, or None after a fault."""
    report = scope.context.report
    word = under.word("up")
    if word is None:
        return None
    if len(payees.parties) != 1 or "split" in item.keys or not isinstance(payee.type, t.Record):
        report.error(
            "unsuited-override",
            "those above a payee are only known of one who is a record",
            item.keys["overrides"],
            help="write `payee: transaction.partner`, and pay a split by a policy of its own",
        )
        return None
    entity = scope.context.environment.schema.entities[payee.type.entity]
    field = entity.fields.get(word.text)
    if field is None:
        near = [name for name, each in entity.fields.items() if each.read_as == t.Maybe(payee.type)]
        report.error(
            "unknown-field",
            f"a {payee.type.entity} has no field `{word.text}`",
            word.span,
            help=suggestion(word.text, near, kind="field"),
        )
        return None
    if field.read_as != t.Maybe(payee.type):
        unsuited(
            scope.context,
            word.span,
            t.Record(payee.type.entity),
            f"`{word.text}` does not name the {payee.type.entity} above another one, if there is one",
            help=f"take a field that refers to a {payee.type.entity} and may be absent, such as `parent`",
        )
        return None
    return _Field(word.text, t.Maybe(payee.type))


def _levels(under: Item, scope: Scope) -> list[tuple[str, Checked]] | None:
    """The name and the rate of each level, or None after a fault."""
    report = scope.context.report
    found: list[tuple[str, Checked]] = []
    ids = Once(report, help="give each level an id of its own")
    for number, read in enumerate(under.list("levels"), start=1):
        if not isinstance(read, Item):
            return None
        written = read.expression("rate")
        rate = scope.checked(written)
        if rate is None or written is None or not check_rate(rate.term, written.span, scope, money=False):
            return None
        word = read.word("id")
        id = f"override {number}" if word is None else word.text
        if not ids.claim(id, read.span if word is None else word.span, f"two levels are called `{id}`"):
            return None
        found.append((id, rate))
    return found or None


def _most(under: Item, scope: Scope) -> Checked | None:
    """How many levels are paid for a document; None if all are, or after a fault."""
    written = under.expression("at_most")
    checked = scope.checked(written)
    if checked is None or written is None:
        return None
    if isinstance(checked.type, t.Integer):
        return checked
    message = f"a number of levels is a whole number, and this is {checked.type}"
    unsuited(scope.context, written.span, checked.type, message, term=checked.term)
    return None


def _above(below: terms.Term, field: str, record: t.Type, *, first: bool) -> terms.Term:
    """The one above, or none."""
    type = t.Maybe(record)
    if first:
        return terms.FieldOf(terms.Follow(below, record), field, type)
    one = terms.Variable("#below", type)
    above = terms.FieldOf(terms.Follow(one, record), field, type)
    return terms.Let("#below", below, terms.If(exists(one), above, terms.Value(None, type), type), type)


def _circles(levels: list[Level], payees: Payees, type: t.Type) -> list[terms.Term]:
    """The conditions that somebody is above themselves."""
    below: list[terms.Term] = [terms.ColumnOf(payees.parties[0].payee, payees.columns[0].term.type)]
    found: list[terms.Term] = []
    for level in levels:
        one = terms.ColumnOf(level.payee, type)
        found += [every(exists(one), compared(one, "=", other)) for other in below]
        below.append(one)
    return found


def _fault(rates: list[Column], circles: list[terms.Term]) -> terms.Term:
    """The reason why those above cannot be paid, if they cannot."""
    given = [terms.ColumnOf(rate.name, RATIO) for rate in rates if not isinstance(rate.term, terms.Value)]
    # A rate that is not known is no fault: it leaves its level in doubt.
    fits = every(*(terms.IfUnknown(in_range(rate), TRUE, TRUE.type) for rate in given))
    reasons: list[tuple[terms.Term, terms.Term | str]] = [(negated(fits), "rate_out_of_range")] if given else []
    return first_reason([*reasons, (negated(every(*(negated(each) for each in circles))), "override_circle")])
