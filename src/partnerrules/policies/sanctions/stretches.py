"""From when to when a sanction runs, as terms: a length is counted in days, months or elapsed time from its start."""

from dataclasses import dataclass, replace
from typing import Final

from partnerrules.language import terms
from partnerrules.policies.sanctions import columns
from partnerrules.quantities import DAYS, MONTHS, SECONDS
from partnerrules.schema import types as t

_SHIFTS: Final[dict[tuple[tuple[str, int], ...], terms.CalculationKind]] = {
    DAYS: "shift-days",
    MONTHS: "shift-months",
    SECONDS: "shift-elapsed",
}


@dataclass(frozen=True, slots=True)
class Length:
    """How long something lasts.

    Attributes:
        amount: how many days, months or seconds.
        dimension: which of these.
        by_days: whether it begins where a day does, and so ends where one does, even if the clocks leave out the hour.
    """

    amount: terms.Term
    dimension: tuple[tuple[str, int], ...]
    by_days: bool

    def after(self, moment: terms.Term) -> terms.Term:
        """The instant that comes so long after another one."""
        shift = _SHIFTS[self.dimension]
        if not self.by_days or self.dimension == SECONDS:
            return terms.Calculation(shift, "+", moment, self.amount, t.Instant())
        day = columns.day_of_midnight(moment) or terms.Apply("date", (moment,), t.Date())
        return columns.midnight(terms.Calculation(shift, "+", day, self.amount, t.Date()))

    def of(self, amount: terms.Term) -> "Length":
        """Another amount of the same unit."""
        return replace(self, amount=amount)


@dataclass(frozen=True, slots=True)
class Stretch:
    """From when to when a sanction runs.

    Attributes:
        starts: the instant at which it starts.
        ends: the instant at which it has ended, unless it is extended.
        length: how long it runs; None if its end is an instant of its own.
    """

    starts: terms.Term
    ends: terms.Term
    length: Length | None
