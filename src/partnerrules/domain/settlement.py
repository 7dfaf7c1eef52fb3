"""Settlements: what a period leaves to be paid to each partner, line by line, as it is kept in the books.

A settlement is written once and read back in the next period, so its records are plain data that say everything by
themselves: no rules are needed to read one. May import open documents, values, quantities and diagnostics.
"""

import csv
import datetime as dt
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import (
    AwareDatetime,
    Field,
    JsonValue,
    PlainSerializer,
    PlainValidator,
    ValidationError,
)

from partnerrules.diagnostics import UsageError, suggestion
from partnerrules.domain.open_documents import BookRecord, OpenDocument
from partnerrules.domain.values import read_amount
from partnerrules.quantities import Money, format_amount, sum_of


def _money(value: object) -> Money:
    read = read_amount(value)
    if not isinstance(read, Money):
        raise ValueError("an amount of money needs its currency, such as `12.50 CNY`")
    return read


Amount = Annotated[Money, PlainValidator(_money), PlainSerializer(str, return_type=str)]
"""Money, in JSON a text such as "12.50 CNY"."""

Kind = Literal["document", "adjustment", "status"]
"""What a line tells: a document of the period, a change of what was settled before, or that an amount which was
settled before is released, withheld or lost."""

Standing = Literal["earned", "held", "pending", "forfeited", "clawed_back", "excluded", "undetermined", "withdrawn"]
"""What became of an amount. "undetermined": the amount is known, and whether it may be paid is not; "withdrawn": no
policy pays it any more."""

Details = dict[str, JsonValue]
"""How an amount came about, as plain data."""


class Period(BookRecord):
    """The days that a settlement is for, from `start` up to, not including, `end`."""

    start: dt.date
    end: dt.date

    def __contains__(self, day: dt.date) -> bool:
        return self.start <= day < self.end

    def __str__(self) -> str:
        return f"{self.start} .. {self.end}"


class SettlementLine(BookRecord):
    """What one document moves in the account of a payee by one policy.

    Amounts are entitlements as they stand at this closing, and as the closings before it left them (`..._before`).

    Attributes:
        kind: a document of the period, an adjustment of what was settled before, or a change of status alone.
        document: its id.
        date: the day that puts it into its period.
        policy: id of the policy.
        titles: what people call the policy, by language.
        clause: the clause that it comes from.
        version: the version of the ruleset that answered.
        role: what the payee does for it, if the amount is split.
        number: which of the lines of the document it is, where there are several of one role.
        rule: the row or band that gave the rate, if one did.
        base: what the commission is computed on, in the currency that is paid.
        details: how the amount came about: rate, conversion, modifiers, steps, limits, share, original.
        amount: what the document earns the payee; negative if something is taken back.
        before: the same as the closings before left it; zero if they did not know the document.
        withheld: how much of the amount is held back or not earned yet.
        withheld_before: the same as the closings before left it.
        forfeited: how much of it is lost or clawed back.
        forfeited_before: the same as the closings before left it.
        status: what became of the amount.
        reason: why nothing is earned, if there is a word for it.
    """

    kind: Kind
    document: str
    date: dt.date
    policy: str
    titles: Mapping[str, str] = Field(default_factory=dict)
    clause: str | None = None
    version: str = ""
    role: str | None = None
    number: int = 1
    rule: str | None = None
    base: Amount | None = None
    details: Mapping[str, JsonValue] = Field(default_factory=dict)
    amount: Amount
    before: Amount
    withheld: Amount
    withheld_before: Amount
    forfeited: Amount
    forfeited_before: Amount
    status: Standing
    reason: str | None = None

    @property
    def change(self) -> Money:
        """By how much what the document earns differs from what was settled before."""
        return self._difference(self.amount, self.before)

    @property
    def released(self) -> Money:
        """How much of the amount may be paid."""
        return self._difference(self.amount, self.withheld, self.forfeited)

    @property
    def to_balance(self) -> Money:
        """What the line adds to the balance of the account, or takes from it."""
        settled = self._difference(self.before, self.withheld_before, self.forfeited_before)
        return self._difference(self.released, settled)

    def _difference(self, first: Money, *others: Money) -> Money:
        return total((first, *(Money(each.amount.copy_negate(), each.currency) for each in others)), first.currency)


class AccountStatement(BookRecord):
    """The statement of one payee in one currency for a period.

    `opening` and what the lines add to the balance come to `balance`; what of it is not `payable` is carried over.

    Attributes:
        payee: whom it is for.
        currency: in which it is paid.
        opening: the balance that the closing before carried over.
        lines: what moved, documents of the period first, then adjustments, then changes of status; each by day.
        earned: by how much the entitlements of all lines changed.
        withheld_opening: what was held back or not earned yet at the closing before.
        withheld: the same at this closing.
        forfeited: what became lost in this period.
        balance: what is due to the payee before the minimum payout; negative if the payee owes.
        minimum: the least that is paid out.
        payable: what is paid out.
        carry_over: what is carried to the next period.
        open: documents that concern the payee and are not settled.
    """

    payee: str
    currency: str
    opening: Amount
    lines: tuple[SettlementLine, ...]
    earned: Amount
    withheld_opening: Amount
    withheld: Amount
    forfeited: Amount
    balance: Amount
    minimum: Amount
    payable: Amount
    carry_over: Amount
    open: tuple[OpenDocument, ...] = ()

    def of_kind(self, kind: Kind) -> tuple[SettlementLine, ...]:
        """The lines that tell one sort of thing."""
        return tuple(line for line in self.lines if line.kind == kind)


class Settlement(BookRecord):
    """What a period leaves to be paid, one statement for each payee and currency.

    Attributes:
        format: by which rules its JSON is written.
        ruleset: its id.
        titles: what people call it, by language.
        words: what people call the roles, rows and bands of its lines, by word and language.
        content_hash: a SHA-256 over its files.
        versions: its versions and when each is in force.
        timezone: the IANA zone of its days.
        period: the days that are settled.
        as_of: the instant as of which was decided.
        accounts_since: the first day of the first settlement; documents before it were settled elsewhere.
        previous: the fingerprint of the settlement before; None of the first one.
        objections_until: the last day on which statements can be objected to, if the rules say so.
        statements: by payee and currency.
        open: documents that are not settled, and of which it is not known whom they concern.
        warnings: what was odd about the facts.
    """

    format: Literal[1]
    ruleset: str
    titles: Mapping[str, str] = Field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)
    content_hash: str
    versions: Mapping[str, str]
    timezone: str
    period: Period
    as_of: AwareDatetime
    accounts_since: dt.date
    previous: str | None = None
    objections_until: dt.date | None = None
    statements: tuple[AccountStatement, ...]
    open: tuple[OpenDocument, ...] = ()
    warnings: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Settlement of {self.ruleset} for {self.period}: {len(self.statements)} statements>"

    @property
    def payees(self) -> tuple[str, ...]:
        """All who have a statement."""
        return tuple(dict.fromkeys(each.payee for each in self.statements))

    @property
    def complete(self) -> bool:
        """Whether every document is settled: none lacks facts, is refused, or stands outside of all versions."""
        return not self.open_documents

    @property
    def open_documents(self) -> tuple[OpenDocument, ...]:
        """All documents that are not settled, each once."""
        every = (*self.open, *(each for statement in self.statements for each in statement.open))
        return tuple(dict.fromkeys(every))

    def payable(self, currency: str) -> Money:
        """What is paid out in a currency in all."""
        return total((each.payable for each in self.statements if each.currency == currency), currency)

    def statement(self, payee: str, currency: str | None = None) -> AccountStatement:
        """The statement of a payee.

        Args:
            payee: the id of the partner, or of whoever is paid.
            currency: which of its statements, if it has several.

        Raises:
            UsageError: if there is no such statement, or several and no currency is said.
        """
        found = [each for each in self.statements if each.payee == payee and currency in (None, each.currency)]
        if len(found) == 1:
            return found[0]
        if found:
            currencies = ", ".join(each.currency for each in found)
            raise UsageError(f"`{payee}` has statements in {currencies}: say which, such as `{found[0].currency}`")
        way_out = suggestion(payee, self.payees, kind="payee")
        raise UsageError(f"`{payee}` has no statement{f' in {currency}' if currency else ''}: {way_out}")

    def to_json(self) -> str:
        """The settlement as JSON, the same bytes for the same rules, facts, instant and closed settlements."""
        return self.model_dump_json(indent=2, exclude_defaults=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """A settlement read back from its JSON.

        Raises:
            UsageError: if the text is not a settlement, or its amounts do not add up.
        """
        try:
            read = cls.model_validate_json(text)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            raise UsageError(f"this is not a settlement: {place or 'the text'}: {first['msg']}") from None
        for statement in read.statements:
            check_sums(statement)
        return read

    @cached_property
    def fingerprint(self) -> str:
        """A SHA-256 over the settlement, by which the next one says which one it goes on from.

        It is that of its JSON with sorted keys and no spaces, so that it does not hang on how a file is laid out.
        """
        data = self.model_dump(mode="json", exclude_defaults=True)
        written = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(written.encode()).hexdigest()

    def lines_csv(self) -> str:
        """All lines of all statements as a table, for spreadsheets and ledgers."""
        rows = (
            (
                each.payee, each.currency, line.kind, line.document, line.date, line.policy, line.role or "",
                line.number, line.clause or "", line.version, line.rule or "", _number(line.base), _number(line.amount),
                _number(line.before), _number(line.change), _number(line.withheld),
                _number(line.withheld_before), _number(line.forfeited), _number(line.forfeited_before),
                _number(line.to_balance), line.status, line.reason or "",
            )
            for each in self.statements
            for line in each.lines
        )  # fmt: skip
        return _table(LINE_COLUMNS, rows)

    def statements_csv(self) -> str:
        """The totals of all statements as a table."""
        rows = (
            (
                each.payee, each.currency, *(_number(getattr(each, name)) for name in STATEMENT_COLUMNS[2:-1]),
                len(each.open),
            )
            for each in self.statements
        )  # fmt: skip
        return _table(STATEMENT_COLUMNS, rows)


LINE_COLUMNS = (
    "payee", "currency", "kind", "document", "date", "policy", "role", "number", "clause", "version", "rule", "base",
    "amount", "before", "change", "withheld", "withheld_before", "forfeited", "forfeited_before", "to_balance",
    "status", "reason",
)  # fmt: skip

STATEMENT_COLUMNS = (
    "payee", "currency", "opening", "earned", "withheld_opening", "withheld", "forfeited", "balance", "minimum",
    "payable", "carry_over", "open",
)  # fmt: skip


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum of amounts of one currency."""
    return Money(sum_of((Decimal(0), *(each.amount for each in amounts))), currency)


def check_sums(statement: AccountStatement) -> None:
    """Checks that a statement adds up to its totals.

    Raises:
        UsageError: if it does not, as where somebody has changed it by hand.
    """
    currency = statement.currency
    amounts = [
        value for record in (statement, *statement.lines) for value in vars(record).values() if isinstance(value, Money)
    ]
    entries = {(line.policy, line.document, line.role, line.number) for line in statement.lines}

    def add(*amounts: Money) -> Money:
        return total(amounts, currency)

    lines = statement.lines
    withheld_before = (statement.withheld_opening, *(line.withheld for line in lines))
    fits = (
        all(amount.currency == currency for amount in amounts),
        len(entries) == len(statement.lines),
        statement.payable.amount in (Decimal(0), statement.balance.amount) and statement.payable.amount >= 0,
        add(statement.opening, *(line.to_balance for line in lines)) == add(statement.balance),
        add(statement.balance) == add(statement.payable, statement.carry_over),
        add(statement.earned) == add(*(line.change for line in lines)),
        add(*withheld_before) == add(statement.withheld, *(line.withheld_before for line in lines)),
        add(*(line.forfeited for line in lines))
        == add(statement.forfeited, *(line.forfeited_before for line in lines)),
    )
    if not all(fits):
        raise UsageError(f"the statement of `{statement.payee}` in {currency} does not add up: it has been changed")


def _number(amount: Money | None) -> str:
    return "" if amount is None else format_amount(amount.amount, amount.currency)


def _table(columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return written.getvalue()
