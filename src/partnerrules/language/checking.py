"""What the parts of the checker share: the state of checking one expression, and how a fault is reported."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from partnerrules.diagnostics import Label, Report, Span
from partnerrules.language import syntax as s
from partnerrules.language import terms
from partnerrules.language.environment import Environment
from partnerrules.language.names import MAXIMUM_LOOPS, MAXIMUM_TURNS, Names
from partnerrules.language.printer import print_expression
from partnerrules.schema import types as t

MAXIMUM_DEPTH: Final = 100
"""Levels of one expression together with the definitions that it uses."""

BOOLEAN: Final = t.Boolean()
WRONG: Final = terms.Value(None, t.Anything())
"""What stands for a part in which a fault was reported."""


@dataclass(slots=True)
class Checking:
    """The checking of one expression.

    Attributes:
        environment: what names can mean.
        report: takes the faults.
        names: the names of records at the place that is being checked.
        walk: gives the term of any syntax tree; `language.checker` is it.
        present: terms that are known not to be absent at that place.
        depth: the level that is being checked.
        deepest: the deepest level so far, definitions included.
        noted: the terms of the trees that stand outside of filters and loops, by identity of the tree.
        ends: of a call that speaks of a period, the two trees whose values say how it came out: what is asked of,
            and the end of the period; by identity of the call.
        as_of_then: whether that place is looked at as of another time, by `at`.
    """

    environment: Environment
    report: Report
    names: Names
    walk: Callable[["Checking", s.Syntax], terms.Term]
    present: frozenset[terms.Term] = frozenset()
    depth: int = 0
    deepest: int = 0
    noted: dict[int, terms.Term] = field(default_factory=dict)
    ends: dict[int, tuple[s.Syntax, s.Syntax]] = field(default_factory=dict)
    as_of_then: bool = False

    def check(self, node: s.Syntax) -> terms.Term:
        """The term of a syntax tree, of type `Anything` after a fault."""
        self.depth += 1
        self.deepest = max(self.deepest, self.depth)
        if self.depth > MAXIMUM_DEPTH:
            self.depth -= 1
            return self.too_deep(node.span)
        if self.names.too_many:
            self.depth -= 1
            return self.wrong(
                "too-deep",
                f"more than {MAXIMUM_LOOPS} loops and filters inside each other, or {MAXIMUM_TURNS:,} turns of them",
                node.span,
                help="name a part of it in `definitions:`, or use shorter lists",
            )
        term = self._narrow(self.walk(self, node))
        self.depth -= 1
        if not self.names.inside_items:
            self.noted[id(node)] = term
        return term

    def too_deep(self, span: Span) -> terms.Term:
        return self.wrong(
            "too-deep",
            f"the expression and the definitions it uses are nested more than {MAXIMUM_DEPTH} levels deep",
            span,
            help="use fewer definitions inside each other",
        )

    def condition(self, node: s.Syntax) -> terms.Term:
        """A term that is true or false."""
        return self.expect_boolean(self.check(node), node.span)

    def expect_boolean(self, term: terms.Term, span: Span) -> terms.Term:
        term = self.solid(term, span)
        if not isinstance(term.type, t.Boolean | t.Anything):
            return self.wrong(
                "type-mismatch",
                "a condition is needed here",
                span,
                labels=[Label(span, f"this is {term.type}, {origin(term)}")],
                help="compare it with something, such as `... >= 3`",
            )
        return term

    def given(self, condition: terms.Term, holds: bool, node: s.Syntax) -> terms.Term:
        """The term of a tree that is only asked if a condition holds, or does not."""
        before = self.present
        self.present = before | implied(condition, holds)
        term = self.check(node)
        self.present = before
        return term

    def _narrow(self, term: terms.Term) -> terms.Term:
        if isinstance(term.type, t.Maybe) and term in self.present:
            return replace(term, type=term.type.of)
        return term

    def solid(self, term: terms.Term, span: Span) -> terms.Term:
        """A term whose value is there; using one that may be absent is a fault."""
        if not isinstance(term.type, t.Maybe):
            return term
        text = span.source.text[span.start : span.end]
        shown = text if len(text) <= 60 and "\n" not in text else "it"
        return self.wrong(
            "unguarded-none",
            f"`{text[:60]}` may be absent",
            span,
            labels=[Label(span, f"{term.type}, {origin(term)}")],
            help=f"ask first, as of the same time: `(exists({shown}) and ...) at ...`"
            if self.as_of_then
            else f"ask first: `exists({shown}) and ...`",
        )

    def knows_business_days(self, span: Span) -> bool:
        """Whether the ruleset says which days are business days; reports it if not."""
        return knows_business_days(self.environment, self.report, span)

    def wrong(
        self, code: str, message: str, span: Span, *, labels: list[Label] | None = None, help: str | None = None
    ) -> terms.Term:
        """Reports a fault and gives the term that says no more."""
        self.report.error(code, message, span, labels=labels or (), help=help)
        return WRONG


def knows_business_days(environment: Environment, report: Report, span: Span) -> bool:
    """Whether a ruleset says which days are business days; reports it if not."""
    if not environment.calendar:
        report.error(
            "no-calendar",
            "the ruleset does not say which days are business days",
            span,
            help="name the country whose holidays count, such as `calendar: {holidays: CN}`, or the days of rest,"
            " such as `calendar: {weekend: [saturday, sunday]}`",
        )
    return environment.calendar


def implied(term: terms.Term, holds: bool) -> frozenset[terms.Term]:
    """The terms that are known to be present if a condition holds, or if it does not."""
    match term:
        case terms.Exists(item):
            return frozenset({item}) if holds else frozenset()
        case terms.Not(item):
            return implied(item, not holds)
        case terms.All(items) if holds:
            return frozenset().union(*(implied(item, True) for item in items))
        case terms.AnyOf(items) if not holds:
            return frozenset().union(*(implied(item, False) for item in items))
        case terms.Comparison("=" | "!=" as operator, item, terms.Value(bool(value))):
            return implied(item, holds is (value is (operator == "=")))
        case terms.Comparison("=" | "!=" as operator, terms.Value(bool(value)), item):
            return implied(item, holds is (value is (operator == "=")))
        case _:
            return frozenset()


def shown(node: s.Syntax) -> str:
    """An expression as a message quotes it."""
    text = print_expression(node)
    return f"`{text}`" if len(text) <= 60 else f"`{text[:57]}...`"


def excerpt_of(span: Span) -> str:
    """The text of a place as a message quotes it."""
    text = " ".join(span.source.text[span.start : span.end].split())
    return text if len(text) <= 60 else text[:57] + "..."


def origin(term: terms.Term) -> str:
    """Where a value comes from, for messages."""
    match term:
        case terms.FieldOf(record, field):
            return f"from `{field}` of {record.type}"
        case terms.Each(_, _, terms.FieldOf(record, field)):
            return f"from `{field}` of {record.type}"
        case terms.Value() | terms.Items() | terms.Bounds():
            return "written here"
        case terms.ParameterOf(name):
            return f"the parameter `{name}`"
        case terms.DefinitionOf(name):
            return f"the definition `{name}`"
        case terms.OutcomeOf(policy):
            return f"from the policy `{policy}`"
        case terms.AsOf() | terms.Today():
            return "the time of the decision"
        case terms.Variable():
            return "named here"
        case terms.ColumnOf():
            return "the input of the column"
        case _:
            return "computed here"
