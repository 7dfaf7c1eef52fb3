"""Writes a syntax tree back as text, in the one canonical form.

`parse(print(tree)) == tree` for every tree that the parser gives. The canonical text of a condition is also its id
where its author gave none, and what explanations show.
"""

import re
from typing import Final, assert_never

from partnerrules.language import syntax as s
from partnerrules.language.cursor import KEYWORDS

_BEGINS_WITH_NAME: Final = re.compile(rf"(?!(?:{'|'.join(sorted(KEYWORDS))})\b(?!-))[^\W\d]")
_OR: Final = 1
_AND: Final = 2
_COMPARISON: Final = 3
_SUM: Final = 4
_PRODUCT: Final = 5
_SIGN: Final = 6
_AT: Final = 7
_OPERAND: Final = 8
_OPEN: Final = -1  # between brackets or alone; `if`, `for` and their like hold together no more than that


def print_expression(node: s.Syntax) -> str:
    """The canonical text of an expression.

    >>> from decimal import Decimal
    >>> from partnerrules.diagnostics import Source, Span
    >>> here = Span(Source("", ""), 0, 0)
    >>> print_expression(s.Comparison(">=", s.Name("amount", here), s.Number(Decimal(100), "CNY", here), here))
    'amount >= 100 CNY'
    """
    return _print(node, _OPEN)


def print_cell(test: s.CellTest) -> str:
    """The canonical text of a cell of a decision table."""
    match test:
        case s.AnyValue():
            return "-"
        case s.Against(operator, value):
            return f"{operator} {_print(value, _SUM)}"
        case s.OneOf(tests):
            return ", ".join(_print_test(item) for item in tests)
        case s.NoneOf(tests):
            return "not(" + ", ".join(_print_test(item) for item in tests) + ")"
        case _:
            assert_never(test)


def _print_test(test: s.CellTest | s.Syntax) -> str:
    if isinstance(test, s.AnyValue | s.Against | s.OneOf | s.NoneOf):
        return print_cell(test)
    return _print(test, _SUM)


def _print(node: s.Syntax, strength: int) -> str:
    text, own = _text(node)
    return f"({text})" if own < strength else text


def _text(node: s.Syntax) -> tuple[str, int]:
    """The text of a node and how strongly it holds together."""
    match node:
        case s.Number(value, unit):
            return (f"{value:f}" if unit is None else f"{value:f} {unit}"), _OPERAND
        case s.String(value):
            return quote(value), _OPERAND
        case s.Truth(value):
            return ("true" if value else "false"), _OPERAND
        case s.Day(value) | s.Moment(value):
            return value.isoformat().replace("+00:00", "Z"), _OPERAND
        case s.Name(name):
            return name, _OPERAND
        case s.Path(base, name):
            return f"{_print(base, _OPERAND)}.{name}", _OPERAND
        case s.Filter(base, condition):
            return f"{_print(base, _OPERAND)}[{_print(condition, _OPEN)}]", _OPERAND
        case s.Call(function, arguments):
            return f"{function}({_list(arguments)})", _OPERAND
        case s.Items(items):
            return f"[{_list(items)}]", _OPERAND
        case s.Range(low, high, low_included, high_included):
            ends = ("[" if low_included else "(", "]" if high_included else ")")
            return f"{ends[0]}{_print(low, _OPEN)}..{_print(high, _OPEN)}{ends[1]}", _OPERAND
        case s.Edge(edge, unit, fiscal, day):
            return f"{edge} of {'fiscal ' if fiscal else ''}{unit}({_print(day, _OPEN)})", _OPERAND
        case s.Window():
            return _window(node), _OPERAND
        case s.Last(length):
            return f"last {_print(length, _OPERAND)}", _OPERAND
        case s.At(operand, moment):
            return f"{_print(operand, _OPERAND)} at {_print(moment, _OPERAND)}", _AT
        case s.Negate(operand):
            return f"-{_print(operand, _SIGN)}", _SIGN
        case s.Arithmetic(operator, left, right):
            own = _SUM if operator in ("+", "-") else _PRODUCT
            return f"{_print(left, own)} {operator} {_print(right, own + 1)}", own
        case s.Comparison(operator, left, right):
            return f"{_print(left, _SUM)} {operator} {_print(right, _SUM)}", _COMPARISON
        case s.Between(operand, low, high):
            return f"{_print(operand, _SUM)} between {_print(low, _SUM)} and {_print(high, _SUM)}", _COMPARISON
        case s.Membership(operand, group):
            return f"{_print(operand, _SUM)} in {_print(group, _SUM)}", _COMPARISON
        case s.And(items):
            return " and ".join(_print(item, _COMPARISON) for item in items), _AND
        case s.Or(items):
            return " or ".join(_print(item, _AND) for item in items), _OR
        case s.If(condition, then, otherwise):
            parts = (_print(part, _OPEN) for part in (condition, then, otherwise))
            return "if {} then {} else {}".format(*parts), _OPEN
        case s.For(variable, source, body):
            return f"for {variable} in {_print(source, _SUM)} return {_print(body, _OPEN)}", _OPEN
        case s.Quantified(kind, variable, source, condition):
            asked = _print(condition, _OPEN)
            return f"{kind} {variable} in {_print(source, _SUM)} satisfies {asked}", _OPEN
        case s.Pick(kind, count, source, key):
            number = f" {count.name if isinstance(count, s.Name) else count}" if kind == "top" else ""
            list_text = _print(source, _AT)
            # After a word only a name or a bracket begins a list: `latest[0]` would be a filter.
            if (
                (kind != "top" or isinstance(count, s.Name))
                and list_text[0] != "("
                and not _BEGINS_WITH_NAME.match(list_text)
            ):
                list_text = f"({list_text})"
            return f"{kind}{number} {list_text} by {_print(key, _AT)}", _OPEN
        case _:
            assert_never(node)


def _list(items: tuple[s.Syntax, ...]) -> str:
    return ", ".join(_print(item, _OPEN) for item in items)


def _window(node: s.Window) -> str:
    fiscal = "fiscal " if node.fiscal else ""
    if node.kind == "last":
        return f"last {node.count} {node.unit}{'' if node.count == 1 else 's'}"
    if node.kind == "to date":
        return f"{fiscal}{node.unit} to date"
    return f"this {fiscal}{node.unit}" + (f" and {node.count} before" if node.count else "")


def quote(text: str) -> str:
    """Text as an expression writes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'
