"""What several versions of a sanctions policy say together: each has judged what happened in its own days.

The version that answers for the record tells it. Lists and effects that only other versions have stay what they are.
"""

from collections.abc import Sequence
from dataclasses import replace

from partnerrules.decisions.later_fields import later
from partnerrules.decisions.results import Result
from partnerrules.decisions.sanctions import CLEAR, SanctionResult
from partnerrules.plan.nodes import OUTCOME
from partnerrules.plan.trace import TracedRow
from partnerrules.policies.sanctions import columns


def told(row: TracedRow, every: Sequence[TracedRow]) -> TracedRow:
    """The row of a version; if to it the record is clear, with the list of another one that it is on nevertheless."""
    if row.values[OUTCOME] != CLEAR:
        return row
    others = (each.values[OUTCOME] for each in reversed(every))
    outcome = next((each for each in others if each != CLEAR), CLEAR)
    return row if outcome == CLEAR else replace(row, values={**row.values, OUTCOME: outcome})


def runs_on(row: TracedRow) -> bool:
    """Whether to a version the record is on a list, or on probation, or may be."""
    return row.values[OUTCOME] != CLEAR or row.values.get(columns.ON_PROBATION, False) is not False


def joined(result: Result, every: Sequence[Result]) -> Result:
    """The result of the version that answers for the record, with what all versions have imposed.

    Args:
        result: of that version.
        every: of all versions, itself among them, in the order of the days on which they are in force.
    """
    assert isinstance(result, SanctionResult)
    results = [each for each in every if isinstance(each, SanctionResult)]
    # Of what several versions know, the one that answers has the last word.
    by_age = [*(each for each in results if each is not result), result]
    probation = next((each for each in (result, *reversed(results)) if each.on_probation is not False), result)
    known = {*result.effects, *result.doubtful_effects}
    bearing = {*result.scopes, *result.doubtful_scopes}
    ends = next((each for each in (result, *reversed(results)) if each.ends_at is not None), result)
    return replace(
        result,
        impositions=tuple(imposition for each in results for imposition in each.impositions),
        unimposed=tuple(dict.fromkeys(unimposed for each in results for unimposed in each.unimposed)),
        effects={name: until for each in by_age for name, until in each.effects.items()},
        doubtful_effects=_doubtful([result.doubtful_effects, *(each.doubtful_effects for each in results)], known),
        titles={name: title for each in by_age for name, title in each.titles.items()},
        scopes={name: until for each in by_age for name, until in each.scopes.items()},
        doubtful_scopes=_doubtful([result.doubtful_scopes, *(each.doubtful_scopes for each in results)], bearing),
        ends_at=ends.ends_at if result.ends_at is None else result.ends_at,
        on_probation=probation.on_probation,
        probation_until=probation.probation_until,
        lighter=later(lambda: result.lighter),
        missing=tuple(sorted({missing for each in results for missing in each.missing})),
    )


def _doubtful(names: Sequence[Sequence[str]], known: set[str]) -> tuple[str, ...]:
    """What may be in force: as the version says that answers, and what only others know."""
    own, *others = names
    return tuple(dict.fromkeys([*own, *(name for each in others for name in each if name not in known)]))
