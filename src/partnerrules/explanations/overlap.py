"""Tells an overlap result: what a record covers, who else covers it, and whether those are too many."""

from collections.abc import Iterator, Mapping
from typing import Final

from partnerrules.decisions.basis import UNDETERMINED
from partnerrules.decisions.overlap import (
    CLEAR,
    EXEMPT,
    OVERLAPPING,
    WARNING,
    Cover,
    CoverageGroup,
    OverlapResult,
    Role,
)
from partnerrules.explanations.catalogue import Key
from partnerrules.explanations.cells import cells_part, who_part
from partnerrules.explanations.conditions import item_lines
from partnerrules.explanations.lacking import missing_lines
from partnerrules.explanations.story import MAXIMUM_LISTED, Line, Part, Phrase, Shown, assumptions, headline
from partnerrules.schema.titles import Title
from partnerrules.schema.types import Integer

_HEADS: Final[dict[str, Key]] = {
    CLEAR: "overlap_clear",
    OVERLAPPING: "overlap_overlapping",
    WARNING: "overlap_warning",
    EXEMPT: "overlap_exempt",
    UNDETERMINED: "overlap_undetermined",
}
_ENDS: Final[dict[str, Key]] = {
    CLEAR: "coverage_clear",
    OVERLAPPING: "coverage_crowded",
    WARNING: "coverage_warning",
    UNDETERMINED: "coverage_undetermined",
}
_ROLES: Final[dict[Role, Key]] = {
    "counted": "cover_counted",
    "direct": "cover_direct",
    "exempt": "cover_exempt",
    "in doubt": "cover_in_doubt",
}


def overlap_story(result: OverlapResult, ruleset: str) -> list[Line]:
    """The lines that tell whether a record overlaps with others, cell by cell."""
    lines = [headline(_HEADS[result.outcome], result.basis, ruleset)]
    for exemption in result.exemptions:
        lines += item_lines(exemption, 0, result.basis.source)
    for group in result.groups:
        lines += _group_lines(group, result.titles)
    if not result.groups:
        lines.append(Line(Phrase("coverage_none")))
    return [*lines, *missing_lines(result.missing), *assumptions(result.basis)]


def _group_lines(group: CoverageGroup, titles: Mapping[str, Title]) -> Iterator[Line]:
    unlimited = group.outcome == CLEAR and group.at_most is None
    end = Phrase("coverage_unlimited" if unlimited else _ENDS[group.outcome], {"most": _most(group)})
    yield Line(Phrase("coverage", {"what": cells_part(group.same, group.cells, titles), "end": end}))
    for cover in group.covers[:MAXIMUM_LISTED]:
        yield Line(_cover(cover), indent=2, marker="- ")
    if len(group.covers) > MAXIMUM_LISTED:
        yield Line(Phrase("more", {"count": len(group.covers) - MAXIMUM_LISTED}), indent=2, marker="- ")


def _most(group: CoverageGroup) -> Part:
    return "" if group.at_most is None else Shown(group.at_most, Integer())


def _cover(cover: Cover) -> Phrase:
    parts: dict[str, Part] = {"holder": who_part(cover.holder), "role": Phrase(_ROLES[cover.role])}
    if cover.holder == cover.record:
        return Phrase("cover_own", parts)
    return Phrase("cover", {**parts, "record": cover.record})
