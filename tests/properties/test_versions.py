"""A ruleset that is cut into versions with the same rules decides as if it had not been cut."""

import datetime as dt
import tempfile
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import SHANGHAI, in_folder

from partnerrules import Decision, Facts, load

HEAD = """\
ruleset: trial
version: "{version}"
in_force: {in_force}
currency: CNY
timezone: Asia/Shanghai
calendar: {{fiscal_year_starts: 04-01}}
"""
FIRST = dt.date(2025, 1, 1)
AS_OF = dt.datetime(2026, 7, 1, 9, tzinfo=SHANGHAI)
days = st.integers(0, 540).map(lambda number: FIRST + dt.timedelta(days=number))
cuts = st.lists(days, min_size=1, max_size=2, unique=True).map(sorted)


def decided(text: str, facts: Mapping[str, object], cut: Sequence[dt.date], as_of: dt.datetime = AS_OF) -> Decision:
    """What a ruleset decides that is cut into versions on some days; in one version if on none."""
    ends = ["", *(day.isoformat() for day in cut), ""]
    files = {
        f"v{number}/ruleset.yaml": HEAD.format(version=f"v{number}", in_force=f"{start} .. {end}".strip()) + text
        for number, (start, end) in enumerate(pairwise(ends))
    }
    with tempfile.TemporaryDirectory() as folder:
        return load(in_folder(files, Path(folder))).decide(Facts(facts), as_of=as_of)


def without_versions(found: object) -> object:
    """Data without the names of the versions."""
    if isinstance(found, dict):
        return {key: without_versions(value) for key, value in found.items() if key != "version"}
    return [without_versions(each) for each in found] if isinstance(found, list) else found


def results(decision: Decision) -> object:
    return without_versions([decision.as_data()["results"], decision.as_data()["to_record"]])


# ---------------------------------------------------------------------------------------------------------- sanctions

SANCTIONS = """\
sanctions:
  conduct:
    subject: partner
    count: partner.violations
    by: violation.occurred_on
    window: {window}
    count_once: {count_once}
    new_offence: {new_offence}
    steps:
      - list: black
        when: level(1) >= 1 or level(2) >= 3{probation}
        for: {length}
        effects: [stop_new_business, stop_settlement]
        reinstatement: {{probation: {after}}}
      - list: yellow
        when: level(2) >= 2 or level(3) >= 3
        {lighter}
        effects: [stop_benefits]
"""


UNTIL = """until: end of year(violation.occurred_on)
        new_offence: ignored"""


@st.composite
def sanctions_texts(draw: st.DrawFn) -> str:
    return SANCTIONS.format(
        window=draw(st.sampled_from(["calendar year", "fiscal year", "12 months", "90 days"])),
        count_once=draw(st.sampled_from(["true", "false"])),
        new_offence=draw(st.sampled_from(["ignored", "concurrent", "extend", "restart"])),
        probation=draw(st.sampled_from(["", " or (on_probation and level(2) >= 1)"])),
        length=draw(st.sampled_from(["30 days", "1 months", "90 days"])),
        after=draw(st.sampled_from(["2 months", "200 days"])),
        lighter=draw(st.sampled_from(["for: 60 days", "for: 1 months", UNTIL])),
    )


@st.composite
def violations(draw: st.DrawFn) -> dict[str, object]:
    given_days = draw(st.lists(st.tuples(st.integers(1, 3), days), max_size=9))
    return {
        f"V-{number}": {"partner": "P-1", "level": level, "occurred_on": day.isoformat()}
        for number, (level, day) in enumerate(given_days)
    }


@settings(max_examples=60)
@given(sanctions_texts(), violations(), cuts)
def test_sanctions_are_imposed_as_by_one_version(
    text: str, given_violations: dict[str, object], cut: list[dt.date]
) -> None:
    facts = {"partners": {"P-1": {}}, "violations": given_violations, "sanctions": {}}
    assert results(decided(text, facts, cut)) == results(decided(text, facts, []))


# --------------------------------------------------------------------------------------------------------- commission

COMMISSION = """\
commission:
  sales:
    subject: transaction
    base: transaction.net_amount
{lines}
"""
LADDERS = (
    "ladder: marginal, over: fiscal year, per: transaction.partner",
    "ladder: whole, over: fiscal year, per: transaction.partner",
    "ladder: whole, over: quarter, crossing: next period, per: transaction.partner",
    "ladder: marginal, over: lifetime, per: transaction.partner",
    "ladder: whole, trailing: 3 months, per: transaction.partner",
)
PAYEES = (
    "payee: transaction.partner",
    "split: [{to: transaction.partner, role: dealer, share: 70 %}, {to: '\"house\"', role: house, share: 30 %}]",
)


@st.composite
def commission_texts(draw: st.DrawFn) -> str:
    bands = "bands: [{from: 0 CNY, rate: 3 %}, {from: 700 CNY, rate: 7 %}, {from: 1500 CNY, rate: 11 %}]"
    payee = draw(st.sampled_from(PAYEES))
    lines = [payee, "rate: {" + f"{draw(st.sampled_from(LADDERS))}, {bands}" + "}"]
    if draw(st.booleans()):
        per = draw(st.sampled_from(("[year]", "[month]", "[transaction.customer, fiscal year]")))
        lines.append(f"cap: {{amount: 60 CNY, per: {per}}}".replace("fiscal year", "year"))
    if draw(st.booleans()):
        lines.append("reference_date: transaction.date")
    if payee == PAYEES[0] and draw(st.booleans()):
        lines.append("overrides: {up: parent, on: net, levels: [{rate: 10 %}, {rate: 20 %}]}")
    return COMMISSION.format(lines="".join(f"    {line}\n" for line in lines))


@st.composite
def documents(draw: st.DrawFn) -> dict[str, object]:
    found: dict[str, object] = {}
    invoices: list[tuple[str, int, dt.date]] = []
    for number in range(draw(st.integers(0, 8))):
        day, amount = draw(days), draw(st.integers(0, 900))
        parties = {"partner": draw(st.sampled_from("PQ")), "customer": draw(st.sampled_from("CD"))}
        document: dict[str, object] = {"kind": "invoice", **parties}
        corrected = draw(st.sampled_from([None, *invoices]))
        if corrected is not None:
            original, of_original, since = corrected
            day, amount = max(day, since), -draw(st.integers(0, of_original))
            document |= {"kind": "credit_note", "original": original}
        else:
            invoices.append((f"T-{number}", amount, day))
        found[f"T-{number}"] = document | {"net_amount": str(amount), "date": day.isoformat()}
    return found


@settings(max_examples=80)
@given(commission_texts(), documents(), cuts)
def test_commission_is_earned_as_by_one_version(text: str, transactions: dict[str, object], cut: list[dt.date]) -> None:
    partners = {"P": {"parent": "Q"}, "Q": {"parent": "R"}, "R": {"parent": None}}
    facts = {"partners": partners, "customers": {"C": {}, "D": {}}, "products": {}, "transactions": transactions}
    assert results(decided(text, facts, cut)) == results(decided(text, facts, []))


# ----------------------------------------------------------------------------------------------------------- benefits

BENEFITS = """\
facts:
  fund_claim:
    plural: fund_claims
    fields: {partner: ref partner, cost: money(CNY), claimed_on: date, fund: text}
benefits:
  fund:
    subject: fund_claim
    beneficiary: fund_claim.partner
    reference_date: fund_claim.claimed_on
    amount: fund_claim.cost
    share: 50 %
    in_order_of: fund_claim.claimed_on
    caps:
      - {id: yearly, amount: 700 CNY, per: [fund_claim.partner, year(fund_claim.claimed_on)]}
      - {id: whole, amount: 1000 CNY, per: [fund_claim.fund]}
"""
claims = st.lists(
    st.tuples(st.sampled_from("PQ"), st.integers(0, 900), days, st.sampled_from("AB")).map(
        lambda each: {"partner": each[0], "cost": f"{each[1]} CNY", "claimed_on": each[2].isoformat(), "fund": each[3]}
    ),
    max_size=8,
)


@settings(max_examples=40)
@given(claims, cuts)
def test_funds_are_drawn_on_as_under_one_version(given_claims: list[dict[str, str]], cut: list[dt.date]) -> None:
    facts = {
        "partners": {"P": {}, "Q": {}},
        "fund_claims": {f"F-{number}": each for number, each in enumerate(given_claims)},
    }
    assert results(decided(BENEFITS, facts, cut)) == results(decided(BENEFITS, facts, []))
