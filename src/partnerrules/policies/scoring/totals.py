"""Adds up the credit of items: for each track the least and the most that the score can be, and the best of them.

A score is full marks times a share, and a share is a number over another one, so that it is never rounded before it is
compared with a band. Where something is not known the share lies between two ends; the score is known if both are one.
"""

from partnerrules.decisions.scoring import POINTS
from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.plan.nodes import Column
from partnerrules.policies.computing import choice, compared, computed
from partnerrules.policies.scoring import columns as c
from partnerrules.policies.scoring.parts import ONE, ZERO, ScoredItem, Track, full_credit
from partnerrules.schema import types as t

_LEAST = "least sum"
_MOST = "most sum"
_OVER = "sum over"
_LEFT = "weight left"
_BLOCKED = "is blocked"


def total_columns(tracks: tuple[Track, ...]) -> list[Column]:
    """The columns that lead from the credit of items to the share of full marks, and to what is in doubt of it."""
    found: list[Column] = []
    for track in tracks:
        found += _track_columns(track)
    first, *others = tracks
    least, most, least_over, most_over = (_of(name, first) for name in (c.LEAST_SHARE, c.MOST_SHARE, c.OVER, c.OVER))
    for number, track in enumerate(others, start=2):
        over = _of(c.OVER, track)
        better_least = compared(_share(_of(c.LEAST_SHARE, track), over), ">", _share(least, least_over))
        better_most = compared(_share(_of(c.MOST_SHARE, track), over), ">", _share(most, most_over))
        names = tuple(f"{name} of {number} tracks" for name in (c.LEAST_SHARE, c.MOST_SHARE, c.OVER, "most over"))
        found += (
            Column(names[0], choice(better_least, _of(c.LEAST_SHARE, track), least)),
            Column(names[1], choice(better_most, _of(c.MOST_SHARE, track), most)),
            Column(names[2], choice(better_least, over, least_over)),
            Column(names[3], choice(better_most, over, most_over)),
        )
        least, most, least_over, most_over = (_number(name) for name in names)
    found += (
        Column(c.LEAST_SHARE, least),
        Column(c.MOST_SHARE, most),
        Column(c.LEAST_OVER, least_over),
        Column(c.MOST_OVER, most_over),
    )
    doubts: list[terms.Term] = []
    for track in tracks:
        # A track that cannot be the best one leaves nothing in doubt.
        most_of = _share(_of(c.MOST_SHARE, track), _of(c.OVER, track))
        matters = compared(most_of, ">", least_share()) if others else terms.Value(True, BOOLEAN)
        doubts.append(choice(matters, _of(c.DOUBT, track), ZERO))
    found.append(Column(c.DOUBT, _sum(doubts)))
    return found


def least_share() -> terms.Term:
    """The least part of full marks that the record can have, as a quotient."""
    return _share(_number(c.LEAST_SHARE), _number(c.LEAST_OVER))


def most_share() -> terms.Term:
    """The most of full marks that the record can have, as a quotient."""
    return _share(_number(c.MOST_SHARE), _number(c.MOST_OVER))


def score_columns(tracks: tuple[Track, ...], out_of: terms.Term) -> list[Column]:
    """The score, its ends, and what each item and each track adds to it."""
    full = terms.ColumnOf(c.OUT_OF, POINTS)
    found = [Column(c.OUT_OF, out_of), *total_columns(tracks)]
    least = _points(full, _number(c.LEAST_SHARE), _number(c.LEAST_OVER))
    most = _points(full, _number(c.MOST_SHARE), _number(c.MOST_OVER))
    doubt = computed(full, "*", _number(c.DOUBT), POINTS)
    found += (Column(c.LEAST, least), Column(c.MOST, most))
    # Where the ends differ something is not known, and what is in doubt says what.
    known = compared(least_share(), "=", most_share())
    if len(tracks) > 1:
        found.append(Column(c.BEST, _best(tracks)))
    found.append(Column(c.COMPUTED, choice(known, terms.ColumnOf(c.LEAST, POINTS), doubt)))
    for track in tracks:
        for item in track.items:
            found.append(Column(c.points(item.id), _earned(item, track, full)))
        for column, share in ((c.LEAST, c.LEAST_SHARE), (c.MOST, c.MOST_SHARE)):
            found.append(Column(c.of_track(column, track.id), _points(full, _of(share, track), _of(c.OVER, track))))
    return found


def _best(tracks: tuple[Track, ...]) -> terms.Term:
    """The first track of those with the best score, where the score is known."""
    text = t.Text()
    found: terms.Term = terms.Value(tracks[-1].id, text)
    for track in reversed(tracks[:-1]):
        as_good = compared(_share(_of(c.LEAST_SHARE, track), _of(c.OVER, track)), ">=", least_share())
        found = terms.If(as_good, terms.Value(track.id, text), found, text)
    return found


def _track_columns(track: Track) -> list[Column]:
    found: list[Column] = []
    least: terms.Term = ZERO
    most: terms.Term = ZERO
    over: terms.Term = ONE
    weights: list[terms.Term] = []
    doubts: list[terms.Term] = [ZERO]
    lacking: list[terms.Term] = [ZERO]
    blocking: list[terms.Term] = []
    reweighted = any(item.missing == "reweight" for item in track.items)
    for number, item in enumerate(track.items, start=1):
        gained = terms.ColumnOf(c.gained(item.id), c.NUMBER)
        if item.blocks:
            blocking.append(terms.ColumnOf(c.blocks(item.id), BOOLEAN))
        if item.weightless:
            continue
        weight = terms.ColumnOf(c.weight(item.id), c.NUMBER)
        low, high = _counted(item)
        if item.scaled:
            least, most = (computed(each, "*", full_credit(item)) for each in (least, most))
        least = computed(least, "+", computed(computed(weight, "*", low), "*", over))
        most = computed(most, "+", computed(computed(weight, "*", high), "*", over))
        names = [c.of_track(f"{name} {number}", track.id) for name in (_LEAST, _MOST, _OVER)]
        found += (Column(names[0], least), Column(names[1], most))
        least, most = _number(names[0]), _number(names[1])
        if item.scaled:
            found.append(Column(names[2], computed(over, "*", full_credit(item))))
            over = _number(names[2])
        counts = choice(terms.Known(gained, BOOLEAN), weight, ZERO) if item.missing == "reweight" else weight
        weights.append(counts)
        lacking.append(gained)
        if item.missing == "undetermined":
            doubts.append(gained)
    blocked: terms.Term = terms.AnyOf(tuple(blocking), BOOLEAN) if blocking else terms.Value(False, BOOLEAN)
    found.append(Column(c.of_track(_BLOCKED, track.id), blocked))
    blocked = terms.ColumnOf(c.of_track(_BLOCKED, track.id), BOOLEAN)
    if blocking:
        doubts.append(choice(blocked, ONE, ZERO))
    doubt = _sum(doubts)
    if reweighted:
        found.append(Column(c.of_track(_LEFT, track.id), _sum(weights)))
        left = _number(c.of_track(_LEFT, track.id))
        nothing_left = compared(left, "=", ZERO)
        most = choice(nothing_left, over, most)
        over = choice(nothing_left, over, computed(over, "*", left))
        doubt = choice(nothing_left, _sum(lacking), doubt)
    if blocking:
        true, false = terms.Value(True, BOOLEAN), terms.Value(False, BOOLEAN)
        found.append(Column(c.of_track(c.OPEN, track.id), most))
        least = choice(terms.IfUnknown(blocked, true, BOOLEAN), ZERO, least)
        most = choice(terms.IfUnknown(blocked, false, BOOLEAN), ZERO, _number(c.of_track(c.OPEN, track.id)))
    found += (
        Column(c.of_track(c.LEAST_SHARE, track.id), least),
        Column(c.of_track(c.MOST_SHARE, track.id), most),
        Column(c.of_track(c.OVER, track.id), over),
        Column(c.of_track(c.DOUBT, track.id), doubt),
    )
    return found


def _counted(item: ScoredItem) -> tuple[terms.Term, terms.Term]:
    """The least and most that an item counts with, as it is declared for one that is not known."""
    least, most = _number(c.least(item.id)), _number(c.most(item.id))
    match item.missing:
        case "undetermined":
            return least, most
        case "zero":
            return least, least
        case "reweight":
            known = terms.Known(terms.ColumnOf(c.gained(item.id), c.NUMBER), BOOLEAN)
            counted = choice(known, least, ZERO)
            return counted, counted


def _earned(item: ScoredItem, track: Track, full: terms.Term) -> terms.Term:
    """What an item adds to the score of its track, unless another one makes it zero."""
    low, _ = _counted(item)
    gained = terms.ColumnOf(c.gained(item.id), c.NUMBER)
    earned = gained if item.missing == "undetermined" else low
    over = full_credit(item)
    if any(each.missing == "reweight" for each in track.items):
        left = _number(c.of_track(_LEFT, track.id))
        over = computed(over, "*", choice(compared(left, "=", ZERO), ONE, left))
    weighed = computed(computed(full, "*", terms.ColumnOf(c.weight(item.id), c.NUMBER), POINTS), "*", earned)
    return weighed if over == ONE else computed(weighed, "/", over)


def _points(full: terms.Term, share: terms.Term, over: terms.Term) -> terms.Term:
    return computed(computed(full, "*", share, POINTS), "/", over)


def _share(share: terms.Term, over: terms.Term) -> terms.Term:
    return computed(share, "/", over, c.NUMBER)


def _of(name: str, track: Track) -> terms.Term:
    return _number(c.of_track(name, track.id))


def _sum(numbers: list[terms.Term]) -> terms.Term:
    return terms.Aggregate("sum", terms.Items(tuple(numbers), t.ListOf(c.NUMBER)), c.NUMBER)


def _number(name: str) -> terms.Term:
    return terms.ColumnOf(name, c.NUMBER)
