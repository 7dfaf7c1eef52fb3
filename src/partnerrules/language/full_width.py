"""Marks that Chinese keyboards give in place of those of the language and of YAML, and the plain ones.

Inside a title or a quoted text they are right; elsewhere they are never read as something else, and the author is told
which one it is and what to write. Imports nothing of the library.
"""

import re
import unicodedata
from typing import Final

PLAIN: Final = {
    "，": ",",
    "、": ",",
    "：": ":",
    "；": ";",
    "｛": "{",
    "｝": "}",
    "［": "[",
    "］": "]",
    "【": "[",
    "】": "]",
    "（": "(",
    "）": ")",
    "｜": "|",
}
"""Each full-width mark, with the plain one."""

_NAMES: Final = {
    ",": "comma", ":": "colon", ";": "semicolon", "{": "brace", "}": "brace", "[": "bracket", "]": "bracket",
    "(": "bracket", ")": "bracket", "|": "bar",
}  # fmt: skip

_KEY: Final = r"[^\W\d][\w-]*"
_COMMA_BEFORE_KEY: Final = re.compile(rf"([，、；])[ \t　]*{_KEY}[ \t　]*[:：]")
_COLON_BEHIND_KEY: Final = re.compile(rf"(?:^|[{{｛,，])[ \t　]*(?:-[ \t]+)*{_KEY}[ \t]*(：)")
_OPENING: Final = re.compile(r"^[ \t]*(?:-[ \t]+|[\w-]+:[ \t]+)*([｛［])")
_CLOSING: Final = re.compile(r"[｝］】]")


def fault(character: str) -> str:
    """What is said about a full-width mark."""
    return f"`{character}` is a full-width {_NAMES.get(PLAIN.get(character, ''), 'character')}"


def in_braces(text: str) -> int | None:
    """Where in a text inside braces a full-width comma or colon stands in the place of the plain one."""
    found = [match.start(1) for each in (_COMMA_BEFORE_KEY, _COLON_BEHIND_KEY) if (match := each.search(text))]
    return min(found, default=None)


def in_line(text: str) -> int | None:
    """Where in a line a full-width colon stands behind its key, or a full-width bracket begins its value."""
    found = [match.start(1) for each in (_OPENING, _COLON_BEHIND_KEY) if (match := each.search(text))]
    return min(found, default=None)


def closing(text: str) -> int | None:
    """Where in a text a full-width bracket probably closes what a plain one opened."""
    found = [match.start() for match in _CLOSING.finditer(text)]
    return found[-1] if found else None


def plain(text: str) -> str:
    """A text in plain letters, digits and marks."""
    return "".join(PLAIN.get(each) or unicodedata.normalize("NFKC", each) for each in text)
