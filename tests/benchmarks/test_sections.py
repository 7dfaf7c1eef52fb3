"""Every section of the page of figures, as small as it can be: it runs, and what it says of answers is right."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from benchmarks import decisions, engines, inference, loading, tables
from benchmarks.measuring import Section, interleaved, microseconds
from benchmarks.peers.peer import Engine, Peer
from benchmarks.rates import prepared, ruleset_text
from benchmarks.workload import Rule, bitmap_limit, make_rules

SMALL = (10,)
OURS = "partnerrules, `table(deal)`"


def test_times_are_told_with_three_digits() -> None:
    assert [microseconds(seconds) for seconds in (0.000_000_271_8, 0.000_013, 0.0721)] == ["0.272", "13", "72,100"]


def test_what_is_compared_runs_by_turns_and_once_unmeasured() -> None:
    order = []

    def noting(name: str) -> Callable[[], Callable[[], object]]:
        return lambda: lambda: order.append(name)

    times = interleaved({"one": noting("one"), "two": noting("two")}, rounds=2)
    assert order == ["one", "two", "two", "one", "one", "two"]
    assert list(times) == ["one", "two"]


@pytest.mark.parametrize(
    "section",
    [
        lambda: tables.section(SMALL, deals=20, rounds=1),
        lambda: decisions.section(SMALL, deals=20, rounds=1),
        lambda: loading.section(SMALL, processes=False),
    ],
    ids=["tables", "decisions", "loading"],
)
def test_a_section_has_a_row_for_each_size(section: Callable[[], Section]) -> None:
    made = section()
    (row,) = made.rows
    assert row[0] == "10"
    assert len(row) == len(made.columns)
    assert all(row)
    assert made.text().startswith(f"## {made.title}\n")


def test_inference_is_measured_on_both_engines() -> None:
    pytest.importorskip("durable", reason="durable-rules is not installed")
    (row,) = inference.section(SMALL).rows
    assert row[:3] == ["10", "4", "2 of 2"]


def test_loading_is_measured_in_a_process_of_its_own(tmp_path: Path) -> None:
    Path(tmp_path, "ruleset.yaml").write_text(ruleset_text(make_rules(10)), encoding="utf-8")
    figures = loading.in_a_process("timed", str(tmp_path), 10)
    assert list(figures) == ["loading", "decision", "table", "deals"]


def never_adding_up(_: Any, rules: Sequence[Rule], added_up: bool) -> Engine:
    """An engine that is right with the amounts given, and never where it has to add them up."""
    decide = bitmap_limit(rules)

    def answers(deals: Sequence[Any]) -> list[Any]:
        return [-1 if added_up else decide(deal)[1] for deal in deals]

    return Engine(lambda deal: deal, answers)


def test_an_engine_that_is_not_installed_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    absent = Peer("no-such-engine", "no_such_engine", "by key", never_adding_up)
    monkeypatch.setattr(engines, "PEERS", (absent,))
    ours, theirs = engines.section(SMALL, deals=20, rounds=1).rows
    assert [*ours[:1], *ours[2:]] == [OURS, "0 of 20", "0 of 20"]
    assert theirs == ["no-such-engine, by key", "not installed", "", ""]


def test_wrong_answers_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    # Any package that is installed, and a module of it.
    monkeypatch.setattr(engines, "PEERS", (Peer("pytest", "pytest", "", never_adding_up),))
    _, theirs = engines.section(SMALL, deals=20, rounds=1).rows
    assert theirs[0].startswith("pytest ")
    assert theirs[2:] == ["0 of 20", "20 of 20"]


@pytest.mark.parametrize("peer", engines.PEERS, ids=lambda peer: peer.name)
def test_an_engine_that_is_installed_answers(peer: Peer) -> None:
    if peer.version is None:
        pytest.skip(f"{peer.package} is not installed")
    workload = prepared(10, 100)
    engine = peer.engine(workload.rules)
    given = [engine.given(deal) for deal in workload.deals]
    assert [int(answer) for answer in engine.decide(given)] == [rule for _, rule in workload.answers]
