"""What would make the outcome a lighter one: the smallest sets of records without which it is, each tried."""

from collections.abc import Sequence
from itertools import combinations
from typing import Final

from partnerrules.decisions.requirements import SHOWN
from partnerrules.decisions.sanctions import CLEAR, Lighter
from partnerrules.facts import Row
from partnerrules.plan.nodes import OUTCOME
from partnerrules.plan.trace import TracedRow
from partnerrules.policies.kind import Assume
from partnerrules.policies.sanctions import columns
from partnerrules.policies.sanctions.reading import Step
from partnerrules.schema.titles import Title

MOST_CANDIDATES: Final = 20
"""Records of which it is tried what would be without them, alone and in pairs."""
MOST_WORK: Final = 1_000_000
"""Pairs of counted records in all trials together; of a partner with a thousand of them only one trial is made."""


def lighter(steps: tuple[Step, ...], row: TracedRow, parts: Sequence[TracedRow], assume: Assume) -> tuple[Lighter, ...]:
    """The records without which the outcome would be lighter: each alone, or if none is enough, two of them."""
    lists = [step.list for step in steps]
    outcome = row.values[OUTCOME]
    if not isinstance(outcome, str) or outcome not in lists:
        return ()
    better = [*lists[lists.index(outcome) + 1 :], CLEAR]
    counted = (_id_of(part) for part in parts if part.truth(columns.BELONGS) is not False)
    ordered = [id for id in dict.fromkeys(counted) if id]
    involved = _involved(lists, outcome, parts)
    trials = MOST_WORK // max(1, len(parts)) ** 2
    # Alone each is tried, as one that takes part in nothing may lead to it by a probation, or by what it uses up.
    for size, among in enumerate((_first(ordered, involved), _first(ordered, involved, others=False)), start=1):
        found: list[Lighter] = []
        for without in combinations(among, size):
            if not trials or len(found) == SHOWN:
                break
            trials -= 1
            after = assume(dict(zip(columns.LEFT_OUT, (*without, None), strict=False))).values[OUTCOME]
            if isinstance(after, str) and after in better:
                title = next((step.title for step in steps if step.list == after), Title())
                found.append(Lighter(without, after, title))
        if found:
            return tuple(found)
    return ()


def _id_of(part: TracedRow) -> str:
    found = part.values[columns.ID]
    return found if isinstance(found, str) else ""


def _first(ordered: list[str], involved: set[str], *, others: bool = True) -> list[str]:
    """As many as are tried, in their order; of more than that those that are involved."""
    likely = [id for id in ordered if id in involved]
    unlikely = [id for id in ordered if others and id not in involved]
    chosen = {*[*likely, *unlikely][:MOST_CANDIDATES]}
    return [id for id in ordered if id in chosen]


def _involved(lists: list[str], outcome: str, parts: Sequence[TracedRow]) -> set[str]:
    """The records that take part in what puts the record on its list, or would without others."""
    involved: set[str] = set()
    as_severe = lists[: lists.index(outcome) + 1]
    for part in parts:
        if part.values[columns.STEP] in as_severe:
            involved.add(_id_of(part))
        if part.truth(columns.in_force(outcome)) is True:
            causes = part.values[columns.causes(outcome)]
            involved |= {each.id for each in causes if isinstance(each, Row)} if isinstance(causes, tuple) else set()
    return involved
