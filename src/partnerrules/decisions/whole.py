"""All results of one policy together, and what they come to as a whole: contests, statements, and what to record."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from partnerrules.decisions.conflicts import ConflictResult, ContestGroup
from partnerrules.decisions.lifecycle import LifecycleResult
from partnerrules.decisions.overlap import OVERLAPPING, CoverageGroup, OverlapResult
from partnerrules.decisions.results import Result
from partnerrules.decisions.sanctions import SanctionResult
from partnerrules.decisions.statements import Ledger, Statement, statement_from
from partnerrules.decisions.tiering import TieringResult
from partnerrules.decisions.when_read import WhenRead
from partnerrules.diagnostics import UsageError
from partnerrules.domain.conduct import Sanction, Standing
from partnerrules.quantities import Money
from partnerrules.schema.missing import Unknown


@dataclass(frozen=True, eq=False, repr=False)
class Results(Mapping[str, Result]):
    """The results of one policy or definition, by the id of the record: `decision["same-customer"]["R-7"]`.

    Attributes:
        policy: its id.
        by_record: the results; a definition of no record has the id "".
        currency: what a commission policy pays in; None for the others.
        traced: makes the result of a record with the values that its conditions looked at, where results do without
            them; None where they have them, or where that was left behind in another process.
    """

    policy: str
    by_record: Mapping[str, Result]
    currency: str | None = None
    traced: Callable[[str], Result] | None = None

    def __getitem__(self, record: str) -> Result:
        try:
            return self.by_record[record]
        except KeyError:
            if record in self.by_record:
                raise
        raise KeyError(f"`{self.policy}` did not decide `{record}`")

    def __contains__(self, record: object) -> bool:
        return record in self.by_record

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_record)

    def __len__(self) -> int:
        return len(self.by_record)

    def __repr__(self) -> str:
        return f"<Results of {self.policy}: {len(self)} records>"

    def __eq__(self, other: object) -> bool:
        return dict(self) == dict(other) if isinstance(other, Mapping) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # like every mapping

    def __getstate__(self) -> dict[str, object]:
        # Sent to another process, a result tells what it holds itself: facts and rules do not go with it.
        return {**self.__dict__, "traced": None}

    def answered_by(self, record: str) -> str:
        """The version that answered for a record, told without making its result; "" if none did."""
        results = self.by_record
        return results.answered_by(record) if isinstance(results, WhenRead) else results[record].basis.version

    def to_explain(self, record: str) -> Result:
        """The result of a record with the values that its conditions looked at, also of a decision without trace."""
        return self[record] if self.traced is None else self.traced(record)

    @property
    def groups(self) -> tuple[ContestGroup, ...]:
        """Of a conflict policy the contests, each once; empty for any other policy."""
        found: dict[str, ContestGroup] = {}
        for result in self.values():
            for group in result.groups if isinstance(result, ConflictResult) else ():
                found.setdefault(group.key, group)
        return tuple(found.values())

    @property
    def crowded(self) -> tuple[CoverageGroup, ...]:
        """Of an overlap policy the cells that have too many holders, each once; empty for any other policy."""
        found: dict[tuple[object, ...], CoverageGroup] = {}
        for result in self.values():
            for group in result.groups if isinstance(result, OverlapResult) else ():
                if group.outcome == OVERLAPPING:
                    covers = tuple((each.relation, each.record) for each in group.covers)
                    found.setdefault((covers, tuple(tuple(cell.items()) for cell in group.cells)), group)
        return tuple(found.values())

    @property
    def payees(self) -> tuple[str, ...]:
        """Of a commission policy all who are paid something or give something back, by their ids."""
        return self.ledger.payees

    @cached_property
    def ledger(self) -> Ledger:
        """The results by those whom they concern, of which statements are made."""
        return Ledger.of(self.values())

    def statement(self, payee: str, *, start: dt.date | None = None, end: dt.date | None = None) -> Statement:
        """Of a commission policy what it pays someone, line by line, with totals to which the lines add up.

        Args:
            payee: the id of the partner, or of whoever is paid.
            start: the first day; from the first document on if left out.
            end: the first day after it; up to the last document if left out.

        Raises:
            UsageError: if the policy pays no commission.
        """
        if self.currency is None:
            raise UsageError(f"statements are made of what commission policies give, and `{self.policy}` is none")
        return statement_from((self.ledger,), payee, currency=self.currency, start=start, end=end)

    def total(self, payee: str) -> Money | Unknown:
        """Of a commission policy what someone's documents earn in all, what is held back or lost included.

        `Unknown` where an amount is. What is left to be paid is `payable` of the statement.

        Raises:
            UsageError: if the policy pays no commission.
        """
        return self.statement(payee).earned

    @property
    def new_sanctions(self) -> tuple[Sanction, ...]:
        """Of a sanctions policy the sanctions to record; those that are recorded already are not among them."""
        return tuple(
            each for result in self.values() if isinstance(result, SanctionResult) for each in result.new_sanctions()
        )

    @property
    def new_standings(self) -> tuple[Standing, ...]:
        """Of a lifecycle, tiering or sanctions policy the standings to record; those recorded already are not there."""
        return tuple(
            each
            for result in self.values()
            if isinstance(result, SanctionResult | TieringResult | LifecycleResult)
            for each in result.new_standings()
        )
