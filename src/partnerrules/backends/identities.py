"""Which records can meet one in a plan, told before it is run."""

from collections.abc import Iterable

from partnerrules.backends.rows import Running, WorkingRow
from partnerrules.backends.surroundings import Surroundings, definite
from partnerrules.backends.values import comparable
from partnerrules.facts import Row
from partnerrules.plan.identities import Identity
from partnerrules.plan.nodes import Plan
from partnerrules.schema.missing import Unknown


def meeting(
    plan: Plan, identity: Identity, record: Row, others: Iterable[Row], around: Surroundings
) -> tuple[Row, ...] | None:
    """Those of some records that have the identity of one: if the plan is run for them, they get what all would get.

    Args:
        plan: a checked plan.
        identity: what records have to have in common to meet in it.
        record: the one that is asked for.
        others: all that the plan would be run for, with this one, in their order.
        around: the facts and the instant.

    Returns:
        None if the identity of any of them is not known: it may meet all of them, and bring them together.
    """
    running = Running.of(plan, around, trace=False, assumed={}, doubts={})
    groups: dict[object, list[Row]] = {}
    found: list[Row] = []
    for each in others:
        with around.effort.apart():
            key = _identity_of(each, identity, running)
        if isinstance(key, Unknown):
            return None
        group = groups.setdefault(key, [])
        group.append(each)
        if each.id == record.id and each.entity == record.entity:
            found = group
    return tuple(found)


def _identity_of(record: Row, identity: Identity, running: Running) -> tuple[object, ...] | Unknown | None:
    """The identity of a record; none if it does not take part."""
    row = WorkingRow.of(record)
    for step in identity.steps[record.entity]:
        value = row.variables[step.column.name] = running.value(step.column.term, row)
        if step.keeps and value is False:
            return None
    values = tuple(comparable(definite(row.variables[name])) for name in identity.names)
    unknown = [value for value in values if isinstance(value, Unknown)]
    return Unknown.of(unknown) if unknown else values
