"""Titles, sources and ids of conditions come through to the result."""

from tests.support import decide

from partnerrules.decisions.requirement_results import CombinationResult, ConditionResult
from partnerrules.decisions.results import EligibilityResult

TEXT = """\
facts: {partner: {a: boolean, b: boolean}}
eligibility:
  p:
    title: {en: Admission, zh: 准入}
    source: N-1
    subject: partner
    gates:
      - id: capable
        title: {en: capable, zh: 有能力}
        source: N-2
        all:
          - {id: trained, title: trained people, source: N-3, require: partner.a}
          - not: {id: banned, require: partner.b}
"""


def test_every_part_keeps_its_name_title_and_clause() -> None:
    found = decide(TEXT, {"partners": {"P-1": {"a": True, "b": False}}})["p"]["P-1"]
    assert isinstance(found, EligibilityResult)
    assert (found.basis.policy, found.basis.source, found.basis.subject, found.basis.version) == (
        "p",
        "N-1",
        "P-1",
        "1",
    )
    (gate,) = found.gates
    assert (gate.id, gate.source) == ("capable", "N-2")
    whole = gate.requirement
    assert isinstance(whole, CombinationResult)
    assert (whole.kind, whole.count, whole.outcome) == ("all", 2, True)
    trained, opposite = whole.items
    assert isinstance(trained, ConditionResult)
    assert (trained.id, trained.text, trained.source, trained.outcome) == ("trained", "partner.a", "N-3", True)
    assert isinstance(opposite, CombinationResult)
    assert (opposite.kind, opposite.outcome) == ("not", True)
    (banned,) = opposite.items
    assert (banned.id if isinstance(banned, ConditionResult) else None, banned.outcome) == ("banned", False)


def test_a_result_as_plain_data() -> None:
    data = decide(TEXT, {"partners": {"P-1": {"a": True}}})["p"]["P-1"].as_data()
    assert data["outcome"] == "undetermined"
    assert data["missing"] == [{"reason": "field", "relation": "partners", "record": "P-1", "field": "b"}]
    assert data["ways"] == [["not banned"]]
    assert data["ways_total"] == 1
    summary = decide(TEXT, {"partners": {"P-1": {"a": True}}})["p"]["P-1"].summary()
    assert summary["gates"] == {"capable": "unknown"}
    assert summary["leaves"] == {"trained": True, "banned": "unknown"}
