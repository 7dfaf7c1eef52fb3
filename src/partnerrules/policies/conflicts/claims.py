"""The claims of one entity as rows of a plan: who claims, what has to be equal to meet, validity, and the criteria."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from partnerrules.decisions.conflicts import Criterion
from partnerrules.decisions.requirements import Requirement
from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.form_reader import Item, Read
from partnerrules.language.names import SUBJECT
from partnerrules.plan.nodes import APPLIES, Column, Filter, Scan
from partnerrules.policies.conditions import Lowering
from partnerrules.policies.conflicts.columns import CLAIMANT, LOSES, STANDS, VALID, after_column
from partnerrules.policies.conflicts.forms import ORDERS
from partnerrules.policies.criteria import checked_criterion
from partnerrules.policies.kind import Context, entity_of
from partnerrules.policies.meeting import Branch, agrees, lower_conditions, lower_who, names_of
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
    renews: bool = False
    ends: bool = False
    turns: t.Type = field(default_factory=t.Boolean)


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
        key = checked_criterion(read, ORDERS[kind], kind, context, branch.named, branch.present, "claims")
        expression = read.expression(kind)
        if key is None or expression is None:
            continue
        branch.depth = max(branch.depth, key.depth)
        inner = t.present(key.type)
        if agrees(types, column, inner, expression, branch, context):
            branch.columns.append(Column(column, key.term, key.observed))
    return tuple(criteria)


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
