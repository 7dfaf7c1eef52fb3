"""The terms of calls about time: what holds on a day, what is in time, and business days."""

from collections.abc import Mapping
from typing import Final

from partnerrules.diagnostics import Label, with_article
from partnerrules.language import operations, terms
from partnerrules.language import syntax as s
from partnerrules.language.arithmetic import calculated
from partnerrules.language.arity import has_count
from partnerrules.language.checking import BOOLEAN, WRONG, Checking, origin, shown
from partnerrules.language.functions import DAY, DAYS, FUNCTIONS, TEXT, TEXTS, Parameter, record
from partnerrules.language.inlining import arguments_of, bound, inline
from partnerrules.language.standings import Standings
from partnerrules.schema import types as t


def check_date(checking: Checking, node: s.Call) -> terms.Term:
    """The civil date of an instant."""
    if not has_count(checking, node, 1):
        return WRONG
    argument = node.arguments[0]
    if isinstance(argument, s.String):
        return checking.wrong(
            "type-mismatch",
            "a date is written without quotes",
            argument.span,
            help=f"write `{argument.value}`" if len(argument.value) == 10 else "write year-month-day",
        )
    term = checking.solid(checking.check(argument), argument.span)
    if isinstance(term.type, t.Anything):
        return WRONG
    if not isinstance(term.type, t.Instant):
        way_out = "it is a date already" if isinstance(term.type, t.Date) else None
        return checking.wrong("type-mismatch", f"`date` takes an instant, not {term.type}", argument.span, help=way_out)
    return terms.Apply("date", (term,), t.Date())


def check_valid(checking: Checking, node: s.Call) -> terms.Term:
    """Whether a record that has a validity holds on a day or at an instant."""
    if not has_count(checking, node, 2):
        return WRONG
    held = checking.solid(checking.check(node.arguments[0]), node.arguments[0].span)
    if isinstance(held.type, t.Anything):
        return WRONG
    entity = checking.environment.schema.entities[held.type.entity] if isinstance(held.type, t.Record) else None
    if entity is None or entity.validity is None:
        return checking.wrong(
            "type-mismatch",
            f"{shown(node.arguments[0])} is not a record that holds from one day up to another",
            node.arguments[0].span,
            labels=[Label(node.arguments[0].span, f"{held.type}, {origin(held)}")],
        )
    start, end = (entity.fields[name] for name in entity.validity)
    at = checking.solid(checking.check(node.arguments[1]), node.arguments[1].span)
    if isinstance(at.type, t.Anything):
        return WRONG
    if at.type != start.type:
        return checking.wrong(
            "date-against-instant" if isinstance(at.type, t.Date | t.Instant) else "type-mismatch",
            f"`{start.name}` of {with_article(entity.name)} is of type {start.type},"
            f" and {shown(node.arguments[1])} of type {at.type}",
            node.arguments[1].span,
            help="`today` is the date, `as_of` the instant of the decision",
        )
    tests = (_unless_absent(start, f"record.{start.name} <= at"), _unless_absent(end, f"at < record.{end.name}"))
    return inline(checking, node.span, {"record": held, "at": at}, " and ".join(tests))


def _unless_absent(field: t.Field, test: str) -> str:
    return f"(not(exists(record.{field.name})) or {test})" if field.absence == "none" else test


def check_within(checking: Checking, node: s.Call) -> terms.Term:
    """A deadline: the day on which the period ends still belongs to it, and so does the day on which it begins."""
    parts = _period_of(checking, node, *node.arguments) if has_count(checking, node, 3) else None
    if parts is None:
        return WRONG
    return inline(checking, node.span, parts, "moment >= start and moment <= start + period")


def check_runs(checking: Checking, node: s.Call) -> terms.Term:
    """A validity: the day on which the period ends no longer belongs to it."""
    if not has_count(checking, node, 3):
        return WRONG
    start, period, at = node.arguments
    parts = _period_of(checking, node, at, period, start)
    if parts is None:
        return WRONG
    return inline(checking, node.span, parts, "start <= moment and moment < start + period")


def _period_of(
    checking: Checking, node: s.Call, moment: s.Syntax, period: s.Syntax, start: s.Syntax
) -> dict[str, terms.Term] | None:
    """Two dates or two instants, and a period that can be added to them; None after a fault."""
    named = {"moment": moment, "period": period, "start": start}
    found = {name: checking.solid(checking.check(part), part.span) for name, part in named.items()}
    if any(isinstance(term.type, t.Anything) for term in found.values()):
        return None
    usage = f"write `{FUNCTIONS[node.function].usage}`"
    for name in ("moment", "start"):
        if not isinstance(found[name].type, t.Date | t.Instant):
            _not_that(checking, node, "type-mismatch", "a date or an instant", found[name], named[name], usage)
            return None
    if found["moment"].type != found["start"].type:
        fault = operations.mismatch(found["moment"].type, found["start"].type)
        assert fault is not None
        checking.wrong(
            fault.code,
            f"`{node.function}` takes two dates or two instants, not {shown(moment)} and {shown(start)}",
            node.span,
            labels=[
                Label(part.span, f"{found[name].type}, {origin(found[name])}")
                for name, part in (("moment", moment), ("start", start))
            ],
            help=fault.help,
        )
        return None
    if found["moment"] == found["start"] and not isinstance(found["start"], terms.Value):
        checking.wrong(
            "self-comparison",
            f"`{node.function}` asks {shown(moment)} of itself",
            node.span,
            labels=[Label(part.span, "the same") for part in (moment, start)],
            help=usage,
        )
        return None
    fault_of_period = operations.calculation("+", found["start"].type, found["period"].type)
    if isinstance(fault_of_period, operations.Mismatch):
        _not_that(
            checking, node, fault_of_period.code, "a period", found["period"], period, fault_of_period.help or usage
        )
        return None
    sum_of_both = s.Arithmetic("+", start, period, node.span)
    end = calculated(checking, sum_of_both, found["start"], found["period"])
    if isinstance(end.type, t.Anything):
        return None
    if not checking.names.inside_items:
        checking.noted[id(sum_of_both)] = end
        checking.ends[id(node)] = (moment, sum_of_both)
    return found


def _not_that(
    checking: Checking, node: s.Call, code: str, wanted: str, found: terms.Term, part: s.Syntax, way_out: str
) -> None:
    checking.wrong(
        code,
        f"`{node.function}` takes {wanted} here, not {found.type}",
        part.span,
        labels=[Label(part.span, f"{found.type}, {origin(found)}")],
        help=way_out,
    )


_DATE: Final = t.Date()
_STANDING: Final = (Parameter("partner", record("partner")), Parameter("kind", TEXT), Parameter("at", DAY))


def check_standing(checking: Checking, node: s.Call) -> terms.Term:
    """The value of the record that holds on a day; of several, the one that began last."""
    arguments = arguments_of(checking, node, FUNCTIONS["standing"], _STANDING)
    if arguments is None:
        return WRONG
    partner, kind, at = arguments
    return bound(
        checking,
        {"holder": partner, "wanted": kind, "at": at},
        lambda seen: Standings(seen["holder"], seen["wanted"]).on(seen["at"]),
    )


def check_standing_since(checking: Checking, node: s.Call) -> terms.Term:
    """The day on which the standing of a day began, where records that follow each other count as one."""
    arguments = arguments_of(checking, node, FUNCTIONS["standing_since"], _STANDING)
    if arguments is None:
        return WRONG

    def since(seen: Mapping[str, terms.Term]) -> terms.Term:
        standings, at = Standings(seen["holder"], seen["wanted"]), seen["at"]
        gathered = checking.names.fresh(standings.all.type)
        held = checking.names.fresh(t.Maybe(t.Text()), 1)
        day = terms.If(
            terms.Exists(held, BOOLEAN),
            standings.since(held, at, gathered),
            terms.Value(None, t.Maybe(t.Date())),
            t.Maybe(t.Date()),
        )
        body = terms.Let(held.name, standings.on(at, gathered), day, day.type)
        return terms.Let(gathered.name, standings.all, body, day.type)

    partner, kind, at = arguments
    return bound(checking, {"holder": partner, "wanted": kind, "at": at}, since)


_HELD: Final = (*_STANDING[:2], Parameter("values", TEXTS), Parameter("days", DAYS))


def check_held(checking: Checking, node: s.Call) -> terms.Term:
    """Whether the standing of some day of a stretch is one of several."""
    arguments = arguments_of(checking, node, FUNCTIONS["held"], _HELD)
    if arguments is None:
        return WRONG

    def held(seen: Mapping[str, terms.Term]) -> terms.Term:
        standings, values = Standings(seen["holder"], seen["wanted"]), seen["values"]
        if not isinstance(values.type, t.ListOf):
            values = terms.Items((values,), t.ListOf(t.Text()))
        gathered, first, last = (
            checking.names.fresh(type, at) for at, type in enumerate((standings.all.type, _DATE, _DATE))
        )
        body = standings.was(values, first, last, gathered)
        for variable, function in ((last, "last_day"), (first, "first_day")):
            body = terms.Let(variable.name, terms.Apply(function, (seen["days"],), _DATE), body, BOOLEAN)
        return terms.Let(gathered.name, standings.all, body, BOOLEAN)

    partner, kind, values, days = arguments
    return bound(checking, {"holder": partner, "wanted": kind, "values": values, "days": days}, held)
