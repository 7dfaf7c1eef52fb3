"""The page of a statement: whole, well-formed, adding up, and safe whatever ids and titles hold."""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.explanations.settlements import FULL, ladder, line, settlement, statement

from partnerrules import UsageError
from partnerrules.domain.open_documents import MissingFact, OpenDocument
from partnerrules.domain.settlement import AccountStatement, SettlementLine
from partnerrules.explanations import page_name, statement_page, tell_settlement

HERE = Path(__file__).resolve().parent
LANGUAGES = ("en", "zh", "ru")
VOID = {"meta", "br", "hr", "img", "input", "link"}
WHOLE = settlement(FULL)


class Page(HTMLParser):
    """A page read strictly: every element is closed where it was opened."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((self.open[-1] if self.open else "", data.strip()))

    @property
    def said(self) -> str:
        return "\n".join(text for tag, text in self.texts if tag != "style")


def page(made: AccountStatement = FULL, language: str = "en") -> Page:
    return Page(statement_page(settlement(made), made, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_page(language: str, golden: Callable[[Path, str], None]) -> None:
    golden(HERE / "goldens" / f"statement-page.{language}.html", statement_page(WHOLE, FULL, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_as_text(language: str, golden: Callable[[Path, str], None]) -> None:
    golden(HERE / "goldens" / f"settlement.{language}.txt", tell_settlement(WHOLE, "P-17", "CNY", language) + "\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_well_formed_and_needs_nothing_else(language: str) -> None:
    text = statement_page(WHOLE, FULL, language)
    read = Page(text)
    assert text.startswith("<!DOCTYPE html>")
    assert ("html", {"lang": language}) in read.elements
    assert not {tag for tag, _ in read.elements} & {"script", "link", "img", "iframe", "object", "form"}
    assert not re.search(r"https?:|url\(|@import|javascript:", text)
    assert not re.search(r"\son[a-z]+=", text)
    assert "{" not in read.said
    ids = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = " ".join(attributes.get("aria-labelledby") or "" for _, attributes in read.elements).split()
    assert named
    assert set(named) <= set(ids)
    assert all("scope" in attributes for tag, attributes in read.elements if tag == "th")


def test_every_number_of_the_statement_is_on_the_page() -> None:
    read = page()
    said = read.said
    rows = {each.document: row(read, each.document) for each in FULL.lines}
    for each in FULL.lines:
        base = each.base if each.kind == "document" else None
        moved = (each.withheld, each.withheld_before, each.forfeited, each.forfeited_before, each.to_balance)
        for amount in (each.amount, each.before, each.change, base, *moved):
            if amount is not None and amount.amount:
                assert f"{amount.amount:,.2f}" in rows[each.document], (each.document, amount)
    for amount in (FULL.opening, FULL.balance, FULL.minimum, FULL.payable, FULL.carry_over, FULL.withheld):
        assert f"{amount.amount:,.2f}" in said
    assert WHOLE.fingerprint in said


def row(read: Page, document: str) -> str:
    """What stands in the row of a document."""
    cells = [text for tag, text in read.texts if tag in ("th", "td", "div", "span", "h2")]
    start = cells.index(document)
    documents = {line.document for line in FULL.lines}
    ends = [at for at, text in enumerate(cells) if at > start and (text in documents or text == "In all")]
    return "\n".join(cells[start : min(ends)])


def summed(read: Page) -> dict[str, Decimal]:
    """The rows of the summary by their names."""
    texts = [text for tag, text in read.texts if tag in ("th", "td")]
    end = texts.index("Minimum payout")
    return {texts[at]: Decimal(texts[at + 1].replace(",", "")) for at in range(0, end + 1, 2)}


def test_the_summary_is_that_worked_by_hand() -> None:
    assert summed(page()) == {
        "Opening balance": Decimal("-120.00"),
        "Earned in this period": Decimal("13400.00"),
        "Adjustments of earlier periods": Decimal("-10.00"),
        "No longer held back from before": Decimal("850.00"),
        "Held back or not earned yet": Decimal("-8940.00"),
        "Lost or taken back": Decimal("-250.00"),
        "Balance": Decimal("4930.00"),
        "Paid out": Decimal("4930.00"),
        "Carried over to the next period": Decimal("0.00"),
        "Minimum payout": Decimal("500.00"),
    }


CENTS = st.integers(-100_000, 100_000).map(lambda cents: str(Decimal(cents) / 100))
LINES = st.builds(
    line,
    st.sampled_from(["A", "B", "C"]),
    CENTS,
    kind=st.sampled_from(["document", "adjustment", "status"]),
    before=CENTS,
    withheld=CENTS,
    withheld_before=CENTS,
    forfeited=CENTS,
    forfeited_before=CENTS,
)


@given(st.lists(LINES, max_size=6).map(tuple), CENTS, st.sampled_from(["0", "5000"]))
def test_every_summary_adds_up(lines: tuple[SettlementLine, ...], opening: str, minimum: str) -> None:
    numbered = tuple(each.model_copy(update={"number": number}) for number, each in enumerate(lines, start=1))
    rows = summed(page(statement(numbered, opening=opening, minimum=minimum)))
    names = list(rows)
    assert sum(rows[name] for name in names[:6]) == rows["Balance"]
    assert rows["Paid out"] + rows["Carried over to the next period"] == rows["Balance"]


def test_a_correction_of_what_is_held_back_lessens_what_is_held_back() -> None:
    held = (
        line("I", "100", withheld="100", status="held"),
        line("C", "-30", withheld="-30", status="held"),
    )
    rows = summed(page(statement(held)))
    assert rows["Held back or not earned yet"] == Decimal("-70.00")
    assert rows["No longer held back from before"] == 0


@pytest.mark.parametrize(
    ("opening", "minimum", "expected"),
    [
        ("-70", "0", "The balance is negative: it is set off against what is earned later."),
        ("70", "100", "The balance is below the minimum payout of 100.00 CNY, so it is carried over."),
    ],
)
def test_why_nothing_is_paid_out(opening: str, minimum: str, expected: str) -> None:
    made = statement((), opening=opening, minimum=minimum)
    said = page(made).said
    assert expected in said
    assert "There are no documents in this period." in said


HOSTILE = '<script>alert("1")</script>&amp;{{ 7 * 7 }}'


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_ids_and_titles_hold_is_text(language: str) -> None:
    rate = ladder("0.00 CNY", "100.00 CNY", "100.00 CNY", ("100.00 CNY", "0.00 CNY"))
    rate["bands"] = [{"id": HOSTILE, "from": "0 CNY", "rate": "1 %", "inside": "100.00 CNY"}]
    hostile = line(
        HOSTILE,
        "1",
        policy=HOSTILE,
        titles={"en": HOSTILE},
        clause=HOSTILE,
        role=HOSTILE,
        rule=HOSTILE,
        reason=HOSTILE,
        details={"rate": rate, "steps": {"rounded": HOSTILE}},
    )
    again = hostile.model_copy(update={"kind": "adjustment", "number": 2})
    lost = hostile.model_copy(update={"kind": "status", "number": 3})
    made = statement(
        (hostile, again, lost),
        open=(
            OpenDocument(document=HOSTILE, policy=HOSTILE, reason="refused", word=HOSTILE),
            OpenDocument(
                document="I-2",
                policy=HOSTILE,
                reason="undetermined",
                missing=(MissingFact(reason=HOSTILE, field=HOSTILE),),
            ),
        ),
    ).model_copy(update={"payee": HOSTILE})
    whole = settlement(made, titles={"zh": HOSTILE})
    text = statement_page(whole, made, language)
    assert "<script" not in text
    assert "49" not in Page(text).said
    assert HOSTILE in Page(text).said
    assert "script" not in {tag for tag, _ in Page(text).elements}
    assert HOSTILE in tell_settlement(whole, HOSTILE, "CNY", language)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["5 %", "1.50 CNY", "x", "2026-03-01", "3 units"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["unknown", "id", "value"]), inner),
    max_leaves=8,
)
NAMES = [
    "rate", "conversion", "modifiers", "rate_at_most", "steps", "limit", "corrects", "earned_on", "payable_from",
    "line", "because", "benefit",
]  # fmt: skip
LIMITS = st.dictionaries(st.sampled_from(["floor", "cap", "before", "per", "bound", "caps", "left"]), JSON)
GRANTS = st.dictionaries(st.sampled_from(["amount", "share", "granted", "caps", "claim", "approvals", "borne"]), JSON)
RATES = st.fixed_dictionaries(
    {"kind": st.sampled_from(["rate", "fixed", "table", "marginal", "whole", "interpolated"])},
    optional={
        "value": JSON,
        "rows": JSON,
        "inputs": JSON,
        "over": JSON,
        "crossing": JSON,
        "per": JSON,
        "rate_before": JSON,
        "measure": st.dictionaries(st.sampled_from(["before", "after", "own", "period"]), JSON),
        "bands": st.lists(st.dictionaries(st.sampled_from(["id", "from", "rate", "each", "inside"]), JSON), max_size=3),
    },
)


@given(st.dictionaries(st.sampled_from(NAMES), JSON), RATES, LIMITS, GRANTS, st.sampled_from(["x", None]))
def test_details_that_no_result_has_break_nothing(
    details: dict[str, object],
    rate: dict[str, object],
    limit: dict[str, object],
    grant: dict[str, object],
    rule: str | None,
) -> None:
    for told in (details, {**details, "rate": rate, "limit": limit}, {**details, "benefit": grant}):
        made = statement((line("I", "1", details=told, rule=rule),))
        page(made)
        tell_settlement(settlement(made), "P-17")


def test_long_ids_stand_whole_on_the_page_and_short_in_the_drawing() -> None:
    long = "x" * 200
    rate = ladder("0.00 CNY", "100.00 CNY", "100.00 CNY", ("100.00 CNY", "0.00 CNY"))
    rate["bands"] = [{"id": long, "from": "0.00 CNY", "rate": "1 %", "inside": "100.00 CNY"}]
    read = page(statement((line(long, "1", rule=long, details={"rate": rate}),)))
    assert long in read.said
    assert ("text", "x" * 18 + "… · from 0.00 CNY") in read.texts


def test_titles_fall_back_to_what_there_is() -> None:
    russian = statement((line("I", "1", titles={"ru": "скидка"}), line("J", "1", titles={}, policy="bonus")))
    said = page(russian, "zh").said
    assert "скидка" in said
    assert "bonus" in said


def test_days_and_numbers_are_those_of_the_language() -> None:
    assert "Mar 20, 2026" in page().said
    assert "2026年3月20日" in page(language="zh").said
    russian = page(language="ru").said.replace("\u202f", " ").replace("\xa0", " ")
    assert "20 мар. 2026 г." in russian
    assert "13 400,00" in russian


def test_a_page_tells_the_clock_of_the_ruleset() -> None:
    # 01:30 in UTC is 09:30 in Shanghai.
    assert "Apr 5, 2026 09:30 (Asia/Shanghai)" in page().said
    elsewhere = WHOLE.model_copy(update={"timezone": "Nowhere/At-All"})
    assert "01:30" in Page(statement_page(elsewhere, FULL)).said


def test_a_language_that_is_not_there_is_refused() -> None:
    with pytest.raises(UsageError, match="nothing is explained in `fr`: known languages: `en`, `ru`, `zh`"):
        statement_page(WHOLE, FULL, "fr")
    with pytest.raises(UsageError, match="nothing is explained in `fr`"):
        tell_settlement(WHOLE, "P-17", language="fr")


def test_a_page_without_its_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("partnerrules.explanations.statement_pages.jinja2", None)
    with pytest.raises(UsageError, match=re.escape('pip install "partnerrules[statements]"')):
        statement_page(WHOLE, FULL)


def named(payee: str) -> str:
    return page_name(FULL.model_copy(update={"payee": payee}))


def test_a_page_is_named_after_its_payee() -> None:
    assert named("P-17") == "statement-P-17-CNY.html"
    assert re.fullmatch(r"statement-p-17-x[0-9a-f]{16}-CNY\.html", named("p-17"))
    assert re.fullmatch(r"statement--etc-x[0-9a-f]{16}-CNY\.html", named("../etc"))
    assert re.fullmatch(r"statement---x[0-9a-f]{16}-CNY\.html", named("伙伴"))
    assert len(named("Ж" * 200)) < 100


@given(st.lists(st.text(min_size=1, max_size=60), unique=True, max_size=8))
def test_no_two_payees_share_a_file_on_any_file_system(payees: list[str]) -> None:
    names = [named(payee) for payee in payees]
    assert len({name.lower() for name in names}) == len(payees)
    assert all(re.fullmatch(r"[A-Za-z0-9.-]+", name) for name in names)


def test_open_documents_say_what_to_do() -> None:
    day = dt.date(2026, 3, 9)
    words = ("no_rate", "exceeds_original", "measure_misfits", "a_new_word")
    made = statement(
        (), open=tuple(OpenDocument(document=w, policy="p", date=day, reason="refused", word=w) for w in words)
    )
    said = page(made).said
    assert "has to be put right: no row of the rates applies" in said
    assert "has to be put right: the corrections of the document take back more than its base" in said
    assert "has to be put right: more is taken back than was measured" in said
    assert "has to be put right: a_new_word" in said
