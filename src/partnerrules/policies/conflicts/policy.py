"""Conflicts: whose claim stands where several claim the same, and what the others get.

Claims are records of one or several relations. Two of them meet if they are the same in what `same` names and have
something in common of all that `shared` names. What is contested is cut into cells, one for each combination of shared
values; in each cell the valid claims are put in order by criteria that look at one claim alone, so that the order is
one for all and a claim in a corner changes nothing elsewhere. A claim wins a cell if it is valid and comes strictly
before every other claim that is or may be valid.
"""

from functools import partial
from typing import Final

from partnerrules.decisions.basis import NOT_APPLICABLE
from partnerrules.decisions.conflicts import Criterion
from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.environment import ContestOrder, PolicySignature
from partnerrules.language.form_reader import Item, Word
from partnerrules.plan.nodes import OUTCOME, Collapse, Column, Let, Node, Plan, Rank, SortKey, Spread, Union
from partnerrules.policies.conflicts.claims import (
    Claims,
    claims_of,
    lower_criteria,
    lower_earlier,
    lower_validity,
)
from partnerrules.policies.conflicts.contests import (
    AHEAD,
    ANY,
    CELL_OUTCOME,
    CONSEQUENCE,
    DISCARDED,
    LEVEL,
    LOSES,
    LOST,
    PARTIAL,
    STANDS,
    UNDECIDED,
    WON,
    Contest,
    criterion_column,
    points,
    reached,
    result,
    somewhere,
)
from partnerrules.policies.conflicts.forms import FORM, ORDERS
from partnerrules.policies.conflicts.order import check_order, earlier_policies
from partnerrules.policies.kind import Context, Kind, Policy, entity_of
from partnerrules.policies.meeting import CELL, COVERS, check_only, lower_meeting, same_column, shared_column
from partnerrules.schema import types as t


def signature(name: Word, item: Item, context: Context) -> PolicySignature | None:
    """What other policies see of a conflict policy: the outcome of a claim, and the consequence for losers."""
    claims = [read for read in item.list("claims") if isinstance(read, Item)]
    entities = [entity_of(read.word("of"), context) for read in claims]
    if None in entities or not entities:
        return None
    words = (WON, LOST, PARTIAL, UNDECIDED, DISCARDED, NOT_APPLICABLE)
    columns: dict[str, t.Type] = {OUTCOME: t.Enumeration(words), LOSES: BOOLEAN}
    consequence = _consequence(item)
    if consequence is not None:
        columns[CONSEQUENCE] = t.Maybe(t.Enumeration((consequence,)))
    after = tuple(read.text for read in item.list("after") if isinstance(read, Word))
    in_part = "shared" in item and item.text("indivisible") != "true"
    subjects = tuple(dict.fromkeys(entity for entity in entities if entity is not None))
    return PolicySignature(subjects, columns, frozenset({WON}), name.span, ContestOrder(after, in_part))


def _consequence(item: Item) -> str | None:
    losers = item.item("losers")
    return None if losers is None else losers.text("consequence")


def lower(name: Word, item: Item, context: Context) -> Policy | None:
    """The plan of a conflict policy, or None after a fault.

    The claims of each entity get the same columns and are joined, spread over the cells that they cover, ranked within
    each cell, and joined again.
    """
    before = context.report.errors
    claims = [read for read in item.list("claims") if isinstance(read, Item)]
    branches: list[Claims] = []
    criteria: tuple[Criterion, ...] = ()
    types: dict[str, t.Type] = {}
    for read in claims:
        branch = claims_of(read, context)
        if branch is None or any(each.entity == branch.entity for each in branches):
            if branch is not None:
                context.report.error(
                    "duplicate-id", f"the claims of a {branch.entity} stand twice", read.span, help="join the two"
                )
            return None
        branches.append(branch)
        lower_meeting(branch, item, context, types)
        lower_validity(branch, item, context)
        criteria = lower_criteria(branch, item, context, types)
        if context.report.errors > before:
            return None  # what is wrong for the claims of one entity would be told again for the next one
    check_only(item, ("valid_when", "prefer"), [branch.entity for branch in branches], "claims", context)
    check_order(name, item, context)
    if "same" in item.keys and not item.named("same"):
        context.report.error(
            "empty-list",
            "nothing has to be the same, so that all claims would meet",
            item.keys["same"],
            help="write what two claims have in common, such as `same: {customer: claim.customer}`",
        )
    if context.report.errors > before or not branches:
        return None
    earlier = earlier_policies(name.text, context)
    for branch in branches:
        lower_earlier(branch, earlier, context)
    consequence = _consequence(item)
    contest = Contest(
        same=tuple(key.text for key, _ in item.named("same")),
        shared=tuple(key.text for key, _ in item.named("shared")),
        types=types,
        criteria=criteria,
        validity={branch.entity: branch.validity for branch in branches},
        after={branch.entity: branch.after for branch in branches},
    )
    return Policy(
        kind="conflicts",
        id=name.text,
        title=item.title(),
        source=item.text("source"),
        plan=Plan(
            tuple(branch.entity for branch in branches),
            _contested(branches, contest, consequence, indivisible=item.text("indivisible") == "true"),
        ),
        reference_date=None,
        depth=max(branch.depth for branch in branches),
        span=name.span,
        points=points(contest),
        reached=partial(reached, contest),
        result=partial(result, contest),
        regardless=frozenset({LOSES}),
    )


# --------------------------------------------------------------------------------------------------------- the contest


def _contested(branches: list[Claims], contest: Contest, consequence: str | None, *, indivisible: bool) -> Node:
    """From the claims of all entities to their outcomes."""
    lowered = tuple(Let(branch.node, tuple(branch.columns)) for branch in branches)
    over: Node = lowered[0] if len(lowered) == 1 else Union(lowered)
    same = tuple(same_column(name) for name in contest.same)
    cells = Spread(over, same, tuple(shared_column(name) for name in contest.shared), CELL, COVERS)
    stands = terms.ColumnOf(STANDS, BOOLEAN)
    keys = tuple(SortKey(criterion_column(each.id), ORDERS[each.kind]) for each in contest.criteria)
    ranked = Rank(cells, stands, keys, None, (*same, CELL), AHEAD, LEVEL)
    # Of a list that is not known, and may be empty, it is not known either whether there is a cell at all.
    covering = terms.All((stands, terms.ColumnOf(COVERS, BOOLEAN)), BOOLEAN)
    decided = Let(
        ranked,
        (Column(CELL_OUTCOME, _chain(((covering, None), (_some(AHEAD), LOST), (_some(LEVEL), UNDECIDED)), WON)),),
    )
    # Each by its own conditions: of a claim whose validity is not known it may yet be known that it does not lose.
    ahead, level = _some(AHEAD), _some(LEVEL)
    nobody_ahead = terms.Not(ahead, BOOLEAN)
    comes_to = {
        WON: (covering, nobody_ahead, terms.Not(level, BOOLEAN)),
        LOST: (covering, ahead),
        UNDECIDED: (covering, nobody_ahead, level),
    }
    found = tuple(Column(somewhere(word), terms.All(parts, BOOLEAN)) for word, parts in comes_to.items())
    joined = Collapse(over, decided, (Column(ANY, terms.ColumnOf(COVERS, BOOLEAN)), *found))
    names = (somewhere(WON), somewhere(LOST), somewhere(UNDECIDED), ANY)
    won, lost, undecided, some = (terms.ColumnOf(name, BOOLEAN) for name in names)
    mixed = terms.All((won, lost), BOOLEAN)
    outcome = _chain(
        (
            (terms.All((stands, some), BOOLEAN), None),
            (undecided, UNDECIDED),
            (mixed, UNDECIDED if indivisible else PARTIAL),
            (won, WON),
        ),
        LOST,
    )
    not_won = (terms.Not(won, BOOLEAN), terms.Not(undecided, BOOLEAN))
    columns = [Column(OUTCOME, outcome), Column(LOSES, terms.All((lost, *not_won), BOOLEAN))]
    if consequence is not None:
        type = t.Maybe(t.Text())
        loses = terms.Among(
            terms.ColumnOf(OUTCOME, t.Text()), terms.Items((_word(LOST), _word(PARTIAL)), t.ListOf(t.Text())), BOOLEAN
        )
        columns.append(Column(CONSEQUENCE, terms.If(loses, _word(consequence), terms.Value(None, type), type)))
    return Let(joined, tuple(columns))


def _word(word: str) -> terms.Value:
    return terms.Value(word, t.Text())


def _some(column: str) -> terms.Term:
    return terms.Comparison(">=", terms.ColumnOf(column, t.Integer()), terms.Value(1, t.Integer()), BOOLEAN)


def _chain(steps: tuple[tuple[terms.Term, str | None], ...], otherwise: str) -> terms.Term:
    """The word of the first condition that holds. One without a word has to hold: else the claim is discarded."""
    result: terms.Term = _word(otherwise)
    for condition, word in reversed(steps):
        then, other = (result, _word(DISCARDED)) if word is None else (_word(word), result)
        result = terms.If(condition, then, other, t.Text())
    return result


CONFLICTS: Final = Kind("conflicts", "whose claim stands where several claim the same", FORM, signature, lower)
