"""Reads expressions and the cells of decision tables: text to syntax trees.

A hand-written operator-precedence parser: it knows what the author was about to say, so that its messages do. After the
first fault of one expression nothing more is said about that expression; all other expressions are still read.
"""

from collections.abc import Callable
from typing import Final, Literal, NoReturn, TypeVar

from partnerrules.diagnostics import Report
from partnerrules.language import literals, time_phrases
from partnerrules.language import syntax as s
from partnerrules.language.cursor import KEYWORDS, MAXIMUM_DEPTH, Cursor, Fault
from partnerrules.language.excerpts import Excerpt, whole
from partnerrules.language.tokens import Token, tokenize
from partnerrules.language.ways_out import FOREIGN, meant, separates_thousands, way_out

_COMPARISONS: Final[dict[str, s.ComparisonOperator]] = {
    "=": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=",
}  # fmt: skip
_PICKS: Final[dict[str, Literal["latest", "earliest", "top"]]] = {
    "latest": "latest", "earliest": "earliest", "top": "top",
}  # fmt: skip
T = TypeVar("T")


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
    except Fault:
        return None


class _Parser(Cursor):
    """Reads one expression or cell."""

    # --------------------------------------------------------------------------------------------------- whole texts

    def whole_expression(self) -> s.Syntax:
        tree = self.expression()
        self.expect_end()
        if self.is_deep(tree):
            self.too_deep(self.tokens[0])
        return tree

    def is_deep(self, tree: s.Syntax) -> bool:
        # Each part of a tree has a token of its own: few tokens make no deep tree.
        return len(self.tokens) > MAXIMUM_DEPTH and s.depth(tree) > MAXIMUM_DEPTH

    def expect_end(self) -> None:
        if self.token.kind != "end":
            self.unexpected(self.index)

    def whole_cell(self) -> s.CellTest:
        self.cell = True
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
            if separates_thousands(self.tokens, self.index):  # `1,000` would be 1 or 0
                self.unexpected(self.index)
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
        if self.is_deep(value):
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
            if token.kind == "symbol" and token.text in FOREIGN:
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
                return literals.number(self, token)
            case "text":
                return s.String(token.text, self.place(token))
            case "day":
                return s.Day(literals.date(self, token), self.place(token))
            case "moment":
                return s.Moment(literals.instant(self, token), self.place(token))
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
            case text if text in FOREIGN:
                self.foreign(token)
            case _:
                self.no_value(token)

    def no_value(self, token: Token) -> NoReturn:
        """Say that a value must stand where a token stands."""
        help = way_out(self.tokens, self.tokens.index(token), self.excerpt.value, cell=True) if self.cell else None
        self.fail("syntax", f"expected a value, found {self.shown(token)}", self.place(token), help=help)

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
                self.take_symbol("]" if opening.text == "[" else ")", closing=opening)
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
            case "top" if following.text not in KEYWORDS and self.starts_operand(self.following):
                count = self.take_name("how many, as a number or a parameter")
                return self.pick(token, s.Name(count.text, self.place(count)))
            case "last" if following.kind == "number":
                return time_phrases.last(self, token)
            case "last" if time_phrases.is_length(following) and self.starts_operand(following):
                return time_phrases.last_named(self, token)
            case "this" if following.kind == "name":
                return time_phrases.this(self, token)
            case "fiscal" | "month" | "quarter" | "year" if self.is_word("to") or self.following.text == "to":
                return time_phrases.to_date(self, token)
            case "start" | "end" if self.is_word("of"):
                return time_phrases.edge(self, token, self.expression)
            case "not" if self.is_symbol("("):
                return self.call(token)
            case "not":
                self.fail("syntax", "`not` needs brackets", self.place(token), help="write `not(...)`")
            case text if text in KEYWORDS:
                self.no_value(token)
            case text if meant(text) == "not" and following.kind == "name" and following.text not in KEYWORDS:
                self.fail(
                    "syntax", f"`{text}` is not a word of the language", self.place(token), help="write `not(...)`"
                )
            case _ if self.is_symbol("("):
                return self.call(token)
            case _:
                return s.Name(token.text, self.place(token))

    def starts_operand(self, token: Token) -> bool:
        if token.kind == "name":  # `latest at today` is a field of that name, on another day
            return token.text not in KEYWORDS and token.text != "at"
        return token.kind == "symbol" and token.text == "("

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

    def pick(self, start: Token, count: int | s.Name) -> s.Syntax:
        source = self.expression(_UNARY)
        number = count.name if isinstance(count, s.Name) else count
        self.take_word("by", f"write `{start.text}{f' {number}' if start.text == 'top' else ''} list by field`")
        key = self.expression(_UNARY)
        return s.Pick(_PICKS[start.text], count, source, key, self.span(start))


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
