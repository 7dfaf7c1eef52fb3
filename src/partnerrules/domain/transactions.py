"""Transactions and exchange rates: what was invoiced, paid and taken back, and what money was worth.

May import records, values and impossible.
"""

import datetime as dt
from typing import ClassVar, Literal

from pydantic import Field

from partnerrules.domain.impossible import Impossibility, IsCurrency, MoreThanZero, NotTheSame
from partnerrules.domain.records import BusinessRecord
from partnerrules.domain.values import (
    UNKNOWN,
    CustomerId,
    DealId,
    Instant,
    MoneyAmount,
    Number,
    OrNone,
    OrUnknown,
    PartnerId,
    ProductId,
    Text,
    TransactionId,
)


class Transaction(BusinessRecord):
    """A posting about money or goods; a credit note or a refund has negative amounts.

    >>> str(Transaction(id="T-1", partner="P-1", kind="invoice", amount="1250.5 CNY").amount)
    '1250.50 CNY'
    """

    partner: PartnerId = Field(description="The partner whose business it is.")
    kind: OrUnknown[Literal["order", "invoice", "payment", "credit_note", "refund", "adjustment"]] = Field(
        UNKNOWN, description="What is posted."
    )
    date: OrUnknown[dt.date] = Field(UNKNOWN, description="Day of the document.")
    amount: OrUnknown[MoneyAmount] = Field(UNKNOWN, description="Amount with tax.")
    net_amount: OrUnknown[MoneyAmount] = Field(UNKNOWN, description="Amount without tax.")
    cost: OrUnknown[MoneyAmount] = Field(UNKNOWN, description="What the goods cost the seller.")
    quantity: OrUnknown[Number] = Field(UNKNOWN, description="How many of the product.")
    customer: OrUnknown[CustomerId] = Field(UNKNOWN, description="Who buys.")
    product: OrUnknown[ProductId] = Field(UNKNOWN, description="What is bought.")
    deal: OrNone[DealId] = Field(None, description="The deal that it belongs to.")
    original: OrNone[TransactionId] = Field(None, description="The posting that it corrects.")
    paid_at: OrNone[Instant] = Field(None, description="When it was paid in full.")

    impossible: ClassVar[tuple[Impossibility, ...]] = (NotTheSame("original", "id"),)


class ExchangeRate(BusinessRecord):
    """Two amounts of two currencies that were worth the same, such as 100 USD and 725 CNY."""

    from_currency: Text = Field(description="The currency that is changed.")
    from_amount: Number = Field(description="How much of it.")
    to_currency: Text = Field(description="The currency that it is changed to.")
    to_amount: Number = Field(description="How much that gives.")
    date: dt.date = Field(description="Day of the rate.")
    kind: OrUnknown[Text] = Field(UNKNOWN, description="Sort of rate, such as day or month_average.")

    impossible: ClassVar[tuple[Impossibility, ...]] = (
        IsCurrency("from_currency"),
        IsCurrency("to_currency"),
        MoreThanZero("from_amount"),
        MoreThanZero("to_amount"),
        NotTheSame("to_currency", "from_currency"),
    )
