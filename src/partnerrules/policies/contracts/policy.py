"""Contracts: whether all papers are there, complete, signed in order, as strict as needed, and still in force.

A policy with a `limit` is a service level, of which the modules `service_*` take care.
"""

from functools import partial
from typing import Final

from partnerrules.decisions.basis import NOT_APPLICABLE
from partnerrules.decisions.contracts import DEFICIENT, IN_ORDER, SORTS, WARNING
from partnerrules.language import forms, terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.environment import PolicySignature
from partnerrules.language.form_reader import Item, Word
from partnerrules.plan.nodes import OUTCOME, Collapse, Column, Let, Node, Plan, Unnest
from partnerrules.policies.computing import every, exists, negated
from partnerrules.policies.conditions import MAXIMUM_CONDITIONS, Lowering
from partnerrules.policies.contracts import columns, service_forms, service_policy
from partnerrules.policies.contracts.columns import of_check
from partnerrules.policies.contracts.forms import CHECKS, KEYS
from partnerrules.policies.contracts.orders import Order, add_order, candidates, read_order
from partnerrules.policies.contracts.outcomes import Described, points, reached, result
from partnerrules.policies.contracts.reading import (
    Check,
    Papers,
    contracts_of,
    read_complete,
    read_deterioration,
    read_must,
    read_required,
)
from partnerrules.policies.contracts.terms_in_force import OUTPUTS, read_term
from partnerrules.policies.contracts.underpinning import read_underpinning
from partnerrules.policies.kind import SHARED_KEYS, Context, Kind, Lowered, lowered_head, subject_of
from partnerrules.schema import types as t

_FORM: Final = forms.RecordForm("contracts policy", (*SHARED_KEYS, *KEYS, *service_forms.KEYS))

_READERS: Final = (
    ("required", read_required),
    ("complete", read_complete),
    ("must", read_must),
    ("underpinning", read_underpinning),
    ("deterioration", read_deterioration),
)


def signature(name: Word, item: Item, context: Context) -> PolicySignature | None:
    """What other policies see: the outcome, and of a policy about one contract its days."""
    if "limit" in item.keys:
        return service_policy.signature(name, item, context)
    entity = subject_of(item, context)
    if entity is None:
        return None
    found: dict[str, t.Type] = {
        OUTCOME: t.Enumeration((IN_ORDER, WARNING, DEFICIENT, NOT_APPLICABLE)),
        columns.DEFICIENT: BOOLEAN,
    }
    if "term" in item.keys and "contracts" not in item.keys:
        found |= OUTPUTS
    good = frozenset({IN_ORDER, WARNING})
    return PolicySignature((entity,), found, good, name.span, failing=columns.DEFICIENT)


def lower(name: Word, item: Item, context: Context) -> Lowered | None:
    """The plan of a policy about papers, or None after a fault: a row for each contract, joined to the record again."""
    if _is_service_level(item, context):
        return service_policy.lower(name, item, context)
    head = lowered_head(item, context)
    if not any(key.name in item.keys for key in CHECKS):
        context.report.error(
            "missing-key",
            f"`{name.text}` checks nothing",
            name.span,
            help="write what is checked: " + ", ".join(f"`{key.name}`" for key in CHECKS),
        )
        return None
    found = None if head is None else contracts_of(item, head, context)
    if head is None or found is None:
        return None
    record, records, present, depth = found
    named = {**head.named, record.type.entity: record} if isinstance(record.type, t.Record) else head.named
    before = context.report.errors
    lowering = Lowering(context, named, present=present)
    listed = terms.ColumnOf(columns.CONTRACTS, records.type)
    papers = Papers(head, context, lowering, record, named, present, listed, head.node, depth=depth)
    in_force = _in_force(papers, item)
    orders = _orders(papers, item)
    over = _over(papers, records, orders, () if papers.several else in_force)
    papers.node = Unnest(over, listed, columns.MEMBER, columns.BELONGS, "every contract is unnested")
    papers.pending = [*(in_force if papers.several else ()), *papers.pending]
    for key, read in _READERS:
        one = item.item(key)
        for each in (one,) if one is not None else item.list(key):
            if isinstance(each, Item):
                read(papers, each)
    for order in orders:
        add_order(papers, order)
    lowering.bounded(item.span)
    if len(papers.checks) > MAXIMUM_CONDITIONS:
        context.report.error(
            "too-large",
            f"a policy has at most {MAXIMUM_CONDITIONS} checks, this one has {len(papers.checks):,}",
            name.span,
            help="split the policy",
        )
    if context.report.errors > before:
        return None
    checks = tuple(sorted(papers.checks, key=lambda check: SORTS.index(check.sort)))
    described = Described(checks, bool(in_force))
    return Lowered(
        plan=Plan((head.entity,), _judged(over, papers.rows(), checks)),
        reference_date=head.reference_date,
        depth=max(head.depth, papers.depth, lowering.depth),
        points=points(described),
        reached=partial(reached, described),
        result=partial(result, described),
    )


def _is_service_level(item: Item, context: Context) -> bool:
    """Whether a policy asks if something is done in time; reports keys of one sort in a policy of the other."""
    timed = "limit" in item.keys
    for key in KEYS if timed else service_forms.KEYS:
        if key.name in item.keys:
            context.report.error(
                "unknown-key",
                f"`{key.name}` has no place {'beside' if timed else 'without'} `limit`",
                item.keys[key.name],
                help="a service level has a `limit`; what is checked of papers stands in a policy of its own",
            )
    return timed


def _in_force(papers: Papers, item: Item) -> tuple[Column, ...]:
    term = item.item("term")
    return () if term is None else read_term(papers, term)


def _orders(papers: Papers, item: Item) -> tuple[Order, ...]:
    found = (read_order(papers, each) for each in item.list("order") if isinstance(each, Item))
    return tuple(order for order in found if order is not None)


def _over(papers: Papers, records: terms.Term, orders: tuple[Order, ...], in_force: tuple[Column, ...]) -> Node:
    """The rows of the records that are decided, with their contracts."""
    member = terms.Variable(columns.MEMBER, papers.record.type)
    whole = terms.Quantified("every", papers.records, member.name, exists(member), BOOLEAN)
    shared = (Column(columns.CONTRACTS, records), Column(columns.WHOLE, whole))
    first = tuple(column for order in orders for column in candidates(papers, order))
    return Let(papers.head.node, (*shared, *first, *in_force))


def _judged(over: Node, rows: Node, checks: tuple[Check, ...]) -> Node:
    """From the rows of the contracts to what each check came to, and to the outcome."""
    some = tuple(
        Column(
            of_check(columns.SOME, check.id),
            _column(of_check(columns.IS if check.sort == "required" else columns.FAULT, check.id)),
        )
        for check in checks
    )
    whole = _column(columns.WHOLE)
    fulfilled = tuple(
        Column(
            of_check(columns.FULFILLED, check.id),
            terms.AnyOf((_column(column.name), negated(whole)), BOOLEAN)
            if check.sort == "required"
            else every(negated(_column(column.name)), whole),
        )
        for check, column in zip(checks, some, strict=True)
    )

    def failed(severity: str) -> terms.Term:
        names = (column.name for check, column in zip(checks, fulfilled, strict=True) if check.severity == severity)
        return terms.AnyOf(tuple(negated(_column(name)) for name in names), BOOLEAN)

    text = t.Text()
    warned = terms.If(failed("warning"), terms.Value(WARNING, text), terms.Value(IN_ORDER, text), text)
    outcome = terms.If(_column(columns.DEFICIENT), terms.Value(DEFICIENT, text), warned, text)
    return Let(
        Collapse(over, rows, some),
        (*fulfilled, Column(columns.DEFICIENT, failed("error")), Column(OUTCOME, outcome)),
    )


def _column(name: str) -> terms.Term:
    return terms.ColumnOf(name, BOOLEAN)


CONTRACTS: Final = Kind(
    "contracts", "whether contracts are in order, and what they promise is done in time", _FORM, signature, lower
)
