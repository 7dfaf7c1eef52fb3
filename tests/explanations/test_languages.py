"""The three languages say the same things, in right plural forms."""

import datetime as dt
import re
from typing import get_args

import pytest
from babel import Locale
from babel.numbers import format_decimal

from partnerrules.explanations.catalogue import Key, Language, Plural, Sentence
from partnerrules.explanations.story import Line, Part, Phrase
from partnerrules.explanations.telling import LANGUAGES
from partnerrules.explanations.values import number_text
from partnerrules.explanations.wording import Wording
from partnerrules.quantities import read_number

EVERY = pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)


def forms_of(sentence: Sentence) -> list[str]:
    if isinstance(sentence, str):
        return [sentence]
    return [
        form for form in (sentence.other, sentence.one, sentence.few, sentence.many, sentence.both) if form is not None
    ]


def parts_of(sentence: Sentence) -> set[str]:
    return {part for form in forms_of(sentence) for part in re.findall(r"\{(\w+)\}", form)}


def told(code: str, key: Key, count: int) -> str:
    parts: dict[str, Part] = {"count": count, "needed": 2, "holding": 1, "parameters": "x", "rows": "r", "shown": 10}
    return Wording(LANGUAGES[code], dt.UTC).line(Line(Phrase(key, parts)))


@EVERY
def test_every_key_has_its_sentence(language: Language) -> None:
    assert set(language.sentences) == set(get_args(Key))


@EVERY
def test_every_sentence_names_the_parts_that_english_names(language: Language) -> None:
    english = LANGUAGES["en"].sentences
    for key, sentence in language.sentences.items():
        # A plural form may do without its count: "all of these", "the row".
        assert parts_of(sentence) - {"count"} == parts_of(english[key]) - {"count"}, key


@EVERY
def test_every_brace_belongs_to_a_part(language: Language) -> None:
    for sentence in language.sentences.values():
        for form in forms_of(sentence):
            assert not re.search(r"[{}]", re.sub(r"\{[a-z_]+\}", "", form))


def test_languages_stand_under_their_codes() -> None:
    assert list(LANGUAGES) == ["en", "zh", "ru"]


def test_russian_sentences_with_a_count_have_all_forms_that_russian_needs() -> None:
    # Between nominative forms all of one, few and many differ; after "из" there are only two, one and other.
    for sentence in LANGUAGES["ru"].sentences.values():
        if isinstance(sentence, Plural):
            assert sentence.one is not None
            assert (sentence.few is None) == (sentence.many is None)


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (1, "1 условие:"),
        (2, "оба условия:"),
        (3, "все 3 условия:"),
        (4, "все 4 условия:"),
        (5, "все 5 условий:"),
        (11, "все 11 условий:"),
        (12, "все 12 условий:"),
        (21, "21 условие:"),
        (22, "все 22 условия:"),
        (25, "все 25 условий:"),
        (111, "все 111 условий:"),
    ],
)
def test_russian_conditions_are_counted_as_russians_count(count: int, expected: str) -> None:
    assert told("ru", "all", count) == expected


@pytest.mark.parametrize(
    ("code", "count", "expected"),
    [
        ("en", 1, "Not determined, because 1 fact is not known:"),
        ("en", 2, "Not determined, because 2 facts are not known:"),
        ("en", 21, "Not determined, because 21 facts are not known:"),
        ("ru", 1, "Не определено, потому что неизвестен 1 факт:"),
        ("ru", 3, "Не определено, потому что неизвестны 3 факта:"),
        ("ru", 5, "Не определено, потому что неизвестны 5 фактов:"),
        ("ru", 21, "Не определено, потому что неизвестен 21 факт:"),
        ("zh", 1, "无法判定，因为以下 1 项信息未知："),
        ("zh", 5, "无法判定，因为以下 5 项信息未知："),
    ],
)
def test_missing_facts_are_counted(code: str, count: int, expected: str) -> None:
    assert told(code, "missing", count) == expected


def test_russian_of_many_is_in_the_genitive() -> None:
    assert told("ru", "at_least", 3) == "не менее 2 из 3 условий (сейчас выполнено 1):"
    assert told("ru", "at_least", 21) == "не менее 2 из 21 условия (сейчас выполнено 1):"


@EVERY
@pytest.mark.parametrize("text", ["0", "7", "999", "1000", "1234567.5", "-1234567.125", "0.000001"])
def test_numbers_are_written_as_cldr_writes_them(language: Language, text: str) -> None:
    value = read_number(text)
    assert number_text(value, language) == format_decimal(value, locale=language.locale, decimal_quantization=False)


@EVERY
def test_the_locale_of_a_language_is_there(language: Language) -> None:
    assert Locale.parse(language.locale).language == language.code
