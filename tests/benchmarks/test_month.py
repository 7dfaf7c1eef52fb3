"""The month of the agents' programme by hand and by the library: the same outcomes, also of facts that were changed."""

import ast
import csv
import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from decimal import Decimal
from pathlib import Path

import pytest
from benchmarks import by_hand, month
from benchmarks.by_hand.month import decide
from benchmarks.by_hand.reading import read_facts
from benchmarks.month import FACTS, RULES, Month

import partnerrules as pr
from partnerrules.backends.to_python.compiler import interpreter_only

Changes = Mapping[tuple[str, str, str], str]
"""By relation, record and field what stands there instead."""


@pytest.fixture(scope="module")
def rules() -> pr.Ruleset:
    return pr.load(RULES)


def changed(folder: Path, changes: Changes) -> Path:
    """The facts of the month with some of them changed."""
    relations = {relation for relation, _, _ in changes}
    for path in FACTS.glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        if path.stem in relations:
            rows = list(csv.DictReader(text.splitlines()))
            by_id = {row["id"]: row for row in rows}
            for (relation, record, field), value in changes.items():
                if relation == path.stem:
                    by_id[record][field] = value
            write(folder, path.stem, rows)
        else:
            (folder / path.name).write_text(text, encoding="utf-8")
    return folder


def write(folder: Path, relation: str, rows: list[dict[str, str]]) -> None:
    with (folder / f"{relation}.csv").open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def modules() -> Iterator[Path]:
    yield from Path(by_hand.__file__).parent.glob("*.py")


def test_the_program_knows_nothing_of_the_library() -> None:
    for path in modules():
        lines = path.read_text(encoding="utf-8").splitlines()
        imports = [line for line in lines if line.startswith(("import partnerrules", "from partnerrules"))]
        assert bool(imports) == (path.stem == "compared"), path


def test_the_program_has_no_answers_of_this_month_in_it() -> None:
    ids = {row["id"] for path in FACTS.glob("*.csv") for row in csv.DictReader(path.read_text("utf-8").splitlines())}
    for path in modules():
        tree = ast.parse(path.read_text("utf-8"))
        assert not {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)} & ids, path


@pytest.mark.parametrize("engine", [nullcontext(), interpreter_only()], ids=["compiled", "interpreted"])
def test_both_come_to_the_same(engine: AbstractContextManager[None], rules: pr.Ruleset) -> None:
    whole = Month(rules=rules)
    assert {*whole.by_hand} == {*rules.policies}
    with engine:
        assert whole.differences() == []


def test_what_the_readme_of_the_month_works_out() -> None:
    found = decide(read_facts(FACTS), month.AS_OF)
    assert found["sales-remuneration"]["T-010"]["lines"] == [("P-03", Decimal("450.00"), "held")]
    assert found["sales-remuneration"]["T-004"]["lines"] == [("P-01", Decimal("1480.00"), "held")]
    assert found["same-customer"]["R-08"]["outcome"] == "won"
    steps = found["conduct"]["P-14"]["steps"]
    assert isinstance(steps, list)
    ((name, _, _, starts_at, ends_at, _, _),) = steps
    assert (name, starts_at.date(), ends_at.date()) == ("black", dt.date(2026, 2, 24), dt.date(2026, 5, 25))


CHANGED: Mapping[str, tuple[Changes, Mapping[tuple[str, str, str], object]]] = {
    # 100,000 at 5 %, 200,000 at 8 % and 50,000 at 10 % are 26,000.00, of which the customer allows 20,000.00. A filing
    # at 8:59 comes before one at 9:00. Without the third breach there is a notice, and P-03 is paid.
    "amounts and days": (
        {
            ("transactions", "T-010", "net_amount"): "350000 CNY",
            ("transactions", "T-010", "amount"): "371000 CNY",
            ("registrations", "R-21", "submitted_at"): "2026-03-09T08:59:00+08:00",
            ("violations", "V-8", "confirmed_on"): "2026-04-02",
        },
        {
            ("sales-remuneration", "T-010", "lines"): [("P-03", Decimal("20000.00"), "earned")],
            ("same-customer", "R-21", "outcome"): "won",
            ("same-customer", "R-20", "place_in_line"): 1,
            ("conduct", "P-03", "outcome"): "noticed",
        },
    ),
    # An excellent agent may use the brand. A credit note of all of T-003 leaves nothing to the refund that follows.
    # What is not certified any more counts no more: P-24 is left with one person.
    "a grade, a correction, a certificate": (
        {
            ("standings", "G-04", "value"): "excellent",
            ("transactions", "T-005", "original"): "T-003",
            ("transactions", "T-005", "net_amount"): "-80000 CNY",
            ("transactions", "T-005", "amount"): "-84800.00 CNY",
            ("certifications", "Z-055", "expires_on"): "2026-03-31",
        },
        {
            ("brand-use", "P-04", "outcome"): "eligible",
            ("sales-remuneration", "T-005", "amount"): Decimal("-4000.00"),
            ("sales-remuneration", "T-007", "reason"): "exceeds_original",
            ("sa-admission", "P-24", "outcome"): "ineligible",
        },
    ),
    # Whoever else claims what R-08 may hold has to wait. The fee of T-001 hangs on the class of its customer. What the
    # assessment of P-09 pays out is not known without one of its scores.
    "facts that nobody knows": (
        {
            ("registrations", "R-08", "approved_at"): "{unknown: true}",
            ("customers", "C-05", "segment"): "",
            ("assessments", "A-52", "response"): "",
        },
        {
            ("same-customer", "R-07", "missing"): {("registrations", "R-08", "approved_at")},
            ("basic-remuneration", "T-001", "missing"): {("customers", "C-05", "segment")},
            ("service-remuneration", "T-030", "missing"): {("assessments", "A-52", "response")},
        },
    ),
    # The customer has not chosen P-02 any more, so that P-09's signature of 5 March comes first. A supply that is
    # confirmed puts P-17 on the black list, and an agent there is not admitted.
    "a letter and a supply": (
        {
            ("choice_letters", "L-1", "written"): "false",
            ("choice_letters", "L-5", "written"): "false",
            ("supplies", "X-2", "confirmed_on"): "2026-03-10",
        },
        {
            ("same-customer", "R-07", "outcome"): "won",
            ("same-customer", "R-08", "consequence"): "service_only",
            ("conduct", "P-17", "outcome"): "black",
            ("sa-admission", "P-17", "outcome"): "ineligible",
        },
    ),
}


@pytest.mark.parametrize("name", CHANGED)
def test_a_changed_fact_changes_both_alike(name: str, tmp_path: Path, rules: pr.Ruleset) -> None:
    changes, expected = CHANGED[name]
    whole = Month(changed(tmp_path, changes), rules)
    assert {key: whole.by_hand[key[0]][key[1]][key[2]] for key in expected} == expected
    assert whole.differences() == []


def test_what_no_record_of_the_month_is_about(tmp_path: Path, rules: pr.Ruleset) -> None:
    campaign = {
        "id": "G-1",
        "partner": "P-01",
        "line": "above",
        "planned_by": "operator",
        "cost": "1000.01 CNY",
        "held_on": "2026-01-31",
        "approved_on": "",
        "claimed_on": "2026-02-01",
    }
    folder = changed(tmp_path, {})
    below = {**campaign, "line": "below", "planned_by": "agent"}
    write(
        folder,
        "campaigns",
        [
            campaign,
            {**campaign, "id": "G-2", "planned_by": "agent"},
            {**campaign, "id": "G-3", "claimed_on": "2026-01-30"},
            {**campaign, "id": "G-4", "held_on": "2026-01-30", "claimed_on": ""},
            {**campaign, "id": "G-5", "claimed_on": ""},
            {**below, "id": "G-6"},
            {**below, "id": "G-7", "approved_on": "2026-02-20"},
            {**campaign, "id": "G-8", "partner": "P-06"},
            {**campaign, "id": "G-9", "partner": "P-08"},
        ],
    )
    channel = dict.fromkeys(
        ("stage", "team_named_on", "rules_issued_on", "recruitment_began_on", "system_ready_on"), ""
    )
    write(
        folder,
        "channels",
        [
            {**channel, "id": "N-1", "requested_stage": "rules", "team_named_on": "2026-01-05"},
            {**channel, "id": "N-2", "requested_stage": "system", "recruitment_began_on": "2026-01-05"},
            {**channel, "id": "N-3", "requested_stage": "", "stage": "system", "team_named_on": "2026-01-05"},
            {**channel, "id": "N-4", "requested_stage": "rules", "stage": "rules"},
        ],
    )
    terms = {"valid_from": "2026-01-01", "valid_to": "2027-01-01", "changes": "1"}
    write(folder, "schemes", [{"id": "E-1", **terms}, {"id": "E-2", **terms}])
    paid = {"agent_type": "relationship", "group": "platform", "rate": "5 %", "benchmark": "6 %"}
    write(
        folder,
        "scheme_classes",
        [
            {"id": "F-1", "scheme": "E-1", **paid},
            {"id": "F-2", "scheme": "E-1", **paid, "group": "industry"},
            {"id": "F-3", "scheme": "E-2", **paid},
            {"id": "F-4", "scheme": "E-2", **paid, "rate": "6 %"},
        ],
    )
    whole = Month(folder, rules)
    costs = whole.by_hand["marketing-costs"]
    assert {id: (each["outcome"], each["reason"]) for id, each in costs.items()} == {
        "G-1": ("granted", None),
        "G-2": ("refused", "gate"),
        "G-3": ("refused", "claimed_early"),
        "G-4": ("pending", "not_claimed"),  # 30 January and 60 days are 31 March
        "G-5": ("pending", "not_claimed"),
        "G-6": ("pending", "approval_open"),
        "G-7": ("granted", None),
        "G-8": ("refused", "gate"),
        "G-9": ("undetermined", None),
    }
    assert costs["G-1"]["granted"] == Decimal("500.01")
    assert whole.by_hand["setting-up"]["N-1"] == {"outcome": "team", "request": "allowed", "reasons": ()}
    assert whole.by_hand["setting-up"]["N-2"]["reasons"] == ("not_a_transition",)
    assert [each["outcome"] for each in whole.by_hand["set-up-order"].values()] == [
        "eligible",
        "out_of_order",
        "eligible",
        "eligible",
    ]
    assert [*whole.by_hand["unequal-rates"]] == ["unequal-rates(F-3+F-4)"]
    assert whole.by_hand["remuneration-principles"] == {
        "E-1": {"outcome": "eligible"},
        "E-2": {"outcome": "ineligible"},
    }
    assert whole.differences() == []


def test_the_section_tells_how_often_the_program_fits_into_each() -> None:
    section = month.section(rounds=1)
    assert [row[0] for row in section.rows] == ["written by hand", "compiled", "interpreter"]
    assert section.rows[0][2] == "1.0"
