"""The records that a policy or definition is about, as any of the versions reads them."""

from collections.abc import Iterable

from partnerrules.backends.interpreter import subjects
from partnerrules.backends.surroundings import Surroundings
from partnerrules.diagnostics import FactProblem, FactsError
from partnerrules.facts import Row
from partnerrules.facts.derived import derivations_by
from partnerrules.rulesets.compiling import Version


def entities_of(version: Version, name: str) -> tuple[str, ...]:
    """What records a policy or definition of a version is about; nothing for a definition of no record."""
    if name in version.policies:
        return version.policies[name].plan.entities
    of = version.definitions[name].of
    return () if of is None else (of,)


def records_of(
    name: str, versions: Iterable[tuple[Version, Surroundings]], *, only_derived: bool
) -> dict[str, Row | None]:
    """The records that a policy or definition is about, by their ids and in the order of these; "" stands for none.

    Args:
        name: of the policy or definition.
        versions: those that have it, each with what its terms depend on.
        only_derived: whether it is an inference rule, which is about the records that it derives.

    Raises:
        FactsError: if records of different relations have the same id.
    """
    found: dict[str, Row | None] = {}
    looked_at: set[tuple[int, tuple[str, ...]]] = set()
    for version, around in versions:
        entities = entities_of(version, name)
        if (id(around.facts), entities) in looked_at:  # versions mostly read the same facts alike
            continue
        looked_at.add((id(around.facts), entities))
        rows: Iterable[Row | None] = subjects(entities, around) if entities else [None]
        if only_derived:
            rows = [row for row in rows if derivations_by(row, name)]
        for row in rows:
            found.setdefault("" if row is None else row.id, row)
        if len(entities) > 1:
            check_ids(name, (row for row in rows if row is not None))
    return found if len(looked_at) == 1 else dict(sorted(found.items()))


def check_ids(policy: str, rows: Iterable[Row]) -> None:
    """Refuses two records of different relations that one policy decides under the same id.

    Raises:
        FactsError: if there are such.
    """
    found: dict[str, Row] = {}
    for row in rows:
        other = found.setdefault(row.id, row)
        if other.entity != row.entity:
            message = f"is also the id of one of the {other.relation}, and `{policy}` decides both"
            raise FactsError([FactProblem(row.relation, row.id, None, message, "give them different ids")])
