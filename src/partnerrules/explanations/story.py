"""A result as it is told, before it is put into words: lines of keys and parts, the same for every language.

May import the catalogue of keys, and results. The modules for each kind of result make stories, `wording` words them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from partnerrules.decisions.basis import Basis
from partnerrules.explanations.catalogue import Key
from partnerrules.plan.trace import Seen
from partnerrules.schema.titles import Title, field_key, policy_key, relation_key
from partnerrules.schema.types import Enumeration, Type

_TABLES: Final = "tables."
"""What the place of a table begins with."""
MAXIMUM_LISTED: Final = 20
"""Members of a list that are told; the rest are counted. The JSON form has more of them."""


@dataclass(frozen=True, slots=True)
class Named:
    """Something by its title in the language told, or by its id if it has none."""

    title: Title
    id: str


@dataclass(frozen=True, slots=True)
class Known:
    """A relation, a field or a policy that is known by its id alone, by its title in the ruleset if that gives one.

    Attributes:
        key: of the title.
        id: what rules call it.
        by_name: whether the id is a name that the author chose for this place, which says more to those who read it.
    """

    key: str
    id: str
    by_name: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """What a value is compared with, as the rules write it, such as `>= 3`; its words are told by the value's type."""

    text: str
    type: Type


@dataclass(frozen=True, slots=True)
class Called:
    """A part of an expression: what the ruleset calls it, and the text by which it is found there."""

    title: Title
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A value of facts or rules, worded by its type."""

    value: object
    type: Type


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence of the language, with its parts."""

    key: Key
    parts: "Mapping[str, Part]" = field(default_factory=dict)


Between: TypeAlias = Literal["comma", "semicolon", "sentence"]
"""What stands between parts: members of a list, or sentences."""


@dataclass(frozen=True, slots=True)
class Several:
    """Parts one after the other."""

    items: "tuple[Part, ...]"
    between: Between


Part: TypeAlias = str | int | Named | Known | Compared | Called | Shown | Phrase | Several
"""A part of a sentence; text is told as it is, a whole number as the language writes it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a story: how far it is set in, what stands before it ("1. ", "- "), and what it says."""

    says: Part
    indent: int = 0
    marker: str = ""

    @property
    def inside(self) -> int:
        """How far the lines below it are set in."""
        return self.indent + len(self.marker)


def word(text: str) -> Named:
    """A word of the ruleset, such as an outcome or a role, by what people call it."""
    return Named(Title(), text)


def a_record_of(relation: str) -> Known:
    """A record of a relation by what people call one."""
    return Known(relation_key(relation), relation)


def a_field_of(relation: str, field: str) -> Known:
    """A field of the records of a relation by what people call it."""
    return Known(field_key(relation, field), field)


def a_policy(policy: str) -> Known:
    """A policy by its title."""
    return Known(policy_key(policy), policy)


def an_outcome(text: str) -> Shown:
    """What a policy gives: by what people call it, and one that policies have by themselves in the language told."""
    return Shown(text, Enumeration((text,)))


def words(texts: Sequence[str]) -> Several:
    """Words of the ruleset one after the other, such as the rows of a table that apply."""
    return listed([word(each) for each in texts], "comma")


def details_of(basis: Basis, ruleset: str) -> Several:
    """What a result rests on: the policy, and the ruleset with its version and the source of the rule."""
    rules: Part = Phrase("version", {"ruleset": ruleset, "version": basis.version}) if basis.version else ruleset
    rules = sourced(rules, basis.source, None)
    return Several((basis.policy, rules) if basis.title.texts else (rules,), "comma")


def sourced(name: Part, source: str | None, told: str | None) -> Part:
    """A name with the source that it comes from, as it is written, unless that is told already."""
    return Phrase("with_source", {"name": name, "source": source}) if source and source != told else name


def headline(key: Key, basis: Basis, ruleset: str, **parts: Part) -> Line:
    """The first line: whom it is about, what came out, and by which rule."""
    about: dict[str, Part] = {
        "subject": basis.subject,
        "title": Named(basis.title, basis.policy),
        "details": details_of(basis, ruleset),
    }
    return Line(Phrase(key, about | parts))


def assumptions(basis: Basis) -> list[Line]:
    """The parameters and tables whose values someone assumed, if it may rest on any."""
    tables = [name.removeprefix(_TABLES) for name in basis.assumed if name.startswith(_TABLES)]
    parameters = [name for name in basis.assumed if not name.startswith(_TABLES)]
    lines = []
    if parameters:
        lines.append(Line(Phrase("assumed", {"count": len(parameters), "parameters": words(parameters)})))
    if tables:
        told = listed([a_policy(table) for table in tables], "comma")
        lines.append(Line(Phrase("assumed_tables", {"count": len(tables), "tables": told})))
    return lines


def seen_part(seen: Seen) -> Phrase:
    """A part of an expression with the value it had."""
    return Phrase("seen", {"text": Called(seen.title, seen.text), "value": Shown(seen.value, seen.type)})


def listed(parts: Sequence[Part], between: Between, *, at_most: int = MAXIMUM_LISTED) -> Several:
    """Parts one after the other, those past the limit counted."""
    shown = tuple(parts[:at_most])
    rest = len(parts) - len(shown)
    return Several((*shown, Phrase("more", {"count": rest})) if rest else shown, between)
