"""The public names of the package: few, in order, and all there."""

import partnerrules

MAXIMUM_NAMES = 15


def test_the_public_names_are_few() -> None:
    names = set(partnerrules.__all__)
    assert len(names) == len(partnerrules.__all__)  # ruff keeps them in order
    assert 0 < len(names) <= MAXIMUM_NAMES


def test_every_public_name_can_be_imported() -> None:
    assert [name for name in partnerrules.__all__ if not hasattr(partnerrules, name)] == []


def test_every_public_name_is_documented() -> None:
    undocumented = [name for name in partnerrules.__all__ if not getattr(partnerrules, name).__doc__]
    assert undocumented == []
