"""Which row of a rate table goes first: a value before a set, a set before a group, a group before any value.

Rows are compared input by input, in the order in which the inputs are written. Two that are equally specific must not
both hold for one document. May import terms, diagnostics, and what tests of a column have in common.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from partnerrules.diagnostics import Label, Report, Span
from partnerrules.language import terms
from partnerrules.policies.commission.overlaps import possible_values, written_values
from partnerrules.schema import types as t

VALUE: Final = 3
SET: Final = 2
GROUP: Final = 1
ANY: Final = 0

MAXIMUM_PAIRS: Final = 2_000_000
"""Pairs of rows that are compared."""
MAXIMUM_VALUES: Final = 50_000
"""Values in one column of rows that are compared with each other."""


@dataclass(frozen=True, slots=True)
class Tested:
    """A row as its specificity sees it: its id, its place, and the test of each input."""

    id: str
    span: Span
    tests: tuple[terms.Term | None, ...]

    @property
    def specificity(self) -> tuple[int, ...]:
        """How specific it is in each input; the greater goes first."""
        return tuple(level_of(test) for test in self.tests)


def level_of(test: terms.Term | None) -> int:
    """How specific the test of a cell is."""
    if test is None:
        return ANY
    if _names_one(test):
        return VALUE
    match _present(test):
        case terms.AnyOf(items) if all(_names_one(item) for item in items):
            return SET
        case terms.Among(_, terms.Items()):
            return SET
        case _:
            return GROUP


def _names_one(test: terms.Term) -> bool:
    """Whether a test asks for one value, or for there being none."""
    match _present(test):
        case terms.Comparison("=", terms.ColumnOf(), terms.Value() | terms.ParameterOf()):
            return True
        case terms.Not(terms.Exists()):
            return True
        case _:
            return False


def _present(test: terms.Term) -> terms.Term:
    """The test of a value that is there, without the guard before it."""
    match test:
        case terms.All((terms.Exists(), inner)):
            return inner
        case _:
            return test


def check_specificity(rows: tuple[Tested, ...], inputs: Mapping[str, t.Type], report: Report, place: Span) -> bool:
    """Whether no two rows that are equally specific can hold for one document; reports those that can."""
    fine = True
    pairs = 0
    for alike in _groups(rows):
        pairs += len(alike) * (len(alike) - 1) // 2
        if pairs > MAXIMUM_PAIRS:
            report.error(
                "too-large",
                "the table has too many equally specific rows with sets or groups to compare them with each other",
                place,
                help="write single values in the first columns, or split the policy",
            )
            return False
        if len(alike) < 2:
            continue
        possible: list[list[int]] = []
        for tests, (name, type) in zip(zip(*(row.tests for row in alike), strict=True), inputs.items(), strict=True):
            if not _few_enough(name, tests, report, place):
                return False
            possible.append(possible_values(tests, type))
        by_row = list(zip(alike, zip(*possible, strict=True), strict=True))
        for (one, left), (other, right) in combinations(by_row, 2):
            if report.full:
                return False
            if all(some & others for some, others in zip(left, right, strict=True)):
                fine = False
                _report(one, other, tuple(inputs), report)
    return fine


def _few_enough(name: str, tests: tuple[terms.Term | None, ...], report: Report, place: Span) -> bool:
    """Whether a column writes few enough values to compare all its tests; reports it if not."""
    values = sum(1 for test in tests for _ in written_values(test))
    if values <= MAXIMUM_VALUES:
        return True
    report.error(
        "too-large",
        f"rows that are equally specific write {values:,} values under `{name}`; at most {MAXIMUM_VALUES:,} are"
        " compared with each other",
        place,
        help="give what is alike a group of its own in the facts, and test that, or split the policy",
    )
    return False


def _groups(rows: tuple[Tested, ...]) -> Iterator[list[Tested]]:
    """Rows that may meet and are equally specific. Those that ask for different single values never meet."""
    groups: dict[tuple[object, ...], list[Tested]] = {}
    for row in rows:
        key = tuple((level_of(test), _written(test)) for test in row.tests)
        groups.setdefault(key, []).append(row)
    by_level: dict[tuple[int, ...], list[Tested]] = {}
    for row in rows:
        if any(level_of(test) == VALUE and _written(test) is None for test in row.tests):
            by_level.setdefault(row.specificity, [])
    for row in rows:
        if row.specificity in by_level:
            by_level[row.specificity].append(row)
    yield from (group for group in groups.values() if group[0].specificity not in by_level)
    yield from by_level.values()


def _written(test: terms.Term | None) -> tuple[object, ...] | None:
    """The one value that a test asks for, if it is written out."""
    if test is None:
        return None
    match _present(test):
        case terms.Comparison("=", terms.ColumnOf(), terms.Value(value)):
            return (value,)
        case terms.Not(terms.Exists()):
            return ()
        case _:
            return None


def _report(one: Tested, other: Tested, inputs: tuple[str, ...], report: Report) -> None:
    way_out = "take one of them out"
    if one.tests != other.tests:
        differing = next(at for at, pair in enumerate(zip(one.tests, other.tests, strict=True)) if pair[0] != pair[1])
        way_out = f"write a single value under `{inputs[differing]}` in one of them, or let them cover different ones"
    elif all(test is None for test in one.tests):
        way_out = "only one row can be for everything else: take one of them out"
    report.error(
        "equally-specific",
        f"the rows `{one.id}` and `{other.id}` can apply to one document, and neither is more specific",
        other.span,
        labels=[Label(other.span, ""), Label(one.span, "the other row")],
        help=way_out,
    )
