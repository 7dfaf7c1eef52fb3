"""What a decision table gives for one row: which rules apply, and what its hit policy makes of them.

A rule whose test is unknown may apply or not. The result is known if it is the same either way, as far as the hit
policy allows to say so without trying every combination.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

from partnerrules.backends.surroundings import total
from partnerrules.backends.values import comparable
from partnerrules.language.terms import Term
from partnerrules.plan.decision_table import DecisionTable, Rule
from partnerrules.plan.logic import Truth, conjunction
from partnerrules.plan.stretches import in_order
from partnerrules.schema.missing import Unknown

Outputs: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a table gives: its outcome, the rules that gave it, and its outputs in their order."""

    outcome: str | Unknown
    rules: tuple[str, ...]
    outputs: Outputs


@dataclass(frozen=True, slots=True)
class _Match:
    """A rule that applies, or that may."""

    rule: Rule
    outputs: Outputs
    doubt: Unknown | None


def look_up(
    table: DecisionTable,
    value: Callable[[Term], object],
    test: Callable[[Term], Truth],
    given: Callable[[str], object],
) -> Found:
    """What a table gives for a row.

    Args:
        table: the table.
        value: evaluates a term for the row.
        test: evaluates a condition for the row.
        given: the value of a column of the row.
    """
    matches = []
    rules = table.rules
    for rule in rules if table.index is None else (rules[place] for place in table.index.candidates(given)):
        holds = conjunction(test(cell) for cell in rule.tests if cell is not None)
        if holds is not False:
            outputs = tuple(value(output) for output in rule.outputs)
            matches.append(_Match(rule, outputs, holds if isinstance(holds, Unknown) else None))
            if table.hit == "first" and holds is True:
                break
    return _made_of(table, matches, value)


def found_of(table: DecisionTable, places: Iterable[int], value: Callable[[Term], object]) -> Found:
    """What a table gives where it is known for each of its rules whether it applies.

    Args:
        table: the table.
        places: those of the rules that apply, in their order; of a table with `first`, the first one alone is enough.
        value: evaluates an output.
    """
    rules = (table.rules[place] for place in places)
    return _made_of(table, [_Match(rule, tuple(value(each) for each in rule.outputs), None) for rule in rules], value)


def _made_of(table: DecisionTable, matches: list[_Match], value: Callable[[Term], object]) -> Found:
    default: Outputs | None = None
    if table.default is not None and all(match.doubt is not None for match in matches):
        default = tuple(value(output) for output in table.default)
    found = _POLICIES[table.hit](table, matches, default)
    found = replace(found, outputs=tuple(_whole(value) for value in found.outputs))
    unknown = [value for value in found.outputs if isinstance(value, Unknown)]
    return replace(found, outcome=Unknown.of(unknown)) if found.outcome == "decided" and unknown else found


def _whole(value: object) -> object:
    """A list of results that is unknown if one of them is."""
    unknown = [member for member in value if isinstance(member, Unknown)] if isinstance(value, tuple) else []
    return Unknown.of(unknown) if unknown else value


def _none_applies(table: DecisionTable, default: Outputs | None) -> Found:
    if default is not None:
        return Found("decided", (), default)
    return Found("no_rule", (), (None,) * len(table.outputs))


def _unknown(table: DecisionTable, matches: list[_Match]) -> Found:
    doubts = [match.doubt for match in matches if match.doubt is not None]
    doubts += [value for match in matches for value in match.outputs if isinstance(value, Unknown)]
    doubt = Unknown.of(doubts)
    return Found(doubt, tuple(match.rule.id for match in matches), (doubt,) * len(table.outputs))


def _decided(match: _Match) -> Found:
    return Found("decided", (match.rule.id,), match.outputs)


def _same(outputs: list[Outputs]) -> bool:
    first = outputs[0]
    if any(isinstance(value, Unknown) for each in outputs for value in each):
        return len(outputs) == 1
    return all([comparable(value) for value in each] == [comparable(value) for value in first] for each in outputs)


def _one_of(table: DecisionTable, candidates: list[_Match], default: Outputs | None, *, certain: bool) -> Found:
    """The result if it is that of one of several rules, or of none of them unless one is certain to apply."""
    if not candidates:
        return _none_applies(table, default)
    results = [match.outputs for match in candidates]
    if not certain:
        if default is None:
            return _unknown(table, candidates)
        results.append(default)
    if not _same(results):
        return _unknown(table, candidates)
    return Found("decided", tuple(match.rule.id for match in candidates), results[0])


def _unique(table: DecisionTable, matches: list[_Match], default: Outputs | None) -> Found:
    sure = [match for match in matches if match.doubt is None]
    if len(sure) > 1:
        return Found("several_rules", tuple(match.rule.id for match in sure), (None,) * len(table.outputs))
    return _one_of(table, matches, default, certain=bool(sure))


def _first(table: DecisionTable, matches: list[_Match], default: Outputs | None) -> Found:
    # The matches end with the first rule that is certain to apply.
    return _one_of(table, matches, default, certain=bool(matches) and matches[-1].doubt is None)


def _contradict(matches: list[_Match]) -> bool:
    """Whether rules give different values for an output, whatever is not known of the others."""
    columns = zip(*(match.outputs for match in matches), strict=True)
    known = ({comparable(value) for value in column if not isinstance(value, Unknown)} for column in columns)
    return any(len(values) > 1 for values in known)


def _any(table: DecisionTable, matches: list[_Match], default: Outputs | None) -> Found:
    sure = [match for match in matches if match.doubt is None]
    if _contradict(sure):
        return Found("several_rules", tuple(match.rule.id for match in sure), (None,) * len(table.outputs))
    if sure and all(_same([match.outputs, sure[0].outputs]) for match in matches):
        return Found("decided", tuple(match.rule.id for match in sure), sure[0].outputs)
    return _one_of(table, matches, default, certain=bool(sure))


def rank(table: DecisionTable, outputs: Outputs) -> tuple[int, ...]:
    """The place of outputs in the declared order of their values, output by output; less is better."""
    return tuple(
        output.order.index(value) if value in output.order else len(output.order)
        for output, value in zip(table.outputs, outputs, strict=True)
        if output.order
    )


def _priority(table: DecisionTable, matches: list[_Match], default: Outputs | None) -> Found:
    if any(isinstance(value, Unknown) for match in matches for value in match.outputs):
        return _one_of(table, matches, default, certain=any(match.doubt is None for match in matches))
    ranked = sorted(matches, key=lambda match: rank(table, match.outputs))  # of equal ones the first stays first
    best = next((match for match in ranked if match.doubt is None), None)
    # A rule in doubt matters only if it would come before the best that is certain.
    rivals = ranked if best is None else ranked[: ranked.index(best)]
    if best is not None and not rivals:
        return _decided(best)
    return _one_of(table, [*rivals, best] if best else rivals, default, certain=best is not None)


def _all_in_order(table: DecisionTable, matches: list[_Match], default: Outputs | None) -> Found:
    if not matches and default is None:
        return Found("no_rule", (), ((),) * len(table.outputs))
    if not matches:
        return _none_applies(table, tuple((value,) for value in default or ()))
    if any(match.doubt is not None for match in matches):
        return _unknown(table, matches)
    unknown = [value for match in matches for value in match.outputs if isinstance(value, Unknown)]
    if unknown:
        doubt = Unknown.of(unknown)
        return Found(doubt, tuple(match.rule.id for match in matches), (doubt,) * len(table.outputs))
    if table.hit == "output order":
        matches = sorted(matches, key=lambda match: rank(table, match.outputs))
    columns = tuple(tuple(match.outputs[index] for match in matches) for index in range(len(table.outputs)))
    return Found("decided", tuple(match.rule.id for match in matches), columns)


def _aggregated(table: DecisionTable, matches: list[_Match], default: Outputs | None) -> Found:
    """`collect` with an operator: the operator over the one output of all rules that apply."""
    sure = [match for match in matches if match.doubt is None]
    kind = table.hit.removeprefix("collect ")
    if not matches and kind != "count" and (kind != "sum" or default is not None):
        return _none_applies(table, default)
    unknown = [value for match in sure for value in match.outputs if isinstance(value, Unknown)]
    if unknown and kind != "count":
        doubt = Unknown.of(unknown)
        return Found(doubt, tuple(match.rule.id for match in matches), (doubt,))
    result = _total(kind, [match.outputs[0] for match in sure])
    for match in matches:
        if match.doubt is not None and not _changes_nothing(kind, match.outputs[0], result):
            return _unknown(table, matches)
    if not sure and kind != "count" and (kind != "sum" or default is not None):
        if default is not None and kind != "sum" and _same([default, *(match.outputs for match in matches)]):
            return Found("decided", (), default)
        return _unknown(table, matches)
    return Found("decided", tuple(match.rule.id for match in sure), (result,))


def _total(kind: str, values: list[object]) -> object:
    match kind:
        case "count":
            return len(values)
        case "sum":
            return total(values)
        case _:
            best: object = None
            for value in values:
                ordered = (value, best) if kind == "min" else (best, value)
                if best is None or in_order(*ordered, equal=False):
                    best = value
            return best


def _changes_nothing(kind: str, value: object, result: object) -> bool:
    """Whether a rule in doubt leaves the result as it is whether it applies or not."""
    if kind == "count" or isinstance(value, Unknown) or result is None:
        return False
    if kind == "sum":
        return value == 0
    ordered = (result, value) if kind == "min" else (value, result)
    return in_order(*ordered, equal=True)


_POLICIES: dict[str, Callable[[DecisionTable, list[_Match], Outputs | None], Found]] = {
    "unique": _unique,
    "first": _first,
    "any": _any,
    "priority": _priority,
    "rule order": _all_in_order,
    "output order": _all_in_order,
    "collect": _all_in_order,
    "collect sum": _aggregated,
    "collect min": _aggregated,
    "collect max": _aggregated,
    "collect count": _aggregated,
}
