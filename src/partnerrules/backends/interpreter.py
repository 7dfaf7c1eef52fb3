"""Runs plans as they stand. What it gives is the meaning of a plan, which every other back end has to meet."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, Final

import partnerrules.quantities as q
from partnerrules.backends.assignments import assign
from partnerrules.backends.cells import spread
from partnerrules.backends.clocks import measure
from partnerrules.backends.coverings import cover
from partnerrules.backends.cuts import belongs
from partnerrules.backends.decision_tables import Found, found_of, look_up
from partnerrules.backends.distinct import count_distinct
from partnerrules.backends.draws import draw
from partnerrules.backends.joins import count_anew
from partnerrules.backends.lists import gaps_of, seen_records
from partnerrules.backends.ranking import ALONE, Entrant, positions, turns
from partnerrules.backends.references import refer
from partnerrules.backends.rows import Running, Work, WorkingRow, grouped, parts_of, some_true, traced
from partnerrules.backends.shown import shown_value
from partnerrules.backends.successions import succeed
from partnerrules.backends.surroundings import TOO_LONG, Surroundings, definite, members_in, number
from partnerrules.backends.values import MOST_MISSING, lacking, united
from partnerrules.backends.windows import cumulate
from partnerrules.facts import Row
from partnerrules.language.terms import Term
from partnerrules.plan.logic import Truth, conjunction
from partnerrules.plan.nodes import (
    Allocate,
    Assign,
    Carry,
    Collapse,
    CountDistinct,
    Cover,
    Cumulate,
    Draw,
    Filter,
    Let,
    Lookup,
    Measure,
    Node,
    Plan,
    Rank,
    Refer,
    Scan,
    Spread,
    Succeed,
    Union,
    Unnest,
)
from partnerrules.plan.trace import TracedRow
from partnerrules.schema.missing import Unknown

MAXIMUM_MEMBERS: Final = 1_000_000
"""Rows that one node of a plan may make of the members of lists."""


def subjects(entities: Iterable[str], around: Surroundings) -> tuple[Row, ...]:
    """The records of some entities that are seen at the as-of instant, or may be, in the order of their ids."""
    rows: list[object] = []
    for entity in entities:
        found = seen_records(around.facts.relation(entity), around)
        rows += [*found.certain, *(member for member, _ in found.possible)]
    return tuple(sorted((row for row in rows if isinstance(row, Row)), key=lambda row: (row.id, row.entity)))


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
    count_anew(around)
    records = subjects(plan.entities, around) if only is None else tuple(only)
    running = Running.of(plan, around, trace=trace, assumed=assumed or {}, doubts=doubts or {})
    return traced(rows_at(plan.root, [WorkingRow.of(record) for record in records], running), running)


def rows_at(node: Node, scanned: list[WorkingRow], running: Running) -> list[WorkingRow]:
    """The rows that one node gives, computed once in a run."""
    found = running.done.get(id(node))
    if found is None:
        found = running.done[id(node)] = _rows_of(node, scanned, running)
    return found


def _rows_of(node: Node, scanned: list[WorkingRow], running: Running) -> list[WorkingRow]:
    match node:
        case Scan(entity):
            return [row for row in scanned if row.subject.entity == entity]
        case Union(sources):
            return [row for source in sources for row in rows_at(source, scanned, running)]
        case Collapse(over, source, _):
            parts = rows_at(source, scanned, running)
            rows = rows_at(over, scanned, running)
            _collapse(node, rows, parts, running)
            return rows
        case Assign(over, source, assignment):
            parts = rows_at(source, scanned, running)
            assign(assignment, rows_at(over, scanned, running), parts, running)
            return parts
        case _:
            rows = rows_at(node.source, scanned, running)
    # Where there are no rows none are added, and none get anything: a list of no members is unnested often.
    made = _OF_ROWS[type(node)](node, rows, running) if rows else None
    return rows if made is None else made


def _filter(node: Filter, rows: list[WorkingRow], running: Running) -> list[WorkingRow]:
    condition = node.condition
    running.compute(node, (condition,), rows)
    return [row for row in rows if row.variables[condition.name] is not False]


def _let(node: Let, rows: list[WorkingRow], running: Running) -> None:
    running.compute(node, node.columns, rows)


def _look_up(node: Lookup, rows: Iterable[WorkingRow], running: Running) -> None:
    quick = None if running.around.compiler is None else running.around.compiler.lookup(node)
    names = [output.name for output in node.table.outputs]
    for row in rows:
        variables = row.variables
        found = None if quick is None else quick(variables)
        if not isinstance(found, Found):
            found = _asked(node, row, running, found)
        variables[node.outcome] = found.outcome
        variables[node.rules] = found.rules
        for name, value in zip(names, found.outputs, strict=True):
            variables[name] = value


def _asked(node: Lookup, row: WorkingRow, running: Running, places: object) -> Found:
    """What a table gives for a row, by the places of the rules that apply, or else by asking its rules."""

    def output(term: Term) -> object:
        return shown_value(running.value(term, row))

    if isinstance(places, tuple):
        return found_of(node.table, places, output)
    return look_up(node.table, output, partial(_test, running, row), row.variables.__getitem__)


def _test(running: Running, row: WorkingRow, term: Term) -> Truth:
    return running.truth(term, row)


def _unnest_all(node: Unnest, rows: list[WorkingRow], running: Running) -> list[WorkingRow]:
    work = Work(MAXIMUM_MEMBERS, f"lists of more than {MAXIMUM_MEMBERS:,} members in all are looked into")
    return [part for row in rows for part in _unnest(node, row, running, work)]


def _unnest(node: Unnest, row: WorkingRow, running: Running, work: Work) -> list[WorkingRow]:
    found = members_in(running.value(node.items, row), running.around)
    whole: Truth = True
    members: list[tuple[object, Truth]] = []
    if isinstance(found, Unknown):
        whole = found
    else:
        unknown = united(each.missing for each in found.certain if isinstance(each, Unknown)) | found.gaps
        whole = Unknown(unknown) if unknown else True
        members = [(member, True) for member in found.certain if not isinstance(member, Unknown)]
        members += found.possible
    row.variables[node.whole] = whole
    work.add(len(members))
    return [row.copy({node.variable: member, node.belongs: belongs}) for member, belongs in members]


def _collapse(node: Collapse, rows: list[WorkingRow], parts: list[WorkingRow], running: Running) -> None:
    joined = parts_of(rows, parts)
    for row in rows:
        own = [*joined[id(row)], *running.settled]  # not the parts that an earlier `Collapse` joined to the same row
        row.parts = [*row.parts, *own]
        for column in node.some:
            row.variables[column.name] = some_true(running.truth(column.term, part) for part in own)
        for column in node.greatest:
            row.variables[column.name] = _greatest(running.value(column.term, part) for part in own)


def _greatest(values: Iterable[object]) -> object:
    found = [definite(value) for value in values if value is not None]
    unknown = [value for value in found if isinstance(value, Unknown)]
    return Unknown.of(unknown) if unknown else max((number(value) for value in found), default=None)


def _rank(node: Rank, rows: list[WorkingRow], running: Running) -> None:
    gaps = frozenset().union(*(gaps_of(entity, running.around) for entity in running.entities))
    groups = grouped(rows, lambda row: tuple([row.variables[name] for name in node.within]))
    # Nothing needs to be known of a row that meets no other.
    met = [row for group in groups if len(group.members) > 1 or group.perhaps for row in group.members]
    keys = [turns([definite(row.variables[key.column]) for row in met], descending=key.descending) for key in node.by]
    entrants = {
        id(row): Entrant(conjunction((running.stands(row), running.truth(node.queue, row))), own)
        for row, own in zip(met, zip(*keys, strict=True), strict=True)
    }
    for group in groups:
        members = group.members
        own = [entrants.get(id(row), ALONE) for row in members]
        if not group.known:  # it is not known whether they meet each other, nor whether they meet the others
            own = [_perhaps(entrant, doubt) for entrant, doubt in zip(own, group.doubts, strict=True)]
        others = [_perhaps(entrants[id(row)], doubt) for row, doubt in group.perhaps]
        peers = [*members, *(row for row, _ in group.perhaps[:MOST_MISSING])]
        for index, (row, position) in enumerate(zip(members, positions(own, others), strict=True)):
            found = position if group.known else position.lacking(group.doubts[index].missing)
            if node.column is not None:
                place = found.place(gaps)
                row.variables[node.column] = running.assumed.get(row.subject.id, {}).get(node.column, place)
            if node.ahead is not None:
                row.variables[node.ahead] = found.ahead.count(gaps)
            if node.level is not None:
                row.variables[node.level] = found.level.count(gaps)
            if node.size is not None:
                row.variables[node.size] = found.others.with_itself.count(gaps)
            for cut in node.cuts:
                portion = definite(running.value(cut.portion, row))
                row.variables[cut.column] = belongs(cut, portion, found, gaps)
            if node.within and group.known:
                row.peers = peers


def _carry(node: Carry, rows: list[WorkingRow], running: Running) -> list[WorkingRow]:
    """The rows, those that other versions answer for with the columns that are carried from there."""
    if not running.elsewhere:
        return rows
    found: list[WorkingRow] = []
    for row in rows:
        home = running.elsewhere.get(row.subject.id)
        if home is not None:
            other = home.row(row.subject.id, node.stage)
            if other is None:
                continue
            row.variables.update((name, other.variables[name]) for name in node.columns if name in other.variables)
        found.append(row)
    return found


def _perhaps(entrant: Entrant, doubt: Unknown) -> Entrant:
    return Entrant(conjunction((entrant.stands, doubt)), entrant.keys)


def _allocate_all(node: Allocate, rows: list[WorkingRow], running: Running) -> None:
    for row in rows:
        _allocate(node, row, running)


def _allocate(node: Allocate, row: WorkingRow, running: Running) -> None:
    amount = running.value(node.amount, row)
    shares = [running.value(share, row) for share in node.shares]
    missing = lacking(amount, *shares)
    values: list[object]
    if missing:
        values = [Unknown(missing)] * len(shares)
    elif amount is None or any(number(share) < 0 for share in shares):
        values = [None] * len(shares)
    else:
        exact = [number(share) for share in shares]
        try:
            whole = q.sum_of(exact) == Decimal(1)
            values = list(q.allocate(number(amount), exact, node.places)) if whole else [None] * len(shares)
        except q.NumberTooLong:
            values = [TOO_LONG] * len(shares)
    row.variables.update(zip(node.columns, values, strict=True))


_OF_ROWS: Final[Mapping[type, Callable[[Any, list[WorkingRow], Running], list[WorkingRow] | None]]] = {
    Filter: _filter,
    Let: _let,
    Lookup: _look_up,
    Measure: lambda node, rows, running: measure(node.clock, rows, running),
    Unnest: _unnest_all,
    Spread: lambda node, rows, _: spread(node, rows),
    Rank: _rank,
    CountDistinct: count_distinct,
    Cumulate: cumulate,
    Succeed: succeed,
    Draw: lambda node, rows, running: draw(node.how, rows, running),
    Cover: lambda node, rows, running: cover(node.how, rows, running),
    Refer: refer,
    Carry: _carry,
    Allocate: _allocate_all,
}
"""What each kind of node with one source does with its rows; none where it adds to the very rows."""
