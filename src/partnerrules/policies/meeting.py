"""Records of several entities that meet: what they must be the same in, and what they must share.

What kinds have in common in which records stand against each other: one branch of the plan for each entity, the columns
in which their rows can meet, conditions that are asked of some of them, and the cells as people tell them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from partnerrules.decisions.conflicts import ALL, ALL_OTHERS
from partnerrules.decisions.requirements import Requirement
from partnerrules.diagnostics import suggestion
from partnerrules.facts import Row
from partnerrules.language import forms, terms
from partnerrules.language.checker import Checked
from partnerrules.language.checking import implied
from partnerrules.language.form_reader import Expression, Item, Word
from partnerrules.language.names import SUBJECT, named_subject
from partnerrules.plan.nodes import APPLIES, Column, Filter, Node, Rest
from partnerrules.plan.trace import Seen, TracedRow
from partnerrules.policies import kind
from partnerrules.policies.conditions import Lowering, condition_form
from partnerrules.policies.kind import Context, checked_condition, checked_expression
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown
from partnerrules.schema.titles import Title

CELL: Final = "cell"
COVERS: Final = "covers"

ONLY: Final = forms.Key("only", forms.NameForm(), "the records that it is asked of, where there are several sorts")

ASKED_OF_SOME: Final = condition_form("condition", ONLY)
"""A condition that may be asked of the records of one entity only."""


def same_column(name: str) -> str:
    """The column of what records must be the same in to meet."""
    return f"same {name}"


def shared_column(name: str) -> str:
    """The column of what records must share to meet."""
    return f"shared {name}"


@dataclass(slots=True)
class Branch:
    """The records of one entity while they are lowered: what their rows get."""

    entity: str
    item: Item
    named: dict[str, terms.Term]
    node: Node
    present: frozenset[terms.Term] = frozenset()
    columns: list[Column] = field(default_factory=list)
    titles: dict[str, Title] = field(default_factory=dict)
    depth: int = 0

    def checked(self, expression: Expression | None, context: Context) -> Checked | None:
        """A checked expression over a record of the branch, or None after a fault."""
        checked = checked_expression(expression, context, self.named, self.present)
        if checked is not None:
            self.depth = max(self.depth, checked.depth)
        return checked

    def condition(self, expression: Expression | None, context: Context) -> Checked | None:
        """A checked condition over a record of the branch, or None after a fault."""
        checked = checked_condition(expression, context, self.named, self.present)
        if checked is not None:
            self.depth = max(self.depth, checked.depth)
        return checked


def names_of(entity: str, alias: str) -> dict[str, terms.Term]:
    """The names under which expressions see a record: that of its entity, and one for the records of all entities."""
    return {**named_subject(entity), alias: terms.Variable(SUBJECT, t.Record(entity))}


def lower_who(branch: Branch, context: Context, key: str, wanted: str, column: str) -> None:
    """Which of the records take part at all, and whose they are.

    Args:
        branch: the records, just scanned.
        context: for checking.
        key: where it is written whose they are.
        wanted: what that has to be, in messages.
        column: the column for it.
    """
    written = branch.item.expression("when")
    if written is not None:
        applies = branch.condition(written, context)
        if applies is not None:
            branch.node = Filter(branch.node, Column(APPLIES, applies.term, applies.observed))
            branch.present = implied(applies.term, True)
    who = branch.checked(branch.item.expression(key), context)
    if who is not None:
        if isinstance(who.type, t.Record | t.Text | t.Enumeration) and is_record(who.type, context):
            branch.columns.append(Column(column, who.term, who.observed))
        else:
            unsuited(branch.item.expression(key), who.type, wanted, context)


def who_of(row: TracedRow, column: str) -> str | Unknown:
    """Whose record a row is: an id or a name."""
    value = row.values[column]
    if isinstance(value, Unknown):
        return value
    return value.id if isinstance(value, Row) else str(value)


def unsuited(expression: Expression | None, found: t.Type, wanted: str, context: Context) -> None:
    """Reports a value of a type that is not wanted."""
    assert expression is not None
    guard = "guard it in `when`, such as `when: exists(...)`"
    kind.unsuited(context, expression.span, found, f"{wanted}, and this is {found}", guard=guard)


def lower_meeting(branch: Branch, item: Item, context: Context, types: dict[str, t.Type]) -> None:
    """What two records must have in common to meet."""
    for key, read in item.named("same"):
        expression = read if isinstance(read, Expression) else None
        checked = branch.checked(expression, context)
        if checked is None or expression is None:
            continue
        if isinstance(checked.type, t.ListOf | t.Maybe | t.Interval):
            if isinstance(checked.type, t.ListOf) or isinstance(t.present(checked.type), t.ListOf):
                context.report.error(
                    "type-mismatch",
                    f"`{key.text}` has to be one value, and this is {checked.type}",
                    expression.span,
                    help="put a list of which two must have a member in common under `shared`",
                )
            else:
                unsuited(expression, checked.type, f"`{key.text}` has to be one value that is there", context)
        elif not is_record(checked.type, context):
            unsuited(expression, checked.type, f"`{key.text}` has to be a record of a relation, or a value", context)
        elif agrees(types, same_column(key.text), checked.type, expression, branch, context):
            branch.columns.append(Column(same_column(key.text), checked.term, checked.observed))
            branch.titles[key.text] = checked.title
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
        checked = branch.checked(expression, context)
        if checked is None or expression is None:
            continue
        inner = t.present(checked.type)
        member = inner.item if isinstance(inner, t.ListOf) else inner
        if not isinstance(member, t.Record | t.Text | t.Enumeration) or not is_record(member, context):
            unsuited(expression, checked.type, f"`{key.text}` has to be records or texts, one or a list", context)
        elif isinstance(checked.type, t.Maybe) and not isinstance(inner, t.ListOf):
            unsuited(expression, checked.type, f"`{key.text}` has to be there, unless it is a list", context)
        elif agrees(types, shared_column(key.text), member, expression, branch, context):
            term = checked.term if isinstance(inner, t.ListOf) else terms.Items((checked.term,), t.ListOf(inner))
            branch.columns.append(Column(shared_column(key.text), term, checked.observed))
            branch.titles[key.text] = checked.title


def is_record(type: t.Type, context: Context) -> bool:
    """Whether a value, if it is a record, is one of a relation and no part of another one, which has no id."""
    return not isinstance(type, t.Record) or context.environment.schema.entities[type.entity].relation is not None


def agrees(
    types: dict[str, t.Type], column: str, found: t.Type, expression: Expression, branch: Branch, context: Context
) -> bool:
    """Whether a value is of the same type for the records of all entities; reports it if not."""
    known = types.setdefault(column, found)
    texts = (t.Text, t.Enumeration)
    if known == found or (isinstance(known, texts) and isinstance(found, texts)):
        return True
    context.report.error(
        "type-mismatch",
        f"for a {branch.entity} this is {found}, and for the records before it is {known}",
        expression.span,
        help="let it be the same sort of value for all of them",
    )
    return False


def lower_conditions(
    branch: Branch, item: Item, key: str, context: Context, *, all_hold: bool
) -> tuple[tuple[Requirement, ...], tuple[terms.Term, ...]]:
    """The conditions under a key that are asked of the records of a branch, one column for each leaf.

    Args:
        branch: the records.
        item: the policy.
        key: where the conditions stand.
        context: for checking.
        all_hold: whether all of them have to hold, so that what one guards the later ones may use.
    """
    lowering = Lowering(context, branch.named, present=branch.present)
    requirements: list[Requirement] = []
    columns: list[terms.Term] = []
    for read in item.list(key):
        if not isinstance(read, Item) or read.text("only") not in (None, branch.entity):
            continue
        if not all_hold:
            lowering.present = branch.present
        lowered = lowering.condition(read)
        if lowered is not None:
            requirements.append(lowered[0])
            columns.append(lowered[1])
    lowering.bounded(item.span)
    branch.columns += lowering.columns
    if all_hold:
        branch.present = lowering.present
    branch.depth = max(branch.depth, lowering.depth)
    return tuple(requirements), tuple(columns)


def check_only(item: Item, keys: Sequence[str], entities: Collection[str], taking_part: str, context: Context) -> None:
    """Reports conditions that are asked of records which do not take part.

    Args:
        item: the policy.
        keys: where its conditions stand.
        entities: of the records that take part.
        taking_part: what those do, in messages.
        context: for checking.
    """
    for key in keys:
        for read in item.list(key):
            check_asked(read.word("only") if isinstance(read, Item) else None, entities, taking_part, context)


def check_asked(word: Word | None, entities: Collection[str], taking_part: str, context: Context) -> None:
    """Reports something that is asked of records which do not take part, as `check_only` does."""
    if word is not None and word.text not in entities:
        context.report.error(
            "unknown-subject",
            f"no {word.text} {taking_part} here",
            word.span,
            help=suggestion(word.text, entities, kind="record"),
        )


def titles_of(item: Item, branches: Iterable[Branch]) -> dict[str, Title]:
    """What people call what is the same and what is shared: by `titles`, or as the fields are called that say it."""
    found = {name: title for branch in branches for name, title in branch.titles.items() if title.texts}
    return found | {key.text: read for key, read in item.named("titles") if isinstance(read, Title)}


def check_titles(item: Item, sorts: str, more: Sequence[str], context: Context) -> None:
    """Reports titles of what no records have in common.

    Args:
        item: the policy.
        sorts: what may have a title, in messages.
        more: what else may have one.
        context: for checking.
    """
    names = [key.text for under in ("same", "shared") for key, _ in item.named(under)] + [*more]
    for key, _ in item.named("titles"):
        if key.text not in names:
            context.report.error(
                "unknown-choice",
                f"nothing called `{key.text}` is {sorts}",
                key.span,
                help=suggestion(key.text, names, kind="name"),
            )


# --------------------------------------------------------------------------------------------------- cells, as told


@dataclass(frozen=True, slots=True)
class Meeting:
    """What the cells of a policy are told by.

    Attributes:
        same: names of what records must be the same in to meet.
        shared: names of what they must share.
        types: of these, by column.
    """

    same: tuple[str, ...]
    shared: tuple[str, ...]
    types: Mapping[str, t.Type]

    def same_of(self, row: TracedRow) -> dict[str, Seen]:
        """What the records of a cell have in common, by name."""
        columns = {name: same_column(name) for name in self.same}
        return {name: Seen(name, row.values[column], self.types[column]) for name, column in columns.items()}

    def coordinates(self, part: TracedRow) -> tuple[object, ...]:
        """The place of a cell on each side."""
        coordinates = part.values[CELL]
        assert isinstance(coordinates, tuple | Unknown), coordinates
        return (coordinates,) * len(self.shared) if isinstance(coordinates, Unknown) else coordinates

    def in_order(self, row: TracedRow) -> list[TracedRow]:
        """The cells of a record in an order that no list of a record has a say in: that of their coordinates."""

        def written(part: TracedRow) -> tuple[tuple[bool, str], ...]:
            coordinates = self.coordinates(part)
            return tuple((True, "") if isinstance(each, Rest | Unknown) else (False, str(each)) for each in coordinates)

        return sorted(row.parts, key=written)

    def named(self, row: TracedRow) -> frozenset[str]:
        """The sides of which somebody who meets a record names something."""
        return frozenset(
            name
            for part in row.parts
            for name, coordinate in zip(self.shared, self.coordinates(part), strict=True)
            if not isinstance(coordinate, Rest | Unknown)
        )

    def cell(self, part: TracedRow, named: Collection[str]) -> dict[str, str | Unknown]:
        """The shared values of a cell; who covers all there is covers, beside those that are named, all others."""
        cell: dict[str, str | Unknown] = {}
        for name, each in zip(self.shared, self.coordinates(part), strict=True):
            if isinstance(each, Rest):
                cell[name] = ALL_OTHERS if name in named else ALL
            else:
                cell[name] = each if isinstance(each, Unknown) else str(each)
        return cell
