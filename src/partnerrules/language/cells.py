"""The terms of the cells of decision tables: tests of an input, and values of an output."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from partnerrules.diagnostics import Report, Span, shortened
from partnerrules.language import comparisons, terms
from partnerrules.language import syntax as s
from partnerrules.language.checker import new_checking
from partnerrules.language.checking import BOOLEAN, Checking
from partnerrules.language.environment import Environment
from partnerrules.language.excerpts import Excerpt, whole
from partnerrules.language.parser import parse_cell, parse_expression
from partnerrules.language.printer import print_expression
from partnerrules.schema import types as t

T = TypeVar("T")


@dataclass(slots=True)
class Cells:
    """Checks the cells of one table; what is written alike in one column is checked once, and is one term.

    Only what is sound is kept: each fault is told at its own place.

    Attributes:
        environment: what names can mean.
        report: takes the faults.
        named: the records that have names in the cells.
    """

    environment: Environment
    report: Report
    named: dict[str, terms.Term]
    _tests: dict[tuple[str, str], tuple[terms.Term | None, int]] = field(default_factory=dict)
    _words: dict[tuple[str, str], terms.Term] = field(default_factory=dict)
    _values: dict[tuple[str, str], tuple[terms.Term, int]] = field(default_factory=dict)

    def test(self, excerpt: Excerpt, column: terms.ColumnOf) -> tuple[terms.Term | None, int] | None:
        """What `check_cell` gives for a cell of a column."""
        return self._once(
            self._tests,
            (column.name, excerpt.value),
            lambda: check_cell(excerpt, column, self.environment, self.report, self.named, self._words),
        )

    def value(self, excerpt: Excerpt, name: str, expected: t.Type) -> tuple[terms.Term, int] | None:
        """What `check_output` gives for a cell of an output of a name."""
        return self._once(
            self._values,
            (name, excerpt.value),
            lambda: check_output(excerpt, expected, self.environment, self.report, self.named),
        )

    def _once(self, known: dict[tuple[str, str], T], key: tuple[str, str], check: Callable[[], T | None]) -> T | None:
        found = known.get(key)
        if found is not None:
            return found
        told = len(self.report.diagnostics)
        found = check()
        if found is not None and len(self.report.diagnostics) == told:
            known[key] = found
        return found


def check_cell(
    excerpt: Excerpt,
    column: terms.ColumnOf,
    environment: Environment,
    report: Report,
    named: dict[str, terms.Term],
    words: dict[tuple[str, str], terms.Term] | None = None,
) -> tuple[terms.Term | None, int] | None:
    """The test that a cell makes of its column, None for one that tests nothing, with its depth; None after a fault.

    Args:
        excerpt: what is written.
        column: the input that is tested.
        environment: what names can mean.
        report: takes the faults.
        named: the records that have names in the cell.
        words: takes the tests for quoted texts, by column and text, so that each is made once in a table.
    """
    tree = parse_cell(excerpt, report)
    if tree is None:
        return None
    checking = new_checking(environment, report, named)
    if isinstance(tree, s.AnyValue):
        return None, 0
    term = _test(tree, column, checking, whole(excerpt), {} if words is None else words)
    if isinstance(term.type, t.Anything):
        return None
    environment.written.setdefault(id(term), (term, whole(excerpt)))
    return term, checking.deepest


def _test(
    test: s.CellTest | s.Syntax,
    column: terms.ColumnOf,
    checking: Checking,
    place: Span,
    words: dict[tuple[str, str], terms.Term],
) -> terms.Term:
    match test:
        case s.AnyValue():
            return terms.Value(True, BOOLEAN)
        case s.NoneOf(tests):
            inner = _any_of(tests, column, checking, place, words)
            return inner if isinstance(inner.type, t.Anything) else terms.Not(inner, BOOLEAN)
        case s.OneOf(tests):
            return _any_of(tests, column, checking, place, words)
        case s.String(text) if (column.name, text) in words:
            checking.deepest = max(checking.deepest, 1)
            return words[column.name, text]
        case s.Name("none", span) if isinstance(column.type, t.Maybe):
            if isinstance(column.type.of, t.Enumeration) and "none" in column.type.of.values:
                return checking.wrong(
                    "ambiguous-name",
                    "`none` is one of the values here and also says that there is none",
                    span,
                    help='write `"none"` for the value; rename it to test for absence',
                )
            return terms.Not(terms.Exists(column, BOOLEAN), BOOLEAN)
        case s.Against(operator, value):
            given = _given(column)
            other = _value(value, given.type, checking)
            compared = comparisons.compare(checking, operator, given, other, place, value.span, place)
            return _if_there(column, compared)
        case s.Arithmetic("-", s.Number() as low, s.Number() as high):
            unit = high.unit or low.unit
            ends = (print_expression(replace(end, unit=unit)) for end in (low, high))
            return checking.wrong(
                "syntax", "a range is not written with a minus", test.span, help="write `[{}..{}]`".format(*ends)
            )
        case _:
            given = _given(column)
            group = _value(test, given.type, checking)
            found = _if_there(column, comparisons.member(checking, given, group, place, test.span, place))
            if isinstance(test, s.String) and not isinstance(found.type, t.Anything):
                words[column.name, test.value] = found
            return found


def _any_of(
    tests: tuple[s.CellTest | s.Syntax, ...],
    column: terms.ColumnOf,
    checking: Checking,
    place: Span,
    words: dict[tuple[str, str], terms.Term],
) -> terms.Term:
    parts = tuple(_test(test, column, checking, place, words) for test in tests)
    wrong = next((part for part in parts if isinstance(part.type, t.Anything)), None)
    if wrong is not None:
        return wrong
    return parts[0] if len(parts) == 1 else terms.AnyOf(parts, BOOLEAN)


def _given(column: terms.ColumnOf) -> terms.ColumnOf:
    """The column where it is there."""
    return replace(column, type=column.type.of) if isinstance(column.type, t.Maybe) else column


def _if_there(column: terms.ColumnOf, test: terms.Term) -> terms.Term:
    """A test that does not hold for an input that is absent."""
    if not isinstance(column.type, t.Maybe) or isinstance(test.type, t.Anything):
        return test
    return terms.All((terms.Exists(column, BOOLEAN), test), BOOLEAN)


def _value(node: s.Syntax, expected: t.Type, checking: Checking) -> terms.Term:
    """A value in a cell, where a bare word is a value of the enumeration, or else a parameter."""
    if isinstance(node, s.Name) and isinstance(expected, t.Enumeration) and node.name in expected.values:
        if node.name in checking.environment.parameters:
            return checking.wrong(
                "ambiguous-name",
                f"`{node.name}` is one of the values here and also a parameter",
                node.span,
                help=f'write `"{node.name}"` for the value, `parameters.{node.name}` for the parameter',
            )
        return terms.Value(node.name, expected)
    if isinstance(node, s.Items):
        parts = tuple(_value(item, expected, checking) for item in node.items)
        if any(isinstance(part, terms.Value) and isinstance(part.type, t.Enumeration) for part in parts):
            return terms.Items(parts, t.ListOf(expected))
    unknown = (
        isinstance(node, s.Name)
        and node.name not in checking.environment.parameters
        and node.name not in checking.environment.definitions.names(None)
        and checking.names.find(node.name) is None
    )
    if unknown and isinstance(node, s.Name) and isinstance(expected, t.Text):
        return checking.wrong(
            "unknown-name",
            f"there is no parameter `{shortened(node.name)}`",
            node.span,
            help=f'if it is text, quote it: `"{node.name}"`',
        )
    if unknown and isinstance(node, s.Name) and isinstance(expected, t.Enumeration):
        comparisons.literal_fits(checking, terms.Value(node.name, t.Text()), expected, node.span)
        return terms.Value(None, t.Anything())
    return checking.check(node)


def check_output(
    excerpt: Excerpt, expected: t.Type, environment: Environment, report: Report, named: dict[str, terms.Term]
) -> tuple[terms.Term, int] | None:
    """The value that an output cell gives, of the type of its column, with its depth; None after a fault."""
    tree = parse_expression(excerpt, report)
    if tree is None:
        return None
    checking = new_checking(environment, report, named)
    term = checking.solid(_value(tree, expected, checking), whole(excerpt))
    if isinstance(term.type, t.Anything) or not comparisons.assignable(checking, term, expected, whole(excerpt)):
        return None
    if not isinstance(term, terms.Value):
        environment.written[id(term)] = (term, whole(excerpt))
    return term, checking.deepest
