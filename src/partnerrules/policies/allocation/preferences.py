"""What the criteria of a policy look at, as its results show it."""

from collections.abc import Callable, Sequence

from partnerrules.decisions.allocation import Preference, PreferenceResult
from partnerrules.plan.trace import Seen, TracedRow
from partnerrules.policies.criteria import OrderedBy


def looked_at(
    criteria: Sequence[OrderedBy], row: TracedRow, column: Callable[[int], str]
) -> tuple[PreferenceResult, ...]:
    """What some criteria look at in a row, each in the column of its number, counted from one."""
    found: list[PreferenceResult] = []
    for number, each in enumerate(criteria, start=1):
        value = Seen(each.id, row.values[column(number)], each.checked.type)
        found.append(PreferenceResult(Preference(each.id, each.title, each.source), value))
    return tuple(found)
