"""The exchange rates in the head of a ruleset: which of the facts count, and those that it publishes itself."""

from decimal import Decimal
from typing import Final

from partnerrules.diagnostics import Report, shortened
from partnerrules.domain.values import read_amount, read_quantity
from partnerrules.language import forms
from partnerrules.language.currency_calls import is_currency
from partnerrules.language.form_reader import Item, Word
from partnerrules.language.literals import DAY_HELP
from partnerrules.language.once import Once
from partnerrules.quantities import DAYS, Exchange, Money, Rate, read_day

MAXIMUM_REACH: Final = 366
"""How many days back a rate may lie at most."""

_AMOUNT: Final = "an amount such as `100 USD`"

EXCHANGE_FORM: Final = forms.RecordForm(
    "exchange",
    (
        forms.Key(
            "kind",
            forms.TextForm(),
            "which rates of the facts count, such as `month_average`; if left out those of every kind, as long as they"
            " do not contradict each other",
        ),
        forms.Key(
            "missing",
            forms.ChoiceForm(("previous", "unknown")),
            "what counts on a day without a rate: the last one before it, or none; `unknown` if left out",
        ),
        forms.Key(
            "at_most",
            forms.TextForm(words="a number of days such as `7 days`"),
            "how far back the last one may lie, such as `7 days`",
        ),
        forms.Key(
            "via",
            forms.TextForm(words="a currency such as `EUR`"),
            "the currency through which two others are converted that have no rate of their own; none if left out",
        ),
        forms.Key(
            "rates",
            forms.ListForm(
                forms.RecordForm(
                    "rate",
                    (
                        forms.Key("on", forms.TextForm(), "the day, such as `2026-01-01`", required=True),
                        forms.Key("from", forms.TextForm(words=_AMOUNT), "how much of one currency", required=True),
                        forms.Key("to", forms.TextForm(words=_AMOUNT), "what it is worth in another", required=True),
                    ),
                )
            ),
            "rates that the ruleset publishes; they come before those of the facts",
        ),
    ),
    together={"at_most": "missing"},
)


def read_exchange(item: Item | None, report: Report) -> Exchange | None:
    """Which exchange rates count; None after a fault."""
    if item is None:
        return Exchange()
    before = len(report.diagnostics)
    via = item.word("via")
    if via is not None:
        is_currency(via.text, via.span, report)
    reach = _reach(item, report)
    published: list[Rate] = []
    once = Once(report, help="a pair of currencies has one rate for a day: take one of them out")
    for read in item.list("rates"):
        rate = _rate(read, report) if isinstance(read, Item) else None
        if rate is None or not isinstance(read, Item):
            continue
        pair = f"from {rate.given.currency} to {rate.gives.currency}"
        if once.claim(f"{pair} {rate.day}", read.span, f"two rates {pair} are of {rate.day}"):
            published.append(rate)
    if len(report.diagnostics) > before:
        return None
    kind = item.text("kind")
    return Exchange(kind, reach, None if via is None else via.text, tuple(published))


def _reach(item: Item, report: Report) -> int | None:
    """How many days back a rate may lie, if it may."""
    missing, written = item.text("missing"), item.word("at_most")
    if missing != "previous":
        if written is not None and missing == "unknown":
            report.error(
                "too-many-keys",
                "a day without a rate takes none before it, so that nothing says how far back it may lie",
                item.keys["at_most"],
                help="write `missing: previous`, or take `at_most` out",
            )
        return None
    if written is None:
        if "at_most" not in item.keys:
            report.error(
                "missing-key",
                "`missing: previous` needs the key `at_most`",
                item.keys["missing"],
                help="write how far back the last rate may lie, such as `at_most: 7 days`",
            )
        return None
    try:
        days = read_quantity(written.text, DAYS)
    except ValueError:
        days = Decimal(0)
    if days != days.to_integral_value() or not 1 <= days <= MAXIMUM_REACH:
        report.error(
            "wrong-shape",
            f"expected a number of days from 1 to {MAXIMUM_REACH}, found `{shortened(written.text)}`",
            written.span,
            help="write `7 days`",
        )
        return None
    return int(days)


def _rate(item: Item, report: Report) -> Rate | None:
    """A rate that is published, or None after a fault."""
    on, given, gives = item.word("on"), _money(item.word("from"), report), _money(item.word("to"), report)
    day = None if on is None else read_day(on.text)
    if on is not None and day is None:
        report.error("no-such-date", f"there is no day `{shortened(on.text)}`", on.span, help=DAY_HELP)
    if day is None or given is None or gives is None:
        return None
    if given.currency == gives.currency:
        report.error(
            "wrong-shape",
            f"a rate is between two currencies, and both amounts are in {given.currency}",
            item.keys["to"],
            help="write what the first amount is worth in another currency, such as `725 CNY`",
        )
        return None
    return Rate(given, gives, day)


def _money(word: Word | None, report: Report) -> Money | None:
    if word is None:
        return None
    try:
        amount = read_amount(word.text)
    except ValueError:
        amount = None
    if isinstance(amount, Money) and amount.amount > 0:
        return amount
    what = "an amount of more than nothing" if isinstance(amount, Money) else "an amount with its currency"
    report.error("wrong-shape", f"expected {what}, found `{shortened(word.text)}`", word.span, help="write `100 USD`")
    return None
