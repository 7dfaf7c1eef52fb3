"""What people call the records of the core and their fields, in every language."""

import re

import pytest

from partnerrules.schema.entities import core_schema
from partnerrules.schema.types import Entity

ENTITIES = [*core_schema().entities.values()]
LANGUAGES = ("en", "zh", "ru")


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda entity: entity.name)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_record_and_every_field_of_the_core_has_a_title(entity: Entity, language: str) -> None:
    for title in (entity.title, *(field.title for field in entity.fields.values())):
        assert dict(title.texts).get(language)


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda entity: entity.name)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_fields_of_a_record_read_the_same(entity: Entity, language: str) -> None:
    told = [dict(field.title.texts)[language] for field in entity.fields.values()]
    assert sorted(told) == sorted(set(told))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_records_read_the_same(language: str) -> None:
    told = [dict(entity.title.texts)[language] for entity in ENTITIES]
    assert sorted(told) == sorted(set(told))


@pytest.mark.parametrize(("language", "letters"), [("zh", "[一-鿿]"), ("ru", "[а-яё]")])
def test_titles_are_written_in_their_language(language: str, letters: str) -> None:
    for entity in ENTITIES:
        for title in (entity.title, *(field.title for field in entity.fields.values())):
            told = dict(title.texts)[language]
            assert re.search(letters, told), told
            assert not re.search("[a-z]", told), told
