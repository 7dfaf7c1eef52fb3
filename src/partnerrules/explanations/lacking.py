"""Tells which facts are missing. May import stories, and what is missing."""

from typing import Final

from partnerrules.explanations.catalogue import Key
from partnerrules.explanations.story import (
    MAXIMUM_LISTED,
    Line,
    Part,
    Phrase,
    a_field_of,
    a_policy,
    a_record_of,
    word,
)
from partnerrules.schema.missing import Missing, Reason

_KEYS: Final[dict[Reason, Key]] = {
    "field": "missing_field",
    "reference": "missing_reference",
    "relation": "missing_relation",
    "parameter": "missing_parameter",
    "zero": "missing_zero",
    "empty": "missing_empty",
    "size": "missing_size",
    "absent": "missing_absent",
    "tie": "missing_tie",
    "circle": "missing_circle",
    "calendar": "missing_calendar",
    "rate": "missing_rate",
    "rates": "missing_rates",
    "policy": "missing_policy",
}


_OF_A_RECORD: Final[dict[Reason, Key]] = {"empty": "missing_empty_of", "tie": "missing_tie_of"}
"""Where it is known of whose list there is no first member."""


def missing_phrase(missing: Missing) -> Phrase:
    """One missing fact."""
    relation = a_policy(missing.relation) if missing.reason == "policy" else a_record_of(missing.relation)
    field = word(missing.field) if missing.reason == "parameter" else a_field_of(missing.relation, missing.field)
    parts: dict[str, Part] = {"relation": relation, "record": missing.record, "field": field}
    key = _KEYS[missing.reason]
    if missing.reason == "tie" and missing.field == "place":
        key = "missing_tie_of_places"
    elif missing.reason == "tie" and missing.field == "order" and not missing.record:
        key = "missing_tie_order"
    elif missing.reason == "tie" and missing.field == "prefer":
        key = "missing_tie_choice_of" if missing.record else "missing_tie_choice"
    elif missing.reason == "tie" and missing.field == "only" and missing.record:
        key = "missing_several_of"
    elif missing.record and missing.reason in _OF_A_RECORD:
        key = _OF_A_RECORD[missing.reason]
    return Phrase(key, parts)


def missing_lines(missing: tuple[Missing, ...]) -> list[Line]:
    """The facts for want of which a result is not determined, one on a line."""
    if not missing:
        return []
    lines = [Line(Phrase("missing", {"count": len(missing)}))]
    lines += [Line(missing_phrase(each), marker="- ") for each in missing[:MAXIMUM_LISTED]]
    if len(missing) > MAXIMUM_LISTED:
        lines.append(Line(Phrase("more", {"count": len(missing) - MAXIMUM_LISTED}), marker="- "))
    return lines
