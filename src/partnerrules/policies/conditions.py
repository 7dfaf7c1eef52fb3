"""Trees of conditions: all, any, not and at least some of them, each leaf with an id and a line of its own.

Every kind that asks for conditions reads them by this form and lowers them to columns, one for each leaf, so that a
trace shows what each came to.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, Literal, TypeVar

from partnerrules.decisions.later_fields import later
from partnerrules.decisions.requirement_results import CombinationResult, ConditionResult, RequirementResult
from partnerrules.decisions.requirements import Combination, Condition, Requirement, conditions
from partnerrules.diagnostics import Span
from partnerrules.language import forms, terms
from partnerrules.language.checking import BOOLEAN, implied
from partnerrules.language.form_reader import Expression, Item, Read
from partnerrules.language.once import Once
from partnerrules.language.printer import print_expression
from partnerrules.plan.logic import Truth, at_least, negation
from partnerrules.plan.nodes import Column
from partnerrules.plan.trace import TracedRow
from partnerrules.policies.kind import Context, checked_condition
from partnerrules.schema.titles import Title

_Shown = TypeVar("_Shown")

_KINDS: Final[dict[str, Literal["all", "any", "at_least"]]] = {"all": "all", "any": "any", "of": "at_least"}
_WAYS_TO_ASK: Final = ("require", "all", "any", "not", "at_least")


def _condition() -> forms.Form:
    return CONDITION


_NESTED: Final = forms.LaterForm("condition", _condition)

CONDITION_KEYS: Final = (
    forms.Key("id", forms.NameForm(), "its name in explanations and cases; the text of the condition if left out"),
    forms.Key("title", forms.TitleForm(), "what people call it, in one or several languages"),
    forms.Key("source", forms.TextForm(), "the clause of the document that it comes from"),
    forms.Key("require", forms.ExpressionForm(), "a condition that must hold"),
    forms.Key("all", forms.ListForm(_NESTED, at_least=1), "conditions that must all hold"),
    forms.Key("any", forms.ListForm(_NESTED, at_least=1), "conditions of which one must hold"),
    forms.Key("not", _NESTED, "a condition that must not hold"),
    forms.Key("at_least", forms.CountForm(), "how many of the conditions under `of` must hold"),
    forms.Key("of", forms.ListForm(_NESTED, at_least=1), "the conditions of which some must hold"),
)


def condition_form(name: str, *own_keys: forms.Key) -> forms.RecordForm:
    """The form of a condition that is written with keys.

    Args:
        name: what messages call it.
        own_keys: of the kind that asks, behind those that say what the condition is called.
    """
    keys = (*CONDITION_KEYS[:3], *own_keys, *CONDITION_KEYS[3:])
    return forms.RecordForm(name, keys, _WAYS_TO_ASK, {"at_least": "of", "of": "at_least"})


CONDITION: Final[forms.Form] = forms.EitherForm(forms.ExpressionForm(), condition_form("condition"))
"""A condition: an expression, or keys with one of `require`, `all`, `any`, `not`, `at_least`."""


MAXIMUM_CONDITIONS: Final = 500


@dataclass(slots=True)
class Lowering:
    """Collects the columns of a policy's conditions.

    Attributes:
        context: for checking.
        named: the names that conditions see.
        columns: one for each leaf, in the order in which they are written.
        present: terms that the conditions so far, which must all hold, show to be present.
        depth: of the deepest condition.
        again: conditions without an id that may be asked once more, by their texts; what they came to is asked once.
        ids: which of them may stand once.
    """

    context: Context
    named: dict[str, terms.Term]
    columns: list[Column] = field(default_factory=list)
    present: frozenset[terms.Term] = frozenset()
    depth: int = 0
    again: set[str] = field(default_factory=set)
    ids: Once = field(init=False)

    def __post_init__(self) -> None:
        self.ids = Once(self.context.report, help="give each condition an `id` of its own, or ask it once")

    def condition(self, read: Read | None) -> tuple[Requirement, terms.Term] | None:
        """The requirement of a condition and its term over the leaf columns, or None after a fault.

        Keys of the kind's own, beside those of a condition, are not looked at.
        """
        if isinstance(read, Expression):
            return self._leaf(None, read, Title(), None)
        if not isinstance(read, Item):
            return None
        title, source = read.title(), read.text("source")
        if "require" in read:
            return self._leaf(read, read.expression("require"), title, source)
        for key in ("all", "any", "of"):
            if key in read:
                return self._combination(read, key)
        if "not" in read:
            before = self.present
            inner = self.condition(read.fields["not"])
            self.present = before
            if inner is None:
                return None
            return Combination("not", 1, (inner[0],), title, source), terms.Not(inner[1], BOOLEAN)
        return None

    def _leaf(
        self, item: Item | None, expression: Expression | None, title: Title, source: str | None
    ) -> tuple[Requirement, terms.Term] | None:
        checked = checked_condition(expression, self.context, self.named, self.present)
        if expression is None or expression.tree is None:
            return None
        written = None if item is None else item.word("id")
        id = print_expression(expression.tree) if written is None else written.text
        span = expression.span if written is None else written.span
        repeated = written is None and id in self.again
        self.again.discard(id)
        if not repeated and not self.claim(id, span):
            return None
        if checked is None:
            return None
        self.depth = max(self.depth, checked.depth)
        self.present |= implied(checked.term, True)
        if not repeated:
            self.columns.append(Column(leaf_column(id), checked.term, checked.observed))
        return Condition(id, checked.text, title, source), terms.ColumnOf(leaf_column(id), BOOLEAN)

    def claim(self, id: str, span: Span) -> bool:
        """Whether an id is new in the policy; reports it if not."""
        return self.ids.claim(id, span, f"`{id[:60]}` stands twice in this policy")

    def bounded(self, span: Span) -> bool:
        """Whether the policy has not too many conditions to find the ways to meet them; reports it if it has."""
        if len(self.columns) <= MAXIMUM_CONDITIONS:
            return True
        self.context.report.error(
            "too-large",
            f"a policy has at most {MAXIMUM_CONDITIONS} conditions, this one has {len(self.columns):,}",
            span,
            help="put what is alike into a table, or split the policy",
        )
        return False

    def _combination(self, item: Item, key: str) -> tuple[Requirement, terms.Term] | None:
        before = self.present
        parts = []
        for read in item.list(key):
            parts.append(self.condition(read))
            if key != "all":  # what one of several alternatives shows does not hold for the others
                self.present = before
        lowered = [part for part in parts if part is not None]
        if len(lowered) != len(parts) or not parts:
            return None
        requirements = tuple(requirement for requirement, _ in lowered)
        columns = tuple(term for _, term in lowered)
        count = len(parts) if key == "all" else 1
        if key == "of":
            word = item.word("at_least")
            if word is None:
                return None
            count = int(word.text)
            if count > len(parts):
                self.context.report.error(
                    "impossible-count",
                    f"at least {count} of {len(parts)} conditions can never hold",
                    word.span,
                    help=f"write a number from 1 to {len(parts)}",
                )
                return None
        requirement = Combination(_KINDS[key], count, requirements, item.title(), item.text("source"))
        if key == "all":
            return requirement, terms.All(columns, BOOLEAN)
        if key == "any":
            return requirement, terms.AnyOf(columns, BOOLEAN)
        return requirement, terms.AtLeast(count, columns, BOOLEAN)


def leaf_column(id: str, of: str = "") -> str:
    """The column in which a condition stands.

    Args:
        id: the name of the condition.
        of: of what it is asked, where it is asked of several things in a row.
    """
    return f"condition {id} of {of}" if of else f"condition {id}"


def condition_points(requirements: Iterable[Requirement]) -> tuple[str, ...]:
    """The parts that cases should reach: each condition of some requirements, holding and not holding."""
    leaves = [leaf for requirement in requirements for leaf in conditions(requirement)]
    return tuple(_point(leaf.id, holds=holds) for leaf in leaves for holds in (True, False))


def reached_conditions(requirements: Iterable[Requirement], row: TracedRow, of: str = "") -> frozenset[str]:
    """Those of these parts that a row of the plan has reached; none of a condition that is not known."""
    leaves = [leaf for requirement in requirements for leaf in conditions(requirement)]
    truths = ((leaf.id, row.truth(leaf_column(leaf.id, of))) for leaf in leaves)
    return frozenset(_point(id, holds=truth) for id, truth in truths if isinstance(truth, bool))


def shown_later(row: TracedRow, find: Callable[[], _Shown]) -> _Shown:
    """A part of a result that shows conditions, one of its `later_fields`: made when it is read.

    With trace it is made along with the result, while nobody else goes on with the decision: what they have looked at
    may only be looked at now.
    """
    return find() if row.seen else later(find)


def truths_of(requirements: Iterable[Requirement], row: TracedRow) -> dict[str, Truth]:
    """What each condition of some requirements came to in a row of the plan, by its id."""
    leaves = (leaf.id for requirement in requirements for leaf in conditions(requirement))
    return {id: row.truth(leaf_column(id)) for id in leaves}


def _point(id: str, *, holds: bool) -> str:
    return f"condition {id} {'true' if holds else 'false'}"


def requirement_result(requirement: Requirement, row: TracedRow, of: str = "") -> RequirementResult:
    """What a requirement came to in a row of the plan, of one of several things if it is asked of such."""
    if isinstance(requirement, Condition):
        column = leaf_column(requirement.id, of)
        return ConditionResult(requirement, row.truth(column), row.seen.get(column, ()))
    items = tuple(requirement_result(item, row, of) for item in requirement.items)
    outcomes: list[Truth] = [item.outcome for item in items]
    outcome = negation(outcomes[0]) if requirement.kind == "not" else at_least(requirement.count, outcomes)
    return CombinationResult(requirement, outcome, items)
