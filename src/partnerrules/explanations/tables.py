"""Tells the result of a decision table: the outputs, the rows that gave them, and what the table looked at."""

from partnerrules.decisions.results import TableResult
from partnerrules.explanations.catalogue import Key
from partnerrules.explanations.lacking import missing_lines
from partnerrules.explanations.story import (
    Line,
    Named,
    Part,
    Phrase,
    Shown,
    assumptions,
    headline,
    listed,
    seen_part,
    sourced,
    word,
)
from partnerrules.schema.missing import Unknown
from partnerrules.schema.titles import Title


def table_story(result: TableResult, ruleset: str) -> list[Line]:
    """The lines that tell what a table gives for a record, and why."""
    lines = [_headline(result, ruleset)]
    rows = _rows(result)
    if rows is not None:
        lines.append(Line(rows, indent=2))
    if result.inputs:
        seen = listed([seen_part(part) for part in result.inputs], "semicolon")
        lines.append(Line(Phrase("inputs", {"seen": seen}), indent=2))
    return [*lines, *missing_lines(result.missing), *assumptions(result.basis)]


def _headline(result: TableResult, ruleset: str) -> Line:
    outputs: Part = listed(
        [
            Phrase(
                "seen",
                {"text": Named(result.titles.get(name, Title()), name), "value": Shown(value, result.types[name])},
            )
            for name, value in result.values.items()
        ],
        "semicolon",
    )
    match result.outcome:
        case "decided":
            return headline("table_decided", result.basis, ruleset, outputs=outputs)
        case "no_rule":
            return headline("table_no_rule", result.basis, ruleset)
        case "several_rules":
            return headline("table_contradiction", result.basis, ruleset)
        case _:
            # Outputs that are all there can only be in doubt because it is not known whether the table applies.
            applied = any(value is not None for value in result.values.values())
            known = applied and not any(_in_doubt(value) for value in result.values.values())
            key: Key = "table_in_doubt" if known else "table_undetermined"
            return headline(key, result.basis, ruleset, outputs=outputs)


def _in_doubt(value: object) -> bool:
    if isinstance(value, tuple):
        return any(_in_doubt(member) for member in value)
    return isinstance(value, Unknown)


def _rows(result: TableResult) -> Phrase | None:
    told = result.basis.source
    rows = listed([sourced(word(rule), result.sources.get(rule), told) for rule in result.rules], "comma")
    parts: dict[str, Part] = {"rows": rows, "count": len(result.rules)}
    match result.outcome:
        case "decided":
            return Phrase("rows_decided", parts) if result.rules else Phrase("rows_none")
        case "several_rules":
            return Phrase("rows_contradict", parts)
        case "no_rule":
            return None
        case _:
            return Phrase("rows_possible", parts) if result.rules else None
