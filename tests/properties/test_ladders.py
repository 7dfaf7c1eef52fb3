"""Ladders against a plain calculation in fractions, one document after the other."""

import calendar
import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from tests.policies.commissions import amounts, decided, invoice, policy
from tests.support import SHANGHAI

LATER = dt.datetime(2027, 6, 1, 9, tzinfo=SHANGHAI)
FIRST = dt.date(2025, 12, 25)


@dataclass(frozen=True)
class Ladder:
    """A ladder: its shape, what its bands give from where, and which documents climb it together."""

    shape: str
    bands: tuple[tuple[int, int], ...]
    end: int
    window: str
    crossing: str
    down: bool

    def text(self) -> str:
        gives = "amount" if self.shape == "interpolated" else "rate"
        unit = "CNY" if gives == "amount" else "%"
        lines = ["rate:", f"  ladder: {self.shape}"]
        if self.window != "alone":
            lines += [f"  {self.window}", "  per: transaction.partner"]
        if self.crossing:
            lines.append(f"  crossing: {self.crossing}")
        if self.down:
            lines.append("  on_bound: down")
        if self.shape == "interpolated":
            lines.append(f"  up_to: {self.end} CNY")
        bands = (f"    - {{from: {start} CNY, {gives}: {given} {unit}}}" for start, given in self.bands)
        return "\n".join((*lines, "  bands:", *bands))


@st.composite
def ladders(draw: st.DrawFn) -> Ladder:
    starts = sorted(draw(st.sets(st.integers(0, 60), min_size=1, max_size=4)))
    bands = tuple((start * 10, draw(st.integers(0, 100))) for start in starts)
    shape = draw(st.sampled_from(("marginal", "whole", "interpolated")))
    windows = ["alone", "over: month", "over: week", "over: lifetime", "trailing: 1 month", "trailing: 10 days"]
    window = draw(st.sampled_from(windows))
    crossing = "next period" if shape == "whole" and window in windows[1:3] and draw(st.booleans()) else ""
    down = shape == "whole" and draw(st.booleans())
    return Ladder(shape, bands, bands[-1][0] + draw(st.integers(1, 300)), window, crossing, down)


def rounded(amount: Fraction) -> Fraction:
    """To two places, halves away from zero."""
    size = int(abs(amount) * 100 + Fraction(1, 2))
    return Fraction(size if amount >= 0 else -size, 100)


def given_at(ladder: Ladder, climbed: Fraction) -> int:
    found = 0
    for place, (start, rate) in enumerate(ladder.bands):
        if climbed > start or (climbed == start and not (ladder.down and place)):
            found = rate
    return found


def paid(ladder: Ladder, climbed: Fraction) -> Fraction:
    """What a marginal or interpolated ladder gives for a whole stretch."""
    ends = [start for start, _ in ladder.bands[1:]] + [ladder.end if ladder.shape == "interpolated" else 10**9]
    total = Fraction(0)
    for (start, amount), end in zip(ladder.bands, ends, strict=True):
        inside = max(Fraction(0), min(climbed, Fraction(end)) - start)
        total += inside * amount / (end - start if ladder.shape == "interpolated" else 100)
    return total


def back(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def together(ladder: Ladder, earlier: dt.date, day: dt.date) -> bool:
    """Whether a document of an earlier day climbs with one of a later day."""
    match ladder.window:
        case "over: month":
            return (earlier.year, earlier.month) == (day.year, day.month)
        case "over: week":
            return earlier.isocalendar()[:2] == day.isocalendar()[:2]
        case "over: lifetime":
            return True
        case "trailing: 1 month":
            return earlier > back(day, 1)
        case "trailing: 10 days":
            return earlier > day - dt.timedelta(days=10)
        case _:
            return False


def period_before(ladder: Ladder, day: dt.date) -> dt.date:
    """A day of the period before the one of a day."""
    return day.replace(day=1) - dt.timedelta(days=1) if "month" in ladder.window else day - dt.timedelta(days=7)


def expected(ladder: Ladder, documents: list[tuple[dt.date, Fraction]]) -> list[Fraction]:
    """What each document earns, in their order."""
    found = []
    for place, (day, base) in enumerate(documents):
        before = sum((other for at, other in documents[:place] if together(ladder, at, day)), Fraction(0))
        after = before + base
        if ladder.shape != "whole" and ladder.window.startswith("trailing"):
            found.append(rounded(paid(ladder, after) - paid(ladder, before)))
        elif ladder.shape != "whole":
            found.append(rounded(paid(ladder, after)) - rounded(paid(ladder, before)))
        elif ladder.crossing:
            previous = period_before(ladder, day)
            climbed = sum((other for at, other in documents if together(ladder, at, previous)), Fraction(0))
            found.append(rounded(base * given_at(ladder, climbed) / 100))
        elif ladder.window in ("over: month", "over: week", "over: lifetime"):
            later, earlier = (rounded(at * given_at(ladder, at) / 100) for at in (after, before))
            found.append(later - earlier)
        else:
            found.append(rounded(base * given_at(ladder, after) / 100))
    return found


@given(ladders(), st.lists(st.tuples(st.integers(0, 80), st.integers(0, 40_000)), min_size=1, max_size=7))
def test_ladders_pay_what_a_plain_calculation_gives(ladder: Ladder, drawn: list[tuple[int, int]]) -> None:
    documents = [(FIRST + dt.timedelta(days=days), Fraction(fen, 100)) for days, fen in sorted(drawn)]
    posted = {
        f"T-{number}": invoice(f"{int(base * 100)}e-2", day.isoformat()) for number, (day, base) in enumerate(documents)
    }
    found = amounts(decided(policy(ladder.text()), posted, as_of=LATER))
    earned = [Fraction(found[f"T-{number}"].removesuffix(" CNY")) for number in range(len(documents))]
    assert earned == expected(ladder, documents)
