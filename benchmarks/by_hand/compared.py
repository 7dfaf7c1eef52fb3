"""Puts a decision of the library into the same plain values, and tells all differences."""

import datetime as dt
from collections.abc import Iterator, Mapping

import partnerrules as pr
from benchmarks.by_hand.cells import SHANGHAI
from benchmarks.by_hand.month import UNDETERMINED, Outcomes, Plain
from partnerrules.decisions.benefits import BenefitResult
from partnerrules.decisions.commission import CommissionResult
from partnerrules.decisions.conflicts import ConflictResult
from partnerrules.decisions.inference import InferenceResult
from partnerrules.decisions.lifecycle import LifecycleResult, Request
from partnerrules.decisions.results import EligibilityResult, Result, TableResult
from partnerrules.decisions.sanctions import SanctionResult
from partnerrules.decisions.values import public_value
from partnerrules.schema.missing import Unknown


def as_plain(decision: pr.Decision, policies: Mapping[str, Outcomes]) -> dict[str, Outcomes]:
    """What the library has decided by some policies, as plain values."""
    return {policy: {id: _plain(result) for id, result in decision[policy].items()} for policy in policies}


def _plain(result: Result) -> Plain:
    found: Plain = {"outcome": result.outcome}
    if result.missing:
        found["missing"] = frozenset((each.relation, each.record, each.field) for each in result.missing)
    match result:
        case EligibilityResult():
            return found
        case InferenceResult():
            return {**found, **result.fields}
        case TableResult():
            known = result.outcome == "decided"
            outputs = result.outputs if known else {}
            return {**found, **{name: _known(value) for name, value in outputs.items()}}
        case SanctionResult():
            return {**found, **_sanctions(result)}
        case ConflictResult():
            return {**found, **_claim(result)}
        case CommissionResult():
            return {**found, **_pay(result)}
        case BenefitResult():
            granted = result.granted if result.type is None else public_value(result.granted, result.type)
            return {**found, "reason": result.reason, "granted": _known(granted)}
        case LifecycleResult(request=Request() as request):
            reasons = tuple(each.reason for each in request.reasons)
            return {**found, "request": request.outcome, "reasons": reasons}
    return found


def _known(value: object) -> object:
    if isinstance(value, Unknown):
        return UNDETERMINED
    return value.amount if isinstance(value, pr.Money) else value


def _local(instant: object) -> object:
    return instant.astimezone(SHANGHAI) if isinstance(instant, dt.datetime) else instant


def _sanctions(result: SanctionResult) -> Plain:
    return {
        "until": {effect: _local(until) for effect, until in result.effects.items()},
        "steps": [
            (
                each.list,
                each.cause,
                each.causes,
                _local(each.starts_at),
                _local(each.ends_at),
                each.effects,
                _known(each.recorded),
            )
            for each in result.impositions
        ],
    }


def _claim(result: ConflictResult) -> Plain:
    found: Plain = {"winners": frozenset(holder for group in result.groups for holder in group.holders)}
    if result.basis.policy != "other-channels":  # nothing follows there for those that lose
        found["place_in_line"] = _known(result.place_in_line)
        found["consequence"] = _known(result.consequence)
    return found


def _pay(result: CommissionResult) -> Plain:
    return {
        "amount": _known(result.amount),
        "lines": [(line.payee, _known(line.amount), line.status) for line in result.lines],
        "reason": result.reason,
    }


def differences(by_hand: Mapping[str, Outcomes], decided: Mapping[str, Outcomes]) -> Iterator[str]:
    """What differs, a sentence for each record."""
    for policy in sorted({*by_hand, *decided}):
        own, its = by_hand.get(policy, {}), decided.get(policy, {})
        for record in sorted({*own, *its}):
            one, other = own.get(record), its.get(record)
            if one != other:
                yield f"{policy} {record}: by hand {one}, the library {other}"
