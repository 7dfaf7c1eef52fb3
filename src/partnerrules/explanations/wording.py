"""Puts stories into the words of a language: fills the parts into its sentences, and chooses plural forms."""

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final, assert_never

from babel import Locale

from partnerrules.explanations.built_in_words import BUILT_IN_WORDS
from partnerrules.explanations.catalogue import Key, Language, Plural
from partnerrules.explanations.story import (
    Called,
    Compared,
    Known,
    Line,
    Named,
    Part,
    Phrase,
    Several,
    Shown,
    listed,
    word,
)
from partnerrules.explanations.values import Counted, Dated, Ends, Listed, date_text, folded, number_text, value_words
from partnerrules.schema import types as t
from partnerrules.schema.titles import Title

_PART: Final = re.compile(r"((?<=[\u3000-\u9fff\uff00-\uffef]) )?\{([a-z_]+)\}( (?=[\u3000-\u9fff\uff00-\uffef]))?")
_CHINESE: Final = re.compile(r"[\u3000-\u9fff\uff00-\uffef“”‘’]")
_INNER: Final = {"“": str.maketrans("“”", "‘’"), "«": str.maketrans("«»", "„“"), '"': str.maketrans('"', "'")}
"""The quotation marks inside of others, by the outer ones."""
_ASKED: Final = re.compile(r'(?:outcome|passes)\((?P<record>[\w.-]+), "[^"]+"\)(?:\.(?P<column>[\w-]+))?')
"""How expressions ask another policy."""
_QUOTED: Final = re.compile(r'"([^"\\]*)"')
_CHOICES: Final = re.compile(r'(?:!?= "[^"\\]*"|in [\[(]"[^"\\]*"(?:, "[^"\\]*")*[\])])')
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
            case Known(key, id, by_name):
                # Names in rules are English words, which nobody has to translate for readers of English.
                named = by_name and (id in self._words or self.language.code == "en")
                told = None if named else self._words.get(key, Title()).text(self.language.code)
                return folded(self._word(id) if told is None or _says_as_much(told, id) else told)
            case Called():
                return self._called(part)
            case Compared():
                return self._compared(part)
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

    def _called(self, part: Called) -> str:
        """A part of an expression by its title, with its text where that says more."""
        title = part.title.text(self.language.code)
        if title is None or _says_as_much(title, part.text):
            return folded(part.text)
        asked = _ASKED.fullmatch(part.text)
        if asked is None:
            return self._fill("seen_titled", {"title": folded(title), "text": folded(part.text)}, "other")
        record, column = asked["record"], asked["column"]
        told: Part = Phrase("asked", {"title": title})
        if "." in record:  # of another record than the one that is spoken of
            told = Phrase("asked_of", {"title": title, "record": record})
        return self.part(Phrase("seen_titled", {"title": told, "text": word(column)}) if column else told)

    def _compared(self, part: Compared) -> str:
        """What a value is compared with; choices by what people call them."""
        if not (_is_word(part.type) and _CHOICES.fullmatch(part.text)):
            return folded(part.text)
        operator, _, rest = part.text.partition(" ")
        choices = [self._choice(each, part.type) for each in _QUOTED.findall(rest)]
        if all(told == f'"{each}"' for told, each in zip(choices, _QUOTED.findall(rest), strict=True)):
            return folded(part.text)
        told = self.language.comma.join(choices)
        return f"{operator} [{told}]" if operator == "in" else f"{operator} {told}"

    def _choice(self, choice: str, type: t.Type) -> str:
        """A text that rules compare with, by its word if it has one, and else as they write it."""
        told = self._told_value(choice, type)
        return f'"{choice}"' if told is None else folded(told)

    def _fill(self, key: Key, words: dict[str, str], category: str, count: int | None = None) -> str:
        sentence = self.language.sentences[key]
        template = sentence.form(category, count) if isinstance(sentence, Plural) else sentence
        # In one pass over the sentence: braces in the words stay what they are.
        return _PART.sub(lambda found: _filled(found, words[found[2]], template), template)

    def _word(self, word: str) -> str:
        """What people call a word of the ruleset; the word itself if they call it nothing else."""
        title = self._words.get(word)
        return word if title is None else title.text(self.language.code) or word

    def _told_value(self, value: str, type: t.Type) -> str | None:
        """What people call a text of rules or facts, if they call it anything else."""
        if not _is_word(type):
            return None
        if value not in self._words and value in BUILT_IN_WORDS and _is_outcome(value, type):
            return BUILT_IN_WORDS[value].text(self.language.code)
        return self._word(value) if value in self._words else None

    def _value(self, shown: Shown) -> str:
        told = self._told_value(shown.value, shown.type) if isinstance(shown.value, str) else None
        if told is not None:
            return folded(told)
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


def _filled(found: re.Match[str], words: str, template: str) -> str:
    """A part as it stands in a sentence: quotations in quotations, and no spaces between Chinese characters."""
    before = template[found.start(2) - 2 : found.start(2) - 1]
    if before in _INNER:
        words = words.translate(_INNER[before])
    left, right = found[1] or "", found[3] or ""
    return f"{'' if _CHINESE.match(words[:1]) else left}{words}{'' if _CHINESE.match(words[-1:]) else right}"


def _says_as_much(title: str, text: str) -> bool:
    """Whether a part of an expression reads as its title does, as `deal.signed_at` for "signed at"."""
    return text == title or text.rpartition(".")[2].replace("_", " ") == title


def _is_word(type: t.Type) -> bool:
    type = t.present(type)
    return isinstance(type.item if isinstance(type, t.ListOf) else type, t.Enumeration | t.Text)


def _is_outcome(value: str, type: t.Type) -> bool:
    """Whether a text can only be an outcome of a policy; free text may be any word."""
    return isinstance(t.present(type), t.Enumeration) or "_" in value
