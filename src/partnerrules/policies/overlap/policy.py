"""Overlap: who covers the same field, such as a solution in a territory and a vertical, and whether those are too many.

Records cover cells, cut as contests are: one for each combination of what must be the same and of what is shared. In
each cell the holders are counted, each once however many of its records cover it. Those that are exempt do not count;
nor does the direct channel, beside which others only give cause for a warning.
"""

from functools import partial
from typing import Final

from partnerrules.decisions.basis import NOT_APPLICABLE
from partnerrules.decisions.overlap import CLEAR, EXEMPT, OVERLAPPING, WARNING
from partnerrules.decisions.requirements import Requirement
from partnerrules.diagnostics import Label
from partnerrules.language import terms
from partnerrules.language.checker import Checked
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.environment import PolicySignature
from partnerrules.language.form_reader import Item, Word
from partnerrules.plan.nodes import (
    APPLIES,
    OUTCOME,
    Collapse,
    Column,
    CountDistinct,
    Filter,
    Let,
    Node,
    Plan,
    Rank,
    Scan,
    SortKey,
    Spread,
    Union,
)
from partnerrules.plan.walk import subterms
from partnerrules.policies.kind import Context, Kind, Lowered, checked_expression, entity_of
from partnerrules.policies.meeting import (
    CELL,
    COVERS,
    Branch,
    check_only,
    check_titles,
    lower_conditions,
    lower_meeting,
    lower_who,
    names_of,
    same_column,
    shared_column,
    titles_of,
)
from partnerrules.policies.overlap.forms import FORM
from partnerrules.policies.overlap.outcomes import (
    AT_MOST,
    CHANNEL,
    COUNTS,
    CROWDED,
    HOLDER,
    HOLDERS,
    IS_DIRECT,
    IS_EXEMPT,
    MIXED,
    OUTCOMES,
    OVERLAPS,
    WARNS,
    Field,
    points,
    reached,
    result,
)
from partnerrules.schema import types as t

_EQUAL: Final = "equal"
_COUNTED_OTHERS: Final = "counted others"
_DIRECT_OTHERS: Final = "direct others"

COVERAGE: Final = "coverage"
"""The name of the record that covers something, beside that of its entity."""


def signature(name: Word, item: Item, context: Context) -> PolicySignature | None:
    """What other policies see of an overlap policy: the outcome of a record. Only overlapping does not pass."""
    coverage = [read for read in item.list("coverage") if isinstance(read, Item)]
    entities = [entity_of(read.word("of"), context) for read in coverage]
    if None in entities or not entities:
        return None
    subjects = tuple(dict.fromkeys(entity for entity in entities if entity is not None))
    words = OUTCOMES if _limited(item) else tuple(word for word in OUTCOMES if word != OVERLAPPING)
    outcomes = t.Enumeration((*words, NOT_APPLICABLE))
    return PolicySignature(subjects, {OUTCOME: outcomes}, frozenset({CLEAR, WARNING, EXEMPT}), name.span)


def lower(name: Word, item: Item, context: Context) -> Lowered | None:
    """The plan of an overlap policy, or None after a fault.

    The records of each entity get the same columns and are joined, spread over the cells that they cover, counted by
    holder within each cell, and joined again.
    """
    before = context.report.errors
    branches: list[Branch] = []
    exemptions: dict[str, tuple[terms.Term, ...]] = {}
    described: dict[str, tuple[Requirement, ...]] = {}
    types: dict[str, t.Type] = {}
    for read in item.list("coverage"):
        branch = _branch_of(read, context) if isinstance(read, Item) else None
        if branch is None:
            return None
        if branch.entity in exemptions:
            message = f"the coverage of a {branch.entity} stands twice"
            context.report.error("duplicate-id", message, branch.item.span, help="join the two")
            return None
        branches.append(branch)
        lower_meeting(branch, item, context, types)
        described[branch.entity], exemptions[branch.entity] = lower_conditions(
            branch, item, "exempt", context, all_hold=False
        )
        if context.report.errors > before:
            return None  # what is wrong for the records of one entity would be told again for the next one
    check_only(item, ("exempt",), list(exemptions), "covers anything", context)
    check_titles(item, "same or shared", (), context)
    if not item.named("same") and not item.named("shared"):
        context.report.error(
            "empty-list",
            "nothing has to be the same or shared, so that all records would meet",
            item.keys.get("same", item.keys.get("shared", name.span)),
            help="write what two of them have in common, such as `shared: {territories: coverage.territories}`",
        )
    at_most = _at_most(item, types, context)
    if context.report.errors > before or at_most is None or not branches:
        return None
    for branch in branches:
        _lower_roles(branch, exemptions[branch.entity], context)
    if context.report.errors > before:
        return None
    field = Field(
        same=tuple(key.text for key, _ in item.named("same")),
        shared=tuple(key.text for key, _ in item.named("shared")),
        types=types,
        exemptions=described,
        direct=any("direct" in branch.item for branch in branches),
        limited=_limited(item),
        titles=titles_of(item, branches),
    )
    return Lowered(
        plan=Plan(tuple(branch.entity for branch in branches), _counted(branches, field, at_most.term)),
        depth=max(at_most.depth, *(branch.depth for branch in branches)),
        points=points(field),
        reached=partial(reached, field),
        result=partial(result, field),
    )


# ------------------------------------------------------------------------------------------------- the records


def _branch_of(item: Item, context: Context) -> Branch | None:
    """The records of one entity, with whether they take part and whose they are."""
    entity = entity_of(item.word("of"), context)
    if entity is None:
        return None
    branch = Branch(entity, item, names_of(entity, COVERAGE), Scan(entity))
    lower_who(branch, context, "holder", "a holder is a record or a name", HOLDER)
    return branch


_NO_LIMIT: Final = "none"


def _limited(item: Item) -> bool:
    """Whether a cell may have too many holders at all."""
    written = item.expression("at_most")
    return written is None or written.text.strip() != _NO_LIMIT


def _at_most(item: Item, types: dict[str, t.Type], context: Context) -> Checked | None:
    """How many holders a cell may have, over what its records have in common, or None after a fault."""
    written = item.expression("at_most")
    if written is None:
        return None if "at_most" in item.keys else Checked(terms.Value(1, t.Integer()), "1", (), 0)
    if not _limited(item):
        if not any("direct" in read for read in item.list("coverage") if isinstance(read, Item)):
            context.report.error(
                "impossible-count",
                "without a limit and without a direct channel nothing could ever overlap",
                written.span,
                help="write how many holders a cell may have, or which records are `direct`",
            )
            return None
        return Checked(terms.Value(None, t.Maybe(t.Integer())), _NO_LIMIT, (), 0)
    keys = {key.text: key for key, _ in item.named("same") if same_column(key.text) in types}
    named: dict[str, terms.Term] = {name: terms.ColumnOf(same_column(name), types[same_column(name)]) for name in keys}
    checked = checked_expression(written, context, named)
    if checked is None:
        return None
    environment = context.environment
    taken = environment.parameters.keys() | environment.definitions.names(None)
    for name in sorted(taken & keys.keys()):
        if named[name] in subterms(checked.term):
            context.report.error(
                "ambiguous-name",
                f"`{name}` under `at_most` would be what the records have in common and also something else",
                written.span,
                labels=[Label(written.span, ""), Label(keys[name].span, "what they have in common")],
                help="call what they have in common something else",
            )
            return None
    if not isinstance(checked.type, t.Integer):
        context.report.error(
            "type-mismatch", f"a number of holders is a whole number, not {checked.type}", written.span
        )
        return None
    if isinstance(checked.term, terms.Value) and isinstance(checked.term.value, int) and checked.term.value < 1:
        context.report.error(
            "impossible-count",
            f"with {checked.term.value} holders nobody could cover anything",
            written.span,
            help="write a number of at least 1",
        )
        return None
    return checked


def _lower_roles(branch: Branch, exemptions: tuple[terms.Term, ...], context: Context) -> None:
    """How a record takes part: exempt, of the direct channel, or counted."""
    written = branch.item.expression("direct")
    direct = None if written is None else branch.condition(written, context)
    exempt, is_direct = terms.ColumnOf(IS_EXEMPT, BOOLEAN), terms.ColumnOf(CHANNEL, BOOLEAN)
    takes_part = [terms.ColumnOf(APPLIES, BOOLEAN)] if isinstance(branch.node, Filter) else []
    stands: tuple[terms.Term, ...] = (*takes_part, terms.Not(exempt, BOOLEAN))
    channel = Column(
        is_direct.name,
        terms.Value(False, BOOLEAN) if direct is None else direct.term,
        () if direct is None else direct.observed,
    )
    branch.columns += [
        Column(IS_EXEMPT, terms.AnyOf(exemptions, BOOLEAN)),
        channel,
        Column(COUNTS, terms.All((*stands, terms.Not(is_direct, BOOLEAN)), BOOLEAN)),
        Column(IS_DIRECT, terms.All((*stands, is_direct), BOOLEAN)),
    ]


# --------------------------------------------------------------------------------------------------- the cells


def _counted(branches: list[Branch], field: Field, at_most: terms.Term) -> Node:
    """From the records of all entities to their outcomes."""
    lowered = tuple(Let(branch.node, tuple(branch.columns)) for branch in branches)
    over: Node = lowered[0] if len(lowered) == 1 else Union(lowered)
    same = tuple(same_column(name) for name in field.same)
    node: Node = Spread(over, same, tuple(shared_column(name) for name in field.shared), CELL, COVERS)
    counts, direct = _covering(COUNTS), _covering(IS_DIRECT)
    node = CountDistinct(node, HOLDER, counts, (*same, CELL), HOLDERS)
    # A record may be of either channel and is never of both, so that of each channel the others are counted.
    node = Let(node, (Column(_EQUAL, terms.Value(True, BOOLEAN)),))
    for queue, others in ((counts, _COUNTED_OTHERS), (direct, _DIRECT_OTHERS)):
        node = Rank(node, queue, (SortKey(_EQUAL),), f"place among {others}", (*same, CELL), level=others)
    crowded: terms.Term = terms.Value(False, BOOLEAN)
    if field.limited:
        holders, most = terms.ColumnOf(HOLDERS, t.Integer()), terms.ColumnOf(AT_MOST, t.Integer())
        crowded = terms.Comparison(">", holders, most, BOOLEAN)
    other_counted, other_direct = _some(_COUNTED_OTHERS), _some(_DIRECT_OTHERS)
    across = (terms.All((counts, other_direct), BOOLEAN), terms.All((direct, other_counted), BOOLEAN))
    node = Let(
        node,
        (
            Column(AT_MOST, at_most),
            Column(CROWDED, crowded),
            Column(WARNS, terms.AnyOf(across, BOOLEAN)),
            Column(MIXED, terms.AnyOf((*across, terms.All((other_counted, other_direct), BOOLEAN)), BOOLEAN)),
            Column(OVERLAPS, terms.All((counts, terms.ColumnOf(CROWDED, BOOLEAN)), BOOLEAN)),
        ),
    )
    some = tuple(Column(f"some cell {column}", terms.ColumnOf(column, BOOLEAN)) for column in (OVERLAPS, WARNS))
    overlaps, warns = (terms.ColumnOf(column.name, BOOLEAN) for column in some)
    outcome: terms.Term = terms.Value(CLEAR, t.Text())
    for condition, word in ((warns, WARNING), (overlaps, OVERLAPPING), (terms.ColumnOf(IS_EXEMPT, BOOLEAN), EXEMPT)):
        outcome = terms.If(condition, terms.Value(word, t.Text()), outcome, t.Text())
    return Let(Collapse(over, node, some), (Column(OUTCOME, outcome),))


def _covering(column: str) -> terms.Term:
    """Whether a record takes part in a cell: of a list that may be empty it is not known whether there is one."""
    return terms.All((terms.ColumnOf(column, BOOLEAN), terms.ColumnOf(COVERS, BOOLEAN)), BOOLEAN)


def _some(column: str) -> terms.Term:
    return terms.Comparison(">=", terms.ColumnOf(column, t.Integer()), terms.Value(1, t.Integer()), BOOLEAN)


OVERLAP: Final = Kind("overlap", "who covers the same field, and whether those are too many", FORM, signature, lower)
