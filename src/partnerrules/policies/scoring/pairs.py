"""Weights out of comparisons in pairs, by the analytic hierarchy process (AHP), and whether the comparisons agree.

Each weight is the mean of its row where every column of the matrix is divided by its sum. All of it is computed with
fractions when the ruleset is loaded: nothing is rounded but the weights themselves, to four places.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from operator import mul, truediv
from typing import Final

from partnerrules.diagnostics import Label, Span, suggestion
from partnerrules.language import forms, terms
from partnerrules.language.form_reader import Expression, Item
from partnerrules.policies.constants import constant_of
from partnerrules.policies.kind import Context, checked_expression
from partnerrules.schema import types as t

_COMPARISON: Final = forms.RecordForm(
    "comparison",
    (
        forms.Key("of", forms.NameForm(), "an item", required=True),
        forms.Key("over", forms.NameForm(), "the item that it is compared with", required=True),
        forms.Key("by", forms.ExpressionForm(), "how many times as much it matters, such as `3` or `1 / 3`", True),
    ),
)

WEIGHTS: Final = forms.RecordForm(
    "comparison of weights",
    (
        forms.Key("compare", forms.ListForm(_COMPARISON, at_least=1), "every two items, compared once", required=True),
        forms.Key(
            "at_most", forms.ExpressionForm(), "the greatest consistency ratio that is accepted; `10 %` if left out"
        ),
    ),
)

RANDOM_INDEX: Final[Mapping[int, Fraction]] = {
    3: Fraction("0.58"),
    4: Fraction("0.90"),
    5: Fraction("1.12"),
    6: Fraction("1.24"),
    7: Fraction("1.32"),
    8: Fraction("1.41"),
    9: Fraction("1.45"),
    10: Fraction("1.49"),
}
"""The consistency index that comparisons made at random have in the mean, by the number of items (Saaty 1980)."""
MAXIMUM_COMPARED: Final = 10
MOST: Final = 100
"""The most that an item may matter over another one; the scale of the method ends at 9."""
_PLACES: Final = 4


@dataclass(frozen=True, slots=True)
class Weighed:
    """Weights out of comparisons.

    Attributes:
        weights: by item; they total one.
        ratio: the consistency ratio of the comparisons, to four places.
        rests_on: the parameters that give comparisons, or the greatest ratio.
    """

    weights: Mapping[str, Decimal]
    ratio: Decimal
    rests_on: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Number:
    """A number that is known when the ruleset is loaded, and the parameters that give it."""

    value: Fraction
    rests_on: frozenset[str] = frozenset()


_USUAL: Final = _Number(Fraction(1, 10))


@dataclass(frozen=True, slots=True)
class _Pair:
    """One comparison: how many times as much an item matters as another one."""

    of: int
    over: int
    by: _Number
    span: Span


def weighed(owner: Item, items: Sequence[str], context: Context) -> Weighed | None:
    """The weights of some items by the comparisons under `weights`, or None after a fault."""
    written = owner.item("weights")
    if written is None:
        return None
    place = owner.keys["weights"]
    if len(items) > MAXIMUM_COMPARED:
        context.report.error(
            "too-large",
            f"at most {MAXIMUM_COMPARED} items are compared in pairs, here are {len(items):,}",
            place,
            help="put items that belong together into a policy of their own, and compare the groups",
        )
        return None
    before = context.report.errors
    pairs = _pairs(written, items, context)
    limit = _limit(written.expression("at_most"), context)
    if context.report.errors > before or limit is None:
        return None
    matrix = [[Fraction(1)] * len(items) for _ in items]
    for pair in pairs:
        matrix[pair.of][pair.over], matrix[pair.over][pair.of] = pair.by.value, 1 / pair.by.value
    weights = weights_of(matrix)
    ratio = consistency_ratio(matrix, weights)
    if ratio > limit.value:
        worst = max(pairs, key=lambda pair: _misfit(pair, weights))
        fitting = _rounded(weights[worst.of] / weights[worst.over], 1)
        context.report.error(
            "inconsistent-weights",
            f"the comparisons do not agree with each other: their consistency ratio is {_percent(ratio)} %,"
            f" more than {_percent(limit.value)} %",
            place,
            labels=[
                Label(place, ""),
                Label(worst.span, f"fits least: all of them together give {fitting} here"),
            ],
            help=f"think this pair over, `{items[worst.of]}` over `{items[worst.over]}`, or those that lead to it;"
            " or accept more with `at_most`",
        )
        return None
    rests_on = limit.rests_on.union(*(pair.by.rests_on for pair in pairs))
    return Weighed(dict(zip(items, _to_places(weights), strict=True)), _rounded(ratio, _PLACES), rests_on)


def weights_of(matrix: Sequence[Sequence[Fraction]]) -> list[Fraction]:
    """The weights of a matrix of comparisons: the mean of its columns, each divided by its sum.

    >>> [str(weight) for weight in weights_of([[Fraction(1), Fraction(3)], [Fraction(1, 3), Fraction(1)]])]
    ['3/4', '1/4']
    """
    sums = [sum(column, Fraction(0)) for column in zip(*matrix, strict=True)]
    return [sum(map(truediv, row, sums), Fraction(0)) / len(matrix) for row in matrix]


def consistency_ratio(matrix: Sequence[Sequence[Fraction]], weights: Sequence[Fraction]) -> Fraction:
    """How far comparisons are from agreeing, as a part of how far those made at random are; two always agree."""
    count = len(matrix)
    if count not in RANDOM_INDEX:
        return Fraction(0)
    products = [sum(map(mul, row, weights), Fraction(0)) for row in matrix]
    eigenvalue = sum(map(truediv, products, weights), Fraction(0)) / count
    return (eigenvalue - count) / (count - 1) / RANDOM_INDEX[count]


def _pairs(written: Item, items: Sequence[str], context: Context) -> list[_Pair]:
    """The comparisons; reports those that are missing, stand twice, or make no sense."""
    found: dict[frozenset[int], _Pair] = {}
    whole = True
    for read in written.list("compare"):
        if not isinstance(read, Item):
            whole = False
            continue
        ends = [_item_under(read, key, items, context) for key in ("of", "over")]
        by = _factor(read.expression("by"), context)
        if ends[0] is None or ends[1] is None or by is None:
            whole = False
            continue
        if ends[0] == ends[1]:
            context.report.error(
                "self-comparison",
                f"`{items[ends[0]]}` is compared with itself",
                read.keys["over"],
                help="compare it with another item",
            )
            whole = False
            continue
        pair = _Pair(ends[0], ends[1], by, read.span)
        first = found.setdefault(frozenset((pair.of, pair.over)), pair)
        if first is not pair:
            context.report.error(
                "duplicate-id",
                f"`{items[pair.of]}` and `{items[pair.over]}` are compared twice",
                read.span,
                labels=[Label(read.span, ""), Label(first.span, "the first time")],
                help="take one of them out: the other direction follows from it",
            )
    missing = [
        f"`{one}` with `{other}`"
        for at, one in enumerate(items)
        for beside, other in enumerate(items)
        if at < beside and frozenset((at, beside)) not in found
    ]
    if missing and whole:
        more = f", and {len(missing) - 3} more" if len(missing) > 3 else ""
        context.report.error(
            "missing-pair",
            f"every two items are compared, and these are not: {', '.join(missing[:3])}{more}",
            written.keys["compare"],
            help="write a comparison for each, such as `{of: price, over: quality, by: 3}`;"
            " an item with `weight: 0 %` is not compared",
        )
    return list(found.values())


def _item_under(read: Item, key: str, items: Sequence[str], context: Context) -> int | None:
    word = read.word(key)
    if word is None:
        return None
    if word.text in items:
        return items.index(word.text)
    way_out = suggestion(word.text, items, kind="item")
    context.report.error("unknown-choice", f"no item is called `{word.text[:60]}`", word.span, help=way_out)
    return None


def _factor(written: Expression | None, context: Context) -> _Number | None:
    """How many times as much, or None after a fault."""
    checked = checked_expression(written, context, {})
    if checked is None or written is None:
        return None
    number = _number(checked.term, context)
    if number is None or not isinstance(checked.type, t.Integer | t.Number):
        context.report.error(
            "not-constant",
            "how much more an item matters is a number that is written, or a parameter with a value",
            written.span,
            help="write it as in `3`, or `1 / 3` where it matters less",
        )
        return None
    if not Fraction(1, MOST) <= number.value <= MOST:
        context.report.error(
            "impossible-count",
            f"an item matters from 1 / {MOST} to {MOST} times as much as another one",
            written.span,
            help="write a number on the scale of the method, 1 to 9, or `1 / 9` to `1 / 2` where it matters less",
        )
        return None
    return number


def _number(term: terms.Term, context: Context) -> _Number | None:
    """A number that is written or the value of a parameter, or a quotient of two; None if it is not known yet."""
    if isinstance(term, terms.Calculation) and term.operator == "/":
        left, right = _number(term.left, context), _number(term.right, context)
        if left is None or right is None or not right.value:
            return None
        return _Number(left.value / right.value, left.rests_on | right.rests_on)
    value = constant_of(term, context)
    if not isinstance(value, int | Decimal):
        return None
    return _Number(Fraction(value), frozenset((term.name,)) if isinstance(term, terms.ParameterOf) else frozenset())


def _limit(written: Expression | None, context: Context) -> _Number | None:
    if written is None:
        return _USUAL
    checked = checked_expression(written, context, {})
    if checked is None:
        return None
    number = _number(checked.term, context)
    if number is not None and isinstance(checked.type, t.Ratio) and 0 <= number.value <= 1:
        return number
    ratio = isinstance(checked.type, t.Ratio)
    context.report.error(
        "ratio-without-percent" if isinstance(checked.type, t.Integer | t.Number) else "not-constant",
        "the greatest consistency ratio is a percentage that is written, or a parameter with a value"
        + (", up to 100 %" if ratio else f", and this is {checked.type}"),
        written.span,
        help="write it as in `10 %`",
    )
    return None


def _misfit(pair: _Pair, weights: Sequence[Fraction]) -> Fraction:
    """How far a comparison is from what all of them together give: one where it is the same."""
    ratio = pair.by.value * weights[pair.over] / weights[pair.of]
    return max(ratio, 1 / ratio)


def _to_places(weights: Sequence[Fraction]) -> list[Decimal]:
    """Weights in whole places that total one: what is left goes to the greatest remainders, first in their order."""
    unit = 10**_PLACES
    units = [int(weight * unit) for weight in weights]
    order = sorted(range(len(weights)), key=lambda at: (units[at] - weights[at] * unit, at))
    for at in order[: unit - sum(units)]:
        units[at] += 1
    return [Decimal(each).scaleb(-_PLACES) for each in units]


def _rounded(value: Fraction, places: int) -> Decimal:
    return Decimal(round(value * 10**places)).scaleb(-places)


def _percent(value: Fraction) -> str:
    return f"{_rounded(value * 100, 2):f}"
