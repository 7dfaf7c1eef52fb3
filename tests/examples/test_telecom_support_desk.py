"""The example of a support desk: its README is right, it decides what was worked by hand, and it records once."""

import datetime as dt
import re
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session
from tests.scripts import script

import partnerrules as pr
from partnerrules.decisions import AllocationResult, ScoreResult, ServiceLevelResult

HERE = Path(__file__).parents[2] / "examples" / "telecom_support_desk"
README = (HERE / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def records() -> Iterator[ModuleType]:
    yield script(HERE / "desk_records.py")
    sys.modules.pop("desk_records", None)


@pytest.fixture(scope="module")
def desk(records: ModuleType) -> Iterator[ModuleType]:
    yield script(HERE / "desk.py")
    sys.modules.pop("desk", None)


@pytest.fixture(scope="module")
def rules(desk: ModuleType) -> pr.Ruleset:
    return pr.load(desk.RULESET)


@pytest.fixture
def engine(records: ModuleType, tmp_path: Path) -> Iterator[Engine]:
    made: Engine = records.open_database(str(tmp_path / "desk.sqlite"))
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def decision(desk: ModuleType, rules: pr.Ruleset, records: ModuleType) -> pr.Decision:
    policies = (*desk.POLICIES, "partner-satisfaction", "partner-value")
    with Session(records.open_database(":memory:")) as session:
        facts = desk.facts_of(desk.branch_with_partners(session, "B-1"))
    return rules.decide(facts, as_of=desk.TODAY, policies=policies)


def test_the_page_of_the_readme_is_what_the_script_prints(desk: ModuleType, rules: pr.Ruleset, engine: Engine) -> None:
    (page,) = re.findall(r"```text\n(.*?)\n```", README, re.DOTALL)
    assert "\n".join(desk.run(rules, engine, "B-1", desk.TODAY)) == page


def test_circuits_and_confirmations_are_counted_as_by_hand(decision: pr.Decision) -> None:
    circuit, confirmed = decision["circuit-up"]["O-108"], decision["resources-confirmed"]["O-108"]
    assert isinstance(circuit, ServiceLevelResult)
    assert isinstance(confirmed, ServiceLevelResult)
    assert (circuit.outcome, circuit.due.value) == ("running", dt.date(2026, 6, 1))
    assert (confirmed.outcome, confirmed.due.value) == ("breached", dt.date(2026, 5, 24))
    assert circuit.compliance is not None
    assert circuit.compliance.breaches == ("O-101", "O-102", "O-105", "O-106", "O-109")
    assert (circuit.compliance.met, circuit.compliance.breached, circuit.compliance.open) == (4, 5, 3)
    assert confirmed.compliance is not None
    assert (confirmed.compliance.met, confirmed.compliance.breached, confirmed.compliance.open) == (7, 4, 1)


def test_a_score_is_weighed_as_by_hand(decision: pr.Decision) -> None:
    result = decision["partner-satisfaction"]["P-102"]
    assert isinstance(result, ScoreResult)
    assert result.outcome == "dissatisfied"
    assert result.as_data()["score"] == "56.7 points"  # 50 + 30 x 15 % + 20 x 11 %
    assert decision["partner-value"]["P-102"].outcome == "high"  # 900,000 + 300,000 + 150,000


def test_managers_go_by_segment_and_experience(decision: pr.Decision) -> None:
    given = {
        id: each.candidate for id, each in decision["support-resources"].items() if isinstance(each, AllocationResult)
    }
    assert given == {"P-105": "A-11", "P-106": "A-12", "P-107": None}


def test_what_is_not_known_is_named(decision: pr.Decision) -> None:
    assert decision["risk-warning"]["P-104"].outcome == "undetermined"
    assert "合作伙伴关注点" in decision.explain("risk-warning", "P-104", language="zh")


def test_the_number_of_queries_does_not_grow_with_the_partners(desk: ModuleType, engine: Engine) -> None:
    asked: dict[str, int] = {}
    for branch in ("B-1", "B-2"):
        statements: list[str] = []

        def count(*given: object, into: list[str] = statements) -> None:
            into.append(str(given[2]))

        event.listen(engine, "before_cursor_execute", count)
        with Session(engine) as session:
            desk.facts_of(desk.branch_with_partners(session, branch))
        event.remove(engine, "before_cursor_execute", count)
        asked[branch] = len(statements)
    assert asked["B-1"] == asked["B-2"] == 8  # the branch, its managers and partners, and five lists of these


def test_what_is_recorded_once_is_not_new_again(
    desk: ModuleType, rules: pr.Ruleset, records: ModuleType, engine: Engine
) -> None:
    first = list(desk.run(rules, engine, "B-1", desk.TODAY, recording=True))
    again = list(desk.run(rules, engine, "B-1", desk.TODAY, recording=True))
    assert first[first.index("Recorded:") + 1 :] == [
        "  P-105 is looked after by A-11",
        "  P-106 is looked after by A-12",
        "  P-108 is in transfer_or_elimination from 2026-02-28",
        "  P-109 is in transfer_or_elimination from 2025-12-31",
    ]
    assert again[again.index("Recorded:") + 1 :] == ["  nothing new"]
    assert "  P-107  四川望江云服科技有限公司: no_room" in again
    with Session(engine) as session:
        assert session.get_one(records.Partner, "P-105").manager_id == "A-11"


def test_amounts_and_instants_come_back_exact(desk: ModuleType, records: ModuleType, engine: Engine) -> None:
    with Session(engine) as session:
        order = session.get_one(records.LineOrder, "O-103")
        assert order.submitted_at == dt.datetime(2026, 4, 20, 2, tzinfo=dt.UTC)  # 10:00 in Shanghai
        sale = session.query(records.Sale).filter_by(partner_id="P-107").one()
        assert pr.Money(Decimal(sale.fen).scaleb(-2), "CNY") == pr.Money(Decimal("9999.90"), "CNY")
        order.submitted_at = dt.datetime(2026, 4, 20, 10)
        with pytest.raises(Exception, match="has no offset"):
            session.flush()


def test_the_command_explains_in_the_language_asked_for(tmp_path: Path) -> None:
    command = [sys.executable, str(HERE / "desk.py"), str(tmp_path / "desk.sqlite")]
    told = subprocess.run(
        [*command, "--explain", "retention", "P-102", "--language", "zh"], capture_output=True, text=True, check=True
    )
    assert "针对性挽留举措" in told.stdout
    page = subprocess.run([*command, "--branch", "B-2"], capture_output=True, text=True, check=True)
    assert page.stdout.startswith("高新分公司 (B-2) on 2026-06-01")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--branch", "B-9"], "there is no branch `B-9`"),
        (["--as-of", "yesterday"], "invalid instant value: 'yesterday'"),
        (["--explain", "risk-warning", "P-999"], "known records: `P-102`, `P-103`, `P-104`"),
        (["--explain", "risk", "P-102"], "nothing was decided by `risk`"),
    ],
)
def test_what_there_is_not_is_told_without_a_traceback(
    desk: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    given: list[str],
    told: str,
) -> None:
    monkeypatch.setattr(sys, "argv", ["desk.py", ":memory:", *given])
    with pytest.raises(SystemExit) as left:
        desk.main()
    assert left.value.code == 2
    assert told in capsys.readouterr().err


def test_a_day_without_an_offset_is_one_in_shanghai(desk: ModuleType, records: ModuleType) -> None:
    assert desk.instant("2026-06-01") == dt.datetime(2026, 6, 1, tzinfo=records.SHANGHAI)
    assert desk.instant("2026-06-01T01:00+00:00") == desk.TODAY


def test_the_readme_shows_what_is_recorded(desk: ModuleType, rules: pr.Ruleset, engine: Engine) -> None:
    (shown,) = re.findall(r"```console\n(.*?)\n```", README, re.DOTALL)
    page = list(desk.run(rules, engine, "B-1", desk.TODAY, recording=True))
    assert "\n".join(page[page.index("Recorded:") :]) == shown
