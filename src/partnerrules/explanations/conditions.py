"""Tells what conditions and combinations of them came to, with the values they looked at. May import stories."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from partnerrules.decisions.basis import missing_of
from partnerrules.decisions.requirement_results import CombinationResult, ConditionResult, RequirementResult
from partnerrules.explanations.catalogue import Key
from partnerrules.explanations.lacking import missing_phrase
from partnerrules.explanations.story import (
    Called,
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
from partnerrules.schema.missing import Unknown

_COMPARISONS: Final = (">= ", "<= ", "!= ", "> ", "< ", "= ", "in ", "between ")
_MOST_LACKING: Final = 3
_MOST_SEEN: Final = 8


def requirement_lines(result: RequirementResult, indent: int, source: str | None) -> Iterator[Line]:
    """The lines of a requirement below a line that has already told its title and outcome.

    Args:
        result: the requirement.
        indent: how far the lines are set in.
        source: the clause that was told already.
    """
    result, negated = _without_not(result)
    if isinstance(result, ConditionResult):
        if negated:
            yield Line(Phrase("negated", {"condition": sourced(_name(result), result.source, source)}), indent)
        yield from _condition_details(result, indent, told=negated and not _has_name(result))
    else:
        yield Line(_of_source(_what(result, negated=negated), result.source, source), indent)
        for item in result.items:
            yield from item_lines(item, indent, result.source or source)


def item_lines(whole: RequirementResult, indent: int, source: str | None) -> Iterator[Line]:
    """The lines of a requirement with what it came to, as an item of a list.

    Args:
        whole: the requirement.
        indent: how far the lines are set in.
        source: the clause that was told already.
    """
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
        yield from _condition_details(result, line.inside, told=not _has_name(result))
        return
    what = _what(result, negated=negated)
    if whole.title.texts:
        what = Phrase("titled", {"title": sourced(Named(whole.title, ""), own, source), "what": what})
    else:
        what = _of_source(what, own, source)
    line = Line(Phrase("condition", {"outcome": outcome, "what": what}), indent, "- ")
    yield line
    for item in result.items:
        yield from item_lines(item, line.inside, own or source)


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


def _of_source(what: Part, source: str | None, told: str | None) -> Part:
    """A combination, which has no name to put its source behind."""
    return Phrase("of_source", {"what": what, "source": source}) if source and source != told else what


def _condition_details(result: ConditionResult, indent: int, *, told: bool) -> Iterator[Line]:
    """The text of a condition unless it is told already, the values it looked at, and what it lacks."""
    details = _seen_only(result) if told else _seen_in_text(result)
    if details is not None:
        yield Line(details, indent)
    missing = missing_of(result.outcome)
    if missing:
        lacking = listed([missing_phrase(each) for each in missing], "semicolon", at_most=_MOST_LACKING)
        yield Line(Phrase("lacks", {"missing": lacking}), indent)


def _seen_only(result: ConditionResult) -> Part | None:
    # The outcome has already said what a condition without parts, or of unknown parts only, could show here.
    if all(part.text == result.text or isinstance(part.value, Unknown) for part in result.seen):
        return None
    return _values(result)


def _values(result: ConditionResult) -> Several:
    return listed([seen_part(part) for part in result.seen], "semicolon", at_most=_MOST_SEEN)


def _seen_in_text(result: ConditionResult) -> Part:
    if not result.seen:
        return result.text
    first = result.seen[0]
    if first.text == result.text:
        return _values(result)
    rest = result.text.removeprefix(f"{first.text} ")
    simple = rest.startswith("between ") or not (" and " in rest or " or " in rest)
    if rest != result.text and rest.startswith(_COMPARISONS) and simple:
        parts: dict[str, Part] = {
            "text": Called(first.title, first.text),
            "value": Shown(first.value, first.type),
            "condition": rest,
        }
        others = replace(result, seen=result.seen[1:])
        return Several((Phrase("seen_compared", parts), *_values(others).items), "semicolon")
    return Phrase("seen_in", {"text": result.text, "seen": _values(result)})
