"""What makes a commission more than its rate: points for a registered deal or a new customer, and accelerators.

May import the rates of commissions.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from partnerrules.decisions.requirements import Requirement
from partnerrules.language import terms
from partnerrules.language.checker import Checked
from partnerrules.language.form_reader import Expression, Item
from partnerrules.plan.nodes import Column
from partnerrules.policies.commission.rates import RATE, RATIO, Rate, as_rate, check_rate, in_range
from partnerrules.policies.commission.scope import Scope
from partnerrules.policies.computing import (
    NO_WORD,
    TRUE,
    amount,
    choice,
    compared,
    computed,
    every,
    first_reason,
    negated,
)
from partnerrules.policies.conditions import Lowering
from partnerrules.schema import types as t

CEILING: Final = "rate at most"
"""The column with the most that rate and points come to."""
_POINTS: Final = "points"
_TIMES: Final = "times"

MAXIMUM_MODIFIERS: Final = 50


@dataclass(frozen=True, slots=True)
class Modifier:
    """One modifier.

    Attributes:
        kind: whether it adds points to the rate, or multiplies what is earned.
        requirement: when it applies.
        holds: the same, over the columns of conditions.
        value: the column with how much.
    """

    kind: Literal["points", "times"]
    requirement: Requirement
    holds: terms.Term
    value: str


@dataclass(frozen=True, slots=True)
class Modifiers:
    """The modifiers of a policy.

    Attributes:
        items: in the order in which they are written.
        columns: with how much each gives, and the most that the rate comes to.
        ceiling: whether there is such a most.
        depth: of their deepest expression.
    """

    items: tuple[Modifier, ...] = ()
    columns: tuple[Column, ...] = ()
    ceiling: bool = False
    depth: int = 0

    @property
    def fault(self) -> terms.Term:
        """The reason why values that facts or parameters give cannot be meant, if they cannot."""
        given = [column for column in self.columns if not isinstance(column.term, terms.Value)]
        if not given:
            return NO_WORD
        values = [terms.ColumnOf(column.name, RATIO) for column in given]
        factors = {item.value for item in self.items if item.kind == _TIMES}
        ranges = (
            compared(value, ">=", amount(0, RATIO)) if value.name in factors else in_range(value) for value in values
        )
        # One that the source does not state is no fault: it matters where it applies.
        fits = (terms.IfUnknown(fine, TRUE, TRUE.type) for fine in ranges)
        return first_reason([(negated(every(*fits)), "rate_out_of_range")])

    def modified(self, calculated: terms.Term, base: terms.Term) -> terms.Term:
        """What a document earns: the rate and all points on the base, times what multiplies it.

        Args:
            calculated: what it earns by the rate alone.
            base: what that is computed on.
        """
        points: terms.Term = amount(0, RATIO)
        times: terms.Term = amount(1, RATIO)
        for item in self.items:
            value = terms.ColumnOf(item.value, RATIO)
            if item.kind == _POINTS:
                points = computed(points, "+", choice(item.holds, value, amount(0, RATIO)))
            else:
                times = computed(times, "*", choice(item.holds, value, amount(1, RATIO)))
        if not self.ceiling:
            return computed(computed(calculated, "+", computed(base, "*", points)), "*", times)
        own, most = terms.ColumnOf(RATE, RATIO), terms.ColumnOf(CEILING, RATIO)
        rate = computed(computed(own, "+", points), "*", times)
        limited = choice(compared(rate, ">", most), most, rate)
        if not any(item.kind == _TIMES for item in self.items):
            # Points only add: a rate that reaches the most by itself comes to it, whatever they are.
            limited = choice(compared(own, ">=", most), most, limited)
        return computed(base, "*", limited)


def read_modifiers(item: Item, lowering: Lowering, scope: Scope, rate: Rate) -> Modifiers | None:
    """The modifiers of a policy, or None after a fault."""
    report = scope.context.report
    items: list[Modifier] = []
    columns: list[Column] = []
    depth = 0
    written = item.list("modifiers")
    if len(written) > MAXIMUM_MODIFIERS:
        found = f"a policy has at most {MAXIMUM_MODIFIERS} modifiers, this one has {len(written):,}"
        report.error("too-large", found, item.keys["modifiers"], help="put what is alike into a table")
        return None
    for number, read in enumerate(written, start=1):
        before = lowering.present
        condition = lowering.condition(read)
        lowering.present = before  # what one modifier asks shows nothing for the others
        value = _value(read, scope) if isinstance(read, Item) else None
        if condition is None or value is None:
            continue
        kind, checked = value
        depth = max(depth, checked.depth)
        column = Column(f"modifier {number}", as_rate(checked.term), checked.observed)
        columns.append(column)
        items.append(Modifier(kind, *condition, column.name))
    ceiling = _ceiling(item, scope, rate)
    if len(items) < len(written) or ("rate_at_most" in item.keys and ceiling is None):
        return None
    if ceiling is not None:
        columns.append(Column(CEILING, as_rate(ceiling.term)))
        depth = max(depth, ceiling.depth)
    if items and rate.exact is not None:
        report.error(
            "unsuited-ladder",
            "modifiers go with a rate, and an interpolated ladder has none",
            item.keys["modifiers"],
            help="pay what they give by a policy of its own",
        )
        return None
    if items and rate.descends:
        report.error(
            "unsuited-ladder",
            "a correction that goes down the ladder of a period does not take back what modifiers gave",
            item.keys["modifiers"],
            help="pay what they give by a policy of its own, or take `corrections: period` out",
        )
        return None
    return Modifiers(tuple(items), tuple(columns), ceiling is not None, depth)


def _value(read: Item, scope: Scope) -> tuple[Literal["points", "times"], Checked] | None:
    """How much a modifier gives, or None after a fault."""
    report = scope.context.report
    given = [key for key in (_POINTS, _TIMES) if key in read.keys]
    if len(given) != 1:
        report.error(
            "too-many-keys" if given else "missing-key",
            "a modifier has `points` or `times`" + (", not both" if given else ""),
            read.keys[_TIMES] if given else read.span,
            help="write `points: 5 %` to add to the rate, or `times: 150 %` to multiply what is earned",
        )
        return None
    written = read.expression(given[0])
    checked = scope.checked(written)
    if checked is None or written is None:
        return None
    if given[0] == _POINTS:
        return (_POINTS, checked) if check_rate(checked.term, written.span, scope, money=False) else None
    return (_TIMES, checked) if _factor(checked, written, scope) else None


def _factor(checked: Checked, written: Expression, scope: Scope) -> bool:
    """Whether an expression can multiply what is earned; reports it if not."""
    report = scope.context.report
    if not isinstance(checked.type, t.Integer | t.Number | t.Ratio):
        report.error(
            "unguarded-none" if isinstance(checked.type, t.Maybe) else "type-mismatch",
            f"`times` is a number or a percentage, and this is {checked.type}",
            written.span,
            help="write `times: 150 %`, or `times: 1.5`",
        )
        return False
    value = checked.term.value if isinstance(checked.term, terms.Value) else None
    if isinstance(value, int | Decimal) and value < 0:
        report.error(
            "impossible-rate", "it would take something away", written.span, help="write a number of zero or more"
        )
        return False
    return True


def _ceiling(item: Item, scope: Scope, rate: Rate) -> Checked | None:
    """The most that rate and points come to; None if there is none, or after a fault."""
    written = item.expression("rate_at_most")
    if written is None:
        return None
    if rate.type != RATIO or not rate.has_its_own:
        scope.context.report.error(
            "unsuited-ladder",
            "`rate_at_most` needs one rate for each document, and here there is none",
            item.keys["rate_at_most"],
            help="write a `cap` on the amount instead",
        )
        return None
    checked = scope.checked(written)
    if checked is None or not check_rate(checked.term, written.span, scope, money=False):
        return None
    return checked
