"""Tells the statement of a payee as text for terminals: the same as its page says, one thing on a line."""

from collections.abc import Iterator, Sequence

from partnerrules.domain.settlement import AccountStatement, Kind, Settlement, SettlementLine
from partnerrules.explanations.catalogue import Key
from partnerrules.explanations.commission_lines import shown_amount
from partnerrules.explanations.settled_details import (
    adjustment_part,
    how_lines,
    open_part,
    policy_part,
    rate_part,
    standing_part,
)
from partnerrules.explanations.settled_ladders import bands_part, climb_parts, climb_title, climbs_of
from partnerrules.explanations.settled_summary import summary_remarks, summary_rows
from partnerrules.explanations.settled_values import last_day, words_in, zone_of
from partnerrules.explanations.story import Line, Named, Part, Phrase, Shown, listed
from partnerrules.explanations.telling import language_of
from partnerrules.explanations.wording import Wording
from partnerrules.quantities import Money
from partnerrules.schema import types as t
from partnerrules.schema.titles import Title

_INDENT = 2
_SECTIONS: Sequence[tuple[Kind, Key]] = (
    ("document", "page_documents"),
    ("adjustment", "page_adjustments"),
    ("status", "page_changes"),
)


def tell_settlement(settlement: Settlement, payee: str, currency: str | None = None, language: str = "en") -> str:
    """The statement of a payee line by line, with its summary; one on a line, no line end after the last.

    Args:
        settlement: of a period.
        payee: the id of whoever is paid.
        currency: which of its statements, if it has several.
        language: "en", "zh" or "ru".

    Raises:
        UsageError: if there is no such language or no such statement, or several and no currency is said.
    """
    words = language_of(language)
    statement = settlement.statement(payee, currency)
    wording = Wording(words, zone_of(settlement.timezone), words_in(settlement))
    return "\n".join(wording.line(line) for line in settlement_story(settlement, statement))


def settlement_story(settlement: Settlement, statement: AccountStatement) -> Iterator[Line]:
    """The lines that tell a statement, the same in every language."""
    yield from _head(settlement, statement)
    yield Line(Phrase("page_summary"))
    for row in summary_rows(statement):
        yield _named(Phrase(row.key), shown_amount(row.amount), 2 * _INDENT if row.does == "is part" else _INDENT)
    yield from (Line(each, _INDENT) for each in summary_remarks(statement))
    if settlement.objections_until is not None:
        yield Line(Phrase("page_objections", {"day": Shown(settlement.objections_until, t.Date())}), _INDENT)
    climbs = climbs_of(statement)
    if climbs:
        yield Line(Phrase("page_ladders"))
    for climb in climbs:
        yield Line(climb_title(climb, statement.payee), _INDENT)
        yield from (Line(each, 2 * _INDENT) for each in (bands_part(climb), *climb_parts(climb)))
    for kind, heading in _SECTIONS:
        lines = statement.of_kind(kind)
        if lines or kind == "document":
            yield Line(Phrase(heading))
        if not lines and kind == "document":
            yield Line(Phrase("page_nothing"), _INDENT)
        for line in lines:
            yield Line(_told(line), _INDENT)
            yield from (Line(each.says, each.indent + _INDENT, each.marker) for each in how_lines(line))
    if statement.open:
        yield Line(Phrase("page_open"))
    for document in statement.open:
        about: list[Part] = [document.document]
        about += [] if document.date is None else [Shown(document.date, t.Date())]
        about.append(Named(_titles_of(statement, document.policy), document.policy))
        yield _named(listed(about, "comma"), open_part(document))
    yield _named(Phrase("page_fingerprint"), settlement.fingerprint, 0)


def _head(settlement: Settlement, statement: AccountStatement) -> Iterator[Line]:
    """Whose statement it is, for which days, and by which rules."""
    first, last = settlement.period.start, last_day(settlement.period.end)
    days = Phrase("page_days", {"start": Shown(first, t.Date()), "last": Shown(last, t.Date())})
    yield _named(Phrase("page_title"), listed([statement.payee, statement.currency, days], "comma"), 0)
    rules: dict[str, Part] = {
        "ruleset": Named(Title(tuple(settlement.titles.items())), settlement.ruleset),
        "version": listed([*settlement.versions], "comma"),
    }
    version = Phrase("page_versions" if len(settlement.versions) > 1 else "page_version", rules)
    yield _named(Phrase("page_rules"), version)
    yield _named(Phrase("page_as_of"), Shown(settlement.as_of, t.Instant()))


def _named(name: Part, what: Part, indent: int = _INDENT) -> Line:
    return Line(Phrase("page_named", {"name": name, "what": what}), indent)


def _told(line: SettlementLine) -> Part:
    """A line of the statement: whatever its section says of it."""
    about: list[Part] = [line.document, Shown(line.date, t.Date()), policy_part(line)]
    about += [] if line.clause is None else [Phrase("page_clause", {"clause": line.clause})]
    what: list[Part] = []
    if line.kind == "adjustment":
        what += [_moved(line.before, line.amount), adjustment_part(line)]
    else:
        rate = rate_part(line)
        what += [shown_amount(line.amount), *([] if rate is None else [rate]), standing_part(line)]
    if line.kind != "document":
        what += _parts_moved(line)
    if line.change != line.to_balance:
        what.append(Phrase("page_adds", {"amount": shown_amount(line.to_balance)}))
    return Phrase("page_named", {"name": listed(about, "comma"), "what": listed(what, "semicolon")})


def _parts_moved(line: SettlementLine) -> Iterator[Part]:
    """What of an amount is withheld or lost, and was so before."""
    parts: tuple[tuple[Key, Money, Money], ...] = (
        ("page_withheld_part", line.withheld_before, line.withheld),
        ("page_lost_part", line.forfeited_before, line.forfeited),
    )
    for key, before, now in parts:
        if before.amount or now.amount:
            what = shown_amount(now) if before == now else _moved(before, now)
            yield Phrase("page_named", {"name": Phrase(key), "what": what})


def _moved(before: Money, after: Money) -> Part:
    return Phrase("page_change", {"before": shown_amount(before), "after": shown_amount(after)})


def _titles_of(statement: AccountStatement, policy: str) -> Title:
    """What people call a policy, as its lines say."""
    return next((Title(tuple(line.titles.items())) for line in statement.lines if line.policy == policy), Title())
