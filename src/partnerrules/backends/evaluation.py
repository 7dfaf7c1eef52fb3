"""The meaning of every term: what it is worth for one row, as of one instant.

A value is what `schema.types` says, or `Unknown` with what is missing, or None where it is known to be absent. Written
to be read beside `language.terms`; nothing here is clever or fast.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final, Protocol, cast

from partnerrules import quantities as q
from partnerrules.backends.periods import edge, window
from partnerrules.backends.values import Count, Members, Stretch, comparable, in_order
from partnerrules.facts import Database, Row
from partnerrules.language import terms
from partnerrules.language.functions import FUNCTIONS, Kernel
from partnerrules.plan.logic import Truth, at_least, conjunction, disjunction, negation
from partnerrules.schema.missing import Missing, Unknown


class Answers(Protocol):
    """Where the interpreter asks for what other policies give."""

    def answer(self, policy: str, record: Row, column: str, as_of: dt.datetime) -> object:
        """The value of a column of another policy for a record, or unknown."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All that the value of a term depends on besides its row.

    Attributes:
        facts: the relations.
        as_of: the instant as of which is decided.
        zone: the timezone of the ruleset.
        fiscal_year_starts: month and day.
        parameters: their values; None for one that the source leaves unstated.
        definitions: their terms.
        answers: gives what other policies say.
        memory: values of definitions that are already computed, by name, record and instant.
    """

    facts: Database
    as_of: dt.datetime
    zone: dt.tzinfo
    fiscal_year_starts: tuple[int, int]
    parameters: Mapping[str, terms.Constant | tuple[terms.Constant, ...]]
    definitions: Mapping[str, terms.Term]
    answers: Answers
    memory: dict[tuple[str, str, dt.datetime], object] = field(default_factory=dict)

    @property
    def today(self) -> dt.date:
        """The civil date of the as-of instant."""
        return self.as_of.astimezone(self.zone).date()


Variables = Mapping[str, object]
_SUBJECT: Final = "subject"


def evaluate(term: terms.Term, around: Surroundings, variables: Variables) -> object:
    """The value of a term.

    Args:
        term: a checked term.
        around: what it depends on besides the row.
        variables: the subject, the items of enclosing filters, and the columns of the row so far.
    """
    return _MEANINGS[type(term)](term, around, variables)


def truth(term: terms.Term, around: Surroundings, variables: Variables) -> Truth:
    """The value of a condition."""
    value = evaluate(term, around, variables)
    assert isinstance(value, bool | Unknown), value
    return value


def definite(value: object) -> object:
    """The value itself; a count that is only known as a range is unknown where a number is needed."""
    return Unknown(value.missing) if isinstance(value, Count) else value


def _unknown(*values: object) -> Unknown | None:
    found = [value for value in values if isinstance(value, Unknown)]
    return Unknown.of(found) if found else None


_ABSENT: Final = Unknown.because("absent")
_ZERO: Final = Unknown.because("zero")
_TOO_LONG: Final = Unknown.because("size")


def _operand(term: terms.Term, around: Surroundings, variables: Variables) -> object:
    """A value to compute with. Only a condition that is guarded, and false by its guard, meets an absent one."""
    value = definite(evaluate(term, around, variables))
    return _ABSENT if value is None else value


# ------------------------------------------------------------------------------------------------- records and lists


def _value(term: terms.Value, around: Surroundings, variables: Variables) -> object:
    return term.value


def _variable(term: terms.Variable | terms.ColumnOf, around: Surroundings, variables: Variables) -> object:
    return variables[term.name]


def _field(term: terms.FieldOf, around: Surroundings, variables: Variables) -> object:
    record = _operand(term.record, around, variables)
    if isinstance(record, Unknown):
        return record
    assert isinstance(record, Row), record
    value = record.get(term.field)
    return Members(value) if isinstance(value, tuple) else value


def _follow(term: terms.Follow, around: Surroundings, variables: Variables) -> object:
    reference = _operand(term.reference, around, variables)
    if isinstance(reference, Unknown | Row):
        return reference
    assert isinstance(reference, str)
    entity = term.type.entity  # type: ignore[union-attr]  # a reference is to a record
    record = around.facts.get(entity, reference)
    if record is None:
        return Unknown.because("reference", _relation(around, entity), reference)
    seen = record.visible(around.as_of, around.today)
    if isinstance(seen, Unknown):
        return seen
    return record if seen else Unknown.because("reference", record.relation, record.id)


def _relation(around: Surroundings, entity: str) -> str:
    relation = around.facts.schema.entities[entity].relation
    assert relation is not None
    return relation


def seen_records(rows: Iterable[Row], around: Surroundings) -> Members:
    """Those records that are seen at the as-of instant, possible ones where that is not known."""
    certain: list[object] = []
    possible: list[tuple[object, Unknown]] = []
    for row in rows:
        seen = row.visible(around.as_of, around.today)
        if isinstance(seen, Unknown):
            possible.append((row, seen))
        elif seen:
            certain.append(row)
    return Members(tuple(certain), tuple(possible))


def gaps_of(entity: str, around: Surroundings) -> frozenset[Missing]:
    """What is missing if a relation may be incomplete."""
    if around.facts.complete(entity):
        return frozenset()
    return frozenset({Missing("relation", _relation(around, entity))})


def _relation_of(term: terms.RelationOf, around: Surroundings, variables: Variables) -> object:
    return replace(seen_records(around.facts.relation(term.entity), around), gaps=gaps_of(term.entity, around))


def _inverse(term: terms.InverseOf, around: Surroundings, variables: Variables) -> object:
    record = _operand(term.record, around, variables)
    if isinstance(record, Unknown):
        return record
    assert isinstance(record, Row)
    found = seen_records(around.facts.matching(term.entity, term.field, record.id), around)
    possible = list(found.possible)
    for row in around.facts.undetermined(term.entity, term.field):
        reference = row.get(term.field)
        if row.visible(around.as_of, around.today) is not False and isinstance(reference, Unknown):
            possible.append((row, reference))
    return Members(found.certain, tuple(possible), gaps_of(term.entity, around))


def _members(term: terms.Term, around: Surroundings, variables: Variables) -> Members | Unknown:
    value = _operand(term, around, variables)
    assert isinstance(value, Members | Unknown), value
    return value


def _select(term: terms.Select, around: Surroundings, variables: Variables) -> object:
    source = _members(term.source, around, variables)
    if isinstance(source, Unknown):
        return source
    certain: list[object] = []
    possible: list[tuple[object, Unknown]] = []
    for member, doubt in _with_doubt(source):
        holds = truth(term.condition, around, {**variables, term.variable: member})
        if isinstance(holds, Unknown):
            possible.append((member, holds if doubt is None else Unknown.of((holds, doubt))))
        elif holds and doubt is None:
            certain.append(member)
        elif holds and doubt is not None:
            possible.append((member, doubt))
    return Members(tuple(certain), tuple(possible), source.gaps)


def _with_doubt(members: Members) -> Iterable[tuple[object, Unknown | None]]:
    yield from ((member, None) for member in members.certain)
    yield from members.possible


def _each(term: terms.Each, around: Surroundings, variables: Variables) -> object:
    source = _members(term.source, around, variables)
    if isinstance(source, Unknown):
        return source
    certain: list[object] = []
    possible: list[tuple[object, Unknown]] = []
    gaps = set(source.gaps)
    for member, doubt in _with_doubt(source):
        value = definite(evaluate(term.body, around, {**variables, term.variable: member}))
        if not term.flatten:
            parts = Members((value,))
        elif isinstance(value, Members):
            parts = value
        else:  # a list that is not known may have any members
            parts = Members((), (), value.missing if isinstance(value, Unknown) else frozenset())
        gaps |= parts.gaps
        for part, part_doubt in _with_doubt(parts):
            doubts = [one for one in (doubt, part_doubt) if one is not None]
            if doubts:
                possible.append((part, Unknown.of(doubts)))
            else:
                certain.append(part)
    return Members(tuple(certain), tuple(possible), frozenset(gaps))


def _quantified(term: terms.Quantified, around: Surroundings, variables: Variables) -> object:
    source = _members(term.source, around, variables)
    if isinstance(source, Unknown):
        return source
    wanted = term.kind == "some"
    answers: list[Truth] = [Unknown(source.gaps)] if source.gaps else []
    for member, doubt in _with_doubt(source):
        holds = truth(term.condition, around, {**variables, term.variable: member})
        if doubt is not None and (isinstance(holds, Unknown) or holds is wanted):
            # A member in doubt cannot settle the question, only leave it open.
            holds = Unknown.of((doubt, holds)) if isinstance(holds, Unknown) else doubt
        answers.append(holds)
    return disjunction(answers) if wanted else conjunction(answers)


def _items(term: terms.Items, around: Surroundings, variables: Variables) -> object:
    return Members(tuple(_operand(item, around, variables) for item in term.items))


def _aggregate(term: terms.Aggregate, around: Surroundings, variables: Variables) -> object:
    source = _members(term.source, around, variables)
    if term.kind == "count":
        if isinstance(source, Unknown):
            return Count(0, None, source.missing)
        doubt = source.doubt
        least = len(source.certain)
        if doubt is None:
            return least
        return Count(least, None if source.gaps else least + len(source.possible), doubt.missing)
    if isinstance(source, Unknown):
        return source
    if term.kind == "distinct":
        return _distinct(source)
    members = source.known()
    if isinstance(members, Unknown):
        return members
    if term.kind == "sum":
        return _sum(members)
    if not members:
        return Unknown.because("empty", field=term.kind)
    if term.kind == "mean":
        total = _sum(members)
        return total if isinstance(total, Unknown) else _divided(total, Decimal(len(members)))
    best = members[0]
    for member in members[1:]:
        before = in_order(member, best, equal=False) if term.kind == "min" else in_order(best, member, equal=False)
        best = member if before else best
    return best


def _distinct(source: Members) -> Members:
    certain: dict[object, object] = {}
    possible: list[tuple[object, Unknown]] = []
    for member, doubt in _with_doubt(source):
        if doubt is not None:
            possible.append((member, doubt))
        elif isinstance(member, Unknown):
            possible.append((member, member))
        else:
            certain.setdefault(comparable(member), member)
    left = tuple(entry for entry in possible if isinstance(entry[0], Unknown) or comparable(entry[0]) not in certain)
    return Members(tuple(certain.values()), left, source.gaps)


def _sum(members: Iterable[object]) -> object:
    total = Decimal(0)
    try:
        for member in members:
            total = q.add(total, _number(member))
    except q.NumberTooLong:
        return _TOO_LONG
    return total


def _pick(term: terms.Pick, around: Surroundings, variables: Variables) -> object:
    source = _members(term.source, around, variables)
    if isinstance(source, Unknown):
        return source
    members = source.known()
    if isinstance(members, Unknown):
        return members
    keyed: list[tuple[object, object]] = []
    absent: list[object] = []
    for member in members:
        key = definite(evaluate(term.key, around, {**variables, term.variable: member}))
        if isinstance(key, Unknown):
            return key
        if key is None:
            absent.append(member)
        else:
            keyed.append((key, member))
    ranked = _ranked(keyed, descending=term.kind != "earliest")
    groups = [*ranked, absent] if absent else ranked
    if term.kind != "top":
        if not groups:
            return Unknown.because("empty", field=term.kind)
        return groups[0][0] if len(groups[0]) == 1 else Unknown.because("tie", field=term.kind)
    chosen: list[object] = []
    for group in groups:
        if len(chosen) + len(group) > term.count:
            if len(chosen) < term.count:
                return Unknown.because("tie", field=f"top {term.count}")
            break
        chosen.extend(group)
    return Members(tuple(chosen))


def _ranked(keyed: list[tuple[object, object]], *, descending: bool) -> list[list[object]]:
    """The members in the order of their keys, those of equal keys together."""
    groups: dict[object, list[object]] = {}
    for key, member in keyed:
        groups.setdefault(key, []).append(member)
    keys = sorted(groups, key=cast("Callable[[object], Decimal]", _sort_key), reverse=descending)
    return [groups[key] for key in keys]


def _sort_key(key: object) -> object:
    return key


# -------------------------------------------------------------------------------------------------------- conditions


def _comparison(term: terms.Comparison, around: Surroundings, variables: Variables) -> object:
    left = _fraction(term.left, around, variables)
    right = _fraction(term.right, around, variables)
    if isinstance(left[0], Count) or isinstance(right[0], Count):
        return _compare_counts(term.operator, left, right)
    unknown = _unknown(*left, *right)
    if unknown is not None:
        return unknown
    if left[1] == 1 and right[1] == 1:
        one, other = comparable(left[0]), comparable(right[0])
    else:  # a / b against c / d is a * d against c * b, turned around once for each negative divisor
        try:
            one = q.multiply(_number(left[0]), _number(right[1]))
            other = q.multiply(_number(right[0]), _number(left[1]))
        except q.NumberTooLong:
            return _TOO_LONG
        if (_number(left[1]) < 0) != (_number(right[1]) < 0):
            one, other = other, one
    return _holds(term.operator, one, other)


def _holds(operator: str, one: object, other: object) -> bool:
    match operator:
        case "=":
            return one == other
        case "!=":
            return one != other
        case "<" | "<=":
            return in_order(one, other, equal=operator == "<=")
        case _:
            return in_order(other, one, equal=operator == ">=")


def _compare_counts(operator: str, left: tuple[object, object], right: tuple[object, object]) -> Truth:
    """A count that has a range against a number, either way round; against anything less sure it is unknown."""
    count, other, mirrored = (left, right, False) if isinstance(left[0], Count) else (right, left, True)
    assert isinstance(count[0], Count)
    if isinstance(other[0], Count):
        return Unknown(count[0].missing | other[0].missing)
    unknown = _unknown(other[0], other[1])
    if unknown is not None:
        return Unknown(unknown.missing | count[0].missing)
    limit, divisor = _number(other[0]), _number(other[1])
    operator = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(operator, operator) if mirrored else operator
    if divisor < 0:
        limit, divisor = -limit, -divisor
    rising = None if operator in ("=", "!=") else operator in (">", ">=")
    return count[0].compared(
        lambda number: _holds(operator, q.multiply(Decimal(number), divisor), limit), rising=rising
    )


def _fraction(term: terms.Term, around: Surroundings, variables: Variables) -> tuple[object, object]:
    """A value as dividend and divisor, so that a quotient can be compared without rounding it."""
    match term:
        case terms.Calculation("number", "/", left, right):
            divisor = _operand(right, around, variables)
            if isinstance(divisor, int | Decimal) and divisor == 0:
                return _ZERO, 1
            return _operand(left, around, variables), divisor
        case terms.Aggregate("mean", source):
            members = _members(source, around, variables)
            known = members if isinstance(members, Unknown) else members.known()
            if isinstance(known, Unknown) or not known:
                return (known if isinstance(known, Unknown) else Unknown.because("empty", field="mean")), 1
            return _sum(known), len(known)
        case _:
            value = evaluate(term, around, variables)
            return (_ABSENT if value is None else value), 1


def _within(term: terms.Within, around: Surroundings, variables: Variables) -> object:
    item = definite(evaluate(term.item, around, variables))
    if item is None:
        return False
    interval = _operand(term.interval, around, variables)
    if isinstance(item, Unknown) or isinstance(interval, Unknown):
        return _unknown(item, interval)
    assert isinstance(interval, Stretch)
    return interval.holds(item)


def _among(term: terms.Among, around: Surroundings, variables: Variables) -> object:
    item = definite(evaluate(term.item, around, variables))
    if item is None:
        return False
    group = _members(term.group, around, variables)
    if isinstance(group, Unknown):
        return _unknown(item, group)
    answers: list[Truth] = [Unknown(group.gaps)] if group.gaps else []
    for member, doubt in _with_doubt(group):
        if member is None:
            continue
        unknown = _unknown(item, member)
        equal: Truth = unknown if unknown is not None else comparable(item) == comparable(member)
        answers.append(doubt if doubt is not None and equal is True else equal)
    return disjunction(answers)


def _all(term: terms.All, around: Surroundings, variables: Variables) -> object:
    return conjunction(truth(item, around, variables) for item in term.items)


def _any(term: terms.AnyOf, around: Surroundings, variables: Variables) -> object:
    return disjunction(truth(item, around, variables) for item in term.items)


def _not(term: terms.Not, around: Surroundings, variables: Variables) -> object:
    return negation(truth(term.item, around, variables))


def _at_least(term: terms.AtLeast, around: Surroundings, variables: Variables) -> object:
    return at_least(term.count, [truth(item, around, variables) for item in term.items])


def _if(term: terms.If, around: Surroundings, variables: Variables) -> object:
    condition = truth(term.condition, around, variables)
    if not isinstance(condition, Unknown):
        return evaluate(term.then if condition else term.otherwise, around, variables)
    then, otherwise = evaluate(term.then, around, variables), evaluate(term.otherwise, around, variables)
    if not isinstance(then, Unknown | Count | Members) and comparable(then) == comparable(otherwise):
        return then
    return _unknown(condition, definite(then), definite(otherwise))


def _exists(term: terms.Exists, around: Surroundings, variables: Variables) -> object:
    value = evaluate(term.item, around, variables)
    return value if isinstance(value, Unknown) else value is not None


def _known(term: terms.Known, around: Surroundings, variables: Variables) -> object:
    value = definite(evaluate(term.item, around, variables))
    return (value.doubt is None) if isinstance(value, Members) else not isinstance(value, Unknown)


def _if_unknown(term: terms.IfUnknown, around: Surroundings, variables: Variables) -> object:
    value = definite(evaluate(term.item, around, variables))
    return evaluate(term.default, around, variables) if isinstance(value, Unknown) else value


# -------------------------------------------------------------------------------------------------------- computing


def _number(value: object) -> Decimal:
    assert isinstance(value, int | Decimal), value
    return Decimal(value)


def _calculation(term: terms.Calculation, around: Surroundings, variables: Variables) -> object:
    left, right = _operand(term.left, around, variables), _operand(term.right, around, variables)
    unknown = _unknown(left, right)
    if unknown is not None:
        return unknown
    try:
        return _calculated(term, left, right, around.zone)
    except q.NumberTooLong:
        return _TOO_LONG
    except OverflowError:
        return Unknown.because("calendar")


def _calculated(term: terms.Calculation, left: object, right: object, zone: dt.tzinfo) -> object:
    match term.kind, term.operator:
        case "number", "+":
            return q.add(_number(left), _number(right))
        case "number", "-":
            return q.subtract(_number(left), _number(right))
        case "number", "*":
            return q.multiply(_number(left), _number(right))
        case "number", "/":
            return _divided(left, right)
        case ("shift-days" | "shift-months" | "shift-elapsed") as kind, operator:
            amount = _number(right) if operator == "+" else -_number(right)
            return _shifted(left, kind, amount, zone)
        case "days-between", _:
            assert isinstance(left, dt.date)
            assert isinstance(right, dt.date)
            return Decimal((left - right).days)
        case _:
            assert isinstance(left, dt.datetime)
            assert isinstance(right, dt.datetime)
            elapsed = left - right
            return Decimal(elapsed.days * 86_400 + elapsed.seconds) + Decimal(elapsed.microseconds).scaleb(-6)


def _divided(dividend: object, divisor: object) -> object:
    if divisor == 0:
        return _ZERO
    try:
        return q.divide(_number(dividend), _number(divisor))
    except q.NumberTooLong:
        return _TOO_LONG


def _shifted(moment: object, kind: str, amount: Decimal, zone: dt.tzinfo) -> object:
    if kind == "shift-elapsed":
        assert isinstance(moment, dt.datetime)
        microseconds = q.round_half_up(amount, 6).scaleb(6)
        return moment + dt.timedelta(microseconds=int(microseconds))
    whole = int(amount) if abs(amount) < 10_000_000 else 0
    if whole != amount:
        return Unknown.because("calendar")
    months, days = (whole, 0) if kind == "shift-months" else (0, whole)
    if isinstance(moment, dt.datetime):
        return q.move_civil(moment, zone, months=months, days=days)
    assert isinstance(moment, dt.date)
    return q.add_days(q.add_months(moment, months), days)


def _apply(term: terms.Apply, around: Surroundings, variables: Variables) -> object:
    arguments = [_operand(argument, around, variables) for argument in term.arguments]
    unknown = _unknown(*arguments)
    if unknown is not None:
        return unknown
    if term.function == "date":
        (moment,) = arguments
        assert isinstance(moment, dt.datetime)
        return moment.astimezone(around.zone).date()
    meaning = FUNCTIONS[term.function].meaning
    assert isinstance(meaning, Kernel)
    return meaning.compute(*arguments)


def _bounds(term: terms.Bounds, around: Surroundings, variables: Variables) -> object:
    low, high = _operand(term.low, around, variables), _operand(term.high, around, variables)
    return Stretch(low, high, term.low_included, term.high_included)


def _window(term: terms.WindowOf, around: Surroundings, variables: Variables) -> object:
    try:
        first, after = window(term, around.today, around.fiscal_year_starts)
    except OverflowError:
        return Unknown.because("calendar")
    return Stretch(first, after, True, False)


def _edge(term: terms.EdgeOf, around: Surroundings, variables: Variables) -> object:
    day = _operand(term.day, around, variables)
    if isinstance(day, Unknown):
        return day
    assert isinstance(day, dt.date)
    try:
        return edge(term, day, around.fiscal_year_starts)
    except OverflowError:
        return Unknown.because("calendar")


# ------------------------------------------------------------------------------------------------- names of a ruleset


def _let(term: terms.Let, around: Surroundings, variables: Variables) -> object:
    value = evaluate(term.value, around, variables)
    return evaluate(term.body, around, {**variables, term.variable: value})


def _parameter(term: terms.ParameterOf, around: Surroundings, variables: Variables) -> object:
    value = around.parameters[term.name]
    if value is None:
        return Unknown.because("parameter", field=term.name)
    return Members(value) if isinstance(value, tuple) else value


def _definition(term: terms.DefinitionOf, around: Surroundings, variables: Variables) -> object:
    record = None if term.record is None else _operand(term.record, around, variables)
    if isinstance(record, Unknown):
        return record
    assert record is None or isinstance(record, Row)
    key = (term.name, "" if record is None else record.id, around.as_of)
    if key not in around.memory:
        around.memory[key] = evaluate(around.definitions[term.name], around, {_SUBJECT: record})
    return around.memory[key]


def _outcome(term: terms.OutcomeOf, around: Surroundings, variables: Variables) -> object:
    record = _operand(term.record, around, variables)
    if isinstance(record, Unknown):
        return record
    assert isinstance(record, Row)
    return around.answers.answer(term.policy, record, term.column, around.as_of)


def _as_of(term: terms.AsOf, around: Surroundings, variables: Variables) -> object:
    return around.as_of


def _today(term: terms.Today, around: Surroundings, variables: Variables) -> object:
    return around.today


def _at_moment(term: terms.AtMoment, around: Surroundings, variables: Variables) -> object:
    moment = _operand(term.moment, around, variables)
    if isinstance(moment, Unknown):
        return moment
    if not isinstance(moment, dt.datetime):
        assert isinstance(moment, dt.date)
        moment = q.local_instant(moment, dt.time(), around.zone)
    return evaluate(term.item, replace(around, as_of=moment), variables)


_MEANINGS: Final[Mapping[type, Callable[..., object]]] = {
    terms.Value: _value,
    terms.Variable: _variable,
    terms.ColumnOf: _variable,
    terms.FieldOf: _field,
    terms.Follow: _follow,
    terms.RelationOf: _relation_of,
    terms.InverseOf: _inverse,
    terms.Select: _select,
    terms.Each: _each,
    terms.Quantified: _quantified,
    terms.Aggregate: _aggregate,
    terms.Pick: _pick,
    terms.Items: _items,
    terms.Bounds: _bounds,
    terms.WindowOf: _window,
    terms.EdgeOf: _edge,
    terms.Comparison: _comparison,
    terms.Within: _within,
    terms.Among: _among,
    terms.All: _all,
    terms.AnyOf: _any,
    terms.Not: _not,
    terms.AtLeast: _at_least,
    terms.If: _if,
    terms.Let: _let,
    terms.Calculation: _calculation,
    terms.Apply: _apply,
    terms.ParameterOf: _parameter,
    terms.DefinitionOf: _definition,
    terms.OutcomeOf: _outcome,
    terms.AsOf: _as_of,
    terms.Today: _today,
    terms.AtMoment: _at_moment,
    terms.Exists: _exists,
    terms.Known: _known,
    terms.IfUnknown: _if_unknown,
}
