"""What the expressions of one ruleset can refer to: the schema, its parameters, definitions and policies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from partnerrules.diagnostics import Span
from partnerrules.language import terms
from partnerrules.schema.entities import Schema
from partnerrules.schema.titles import Title
from partnerrules.schema.types import Type


@dataclass(frozen=True, slots=True)
class ParameterSignature:
    """A parameter as expressions see it; the value for what has to be known when a ruleset is loaded.

    Attributes:
        type: what it is.
        span: where it stands.
        title: what people call it.
        value: what it is set to, None where the source is silent.
    """

    type: Type
    span: Span
    title: Title = Title()
    value: object = None


@dataclass(frozen=True, slots=True)
class ContestOrder:
    """Where a conflict policy stands among the others.

    Attributes:
        after: the policies that decide before it.
        in_part: whether a claim can win some of what it claims and lose the rest.
    """

    after: tuple[str, ...]
    in_part: bool


@dataclass(frozen=True, slots=True)
class PolicySignature:
    """A policy as other policies see it.

    Attributes:
        subjects: the entities whose records it decides.
        columns: what it gives for each of them: `outcome` and its outputs, with their types.
        passing: the outcomes that `passes` takes for a yes; empty if the policy knows no such thing.
        contest: if it is a conflict policy, where it stands among the others.
        best_first: the outcomes that stand in an order, from the best down; empty if they have none.
        failing: the output that says whether it fails, if there is one: that may be known where the outcome is not.
        title: what people call it.
    """

    subjects: tuple[str, ...]
    columns: Mapping[str, Type]
    passing: frozenset[str]
    span: Span
    contest: ContestOrder | None = None
    best_first: tuple[str, ...] = ()
    failing: str | None = None
    title: Title = Title()


@dataclass(frozen=True, slots=True)
class DefinitionSignature:
    """A definition as expressions see it, with how deeply it is nested."""

    of: str | None
    type: Type
    depth: int


class Definitions(Protocol):
    """The definitions of a ruleset, whose types are found when they are first used."""

    def owner(self, name: str) -> str | None:
        """The entity that a definition is of, or None."""

    def names(self, of: str | None) -> frozenset[str]:
        """The definitions of an entity, or those of none."""

    def title(self, name: str) -> Title:
        """What people call a definition."""

    def signature(self, name: str, used_at: Span, depth: int) -> DefinitionSignature | None:
        """The type of a definition used at a depth, or None if it is wrong, which is then reported."""


class NoDefinitions:
    """For expressions that can use no definitions."""

    def owner(self, name: str) -> str | None:
        """None: there is none."""
        return None

    def names(self, of: str | None) -> frozenset[str]:
        """None at all."""
        return frozenset()

    def title(self, name: str) -> Title:
        """Never asked for."""
        raise KeyError(name)

    def signature(self, name: str, used_at: Span, depth: int) -> DefinitionSignature | None:
        """Never asked for."""
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Environment:
    """Everything outside an expression that its names can mean.

    Attributes:
        schema: the records.
        parameters: by name.
        definitions: by name.
        currency: of the ruleset, if it declares one.
        calendar: whether the ruleset says which days are business days.
        policies: what is seen of them, by id.
        written: takes where each checked expression stands, by the identity of its term, which is kept beside it.
    """

    schema: Schema
    parameters: Mapping[str, ParameterSignature]
    definitions: Definitions
    currency: str | None = None
    calendar: bool = False
    policies: Mapping[str, PolicySignature] = field(default_factory=dict)
    written: dict[int, tuple[terms.Term, Span]] = field(default_factory=dict, compare=False, repr=False)
