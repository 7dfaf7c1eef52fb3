"""Tells what conditions and combinations of them came to, with the values they looked at. May import stories."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from partnerrules.decisions.basis import missing_of
from partnerrules.decisions.requirement_results import CombinationResult, ConditionResult, RequirementResult
from partnerrules.explanations.catalogue import Key
from partnerrules.explanations.lacking import missing_phrase
from partnerrules.explanations.story import (
    Called,
    Compared,
    Line,
    Named,
    Part,
    Phrase,
    Several,
    Shown,
    listed,
    seen_part,
    sourced,
)
from partnerrules.plan.logic import Truth
from partnerrules.plan.trace import Seen
from partnerrules.schema.missing import Missing, Unknown

_COMPARISONS: Final = (">= ", "<= ", "!= ", "> ", "< ", "= ", "in ", "between ")
_LEVELS: Final = re.compile(r"level\(\d+\) >= \d+(?: (?:or|and) level\(\d+\) >= \d+)*")
_LEVEL: Final = re.compile(r"(?:(or|and) )?(level\((\d+)\)) >= (\d+)")
"""What the steps of sanctions ask: how many violations of which level there are."""
_MOST_LACKING: Final = 3
_MOST_SEEN: Final = 8


def requirement_lines(
    result: RequirementResult, indent: int, source: str | None, told: "Told | None" = None
) -> Iterator[Line]:
    """The lines of a requirement below a line that has already told its title and outcome.

    Args:
        result: the requirement.
        indent: how far the lines are set in.
        source: the clause that was told already.
        told: the lists that were told already.
    """
    told = Told() if told is None else told
    result, negated = _without_not(result)
    if isinstance(result, ConditionResult):
        if negated:
            yield Line(Phrase("negated", {"condition": sourced(_name(result), result.source, source)}), indent)
        yield from _condition_details(result, indent, told, named=negated and not _has_name(result))
        return
    alone = None if negated else _alone(result, source)
    if alone is None:
        yield Line(_of_source(_what(result, negated=negated), result.source, source), indent)
        for item in result.items:
            yield from item_lines(item, indent, result.source or source, told)
    elif alone.title.texts or alone.source not in (None, source):
        yield from item_lines(alone, indent, source, told)
    else:
        yield from requirement_lines(alone, indent, source, told)


def item_lines(whole: RequirementResult, indent: int, source: str | None, told: "Told | None" = None) -> Iterator[Line]:
    """The lines of a requirement with what it came to, as an item of a list.

    Args:
        whole: the requirement.
        indent: how far the lines are set in.
        source: the clause that was told already.
        told: the lists that were told already.
    """
    told = Told() if told is None else told
    alone = _alone(whole, source) if isinstance(whole, CombinationResult) else None
    if alone is not None and not whole.title.texts:
        yield from item_lines(alone, indent, source, told)
        return
    if alone is not None and isinstance(alone, ConditionResult) and not _has_name(alone):
        what = sourced(Named(whole.title, ""), alone.source, source)
        line = Line(Phrase("condition", {"outcome": _outcome(whole.outcome), "what": what}), indent, "- ")
        yield line
        yield from _condition_details(alone, line.inside, told, named=False)
        return
    # A `not` with a title of its own is told on a line of its own.
    result, negated = (whole, False) if whole.title.texts else _without_not(whole)
    outcome = _outcome(whole.outcome)
    own = result.source or whole.source
    if isinstance(result, ConditionResult):
        what = sourced(_name(result), own, source)
        if negated:
            what = Phrase("not", {"condition": what})
        line = Line(Phrase("condition", {"outcome": outcome, "what": what}), indent, "- ")
        yield line
        yield from _condition_details(result, line.inside, told, named=not _has_name(result))
        return
    what = _what(result, negated=negated)
    if whole.title.texts:
        what = Phrase("titled", {"title": sourced(Named(whole.title, ""), own, source), "what": what})
    else:
        what = _of_source(what, own, source)
    line = Line(Phrase("condition", {"outcome": outcome, "what": what}), indent, "- ")
    yield line
    for item in result.items:
        yield from item_lines(item, line.inside, own or source, told)


class Told(set[str]):
    """The texts whose lists of values were told already: several conditions often look at one list."""


def _alone(result: CombinationResult, source: str | None) -> RequirementResult | None:
    """The only one of a combination, which is told in its place; None where its source would be lost by that."""
    if result.kind in ("not", "none") or len(result.items) != 1 or result.source not in (None, source):
        return None
    return result.items[0]


def _without_not(result: RequirementResult) -> tuple[RequirementResult, bool]:
    """What stands under a `not` if it can be told in one line with it: a condition, or untitled alternatives."""
    if isinstance(result, CombinationResult) and result.kind == "not":
        (inner,) = result.items
        if isinstance(inner, ConditionResult) or (inner.kind == "any" and not inner.title.texts):
            return inner, True
    return result, False


def _what(result: CombinationResult, *, negated: bool) -> Phrase:
    if result.kind == "not":
        return Phrase("none", {"count": 1})
    key: Key = "none" if negated else result.kind
    holding = sum(1 for item in result.items if item.outcome is True)
    return Phrase(key, {"count": len(result.items), "needed": result.count, "holding": holding})


def _outcome(outcome: Truth) -> Phrase:
    if isinstance(outcome, Unknown):
        return Phrase("unknown")
    return Phrase("holds" if outcome else "fails")


def _has_name(result: ConditionResult) -> bool:
    return bool(result.title.texts) or result.id != result.text


def _name(result: ConditionResult) -> Part:
    """A condition by its title, its id, or its text if it has neither."""
    return Named(result.title, result.id) if _has_name(result) else text_part(result)


def text_part(result: ConditionResult) -> Part:
    """The text of a condition, with its title if all of it is one part that has one."""
    whole = next((part for part in result.seen if part.text == result.text), None)
    return result.text if whole is None else Called(whole.title, whole.text)


def condition_part(result: ConditionResult) -> Part:
    """A condition where its values are not told: by its title, or by its text with the title of what it compares."""
    compared = _compared(result)
    if result.title.texts or compared is None:
        return Named(result.title, "") if result.title.texts else text_part(result)
    first, rest = compared
    return Phrase("compared", {"text": Called(first.title, first.text), "condition": Compared(rest, first.type)})


def _of_source(what: Part, source: str | None, told: str | None) -> Part:
    """A combination, which has no name to put its source behind."""
    return Phrase("of_source", {"what": what, "source": source}) if source and source != told else what


def _condition_details(result: ConditionResult, indent: int, told: Told, *, named: bool) -> Iterator[Line]:
    """The text of a condition unless it is told already, the values it looked at, and what it lacks."""
    all_seen = result.seen
    told_before = [part for part in result.seen if part.text in told and part.text != result.text]
    told.update(part.text for part in result.seen if isinstance(part.value, tuple) and len(part.value) > 1)
    if told_before:
        result = replace(result, seen=tuple(part for part in result.seen if part not in told_before))
    details = _seen_only(result) if named else _seen_in_text(result)
    if details is not None:
        yield Line(details, indent)
    missing = missing_of(result.outcome)
    if missing:
        lacking = listed([_lacking(each, all_seen) for each in missing], "semicolon", at_most=_MOST_LACKING)
        yield Line(Phrase("lacks", {"missing": lacking}), indent)


def _lacking(missing: Missing, seen: tuple[Seen, ...]) -> Phrase:
    """A missing fact; of a division by zero, which part of the condition it is in."""
    if missing.reason == "zero":
        for part in seen:
            if isinstance(part.value, Unknown) and missing in part.value.missing:
                return Phrase("missing_zero_of", {"what": Called(part.title, part.text)})
    return missing_phrase(missing)


def _seen_only(result: ConditionResult) -> Part | None:
    # The outcome has already said what a condition without parts, or of unknown parts only, could show here.
    if all(part.text == result.text or isinstance(part.value, Unknown) for part in result.seen):
        return None
    return _values(result)


def _values(result: ConditionResult) -> Several:
    return listed([seen_part(part) for part in result.seen], "semicolon", at_most=_MOST_SEEN)


def _compared(result: ConditionResult) -> tuple[Seen, str] | None:
    """The part that a condition begins with, and what it is compared with; None of a condition of another shape."""
    if not result.seen:
        return None
    first = result.seen[0]
    rest = result.text.removeprefix(f"{first.text} ")
    simple = rest.startswith("between ") or not (" and " in rest or " or " in rest)
    return (first, rest) if rest != result.text and rest.startswith(_COMPARISONS) and simple else None


def _seen_in_text(result: ConditionResult) -> Part:
    counted = _levels(result)
    if counted is not None:
        return counted
    if not result.seen:
        return result.text
    first = result.seen[0]
    if first.text == result.text:
        return _values(result)
    compared = _compared(result)
    if compared is not None:
        rest = compared[1]
        parts: dict[str, Part] = {
            "text": Called(first.title, first.text),
            "value": Shown(first.value, first.type),
            "condition": Compared(rest, first.type),
        }
        others = replace(result, seen=result.seen[1:])
        return Several((Phrase("seen_compared", parts), *_values(others).items), "semicolon")
    return Phrase("seen_in", {"text": result.text, "seen": _values(result)})


def _levels(result: ConditionResult) -> Part | None:
    """How many violations there are of which level, and how many are needed; None of any other condition."""
    if not _LEVELS.fullmatch(result.text):
        return None
    values = {part.text: Shown(part.value, part.type) for part in result.seen}
    told: Part | None = None
    for joined, text, level, needed in _LEVEL.findall(result.text):
        if text not in values:
            return None
        one = Phrase("violations_needed", {"level": level, "value": values[text], "needed": needed})
        key: Key = "either" if joined == "or" else "together"
        told = one if told is None else Phrase(key, {"one": told, "other": one})
    return told if len({joined for joined, *_ in _LEVEL.findall(result.text)[1:]}) < 2 else None
