"""What is recorded of a partner: the standing that holds on a day, and since when it has held without a break.

A standing holds on its days, and of several the one that began last. So a history can be kept by adding to it alone:
nothing has to be closed when the next standing begins. Two different ones that begin on one day leave it unknown.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from partnerrules.language import terms
from partnerrules.language.building import TRUE, choice, compared, every, exists, negated, shifted
from partnerrules.language.checking import BOOLEAN
from partnerrules.quantities import DAYS
from partnerrules.schema import types as t

STANDING: Final = t.Record("standing")
_STANDINGS: Final = t.ListOf(STANDING)
_DATE: Final = t.Date()
_DATES: Final = t.ListOf(_DATE)
_TEXT: Final = t.Text()
_WORD: Final = t.Maybe(_TEXT)
_FALSE: Final = terms.Value(False, BOOLEAN)
_ONE_DAY: Final = terms.Value(Decimal(1), t.Quantity(DAYS))

_HELD: Final = terms.Variable("#held", STANDING)
_OTHER: Final = terms.Variable("#other", STANDING)
_BEGUN: Final = terms.Variable("#begun", STANDING)
_CHANGE: Final = terms.Variable("#change", _DATE)
_VALUE: Final = terms.Variable("#value", _TEXT)
_BEGIN: Final = terms.Variable("#begin", _DATE)
_LAST: Final = terms.Variable("#last", _DATE)
_SURE: Final = terms.Variable("#sure", _DATE)
_LATEST: Final = terms.Variable("#latest", _DATE)

ONE: Final = _OTHER
"""The variable of one of several standings, in conditions on them."""


@dataclass(frozen=True, slots=True)
class Standings:
    """The standings of one kind of a partner.

    Attributes:
        partner: the partner.
        kind: the kind, a text.
    """

    partner: terms.Term
    kind: terms.Term

    @property
    def all(self) -> terms.Term:
        """The standings themselves."""
        own = terms.InverseOf(self.partner, "standing", "partner", _STANDINGS)
        return terms.Select(own, _HELD.name, compared(terms.FieldOf(_HELD, "kind", _TEXT), "=", self.kind), _STANDINGS)

    def begun(self, day: terms.Term) -> terms.Term:
        """Those that have begun by a day, be they over or not."""
        return terms.Select(self.all, _BEGUN.name, compared(begins(_BEGUN), "<=", day), _STANDINGS)

    def on(self, day: terms.Term, among: terms.Term | None = None) -> terms.Term:
        """The word that holds on a day, none if there is none.

        Args:
            day: the day.
            among: the standings, where they were gathered already.
        """
        all = self.all if among is None else among
        held = self._held(day, all, replaced=False)
        last = terms.Aggregate("max", _each(held, begins(_HELD), _DATE), _DATE)
        latest = terms.Select(held, _OTHER.name, compared(begins(_OTHER), "=", _LAST), _STANDINGS)
        words = terms.Aggregate("distinct", _each(latest, value(_HELD), _TEXT), t.ListOf(_TEXT))
        # Of one word the latest is that word, and of several none is: it is a tie, which says of what.
        only = terms.Pick("latest", terms.Value(1, t.Integer()), words, _VALUE.name, terms.Value(0, t.Integer()), _WORD)
        empty = compared(terms.Aggregate("count", held, t.Integer()), "=", terms.Value(0, t.Integer()))
        word = choice(empty, terms.Value(None, _WORD), terms.Let(_LAST.name, last, only, _WORD))
        return terms.Let(_SURE.name, self._surely(day, all), word, _WORD)

    def since(self, present: terms.Term, day: terms.Term, among: terms.Term | None = None) -> terms.Term:
        """The day from which on a word that holds on a day has held without a break.

        Mostly that is the day on which the standing begins that holds then. Only where it was recorded before as well,
        or where one that began later is over, all days are looked at on which anything changed.

        Args:
            present: the word that holds on that day.
            day: the day.
            among: the standings, where they were gathered already.
        """
        all = self.all if among is None else among
        begin = terms.Aggregate("max", _each(self._held(day, all), begins(_HELD), _DATE), _DATE)
        # Of two that begin on one day, one of them over by now, it is not known which held at first.
        at_once = every(compared(begins(_OTHER), "=", _BEGIN), negated(compared(value(_OTHER), "=", present)))
        later = every(compared(begins(_OTHER), ">", _BEGIN), compared(begins(_OTHER), "<=", day))
        some_later = terms.Quantified("some", all, _OTHER.name, terms.AnyOf((later, at_once), BOOLEAN), BOOLEAN)
        before = _is(self.on(shifted(_BEGIN, "-", _ONE_DAY), all), present)
        plain = negated(terms.AnyOf((some_later, before), BOOLEAN))
        return terms.Let(_BEGIN.name, begin, choice(plain, _BEGIN, self._over_records(present, day, all)), _DATE)

    def last(self, day: terms.Term, among: terms.Term) -> terms.Term:
        """The first day of the one that was recorded last, where one holds: the last that has begun, be it over or not.

        Args:
            day: the day.
            among: the standings, gathered already.
        """
        held = self._held(day, among, replaced=False)
        # What was over before the last one that holds began, began before it: of that nothing has to be known.
        before = every(exists(ends(_OTHER)), compared(end(_OTHER), "<=", _BEGIN))
        known = terms.Select(
            among, _OTHER.name, every(compared(begins(_OTHER), "<=", day), negated(before)), _STANDINGS
        )
        last = terms.Aggregate("max", _each(known, begins(_HELD), _DATE), _DATE)
        latest = terms.Aggregate("max", _each(held, begins(_HELD), _DATE), _DATE)
        found = terms.Let(_BEGIN.name, latest, last, _DATE)
        return terms.Let(_SURE.name, self._surely(day, among), found, _DATE)

    def begins_on(self, day: terms.Term, among: terms.Term, *further: terms.Term) -> terms.Term:
        """Whether one begins on a day, for which further conditions hold over `ONE`."""
        open = terms.AnyOf((negated(exists(ends(ONE))), compared(day, "<", end(ONE))), BOOLEAN)
        return terms.Quantified(
            "some", among, ONE.name, every(open, compared(begins(ONE), "=", day), *further), BOOLEAN
        )

    def was(self, values: terms.Term, first: terms.Term, last: terms.Term, among: terms.Term) -> terms.Term:
        """Whether the word that holds on some day of a stretch is one of several.

        It is looked at on the first day, and on each day of the stretch on which anything changes: where one begins,
        and where one is over and what holds is another one again. What cannot lie in the stretch is left out first, so
        that of records of other times nothing has to be known.

        Args:
            values: the words, a list.
            first: the first day.
            last: the last day.
            among: the standings, gathered already.
        """

        def on(day: terms.Term) -> terms.Term:
            found = terms.Variable("#word", _WORD)
            body = every(exists(found), terms.Among(found, values, BOOLEAN))
            return terms.Let(found.name, self.on(day, among), body, BOOLEAN)

        ends_later = terms.AnyOf((negated(exists(ends(_BEGUN))), compared(first, "<", end(_BEGUN))), BOOLEAN)
        begun = every(
            compared(begins(_BEGUN), "<=", last),
            ends_later,
            terms.Among(value(_BEGUN), values, BOOLEAN),
            compared(first, "<", begins(_BEGUN)),
            on(begins(_BEGUN)),
        )
        over = every(
            exists(ends(_BEGUN)),
            compared(begins(_BEGUN), "<", last),
            compared(end(_BEGUN), "<=", last),
            compared(first, "<", end(_BEGUN)),
            on(end(_BEGUN)),
        )
        changed = terms.Quantified("some", among, _BEGUN.name, terms.AnyOf((begun, over), BOOLEAN), BOOLEAN)
        return every(compared(first, "<=", last), terms.AnyOf((on(first), changed), BOOLEAN))

    def _surely(self, day: terms.Term, among: terms.Term) -> terms.Term:
        """The first day of the last of those that hold on a day for certain: whatever began before it is replaced."""
        ongoing = every(compared(begins(_HELD), "<=", day), negated(_over(day)))
        sure = terms.Select(among, _HELD.name, terms.IfUnknown(ongoing, _FALSE, BOOLEAN), _STANDINGS)
        return terms.Aggregate("max", _each(sure, begins(_HELD), _DATE), _DATE)

    def _held(self, day: terms.Term, among: terms.Term, *, replaced: bool = True) -> terms.Term:
        """Those that hold on a day; without those that are replaced, it does not matter whether those are over.

        Args:
            day: the day.
            among: the standings.
            replaced: whether those are among them that are replaced by a later one for certain, as `_SURE` says.
        """
        conditions = [compared(begins(_HELD), "<=", day), negated(_over(day))]
        if not replaced:
            conditions.append(negated(terms.IfUnknown(compared(begins(_HELD), "<", _SURE), _FALSE, BOOLEAN)))
        return terms.Select(among, _HELD.name, every(*conditions), _STANDINGS)

    def _over_records(self, present: terms.Term, day: terms.Term, among: terms.Term) -> terms.Term:
        """The same where several records have to be looked at: one by one only if some are over, or not known."""
        other = every(negated(compared(value(_OTHER), "=", present)), compared(begins(_OTHER), "<=", day))
        others = terms.Select(among, _OTHER.name, terms.IfUnknown(other, _FALSE, BOOLEAN), _STANDINGS)
        latest = terms.Aggregate("max", _each(others, begins(_HELD), _DATE), _DATE)
        some = compared(terms.Aggregate("count", others, t.Integer()), ">", terms.Value(0, t.Integer()))
        after_it = compared(begins(_OTHER), ">", _LATEST)
        at_once = every(compared(begins(_OTHER), "=", _LATEST), compared(value(_OTHER), "=", present))
        open = every(
            terms.Known(value(_OTHER), BOOLEAN),
            terms.Known(begins(_OTHER), BOOLEAN),
            negated(every(exists(ends(_OTHER)), compared(end(_OTHER), "<=", day))),
        )
        added = terms.Quantified("every", among, _OTHER.name, every(open, negated(at_once)), BOOLEAN)
        added_alone = terms.IfUnknown(added, _FALSE, BOOLEAN)
        following = terms.Select(among, _OTHER.name, every(after_it, compared(begins(_OTHER), "<=", day)), _STANDINGS)
        first = terms.Aggregate("min", _each(following, begins(_HELD), _DATE), _DATE)
        found = choice(added_alone, first, self._by_changes(present, day, among))
        # Before all days there is no other one.
        since_other = choice(some, latest, terms.Value(dt.date.min, _DATE))
        return terms.Let(_LATEST.name, since_other, found, _DATE)

    def _by_changes(self, present: terms.Term, day: terms.Term, among: terms.Term) -> terms.Term:
        """The last day on which that word came to hold, among all days of changes since another one began."""
        both = terms.Items((begins(_HELD), choice(exists(ends(_HELD)), end(_HELD), begins(_HELD))), _DATES)
        days = terms.Each(among, _HELD.name, both, True, _DATES)
        entered = every(
            compared(_CHANGE, "<=", day),
            terms.IfUnknown(compared(_CHANGE, ">", _LATEST), TRUE, BOOLEAN),
            _is(self.on(_CHANGE, among), present),
            negated(_is(self.on(shifted(_CHANGE, "-", _ONE_DAY), among), present)),
        )
        changes = terms.Aggregate("distinct", days, _DATES)
        return terms.Aggregate("max", terms.Select(changes, _CHANGE.name, entered, _DATES), _DATE)


def _over(day: terms.Term) -> terms.Term:
    """Whether one is over by a day."""
    # On its first day one holds, whatever its end may be; and what has ended had begun, whenever that was.
    begun_before = terms.IfUnknown(compared(begins(_HELD), "<", day), TRUE, BOOLEAN)
    return every(exists(ends(_HELD)), begun_before, compared(end(_HELD), "<=", day))


def value(standing: terms.Term) -> terms.Term:
    """The word that is recorded."""
    return terms.FieldOf(standing, "value", _TEXT)


def begins(standing: terms.Term) -> terms.Term:
    """The first day of a standing."""
    return terms.FieldOf(standing, "valid_from", _DATE)


def ends(standing: terms.Term) -> terms.Term:
    """The first day after a standing, none while it goes on."""
    return terms.FieldOf(standing, "valid_to", t.Maybe(_DATE))


def end(standing: terms.Term) -> terms.Term:
    """The same where it is there."""
    return terms.FieldOf(standing, "valid_to", _DATE)


def _is(word: terms.Term, present: terms.Term) -> terms.Term:
    """Whether a word that may be absent is another one."""
    found = terms.Variable("#word", _WORD)
    return terms.Let(found.name, word, every(exists(found), compared(found, "=", present)), BOOLEAN)


def _each(records: terms.Term, body: terms.Term, item: t.Type) -> terms.Term:
    return terms.Each(records, _HELD.name, body, False, t.ListOf(item))
