"""The claims of one entity as rows of a plan: who claims, what has to be equal to meet, validity, and the criteria."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from partnerrules.decisions.conflicts import Criterion, CriterionKind
from partnerrules.decisions.requirements import Requirement
from partnerrules.diagnostics import Report
from partnerrules.language import terms
from partnerrules.language.checker import Checked
from partnerrules.language.checking import BOOLEAN, implied
from partnerrules.language.form_reader import Item, Read
from partnerrules.language.names import SUBJECT
from partnerrules.plan.nodes import APPLIES, Column, Filter, Scan
from partnerrules.policies.conditions import Lowering
from partnerrules.policies.conflicts.columns import CLAIMANT, LOSES, STANDS, VALID, after_column
from partnerrules.policies.conflicts.forms import ORDERS
from partnerrules.policies.kind import Context, checked_condition, checked_expression, entity_of
from partnerrules.policies.meeting import Branch, agrees, lower_conditions, lower_who, names_of, unsuited
from partnerrules.schema import types as t

CLAIM: Final = "claim"
"""The name of the record that claims, beside that of its entity."""


@dataclass(slots=True)
class Claims(Branch):
    """The claims of one entity while they are lowered: what their rows get."""

    validity: tuple[Requirement, ...] = ()
    valid: tuple[terms.Term, ...] = ()
    after: tuple[str, ...] = ()
    applies: terms.Term | None = None


def claims_of(item: Item, context: Context) -> Claims | None:
    """The claims of one entity, with whether they apply and who claims."""
    entity = entity_of(item.word("of"), context)
    if entity is None:
        return None
    branch = Claims(entity, item, names_of(entity, CLAIM), Scan(entity))
    lower_who(branch, context, "claimant", "a claimant is a record or a name", CLAIMANT)
    if isinstance(branch.node, Filter):
        branch.applies = branch.node.condition.term
    return branch


def lower_validity(branch: Claims, item: Item, context: Context) -> None:
    """The conditions of being a valid claim, one column each."""
    branch.validity, branch.valid = lower_conditions(branch, item, "valid_when", context, all_hold=True)


def lower_criteria(
    branch: Claims, written: Sequence[Read], context: Context, types: dict[str, t.Type], column_of: Callable[[str], str]
) -> tuple[Criterion, ...]:
    """The criteria of an order, one column each.

    Args:
        branch: the claims.
        written: the criteria.
        context: for checking.
        types: of what they look at, by column, which has to be the same for the claims of all entities.
        column_of: the column of a criterion, by its id.
    """
    criteria: list[Criterion] = []
    places = Lowering(context, {})
    for read in written:
        id = read.word("id") if isinstance(read, Item) else None
        kind = next((kind for kind in ORDERS if isinstance(read, Item) and kind in read), None)
        if not isinstance(read, Item) or id is None or kind is None or not places.claim(id.text, id.span):
            continue
        criteria.append(Criterion(id.text, read.title(), read.text("source"), kind))
        column = column_of(id.text)
        if read.text("only") not in (None, branch.entity):
            none = terms.Value(False, BOOLEAN) if kind == "claim" else terms.Value(None, t.Maybe(t.Text()))
            branch.columns.append(Column(column, none))
            continue
        key = _criterion(branch, kind, read, context)
        expression = read.expression(kind)
        if key is None or expression is None:
            continue
        inner = key.type.of if isinstance(key.type, t.Maybe) else key.type
        if agrees(types, column, inner, expression, branch, context):
            branch.columns.append(Column(column, key.term, key.observed))
    return tuple(criteria)


def _criterion(branch: Claims, kind: CriterionKind, item: Item, context: Context) -> Checked | None:
    """What a criterion looks at: false or none for claims that it does not speak about."""
    guard = checked_condition(item.expression("when"), context, branch.named, branch.present)
    if guard is None and "when" in item.keys:
        return None
    present = branch.present if guard is None else branch.present | implied(guard.term, True)
    expression = item.expression(kind)
    if kind == "claim":
        checked = checked_condition(expression, context, branch.named, present)
    else:
        before = len(context.report.diagnostics)
        checked = checked_expression(expression, context, branch.named, present)
        _guard_beside(context.report, before)
    if checked is None:
        return None
    inner = checked.type.of if isinstance(checked.type, t.Maybe) else checked.type
    wanted, words = _KEYS[kind]
    if not isinstance(inner, wanted):
        unsuited(expression, inner, f"`{kind}` takes {words}", context)
        return None
    branch.depth = max([branch.depth, checked.depth, *([] if guard is None else [guard.depth])])
    if guard is None:
        return checked
    if kind == "claim":
        term: terms.Term = terms.All((guard.term, checked.term), BOOLEAN)
    else:
        type = t.Maybe(inner)
        term = terms.If(guard.term, checked.term, terms.Value(None, type), type)
    return Checked(term, checked.text, (*guard.observed, *checked.observed), checked.depth)


def _guard_beside(report: Report, start: int) -> None:
    """The way out for a value that may be none: here it is guarded by a key, which leaves the others behind."""
    for at in range(start, len(report.diagnostics)):
        found = report.diagnostics[at]
        guard = _GUARD.search(found.help or "")
        if found.code == "unguarded-none" and guard is not None:
            way_out = f"write `when: {guard[1]}` beside it; claims without come last"
            report.diagnostics[at] = replace(found, help=way_out)


_GUARD: Final = re.compile(r"`(exists\([^`]*\)) and")

_AMOUNTS: Final = (t.Integer, t.Number, t.Ratio, t.Quantity)
_KEYS: Final[dict[CriterionKind, tuple[tuple[type, ...], str]]] = {
    "claim": ((t.Boolean,), "a condition"),
    "earliest": ((t.Date, t.Instant), "a date or an instant"),
    "latest": ((t.Date, t.Instant), "a date or an instant"),
    "highest": (_AMOUNTS, "a number or an amount"),
    "lowest": ((*_AMOUNTS, t.Text), "a number, an amount or a text"),
}


def lower_earlier(branch: Claims, before: tuple[str, ...], context: Context) -> None:
    """For each policy that decides first, whether the claim lost there, and whether it stands here at all."""
    branch.columns.append(Column(VALID, terms.All(branch.valid, BOOLEAN)))
    after: list[str] = []
    stands: list[terms.Term] = [terms.ColumnOf(VALID, BOOLEAN)]
    if branch.applies is not None:
        stands.insert(0, terms.ColumnOf(APPLIES, BOOLEAN))
    for id in before:
        earlier = context.environment.policies[id]
        if branch.entity in earlier.subjects:
            after.append(id)
            record = terms.Variable(SUBJECT, t.Record(branch.entity))
            lost = terms.OutcomeOf(id, record, LOSES, earlier.columns[LOSES])
            branch.columns.append(Column(after_column(id), lost))
            stands.append(terms.Not(terms.ColumnOf(after_column(id), BOOLEAN), BOOLEAN))
    branch.columns.append(Column(STANDS, terms.All(tuple(stands), BOOLEAN)))
    branch.after = tuple(after)
