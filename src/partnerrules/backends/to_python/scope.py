"""Where in generated source a term stands: what it sees there, and what it is written into."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from partnerrules.backends.to_python.record_terms import gives_record, lists_records
from partnerrules.backends.to_python.source import Writer
from partnerrules.language import terms
from partnerrules.language.names import SUBJECT
from partnerrules.plan.walk import subterms
from partnerrules.schema.entities import Schema

DEEPEST = 24
"""Parentheses inside each other, after which a part of an expression gets a function of its own: parsers have ends."""


@dataclass(slots=True)
class Unit:
    """The source of what is computed together, such as the terms of one policy.

    Attributes:
        writer: takes the lines.
        schema: the records that the terms see.
        parameters: the values of parameters, None where the source leaves one unstated.
        queues: the columns that hold places in queues and counts.
        settled: the columns that hold what terms come to.
        definitions: of the ruleset.
        writings: how each kind of term is written; those that are not here are interpreted.
        preamble: what is made ready once for each instant: lines by the names that they define.
    """

    writer: Writer
    schema: Schema
    parameters: Mapping[str, object]
    queues: frozenset[str]
    settled: frozenset[str]
    definitions: Mapping[str, terms.Term]
    writings: Mapping[type, Callable[..., str]]
    preamble: dict[str, str] = field(default_factory=dict)
    _ready: dict[tuple[object, ...], str] = field(default_factory=dict)

    def ready(self, key: tuple[object, ...], kind: str, made: Callable[[], str]) -> str:
        """The name of something that is made ready once for each instant, the same for equal keys.

        Args:
            key: what it is.
            kind: what its name begins with.
            made: gives the expression that makes it.
        """
        if key not in self._ready:
            name = self.writer.name(kind)
            self._ready[key] = name
            self.preamble[name] = made()
        return self._ready[key]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a term sees at its place: the columns of the row as `v`, and items and values under names of ours.

    Attributes:
        unit: what it is a part of.
        items: the names of the variables that are seen besides the subject, by the variable.
        records: those of the variables that are records themselves, and no ids.
        depth: how many parentheses are around it.
    """

    unit: Unit
    items: Mapping[str, str] = field(default_factory=dict)
    records: frozenset[str] = frozenset({SUBJECT})
    depth: int = 0

    @property
    def writer(self) -> Writer:
        """What takes the lines."""
        return self.unit.writer

    def deeper(self) -> "Scope":
        """The same, in further parentheses."""
        return replace(self, depth=self.depth + 1)

    def with_item(self, variable: str, name: str, *, record: bool) -> "Scope":
        """The same with one more variable, which may be a record itself."""
        records = self.records | {variable} if record else self.records - {variable}
        return replace(self, items={**self.items, variable: name}, records=records)

    def gives_record(self, term: terms.Term) -> bool:
        """Whether a term gives a record itself wherever it gives one, and no id."""
        return gives_record(term, self.records, self.unit.definitions)

    def lists_records(self, term: terms.Term) -> bool:
        """Whether the members of a list are records themselves."""
        return lists_records(term, self.records, self.unit.definitions)

    def apart(self, *parts: terms.Term) -> "Scope":
        """What some terms see in a function of their own."""
        return Scope(self.unit, self.used_by(*parts), self.records)

    def used_by(self, *parts: terms.Term) -> dict[str, str]:
        """Those of the variables that some terms use, in the order in which they were added."""
        used = {each.name for part in parts for each in subterms(part) if isinstance(each, terms.Variable)}
        return {variable: name for variable, name in self.items.items() if variable in used}

    @property
    def parameters(self) -> str:
        """What a function with what is seen here takes, which is what it is called with, too."""
        return ", ".join(("v", *self.items.values()))

    def variables(self, term: terms.Term) -> str:
        """The variables as the interpreter takes them."""
        further = self.used_by(term)
        if not further:
            return "v"
        return "{**v, " + ", ".join(f"{variable!a}: {name}" for variable, name in further.items()) + "}"

    def name_of(self, variable: str) -> str:
        """How the source calls a variable."""
        return self.items.get(variable) or f"v[{variable!a}]"

    def temporary(self) -> str:
        """A name for a value that is used twice."""
        return self.writer.name("x")
