"""The terms of calls about currencies: `convert(amount, CNY, at)`."""

from typing import Final

from partnerrules.diagnostics import Label, Report, Span, suggestion
from partnerrules.language import syntax as s
from partnerrules.language import terms
from partnerrules.language.arity import has_count
from partnerrules.language.checking import WRONG, Checking, origin, shown
from partnerrules.language.functions import DAY, FUNCTIONS, TEXT, Sort
from partnerrules.quantities import CURRENCY_NICKNAMES, currencies, currency_of, money_of
from partnerrules.schema import types as t


def is_money(given: t.Type) -> bool:
    """Whether values of the type are plain amounts of money, of one currency or of any."""
    return isinstance(given, t.AnyMoney) or (isinstance(given, t.Quantity) and currency_of(given.dimension) is not None)


def is_currency(code: str, place: Span, report: Report) -> bool:
    """Whether a text is the code of a currency; reports it if not."""
    if code in currencies():
        return True
    way_out = suggestion(code.upper(), currencies(), kind="currency")
    if code in CURRENCY_NICKNAMES:
        way_out = f"write `{CURRENCY_NICKNAMES[code]}`"
    report.error("unknown-currency", f"`{code[:60]}` is not an ISO 4217 currency code", place, help=way_out)
    return False


_MONEY: Final = Sort("money", is_money)


def check_convert(checking: Checking, node: s.Call) -> terms.Term:
    """An amount in another currency, by the rate of a date, and of a kind if one is named."""
    if not has_count(checking, node, 3, 4):
        return WRONG
    amount, code, *settings = node.arguments
    wanted = (("amount", amount, _MONEY), *zip(("at", "kind"), settings, (DAY, TEXT), strict=False))
    found = [_argument(checking, *each) for each in wanted]
    currency = _code(checking, code)
    if currency is None or any(each is None for each in found):
        return WRONG
    return terms.Apply("convert", tuple(each for each in found if each is not None), t.Quantity(money_of(currency)))


def _code(checking: Checking, node: s.Syntax) -> str | None:
    """The currency to which is converted: its code stands alone, as behind an amount."""
    if isinstance(node, s.Name) and node.name in currencies():
        return node.name
    text = node.name if isinstance(node, s.Name) else node.value if isinstance(node, s.String) else None
    if text is None:
        _refuse(checking, node.span, f"a currency stands here by its code, and this is {shown(node)}", "write `CNY`")
    elif text in currencies():
        _refuse(checking, node.span, "the code of a currency is written without quotes", f"write `{text}`")
    else:
        is_currency(text, node.span, checking.report)
    return None


def _refuse(checking: Checking, span: Span, message: str, way_out: str) -> None:
    checking.wrong("type-mismatch", message, span, help=way_out)


def _argument(checking: Checking, name: str, node: s.Syntax, sort: Sort) -> terms.Term | None:
    term = checking.solid(checking.check(node), node.span)
    if isinstance(term.type, t.Anything):
        return None
    if sort.accepts(term.type):
        return term
    instant = sort is DAY and isinstance(term.type, t.Instant)
    way_out = f"write `{FUNCTIONS['convert'].usage}`"
    if sort is TEXT:
        way_out = 'write the kind of rates in quotes, such as `"month_average"`'
    checking.wrong(
        "date-against-instant" if instant else "type-mismatch",
        f"`{name}` of `convert` is {sort.words}, not {term.type}",
        node.span,
        labels=[Label(node.span, f"{term.type}, {origin(term)}")],
        help="take the day with `date(...)`" if instant else way_out,
    )
    return None
