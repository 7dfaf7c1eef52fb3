"""Puts stories into the words of a language: fills the parts into its sentences, and chooses plural forms."""

import datetime as dt
import re
from decimal import Decimal
from typing import Final, assert_never

from babel import Locale

from partnerrules.explanations.catalogue import Key, Language, Plural
from partnerrules.explanations.story import Called, Line, Named, Part, Phrase, Several, Shown, listed
from partnerrules.explanations.values import Counted, Ends, Listed, folded, number_text, value_words

_PART: Final = re.compile(r"\{([a-z_]+)\}")


class Wording:
    """The words of one language, with the time zone in which it tells instants."""

    def __init__(self, language: Language, zone: dt.tzinfo) -> None:
        self.language = language
        self.zone = zone
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
                return folded(title.text(self.language.code) or id)
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

    def _value(self, shown: Shown) -> str:
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
            case Ends(low, high, brackets):
                return f"{brackets[0]}{self._value(low)} .. {self._value(high)}{brackets[1]}"
            case _:
                assert_never(words)
