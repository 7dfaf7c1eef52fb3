"""What rules derive is the same whether it is inferred at once, as of every instant, or when something looks at it.

The reference infers everything eagerly, in the order of the strata, and gives policies plain relations.
"""

import datetime as dt
import pickle  # noqa: TID251  # what `multiprocessing` does with a decision
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import AS_OF, ruleset

from partnerrules import Decision, Facts, FactsError, Ruleset, TooMuchWork, load
from partnerrules.backends import matcher
from partnerrules.backends.matcher import Inferred, Memory, infer
from partnerrules.backends.rule_instants import Outcomes
from partnerrules.backends.surroundings import Surroundings
from partnerrules.cases import run_cases
from partnerrules.facts.deriving import Deriving
from partnerrules.plan.inference import Stratum
from partnerrules.rulesets import derived

ROOT: Final = Path(__file__).resolve().parents[2]

RULES: Final = """\
facts:
  partner: {vip: boolean}
  note: {plural: notes, happens: on, fields: {partner: {type: ref partner, missing: none}, n: integer, on: date}}
  pair:
    plural: pairs
    derived: only
    valid_from: starts
    valid_to: ends
    fields: {partner: ref partner, n: integer, starts: date, ends: {type: date, missing: none}}
  alarm: {plural: alarms, derived: only, fields: {partner: ref partner, kind: text}}
inference:
  joined:
    when:
      - {fact: note, as: one}
      - fact: note
        as: two
        where: exists(one.partner) and exists(two.partner) and two.partner = one.partner and two.n < one.n
    then:
      derive: pair
      with: {partner: if exists(one.partner) then one.partner else two.partner, n: two.n, starts: one.on, ends: two.on}
  alarmed:
    when:
      - {fact: pair, where: exists(pair.ends) and pair.ends <= today}
      - {without: violation, where: violation.partner = pair.partner}
    then: {derive: alarm, with: {partner: pair.partner, kind: '"pair"'}}
  lonely:
    when: [{fact: partner, where: count(partner.notes) = 1 and partner.vip}]
    then: {derive: alarm, with: {partner: partner, kind: '"lonely"'}}
  milder:
    when: [{fact: violation, where: violation.level > 1 and known(violation.occurred_on)}]
    then:
      derive: violation
      with:
        partner: violation.partner
        kind: '"follow"'
        level: violation.level - 1
        occurred_on: violation.occurred_on
    decreases: level
definitions:
  alarms_now: {of: partner, value: count(partner.alarms)}
  pairs_before: {of: partner, value: count(partner.pairs) at 2026-02-05}
  every_violation: {value: count(violations)}
eligibility:
  plain:
    subject: partner
    gates: [{id: vip, require: partner.vip}]
  calm:
    subject: partner
    gates: [{id: no-alarm, require: count(partner.alarms) = 0}, {id: vip, require: partner.vip}]
  calm-before:
    subject: partner
    gates:
      - id: was-calm
        require: passes(partner, "calm") at 2026-02-03
  clean:
    subject: violation
    gates: [{id: light, require: violation.level <= 1}]
"""
POLICIES: Final = (
    *("joined", "alarmed", "lonely", "milder", "alarms_now", "pairs_before", "every_violation"),
    *("plain", "calm", "calm-before", "clean"),
)


@cache
def rules() -> Ruleset:
    return ruleset(RULES)


def eager_infer(
    strata: Sequence[Stratum], around: Surroundings, memory: Memory | None = None, _: Outcomes | None = None
) -> Inferred:
    """All that follows at once, stratum by stratum, as plain relations."""
    found = infer(strata, around, memory)
    for stratum in strata:
        for entity in sorted(stratum.relations):
            found.facts.relation(entity)
    assert isinstance(found.facts, Deriving) or not strata
    whole = found.facts.whole() if isinstance(found.facts, Deriving) else found.facts
    assert found.warnings is not None
    return Inferred(whole, found._settlements)


def told(decision: Decision) -> object:
    """All that a decision says."""
    named = [(policy, id) for policy, results in decision.items() for id in results]
    stories = [decision.explain(*each, language=language) for each in named for language in ("en", "zh")]
    return decision.to_json(), decision.warnings, decision.derived, stories


_DAYS = st.sampled_from(["2026-02-01", "2026-02-02", "2026-02-04", "2026-02-06", "2026-03-01"])
_PARTNERS = st.sampled_from(["P-1", "P-2"])
_UNKNOWN: Final[Mapping[str, object]] = {"unknown": True}


def _mostly(usual: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.one_of(usual, usual, usual, st.just(_UNKNOWN))


_NOTES = st.fixed_dictionaries(
    {},
    optional={"partner": _mostly(_PARTNERS), "n": _mostly(st.integers(0, 3)), "on": _mostly(_DAYS)},
)
_VIOLATIONS = st.fixed_dictionaries(
    {"partner": _PARTNERS, "kind": st.just("price")},
    optional={"level": _mostly(st.integers(1, 3)), "occurred_on": _mostly(_DAYS)},
)


def _given(numbers: int, prefix: str, of: st.SearchStrategy[dict[str, object]]) -> st.SearchStrategy[dict[str, object]]:
    return st.lists(of, max_size=numbers).map(lambda every: {f"{prefix}-{n}": each for n, each in enumerate(every, 1)})


@st.composite
def _facts(draw: st.DrawFn) -> dict[str, object]:
    found: dict[str, object] = {
        "partners": {"P-1": {"vip": True}, "P-2": draw(st.sampled_from([{}, {"vip": False}, {"vip": True}]))},
        "notes": draw(_given(5, "N", _NOTES)),
        "violations": draw(_given(3, "V", _VIOLATIONS)),
    }
    for name in draw(st.sets(st.sampled_from(["notes", "violations"]), max_size=1)):
        del found[name]
    return found


_INSTANTS = st.sampled_from([AS_OF, dt.datetime(2026, 2, 2, 12, tzinfo=dt.UTC), dt.datetime(2026, 2, 5, tzinfo=dt.UTC)])


@settings(deadline=None, max_examples=60)
@given(_facts(), _INSTANTS, st.sets(st.sampled_from(POLICIES), max_size=3), st.booleans())
def test_p8_what_is_inferred_when_it_is_looked_at_is_what_is_inferred_at_once(
    given_facts: dict[str, object], as_of: dt.datetime, policies: set[str], trace: bool
) -> None:
    asked = sorted(policies) or None

    def decided() -> object:
        return told(rules().decide(Facts(given_facts), as_of=as_of, policies=asked, trace=trace))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(derived, "infer", eager_infer)
        at_once = decided()
    assert decided() == at_once


CHAINING: Final = (
    *("china-mobile-sa", "huawei-channel-violations", "software-dealer-network"),
    *("it-outsourcing-network", "telecom-partner-support", "partnership-health"),
)


@pytest.mark.parametrize("name", CHAINING)
def test_p8_so_it_is_in_the_cases_of_the_rulesets_that_chain(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    decide, wrong = Ruleset.decide, []

    def twice(self: Ruleset, facts: Facts, **how: Any) -> Decision:
        found = decide(self, facts, **how)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(derived, "infer", eager_infer)
            at_once = decide(self, facts, **how).to_json()
        if found.to_json() != at_once:
            wrong.append(how["as_of"])
        return found

    monkeypatch.setattr(Ruleset, "decide", twice)
    assert run_cases(ROOT / "rulesets" / name).ok
    assert wrong == []


# ------------------------------------------------------------------------------------------------- what is not inferred


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dt.date]]:
    """The relations that were settled, each with the day as of which."""
    found: list[tuple[str, dt.date]] = []
    settle = matcher._Settlement._settle

    def noting(self: matcher._Settlement) -> object:
        found.extend((entity, self._around.today) for entity in sorted(self.stratum.relations))
        return settle(self)

    monkeypatch.setattr(matcher._Settlement, "_settle", noting)
    return found


NOTED: Final = {
    "partners": {"P-1": {"vip": True}},
    "notes": {
        "N-1": {"partner": "P-1", "n": 2, "on": "2026-02-01"},
        "N-2": {"partner": "P-1", "n": 1, "on": "2026-02-04"},
    },
    "violations": {},
}
TODAY: Final = dt.date(2026, 3, 1)


def value(decision: Decision, definition: str) -> object:
    """What a definition of the partner comes to."""
    return decision[definition]["P-1"].as_data()["value"]


def test_a_policy_that_rests_on_nothing_derived_infers_nothing(settled: list[tuple[str, dt.date]]) -> None:
    decision = rules().decide(Facts(NOTED), as_of=AS_OF, policies=["plain"])
    assert decision["plain"]["P-1"].outcome == "eligible"
    assert settled == []
    assert [record.fields["id"] for record in decision.derived] == ["alarmed(joined(N-1+N-2))", "joined(N-1+N-2)"]
    assert {entity for entity, _ in settled} == {"alarm", "pair", "violation"}


def test_of_an_earlier_day_only_what_is_asked_about_is_inferred(settled: list[tuple[str, dt.date]]) -> None:
    decision = rules().decide(Facts(NOTED), as_of=AS_OF, policies=["pairs_before"])
    assert value(decision, "pairs_before") == 1
    assert settled == [("pair", dt.date(2026, 2, 5))]


def test_what_is_settled_first_is_what_a_rule_looks_at(settled: list[tuple[str, dt.date]]) -> None:
    decision = rules().decide(Facts(NOTED), as_of=AS_OF, policies=["alarms_now"])
    assert value(decision, "alarms_now") == 1
    assert sorted(settled) == [("alarm", TODAY), ("pair", TODAY), ("violation", TODAY)]


# ----------------------------------------------------------------------------------------------------- told when asked


def test_rules_that_derive_nothing_are_told_when_warnings_are_read() -> None:
    # What follows from N-2 before N-1 would end before it starts.
    given_facts = {**NOTED, "notes": {**NOTED["notes"], "N-3": {"partner": "P-1", "n": 0, "on": "2026-01-05"}}}  # type: ignore[dict-item]
    decision = rules().decide(Facts(given_facts), as_of=AS_OF, policies=["plain"])
    (said,) = decision.warnings
    assert said == (
        "rule `joined` derives nothing from N-1, N-3, and 1 more such: of what would follow `ends` is before `starts`"
    )


def test_an_id_of_derived_records_is_refused_whatever_is_asked() -> None:
    given_facts = {**NOTED, "violations": {"milder(V-1)": {"partner": "P-1", "kind": "x", "level": 1}}}
    with pytest.raises(FactsError, match="begins with `milder\\(`"):
        rules().decide(Facts(given_facts), as_of=AS_OF, policies=["plain"])


def test_too_much_that_nobody_asked_for_is_told_when_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matcher, "MAXIMUM_WORK", 2)
    decision = rules().decide(Facts(NOTED), as_of=AS_OF, policies=["plain"])
    assert decision["plain"]["P-1"].outcome == "eligible"
    for _ in range(2):  # as often as it is read
        with pytest.raises(TooMuchWork, match=r"^rule `joined`: it takes more than 2 steps"):
            _ = decision.derived
    with pytest.raises(TooMuchWork, match=r"^rule `joined`: it takes more than 2 steps"):
        rules().decide(Facts(NOTED), as_of=AS_OF, policies=["calm"])


def test_a_decision_that_is_sent_elsewhere_has_it_all() -> None:
    decision = rules().decide(Facts(NOTED), as_of=AS_OF, policies=["plain", "pairs_before"])
    sent = pickle.loads(pickle.dumps(decision))  # noqa: S301  # our own bytes
    assert sent == decision
    assert told(sent) == told(decision)


# ----------------------------------------------------------------------------------------------------------- the month


def test_the_month_of_the_sales_agents_is_inferred_alike() -> None:
    sales_agents = load(ROOT / "rulesets" / "china-mobile-sa")
    facts = Facts.read(ROOT / "examples" / "china_mobile_sa" / "facts")
    as_of = dt.datetime(2026, 3, 31, 18, tzinfo=ZoneInfo("Asia/Shanghai"))
    found = sales_agents.decide(facts, as_of=as_of).to_json()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(derived, "infer", eager_infer)
        assert sales_agents.decide(facts, as_of=as_of).to_json() == found
