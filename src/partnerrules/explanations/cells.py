"""Tells the cells in which records meet, and whose records those are. May import stories."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from partnerrules.decisions.conflicts import ALL, ALL_OTHERS
from partnerrules.explanations.story import Named, Part, Phrase, Shown, listed
from partnerrules.plan.trace import Seen
from partnerrules.schema.missing import Unknown
from partnerrules.schema.titles import Title


def who_part(who: str | Unknown) -> Part:
    """An id or a name, if it is known."""
    return Phrase("value_unknown") if isinstance(who, Unknown) else who


def cells_part(
    same: Mapping[str, Seen],
    cells: Sequence[Mapping[str, str | Unknown]],
    titles: Mapping[str, Title] = MappingProxyType({}),
) -> Part:
    """What records have in common, and of what is shared the part that some cells are, by their titles if any."""

    def named(name: str) -> Part:
        return Named(titles.get(name, Title()), name)

    parts: list[Part] = [
        Phrase("seen", {"text": named(name), "value": Shown(seen.value, seen.type)}) for name, seen in same.items()
    ]
    for name in cells[0]:
        values = list(dict.fromkeys(cell[name] for cell in cells))
        if values != [ALL]:  # a side that nobody names tells nothing
            shown = listed([_shared(value) for value in values], "comma")
            parts.append(Phrase("seen", {"text": named(name), "value": shown}))
    return listed(parts, "semicolon") if parts else Phrase("all_there_is")


def _shared(value: str | Unknown) -> Part:
    if isinstance(value, Unknown):
        return Phrase("value_unknown")
    return Phrase("all_others") if value == ALL_OTHERS else Phrase("all_there_is") if value == ALL else value
