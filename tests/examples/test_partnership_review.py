"""The example of a health review: its figures are those of its README, worked out by hand, in each language."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from tests.scripts import script

import partnerrules as pr
from partnerrules.decisions import DefinitionResult

ROOT = Path(__file__).parents[2]
HERE = ROOT / "examples" / "partnership_review"


@pytest.fixture(scope="module")
def review() -> Iterator[ModuleType]:
    """The script, which is no package."""
    yield script(HERE / "review.py", "partnership_review")
    sys.modules.pop("partnership_review")


@pytest.fixture(scope="module")
def decision(review: ModuleType) -> pr.Decision:
    return pr.load(review.RULESET).decide(pr.Facts.read(HERE / "facts"), as_of=review.AS_OF)


@pytest.fixture(scope="module")
def written(review: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, object]]:
    """What the script writes."""
    file = tmp_path_factory.mktemp("review") / "review.json"
    review.main(["--json", str(file)])
    data = json.loads(file.read_text(encoding="utf-8"))
    assert isinstance(data, list)
    return data


def of(written: list[dict[str, object]], id: str) -> dict[str, object]:
    return next(each for each in written if each["partnership"] == id)


def signs(written: list[dict[str, object]], id: str) -> list[tuple[str, str]]:
    found = of(written, id)["signs"]
    assert isinstance(found, list)
    return [(each["sign"], each["light"]) for each in found]


def actions(written: list[dict[str, object]], id: str) -> list[str]:
    found = of(written, id)["actions"]
    assert isinstance(found, dict)
    return list(found)


def test_the_portfolio_adds_up_and_the_worst_stand_first(written: list[dict[str, object]]) -> None:
    assert Counter(each["health"] for each in written) == {
        "beyond_repair": 3,
        "first_danger": 3,
        "danger": 1,
        "trouble": 12,
        "undetermined": 2,
        "healthy": 9,
    }
    assert [each["partnership"] for each in written[:7]] == [
        "AL-13",  # five signs
        "AL-04",  # four
        "AL-21",  # three
        "AL-05",
        "AL-19",
        "AL-30",
        "AL-07",
    ]


@pytest.mark.parametrize(
    ("policy", "id", "value"),
    [
        ("revenue", "AL-02", "1000000.00 CNY"),
        ("upkeep", "AL-02", "1040000.00 CNY"),
        ("days_late", "T-034", "2 days"),
        ("first_wins", "AL-10", "0"),
        ("first_wins", "AL-11", "1"),
        ("loss_begins", "AL-05", "2026-10-01"),
    ],
)
def test_the_figures_are_those_of_the_readme(decision: pr.Decision, policy: str, id: str, value: str) -> None:
    found = decision[policy][id]
    assert isinstance(found, DefinitionResult)
    assert str(found.as_data()["value"]) == value


def test_signs_are_told_with_their_lights(written: list[dict[str, object]]) -> None:
    assert signs(written, "AL-02") == [("no-visible-value", "red")]
    assert signs(written, "AL-03") == [("payment", "red")]
    assert signs(written, "AL-10") == [("goals-missed", "red")]
    assert signs(written, "AL-11") == []
    assert signs(written, "AL-01") == []  # of a contract that has ended nothing shows
    assert signs(written, "AL-13") == [
        ("goals-missed", "red"),
        ("dysfunction", "red"),
        ("poor-support", "red"),
        ("payment", "amber"),
        ("out-of-control", "red"),
    ]
    assert signs(written, "AL-21") == [("no-evidence", "amber"), ("payment", "amber"), ("lopsided-effort", "amber")]
    assert signs(written, "AL-19") == signs(written, "AL-30") == [("dysfunction", "amber")]


def test_actions_and_days_are_told(written: list[dict[str, object]]) -> None:
    assert actions(written, "AL-13") == ["set_up_governance", "exit_before_the_loss"]
    assert of(written, "AL-13")["leave_before"] == "2026-08-01"
    assert actions(written, "AL-05") == ["exit_before_the_loss"]  # it has its governance
    assert of(written, "AL-05")["leave_before"] == "2026-10-01"
    assert actions(written, "AL-21") == ["wind_down"]
    assert actions(written, "AL-06") == ["review_contract"]
    assert actions(written, "AL-07") == ["agree_on_success"]  # the partner has not accepted it
    assert actions(written, "AL-30") == ["complete_papers"]  # no method guide
    assert actions(written, "AL-19") == actions(written, "AL-17") == ["move_on"]
    assert actions(written, "AL-02") == ["set_up_governance"]
    assert actions(written, "AL-18") == ["align_departments"]
    assert actions(written, "AL-09") == ["review_again"]
    assert of(written, "AL-02")["leave_before"] is None


def test_steps_of_the_recovery_are_told(written: list[dict[str, object]]) -> None:
    assert of(written, "AL-06")["next_step"] == "begin the recovery: refused"
    assert of(written, "AL-17")["next_step"] == "agree on what success is: allowed"
    assert of(written, "AL-18")["next_step"] == "align all departments: refused"
    assert of(written, "AL-01")["next_step"] is None


def test_what_is_not_known_is_named(written: list[dict[str, object]]) -> None:
    assert of(written, "AL-08")["missing"] == ["partners P-08 staff_turnover"]
    assert of(written, "AL-24")["missing"] == ["partnerships AL-24 our_executives_engaged"]
    assert actions(written, "AL-08") == []


@pytest.mark.parametrize(
    ("language", "first"),
    [
        ("en", "Partnerships reviewed: 30"),
        ("zh", "已检查的合作关系: 30"),
        ("ru", "Проверено партнёрств: 30"),
    ],
)
def test_it_is_printed_in_each_language(
    review: ModuleType, capsys: pytest.CaptureFixture[str], language: str, first: str
) -> None:
    review.main(["--language", language])
    told = capsys.readouterr().out
    assert told.splitlines()[0] == first
    ids = [line.split(" ")[0] for line in told.splitlines() if line.startswith("AL-")]
    assert len(ids) == 22  # 30 less the 9 healthy ones, of which AL-09 has something to do
