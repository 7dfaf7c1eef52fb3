"""The summary of a statement: the amounts that lead from the opening balance to what is paid out and carried over."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from partnerrules.domain.settlement import AccountStatement, SettlementLine, total
from partnerrules.explanations.catalogue import Key
from partnerrules.explanations.commission_lines import shown_amount
from partnerrules.explanations.story import Part, Phrase
from partnerrules.quantities import Money, subtract


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One amount of the summary.

    Attributes:
        key: what it is.
        amount: how much.
        does: what it does in the sum: it is where the sum starts, is added, is what has come out, or is said beside it.
    """

    key: Key
    amount: Money
    does: Literal["starts", "adds", "comes to", "is part", "beside"]


def summary_rows(statement: AccountStatement) -> tuple[SummaryRow, ...]:
    """The amounts of the summary: those up to the balance add up to it, and so do the two parts that it falls into.

    What was withheld before and is not any more is told apart from what is withheld now. Of a document that is withheld
    and corrected in one period, the correction lessens what is withheld.
    """
    currency = statement.currency
    released, withheld = [], []
    for line in statement.lines:
        before, now = line.withheld_before.amount, line.withheld.amount
        lessened = _towards_nothing(before, now)
        released.append(subtract(before, now) if lessened else Decimal(0))
        withheld.append(Decimal(0) if lessened else subtract(before, now))
    lost = [subtract(line.forfeited_before.amount, line.forfeited.amount) for line in statement.lines]
    adjusted = [line for line in statement.lines if line.kind != "document"]
    adds: tuple[tuple[Key, Money], ...] = (
        ("page_earned", _changes(statement.of_kind("document"), currency)),
        ("page_adjusted", _changes(adjusted, currency)),
        ("page_released", _money(released, currency)),
        ("page_withheld", _money(withheld, currency)),
        ("page_lost", _money(lost, currency)),
    )
    return (
        SummaryRow("page_opening", statement.opening, "starts"),
        *(SummaryRow(key, amount, "adds") for key, amount in adds),
        SummaryRow("page_balance", statement.balance, "comes to"),
        SummaryRow("page_payable", statement.payable, "is part"),
        SummaryRow("page_carried", statement.carry_over, "is part"),
        SummaryRow("page_minimum", statement.minimum, "beside"),
    )


def _towards_nothing(before: Decimal, now: Decimal) -> bool:
    """Whether an amount that had been withheld has become less, without turning its sign."""
    return now < before if before > 0 else before < now and before < 0


def _changes(lines: Iterable[SettlementLine], currency: str) -> Money:
    return total((line.change for line in lines), currency)


def _money(amounts: Iterable[Decimal], currency: str) -> Money:
    return total((Money(each, currency) for each in amounts), currency)


def summary_remarks(statement: AccountStatement) -> Iterator[Part]:
    """What has to be said about the amounts: why nothing is paid out, and what is withheld in all."""
    if statement.balance.amount < 0:
        yield Phrase("page_owed")
    elif statement.balance.amount and not statement.payable.amount:
        yield Phrase("page_below_minimum", {"minimum": shown_amount(statement.minimum)})
    if statement.withheld.amount:
        yield Phrase("page_still_withheld", {"amount": shown_amount(statement.withheld)})
