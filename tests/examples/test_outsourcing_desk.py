"""The example of an outsourcing desk: it answers its three questions, and the figures of its README are right."""

import datetime as dt
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from tests.scripts import script

import partnerrules as pr
from partnerrules.decisions import CommissionResult, DefinitionResult

HERE = Path(__file__).parents[2] / "examples" / "outsourcing_desk"


@pytest.fixture(scope="module")
def desk() -> Iterator[ModuleType]:
    """The script, which is no package."""
    yield script(HERE / "desk.py", "outsourcing_desk")
    sys.modules.pop("outsourcing_desk", None)


@pytest.fixture(scope="module")
def facts() -> pr.Facts:
    return pr.Facts.read(HERE / "facts")


@pytest.fixture(scope="module")
def rules(desk: ModuleType) -> pr.Ruleset:
    return pr.load(desk.RULESET)


@pytest.fixture(scope="module")
def decision(desk: ModuleType, rules: pr.Ruleset, facts: pr.Facts) -> pr.Decision:
    return rules.decide(facts, as_of=desk.NOW)


def test_who_may_take_the_tills_at_a_customer(desk: ModuleType, rules: pr.Ruleset, facts: pr.Facts) -> None:
    answers = desk.who_may_take(rules, facts, desk.partners_of(HERE / "facts"), "N-08", "TILLS", "ru")
    assert [(each.partner, each.outcome, each.service) for each in answers[:5]] == [
        ("P-01", "eligible", "sound"),
        ("P-10", "eligible", "sound"),
        ("P-05", "eligible", "weak"),
        ("P-08", "eligible", "weak"),
        ("P-07", "needs_mentor", "strong"),
    ]
    others = {each.partner: (each.outcome, [gate.id for gate in each.lacking]) for each in answers[5:]}
    assert len(others) == 11
    assert others.pop("P-04") == ("stale", ["matrix-fresh"])
    assert others.pop("P-11") == ("ineligible", ["at-work"])
    assert set(map(str, others.values())) == {"('ineligible', ['mastered'])"}
    assert "нужен ментор" in answers[4].because


def test_what_is_proposed_is_not_stored(desk: ModuleType, rules: pr.Ruleset, facts: pr.Facts) -> None:
    before = rules.decide(facts, as_of=desk.NOW, policies=["taking-an-engagement"]).to_json()
    desk.who_may_take(rules, facts, ["P-01"], "N-08", "TILLS")
    assert rules.decide(facts, as_of=desk.NOW, policies=["taking-an-engagement"]).to_json() == before


def test_a_partner_under_review_takes_nothing_new(desk: ModuleType, rules: pr.Ruleset, facts: pr.Facts) -> None:
    [answer] = desk.who_may_take(rules, facts, ["P-09"], "N-07", "NETWORK")
    assert (answer.outcome, [gate.id for gate in answer.lacking]) == ("ineligible", ["not-stopped"])


def test_whose_field_overlaps(desk: ModuleType, decision: pr.Decision) -> None:
    assert desk.overlaps(decision) == [
        ("кассы", "Нижний Тагил", ("P-10", "P-11")),
        ("кассы", "Энгельс", ("P-04", "P-05")),
        ("сети", "Екатеринбург", ("P-09", "P-10")),
    ]


def test_which_nonconformities_repeat(desk: ModuleType, decision: pr.Decision) -> None:
    repeats = desk.repeats(decision)
    assert {partner: len(found) for partner, found in repeats.items()} == {"P-05": 1, "P-09": 3}
    assert repeats["P-05"] == [(3, "2026-10-06", "NC-03, NC-04")]
    assert repeats["P-09"][-1][:2] == (2, "2026-11-09")
    # 9 November and 90 days; that of P-05 was over on 5 November.
    assert desk.on_a_list(decision) == {"P-09": ("replacement_review", dt.date(2027, 2, 7))}


def test_the_service_of_a_region_is_that_of_all_its_requests(decision: pr.Decision) -> None:
    shares = {}
    for policy, place in (("partner_share", "P-01"), ("region_share", "SAM"), ("macro_region_share", "VOLGA")):
        result = decision[policy][place]
        assert isinstance(result, DefinitionResult)
        shares[place] = f"{result.value:.4%}"
    assert shares == {"P-01": "94.7368%", "SAM": "95.4545%", "VOLGA": "91.3580%"}  # 36 / 38, 84 / 88, 222 / 243
    assert decision["service-of-partner"]["P-01"].outcome == "sound"
    assert decision["service-of-region"]["SAM"].outcome == "strong"
    assert decision["service-of-macro-region"]["VOLGA"].outcome == "sound"


def test_what_the_network_pays(decision: pr.Decision) -> None:
    paid = {}
    for policy in ("regional-commission", "reward-of-a-sale"):
        for document, result in decision[policy].items():
            assert isinstance(result, CommissionResult)
            paid[document] = (result.outcome, str(result.amount))
    assert paid == {
        "Q-1": ("earned", "12000.00 RUB"),  # 16 h of an expert at 3,000 are 48,000, and 25 % of these
        "Q-2": ("earned", "5400.00 RUB"),  # 24 h of an engineer at 1,500 are 36,000, and 15 %
        "Q-3": ("earned", "9000.00 RUB"),  # 40 h at 1,500 are 60,000, and 15 %
        "Q-4": ("excluded", "0.00 RUB"),  # 12 % is no commission of the range
        "Q-5": ("earned", "9000.00 RUB"),  # 12 h at 3,000 are 36,000, and 25 %
        "X-4": ("earned", "400000.00 RUB"),  # 20 % of 2,000,000
        "X-5": ("earned", "70000.00 RUB"),  # 20 % of 350,000
        "X-6": ("excluded", "0.00 RUB"),  # an integrator sold what is for distributors
    }


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "Whose field overlaps"), ("ru", "Чьи поля пересекаются"), ("zh", "哪些合作伙伴领域重叠")],
)
def test_the_script_prints_its_answers(
    desk: ModuleType, capsys: pytest.CaptureFixture[str], language: str, told: str
) -> None:
    desk.main(["--customer", "N-08", "--category", "TILLS", "--language", language, "--why", "P-07"])
    printed = capsys.readouterr().out
    assert told in printed
    assert "asked:P-07" in printed
    assert "P-09" in printed
