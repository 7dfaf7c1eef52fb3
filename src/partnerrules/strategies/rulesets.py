"""Small rulesets that load: their texts, and what they are when loaded. For tests of tools that work on any ruleset.

They are about partners and registrations with fields of their own, and about deals, and have policies of several kinds
over the same conditions, so that the same facts serve all of them.
"""

import json
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from hypothesis import strategies as st

from partnerrules.rulesets import Ruleset, load

_HEAD: Final = """\
ruleset: generated
version: "1"
in_force: {in_force}
currency: CNY
timezone: {zone}
parameters:
  quota: {{value: {quota} CNY}}
  staff_needed: {{value: {staff}}}
  look_back: {{value: {months} months}}
facts:
  partner: {{vip: boolean, trained: boolean, staff: integer, score: {{type: number, missing: none}}}}
  registration: {{cost: money(CNY), claimed_on: {{type: date, missing: none}}}}
definitions:
  sales: {{of: partner, value: 'sum(partner.deals[exists(signed_at)].amount)'}}
"""

_CONDITIONS: Final = (
    "partner.vip",
    "partner.trained",
    "partner.checks.legal",
    "partner.staff >= staff_needed",
    "partner.sales >= quota",
    "exists(partner.score) and partner.score >= 60",
    "exists(partner.admitted_on) and partner.admitted_on + look_back <= today",
    "count(subject.people[employed(item, subject, today)]) >= 2",
    'count(partner.registrations[submitted_at <= as_of and customer.segment = "A"]) >= 1',
    'partner.kind in ["reseller", "integrator"]',
)
_CRITERIA: Final = (
    "{id: segment, claim: 'registration.customer.segment = \"A\"'}",
    "{id: approved, claim: exists(registration.approved_at) and registration.approved_at <= as_of}",
    "{id: earliest, earliest: registration.submitted_at}",
    "{id: worth, highest: registration.amount}",
)
_VALID: Final = (
    "{id: running, require: not(exists(registration.expires_at)) or as_of < registration.expires_at}",
    "{id: kept, require: not(exists(registration.withdrawn_at)) or as_of < registration.withdrawn_at}",
)
"""A registration counts while both of these hold, so that its end is always looked at."""

_BANDS: Final = "[{from: 0 CNY, rate: 4 %}, {from: 1000 CNY, rate: 10 %}]"
_RATES: Final = st.sampled_from(
    (
        "rate: 7.35 %",
        f"rate: {{ladder: whole, bands: {_BANDS}}}",
        f"rate: {{ladder: marginal, over: month, per: transaction.partner, bands: {_BANDS}}}",
    )
)
_PAYEES: Final = st.sampled_from(
    (
        "payee: transaction.partner",
        "split: [{to: transaction.partner, share: 66.67 %}, {to: '\"house\"', share: 33.33 %}]",
    )
)

_CAPS: Final[tuple[dict[str, object], ...]] = (
    {"id": "each", "amount": "quota"},
    {"id": "fund", "amount": "5000 CNY", "per": []},
    {"id": "partner", "amount": "quota", "per": ["registration.partner"]},
    {"id": "yearly", "amount": "2 * quota", "per": ["year(date(registration.submitted_at))"]},
)
_STEPS: Final[tuple[dict[str, object], ...]] = (
    {"gates": [{"id": "vip", "require": "registration.partner.vip"}]},
    {"approvals": [{"id": "manager", "given_at": "registration.approved_at"}]},
    {"claim": {"on": "registration.claimed_on", "within": "30 days", "of": "date(registration.submitted_at)"}},
)
"""What has to be done before a benefit is granted."""

KINDS: Final = ("eligibility", "tiering", "tables", "conflicts", "commission", "benefits")
"""The kinds of policies that generated rulesets have."""


def ruleset_texts(kinds: Sequence[str] = KINDS) -> st.SearchStrategy[str]:
    """Texts of small rulesets that load, each with one policy of each kind.

    Args:
        kinds: of which kinds they have policies, out of `KINDS`.
    """
    unknown = set(kinds) - set(KINDS)
    if unknown:
        raise ValueError(f"no policies of the kind `{unknown.pop()}` are generated: use some of {', '.join(KINDS)}")
    return _texts(tuple(kind for kind in KINDS if kind in kinds))


def rulesets(kinds: Sequence[str] = KINDS) -> st.SearchStrategy[Ruleset]:
    """Small rulesets, loaded. The arguments are those of `ruleset_texts`."""
    return ruleset_texts(kinds).map(ruleset_of)


@lru_cache(maxsize=256)
def ruleset_of(text: str) -> Ruleset:
    """The ruleset of a text.

    Raises:
        RulesetError: if there is a mistake in it.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ruleset.yaml"
        path.write_text(text, encoding="utf-8")
        return load(folder)


@st.composite
def head(draw: st.DrawFn) -> str:
    """The head of a generated ruleset, with the parameters, fields and definitions that its policies speak of."""
    return _HEAD.format(
        in_force=draw(st.sampled_from(["2020-01-01 ..", "2026-01-01 .. 2027-01-01"])),
        zone=draw(st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "UTC"])),
        quota=draw(st.sampled_from([1000, 5000, 100])),
        staff=draw(st.integers(1, 5)),
        months=draw(st.sampled_from([12, 1, 36])),
    )


@st.composite
def requirements(draw: st.DrawFn, prefix: str, depth: int = 2) -> dict[str, object]:
    """A condition of a generated ruleset, as data; the ids of it and of its parts start with a prefix."""
    form = draw(st.sampled_from(["leaf", "leaf", "all", "any", "not", "at_least"])) if depth else "leaf"
    if form == "leaf":
        return {"id": prefix, "require": draw(st.sampled_from(_CONDITIONS))}
    if form == "not":
        return {"id": prefix, "not": draw(requirements(f"{prefix}-n", depth - 1))}
    count = draw(st.integers(1, 3))
    items = [draw(requirements(f"{prefix}-{number}", depth - 1)) for number in range(1, count + 1)]
    if form == "at_least":
        return {"id": prefix, "at_least": draw(st.integers(1, count)), "of": items}
    return {"id": prefix, form: items}


@st.composite
def _texts(draw: st.DrawFn, kinds: Sequence[str]) -> str:
    make = {
        "eligibility": _eligibility,
        "tiering": _tiering,
        "tables": _tables,
        "conflicts": _conflicts,
        "commission": _commission,
        "benefits": _benefits,
    }
    return draw(head()) + "".join(make[kind](draw) for kind in kinds)


def _section(kind: str, name: str, policy: object) -> str:
    # JSON is YAML, and needs no layout.
    return f"{kind}:\n  {name}: {json.dumps(policy, ensure_ascii=False)}\n"


def _eligibility(draw: st.DrawFn) -> str:
    gates = [draw(requirements(f"gate-{number}")) for number in range(1, draw(st.integers(1, 3)) + 1)]
    return _section("eligibility", "admission", {"subject": "partner", "gates": gates})


def _tiering(draw: st.DrawFn) -> str:
    bands: list[dict[str, object]] = []
    for grade in draw(st.sampled_from([("gold",), ("gold", "silver")])):
        asked = [draw(requirements(f"{grade}-1", 1)), draw(requirements(f"{grade}-2", 0))]
        bands.append({"grade": grade, "all": asked})
    return _section("tiering", "grade", {"subject": "partner", "bands": [*bands, {"grade": "registered"}]})


def _tables(draw: st.DrawFn) -> str:
    rows = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        rows.append(
            {
                "id": f"row-{number}",
                "vip": draw(st.sampled_from(["-", "true", "false"])),
                "sales": draw(st.sampled_from(["-", "< quota", ">= quota", "[0 CNY..quota]"])),
                "discount": draw(st.sampled_from(["0 %", "10 %", "12.5 %"])),
            }
        )
    policy = {
        "subject": "partner",
        "hit": draw(st.sampled_from(["first", "any", "rule order"])),
        "inputs": {"vip": "partner.vip", "sales": "partner.sales"},
        "outputs": {"discount": "ratio"},
        "rows": rows,
    }
    return _section("tables", "discount", policy)


def _conflicts(draw: st.DrawFn) -> str:
    chosen = draw(st.lists(st.sampled_from(_CRITERIA), min_size=1, max_size=3, unique=True))
    shared = draw(st.sampled_from(["", "    shared: {territories: registration.territories}\n"]))
    return (
        "conflicts:\n  same-customer:\n    claims: [{of: registration, claimant: registration.partner}]\n"
        "    same: {customer: registration.customer}\n"
        f"{shared}"
        "    valid_when:\n"
        + "".join(f"      - {each}\n" for each in _VALID)
        + "    prefer:\n"
        + "".join(f"      - {each}\n" for each in chosen)
    )


def _commission(draw: st.DrawFn) -> str:
    lines = ("subject: transaction", "base: transaction.net_amount", draw(_PAYEES), draw(_RATES))
    return "commission:\n  margin:\n" + "".join(f"    {line}\n" for line in lines)


def _benefits(draw: st.DrawFn) -> str:
    policy: dict[str, object] = {"subject": "registration", "amount": "registration.cost"}
    for step in draw(st.lists(st.sampled_from(_STEPS), max_size=len(_STEPS), unique_by=str)):
        policy |= step
    policy["share"] = draw(st.sampled_from(["50 %", "33.33 %", "100 %", "0 %"]))
    policy["rounding"] = draw(st.sampled_from(["half_up", "floor", "ceil"]))
    caps = draw(st.lists(st.sampled_from(_CAPS), max_size=len(_CAPS), unique_by=str))
    if caps:
        policy["caps"] = caps
    if any("per" in cap for cap in caps):
        policy["in_order_of"] = "registration.submitted_at"
    return _section("benefits", "fund", policy)
