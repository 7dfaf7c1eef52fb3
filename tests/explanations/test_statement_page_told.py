"""A statement says of an amount what the explanation of its result says, from what it keeps alone."""

import re
from collections.abc import Mapping, Sequence

import pytest
from tests.rulesets.settlements import CLOSINGS, HEAD, document, policy, settle
from tests.rulesets.test_settling import FUND
from tests.support import ruleset

from partnerrules import Facts, Ruleset
from partnerrules.decisions import MissingFact, Settlement
from partnerrules.explanations import statement_page, tell_settlement
from partnerrules.explanations.settled_ladders import climbs_of

LANGUAGES = ("en", "zh", "ru")
SALE = {"A": document("600", "2026-01-10")}


def told(made: Settlement, language: str = "en", payee: str = "P") -> list[str]:
    """The lines of a statement, and that it says the same once it is read back."""
    text = tell_settlement(made, payee, None, language)
    again = Settlement.from_json(made.to_json())
    assert tell_settlement(again, payee, None, language) == text
    assert statement_page(again, again.statement(payee), language) == statement_page(
        made, made.statement(payee), language
    )
    return [line.strip() for line in text.splitlines()]


def explained(rules: Ruleset, documents: Mapping[str, object], record: str, language: str = "en") -> list[str]:
    """The lines of the explanation of a result, without the first one and what hangs on the clause."""
    facts = Facts({"partners": {"P": {}}, "customers": {"C": {}, "D": {}}, "transactions": documents})
    text = rules.decide(facts, as_of=CLOSINGS["2026-Q1"]).explain("sales", record, language=language)
    return [line.strip() for line in text.splitlines()[2:]]


# ---------------------------------------------------------------------------------------------------------- amounts


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "limits",
    [
        # 10 % of 600 are 60, of which the cap of the document leaves 30.
        "caps:\n  - {amount: 30 CNY}\n  - {amount: 1000 CNY, per: [year]}",
        "floor: {amount: 5 CNY}\ncaps:\n  - {amount: 30 CNY}\n  - {amount: 1000 CNY, per: [year]}",
        "floor: {amount: 5 CNY}\ncap: {amount: 30 CNY}",
        "floor: {amount: 70 CNY}\ncap: {amount: 80 CNY}",
        "floor: {amount: 80 CNY}\ncaps:\n  - {amount: 100 CNY}\n  - {amount: 130 CNY, per: [year]}",
    ],
    ids=["two caps", "a floor that does nothing and two caps", "a cap that cuts", "a floor that lifts", "both"],
)
def test_which_limit_cut_an_amount(limits: str, language: str) -> None:
    rules = policy(f"rate: 10 %\n{limits}")
    documents = {**SALE, "B": document("600", "2026-01-11")}
    found = told(settle(rules, documents, "2026-Q1"), language)
    for record in documents:
        expected = explained(rules, documents, record, language)
        assert len(expected) >= 3
        assert [line for line in expected if line not in found] == []


def test_the_cap_that_cut_is_the_only_limit_that_is_named() -> None:
    rules = policy(
        "rate: 10 %\nfloor: {amount: 5 CNY}\ncaps:\n  - {amount: 30 CNY}\n  - {amount: 1000 CNY, per: [year]}"
    )
    found = " ".join(told(settle(rules, SALE, "2026-Q1")))
    assert "30.00 CNY" in found
    assert "1,000.00 CNY" not in found
    assert " 5.00 CNY" not in found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_ladder_says_the_rate_before(language: str) -> None:
    # 5 % of 600 are 30; 8 % of 1,100 are 88, so the second one brings 58.
    rules = policy("rate: {ladder: whole, over: year, per: transaction.partner, bands: "
                   "[{from: 0 CNY, rate: 5 %}, {from: 1000 CNY, rate: 8 %}]}")  # fmt: skip
    documents = {**SALE, "B": document("500", "2026-02-10")}
    found = told(settle(rules, documents, "2026-Q1"), language)
    for record in documents:
        assert [line for line in explained(rules, documents, record, language) if line not in found] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_an_amount_is_not_paid_yet(language: str) -> None:
    rules = policy("rate: 10 %\nearned_at: transaction.paid_at\nholding_period: 30 days")
    documents = {**SALE, "B": document("600", "2026-01-10", paid_at="2026-03-30T10:00:00+08:00")}
    found = told(settle(rules, documents, "2026-Q1"), language)
    for record in documents:
        assert [line for line in explained(rules, documents, record, language) if line not in found] == []


def test_what_is_not_paid_says_so_and_what_is_held_says_until_when() -> None:
    rules = policy("rate: 10 %\nearned_at: transaction.paid_at\nholding_period: 30 days")
    documents = {**SALE, "B": document("600", "2026-01-10", paid_at="2026-03-30T10:00:00+08:00")}
    found = " ".join(told(settle(rules, documents, "2026-Q1")))
    assert "what it hangs on has not come about" in found
    assert "29 Apr 2026" in found  # 30 days after 30 March


TITLED = """
exchange: {kind: day}
facts: {transaction: {net_amount: money}}
commission:
  sales:
    title: {en: Sales, zh: 销售, ru: Продажи}
    subject: transaction
    payee: transaction.partner
    base: transaction.net_amount
    convert: {at: transaction.date}
    rate: 5 %
    modifiers:
      - points: 2 %
        id: reg
        title: {en: registered, zh: 已报备, ru: сделка заявлена}
        require: transaction.partner.id = "P"
"""


# ---------------------------------------------------------------------------------------------------------- ladders

YEARS = (
    "rate: {ladder: marginal, over: year, per: transaction.customer, "
    "bands: [{from: 0 CNY, rate: 5 %}, {from: 2000 CNY, rate: 8 %}]}"
)


def places(first: Sequence[tuple[str, str]], second: Sequence[tuple[str, str]]) -> list[str]:
    """The places on the ladders of the second quarter, where customers bought in the first and in the second one."""
    rules = policy(YEARS)
    bought = {
        f"{quarter}{number}": document(amount, f"2026-{month}-1{number}", customer=customer)
        for quarter, month, sold in (("A", "01", first), ("B", "04", second))
        for number, (customer, amount) in enumerate(sold)
    }
    more: dict[str, object] = {"customers": {"C": {}, "D": {}}}
    before = {id: fields for id, fields in bought.items() if id.startswith("A")}
    closed = settle(rules, before, "2026-Q1", more=more)
    found = settle(rules, bought, "2026-Q2", [closed], more=more)
    return [str(climb.after) for climb in climbs_of(found.statement("P"))]


def test_two_ladders_that_began_in_an_earlier_period_are_both_told() -> None:
    assert places([("C", "100"), ("D", "1000")], [("C", "50"), ("D", "50")]) == ["150", "1050"]


def test_two_ladders_that_stand_at_the_same_place_stay_two() -> None:
    assert places([("C", "100"), ("D", "300")], [("C", "200"), ("D", "100")]) == ["300", "400"]


# --------------------------------------------------------------------------------------------------------- benefits

CLAIMS = {
    "A": {"partner": "P", "activity_on": "2026-03-01", "claimed_on": "2026-03-21", "cost": "1500 CNY"},
    "B": {"partner": "P", "activity_on": "2026-03-10", "claimed_on": "2026-03-22", "cost": "800 CNY"},
    "C": {"partner": "P", "activity_on": "2026-01-10", "claimed_on": "2026-03-22", "cost": "800 CNY"},
}
FUNDED = FUND.replace(
    "caps: [{id: quarter,", "caps: [{id: quarter, title: {en: of the quarter, zh: 季度, ru: на квартал},"
).replace(
    "    in_order_of",
    "    approvals:\n"
    "      - {id: manager, title: {en: of the manager, zh: 经理, ru: менеджера}, given_at: fund_claim.claimed_on}\n"
    "    in_order_of",
)


@pytest.mark.parametrize(
    ("language", "share", "cap", "approval", "late"),
    [
        (
            "en",
            "50% of 800.00 CNY is 400.00 CNY",
            "cap of the quarter: 1,000.00 CNY",
            "approval of the manager",
            "late",
        ),
        ("zh", "800.00 CNY", "季度", "经理", "逾期"),
        ("ru", "800,00 CNY", "на квартал", "менеджера", "поздно"),
    ],
)
def test_share_cap_and_approvals_of_a_benefit(language: str, share: str, cap: str, approval: str, late: str) -> None:
    # 50 % of 1,500 are 750; of 400 of the second one the quarter's 1,000 leave 250; the third one came too late.
    made = settle(ruleset(FUNDED, HEAD), {}, "2026-Q1", more={"fund_claims": CLAIMS})
    assert [int(line.amount.amount) for line in made.statement("P").lines] == [750, 250, 0]
    found = told(made, language)
    facts = Facts({"partners": {"P": {}}, "fund_claims": CLAIMS})
    decision = ruleset(FUNDED, HEAD).decide(facts, as_of=CLOSINGS["2026-Q1"])
    for record in ("A", "B"):
        told_of_result = decision.explain("fund", record, language=language).splitlines()[2:]
        # Who used a cap before is nobody's business: these may be others.
        lines = [line.strip() for line in told_of_result if not re.search("used before|此前|использовали", line)]
        assert [line for line in lines if line not in found] == []
    text = " ".join(found)
    assert share in text.replace("\xa0", " ")
    assert cap in text
    assert approval in text
    page = statement_page(made, made.statement("P"), language)
    assert share in page.replace("\xa0", " ")
    assert "claimed_late" not in page
    assert late in page


def test_a_gate_that_is_not_passed_is_named() -> None:
    gated = FUND.replace(
        "    amount:",
        "    gates: [{id: big, title: {en: a large activity}, require: fund_claim.cost > 1000 CNY}]\n    amount:",
    )
    made = settle(ruleset(gated, HEAD), {}, "2026-Q1", more={"fund_claims": CLAIMS})
    (refused,) = (line for line in told(made) if line.startswith("B,"))
    assert refused.endswith("0.00 CNY; 50%; earns nothing, does not hold: a large activity")


# ------------------------------------------------------------------------------------------------------------- open


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_missing_is_told_in_the_language(language: str) -> None:
    rules = ruleset(TITLED, HEAD)
    documents = {"A": {"partner": "P", "date": "2026-01-10", "net_amount": "100 USD"}}
    made = settle(rules, documents, "2026-Q1", more={"exchange_rates": {}})
    (open_document,) = made.statement("P").open
    assert {each.reason for each in open_document.missing} == {"rate"}
    assert Settlement.from_json(made.to_json()).statement("P").open == (open_document,)
    facts = Facts({"partners": {"P": {}}, "transactions": documents, "exchange_rates": {}})
    decision = rules.decide(facts, as_of=CLOSINGS["2026-Q1"])
    lacking = decision.explain("sales", "A", language=language).splitlines()[-1].strip().removeprefix("- ")
    (line,) = (line for line in told(made, language) if line.startswith(("A,", "A、")))
    assert lacking in line


def test_a_fact_that_is_missing_in_a_way_not_known_yet_is_still_told() -> None:
    made = settle(policy("rate: 10 %"), {"A": document(None, "2026-01-10")}, "2026-Q1")
    (open_document,) = made.statement("P").open
    assert open_document.missing == (
        MissingFact(reason="field", relation="transactions", record="A", field="net_amount"),
    )
    changed = made.to_json().replace('"reason": "field"', '"reason": "of a later library"')
    (line,) = (line for line in told(Settlement.from_json(changed)) if line.startswith(("A,", "A、")))
    assert "net_amount" in line


@pytest.mark.parametrize(("language", "title"), [("en", "registered"), ("zh", "已报备"), ("ru", "сделка заявлена")])
def test_what_makes_an_amount_more_is_told_by_its_title(language: str, title: str) -> None:
    documents = {"A": {"partner": "P", "date": "2026-01-10", "net_amount": "100 CNY"}}
    found = told(settle(ruleset(TITLED, HEAD), documents, "2026-Q1", more={"exchange_rates": {}}), language)
    assert title in found


# ------------------------------------------------------------------------------------------------------ adjustments


def test_an_adjustment_that_is_withheld_says_so() -> None:
    rules = policy("rate: 10 %\nearned_at: transaction.paid_at")
    first = settle(rules, {"A": document("600", "2026-01-10")}, "2026-Q1")
    paid = {"A": document("500", "2026-01-10", paid_at="2026-05-01T10:00:00+08:00")}
    second = settle(rules, paid, "2026-Q2", [first])
    found = told(second)
    expected = (
        "earned; computed anew from what is known by now; Held back: 60.00 CNY → 0.00 CNY; 50.00 CNY to the balance"
    )
    assert any(line.endswith(f"60.00 CNY → 50.00 CNY; {expected}") for line in found)
    assert found[found.index("Documents of the period") + 1] == "There are no documents in this period."
    page = statement_page(second, second.statement("P"))
    table = page[page.index('id="adjustments"') : page.index('id="how"')]
    cells = [cell for cell in re.sub(r"(\s*<[^>]+>\s*)+", "|", table).split("|") if cell]
    assert cells[-10:-1] == [
        "60.00", "50.00", "-10.00", "60.00 → 0.00", "earned; computed anew from what is known by now", "+50.00",
        "In all", "-10.00", "50.00",
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_and_signs_are_those_of_the_language(language: str) -> None:
    made = settle(
        policy(YEARS), {"A": document("600", "2026-01-10", customer="C")}, "2026-Q1", more={"customers": {"C": {}}}
    )
    page = statement_page(made, made.statement("P"), language)
    said = re.sub(r"<style>.*?</style>|<[^>]+>", "\n", page, flags=re.DOTALL)
    if language == "zh":
        assert not re.search(r"[:;] |。 |[,.] [\u4e00-\u9fff]", said)
    heading = {"en": "Statement", "zh": "结算单", "ru": "Расчётный лист"}[language]
    assert f"<h1>{heading}</h1>" in page
