"""The page of a statement: one HTML file that stands alone, for the partner who is paid.

It needs the extra `statements`: `pip install 'partnerrules[statements]'`.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from babel import Locale
from babel.dates import format_date

from partnerrules.diagnostics import UsageError
from partnerrules.domain.open_documents import OpenDocument
from partnerrules.domain.settlement import AccountStatement, Settlement, SettlementLine, total
from partnerrules.explanations.catalogue import Key, Language
from partnerrules.explanations.ladder_drawing import Drawing, drawn
from partnerrules.explanations.settled_details import (
    adjustment_part,
    how_lines,
    open_part,
    policy_part,
    rate_part,
    standing_part,
)
from partnerrules.explanations.settled_ladders import (
    Climb,
    bands_part,
    climb_parts,
    climb_title,
    climbs_of,
    scale_part,
)
from partnerrules.explanations.settled_summary import SummaryRow, summary_remarks, summary_rows
from partnerrules.explanations.settled_values import last_day, words_in, zone_of
from partnerrules.explanations.story import Line, Named, Part, Phrase, Shown, listed
from partnerrules.explanations.telling import language_of
from partnerrules.explanations.values import number_text
from partnerrules.explanations.wording import Wording
from partnerrules.quantities import Money, currency_places
from partnerrules.schema import types as t
from partnerrules.schema.titles import Title

try:
    import jinja2
except ModuleNotFoundError:  # the extra `statements` is not installed, which is said where a page is asked for
    jinja2 = None  # type: ignore[assignment]  # what says that the extra is not installed

_FIRST_INDENT: Final = 2
_LONGEST_WORD: Final = 24
# Some file systems do not tell small letters from capitals.
_PLAIN_NAME: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{0,79}", re.ASCII)
_NOT_PLAIN: Final = re.compile(r"[^A-Za-z0-9]+", re.ASCII)
_TEMPLATES: Final = Path(__file__).with_name("templates")


class _PageWording(Wording):
    """Words as a page has them: days as people write them."""

    def __init__(self, language: Language, zone: dt.tzinfo, words: Mapping[str, Title]) -> None:
        super().__init__(language, zone, words)
        self._locale = Locale.parse(language.locale)

    def part(self, part: Part) -> str:
        if isinstance(part, Shown) and isinstance(part.value, dt.date) and not isinstance(part.value, dt.datetime):
            return self.day(part.value)
        return super().part(part)

    def day(self, day: dt.date) -> str:
        """A day as the language writes it, without a weekday."""
        return format_date(day, format="medium", locale=self._locale)


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the statement as the page shows it."""

    document: str
    date: str
    policy: str
    clause: str
    base: str
    rate: str
    amount: str
    before: str
    change: str
    withheld: str
    lost: str
    to_balance: str
    standing: str
    why: str
    how: tuple[tuple[bool, str], ...]


@dataclass(frozen=True, slots=True)
class _Summed:
    """An amount of the summary."""

    name: str
    amount: str
    does: str


@dataclass(frozen=True, slots=True)
class _Open:
    """A document that is not settled."""

    document: str
    date: str
    policy: str
    why: str


@dataclass(frozen=True, slots=True)
class _Ladder:
    """A ladder as it is drawn and told."""

    title: str
    drawing: Drawing
    said: str
    bands: str
    scale: str


def statement_page(settlement: Settlement, statement: AccountStatement, language: str = "en") -> str:
    """The page of a statement, as HTML that needs no other file, and no script.

    Args:
        settlement: what the statement belongs to.
        statement: of one payee in one currency.
        language: "en", "zh" or "ru". Titles that are not given in it are shown in the language they are given in.

    Raises:
        UsageError: if there is no such language, or the extra `statements` is not installed.
    """
    words = language_of(language)
    if jinja2 is None:
        raise UsageError('a statement page needs Jinja: pip install "partnerrules[statements]"')
    page = _Page(settlement, statement, words)
    return _template().render(page=page, say=page.say, wraps=_wraps, lang=words.code)


@cache
def _template() -> "jinja2.Template":
    """The page without what stands on it, read once."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("statement.html")


def page_name(statement: AccountStatement) -> str:
    """A name for the file of a statement's page, from its payee and currency.

    Ids that a file system might not take, or might take for another one, are told apart by a hash.
    """
    payee = statement.payee
    if not _PLAIN_NAME.fullmatch(payee):
        digest = hashlib.sha256(payee.encode()).hexdigest()[:16]
        payee = f"{_NOT_PLAIN.sub('-', payee)[:40]}-x{digest}"
    return f"statement-{payee}-{statement.currency}.html"


class _Page:
    """What the template shows, all of it in the words of one language."""

    def __init__(self, settlement: Settlement, statement: AccountStatement, language: Language) -> None:
        self._settlement = settlement
        self._statement = statement
        self._words = _PageWording(language, zone_of(settlement.timezone), words_in(settlement))
        self._places = currency_places(statement.currency)
        self.payee = self._words.part(statement.payee)
        self.currency = statement.currency
        previous = () if settlement.previous is None else ((self.say("page_previous"), settlement.previous),)
        self.fingerprints = ((self.say("page_fingerprint"), settlement.fingerprint), *previous)
        rows = [self._row(line) for line in statement.lines]
        of_kind = list(zip(statement.lines, rows, strict=True))
        self.documents = tuple(row for line, row in of_kind if line.kind == "document")
        self.adjustments = tuple(row for line, row in of_kind if line.kind == "adjustment")
        self.changes = tuple(row for line, row in of_kind if line.kind == "status")
        self.adjusts_lost = any(row.lost for row in self.adjustments)
        self.explained = tuple(row for row in rows if row.how)
        self.summary = tuple(self._summed(each) for each in summary_rows(statement))
        self.remarks = tuple(self._words.part(each) for each in summary_remarks(statement))
        self.open = tuple(self._open(each) for each in statement.open)
        self.ladders = tuple(self._ladder(each) for each in climbs_of(statement))

    def say(self, key: Key) -> str:
        """A sentence without parts."""
        return self._words.part(Phrase(key))

    def in_currency(self, key: Key) -> str:
        """The name of a column of amounts."""
        return self._words.part(Phrase("page_in_currency", {"what": Phrase(key), "currency": self.currency}))

    @property
    def about(self) -> tuple[tuple[str, str], ...]:
        """What the statement is: for whom, for which days, by which rules, and as of when."""
        settlement = self._settlement
        days = {"start": _day(settlement.period.start), "last": _day(last_day(settlement.period.end))}
        versions = [*settlement.versions]
        rules: dict[str, Part] = {
            "ruleset": Named(Title(tuple(settlement.titles.items())), settlement.ruleset),
            "version": ", ".join(versions),
        }
        moment = settlement.as_of.astimezone(self._words.zone)
        as_of = f"{self._words.day(moment.date())} {moment:%H:%M} ({settlement.timezone})"
        told = self._words.part
        return (
            (self.say("page_payee"), self.payee),
            (self.say("page_period"), told(Phrase("page_days", days))),
            (self.say("page_currency"), self.currency),
            (self.say("page_rules"), told(Phrase("page_versions" if len(versions) > 1 else "page_version", rules))),
            (self.say("page_as_of"), as_of),
        )

    @property
    def objections(self) -> str | None:
        """Until when objections are possible, if the rules say so."""
        day = self._settlement.objections_until
        return None if day is None else self._words.part(Phrase("page_objections", {"day": _day(day)}))

    @property
    def in_all(self) -> dict[str, str]:
        """The sums below the columns of the tables."""
        lines = self._statement.lines
        return {
            "documents": self._sum(line.change for line in lines if line.kind == "document"),
            "adjustments": self._sum(line.change for line in lines if line.kind == "adjustment"),
            "adjusted": self._sum(line.to_balance for line in lines if line.kind == "adjustment"),
            "changes": self._sum(line.to_balance for line in lines if line.kind == "status"),
        }

    def _sum(self, amounts: Iterable[Money]) -> str:
        return self._number(total(amounts, self.currency))

    def _number(self, amount: Money | None) -> str:
        """An amount without its currency, which stands above the column."""
        return "" if amount is None else number_text(amount.amount, self._words.language, self._places)

    def _row(self, line: SettlementLine) -> _Row:
        told = self._words.part
        rate = rate_part(line)
        clause = "" if line.clause is None else told(Phrase("page_clause", {"clause": line.clause}))
        return _Row(
            document=told(line.document),
            date=self._words.day(line.date),
            policy=told(policy_part(line)),
            clause=clause,
            base=self._number(line.base),
            rate="" if rate is None else told(rate),
            amount=self._number(line.amount),
            before=self._number(line.before),
            change=self._signed(line.change),
            withheld=self._moved(line.withheld_before, line.withheld),
            lost=self._moved(line.forfeited_before, line.forfeited),
            to_balance=self._signed(line.to_balance),
            standing=told(standing_part(line)),
            why=told(adjustment_part(line)),
            how=tuple((_below(each), told(each.says)) for each in how_lines(line)),
        )

    def _signed(self, amount: Money) -> str:
        return f"{'+' if amount.amount > 0 else ''}{self._number(amount)}"

    def _moved(self, before: Money, after: Money) -> str:
        if before == after:
            return self._number(after) if after.amount else ""
        return self._words.part(Phrase("page_change", {"before": self._number(before), "after": self._number(after)}))

    def _summed(self, row: SummaryRow) -> _Summed:
        amount = self._signed(row.amount) if row.does == "adds" else self._number(row.amount)
        return _Summed(self.say(row.key), amount, row.does.replace(" ", "-"))

    def _open(self, document: OpenDocument) -> _Open:
        told = self._words.part
        day = "" if document.date is None else self._words.day(document.date)
        return _Open(told(document.document), day, told(self._policy(document.policy)), told(open_part(document)))

    def _policy(self, policy: str) -> Part:
        """A policy by the title that lines of it have, or by its id where there are none."""
        titles = next((line.titles for line in self._statement.lines if line.policy == policy), {})
        return Named(Title(tuple(titles.items())), policy)

    def _ladder(self, climb: Climb) -> _Ladder:
        told = self._words.part
        return _Ladder(
            title=told(climb_title(climb, self._statement.payee)),
            drawing=drawn(climb, self._words),
            said=told(listed([*climb_parts(climb)], "sentence")),
            bands=told(bands_part(climb)),
            scale=told(scale_part(climb)),
        )


def _wraps(text: str) -> str:
    """How the text of a cell is broken: between its words, or anywhere if one of them is too long for a column."""
    return "long" if max(map(len, text.split()), default=0) > _LONGEST_WORD else "words"


def _below(line: Line) -> bool:
    """Whether a line belongs to the one above it, as a band of a ladder does."""
    return bool(line.marker) or line.indent > _FIRST_INDENT


def _day(day: dt.date) -> Shown:
    return Shown(day, t.Date())
