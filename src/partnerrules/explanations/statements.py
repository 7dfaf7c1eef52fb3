"""Tells a statement line by line: each document with its base and rate, what is held back, and the totals."""

import datetime as dt
from collections.abc import Iterator
from typing import Final

from partnerrules.decisions.requirement_results import ConditionResult
from partnerrules.decisions.results import Result
from partnerrules.decisions.statements import Statement, StatementLine
from partnerrules.explanations.catalogue import Key
from partnerrules.explanations.commission import reason_part
from partnerrules.explanations.commission_lines import STATUSES, shown_amount, shown_payee
from partnerrules.explanations.conditions import condition_part
from partnerrules.explanations.lacking import missing_lines
from partnerrules.explanations.story import MAXIMUM_LISTED, Line, Named, Part, Phrase, Shown, listed, word, words
from partnerrules.quantities import Money, add_days
from partnerrules.schema import types as t

_RATIO: Final = t.Ratio()


def statement_story(statement: Statement, ruleset: str) -> list[Line]:
    """The lines that tell what a payee gets, document by document, and the totals to which they add up."""
    rules: Part = ruleset
    stretch = _stretch(statement)
    if stretch is not None:
        rules = listed([ruleset, stretch], "comma")
    lines = [Line(Phrase("statement", {"payee": statement.payee, "ruleset": rules}))]
    for each in statement.lines:
        lines.append(Line(_told(each), 2))
    for each in statement.excluded:
        lines += _earning_nothing("statement_excluded", each)
    for each in statement.refused:
        lines += _earning_nothing("statement_refused", each)
    told = [each.result for each in statement.lines]
    for result in statement.undetermined:
        if result in told:
            continue  # its amount is known, and stands among the lines
        lines.append(_without_line("statement_undetermined", result))
    lines += [_without_line("statement_not_in_force", each) for each in statement.not_in_force[:MAXIMUM_LISTED]]
    if len(statement.not_in_force) > MAXIMUM_LISTED:
        lines.append(Line(Phrase("more", {"count": len(statement.not_in_force) - MAXIMUM_LISTED}), 2))
    if len(lines) == 1:
        lines.append(Line(Phrase("statement_nothing"), 2))
    return [*lines, *_totals(statement), *missing_lines(statement.missing)]


def _without_line(key: Key, result: Result) -> Line:
    """A document of which nothing stands among the lines."""
    parts: dict[str, Part] = {"document": result.basis.subject, "title": Named(result.basis.title, result.basis.policy)}
    return Line(Phrase(key, parts), 2)


def _stretch(statement: Statement) -> Part | None:
    start = None if statement.start is None else _day(statement.start)
    last = None if statement.end is None else _day(add_days(statement.end, -1))
    if start is not None and last is not None:
        return Phrase("statement_between", {"start": start, "last": last})
    if start is not None:
        return Phrase("statement_from", {"start": start})
    return None if last is None else Phrase("statement_up_to", {"last": last})


def _day(day: dt.date) -> Shown:
    return Shown(day, t.Date())


def _parts(line: StatementLine) -> dict[str, Part]:
    basis = line.result.basis
    return {
        "date": Shown(line.date, t.Date()),
        "document": line.document,
        "title": Named(basis.title, basis.policy),
    }


def _told(line: StatementLine) -> Part:
    parts = {**_parts(line), "amount": shown_amount(line.amount), "how": listed(list(_how(line)), "comma")}
    told = Phrase("statement_line", parts)
    if line.status not in STATUSES:
        return told
    return Phrase("statement_status", {"line": told, "status": Phrase(STATUSES[line.status])})


def _how(line: StatementLine) -> Iterator[Part]:
    """On which base and by which rate an amount came about."""
    result, rate = line.result, line.result.rate
    if line.line.override:
        yield from _override(line)
        return
    yield Phrase("statement_base", {"base": shown_amount(result.base)})
    if result.corrects is not None:
        yield Phrase("commission_corrects_something", {"original": Shown(result.corrects.original, t.Text())})
    elif rate is not None:
        value = Shown(rate.value, rate.type)
        rule = result.rule or ""
        match rate.kind:
            case "fixed":
                yield Phrase("commission_fixed", {"rate": value})
            case "table":
                yield Phrase("statement_row", {"rate": value, "rows": words(rate.rows)})
            case "marginal" | "interpolated" if rule:
                yield Phrase("statement_band", {"band": word(rule)})
            case "whole" if rule:
                yield Phrase("statement_whole", {"rate": value, "band": word(rule)})
            case "marginal" | "interpolated" | "whole":
                yield Phrase("commission_no_band")
            case _:
                yield value
    if line.line.overlay:
        yield Phrase("statement_overlay", {"share": Shown(line.line.share, _RATIO)})
    elif line.line.share is not None:
        yield Phrase("statement_share", {"share": Shown(line.line.share, _RATIO)})
    if line.clause is not None:
        yield line.clause


def _override(line: StatementLine) -> Iterator[Part]:
    """For whose document somebody above is paid, at which rate of what."""
    role = word(line.line.role or "")
    if line.line.base is None:
        yield role
        if line.result.corrects is not None:
            yield Phrase("commission_corrects_something", {"original": Shown(line.result.corrects.original, t.Text())})
    else:
        payees = listed([shown_payee(each) for each in line.result.own_lines], "comma")
        rate, base = Shown(line.line.rate, _RATIO), shown_amount(line.line.base)
        yield Phrase("statement_override", {"role": role, "payee": payees, "rate": rate, "base": base})
    if line.clause is not None:
        yield line.clause


def _earning_nothing(key: Key, line: StatementLine) -> Iterator[Line]:
    yield Line(Phrase(key, _parts(line)), 2)
    reason = reason_part(line.result)
    if reason is not None:
        yield Line(reason, 4)
    asked: tuple[tuple[str, bool, Key], ...] = (
        ("include", False, "commission_not_included"),
        ("exclude", True, "commission_excluded_by"),
    )
    for name, holds, phrase in asked:
        for each in line.result.conditions.get(name, ()):
            if each.outcome is holds:
                what = condition_part(each) if isinstance(each, ConditionResult) else Named(each.title, name)
                yield Line(Phrase(phrase, {"condition": what}), 4)


def _totals(statement: Statement) -> Iterator[Line]:
    yield Line(Phrase("statement_earned", {"amount": shown_amount(statement.earned)}))
    kept: tuple[tuple[Key, object], ...] = (
        ("statement_held", statement.held),
        ("statement_forfeited", statement.forfeited),
        ("statement_pending", statement.pending),
    )
    zero = all(isinstance(amount, Money) and not amount.amount for _, amount in kept)
    if zero:
        return  # all of it is paid
    for key, amount in kept:
        if not isinstance(amount, Money) or amount.amount:
            yield Line(Phrase(key, {"amount": Shown(amount, t.AnyMoney())}))
    yield Line(Phrase("statement_payable", {"amount": shown_amount(statement.payable)}))
