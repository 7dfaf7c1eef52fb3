"""Compiles the terms of one version of a ruleset when they are first needed, and binds them to instants.

Nothing is shared between versions. What is compiled is kept, one unit for each plan and term of the version, and never
changes: two threads that make the same at once make it alike. Sent to another process, it is compiled anew there.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from operator import itemgetter
from types import TracebackType
from typing import Final

from partnerrules.backends.computing import instant_of
from partnerrules.backends.decision_tables import Found
from partnerrules.backends.interpreter import run
from partnerrules.backends.meanings import MEANINGS
from partnerrules.backends.rows import alone
from partnerrules.backends.surroundings import Functions, Meaning, Surroundings, Variables, evaluate, operand
from partnerrules.backends.to_python.source import Generated, blame
from partnerrules.backends.to_python.straight import straight
from partnerrules.backends.to_python.support import Seen
from partnerrules.backends.to_python.tables import CompiledTable, compiled_table
from partnerrules.backends.to_python.units import BoundUnit, CompiledUnit, Root, compiled_unit
from partnerrules.backends.values import Members
from partnerrules.diagnostics import Span
from partnerrules.facts import Row
from partnerrules.language import terms
from partnerrules.language.names import SUBJECT
from partnerrules.plan.gaining import shown_later
from partnerrules.plan.nodes import Let, Lookup, Plan
from partnerrules.plan.table_slots import Parameters
from partnerrules.plan.trace import TracedRow
from partnerrules.plan.walk import computed_terms
from partnerrules.schema.entities import Schema
from partnerrules.schema.missing import Unknown

_INTERPRETED: Final[ContextVar[bool]] = ContextVar("terms are interpreted", default=False)


@contextmanager
def interpreter_only() -> Iterator[None]:
    """Lets the interpreter run all of the decisions inside: for comparing, and for measuring."""
    token = _INTERPRETED.set(True)
    try:
        yield
    finally:
        _INTERPRETED.reset(token)


MOST_INSTANTS: Final = 1_000
"""Other instants whose compiled terms are kept while one decision is made; at further ones they are bound each time."""


class Blaming:
    """Lets an error inside say which line of a ruleset it was about, if it came out of what is compiled."""

    def __init__(self, compilers: "Iterable[Compiler | None]") -> None:
        """Takes what may have compiled it."""
        self._compilers = [each for each in compilers if each is not None]

    def __enter__(self) -> None:
        """Nothing is done before."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Notes it on an error, which goes on its way."""
        if isinstance(error, Exception):
            blame(error, [source for compiler in self._compilers for source in compiler.sources])


class Compiler:
    """The compiled terms of one version of a ruleset."""

    def __init__(
        self,
        title: str,
        schema: Schema,
        parameters: Parameters,
        definitions: Mapping[str, terms.Term],
        plans: Mapping[str, Plan],
        places: Mapping[str, Sequence[Span]],
    ) -> None:
        """Takes what is compiled when it is first needed.

        Args:
            title: the ruleset and its version, for tracebacks.
            schema: the records that its terms see.
            parameters: their values.
            definitions: their terms.
            plans: of its policies.
            places: where the author wrote what policies and definitions compute, term by term.
        """
        self._title = title
        self._schema = schema
        self._parameters = parameters
        self._definitions = definitions
        self._plans = plans
        self._places = places
        self._units: dict[object, CompiledUnit] = {}
        self._lookups: dict[int, tuple[Lookup, CompiledTable | None, Callable[[Variables], object] | None]] = {}
        self._names = {id(plan): name for name, plan in plans.items()}
        self._others: dict[int, Plan] = {}  # so that the identity of one is not given to another

    def __reduce__(self) -> tuple[type["Compiler"], tuple[object, ...]]:
        """Sends what it compiles, not what it has compiled."""
        return Compiler, (
            self._title,
            self._schema,
            self._parameters,
            self._definitions,
            self._plans,
            self._places,
        )

    def functions(self, plan: Plan, around: Surroundings) -> Functions:
        """What computes the terms of a plan for the columns of a row."""
        return bound_to(around).unit(self.of_plan(plan)).functions

    def of_plan(self, plan: Plan) -> CompiledUnit:
        """The terms that a plan computes for its rows."""
        key = ("plan", id(plan))
        if key not in self._units:
            name = self._names.get(id(plan), "")
            computed, places = tuple(computed_terms(plan)), self._places.get(name)
            every = zip(computed, places or (None,) * len(computed), strict=True)
            roots = {id(term): Root(term, place) for term, place in every}.values()
            self._others[id(plan)] = plan
            self._units.setdefault(key, self._compiled(name, [*roots], plan))
        return self._units[key]

    def of_definition(self, name: str) -> CompiledUnit:
        """A definition."""
        key = ("definition", name)
        if key not in self._units:
            roots = [Root(self._definitions[name], self._places[name][0])]
            self._units.setdefault(key, self._compiled(name, roots))
        return self._units[key]

    def of_term(self, term: terms.Term) -> CompiledUnit:
        """A term by itself, which sees columns that are named in the variables."""
        key = ("term", id(term))
        if key not in self._units:
            self._units.setdefault(key, self._compiled("", [Root(term)]))
        return self._units[key]

    def of_terms(self, every: Sequence[terms.Term]) -> CompiledUnit:
        """Some terms that are mostly computed together, each as by itself."""
        key = ("terms", *map(id, every))
        if key not in self._units:
            self._units.setdefault(key, self._compiled("", [*{id(term): Root(term) for term in every}.values()]))
        return self._units[key]

    def lookup(self, node: Lookup) -> Callable[[Variables], object] | None:
        """What looks the inputs of a decision table up: what it gives, or the places of the rules that say it.

        None where the interpreter has to say it, and for a table that it has to ask mostly.
        """
        if id(node) not in self._lookups:
            compiled = _compiled_table(node, self._parameters, self._title)
            self._lookups.setdefault(id(node), (node, compiled, _looking_up(node, compiled)))
        return self._lookups[id(node)][2]

    def rows(
        self, plan: Plan, around: Surroundings, records: Iterable[Row], *, trace: bool
    ) -> Sequence[TracedRow] | None:
        """The rows of many records, where the plan looks at each of them by itself; None if it is run as others are."""
        line = straight(plan)
        unit = None if line is None else bound_to(around).unit(self.of_plan(plan))
        if line is None or unit is None or unit.rows is None:
            return None
        find: Callable[..., Found | None] | None = None
        if line.lookup is not None:
            self.lookup(line.lookup)
            compiled = self._lookups[id(line.lookup)][1]
            find = None if compiled is None else compiled.find
            if find is None:
                return None
        later = shown_later(plan) if trace else None
        if trace and later is None:
            return None
        row = alone(later, around)
        return unit.rows(records, row, lambda record: run(plan, around, only=(record,), trace=trace), find)

    def function(self, term: terms.Term, around: Surroundings) -> Callable[[Variables], object]:
        """What computes a term by itself for the variables that it sees."""
        return bound_to(around).function(term)

    def together(
        self, every: Sequence[terms.Term], around: Surroundings
    ) -> Mapping[int, Callable[[Variables], object]]:
        """What computes some terms that are mostly computed together, by their identity."""
        return bound_to(around).unit(self.of_terms(every)).functions.by_term

    @property
    def sources(self) -> list[Generated]:
        """What was compiled so far."""
        return [unit.source for unit in [*self._units.values()]]

    def _compiled(self, name: str, roots: Sequence[Root], plan: Plan | None = None) -> CompiledUnit:
        return compiled_unit(
            f"{self._title} {name}".strip(), roots, self._schema, self._parameters, self._definitions, plan
        )


def _compiled_table(node: Lookup, parameters: Parameters, title: str) -> CompiledTable | None:
    if not isinstance(node.source, Let):
        return None
    inputs = [terms.ColumnOf(column.name, column.term.type) for column in node.source.columns]
    if any(len(rule.tests) != len(inputs) for rule in node.table.rules):
        return None
    return compiled_table(node.table, inputs, parameters, f"{title} table")


def _looking_up(node: Lookup, compiled: CompiledTable | None) -> Callable[[Variables], object] | None:
    if compiled is None or not isinstance(node.source, Let):
        return None
    function: Callable[..., object] | None = compiled.places if compiled.find is None else compiled.find
    assert function is not None
    names = [column.name for column in node.source.columns]
    if len(names) == 1:
        (only,) = names
        return lambda variables: function(variables[only])
    given = itemgetter(*names)
    return lambda variables: function(*given(variables))


class Bound:
    """Compiled terms at one instant, and what they share there."""

    def __init__(self, around: Surroundings, compiler: Compiler) -> None:
        self.around = around
        self.compiler = compiler
        self._seen = Seen(around)
        self._units: dict[int, BoundUnit] = {}
        self._definitions: dict[str, Callable[[Row | None], object]] = {}

    def unit(self, unit: CompiledUnit) -> BoundUnit:
        """The functions of a unit."""
        found = self._units.get(id(unit))
        if found is None:
            found = unit.bound(
                self.around,
                seen=self._seen,
                definition=self.definition,
                answer=self._answer,
                at_moment=self._at_moment,
            )
            self._units[id(unit)] = found
        return found

    def function(self, term: terms.Term) -> Callable[[Variables], object]:
        """What computes a term by itself."""
        return self.unit(self.compiler.of_term(term)).functions.by_term[id(term)]

    def definition(self, name: str) -> Callable[[Row | None], object]:
        """What computes a definition of a record, or of none, once for each."""
        found = self._definitions.get(name)
        if found is not None:
            return found
        term = self.around.definitions[name]
        known: dict[str | None, object] = {}
        made: list[Callable[[Variables], object]] = []

        def of(record: Row | None) -> object:
            key = None if record is None else record.id
            if key in known:
                return known[key]
            if not made:  # definitions that are not asked for are not compiled
                made.append(self.unit(self.compiler.of_definition(name)).functions.by_term[id(term)])
            value = known[key] = made[0]({SUBJECT: record})
            return value

        return self._definitions.setdefault(name, of)

    def _answer(self, policy: str, record: Row, column: str) -> object:
        value = self.around.answers.answer(policy, record, column, self.around.as_of)
        return Members(value) if isinstance(value, tuple) else value

    def _at_moment(self, term: terms.AtMoment, moment: object, variables: Variables) -> object:
        around = as_of(term, moment, self.around)
        return around if isinstance(around, Unknown) else bound_to(around).function(term.item)(variables)


def bound_to(around: Surroundings) -> Bound:
    """The compiled terms at one instant."""
    found = around.kept.get("bound")
    if not isinstance(found, Bound):
        assert isinstance(around.compiler, Compiler)
        found = around.kept.setdefault("bound", Bound(around, around.compiler))
        assert isinstance(found, Bound)
    return found


def as_of(term: terms.AtMoment, moment: object, around: Surroundings) -> Surroundings | Unknown:
    """The same as of another instant, the same one each time; unknown if it lies outside of the calendar."""
    try:
        instant = instant_of(moment, around)
    except OverflowError:
        return Unknown.because("calendar")
    facts = around.facts if around.facts_at is None else around.facts_at(term.item, instant)
    # One table for all that is reached from one instant to another, so that it does not matter from which.
    every = around.kept.setdefault("instants", {})
    assert isinstance(every, dict)
    found = every.get((instant, id(facts)))
    if not isinstance(found, Surroundings):
        found = replace(around, as_of=instant, facts=facts)
        found.kept["instants"] = every
        if len(every) < MOST_INSTANTS:
            found = every.setdefault((instant, id(facts)), found)
            assert isinstance(found, Surroundings)
    return found


def _definition(term: terms.DefinitionOf, around: Surroundings, variables: Variables) -> object:
    record = None if term.record is None else operand(term.record, around, variables)
    if isinstance(record, Unknown):
        return record
    assert record is None or isinstance(record, Row)
    return bound_to(around).definition(term.name)(record)


def _at_moment(term: terms.AtMoment, around: Surroundings, variables: Variables) -> object:
    moment = operand(term.moment, around, variables)
    if isinstance(moment, Unknown):
        return moment
    other = as_of(term, moment, around)
    return other if isinstance(other, Unknown) else evaluate(term.item, other, variables)


COMPILED_MEANINGS: Final[Mapping[type, Meaning]] = {
    **MEANINGS,
    terms.DefinitionOf: _definition,
    terms.AtMoment: _at_moment,
}
"""How the interpreter evaluates what compiled terms leave to it: what is compiled by itself it takes from there."""


def meanings_for(compiler: Compiler | None) -> tuple[Mapping[type, Meaning], Compiler | None]:
    """By what terms are evaluated, and what compiles them, unless all is to be interpreted."""
    return (MEANINGS, None) if compiler is None or _INTERPRETED.get() else (COMPILED_MEANINGS, compiler)
