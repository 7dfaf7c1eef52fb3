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
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.environment import ContestOrder, PolicySignature
from partnerrules.language.form_reader import Item, Word
from partnerrules.plan.nodes import OUTCOME, Column, Plan
from partnerrules.policies.conflicts.claims import (
    Claims,
    claims_of,
    lower_criteria,
    lower_earlier,
    lower_validity,
)
from partnerrules.policies.conflicts.columns import (
    AWARDED,
    CONSEQUENCE,
    DISCARDED,
    ENTERED,
    FELL,
    HOLDERS,
    LOSES,
    LOST,
    PARTIAL,
    PLACE,
    PLACE_IN_LINE,
    SHARED,
    UNDECIDED,
    WON,
    Order,
    column_here,
    criterion_column,
    queue_column,
)
from partnerrules.policies.conflicts.contests import Contest, points, reached, result
from partnerrules.policies.conflicts.forms import FORM
from partnerrules.policies.conflicts.order import check_order, earlier_policies
from partnerrules.policies.conflicts.plan import COUNT, Deciding, contested, sort_keys
from partnerrules.policies.conflicts.protected import lower_protection
from partnerrules.policies.conflicts.protection import Protection, is_when, protection_of
from partnerrules.policies.kind import Context, Kind, Lowered, entity_of
from partnerrules.policies.meeting import agrees, check_asked, check_only, check_titles, lower_meeting, titles_of
from partnerrules.schema import types as t
from partnerrules.schema.titles import Title

AWARDED_BEFORE: Final = Criterion(AWARDED, Title(), None, "awarded")
"""Where claims are reconsidered, one that holds it already comes first."""


def signature(name: Word, item: Item, context: Context) -> PolicySignature | None:
    """What other policies see: the outcome of a claim, what follows for losers, and the places that are taken."""
    claims = [read for read in item.list("claims") if isinstance(read, Item)]
    entities = [entity_of(read.word("of"), context) for read in claims]
    if None in entities or not entities:
        return None
    ties_share = _ties_share(item)
    shared = (SHARED,) if ties_share else ()
    words = (WON, LOST, PARTIAL, *shared, UNDECIDED, DISCARDED, NOT_APPLICABLE)
    columns: dict[str, t.Type] = {OUTCOME: t.Enumeration(words), LOSES: BOOLEAN}
    consequence = _consequence(item)
    if consequence is not None:
        columns[CONSEQUENCE] = t.Maybe(t.Enumeration((consequence,)))
    if "losers" in item:
        columns[PLACE_IN_LINE] = COUNT
    if ties_share or _holders(item) > 1:
        columns |= {HOLDERS: COUNT, PLACE: COUNT}
    after = tuple(read.text for read in item.list("after") if isinstance(read, Word))
    in_part = "shared" in item and item.text("indivisible") != "true"
    subjects = tuple(dict.fromkeys(entity for entity in entities if entity is not None))
    passing = frozenset({WON, *shared})
    return PolicySignature(subjects, columns, passing, name.span, ContestOrder(after, in_part))


def _holders(item: Item) -> int:
    """How many may hold the same."""
    return int(item.text("holders") or 1)


def _ties_share(item: Item) -> bool:
    """Whether claims that nothing tells apart share what they claim."""
    return item.text("otherwise") == SHARED


def _consequence(item: Item) -> str | None:
    losers = item.item("losers")
    return None if losers is None else losers.text("consequence")


def lower(name: Word, item: Item, context: Context) -> Lowered | None:
    """The plan of a conflict policy, or None after a fault.

    The claims of each entity get the same columns and are joined, spread over the cells that they cover, ranked within
    each cell, and joined again.
    """
    before = context.report.errors
    branches: list[Claims] = []
    criteria: tuple[Criterion, ...] = ()
    queue: tuple[Criterion, ...] = ()
    types: dict[str, t.Type] = {}
    protections: dict[str, Protection] = {}
    for read in (read for read in item.list("claims") if isinstance(read, Item)):
        branch = claims_of(read, context)
        if branch is None or any(each.entity == branch.entity for each in branches):
            if branch is not None:
                context.report.error(
                    "duplicate-id", f"the claims of a {branch.entity} stand twice", read.span, help="join the two"
                )
            return None
        branches.append(branch)
        lower_meeting(branch, item, context, types)
        protection = protection_of(branch, item, context)
        lower_validity(branch, item, context)
        criteria = lower_criteria(branch, item.list("prefer"), context, types, criterion_column)
        queue = _lower_queue(branch, item, context, types)
        _lower_turns(branch, item, protection, context, types)
        if protection is not None and context.report.errors == before:
            protections[branch.entity] = protection
            keys = {criterion_column(each.id) for each in criteria} | {queue_column(each.id) for each in queue}
            lower_protection(branch, protection, {*keys, AWARDED}, context)
        if context.report.errors > before:
            return None  # what is wrong for the claims of one entity would be told again for the next one
    _check(name, item, [branch.entity for branch in branches], context)
    if context.report.errors > before or not branches:
        return None
    earlier = earlier_policies(name.text, context)
    for branch in branches:
        lower_earlier(branch, earlier, context)
    prefer, line = _orders(criteria, queue)
    renewing = any(branch.renews for branch in branches)
    key_types = {column: _key_type(types, criterion, column) for criterion, column in (*prefer, *line)}
    if renewing:
        prefer, line = (tuple((each, column_here(column)) for each, column in order) for order in (prefer, line))
    deciding = _deciding(item, prefer, line, key_types if renewing else {}, renewing=renewing)
    contest = Contest(
        same=deciding.same,
        shared=deciding.shared,
        types={**types, **{name(column): type for column, type in key_types.items() for name in (str, column_here)}},
        prefer=prefer,
        queue=line,
        holders=deciding.holders,
        ties_share=deciding.ties_share,
        validity={branch.entity: branch.validity for branch in branches},
        after={branch.entity: branch.after for branch in branches},
        protected={entity: protection.type for entity, protection in protections.items()},
        titles=titles_of(item, branches),
    )
    return Lowered(
        plan=Plan(tuple(branch.entity for branch in branches), contested(branches, deciding)),
        depth=max(branch.depth for branch in branches),
        points=points(contest),
        reached=partial(reached, contest),
        result=partial(result, contest),
        regardless=frozenset({LOSES}),
    )


def _lower_queue(branch: Claims, item: Item, context: Context, types: dict[str, t.Type]) -> tuple[Criterion, ...]:
    """The criteria of the line in which claims are reconsidered, and whether one held it before."""
    losers = item.item("losers")
    if losers is None or "queue" not in losers:
        return ()
    awarded = branch.condition(losers.expression("awarded"), context)
    if awarded is not None:
        branch.columns.append(Column(AWARDED, awarded.term, awarded.observed))
    return lower_criteria(branch, losers.list("queue"), context, types, queue_column)


def _lower_turns(
    branch: Claims, item: Item, protection: Protection | None, context: Context, types: dict[str, t.Type]
) -> None:
    """When a claim entered the line, and when it fell away."""
    losers = item.item("losers")
    if losers is None or "queue" not in losers:
        return
    found = [
        (name, losers.expression(key), branch.checked(losers.expression(key), context))
        for name, key in ((ENTERED, "entered"), (FELL, "fell"))
    ]
    like = None if protection is None else protection.type
    for name, written, checked in found:
        if checked is None or written is None:
            continue
        what = "the entry into the line" if name == ENTERED else "the day or instant of falling away"
        if not is_when(checked, written, what, context, none=True, like=like):
            return
        like = t.present(checked.type)
        if not agrees(types, name, like, written, branch, context):
            return
        branch.turns = t.Maybe(like)
        branch.columns.append(Column(name, checked.term, checked.observed))


def _orders(criteria: tuple[Criterion, ...], queue: tuple[Criterion, ...]) -> tuple[Order, Order]:
    """The order that decides, and the one in which claims are reconsidered.

    There, one that holds it already comes first, but for what both orders begin with.
    """
    prefer = tuple((each, criterion_column(each.id)) for each in criteria)
    line = tuple((each, queue_column(each.id)) for each in queue)
    if not line:
        return prefer, ()
    pairs = zip(criteria, queue, strict=False)
    common = next((at for at, (one, other) in enumerate(pairs) if one.id != other.id), min(len(criteria), len(queue)))
    return prefer, (*line[:common], (AWARDED_BEFORE, AWARDED), *line[common:])


def _key_type(types: dict[str, t.Type], criterion: Criterion, column: str) -> t.Type:
    if criterion.kind in ("claim", "awarded"):
        return BOOLEAN
    return t.Maybe(types.get(column, t.Text()))


def _deciding(item: Item, prefer: Order, queue: Order, key_types: dict[str, t.Type], *, renewing: bool) -> Deciding:
    return Deciding(
        same=tuple(key.text for key, _ in item.named("same")),
        shared=tuple(key.text for key, _ in item.named("shared")),
        prefer=sort_keys(prefer),
        queue=sort_keys(queue),
        holders=_holders(item),
        ties_share=_ties_share(item),
        indivisible=item.text("indivisible") == "true",
        losers="losers" in item,
        consequence=_consequence(item),
        renewing=renewing,
        key_types=key_types,
    )


def _check(name: Word, item: Item, entities: list[str], context: Context) -> None:
    """What can be wrong with a policy as a whole."""
    check_only(item, ("valid_when", "prefer"), entities, "claims", context)
    losers, protection = item.item("losers"), item.item("protection")
    if losers is not None:
        check_only(losers, ("queue",), entities, "claims", context)
    if protection is not None:
        check_asked(protection.word("only"), entities, "claims", context)
    consequences = [word for word in (_consequence(item),) if word is not None]
    check_titles(item, "the same, shared or a consequence", consequences, context)
    check_order(name, item, context)
    if "same" in item.keys and not item.named("same"):
        context.report.error(
            "empty-list",
            "nothing has to be the same, so that all claims would meet",
            item.keys["same"],
            help="write what two claims have in common, such as `same: {customer: claim.customer}`",
        )


CONFLICTS: Final = Kind("conflicts", "whose claim stands where several claim the same", FORM, signature, lower)
