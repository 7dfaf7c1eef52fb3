"""Reads expressions and the cells of decision tables: text to syntax trees.

A hand-written operator-precedence parser: it knows what the author was about to say, so that its messages do. After the
first fault of one expression nothing more is said about that expression; all other expressions are still read.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Final, Literal, NoReturn, TypeVar

from partnerrules.diagnostics import Report, Span, suggestion
from partnerrules.language import syntax as s
from partnerrules.language.excerpts import Excerpt, whole
from partnerrules.language.tokens import Token, tokenize
from partnerrules.quantities import currencies, find_unit, unit_names

MAXIMUM_DEPTH: Final = 64
"""How deeply an expression may be nested."""

KEYWORDS: Final = frozenset("and or not in between if then else for return some every satisfies true false by".split())
"""Words that cannot be names."""

RESERVED: Final = KEYWORDS | {"as_of", "today", "item", "subject", "parameters", "none"}
"""Names that a ruleset cannot give to something of its own."""

_PERIODS: Final[dict[str, s.PeriodUnit]] = {
    "day": "day", "days": "day", "week": "week", "weeks": "week", "month": "month", "months": "month",
    "quarter": "quarter", "quarters": "quarter", "year": "year", "years": "year",
}  # fmt: skip

_COMPARISONS: Final[dict[str, s.ComparisonOperator]] = {
    "=": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=",
}  # fmt: skip
_PICKS: Final[dict[str, Literal["latest", "earliest", "top"]]] = {
    "latest": "latest", "earliest": "earliest", "top": "top",
}  # fmt: skip
_FOREIGN: Final = {
    "==": "`=`", "<>": "`!=`", "&&": "`and`", "||": "`or`",
    "**": "a multiplication, such as `x * x`; there are no powers",
}  # fmt: skip


T = TypeVar("T")


class _Fault(Exception):
    """Ends the reading of one expression; the fault is already reported."""


def parse_expression(excerpt: Excerpt, report: Report) -> s.Syntax | None:
    """The tree of an expression, or None if it has a fault, which is then reported."""
    return _run(excerpt, report, lambda parser: parser.whole_expression())


def parse_cell(excerpt: Excerpt, report: Report) -> s.CellTest | None:
    """The test that a cell of a decision table makes of its column's input, or None if it has a fault."""
    return _run(excerpt, report, lambda parser: parser.whole_cell())


def _run(excerpt: Excerpt, report: Report, read: Callable[["_Parser"], T]) -> T | None:
    tokens = tokenize(excerpt, report)
    if tokens is None:
        return None
    try:
        return read(_Parser(excerpt, tokens, report))
    except _Fault:
        return None


class _Parser:
    def __init__(self, excerpt: Excerpt, tokens: list[Token], report: Report) -> None:
        self.excerpt = excerpt
        self.tokens = tokens
        self.report = report
        self.index = 0
        self.nesting = 0

    # ------------------------------------------------------------------------------------------------ reading tokens

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    @property
    def following(self) -> Token:
        return self.tokens[min(self.index + 1, len(self.tokens) - 1)]

    def take(self) -> Token:
        token = self.token
        if token.kind != "end":
            self.index += 1
        return token

    def is_symbol(self, *symbols: str) -> bool:
        return self.token.kind == "symbol" and self.token.text in symbols

    def is_word(self, *words: str) -> bool:
        return self.token.kind == "name" and self.token.text in words

    def take_symbol(self, symbol: str, *, closing: Token | None = None) -> Token:
        if not self.is_symbol(symbol):
            if closing is not None:
                self.fail(
                    "unclosed-bracket",
                    f"`{closing.text}` is not closed: expected `{symbol}`, found {self.shown(self.token)}",
                    self.place(closing),
                    help=f"write `{symbol}` where it ends",
                )
            self.fail("syntax", f"expected `{symbol}`, found {self.shown(self.token)}", self.place(self.token))
        return self.take()

    def take_word(self, word: str, construct: str) -> Token:
        if not self.is_word(word):
            self.fail(
                "syntax", f"expected `{word}`, found {self.shown(self.token)}", self.place(self.token), help=construct
            )
        return self.take()

    def take_name(self, what: str) -> Token:
        if self.token.kind != "name" or self.token.text in KEYWORDS:
            self.fail("syntax", f"expected {what}, found {self.shown(self.token)}", self.place(self.token))
        return self.take()

    def place(self, token: Token) -> Span:
        if token.kind == "end" and token.start > 0:
            return self.excerpt.at(token.start - 1, token.start)
        return self.excerpt.at(token.start, token.end)

    def shown(self, token: Token) -> str:
        return (
            "the end of the expression" if token.kind == "end" else f"`{self.excerpt.value[token.start : token.end]}`"
        )

    def fail(self, code: str, message: str, span: Span, *, help: str | None = None) -> NoReturn:
        self.report.error(code, message, span, help=help)
        raise _Fault

    def span(self, start: Token) -> Span:
        return self.excerpt.at(start.start, self.tokens[max(self.index - 1, 0)].end)

    # --------------------------------------------------------------------------------------------------- whole texts

    def whole_expression(self) -> s.Syntax:
        tree = self.expression()
        self.expect_end()
        if s.depth(tree) > MAXIMUM_DEPTH:
            self.too_deep(self.tokens[0])
        return tree

    def expect_end(self) -> None:
        token = self.token
        if token.kind == "end":
            return
        if token.kind == "symbol" and token.text in _FOREIGN:
            self.foreign(token)
        if token.kind == "name" and token.text in ("is", "equals", "contains"):
            way_out = 'compare with `=`, or use a function such as `contains(text, "part")`'
        else:
            way_out = "join conditions with `and` or `or`, and values with `+`, `-`, `*` or `/`"
        self.fail("syntax", f"{self.shown(token)} is not expected here", self.place(token), help=way_out)

    def foreign(self, token: Token) -> NoReturn:
        self.fail(
            "unknown-operator",
            f"`{token.text}` is not an operator",
            self.place(token),
            help=f"write {_FOREIGN[token.text]}",
        )

    def too_deep(self, token: Token) -> NoReturn:
        self.fail(
            "too-deep",
            f"the expression is nested more than {MAXIMUM_DEPTH} levels deep",
            self.place(token),
            help="name its parts in `definitions:`",
        )

    def whole_cell(self) -> s.CellTest:
        first = self.token
        if first.kind == "symbol" and first.text == "-" and self.following.kind == "end":
            self.take()
            return s.AnyValue(self.span(first))
        if first.kind == "end":
            self.fail("empty-cell", "the cell is empty", whole(self.excerpt), help="write `-` where any value will do")
        tests = self.cell_tests()
        self.expect_end()
        return tests[0] if len(tests) == 1 and isinstance(tests[0], s.NoneOf) else s.OneOf(tests, self.span(first))

    def cell_tests(self) -> tuple[s.CellTest | s.Syntax, ...]:
        tests = [self.cell_test()]
        while self.is_symbol(","):
            self.take()
            tests.append(self.cell_test())
        return tuple(tests)

    def cell_test(self) -> s.CellTest | s.Syntax:
        first = self.token
        if self.is_symbol(*_COMPARISONS):
            operator = self.take().text
            value = self.expression(_ADDITIVE)
            return s.Against(_comparison(operator), value, self.span(first))
        if self.is_word("not") and self.following.text == "(" and self.following.kind == "symbol":
            self.take()
            opening = self.take()
            self.nesting += 1
            if self.nesting > MAXIMUM_DEPTH:
                self.too_deep(first)
            tests = self.cell_tests()
            self.nesting -= 1
            self.take_symbol(")", closing=opening)
            return s.NoneOf(tests, self.span(first))
        value = self.expression(_ADDITIVE)
        if s.depth(value) > MAXIMUM_DEPTH:
            self.too_deep(first)
        return value

    # ---------------------------------------------------------------------------------------------------- operators

    def expression(self, power: int = 0) -> s.Syntax:
        self.nesting += 1
        if self.nesting > MAXIMUM_DEPTH:
            self.too_deep(self.token)
        first = self.token
        left = self.postfix(self.prefix(), first)
        while True:
            token = self.token
            if token.kind == "symbol" and token.text in _FOREIGN:
                self.foreign(token)
            strength = _strength(token)
            if strength <= power:
                break
            left = self.infix(left, token, strength, first)
        self.nesting -= 1
        return left

    def infix(self, left: s.Syntax, token: Token, strength: int, first: Token) -> s.Syntax:
        if token.text in ("and", "or"):
            items = [left]
            while self.is_word(token.text):
                self.take()
                items.append(self.expression(strength))
            node = s.And if token.text == "and" else s.Or
            return node(tuple(items), self.span(first))
        self.take()
        match token.text:
            case "between":
                low = self.expression(_ADDITIVE)
                self.take_word("and", "write `x between a and b`")
                high = self.expression(_ADDITIVE)
                result: s.Syntax = s.Between(left, low, high, self.span(first))
            case "in":
                group = self.expression(_ADDITIVE)
                result = s.Membership(left, group, self.span(first))
            case "+" | "-" | "*" | "/":
                right = self.expression(strength)
                result = s.Arithmetic(token.text, left, right, self.span(first))
            case operator:
                right = self.expression(_ADDITIVE)
                result = s.Comparison(_comparison(operator), left, right, self.span(first))
        if strength == _COMPARISON and _strength(self.token) == _COMPARISON:
            self.fail(
                "chained-comparison",
                "comparisons cannot follow each other",
                self.place(self.token),
                help="write `a <= x and x < b`, or `x in [a..b)`",
            )
        return result

    def postfix(self, base: s.Syntax, first: Token) -> s.Syntax:
        for _ in range(MAXIMUM_DEPTH):
            token = self.token
            if self.is_symbol("."):
                self.take()
                name = self.token
                if name.kind != "name":
                    self.fail("syntax", f"expected a field name, found {self.shown(name)}", self.place(name))
                self.take()
                base = s.Path(base, name.text, self.place(name), self.span(first))
            elif self.is_symbol("["):
                self.take()
                condition = self.expression()
                self.take_symbol("]", closing=token)
                base = s.Filter(base, condition, self.span(first))
            elif self.is_word("at"):
                self.take()
                moment_start = self.token
                moment = self.postfix(self.prefix(), moment_start)
                base = s.At(base, moment, self.span(first))
            else:
                return base
        self.too_deep(first)

    # ----------------------------------------------------------------------------------------------- what starts one

    def prefix(self) -> s.Syntax:
        token = self.take()
        match token.kind:
            case "number":
                return self.number(token)
            case "text":
                return s.String(token.text, self.place(token))
            case "day":
                return s.Day(self.date(token), self.place(token))
            case "moment":
                return s.Moment(self.instant(token), self.place(token))
            case "symbol":
                return self.symbol(token)
            case "name":
                return self.word(token)
            case "end":
                self.fail("syntax", "a value is missing at the end of the expression", self.place(token))

    def symbol(self, token: Token) -> s.Syntax:
        match token.text:
            case "-":
                return s.Negate(self.expression(_UNARY), self.span(token))
            case "(" | "[":
                return self.bracket(token)
            case text if text in _COMPARISONS:
                self.fail(
                    "syntax",
                    f"a value is missing before `{text}`",
                    self.place(token),
                    help="name what is compared, such as `deal.amount >= 1000 CNY`",
                )
            case text if text in _FOREIGN:
                self.foreign(token)
            case _:
                self.fail("syntax", f"expected a value, found {self.shown(token)}", self.place(token))

    def bracket(self, opening: Token) -> s.Syntax:
        """`(a)`, `(a, b)`, `[a, b]`, `[a..b]` and their half-open forms."""
        if self.is_symbol("]", ")"):
            if opening.text == "(":
                self.fail("syntax", "there is nothing between the brackets", self.place(opening))
            self.take_symbol("]", closing=opening)
            return s.Items((), self.span(opening))
        first = self.expression()
        if self.is_symbol(".."):
            self.take()
            high = self.expression()
            if not self.is_symbol("]", ")"):
                self.take_symbol(")", closing=opening)
            closing = self.take()
            return s.Range(first, high, opening.text == "[", closing.text == "]", self.span(opening))
        items = [first]
        while self.is_symbol(","):
            self.take()
            items.append(self.expression())
        self.take_symbol(")" if opening.text == "(" else "]", closing=opening)
        if opening.text == "(" and len(items) == 1:
            return first
        return s.Items(tuple(items), self.span(opening))

    def number(self, token: Token) -> s.Syntax:
        value = Decimal(token.text)
        after = self.token
        if after.kind == "symbol" and after.text == "%":
            self.take()
            return s.Number(value, "%", self.span(token))
        if after.kind != "name" or after.text in KEYWORDS or after.text == "at":
            return s.Number(value, None, self.span(token))
        self.take()
        if find_unit(after.text) is None:
            common = ["%", "CNY", "EUR", "USD", "RUB"]
            way_out = suggestion(after.text, unit_names() | currencies(), kind="unit")
            if not way_out.startswith("did"):
                way_out = "units are currencies (" + ", ".join(f"`{name}`" for name in common[1:]) + " ...), `%`, "
                way_out += ", ".join(f"`{name}`" for name in ("days", "months", "hours", "points", "users", "Mbps"))
            if after.text in ("business", "working"):
                way_out = "business days are not part of the language yet; use `days`"
            self.fail("unknown-unit", f"`{after.text}` is not a unit", self.place(after), help=way_out)
        return s.Number(value, after.text, self.span(token))

    def date(self, token: Token) -> dt.date:
        try:
            return dt.date.fromisoformat(token.text)
        except ValueError:
            self.fail("no-such-date", f"there is no day `{token.text}`", self.place(token), help="write year-month-day")

    def instant(self, token: Token) -> dt.datetime:
        try:
            moment = dt.datetime.fromisoformat(token.text)
        except ValueError:
            self.fail(
                "no-such-date",
                f"there is no moment `{token.text}`",
                self.place(token),
                help="write it as `2026-03-01T09:00:00+08:00`",
            )
        if moment.tzinfo is None:
            self.fail(
                "instant-without-offset",
                f"`{token.text}` does not say in which time zone it is",
                self.place(token),
                help=f"add the offset, such as `{token.text}+08:00`, or `Z` for UTC",
            )
        return moment

    def word(self, token: Token) -> s.Syntax:
        following = self.token
        match token.text:
            case "true" | "false":
                return s.Truth(token.text == "true", self.place(token))
            case "if":
                return self.condition(token)
            case "for":
                return self.loop(token)
            case "some" | "every":
                return self.quantified(token)
            case "latest" | "earliest" if self.starts_operand(following):
                return self.pick(token, 1)
            case "top" if following.kind == "number":
                count = self.take()
                if not count.text.isdigit() or int(count.text) == 0:
                    self.fail("syntax", "expected a count of at least 1", self.place(count))
                return self.pick(token, int(count.text))
            case "last" if following.kind == "number":
                return self.last(token)
            case "this" if following.kind == "name":
                return self.this(token)
            case "fiscal" | "month" | "quarter" | "year" if self.is_word("to") or self.following.text == "to":
                return self.to_date(token)
            case "start" | "end" if self.is_word("of"):
                return self.edge(token)
            case "not" if self.is_symbol("("):
                return self.call(token)
            case "not":
                self.fail("syntax", "`not` needs brackets", self.place(token), help="write `not(...)`")
            case text if text in KEYWORDS:
                self.fail("syntax", f"expected a value, found `{text}`", self.place(token))
            case _ if self.is_symbol("("):
                return self.call(token)
            case _:
                return s.Name(token.text, self.place(token))

    def starts_operand(self, token: Token) -> bool:
        return token.kind == "name" and token.text not in KEYWORDS

    def call(self, name: Token) -> s.Syntax:
        opening = self.take_symbol("(")
        arguments: list[s.Syntax] = []
        if not self.is_symbol(")"):
            arguments.append(self.expression())
            while self.is_symbol(","):
                self.take()
                arguments.append(self.expression())
        self.take_symbol(")", closing=opening)
        return s.Call(name.text, tuple(arguments), self.place(name), self.span(name))

    def condition(self, start: Token) -> s.Syntax:
        form = "write `if condition then value else value`"
        condition = self.expression()
        self.take_word("then", form)
        then = self.expression()
        self.take_word("else", form)
        return s.If(condition, then, self.expression(), self.span(start))

    def loop(self, start: Token) -> s.Syntax:
        variable = self.take_name("a name for each item").text
        self.take_word("in", "write `for x in list return value`")
        source = self.expression(_COMPARISON)
        self.take_word("return", "write `for x in list return value`")
        return s.For(variable, source, self.expression(), self.span(start))

    def quantified(self, start: Token) -> s.Syntax:
        form = f"write `{start.text} x in list satisfies condition`"
        variable = self.take_name("a name for each item").text
        self.take_word("in", form)
        source = self.expression(_COMPARISON)
        self.take_word("satisfies", form)
        condition = self.expression()
        return s.Quantified("some" if start.text == "some" else "every", variable, source, condition, self.span(start))

    def pick(self, start: Token, count: int) -> s.Syntax:
        source = self.expression(_UNARY)
        self.take_word("by", f"write `{start.text}{f' {count}' if start.text == 'top' else ''} list by field`")
        key = self.expression(_UNARY)
        return s.Pick(_PICKS[start.text], count, source, key, self.span(start))

    # ------------------------------------------------------------------------------------------- stretches of time

    def period(self, *, fiscal: bool = False) -> s.PeriodUnit:
        token = self.token
        if token.kind != "name" or token.text not in _PERIODS or (fiscal and _PERIODS[token.text] in ("day", "week")):
            known = "`month`, `quarter` or `year`" if fiscal else "`day`, `week`, `month`, `quarter` or `year`"
            self.fail("syntax", f"expected {known}, found {self.shown(token)}", self.place(token))
        self.take()
        return _PERIODS[token.text]

    def is_fiscal(self) -> bool:
        if self.is_word("fiscal"):
            self.take()
            return True
        return False

    def count(self) -> int:
        token = self.take()
        if token.kind != "number" or not token.text.isdigit() or not 0 < int(token.text) <= 100_000:
            self.fail("syntax", f"expected a count, found {self.shown(token)}", self.place(token))
        return int(token.text)

    def last(self, start: Token) -> s.Syntax:
        count = self.count()
        return s.Window("last", count, self.period(), False, self.span(start))

    def this(self, start: Token) -> s.Syntax:
        fiscal = self.is_fiscal()
        unit = self.period(fiscal=fiscal)
        count = 0
        if self.is_word("and") and self.following.kind == "number":
            saved = self.index
            self.take()
            count = self.count()
            if self.is_word("before"):
                self.take()
            else:  # `date in this month and 5 < x`: the `and` joins two conditions
                self.index, count = saved, 0
        return s.Window("this", count, unit, fiscal, self.span(start))

    def to_date(self, start: Token) -> s.Syntax:
        self.index -= 1
        fiscal = self.is_fiscal()
        unit = self.period(fiscal=fiscal)
        self.take_word("to", "write `quarter to date`")
        self.take_word("date", "write `quarter to date`")
        return s.Window("to date", 0, unit, fiscal, self.span(start))

    def edge(self, start: Token) -> s.Syntax:
        self.take_word("of", "write `start of month(day)`")
        fiscal = self.is_fiscal()
        unit = self.period(fiscal=fiscal)
        opening = self.take_symbol("(")
        day = self.expression()
        self.take_symbol(")", closing=opening)
        return s.Edge("start" if start.text == "start" else "end", unit, fiscal, day, self.span(start))


_COMPARISON: Final = 3
_ADDITIVE: Final = 3  # an operand of a comparison binds tighter than the comparison itself
_UNARY: Final = 6


def _strength(token: Token) -> int:
    if token.kind == "name":
        return {"or": 1, "and": 2, "in": _COMPARISON, "between": _COMPARISON}.get(token.text, 0)
    if token.kind == "symbol":
        if token.text in _COMPARISONS:
            return _COMPARISON
        return {"+": 4, "-": 4, "*": 5, "/": 5}.get(token.text, 0)
    return 0


def _comparison(text: str) -> s.ComparisonOperator:
    return _COMPARISONS[text]
