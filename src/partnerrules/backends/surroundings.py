"""What the value of a term depends on, and the small steps that all meanings of terms share."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Final, Protocol, TypeAlias

import partnerrules.quantities as q
from partnerrules.backends.exchange import Rates
from partnerrules.backends.values import Count, Members
from partnerrules.diagnostics import TooMuchWork
from partnerrules.facts import Database, Row
from partnerrules.language import terms
from partnerrules.plan.logic import Truth
from partnerrules.plan.nodes import Column, Lookup, Node, Plan
from partnerrules.plan.trace import TracedRow
from partnerrules.schema.missing import Unknown

Variables: TypeAlias = Mapping[str, object]


MAXIMUM_TURNS: Final = 2_000_000
"""Members of lists that the computing of one column for one record may look at."""


@dataclass(slots=True)
class Effort:
    """Counts the members of lists that are looked at, so that no rule goes on for hours."""

    turns: int = 0

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Counts something else from zero, and then goes on where it was: to ask a policy is no way around it."""
        before, self.turns = self.turns, 0
        try:
            yield
        finally:
            self.turns = before

    def spend(self, turns: int) -> None:
        """Count some more.

        Raises:
            TooMuchWork: if they are too many.
        """
        self.turns += turns
        if self.turns > MAXIMUM_TURNS:
            raise TooMuchWork(
                f"a rule looks at more than {MAXIMUM_TURNS:,} members of lists for one record:"
                " use filters that compare a field for equality, and fewer loops inside each other"
            )


class Answers(Protocol):
    """Where the interpreter asks for what other policies give."""

    def answer(self, policy: str, record: Row, column: str, as_of: dt.datetime) -> object:
        """The value of a column of another policy for a record, or unknown."""


class Functions:
    """What computes the terms of a plan for the columns of a row, at one instant.

    Attributes:
        by_term: by the identity of the term.
    """

    __slots__ = ("_by_node", "by_term")

    def __init__(self, by_term: "Mapping[int, Callable[[Variables], object]]") -> None:
        self.by_term = by_term
        self._by_node: dict[int, tuple[tuple[str, Callable[[Variables], object]], ...] | None] = {}

    def of_columns(
        self, node: Node, columns: Iterable[Column]
    ) -> "tuple[tuple[str, Callable[[Variables], object]], ...] | None":
        """What computes the columns of a node, with their names; None if some have no function."""
        key = id(node)  # which lives as long as what is compiled of its plan
        if key not in self._by_node:
            found = tuple((column.name, self.by_term.get(id(column.term))) for column in columns)
            whole = tuple((name, function) for name, function in found if function is not None)
            self._by_node[key] = whole if len(whole) == len(found) else None
        return self._by_node[key]


class Compiling(Protocol):
    """What compiles the terms of plans, so that they need not be evaluated one by one."""

    def functions(self, plan: Plan, around: "Surroundings") -> Functions:
        """What computes the terms of a plan for the columns of a row."""

    def rows(
        self, plan: Plan, around: "Surroundings", records: Iterable[Row], *, trace: bool
    ) -> Sequence[TracedRow] | None:
        """The rows of many records, where the plan looks at each of them by itself; None if it is run as others are."""

    def lookup(self, node: Lookup) -> "Callable[[Variables], object] | None":
        """What looks the inputs of a decision table up, if it is compiled.

        It gives what the table gives, or the places of the rules that say it, or none where that has to be evaluated.
        """

    def function(self, term: terms.Term, around: "Surroundings") -> "Callable[[Variables], object]":
        """What computes a term by itself for the variables that it sees."""

    def together(
        self, every: Sequence[terms.Term], around: "Surroundings"
    ) -> "Mapping[int, Callable[[Variables], object]]":
        """What computes some terms that are mostly computed together, by their identity."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All that the value of a term depends on besides its row.

    Attributes:
        facts: the relations.
        as_of: the instant as of which is decided.
        zone: the timezone of the ruleset.
        fiscal_year_starts: month and day.
        parameters: their values; None for one that the source leaves unstated.
        definitions: their terms.
        answers: gives what other policies say.
        meanings: what each kind of term is worth.
        calendar: tells business days; None if the ruleset declares none, and then no term asks.
        effort: how much was done for the column that is being computed.
        memory: values of definitions that are already computed, by name, record and instant.
        facts_at: gives the relations as a term sees them as of another instant, where what rules derive may differ.
        joins: by the identity of a filter, by what the members of its list can be found.
        exchange: finds exchange rates; those of the facts alone if none is given.
        compiler: compiles terms, if they are compiled.
    """

    facts: Database
    as_of: dt.datetime
    zone: dt.tzinfo
    fiscal_year_starts: tuple[int, int]
    parameters: Mapping[str, terms.Constant | tuple[terms.Constant, ...]]
    definitions: Mapping[str, terms.Term]
    answers: Answers
    meanings: Mapping[type, "Meaning"]
    calendar: q.BusinessCalendar | None = None
    effort: Effort = field(default_factory=Effort)
    memory: dict[tuple[str, str, dt.datetime], object] = field(default_factory=dict)
    facts_at: Callable[[terms.Term, dt.datetime], Database] | None = None
    joins: dict[int, object] = field(default_factory=dict)
    exchange: Rates | None = None
    compiler: "Compiling | None" = None

    today: dt.date = field(init=False)
    """The civil date of the as-of instant."""
    kept: dict[object, object] = field(init=False, repr=False, compare=False)
    """What compiled terms keep, which hold for these very surroundings alone."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "today", self.as_of.astimezone(self.zone).date())
        object.__setattr__(self, "kept", {})
        if self.exchange is None:
            object.__setattr__(self, "exchange", Rates(q.Exchange(), self.facts))


def evaluate(term: terms.Term, around: Surroundings, variables: Variables) -> object:
    """The value of a term.

    Args:
        term: a checked term.
        around: what it depends on besides the row.
        variables: the subject, the items of enclosing filters, and the columns of the row so far.
    """
    return around.meanings[type(term)](term, around, variables)


def function_of(term: terms.Term, around: Surroundings) -> Callable[[Variables], object]:
    """What computes a term for the variables that it sees, compiled if these surroundings compile terms."""
    if around.compiler is not None:
        return around.compiler.function(term, around)
    return partial(around.meanings[type(term)], term, around)


def functions_of(every: Sequence[terms.Term], around: Surroundings) -> Mapping[int, Callable[[Variables], object]]:
    """What computes some terms that are mostly computed together, by their identity."""
    if around.compiler is not None:
        return around.compiler.together(every, around)
    return {id(term): function_of(term, around) for term in every}


def truth(term: terms.Term, around: Surroundings, variables: Variables) -> Truth:
    """The value of a condition."""
    value = evaluate(term, around, variables)
    assert isinstance(value, bool | Unknown), value
    return value


def definite(value: object) -> object:
    """The value itself; a count that is only known as a range is unknown where a number is needed."""
    return Unknown(value.missing) if isinstance(value, Count) else value


def unknown_of(*values: object) -> Unknown | None:
    found = [value for value in values if isinstance(value, Unknown)]
    return Unknown.of(found) if found else None


ABSENT: Final = Unknown.because("absent")
ZERO: Final = Unknown.because("zero")
TOO_LONG: Final = Unknown.because("size")


def operand(term: terms.Term, around: Surroundings, variables: Variables) -> object:
    """A value to compute with. Only a condition that is guarded, and false by its guard, meets an absent one."""
    value = definite(evaluate(term, around, variables))
    return ABSENT if value is None else value


def members_of(term: terms.Term, around: Surroundings, variables: Variables) -> Members | Unknown:
    return members_in(evaluate(term, around, variables), around)


def members_in(value: object, around: Surroundings) -> Members | Unknown:
    """A list that is looked into, which takes effort for each member."""
    found = ABSENT if value is None else definite(value)
    assert isinstance(found, Members | Unknown), found
    if isinstance(found, Members):
        around.effort.spend(len(found.certain) + len(found.possible))
    return found


def with_doubt(members: Members) -> Iterable[tuple[object, Unknown | None]]:
    yield from ((member, None) for member in members.certain)
    yield from members.possible


def number(value: object) -> Decimal:
    assert isinstance(value, int | Decimal), value
    return Decimal(value)


def total(members: Iterable[object]) -> object:
    try:
        return q.sum_of(number(member) for member in members)
    except q.NumberTooLong:
        return TOO_LONG


def divided(dividend: object, divisor: object) -> object:
    if divisor == 0:
        return ZERO
    try:
        return q.divide(number(dividend), number(divisor))
    except q.NumberTooLong:
        return TOO_LONG


Meaning: TypeAlias = Callable[..., object]
"""The value of a term of one kind, from the term, what it depends on, and the variables."""
