"""Runs one node of a plan over rows whose columns are the fields of a relation made for the purpose.

A row is given as the fields of an entry; a field that is left out is none where that can be, else unknown.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Final

from tests.support import AS_OF, ruleset

from partnerrules import Facts, Record
from partnerrules.backends.interpreter import run
from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.names import SUBJECT
from partnerrules.plan.nodes import Column, Let, Node, Plan, Scan
from partnerrules.plan.trace import TracedRow
from partnerrules.rulesets.running import Run
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown

ENTRIES: Final = """\
facts:
  entry:
    plural: entries
    fields:
      n: {type: number, missing: none}
      m: {type: number, missing: none}
      on: boolean
      group: text
      day: {type: date, missing: none}
      start: {type: date, missing: none}
      end: date
      names: {type: list of text, missing: none}
      tags: {type: list of text, missing: none}
      other: {type: ref entry, missing: none}
"""

TYPES: Final[Mapping[str, t.Type]] = {
    "n": t.Maybe(t.Number()),
    "m": t.Maybe(t.Number()),
    "on": t.Boolean(),
    "group": t.Text(),
    "day": t.Maybe(t.Date()),
    "start": t.Maybe(t.Date()),
    "end": t.Date(),
    "names": t.Maybe(t.ListOf(t.Text())),
    "tags": t.Maybe(t.ListOf(t.Text())),
    "other": t.Maybe(t.Record("entry")),
}

UNKNOWN: Final = {"unknown": True}
ENTRY: Final = terms.Variable(SUBJECT, t.Record("entry"))
TRUE: Final = terms.Value(True, BOOLEAN)
SCAN: Final = Let(Scan("entry"), tuple(Column(name, terms.FieldOf(ENTRY, name, type)) for name, type in TYPES.items()))
"""All entries, each with its fields as columns."""


def column(name: str, type: t.Type | None = None) -> terms.ColumnOf:
    """The value of a column."""
    return terms.ColumnOf(name, TYPES[name] if type is None else type)


def at_least(name: str, count: int) -> terms.Term:
    """Whether a count in a column is that great."""
    return terms.Comparison(">=", column(name, t.Integer()), terms.Value(count, t.Integer()), BOOLEAN)


def ran(
    make: Callable[[Node], Node],
    rows: Mapping[str, Mapping[str, object]],
    *,
    complete: bool = True,
    as_of: dt.datetime = AS_OF,
) -> dict[str, TracedRow]:
    """The rows that a node gives over entries, by their ids; the last one where an entry has several."""
    return {row.subject.id: row for row in all_rows(make, rows, complete=complete, as_of=as_of)}


def all_rows(
    make: Callable[[Node], Node],
    rows: Mapping[str, Mapping[str, object]],
    *,
    complete: bool = True,
    as_of: dt.datetime = AS_OF,
) -> tuple[TracedRow, ...]:
    """The rows that a node gives over entries, in their order."""
    facts = Facts({"entries": rows}) if complete else Facts([Record("entry", id=id, **row) for id, row in rows.items()])
    (version,) = ruleset(ENTRIES).versions
    around = Run((version,), facts, as_of, trace=True).around(version, as_of)
    return run(Plan(("entry",), make(SCAN)), around)


def known(value: object) -> object:
    """A value for comparing: the word "unknown" where it is not known."""
    return "unknown" if isinstance(value, Unknown) else value
