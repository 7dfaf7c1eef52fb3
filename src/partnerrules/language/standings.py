"""What is recorded of a partner: the standing that holds on a day, and since when it has held without a break.

A standing holds on its days, and of several the one that began last. So a history can be kept by adding to it alone:
nothing has to be closed when the next standing begins. Two different ones that begin on one day leave it unknown.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from partnerrules.language import terms
from partnerrules.language.building import choice, compared, every, exists, negated, shifted
from partnerrules.language.checking import BOOLEAN
from partnerrules.quantities import DAYS
from partnerrules.schema import types as t

STANDING: Final = t.Record("standing")
_STANDINGS: Final = t.ListOf(STANDING)
_DATE: Final = t.Date()
_DATES: Final = t.ListOf(_DATE)
_TEXT: Final = t.Text()
_WORD: Final = t.Maybe(_TEXT)
_ONE_DAY: Final = terms.Value(Decimal(1), t.Quantity(DAYS))

_HELD: Final = terms.Variable("#held", STANDING)
_OTHER: Final = terms.Variable("#other", STANDING)
_BEGUN: Final = terms.Variable("#begun", STANDING)
_CHANGE: Final = terms.Variable("#change", _DATE)
_VALUE: Final = terms.Variable("#value", _TEXT)
_BEGIN: Final = terms.Variable("#begin", _DATE)
_LAST: Final = terms.Variable("#last", _DATE)


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
        held = self._held(day, self.all if among is None else among)
        last = terms.Aggregate("max", _each(held, begins(_HELD), _DATE), _DATE)
        latest = terms.Select(held, _OTHER.name, compared(begins(_OTHER), "=", _LAST), _STANDINGS)
        words = terms.Aggregate("distinct", _each(latest, value(_HELD), _TEXT), t.ListOf(_TEXT))
        # Of one word the latest is that word, and of several none is: it is a tie, which says of what.
        only = terms.Pick("latest", 1, words, _VALUE.name, terms.Value(0, t.Integer()), _WORD)
        empty = compared(terms.Aggregate("count", held, t.Integer()), "=", terms.Value(0, t.Integer()))
        return choice(empty, terms.Value(None, _WORD), terms.Let(_LAST.name, last, only, _WORD))

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
        later = every(compared(begins(_OTHER), ">", _BEGIN), compared(begins(_OTHER), "<=", day))
        some_later = terms.Quantified("some", all, _OTHER.name, later, BOOLEAN)
        before = _is(self.on(shifted(_BEGIN, "-", _ONE_DAY), all), present)
        plain = negated(terms.AnyOf((some_later, before), BOOLEAN))
        return terms.Let(_BEGIN.name, begin, choice(plain, _BEGIN, self._by_changes(present, day, all)), _DATE)

    def _held(self, day: terms.Term, among: terms.Term) -> terms.Term:
        """Those that hold on a day."""
        over = every(exists(ends(_HELD)), compared(end(_HELD), "<=", day))
        return terms.Select(among, _HELD.name, every(compared(begins(_HELD), "<=", day), negated(over)), _STANDINGS)

    def _by_changes(self, present: terms.Term, day: terms.Term, among: terms.Term) -> terms.Term:
        """The last day on which that word came to hold, among all days on which anything changed."""
        both = terms.Items((begins(_HELD), choice(exists(ends(_HELD)), end(_HELD), begins(_HELD))), _DATES)
        days = terms.Each(among, _HELD.name, both, True, _DATES)
        entered = every(
            compared(_CHANGE, "<=", day),
            _is(self.on(_CHANGE, among), present),
            negated(_is(self.on(shifted(_CHANGE, "-", _ONE_DAY), among), present)),
        )
        changes = terms.Aggregate("distinct", days, _DATES)
        return terms.Aggregate("max", terms.Select(changes, _CHANGE.name, entered, _DATES), _DATE)


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
