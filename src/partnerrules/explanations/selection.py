"""Tells whether a record is chosen into a set: in which turn, what it adds, and who covers its cells."""

from collections.abc import Iterator
from typing import Final

from partnerrules.decisions.allocation import UNDECIDED
from partnerrules.decisions.basis import UNDETERMINED
from partnerrules.decisions.selection import CHOSEN, NOT_CHOSEN, CoveredGroup, SelectionResult
from partnerrules.explanations.allocation import preference_part
from partnerrules.explanations.catalogue import Key
from partnerrules.explanations.cells import cells_part
from partnerrules.explanations.lacking import missing_lines
from partnerrules.explanations.story import MAXIMUM_LISTED, Line, Part, Phrase, Shown, assumptions, headline, listed
from partnerrules.schema.missing import Unknown
from partnerrules.schema.types import Integer, Number

_HEADS: Final[dict[str, Key]] = {
    CHOSEN: "selected",
    NOT_CHOSEN: "not_selected",
    UNDECIDED: "selection_undecided",
    UNDETERMINED: "selection_undetermined",
}


def selection_story(result: SelectionResult, ruleset: str) -> list[Line]:
    """The lines that tell whether a record is chosen, and why."""
    lines = [headline(_HEADS[result.outcome], result.basis, ruleset), *_why(result)]
    if result.prefer and not isinstance(result.gain, Unknown):
        keys = listed([preference_part(each, result.basis.source) for each in result.prefer], "semicolon")
        lines.append(Line(Phrase("selection_by", {"keys": keys}), indent=2))
    for group in result.groups[:MAXIMUM_LISTED]:
        parts: dict[str, Part] = {"cells": _cells(group), "by": _covered(group)}
        lines.append(Line(Phrase("selection_cells", parts), marker="- "))
    more = len(result.groups) - MAXIMUM_LISTED
    if more > 0:
        lines.append(Line(Phrase("more", {"count": more}), marker="- "))
    steps: Part = listed(result.steps, "comma") if result.steps else Phrase("selection_nobody")
    lines.append(Line(Phrase("selection_total", {"steps": steps, "total": Shown(result.total, Integer())})))
    return [*lines, *missing_lines(result.missing), *assumptions(result.basis)]


def _why(result: SelectionResult) -> Iterator[Line]:
    turns = Shown(result.turns, Integer())
    if result.turn is not None:
        first, last = result.turn.least, result.turn.most
        turn: Part = first if first == last else Phrase("place_range", {"least": first, "most": last or first})
        yield Line(Phrase("selection_turn", {"turn": turn, "turns": turns}), indent=2)
    gain = result.gain
    if not isinstance(gain, Unknown):
        counts: dict[str, Part] = {
            "new": Shown(result.new, Integer()),
            "overlapped": Shown(result.overlapped, Integer()),
            "overlap": Shown(result.overlap, Number()),
            "gain": Shown(gain, Number()),
        }
        yield Line(Phrase("selection_adds", counts), indent=2)
    if result.outcome == NOT_CHOSEN and not result.groups:
        yield Line(Phrase("selection_no_cells"), indent=2)
    elif result.outcome == NOT_CHOSEN and not isinstance(gain, Unknown):
        why = Phrase("selection_full", {"turns": turns}) if gain > 0 else Phrase("selection_nothing")
        yield Line(why, indent=2)
    if result.equals:
        yield Line(Phrase("selection_equals", {"equals": listed(result.equals, "comma")}), indent=2)


def _cells(group: CoveredGroup) -> Part:
    return cells_part({}, group.cells)


def _covered(group: CoveredGroup) -> Part:
    perhaps = listed(group.perhaps, "comma")
    if not group.by:
        return Phrase("selection_perhaps_covered_by", {"perhaps": perhaps}) if group.perhaps else _UNCOVERED
    covered = Phrase("selection_covered_by", {"by": listed(group.by, "comma")})
    return Phrase("selection_covered_perhaps", {"covered": covered, "perhaps": perhaps}) if group.perhaps else covered


_UNCOVERED: Final = Phrase("selection_uncovered")
