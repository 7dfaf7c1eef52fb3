"""Titles: what people call a thing, in one or several languages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Title:
    """A title: one text for each language, or one text for all, which stands under ""."""

    texts: tuple[tuple[str, str], ...] = ()

    def text(self, language: str) -> str | None:
        """The title in a language, or else in whatever language there is one; None if there is none."""
        by_language = dict(self.texts)
        for key in (language, "", "en"):
            if key in by_language:
                return by_language[key]
        return self.texts[0][1] if self.texts else None


def relation_key(relation: str) -> str:
    """The key of what a record of a relation is called, among the words of a ruleset; no word is written so."""
    return f"{relation}."


def field_key(relation: str, field: str) -> str:
    """The key of what a field of a relation is called, among the words of a ruleset."""
    return f"{relation}.{field}"


def policy_key(policy: str) -> str:
    """The key of the title of a policy, among the words of a ruleset."""
    return f".{policy}"
