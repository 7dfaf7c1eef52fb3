"""Everything that can be wrong with facts, each in a folder of its own with what is said about it.

A case is a folder below `tests/golden/facts`: `facts.json`, `facts.yaml` or a folder `facts` of CSV files, and
`problems.txt`. All are read for the one `ruleset.yaml` there.
"""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from partnerrules import Facts, FactsError, Ruleset, load

FOLDER = Path(__file__).parent.parent / "golden" / "facts"
CASES = sorted(path for path in FOLDER.iterdir() if path.is_dir())
AS_OF = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def rules() -> Ruleset:
    return load(FOLDER / "ruleset.yaml")


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_what_is_said(case: Path, rules: Ruleset, golden: Callable[[Path, str], None]) -> None:
    (given,) = (path for path in case.iterdir() if path.stem == "facts")
    with pytest.raises(FactsError) as caught:
        rules.decide(Facts.read(given), as_of=AS_OF)
    golden(case / "problems.txt", f"{caught.value}\n")
    for problem in caught.value:
        assert "\n" not in problem.message
        assert problem.message.endswith("...") or not problem.message.endswith(".")
        for word in ("None", "True", "False", "Decimal(", "dict", "tuple", "<class", "partnerrules", "Error"):
            assert word not in str(problem)


def test_a_naive_instant_from_python_is_refused(rules: Ruleset) -> None:
    given = {"partners": {"P-1": {"recorded_at": dt.datetime(2026, 3, 1)}}}
    with pytest.raises(FactsError, match="this one is naive"):
        rules.decide(Facts(given), as_of=AS_OF)


@pytest.mark.parametrize("amount", [12.5, float("nan"), float("inf")])
def test_a_binary_float_from_python_is_refused(amount: float, rules: Ruleset) -> None:
    given = {"customers": {"C-1": {}}, "deals": {"D-1": {"customer": "C-1", "amount": amount}}}
    with pytest.raises(FactsError, match="deals D-1, amount: a binary float is not exact"):
        rules.decide(Facts(given), as_of=AS_OF)


def said_of(path: Path) -> str:
    with pytest.raises(FactsError) as caught:
        Facts.read(path)
    return str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert said_of(tmp_path / "facts.json") == "facts.json: cannot be read: no such file or directory"
    assert said_of(tmp_path / "facts") == "facts: there is no such file or folder"


def test_a_folder_with_the_name_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "facts.json").mkdir()
    assert said_of(tmp_path / "facts.json").startswith("facts.json: has no CSV files")


@pytest.mark.parametrize("name", ["facts.json", "facts.yaml", "facts/partners.csv"])
def test_a_gigabyte_is_refused_unread(tmp_path: Path, name: str) -> None:
    (tmp_path / "facts").mkdir()
    path = tmp_path / name
    with path.open("wb") as file:
        file.truncate(1_000_000_000)  # sparse: it takes no room
    assert "has 1,000,000,000 bytes, at most" in said_of(path.parent if path.suffix == ".csv" else path)
