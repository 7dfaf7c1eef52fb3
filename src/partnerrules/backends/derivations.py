"""What an inference rule has for a record: the ways in which it derives it, each with its conditions."""

from partnerrules.backends.rows import Running, WorkingRow, traced
from partnerrules.backends.surroundings import Surroundings
from partnerrules.facts import Row
from partnerrules.facts.derived import derivations_by
from partnerrules.plan.columns import APPLIES, OUTCOME
from partnerrules.plan.inference import Rule
from partnerrules.plan.logic import conjunction, disjunction
from partnerrules.plan.trace import TracedRow


def derivation_row(rule: Rule, record: Row, around: Surroundings, outcome: str, *, trace: bool) -> TracedRow | None:
    """The row of a record, with a part for each way in which a rule derives it; None if it does not.

    Args:
        rule: the rule.
        record: one that is derived, or given.
        around: the facts that the rules have settled.
        outcome: the word for what is derived.
        trace: whether parts show the values that their conditions looked at.
    """
    ways = derivations_by(record, rule.id)
    if not ways:
        return None
    running = Running((rule.derives,), around, trace, {}, {})
    row = WorkingRow.of(record)
    # Whether it is told apart from others that follow may be in doubt even where the rule fires for certain.
    applies = disjunction([way.holds for way in ways])
    row.variables[APPLIES] = applies if applies is not True else conjunction((applies, record.standing()))
    row.variables[OUTCOME] = outcome
    parts: list[WorkingRow] = []
    for way in ways:
        part = row.copy(dict(way.premises))
        part.variables[APPLIES] = way.holds
        for column in rule.columns:
            running.add(column, part)
        parts.append(part)
    row.parts = parts
    return traced([row], running)[0]
