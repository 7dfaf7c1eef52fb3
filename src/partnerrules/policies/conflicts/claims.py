"""The claims of one entity as rows of a plan: who claims, what has to be equal to meet, validity, and the criteria."""

import re
from dataclasses import dataclass, field, replace
from typing import Final

from partnerrules.decisions.conflicts import Criterion, CriterionKind
from partnerrules.decisions.requirements import Requirement
from partnerrules.diagnostics import Report, suggestion
from partnerrules.language import terms
from partnerrules.language.checker import Checked
from partnerrules.language.checking import BOOLEAN, implied
from partnerrules.language.form_reader import Expression, Item, Word
from partnerrules.language.names import SUBJECT, named_subject
from partnerrules.plan.nodes import APPLIES, Column, Filter, Node, Scan
from partnerrules.policies.conditions import Lowering
from partnerrules.policies.conflicts.contests import (
    CLAIMANT,
    LOSES,
    STANDS,
    VALID,
    after_column,
    criterion_column,
    same_column,
    shared_column,
)
from partnerrules.policies.conflicts.forms import ORDERS
from partnerrules.policies.kind import Context, checked_condition, checked_expression, entity_of, unsuited
from partnerrules.schema import types as t

CLAIM: Final = "claim"
"""The name of the record that claims, beside that of its entity."""


@dataclass(slots=True)
class Claims:
    """The claims of one entity while they are lowered: what their rows get."""

    entity: str
    item: Item
    named: dict[str, terms.Term]
    node: Node
    present: frozenset[terms.Term] = frozenset()
    columns: list[Column] = field(default_factory=list)
    validity: tuple[Requirement, ...] = ()
    after: tuple[str, ...] = ()
    depth: int = 0


def claims_of(item: Item, context: Context) -> Claims | None:
    """The claims of one entity, with whether they apply and who claims."""
    entity = entity_of(item.word("of"), context)
    if entity is None:
        return None
    named = {**named_subject(entity), CLAIM: terms.Variable(SUBJECT, t.Record(entity))}
    branch = Claims(entity, item, named, Scan(entity))
    written = item.expression("when")
    if written is not None:
        applies = checked_condition(written, context, named)
        if applies is not None:
            branch.node = Filter(branch.node, Column(APPLIES, applies.term, applies.observed))
            branch.present = implied(applies.term, True)
            branch.depth = applies.depth
    claimant = _checked(branch, item.expression("claimant"), context)
    if claimant is not None:
        if isinstance(claimant.type, t.Record | t.Text | t.Enumeration) and _is_record(claimant.type, context):
            branch.columns.append(Column(CLAIMANT, claimant.term, claimant.observed))
        else:
            _unsuited(item.expression("claimant"), claimant.type, "a claimant is a record or a name", context)
    return branch


def _checked(branch: Claims, expression: Expression | None, context: Context) -> Checked | None:
    checked = checked_expression(expression, context, branch.named, branch.present)
    if checked is not None:
        branch.depth = max(branch.depth, checked.depth)
    return checked


def _unsuited(expression: Expression | None, found: t.Type, wanted: str, context: Context) -> None:
    assert expression is not None
    guard = "guard it in `when`, such as `when: exists(...)`"
    unsuited(context, expression.span, found, f"{wanted}, and this is {found}", guard=guard)


def lower_meeting(branch: Claims, item: Item, context: Context, types: dict[str, t.Type]) -> None:
    """What two claims must have in common to meet."""
    for key, read in item.named("same"):
        expression = read if isinstance(read, Expression) else None
        checked = _checked(branch, expression, context)
        if checked is None or expression is None:
            continue
        if isinstance(checked.type, t.ListOf | t.Maybe | t.Interval):
            if isinstance(checked.type, t.ListOf) or isinstance(_present(checked.type), t.ListOf):
                context.report.error(
                    "type-mismatch",
                    f"`{key.text}` has to be one value, and this is {checked.type}",
                    expression.span,
                    help="put a list of which claims must have a member in common under `shared`",
                )
            else:
                _unsuited(expression, checked.type, f"`{key.text}` has to be one value that is there", context)
        elif not _is_record(checked.type, context):
            _unsuited(expression, checked.type, f"`{key.text}` has to be a record of a relation, or a value", context)
        elif _agrees(types, same_column(key.text), checked.type, expression, branch, context):
            branch.columns.append(Column(same_column(key.text), checked.term, checked.observed))
    whole = {read.text: read for read in branch.item.list("covers_all") if isinstance(read, Word)}
    names = [key.text for key, _ in item.named("shared")]
    for word in whole.values():
        if word.text not in names:
            context.report.error(
                "unknown-choice",
                f"nothing called `{word.text}` is shared",
                word.span,
                help=suggestion(word.text, names, kind="name"),
            )
    for key, read in item.named("shared"):
        if key.text in whole:
            branch.columns.append(Column(shared_column(key.text), terms.Value(None, t.Maybe(t.ListOf(t.Text())))))
            continue
        expression = read if isinstance(read, Expression) else None
        checked = _checked(branch, expression, context)
        if checked is None or expression is None:
            continue
        inner = _present(checked.type)
        member = inner.item if isinstance(inner, t.ListOf) else inner
        if not isinstance(member, t.Record | t.Text | t.Enumeration) or not _is_record(member, context):
            _unsuited(expression, checked.type, f"`{key.text}` has to be records or texts, one or a list", context)
        elif isinstance(checked.type, t.Maybe) and not isinstance(inner, t.ListOf):
            _unsuited(expression, checked.type, f"`{key.text}` has to be there, unless it is a list", context)
        elif _agrees(types, shared_column(key.text), member, expression, branch, context):
            term = checked.term if isinstance(inner, t.ListOf) else terms.Items((checked.term,), t.ListOf(inner))
            branch.columns.append(Column(shared_column(key.text), term, checked.observed))


def _present(type: t.Type) -> t.Type:
    return type.of if isinstance(type, t.Maybe) else type


def _is_record(type: t.Type, context: Context) -> bool:
    """Whether a value, if it is a record, is one of a relation and no part of another one, which has no id."""
    return not isinstance(type, t.Record) or context.environment.schema.entities[type.entity].relation is not None


def _agrees(
    types: dict[str, t.Type], column: str, found: t.Type, expression: Expression, branch: Claims, context: Context
) -> bool:
    """Whether a value is of the same type for the claims of all entities; reports it if not."""
    known = types.setdefault(column, found)
    texts = (t.Text, t.Enumeration)
    if known == found or (isinstance(known, texts) and isinstance(found, texts)):
        return True
    context.report.error(
        "type-mismatch",
        f"for a {branch.entity} this is {found}, and for the claims before it is {known}",
        expression.span,
        help="let it be the same sort of value for all claims",
    )
    return False


def lower_validity(branch: Claims, item: Item, context: Context) -> None:
    """The conditions of being a valid claim, one column each and one for all."""
    lowering = Lowering(context, branch.named, present=branch.present)
    requirements: list[Requirement] = []
    columns: list[terms.Term] = []
    for read in item.list("valid_when"):
        if not isinstance(read, Item) or read.text("only") not in (None, branch.entity):
            continue
        lowered = lowering.condition(read)
        if lowered is not None:
            requirements.append(lowered[0])
            columns.append(lowered[1])
    lowering.bounded(item.span)
    branch.columns += [*lowering.columns, Column(VALID, terms.All(tuple(columns), BOOLEAN))]
    branch.present = lowering.present
    branch.depth = max(branch.depth, lowering.depth)
    branch.validity = tuple(requirements)


def lower_criteria(branch: Claims, item: Item, context: Context, types: dict[str, t.Type]) -> tuple[Criterion, ...]:
    """The criteria, one column each."""
    criteria: list[Criterion] = []
    places = Lowering(context, {})
    for read in item.list("prefer"):
        id = read.word("id") if isinstance(read, Item) else None
        kind = next((kind for kind in ORDERS if isinstance(read, Item) and kind in read), None)
        if not isinstance(read, Item) or id is None or kind is None or not places.claim(id.text, id.span):
            continue
        criteria.append(Criterion(id.text, read.title(), read.text("source"), kind))
        column = criterion_column(id.text)
        if read.text("only") not in (None, branch.entity):
            none = terms.Value(False, BOOLEAN) if kind == "claim" else terms.Value(None, t.Maybe(t.Text()))
            branch.columns.append(Column(column, none))
            continue
        key = _criterion(branch, kind, read, context)
        expression = read.expression(kind)
        if key is None or expression is None:
            continue
        inner = key.type.of if isinstance(key.type, t.Maybe) else key.type
        if _agrees(types, column, inner, expression, branch, context):
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
        _unsuited(expression, inner, f"`{kind}` takes {words}", context)
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


def check_only(item: Item, entities: list[str], context: Context) -> None:
    for key in ("valid_when", "prefer"):
        for read in item.list(key):
            word = read.word("only") if isinstance(read, Item) else None
            if word is not None and word.text not in entities:
                context.report.error(
                    "unknown-subject",
                    f"no {word.text} claims here",
                    word.span,
                    help=suggestion(word.text, entities, kind="record"),
                )


def lower_earlier(branch: Claims, before: tuple[str, ...], context: Context) -> None:
    """For each policy that decides first, whether the claim lost there, and whether it stands here at all."""
    after: list[str] = []
    stands: list[terms.Term] = [terms.ColumnOf(VALID, BOOLEAN)]
    if isinstance(branch.node, Filter):
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
