"""What the conditions of an inference rule ask of which records, and which of them compare one value with another.

May import plan and language.
"""

from collections.abc import Iterator, Sequence
from typing import Final, Literal, TypeAlias

from partnerrules.language import terms
from partnerrules.plan.walk import subterms
from partnerrules.schema import types as t

Encoding: TypeAlias = Literal["word", "truth", "whole", "exact", "day", "instant"]
"""How values of a type can be told as one whole number that is equal and ordered as they are."""

_ORDERED: Final = frozenset[Encoding]({"whole", "exact", "day", "instant"})
_COMPUTED_AT_ONCE: Final = (
    terms.Variable,
    terms.FieldOf,
    terms.Value,
    terms.ParameterOf,
    terms.Calculation,
    terms.Apply,
    terms.Today,
    terms.AsOf,
)


def conjuncts(conditions: Sequence[terms.Term]) -> Iterator[terms.Term]:
    """The conditions that must all hold, those inside an `and` one by one."""
    for each in conditions:
        if isinstance(each, terms.All):
            yield from conjuncts(each.items)
        else:
            yield each


def names_in(term: terms.Term, names: Sequence[str]) -> frozenset[str]:
    """The records of some names that a term looks at."""
    return frozenset(each.name for each in subterms(term) if isinstance(each, terms.Variable) and each.name in names)


def encoding_of(type: t.Type) -> Encoding | None:
    """How values of a type are told as whole numbers; None if they are not."""
    match t.present(type):
        case t.Text() | t.Enumeration() | t.Record():
            return "word"
        case t.Boolean():
            return "truth"
        case t.Integer():
            return "whole"
        case t.Number() | t.Ratio() | t.Quantity():
            return "exact"
        case t.Date():
            return "day"
        case t.Instant():
            return "instant"
        case _:
            return None


def common_encoding(comparison: terms.Comparison) -> Encoding | None:
    """How both sides of a comparison are told as whole numbers that compare as they do; None if they are not."""
    left, right = encoding_of(comparison.left.type), encoding_of(comparison.right.type)
    if {left, right} == {"whole", "exact"}:
        left = right = "exact"
    if left is None or left != right:
        return None
    return left if comparison.operator in ("=", "!=") or left in _ORDERED else None


def is_plain(term: terms.Term, names: Sequence[str]) -> bool:
    """Whether a condition compares a value of one record with one of another, each computed without any list.

    It costs next to nothing, and an engine that only compares whole numbers can ask it.
    """
    if not isinstance(term, terms.Comparison) or common_encoding(term) is None:
        return False
    left, right = names_in(term.left, names), names_in(term.right, names)
    return len(left) == len(right) == 1 and left != right and _at_once(term.left) and _at_once(term.right)


def _at_once(side: terms.Term) -> bool:
    """Whether a value is computed from its record alone; a quotient is none, as it is compared without rounding."""
    if isinstance(side, terms.Calculation) and side.operator == "/":
        return False
    return all(
        isinstance(each, _COMPUTED_AT_ONCE)
        and not isinstance(t.present(each.type), t.ListOf)
        and not (isinstance(each, terms.Apply) and each.function in ("convert", "conversion"))
        for each in subterms(side)
    )
