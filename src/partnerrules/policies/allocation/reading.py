"""Reads an allocation policy: who the candidates are, what they must meet, who is preferred, and how much room is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from partnerrules.decisions.requirements import Requirement
from partnerrules.language import forms, terms
from partnerrules.language import syntax as s
from partnerrules.language.checker import Checked
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.form_reader import Expression, Item
from partnerrules.plan.assignments import LOAD_NOW, Capacity, Share
from partnerrules.plan.nodes import Column
from partnerrules.plan.walk import subterms
from partnerrules.policies.conditions import CONDITION, Lowering
from partnerrules.policies.criteria import OrderedBy, criteria_of, criterion_form
from partnerrules.policies.kind import SHARED_KEYS, Context, Head, checked_expression, unsuited, with_percent
from partnerrules.policies.members import record_of_list, shown_present
from partnerrules.quantities import as_percent
from partnerrules.schema import types as t

CANDIDATE: Final = "candidate"
"""The name of the record that is to be chosen, beside that of its entity."""
_LOAD: Final = "load"
LOAD: Final = terms.ColumnOf(LOAD_NOW, t.Integer())
"""How many a candidate has when the turn comes, as preferences see it."""

_SHARE: Final = forms.RecordForm(
    "limit of shares",
    (
        forms.Key("at_most", forms.ExpressionForm(), "the greatest share that one may hold, such as `40 %`", True),
        forms.Key("of", forms.ExpressionForm(), "what is held already: a list of records", True),
        forms.Key(
            "holder", forms.ExpressionForm(), "who holds one of them; one that nobody holds is not counted", True
        ),
        forms.Key("minimum", forms.ExpressionForm(), "how many one may hold whatever its share is; 0 if left out"),
    ),
)

FORM: Final = forms.RecordForm(
    "allocation policy",
    (
        *SHARED_KEYS,
        forms.Key("candidates", forms.ExpressionForm(), "who may be chosen for each record: a list of records"),
        forms.Key("fit", forms.ListForm(CONDITION, at_least=1), "conditions that a candidate must meet"),
        forms.Key(
            "prefer",
            forms.ListForm(criterion_form("criterion", "candidates"), at_least=1),
            "which candidate is the better one, or which record of those that add equally much; the first that tells"
            " them apart",
        ),
        forms.Key(
            "order",
            forms.ListForm(criterion_form("key of the order", "records"), at_least=1),
            "whose turn it is first, where room is scarce",
        ),
        forms.Key("capacity", forms.ExpressionForm(), "how many a candidate can take in all; no limit if left out"),
        forms.Key("load", forms.ExpressionForm(), "how many it has already; 0 if left out"),
        forms.Key("concentration", _SHARE, "the greatest share of all that one may hold"),
        forms.Key("choose", forms.ExpressionForm(), "how many of the records are chosen to cover most together"),
        forms.Key(
            "covers",
            forms.MapForm(forms.ExpressionForm(), "name"),
            "what each record covers: lists, of which every combination is a cell",
        ),
        forms.Key(
            "overlap",
            forms.ExpressionForm(),
            "what a cell counts against a record that is covered already; 1 if left out",
        ),
    ),
    one_of=("candidates", "choose"),
    together={
        "candidates": "prefer",
        "fit": "candidates",
        "order": "candidates",
        "capacity": "order",
        "concentration": "order",
        "load": "capacity",
        "choose": "covers",
        "covers": "choose",
        "overlap": "choose",
    },
)

_NONE_YET: Final = terms.Value(0, t.Integer())


@dataclass(frozen=True, slots=True)
class Choosing:
    """What an allocation policy looks at.

    Attributes:
        candidates: the list of the candidates of a subject.
        candidate: the variable under which the other terms see one of them.
        requirements: what one must meet.
        conditions: the columns of their conditions.
        fits: whether a candidate meets all of them, over these columns.
        prefer: which one is better.
        order: whose turn is first.
        capacity: how many one can take.
        share: how many keep one within its share.
        depth: of the deepest expression.
    """

    candidates: Checked
    candidate: terms.Variable
    requirements: tuple[Requirement, ...]
    conditions: tuple[Column, ...]
    fits: terms.Term
    prefer: tuple[OrderedBy, ...]
    order: tuple[OrderedBy, ...]
    capacity: Capacity | None
    share: Share | None
    depth: int


def choosing_of(item: Item, head: Head, context: Context) -> Choosing | None:
    """What a policy looks at, or None after a fault."""
    before = context.report.errors
    written = item.expression("candidates")
    listed = checked_expression(written, context, head.named, head.present)
    if listed is None or written is None:
        return None
    found = record_of_list(
        listed,
        written,
        {},
        context,
        wanted="what is chosen from",
        member="one of the candidates",
        example="partners",
    )
    if found is None:
        return None
    if CANDIDATE in head.named:
        context.report.error(
            "ambiguous-name",
            "`candidate` would be the record that is decided and also one of those to choose from",
            written.span,
            help="give the records that are decided another name under `facts`",
        )
        return None
    candidate = terms.Variable(CANDIDATE, found.type)
    alone: dict[str, terms.Term] = {found.name: candidate, CANDIDATE: candidate}
    named = {**alone, **head.named, CANDIDATE: candidate}
    shown = shown_present(listed.term, candidate)
    present = head.present | shown
    lowering = Lowering(context, named, present=present)
    required = [one for read in item.list("fit") if (one := lowering.condition(read)) is not None]
    lowering.bounded(item.span)
    prefer = criteria_of(item, "prefer", context, _with_load(item, named), lowering.present)
    _check_load(item, prefer or (), context)
    order = criteria_of(item, "order", context, head.named, head.present)
    limits = _Limits(item, candidate, alone, frozenset(head.named) - frozenset(alone), shown, context)
    capacity, share = limits.capacity(), limits.share()
    if context.report.errors > before or prefer is None or order is None or not prefer:
        return None
    return Choosing(
        candidates=listed,
        candidate=candidate,
        requirements=tuple(requirement for requirement, _ in required),
        conditions=tuple(lowering.columns),
        fits=terms.All(tuple(holds for _, holds in required), BOOLEAN),
        prefer=prefer,
        order=order,
        capacity=capacity,
        share=share,
        depth=max(listed.depth, lowering.depth, limits.depth, *(each.checked.depth for each in (*prefer, *order)), 0),
    )


def _with_load(item: Item, named: dict[str, terms.Term]) -> dict[str, terms.Term]:
    """The names that preferences see: what a candidate has when the turn comes among them, where that is counted."""
    return {**named, _LOAD: LOAD} if "capacity" in item.keys and _LOAD not in named else named


def _check_load(item: Item, prefer: Sequence[OrderedBy], context: Context) -> None:
    """Reports preferences by `load` where that could be something else as well."""
    environment = context.environment
    taken = _LOAD in environment.parameters or _LOAD in environment.definitions.names(None)
    if taken and any(LOAD in subterms(each.checked.term) for each in prefer):
        context.report.error(
            "ambiguous-name",
            "`load` under `prefer` would be what a candidate has when the turn comes and also something else",
            item.keys["prefer"],
            help="call the parameter or the definition something else",
        )


def records(checked: Checked, record: terms.Variable) -> terms.Term:
    """The records of a list, each once: one of references gives ids."""
    type = t.ListOf(record.type)
    followed = terms.Each(checked.term, record.name, terms.Follow(record, record.type), False, type)
    return terms.Aggregate("distinct", followed, type)


@dataclass(slots=True)
class _Limits:
    """Reads how much room there is: over the candidate alone, so that it is the same whoever asks.

    Attributes:
        item: the policy.
        candidate: the variable of the candidate.
        named: the names that the limits of a candidate see.
        asking: those of the record that is given to somebody, which they do not see.
        present: what is there in each candidate.
        context: for checking.
        depth: of the deepest expression.
    """

    item: Item
    candidate: terms.Variable
    named: dict[str, terms.Term]
    asking: frozenset[str]
    present: frozenset[terms.Term]
    context: Context
    depth: int = 0

    def capacity(self) -> Capacity | None:
        """As many as a candidate can take, or None if it is not limited, or after a fault."""
        most = self._count(self.item.expression("capacity"), "`capacity`", self.named)
        has = self._count(self.item.expression("load"), "`load`", self.named) if "load" in self.item.keys else _NONE_YET
        return None if most is None or has is None else Capacity(most, has)

    def share(self) -> Share | None:
        """As many as keep a candidate within a share, or None if it is not limited, or after a fault."""
        limit = self.item.item("concentration")
        if limit is None:
            return None
        portion = self._portion(limit.expression("at_most"))
        minimum: terms.Term | None = _NONE_YET
        if "minimum" in limit.keys:
            minimum = self._count(limit.expression("minimum"), "`minimum`", {})
        written = limit.expression("of")
        listed = checked_expression(written, self.context, {})
        if listed is None or written is None:
            return None
        self.depth = max(self.depth, listed.depth)
        record = record_of_list(
            listed,
            written,
            {},
            self.context,
            wanted="what is held already",
            member="one of the records under `of`",
            example="projects",
        )
        if record is None:
            return None
        holder = self._holder(limit.expression("holder"), listed, record)
        if portion is None or minimum is None or holder is None:
            return None
        return Share(portion, minimum, records(listed, record), record.name, holder)

    def _count(self, written: Expression | None, what: str, named: dict[str, terms.Term]) -> terms.Term | None:
        """A whole number, or None after a fault."""
        todo = [] if written is None or written.tree is None else [(written.tree, self.asking)]
        while todo:
            node, asking = todo.pop()
            if isinstance(node, s.For | s.Quantified):
                asking -= {node.variable}
            todo += [(each, asking) for each in s.children(node)]
            if isinstance(node, s.Name) and node.name in asking:
                self.context.report.error(
                    "unknown-name",
                    f"{what} is the same whoever asks, so it does not see `{node.name}`",
                    node.span,
                    help="write what a record asks of its candidates under `fit`",
                )
                return None
        checked = checked_expression(written, self.context, named, self.present)
        if checked is None or written is None:
            return None
        self.depth = max(self.depth, checked.depth)
        if isinstance(checked.type, t.Integer):
            return checked.term
        unsuited(
            self.context,
            written.span,
            checked.type,
            f"{what} is a whole number, and this is {checked.type}",
            guard="write what counts then, such as `if exists(...) then ... else 0`",
        )
        return None

    def _portion(self, written: Expression | None) -> terms.Term | None:
        """A share of the whole that is the same for all, or None after a fault."""
        checked = checked_expression(written, self.context, {})
        if checked is None or written is None:
            return None
        if not isinstance(checked.type, t.Ratio):
            number = isinstance(checked.type, t.Integer | t.Number)
            plain = checked.term.value if number and isinstance(checked.term, terms.Value) else None
            unsuited(
                self.context,
                written.span,
                checked.type,
                f"the greatest share is a percentage, and this is {checked.type}",
                help=with_percent(plain) if plain is not None else "write it as in `40 %`",
                code="ratio-without-percent" if number else "type-mismatch",
            )
            return None
        value = checked.term.value if isinstance(checked.term, terms.Value) else None
        if value is not None and not 0 < value <= 1:  # type: ignore[operator]  # a ratio is a decimal
            self.context.report.error(
                "impossible-rate",
                f"a share lies above 0 % and not above 100 %, and this is {as_percent(value):f} %",  # type: ignore[arg-type]
                written.span,
                help="write a percentage of the whole; how many one may hold whatever its share is says `minimum`",
            )
            return None
        return checked.term

    def _holder(self, written: Expression | None, listed: Checked, record: terms.Variable) -> terms.Term | None:
        """Who holds one of the records, or None after a fault."""
        named: dict[str, terms.Term] = {record.name: record}
        checked = checked_expression(written, self.context, named, shown_present(listed.term, record))
        if checked is None or written is None:
            return None
        self.depth = max(self.depth, checked.depth)
        inner = checked.type.of if isinstance(checked.type, t.Maybe) else checked.type
        if inner == self.candidate.type:
            return checked.term
        self.context.report.error(
            "type-mismatch",
            f"a holder is {self.candidate.type}, as the candidates are, and this is {checked.type}",
            written.span,
            help=f"name the field of {record.type} that refers to {self.candidate.type}",
        )
        return None
