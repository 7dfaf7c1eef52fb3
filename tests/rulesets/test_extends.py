"""A version or an overlay is written as its differences, and says what it takes the place of."""

from pathlib import Path

import pytest
from tests.support import AS_OF, in_folder

from partnerrules import Facts, check, load
from partnerrules.decisions.results import EligibilityResult

BASE = """\
ruleset: trial
version: "1"
in_force: .. 2026-01-01
currency: CNY
timezone: Asia/Shanghai
title: Base
parameters: {limit: {value: 5}}
definitions: {twice: limit * 2}
eligibility:
  p: {subject: partner, gates: [{id: g, require: partner.id = "P-1"}]}
"""


def both(second: str) -> dict[str, str]:
    head = 'ruleset: trial\nversion: "2"\nin_force: 2026-01-01 ..\nextends: "1"\n'
    return {"1/ruleset.yaml": BASE, "2/ruleset.yaml": head + second}


def found(folder: Path, files: dict[str, str]) -> list[str]:
    return [each.code for each in check(in_folder(files, folder))[1]]


def test_what_is_not_said_anew_stays(tmp_path: Path) -> None:
    rules = load(in_folder(both("parameters: {limit: {value: 7}}\noverrides: [parameters.limit]\n"), tmp_path))
    decision = rules.decide(Facts({"partners": {"P-1": {}}}), as_of=AS_OF)
    assert decision["twice"][""].as_data()["value"] == 14
    assert decision["p"]["P-1"].basis.version == "2"
    assert decision["p"]["P-1"].outcome == "eligible"
    assert [version.head.currency for version in rules.versions] == ["CNY", "CNY"]
    assert rules.versions[0].parameters["limit"].value == 5


def test_new_parts_are_added(tmp_path: Path) -> None:
    rules = load(in_folder(both("definitions: {thrice: limit * 3}\n"), tmp_path))
    decision = rules.decide(Facts({"partners": {}}), as_of=AS_OF)
    assert decision["thrice"][""].as_data()["value"] == 15
    assert decision["twice"][""].as_data()["value"] == 10


@pytest.mark.parametrize(
    ("second", "code"),
    [
        ("parameters: {limit: {value: 7}}\n", "undeclared-override"),
        ("overrides: [parameters.limit]\n", "unknown-override"),
        ("parameters: {other: {value: 7}}\noverrides: [parameters.other]\n", "unknown-override"),
        ("overrides: [parameters.nothing]\n", "unknown-override"),
        ("overrides: parameters.limit\n", "wrong-shape"),
    ],
)
def test_what_takes_the_place_of_something_is_named(tmp_path: Path, second: str, code: str) -> None:
    assert found(tmp_path, both(second)) == [code]


def test_what_is_extended_must_be_there_and_not_extend_back(tmp_path: Path) -> None:
    assert found(tmp_path / "a", {"ruleset.yaml": BASE + "extends: nothing\n"}) == ["unknown-base"]
    assert found(tmp_path / "b", {"ruleset.yaml": BASE + 'extends: "1"\n'}) == ["extends-cycle"]
    assert found(tmp_path / "c", {"ruleset.yaml": BASE + "extends: ./\n"}) == ["extends-cycle"]
    circle = both("")
    circle["1/ruleset.yaml"] = BASE + 'extends: "2"\n'
    assert "extends-cycle" in found(tmp_path / "d", circle)
    assert found(tmp_path / "e", {"ruleset.yaml": BASE + "overrides: [parameters.limit]\n"}) == ["unknown-override"]
    assert found(tmp_path / "f", {"ruleset.yaml": BASE + "extends: /etc\n"}) == ["unknown-base"]


def test_an_overlay_extends_another_ruleset(tmp_path: Path) -> None:
    overlay = """\
ruleset: northern
version: "2026.1"
in_force: 2026-01-01 ..
extends: ../base
overrides: [parameters.limit]
parameters: {limit: {value: 9}}
"""
    in_folder({"base/ruleset.yaml": BASE, "north/ruleset.yaml": overlay}, tmp_path)
    rules = load(tmp_path / "north")
    assert rules.id == "northern"
    decision = rules.decide(Facts({"partners": {}}), as_of=AS_OF)
    assert decision["twice"][""].as_data()["value"] == 18
    changed = rules.content_hash
    (tmp_path / "base" / "ruleset.yaml").write_text(BASE.replace("limit * 2", "limit * 4"), encoding="utf-8")
    assert load(tmp_path / "north").content_hash != changed


def test_extending_goes_over_several_steps(tmp_path: Path) -> None:
    files = both("definitions: {thrice: limit * 3}\n")
    files["2/ruleset.yaml"] = files["2/ruleset.yaml"].replace("2026-01-01 ..", "2026-01-01 .. 2026-02-01")
    files["3/ruleset.yaml"] = (
        'ruleset: trial\nversion: "3"\nin_force: 2026-02-01 ..\nextends: "2"\n'
        "overrides: [definitions.thrice]\ndefinitions: {thrice: twice + limit + 1}\n"
    )
    rules = load(in_folder(files, tmp_path))
    decision = rules.decide(Facts({"partners": {}}), as_of=AS_OF)
    assert decision["thrice"][""].as_data()["value"] == 16


def test_a_fault_in_the_base_is_told_once_at_its_place(tmp_path: Path) -> None:
    files = both("")
    files["1/ruleset.yaml"] = BASE.replace("limit * 2", "limt * 2")
    diagnostics = check(in_folder(files, tmp_path))[1]
    assert [each.code for each in diagnostics] == ["unknown-name"]
    assert diagnostics[0].span.source.path.endswith("1/ruleset.yaml")


# ------------------------------------------------------------------------------------------------- parts of an entry

PARTS = """\
ruleset: trial
version: "1"
in_force: .. 2026-01-01
currency: CNY
timezone: Asia/Shanghai
facts: {partner: {staff: integer, sales: money(CNY)}}
eligibility:
  admission:
    subject: partner
    gates:
      - {id: staff, require: partner.staff >= 3}
      - {id: sales, require: partner.sales >= 1000 CNY}
tiering:
  level:
    subject: partner
    measure: partner.staff
    bands: [{grade: gold, from: 10}, {grade: silver, from: 5}, {grade: registered}]
tables:
  rates:
    subject: partner
    hit: first
    inputs: {staff: partner.staff}
    outputs: {rate: {type: ratio}}
    rows: |
      | id    | staff | rate |
      |-------|-------|------|
      | large | >= 10 | 15 % |
      | small | -     | 5 %  |
"""


def in_parts(second: str) -> dict[str, str]:
    head = 'ruleset: trial\nversion: "2"\nin_force: 2026-01-01 ..\nextends: "1"\n'
    return {"1/ruleset.yaml": PARTS, "2/ruleset.yaml": head + second}


def outcomes(second: str, folder: Path) -> dict[str, str]:
    rules = load(in_folder(in_parts(second), folder))
    partners = {"P-3": {"staff": 3, "sales": "500 CNY"}, "P-7": {"staff": 7, "sales": "5000 CNY"}}
    decision = rules.decide(Facts({"partners": partners}), as_of=AS_OF)
    found = {f"{policy} {one}": decision[policy][one].outcome for policy in ("admission", "level") for one in partners}
    for one in partners:
        outputs = decision["rates"][one].as_data()["outputs"]
        assert isinstance(outputs, dict)
        found[f"rate {one}"] = outputs["rate"]
    return found


BEFORE = {
    "admission P-3": "ineligible",
    "admission P-7": "eligible",
    "level P-3": "registered",
    "level P-7": "silver",
    "rate P-3": "5 %",
    "rate P-7": "5 %",
}


def test_one_gate_one_band_one_row_take_the_place_of_others(tmp_path: Path) -> None:
    assert outcomes("", tmp_path / "none") == BEFORE
    second = """\
overrides: [eligibility.admission.gates.sales, tiering.level.bands.gold, tables.rates.rows.large]
eligibility:
  admission:
    gates: [{id: sales, require: partner.sales >= 100 CNY}]
tiering: {level: {bands: [{grade: gold, from: 7}]}}
tables:
  rates:
    rows: |
      | id    | rate | staff |
      |-------|------|-------|
      | large | 20 % | >= 7  |
"""
    expected = BEFORE | {"admission P-3": "eligible", "level P-7": "gold", "rate P-7": "20 %"}
    assert outcomes(second, tmp_path / "three") == expected


def test_what_has_no_counterpart_is_added_behind(tmp_path: Path) -> None:
    second = """\
overrides: [eligibility.admission.gates.sales]
adds: [eligibility.admission.gates.many]
eligibility:
  admission:
    gates:
      - {id: sales, require: partner.sales >= 100 CNY}
      - {id: many, require: partner.staff >= 5}
"""
    rules = load(in_folder(in_parts(second), tmp_path))
    decision = rules.decide(Facts({"partners": {"P-3": {"staff": 3, "sales": "500 CNY"}}}), as_of=AS_OF)
    assert decision["admission"]["P-3"].outcome == "ineligible"
    result = decision["admission"]["P-3"]
    assert isinstance(result, EligibilityResult)
    assert [gate.id for gate in result.gates] == ["staff", "sales", "many"]


def test_a_key_of_an_entry_takes_the_place_of_another(tmp_path: Path) -> None:
    second = "overrides: [tiering.level.measure]\ntiering: {level: {measure: partner.staff + 3}}\n"
    assert outcomes(second, tmp_path)["level P-7"] == "gold"


def test_what_does_not_hold_any_more_is_removed(tmp_path: Path) -> None:
    second = "removes: [eligibility.admission.gates.sales, tables.rates.rows.large, tiering.level.bands.silver]\n"
    expected = BEFORE | {"admission P-3": "eligible", "level P-7": "registered"}
    assert outcomes(second, tmp_path / "parts") == expected
    rules = load(in_folder(in_parts("removes: [eligibility.admission]\n"), tmp_path / "whole"))
    assert "admission" not in rules.versions[1].policies
    moved = """\
removes: [tiering.level.bands.registered]
overrides: [tiering.level.bands.silver]
adds: [tiering.level.bands.bronze, tiering.level.bands.registered]
tiering: {level: {bands: [{grade: silver, from: 4}, {grade: bronze, from: 2}, {grade: registered}]}}
"""
    assert outcomes(moved, tmp_path / "moved")["level P-3"] == "bronze"


@pytest.mark.parametrize(
    ("second", "code", "told"),
    [
        (
            """\
overrides: [eligibility.admission.gates.staff]
eligibility: {admission: {gates: [{id: sales, require: partner.sales >= 1 CNY}]}}
""",
            ["undeclared-override", "unknown-override"],
            "add `eligibility.admission.gates.sales` to the list under `overrides:`",
        ),
        (
            "overrides: [eligibility.admission.gates.staf]\neligibility: {admission: {gates: []}}\n",
            ["unknown-override"],
            "eligibility.admission.gates.staff",
        ),
        ("removes: [tables.rates.rows.larg]\n", ["unknown-override"], "tables.rates.rows.large"),
        (
            "overrides: [tiering.level.bands.gold]\ntiering: {level: {bands: 3}}\n",
            ["unknown-override"],
            "write all of it here, and `tiering.level.bands` under `overrides:`",
        ),
        (
            "overrides: [tiering.level.bands.gold]\ntiering: {level: {measure: partner.staff + 1}}\n",
            ["undeclared-override", "unknown-override"],
            "write `gold` under `tiering.level.bands`, or take it out here",
        ),
    ],
)
def test_a_part_is_named_as_it_is(tmp_path: Path, second: str, code: list[str], told: str) -> None:
    diagnostics = check(in_folder(in_parts(second), tmp_path))[1]
    assert sorted(each.code for each in diagnostics) == code
    assert any(told in (each.help or "") for each in diagnostics)


def test_rows_in_a_file_are_replaced_as_a_whole(tmp_path: Path) -> None:
    second = "overrides: [tables.rates.rows.large]\ntables: {rates: {rows: rates.csv}}\n"
    files = in_parts(second) | {"2/rates.csv": "id,staff,rate\nlarge,>= 7,20 %\n"}
    diagnostics = check(in_folder(files, tmp_path))[1]
    assert "write all of it here, and `tables.rates.rows` under `overrides:`" in [each.help for each in diagnostics]


def test_a_table_whose_lines_do_not_match_is_told_by_its_reader(tmp_path: Path) -> None:
    second = """\
overrides: [tables.rates.rows.large]
tables:
  rates:
    rows: |
      | id    | staff |
      |-------|-------|
      | large | >= 7  | 20 % |
"""
    assert "unknown-override" in found(tmp_path, in_parts(second))


def test_a_part_is_added_alone_and_deep_inside(tmp_path: Path) -> None:
    second = """\
adds: [eligibility.admission.gates.many, eligibility.admission.when]
eligibility:
  admission:
    when: partner.staff > 0
    gates: [{id: many, require: partner.staff >= 5}]
"""
    assert outcomes(second, tmp_path / "gate")["admission P-3"] == "ineligible"
    deep = """\
overrides: [eligibility.admission.gates.sales.require]
adds: [eligibility.admission.gates.sales.source]
eligibility: {admission: {gates: [{id: sales, source: N-9, require: partner.sales >= 100 CNY}]}}
"""
    assert outcomes(deep, tmp_path / "deep")["admission P-3"] == "eligible"


@pytest.mark.parametrize(
    ("second", "code", "told"),
    [
        (
            "overrides: [tiering.level.measure]\ntiering: {level: {measure: partner.staff, when: partner.staff > 9}}\n",
            "undeclared-override",
            "write `adds: [tiering.level.when]`",
        ),
        (
            "eligibility: {admission: {when: partner.staff > 0, gates: [{id: many, require: partner.staff >= 5}]}}\n",
            "undeclared-override",
            """to add to it, write `adds: [eligibility.admission.when, eligibility.admission.gates.many]`; \
to put this in its place, write `overrides: [eligibility.admission]`""",
        ),
        (
            """\
adds: [eligibility.admission.when]
eligibility: {admission: {when: partner.staff > 0, gates: [{id: sales, source: N-9}]}}
""",
            "undeclared-override",
            """to add to it, add `eligibility.admission.gates.sales.source` to the list under `adds:`; \
to put this in its place, write `overrides: [eligibility.admission.gates]`""",
        ),
        (
            """\
overrides: [eligibility.admission.gates.sales]
eligibility:
  admission:
    gates:
      - {id: sales, require: partner.sales >= 100 CNY}
      - {id: sales, require: partner.sales >= 200 CNY}
""",
            "duplicate-id",
            "",
        ),
        (
            """\
overrides: [tables.rates.rows.large]
tables:
  rates:
    rows: |
      | id    | rate |
      |-------|------|
      | large | 20 % |
""",
            "missing-column",
            "add the column, with `-` in it where any value will do",
        ),
        ("adds: [tiering.level.nothing]\n", "unknown-override", "write it below, or take it out here"),
        (
            "removes: [tables.rates, tables.rates.rows.large]\n",
            "unknown-override",
            "take it out here",
        ),
        ("removes: [tables.rates, tables.rates]\n", "duplicate-id", "take one of them out"),
    ],
)
def test_what_is_new_in_an_entry_is_named_too(tmp_path: Path, second: str, code: str, told: str) -> None:
    diagnostics = check(in_folder(in_parts(second), tmp_path))[1]
    assert [each.code for each in diagnostics] == [code]
    assert told in (diagnostics[0].help or "")
