"""Tells what would change a result: the smallest changes of its conditions. May import stories and conditions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from partnerrules.decisions.requirement_results import ConditionResult
from partnerrules.decisions.requirements import Way, Ways
from partnerrules.explanations.catalogue import Key
from partnerrules.explanations.conditions import condition_part
from partnerrules.explanations.story import Line, Part, Phrase, Several
from partnerrules.schema.missing import Unknown


@dataclass(frozen=True, slots=True)
class WayWords:
    """What is said above the ways.

    Attributes:
        one: above a single way; its part is the {count} of its changes.
        several: above all ways there are; its part is their {count}.
        some: above the first ways; its parts are the {count} of all and how many are {shown}.
        parts: further parts of these sentences.
    """

    one: Key
    several: Key
    some: Key
    parts: Mapping[str, Part] = field(default_factory=dict)


def way_lines(
    ways: Ways,
    conditions: Mapping[str, ConditionResult],
    words: WayWords,
    distances: Mapping[str, Part] | None = None,
) -> Iterator[Line]:
    """The lines of the ways; what all of them have in common is said once.

    Args:
        ways: the ways.
        conditions: by their ids.
        words: what is said above them.
        distances: by the ids of conditions, how much is lacking for them.
    """
    listed = [way for way in ways.listed if way]
    if not listed:
        return
    told = _Told(conditions, distances or {})
    if len(listed) == 1:
        yield Line(Phrase(words.one, {**words.parts, "count": len(listed[0])}))
        for change in listed[0]:
            yield Line(told.changes((change,)), marker="- ")
        return
    key: Key = words.several if len(listed) == ways.total else words.some
    yield Line(Phrase(key, {**words.parts, "count": ways.total, "shown": len(listed)}))
    common = [change for change in listed[0] if all(change in way for way in listed)]
    if common:
        yield Line(Phrase("ways_in_common"), indent=2)
        for change in common:
            yield Line(told.changes((change,)), indent=2, marker="- ")
        yield Line(Phrase("ways_differ"), indent=2)
    for number, way in enumerate(listed, start=1):
        rest = tuple(change for change in way if change not in common)
        yield Line(told.changes(rest), indent=2, marker=f"{number}. ")


@dataclass(frozen=True, slots=True)
class _Told:
    """What is known of the conditions that would have to change."""

    conditions: Mapping[str, ConditionResult]
    distances: Mapping[str, Part]

    def changes(self, way: Way) -> Part:
        """What must hold or must be known to, and what must not, each kind together."""
        groups: dict[Key, list[Part]] = {
            "must_hold": [],
            "must_no_longer_hold": [],
            "must_be_known_to_hold": [],
            "must_be_known_not_to_hold": [],
        }
        for change in way:
            condition = self.conditions[change.condition]
            name = condition_part(condition)
            if change.condition in self.distances:
                name = Phrase("by_how_much", {"condition": name, "distance": self.distances[change.condition]})
            groups[_change_key(condition, holds=change.holds)].append(name)
        phrases = [
            Phrase(key, {"condition": Several(tuple(names), "semicolon")}) for key, names in groups.items() if names
        ]
        return Several(tuple(phrases), "semicolon")


def _change_key(condition: ConditionResult, *, holds: bool) -> Key:
    if isinstance(condition.outcome, Unknown):
        return "must_be_known_to_hold" if holds else "must_be_known_not_to_hold"
    return "must_hold" if holds else "must_no_longer_hold"
