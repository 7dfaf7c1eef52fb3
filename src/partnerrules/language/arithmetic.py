"""The terms of arithmetic, after seeing that the values go together."""

from dataclasses import replace
from decimal import Decimal

from partnerrules.diagnostics import Label
from partnerrules.language import comparisons, operations, terms
from partnerrules.language import syntax as s
from partnerrules.language.checking import WRONG, Checking, origin, shown


def calculated(checking: Checking, node: s.Arithmetic, left: terms.Term, right: terms.Term) -> terms.Term:
    """The term of an operation on two values that are there, or `WRONG` after a fault."""
    found = operations.calculation(node.operator, left.type, right.type)
    if isinstance(found, operations.Mismatch):
        verb = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide"}[node.operator]
        joint = {"+": "to", "-": "and", "*": "by", "/": "by"}[node.operator]
        return checking.wrong(
            found.code,
            f"cannot {verb} {shown(node.left)} {joint} {shown(node.right)}",
            node.span,
            labels=comparisons.both(left, right, node.left.span, node.right.span),
            help=found.help,
        )
    if found.swapped:
        left, right = right, left
    if found.kind in ("shift-days", "shift-months", "shift-business-days") and _is_fraction(right):
        return checking.wrong(
            "fraction-of-a-day",
            "a date is moved by whole days and months",
            node.span,
            labels=[Label(node.span, f"{right.type}, {origin(right)}")],
            help="write a whole number; hours move instants",
        )
    if found.kind == "shift-business-days" and not checking.knows_business_days(node.span):
        return WRONG
    if found.kind == "shift-months" and isinstance(left, terms.Calculation) and left.kind == "shift-months":
        return _further(left, node.operator, right)
    return terms.Calculation(found.kind, node.operator, left, right, found.result)


def _further(moved: terms.Calculation, operator: s.ArithmeticOperator, months: terms.Term) -> terms.Term:
    """A day that was moved by months, moved by some more: both from the original day, so that no end of month is lost.

    31 January and a month and a month is 31 March, as 31 January and two months is.
    """
    joined: s.ArithmeticOperator = "+" if operator == moved.operator else "-"
    total = terms.Calculation("number", joined, moved.right, months, months.type)
    return replace(moved, right=total)


def _is_fraction(term: terms.Term) -> bool:
    return (
        isinstance(term, terms.Value)
        and isinstance(term.value, Decimal)
        and term.value != term.value.to_integral_value()
    )
