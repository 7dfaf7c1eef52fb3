"""What holds for settlements of any documents, however they arrive: no cent is created or lost, no order matters."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.rulesets.settlements import CLOSINGS, QUARTERS, Documents, document, settle
from tests.support import ruleset

from partnerrules import Facts, Ruleset
from partnerrules.domain.settlement import Settlement, check_sums
from partnerrules.quantities import Money, sum_of

BASIC = "subject: transaction, base: transaction.net_amount"
ONE = f"{BASIC}, payee: transaction.partner"
STOP = "[{id: stop, require: 'sanctioned(transaction.partner, \"stop_settlement\", as_of)'}]"
LOST = "[{id: lost, require: 'sanctioned(transaction.partner, \"cancel_unpaid\", as_of)'}]"
BANDS = "bands: [{from: 0 CNY, rate: 4 %}, {from: 100 CNY, rate: 10 %}, {from: 777.77 CNY, rate: 12.5 %}]"
POLICIES = {
    "flat": f"{{{ONE}, rate: 7.35 %}}",
    "whole over a year": f"{{{ONE}, rate: {{ladder: whole, over: year, per: transaction.partner, {BANDS}}}}}",
    "whole, down": (
        f"{{{ONE}, rate: {{ladder: whole, over: year, per: transaction.partner, corrections: period, {BANDS}}}}}"
    ),
    "marginal over a quarter": (
        f"{{{ONE}, rate: {{ladder: marginal, over: quarter, per: transaction.partner, {BANDS}}}}}"
    ),
    "capped": f"{{{ONE}, rate: 9 %, cap: {{amount: 40 CNY, per: [transaction.partner, quarter]}}}}",
    "held and lost": f"{{{ONE}, rate: 10 %, hold: {STOP}, forfeit: {LOST}}}",
    "held and lost, going down": (
        f"{{{ONE}, hold: {STOP}, forfeit: {LOST}, "
        f"rate: {{ladder: whole, over: year, per: transaction.partner, corrections: period, {BANDS}}}}}"
    ),
    "held and lost under a cap": (
        f"{{{ONE}, hold: {STOP}, forfeit: {LOST}, rate: 9 %, "
        "cap: {amount: 40 CNY, per: [transaction.partner, year]}}"
    ),
    "split": (
        f"{{{BASIC}, rate: 9.99 %, split: [{{to: transaction.partner, share: 66.67 %}}, "
        "{to: '\"house\"', share: 33.33 %}]}"
    ),
}
HEADS = {
    "no minimum": "",
    "a minimum": "settlement: {minimum_payout: [25 CNY]}\n",
}


@dataclass(frozen=True)
class World:
    """Documents with the closing by which each has arrived, and sanctions by the closing at which they run."""

    documents: Documents
    arrives: Mapping[str, int]
    sanctions: Mapping[int, str]

    def known(self, closing: int) -> Documents:
        """The documents that have arrived by a closing."""
        return {id: each for id, each in self.documents.items() if self.arrives[id] <= closing}

    def facts(self, closing: int) -> dict[str, object]:
        """What else there is at a closing: a sanction of partner P that runs on that day only."""
        effect = self.sanctions.get(closing)
        if effect is None:
            return {"sanctions": {}}
        day = CLOSINGS[QUARTERS[closing]].date()
        times = {"starts_at": f"{day}T00:00:00+08:00", "ends_at": f"{day}T23:00:00+08:00"}
        return {"sanctions": {"S": {"partner": "P", "effects": [effect], **times}}}


@st.composite
def worlds(draw: st.DrawFn) -> World:
    documents: dict[str, dict[str, object]] = {}
    arrives: dict[str, int] = {}
    left: dict[str, Decimal] = {}
    for number in range(draw(st.integers(1, 7))):
        day = dt.date(2026, 1, 1) + dt.timedelta(days=draw(st.integers(0, 364)))
        period = (day.month - 1) // 3
        originals = [id for id, amount in left.items() if amount > 0]
        id = f"T-{number}"
        corrects = draw(st.booleans())
        if originals and corrects:
            original = draw(st.sampled_from(originals))
            cents = draw(st.one_of(st.just(int(left[original] * 100)), st.integers(1, int(left[original] * 100))))
            left[original] -= Decimal(cents) / 100
            partner = str(documents[original]["partner"])
            if draw(st.booleans()):  # on the day of the original, before or after it by its id
                day = dt.date.fromisoformat(str(documents[original]["date"]))
                period, id = (day.month - 1) // 3, draw(st.sampled_from("AZ")) + id
            documents[id] = document(f"-{Decimal(cents) / 100}", str(day), partner, original=original)
            arrives[id] = draw(st.integers(max(period, arrives[original]), 3))
        else:
            cents = draw(st.integers(1, 90_000))
            left[id] = Decimal(cents) / 100
            documents[id] = document(str(left[id]), str(day), draw(st.sampled_from(["P", "Q"])))
            arrives[id] = draw(st.integers(period, 3))
    effects = st.sampled_from(["stop_settlement", "cancel_unpaid"])
    return World(documents, arrives, draw(st.dictionaries(st.integers(0, 2), effects, max_size=2)))


def closed(rules: Ruleset, world: World, periods: Sequence[str] = QUARTERS) -> list[Settlement]:
    """All settlements of the year, each going on from those before."""
    found: list[Settlement] = []
    for number, period in enumerate(periods):
        found.append(settle(rules, world.known(number), period, found, more=world.facts(number)))
    return found


def total(amounts: Sequence[Money]) -> Decimal:
    return sum_of([Decimal(0), *(each.amount for each in amounts)])


RULES = st.builds(
    lambda policy, head: ruleset(f"{head}commission: {{sales: {policy}}}\n"),
    st.sampled_from([text for name, text in POLICIES.items()]),
    st.sampled_from(list(HEADS.values())),
)


@settings(max_examples=60)
@given(RULES, worlds())
def test_what_is_paid_carried_withheld_and_lost_is_what_is_earned(rules: Ruleset, world: World) -> None:
    settlements = closed(rules, world)
    facts = {"partners": {"P": {}, "Q": {}, "R": {}}, "transactions": world.documents, **world.facts(3)}
    decision = rules.decide(Facts(facts), as_of=CLOSINGS["2026-Q4"])
    for payee in decision.payees:
        statements = [each.statement(payee) for each in settlements if payee in each.payees]
        for statement in statements:
            check_sums(statement)
        paid = total([each.payable for each in statements])
        lost = total([each.forfeited for each in statements])
        last = [each for each in settlements[-1].statements if each.payee == payee]
        rest = total([amount for each in last for amount in (each.carry_over, each.withheld)])
        earned = decision["sales"].total(payee)
        assert isinstance(earned, Money)
        assert paid + lost + rest == earned.amount


@settings(max_examples=40)
@given(RULES, worlds())
def test_when_documents_arrive_does_not_change_what_is_settled_in_all(rules: Ruleset, world: World) -> None:
    free = World(world.documents, world.arrives, {})
    in_time = World(
        world.documents, {id: (int(str(each["date"])[5:7]) - 1) // 3 for id, each in world.documents.items()}, {}
    )
    punctual = {id for id, each in in_time.arrives.items() if "original" in world.documents[id]}
    # A correction that is dated before its original cannot arrive before it.
    assume(all(in_time.arrives[id] >= in_time.arrives[str(world.documents[id]["original"])] for id in punctual))
    assert _in_all(closed(rules, free)) == _in_all(closed(rules, in_time))


@settings(max_examples=40)
@given(RULES, worlds())
def test_one_settlement_of_a_year_comes_to_what_four_come_to(rules: Ruleset, world: World) -> None:
    free = World(world.documents, world.arrives, {})
    year = settle(rules, world.documents, "2026", more=free.facts(3), as_of=CLOSINGS["2026-Q4"])
    assert _in_all([year]) == _in_all(closed(rules, free))


def _in_all(settlements: Sequence[Settlement]) -> dict[str, Decimal]:
    """What was settled for each payee in all; those who got nothing in the end are left out."""
    found: dict[str, Decimal] = {}
    for settlement in settlements:
        for statement in settlement.statements:
            found[statement.payee] = found.get(statement.payee, Decimal(0)) + statement.earned.amount
    return {payee: amount for payee, amount in found.items() if amount}


@settings(max_examples=30)
@given(RULES, worlds(), st.randoms(use_true_random=False))
def test_settling_twice_gives_the_same_bytes(rules: Ruleset, world: World, random: object) -> None:
    names = list(world.documents)
    random.shuffle(names)  # type: ignore[attr-defined]
    other = World({name: world.documents[name] for name in names}, world.arrives, world.sanctions)
    written = [each.to_json() for each in closed(rules, world)]
    assert [each.to_json() for each in closed(rules, other)] == written
    assert [Settlement.from_json(text).to_json() for text in written] == written


@pytest.mark.parametrize("name", POLICIES)
@settings(max_examples=15)
@given(world=worlds())
def test_a_refund_of_everything_leaves_nothing(name: str, world: World) -> None:
    rules = ruleset(f"commission: {{sales: {POLICIES[name]}}}\n")
    taken: dict[str, Decimal] = {}
    for each in world.documents.values():
        if "original" in each:
            original = str(each["original"])
            taken[original] = taken.get(original, Decimal(0)) + Decimal(str(each["net_amount"]).removesuffix(" CNY"))
    refunds: dict[str, dict[str, object]] = {}
    for id, each in world.documents.items():
        left = Decimal(str(each["net_amount"]).removesuffix(" CNY")) + taken.get(id, Decimal(0))
        if "original" not in each and left:
            refunds[f"R-{id}"] = document(str(-left), "2026-12-31", str(each["partner"]), original=id)
    both = {**world.documents, **refunds}
    settlements = closed(rules, World(both, {**world.arrives, **dict.fromkeys(refunds, 3)}, world.sanctions))
    assert _in_all(settlements) == {}
    for payee in {payee for each in settlements for payee in each.payees}:
        paid = [each.statement(payee).payable for each in settlements if payee in each.payees]
        owed = [each.carry_over for each in settlements[-1].statements if each.payee == payee]
        assert total([*paid, *owed]) == 0
        assert all(not each.withheld.amount for each in settlements[-1].statements if each.payee == payee)
