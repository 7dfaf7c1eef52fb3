"""The geometry of a ladder as it is drawn: its bands one above the other, and how far each is filled.

Every band has the same length, whatever lies in it, so that bands of 100 and of 1,000,000 can both be read. Inside a
band the bar is true to scale. The last band has no end: a place in it comes closer to the edge the further it goes.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

from partnerrules.explanations.settled_ladders import Climb, band_gives
from partnerrules.explanations.story import Part, Phrase, Shown, word
from partnerrules.explanations.wording import Wording

WIDTH: Final = Decimal(340)
"""The width of a drawing, in units of its own: so small that it can be read on a telephone."""

_LINE: Final = Decimal(18)
_BAR: Final = Decimal(14)
_GAP: Final = Decimal(12)
_SIZE: Final = Decimal(13)
_SMALL: Final = Decimal("0.6")
_WIDE: Final = Decimal(1)
_MARK: Final = Decimal(5)
_LONGEST_ID: Final = 18
# A drawing needs no more digits than a screen has pixels.
_SCREEN: Final = Context(prec=12, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Label:
    """A text of a drawing: where it starts or ends, and how large it is."""

    text: str
    x: Decimal
    y: Decimal
    size: Decimal
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Rung:
    """A band of a drawing.

    Attributes:
        labels: what stands above its bar.
        y: the upper edge of the bar.
        filled: how long the part of the bar is that is climbed.
        pays: whether it is among those that pay.
        open: whether it has no end.
        mark: the place of the payee, if it is in this band.
    """

    labels: tuple[Label, ...]
    y: Decimal
    filled: Decimal
    pays: bool
    open: bool
    mark: Decimal | None = None

    @property
    def slope(self) -> Decimal:
        """How high a wedge is where the filled part of it ends."""
        return _rounded(_SCREEN.divide(_SCREEN.multiply(self.filled, _BAR), WIDTH))


@dataclass(frozen=True, slots=True)
class Drawing:
    """A ladder as it is drawn, the highest band on top.

    Attributes:
        rungs: its bands.
        height: of all.
        wedges: whether the bars rise, as each unit adds to the amount of its band.
        place: what stands below the drawing where no band is reached yet.
    """

    rungs: tuple[Rung, ...]
    height: Decimal
    wedges: bool
    place: Label | None = None
    width: Decimal = WIDTH
    bar: Decimal = _BAR


def drawn(climb: Climb, wording: Wording) -> Drawing:
    """A ladder as it is drawn, labelled in a language."""
    y = Decimal(0)
    rungs = []
    here = _here(climb, wording)
    for at in reversed(range(len(climb.rate.bands))):
        labels, y = _labels(climb, at, y, wording)
        filled = _filled(climb, at)
        mark = filled if at == climb.reached else None
        whole = climb.rate.kind == "whole"
        pays = at == climb.reached if whole else at <= climb.reached
        bar = y
        y += _BAR
        if mark is not None:
            y += _LINE
            labels = (*labels, _beside(here, mark, y))
        y += _GAP
        rungs.append(Rung(labels, bar, filled, pays, at == len(climb.rate.bands) - 1, mark))
    place = None
    if climb.reached < 0:
        y += _LINE
        place = _fitted(here, Decimal(0), y - _GAP / 2)
    return Drawing(tuple(rungs), y, climb.rate.kind == "interpolated", place)


def _here(climb: Climb, wording: Wording) -> str:
    return wording.part(Phrase("ladder_here", {"after": Shown(climb.after, climb.measure)}))


def _labels(climb: Climb, at: int, y: Decimal, wording: Wording) -> tuple[tuple[Label, ...], Decimal]:
    """What stands above the bar of a band, on one line or two, and where the bar starts."""
    band = climb.rate.bands[at]
    start: Part = Phrase("ladder_from", {"start": Shown(band.start, climb.measure)})
    first, second = wording.part(start), wording.part(band_gives(climb, band))
    name = wording.part(word(band.id))
    if name and not name.isdecimal():
        shown = name if len(name) <= _LONGEST_ID else name[:_LONGEST_ID] + "…"
        named = f"{shown} · {first}"
        first = named if _length(named + second) + 2 * _SIZE <= WIDTH else first
    y += _LINE
    if _length(first + second) + 2 * _SIZE <= WIDTH:
        labels = (_fitted(first, Decimal(0), y), Label(second, WIDTH, y, _SIZE, ends=True))
        return labels, y + _MARK
    below = y + _LINE
    return (_fitted(first, Decimal(0), y), _fitted(second, Decimal(0), below)), below + _MARK


def _beside(text: str, mark: Decimal, y: Decimal) -> Label:
    """What stands below the place of the payee: to the right of it, or to the left where there is no room."""
    if mark + _length(text) <= WIDTH:
        return Label(text, mark, y, _SIZE)
    if _length(text) <= mark:
        return Label(text, mark, y, _SIZE, ends=True)
    return _fitted(text, Decimal(0), y)


def _fitted(text: str, x: Decimal, y: Decimal) -> Label:
    """A text as large as usual, or as small as it has to be to fit."""
    length = _length(text)
    size = _SIZE if length <= WIDTH else _rounded(_SCREEN.divide(_SIZE * WIDTH, length))
    return Label(text, x, y, size)


def _length(text: str) -> Decimal:
    """About how long a text is: Chinese characters are as wide as they are high."""
    return sum((_SIZE * (_WIDE if ord(character) > 0x2E7F else _SMALL) for character in text), Decimal(0))


def _filled(climb: Climb, at: int) -> Decimal:
    """How long the climbed part of a band is."""
    start = climb.starts[at]
    if at > climb.reached:
        return Decimal(0)
    if at < climb.reached:
        return WIDTH
    inside = max(_SCREEN.subtract(climb.after, start), Decimal(0))
    if at + 1 < len(climb.starts):
        size = _SCREEN.subtract(climb.starts[at + 1], start)
        part = min(_SCREEN.divide(inside, size), Decimal(1)) if size else Decimal(1)
    else:
        # As wide as the band below, a place would stand in the middle.
        size = _SCREEN.subtract(start, climb.starts[at - 1]) if at else abs(climb.after)
        part = _SCREEN.divide(inside, _SCREEN.add(inside, size)) if inside else Decimal(0)
    return _rounded(_SCREEN.multiply(part, WIDTH))


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), context=_SCREEN)
