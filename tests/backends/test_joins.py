"""A filter finds by an index what it would find by asking every record."""

import itertools
from collections.abc import Mapping
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.policies.papers import BARE, ORDER, UNDERPINNING, facts
from tests.support import AS_OF, decide, ruleset

from partnerrules import Facts, Ruleset
from partnerrules.backends import joins
from partnerrules.backends.surroundings import Effort
from partnerrules.decisions.contracts import ContractsResult, Underpromised
from partnerrules.diagnostics import TooMuchWork

MORE = """\
facts:
  partner: {size: number, home: {type: text, missing: none}, since: instant}
  visit:
    plural: visits
    fields:
      host: {type: ref partner, missing: none}
      score: number
      place: {type: text, missing: none}
      began: instant
      done: boolean
"""
CONDITIONS = (
    "exists(host) and host = subject",
    "exists(host) and host = subject and done",
    "exists(host) and host.size = subject.size",
    "score = subject.size",
    "subject.size = score and done",
    "score = 1",
    "score = subject.size / 3",
    "score = count(partners)",
    'exists(place) and place = "x"',
    "exists(place) and exists(subject.home) and place = subject.home",
    "began = subject.since",
    "done = true",
    "exists(host) and host = subject and score = subject.size",
)

VISITS = st.fixed_dictionaries(
    {},
    optional={
        "host": st.sampled_from(["P-1", "P-2", {"unknown": True}]),
        "score": st.sampled_from(["1", "1.0", "2", "0.333333333333"]),
        "place": st.sampled_from(["x", "y", {"unknown": True}]),
        "began": st.sampled_from(["2026-01-01T08:00:00+08:00", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"]),
        "done": st.booleans(),
    },
)
PARTNERS = st.fixed_dictionaries(
    {},
    optional={
        "size": st.sampled_from(["1", "2", "1.00"]),
        "home": st.sampled_from(["x", "y", {"unknown": True}]),
        "since": st.sampled_from(["2026-01-01T00:00:00Z", "2026-01-02T08:00:00+08:00"]),
    },
)


def counts(condition: str) -> str:
    """Definitions that ask how many visits there are, with and without a filter that an index can help."""
    lines = ["definitions:"]
    for name, text in (("quick", condition), ("slow", f"not(not({condition}))")):
        for number in range(5):
            asked = f"count(visits[{text}]) >= {number}"
            lines.append(f"  {name}-{number}: {{of: partner, value: '{asked}'}}")
    return "\n".join([MORE, *lines, ""])


@pytest.mark.parametrize("condition", CONDITIONS)
@given(partners=st.lists(PARTNERS, min_size=1, max_size=2), visits=st.lists(VISITS, max_size=4), whole=st.booleans())
def test_an_index_changes_nothing(
    condition: str, partners: list[dict[str, object]], visits: list[dict[str, object]], whole: bool
) -> None:
    facts: dict[str, object] = {"partners": {f"P-{index}": each for index, each in enumerate(partners, start=1)}}
    facts["partners"] = {"P-1": {}, "P-2": {}, **dict(facts["partners"])}  # type: ignore[call-overload]  # a mapping
    facts["visits"] = {f"V-{index}": each for index, each in enumerate(visits, start=1)}
    if not whole:
        facts = {"partners": facts["partners"]}
    decision = decide(counts(condition), facts)
    for number, partner in itertools.product(range(5), ("P-1", "P-2")):
        quick, slow = decision[f"quick-{number}"][partner], decision[f"slow-{number}"][partner]
        assert (quick.outcome, quick.as_data()["value"]) == (slow.outcome, slow.as_data()["value"])


@pytest.mark.parametrize("condition", ["exists(host) and host = subject", "score = subject.size and done"])
def test_an_index_is_used(condition: str) -> None:
    """Only the records that the index gives are looked at: by far fewer than there are."""
    text = (
        f'{MORE}eligibility:\n  asked: {{subject: partner, gates: [{{require: "count(visits[{condition}]) >= 1"}}]}}\n'
    )
    visits = {f"V-{number}": {"host": f"P-{number}", "score": number, "done": True} for number in range(1, 200)}
    partners = {f"P-{number}": {"size": number} for number in range(1, 200)}
    looked_at: list[int] = []
    spend = Effort.spend

    def counted(effort: Effort, turns: int) -> None:
        looked_at.append(turns)
        spend(effort, turns)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Effort, "spend", counted)
        decision = decide(text, {"partners": partners, "visits": visits})
    assert {result.outcome for result in decision["asked"].values()} == {"eligible"}
    assert max(looked_at) < 5


# ------------------------------------------------------------------------- lists that rows share: pairs of contracts

LOT: Final = "exists(earlier.lot) and exists(later.lot) and earlier.lot = later.lot"
PAIRS: Final = (
    LOT,
    f"{LOT} and earlier.lot_number < later.lot_number",
    "later in earlier.underpins",
    "earlier in later.underpins",
    "earlier.lot_number = later.lot_number",
    "earlier.lot_number = later.lot_number / 3",
    "exists(earlier.customer) and exists(later.customer) and earlier.customer = later.customer",
    "exists(earlier.customer) and exists(later.lot) and earlier.customer.id = later.lot",
    "true",
)


def in_pairs(where: str) -> str:
    project = "    project: ref project\n"
    own = BARE.replace(project, f"{project}    lot_number: number\n    lot: {{type: text, missing: none}}\n", 1)
    return f"{own}{ORDER}        where: {where}\n"


RULES: Final[Mapping[str, Ruleset]] = {where: ruleset(in_pairs(where)) for where in PAIRS}
OPEN: Final = {"unknown": True}
PAPERS: Final = st.fixed_dictionaries(
    {"kind": st.sampled_from(["main", "underpinning"])},
    optional={
        "signed_at": st.one_of(st.just(OPEN), st.integers(1, 3).map(lambda day: f"2026-01-0{day}T00:00:00Z")),
        "underpins": st.lists(st.sampled_from(["C-0", "C-1", "C-2"]), max_size=2, unique=True),
        "lot": st.sampled_from(["x", "y", OPEN]),
        "lot_number": st.sampled_from(["1", "1.0", "0.333333333333", "3"]),
        "customer": st.sampled_from(["x", "y", OPEN]),
        "project": st.sampled_from(["J-1", OPEN]),
    },
)


@pytest.mark.parametrize("where", PAIRS)
@given(rows=st.lists(PAPERS, min_size=2, max_size=6))
def test_an_index_of_a_list_changes_nothing(where: str, rows: list[dict[str, object]]) -> None:
    given = {f"C-{number}": row for number, row in enumerate(rows)}
    given |= {f"C-{number}": {"kind": "sla"} for number in range(len(rows), 3)}
    known = Facts({**facts(given), "customers": {"x": {}, "y": {}}})
    found = []
    for short in (0, 100):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(joins, "SHORT", short)
            found.append(RULES[where].decide(known, as_of=AS_OF).to_json())
    assert found[0] == found[1]


def many(papers: int) -> Facts:
    """A contract of each sort in each lot, the one underpinning the other."""
    given: dict[str, dict[str, object]] = {}
    for number in range(papers):
        both = {"lot": f"lot-{number}", "lot_number": number}
        given[f"M-{number}"] = {**both, "kind": "main", "signed_at": "2026-01-02T00:00:00Z"}
        given[f"U-{number}"] = {**both, "kind": "underpinning", "signed_at": "2026-01-01T00:00:00Z"}
        given[f"U-{number}"]["underpins"] = [f"M-{number}"]
    return Facts(facts(given))


@pytest.mark.parametrize("where", [LOT, "later in earlier.underpins", "earlier.lot_number = later.lot_number"])
def test_of_many_contracts_only_those_that_can_be_pairs_are_held_against_each_other(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joins, "MAXIMUM_PAIRS", 100)  # far less than 50 contracts times 50
    found = RULES[where].decide(many(50), as_of=AS_OF)["papers"]["J-1"]
    assert isinstance(found, ContractsResult)
    assert (found.outcome, len(found.check("uc-first").pairs)) == ("in_order", 50)


def test_too_many_pairs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joins, "MAXIMUM_PAIRS", 2_000)
    RULES["true"].decide(many(40), as_of=AS_OF)
    with pytest.raises(TooMuchWork, match="more than 2,000 pairs: say what has to be equal"):
        RULES["true"].decide(many(50), as_of=AS_OF)


@pytest.mark.parametrize(("promised", "outcome"), [(3, "in_order"), (5, "deficient")])
def test_of_many_promises_the_one_for_the_metric_is_found(promised: int, outcome: str) -> None:
    targets = [{"metric": f"m-{number}", "limit": 4, "unit": "hours"} for number in range(40)]
    wanted = [{**each, "limit": promised if each["metric"] == "m-39" else 4} for each in targets]
    metrics = ", ".join(str(each["metric"]) for each in targets)
    text = BARE + UNDERPINNING.replace("response_time", metrics)
    given = {
        "M-1": {"kind": "main", "targets": targets},
        "U-1": {"kind": "underpinning", "underpins": ["M-1"], "targets": wanted},
    }
    found = ruleset(text).decide(Facts(facts(given)), as_of=AS_OF)["papers"]["J-1"]
    assert isinstance(found, ContractsResult)
    assert found.outcome == outcome
    findings = [each for each in found.check("strict").findings if isinstance(each, Underpromised)]
    assert [each.metric for each in findings] == ([] if promised == 3 else ["m-39"])


def test_each_run_counts_its_own_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joins, "MAXIMUM_PAIRS", 2_000)
    text = in_pairs("true").replace("contracts[item.project = subject]", "contracts")
    decision = ruleset(text).decide(many(40), as_of=AS_OF)  # 1,600 pairs for each of two projects
    for project in ("J-1", "J-2"):
        assert decision["papers"][project].outcome == "in_order"
        assert decision.explain("papers", project)
