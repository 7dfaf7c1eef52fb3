"""Statements: the documents of one payee, line by line, with totals to which the lines add up."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from partnerrules.decisions.basis import UNDETERMINED
from partnerrules.decisions.commission import Amount, CommissionLine, CommissionResult, Status, amount_data
from partnerrules.decisions.results import NoPolicyResult, Result
from partnerrules.decisions.values import missing_data, value_data
from partnerrules.diagnostics import UsageError
from partnerrules.quantities import Money, sum_of
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
        """Whether that is paid, held back, lost, or in doubt."""
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
            **({} if self.result.reason is None else {"reason": self.result.reason}),
        }


@dataclass(frozen=True, slots=True)
class Statement:
    """What a payee gets for the documents of a stretch of days, by one policy or several.

    Attributes:
        payee: whom it is for.
        start: the first day; from the first document on if None.
        end: the first day after it; up to the last document if None.
        lines: what is earned, held back or lost, by day, document and policy.
        excluded: lines of documents that earn nothing.
        refused: lines of documents that have to be put right before anything can be said of them.
        undetermined: results of documents that may concern the payee, and of which facts are missing.
        not_in_force: results of documents that concern the payee, or may, and that no version of the policy answers
            for, such as those from before the programme. They pay nothing and take nothing back, whatever their day.
        earned: the total of the lines.
        held: how much of it is held back.
        forfeited: how much of it is lost.
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
    payable: Money | Unknown

    @property
    def missing(self) -> tuple[Missing, ...]:
        """The facts that are lacking to know the totals."""
        return tuple(sorted({each for result in self.undetermined for each in result.missing}))

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
            "payable": amount_data(self.payable),
            "missing": [missing_data(missing) for missing in self.missing],
        }


def _document(result: Result) -> dict[str, object]:
    return {"document": result.basis.subject, "policy": result.basis.policy}


def statement_of(
    results: Iterable[Result],
    payee: str,
    *,
    currency: str,
    start: dt.date | None = None,
    end: dt.date | None = None,
) -> Statement:
    """The statement of a payee over the results of one policy, or of several together.

    Where a document that may concern the payee is undetermined, so are the totals: nothing is left out unsaid.

    Args:
        results: of commission policies.
        payee: the id of the partner, or of whoever is paid.
        currency: of the ruleset, for the totals where there are no lines.
        start: the first day; from the first document on if left out.
        end: the first day after it; up to the last document if left out.

    Raises:
        UsageError: if an end is an instant, or the days end before they start.
    """
    for day in (start, end):
        if isinstance(day, dt.datetime):
            raise UsageError("a statement is for days: give dates, not instants")
    if start is not None and end is not None and start > end:
        raise UsageError(f"a statement from {start} up to {end} has no days")
    lines: list[StatementLine] = []
    doubtful: list[Result] = []
    not_in_force: list[Result] = []
    unsure = Unknown(frozenset())
    amounts_unsure = False
    for result in results:
        if isinstance(result, NoPolicyResult):
            if not any(isinstance(each, Unknown) or each == payee for each in result.payees):
                continue
            if result.outcome == UNDETERMINED:  # which version answers is not known, and so not what it pays
                doubtful.append(result)
                unsure, amounts_unsure = Unknown.of([unsure, Unknown(frozenset(result.missing))]), True
            else:
                not_in_force.append(result)
            continue
        if not isinstance(result, CommissionResult):
            continue
        inside = _inside(result.date, start, end)
        if inside is False:
            continue
        for line, concerned in _concerning(result, payee):
            if line.status in ("excluded", "refused"):
                if concerned is True:
                    lines.append(StatementLine(result, line))
                continue
            doubts = [each for each in (inside, concerned, line.amount) if isinstance(each, Unknown)]
            if not doubts and line.status != "undetermined":
                lines.append(StatementLine(result, line))
                continue
            amounts_unsure |= bool(doubts)
            unsure = Unknown.of([unsure, *doubts, Unknown(frozenset(result.missing))])
            if result not in doubtful:
                doubtful.append(result)
            if not doubts:
                lines.append(StatementLine(result, line))
    lines.sort(key=_place)
    paid = [each for each in lines if each.status not in ("excluded", "refused")]
    totals = {status: _total((each for each in paid if each.status == status), currency) for status in _STATUSES}
    earned = _total(paid, currency)
    payable = Money(sum_of([earned.amount, *(each.amount.copy_negate() for each in totals.values())]), currency)
    return Statement(
        payee,
        start,
        end,
        tuple(paid),
        tuple(each for each in lines if each.status == "excluded"),
        tuple(each for each in lines if each.status == "refused"),
        tuple(sorted(doubtful, key=lambda each: (each.basis.subject, each.basis.policy))),
        tuple(sorted(not_in_force, key=lambda each: (each.basis.subject, each.basis.policy))),
        unsure if amounts_unsure else earned,
        unsure if doubtful else totals["held"],
        unsure if doubtful else totals["forfeited"],
        unsure if doubtful else payable,
    )


_STATUSES: Final[tuple[Status, ...]] = ("held", "forfeited")


def _place(line: StatementLine) -> tuple[str, str, str]:
    """Where a line stands: by day, those of unknown days last, then by document and policy."""
    return "~" if isinstance(line.date, Unknown) else line.date.isoformat(), line.document, line.policy


def _inside(date: dt.date | Unknown, start: dt.date | None, end: dt.date | None) -> bool | Unknown:
    """Whether a document lies in a stretch of days; every one does if the stretch has no ends."""
    if start is None and end is None:
        return True
    if isinstance(date, Unknown):
        return date
    return (start is None or start <= date) and (end is None or date < end)


def _concerning(result: CommissionResult, payee: str) -> Iterator[tuple[CommissionLine, bool | Unknown]]:
    """The lines of a document that go to a payee, or may."""
    for line in result.lines:
        if isinstance(line.payee, Unknown):
            yield line, line.payee
        elif line.payee == payee:
            yield line, True


def _total(lines: Iterable[StatementLine], currency: str) -> Money:
    return Money(sum_of(line.amount.amount for line in lines if isinstance(line.amount, Money)), currency)
