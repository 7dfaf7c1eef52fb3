"""Reads YAML facts in which every scalar stays the text it was written as: `NO` is text, `1.10` keeps its zero.

Only plain data is read: no tags, no anchors to refer to, one document. May import diagnostics.
"""

import re
import sys
from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError, YAMLStreamError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from partnerrules.diagnostics import PARSER_FAULTS, shortened

_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})


class YamlRefused(Exception):
    """A text that is no YAML, or more than plain data."""

    def __init__(self, message: str, help: str | None = None) -> None:
        self.message = message
        self.help = help
        super().__init__(message)


class _Builder:
    """Puts events together to lists, records and text, without recursion."""

    def __init__(self, deepest: int) -> None:
        self._deepest = deepest
        self._open: list[tuple[dict[str, object] | list[object], str | None]] = []
        self._key: str | None = None
        self.root: object = None

    def open(self, container: dict[str, object] | list[object], line: int) -> None:
        """A record or list begins."""
        if len(self._open) >= self._deepest:
            raise YamlRefused(f"line {line}: nested more than {self._deepest} levels deep")
        if self._awaits_key():
            raise YamlRefused(f"line {line}: the name of a field is text")
        self._open.append((container, self._key))
        self._key = None

    def close(self) -> None:
        """The innermost record or list ends."""
        container, self._key = self._open.pop()
        self._put(container)

    def scalar(self, text: str, plain: bool, line: int) -> None:
        """A scalar stands there: the name of a field, or a value."""
        if self._awaits_key():
            container = self._open[-1][0]
            if text in container:
                raise YamlRefused(f"line {line}: `{shortened(text)}` stands twice in one record")
            self._key = text
        else:
            self._put(None if plain and text in _NULLS else text)

    def _awaits_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1][0], dict) and self._key is None

    def _put(self, value: object) -> None:
        if not self._open:
            self.root = value
            return
        container = self._open[-1][0]
        if isinstance(container, list):
            container.append(value)
        else:
            assert self._key is not None
            container[self._key] = value
            self._key = None


def read_yaml_text(text: str, deepest: int) -> object:
    """The data of one YAML document: dictionaries, lists, text, and None where it says null.

    Raises:
        YamlRefused: if the text is no YAML, or is not plain data.
    """
    builder = _Builder(deepest)
    documents = 0
    line = 1
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            line = event.start_mark.line + 1
            if getattr(event, "tag", None) is not None:
                raise YamlRefused(f"line {line}: tags such as `!text` are not read in facts")
            match event:
                case AliasEvent():
                    raise YamlRefused(f"line {line}: references such as `*name` are not read in facts", "write it out")
                case MappingStartEvent():
                    builder.open({}, line)
                case SequenceStartEvent():
                    builder.open([], line)
                case MappingEndEvent() | SequenceEndEvent():
                    builder.close()
                case ScalarEvent():
                    builder.scalar(event.value, event.style is None, line)
                case DocumentStartEvent():
                    documents += 1
                    if documents > 1:
                        raise YamlRefused(f"line {line}: a second document starts here", "facts are one document")
                case _:
                    pass
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark is not None else ""
        problem = str(error.problem or error.context or "not understood").partition("\n")[0]
        raise YamlRefused(f"{where}not YAML: {problem}") from error
    except (YAMLError, YAMLStreamError) as error:
        raise YamlRefused(f"not YAML: {str(error).partition(chr(10))[0]}") from error
    except PARSER_FAULTS as error:
        # What it says then is about its own inside.
        raise _unexpected(error, text, line) from error
    return builder.root


def _unexpected(error: Exception, text: str, line: int) -> YamlRefused:
    escapes = re.findall(r"\\U([0-9A-Fa-f]{8})", text) if isinstance(error, ValueError | OverflowError) else ()
    if any(int(digits, base=16) > sys.maxunicode for digits in escapes):
        return YamlRefused("not YAML: an escape such as `\\UFFFFFFFF` stands for no character")
    directive = re.search(r"^%", text, re.MULTILINE)
    if directive is not None:
        number = text.count("\n", 0, directive.start()) + 1
        return YamlRefused(f"line {number}: a line that starts with `%` is a directive to YAML", "leave it out")
    return YamlRefused(f"line {line}: not YAML from here on")
