"""The page about Python names all that an app may import, and only what results have."""

import re
from pathlib import Path
from typing import get_args

import pytest

import partnerrules
from partnerrules import decisions
from partnerrules.diagnostics import PartnerRulesError

PAGE = (Path(__file__).parent.parent.parent / "docs" / "reference" / "python.md").read_text(encoding="utf-8")
RESULTS = PAGE.split("\n## Results\n")[1].split("\n## ")[0]
ROWS = [
    [re.findall(r"`([^`]+)`", cell) for cell in row.split("|")[1:4]] for row in re.findall(r"^\| `.*$", RESULTS, re.M)
]
NAMED = {name: parts for names, _, parts in ROWS for name in names}


def test_b1_the_page_names_every_type_of_decisions() -> None:
    functions = {"missing_text"}
    assert set(NAMED) == set(decisions.__all__) - functions
    assert all(f"`{name}`" in RESULTS for name in functions)


@pytest.mark.parametrize("name", sorted(NAMED))
def test_b1_a_type_has_what_the_page_says(name: str) -> None:
    kinds = get_args(getattr(decisions, name)) or (getattr(decisions, name),)
    words = {re.sub(r"\(.*", "", part) for part in NAMED[name]}
    lacking = {word for kind in kinds for word in words if word not in {*dir(kind), *_fields(kind)}}
    assert not lacking


def _fields(kind: type) -> set[str]:
    return {*getattr(kind, "__dataclass_fields__", ()), *getattr(kind, "model_fields", ())}


@pytest.mark.parametrize("result", [kind.__name__ for kind in get_args(decisions.Result)])
def test_b2_every_result_can_be_named(result: str) -> None:
    assert result in decisions.__all__


def test_b4_the_page_names_every_exception_that_the_package_has() -> None:
    exceptions = [name for name in partnerrules.__all__ if _is_exception(getattr(partnerrules, name))]
    assert "TooMuchWork" in exceptions
    assert all(f"`{name}`" in PAGE.split("\nExceptions: ")[1] for name in exceptions)


def _is_exception(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, PartnerRulesError)
