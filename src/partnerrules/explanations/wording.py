"""Puts stories into the words of a language: fills the parts into its sentences, and chooses plural forms."""

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final, assert_never

from babel import Locale

from partnerrules.explanations.catalogue import Key, Language, Plural
from partnerrules.explanations.story import Called, Line, Named, Part, Phrase, Several, Shown, listed
from partnerrules.explanations.values import Counted, Dated, Ends, Listed, date_text, folded, number_text, value_words
from partnerrules.schema import types as t
from partnerrules.schema.titles import Title

_PART: Final = re.compile(r"\{([a-z_]+)\}")
NO_WORDS: Final[Mapping[str, Title]] = MappingProxyType({})
"""Of a ruleset that says nothing of what its words are called."""


class Wording:
    """The words of one language, with the time zone in which it tells instants, and the words of a ruleset."""

    def __init__(self, language: Language, zone: dt.tzinfo, words: Mapping[str, Title] = NO_WORDS) -> None:
        self.language = language
        self.zone = zone
        self._words = words
        self._plurals = Locale.parse(language.locale).plural_form

    def line(self, line: Line) -> str:
        """A line as it is shown; it never holds a line break."""
        return f"{'':{line.indent}}{line.marker}{self.part(line.says)}"

    def part(self, part: Part) -> str:
        """The words of a part of a sentence."""
        match part:
            case str():
                return folded(part)
            case int():
                return number_text(part, self.language)
            case Named(title, id):
                return folded(title.text(self.language.code) or self._word(id))
            case Called(title, text):
                words = title.text(self.language.code)
                if words is None or words == text:
                    return folded(text)
                return self._fill("seen_titled", {"title": folded(words), "text": folded(text)}, "other")
            case Shown():
                return self._value(part)
            case Phrase(key, parts):
                filled = {name: self.part(each) for name, each in parts.items()}
                given = parts.get("count")
                count = given if isinstance(given, int) else 0
                return self._fill(key, filled, self._plurals(count), count)
            case Several(items, between):
                language = self.language
                separators = {"comma": language.comma, "semicolon": language.semicolon, "sentence": language.gap}
                return separators[between].join(self.part(item) for item in items)
            case _:
                assert_never(part)

    def _fill(self, key: Key, words: dict[str, str], category: str, count: int | None = None) -> str:
        sentence = self.language.sentences[key]
        template = sentence.form(category, count) if isinstance(sentence, Plural) else sentence
        # In one pass over the sentence: braces in the words stay what they are.
        return _PART.sub(lambda found: words[found[1]], template)

    def _word(self, word: str) -> str:
        """What people call a word of the ruleset; the word itself if they call it nothing else."""
        title = self._words.get(word)
        return word if title is None else title.text(self.language.code) or word

    def _value(self, shown: Shown) -> str:
        if isinstance(shown.value, str) and shown.value in self._words and _is_word(shown.type):
            return folded(self._word(shown.value))
        words = value_words(shown.value, shown.type, self.zone)
        match words:
            case str() | Phrase():
                return self.part(words)
            case int() | Decimal():
                return number_text(words, self.language)
            case Counted(key, number, unit, places):
                filled = {"number": number_text(number, self.language, places), "unit": folded(unit)}
                return self._fill(key, filled, self._plurals(number.copy_abs()))
            case Listed(items):
                return self.part(listed(items, "comma") if items else Phrase("value_empty"))
            case Dated(moment):
                return date_text(moment, self.language)
            case Ends(low, high, brackets):
                return f"{brackets[0]}{self._value(low)} .. {self._value(high)}{brackets[1]}"
            case _:
                assert_never(words)


def _is_word(type: t.Type) -> bool:
    return isinstance(type.of if isinstance(type, t.Maybe) else type, t.Enumeration | t.Text)
