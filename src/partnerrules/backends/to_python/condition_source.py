"""Writes conditions as Python expressions: comparisons, membership and logic, of values that are known."""

from typing import Final

from partnerrules.backends.to_python.list_source import listing
from partnerrules.backends.to_python.scope import Scope
from partnerrules.backends.to_python.term_source import (
    INTERPRETED,
    Writing,
    alike,
    checked,
    holds,
    known,
    left_to_interpreter,
    perhaps,
    value,
)
from partnerrules.language import terms
from partnerrules.schema import types as t

_OPERATORS: Final = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_LONG: Final = 100


def _comparison(term: terms.Comparison, scope: Scope) -> str:
    if _is_quotient(term.left) or _is_quotient(term.right):
        (one, below), (other, beside) = _fraction(term.left, scope), _fraction(term.right, scope)
        return f"compares({term.operator!a}, {one}, {other}, ({below}, {beside}))"
    if isinstance(t.present(term.left.type), t.ListOf | t.Interval | t.AnyMoney):
        return left_to_interpreter(term, scope)
    if _is_place(term.left, scope) or _is_place(term.right, scope):
        return f"place_compares({term.operator!a}, {_place(term.left, scope)}, {_place(term.right, scope)})"
    write = alike if term.operator in ("=", "!=") else value
    return f"({write(term.left, scope)} {_OPERATORS[term.operator]} {write(term.right, scope)})"


def _is_place(term: terms.Term, scope: Scope) -> bool:
    return isinstance(term, terms.ColumnOf) and term.name in scope.unit.queues


def _place(term: terms.Term, scope: Scope) -> str:
    return f"v[{term.name!a}]" if isinstance(term, terms.ColumnOf) else known(term, scope)


def _is_quotient(term: terms.Term) -> bool:
    match term:
        case terms.Calculation("number", "/") | terms.Aggregate("mean"):
            return True
        case _:
            return False


def _fraction(term: terms.Term, scope: Scope) -> tuple[str, str]:
    """A value as dividend and divisor."""
    match term:
        case terms.Calculation("number", "/", left, right):
            return value(left, scope), known(right, scope)
        case terms.Aggregate("mean", source):
            name = scope.temporary()
            return f"total({name} := {listing(source, scope)})", f"len({name})"
        case _:
            return value(term, scope), "1"


def _within(term: terms.Within, scope: Scope) -> str:
    if _is_quotient(term.item):
        return left_to_interpreter(term, scope)
    if not isinstance(term.interval, terms.Bounds):
        item = scope.temporary()
        return f"(({item} := {perhaps(term.item, scope)}) is not None and {value(term.interval, scope)}.holds({item}))"
    ends = term.interval
    if any(_is_quotient(end) for end in (ends.low, ends.high)):
        return left_to_interpreter(term, scope)
    below, above = ("<=" if ends.low_included else "<"), ("<=" if ends.high_included else "<")
    if not isinstance(term.item.type, t.Maybe):
        item = value(term.item, scope)
        return f"({value(ends.low, scope)} {below} {item} {above} {value(ends.high, scope)})"
    name = scope.temporary()
    chain = f"{value(ends.low, scope)} {below} {name} {above} {value(ends.high, scope)}"
    return f"(({name} := {perhaps(term.item, scope)}) is not None and {chain})"


def _among(term: terms.Among, scope: Scope) -> str:
    if _is_quotient(term.item):
        return left_to_interpreter(term, scope)
    of_records = isinstance(t.present(term.item.type), t.Record)
    absent = isinstance(term.item.type, t.Maybe)
    item = perhaps(term.item, scope) if absent else alike(term.item, scope)
    if of_records and absent:
        return left_to_interpreter(term, scope)
    if isinstance(term.group, terms.Items):
        if any(_is_quotient(each) for each in term.group.items):
            return left_to_interpreter(term, scope)
        members = [alike(each, scope) for each in term.group.items]
        return f"({item} in ({', '.join(members)},))" if members else f"({item}, False)[1]"
    members_text = listing(term.group, scope)
    if of_records:
        members_text = f"[same(each) for each in {members_text}]" if ":=" not in members_text else ""
        if not members_text:
            return left_to_interpreter(term, scope)
    name = scope.temporary()
    return f"(({name} := {item}) is not None and {name} in {members_text})"


def _all(term: terms.All, scope: Scope) -> str:
    return _joined("and", term.items, scope, "True")


def _any(term: terms.AnyOf, scope: Scope) -> str:
    return _joined("or", term.items, scope, "False")


def _joined(word: str, items: tuple[terms.Term, ...], scope: Scope, empty: str) -> str:
    """Conditions that are joined, in lines of their own where they are long."""
    parts = [holds(item, scope) for item in items]
    if not parts:
        return empty
    if not _is_truth(items[-1], parts[-1]):  # the last one is what all come to, known or not
        parts[-1] = checked(parts[-1], t.Boolean(), scope)
    if len(parts) == 1:
        return f"({parts[0]})"
    if sum(map(len, parts)) < _LONG and not any("\n" in part for part in parts):
        return f"({f' {word} '.join(parts)})"
    lines = f"\n{word} ".join(parts).replace("\n", "\n    ")
    return f"(\n    {lines}\n)"


def _is_truth(term: terms.Term, text: str) -> bool:
    """Whether a condition is true or false, or stops."""
    if text.startswith(INTERPRETED):
        return False
    match term:
        case terms.Within(_, interval):
            return isinstance(interval, terms.Bounds)
        case terms.Not() | terms.Comparison() | terms.Among() | terms.Exists() | terms.AtLeast() | terms.Quantified():
            return True
        case terms.All() | terms.AnyOf():
            return True  # their last ones are looked at
        case _:
            return False


def _not(term: terms.Not, scope: Scope) -> str:
    return f"(not {holds(term.item, scope)})"


def _at_least(term: terms.AtLeast, scope: Scope) -> str:
    items = "".join(f"{holds(item, scope)}, " for item in term.items)
    return f"(truths(({items})) >= {scope.writer.literal(term.count)})"


def _exists(term: terms.Exists, scope: Scope) -> str:
    if isinstance(t.present(term.item.type), t.ListOf):
        return left_to_interpreter(term, scope)
    return f"there({value(term.item, scope)})"


CONDITIONS: Final[dict[type, Writing]] = {
    terms.Comparison: _comparison,
    terms.Within: _within,
    terms.Among: _among,
    terms.All: _all,
    terms.AnyOf: _any,
    terms.Not: _not,
    terms.AtLeast: _at_least,
    terms.Exists: _exists,
}
