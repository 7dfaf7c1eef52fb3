"""Goes along the tokens of an expression, and says at which one reading cannot go on."""

from typing import Final, NoReturn

from partnerrules.diagnostics import Report, Span
from partnerrules.language.excerpts import Excerpt
from partnerrules.language.tokens import Token
from partnerrules.language.ways_out import FOREIGN, KEYWORDS, culprit, way_out

__all__ = ["KEYWORDS", "MAXIMUM_DEPTH", "RESERVED", "Cursor", "Fault"]

MAXIMUM_DEPTH: Final = 64
"""How deeply an expression may be nested."""

RESERVED: Final = KEYWORDS | {"as_of", "today", "item", "subject", "parameters", "none"}
"""Names that a ruleset cannot give to something of its own."""


class Fault(Exception):
    """Ends the reading of one expression; the fault is already reported."""


class Cursor:
    """The tokens of one expression, and the one that is read next."""

    def __init__(self, excerpt: Excerpt, tokens: list[Token], report: Report) -> None:
        self.excerpt = excerpt
        self.tokens = tokens
        self.token = tokens[0]
        self.report = report
        self.index = 0
        self.nesting = 0
        self.cell = False

    # ------------------------------------------------------------------------------------------------ reading tokens

    @property
    def following(self) -> Token:
        return self.tokens[min(self.index + 1, len(self.tokens) - 1)]

    def take(self) -> Token:
        token = self.token
        if token.kind != "end":
            self.index += 1
            self.token = self.tokens[self.index]
        return token

    def back(self) -> None:
        """Gives the last token back, so that it is read again."""
        self.index -= 1
        self.token = self.tokens[self.index]

    def is_symbol(self, *symbols: str) -> bool:
        token = self.token
        return token.kind == "symbol" and token.text in symbols

    def is_word(self, *words: str) -> bool:
        token = self.token
        return token.kind == "name" and token.text in words

    def take_symbol(self, symbol: str, *, closing: Token | None = None) -> Token:
        if not self.is_symbol(symbol):
            if closing is not None and (self.token.kind == "end" or self.is_symbol(")", "]")):
                self.fail(
                    "unclosed-bracket",
                    f"`{closing.text}` is not closed: expected `{symbol}`, found {self.shown(self.token)}",
                    self.place(closing),
                    help=f"write `{symbol}` where it ends",
                )
            if closing is not None:
                self.unexpected(self.index)
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

    def unexpected(self, index: int) -> NoReturn:
        """Say that a token cannot stand where it stands."""
        token = self.tokens[index]
        if token.kind == "symbol" and token.text in FOREIGN:
            self.foreign(token)
        index = culprit(self.tokens, index)
        token = self.tokens[index]
        help = way_out(self.tokens, index, self.excerpt.value, cell=self.cell)
        self.fail("syntax", f"{self.shown(token)} is not expected here", self.place(token), help=help)

    def foreign(self, token: Token) -> NoReturn:
        self.fail(
            "unknown-operator",
            f"`{token.text}` is not an operator",
            self.place(token),
            help=f"write {FOREIGN[token.text]}",
        )

    def fail(self, code: str, message: str, span: Span, *, help: str | None = None) -> NoReturn:
        self.report.error(code, message, span, help=help)
        raise Fault

    def span(self, start: Token) -> Span:
        return self.excerpt.at(start.start, self.tokens[max(self.index - 1, 0)].end)

    def too_deep(self, token: Token) -> NoReturn:
        self.fail(
            "too-deep",
            f"the expression is nested more than {MAXIMUM_DEPTH} levels deep",
            self.place(token),
            help="name its parts in `definitions:`",
        )
