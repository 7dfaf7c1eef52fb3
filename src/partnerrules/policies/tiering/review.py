"""Reviews: how the recorded grade of a partner follows what another policy finds, and when it may change.

Between reviews the recorded grade answers. A review looks at what the other policy gave on the day of the review, so
that it does not matter on which later day it is asked for. What changes goes back as a fact, a standing.
"""

from dataclasses import dataclass
from functools import partial
from typing import Final

from partnerrules.decisions.basis import NOT_APPLICABLE
from partnerrules.decisions.tiering import NO_GRADE
from partnerrules.language import syntax as s
from partnerrules.language import terms
from partnerrules.language.building import shifted
from partnerrules.language.checker import check_expression
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.form_reader import Item, Word
from partnerrules.language.names import SUBJECT
from partnerrules.language.standings import Standings, begins
from partnerrules.language.syntax import PeriodUnit
from partnerrules.plan.nodes import OUTCOME, Column, Let, Plan
from partnerrules.policies.kind import Context, Head, Lowered, checked_expression, lowered_head
from partnerrules.policies.periods import period_of
from partnerrules.policies.tiering import columns
from partnerrules.policies.tiering.forms import ANY_TIME, NEVER
from partnerrules.policies.tiering.review_reading import follows, former_names, kept_grades
from partnerrules.policies.tiering.reviewed import Reviewing, review_points, review_reached, review_result
from partnerrules.schema import types as t

_UNITS: Final[dict[str, PeriodUnit]] = {"monthly": "month", "quarterly": "quarter", "yearly": "year"}
_TEXT: Final = t.Text()
_DATE: Final = t.Date()
_NUMBER: Final = t.Integer()


def lower_review(name: Word, item: Item, context: Context) -> Lowered | None:
    """The plan of a policy that keeps a grade, or None after a fault.

    Scan the partners; what is recorded; what the other policy gives now and gave on the days of the reviews; which of
    them is better; and whether a better or a lower one takes effect.
    """
    head = lowered_head(item, context)
    grades = kept_grades(item, context)
    kind = item.word("standing")
    for key in ("grades", "standing"):
        if key not in item.keys:
            context.report.error(
                "missing-key",
                f"`review_of` needs the key `{key}` beside it",
                item.keys["review_of"],
                help="write the grades, highest first: `grades: [gold, silver]`"
                if key == "grades"
                else "write the kind of standing that is recorded, such as `standing: grade`",
            )
    if head is None or grades is None or kind is None or not follows(name, item, head, grades, context):
        return None
    written = _Written(head, context, item)
    periods = {key: written.period(key) for key in ("hold", "minimum_tenure", "grace")}
    if any(periods[key] is None and key in item.keys for key in periods):
        return None
    recorded, since = (written.standing(function, kind) for function in ("standing", "standing_since"))
    renamed = former_names(item, grades, context)
    if recorded is None or since is None or renamed is None:
        return None
    for former, grade in renamed.items():
        called = terms.All((terms.Exists(recorded, BOOLEAN), _is(recorded, former)), BOOLEAN)
        recorded = terms.If(called, terms.Value(grade, _TEXT), recorded, recorded.type)
    asked = item.word("review_of")
    assert asked is not None
    outcome = terms.OutcomeOf(asked.text, written.partner, OUTCOME, _TEXT)
    promote, demote = item.text("promote") or ANY_TIME, item.text("demote") or ANY_TIME
    today = terms.Today(_DATE)
    grace = periods["grace"]
    last = today if grace is None else shifted(today, "-", grace)
    promotion, demotion = _review_day(promote, today), _review_day(demote, last)
    best = tuple(grades)
    computed = [
        Column(columns.TODAY, today),
        Column(columns.RECORDED, recorded),
        Column(columns.SINCE, since),
        Column(columns.FOUND_NOW, outcome),
        Column(columns.PROMOTION, promotion),
        Column(columns.DEMOTION, demotion),
        Column(columns.FOUND_UP, outcome if promote in (ANY_TIME, NEVER) else _as_of(outcome, columns.PROMOTION)),
        Column(
            columns.FOUND_DOWN,
            outcome if demote in (ANY_TIME, NEVER) and grace is None else _as_of(outcome, columns.DEMOTION),
        ),
        Column(columns.HAS_GRADE, _is_grade(columns.RECORDED, best)),
        Column(columns.OWN, _order(columns.RECORDED, best)),
        Column(columns.UP, _order(columns.FOUND_UP, best)),
        Column(columns.DOWN, _order(columns.FOUND_DOWN, best)),
        Column(columns.NOW, _order(columns.FOUND_NOW, best)),
    ]
    computed.append(Column(columns.EFFECT, _effect(grace)))
    found: terms.Term = _number(columns.DOWN)
    if grace is not None:  # What is reached on the day when the grace is over may be better, on whichever day one asks.
        by_then = _number(columns.BY_THEN)
        computed.append(Column(columns.FOUND_BY_THEN, _as_of(outcome, columns.EFFECT)))
        computed.append(Column(columns.BY_THEN, _order(columns.FOUND_BY_THEN, best)))
        found = terms.If(terms.Comparison("<", by_then, found, BOOLEAN), by_then, found, _NUMBER)
        computed += [
            Column(columns.PENDING, _review_day(demote, today)),
            Column(columns.FOUND_PENDING, _as_of(outcome, columns.PENDING)),
            Column(columns.DOWN_PENDING, _order(columns.FOUND_PENDING, best)),
            Column(columns.PENDING_UNTIL, shifted(_date(columns.PENDING), "+", grace)),
        ]
    computed.append(Column(columns.LOWERED, found))
    for column, held in ((columns.HELD_UNTIL, periods["hold"]), (columns.RAISED_FROM, periods["minimum_tenure"])):
        if held is not None:
            computed.append(Column(column, shifted(_date(columns.SINCE), "+", held)))
    computed += [
        Column(columns.recorded_after(day), written.recorded_after(day, kind))
        for day in (columns.TODAY, columns.PROMOTION, columns.DEMOTION)
    ]
    computed += _Steps(promote, demote, len(best), periods["hold"], periods["minimum_tenure"]).weighed()
    computed.append(Column(columns.NEXT_PROMOTION, _next_day(promote, today)))
    computed.append(Column(columns.NEXT_DEMOTION, _next_day(demote, today)))
    kept: terms.Term = terms.Value(NO_GRADE, _TEXT)
    for place, grade in reversed(list(enumerate(best))):
        there = terms.Comparison("=", _number(columns.PLACE_THEN), terms.Value(place, _NUMBER), BOOLEAN)
        kept = terms.If(there, terms.Value(grade, _TEXT), kept, _TEXT)
    graded = terms.Comparison("<", _number(columns.NOW), terms.Value(len(best), _NUMBER), BOOLEAN)
    new = terms.All((graded, _untouched(columns.TODAY)), BOOLEAN)
    first = terms.If(new, _text(columns.FOUND_NOW), terms.Value(NO_GRADE, _TEXT), _TEXT)
    computed.append(Column(OUTCOME, terms.If(_true(columns.HAS_GRADE), kept, first, _TEXT)))
    given = context.environment.policies[asked.text].columns[OUTCOME]
    others = set(given.values if isinstance(given, t.Enumeration) else ()) - {*best, NOT_APPLICABLE}
    reviewing = Reviewing(asked.text, best, kind.text, promote, demote, bool(others) and "when" not in item)
    return Lowered(
        plan=Plan((head.entity,), Let(head.node, tuple(computed))),
        reference_date=head.reference_date,
        depth=head.depth,
        points=review_points(reviewing),
        reached=partial(review_reached, reviewing),
        result=partial(review_result, reviewing),
    )


# ------------------------------------------------------------------------------------------------------------- reading


@dataclass(frozen=True, slots=True)
class _Written:
    """What the keys of a review are read with."""

    head: Head
    context: Context
    item: Item

    @property
    def partner(self) -> terms.Term:
        """The partner that is reviewed."""
        return terms.Follow(terms.Variable(SUBJECT, t.Record("partner")), t.Record("partner"))

    def period(self, key: str) -> terms.Term | None:
        """An amount of days or months, or None after a fault or where it is left out."""
        written = self.item.expression(key)
        checked = checked_expression(written, self.context, {})
        if checked is None or written is None:
            return None
        kind = period_of(checked, written.span, "this is a number of days or months", self.context, elapsed=False)
        return None if kind is None else checked.term

    def standing(self, function: str, kind: Word) -> terms.Term | None:
        """What is recorded of the partner on the day of the decision."""
        at = kind.span
        arguments = (s.Name(SUBJECT, at), s.String(kind.text, at), s.Name("today", at))
        tree = s.Call(function, arguments, at, at)
        checked = check_expression(tree, self.context.environment, self.context.report, named=self.head.named)
        return None if isinstance(checked.type, t.Anything) else checked.term

    def recorded_after(self, day: str, kind: Word) -> terms.Term:
        """Whether a standing of the kind begins on a day or later, up to the day of the decision.

        It is the later word of the two, and one that begins on the same day would be a tie.
        """
        other = terms.Variable("#other", t.Record("standing"))
        begun = Standings(self.partner, terms.Value(kind.text, _TEXT)).begun(terms.Today(_DATE))
        later = terms.Comparison(">=", begins(other), _date(day), BOOLEAN)
        return terms.Quantified("some", begun, other.name, later, BOOLEAN)


# --------------------------------------------------------------------------------------------------------------- terms


def _is(value: terms.Term, word: str) -> terms.Term:
    return terms.Comparison("=", value, terms.Value(word, _TEXT), BOOLEAN)


def _text(column: str) -> terms.Term:
    return terms.ColumnOf(column, _TEXT)


def _date(column: str) -> terms.Term:
    return terms.ColumnOf(column, _DATE)


def _number(column: str) -> terms.Term:
    return terms.ColumnOf(column, _NUMBER)


def _true(column: str) -> terms.Term:
    return terms.ColumnOf(column, BOOLEAN)


def _as_of(item: terms.Term, day: str) -> terms.Term:
    """A value as it was when a day began."""
    return terms.AtMoment(item, _date(day), item.type)


def _review_day(review: str, day: terms.Term) -> terms.Term:
    """The last review up to a day; the day itself where there is no calendar."""
    return day if review in (ANY_TIME, NEVER) else _edge("start", review, day)


def _next_day(review: str, day: terms.Term) -> terms.Term:
    """The next review after a day, none where there is no calendar."""
    maybe = t.Maybe(_DATE)
    return terms.Value(None, maybe) if review in (ANY_TIME, NEVER) else _edge("end", review, day)


def _edge(edge: str, review: str, day: terms.Term) -> terms.Term:
    fiscal = review.startswith("fiscal ")
    return terms.EdgeOf(
        "start" if edge == "start" else "end", _UNITS[review.removeprefix("fiscal ")], fiscal, day, _DATE
    )


def _is_grade(column: str, grades: tuple[str, ...]) -> terms.Term:
    """Whether a word is one of the grades; one that is absent is none."""
    items = tuple(terms.Value(grade, _TEXT) for grade in grades)
    among = terms.Among(_text(column), terms.Items(items, t.ListOf(_TEXT)), BOOLEAN)
    there = terms.Exists(terms.ColumnOf(column, t.Maybe(_TEXT)), BOOLEAN)
    return terms.All((there, among), BOOLEAN)


def _order(column: str, grades: tuple[str, ...]) -> terms.Term:
    """The place of a grade among all, the highest being 0; as many as there are for what is none of them."""
    found: terms.Term = terms.Value(len(grades), _NUMBER)
    for place, grade in reversed(list(enumerate(grades))):
        found = terms.If(_is_grade(column, (grade,)), terms.Value(place, _NUMBER), found, _NUMBER)
    return found


def _effect(grace: terms.Term | None) -> terms.Term:
    """The day from which a lower grade is given."""
    review = _date(columns.DEMOTION)
    return review if grace is None else shifted(review, "+", grace)


@dataclass(frozen=True, slots=True)
class _Steps:
    """The two changes that may be due, a promotion and a demotion, in the order of their days.

    Both are weighed one after the other, so that it makes no difference whether the first of them was recorded before
    the second one was due.

    Attributes:
        promote: when a better grade is given.
        demote: when a lower grade is given.
        count: how many grades there are.
        hold: how long a grade is safe from being lowered.
        tenure: how long a grade is held before it is raised.
    """

    promote: str
    demote: str
    count: int
    hold: terms.Term | None
    tenure: terms.Term | None

    def weighed(self) -> list[Column]:
        """The place of the grade after both, and since when it is held."""
        recorded = columns.Held(columns.OWN, columns.SINCE)
        first = terms.Comparison("<=", _date(columns.PROMOTION), _date(columns.EFFECT), BOOLEAN)
        down, up = columns.DEMOTED_THEN, columns.PROMOTED_THEN
        return [
            *self._promotion(recorded, columns.IF_PROMOTED),
            *self._demotion(columns.IF_PROMOTED, down),
            *self._demotion(recorded, columns.IF_DEMOTED),
            *self._promotion(columns.IF_DEMOTED, up),
            Column(columns.PROMOTION_FIRST, first),
            Column(columns.PLACE_THEN, terms.If(first, _number(down.place), _number(up.place), _NUMBER)),
            Column(columns.SINCE_THEN, terms.If(first, _date(down.since), _date(up.since), _DATE)),
        ]

    def _promotion(self, before: columns.Held, after: columns.Held) -> list[Column]:
        # The highest grade cannot be raised, whatever is found, and so for the lowest one below.
        below = terms.Comparison("<", terms.Value(0, _NUMBER), _number(before.place), BOOLEAN)
        due = [below, _less(columns.UP, before.place), *_after(columns.PROMOTION, before.since, self.tenure)]
        return _changed(self.promote, due, before, after, (_number(columns.UP), _date(columns.PROMOTION)))

    def _demotion(self, before: columns.Held, after: columns.Held) -> list[Column]:
        above = terms.Comparison("<", _number(before.place), terms.Value(self.count - 1, _NUMBER), BOOLEAN)
        # What the other policy gives may be no grade at all, which lowers nothing.
        graded = terms.Comparison("<", _number(columns.DOWN), terms.Value(self.count, _NUMBER), BOOLEAN)
        lower = (_less(before.place, columns.DOWN), _less(before.place, columns.LOWERED))
        due = [above, graded, *lower, *_after(columns.DEMOTION, before.since, self.hold)]
        return _changed(self.demote, due, before, after, (_number(columns.LOWERED), _date(columns.EFFECT)))


def _changed(
    review: str,
    due: list[terms.Term],
    before: columns.Held,
    after: columns.Held,
    change: tuple[terms.Term, terms.Term],
) -> list[Column]:
    """Place and first day of a grade after a change, if it is due."""
    place, since = _number(before.place), _date(before.since)
    if review == NEVER:
        return [Column(after.place, place), Column(after.since, since)]
    all_due = terms.All(tuple(due), BOOLEAN)
    return [
        Column(after.place, terms.If(all_due, change[0], place, _NUMBER)),
        Column(after.since, terms.If(all_due, change[1], since, _DATE)),
    ]


def _less(one: str, other: str) -> terms.Term:
    return terms.Comparison("<", _number(one), _number(other), BOOLEAN)


def _after(day: str, since: str, held: terms.Term | None) -> list[terms.Term]:
    """That a review comes after the grade began, and late enough. A grade that began on its day was given by it."""
    began = _date(since)
    found: list[terms.Term] = [terms.Comparison("<", began, _date(day), BOOLEAN), _untouched(day)]
    if held is not None:
        found.append(terms.Comparison("<=", shifted(began, "+", held), _date(day), BOOLEAN))
    return found


def _untouched(day: str) -> terms.Term:
    """That nothing was recorded from a day on."""
    return terms.Not(_true(columns.recorded_after(day)), BOOLEAN)
