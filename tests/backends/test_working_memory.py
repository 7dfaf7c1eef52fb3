"""The working memory finds what the matcher finds, and what cannot be said to it safely goes to the matcher."""

import datetime as dt
import gc
import multiprocessing
import os
import pickle  # noqa: TID251  # what `multiprocessing` does with a ruleset on its way to a worker
import threading
from collections.abc import Mapping
from decimal import Decimal
from multiprocessing.queues import Queue
from pathlib import Path

import pytest
from tests.engines import both_engines
from tests.support import AS_OF, ruleset

from partnerrules import Decision, Facts, load
from partnerrules.backends import matcher, working_memory, working_memory_cases, working_memory_host
from partnerrules.backends.working_memory import Placement, matcher_only, watching
from partnerrules.backends.working_memory_host import UNAVAILABLE, EngineFailed, Host
from partnerrules.backends.working_memory_values import LARGEST, Unfit, Words, encoded
from partnerrules.decisions import InferenceResult
from partnerrules.diagnostics import TooMuchWork
from partnerrules.rulesets import Ruleset
from partnerrules.schema.missing import Unknown

pytestmark = pytest.mark.skipif(bool(UNAVAILABLE), reason=UNAVAILABLE or "durable-rules is here")

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _both_engines_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    both_engines(monkeypatch)


HEAT = """\
facts:
  note:
    plural: notes
    fields:
      {t: text, n: integer, m: money, d: date, i: instant, u: number, o: {type: integer, missing: none}, p: ref partner}
  pair: {plural: pairs, fields: {one: text, two: text, n: integer}}
"""


def notes(**given: object) -> dict[str, object]:
    plain = {"t": "a", "n": 1, "m": "1 CNY", "d": "2026-02-01", "i": "2026-02-01T00:00:00Z", "u": "1", "p": "P-1"}
    rows = {id: {**plain, **own} for id, own in given.items() if isinstance(own, dict)}
    return {"partners": {"P-1": {}}, "notes": rows}


def rule(where: str, one: str = "", more: str = "") -> str:
    first = f", where: '{one}'" if one else ""
    return f"""{HEAT}
inference:
  joined:
    when:
      - {{fact: note, as: one{first}}}
      - {{fact: note, as: two, where: '{where}'}}
    then: {{derive: pair, with: {{one: one.t, two: two.t, n: one.n}}}}
{more}"""


def ran(text: str, facts: Mapping[str, object]) -> tuple[Decision, list[tuple[str, Placement]]]:
    """What is decided, by both engines, and which of them ran what."""
    with watching() as found:
        decision = ruleset(text).decide(Facts(facts), as_of=AS_OF)
    return decision, found


def ways(decision: Decision) -> list[str]:
    """The records of each combination on which the rule has fired."""
    results = [each for each in decision["joined"].values() if isinstance(each, InferenceResult)]
    return sorted("+".join(each.record for each in way.premises) for result in results for way in result.derivations)


# ------------------------------------------------------------------------------------------------------ what it is told


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("two.t = one.t and two.n > one.n", ["N-1+N-3"]),
        ("two.t != one.t and two.d = one.d", ["N-1+N-2", "N-2+N-1"]),
        ("two.m = one.m and two.n != one.n", ["N-1+N-3", "N-3+N-1"]),
        ("two.m >= one.m and two.t = one.t", ["N-1+N-1", "N-1+N-3", "N-2+N-2", "N-3+N-1", "N-3+N-3"]),
        ("two.i < one.i", ["N-1+N-3", "N-2+N-3"]),
        ("two.n = one.n + 1", ["N-1+N-2", "N-2+N-3"]),
        ("two.d <= one.d + 1 day and two.d > one.d", ["N-1+N-3", "N-2+N-3"]),
        ("two.p = one.p and date(two.i) < one.d", ["N-1+N-3", "N-2+N-3", "N-3+N-1", "N-3+N-2", "N-3+N-3"]),
        ("two.u = one.n", ["N-1+N-1", "N-1+N-2", "N-2+N-3"]),
        ("two.t = one.t and (two.n = one.n or one.n = 1)", ["N-1+N-1", "N-1+N-3", "N-2+N-2", "N-3+N-3"]),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_e6_it_joins_as_the_matcher_does(where: str, found: list[str]) -> None:
    facts = notes(
        **{
            "N-1": {},
            "N-2": {"t": "客户 б", "n": 2, "m": "1.5 CNY"},
            "N-3": {"n": 3, "m": "1.00 CNY", "d": "2026-02-02", "i": "2026-01-31T00:00:00Z", "u": "2.0"},
        }
    )
    decision, engines = ran(rule(where), facts)
    assert ways(decision) == found
    assert engines == [("joined", Placement("working memory", ""))]


def test_e6_it_asks_constants_parameters_and_whether_there_is_a_value() -> None:
    text = rule("two.t = one.t and two.o > one.o", 'exists(one.o) and one.n >= least and one.t = "a"')
    text = text.replace("two.t = one.t", "exists(two.o) and two.t = one.t")
    text += 'parameters: {least: {value: 2, status: assumed, checked_on: 2026-01-01, note: "", title: {en: least}}}\n'
    facts = notes(**{"N-1": {"n": 2, "o": 1}, "N-2": {"n": 1, "o": 0}, "N-3": {"n": 3}, "N-4": {"n": 0, "o": 5}})
    decision, engines = ran(text, facts)
    assert ways(decision) == ["N-1+N-4"]
    assert engines == [("joined", Placement("working memory", ""))]
    assert ruleset(text).versions[0].memory is not None


def test_e6_the_examples_come_to_the_same_with_both_engines() -> None:
    rules = load(ROOT / "examples" / "inference" / "rulesets" / "distribution")
    facts = Facts.read(ROOT / "examples" / "inference" / "facts.yaml")
    with watching() as found:
        both = rules.decide(facts)
    assert {rule for rule, each in found if each.engine == "working memory"} == {
        "rival-registrations",
        "poaching",
        "repeated",
        "extended",
    }
    with matcher_only(), watching() as found:
        alone = rules.decide(facts)
    assert both.to_json() == alone.to_json()
    assert found == []


# ------------------------------------------------------------------------------------------- rules that it does not run


@pytest.mark.parametrize(
    ("where", "why"),
    [
        ("two.n = 1", "no condition joins `two` to the others"),
        ("count(notes[t = one.t or t = two.t]) > 1", "counts records, and nothing else joins `two` to the others"),
        ("two.n - one.n > 1", "is more than a comparison of one value with another, and nothing else joins"),
        ("two.n / 2 = one.u", "compares a quotient, and nothing else joins `two` to the others"),
        ("(two.t = one.t or two.n = one.n)", "is more than a comparison of one value with another"),
        ("two.t = one.t and least", "asks of none of its facts"),
    ],
    ids=lambda each: each[:30],
)
def test_e6_what_is_outside_of_the_subset_runs_on_the_matcher_and_says_why(where: str, why: str) -> None:
    text = rule(where)
    text += (
        'parameters: {least: {value: true, status: assumed, checked_on: 2026-01-01, note: "", title: {en: least}}}\n'
    )
    decision, engines = ran(text, notes(**{"N-1": {}, "N-2": {"t": "b", "n": 3}}))
    memory = ruleset(text).versions[0].memory
    assert memory is not None
    assert memory.placement("joined").engine == "matcher"
    assert why in memory.placement("joined").why
    assert engines == []
    assert decision.warnings == ()


def test_e6_what_the_matcher_asks_beside_the_engine_is_said() -> None:
    text = rule("two.t = one.t and (two.n = one.n or one.n = 1)", "not(one.n = 9)")
    memory = ruleset(text).versions[0].memory
    assert memory is not None
    assert memory.placements["joined"].why == (
        "the matcher asks the conditions on `one` alone beforehand and asks of what is found whether"
        " `two.t = one.t and (two.n = one.n or one.n = 1)` holds"
    )


def test_e6_many_rules_are_spread_over_several_hosts() -> None:
    rules = "".join(
        f"""\
  r{number}:
    when: [{{fact: note, as: one, where: one.n = {number}}}, {{fact: note, as: two, where: two.t = one.t}}]
    then: {{derive: pair, with: {{one: one.t, two: two.t, n: {number}}}}}
"""
        for number in range(70)
    )
    facts = notes(**{f"N-{number}": {"n": number} for number in range(70)})
    decision, engines = ran(f"{HEAT}inference:\n{rules}", facts)
    assert [len(decision[f"r{number}"]) for number in (0, 35, 69)] == [1, 1, 1]
    assert len(engines) == 70
    assert {each for _, each in engines} == {Placement("working memory", "")}


# ---------------------------------------------------------------------------------------------- facts that go elsewhere

TIES = rule("two.t = one.t and two.m = one.m and two.n < one.n")


@pytest.mark.parametrize(
    ("odd", "why"),
    [
        ({"t": {"unknown": True}}, "notes N-2 has a value that is not known or not told"),
        ({"n": 2**62}, "notes N-2 has a value that is not known or not told"),
        ({"n": 10**40}, "notes N-2 has a value that is not known or not told"),
        ({"m": "0.0000001 CNY"}, "notes N-2 has a value that is not known or not told"),
    ],
    ids=["unknown", "63 bits", "huge", "fine"],
)
def test_e6_a_record_that_cannot_be_told_sends_its_rules_to_the_matcher_for_the_case(odd: object, why: str) -> None:
    assert isinstance(odd, dict)
    decision, engines = ran(TIES, notes(**{"N-1": {}, "N-2": odd, "N-3": {"n": 0}}))
    assert "N-1+N-3" in ways(decision)
    assert engines == [("joined", Placement("matcher", why))]
    _, engines = ran(TIES, notes(**{"N-1": {}, "N-3": {"n": 0}}))
    assert engines == [("joined", Placement("working memory", ""))]


def test_e6_a_record_that_the_rule_cannot_take_anyway_does_no_harm() -> None:
    text = rule("two.t = one.t and two.n > 5", "one.n < 5")
    decision, engines = ran(text, notes(**{"N-1": {"n": 1}, "N-2": {"n": 6}}))
    assert ways(decision) == ["N-1+N-2"]
    facts = notes(**{"N-1": {"n": 1}, "N-2": {"n": 6}, "N-3": {"n": 5, "t": {"unknown": True}}})
    decision, engines = ran(text, facts)
    assert ways(decision) == ["N-1+N-2"]
    assert engines == [("joined", Placement("working memory", ""))]


def test_e6_whole_numbers_are_exact_up_to_the_largest() -> None:
    ends = [1 - LARGEST, 2 - LARGEST, -1, 0, 1, LARGEST - 2, LARGEST - 1]
    facts = notes(**{f"N-{number}": {"n": each} for number, each in enumerate(ends)})
    for where, count in (("two.n > one.n", 21), ("two.n >= one.n", 28), ("two.n = one.n", 7), ("two.n != one.n", 42)):
        decision, engines = ran(rule(where), facts)
        assert len(ways(decision)) == count
        assert engines == [("joined", Placement("working memory", ""))]
    decision, _ = ran(rule("two.n < one.n", f"one.n = {LARGEST - 1}"), facts)
    assert len(ways(decision)) == 6


def test_e6_text_is_compared_letter_by_letter_however_long_it_is() -> None:
    facts = notes(**{"N-1": {"t": "a" * 65_536}, "N-2": {"t": ""}, "N-3": {"t": "a b"}, "N-4": {"t": "a  b"}})
    decision, engines = ran(rule("two.t != one.t"), facts)
    assert len(ways(decision)) == 12
    assert engines == [("joined", Placement("working memory", ""))]


def test_e6_too_many_facts_or_combinations_go_to_the_matcher(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = notes(**{f"N-{number}": {"n": number} for number in range(10)})
    monkeypatch.setattr(working_memory_cases, "MAXIMUM_FACTS", 19)
    assert ran(TIES, facts)[1] == [("joined", Placement("matcher", "there are more than 19 facts"))]
    monkeypatch.setattr(working_memory_cases, "MAXIMUM_FACTS", 20)
    assert ran(TIES, facts)[1] == [("joined", Placement("working memory", ""))]
    monkeypatch.setattr(working_memory_cases, "MAXIMUM_HELD", 9)
    assert ran(TIES, facts)[1] == [("joined", Placement("matcher", "its facts have too many combinations"))]


CIRCLE = f"""\
{HEAT}
inference:
  again:
    when:
      - {{fact: note, as: one, where: one.n > 0}}
      - {{fact: note, as: two, where: 'two.p = one.p and two.n = one.n and two.t != one.t'}}
    then: {{derive: note, with: {{p: one.p, t: {{t}}, n: one.n - 1}}}}
    decreases: n
"""


def test_e6_circles_turn_in_the_working_memory() -> None:
    text = CIRCLE.replace("{t}", "one.t")
    decision, engines = ran(text, notes(**{"N-1": {"n": 3}, "N-2": {"n": 3, "t": "b"}, "N-3": {"n": 2, "t": "c"}}))
    assert len(decision["again"]) == 2 + 3 + 3
    assert engines == [("again", Placement("working memory", ""))]


def test_e6_what_cannot_be_told_in_the_middle_of_a_circle_begins_the_case_anew_on_the_matcher() -> None:
    text = CIRCLE.replace(" t: {t},", "")  # the text of what follows is not known
    decision, engines = ran(text, notes(**{"N-1": {"n": 3}, "N-2": {"n": 3, "t": "b"}}))
    assert [each.outcome for each in decision["again"].values()].count("derived") == 1
    assert [rule for rule, _ in engines] == ["again", ""]
    assert engines[1][1].engine == "matcher"
    assert "has a value that is not known" in engines[1][1].why


def test_e6_an_error_of_the_engine_sends_this_case_and_all_later_ones_to_the_matcher(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = TIES + "# an engine of its own\n"

    def failing(*_: object) -> None:
        raise EngineFailed("error code: 303")

    facts = notes(**{"N-1": {}, "N-2": {"n": 0}})
    with monkeypatch.context() as patched:
        patched.setattr(Host, "tell", failing)
        decision, engines = ran(text, facts)
    assert ways(decision) == ["N-1+N-2"]
    assert engines[-1] == ("", Placement("matcher", "error code: 303"))
    assert ran(text, facts)[1] == []


def test_e6_where_a_limit_is_met_the_matcher_has_the_last_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matcher, "MAXIMUM_DERIVED", 2)
    facts = Facts(notes(**{f"N-{number}": {"n": number, "t": f"t{number}"} for number in range(3)}))
    rules = ruleset(rule("two.n < one.n"))
    with watching() as engines, pytest.raises(TooMuchWork, match="rule `joined`: more than 2 facts"):
        rules.decide(facts, as_of=AS_OF)
    assert [(rule, each.engine) for rule, each in engines] == [("joined", "working memory"), ("", "matcher")]


def test_e6_where_the_engine_is_not_to_be_had_the_matcher_runs_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working_memory, "UNAVAILABLE", "durable-rules cannot be imported: no")
    text = TIES + "# elsewhere\n"
    decision, engines = ran(text, notes(**{"N-1": {}, "N-2": {"n": 0}}))
    assert (ways(decision), engines) == (["N-1+N-2"], [])
    memory = ruleset(text).versions[0].memory
    assert memory is not None
    assert memory.placement("joined") == Placement("matcher", "durable-rules cannot be imported: no")


# -------------------------------------------------------------------------------------------------------------- values


@pytest.mark.parametrize(
    ("value", "encoding", "number"),
    [
        (None, "whole", None),
        (True, "truth", 1),
        (-3, "whole", -3),
        (Decimal("2.00"), "whole", 2),
        (Decimal("1.50"), "exact", 1_500_000),
        (Decimal("0E-999999"), "exact", 0),
        (dt.date(1, 1, 2), "day", 2),
        (dt.datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=dt.UTC), "instant", -1),
    ],
)
def test_e6_values_are_told_as_whole_numbers(value: object, encoding: str, number: int | None) -> None:
    assert encoded(value, encoding, Words({})) == number  # type: ignore[arg-type]  # a literal, given as text


@pytest.mark.parametrize(
    ("value", "encoding"),
    [
        (Unknown.because("field"), "word"),
        (LARGEST, "whole"),
        (-LARGEST, "whole"),
        (Decimal("1E+999999"), "exact"),
        (Decimal("1E-999999"), "exact"),
        (Decimal("1.5"), "whole"),
        (Decimal("0.0000001"), "exact"),
        (True, "whole"),
        ("1", "whole"),
        (1, "word"),
        (dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "day"),
    ],
    ids=repr,
)
def test_e6_what_has_no_whole_number_is_not_told(value: object, encoding: str) -> None:
    with pytest.raises(Unfit):
        encoded(value, encoding, Words({}))  # type: ignore[arg-type]  # a literal, given as text


def test_e6_names_in_the_engine_have_hashes_of_their_own() -> None:
    """It compares 32 bits of FNV-1a; all names are ours, so that it is enough to look at these."""
    names = ["id", "sid", "k", "n", "z", *(f"f{number}" for number in range(200)), *(f"p{n}" for n in range(16))]
    for first in (True, False):
        found = set()
        for name in names:
            hashed = 0x811C9DC5
            for byte in name.encode():
                hashed = (((hashed ^ byte) * 16777619) if first else ((hashed * 16777619) ^ byte)) % 2**32
            found.add(hashed)
        assert len(found) == len(names)


# ------------------------------------------------------------------------------------------------ threads and processes

FACTS = notes(**{f"N-{number}": {"n": number, "t": "ab"[number % 2]} for number in range(8)})


def decided(rules: Ruleset, sent: "Queue[str] | None" = None) -> str:
    text = rules.decide(Facts(FACTS), as_of=AS_OF).to_json()
    if sent is not None:
        sent.put(text)
    return text


def test_e6_threads_take_turns() -> None:
    rules = ruleset(TIES)
    alone = decided(rules)
    found: list[str] = []
    before = threading.active_count()

    def work() -> None:
        found.extend(decided(rules) for _ in range(20))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for each in threads:
        each.start()
    assert threading.active_count() <= before + 2
    for each in threads:
        each.join()
    assert found == [alone] * 40


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")
def test_e6_a_child_process_has_an_engine_of_its_own() -> None:
    rules = ruleset(TIES)
    alone = decided(rules)
    context = multiprocessing.get_context("fork")
    sent = context.SimpleQueue()
    memory = rules.versions[0].memory
    assert memory is not None
    with memory.case(1):  # as if another thread were deciding, and its lock held
        child = context.Process(target=decided, args=(rules, sent))
        child.start()
    child.join(60)
    assert child.exitcode == 0
    assert sent.get() == alone
    assert decided(rules) == alone


def test_e6_a_ruleset_that_was_sent_makes_its_engine_anew() -> None:
    rules = ruleset(TIES)
    alone = decided(rules)
    sent = pickle.loads(pickle.dumps(rules))  # noqa: S301  # our own bytes
    with watching() as found:
        assert decided(sent) == alone
    assert found == [("joined", Placement("working memory", ""))]


def test_e6_a_decision_inside_of_a_decision_does_not_wait_for_itself() -> None:
    rules = ruleset(TIES)
    memory = rules.versions[0].memory
    assert memory is not None
    with memory.case(1) as outer, memory.case(1) as inner:
        assert outer is not None
        assert inner is None


def test_e6_the_engine_goes_with_its_ruleset(monkeypatch: pytest.MonkeyPatch) -> None:
    gc.collect()  # those of other tests are gone before
    closed: list[Host] = []
    close = Host.close

    def closing(self: Host) -> None:
        closed.append(self)
        close(self)

    monkeypatch.setattr(working_memory_host.Host, "close", closing)
    sent = pickle.loads(pickle.dumps(ruleset(TIES)))  # noqa: S301  # our own bytes
    decided(sent)
    assert closed == []
    del sent
    gc.collect()
    assert len(closed) == 1


def test_e6_memory_does_not_grow_with_cases() -> None:
    resource = pytest.importorskip("resource")
    rules = ruleset(TIES)
    for _ in range(20):
        decided(rules)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(150):
        decided(rules)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 8_000  # kilobytes
