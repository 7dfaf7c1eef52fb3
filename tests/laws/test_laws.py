"""Each law holds for rulesets as they are, and is broken by one that decides otherwise; the case can be pasted."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from tests.support import ruleset

from partnerrules import Decision, Facts, Ruleset
from partnerrules.cases import cases_in
from partnerrules.decisions.benefits import BenefitResult
from partnerrules.decisions.commission import CommissionResult
from partnerrules.decisions.conflicts import ConflictResult
from partnerrules.decisions.results import EligibilityResult, Result
from partnerrules.decisions.whole import Results
from partnerrules.facts.later import Later
from partnerrules.laws import LAWS, LawBroken, check
from partnerrules.laws.knowledge import asks_what_is_known
from partnerrules.quantities import Money, add

ADMISSION: Final = """\
facts: {partner: {vip: boolean}}
eligibility:
  admission:
    subject: partner
    gates:
      - {id: vip, require: partner.vip}
      - {id: sold, require: 'count(partner.deals) >= 1'}
"""
CONFLICTS: Final = """\
conflicts:
  same-customer:
    claims: [{of: registration, claimant: registration.partner}]
    same: {customer: registration.customer}
    valid_when: [{id: kept, require: 'not(exists(registration.withdrawn_at)) or as_of < registration.withdrawn_at'}]
    prefer: [{id: earliest, earliest: registration.submitted_at}]
"""
COMMISSION: Final = """\
commission:
  margin:
    subject: transaction
    base: transaction.net_amount
    split: [{to: transaction.partner, share: 66.67 %}, {to: '"house"', share: 33.33 %}]
    rate: 7.35 %
"""
FUND: Final = """\
facts: {registration: {cost: money(CNY), claimed_on: {type: date, missing: none}}}
benefits:
  fund:
    subject: registration
    gates: [{id: kept, require: 'not(exists(registration.withdrawn_at))'}]
    claim: {on: registration.claimed_on}
    amount: registration.cost
    share: 50 %
    caps:
      - {id: each, amount: 100 CNY}
      - {id: together, amount: 150 CNY, per: []}
"""
TEXTS: Final = {"earlier": CONFLICTS, "money": COMMISSION, "benefits": FUND}
"""What laws are tried on that admission has nothing to do with."""

EVERYTHING: Final = "\n".join(
    [
        "facts: {partner: {vip: boolean}, registration: {cost: money(CNY), claimed_on: {type: date, missing: none}}}",
        *(text.partition("\n")[2] if text.startswith("facts:") else text for text in (ADMISSION, *TEXTS.values())),
    ]
)

EXAMPLES: Final = 60

Change = Callable[[Decision, Facts, Mapping[str, object]], Decision]


def changed(decision: Decision, change: Callable[[str, Result], Result]) -> Decision:
    """A decision with other results."""
    results = {
        policy: Results(
            policy,
            {subject: change(subject, result) for subject, result in found.items()},
            found.currency,
        )
        for policy, found in decision.results.items()
    }
    return replace(decision, results=results)


def mutant(change: Change, text: str = ADMISSION) -> Ruleset:
    """A ruleset with another way to decide."""

    class Mutant(Ruleset):
        def decide(self, facts: Facts, **options: Any) -> Decision:
            decision = Ruleset.decide(self, facts, **options)
            return change(decision, facts, options)

    rules = ruleset(text)
    return Mutant(rules.id, rules.versions, rules.warnings)


def follows_the_order(decision: Decision, facts: Facts, options: Mapping[str, object]) -> Decision:
    return replace(decision, told=replace(decision.told, warnings=Later.of((repr(facts),))))


def decides_parts_otherwise(decision: Decision, facts: Facts, options: Mapping[str, object]) -> Decision:
    if options.get("subjects") is None:
        return decision
    return changed(decision, lambda _, each: otherwise(each, "eligible", "lucky"))


def otherwise(result: Result, word: str, other: str) -> Result:
    """The result of an admission with one word for another."""
    if isinstance(result, EligibilityResult) and result.outcome == word:
        return replace(result, outcome=other)
    return result


def looks_at_everything(decision: Decision, facts: Facts, options: Mapping[str, object]) -> Decision:
    if repr(facts).count(":") == len(("partners", "deals", "customers")):
        return decision
    return changed(decision, lambda _, each: otherwise(each, "eligible", "rich"))


def takes_unknown_for_no(decision: Decision, facts: Facts, options: Mapping[str, object]) -> Decision:
    return changed(decision, lambda _, each: otherwise(each, "undetermined", "ineligible"))


def does_not_say_what_is_missing(decision: Decision, facts: Facts, options: Mapping[str, object]) -> Decision:
    def change(_: str, result: Result) -> Result:
        return replace(result, missing=()) if isinstance(result, EligibilityResult) else result

    return changed(decision, change)


def keeps_a_cent(decision: Decision, facts: Facts, options: Mapping[str, object]) -> Decision:
    def change(_: str, result: Result) -> Result:
        if not isinstance(result, CommissionResult) or not result.lines:
            return result
        first, *others = result.lines
        if not isinstance(first.amount, Money):
            return result
        less = Money(add(first.amount.amount, Decimal("-0.01")), first.amount.currency)
        return replace(result, lines=(replace(first, amount=less), *others))

    return changed(decision, change)


def goes_by_the_name(decision: Decision, facts: Facts, options: Mapping[str, object]) -> Decision:
    def change(subject: str, result: Result) -> Result:
        if isinstance(result, EligibilityResult) and len(subject) > len("partner-1"):
            return replace(result, outcome="ineligible")
        return result

    return changed(decision, change)


def rewards_leaving(decision: Decision, facts: Facts, options: Mapping[str, object]) -> Decision:
    def change(_: str, result: Result) -> Result:
        if isinstance(result, ConflictResult) and result.outcome == "discarded":
            return replace(result, outcome="won")
        return result

    return changed(decision, change)


def granting(change: Callable[[BenefitResult, Money], Result]) -> Change:
    """Grants otherwise where some money is granted."""

    def each(_: str, result: Result) -> Result:
        if not isinstance(result, BenefitResult) or not isinstance(result.granted, Money):
            return result
        return change(result, result.granted)

    return lambda decision, facts, options: changed(decision, each)


def more(money: Money, amount: str) -> Money:
    return Money(add(money.amount, Decimal(amount)), money.currency)


def grants_a_cent_more(result: BenefitResult, granted: Money) -> Result:
    return replace(result, granted=more(granted, "0.01")) if granted.amount else result


def forgets_the_share(result: BenefitResult, granted: Money) -> Result:
    """Takes as the part all that is counted; no cap, which would be in the way."""
    if not isinstance(result.amount, Money) or not granted.amount:
        return result
    whole = result.amount
    return replace(result, part=whole, granted=whole, borne=more(whole, f"-{whole.amount}"), caps=())


def forgets_what_others_got(result: BenefitResult, granted: Money) -> Result:
    """Gives each of those who share a cap as if it came first."""
    if not isinstance(result.part, Money) or not isinstance(result.amount, Money) or result.borne is None:
        return result
    caps = [replace(cap, before=cap.amount, left=None) for cap in result.caps]
    part = min(result.part.amount, *(each.amount.amount for each in caps if isinstance(each.amount, Money)))
    word = "granted" if part == result.part.amount else "reduced"
    borne = more(result.amount, f"-{part}")
    return replace(result, outcome=word, granted=Money(part, "CNY"), borne=borne, caps=tuple(caps))


def pays_what_is_not_claimed(result: BenefitResult, granted: Money) -> Result:
    return replace(result, outcome="granted", borne=None) if result.outcome == "pending" else result


def pays_what_is_refused(result: BenefitResult, granted: Money) -> Result:
    return replace(result, granted=more(granted, "10")) if result.outcome == "refused" else result


def passes_all_gates(result: BenefitResult, granted: Money) -> Result:
    return replace(result, outcome="nothing") if result.reason == "gate" else result


def bears_what_is_granted(result: BenefitResult, granted: Money) -> Result:
    return replace(result, borne=result.amount) if result.borne is not None and granted.amount else result


def leaves_what_is_taken(result: BenefitResult, granted: Money) -> Result:
    caps = tuple(replace(cap, left=cap.before) for cap in result.caps)
    return replace(result, caps=caps) if granted.amount else result


MUTANTS: Final[Mapping[str, Change]] = {
    "answers": does_not_say_what_is_missing,
    "order": follows_the_order,
    "parts": decides_parts_otherwise,
    "irrelevant": looks_at_everything,
    "knowledge": takes_unknown_for_no,
    "money": keeps_a_cent,
    "benefits": granting(grants_a_cent_more),
    "equals": goes_by_the_name,
    "earlier": rewards_leaving,
}


@pytest.mark.parametrize("name", LAWS)
def test_a_law_holds_for_a_ruleset_as_it_is(name: str) -> None:
    check(ruleset(EVERYTHING), LAWS[name], examples=EXAMPLES // 3)


@pytest.mark.parametrize("name", MUTANTS)
def test_a_law_is_broken_by_one_that_decides_otherwise(name: str, tmp_path: Path) -> None:
    text = TEXTS.get(name, ADMISSION)
    with pytest.raises(LawBroken) as caught:
        check(mutant(MUTANTS[name], text), LAWS[name], examples=EXAMPLES)
    assert caught.value.law == name
    first, *_ = str(caught.value).splitlines()
    assert first == f"`trial` breaks the law `{name}`: {LAWS[name].title}"
    # The case is one: it can be pasted into a file of cases.
    file = tmp_path / "cases.yaml"
    file.write_text(f"cases:\n{caught.value.case}\n", encoding="utf-8")
    cases, wrong = cases_in(ruleset(text), file)
    assert [str(each) for each in wrong] == []
    assert len(cases) == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (forgets_the_share, "the share of"),
        (forgets_what_others_got, "is granted in all of the cap `together`"),
        (pays_what_is_not_claimed, "its claim is `(open|not_begun)`"),
        (pays_what_is_refused, "it is `refused`, and 10.00 CNY is granted"),
        (bears_what_is_granted, "is granted and .* is borne"),
        (leaves_what_is_taken, "is left of .* of the cap"),
        (passes_all_gates, "not all gates are passed"),
    ],
)
def test_benefits_that_grant_otherwise_break_their_law(
    change: Callable[[BenefitResult, Money], Result], message: str
) -> None:
    with pytest.raises(LawBroken, match=message):
        check(mutant(granting(change), FUND), LAWS["benefits"], examples=EXAMPLES * 8)


def test_a_result_that_nothing_is_told_of_breaks_the_law_of_explanations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Decision, "explain", lambda *_, **options: "" if options["language"] == "ru" else "told")
    with pytest.raises(LawBroken, match="nothing is told of it in `ru`"):
        check(ruleset(ADMISSION), LAWS["explanations"], examples=EXAMPLES)


def test_the_smallest_case_is_small() -> None:
    with pytest.raises(LawBroken) as caught:
        check(mutant(takes_unknown_for_no), LAWS["knowledge"], examples=EXAMPLES)
    case = caught.value.case.splitlines()
    assert case[0] == '  - name: "a generated case, to be checked by hand"'
    assert "      partners:" in case
    assert len(case) < 15


def test_the_same_cases_are_tried_every_time() -> None:
    found = []
    for _ in range(2):
        with pytest.raises(LawBroken) as caught:
            check(mutant(goes_by_the_name), LAWS["equals"], examples=EXAMPLES)
        found.append(str(caught.value))
    assert found[0] == found[1]


def test_a_mistake_of_the_program_comes_with_its_case() -> None:
    def breaks(decision: Decision, facts: Facts, options: Mapping[str, object]) -> Decision:
        raise ZeroDivisionError("oops")

    with pytest.raises(ZeroDivisionError) as caught:
        check(mutant(breaks), LAWS["answers"], examples=5)
    assert any("for cases.yaml" in note for note in caught.value.__notes__)


@pytest.mark.parametrize("name", ["money", "benefits", "equals", "earlier"])
def test_a_law_that_says_nothing_of_a_ruleset_holds(name: str) -> None:
    rules = ruleset("definitions: {one: 1}\n")
    assert not LAWS[name].applies(rules)
    check(rules, LAWS[name])


def test_who_asks_what_is_known_may_change() -> None:
    rules = ruleset(
        """
facts: {partner: {vip: boolean}}
definitions:
  open: {of: partner, value: 'if_unknown(partner.vip, false)'}
  asks: {of: partner, value: partner.open}
  plain: {of: partner, value: partner.vip}
eligibility:
  first: {subject: partner, gates: [{id: a, require: partner.asks}]}
  second: {subject: partner, gates: [{id: b, require: 'passes(partner, "first")'}]}
  third: {subject: partner, gates: [{id: c, require: partner.plain}]}
"""
    )
    assert asks_what_is_known(rules) == {"open", "asks", "first", "second"}
    check(rules, LAWS["knowledge"], examples=EXAMPLES)


def test_instants_of_cases_have_their_offset() -> None:
    with pytest.raises(LawBroken) as caught:
        check(mutant(follows_the_order), LAWS["order"], examples=EXAMPLES)
    (line,) = [line for line in caught.value.case.splitlines() if "as_of:" in line]
    assert dt.datetime.fromisoformat(line.partition(": ")[2]).utcoffset() is not None
