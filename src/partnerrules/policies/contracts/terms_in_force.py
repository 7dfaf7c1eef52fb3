"""The term of a contract: until when it is in force, by when notice is given, by when a breach is cured.

The last day in force is the day before the end. Notice counts on or before the day that lies the period of notice
before it; later notice ends the next term. A breach is cured in time up to its last day; from the day after it the
contract can be terminated.
"""

from dataclasses import dataclass
from typing import Final

from partnerrules.decisions.basis import NOT_APPLICABLE
from partnerrules.decisions.contracts import STATES
from partnerrules.language import terms
from partnerrules.language.building import ONE_DAY, shifted
from partnerrules.language.checker import Checked
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.form_reader import Item
from partnerrules.plan.nodes import Column
from partnerrules.policies.computing import compared, every, exists, first_reason, negated
from partnerrules.policies.contracts import columns
from partnerrules.policies.contracts.reading import Papers
from partnerrules.policies.kind import checked_expression
from partnerrules.policies.periods import period_of
from partnerrules.quantities import DAYS
from partnerrules.schema import types as t

_DAY: Final = t.Date()
_MAYBE: Final = t.Maybe(_DAY)
_NO_DAY: Final = terms.Value(None, _MAYBE)
_TODAY: Final = terms.Today(_DAY)
_FALSE: Final = terms.Value(False, BOOLEAN)
_TERMINABLE: Final = "terminable"
OUTPUTS: Final[dict[str, t.Type]] = {
    columns.STATE: t.Enumeration((*STATES, NOT_APPLICABLE)),
    **dict.fromkeys(columns.DAYS, _MAYBE),
}
"""What other policies see of the term of a contract."""


@dataclass(frozen=True, slots=True)
class _Written:
    """What a policy says of the term of a contract."""

    start: terms.Term
    end: terms.Term
    renews: terms.Term | None
    renews_for: terms.Term | None
    notice: terms.Term | None
    notice_given: terms.Term | None
    cure: terms.Term | None
    breach_notified: terms.Term | None
    cured: terms.Term | None


def read_term(papers: Papers, item: Item) -> tuple[Column, ...]:
    """The check that no contract can be terminated for a breach, and the columns that say until when it is in force."""
    check, asked = papers.new("term", item), papers.asked(item)
    if asked is None:
        return ()
    written = _written(papers, item, asked[1])
    if written is None or check is None:
        return ()
    made = _Made(written, asked[0])
    papers.faulty(check, asked[0], terms.ColumnOf(_TERMINABLE, BOOLEAN))
    return made.columns()


def _written(papers: Papers, item: Item, present: frozenset[terms.Term]) -> _Written | None:
    before = papers.context.report.errors

    def day(key: str, *, may_be_absent: bool = True) -> terms.Term | None:
        found = papers.typed(item, key, f"`{key}` is a date", (t.Date,), present, may_be_absent=may_be_absent)
        return None if found is None else found.term

    def period(key: str) -> terms.Term | None:
        written = item.expression(key)
        found: Checked | None = checked_expression(written, papers.context, papers.named, present)
        if found is None or written is None:
            return None
        papers.depth = max(papers.depth, found.depth)
        wanted = f"`{key}` is a period of days or months"
        suits = period_of(found, written.span, wanted, papers.context, elapsed=False)
        return None if suits is None else found.term

    renews = None
    if "renews" in item.keys:
        asked = papers.condition(item, "renews", present)
        renews = None if asked is None else asked.term
    start, end = day("from", may_be_absent=False), day("to")
    found = (
        period("renews_for"),
        period("notice"),
        day("notice_given"),
        period("cure"),
        day("breach_notified"),
        day("cured"),
    )
    if start is None or end is None or papers.context.report.errors > before:
        return None
    return _Written(start, end, renews, *found)


@dataclass(frozen=True, slots=True)
class _Case:
    """What comes of one way in which a contract may end: at its end, by notice, or not at all as far as is known.

    Attributes:
        over: whether it has ended.
        renewed: whether a term has followed the first one.
        days: the days but the last one, in the order of the outputs.
    """

    over: terms.Term
    renewed: terms.Term
    days: tuple[terms.Term, ...]


class _Made:
    """Makes the columns of one term out of what is written; each uses those before it."""

    def __init__(self, written: _Written, asked: terms.Term) -> None:
        self.written = written
        self.asked = asked
        self.made: list[Column] = []

    def add(self, name: str, term: terms.Term, type: t.Type | None = None) -> terms.Term:
        self.made.append(Column(name, term))
        return terms.ColumnOf(name, term.type if type is None else type)

    def columns(self) -> tuple[Column, ...]:
        """The columns, the outputs last."""
        written = self.written
        to = self.add("end of the first term", written.end)
        given = self._noticed()
        fixed = self._ending(to)
        renews: terms.Term = _FALSE
        if written.renews is not None:
            renews = self.add("goes on at its end", written.renews)
            fixed = _chosen(renews, self._renewing(to, given), fixed)
        # Each day is chosen by itself: what all ways have in common is certain.
        found = _chosen(self.add("has an end", exists(to)), fixed, self._unlimited(given))
        over = self.add("has ended", found.over)
        cure_by = self._breached(over)
        state = first_reason(
            (
                (over, "ended"),
                (compared(written.start, ">", _TODAY), "to_come"),
                (terms.ColumnOf(_TERMINABLE, BOOLEAN), "terminable"),
                (found.renewed, "renewed"),
            ),
            terms.Value("running", t.Maybe(t.Text())),
        )
        kind = OUTPUTS[columns.STATE]
        self.made.append(Column(columns.STATE, terms.If(self.asked, state, terms.Value(NOT_APPLICABLE, kind), kind)))
        for name, term in zip(columns.DAYS, (*found.days, cure_by), strict=True):
            self.made.append(Column(name, _day_if(self.asked, term)))
        return tuple(self.made)

    def _noticed(self) -> terms.Term | None:
        """The day on which notice was given, if it was by today."""
        if self.written.notice_given is None:
            return None
        day = self.add("day of notice", self.written.notice_given)
        given = every(exists(day), compared(day, "<=", _TODAY))
        return self.add("notice", _day_if(given, day), _MAYBE)

    def _ending(self, to: terms.Term) -> _Case:
        """A contract that ends at its end, whatever notice is given."""
        last = _before(to)
        return _Case(compared(to, "<=", _TODAY), _FALSE, (last, _NO_DAY, _NO_DAY, last))

    def _unlimited(self, given: terms.Term | None) -> _Case:
        """A contract without an end: notice ends it when its period is over."""
        if given is None or self.written.notice is None:
            return _Case(_FALSE, _FALSE, (_NO_DAY,) * 4)
        last = self.add("last day by notice", _day_if(exists(given), shifted(given, "+", self.written.notice)), _MAYBE)
        over = every(exists(last), compared(last, "<", _TODAY))
        return _Case(over, _FALSE, (last, _NO_DAY, _NO_DAY, last))

    def _renewing(self, to: terms.Term, given: terms.Term | None) -> _Case:
        """A contract that goes on term by term, until the end of the term that notice is in time for."""
        notice = self.written.notice
        current = self.add("end of the current term", self._end_of_term(to, _TODAY))
        final: terms.Term = _NO_DAY
        if given is not None and notice is not None:
            final = self.add("end by notice", _day_if(exists(given), self._noticed_end(to, given, notice)), _MAYBE)
        earlier = every(exists(final), compared(final, "<", current))
        end = self.add("end of the term", _either(earlier, final, current))
        last_notice: terms.Term = _NO_DAY
        going_on = _before(current)
        if notice is not None:
            last_notice = shifted(_before(end), "-", notice)
            going_on = _before(self._noticed_end(to, _TODAY, notice))
        settled = every(exists(final), compared(final, "<=", current))
        return _Case(
            every(exists(final), compared(final, "<=", _TODAY)),
            compared(to, "<=", _TODAY),
            (
                _before(end),
                last_notice,
                _either(settled, _NO_DAY, current),
                _either(exists(final), _before(final), going_on),
            ),
        )

    def _noticed_end(self, to: terms.Term, given: terms.Term, notice: terms.Term) -> terms.Term:
        """The end of the first term whose last day for notice is not before the day of it."""
        first = self._end_of_term(to, shifted(given, "+", notice))
        # Counted back from the end of a month, a period of months may begin a little earlier than counted forward.
        in_time = compared(shifted(_before(first), "-", notice), ">=", given)
        return _either(in_time, first, self._end_of_term(to, first))

    def _end_of_term(self, to: terms.Term, day: terms.Term) -> terms.Term:
        """The first day after the term in which a day lies, of a contract that goes on."""
        if self.written.renews_for is None:
            return terms.Apply("end_of_term", (self.written.start, to, day), _DAY)
        period = self.written.renews_for
        # Days are counted in days, also where so many of them happen to lead to the same day of a later month.
        in_days = terms.Value(isinstance(period.type, t.Quantity) and period.type.dimension == DAYS, BOOLEAN)
        further = terms.Apply("end_of_term", (to, shifted(to, "+", period), day, in_days), _DAY)
        return terms.If(compared(day, "<", to), to, further, _DAY)

    def _breached(self, over: terms.Term) -> terms.Term:
        """The last day to cure a breach, with the column that says whether the contract can be terminated for it."""
        written = self.written
        if written.cure is None or written.breach_notified is None or written.cured is None:
            self.add(_TERMINABLE, terms.Value(False, BOOLEAN))
            return _NO_DAY
        day, cured = self.add("breach notified", written.breach_notified), self.add("cured on", written.cured)
        breached = every(exists(day), compared(day, "<=", _TODAY))
        cure_by = self.add("cure by", _day_if(breached, shifted(day, "+", written.cure)), _MAYBE)
        # What was put right before the breach was notified was another one.
        in_time = every(
            exists(cured), compared(day, "<=", cured), compared(cured, "<=", _TODAY), compared(cured, "<=", cure_by)
        )
        late = every(exists(cure_by), compared(_TODAY, ">", cure_by))
        self.add(_TERMINABLE, every(late, negated(in_time), negated(over)))
        return cure_by


def _chosen(condition: terms.Term, then: _Case, otherwise: _Case) -> _Case:
    """One of two ways in which a contract may end."""
    return _Case(
        terms.If(condition, then.over, otherwise.over, BOOLEAN),
        terms.If(condition, then.renewed, otherwise.renewed, BOOLEAN),
        tuple(_either(condition, *pair) for pair in zip(then.days, otherwise.days, strict=True)),
    )


def _either(condition: terms.Term, then: terms.Term, otherwise: terms.Term) -> terms.Term:
    """One of two days, of which each may be none."""
    return terms.If(condition, then, otherwise, _MAYBE)


def _day_if(condition: terms.Term, day: terms.Term) -> terms.Term:
    return terms.If(condition, day, _NO_DAY, _MAYBE)


def _before(day: terms.Term) -> terms.Term:
    return shifted(day, "-", ONE_DAY)
