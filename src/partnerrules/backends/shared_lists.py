"""Filters of running lists: what a filter keeps of one is a part of what it keeps of the list that all rows share.

So each member is looked at once for all rows, and not once for each. That is so where the condition speaks of the
member alone.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from partnerrules.backends.values import Members, Portion, Shared
from partnerrules.language import terms
from partnerrules.plan.logic import Truth
from partnerrules.plan.walk import subterms
from partnerrules.schema.missing import Unknown

_Possible: TypeAlias = tuple[object, Unknown]


@dataclass(slots=True)
class _Kept:
    """What a filter keeps of a shared list, as far as rows have asked for it.

    Attributes:
        looked_at: how many members of the list have been looked at.
        certain: those that it keeps.
        certain_at: where they stand in the list.
        possible: those that it may keep, each with what would have to be known.
        possible_at: where they stand in the list.
    """

    looked_at: int = 0
    certain: Shared[object] = field(default_factory=Shared)
    certain_at: list[int] = field(default_factory=list)
    possible: Shared[_Possible] = field(default_factory=Shared)
    possible_at: list[int] = field(default_factory=list)


def selected(term: terms.Select, source: Members, holds: Callable[[object], Truth]) -> Members | None:
    """What a filter keeps of a part of a shared list, None if it has to be looked at by itself.

    Args:
        term: the filter.
        source: the list.
        holds: whether the condition holds for a member.
    """
    whole = source.certain.whole if isinstance(source.certain, Portion) else None
    if not isinstance(whole, Shared):
        return None
    key = id(term)  # the plan holds the terms as long as it runs
    if key not in whole.made and not _speaks_of_the_member_alone(term):
        whole.made[key] = None
    return kept(key, source, holds) if whole.made.get(key, key) is not None else None


def kept(key: int, source: Members, holds: Callable[[object], Truth]) -> Members | None:
    """Those members of a part of a shared list for which something holds, None if the list is not shared.

    Args:
        key: of what is asked, which gives the same for a member whichever part is asked for.
        source: the list.
        holds: whether it holds for a member.
    """
    certain = _kept(key, source.certain, holds, doubtful=False)
    if certain is None:
        return None
    of_certain, in_doubt = certain
    if not source.possible:
        return Members(of_certain, in_doubt, source.gaps)
    possible = _kept(key, source.possible, holds, doubtful=True)
    if possible is None:
        return None
    doubts = possible[1] if not in_doubt else in_doubt if not possible[1] else (*in_doubt, *possible[1])
    return Members(of_certain, doubts, source.gaps)


def _kept(
    key: int, listed: Sequence[object], holds: Callable[[object], Truth], *, doubtful: bool
) -> tuple[Sequence[object], Sequence[_Possible]] | None:
    if not isinstance(listed, Portion) or not isinstance(listed.whole, Shared):
        return None
    whole = listed.whole
    kept = whole.made.setdefault(key, _Kept())
    assert isinstance(kept, _Kept)
    while kept.looked_at < listed.end:
        member, doubt = whole[kept.looked_at], None
        if doubtful:  # it stands there with what would have to be known
            assert isinstance(member, tuple)
            member, doubt = member
        found = holds(member)
        doubts = [each for each in (found, doubt) if isinstance(each, Unknown)]
        if found is not False and doubts:
            kept.possible.append((member, doubts[0] if len(doubts) == 1 else Unknown.of(doubts)))
            kept.possible_at.append(kept.looked_at)
        elif found is not False:
            kept.certain.append(member)
            kept.certain_at.append(kept.looked_at)
        kept.looked_at += 1
    return (
        Portion(kept.certain, *(bisect_left(kept.certain_at, end) for end in (listed.first, listed.end))),
        Portion(kept.possible, *(bisect_left(kept.possible_at, end) for end in (listed.first, listed.end))),
    )


def _speaks_of_the_member_alone(term: terms.Select) -> bool:
    """Whether the condition of a filter is the same for all rows: it names no column and nothing else from outside."""
    own = {term.variable}
    for part in subterms(term.condition):
        match part:
            case terms.ColumnOf():
                return False
            case terms.Select() | terms.Each() | terms.Quantified() | terms.Pick() | terms.Let():
                own.add(part.variable)
    return all(part.name in own for part in subterms(term.condition) if isinstance(part, terms.Variable))
