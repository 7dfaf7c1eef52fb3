"""Settling a period: deciding its documents, and what the closings so far leave to be settled of them."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Final, TypeVar

from partnerrules.backends.surroundings import evaluate
from partnerrules.decisions.accounts import Books, Closing, check_present, settle
from partnerrules.decisions.basis import missing_of
from partnerrules.decisions.values import missing_text
from partnerrules.decisions.whole import Results
from partnerrules.diagnostics import UsageError
from partnerrules.domain.settlement import AccountStatement, Period, Settlement
from partnerrules.quantities import Money, add_months, local_instant, read_day
from partnerrules.rulesets.compiling import Version
from partnerrules.rulesets.running import Run
from partnerrules.rulesets.settlement_terms import COMMISSION
from partnerrules.schema.missing import Unknown

_PERIOD_FORMS: Final = "`2026`, `2026-Q1`, `2026-03` or `2026-02-01 .. 2026-05-01`"
_MONTHS: Final = re.compile(r"([0-9]{4})(?:-(?:Q([1-4])|([0-9]{2})))?", re.ASCII)


def period_of(given: object) -> Period:
    """The period that a caller gives: as such, as a text, or as its first day and the first day after it.

    Raises:
        UsageError: if it is none.
    """
    match given:
        case Period():
            return given
        case str():
            return read_period(given)
        case (dt.datetime(), _) | (_, dt.datetime()):
            raise UsageError("a period is of days: give dates, not instants")
        case (dt.date() as start, dt.date() as end):
            return read_period(f"{start} .. {end}")
        case _:
            raise UsageError(f"a period is written as {_PERIOD_FORMS}, or given as two dates")


def read_period(text: str) -> Period:
    """The period that a text names: a year, a quarter or month of the calendar, or two days, the second not included.

    >>> str(read_period("2026-Q1"))
    '2026-01-01 .. 2026-04-01'

    Raises:
        UsageError: if it names none.
    """
    start, separator, end = text.partition("..")
    if separator:
        first, last = read_day(start.strip()), read_day(end.strip())
        if first is None or last is None or first >= last:
            raise UsageError(f"`{text[:60]}` is not a period: write {_PERIOD_FORMS}")
        return Period(start=first, end=last)
    named = _MONTHS.fullmatch(text.strip())
    month = 1 if named is None else int(named[3]) if named[3] else 3 * int(named[2] or 1) - 2
    if named is None or not 1 <= month <= 12 or not dt.MINYEAR <= int(named[1]) < dt.MAXYEAR:
        raise UsageError(f"`{text[:60]}` is not a period: write {_PERIOD_FORMS}")
    day = dt.date(int(named[1]), month, 1)
    return Period(start=day, end=add_months(day, 1 if named[3] else 3 if named[2] else 12))


def version_at(versions: Sequence[Version], period: Period) -> Version:
    """The version that says what is paid out of a period: that of its last day, or else the last one before."""
    begun = [each for each in versions if each.head.in_force.start is None or each.head.in_force.start < period.end]
    if not begun:
        raise UsageError(f"no version of the ruleset is in force in {period}, or has been before")
    return begun[-1]


def in_order(closed: Iterable[Settlement], ruleset: str, period: Period) -> tuple[Settlement, ...]:
    """The settlements before a period, the first one first.

    Raises:
        UsageError: if one is missing, is of another ruleset, or was changed after the next one had been made.
    """
    given = tuple(closed)
    if not all(isinstance(each, Settlement) for each in given):
        raise UsageError("`closed` takes the settlements before: read them with `Settlement.from_json(...)`")
    found = tuple(sorted(given, key=lambda each: each.period.start))
    for each in found:
        if each.ruleset != ruleset:
            raise UsageError(f"the settlement for {each.period} is of `{each.ruleset}`, not of `{ruleset}`")
    if found and found[0].previous is not None:
        raise UsageError(f"the settlement before {found[0].period} is missing: give all from the first one on")
    for first, second in pairwise(found):
        if first.period.end != second.period.start:
            raise UsageError(f"there is no settlement between {first.period} and {second.period}")
        if second.previous != first.fingerprint:
            raise UsageError(
                f"the settlement for {first.period} is not the one from which that for {second.period} went on: "
                "a closed settlement is never changed"
            )
    if found and found[-1].period.end != period.start:
        last = found[-1].period
        raise UsageError(f"{period} does not follow on {last}, which was settled last: begin with {last.end}")
    return found


def settled(
    id: str,
    content_hash: str,
    versions: Sequence[Version],
    running: Run,
    results: Callable[[str], Results],
    period: Period,
    closed: Sequence[Settlement],
) -> Settlement:
    """The settlement of a period.

    Args:
        id: of the ruleset.
        content_hash: over its files.
        versions: in the order in which they come into force.
        running: the decision in the making, as of the instant of the closing.
        results: gives those of a policy.
        period: what is settled.
        closed: the settlements before, the first one first.

    Raises:
        UsageError: if the period is not over, what is paid out at least is not known, or documents are missing.
    """
    version = version_at(versions, period)
    says, zone = version.settlement, version.head.zone
    moment = running.as_of.astimezone(zone)
    if moment < local_instant(period.end, dt.time(), zone):
        raise UsageError(f"{period} is not over as of {moment.isoformat()}: settle it later, or an earlier period")
    books = Books.of(closed)
    paying: dict[str, Results] = {}
    settles = {each.head.version: frozenset(each.settlement.policies or _commissions(each)) for each in versions}
    for name in sorted(books.policies | frozenset[str]().union(*settles.values())):
        if not any(name in each.policies for each in versions):
            message = f"`{name}` has settled documents, and no version has it any more"
            raise UsageError(f"{message}: keep the version by which they were settled")
        check_present(books, name, running.records(name))
        paying[name] = results(name)
    around = running.around(version, running.as_of)
    minimum = {
        currency: Money(_known(evaluate(term, around, {}), Decimal), currency)
        for currency, term in says.minimum.items()
    }
    until = None if says.objections is None else evaluate(says.objections, around, {})
    since = closed[0].period.start if closed else period.start

    def ruled(day: dt.date) -> bool:
        return any(day in each.head.in_force for each in versions)

    statements, open_documents, earlier = settle(books, paying, Closing(period, since, minimum, settles, ruled))
    return Settlement(
        format=1,
        ruleset=id,
        titles=dict(version.head.title.texts),
        words=_words_of(versions, statements),
        content_hash=content_hash,
        versions={each.head.version: str(each.head.in_force) for each in versions},
        timezone=zone.key,
        period=period,
        as_of=moment,
        accounts_since=since,
        previous=closed[-1].fingerprint if closed else None,
        objections_until=until if isinstance(until, dt.date) else None,
        statements=statements,
        open=open_documents,
        warnings=(*running.warnings().value, *_opening_warning(earlier, closed, since), *_objections_warning(until)),
    )


def _words_of(versions: Sequence[Version], statements: Sequence[AccountStatement]) -> dict[str, dict[str, str]]:
    """What people call the words that the lines of some statements say, by word and language."""
    words = {word: title for version in versions for word, title in version.words.items()}
    said = {text for each in statements for line in each.lines for text in _texts((line.role, line.rule, line.details))}
    return {word: dict(words[word].texts) for word in sorted(said & words.keys())}


def _texts(data: object) -> Iterator[str]:
    """The texts in plain data."""
    match data:
        case str():
            yield data
        case Mapping():
            for each in data.values():
                yield from _texts(each)
        case tuple() | list():
            for each in data:
                yield from _texts(each)
        case _:
            return


def _opening_warning(earlier: int, closed: Sequence[Settlement], since: dt.date) -> tuple[str, ...]:
    """What is said where a settlement opens the accounts, and there are documents of before."""
    if closed or not earlier:
        return ()
    are = "result is" if earlier == 1 else "results are"
    found = f"accounts open on {since}: {earlier:,} {are} of documents before that day, which were settled elsewhere"
    return (f"{found}; if there are settlements before this one, give them as `closed`",)


def _objections_warning(until: object) -> tuple[str, ...]:
    """What is said where it is not known until when statements can be objected to."""
    if not isinstance(until, Unknown):
        return ()
    return (f"until when statements can be objected to is not known: {_lacking(until)}",)


def _commissions(version: Version) -> tuple[str, ...]:
    """The commission policies of a version."""
    return tuple(policy.id for policy in version.policies.values() if policy.kind == COMMISSION)


def _lacking(value: Unknown) -> str:
    return ", ".join(missing_text(each) for each in missing_of(value))


_T = TypeVar("_T")


def _known(value: object, type: type[_T]) -> _T:
    """A value of the terms of settlement.

    Raises:
        UsageError: if it is not known, as of a parameter that the source leaves open.
    """
    if isinstance(value, Unknown):
        raise UsageError(f"what is paid out at least is not known: {_lacking(value)}")
    assert isinstance(value, type)
    return value
