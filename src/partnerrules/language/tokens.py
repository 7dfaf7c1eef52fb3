"""Splits the text of an expression into tokens, each with its place.

A name may contain hyphens, so that ids of policies and parameters can be written as they are: `a-b` is one name, and a
minus between two values needs spaces. Digits, signs and punctuation are ASCII; their full-width look-alikes are refused
and never read as something else.
"""

import re
import unicodedata
from typing import Final, Literal, NamedTuple

from partnerrules.diagnostics import Report
from partnerrules.language.excerpts import Excerpt
from partnerrules.language.full_width import PLAIN, fault, plain
from partnerrules.quantities import CURRENCY_NICKNAMES, MAXIMUM_DIGITS

Kind = Literal["number", "text", "day", "moment", "name", "symbol", "end"]

MAXIMUM_LENGTH: Final = 10_000
"""Characters of one expression."""


class Token(NamedTuple):
    """One word of an expression: `text` as it stands there, or decoded for quoted text."""

    kind: Kind
    text: str
    start: int
    end: int


_TOKEN: Final = re.compile(
    r"""
      (?P<space>[ \t\r\n]+)
    | (?P<moment>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]*(?:Z|[+-][0-9]{2}:[0-9]{2})?)
    | (?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9\w-]))
    | (?P<number>[0-9]+(?:\.[0-9]+)?)
    | (?P<text>"(?:[^"\\\n]|\\.)*")
    | (?P<name>[^\W\d]\w*(?:-\w+)*)
    | (?P<symbol>\.\.|<=|>=|=<|=>|!=|\*\*|==|<>|&&|\|\||[-+*/=<>()\[\],.%])
    """,
    re.VERBOSE,
)

_KINDS: Final[dict[str, Kind | None]] = {
    "space": None, "moment": "moment", "day": "day", "number": "number", "text": "text", "name": "name",
    "symbol": "symbol",
}  # fmt: skip

_MEANT: Final = {
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
    "×": "*",
    "÷": "/",
    "−": "-",
    "–": "-",
    "—": "-",
}
"""What people write for an operator, and the operator."""

_OTHER_DAY: Final = re.compile(
    r"""
      (?P<year>(?:19|20)[0-9]{2})
      (?: / (?P<m1>[0-9]{1,2}) / (?P<d1>[0-9]{1,2})
        | \. (?P<m2>[0-9]{1,2}) \. (?P<d2>[0-9]{1,2})
        | -  (?P<m3>[0-9]{1,2}) - (?P<d3>[0-9]{1,2})
        | 年 (?P<m4>[0-9]{1,2}) 月 (?P<d4>[0-9]{1,2}) 日?
      ) (?![0-9\w.])
    | (?P<d5>[0-9]{1,2}) \. (?P<m5>[0-9]{1,2}) \. (?P<y5>(?:19|20)[0-9]{2}) (?![0-9\w.])
    """,
    re.VERBOSE,
)
"""How days are written elsewhere."""

_FULL_WIDTH_WORD: Final = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]+")

_OWN_MARKS: Final = "+-*/=<>()[],.%_"
_ESCAPES: Final = {'"': '"', "\\": "\\", "n": "\n", "t": "\t"}


def tokenize(excerpt: Excerpt, report: Report) -> list[Token] | None:
    """The tokens of an expression, the last one of kind "end", or None if there is a fault, which is then reported."""
    text = excerpt.value
    if len(text) > MAXIMUM_LENGTH:
        report.error(
            "too-large",
            f"an expression has at most {MAXIMUM_LENGTH:,} characters, this one has {len(text):,}",
            excerpt.at(0, 1),
            help="split it into definitions",
        )
        return None
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            _report_character(excerpt, position, report)
            return None
        kind = _KINDS[match.lastgroup or ""]
        word = match.group()
        if kind == "number" and _report_other_day(excerpt, position, report):
            return None
        start, position = position, match.end()
        if kind is None:
            continue
        if kind == "number" and not _check_number(excerpt, word, start, position, report):
            return None
        if kind == "name" and unicodedata.normalize("NFKC", word) != word:
            odd = (at for at, each in enumerate(word) if unicodedata.normalize("NFKC", each) != each)
            _report_character(excerpt, start + next(odd, 0), report)
            return None
        if kind == "text":
            decoded = _decode(excerpt, word, start, report)
            if decoded is None:
                return None
            word = decoded
        tokens.append(Token(kind, word, start, position))
    tokens.append(Token("end", "", len(text), len(text)))
    return tokens


def _report_other_day(excerpt: Excerpt, position: int, report: Report) -> bool:
    """Whether a day stands here as it is written elsewhere, which would be read as a computation."""
    match = _OTHER_DAY.match(excerpt.value, position)
    if match is None:
        return False
    parts = {name[0]: int(value) for name, value in match.groupdict().items() if value is not None}
    if not (1 <= parts["m"] <= 12 and 1 <= parts["d"] <= 31):
        return False
    report.error(
        "syntax",
        f"`{match.group()}` is not how a day is written here",
        excerpt.at(match.start(), match.end()),
        help=f"write `{parts['y']}-{parts['m']:02}-{parts['d']:02}`",
    )
    return True


def _check_number(excerpt: Excerpt, word: str, start: int, end: int, report: Report) -> bool:
    if len(word) > MAXIMUM_DIGITS:
        report.error(
            "number-too-long",
            f"a number has at most {MAXIMUM_DIGITS} digits, this one has {len(word):,}",
            excerpt.at(start, min(end, start + 20)),
            help="write the amount that is meant",
        )
        return False
    exponent = re.compile(r"[eE][+-]?[0-9]+").match(excerpt.value, end)
    if exponent:
        report.error(
            "number-with-exponent",
            f"`{excerpt.value[start : exponent.end()][:40]}` is written with an exponent",
            excerpt.at(start, exponent.end()),
            help="write all the digits, such as `1000000`",
        )
        return False
    return True


def _decode(excerpt: Excerpt, word: str, start: int, report: Report) -> str | None:
    result: list[str] = []
    index = 1
    while index < len(word) - 1:
        character = word[index]
        if character == "\\":
            index += 1
            if word[index] not in _ESCAPES:
                report.error(
                    "bad-escape",
                    f"`\\{word[index]}` stands for nothing",
                    excerpt.at(start + index - 1, start + index + 1),
                    help='write `\\"` for a quote, `\\\\` for a backslash, `\\n` for a new line',
                )
                return None
            character = _ESCAPES[word[index]]
        result.append(character)
        index += 1
    return "".join(result)


def _report_character(excerpt: Excerpt, position: int, report: Report) -> None:
    character = excerpt.value[position]
    place = excerpt.at(position, position + 1)
    word = _FULL_WIDTH_WORD.match(excerpt.value, position)
    meant = plain(character if word is None else word.group())
    if character == '"':
        report.error("unclosed-text", "the quoted text has no end", place, help='close it with `"`')
    elif character in "“”„«»'`＂＇":
        named = "a backquote" if character == "`" else f"`{character}`"
        report.error("wrong-quote", f"{named} does not quote text here", place, help='quote text with `"`')
    elif word is not None or (
        not character.isascii() and (meant in _OWN_MARKS or (meant.isalnum() and meant.isascii()))
    ):
        place = excerpt.at(position, position + 1 if word is None else word.end())
        report.error("full-width-character", fault(character), place, help=f"write `{meant}`")
    elif unicodedata.category(character) == "Zs":
        kind = unicodedata.name(character).lower()
        message = f"a space of another kind ({kind}) stands here"
        report.error("unexpected-character", message, place, help="replace it by a plain space")
    else:
        name = unicodedata.name(character, "a character without a name").lower()
        message = f"`{character}` ({name}) has no meaning in an expression"
        report.error("unexpected-character", message, place, help=_other_character(character))


def _other_character(character: str) -> str:
    """The way out for a character that stands for nothing."""
    if character in "!！":
        return "write `not(...)`, or `!=` between two values"
    if character in _MEANT:
        return f"write `{_MEANT[character]}`"
    if character in CURRENCY_NICKNAMES:
        return f"write the code behind the number, such as `3 {CURRENCY_NICKNAMES[character]}`"
    if character in PLAIN:
        return f"take it out: a plain `{PLAIN[character]}` has no meaning here either"
    if character.isdecimal():
        return f"write the digit `{unicodedata.decimal(character)}`"
    return 'text is quoted, such as `"gold"`; names have letters, digits, `_` and `-`'
