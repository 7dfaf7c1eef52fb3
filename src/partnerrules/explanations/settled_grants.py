"""Grants of a settlement read back from its plain data, as results of benefits policies have them."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import cast, get_args

from partnerrules.decisions.basis import Basis
from partnerrules.decisions.benefits import (
    ApprovalResult,
    ApprovalState,
    BenefitResult,
    CapResult,
    ClaimResult,
    ClaimState,
)
from partnerrules.decisions.requirements import Ways
from partnerrules.domain.settlement import SettlementLine
from partnerrules.explanations.settled_values import (
    items_of,
    mapping_of,
    moment_in,
    money_in,
    read_value,
    seen_in,
    text_of,
    title_in,
)
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown


def grant_of(line: SettlementLine) -> BenefitResult | None:
    """How a grant came about; None where the line is none of a benefits policy."""
    read = mapping_of(line.details.get("benefit"))
    if not read:
        return None
    amount, part, granted, borne = (money_in(read.get(name)) for name in ("amount", "part", "granted", "borne"))
    share = read_value(read.get("share"))[0]
    return BenefitResult(
        basis=Basis(line.policy, title_in(line.titles), line.clause, line.document, line.version),
        outcome=text_of(read.get("outcome")),
        reason=line.reason,
        beneficiary=text_of(read.get("beneficiary")),
        gates=(),
        approvals=tuple(_approvals(read.get("approvals"))),
        claim=_claim(mapping_of(read.get("claim"))),
        type=t.AnyMoney(),
        amount=amount,
        share=share if isinstance(share, Decimal | Unknown) else None,
        part=part,
        granted=granted,
        borne=borne,
        caps=tuple(_cap(mapping_of(each)) for each in items_of(read.get("caps"))),
        missing=(),
        ways=Ways((), 0),
    )


def _approvals(data: object) -> Iterator[ApprovalResult]:
    for each in map(mapping_of, items_of(data)):
        if each.get("state") not in get_args(ApprovalState):
            continue
        state = cast(ApprovalState, each["state"])
        given, by = moment_in(each.get("given")), moment_in(each.get("by"))
        yield ApprovalResult(
            text_of(each.get("id")), title_in(each.get("titles")), _clause(each), state, given, by, None, ()
        )


def _claim(read: Mapping[str, object]) -> ClaimResult | None:
    if read.get("state") not in get_args(ClaimState):
        return None
    on, first_day, last_day = (moment_in(read.get(name)) for name in ("on", "first_day", "last_day"))
    return ClaimResult(cast(ClaimState, read["state"]), on, first_day, last_day)


def _cap(read: Mapping[str, object]) -> CapResult:
    """A cap. Who used it before is not told: it may be others than the one whose statement it is."""
    amount, before, left = (money_in(read.get(name)) for name in ("amount", "before", "left"))
    return CapResult(
        text_of(read.get("id")),
        title_in(read.get("titles")),
        _clause(read),
        amount,
        read.get("shared") is True,
        seen_in(read.get("per")),
        before,
        left,
    )


def _clause(read: Mapping[str, object]) -> str | None:
    return text_of(read.get("clause")) or None
