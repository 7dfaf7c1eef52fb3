"""The grading desk of the integrators: its figures are those worked by hand in its README, and it runs as a script."""

import csv
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.scripts import script

HERE = Path(__file__).parents[2] / "examples" / "china_mobile_si"
WEIGHTS = {
    "delivery_quality": 15,
    "transport_quality": 5,
    "reputation": 10,
    "prospects": 5,
    "production": 10,
    "technology": 15,
    "people": 10,
    "finance": 10,
    "equipment": 5,
    "manufacturing": 5,
    "quality_system": 5,
    "environment": 5,
}


@pytest.fixture(scope="module")
def grading() -> Any:
    return script(HERE / "grade.py").grade()


def by_id(grading: Any) -> dict[str, Any]:
    return {line.partner: line for line in grading.lines}


def test_scores_are_the_weighted_sums_and_give_the_places(grading: Any) -> None:
    with (HERE / "facts" / "assessments.csv").open(encoding="utf-8", newline="") as file:
        scores = {
            row["partner"]: sum((Decimal(row[name]) * weight for name, weight in WEIGHTS.items()), Decimal(0)) / 100
            for row in csv.DictReader(file)
            if row["finance"] != "{unknown: true}"
        }
    del scores["SI-23"]  # a newcomer
    found = {line.partner: line for line in grading.lines if line.place is not None}
    assert {id: line.score for id, line in found.items()} == {id: f"{score:.2f}" for id, score in scores.items()}
    places = {id: 1 + sum(other > score for other in scores.values()) for id, score in scores.items()}
    assert {id: line.place for id, line in found.items()} == places
    assert found["SI-05"].score == "93.85"


def test_two_are_gold_four_silver_and_two_the_last_tenth(grading: Any) -> None:
    lines = by_id(grading)
    grades = {grade: {id for id, line in lines.items() if line.grade == grade} for grade in ("gold", "silver")}
    assert grades == {"gold": {"SI-05", "SI-06", "SI-20"}, "silver": {"SI-21", "SI-11", "SI-12", "SI-18"}}
    last = {id: line.effects for id, line in lines.items() if line.grade == "last_tenth"}
    assert last == dict.fromkeys(["SI-09", "SI-10"], ("notice", "stop_new_business", "stop_settlement"))
    changes = {id: lines[id].change for id in ("SI-05", "SI-06", "SI-21", "SI-10", "SI-07", "SI-22")}
    assert list(changes.values()) == ["promoted", "kept", "demoted", "kept", "promoted", "first"]


def test_credit_is_apart_from_the_grade(grading: Any) -> None:
    lines = by_id(grading)
    told = {
        id: (line.grade, line.points, line.support)
        for id, line in lines.items()
        if id in ("SI-06", "SI-21", "SI-17", "SI-13", "SI-04", "SI-07")
    }
    assert told == {
        "SI-06": ("gold", "80", "priority"),
        "SI-21": ("silver", "75", "general"),
        "SI-17": ("standard", "50", "none"),
        "SI-13": ("standard", "50", "none"),
        "SI-04": ("standard", "100", "general"),
        "SI-07": ("standard", "100", "general"),
    }


@pytest.mark.parametrize(("language", "word"), [("en", "gold integrator"), ("zh", "金牌SI"), ("ru", "золотой")])
def test_the_script_tells_it_in_three_languages(tmp_path: Path, language: str, word: str) -> None:
    command = [sys.executable, str(HERE / "grade.py"), "--language", language, "--json", str(tmp_path / "g.json")]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, check=True)
    assert word in run.stdout
    assert [line["partner"] for line in json.loads((tmp_path / "g.json").read_text(encoding="utf-8"))][:2] == [
        "SI-05",
        "SI-06",
    ]
