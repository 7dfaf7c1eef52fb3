"""Settlement: what a period leaves to be paid, and what later documents change of it."""

import datetime as dt
import json
from pathlib import Path

import pytest
from tests.rulesets.settlements import CLOSINGS, HEAD, QUARTERS, amounts, document, policy, settle, totals
from tests.support import SHANGHAI, codes, in_folder, ruleset

from partnerrules import Facts, Ruleset, UsageError, load
from partnerrules.domain.settlement import Settlement

FLAT = "rate: 10 %"
WHOLE_YEAR = (
    "rate: {ladder: whole, over: year, per: transaction.partner, "
    "bands: [{id: basic, from: 0 CNY, rate: 5 %}, {id: higher, from: 1000 CNY, rate: 8 %}]}"
)
SALES = {"A": document("600", "2026-01-10"), "B": document("500", "2026-02-10")}


def test_documents_of_a_period_are_its_lines() -> None:
    found = settle(policy(FLAT), {**SALES, "C": document("70", "2026-04-01")}, "2026-Q1")
    statement = found.statement("P")
    assert amounts(statement) == {"A": "document 60 > 60", "B": "document 50 > 50"}
    assert totals(statement) == "0 110 0 0"
    line = statement.lines[0]
    assert (line.policy, line.clause, line.version, line.titles) == ("sales", "N-4", "1", {"en": "Sales"})
    assert (str(line.base), line.details["rate"]) == ("600.00 CNY", {"kind": "rate", "value": "10 %"})


def test_e63_what_arrives_late_is_an_adjustment_and_the_closed_statement_stays() -> None:
    rules = policy(WHOLE_YEAR)
    first = settle(rules, SALES, "2026-Q1")
    assert amounts(first.statement("P")) == {"A": "document 30 > 30", "B": "document 58 > 58"}
    written = first.to_json()
    late = {**SALES, "0": document("900", "2026-01-05"), "C": document("100", "2026-05-05")}
    second = settle(rules, late, "2026-Q2", [first])
    # 900 at 5 % is 45; with A 1,500 at 8 % are 120, so that A earns 75, and B 2,000 at 8 % less 120, 40.
    assert amounts(second.statement("P")) == {
        "0": "adjustment 45 > 45",
        "A": "adjustment 45 > 45",
        "B": "adjustment -18 > -18",
        "C": "document 8 > 8",
    }
    line = next(line for line in second.statement("P").lines if line.document == "A")
    assert (str(line.before), str(line.amount)) == ("30.00 CNY", "75.00 CNY")
    assert first.to_json() == written
    assert second.previous == first.fingerprint


def test_e28_a_credit_note_in_a_later_period_makes_the_total_negative_and_carries() -> None:
    rules = policy(FLAT)
    first = settle(rules, SALES, "2026-Q1")
    credit = {**SALES, "C": document("-500", "2026-05-01", original="B")}
    second = settle(rules, credit, "2026-Q2", [first])
    assert amounts(second.statement("P")) == {"C": "document -50 > -50"}
    assert totals(second.statement("P")) == "0 0 -50 0"
    third = settle(rules, {**credit, "D": document("2000", "2026-07-01")}, "2026-Q3", [first, second])
    assert totals(third.statement("P")) == "-50 150 0 0"


def test_e29_a_credit_note_reverses_the_uplift_of_the_year() -> None:
    rules = policy(WHOLE_YEAR.replace("per:", "corrections: period, per:"))
    first = settle(rules, SALES, "2026-Q1")
    assert str(first.statement("P").payable) == "88.00 CNY"
    credit = {**SALES, "C": document("-200", "2026-05-01", original="B")}
    second = settle(rules, credit, "2026-Q2", [first])
    # 900 are left of the year, at 5 %: 45 in all.
    assert totals(second.statement("P")) == "0 0 -43 0"


def test_e25_a_tier_that_counts_for_the_whole_quarter_pays_the_difference() -> None:
    level = 'standing(transaction.partner, "level", end of quarter(transaction.date))'
    rules = policy(f"rate: 'if exists({level}) and {level} = \"gold\" then 10 % else 5 %'")
    gold = {"standings": {"S": {"partner": "P", "kind": "level", "value": "gold", "valid_from": "2026-03-01"}}}
    basic = {"standings": {"S": {"partner": "P", "kind": "level", "value": "basic", "valid_from": "2026-01-01"}}}
    first = settle(rules, SALES, "2026-Q1", more=basic)
    second = settle(
        rules, SALES, "2026-Q2", [first], more={"standings": {**basic["standings"], "G": gold["standings"]["S"]}}
    )
    assert str(first.statement("P").payable) == "55.00 CNY"
    assert amounts(second.statement("P")) == {"A": "adjustment 30 > 30", "B": "adjustment 25 > 25"}


def test_e65_a_document_that_is_given_twice_counts_once_with_a_warning() -> None:
    rules = policy(FLAT)
    twice = [{"id": "A", **SALES["A"]}, {"id": "A", **SALES["A"]}]
    facts = Facts({"partners": [{"id": "P"}], "transactions": twice})
    found = rules.settle(facts, "2026-Q1", as_of=dt.datetime(2026, 4, 5, tzinfo=SHANGHAI))
    assert str(found.statement("P").payable) == "60.00 CNY"
    assert any("A" in warning for warning in found.warnings)


def test_e64_the_same_facts_shuffled_give_the_same_bytes() -> None:
    rules = policy(WHOLE_YEAR)
    documents = {f"T-{number}": document(str(100 + number), f"2026-0{1 + number % 3}-11") for number in range(20)}
    names = sorted(documents, key=lambda name: name[::-1], reverse=True)
    first = settle(rules, documents, "2026-Q1")
    assert settle(rules, {name: documents[name] for name in names}, "2026-Q1").to_json() == first.to_json()
    read = Settlement.from_json(first.to_json())
    assert read == first
    assert (
        settle(rules, documents, "2026-Q2", [read]).to_json() == settle(rules, documents, "2026-Q2", [first]).to_json()
    )


HOLD = """
rate: 10 %
hold:
  - id: stopped
    require: sanctioned(transaction.partner, "stop_settlement", as_of)
"""


def sanction(start: str, end: str, effect: str = "stop_settlement") -> dict[str, dict[str, object]]:
    times = {"starts_at": f"{start}T00:00:00+08:00", "ends_at": f"{end}T00:00:00+08:00"}
    return {"sanctions": {effect: {"partner": "P", "effects": [effect], **times}}}


def test_what_is_held_back_is_released_in_a_later_period() -> None:
    rules = policy(HOLD)
    stop = sanction("2026-03-01", "2026-06-01")
    first = settle(rules, SALES, "2026-Q1", more=stop)
    assert amounts(first.statement("P")) == {"A": "document 60 > 0", "B": "document 50 > 0"}
    assert totals(first.statement("P")) == "0 0 0 110"
    second = settle(rules, SALES, "2026-Q2", [first], more=stop)
    assert amounts(second.statement("P")) == {"A": "status 0 > 60", "B": "status 0 > 50"}
    assert totals(second.statement("P")) == "0 110 0 0"
    assert str(second.statement("P").withheld_opening) == "110.00 CNY"


def test_what_has_been_paid_is_not_withheld_again() -> None:
    rules = policy(HOLD)
    first = settle(rules, SALES, "2026-Q1", more={"sanctions": {}})
    stop = sanction("2026-06-01", "2026-09-01")
    more = {**SALES, "C": document("100", "2026-04-04"), "D": document("-500", "2026-05-01", original="B")}
    second = settle(rules, more, "2026-Q2", [first], more=stop)
    # The new document is held back; what is taken back of one that has been paid is taken back now.
    assert amounts(second.statement("P")) == {"C": "document 10 > 0", "D": "document -50 > -50"}
    assert totals(second.statement("P")) == "0 0 -50 10"


def test_what_is_lost_before_it_is_paid_stays_lost() -> None:
    rules = policy(
        "rate: 10 %\nforfeit: [{id: cancelled, "
        "require: 'sanctioned(transaction.partner, \"cancel_unpaid\", as_of)'}]\n"
        "hold: [{id: stopped, require: 'sanctioned(transaction.partner, \"stop_settlement\", as_of)'}]"
    )
    stop = sanction("2026-03-01", "2026-12-01")
    first = settle(rules, SALES, "2026-Q1", more=stop)
    cancel = sanction("2026-06-01", "2027-01-01", "cancel_unpaid")
    both = {"sanctions": {**stop["sanctions"], **cancel["sanctions"]}}
    second = settle(rules, SALES, "2026-Q2", [first], more=both)
    assert amounts(second.statement("P")) == {"A": "status 0 > 0", "B": "status 0 > 0"}
    assert str(second.statement("P").forfeited) == "110.00 CNY"
    assert totals(second.statement("P")) == "0 0 0 0"


def test_less_than_the_minimum_is_carried_over() -> None:
    rules = policy(FLAT, before="settlement: {minimum_payout: [100 CNY], objections: 30 days}\n")
    first = settle(rules, {"A": document("999.9", "2026-01-10")}, "2026-Q1")
    assert totals(first.statement("P")) == "0 0 99.99 0"
    assert first.objections_until == dt.date(2026, 5, 5)
    both = {"A": document("999.9", "2026-01-10"), "B": document("0.1", "2026-04-10")}
    assert totals(settle(rules, both, "2026-Q2", [first]).statement("P")) == "99.99 100 0 0"


def test_a_balance_without_movement_still_has_a_statement() -> None:
    rules = policy(FLAT, before="settlement: {minimum_payout: [100 CNY]}\n")
    documents = {"A": document("10", "2026-01-10")}
    first = settle(rules, documents, "2026-Q1")
    second = settle(rules, documents, "2026-Q2", [first])
    assert totals(second.statement("P")) == "1 0 1 0"
    assert second.statement("P").lines == ()


def test_documents_that_lack_facts_stay_open_and_are_settled_later() -> None:
    rules = policy(FLAT)
    first = settle(rules, {"A": document(None, "2026-01-10"), "B": SALES["B"]}, "2026-Q1")
    assert not first.complete
    (left_open,) = first.statement("P").open
    assert (left_open.document, left_open.reason) == ("A", "undetermined")
    assert [(each.reason, each.relation, each.record, each.field) for each in left_open.missing] == [
        ("field", "transactions", "A", "net_amount")
    ]
    assert totals(first.statement("P")) == "0 50 0 0"
    second = settle(rules, SALES, "2026-Q2", [first])
    assert amounts(second.statement("P")) == {"A": "adjustment 60 > 60"}
    assert second.complete


def test_what_was_settled_stays_while_a_document_is_in_doubt() -> None:
    rules = policy(FLAT)
    first = settle(rules, SALES, "2026-Q1")
    second = settle(rules, {"A": document(None, "2026-01-10"), "B": SALES["B"]}, "2026-Q2", [first])
    assert amounts(second.statement("P")) == {}
    assert [each.document for each in second.statement("P").open] == ["A"]


def test_a_document_that_concerns_nobody_known_is_open_for_all() -> None:
    rules = ruleset(
        "facts: {transaction: {agent: ref partner}}\ncommission:\n  sales:\n    subject: transaction\n"
        "    payee: transaction.agent\n    base: transaction.net_amount\n    rate: 10 %\n",
        HEAD,
    )
    found = settle(rules, {"A": document("600", "2026-01-10"), "B": document("50", "2026-01-10", agent="Q")}, "2026-Q1")
    assert [each.document for each in found.open] == ["A"]
    assert found.payees == ("Q",)


def test_a_document_that_no_policy_pays_any_more_is_taken_back() -> None:
    rules = policy('when: transaction.kind = "invoice"\nrate: 10 %')
    invoices = {name: {**each, "kind": "invoice"} for name, each in SALES.items()}
    first = settle(rules, invoices, "2026-Q1")
    second = settle(rules, {**invoices, "A": {**invoices["A"], "kind": "order"}}, "2026-Q2", [first])
    (line,) = second.statement("P").lines
    assert (line.document, line.status, str(line.change)) == ("A", "withdrawn", "-60.00 CNY")


def test_another_payee_gets_what_the_first_one_gives_back() -> None:
    rules = policy(FLAT)
    first = settle(rules, SALES, "2026-Q1")
    second = settle(rules, {**SALES, "A": document("600", "2026-01-10", "Q")}, "2026-Q2", [first])
    assert amounts(second.statement("P")) == {"A": "adjustment -60 > -60"}
    assert amounts(second.statement("Q")) == {"A": "adjustment 60 > 60"}


def test_documents_before_the_first_settlement_were_settled_elsewhere() -> None:
    rules = policy(FLAT)
    old = {**SALES, "C": document("80", "2026-05-01")}
    first = settle(rules, old, "2026-Q2")
    assert amounts(first.statement("P")) == {"C": "document 8 > 8"}
    assert settle(rules, {**old, "0": document("5", "2026-01-01")}, "2026-Q3", [first]).statements == ()


def test_periods_follow_on_each_other() -> None:
    rules = policy(FLAT)
    first = settle(rules, SALES, "2026-Q1")
    second = settle(rules, SALES, "2026-Q2", [first])
    other = settle(rules, {"A": SALES["A"]}, "2026-Q1")
    with pytest.raises(UsageError, match="does not follow on 2026-01-01"):
        settle(rules, SALES, "2026-Q3", [first])
    with pytest.raises(UsageError, match="is missing"):
        settle(rules, SALES, "2026-Q3", [second])
    with pytest.raises(UsageError, match="never changed"):
        settle(rules, SALES, "2026-Q3", [other, second])
    with pytest.raises(
        UsageError, match="lack documents that were settled by `sales`, or date them after the closing: `B`"
    ):
        settle(rules, {"A": SALES["A"]}, "2026-Q2", [first])
    with pytest.raises(UsageError, match="is not over"):
        settle(rules, SALES, "2026-Q1", as_of=dt.datetime(2026, 3, 31, 23, 59, tzinfo=SHANGHAI))
    third = ruleset("commission: {}\n", HEAD.replace("trial", "other"))
    with pytest.raises(UsageError, match="of `trial`, not of `other`"):
        settle(third, SALES, "2026-Q2", [first])


@pytest.mark.parametrize("text", ["2026-Q5", "2026-13", "26", "2026-W01", "2026-04-01 .. 2026-01-01", "", "9999"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is not a period"):
        policy(FLAT).settle(Facts({}), text, as_of=dt.datetime(2026, 4, 5, tzinfo=SHANGHAI))


def test_periods_can_be_named_in_several_ways() -> None:
    rules = policy(FLAT)
    moment = dt.datetime(2027, 4, 5, tzinfo=SHANGHAI)
    for named in ("2026-Q1", "2026-01-01..2026-04-01", (dt.date(2026, 1, 1), dt.date(2026, 4, 1))):
        assert str(rules.settle(Facts({}), named, as_of=moment).period) == "2026-01-01 .. 2026-04-01"
    assert str(rules.settle(Facts({}), "2026-12", as_of=moment).period) == "2026-12-01 .. 2027-01-01"
    assert str(rules.settle(Facts({}), "2026", as_of=moment).period) == "2026-01-01 .. 2027-01-01"


def test_a_settlement_that_somebody_changed_is_refused() -> None:
    text = settle(policy(FLAT), SALES, "2026-Q1").to_json()
    with pytest.raises(UsageError, match="does not add up"):
        Settlement.from_json(text.replace('"60.00 CNY"', '"61.00 CNY"'))
    for broken in ("", "[]", "{}", text.replace("60.00 CNY", "60.00"), text.replace("document", "dokument")):
        with pytest.raises(UsageError, match="this is not a settlement"):
            Settlement.from_json(broken)


def test_tables_have_a_row_for_each_line_and_statement() -> None:
    found = settle(policy(FLAT), {**SALES, "C": document("7", "2026-03-01", "Q")}, "2026-Q1")
    lines = found.lines_csv().splitlines()
    assert len(lines) == 4
    assert lines[1].startswith(
        "P,CNY,document,A,2026-01-10,sales,,1,N-4,1,,600.00,60.00,0.00,60.00,0.00,0.00,0.00,0.00,60.00,earned"
    )
    assert found.statements_csv().splitlines()[1:] == [
        "P,CNY,0.00,110.00,0.00,0.00,0.00,110.00,0.00,110.00,0.00,0",
        "Q,CNY,0.00,0.70,0.00,0.00,0.00,0.70,0.00,0.70,0.00,0",
    ]


def test_a_payee_without_a_statement_is_told() -> None:
    found = settle(policy(FLAT), SALES, "2026-Q1")
    with pytest.raises(UsageError, match="`X` has no statement"):
        found.statement("X")
    with pytest.raises(UsageError, match="no statement in USD"):
        found.statement("P", "USD")


@pytest.mark.parametrize(
    ("section", "code"),
    [
        ("minimum_payout: [100]", "type-mismatch"),
        ("minimum_payout: [100 CNY, 50 CNY]", "duplicate-id"),
        ("objections: 30", "unit-mismatch"),
        ("objections: 0 days", "impossible-count"),
        ("policies: [other]", "unknown-policy"),
    ],
)
def test_terms_of_settlement_that_say_nothing_are_refused(section: str, code: str) -> None:
    text = (
        f"settlement: {{{section}}}\ncommission: {{sales: {{subject: transaction, payee: transaction.partner, "
        "base: transaction.net_amount, rate: 5 %}}\n"
    )
    assert codes(text) == [code]


def test_only_the_policies_that_are_named_are_settled() -> None:
    rest = "{subject: transaction, payee: transaction.partner, base: transaction.net_amount, rate: 5 %}"
    rules = ruleset(f"settlement: {{policies: [one]}}\ncommission: {{one: {rest}, two: {rest}}}\n", HEAD)
    found = settle(rules, SALES, "2026-Q1")
    assert {line.policy for line in found.statement("P").lines} == {"one"}


def test_a_minimum_that_the_source_leaves_open_stops_the_settlement() -> None:
    rules = policy(
        FLAT,
        before="parameters: {least: {type: money, status: unstated}}\nsettlement: {minimum_payout: [least]}\n",
    )
    with pytest.raises(UsageError, match="parameter least"):
        settle(rules, SALES, "2026-Q1")


def test_four_quarters_come_to_the_year() -> None:
    rules = policy(WHOLE_YEAR)
    documents = {f"T-{month:02}": document(str(97 * month), f"2026-{month:02}-15") for month in range(1, 13)}
    closed: list[Settlement] = []
    for quarter in QUARTERS:
        closed.append(settle(rules, documents, quarter, closed))
    paid = sum(each.statement("P").payable.amount for each in closed)
    assert f"{paid:.2f}" == "605.28"  # 7,566 at 8 %


def test_a_dispute_holds_back_until_it_is_decided() -> None:
    rules = policy(
        "rate: 10 %\nhold: [{id: disputed, require: 'some d in transaction.disputes satisfies "
        "not(exists(d.decided_on) and d.decided_on <= today)'}]",
        before="facts:\n  dispute:\n    plural: disputes\n    happens: raised_on\n    fields: "
        "{transaction: ref transaction, raised_on: date, decided_on: {type: date, missing: none}}\n",
    )
    dispute = {"transaction": "A", "raised_on": "2026-03-20"}
    first = settle(rules, SALES, "2026-Q1", more={"disputes": {"D": dispute}})
    assert amounts(first.statement("P")) == {"A": "document 60 > 0", "B": "document 50 > 50"}
    decided = {"disputes": {"D": {**dispute, "decided_on": "2026-05-01"}}}
    second = settle(rules, SALES, "2026-Q2", [first], more=decided)
    assert amounts(second.statement("P")) == {"A": "status 0 > 60"}


FUND = """
facts:
  fund_claim:
    plural: fund_claims
    fields: {partner: ref partner, activity_on: date, claimed_on: {type: date, missing: none}, cost: money}
settlement: {policies: [fund]}
benefits:
  fund:
    title: {en: Marketing fund}
    source: F-1
    subject: fund_claim
    beneficiary: fund_claim.partner
    amount: fund_claim.cost
    share: 50 %
    claim: {on: fund_claim.claimed_on, not_before: fund_claim.activity_on, of: fund_claim.activity_on, within: 30 days}
    caps: [{id: quarter, amount: 1000 CNY, per: [fund_claim.partner, start of quarter(fund_claim.activity_on)]}]
    in_order_of: fund_claim.activity_on
"""


def test_a_marketing_fund_is_settled_by_the_day_on_which_it_is_claimed() -> None:
    rules = ruleset(FUND, HEAD)
    claims = {
        "A": {"partner": "P", "activity_on": "2026-03-01", "claimed_on": "2026-03-31", "cost": "1500 CNY"},
        "B": {"partner": "P", "activity_on": "2026-03-10", "claimed_on": "2026-04-02", "cost": "800 CNY"},
        "C": {"partner": "P", "activity_on": "2026-03-01", "claimed_on": "2026-04-02", "cost": "800 CNY"},
        "D": {"partner": "Q", "activity_on": "2026-03-01", "cost": "800 CNY"},
    }
    first = settle(rules, {}, "2026-Q1", more={"fund_claims": claims})
    assert amounts(first.statement("P")) == {"A": "document 750 > 750"}
    second = settle(rules, {}, "2026-Q2", [first], more={"fund_claims": claims})
    # 250 are left of the quarter's 1,000, and C came too late, so that it is nothing.
    assert amounts(second.statement("P")) == {"B": "document 250 > 250", "C": "document 0 > 0"}
    assert second.payees == ("P",)


def test_a_benefit_that_nobody_claims_cannot_be_settled() -> None:
    text = FUND.replace("claim: {on", "gates: [true]\n    # claim: {on")
    assert codes(text) == ["missing-key"]


def test_a_clawback_takes_back_what_was_paid_and_a_forfeit_does_not() -> None:
    left = "facts: {transaction: {left_on: {type: date, missing: none}}}\n"
    asked = "[{id: left, require: exists(transaction.left_on) and transaction.left_on < transaction.date + 6 months}]"
    gone = {**SALES, "A": {**SALES["A"], "left_on": "2026-05-01"}, "B": {**SALES["B"], "left_on": "2026-08-10"}}
    for key, told in (("clawback", {"A": "status 0 > -60"}), ("forfeit", {})):
        rules = policy(f"rate: 10 %\n{key}: {asked}", before=left)
        first = settle(rules, SALES, "2026-Q1")
        second = settle(rules, gone, "2026-Q2", [first])
        found = second.statement("P") if second.statements else None
        assert (amounts(found) if found else {}) == told
        if found:
            assert totals(found) == "0 0 -60 0"
            assert found.lines[0].status == "clawed_back"
    # What was withheld so far is lost, and nothing has to be given back.
    held = settle(policy(f"rate: 10 %\nclawback: {asked}", before=left), gone, "2026-Q1", as_of=CLOSINGS["2026-Q2"])
    assert amounts(held.statement("P")) == {"A": "document 60 > 0", "B": "document 50 > 50"}


def test_a_line_says_why_it_is_held_back() -> None:
    rules = policy(
        HOLD.replace("id: stopped\n", "id: stopped\n    title: {en: settlement is stopped, zh: 结算已停止}\n")
    )
    found = settle(rules, SALES, "2026-Q1", more=sanction("2026-03-01", "2026-06-01"))
    assert found.statement("P").lines[0].details["because"] == [
        {"id": "stopped", "titles": {"en": "settlement is stopped", "zh": "结算已停止"}}
    ]


def test_e66_many_documents_come_to_the_sum_of_their_batches() -> None:
    rules = policy(WHOLE_YEAR)
    documents = {
        f"T-{number}": document(
            f"{(number * 7919) % 2000}.{number % 100:02}",
            str(dt.date(2026, 1, 1) + dt.timedelta(days=number * 31 % 365)),
            f"P-{number % 20}",
        )
        for number in range(700)
    }
    partners: dict[str, object] = {f"P-{number}": {} for number in range(20)}
    closed: list[Settlement] = []
    for month in range(1, 13):
        end = dt.date(2026 + month // 12, month % 12 + 1, 5)
        moment = dt.datetime.combine(end, dt.time(), tzinfo=SHANGHAI)
        closed.append(settle(rules, documents, f"2026-{month:02}", closed, more={"partners": partners}, as_of=moment))
    year = settle(rules, documents, "2026", more={"partners": partners}, as_of=CLOSINGS["2026-Q4"])
    for payee in partners:
        paid = sum(each.statement(payee).payable.amount for each in closed if payee in each.payees)
        assert paid == year.statement(payee).payable.amount


def versions(tmp_path: Path, first: str, second: str, *, start: str = "2026-03-01", end: str = "") -> Ruleset:
    """A ruleset of two versions, of which the second one is in force from a day on."""
    head = "ruleset: trial\nversion: {name}\nin_force: {days}\ncurrency: CNY\ntimezone: Asia/Shanghai\n"
    one = head.format(name='"1"', days=f"2020-01-01 .. {start}") + first
    two = head.format(name='"2"', days=f"{start} .. {end}") + second
    return load(in_folder({"one/ruleset.yaml": one, "two/ruleset.yaml": two}, tmp_path))


PAYS = "{subject: transaction, payee: transaction.partner, base: transaction.net_amount, rate: 10 %}"


def test_where_the_rules_end_within_the_period_the_last_ones_say_how_it_is_settled() -> None:
    head = HEAD.replace("2020-01-01 ..", "2020-01-01 .. 2026-03-16")
    rules = ruleset(
        f"settlement: {{minimum_payout: [100 CNY], objections: 30 days}}\ncommission: {{sales: {PAYS}}}\n", head
    )
    found = settle(rules, {"A": document("100", "2026-01-10"), "B": document("100", "2026-03-20")}, "2026-Q1")
    assert totals(found.statement("P")) == "0 0 10 0"
    assert found.objections_until == dt.date(2026, 5, 5)
    assert [(each.document, each.reason) for each in found.statement("P").open] == [("B", "no_policy_in_force")]


def test_a_policy_that_a_new_version_adds_leaves_no_earlier_document_open(tmp_path: Path) -> None:
    rules = versions(tmp_path, f"commission: {{a: {PAYS}}}\n", f"commission: {{a: {PAYS}, bonus: {PAYS}}}\n")
    found = settle(rules, {"A": document("100", "2026-01-10"), "B": document("100", "2026-03-20")}, "2026-Q1")
    assert found.complete
    assert str(found.statement("P").payable) == "30.00 CNY"


def test_each_version_says_which_of_its_policies_are_settled(tmp_path: Path) -> None:
    both = f"commission: {{a: {PAYS}, b: {PAYS}}}\n"
    rules = versions(tmp_path, both, "settlement: {policies: [b]}\n" + both)
    found = settle(rules, {"A": document("100", "2026-01-10"), "B": document("100", "2026-03-20")}, "2026-Q1")
    assert [(line.document, line.policy) for line in found.statement("P").lines] == [("A", "a"), ("A", "b"), ("B", "b")]
    later = settle(rules, {"A": document("100", "2026-01-10"), "B": document("100", "2026-03-20")}, "2026-Q2", [found])
    assert later.statements == ()


def test_a_policy_that_no_version_has_any_more_stops_the_settlement() -> None:
    first = settle(policy(FLAT), SALES, "2026-Q1")
    other = ruleset(f"commission: {{others: {PAYS}}}\n", HEAD)
    with pytest.raises(UsageError, match="`sales` has settled documents, and no version has it any more"):
        settle(other, SALES, "2026-Q2", [first])


def test_what_is_no_period_and_no_settlement_is_told() -> None:
    rules = policy(FLAT)
    first = settle(rules, SALES, "2026-Q1")
    moment = CLOSINGS["2026-Q2"]
    for period in (None, (dt.date(2026, 4, 1),), 2026, (moment, moment)):
        with pytest.raises(UsageError, match="period"):
            rules.settle(Facts({}), period, as_of=moment)  # type: ignore[arg-type]
    for closed in (["books"], first):
        with pytest.raises(UsageError, match="takes the settlements before"):
            rules.settle(Facts({}), "2026-Q2", closed=closed, as_of=moment)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="begin with 2026-04-01"):
        settle(rules, SALES, "2026-Q1", [first])
    again = rules.settle(Facts({"partners": {"P": {}}, "transactions": SALES}), first.period, as_of=moment)
    assert again.period == first.period


def test_a_settlement_of_long_ago_is_still_read_and_has_its_fingerprint() -> None:
    written = (Path(__file__).parent / "settlement-format-1.json").read_text(encoding="utf-8")
    first = Settlement.from_json(written)
    assert first.fingerprint == "293e886b62773b3242edacb2cc8db3f7a21e66e0767414c64f57cde0e3d2e1d4"
    assert Settlement.from_json("".join(written.split("\n"))).fingerprint == first.fingerprint
    second = settle(policy(WHOLE_YEAR), {**SALES, "C": document("100", "2026-05-05")}, "2026-Q2", [first])
    assert amounts(second.statement("P")) == {"C": "document 8 > 8"}


# -------------------------------------------------------------------------------------- corrections of what is withheld


PAID = "facts: {transaction: {customer_paid: {type: date, missing: none}}}\n"
GOING_DOWN = WHOLE_YEAR.replace("per:", "corrections: period, per:")


def test_e29_a_credit_of_what_is_not_paid_yet_takes_back_at_once_what_others_got_by_it() -> None:
    # 800 and 700 come to 1,500, so that B earns 80 more than its own 8 % of 700, and A is never paid by its customer.
    rules = policy(f"{GOING_DOWN}\nearned_at: transaction.customer_paid", before=PAID)
    sales = {"A": document("800", "2026-01-10"), "B": document("700", "2026-02-10", customer_paid="2026-02-20")}
    first = settle(rules, sales, "2026-Q1")
    assert amounts(first.statement("P")) == {"A": "document 40 > 0", "B": "document 80 > 80"}
    credited = {**sales, "C": document("-800", "2026-05-01", original="A")}
    second = settle(rules, credited, "2026-Q2", [first])
    # B alone is left, at 5 %: 35. Of A's 40 nothing had been paid out; the 45 too many of B are taken back now.
    assert amounts(second.statement("P")) == {"C": "document -85 > -45"}
    assert totals(second.statement("P")) == "0 0 -45 0"


def test_what_a_credit_frees_under_a_cap_is_paid_out_though_the_original_was_not() -> None:
    cap = "rate: 10 %\ncap: {amount: 60 CNY, per: [transaction.partner, year]}\nearned_at: transaction.customer_paid"
    rules = policy(cap, before=PAID)
    sales = {"A": document("500", "2026-01-10"), "B": document("500", "2026-02-10", customer_paid="2026-02-20")}
    first = settle(rules, sales, "2026-Q1")
    assert amounts(first.statement("P")) == {"A": "document 50 > 0", "B": "document 10 > 10"}
    second = settle(rules, {**sales, "C": document("-500", "2026-05-01", original="A")}, "2026-Q2", [first])
    assert amounts(second.statement("P")) == {"C": "document -10 > 40"}
    assert totals(second.statement("P")) == "0 40 0 0"


@pytest.mark.parametrize(("effect", "withheld"), [("stop_settlement", "50"), ("cancel_unpaid", "0")])
def test_a_credit_of_what_is_paid_in_part_takes_back_what_was_paid(effect: str, withheld: str) -> None:
    rules = policy(
        "rate: 10 %\nforfeit: [{id: cancelled, "
        "require: 'sanctioned(transaction.partner, \"cancel_unpaid\", as_of)'}]\n"
        "hold: [{id: stopped, require: 'sanctioned(transaction.partner, \"stop_settlement\", as_of)'}]"
    )
    first = settle(rules, {"A": document("1000", "2026-01-10")}, "2026-Q1", more={"sanctions": {}})
    stop = sanction("2026-05-01", "2027-01-01", effect)
    raised = {"A": document("1500", "2026-01-10")}
    second = settle(rules, raised, "2026-Q2", [first], more=stop)
    assert totals(second.statement("P")) == f"0 0 0 {withheld}"
    gone = {**raised, "C": document("-1500", "2026-08-01", original="A")}
    third = settle(rules, gone, "2026-Q3", [first, second], more=stop)
    assert amounts(third.statement("P")) == {"C": "document -150 > -100"}
    assert totals(third.statement("P")) == "0 0 -100 0"


def test_a_credit_of_a_part_of_what_is_held_back_is_held_back_to_the_cent() -> None:
    rules = policy(HOLD)
    stop = sanction("2026-03-01", "2026-06-01")
    sales = {"A": document("333.33", "2026-01-10")}
    notes = {"C": document("-166.67", "2026-01-20", original="A"), "D": document("-166.66", "2026-01-20", original="A")}
    first = settle(rules, {**sales, "C": notes["C"]}, "2026-Q1", more=stop)
    assert [line.to_balance.amount for line in first.statement("P").lines] == [0, 0]
    second = settle(rules, {**sales, **notes}, "2026-Q2", [first], more=stop)
    assert totals(second.statement("P")) == "0 0 0 0"


def test_a_correction_of_which_nothing_can_be_said_any_more_is_released_with_its_original() -> None:
    rules = policy(HOLD)
    both = {"A": SALES["A"], "C": document("-300", "2026-02-01", original="A")}
    first = settle(rules, both, "2026-Q1", more=sanction("2026-03-01", "2026-06-01"))
    assert totals(first.statement("P")) == "0 0 0 30"
    unknown = {"A": SALES["A"], "C": document(None, "2026-02-01", original="A")}
    second = settle(rules, unknown, "2026-Q2", [first], more={"sanctions": {}})
    assert totals(second.statement("P")) == "0 30 0 0"
    assert [each.document for each in second.statement("P").open] == ["C"]


# ------------------------------------------------------------------------------------------------------- open documents


def test_a_document_of_a_gap_stays_open_at_every_closing(tmp_path: Path) -> None:
    rules = versions(tmp_path, f"commission: {{sales: {PAYS}}}\n", f"commission: {{sales: {PAYS}}}\n")
    one = (tmp_path / "one/ruleset.yaml").read_text(encoding="utf-8").replace(".. 2026-03-01", ".. 2026-02-01")
    rules = load(in_folder({"one/ruleset.yaml": one}, tmp_path))
    gap = {"A": SALES["A"], "G": document("100", "2026-02-15")}
    first = settle(rules, gap, "2026-Q1")
    assert [each.document for each in first.statement("P").open] == ["G"]
    second = settle(rules, gap, "2026-Q2", [first])
    assert [each.document for each in second.statement("P").open] == ["G"]
    moved = settle(rules, {"A": document("600", "2026-02-15"), "G": gap["G"]}, "2026-Q2", [first])
    assert moved.statement("P").lines == ()  # what was settled of it stays
    assert [each.document for each in moved.statement("P").open] == ["A", "G"]


def test_while_one_of_those_who_share_is_unknown_nobody_is_settled_anew() -> None:
    rules = ruleset(
        "facts: {transaction: {one: ref partner, other: ref partner}}\n"
        "commission: {sales: {subject: transaction, base: transaction.net_amount, rate: 10 %, "
        "split: [{to: transaction.one, share: 70 %}, {to: transaction.other, share: 30 %}]}}\n",
        HEAD,
    )
    first = settle(rules, {"A": document("1000", "2026-01-10", one="P", other="P")}, "2026-Q1")
    assert [(line.number, str(line.amount)) for line in first.statement("P").lines] == [
        (1, "70.00 CNY"),
        (2, "30.00 CNY"),
    ]
    for unsure in ({"other": "P"}, {"one": "Q"}):
        second = settle(rules, {"A": document("1000", "2026-01-10", **unsure)}, "2026-Q2", [first])
        assert all(statement.lines == () for statement in second.statements)
        assert not second.complete
    third = settle(rules, {"A": document("1000", "2026-01-10", one="Q", other="P")}, "2026-Q2", [first])
    assert [(line.number, str(line.change)) for line in third.statement("P").lines] == [(1, "-70.00 CNY")]
    assert str(third.statement("Q").payable) == "70.00 CNY"


# ------------------------------------------------------------------------------------------------------ what is checked


def test_the_last_settlement_is_checked_against_those_before() -> None:
    rules = policy(FLAT, before="settlement: {minimum_payout: [1000 CNY]}\n")
    first = settle(rules, SALES, "2026-Q1")
    second = settle(rules, {**SALES, "A": document("700", "2026-01-10")}, "2026-Q2", [first])
    text = second.to_json()
    for changed, fault in (
        (
            text.replace('"opening": "110.00 CNY"', '"opening": "100.00 CNY"').replace("120.00 CNY", "110.00 CNY"),
            "go on",
        ),
        (
            text.replace('"before": "60.00 CNY"', '"before": "65.00 CNY"').replace(
                '"amount": "70.00 CNY"', '"amount": "75.00 CNY"'
            ),
            "go on",
        ),
        (text.replace('"minimum": "1000.00 CNY"', '"minimum": "1000.00 USD"'), "add up"),
        (
            text.replace('"carry_over": "120.00 CNY"', '"carry_over": "20.00 CNY"').replace(
                '"payable": "0.00 CNY"', '"payable": "100.00 CNY"'
            ),
            "add up",
        ),
    ):
        assert changed != text
        with pytest.raises(UsageError, match=fault):
            settle(rules, SALES, "2026-Q3", [first, Settlement.from_json(changed)])
    data = json.loads(text)
    data["statements"] *= 2
    with pytest.raises(UsageError, match="go on"):
        settle(rules, SALES, "2026-Q3", [first, Settlement.from_json(json.dumps(data))])
    data = json.loads(text)
    data["statements"][0]["lines"] *= 2
    with pytest.raises(UsageError, match="add up"):
        Settlement.from_json(json.dumps(data))


def test_a_settlement_that_opens_the_accounts_says_what_it_leaves_out() -> None:
    rules = policy(FLAT)
    found = settle(rules, {**SALES, "C": document("100", "2026-05-01")}, "2026-Q2")
    assert any("accounts open on 2026-04-01: 2 results" in warning for warning in found.warnings)
    first = settle(rules, SALES, "2026-Q1")
    assert not any("accounts open" in warning for warning in first.warnings)


def test_objections_in_business_days_need_a_calendar() -> None:
    paid = f"commission: {{sales: {PAYS}}}\n"
    assert codes("settlement: {objections: 30 business days}\n" + paid) == ["no-calendar"]


def test_objections_of_unknown_length_do_not_stop_a_settlement() -> None:
    open_length = "parameters: {term: {type: days, status: unstated}}\nsettlement: {objections: term}\n"
    found = settle(policy(FLAT, before=open_length), SALES, "2026-Q1")
    assert found.objections_until is None
    assert any("objected to is not known: parameter term" in warning for warning in found.warnings)
