"""The law of money: nothing is created or lost between an amount, its lines, and the statements."""

from hypothesis import strategies as st

from partnerrules.decisions.commission import CommissionResult
from partnerrules.laws.law import Law, broken, decided
from partnerrules.quantities import Money, currency_places, round_half_up, sum_of
from partnerrules.rulesets import Ruleset
from partnerrules.schema.missing import Unknown
from partnerrules.strategies import situations


def _money(data: st.DataObject, rules: Ruleset) -> None:
    situation = data.draw(situations(rules))
    decision = decided(rules, situation)
    for policy, results in decision.items():
        for subject, result in results.items():
            if not isinstance(result, CommissionResult) or not isinstance(result.amount, Money):
                continue
            amounts = [line.amount for line in result.own_lines if isinstance(line.amount, Money)]
            if len(amounts) < len(result.own_lines):
                continue
            total = sum_of(each.amount for each in amounts)
            if amounts and total != result.amount.amount:
                message = f"its lines add up to {total:f}, and it earns {result.amount}"
                raise broken(situation, policy, subject, message, result)
            beside = (line.amount for line in (*result.overlays, *result.overrides))
            for each in (*amounts, *(each for each in beside if isinstance(each, Money))):
                if each.amount != round_half_up(each.amount, currency_places(each.currency)):
                    raise broken(situation, policy, subject, f"{each} is not a whole number of cents", result)
        for payee in results.payees if results.currency is not None else ():
            statement = results.statement(payee)
            known = [line.amount.amount for line in statement.lines if isinstance(line.amount, Money)]
            if isinstance(statement.earned, Unknown) or len(known) < len(statement.lines):
                continue
            if sum_of(known) != statement.earned.amount:
                message = f"the lines of the statement of {payee} do not add up to {statement.earned}"
                raise broken(situation, policy, next(iter(results)), message)


def _pays(rules: Ruleset) -> bool:
    return any(policy.kind == "commission" for version in rules.versions for policy in version.policies.values())


MONEY = Law("money", "lines add up to their document and to their statement, cent by cent", _money, _pays)
