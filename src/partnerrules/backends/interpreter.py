"""Runs plans as they stand. What it gives is the meaning of a plan, which every other back end has to meet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from partnerrules.backends.decision_tables import look_up
from partnerrules.backends.lists import gaps_of, seen_records
from partnerrules.backends.ranking import Entrant, places
from partnerrules.backends.surroundings import Surroundings, definite, evaluate, truth
from partnerrules.backends.values import Members
from partnerrules.facts import Row
from partnerrules.language.names import SUBJECT
from partnerrules.language.terms import Term
from partnerrules.plan.logic import Truth, conjunction
from partnerrules.plan.nodes import OUTCOME, RULES, Column, Filter, Let, Lookup, Node, Plan, Rank, Scan
from partnerrules.plan.trace import Seen, TracedRow
from partnerrules.schema.missing import Unknown


def subjects(entity: str, around: Surroundings) -> tuple[Row, ...]:
    """The records of an entity that are seen at the as-of instant, or may be, in the order of their ids."""
    found = seen_records(around.facts.relation(entity), around)
    rows = [*found.certain, *(member for member, _ in found.possible)]
    return tuple(sorted((row for row in rows if isinstance(row, Row)), key=lambda row: row.id))


def run(
    plan: Plan,
    around: Surroundings,
    *,
    only: Iterable[Row] | None = None,
    trace: bool = True,
    assumed: Mapping[str, Mapping[str, object]] | None = None,
    doubts: Mapping[str, Unknown] | None = None,
) -> tuple[TracedRow, ...]:
    """The rows that a plan gives.

    Args:
        plan: a checked plan.
        around: the facts, the instant, and what the terms refer to.
        only: the subjects to give rows for; all that are seen if left out.
        trace: whether rows show the parts of their conditions.
        assumed: by the id of the subject, values that columns have instead of what they would compute, to try what
            would change a result.
        doubts: by the id of the subject, what would have to be known to tell whether it is among them at all.
    """
    records = subjects(plan.entity, around) if only is None else tuple(only)
    running = _Running(plan.entity, around, trace, assumed or {}, doubts or {})
    finished = _run(plan.root, [_Row.of(record) for record in records], running)
    return tuple(TracedRow(row.subject, row.values, row.seen) for row in finished)


@dataclass(frozen=True, slots=True)
class _Running:
    entity: str
    around: Surroundings
    trace: bool
    assumed: Mapping[str, Mapping[str, object]]
    doubts: Mapping[str, Unknown]


@dataclass(slots=True)
class _Row:
    """A row that columns are being added to."""

    subject: Row
    variables: dict[str, object]
    seen: dict[str, tuple[Seen, ...]]

    @classmethod
    def of(cls, subject: Row) -> "_Row":
        return cls(subject, {SUBJECT: subject}, {})

    @property
    def values(self) -> dict[str, object]:
        """The columns alone, in the order in which they were computed."""
        return {name: shown_value(value) for name, value in self.variables.items() if name != SUBJECT}


def _run(node: Node, rows: list[_Row], running: _Running) -> list[_Row]:
    match node:
        case Scan():
            return rows
        case Filter(source, condition):
            kept = _run(source, rows, running)
            for row in kept:
                _add(condition, row, running)
            return [row for row in kept if row.variables[condition.name] is not False]
        case Let(source, columns):
            computed = _run(source, rows, running)
            for row in computed:
                for column in columns:
                    _add(column, row, running)
            return computed
        case Lookup(source, table):
            found_for = _run(source, rows, running)
            for row in found_for:
                found = look_up(
                    table,
                    partial(_output, running.around, row.variables),
                    partial(_test, running.around, row.variables),
                )
                row.variables[OUTCOME] = found.outcome
                row.variables[RULES] = found.rules
                row.variables.update(zip((output.name for output in table.outputs), found.outputs, strict=True))
            return found_for
        case Rank(source, queue, by, column):
            queued = _run(source, rows, running)
            for row in queued:
                for key in by:
                    _add(key, row, running)
            entrants = [
                Entrant(
                    conjunction(
                        (running.doubts.get(row.subject.id, True), truth(queue, running.around, row.variables))
                    ),
                    tuple(row.variables[key.name] for key in by),
                )
                for row in queued
            ]
            gaps = gaps_of(running.entity, running.around)
            for row, place in zip(queued, places(entrants, gaps), strict=True):
                row.variables[column] = running.assumed.get(row.subject.id, {}).get(column, place)
            return queued


def _output(around: Surroundings, variables: Mapping[str, object], term: Term) -> object:
    around.effort.turns = 0
    return shown_value(evaluate(term, around, variables))


def _test(around: Surroundings, variables: Mapping[str, object], term: Term) -> Truth:
    around.effort.turns = 0
    return truth(term, around, variables)


def _add(column: Column, row: _Row, running: _Running) -> None:
    variables = row.variables
    assumed = running.assumed.get(row.subject.id, {})
    if column.name in assumed:
        row.variables[column.name] = assumed[column.name]
    else:
        running.around.effort.turns = 0
        row.variables[column.name] = evaluate(column.term, running.around, variables)
    if running.trace and column.observed:
        row.seen[column.name] = tuple(
            Seen(part.text, _seen_value(evaluate(part.term, running.around, variables)), part.term.type, part.title)
            for part in column.observed
        )


def _seen_value(value: object) -> object:
    """A value as a trace shows it: what lies behind something that is absent is absent too."""
    shown = shown_value(value)
    if isinstance(shown, Unknown) and all(missing.reason == "absent" for missing in shown.missing):
        return None
    return shown


def shown_value(value: object) -> object:
    """A value as results hold it: lists as tuples, a list or count in doubt as unknown."""
    if not isinstance(value, Members):
        return definite(value)
    known = value.known()
    shown = known if isinstance(known, Unknown) else tuple(shown_value(member) for member in known)
    unknown = [member for member in shown if isinstance(member, Unknown)] if isinstance(shown, tuple) else []
    return Unknown.of(unknown) if unknown else shown
