"""A filter finds by an index what it would find by asking every record."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import decide

from partnerrules.backends.surroundings import Effort

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
