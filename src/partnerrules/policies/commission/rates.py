"""How a commission policy finds its rate: an expression, or a table whose most specific row counts.

May import the terms and forms of commissions, and tables.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal

from partnerrules.decisions.values import value_data
from partnerrules.diagnostics import Label, Span
from partnerrules.language import terms
from partnerrules.language.cells import Cells
from partnerrules.language.checker import Checked, check_expression
from partnerrules.language.excerpts import Excerpt, whole
from partnerrules.language.form_reader import Expression, Item
from partnerrules.language.once import Once
from partnerrules.language.parser import parse_expression
from partnerrules.language.syntax import Syntax
from partnerrules.language.yaml_nodes import Scalar
from partnerrules.plan.decision_table import DecisionTable, Output, Rule
from partnerrules.plan.nodes import Column, Let, Lookup, Node
from partnerrules.policies.commission.forms import Gives
from partnerrules.policies.commission.scope import Scope
from partnerrules.policies.commission.specificity import Tested, check_specificity
from partnerrules.policies.commission.windows import Window
from partnerrules.policies.computing import NO_WORD, amount, compared, computed, every, first_reason, negated
from partnerrules.policies.constants import constant_of
from partnerrules.policies.kind import unsuited, with_percent
from partnerrules.policies.table_rows import GridRow, table_rows
from partnerrules.quantities import currency_of
from partnerrules.schema import types as t

RATE: Final = "rate"
"""The column with the rate."""
ROW_FOUND: Final = "rate found"
ROWS: Final = "rate rows"
_INPUT: Final = "rate input "

RATIO: Final = t.Ratio()

RateKind = Literal["rate", "fixed", "table", "marginal", "whole", "interpolated"]


@dataclass(frozen=True, slots=True)
class Band:
    """One band of a ladder.

    Attributes:
        id: its name.
        start: the column with its start.
        gives: the column with what it gives.
        type: of that: a ratio of the base, or money.
        before: the column for how much of the earlier documents lies in it.
        after: the same with the document itself.
    """

    id: str
    start: str
    gives: str
    type: t.Type
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Quotient:
    """An amount that is divided only when it is rounded, so that it is rounded once."""

    numerator: terms.Term
    denominator: terms.Term


@dataclass(frozen=True, slots=True)
class Rate:
    """A checked rate, and what a plan has to do to apply it to the base of a document.

    Attributes:
        kind: how it is found.
        add: adds its columns to the rows, given the condition of being counted.
        before: the exact amount of the earlier documents that climb the same ladder; zero if there are none.
        after: that amount with the document itself.
        fault: why there is no rate for a document: a word, or none.
        points: the parts that cases should reach.
        depth: of its deepest expression.
        inputs: the columns of a table, first the one that counts most.
        bands: of a ladder.
        gives: what its bands give: "rate", a part of the base; "each", an amount for each unit; "amount", one for all.
        measure: what climbs it.
        window: which documents climb it together.
        down: whether a bound belongs to the band below it.
        type: of the rate: a ratio, or money.
        together: adds the totals of a value of the documents that climb together, before each and with it; None if
            what a document earns is no difference of two such totals.
        exact: what `before` and `after` are quotients of, if they are such.
        group: the columns in which documents are equal that go up and down one ladder, where corrections go down.
        own_measure: whether something else than the base climbs it.
    """

    kind: RateKind
    add: Callable[[Node, terms.Term], Node]
    before: terms.Term
    after: terms.Term
    fault: terms.Term = NO_WORD
    points: tuple[str, ...] = ()
    depth: int = 0
    inputs: tuple[str, ...] = ()
    bands: tuple[Band, ...] = ()
    gives: Gives = "rate"
    measure: t.Type | None = None
    window: Window | None = None
    down: bool = False
    type: t.Type = RATIO
    together: Callable[[Node, terms.Term, terms.Term, tuple[str, str]], Node] | None = None
    exact: tuple[Quotient, Quotient] | None = None
    group: tuple[str, ...] = ()
    own_measure: bool = False

    @property
    def descends(self) -> bool:
        """Whether documents that correct others go down their ladder."""
        return self.window is not None and self.window.descends

    @property
    def has_its_own(self) -> bool:
        """Whether each document has one rate of its own, that what is climbed with it does not change."""
        if self.kind == "whole":
            return self.window is None or not self.window.pays_all
        return self.kind in ("rate", "fixed", "table")

    @property
    def planned(self) -> "Rate":
        """What reads the rows of a plan that is made: nothing is added to it any more."""
        return replace(self, add=_added, together=None)


def _added(node: Node, counts: terms.Term) -> Node:
    """The rows as they are: their plan has the columns of the rate."""
    return node


def simple_rate(expression: Expression, scope: Scope, base: terms.ColumnOf) -> Rate | None:
    """A rate that is an expression: a percentage of the base, or a fixed amount."""
    if expression.tree is None:
        return None
    checked = _checked_rate(expression.tree, expression.span, scope)
    if checked is None:
        return None
    term = as_rate(checked.term)
    column = Column(RATE, term, checked.observed)
    rate = terms.ColumnOf(RATE, term.type)
    return Rate(
        "rate" if term.type == RATIO else "fixed",
        lambda node, counts: Let(node, (column,)),
        amount(0, base.type),
        _applied(rate, base),
        _out_of_range([rate]) if not isinstance(term, terms.Value) else NO_WORD,
        depth=checked.depth,
        type=term.type,
    )


def _applied(rate: terms.ColumnOf, base: terms.ColumnOf) -> terms.Term:
    return computed(base, "*", rate) if rate.type == RATIO else rate


def _out_of_range(rates: list[terms.ColumnOf]) -> terms.Term:
    """The reason why rates that facts or parameters give cannot be meant, if they cannot."""
    return first_reason([(negated(in_range(*rates)), "rate_out_of_range")])


def in_range(*rates: terms.Term) -> terms.Term:
    """Whether rates are of zero or more, and percentages of the whole at most."""
    conditions = [compared(rate, ">=", amount(0, rate.type)) for rate in rates]
    conditions += [compared(rate, "<=", amount(1, RATIO)) for rate in rates if rate.type == RATIO]
    return every(*conditions)


def as_rate(term: terms.Term) -> terms.Term:
    """A rate as a ratio where it is computed as a plain number, such as a quotient."""
    if not isinstance(term.type, t.Integer | t.Number):
        return term
    return computed(term, "*", terms.Value(Decimal(1), RATIO), RATIO)


def _checked_rate(tree: Syntax, place: Span, scope: Scope) -> Checked | None:
    context = scope.context
    checked = check_expression(tree, context.environment, context.report, named=scope.named, present=scope.present)
    if isinstance(checked.type, t.Anything) or not check_rate(checked.term, place, scope, money=True):
        return None
    return checked


def check_rate(term: terms.Term, place: Span, scope: Scope, *, money: bool) -> bool:
    """Whether a term can be a rate; reports it if not.

    Args:
        term: checked.
        place: where it stands.
        scope: for the report.
        money: whether a fixed amount will do, too.
    """
    report = scope.context.report
    type = term.type
    currency = currency_of(type.dimension) if isinstance(type, t.Quantity) else None
    way_out = "write a percentage, such as `5 %`" + (", or an amount, such as `100 CNY`" if money else "")
    plain = isinstance(type, t.Integer | t.Number)
    value = constant_of(term, scope.context)
    if plain and isinstance(value, int | Decimal):
        report.error(
            "ratio-without-percent",
            f"a rate is written with its percent sign, and this is the plain number {value}",
            place,
            help=with_percent(value),
        )
        return False
    if currency is not None and money and currency != scope.context.environment.currency:
        known = scope.context.environment.currency
        report.error(
            "currency-mismatch",
            f"the rate is in {currency}, and what is paid in {known}",
            place,
            help=f"write an amount in {known}",
        )
        return False
    if not plain and type != RATIO and not (money and currency is not None):
        message = f"a rate is a percentage{' or an amount' if money else ''}, and this is {type}"
        unsuited(scope.context, place, type, message, help=way_out, term=term)
        return False
    if isinstance(value, int | Decimal):
        above = type == RATIO and value > 1
        if above or value < 0:
            report.error(
                "impossible-rate",
                f"a rate of {value_data(value, type)} "
                + ("pays more than the base" if above else "takes something away"),
                place,
                help="write a rate from 0 % to 100 %" if type == RATIO else "write an amount of zero or more",
            )
            return False
    return True


# ------------------------------------------------------------------------------------------------------------ tables


def table_rate(item: Item, scope: Scope, base: terms.ColumnOf) -> Rate | None:
    """A rate that the most specific row of a table gives."""
    report = scope.context.report
    columns: list[Column] = []
    depth = 0
    for name, read in item.named("specific_by"):
        checked = scope.checked(read if isinstance(read, Expression) else None)
        if checked is None:
            continue
        if name.text in ("id", RATE):
            report.error("bad-name", f"an input cannot be called `{name.text}`", name.span, help="call it otherwise")
            continue
        if isinstance(checked.type, t.ListOf | t.Record):
            way_out = "write its `.id`" if isinstance(checked.type, t.Record) else "count the list, or take one value"
            report.error(
                "type-mismatch", f"a column tests one value, and this is {checked.type}", name.span, help=way_out
            )
            continue
        depth = max(depth, checked.depth)
        columns.append(Column(_INPUT + name.text, checked.term, checked.observed))
    if len(columns) != len(item.named("specific_by")) or not columns:
        if not item.named("specific_by") and "specific_by" in item:
            place = item.keys["specific_by"]
            report.error("empty-list", "the table tests nothing", place, help="write what its rows test, by name")
        return None
    inputs = {column.name.removeprefix(_INPUT): terms.ColumnOf(column.name, column.term.type) for column in columns}
    before = report.errors
    rows = table_rows(item, tuple(inputs), (RATE,), scope.context)
    # A column that is missing is told once, not again for each row.
    told = report.errors > before and isinstance(item.raw("rows"), Scalar)
    reader = _Rows(scope, inputs, told=told)
    found = [None if report.full else reader.row(number, row) for number, row in enumerate(rows or (), start=1)]
    rules = [each for each in found if each is not None]
    if rows is None or len(rules) != len(found) or report.errors > before or not rules:
        if rows == [] and report.errors == before:
            place = item.keys["rows"]
            report.error("empty-list", "the table has no rows", place, help="write a row for each rate")
        return None
    tested = tuple(Tested(rule.id, span, rule.tests) for rule, span in rules)
    types = {name: column.type for name, column in inputs.items()}
    if not check_specificity(tested, types, report, item.keys["rows"]):
        return None
    ordered = sorted(zip(tested, rules, strict=True), key=lambda pair: pair[0].specificity, reverse=True)
    outputs = [rule.outputs[0] for rule, _ in rules]
    type = outputs[0].type
    table = DecisionTable("first", (Output(RATE, type),), tuple(rule for _, (rule, _) in ordered), None)
    rate = terms.ColumnOf(RATE, type)
    no_row = compared(terms.ColumnOf(ROW_FOUND, t.Text()), "=", terms.Value("no_rule", t.Text()))
    written = all(isinstance(output, terms.Value) for output in outputs)
    return Rate(
        "table",
        lambda node, counts: Lookup(Let(node, tuple(columns)), table, ROW_FOUND, ROWS),
        amount(0, base.type),
        _applied(rate, base),
        first_reason([(no_row, "no_rate")], NO_WORD if written else _out_of_range([rate])),
        tuple(f"row {rule.id}" for rule, _ in rules),
        max(depth, reader.depth),
        inputs=tuple(column.name for column in columns),
        type=type,
    )


class _Rows:
    """Reads the rows of one rate table."""

    def __init__(self, scope: Scope, inputs: dict[str, terms.ColumnOf], *, told: bool) -> None:
        self.scope = scope
        self.told = told
        self.inputs = inputs
        self.cells = Cells(scope.context.environment, scope.context.report, scope.named)
        self.depth = 0
        self._ids = Once(scope.context.report, help="give each row an id of its own")
        self._first: tuple[t.Type, Span] | None = None

    def row(self, number: int, row: GridRow) -> tuple[Rule, Span] | None:
        """A row as a rule with its place, or None after a fault."""
        tests: list[terms.Term | None] = []
        for name, column in self.inputs.items():
            cell = row.cells.get(name)
            test = (None, 0) if cell is None else self.cells.test(cell, column)
            if test is None:
                return None
            tests.append(test[0])
            self.depth = max(self.depth, test[1])
        rate = self._rate(row)
        written = row.cells.get("id")
        id = str(number) if written is None else written.value.strip().strip('"')
        span = row.span if written is None else whole(written)
        if not self._ids.claim(id, span, f"two rows are called `{id}`"):
            return None
        return None if rate is None else (Rule(id, tuple(tests), (rate,)), row.span)

    def _rate(self, row: GridRow) -> terms.Term | None:
        report = self.scope.context.report
        cell: Excerpt | None = row.cells.get(RATE)
        if cell is None:
            if not self.told:
                report.error("missing-key", "the row gives no `rate`", row.span, help="add `rate: ...`")
            return None
        tree = parse_expression(cell, report)
        checked = None if tree is None else _checked_rate(tree, whole(cell), self.scope)
        if checked is None:
            return None
        self.depth = max(self.depth, checked.depth)
        term = as_rate(checked.term)
        if self._first is None:
            self._first = (term.type, whole(cell))
        type, place = self._first
        if term.type != type:
            report.error(
                "type-mismatch",
                "one row gives a percentage and another one an amount",
                whole(cell),
                labels=[Label(whole(cell), str(term.type)), Label(place, str(type))],
                help="pay fixed amounts by a policy of their own",
            )
            return None
        return term
