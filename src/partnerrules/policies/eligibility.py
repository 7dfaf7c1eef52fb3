"""Eligibility: may this partner, customer or deal? Ordered gates, each a tree of conditions, and three outcomes.

A record is eligible if it passes all gates. The first gate that it fails gives the outcome: "ineligible", or the gate's
own word. It is undetermined if the outcome hangs on facts that are not known; an unknown gate does not hide a later one
that fails for certain, as far as both would give the same outcome.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Literal

from partnerrules.decisions.basis import (
    NOT_APPLICABLE,
    NOT_IN_FORCE,
    UNDETERMINED,
    Basis,
    missing_of,
)
from partnerrules.decisions.later_fields import tried
from partnerrules.decisions.requirements import NO_WAYS, Gate, Ways, shortest_ways
from partnerrules.decisions.results import EligibilityResult, GateResult, PlaceResult
from partnerrules.language import forms, terms
from partnerrules.language.environment import PolicySignature
from partnerrules.language.form_reader import Item, Word
from partnerrules.plan.logic import Truth
from partnerrules.plan.nodes import APPLIES, OUTCOME, Column, Let, Node, Plan, Rank, SortKey
from partnerrules.plan.trace import Place, TracedRow
from partnerrules.policies.conditions import (
    Lowering,
    condition_form,
    condition_points,
    leaf_column,
    reached_conditions,
    requirement_result,
    shown_later,
    truths_of,
)
from partnerrules.policies.grouping import hangs_on, values_under
from partnerrules.policies.kind import (
    SHARED_KEYS,
    Assume,
    Context,
    Head,
    Kind,
    Lowered,
    checked_expression,
    lowered_head,
    outcome_of,
    subject_of,
)
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown

ELIGIBLE: Final = "eligible"
INELIGIBLE: Final = "ineligible"
NO_PLACE: Final = "no_place"

PLACE: Final = "place"
"""The column in which the place of a record in the queue stands."""
AT_MOST: Final = "places"
HELD: Final = "place held"
_KEY: Final = "key "
_TOGETHER: Final = "together "
"""What the records have in common that share places, each in a column."""

GATE: Final = condition_form(
    "gate",
    forms.Key("otherwise", forms.NameForm(), "the outcome where this gate is not passed; `ineligible` if left out"),
)

PLACES: Final = forms.RecordForm(
    "limit of places",
    (
        forms.Key("at_most", forms.ExpressionForm(), "how many records may be eligible at once", required=True),
        forms.Key(
            "in_order_of",
            forms.ListForm(forms.ExpressionForm(), at_least=1),
            "what decides who comes first, the least first; a later key where the earlier ones are equal",
            required=True,
        ),
        forms.Key(
            "per",
            forms.ListForm(forms.ExpressionForm(), at_least=1),
            "what records have in common that share places; there are places of each, and `at_most` may ask of it",
        ),
        forms.Key("otherwise", forms.NameForm(), "the outcome where no place is left; `no_place` if left out"),
    ),
)

FORM: Final = forms.RecordForm(
    "eligibility policy",
    (
        *SHARED_KEYS,
        forms.Key("gates", forms.ListForm(GATE, at_least=1), "what is asked, in this order", required=True),
        forms.Key("places", PLACES, "how many records may be eligible at once, and who comes first"),
    ),
)


MAXIMUM_GATES: Final = 100


def signature(name: Word, item: Item, context: Context) -> PolicySignature | None:
    """What other policies see of an eligibility policy: its outcome."""
    entity = subject_of(item, context)
    if entity is None:
        return None
    words = [gate.text("otherwise") or INELIGIBLE for gate in item.list("gates") if isinstance(gate, Item)]
    places = item.item("places")
    if places is not None:
        words.append(places.text("otherwise") or NO_PLACE)
    outcomes = t.Enumeration(tuple(dict.fromkeys((ELIGIBLE, *words, NOT_APPLICABLE))))
    return PolicySignature((entity,), {OUTCOME: outcomes}, frozenset({ELIGIBLE}), name.span)


def lower(name: Word, item: Item, context: Context) -> Lowered | None:
    """The plan of an eligibility policy, or None after a fault.

    Scan the subjects, compute a column for each condition, one for each gate, and the outcome over the gates.
    """
    head = lowered_head(item, context)
    lowering = Lowering(context, head.named if head else {}, present=head.present if head else frozenset())
    gates: list[Gate] = []
    gate_columns: list[Column] = []
    whole = head is not None
    gate_ids = Lowering(context, {})
    for position, read in enumerate(item.list("gates"), start=1):
        if not isinstance(read, Item) or head is None:
            continue
        word = read.word("id")
        id = f"gate-{position}" if word is None else word.text
        whole &= gate_ids.claim(id, read.span if word is None else word.span)
        lowered = lowering.condition(read)
        if lowered is None:
            whole = False
            continue
        otherwise = _otherwise(read, INELIGIBLE, context)
        gates.append(Gate(id, read.title(), read.text("source"), otherwise, lowered[0]))
        gate_columns.append(Column(gate_column(id), lowered[1]))
    if len(gates) > MAXIMUM_GATES:
        context.report.error(
            "too-large",
            f"an eligibility policy has at most {MAXIMUM_GATES} gates, this one has {len(gates):,}",
            name.span,
            help="join gates under `all:`, or split the policy",
        )
        whole = False
    whole &= lowering.bounded(name.span)
    places = item.item("places")
    # Only those take a place that pass all gates: what these show may be used.
    limit = None if places is None or head is None else _limit(places, replace(head, present=lowering.present), context)
    if not whole or head is None or not gates or (limit is None and "places" in item.keys):
        return None
    text = t.Text()
    node: Node = Let(Let(head.node, tuple(lowering.columns)), tuple(gate_columns))
    result: terms.Term = terms.Value(ELIGIBLE, text)
    if limit is not None:
        applies = [terms.ColumnOf(APPLIES, t.Boolean())] if "when" in item.keys else []
        passed_all = (*applies, *(terms.ColumnOf(column.name, t.Boolean()) for column in gate_columns))
        node = Let(node, (*limit.keys, *limit.together))
        by, within = tuple(SortKey(key.name) for key in limit.keys), tuple(key.name for key in limit.together)
        node = Rank(node, terms.All(passed_all, t.Boolean()), by, PLACE, within)
        enough = terms.Comparison(
            "<=", terms.ColumnOf(PLACE, t.Integer()), terms.ColumnOf(AT_MOST, t.Integer()), t.Boolean()
        )
        node = Let(node, (Column(AT_MOST, limit.at_most), Column(HELD, enough)))
        result = terms.If(terms.ColumnOf(HELD, t.Boolean()), result, terms.Value(limit.otherwise, text), text)
    for gate in reversed(gates):
        passed = terms.ColumnOf(gate_column(gate.id), t.Boolean())
        result = terms.If(passed, result, terms.Value(gate.otherwise, text), text)
    node = Let(node, (Column(OUTCOME, result),))
    fixed = tuple(gates)
    return Lowered(
        plan=Plan((head.entity,), node),
        reference_date=head.reference_date,
        depth=max(head.depth, lowering.depth),
        points=_points(fixed, limited=limit is not None),
        reached=partial(_reached, fixed),
        result=partial(_result, fixed),
    )


def _otherwise(item: Item, usual: str, context: Context) -> str:
    word = item.word("otherwise")
    if word is not None and word.text in (ELIGIBLE, UNDETERMINED, NOT_IN_FORCE, NOT_APPLICABLE):
        context.report.error(
            "bad-name",
            f"a record that does not pass cannot be `{word.text}`",
            word.span,
            help="use a word of your own, such as `refer`",
        )
    return usual if word is None else word.text


@dataclass(frozen=True, slots=True)
class _Limit:
    """How many places there are, who comes first, who shares them, and the outcome without a place."""

    at_most: terms.Term
    keys: tuple[Column, ...]
    together: tuple[Column, ...]
    otherwise: str


def _limit(item: Item, head: Head, context: Context) -> _Limit | None:
    written = item.expression("at_most")
    order = values_under(item, "in_order_of", head, context, ordered=True)
    shared = values_under(item, "per", head, context, ordered=False)
    if shared is None:
        return None
    at_most = checked_expression(written, context, head.named if shared else {}, head.present)
    if at_most is None or written is None or not order:
        return None
    if not isinstance(at_most.type, t.Integer):
        context.report.error("type-mismatch", f"a number of places is a whole number, not {at_most.type}", written.span)
        return None
    if isinstance(at_most.term, terms.Value) and isinstance(at_most.term.value, int) and at_most.term.value < 1:
        context.report.error(
            "impossible-count",
            f"{at_most.term.value} places is none for anybody",
            written.span,
            help="write a number of at least 1, or leave `places` out",
        )
        return None
    if shared and not hangs_on(at_most.term, tuple(key.term for key in shared)):
        context.report.error(
            "unsuited-cap",
            "those that share places have one number of them, and this one differs from record to record",
            written.span,
            help="compute it from what stands under `per`",
        )
        return None
    keys = tuple(Column(f"{_KEY}{at}", key.term, key.observed) for at, key in enumerate(order, start=1))
    together = tuple(Column(f"{_TOGETHER}{at}", key.term, key.observed) for at, key in enumerate(shared, start=1))
    return _Limit(at_most.term, keys, together, _otherwise(item, NO_PLACE, context))


def gate_column(id: str) -> str:
    """The column in which a gate stands."""
    return f"gate {id}"


def _result(gates: tuple[Gate, ...], basis: Basis, row: TracedRow, assume: Assume) -> EligibilityResult:
    value, applies = outcome_of(row), row.values.get(APPLIES, True)
    outcome = UNDETERMINED if isinstance(value, Unknown) else str(value)
    shown = shown_later(row, lambda: _gates(gates, row))
    ways = NO_WAYS
    if applies is True and outcome != ELIGIBLE:
        ways = tried(lambda: _ways(gates, row, assume), NO_WAYS)
    return EligibilityResult(basis, outcome, shown, missing_of(value), ways, _place(row))


def _gates(gates: tuple[Gate, ...], row: TracedRow) -> tuple[GateResult, ...]:
    """What the gates came to."""
    results: list[GateResult] = []
    reached = True
    for gate in gates:
        passed = row.truth(gate_column(gate.id))
        status = _status(passed) if reached else "skipped"
        reached = reached and passed is not False
        requirement = requirement_result(gate.requirement, row)
        results.append(GateResult(gate.id, gate.title, gate.source, gate.otherwise, status, requirement))
    return tuple(results)


def _place(row: TracedRow) -> PlaceResult | None:
    place = row.values.get(PLACE)
    at_most = row.values.get(AT_MOST)
    if not isinstance(place, Place) or at_most is None:
        return None  # nothing says how many places there are, which a gate has asked before
    assert isinstance(at_most, int | Unknown)
    keys, shared = (
        tuple(part for name, parts in row.seen.items() if name.startswith(prefix) for part in parts)
        for prefix in (_KEY, _TOGETHER)
    )
    missing = tuple(sorted(place.missing))
    return PlaceResult(at_most, place.least, place.most, row.truth(HELD), keys, missing, shared)


def _ways(gates: tuple[Gate, ...], row: TracedRow, assume: Assume) -> Ways:
    """The smallest changes after which all gates are passed, each after running the plan with it.

    Where places are limited the record takes the place that it has by its keys. If none is left there, whatever it
    changes, there is no way.
    """
    if all(row.truth(gate_column(gate.id)) is True for gate in gates):  # what lacks is a place
        return NO_WAYS
    requirements = tuple(gate.requirement for gate in gates)
    truths = truths_of(requirements, row)
    ways = shortest_ways(requirements, truths)
    now: dict[str, object] = {leaf_column(id): truth for id, truth in truths.items()}
    if PLACE in row.values:
        now[PLACE] = row.values[PLACE]
    for way in ways.listed:
        row = assume({**now, **{leaf_column(change.condition): change.holds for change in way}})
        if row.values[OUTCOME] != ELIGIBLE:
            assert PLACE in row.values, (way, row.values)
            return NO_WAYS
    return ways


def _status(passed: Truth) -> Literal["passed", "failed", "unknown"]:
    if isinstance(passed, Unknown):
        return "unknown"
    return "passed" if passed else "failed"


def _points(gates: tuple[Gate, ...], *, limited: bool) -> tuple[str, ...]:
    points = [f"gate {gate.id} {status}" for gate in gates for status in ("passed", "failed")]
    points += condition_points(gate.requirement for gate in gates)
    return (*points, "place held", "no place left") if limited else tuple(points)


def _reached(gates: tuple[Gate, ...], row: TracedRow) -> frozenset[str]:
    points = {f"gate {gate.id} {_status(row.truth(gate_column(gate.id)))}" for gate in gates}
    points |= reached_conditions((gate.requirement for gate in gates), row)
    if HELD in row.values and all(row.truth(gate_column(gate.id)) is True for gate in gates):
        held = row.truth(HELD)
        if not isinstance(held, Unknown):
            points.add("place held" if held else "no place left")
    return frozenset(points)


ELIGIBILITY: Final = Kind("eligibility", "who may, and what the others lack", FORM, signature, lower)
