"""The law of benefits: nobody gets more than what is counted, its share, and what the caps leave of it.

And nothing is granted before all of it is passed, approved and claimed.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator
from decimal import Decimal
from itertools import chain
from typing import Final

from hypothesis import strategies as st

from partnerrules.decisions.benefits import EXHAUSTED, GRANTED, NOTHING, REDUCED, BenefitResult, CapResult, Value
from partnerrules.decisions.values import value_data
from partnerrules.laws.law import Law, broken, decided
from partnerrules.quantities import Money, multiply, subtract, sum_of
from partnerrules.rulesets import Ruleset
from partnerrules.schema.missing import Unknown
from partnerrules.strategies import situations

_SETTLED: Final = (GRANTED, REDUCED, EXHAUSTED, NOTHING)


def _benefits(data: st.DataObject, rules: Ruleset) -> None:
    situation = data.draw(situations(rules))
    for policy, results in decided(rules, situation).items():
        shared = _Shared()
        for subject, result in results.items():
            if not isinstance(result, BenefitResult):
                continue
            fault = next(chain(_of_amounts(result), _of_steps(result), shared.faults(subject, result)), None)
            if fault is not None:
                raise broken(situation, policy, subject, fault, result)


def _number(value: Value) -> Decimal | None:
    """The number of an amount, None where it is not known or there is none."""
    if isinstance(value, Money):
        return value.amount
    return None if value is None or isinstance(value, Unknown) else Decimal(value)


def _of_amounts(result: BenefitResult) -> Iterator[str]:
    """What is granted lies between nothing and its part, and that is no more than its share of what is counted."""
    granted, part, counted = (_number(each) for each in (result.granted, result.part, result.amount))
    if granted is None:
        return
    if granted < 0:
        yield f"{result.granted} is granted, which is less than nothing"
    if result.outcome not in _SETTLED:
        if granted != 0:
            yield f"it is `{result.outcome}`, and {result.granted} is granted"
        return
    if part is not None and granted > part:
        yield f"{result.granted} is granted of a part of {result.part}"
    if counted is not None and granted > counted:
        yield f"{result.granted} is granted of {result.amount}"
    if counted is not None and isinstance(result.share, Decimal) and isinstance(result.granted, Money):
        # What is granted is rounded to places of the currency, or to whole units of it.
        beyond = subtract(granted, multiply(counted, result.share))
        if beyond >= 1 or (result.share == 0 and granted != 0):
            yield f"{result.granted} is granted, and the share of {result.amount} is {result.share:f}"
    borne = _number(result.borne)
    if borne is not None and counted is not None and borne != subtract(counted, granted):
        yield f"of {result.amount}, {result.granted} is granted and {result.borne} is borne"
    if (result.outcome == GRANTED and part is not None and granted != part) or (
        result.outcome in (EXHAUSTED, NOTHING) and granted != 0
    ):
        yield f"it is `{result.outcome}`, and of {result.part} {result.granted} is granted"
    for cap in result.caps:
        yield from _of_cap(cap, result, granted)


def _of_cap(cap: CapResult, result: BenefitResult, granted: Decimal) -> Iterator[str]:
    size, before, left = (_number(each) for each in (cap.amount, cap.before, cap.left))
    if size is not None and granted > size:
        yield f"{result.granted} is granted, and the cap `{cap.id}` is {cap.amount}"
    if before is not None and granted > max(before, Decimal(0)):
        yield f"{result.granted} is granted, and {cap.before} was left of the cap `{cap.id}`"
    if before is not None and left is not None and left != subtract(before, granted):
        yield f"{cap.left} is left of {cap.before} of the cap `{cap.id}` after {result.granted}"


def _of_steps(result: BenefitResult) -> Iterator[str]:
    """Nothing is settled before all gates are passed, all approvals given, and it is claimed in time."""
    if result.outcome not in _SETTLED:
        return
    if not all(gate.outcome is True for gate in result.gates):
        yield f"it is `{result.outcome}`, and not all gates are passed"
    for approval in result.approvals:
        if approval.state not in ("given", "not_needed", "unknown"):
            yield f"it is `{result.outcome}`, and the approval `{approval.id}` is `{approval.state}`"
    if result.claim is not None and result.claim.state != "claimed":
        yield f"it is `{result.outcome}`, and its claim is `{result.claim.state}`"


class _Shared:
    """What is granted of each cap that records share, record by record."""

    def __init__(self) -> None:
        self._granted: defaultdict[Hashable, list[Decimal]] = defaultdict(list)
        self._largest: dict[Hashable, Decimal] = {}

    def faults(self, subject: str, result: BenefitResult) -> Iterator[str]:
        granted = _number(result.granted)
        if granted is None or granted <= 0:
            return
        for cap in result.caps:
            size = _number(cap.amount)
            if not cap.shared or size is None or any(isinstance(each.value, Unknown) for each in cap.per):
                continue
            group = (cap.id, *(str(value_data(each.value, each.type)) for each in cap.per))
            self._granted[group].append(granted)
            # The cap of each may have another size: whoever comes last got within the largest of them.
            self._largest[group] = max(size, self._largest.get(group, size))
            total = sum_of(self._granted[group])
            if total > self._largest[group]:
                yield f"with {subject}, {total:f} is granted in all of the cap `{cap.id}`, which is {cap.amount}"


def _grants(rules: Ruleset) -> bool:
    return any(policy.kind == "benefits" for version in rules.versions for policy in version.policies.values())


BENEFITS = Law(
    "benefits", "nobody gets more than what is counted, its share, and what the caps leave of it", _benefits, _grants
)
