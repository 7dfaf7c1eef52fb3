"""Rules that derive facts, as data: what they fire on, what must hold, and what follows. May import language.

A rule fires for each combination of records, one for each of its patterns, for which all its conditions hold. What it
derives stands beside the records that are given, and rules and policies see both alike. Relations are settled in the
order of their strata: what a rule reads as a whole, such as in a count or where there must be none, is settled before.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from partnerrules.diagnostics import Span
from partnerrules.language.terms import Term
from partnerrules.plan.columns import Column


@dataclass(frozen=True, slots=True)
class Pattern:
    """A record that a rule fires on.

    Attributes:
        name: the variable under which terms see it.
        entity: what it is.
    """

    name: str
    entity: str


@dataclass(frozen=True, slots=True)
class Setting:
    """A field of what is derived, and its value."""

    field: str
    value: Term


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, checked.

    Attributes:
        id: unique in the ruleset.
        patterns: what it fires on, in the order in which they are written.
        conditions: what must all hold, over the records of the patterns.
        derives: the entity of what follows.
        settings: the fields of what follows; what is not set is not known, or none where that is what absence means.
        decreases: the field with a whole number that is less in what follows than in all that it follows from; None
            where nothing that it fires on follows from what it derives.
        columns: the conditions as they are told, one for each leaf.
        span: where it stands.
        decreases_span: where the field is named.
    """

    id: str
    patterns: tuple[Pattern, ...]
    conditions: tuple[Term, ...]
    derives: str
    settings: tuple[Setting, ...]
    decreases: str | None
    columns: tuple[Column, ...]
    span: Span
    decreases_span: Span | None = None

    @property
    def consumed(self) -> frozenset[str]:
        """The entities of what it fires on."""
        return frozenset(pattern.entity for pattern in self.patterns)

    @property
    def terms(self) -> Iterator[Term]:
        """All that it computes."""
        yield from self.conditions
        yield from (setting.value for setting in self.settings)


@dataclass(frozen=True, slots=True)
class Stratum:
    """Rules that settle relations together, after those of the strata before.

    Attributes:
        rules: by their ids.
        relations: the entities that they derive.
        measure: if some of the rules derive what they fire on, themselves or through others, the field with the whole
            number that decreases from what they fire on to what follows.
        instants: the fields with the only instants and days at which something else may follow from the same facts,
            which are given or follow in this stratum; None if it may at others.
    """

    rules: tuple[Rule, ...]
    relations: frozenset[str]
    measure: str | None = None
    instants: frozenset[tuple[str, str]] | None = None

    def turns(self, rule: Rule) -> bool:
        """Whether a rule fires on what the rules of the stratum derive."""
        return bool(rule.consumed & self.relations)
