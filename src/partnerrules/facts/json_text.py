"""Reads JSON facts: numbers keep every digit that they were written with, and what is wrong is said with its place.

`NaN` and the like come out as numbers, and are refused where they stand. May import diagnostics, reading and written.
"""

import json
import re
from typing import Final

from partnerrules.diagnostics import shortened
from partnerrules.facts.reading import Refused
from partnerrules.facts.written import NumberText


class _Twice(Exception):
    """A record has two fields of one name; the reader of JSON does not say where."""


def read_json_text(text: str, deepest: int) -> object:
    """The data of a JSON text: dictionaries, lists, text, `NumberText`, true and false, and None for null.

    Raises:
        Refused: if the text is no JSON, is nested too deeply, or a record has two fields of one name.
    """
    try:
        data: object = json.loads(
            text,
            object_pairs_hook=_record_of_pairs,
            parse_int=NumberText,
            parse_float=NumberText,
            parse_constant=NumberText,
        )
    except json.JSONDecodeError as error:
        raise _not_json(error.msg, text, error.pos) from error
    except _Twice as error:
        raise _twice(text) from error
    except RecursionError as error:
        raise Refused(f"is nested more than {deepest} levels deep") from error
    if _depth_exceeds(data, deepest):
        raise Refused(f"is nested more than {deepest} levels deep")
    return data


def _record_of_pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    record = dict(pairs)
    if len(record) < len(pairs):
        raise _Twice
    return record


def _depth_exceeds(data: object, deepest: int) -> bool:
    """Whether lists and records are nested deeper than that, found level by level without recursion."""
    level: list[dict[str, object] | list[object]] = [data] if isinstance(data, dict | list) else []
    depth = 0
    while level:
        depth += 1
        if depth > deepest:
            return True
        below: list[dict[str, object] | list[object]] = []
        for container in level:
            inside = container.values() if isinstance(container, dict) else container
            below.extend(each for each in inside if isinstance(each, dict | list))
        level = below
    return False


# ------------------------------------------------------------------------------------------------- what is wrong, where


def _place(text: str, at: int) -> str:
    return f"line {text.count(chr(10), 0, at) + 1}, column {at - text.rfind(chr(10), 0, at)}"


_TOKEN: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]:]', re.DOTALL)


def _twice(text: str) -> Refused:
    """What is said of the first name that stands twice in one record, of a text that is JSON up to there."""
    records: list[set[str]] = []
    latest = None
    for token in _TOKEN.finditer(text):
        match token[0]:
            case "{" | "[":
                records.append(set())
            case "}" | "]":
                records.pop()
            case ":" if latest is not None:
                name = str(json.loads(latest[0]))
                if name in records[-1]:
                    return Refused(f"{_place(text, latest.start())}: `{shortened(name)}` stands twice in one record")
                records[-1].add(name)
            case _:
                latest = token
    return Refused("a name stands twice in one record")


_EXPECTED: Final = {
    "Expecting value": "expected a value",
    "Expecting property name": "expected the name of a field in double quotes",
    "Expecting ':'": "expected `:` behind the name of a field",
    "Expecting ','": "expected `,` before what comes next",
    "Extra data": "expected the end of the file",
}
_WRONG: Final = {
    "Unterminated string": ("this text has no closing quote", 'put a `"` at its end'),
    "Invalid control character": ("a line end or tab stands inside a text", "write it as `\\n` or `\\t`"),
    "Invalid \\": ("this escape stands for no character", "write a backslash itself as `\\\\`"),
}
_WAYS_OUT: Final = {
    "'": "write text in double quotes",
    "/": "JSON has no comments",
    "#": "JSON has no comments",
    "None": "write `null`",
    "True": "write `true`",
    "False": "write `false`",
}


def _not_json(said: str, text: str, at: int) -> Refused:
    """What Python says of a text that is no JSON, in the words of whoever wrote the text."""
    before = text[:at].rstrip()
    if text[at : at + 1] in ("]", "}") and before.endswith(","):
        # From Python 3.13 on, the place is that of the comma.
        said, at = "Illegal trailing comma", len(before) - 1
    if said.startswith("Illegal trailing comma"):
        return Refused(
            f"{_place(text, at)}: not JSON: a comma stands before the end of a record or list", "leave it out"
        )
    for start, (message, help) in _WRONG.items():
        if said.startswith(start):
            return Refused(f"{_place(text, at)}: not JSON: {message}", help)
    message = next((words for start, words in _EXPECTED.items() if said.startswith(start)), "not understood")
    found = re.compile(r"\w{1,60}|\S").match(text, at)
    if found is None and before:
        return Refused(f"{_place(text, at)}: not JSON: the file ends inside a record or list", "is all of it here?")
    shown = "the end of the file" if found is None else f"`{found[0]}`"
    return Refused(
        f"{_place(text, at)}: not JSON: {message}, found {shown}", None if found is None else _WAYS_OUT.get(found[0])
    )
