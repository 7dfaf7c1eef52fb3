"""Ladders against a plain calculation in fractions, one document after the other."""

import calendar
import datetime as dt
from dataclasses import dataclass, replace
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.policies.commissions import Document, amounts, credit, decided, invoice, policy
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
    corrections: str = ""
    gives: str = "rate"

    def text(self) -> str:
        gives = "amount" if self.shape == "interpolated" else self.gives
        unit = "CNY" if gives == "amount" else "%"
        lines = ["rate:", f"  ladder: {self.shape}"]
        if self.window != "alone":
            lines += [f"  {self.window}", "  per: transaction.partner"]
        if self.crossing:
            lines.append(f"  crossing: {self.crossing}")
        if self.down:
            lines.append("  on_bound: down")
        if self.corrections:
            lines.append(f"  corrections: {self.corrections}")
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
    fixed = shape == "whole" and not crossing and not window.startswith("trailing") and draw(st.booleans())
    end = bands[-1][0] + draw(st.integers(1, 300))
    return Ladder(shape, bands, end, window, crossing, down, gives="amount" if fixed else "rate")


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
            later, earlier = (rounded(at * given_at(ladder, climbed) / 100) for at in (after, before))
            found.append(later - earlier)
        elif ladder.window in ("over: month", "over: week", "over: lifetime"):
            found.append(rounded(gives(ladder, after)) - rounded(gives(ladder, before)))
        elif ladder.gives == "amount":
            found.append(Fraction(given_at(ladder, base)))
        else:
            found.append(rounded(base * given_at(ladder, after) / 100))
    return found


@st.composite
def whole_ladders(draw: st.DrawFn) -> Ladder:
    """Those whose band of a period counts for all of it, by the period before or by an amount, mostly from zero on."""
    found = draw(ladders())
    bands = ((0, draw(st.integers(0, 100))), *(band for band in found.bands if band[0] and draw(st.booleans())))
    fixed = draw(st.booleans())
    window = draw(st.sampled_from(("over: month", "over: week", "over: lifetime") if fixed else ("over: month",)))
    crossing, gives = ("", "amount") if fixed else ("next period", "rate")
    return replace(found, shape="whole", bands=bands, window=window, crossing=crossing, gives=gives)


@given(ladders(), st.lists(st.tuples(st.integers(0, 80), st.integers(0, 40_000)), min_size=1, max_size=7))
def test_ladders_pay_what_a_plain_calculation_gives(ladder: Ladder, drawn: list[tuple[int, int]]) -> None:
    _agree(ladder, drawn)


@given(whole_ladders(), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40_000)), min_size=2, max_size=7))
def test_whole_ladders_of_a_period_pay_what_a_plain_calculation_gives(
    ladder: Ladder, drawn: list[tuple[int, int]]
) -> None:
    _agree(ladder, drawn)


def _agree(ladder: Ladder, drawn: list[tuple[int, int]]) -> None:
    documents = [(FIRST + dt.timedelta(days=days), Fraction(fen, 100)) for days, fen in sorted(drawn)]
    posted = {
        f"T-{number}": invoice(f"{int(base * 100)}e-2", day.isoformat()) for number, (day, base) in enumerate(documents)
    }
    found = amounts(decided(policy(ladder.text()), posted, as_of=LATER))
    earned = [Fraction(found[f"T-{number}"].removesuffix(" CNY")) for number in range(len(documents))]
    assert earned == expected(ladder, documents)


# ---------------------------------------------------------------------------------------- corrections go down a ladder


@dataclass(frozen=True)
class Sale:
    """An invoice, or a credit note for another one."""

    id: str
    day: dt.date
    base: Fraction
    original: str | None = None

    @property
    def document(self) -> Document:
        amount = f"{int(self.base * 100)}e-2"
        day = self.day.isoformat()
        return invoice(amount, day) if self.original is None else credit(amount, self.original, day)


@st.composite
def period_ladders(draw: st.DrawFn) -> Ladder:
    found = draw(ladders())
    window = draw(st.sampled_from(("over: month", "over: week", "over: lifetime")))
    return replace(found, window=window, crossing="", corrections="period")


@st.composite
def sales(draw: st.DrawFn, *, refunded: bool = False) -> list[Sale]:
    """Invoices, and credit notes that take back some of them in parts, on days before and after; or all of them."""
    days = st.integers(0, 70).map(lambda number: FIRST + dt.timedelta(days=number))
    found: list[Sale] = []
    for number in range(draw(st.integers(1, 4))):
        original = Sale(f"T-{number}", draw(days), Fraction(draw(st.integers(1, 40_000)), 100))
        left = original.base
        parts = draw(st.lists(st.integers(1, 20_000), max_size=2))
        steps = [Fraction(part, 100) for part in parts if Fraction(part, 100) < left]
        for place, part in enumerate((*steps, *([Fraction(10**6)] if refunded else []))):
            taken = min(part, left)
            left -= taken
            if taken:
                found.append(Sale(f"{draw(st.sampled_from('AZ'))}-{number}-{place}", draw(days), -taken, original.id))
        found.append(original)
    return found


def gives(ladder: Ladder, climbed: Fraction) -> Fraction:
    """What a ladder gives for all of a period, exactly. Where nothing has climbed no amount has been reached."""
    if ladder.gives == "amount":
        return Fraction(given_at(ladder, climbed) if climbed else 0)
    return climbed * given_at(ladder, climbed) / 100 if ladder.shape == "whole" else paid(ladder, climbed)


def in_order(documents: list[Sale], originals: dict[str, Sale]) -> list[Sale]:
    """Documents as they go up and down: a correction after its original, and after all of its day."""

    def place(sale: Sale) -> tuple[dt.date, bool, dt.date, str]:
        day = max(sale.day, originals[sale.original or sale.id].day)
        return day, sale.original is not None, sale.day, sale.id

    return sorted(documents, key=place)


def down(ladder: Ladder, documents: list[Sale]) -> dict[str, Fraction]:
    """What each document earns: the difference that it makes in the period of its original."""
    originals = {sale.id: sale for sale in documents if sale.original is None}
    found: dict[str, Fraction] = {}
    for first in originals.values():
        inside = [sale for sale in documents if together(ladder, originals[sale.original or sale.id].day, first.day)]
        inside = in_order(inside, originals)
        climbed = Fraction(0)
        for sale in inside:
            before, climbed = climbed, climbed + sale.base
            found[sale.id] = rounded(gives(ladder, climbed)) - rounded(gives(ladder, before))
    return found


def earned(ladder: Ladder, documents: list[Sale], more: str = "") -> dict[str, Fraction]:
    posted = {sale.id: sale.document for sale in documents}
    found = amounts(decided(policy(f"{ladder.text()}\n{more}"), posted, as_of=LATER))
    return {id: Fraction(amount.removesuffix(" CNY")) for id, amount in found.items()}


@given(period_ladders(), sales(), st.data())
def test_e29_corrections_go_down_as_a_plain_calculation_does(
    ladder: Ladder, documents: list[Sale], data: st.DataObject
) -> None:
    found = earned(ladder, data.draw(st.permutations(documents)))
    assert found == down(ladder, documents)
    originals = {sale.id: sale for sale in documents if sale.original is None}
    for first in originals.values():
        inside = [sale for sale in documents if together(ladder, originals[sale.original or sale.id].day, first.day)]
        left = sum((sale.base for sale in inside), Fraction(0))
        assert sum(found[sale.id] for sale in inside) == rounded(gives(ladder, left))


@given(period_ladders(), sales(), st.integers(0, 60_000), st.data())
def test_e29_what_goes_down_a_ladder_gives_back_to_a_cap_what_it_drew(
    ladder: Ladder, documents: list[Sale], thousandths: int, data: st.DataObject
) -> None:
    cap = Fraction(thousandths, 1000)
    lines = f"cap: {{amount: {thousandths // 1000}.{thousandths % 1000:03d} CNY, per: [transaction.partner]}}"
    free, total = down(ladder, documents), Fraction(0)
    expected: dict[str, Fraction] = {}
    for sale in in_order(documents, {sale.id: sale for sale in documents if sale.original is None}):
        before, total = total, total + free[sale.id]
        assert total >= 0
        expected[sale.id] = min(total, rounded(cap)) - min(before, rounded(cap))
    assert earned(ladder, data.draw(st.permutations(documents)), lines) == expected


@given(period_ladders(), sales(refunded=True))
def test_e28_a_refund_of_everything_goes_down_to_nothing(ladder: Ladder, documents: list[Sale]) -> None:
    assert sum(earned(ladder, documents).values()) == 0


@given(period_ladders(), sales(), st.sampled_from((0, 1, 3, 6)))
@settings(max_examples=50)
def test_e40_other_places_change_only_the_rounding(ladder: Ladder, documents: list[Sale], places: int) -> None:
    """What a ladder has given so far is within half a unit of what it gives exactly, whatever the unit."""
    one = replace(ladder, window="over: lifetime")
    found = earned(one, documents, f"round: {places}")
    left = sum((sale.base for sale in documents), Fraction(0))
    assert abs(sum(found.values()) - gives(one, left)) <= Fraction(1, 2 * 10**places)


@given(ladders(), st.integers(0, 90_000))
@settings(max_examples=50)
def test_e26_a_marginal_ladder_neither_falls_nor_jumps(ladder: Ladder, fen: int) -> None:
    """A cent more of the base is at most a cent more, and half a cent of rounding on both sides."""
    marginal = Ladder("marginal", ladder.bands, ladder.end, "alone", "", down=False)
    found = earned(marginal, [Sale(f"T-{number}", FIRST, Fraction(fen + number, 100)) for number in range(2)])
    assert 0 <= found["T-1"] - found["T-0"] <= Fraction(2, 100)
