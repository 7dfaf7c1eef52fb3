"""The meaning of terms that compute: arithmetic, time, functions, and the names of a ruleset."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final

import partnerrules.quantities as q
from partnerrules.backends.conversions import CONVERTING
from partnerrules.backends.periods import edge, window
from partnerrules.backends.surroundings import (
    TOO_LONG,
    Meaning,
    Surroundings,
    Variables,
    divided,
    evaluate,
    number,
    operand,
    unknown_of,
)
from partnerrules.backends.values import Beyond, Members
from partnerrules.facts import Row
from partnerrules.language import terms
from partnerrules.language.functions import FUNCTIONS, Civil, Kernel
from partnerrules.language.names import SUBJECT
from partnerrules.plan.stretches import Stretch
from partnerrules.schema.missing import Unknown


def _calculation(term: terms.Calculation, around: Surroundings, variables: Variables) -> object:
    left, right = operand(term.left, around, variables), operand(term.right, around, variables)
    unknown = unknown_of(left, right)
    if unknown is not None:
        return unknown
    try:
        return calculated(term, left, right, around)
    except q.NumberTooLong:
        return TOO_LONG
    except OverflowError:
        return _outside(term, left, right, around)


def _outside(term: terms.Calculation, moment: object, amount: object, around: Surroundings) -> Unknown:
    """What is known of a moment that lies outside of the calendar: mostly past which of its ends."""
    unknown = Unknown.because("calendar")
    calendar = around.calendar
    if term.kind != "shift-business-days" or calendar is None:
        return unknown
    count = number(amount) if term.operator == "+" else number(amount).copy_negate()
    if count != int(count) or not isinstance(moment, dt.date):
        return unknown
    instant = isinstance(moment, dt.datetime)
    end = calendar.beyond(_date_of(around, moment) if isinstance(moment, dt.datetime) else moment, int(count))
    if end is None:
        return unknown
    edge = q.local_instant(end, dt.time.min, around.zone) if instant else end
    return Beyond(unknown.missing, least=edge) if count > 0 else Beyond(unknown.missing, below=edge)


def calculated(term: terms.Calculation, left: object, right: object, around: Surroundings) -> object:
    match term.kind, term.operator:
        case "number", "+":
            return q.add(number(left), number(right))
        case "number", "-":
            return q.subtract(number(left), number(right))
        case "number", "*":
            return q.multiply(number(left), number(right))
        case "number", "/":
            return divided(left, right)
        case ("shift-days" | "shift-months" | "shift-business-days" | "shift-elapsed") as kind, operator:
            amount = number(right) if operator == "+" else number(right).copy_negate()
            return _shifted(left, kind, amount, around)
        case "days-between", _:
            assert isinstance(left, dt.date)
            assert isinstance(right, dt.date)
            return Decimal((left - right).days)
        case _:
            assert isinstance(left, dt.datetime)
            assert isinstance(right, dt.datetime)
            elapsed = left - right
            return Decimal(elapsed.days * 86_400 + elapsed.seconds) + Decimal(elapsed.microseconds).scaleb(-6)


def _shifted(moment: object, kind: str, amount: Decimal, around: Surroundings) -> object:
    if kind == "shift-elapsed":
        assert isinstance(moment, dt.datetime)
        microseconds = q.round_half_up(amount, 6).scaleb(6)
        return moment + dt.timedelta(microseconds=int(microseconds))  # all instants are in UTC: no clock changes
    whole = int(amount) if abs(amount) < 10_000_000 else 0
    if whole != amount:
        return Unknown.because("calendar")
    if isinstance(moment, dt.datetime):
        return q.move_civil(moment, around.zone, lambda day: _moved(day, kind, whole, around)).astimezone(dt.UTC)
    assert isinstance(moment, dt.date)
    return _moved(moment, kind, whole, around)


def _moved(day: dt.date, kind: str, count: int, around: Surroundings) -> dt.date:
    if kind == "shift-business-days":
        return _calendar(around).moved(day, count)
    return q.add_months(day, count) if kind == "shift-months" else q.add_days(day, count)


def _calendar(around: Surroundings) -> q.BusinessCalendar:
    assert around.calendar is not None  # the checker has seen to it
    return around.calendar


def _apply(term: terms.Apply, around: Surroundings, variables: Variables) -> object:
    if term.function in CONVERTING:  # what is in one currency already needs no rate, known or not
        return CONVERTING[term.function](term, around, variables)
    arguments = [operand(argument, around, variables) for argument in term.arguments]
    unknown = unknown_of(*arguments)
    if unknown is not None:
        return unknown
    if term.function in CIVIL:
        try:
            return CIVIL[term.function](around, *arguments)
        except OverflowError:
            return Unknown.because("calendar")
    meaning = FUNCTIONS[term.function].meaning
    assert isinstance(meaning, Kernel)
    return meaning.compute(*arguments)


def _date_of(around: Surroundings, moment: dt.datetime) -> dt.date:
    return moment.astimezone(around.zone).date()


def _first_day(around: Surroundings, days: Stretch) -> object:
    low = days.low
    return low + dt.timedelta(1) if isinstance(low, dt.date) and not days.low_included else low


def _last_day(around: Surroundings, days: Stretch) -> object:
    high = days.high
    return high - dt.timedelta(1) if isinstance(high, dt.date) and not days.high_included else high


def _business_day(around: Surroundings, day: dt.date) -> bool:
    return _calendar(around).is_business_day(day)


def _business_days_between(around: Surroundings, start: dt.date, end: dt.date) -> Decimal:
    return Decimal(_calendar(around).between(start, end))


def _end_of_term(around: Surroundings, start: dt.date, end: dt.date, day: dt.date, in_days: bool = False) -> dt.date:
    return q.end_of_term(start, end, day, in_days=in_days)


CIVIL: Final[Mapping[str, Callable[..., object]]] = {
    "date": _date_of,
    "first_day": _first_day,
    "last_day": _last_day,
    "business_day": _business_day,
    "business_days_between": _business_days_between,
    "end_of_term": _end_of_term,
}

# What the table of functions leaves to the back end is all here.
assert CIVIL.keys() == {"date", *(name for name, each in FUNCTIONS.items() if isinstance(each.meaning, Civil))}


def _bounds(term: terms.Bounds, around: Surroundings, variables: Variables) -> object:
    low, high = operand(term.low, around, variables), operand(term.high, around, variables)
    return Stretch(low, high, term.low_included, term.high_included)


def _window(term: terms.WindowOf, around: Surroundings, variables: Variables) -> object:
    try:
        first, after = window(term, around.today, around.fiscal_year_starts)
    except OverflowError:
        return Unknown.because("calendar")
    return Stretch(first, after, True, False)


def _edge(term: terms.EdgeOf, around: Surroundings, variables: Variables) -> object:
    day = operand(term.day, around, variables)
    if isinstance(day, Unknown):
        return day
    assert isinstance(day, dt.date)
    try:
        return edge(term, day, around.fiscal_year_starts)
    except OverflowError:
        return Unknown.because("calendar")


def _let(term: terms.Let, around: Surroundings, variables: Variables) -> object:
    value = evaluate(term.value, around, variables)
    return evaluate(term.body, around, {**variables, term.variable: value})


def _parameter(term: terms.ParameterOf, around: Surroundings, variables: Variables) -> object:
    value = around.parameters[term.name]
    if value is None:
        return Unknown.because("parameter", field=term.name)
    return Members(value) if isinstance(value, tuple) else value


def _definition(term: terms.DefinitionOf, around: Surroundings, variables: Variables) -> object:
    record = None if term.record is None else operand(term.record, around, variables)
    if isinstance(record, Unknown):
        return record
    assert record is None or isinstance(record, Row)
    key = (term.name, "" if record is None else record.id, around.as_of)
    if key not in around.memory:
        around.memory[key] = evaluate(around.definitions[term.name], around, {SUBJECT: record})
    return around.memory[key]


def _outcome(term: terms.OutcomeOf, around: Surroundings, variables: Variables) -> object:
    record = operand(term.record, around, variables)
    if isinstance(record, Unknown):
        return record
    assert isinstance(record, Row)
    value = around.answers.answer(term.policy, record, term.column, around.as_of)
    return Members(value) if isinstance(value, tuple) else value


def _as_of(term: terms.AsOf, around: Surroundings, variables: Variables) -> object:
    return around.as_of


def _today(term: terms.Today, around: Surroundings, variables: Variables) -> object:
    return around.today


def _at_moment(term: terms.AtMoment, around: Surroundings, variables: Variables) -> object:
    moment = operand(term.moment, around, variables)
    if isinstance(moment, Unknown):
        return moment
    try:
        instant = instant_of(moment, around)
    except OverflowError:
        return Unknown.because("calendar")
    facts = around.facts if around.facts_at is None else around.facts_at(term.item, instant)
    return evaluate(term.item, replace(around, as_of=instant, facts=facts), variables)


def instant_of(moment: object, around: Surroundings) -> dt.datetime:
    """An instant, or the one at which a day begins.

    Raises:
        OverflowError: if it lies outside of the calendar, or its day does.
    """
    if not isinstance(moment, dt.datetime):
        assert isinstance(moment, dt.date)
        moment = q.local_instant(moment, dt.time(), around.zone).astimezone(dt.UTC)
    moment.astimezone(around.zone)  # its day is asked for
    return moment


COMPUTING: Final[Mapping[type, Meaning]] = {
    terms.Bounds: _bounds,
    terms.WindowOf: _window,
    terms.EdgeOf: _edge,
    terms.Let: _let,
    terms.Calculation: _calculation,
    terms.Apply: _apply,
    terms.ParameterOf: _parameter,
    terms.DefinitionOf: _definition,
    terms.OutcomeOf: _outcome,
    terms.AsOf: _as_of,
    terms.Today: _today,
    terms.AtMoment: _at_moment,
}
