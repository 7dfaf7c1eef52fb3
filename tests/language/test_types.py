"""The types that rulesets declare, as their authors write them."""

import pytest

from partnerrules.diagnostics import Report, Source, Span
from partnerrules.language.form_reader import Word
from partnerrules.language.type_texts import read_type
from partnerrules.quantities import BUSINESS_DAYS, DAYS, MONTHS, SECONDS, money_of
from partnerrules.schema import types as t

HERE = Span(Source("rules.yaml", "x"), 0, 1)


def read(text: str, currency: str | None = "CNY") -> t.Type | str:
    """The type, or the code of the fault."""
    report = Report()
    found = read_type(Word(text, HERE), frozenset({"partner", "deal"}), currency, report)
    if found is None:
        (diagnostic,) = report.diagnostics
        return diagnostic.code
    assert not report.diagnostics
    return found


@pytest.mark.parametrize(
    ("text", "type"),
    [
        ("boolean", t.Boolean()),
        ("text", t.Text()),
        ("integer", t.Integer()),
        ("number", t.Number()),
        ("ratio", t.Ratio()),
        ("date", t.Date()),
        ("instant", t.Instant()),
        ("money", t.Quantity(money_of("CNY"))),
        ("money(USD)", t.Quantity(money_of("USD"))),
        ("days", t.Quantity(DAYS)),
        ("business days", t.Quantity(BUSINESS_DAYS)),
        ("weeks", t.Quantity(DAYS)),
        ("years", t.Quantity(MONTHS)),
        ("hours", t.Quantity(SECONDS)),
        ("ref partner", t.Record("partner")),
        ("list of text", t.ListOf(t.Text())),
        ("list of ref deal", t.ListOf(t.Record("deal"))),
        ("list of money", t.ListOf(t.Quantity(money_of("CNY")))),
        ("enum [A, B]", t.Enumeration(("A", "B"))),
        ('enum ["A", "B-2"]', t.Enumeration(("A", "B-2"))),
        ("enum [甲, 乙]", t.Enumeration(("甲", "乙"))),
        ("  ratio  ", t.Ratio()),
    ],
)
def test_declared_types(text: str, type: t.Type) -> None:
    assert read(text) == type


def test_money_is_of_any_currency_where_the_ruleset_has_none() -> None:
    assert read("money", None) == t.AnyMoney()
    assert read("money(CNY)", None) == t.Quantity(money_of("CNY"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("string", "unknown-type"),
        ("float", "unknown-type"),
        ("CNY", "unknown-type"),
        ("money(XXY)", "unknown-type"),
        ("ref partners", "unknown-type"),
        ("ref nobody", "unknown-type"),
        ("list of list of text", "unknown-type"),
        ("list of", "unknown-type"),
        ("enum", "unknown-type"),
        ("enum []", "bad-name"),
        ("enum [a b]", "bad-name"),
        ("enum [a, a]", "duplicate-id"),
        ("", "unknown-type"),
    ],
)
def test_types_that_there_are_not(text: str, code: str) -> None:
    assert read(text) == code
