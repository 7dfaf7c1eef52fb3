"""Statements: the documents of one payee, line by line, with totals to which the lines add up."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from partnerrules.decisions.basis import UNDETERMINED
from partnerrules.decisions.commission import CommissionResult
from partnerrules.decisions.commission_lines import Amount, CommissionLine, Status, amount_data
from partnerrules.decisions.results import NoPolicyResult, Result
from partnerrules.decisions.values import missing_data, value_data
from partnerrules.diagnostics import UsageError
from partnerrules.quantities import Money, NumberTooLong, sum_of
from partnerrules.schema.missing import Missing, Unknown
from partnerrules.schema.types import Date


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of a statement: what one document earns the payee by one policy.

    Attributes:
        result: the result of the document.
        line: the payee's line of it.
    """

    result: CommissionResult
    line: CommissionLine

    @property
    def document(self) -> str:
        """The id of the document."""
        return self.result.basis.subject

    @property
    def policy(self) -> str:
        """The id of the policy."""
        return self.result.basis.policy

    @property
    def clause(self) -> str | None:
        """The clause that the policy comes from."""
        return self.result.basis.source

    @property
    def rule(self) -> str | None:
        """The row or band that gave the rate, if one did."""
        return self.result.rule

    @property
    def date(self) -> dt.date | Unknown:
        """The day of the document."""
        return self.result.date

    @property
    def amount(self) -> Amount:
        """What it earns the payee; negative if something is taken back."""
        return self.line.amount

    @property
    def status(self) -> Status:
        """Whether that is paid, held back, not earned yet, lost, or in doubt."""
        return self.line.status

    def as_data(self) -> dict[str, object]:
        """The line as plain data, for JSON."""
        rate = self.result.rate
        corrects = self.result.corrects
        return {
            "document": self.document,
            "policy": self.policy,
            "clause": self.clause,
            "version": self.result.basis.version,
            "rule": self.rule,
            "date": value_data(self.date, Date()),
            "base": amount_data(self.result.base),
            "rate": None if rate is None else value_data(rate.value, rate.type),
            "corrects": None if corrects is None else corrects.as_data()["original"],
            **{name: value for name, value in self.line.as_data().items() if name != "payee"},
            **({} if self.result.right is None else self.result.right.as_data()),
            **({} if self.result.reason is None else {"reason": self.result.reason}),
        }


@dataclass(frozen=True, slots=True)
class Statement:
    """What a payee gets for the documents of a stretch of days, by one policy or several.

    Attributes:
        payee: whom it is for.
        start: the first day; from the first document on if None.
        end: the first day after it; up to the last document if None.
        lines: what is earned, held back, not earned yet or lost, by day, document and policy.
        excluded: lines of documents that earn nothing.
        refused: lines of documents that have to be put right before anything can be said of them.
        undetermined: results of documents that may concern the payee, and of which facts are missing.
        not_in_force: results of documents that concern the payee, or may, and that no version of the policy answers
            for, such as those from before the programme. They pay nothing and take nothing back, whatever their day.
        earned: the total of the lines, whatever becomes of them.
        held: how much of it is held back.
        forfeited: how much of it is lost, or taken back.
        pending: how much of it is not earned yet.
        payable: what is left to be paid; negative if the payee has to give back.
    """

    payee: str
    start: dt.date | None
    end: dt.date | None
    lines: tuple[StatementLine, ...]
    excluded: tuple[StatementLine, ...]
    refused: tuple[StatementLine, ...]
    undetermined: tuple[Result, ...]
    not_in_force: tuple[Result, ...]
    earned: Money | Unknown
    held: Money | Unknown
    forfeited: Money | Unknown
    pending: Money | Unknown
    payable: Money | Unknown

    @property
    def missing(self) -> tuple[Missing, ...]:
        """The facts that are lacking to know the totals."""
        found = {each for result in self.undetermined for each in result.missing}
        for total in (self.earned, self.payable):
            found |= total.missing if isinstance(total, Unknown) else set()
        return tuple(sorted(found))

    def as_data(self) -> dict[str, object]:
        """The statement as plain data, for JSON."""
        return {
            "payee": self.payee,
            "start": None if self.start is None else self.start.isoformat(),
            "end": None if self.end is None else self.end.isoformat(),
            "lines": [line.as_data() for line in self.lines],
            "excluded": [line.as_data() for line in self.excluded],
            "refused": [line.as_data() for line in self.refused],
            "undetermined": [_document(each) for each in self.undetermined],
            "not_in_force": [_document(each) for each in self.not_in_force],
            "earned": amount_data(self.earned),
            "held": amount_data(self.held),
            "forfeited": amount_data(self.forfeited),
            "pending": amount_data(self.pending),
            "payable": amount_data(self.payable),
            "missing": [missing_data(missing) for missing in self.missing],
        }


def _document(result: Result) -> dict[str, object]:
    return {"document": result.basis.subject, "policy": result.basis.policy}


@dataclass(frozen=True, slots=True)
class Ledger:
    """The results of commission policies by those whom they concern, so that many statements are made of them at once.

    Attributes:
        lines: by payee, the lines of documents with their results.
        elsewhere: by payee, the results of documents that no version of the policy answers for.
        open_lines: lines of which it is not known who is paid.
        open_elsewhere: such results of which it is not.
    """

    lines: Mapping[str, tuple[StatementLine, ...]]
    elsewhere: Mapping[str, tuple[NoPolicyResult, ...]]
    open_lines: tuple[StatementLine, ...]
    open_elsewhere: tuple[NoPolicyResult, ...]

    @classmethod
    def of(cls, results: Iterable[Result]) -> "Ledger":
        """The ledger of the results of one policy, or of several together."""
        lines: dict[str, list[StatementLine]] = {}
        elsewhere: dict[str, list[NoPolicyResult]] = {}
        open_lines: list[StatementLine] = []
        open_elsewhere: list[NoPolicyResult] = []
        for result in results:
            if isinstance(result, NoPolicyResult):
                for payee in dict.fromkeys(each for each in result.payees if isinstance(each, str)):
                    elsewhere.setdefault(payee, []).append(result)
                if any(isinstance(each, Unknown) for each in result.payees):
                    open_elsewhere.append(result)
            elif isinstance(result, CommissionResult):
                for line in result.lines:
                    made = StatementLine(result, line)
                    if isinstance(line.payee, str):
                        lines.setdefault(line.payee, []).append(made)
                    elif isinstance(line.payee, Unknown):
                        open_lines.append(made)
        return cls(
            {payee: tuple(each) for payee, each in lines.items()},
            {payee: tuple(each) for payee, each in elsewhere.items()},
            tuple(open_lines),
            tuple(open_elsewhere),
        )

    @property
    def payees(self) -> tuple[str, ...]:
        """All who are paid something or give something back."""
        return tuple(sorted(self.lines))


def statement_from(
    ledgers: Iterable[Ledger],
    payee: str,
    *,
    currency: str,
    start: dt.date | None = None,
    end: dt.date | None = None,
) -> Statement:
    """The statement of a payee.

    Where a document that may concern the payee is undetermined, so are the totals: nothing is left out unsaid.

    Args:
        ledgers: of commission policies.
        payee: the id of the partner, or of whoever is paid.
        currency: of the ruleset, for the totals where there are no lines.
        start: the first day; from the first document on if left out.
        end: the first day after it; up to the last document if left out.

    Raises:
        UsageError: if an end is an instant, or the days end before they start.
    """
    _check_days(start, end)
    found = _Found()
    for ledger in ledgers:
        for each in (*ledger.lines.get(payee, ()), *ledger.open_lines):
            found.line(each, _inside(each.date, start, end))
        for result in (*ledger.elsewhere.get(payee, ()), *ledger.open_elsewhere):
            found.elsewhere(result)
    return found.statement(payee, start, end, currency)


def _check_days(start: dt.date | None, end: dt.date | None) -> None:
    for day in (start, end):
        if isinstance(day, dt.datetime):
            raise UsageError("a statement is for days: give dates, not instants")
    if start is not None and end is not None and start > end:
        raise UsageError(f"a statement from {start} up to {end} has no days")


@dataclass(slots=True)
class _Found:
    """What is gathered for one statement.

    Attributes:
        lines: those that are known to belong to it.
        doubtful: results of which facts are missing, by document and policy.
        not_in_force: results of documents that no version answers for.
        missing: the facts that are lacking.
        amounts_in_doubt: whether they are lacking to know an amount, and not only what becomes of it.
    """

    lines: list[StatementLine] = field(default_factory=list)
    doubtful: dict[tuple[str, str], Result] = field(default_factory=dict)
    not_in_force: dict[tuple[str, str], Result] = field(default_factory=dict)
    missing: set[Missing] = field(default_factory=set)
    amounts_in_doubt: bool = False

    def line(self, each: StatementLine, inside: bool | Unknown) -> None:
        """One line of a document that concerns the payee, or may."""
        if inside is False:
            return
        payee, amount = each.line.payee, each.line.amount
        known = isinstance(payee, str)
        if each.status in ("excluded", "refused"):
            if known:
                self.lines.append(each)
            return
        doubts = [doubt for doubt in (inside, payee, amount) if isinstance(doubt, Unknown)]
        if not doubts:
            self.lines.append(each)
        if doubts or each.status == "undetermined":
            self.amounts_in_doubt |= bool(doubts)
            self.missing.update(each.result.missing, *(doubt.missing for doubt in doubts))
            self.doubtful[_key(each.result)] = each.result

    def elsewhere(self, result: NoPolicyResult) -> None:
        """A document that no version of the policy answers for, or of which it is not known whether one does."""
        if result.outcome != UNDETERMINED:
            self.not_in_force[_key(result)] = result
            return
        self.amounts_in_doubt = True
        self.missing.update(result.missing)
        self.doubtful[_key(result)] = result

    def statement(self, payee: str, start: dt.date | None, end: dt.date | None, currency: str) -> Statement:
        """The statement of it."""
        lines = sorted(self.lines, key=_place)
        paid = tuple(each for each in lines if each.status not in ("excluded", "refused"))
        earned, held, forfeited, pending, payable = _totals(paid, currency)
        unsure = Unknown(frozenset(self.missing))
        if self.doubtful:
            held = forfeited = payable = unsure
            pending = unsure if any(map(_may_be_pending, self.doubtful.values())) else pending
        return Statement(
            payee,
            start,
            end,
            paid,
            tuple(each for each in lines if each.status == "excluded"),
            tuple(each for each in lines if each.status == "refused"),
            tuple(self.doubtful[key] for key in sorted(self.doubtful)),
            tuple(self.not_in_force[key] for key in sorted(self.not_in_force)),
            unsure if self.amounts_in_doubt else earned,
            held,
            forfeited,
            pending,
            payable,
        )


def _may_be_pending(result: Result) -> bool:
    """Whether it may be that something is not earned yet: by a policy that asks for the day on which it is."""
    return not isinstance(result, CommissionResult) or result.right is not None


def _key(result: Result) -> tuple[str, str]:
    return result.basis.subject, result.basis.policy


def _place(line: StatementLine) -> tuple[bool, str, str, str]:
    """Where a line stands: by day, those of unknown days last, then by document and policy."""
    unknown = isinstance(line.date, Unknown)
    return unknown, "" if unknown else str(line.date), line.document, line.policy


def _inside(date: dt.date | Unknown, start: dt.date | None, end: dt.date | None) -> bool | Unknown:
    """Whether a document lies in a stretch of days; every one does if the stretch has no ends."""
    if start is None and end is None:
        return True
    if isinstance(date, Unknown):
        return date
    return (start is None or start <= date) and (end is None or date < end)


def _totals(paid: Iterable[StatementLine], currency: str) -> tuple[Money | Unknown, ...]:
    """What is earned, held back, lost, not earned yet and left to be paid; unknown if a sum grows too long."""
    amounts: dict[str, list[Decimal]] = {"": [], "held": [], "forfeited": [], "pending": []}
    for line in paid:
        if isinstance(line.amount, Money):
            amounts[""].append(line.amount.amount)
            status = "forfeited" if line.status == "clawed_back" else line.status
            if status in amounts:
                amounts[status].append(line.amount.amount)
    try:
        earned, *kept = (sum_of(each) for each in amounts.values())
        payable = sum_of((earned, *(each.copy_negate() for each in kept)))
    except NumberTooLong:
        return (Unknown.because("size"),) * 5
    return tuple(Money(each, currency) for each in (earned, *kept, payable))
