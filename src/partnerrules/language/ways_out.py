"""Words that people write in place of those of the language, and the way out where a word is not expected.

Used by the parser and the checker; imports tokens and quantities. It only looks, and reports nothing itself.
"""

import re
from collections.abc import Sequence
from typing import Final

from partnerrules.language.tokens import Token
from partnerrules.quantities import currencies

KEYWORDS: Final = frozenset("and or not in between if then else for return some every satisfies true false by".split())
"""Words that cannot be names."""

_MEANT: Final = {
    "and": ("且", "并且", "和", "与", "и", "&"),
    "or": ("或", "或者", "или"),
    "not": ("非", "不", "не"),
    "in": ("属于", "在", "в"),
    "true": ("yes", "on", "是", "да", "истина"),
    "false": ("no", "off", "否", "нет", "ложь"),
    "none": ("null", "nil", "空", "пусто"),
}
_BY_WORD: Final = {word: meant for meant, words in _MEANT.items() for word in words}
_PERIODS: Final = frozenset("day days week weeks month months quarter quarters year years".split())
_LOW: Final = re.compile(r"(>=?)\s*([^<>=()\[\]]+)")
_HIGH: Final = re.compile(r"(<=?)\s*([^<>=()\[\]]+)")
_EDGES: Final = {">": "(", ">=": "[", "<": ")", "<=": "]"}
FOREIGN: Final = {
    "==": "`=`", "<>": "`!=`", "&&": "`and`", "||": "`or`", "=>": "`>=`", "=<": "`<=`",
    "**": "a multiplication, such as `x * x`; there are no powers",
}  # fmt: skip
"""Operators of other languages, and what to write."""


def meant(word: str) -> str | None:
    """The word of the language that another word stands for; None if it is one itself, or stands for none."""
    small = word.lower()
    found = _BY_WORD.get(small) or (small if small in KEYWORDS or small == "none" else None)
    return None if found == word else found


def culprit(tokens: Sequence[Token], index: int) -> int:
    """The token that is to be changed where one is not expected: that one, or the foreign word before it."""
    before = tokens[index - 1] if index > 0 else None
    if (
        before is not None
        and before.kind == "name"
        and meant(before.text) in KEYWORDS
        and _joins(tokens[index]) is None
    ):
        return index - 1
    return index


def _joins(token: Token) -> str | None:
    return meant(token.text) if token.kind == "name" else None


def way_out(tokens: Sequence[Token], index: int, text: str, *, cell: bool) -> str:
    """What to do about a token that is not expected.

    Args:
        tokens: of the whole expression.
        index: of the token.
        text: the whole expression.
        cell: whether it is the test of a decision table.
    """
    token, before, after = tokens[index], tokens[max(index - 1, 0)], tokens[min(index + 1, len(tokens) - 1)]
    word = (_joins(token) or token.text) if token.kind == "name" else ""
    left, right = text[: token.start].strip(), text[token.end :].strip()
    if cell and word == "or":
        return f"alternatives are separated by commas: `{left}, {right}`"
    if cell and (word in ("and", "between", "to") or token.text == ".."):
        return _range_in_cell(token, left, right)
    if cell and word == "in":
        return f"leave `{token.text}` out: a cell is `{right}`"
    if cell and token.text == "*":
        return "write `-` where any value will do"
    if token.kind == "name" and word != token.text:
        return "write `not(...)`" if word == "not" else f"write `{word}`"
    if token.kind == "name":
        return _after_name(token, before, left) or _any_other(cell=cell)
    if token.kind == "number" and before.kind == "name" and before.text in currencies():
        return f"write `{text[token.start : token.end]} {before.text}`"
    return _after_mark(token, tokens, index, text, after) or _any_other(cell=cell)


def _after_name(token: Token, before: Token, left: str) -> str | None:
    if token.text in ("is", "equals", "contains"):
        return 'compare with `=`, or use a function such as `contains(text, "part")`'
    if before.text == "last" and token.text in _PERIODS:
        return "say how many, such as `last 12 months`"
    if token.text.lower() in ("desc", "descending"):
        return f"the least comes first; for the greatest first write `-{left}`"
    if token.text.lower() in ("asc", "ascending"):
        return f"the least comes first: write `{left}`"
    if token.text == "to":
        return "a range is written `[a..b]`, and a condition `x between a and b`"
    return None


def _after_mark(token: Token, tokens: Sequence[Token], index: int, text: str, after: Token) -> str | None:
    before = tokens[max(index - 1, 0)]
    if token.text == "(":
        return "a function stands before its argument, such as `count(list)`"
    if token.text in (")", "]"):
        return f"take it out, or open it before with `{'(' if token.text == ')' else '['}`"
    if token.text == "..":
        names = before.kind == "name" and after.kind == "name" and before.end == token.start
        return "a field is named with one dot" if names else "a range stands in brackets: `[a..b]`, or `[a..b)`"
    if token.text == ",":
        if separates_thousands(tokens, index):
            return f"write the number without separators: `{_without_separators(tokens, index)}`"
        listed = _list_behind_in(tokens, index)
        if listed is not None:
            return f"a list stands in brackets: `in [{text[listed[0] : listed[1]]}]`"
        return "commas stand between the arguments of a function and the members of a list, such as `[a, b]`"
    return None


def _any_other(*, cell: bool) -> str:
    if cell:
        return "separate alternatives by commas, and write a range as `[a..b]`"
    return "join conditions with `and` or `or`, and values with `+`, `-`, `*` or `/`"


def _range_in_cell(token: Token, left: str, right: str) -> str:
    """The range that two values with something between them are."""
    if token.text == "between":
        low, _, high = right.partition(" and ")
        return f"a range is written `[{low.strip()}..{high.strip()}]`" if high else "a range is written `[a..b]`"
    above, below = _LOW.fullmatch(left), _HIGH.fullmatch(right)
    if above and below:
        return f"a range is written `{_EDGES[above[1]]}{above[2]}..{below[2]}{_EDGES[below[1]]}`"
    if any(mark in left + right for mark in "<>=[]()"):
        return "a range is written `[a..b]`, or `[a..b)` without its end"
    return f"a range is written `[{left}..{right}]`"


def separates_thousands(tokens: Sequence[Token], index: int) -> bool:
    """Whether the comma at an index parts the digits of one number, as in `1,000`."""
    before, comma, after = tokens[index - 1 : index + 2] if 0 < index < len(tokens) - 1 else (None, None, None)
    return (
        before is not None
        and comma is not None
        and after is not None
        and before.kind == after.kind == "number"
        and before.end == comma.start
        and comma.end == after.start
        and len(before.text) <= 3
        and len(after.text.partition(".")[0]) == 3
    )


def _without_separators(tokens: Sequence[Token], index: int) -> str:
    digits = tokens[index - 1].text
    while tokens[index].text == "," and tokens[index + 1].kind == "number":
        digits += tokens[index + 1].text
        index += 2
    return digits


def _list_behind_in(tokens: Sequence[Token], index: int) -> tuple[int, int] | None:
    """The extent of `"a", "b"` behind an `in`, if the comma at an index stands in such a list."""
    values = ("text", "number", "name", "day")
    if index < 2 or tokens[index - 2].text != "in" or tokens[index - 1].kind not in values:
        return None
    start, end = tokens[index - 1].start, tokens[index - 1].end
    while tokens[index].text == "," and tokens[index + 1].kind in values:
        end = tokens[index + 1].end
        index += 2
    return start, end
