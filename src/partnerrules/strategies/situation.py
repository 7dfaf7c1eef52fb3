"""A situation: facts as files write them, with the instant of the decision. It can be changed, and written as a case.

Knows nothing of Hypothesis. May import facts and below.
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from partnerrules.facts import Facts, Record

Fields: TypeAlias = Mapping[str, object]
Relations: TypeAlias = Mapping[str, Mapping[str, Fields]]
"""By relation the records by id, each field as a file of facts writes it."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Facts as a file writes them, and the instant as of which they are decided.

    Attributes:
        relations: by relation the records by id; each field as text, a list, or the fields of a part.
        as_of: the instant of the decision.
        partial: the relations of which there may be more records.
        names: by relation, what one of its records is called.
    """

    relations: Relations
    as_of: dt.datetime
    partial: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict, repr=False)

    def facts(self) -> Facts:
        """The facts for `Ruleset.decide`, which takes the instant from them."""
        whole = {name: rows for name, rows in self.relations.items() if name not in self.partial}
        loose = [
            Record(self.names[name], **{**fields, "id": id})
            for name, rows in self.relations.items()
            if name in self.partial
            for id, fields in rows.items()
        ]
        found = Facts(whole, as_of=self.as_of)
        return found.adding(loose) if loose else found

    def having(self, relations: Relations, partial: frozenset[str] | None = None) -> "Situation":
        """The same instant with other facts."""
        return replace(self, relations=relations, partial=self.partial if partial is None else partial)

    def as_case(self, name: str, expect: Mapping[str, object]) -> str:
        """A case for `cases.yaml`, ready to be pasted below `cases:`.

        Args:
            name: what it shows.
            expect: by policy and record, the parts of the results.
        """
        lines = [f"  - name: {_text(name)}", f"    as_of: {self.as_of.isoformat()}"]
        if self.partial:
            lines.append(f"    # cases give whole relations; here there may be more {', '.join(sorted(self.partial))}")
        given = {name: rows for name, rows in self.relations.items() if rows or name not in self.partial}
        facts = ["    facts:", *_yaml(given, 6)] if given else []
        return "\n".join([*lines, *facts, "    expect:", *_yaml(expect, 6)])


def _yaml(value: Mapping[str, object] | Relations, indent: int) -> Iterator[str]:
    """Blocks for relations, and a line for each record."""
    for name, inner in value.items():
        if isinstance(inner, Mapping) and inner and indent < 8:
            yield f"{' ' * indent}{_text(name)}:"
            yield from _yaml(inner, indent + 2)
        else:
            yield f"{' ' * indent}{_text(name)}: {_flow(inner)}"


def _flow(value: object) -> str:
    match value:
        case Mapping():
            return "{" + ", ".join(f"{_text(str(name))}: {_flow(each)}" for name, each in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(_flow(each) for each in value) + "]"
        case bool() | None | int():
            return json.dumps(value)
        case _:
            return _text(str(value))


_NOT_TEXT: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
"""Words that YAML, or people who read it, take for something else."""


def _text(value: str) -> str:
    """A word as it is, anything else in quotes."""
    word = value.replace("-", "").replace("_", "")
    plain = word.isascii() and word.isalnum() and value[0].isalpha() and value.lower() not in _NOT_TEXT
    return value if plain else json.dumps(value, ensure_ascii=False)
