"""Results that are made when they are read are those that were made at once, each record run by itself, with its trace.

The reference decides one record after the other, looks at all that a trace shows along with each column, and makes
every result within `decide`.
"""

import datetime as dt
import os
import pickle  # noqa: TID251  # what `multiprocessing` does with a decision on its way to a worker
import threading
from collections.abc import Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import AS_OF, ruleset

import partnerrules as pr
from partnerrules.cases import case_files, cases_in
from partnerrules.cases.given import plain
from partnerrules.decisions.results import EligibilityResult, Result, TableResult
from partnerrules.decisions.tiering import TieringResult
from partnerrules.decisions.when_read import Maker, WhenRead
from partnerrules.diagnostics import FactsError, TooMuchWork
from partnerrules.explanations.telling import LANGUAGES
from partnerrules.plan.gaining import shown_later
from partnerrules.rulesets.running import Run
from partnerrules.strategies import facts, ruleset_texts
from partnerrules.strategies.rulesets import ruleset_of

DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
ROOT = Path(__file__).resolve().parent.parent.parent
RULESETS = sorted(path for path in (ROOT / "rulesets").iterdir() if path.is_dir())
CASES = 1_000 if DEEP else 6
"""How many cases of each ruleset are decided, spread over all of them."""
FEW = settings(max_examples=max(settings().max_examples // 10, 1))


def sent(decision: pr.Decision) -> pr.Decision:
    """The decision as it arrives in another process."""
    arrived = pickle.loads(pickle.dumps(decision))  # noqa: S301
    assert isinstance(arrived, pr.Decision)
    return arrived


def reference(rules: pr.Ruleset, known: pr.Facts, as_of: dt.datetime | None, *, trace: bool) -> pr.Decision:
    """What the ruleset decides one record after the other, with all results made."""
    alone = replace(rules, versions=tuple(replace(each, singly=frozenset()) for each in rules.versions))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("partnerrules.backends.rows.shown_later", lambda plan: None)  # with each column what it looked at
        return sent(alone.decide(known, as_of=as_of, trace=trace))


def compare(rules: pr.Ruleset, known: pr.Facts, as_of: dt.datetime | None = None) -> None:
    """Decides with trace and without, reads everything, and holds it against the reference."""
    whole = reference(rules, known, as_of, trace=True)
    traced, bare = (rules.decide(known, as_of=as_of, trace=trace) for trace in (True, False))
    for policy, results in whole.items():
        assert list(traced[policy]) == list(bare[policy]) == list(results)
        for id, result in results.items():
            assert bare[policy].to_explain(id) == result
            assert traced[policy][id] == result
        for id in list(results)[:2]:
            for language in LANGUAGES:
                told = whole.explain(policy, id, language=language)
                assert bare.explain(policy, id, language=language) == told
                assert traced.explain(policy, id, language=language) == told
    assert bare == reference(rules, known, as_of, trace=False)
    assert traced == whole
    assert traced.to_json() == whole.to_json()
    for decision in (traced, bare):
        assert sent(decision) == decision
        assert sent(decision).to_json() == decision.to_json()


@pytest.mark.parametrize("folder", RULESETS, ids=lambda folder: folder.name)
def test_all_cases_come_to_the_same(folder: Path) -> None:
    rules = pr.load(folder)
    cases = list(chain.from_iterable(cases_in(rules, file)[0] for file in case_files(folder)))
    for case in cases[:: max(1, len(cases) // CASES)]:
        try:
            compare(case.rules, pr.Facts(plain(case.facts)), case.as_of)
        except FactsError:  # as some cases expect
            continue


@FEW
@given(ruleset_texts(), st.data())
def test_generated_rulesets_come_to_the_same(text: str, data: st.DataObject) -> None:
    rules = ruleset_of(text)
    compare(rules, data.draw(facts(rules, partial=True)))


# ------------------------------------------------------------------------------------------------- worked out by hand

RATES = """\
facts:
  deal: {reach: text}
eligibility:
  wanted:
    subject: deal
    gates: [{id: busy, require: count(deal.customer.deals) >= 2}, {id: far, require: deal.reach = "A"}]
tables:
  rate:
    subject: deal
    hit: first
    inputs: {reach: deal.reach, amount: deal.amount}
    outputs: {rate: {type: ratio}}
    rows: |
      | id | reach | amount       | rate |
      |----|-------|--------------|------|
      | a  | "A"   | >= 1000 CNY  | 3 %  |
      | b  | -     | -            | 1 %  |
"""
DEALS: Mapping[str, object] = {
    "partners": {"P-1": {}},
    "customers": {"C-1": {}},
    "deals": {
        "D-1": {"partner": "P-1", "customer": "C-1", "reach": "A", "amount": "1000.00 CNY"},
        "D-2": {"partner": "P-1", "customer": "C-1", "reach": "B", "amount": "5000.00 CNY"},
        "D-3": {"partner": "P-1", "customer": "C-1", "reach": "A", "amount": {"unknown": True}},
    },
}


def decided(*, trace: bool, subjects: list[str] | None = None) -> pr.Decision:
    return ruleset(RATES).decide(pr.Facts(DEALS), as_of=AS_OF, trace=trace, subjects=subjects)


def made(decision: pr.Decision, policy: str) -> set[str]:
    """The records whose results were made already."""
    of = decision[policy].by_record
    assert isinstance(of, WhenRead)
    return {id for id, entry in of._entries.items() if not isinstance(entry, tuple)}


def test_a_result_is_made_when_it_is_read_and_then_kept() -> None:
    decision = decided(trace=False)
    assert list(decision["rate"]) == ["D-1", "D-2", "D-3"]
    assert "D-2" in decision["rate"]
    assert "D-9" not in decision["rate"]
    assert made(decision, "rate") == set()
    result = decision["rate"]["D-2"]
    assert made(decision, "rate") == {"D-2"}
    assert decision["rate"]["D-2"] is result
    assert [decision["rate"][id].rules for id in ("D-1", "D-2", "D-3")] == [("a",), ("b",), ("a", "b")]  # type: ignore[union-attr]
    with pytest.raises(KeyError, match="`rate` did not decide `D-9`"):
        decision["rate"]["D-9"]


def test_which_version_answers_is_known_before() -> None:
    decision = decided(trace=False)
    results = decision["rate"].by_record
    assert isinstance(results, WhenRead)
    assert results.answered_by("D-1") == "1"
    assert made(decision, "rate") == set()
    assert decision["rate"]["D-1"].basis.version == results.answered_by("D-1") == "1"


def test_a_decision_without_trace_explains_all_the_same() -> None:
    bare, traced = decided(trace=False), decided(trace=True)
    told = bare.explain("rate", "D-1")
    assert "1,000.00 CNY" in told
    assert told == traced.explain("rate", "D-1")
    one = bare["rate"]["D-1"]
    assert isinstance(one, TableResult)
    assert one.inputs == ()  # what was decided stays as it was
    assert "1000" not in bare.to_json()


def test_sent_elsewhere_a_decision_without_trace_says_what_it_holds() -> None:
    bare = sent(decided(trace=False))
    assert bare == decided(trace=False)
    assert "1,000.00 CNY" not in bare.explain("rate", "D-1")
    assert sent(decided(trace=True)).explain("rate", "D-1") == decided(trace=True).explain("rate", "D-1")


def test_threads_that_read_at_once_read_the_same() -> None:
    expected = decided(trace=True)
    for trace in (True, False):
        decision = decided(trace=trace)
        found: list[list[str]] = []
        begun = threading.Barrier(8)

        def read(
            decision: pr.Decision = decision, begun: threading.Barrier = begun, found: list[list[str]] = found
        ) -> None:
            begun.wait()
            found.append([decision.explain(policy, id) for policy in decision for id in decision[policy]])

        threads = [threading.Thread(target=read) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [[expected.explain(policy, id) for policy in expected for id in expected[policy]]] * 8


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_process_reads_on_though_a_thread_held_the_guard() -> None:
    version = ruleset(RATES).versions[0]
    guard = Run((version,), pr.Facts(DEALS), AS_OF, trace=True).guard
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with guard:
            held.set()
            done.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    child = os.fork()
    if not child:
        with guard:
            os._exit(7)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    done.set()
    thread.join()


# ------------------------------------------------------------------------------------------------------------ batches


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The ids of the records of each run of a plan."""
    found: list[list[str]] = []

    real = Run._run

    def watched(self, policy, around, records, **others):  # type: ignore[no-untyped-def]
        found.append([record.id for record in records])
        return real(self, policy, around, records, **others)

    monkeypatch.setattr(Run, "_run", watched)
    return found


def test_records_that_do_not_look_at_each_other_are_run_at_once(runs: list[list[str]]) -> None:
    decided(trace=False)
    assert runs == [["D-1", "D-2", "D-3"]] * 2


def test_only_those_that_are_wanted_are_run(runs: list[list[str]]) -> None:
    decided(trace=False, subjects=["D-2"])
    assert runs == [["D-2"]] * 2


ASKING = """\
eligibility:
  small: {subject: deal, gates: [{id: low, require: deal.amount < 2000 CNY}]}
  first:
    subject: customer
    gates: [{id: one, require: 'some deal in customer.deals satisfies outcome(deal, "small") = "eligible"'}]
"""


def test_others_are_run_when_they_are_asked_for(runs: list[list[str]]) -> None:
    rules = ruleset(ASKING)
    known = pr.Facts({**DEALS, "deals": {id: {"customer": "C-1", "amount": "1 CNY"} for id in ("D-1", "D-2")}})
    rules.decide(known, as_of=AS_OF, policies=["first"], trace=False)
    assert runs[0] == ["C-1"]
    assert all(len(each) == 1 for each in runs)
    del runs[:]
    rules.decide(known, as_of=AS_OF, trace=False)
    assert ["D-1", "D-2"] in runs
    assert len(runs) == 2


def test_what_is_too_much_at_once_is_run_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = decided(trace=False).to_json()

    real = Run._run

    def limited(self, policy, around, records, **others):  # type: ignore[no-untyped-def]
        if len(tuple(records)) > 1:
            raise TooMuchWork("too many at once")
        return real(self, policy, around, records, **others)

    monkeypatch.setattr(Run, "_run", limited)
    assert decided(trace=False).to_json() == expected

    monkeypatch.setattr(Run, "_run", too_much)
    with pytest.raises(TooMuchWork, match="policy `rate`: too much"):
        decided(trace=False)


LIMITED = """\
eligibility:
  few:
    subject: deal
    gates: [{id: low, require: deal.amount < 2000 CNY}]
    places: {at_most: 1, in_order_of: [deal.amount]}
"""


def test_only_plans_that_never_go_over_rows_again_are_looked_at_later() -> None:
    version = ruleset(RATES).versions[0]
    found = shown_later(version.policies["rate"].plan)
    assert found is not None
    assert [name for name, column in found.items() if column.observed] == list(found) != []
    line = ruleset(LIMITED).versions[0].policies["few"].plan
    assert shown_later(line) is None


# ------------------------------------------------------------------------------------------- what would change a result

TRYING = """\
facts: {deal: {reach: text}}
eligibility:
  big: {subject: deal, gates: [{id: amount, require: deal.amount >= 2000 CNY}]}
tiering:
  grade:
    subject: deal
    bands: [{grade: high, require: deal.amount >= 2000 CNY}, {grade: low, require: deal.amount >= 500 CNY}]
"""


def test_what_would_change_a_result_is_tried_when_it_is_read(runs: list[list[str]]) -> None:
    """D-2 is big and has the highest grade, D-1 neither: of it both policies are run once more, with one change."""
    decision = ruleset(TRYING).decide(pr.Facts(DEALS), as_of=AS_OF, trace=False)
    assert [result.outcome for result in decision["big"].values()] == ["ineligible", "eligible", "undetermined"]
    assert [result.outcome for result in decision["grade"].values()] == ["low", "high", "undetermined"]
    del runs[:]
    small, low = decision["big"]["D-1"], decision["grade"]["D-1"]
    assert isinstance(small, EligibilityResult)
    assert isinstance(low, TieringResult)
    assert [[change.text for change in way] for way in small.ways.listed] == [["amount"]]
    assert runs == [["D-1"]]
    assert low.next is not None
    assert low.next.grade == "high"
    assert low.next is low.next
    assert runs == [["D-1"]] * 2
    assert small.ways is small.ways
    assert runs == [["D-1"]] * 2


def test_what_is_too_much_work_to_try_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    rules, known = ruleset(TRYING), pr.Facts(DEALS)
    expected = rules.decide(known, as_of=AS_OF).as_data()["results"]

    def never(self, version, policy, record, values):  # type: ignore[no-untyped-def]
        raise TooMuchWork("policy `big`: too much")

    monkeypatch.setattr(Run, "assuming", never)
    decision = rules.decide(known, as_of=AS_OF)
    assert isinstance(expected, dict)
    for id in ("D-1", "D-3"):
        expected["big"][id] |= {"ways": [], "ways_total": 0}
        expected["grade"][id] |= {"next": None}
    assert decision.as_data()["results"] == expected
    assert decision.explain("big", "D-1").splitlines() == [
        'D-1 is not eligible for "big" (trial 1)',
        "1. amount: not passed",
        "   deal.amount = 1,000.00 CNY (condition: >= 2000 CNY)",
    ]


def test_a_policy_that_an_advice_cannot_ask_can_be_asked_later() -> None:
    """What is given up in the middle leaves nothing behind that would pass for an answer."""
    version = ruleset(TRYING).versions[0]
    running = Run((version,), pr.Facts(DEALS), AS_OF, trace=False)
    record = running.records("big")["D-2"]
    assert record is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Run, "_run", too_much)
        with pytest.raises(TooMuchWork, match="policy `big`: too much"):
            running.answer("big", record, "outcome", AS_OF)
    assert running.answer("big", record, "outcome", AS_OF) == "eligible"


def too_much(*given: object, **named: object) -> None:
    raise TooMuchWork("too much")


def test_what_makes_results_may_be_asked_twice() -> None:
    result: Result = decided(trace=False)["rate"]["D-1"]
    asked: list[object] = []

    def make(given: object) -> Result:
        asked.append(given)
        return result

    maker = Maker("1", make)
    results = WhenRead({"D-1": (maker, "row"), "D-2": result})
    assert results == {"D-1": result, "D-2": result}
    assert results["D-1"] is result
    assert asked == ["row"]
    assert repr(results) == "<2 results, each made when it is read>"
