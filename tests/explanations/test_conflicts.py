"""Conflicts told in three languages, whole: every outcome, every way to be out, and what is missing."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.support import decide

from partnerrules import Decision
from partnerrules.explanations import explain

HERE = Path(__file__).resolve().parent
LANGUAGES = ("en", "zh", "ru")

RULES = """\
parameters:
  protection: {value: 90 days, status: assumed, note: the source names no period}
conflicts:
  key-account:
    title: {en: agents and account managers, zh: 代理商与客户经理, ru: агенты и менеджеры по клиентам}
    source: N-5
    claims:
      - {of: registration, claimant: registration.partner, when: registration.customer.key_account}
      - {of: assignment, claimant: assignment.manager, when: assignment.customer.key_account}
    same: {customer: claim.customer}
    valid_when:
      - id: in-charge
        title: {en: in charge today, zh: 现任, ru: ведёт клиента сегодня}
        only: assignment
        require: 'valid(assignment, today)'
    prefer:
      - id: approved
        title: {en: registered and approved before, zh: 先行登记并获批, ru: зарегистрирован и одобрен раньше}
        source: N-5.1
        only: registration
        claim: exists(registration.approved_at) and registration.approved_at <= as_of
      - {id: manager, only: assignment, claim: true}
  same-customer:
    title: {en: several agents, zh: 多家代理, ru: несколько агентов}
    source: N-6
    claims:
      - {of: registration, claimant: registration.partner}
    after: [key-account]
    same: {customer: claim.customer}
    shared: {products: claim.products}
    valid_when:
      - id: approved
        title: {en: approved by now, zh: 已获批, ru: уже одобрена}
        source: N-6.1
        require: exists(claim.approved_at) and claim.approved_at <= as_of
      - {id: protected, require: as_of < claim.approved_at + protection}
    prefer:
      - id: choice
        title: {en: the customer's written choice, zh: 客户书面选择, ru: письменный выбор клиента}
        source: N-6.2
        claim: some choice in claim.customer.choices[written] satisfies choice.partner = claim.partner
      - id: filing
        title: {en: the earliest registration, zh: 登记先后, ru: более ранняя регистрация}
        earliest: claim.submitted_at
    losers: {consequence: co_sell}
"""


def registration(partner: str, customer: str, day: int, **more: object) -> dict[str, object]:
    """A registration of a day in February that was approved on the 20th."""
    filed = f"2026-02-{day:02}T09:00:00+08:00"
    approved = {"approved_at": "2026-02-20T09:00:00+08:00"}
    return {"partner": partner, "customer": customer, "submitted_at": filed, **approved, **more}


FACTS: Mapping[str, object] = {
    "partners": {f"P-{number}": {} for number in range(1, 6)},
    "products": {"cloud": {}, "lines": {}, "video": {}},
    "customers": {
        # Customers of agents alone, and C-7 and C-8, which are looked after by account managers.
        "C-1": {"key_account": False, "choices": [{"partner": "P-2", "written": True}]},
        **{f"C-{number}": {"key_account": False, "choices": []} for number in range(2, 7)},
        **{f"C-{number}": {"key_account": True, "choices": []} for number in (7, 8)},
        "C-9": {"key_account": False},
        "C-10": {"key_account": False, "choices": []},
    },
    "assignments": {
        "A-7": {"customer": "C-7", "manager": "Li", "valid_from": "2026-01-01"},
        "A-8": {"customer": "C-8", "manager": "Wang", "valid_from": "2025-01-01", "valid_to": "2026-01-01"},
    },
    "registrations": {
        # C-1: the customer chose P-2; P-1 was earlier; P-3 is not approved; P-4 has expired.
        "R-11": registration("P-1", "C-1", 1),
        "R-12": registration("P-2", "C-1", 2),
        "R-13": registration("P-3", "C-1", 3, approved_at=None),
        "R-14": registration(
            "P-4", "C-1", 4, submitted_at="2025-11-01T09:00+08:00", approved_at="2025-12-01T09:00+08:00"
        ),
        # C-2: alone. C-3: at the same instant. C-4: some of the products.
        "R-21": registration("P-1", "C-2", 1),
        "R-31": registration("P-1", "C-3", 1),
        "R-32": registration("P-2", "C-3", 1),
        "R-41": registration("P-1", "C-4", 2, products=["cloud", "lines", "video"]),
        "R-42": registration("P-2", "C-4", 1, products=["lines"]),
        "R-43": registration("P-3", "C-4", 3, products=[]),
        # C-5: whether the earlier one was approved is not known. C-6: what the earlier one claims is not.
        "R-51": registration("P-1", "C-5", 2),
        "R-52": registration("P-2", "C-5", 1, approved_at={"unknown": True}),
        "R-53": registration("P-3", "C-5", 3),
        "R-61": registration("P-1", "C-6", 1, products={"unknown": True}),
        "R-62": registration("P-2", "C-6", 2, products=["cloud"]),
        # C-7: not approved, so the account manager's. C-8: the account manager is not in charge any more.
        "R-71": registration("P-1", "C-7", 1, approved_at=None),
        "R-81": registration("P-1", "C-8", 1),
        # C-9: whom the customer chose is not known.
        "R-91": registration("P-1", "C-9", 1),
        # C-10: whether the later one was approved is not known.
        "R-101": registration("P-1", "C-10", 1),
        "R-102": registration("P-2", "C-10", 2, approved_at={"unknown": True}),
    },
}

TOLD = (
    ("won by the customer's choice", "same-customer", "R-12"),
    ("lost", "same-customer", "R-11"),
    ("not approved", "same-customer", "R-13"),
    ("won without a rival", "same-customer", "R-21"),
    ("undecided", "same-customer", "R-31"),
    ("won in part", "same-customer", "R-41"),
    ("nothing claimed", "same-customer", "R-43"),
    ("a rival may not be valid", "same-customer", "R-51"),
    ("whether it is valid is not known", "same-customer", "R-52"),
    ("lost whatever else", "same-customer", "R-53"),
    ("an account manager wins", "key-account", "A-7"),
    ("an agent loses to an account manager", "key-account", "R-71"),
    ("out as it lost before", "same-customer", "R-71"),
    ("an account manager who is not in charge", "key-account", "A-8"),
    ("a criterion that is not known and does no harm", "same-customer", "R-91"),
)


IN_DOUBT = (("same-customer", "R-101"), ("same-customer", "R-61"), ("same-customer", "R-62"))
"""Claims that win before a rival that may not be valid, and those of which it is not known whether they meet."""


@pytest.fixture(scope="module")
def decision() -> Decision:
    return decide(RULES, FACTS)


def test_the_outcomes_are_those_that_were_worked_out(decision: Decision) -> None:
    told = [*((policy, id) for _, policy, id in TOLD), *IN_DOUBT]
    assert {(policy, id): decision[policy][id].outcome for policy, id in told} == {
        ("same-customer", "R-12"): "won",
        ("same-customer", "R-11"): "lost",
        ("same-customer", "R-13"): "discarded",
        ("same-customer", "R-21"): "won",
        ("same-customer", "R-31"): "undecided",
        ("same-customer", "R-41"): "partial",
        ("same-customer", "R-43"): "discarded",
        ("same-customer", "R-51"): "undetermined",
        ("same-customer", "R-101"): "won",
        ("same-customer", "R-52"): "undetermined",
        ("same-customer", "R-53"): "lost",
        ("same-customer", "R-61"): "undetermined",
        ("same-customer", "R-62"): "undetermined",
        ("key-account", "A-7"): "won",
        ("key-account", "R-71"): "lost",
        ("same-customer", "R-71"): "discarded",
        ("key-account", "A-8"): "discarded",
        ("same-customer", "R-91"): "won",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_outcome_of_a_conflict_is_told(
    decision: Decision, language: str, golden: Callable[[Path, str], None]
) -> None:
    parts = []
    for heading, policy, claim in TOLD:
        told = explain(decision[policy][claim], ruleset="northern", language=language, zone=decision.zone)
        parts.append(f"== {heading}\n{told}\n")
    golden(HERE / "goldens" / f"conflicts.{language}.txt", "\n".join(parts))


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_to_fill_in(decision: Decision, language: str) -> None:
    for policy in ("key-account", "same-customer"):
        for result in decision[policy].values():
            told = explain(result, ruleset="northern", language=language, zone=decision.zone)
            assert "{" not in told
            assert all(line.strip() == line.strip(" ") != "" for line in told.split("\n"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("policy", "claim"), IN_DOUBT)
def test_nobody_is_told_to_be_alone_who_may_have_a_rival(
    decision: Decision, policy: str, claim: str, language: str
) -> None:
    told = decision.explain(policy, claim, language=language)
    alone = {"en": "nobody else", "zh": "没有其他", "ru": "других действительных заявок нет"}[language]
    assert alone not in told


def test_a_claim_in_doubt_is_not_told_to_have_won(decision: Decision) -> None:
    told = decision.explain("same-customer", "R-61").split("\n")
    assert told[0].startswith('"several agents" cannot be determined for R-61')
    assert not any("keeps it" in line or line.endswith(": won") for line in told)
