"""What would give a better outcome: items with full credit, one measure at a value, or signs that are gone.

What is proposed here is worked out from the row, and then tried: the plan is run with it before it is shown.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from partnerrules.decisions.requirements import SHOWN
from partnerrules.decisions.scoring import Better, Reach
from partnerrules.decisions.smallest_sets import smallest_sets
from partnerrules.plan.nodes import OUTCOME
from partnerrules.plan.trace import TracedRow
from partnerrules.policies.kind import Assume
from partnerrules.policies.scoring import columns as c
from partnerrules.policies.scoring.bands import Band
from partnerrules.policies.scoring.parts import Part, ScoredItem, Track
from partnerrules.policies.scoring.signs import Signs
from partnerrules.quantities import currency_of, currency_places, normal
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown
from partnerrules.schema.titles import Title

# ------------------------------------------------------------------------------------------------------------ scores


class _Open:
    """One track of a record, as far as it is known: what it has, and what each of its items could add still."""

    def __init__(self, track: Track, row: TracedRow) -> None:
        self.row = row
        self.full = _fraction(row.values[c.OUT_OF])
        blocks = [item for item in track.items if item.blocks and row.values[c.blocks(item.id)] is not False]
        self.blocking = {item.id for item in blocks}
        # What is left out cannot be reckoned with: with it the weights of all others change.
        self.items = [item for item in track.items if not self._left_out(item)]
        counted = sum((self._weight(item) for item in self.items), Fraction(0))
        self.left = counted if counted and len(self.items) < len(track.items) else Fraction(1)
        self.points = sum((self.worth(item) * self.credit(item) for item in self.items), Fraction(0))

    def _left_out(self, item: ScoredItem) -> bool:
        return item.missing == "reweight" and isinstance(self.row.values[c.gained(item.id)], Unknown)

    def _weight(self, item: ScoredItem) -> Fraction:
        return _fraction(self.row.values[c.weight(item.id)])

    def worth(self, item: ScoredItem) -> Fraction:
        """The points that full credit for an item gives."""
        return self.full * self._weight(item) / self.left

    def credit(self, item: ScoredItem) -> Fraction:
        """The part of full credit that an item has for certain."""
        return _fraction(self.row.values[c.least(item.id)]) / self.scale(item)

    def scale(self, item: ScoredItem) -> Fraction:
        """The number that is full credit."""
        scale = self.row.values.get(c.scale(item.id), Decimal(1)) if item.scaled else Decimal(1)
        return Fraction(1) if isinstance(scale, Unknown) else _fraction(scale)


def better_score(tracks: tuple[Track, ...], bands: tuple[Band, ...], row: TracedRow, assume: Assume) -> Better | None:
    """What would lift a record into the next band; None if it is in the highest, or where that start is not known."""
    outcome = row.values[OUTCOME]
    place = next(number for number, band in enumerate(bands) if band.outcome == outcome)
    needed = [row.values[c.OUT_OF], row.values[c.LEAST]]
    needed += [row.values[c.weight(item.id)] for track in tracks for item in track.items]
    if not place or any(isinstance(each, Unknown) for each in (*needed, row.values[c.band_start(place)])):
        return None
    start = _fraction(row.values[c.band_start(place)])
    higher = {band.outcome for band in bands[:place]}
    sets: list[tuple[str, ...]] = []
    reaches: list[Reach] = []
    more = False
    for track in tracks:
        found, further = _item_sets(_Open(track, row), start)
        if found and (not sets or len(found[0]) < len(sets[0])):
            sets, more = [*found], further
        elif found and len(found[0]) == len(sets[0]):
            sets, more = [*sets, *found], more or further
        reaches += _reaches(_Open(track, row), start)
    tried = [each for each in sets if assume(_with_full_credit(each)).values[OUTCOME] in higher]
    reached = tuple(each for each in reaches if assume({c.measure(each.item): each.value}).values[OUTCOME] in higher)
    band = bands[place - 1]
    lacking = _decimal(start - _fraction(row.values[c.LEAST]), None, up=True)
    return Better(band.outcome, band.title, lacking, tuple(tried[:SHOWN]), more or len(tried) > SHOWN, reached)


def _item_sets(open: _Open, start: Fraction) -> tuple[tuple[tuple[str, ...], ...], bool]:
    """The smallest sets of all-or-nothing items of a track whose full credit gives enough points."""
    candidates = [item for item in open.items if _all_or_nothing(item) and open.credit(item) < 1]
    needed = [item for item in candidates if item.id in open.blocking]
    if len(needed) < len(open.blocking):  # something else blocks, and no credit for these items changes that
        return (), False
    missing = start - open.points - sum((_gain(open, item) for item in needed), Fraction(0))
    others = [item for item in candidates if item not in needed]
    order = [item.id for item in candidates]
    if missing <= 0:
        return ((tuple(item.id for item in needed),) if needed else ()), False
    found, more = smallest_sets([[_gain(open, item)] for item in others], [missing])
    sets = [[*(item.id for item in needed), *(others[index].id for index in each)] for each in found]
    return tuple(tuple(sorted(each, key=order.index)) for each in sets), more


def _all_or_nothing(item: ScoredItem) -> bool:
    return all(part.credit in ("condition", "whole") for part in item.parts)


def _gain(open: _Open, item: ScoredItem) -> Fraction:
    return open.worth(item) * (1 - open.credit(item))


def _with_full_credit(ids: tuple[str, ...]) -> Mapping[str, object]:
    """The columns of all-or-nothing items as they would be with full credit."""
    return {name: Decimal(1) for id in ids for name in (c.gained(id), c.least(id), c.most(id))}


def _reaches(open: _Open, start: Fraction) -> list[Reach]:
    """The measures of a track of which one alone gives enough points, each with the value that it needs."""
    found: list[Reach] = []
    for item in open.items:
        (part, *others) = item.parts
        worth = open.worth(item)
        if others or item.best_of or part.requirement is not None or open.blocking - {item.id} or not worth:
            continue
        credit = open.credit(item) + (start - open.points) / worth
        value = _value_for(part, credit, open.row)
        if value is not None:
            found.append(Reach(part.id, part.text, value, part.type))
    return found


def _value_for(part: Part, credit: Fraction, row: TracedRow) -> object:
    """The value of a measure that gives some credit, to the last place the better way; None if none is known to."""
    if credit > 1:
        return None
    if part.credit == "steps":
        return _step_for(part, credit, row)
    full = row.values[c.full(part.id)]
    if isinstance(full, Unknown):
        return None
    if part.credit == "whole":
        return full
    start = row.values[c.start(part.id)]
    if isinstance(start, Unknown):
        return None
    low, high = _fraction(start), _fraction(full)
    value = _decimal(low + credit * (high - low), part.type, up=low < high)
    beyond = value > high if low < high else value < high
    return full if beyond else value


def _step_for(part: Part, credit: Fraction, row: TracedRow) -> object:
    """Where the first step with enough credit starts, if the measure is below it."""
    measured = row.values[c.measure(part.id)]
    for number in range(1, part.steps + 1):
        start, given = row.values[part.step(number)], row.values[part.step_credit(number)]
        if isinstance(start, Unknown) or isinstance(given, Unknown):
            return None
        if _fraction(given) >= credit:
            return start if isinstance(measured, Unknown) or _fraction(measured) < _fraction(start) else None
    return None


def _fraction(value: object) -> Fraction:
    assert isinstance(value, int | Decimal), value
    return Fraction(value)


def _decimal(value: Fraction, type: t.Type | None, *, up: bool) -> Decimal:
    """A number to the places that people give one of its type in."""
    places = 2
    if isinstance(type, t.Integer):
        places = 0
    elif isinstance(type, t.Ratio):
        places = 4
    elif isinstance(type, t.Quantity):
        currency = currency_of(type.dimension)
        places = places if currency is None else currency_places(currency)
    scaled = value * 10**places
    whole = -(-scaled.numerator // scaled.denominator) if up else scaled.numerator // scaled.denominator
    return normal(Decimal(whole).scaleb(-places))


# ------------------------------------------------------------------------------------------------------------- signs


def better_signs(signs: Signs, row: TracedRow, assume: Assume) -> Better | None:
    """The signs that would have to be gone for the next outcome; None if the last one is reached already."""
    outcome = row.values[OUTCOME]
    words = [*(verdict.outcome for verdict in signs.verdicts), signs.otherwise]
    if outcome == signs.otherwise:
        return None
    # An outcome is as bad as the last place where it stands says.
    last = max(number for number, word in enumerate(words) if word == outcome)
    showing = [sign.id for sign in signs.signs if row.values[c.sign(sign.id)] is not False]
    gains: list[list[Fraction]] = []
    needs: list[Fraction] = []
    order = sorted(range(last + 1), key=lambda number: len(signs.verdicts[number].counted))
    for number in order:
        needed = row.values[c.needed(number + 1)]
        if isinstance(needed, Unknown):
            return None
        most = sum(1 for id in signs.verdicts[number].counted if id in showing)
        needs.append(most - _fraction(needed) + 1)
    for id in showing:
        gains.append([Fraction(1 if id in signs.verdicts[number].counted else 0) for number in order])
    found, more = smallest_sets(gains, needs)
    sets = tuple(tuple(showing[index] for index in each) for each in found)
    better = words[last + 1 :]
    tried: list[tuple[str, ...]] = []
    after: set[object] = set()
    for each in sets:
        found_word = assume({c.sign(id): False for id in each}).values[OUTCOME]
        if found_word in better:
            tried.append(each)
            after.add(found_word)
    if not tried:
        return None
    word = next(word for word in better if word in after)
    title = next((each.title for each in signs.verdicts if each.outcome == word), Title())
    return Better(word, title, None, tuple(tried), more)
