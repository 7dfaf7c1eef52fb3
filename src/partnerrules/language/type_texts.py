"""Reads the types that rulesets declare: `ratio`, `money(CNY)`, `enum [A, B]`, `list of text`, `points`."""

import re
from typing import Final

from partnerrules.diagnostics import Report, suggestion
from partnerrules.language.form_reader import Item, Word
from partnerrules.language.forms import NAME
from partnerrules.language.once import Once
from partnerrules.quantities import currencies, find_unit, money_of, unit_names
from partnerrules.schema import types as t

_PLAIN: Final[dict[str, t.Type]] = {
    "boolean": t.Boolean(),
    "text": t.Text(),
    "integer": t.Integer(),
    "number": t.Number(),
    "ratio": t.Ratio(),
    "money": t.AnyMoney(),
    "date": t.Date(),
    "instant": t.Instant(),
}
_MONEY: Final = re.compile(r"money\(([A-Z]{3})\)")
_ENUM: Final = re.compile(r"enum\s*\[([^\]]*)\]")


def read_type(word: Word, entities: frozenset[str], currency: str | None, report: Report) -> t.Type | None:
    """The type that a text declares, or None after a fault.

    Args:
        word: such as `ref partner`.
        entities: what references can refer to.
        currency: of money that names none.
        report: takes the faults.
    """
    text = word.text.strip()
    if text == "money" and currency is not None:
        return t.Quantity(money_of(currency))
    if text in _PLAIN:
        return _PLAIN[text]
    if text.startswith("list of "):
        of = text.removeprefix("list of ").strip()
        if of.startswith("list of "):
            report.error("unknown-type", "a list cannot hold lists", word.span, help="declare a relation for its items")
            return None
        item = read_type(Word(of, word.span), entities, currency, report)
        return None if item is None else t.ListOf(item)
    if text.startswith("ref "):
        entity = text.removeprefix("ref ").strip()
        if entity in entities:
            return t.Record(entity)
        report.error(
            "unknown-type",
            f"there are no records called `{entity[:60]}`",
            word.span,
            help=suggestion(entity, entities, kind="record"),
        )
        return None
    money = _MONEY.fullmatch(text)
    if money and money[1] in currencies():
        return t.Quantity(money_of(money[1]))
    enum = _ENUM.fullmatch(text)
    if enum:
        return _enumeration([value.strip() for value in enum[1].split(",")], word, report)
    unit = find_unit(text)
    if unit is not None and text not in currencies():
        return t.Quantity(unit.dimension)
    known = [*_PLAIN, "money(CNY)", "enum [a, b]", "ref partner", "list of text", *unit_names()]
    way_out = suggestion(text, known, kind="type")
    if text.startswith("enum"):
        way_out = "write the values behind it in brackets, such as `enum [small, large]`"
    elif not way_out.startswith("did"):
        way_out = "types are " + ", ".join(f"`{name}`" for name in known[:12]) + ", and units such as `points`"
    report.error("unknown-type", f"`{text[:60]}` is not a type", word.span, help=way_out)
    return None


def read_declared(read: Word | Item, entities: frozenset[str], currency: str | None, report: Report) -> t.Type | None:
    """The type that a text declares, or keys of which one is `type` or `enum`; None after a fault."""
    word = read if isinstance(read, Word) else read.word("type")
    if word is not None:
        return read_type(word, entities, currency, report)
    once = Once(report, help="take one of them out")
    for value in read.list("enum") if isinstance(read, Item) else ():
        if not isinstance(value, Word):
            continue
        if not once.claim(value.text, value.span, f"`{value.text[:60]}` stands twice in the enumeration"):
            return None
    return t.Enumeration(tuple(once.places)) if once.places else None


def _enumeration(values: list[str], word: Word, report: Report) -> t.Type | None:
    values = [value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value for value in values]
    for value in values:
        if not NAME.fullmatch(value) and not value.isalnum():
            report.error(
                "bad-name",
                f"`{value[:60]}` cannot be a value of an enumeration",
                word.span,
                help="values have letters, digits, `_`, and `-` between them",
            )
            return None
    if len(set(values)) < len(values):
        report.error("duplicate-id", "a value stands twice in the enumeration", word.span)
        return None
    return t.Enumeration(tuple(values))
