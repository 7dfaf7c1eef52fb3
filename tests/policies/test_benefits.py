"""Benefits: rights and things, shared costs, approvals, claim windows and caps; by hand, and what must always hold."""

import datetime as dt
import itertools
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Final, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import AS_OF, HEAD, codes, decide, diagnostics, in_folder, ruleset

from partnerrules import Facts, Money, Record, load
from partnerrules.cases import run_cases
from partnerrules.decisions.benefits import BenefitResult
from partnerrules.schema.missing import Unknown

Fields: TypeAlias = Mapping[str, object]
Claims: TypeAlias = Mapping[str, Fields]

UNKNOWN: Final = {"unknown": True}

FACTS: Final = """\
facts:
  fund_claim:
    plural: fund_claims
    fields:
      partner: ref partner
      cost: money(CNY)
      share: ratio
      seats: integer
      level: text
      activity_on: date
      claimed_on: {type: date, missing: none}
      plan_approved_at: {type: instant, missing: none}
      director_approved_at: {type: instant, missing: none}
"""
FUND: Final = """\
benefits:
  fund:
    subject: fund_claim
    beneficiary: fund_claim.partner
"""
CLAIM: Final = """\
    claim:
      on: fund_claim.claimed_on
      not_before: fund_claim.activity_on
      within: 30 days
      of: fund_claim.activity_on
"""
GOLD: Final = "    gates: [{id: gold, require: 'fund_claim.level = \"gold\"'}]\n"
COST: Final = "    amount: fund_claim.cost\n"
HALF: Final = COST + "    share: 50 %\n"
YEARLY: Final = """\
    caps:
      - {id: yearly, amount: 10000 CNY, per: [fund_claim.partner, year(fund_claim.activity_on)]}
"""


def claim(cost: str = "1000 CNY", claimed_on: object = "2026-01-15", **more: object) -> dict[str, object]:
    """A claim of P-1 for an activity on 10 January 2026, as of 1 March; what is None is left out."""
    fields = {"partner": "P-1", "cost": cost, "activity_on": "2026-01-10", "claimed_on": claimed_on, **more}
    return {name: value for name, value in fields.items() if value is not None}


def facts(claims: Claims) -> dict[str, object]:
    return {"partners": {"P-1": {}, "P-2": {}}, "fund_claims": claims}


def results(claims: Claims, text: str) -> dict[str, BenefitResult]:
    found: dict[str, BenefitResult] = {}
    for id, each in decide(FACTS + FUND + text, facts(claims))["fund"].items():
        assert isinstance(each, BenefitResult)
        found[id] = each
    return found


def result(own: Fields, text: str) -> BenefitResult:
    return results({"C-1": own}, text)["C-1"]


def told(claims: Claims, text: str) -> dict[str, tuple[str, object]]:
    """Of each claim the outcome, and what is granted."""
    return {id: (each.outcome, each.summary()["granted"]) for id, each in results(claims, text).items()}


def granted(claims: Claims, text: str) -> dict[str, object]:
    return {id: amount for id, (_, amount) in told(claims, text).items()}


# ---------------------------------------------------------------------------------------------------- rights and things


LOGO: Final = """\
facts: {partner: {grade: text, licence_signed: boolean, trademark_terms: boolean, seats: integer}}
benefits:
  logo:
    title: use of the brand logo
    subject: partner
    gates:
      - {id: excellent, require: partner.grade = "excellent"}
      - {id: licence, require: partner.licence_signed}
      - {id: terms, require: partner.trademark_terms}
"""


@pytest.mark.parametrize(
    ("partner", "outcome", "ways"),
    [
        pytest.param({}, "granted", [], id="S3-008: an excellent partner, S4-012: with licence and trademark terms"),
        pytest.param({"grade": "good"}, "refused", [["excellent"]], id="S3-008: another grade"),
        pytest.param({"licence_signed": False}, "refused", [["licence"]], id="S4-012: no licence agreement"),
        pytest.param(
            {"licence_signed": False, "trademark_terms": UNKNOWN},
            "refused",
            [["licence", "terms"]],
            id="S4-012: no licence, whatever the terms",
        ),
        pytest.param({"grade": UNKNOWN}, "undetermined", [["excellent"]], id="S3-008: the grade is not known"),
    ],
)
def test_a_right_is_granted_or_refused(partner: Fields, outcome: str, ways: list[object]) -> None:
    fine = {"grade": "excellent", "licence_signed": True, "trademark_terms": True}
    found = decide(LOGO, {"partners": {"P-1": {**fine, **partner}}})["logo"]["P-1"]
    assert isinstance(found, BenefitResult)
    assert (found.outcome, found.summary()["ways"]) == (outcome, ways)
    assert (found.beneficiary, found.granted, found.claim, found.caps) == ("P-1", None, None, ())
    assert found.reason == ("gate" if outcome == "refused" else None)


def test_s3_007_a_mark_for_all_who_are_admitted() -> None:
    text = """\
facts: {partner: {admitted: boolean}}
eligibility:
  admission: {subject: partner, gates: [{id: admitted, require: partner.admitted}]}
benefits:
  mark: {subject: partner, gates: ['passes(partner, "admission")']}
  training: {subject: partner, when: 'passes(partner, "mark")'}
"""
    found = decide(text, {"partners": {"P-1": {"admitted": True}, "P-2": {"admitted": False}, "P-3": {}}})
    assert [each.outcome for each in found["mark"].values()] == ["granted", "refused", "undetermined"]
    assert {id: each.outcome for id, each in found["training"].items()} == {"P-1": "granted", "P-3": "undetermined"}


@pytest.mark.parametrize(
    ("level", "outcome", "seats"),
    [
        pytest.param("select", "granted", 25, id="P2: 25 seats not for resale for Select"),
        pytest.param("open", "granted", 10, id="P2: 10 seats for Open"),
        pytest.param("none", "refused", 0, id="P2: none for the others"),
        pytest.param(UNKNOWN, "undetermined", "unknown", id="P2: the level is not known"),
    ],
)
def test_things_are_counted(level: object, outcome: str, seats: object) -> None:
    text = """\
    gates: ['fund_claim.level in ["select", "open"]']
    amount: if fund_claim.level = "select" then 25 seats else 10 seats
"""
    found = result(claim(level=level), text)
    assert found.outcome == outcome
    assert ("unknown" if isinstance(found.granted, Unknown) else found.granted) == seats


def test_s2_058_support_by_grade_from_a_table() -> None:
    text = """\
tables:
  support:
    subject: fund_claim
    inputs: {level: fund_claim.level}
    outputs: {trainings: integer}
    hit: first
    rows: |
      | id   | level  | trainings |
      |------|--------|-----------|
      | gold | "gold" | 4         |
      | rest | -      | 1         |
"""
    text = FACTS + text + FUND + '    amount: outcome(fund_claim, "support").trainings\n'
    found = decide(text, facts({"C-1": claim(level="gold"), "C-2": claim(level="x")}))["fund"]
    assert [each.summary()["granted"] for each in found.values()] == [4, 1]


# --------------------------------------------------------------------------------------------------------- shared costs


@pytest.mark.parametrize(
    ("rounding", "part", "borne"),
    [
        # Half of 100.01 is 50.005.
        pytest.param("", "50.01 CNY", "50.00 CNY", id="S2-067: the odd cent by default to the supplier"),
        pytest.param("    rounding: half_up\n", "50.01 CNY", "50.00 CNY", id="S2-067: said so"),
        pytest.param("    rounding: floor\n", "50.00 CNY", "50.01 CNY", id="S2-067: to the partner"),
        pytest.param("    rounding: ceil\n", "50.01 CNY", "50.00 CNY", id="S2-067: always to the supplier"),
        pytest.param("    round: 0\n", "50.00 CNY", "50.01 CNY", id="S2-067: whole yuan"),
        pytest.param("    {round: 0, rounding: ceil}\n", "51.00 CNY", "49.01 CNY", id="S2-067: whole yuan, up"),
    ],
)
def test_an_odd_cent_goes_where_the_policy_says_and_both_parts_add_up(rounding: str, part: str, borne: str) -> None:
    text = HALF + rounding.replace("{", "").replace("}", "").replace(", ", "\n    ")
    found = result(claim("100.01 CNY"), text)
    summary = found.summary()
    assert (found.outcome, summary["granted"], summary["borne"]) == ("granted", part, borne)
    assert isinstance(found.granted, Money)
    assert isinstance(found.borne, Money)
    assert found.granted.amount + found.borne.amount == Decimal("100.01")


@pytest.mark.parametrize(
    ("currency", "cost", "part", "borne"),
    [
        pytest.param("JPY", "101 JPY", "51 JPY", "50 JPY", id="E40: yen have no decimals"),
        pytest.param("KWD", "0.005 KWD", "0.003 KWD", "0.002 KWD", id="E40: dinars have three"),
    ],
)
def test_the_smallest_unit_is_that_of_the_currency(currency: str, cost: str, part: str, borne: str) -> None:
    text = FACTS.replace("CNY", currency) + FUND + HALF
    found = decide(text, facts({"C-1": claim(cost)}), head=HEAD.replace("CNY", currency))["fund"]["C-1"].summary()
    assert (found["granted"], found["borne"]) == (part, borne)


def test_a_claim_and_a_share_may_have_clauses_of_their_own() -> None:
    """S2-067: half of the cost; S2-068: paid afterwards, and never in advance."""
    text = CLAIM + "      source: S2-068\n" + COST + "    share: {value: 50 %, source: S2-067}\n"
    plain = results({"C-1": claim("1000 CNY")}, CLAIM + HALF)["C-1"]
    rules = ruleset(FACTS + FUND.replace("    subject", "    source: S2-066\n    subject") + text)
    decision = rules.decide(Facts(facts({"C-1": claim("1000 CNY")})), as_of=AS_OF)
    found = decision["fund"]["C-1"]
    assert isinstance(found, BenefitResult)
    assert (found.outcome, str(found.granted)) == ("granted", "500.00 CNY") == (plain.outcome, str(plain.granted))
    places = [(each.place, each.source) for each in rules.versions[0].citations]
    assert places == [
        ("benefits.fund", "S2-066"),
        ("benefits.fund.claim", "S2-068"),
        ("benefits.fund.share", "S2-067"),
    ]
    told = decision.explain("fund", "C-1")
    assert "50% [S2-067]" in told
    assert "to 9 Feb 2026) [S2-068]\n" in told


def test_an_amount_without_a_share_is_granted_in_full() -> None:
    summary = result(claim("100.01 CNY"), COST).summary()
    assert [summary[key] for key in ("amount", "share", "part", "granted", "borne")] == [
        "100.01 CNY", None, "100.01 CNY", "100.01 CNY", "0.00 CNY",
    ]  # fmt: skip


def test_p9_a_marketing_budget_of_a_share_of_growth() -> None:
    # Professional: 3 % of a growth of 1,234,567.89 is 37,037.0367.
    found = result(claim("1234567.89 CNY", share="3 %"), COST + "    share: fund_claim.share\n")
    assert found.summary()["granted"] == "37037.04 CNY"


def test_there_are_only_so_many_caps_and_approvals() -> None:
    caps = "    caps: [" + ", ".join(["{amount: 1 CNY}"] * 21) + "]\n"
    assert codes(FACTS + FUND + COST + caps) == ["too-large"]
    many = "".join(f"      - {{id: a{each}, given_at: fund_claim.plan_approved_at}}\n" for each in range(51))
    assert codes(FACTS + FUND + "    approvals:\n" + many) == ["too-large"]
    fifty = "    approvals:\n" + many[: many.index("      - {id: a50")]
    assert result(claim(plan_approved_at=UNKNOWN), fifty).outcome == "undetermined"
    assert result(claim(plan_approved_at="2026-01-01T00:00:00Z"), fifty).outcome == "granted"


@pytest.mark.parametrize(
    ("own", "text", "reason"),
    [
        pytest.param(claim("-1 CNY"), COST, "negative_amount", id="less than nothing"),
        pytest.param(claim(share="101 %"), COST + "    share: fund_claim.share\n", "share_out_of_range", id="over all"),
        pytest.param(claim(share="-1 %"), COST + "    share: fund_claim.share\n", "share_out_of_range", id="below"),
        pytest.param(
            claim(),
            COST + "    caps: [{amount: fund_claim.cost - 2000 CNY}]\n",
            "negative_cap",
            id="a cap below nothing",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_and_never_mended(own: Fields, text: str, reason: str) -> None:
    found = result(own, text)
    assert (found.outcome, found.reason, found.summary()["granted"]) == ("refused", reason, "0.00 CNY")


@pytest.mark.parametrize(
    ("cost", "cap", "outcome"),
    [
        pytest.param("0 CNY", "100 CNY", "nothing", id="nothing counted"),
        pytest.param("0 CNY", "0 CNY", "exhausted", id="nothing counted, and nothing left: the caps come first"),
        pytest.param("0.01 CNY", "100 CNY", "nothing", id="a part that rounds to nothing"),
        pytest.param("0.02 CNY", "100 CNY", "granted", id="one cent"),
        pytest.param("0.02 CNY", "0.009 CNY", "exhausted", id="a part of a cent left"),
    ],
)
def test_a_grant_of_nothing_is_none(cost: str, cap: str, outcome: str) -> None:
    text = FACTS + FUND + HALF + f"    rounding: floor\n    caps: [{{amount: {cap}}}]\n"
    text += "eligibility:\n  asks: {subject: fund_claim, gates: [{id: got, require: 'passes(fund_claim, \"fund\")'}]}\n"
    found = decide(text, facts({"C-1": claim(cost)}))
    assert found["fund"]["C-1"].outcome == outcome
    assert found["asks"]["C-1"].outcome == ("eligible" if outcome == "granted" else "ineligible")


def test_nothing_is_granted_of_nothing_without_caps_too() -> None:
    assert told({"C-1": claim("0 CNY"), "C-2": claim("1 CNY")}, COST) == {
        "C-1": ("nothing", "0.00 CNY"),
        "C-2": ("granted", "1.00 CNY"),
    }


def test_what_a_cap_leaves_is_granted_in_whole_cents() -> None:
    # 3.33 % of 1,111.11 is 36.999963, of which 36.99 can be granted; then nothing can.
    caps = "    caps: [{id: year, amount: fund_claim.share * 1111.11 CNY, per: [fund_claim.partner]}]\n"
    claims = {"C-1": claim("20 CNY", share="3.33 %"), "C-2": claim("20 CNY", "2026-01-16", share="3.33 %")}
    claims["C-3"] = claim("20 CNY", "2026-01-17", share="3.33 %")
    found = results(claims, CLAIM + COST + caps)
    assert {id: (each.outcome, each.summary()["granted"], each.summary()["left"]) for id, each in found.items()} == {
        "C-1": ("granted", "20.00 CNY", {"year": "16.99 CNY"}),
        "C-2": ("reduced", "16.99 CNY", {"year": "0.00 CNY"}),
        "C-3": ("exhausted", "0.00 CNY", {"year": "0.00 CNY"}),
    }
    assert granted({"C-1": claim("99 CNY")}, COST + "    round: 0\n    caps: [{amount: 30.50 CNY}]\n") == {
        "C-1": "30.00 CNY"
    }


@pytest.mark.parametrize(
    ("cost", "rounding", "expected"),
    [
        pytest.param("99.60 CNY", "", "99.00 CNY", id="to the nearest, which is more than the cost"),
        pytest.param("99.60 CNY", "    rounding: ceil\n", "99.00 CNY", id="up, which is more than the cost"),
        pytest.param("99.00 CNY", "    rounding: ceil\n", "99.00 CNY", id="a whole number"),
        pytest.param("99.60 CNY", "    share: 99 %\n    rounding: ceil\n", "99.00 CNY", id="98.604, up"),
    ],
)
def test_rounding_never_grants_more_than_the_cost(cost: str, rounding: str, expected: str) -> None:
    summary = result(claim(cost), COST + "    round: 0\n" + rounding).summary()
    assert summary["granted"] == expected
    assert not str(summary["borne"]).startswith("-")


@pytest.mark.parametrize(
    ("amount", "share", "expected"),
    [
        pytest.param("3 hours", "33 %", "3600 seconds", id="0.99 hours: one hour"),
        pytest.param("90 minutes", "33 %", "1800 seconds", id="29.7 minutes: thirty minutes"),
        pytest.param("1 hour + 30 minutes", "33 %", "1800 seconds", id="the least unit that is written"),
        pytest.param("5 Mbps", "50 %", "3000000 data rate", id="2.5 Mbps: three"),
        pytest.param("25 seats", "50 %", "13 seats", id="12.5 seats: thirteen"),
        pytest.param("fund_claim.seats * 1 hour", "50 %", "10800 seconds", id="2.5 hours: three"),
    ],
)
def test_places_are_those_of_the_unit_in_which_the_amount_is_written(amount: str, share: str, expected: str) -> None:
    summary = result(claim(seats=5), f"    amount: {amount}\n    share: {share}\n").summary()
    assert summary["granted"] == expected


@pytest.mark.parametrize(
    ("amount", "unit"),
    [("25 seats", "seat"), ("3 hours", "second"), ("5 Mbps", "data rate"), ("1 CNY", "CNY"), ("3", None)],
)
def test_amounts_have_a_unit(amount: str, unit: str | None) -> None:
    assert result(claim(), f"    amount: {amount}\n").unit == unit
    assert result(claim(), "").unit is None


@pytest.mark.parametrize(
    ("share", "way_out"),
    [
        pytest.param("0.5", "write `50 %`, or `0.5 %` if that is meant", id="half"),
        pytest.param("50", "write `50 %`", id="fifty"),
        pytest.param("1", "write `1 %`", id="one"),
    ],
)
def test_a_share_without_its_sign_is_read_as_a_rate_is(share: str, way_out: str) -> None:
    (found,) = diagnostics(FACTS + FUND + COST + f"    share: {share}\n")
    assert (found.code, found.help) == ("ratio-without-percent", way_out)


# ------------------------------------------------------------------------------------------------ the window of a claim


@pytest.mark.parametrize(
    ("claimed_on", "activity_on", "expected"),
    [
        # Today is 1 March 2026. For an activity on 10 January the 30th day after it is 9 February.
        pytest.param("2026-01-09", "2026-01-10", ("refused", "claimed_early", "early"), id="S2-068: in advance"),
        pytest.param("2026-01-10", "2026-01-10", ("granted", None, "claimed"), id="S2-068: on the day of the activity"),
        pytest.param("2026-02-09", "2026-01-10", ("granted", None, "claimed"), id="the 30th day is in time"),
        pytest.param("2026-02-10", "2026-01-10", ("forfeited", "claimed_late", "late"), id="the 31st day is too late"),
        pytest.param(None, "2026-01-29", ("forfeited", "not_claimed_in_time", "missed"), id="until yesterday"),
        pytest.param(None, "2026-01-30", ("pending", "not_claimed", "open"), id="until today"),
        pytest.param(None, "2026-03-01", ("pending", "not_claimed", "open"), id="from today on"),
        pytest.param(None, "2026-03-02", ("pending", "not_claimed", "not_begun"), id="from tomorrow on"),
        pytest.param("2026-03-02", "2026-02-20", ("pending", "not_claimed", "open"), id="claimed tomorrow: not yet"),
        pytest.param(UNKNOWN, "2026-02-20", ("undetermined", None, "unknown"), id="not known whether it is claimed"),
        pytest.param("2026-02-20", UNKNOWN, ("undetermined", None, "unknown"), id="not known when the activity was"),
    ],
)
def test_a_claim_has_a_window_with_both_ends_in_it(claimed_on: object, activity_on: object, expected: object) -> None:
    found = result(claim(claimed_on=claimed_on, activity_on=activity_on), CLAIM + COST)
    assert found.claim is not None
    assert (found.outcome, found.reason, found.claim.state) == expected


def test_the_window_is_told() -> None:
    summary = result(claim(), CLAIM).summary()
    assert [summary[key] for key in ("claim", "first_day", "last_day")] == ["claimed", "2026-01-10", "2026-02-09"]


@pytest.mark.parametrize(
    ("claimed_on", "outcome"),
    [
        ("2025-06-14", "refused"),
        ("2025-06-15", "granted"),
        ("2025-06-29", "granted"),
        ("2025-06-30", "forfeited"),
    ],
)
def test_p2_rebates_are_disputed_in_the_15_days_after_the_day_they_are_due(claimed_on: str, outcome: str) -> None:
    # Due within 45 days of the end of the fiscal quarter, 30 April 2025: on 14 June.
    text = """\
    claim:
      on: fund_claim.claimed_on
      not_before: fund_claim.activity_on + 45 days + 1 days
      within: 15 days
      of: fund_claim.activity_on + 45 days
"""
    assert result(claim(activity_on="2025-04-30", claimed_on=claimed_on), text).outcome == outcome


def test_a_window_of_months_is_clipped_and_one_of_business_days_asks_the_calendar() -> None:
    monthly = CLAIM.replace("30 days", "1 month")
    own = claim(activity_on="2026-01-31", claimed_on="2026-02-28")
    assert result(own, monthly).summary()["last_day"] == "2026-02-28"
    business = CLAIM.replace("30 days", "5 business days")
    assert codes(FACTS + FUND + business) == ["no-calendar"]
    head = HEAD + "calendar: {holidays: CN}\n"
    found = decide(FACTS + FUND + business, facts({"C-1": claim()}), head=head)["fund"]["C-1"]
    assert found.summary()["last_day"] == "2026-01-16"  # 10 January is a Saturday


def test_a_window_may_begin_with_an_instant_that_a_gate_has_shown_to_be_there() -> None:
    text = """\
    gates: [{id: planned, require: exists(fund_claim.plan_approved_at)}]
    claim:
      on: fund_claim.claimed_on
      not_before: fund_claim.plan_approved_at
      within: 10 days
      of: fund_claim.plan_approved_at
"""
    # 16:00 UTC is the next day in Shanghai.
    found = result(claim(claimed_on="2026-01-11", plan_approved_at="2026-01-01T16:00:00Z"), text)
    assert [found.summary()[key] for key in ("outcome", "first_day", "last_day")] == [
        "granted",
        "2026-01-02",
        "2026-01-12",
    ]
    without = result(claim(), text).summary()
    assert [without[key] for key in ("outcome", "first_day", "last_day", "missing")] == ["refused", None, None, []]


@pytest.mark.parametrize(
    ("claimed_on", "expected"),
    [
        pytest.param("2026-01-09", ("refused", "claimed_early"), id="before the day from which is counted"),
        pytest.param("2026-01-10", ("granted", None), id="on that day"),
        pytest.param("2026-02-09", ("granted", None), id="on the last day"),
    ],
)
def test_what_is_claimed_before_the_window_is_not_within_it(claimed_on: str, expected: object) -> None:
    found = result(claim(claimed_on=claimed_on), CLAIM.replace("      not_before: fund_claim.activity_on\n", ""))
    assert (found.outcome, found.reason) == expected


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        # It is 01:00 in UTC.
        pytest.param("2026-03-01T01:00:00Z", ("granted", "claimed"), id="just now"),
        pytest.param("2026-03-01T01:00:01Z", ("pending", "open"), id="in a second"),
        pytest.param("2026-03-01T15:59:59Z", ("pending", "open"), id="later on the same day"),
    ],
)
def test_a_claim_of_a_later_instant_is_not_made_yet(instant: str, expected: object) -> None:
    text = CLAIM.replace("claim.claimed_on", "claim.plan_approved_at") + COST
    found = result(claim(claimed_on=None, activity_on="2026-02-20", plan_approved_at=instant), text)
    assert found.claim is not None
    assert (found.outcome, found.claim.state) == expected


def test_a_claim_without_a_window_only_has_to_be_made() -> None:
    only = "    claim: {on: fund_claim.claimed_on}\n"
    assert [result(claim(claimed_on=day), only).outcome for day in (None, "2020-01-01")] == ["pending", "granted"]


# ------------------------------------------------------------------------------------------------------------ approvals


PLAN: Final = "    approvals:\n      - {id: plan, given_at: fund_claim.plan_approved_at}\n"
DIRECTOR: Final = """\
      - {id: director, when: fund_claim.cost > 50000 CNY, given_at: fund_claim.director_approved_at}
"""
BEFORE: Final = PLAN.replace("}", ", by: fund_claim.activity_on}")


@pytest.mark.parametrize(
    ("own", "text", "expected"),
    [
        pytest.param({}, PLAN, ("pending", {"plan": "open"}), id="S2-066: no reimbursement without approval"),
        pytest.param({"plan_approved_at": "2026-02-01T10:00:00Z"}, PLAN, ("granted", {"plan": "given"}), id="S2-066"),
        pytest.param(
            {"plan_approved_at": "2026-03-01T01:00:01Z"}, PLAN, ("pending", {"plan": "open"}), id="approved in a second"
        ),
        pytest.param(
            {"plan_approved_at": "2026-03-01T01:00:00Z"}, PLAN, ("granted", {"plan": "given"}), id="approved just now"
        ),
        pytest.param(
            {"plan_approved_at": UNKNOWN}, PLAN, ("undetermined", {"plan": "unknown"}), id="not known whether approved"
        ),
        # The day of the activity ends at 16:00 UTC, as Shanghai is eight hours ahead.
        pytest.param(
            {"plan_approved_at": "2026-01-10T15:59:59Z"},
            BEFORE,
            ("granted", {"plan": "given"}),
            id="S2-065: planned first, approved on the last day",
        ),
        pytest.param(
            {"plan_approved_at": "2026-01-10T16:00:00Z"},
            BEFORE,
            ("forfeited", {"plan": "late"}),
            id="S2-065: approved a second too late",
        ),
        pytest.param({}, BEFORE, ("forfeited", {"plan": "late"}), id="S2-065: never planned with headquarters"),
        pytest.param(
            {"activity_on": "2026-03-01"}, BEFORE, ("pending", {"plan": "open"}), id="S2-065: the last day is today"
        ),
        pytest.param(
            {"activity_on": UNKNOWN, "plan_approved_at": "2026-01-01T00:00:00Z"},
            BEFORE,
            ("undetermined", {"plan": "unknown"}),
            id="the last day is not known",
        ),
    ],
)
def test_an_approval_comes_before_the_money(own: Fields, text: str, expected: object) -> None:
    found = result({**claim(), **own}, text + COST)
    assert (found.outcome, found.summary()["approvals"]) == expected


@pytest.mark.parametrize(
    ("cost", "director", "expected"),
    [
        pytest.param("50000 CNY", None, ("granted", "not_needed"), id="at the threshold"),
        pytest.param("50000.01 CNY", None, ("pending", "open"), id="just above it"),
        pytest.param("50000.01 CNY", "2026-02-01T00:00:00Z", ("granted", "given"), id="just above it, and given"),
        pytest.param("50000 CNY", "2026-02-01T00:00:00Z", ("granted", "given"), id="given without need"),
        pytest.param("50000.01 CNY", UNKNOWN, ("undetermined", "unknown"), id="not known whether it is given"),
        pytest.param("50000 CNY", UNKNOWN, ("granted", "unknown"), id="not needed, and perhaps given"),
    ],
)
def test_a_further_approval_is_needed_just_above_a_threshold(cost: str, director: object, expected: object) -> None:
    own = claim(cost, plan_approved_at="2026-01-02T00:00:00Z", director_approved_at=director)
    found = result(own, PLAN + DIRECTOR + COST)
    assert (found.outcome, found.approvals[1].state) == expected


def test_it_is_too_late_only_when_the_last_day_is_over() -> None:
    # Whether the plan is approved is not known; it can be until the activity, and nothing is claimed yet.
    own = claim(claimed_on=None, activity_on="2026-03-10", plan_approved_at=UNKNOWN)
    found = result(own, BEFORE + CLAIM)
    assert (found.outcome, found.approvals[0].state) == ("pending", "unknown")
    own = claim(claimed_on=None, activity_on="2026-02-10", plan_approved_at=UNKNOWN)
    assert result(own, BEFORE + CLAIM).outcome == "undetermined"


def test_an_approval_that_is_given_needs_no_reason() -> None:
    own = claim(plan_approved_at="2026-01-02T00:00:00Z", director_approved_at="2026-01-03T00:00:00Z") | {
        "cost": UNKNOWN
    }
    found = result(own, PLAN + DIRECTOR)
    assert (found.outcome, found.approvals[1].state) == ("granted", "given")
    undecided = {name: value for name, value in own.items() if name != "director_approved_at"}
    assert result(undecided, PLAN + DIRECTOR).summary()["missing"] == ["fund_claims C-1 cost"]


def test_a_chain_is_told_by_the_last_day_of_each() -> None:
    text = """\
    approvals:
      - {id: plan, given_at: fund_claim.plan_approved_at, by: 'if exists(fund_claim.director_approved_at) then fund_claim.director_approved_at else as_of'}
      - {id: director, given_at: fund_claim.director_approved_at}
"""  # noqa: E501  # as it stands in a ruleset
    first, second = "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z"
    assert result(claim(plan_approved_at=first, director_approved_at=second), text).outcome == "granted"
    assert result(claim(plan_approved_at=second, director_approved_at=first), text).outcome == "forfeited"


def test_the_gravest_reason_is_told() -> None:
    late = claim(claimed_on="2026-02-10", level="gold")
    assert result(late, GOLD + CLAIM + PLAN).reason == "claimed_late"
    assert result({**late, "level": "x"}, GOLD + CLAIM + PLAN).reason == "gate"
    # Whatever the level, nothing is granted; whether it is refused or forfeited is not known.
    doubted = result({**late, "level": UNKNOWN}, GOLD + CLAIM + PLAN + COST)
    assert (doubted.outcome, doubted.summary()["granted"]) == ("undetermined", "0.00 CNY")


# ----------------------------------------------------------------------------------------------------------------- caps


def test_a_cap_is_used_by_those_who_claimed_first() -> None:
    claims = {
        "C-1": claim("7000 CNY", "2026-01-20"),
        "C-2": claim("4000 CNY", "2026-01-12"),
        "C-3": claim("500 CNY", "2026-01-21"),
        "C-4": claim("9000 CNY", "2026-01-11", partner="P-2"),
        "C-5": claim("9000 CNY", "2025-01-11", activity_on="2025-01-10"),
    }
    assert told(claims, CLAIM + COST + YEARLY) == {
        "C-1": ("reduced", "6000.00 CNY"),
        "C-2": ("granted", "4000.00 CNY"),
        "C-3": ("exhausted", "0.00 CNY"),
        "C-4": ("granted", "9000.00 CNY"),
        "C-5": ("granted", "9000.00 CNY"),
    }
    found = results(claims, CLAIM + COST + YEARLY)
    assert {id: each.summary()["left"] for id, each in found.items() if id < "C-4"} == {
        "C-1": {"yearly": "0.00 CNY"},
        "C-2": {"yearly": "6000.00 CNY"},
        "C-3": {"yearly": "0.00 CNY"},
    }
    assert found["C-1"].summary()["borne"] == "1000.00 CNY"


def test_a_cap_that_is_used_up_exactly_leaves_nothing_for_the_next() -> None:
    claims = {"C-1": claim("10000 CNY", "2026-01-11"), "C-2": claim("0.01 CNY", "2026-01-12")}
    assert told(claims, CLAIM + COST + YEARLY) == {"C-1": ("granted", "10000.00 CNY"), "C-2": ("exhausted", "0.00 CNY")}


def test_only_what_is_granted_uses_up_a_cap() -> None:
    claims = {
        "C-1": claim("9000 CNY", "2026-01-09"),  # in advance
        "C-2": claim("9000 CNY", None),  # not claimed
        "C-3": claim("9000 CNY", "2026-02-10"),  # too late
        "C-4": claim("-9000 CNY", "2026-01-11"),
        "C-5": claim("9000 CNY", "2026-02-09"),
    }
    assert granted(claims, CLAIM + COST + YEARLY) == {**dict.fromkeys(claims, "0.00 CNY"), "C-5": "9000.00 CNY"}


def test_an_instant_decides_who_came_first_on_one_day() -> None:
    text = CLAIM.replace("claimed_on", "plan_approved_at")
    claims = {
        "C-1": claim("8000 CNY", None, plan_approved_at="2026-01-11T10:00:00.000002+08:00"),
        "C-2": claim("8000 CNY", None, plan_approved_at="2026-01-11T02:00:00.000001Z"),
    }
    assert granted(claims, text + COST + YEARLY) == {"C-1": "2000.00 CNY", "C-2": "8000.00 CNY"}
    # The window is one of days, in the timezone of the ruleset: 9 February ends at 16:00 UTC.
    late = claim("1 CNY", None, plan_approved_at="2026-02-09T16:00:00Z")
    assert result(late, text + COST).outcome == "forfeited"
    in_time = claim("1 CNY", None, plan_approved_at="2026-02-09T15:59:59Z")
    assert result(in_time, text + COST).outcome == "granted"


def test_claims_of_one_day_come_by_a_further_key_or_by_their_ids() -> None:
    claims = {"C-1": claim("8000 CNY", seats=2), "C-2": claim("8000 CNY", seats=1)}
    assert granted(claims, CLAIM + COST + YEARLY) == {"C-1": "8000.00 CNY", "C-2": "2000.00 CNY"}
    order = "    in_order_of: [fund_claim.claimed_on, fund_claim.seats]\n"
    assert granted(claims, CLAIM + COST + YEARLY + order) == {"C-1": "2000.00 CNY", "C-2": "8000.00 CNY"}


ONE: Final = "    caps: [{id: year, amount: 100 CNY, per: [fund_claim.partner]}]\n"


def test_a_late_approval_takes_nothing_back() -> None:
    # C-1 is claimed first and approved last: until then C-2 is granted what there is, and keeps it.
    claims = {
        "C-1": claim("100 CNY", "2026-01-11", plan_approved_at="2026-02-20T00:00:00Z"),
        "C-2": claim("70 CNY", "2026-01-12", plan_approved_at="2026-01-13T00:00:00Z"),
    }
    text = FACTS + FUND + CLAIM + PLAN + COST + ONE
    before = decide(text, facts(claims), as_of=dt.datetime(2026, 2, 1, tzinfo=dt.UTC))["fund"]
    assert {id: each.summary()["granted"] for id, each in before.items()} == {"C-1": "0.00 CNY", "C-2": "70.00 CNY"}
    assert granted(claims, CLAIM + PLAN + COST + ONE) == {"C-1": "30.00 CNY", "C-2": "70.00 CNY"}
    # The policy may say otherwise.
    other = "    in_order_of: fund_claim.claimed_on\n"
    assert granted(claims, CLAIM + PLAN + COST + ONE + other) == {"C-1": "100.00 CNY", "C-2": "0.00 CNY"}


def test_an_approval_that_is_not_needed_puts_nobody_back() -> None:
    plan, late = "2026-01-02T00:00:00Z", "2026-02-20T00:00:00Z"
    claims = {
        "C-1": claim("60000 CNY", "2026-01-11", plan_approved_at=plan, director_approved_at=late),
        "C-2": claim("40000 CNY", "2026-01-12", plan_approved_at=plan, director_approved_at=late),
        "C-3": claim("50000 CNY", "2026-01-13", plan_approved_at=plan),
    }
    caps = ONE.replace("100 CNY", "100000 CNY")
    assert granted(claims, CLAIM + PLAN + DIRECTOR + COST + caps) == {
        "C-1": "10000.00 CNY", "C-2": "40000.00 CNY", "C-3": "50000.00 CNY",
    }  # fmt: skip


def test_approvals_put_claims_in_order_where_nothing_has_to_be_claimed() -> None:
    claims = {
        "C-1": claim("100 CNY", plan_approved_at="2026-01-11T10:00:00.000002+08:00"),
        "C-2": claim("70 CNY", plan_approved_at="2026-01-11T02:00:00.000001Z"),
    }
    assert granted(claims, PLAN + COST + ONE) == {"C-1": "30.00 CNY", "C-2": "70.00 CNY"}
    only = "    approvals:\n" + DIRECTOR
    assert codes(FACTS + FUND + only + COST + ONE) == ["missing-key"]


def test_a_cap_of_the_whole_programme_is_shared_by_all() -> None:
    claims = {"C-1": claim("80 CNY"), "C-2": claim("80 CNY", partner="P-2"), "C-3": claim("80 CNY", "2026-01-16")}
    found = results(claims, CLAIM + COST + ONE.replace("[fund_claim.partner]", "[]"))
    assert [each.summary()["granted"] for each in found.values()] == ["80.00 CNY", "20.00 CNY", "0.00 CNY"]
    caps = [each.caps[0] for each in found.values()]
    assert [(cap.used_by, cap.users, cap.by_id) for cap in caps] == [
        ((), 0, False), (("C-1",), 1, True), (("C-1", "C-2"), 2, False),
    ]  # fmt: skip


def test_of_many_that_used_a_cap_five_are_named() -> None:
    claims = {f"C-{number}": claim("10 CNY", f"2026-01-1{number}") for number in range(1, 8)}
    claims |= {"C-0": claim("90 CNY", "2026-01-30"), "C-9": claim("0 CNY", "2026-01-11")}
    (cap,) = results(claims, CLAIM + COST + ONE)["C-0"].caps
    assert (cap.used_by, cap.users, cap.by_id) == (("C-1", "C-2", "C-3", "C-4", "C-5"), 7, False)


QUARTERLY: Final = """\
    caps:
      - {id: quarterly, amount: 3000 CNY, per: [fund_claim.partner, start of quarter(fund_claim.activity_on)]}
      - {id: yearly, amount: 8000 CNY, per: [fund_claim.partner, year(fund_claim.activity_on)]}
    in_order_of: fund_claim.activity_on
"""


@pytest.mark.parametrize("caps", [QUARTERLY, QUARTERLY.replace("3000 CNY", "X").replace("8000", "3000")])
def test_several_caps_take_from_each_other_only_what_is_granted(caps: str) -> None:
    swapped = "X" in caps
    if swapped:  # the same two caps, the yearly one first
        lines = QUARTERLY.split("\n")
        caps = "\n".join([lines[0], lines[2], lines[1], *lines[3:]])
    claims = {
        "C-1": claim("5000 CNY", activity_on="2025-01-10"),
        "C-2": claim("5000 CNY", activity_on="2025-04-10"),
        "C-3": claim("5000 CNY", activity_on="2025-07-10"),
        "C-4": claim("5000 CNY", activity_on="2025-10-10"),
    }
    assert granted(claims, COST + caps) == {
        "C-1": "3000.00 CNY",
        "C-2": "3000.00 CNY",
        "C-3": "2000.00 CNY",  # of 8,000 of the year 6,000 are gone
        "C-4": "0.00 CNY",
    }


def test_a_cap_by_grade_follows_the_grade_and_keeps_what_was_taken() -> None:
    caps = """\
    caps:
      - id: by-grade
        amount: 'if fund_claim.level = "gold" then 5000 CNY else 1000 CNY'
        per: [fund_claim.partner]
    in_order_of: fund_claim.claimed_on
"""
    claims = {
        "C-1": claim("3000 CNY", "2026-01-11", level="silver"),
        "C-2": claim("3000 CNY", "2026-01-12", level="gold"),  # of 5,000 there are 4,000 left
        "C-3": claim("3000 CNY", "2026-01-13", level="silver"),  # of 1,000 nothing is
        "C-4": claim("3000 CNY", "2026-01-14", level="gold"),
    }
    assert granted(claims, CLAIM + COST + caps) == {
        "C-1": "1000.00 CNY", "C-2": "3000.00 CNY", "C-3": "0.00 CNY", "C-4": "1000.00 CNY",
    }  # fmt: skip


def test_a_cap_of_each_claim_is_shared_with_nobody() -> None:
    caps = "    caps: [{id: each, amount: 800 CNY}, {amount: 700 CNY}]\n"
    claims = {"C-1": claim("1000 CNY"), "C-2": claim("650 CNY")}
    assert told(claims, COST + caps) == {"C-1": ("reduced", "700.00 CNY"), "C-2": ("granted", "650.00 CNY")}
    assert results(claims, COST + caps)["C-1"].summary()["left"] == {"each": "100.00 CNY", "2": "0.00 CNY"}


def test_a_cap_of_nothing_leaves_nothing_whatever_the_others_leave() -> None:
    caps = "    caps: [{id: each, amount: fund_claim.seats * 1 CNY}, {amount: 0 CNY}]\n"
    assert told({"C-1": claim(seats=UNKNOWN)}, COST + caps) == {"C-1": ("undetermined", "0.00 CNY")}  # may be below 0
    many = "    caps: [" + ", ".join(["{amount: fund_claim.cost}"] * 20) + "]\n"
    assert told({"C-1": claim()}, COST + many) == {"C-1": ("granted", "1000.00 CNY")}


def test_s3_015_points_that_were_earned_are_redeemed_once() -> None:
    text = """\
facts:
  earning: {plural: earnings, fields: {partner: ref partner, points: points, earned_on: date}}
  redemption: {plural: redemptions, fields: {partner: ref partner, points: points, redeemed_on: date}}
benefits:
  loyalty:
    subject: redemption
    beneficiary: redemption.partner
    amount: redemption.points
    caps:
      - id: earned
        amount: sum(redemption.partner.earnings[earned_on <= redemption.redeemed_on].points)
        per: [redemption.partner]
    in_order_of: redemption.redeemed_on
"""
    assert codes(text) == []
    earned = {"E-1": ("100 points", "2026-01-01"), "E-2": ("50 points", "2026-02-01")}
    spent = {"R-1": ("80 points", "2026-01-10"), "R-2": ("30 points", "2026-01-20"), "R-3": ("60 points", "2026-02-10")}
    found = decide(
        text,
        {
            "partners": {"P-1": {}},
            "earnings": {id: {"partner": "P-1", "points": p, "earned_on": d} for id, (p, d) in earned.items()},
            "redemptions": {id: {"partner": "P-1", "points": p, "redeemed_on": d} for id, (p, d) in spent.items()},
        },
    )["loyalty"]
    assert [(each.outcome, each.summary()["granted"]) for each in found.values()] == [
        ("granted", "80 points"),
        ("reduced", "20 points"),
        ("reduced", "50 points"),
    ]


# ---------------------------------------------------------------------------------------------------- what is not known


def test_an_earlier_claim_of_which_the_amount_is_not_known_matters_where_it_can() -> None:
    claims = {
        "C-1": claim("9000 CNY", "2026-01-11") | {"cost": UNKNOWN},
        "C-2": claim("1000 CNY", "2026-01-12"),
        "C-3": claim("1000 CNY", "2026-01-12", partner="P-2"),
    }
    assert told(claims, CLAIM + COST + YEARLY)["C-3"] == ("granted", "1000.00 CNY")
    found = results(claims, CLAIM + COST + YEARLY)["C-2"].summary()
    assert (found["outcome"], found["missing"]) == ("undetermined", ["fund_claims C-1 cost"])
    in_doubt = {
        "C-1": claim("9000 CNY", "2026-01-11", level=UNKNOWN),
        "C-2": claim("1000 CNY", "2026-01-12", level="gold"),
    }
    assert told(in_doubt, CLAIM + GOLD + COST + YEARLY)["C-2"] == ("granted", "1000.00 CNY")


def test_less_than_all_and_more_than_nothing_is_certain_before_the_amount_is() -> None:
    claims = {
        "C-1": claim("4000 CNY", "2026-01-11", level=UNKNOWN),
        "C-2": claim("12000 CNY", "2026-01-12", level="gold"),
        "C-3": claim("1 CNY", "2026-01-13", level="gold"),
    }
    found = results(claims, CLAIM + GOLD + COST + YEARLY)
    assert [found[id].outcome for id in claims] == ["undetermined", "reduced", "exhausted"]
    assert isinstance(found["C-2"].granted, Unknown)
    assert found["C-2"].summary()["missing"] == ["fund_claims C-1 level"]
    assert found["C-3"].summary()["granted"] == "0.00 CNY"


def test_where_claims_may_be_missing_a_cap_that_they_share_is_in_doubt() -> None:
    loose = [
        Record("partner", id="P-1"),
        Record("fund_claim", id="C-1", **claim("10000 CNY", "2026-01-11")),
        Record("fund_claim", id="C-2", **claim("1000 CNY", "2026-01-12")),
    ]
    found = ruleset(FACTS + FUND + CLAIM + COST + YEARLY).decide(Facts(loose), as_of=AS_OF)["fund"]
    assert [each.outcome for each in found.values()] == ["undetermined", "exhausted"]
    assert found["C-1"].summary()["missing"] == ["all fund_claims"]


def test_what_a_claim_lacks_is_named_even_where_nothing_is_granted() -> None:
    found = result(claim(partner=UNKNOWN), CLAIM + COST + YEARLY)
    assert isinstance(found.beneficiary, Unknown)
    assert found.summary()["missing"] == ["fund_claims C-1 partner"]


def test_a_claim_that_the_policy_may_not_be_about() -> None:
    text = "    when: fund_claim.seats > 0\n" + COST
    found = results({"C-1": claim(seats=0), "C-2": claim(), "C-3": claim(seats=1)}, text)
    assert {id: each.outcome for id, each in found.items()} == {"C-2": "undetermined", "C-3": "granted"}
    assert isinstance(found["C-2"].granted, Unknown)
    assert found["C-2"].summary()["missing"] == ["fund_claims C-2 seats"]


def test_an_amount_that_is_not_known_leaves_the_outcome_open() -> None:
    summary = result({**claim(), "cost": UNKNOWN}, HALF).summary()
    assert (summary["outcome"], summary["missing"]) == ("undetermined", ["fund_claims C-1 cost"])
    refused = result({**claim(), "cost": UNKNOWN, "level": "x"}, GOLD + HALF)
    assert (refused.outcome, refused.summary()["granted"]) == ("refused", "0.00 CNY")


# ------------------------------------------------------------------------------------------------ versions and overlays


def test_a_shared_cap_goes_on_under_a_new_version(tmp_path: Path) -> None:
    first = (
        HEAD.replace("2020-01-01 ..", "2026-01-01 .. 2026-02-01")
        + FACTS
        + FUND
        + "    reference_date: fund_claim.activity_on\n"
    )
    second = first.replace('version: "1"', 'version: "2"').replace("2026-01-01 .. 2026-02-01", "2026-02-01 ..")
    files = {
        "1/ruleset.yaml": first + COST + YEARLY + "    in_order_of: fund_claim.activity_on\n",
        "2/ruleset.yaml": second + HALF + YEARLY + "    in_order_of: fund_claim.activity_on\n",
    }
    claims = {
        "C-1": claim("9000 CNY", activity_on="2026-01-31"),
        "C-2": claim("9000 CNY", activity_on="2026-02-01"),
        "C-3": claim("9000 CNY", activity_on="2025-12-31"),
    }
    found = load(in_folder(files, tmp_path)).decide(Facts(facts(claims)), as_of=AS_OF)["fund"]
    assert [each.outcome for each in found.values()] == ["granted", "reduced", "no_policy_in_force"]
    assert [found[id].summary()["granted"] for id in ("C-1", "C-2")] == ["9000.00 CNY", "1000.00 CNY"]


# ---------------------------------------------------------------------------------------------------------------- cases


CASES: Final = """cases:
  - name: half of the cost
    as_of: 2026-03-01T09:00:00+08:00
    facts:
      partners: {P-1: {}}
      fund_claims:
        C-1: {partner: P-1, cost: 100.01 CNY, level: gold, activity_on: 2026-01-10, claimed_on: 2026-01-11}
        C-2: {partner: P-1, cost: 100 CNY, level: gold, activity_on: 2026-01-10, claimed_on: 2026-02-10}
        C-3: {partner: P-1, cost: 100 CNY, level: silver, activity_on: 2026-01-10, claimed_on: 2026-01-12}
    expect:
      fund:
        C-1: {outcome: granted, granted: 50.01 CNY, borne: 50.00 CNY, left: {yearly: 9949.99 CNY}, claim: claimed}
        C-2: {outcome: forfeited, reason: claimed_late, last_day: 2026-02-09, granted: 0.00 CNY}
        C-3: {outcome: refused, leaves: {gold: false}, ways: [[gold]]}
"""


def test_cases_expect_what_is_granted_and_reach_it(tmp_path: Path) -> None:
    in_folder({"ruleset.yaml": HEAD + FACTS + FUND + GOLD + CLAIM + HALF + YEARLY, "cases.yaml": CASES}, tmp_path)
    report = run_cases(tmp_path, coverage=True)
    assert report.ok, str(report)
    (coverage,) = report.coverage
    assert sorted(coverage.unreached) == ["outcome exhausted", "outcome pending", "outcome reduced"]


def test_approvals_are_parts_that_cases_reach() -> None:
    (version,) = ruleset(FACTS + FUND + BEFORE + DIRECTOR).versions
    assert version.policies["fund"].points == (
        "outcome forfeited",
        "outcome granted",
        "outcome pending",
        "approval plan given",
        "approval plan open",
        "approval director given",
        "approval director open",
        "approval director not_needed",
    )


# ----------------------------------------------------------------------------------------------------------- properties


ALL: Final = """    gates: [{id: gold, require: 'fund_claim.level = "gold"'}]
    approvals:
      - {id: plan, given_at: fund_claim.plan_approved_at, by: fund_claim.activity_on}
      - {id: director, when: fund_claim.cost > 500 CNY, given_at: fund_claim.director_approved_at}
    claim: {on: fund_claim.claimed_on, not_before: fund_claim.activity_on, within: 30 days, of: fund_claim.activity_on}
    amount: fund_claim.cost
    share: 50 %
    caps:
      - {id: of-partner, amount: 400 CNY, per: [fund_claim.partner]}
      - {id: of-month, amount: 500 CNY, per: [start of month(fund_claim.claimed_on)]}
"""
RULES: Final = ruleset(FACTS + FUND + ALL)
EARLY: Final = "2026-01-02T00:00:00Z"
VALUES: Final[Mapping[str, tuple[object, ...]]] = {
    "partner": ("P-1", "P-1", "P-2"),
    "cost": ("0.01 CNY", "333.33 CNY", "500 CNY", "500.01 CNY", "900 CNY", "-1 CNY"),
    "level": ("gold", "gold", "gold", "silver"),
    "activity_on": ("2026-01-10", "2026-02-20"),
    "claimed_on": ("2026-01-10", "2026-01-25", "2026-02-09", "2026-02-10", "2026-02-25", None),
    "plan_approved_at": (EARLY, EARLY, "2026-02-01T00:00:00Z", None),
    "director_approved_at": (EARLY, "2026-02-26T00:00:00Z", None),
}


@st.composite
def drawn_claims(draw: st.DrawFn, gaps: int = 0) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for number in range(draw(st.integers(1, 5))):
        fields = {name: draw(st.sampled_from(values)) for name, values in VALUES.items()}
        for name in VALUES:
            if gaps and draw(st.integers(0, 8)) == 0:
                fields[name] = UNKNOWN
                gaps -= 1
        found[f"C-{number}"] = {name: value for name, value in fields.items() if value is not None}
    return found


def decided(claims: Claims) -> dict[str, BenefitResult]:
    found: dict[str, BenefitResult] = {}
    for id, each in RULES.decide(Facts(facts(claims)), as_of=AS_OF)["fund"].items():
        assert isinstance(each, BenefitResult)
        found[id] = each
    return found


def model(claims: Claims) -> dict[str, tuple[str, Decimal]]:
    """What is granted where all is known: a model that knows nothing of plans."""
    left: dict[object, Decimal] = {}
    found: dict[str, tuple[str, Decimal]] = {}
    for id in sorted(claims, key=lambda each: (_complete(claims[each]), str(claims[each].get("claimed_on")), each)):
        own = claims[id]
        cost = Decimal(str(own["cost"]).removesuffix(" CNY"))
        activity, on = dt.date.fromisoformat(str(own["activity_on"])), own.get("claimed_on")
        last = activity + dt.timedelta(days=30)
        day = None if on is None else dt.date.fromisoformat(str(on))
        plan = own.get("plan_approved_at")
        found[id] = ("", Decimal(0))
        if own["level"] != "gold" or cost < 0 or (day is not None and day < activity):
            found[id] = ("refused", Decimal(0))
        elif (day or AS_OF.date()) > last or (str(plan)[:10] if plan else str(AS_OF.date())) > activity.isoformat():
            found[id] = ("forfeited", Decimal(0))
        elif day is None or (cost > 500 and "director_approved_at" not in own):
            found[id] = ("pending", Decimal(0))
        else:
            part = (cost / 2).quantize(Decimal("0.01"), ROUND_HALF_UP)
            keys = {("partner", own["partner"]): Decimal(400), ("month", day.replace(day=1)): Decimal(500)}
            given = min([part, *(left.setdefault(key, size) for key, size in keys.items())])
            for key in keys:
                left[key] -= given
            found[id] = ("granted" if given == part else "reduced" if given else "exhausted", given)
    return found


def _complete(own: Fields) -> str:
    """The day on which a claim has all that it needs."""
    needs = own["cost"] in ("500.01 CNY", "900 CNY")
    approved = (own.get("plan_approved_at"), own.get("director_approved_at") if needs else None)
    return max(str(own.get("claimed_on", "9999")), *(str(each)[:10] for each in approved if each))


def amount_of(found: BenefitResult) -> Decimal | None:
    return found.granted.amount if isinstance(found.granted, Money) else None


@given(drawn_claims())
def test_what_is_granted_is_that_of_the_model(claims: Claims) -> None:
    assert {id: (each.outcome, amount_of(each)) for id, each in decided(claims).items()} == model(claims)


@given(drawn_claims())
def test_both_parts_are_the_cost_and_no_cap_is_exceeded(claims: Claims) -> None:
    totals: dict[object, Decimal] = {}
    for id, each in decided(claims).items():
        assert isinstance(each.granted, Money)
        if each.borne is not None:
            assert isinstance(each.borne, Money)
            assert f"{each.granted.amount + each.borne.amount:.2f} CNY" == f"{_decimal(claims[id]['cost']):.2f} CNY"
        for key in (claims[id]["partner"], str(claims[id].get("claimed_on"))[:7]):
            totals[key] = totals.get(key, Decimal(0)) + each.granted.amount
    assert all(total <= (400 if str(key).startswith("P") else 500) for key, total in totals.items())


def _decimal(cost: object) -> Decimal:
    return Decimal(str(cost).removesuffix(" CNY"))


@given(st.data(), drawn_claims(gaps=1))
def test_the_order_of_the_facts_changes_nothing(data: st.DataObject, claims: Claims) -> None:
    ids = data.draw(st.permutations(list(claims)))
    assert {id: each.as_data() for id, each in decided({id: claims[id] for id in ids}).items()} == {
        id: each.as_data() for id, each in decided(claims).items()
    }


@given(drawn_claims(), drawn_claims())
def test_claims_that_come_later_change_no_earlier_one(claims: Claims, later: Claims) -> None:
    further = {f"D-{id}": {**each, "claimed_on": "2026-02-27"} for id, each in later.items()}
    together = decided({**claims, **further})
    for id, each in decided(claims).items():
        if each.outcome != "pending":  # of which the caps tell what is left by now
            assert together[id].as_data() == each.as_data()


@settings(max_examples=settings().max_examples * 2)
@given(drawn_claims(gaps=2))
def test_no_way_to_fill_the_gaps_contradicts_what_is_certain(claims: Claims) -> None:
    found = decided(claims)
    gaps = [(id, name) for id, own in claims.items() for name, value in own.items() if value is UNKNOWN]
    for filling in itertools.product(*(dict.fromkeys(VALUES[name]) for _, name in gaps)):
        filled = {id: dict(own) for id, own in claims.items()}
        for (id, name), value in zip(gaps, filling, strict=True):
            filled[id][name] = value
        known = {id: {name: value for name, value in own.items() if value is not None} for id, own in filled.items()}
        for id, (outcome, amount) in model(known).items():
            assert found[id].outcome in ("undetermined", outcome)
            assert amount_of(found[id]) in (None, amount)


@given(drawn_claims(gaps=1), drawn_claims())
def test_claims_that_are_refused_change_nothing_for_the_others(claims: Claims, others: Claims) -> None:
    refused = {f"B-{id}": {**own, "level": "silver"} for id, own in others.items()}
    together = decided({**claims, **refused})
    assert {id: together[id].as_data() for id in claims} == {id: each.as_data() for id, each in decided(claims).items()}


@given(drawn_claims())
def test_equal_claims_get_equal_results_where_nothing_is_shared(claims: Claims) -> None:
    text = FACTS + FUND + ALL[: ALL.index("    caps:")]
    twins = {f"D-{id}": own for id, own in claims.items()}
    found = decide(text, facts({**claims, **twins}))["fund"]
    for id in claims:
        one, other = found[id], found[f"D-{id}"]
        assert isinstance(one, BenefitResult)
        assert isinstance(other, BenefitResult)
        assert (one.outcome, one.granted, one.reason) == (other.outcome, other.granted, other.reason)
