"""Papers: what has to be there, what it has to say, what is signed first, how strict it is, and how much worse."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest
from tests.policies.papers import (
    BARE,
    COMPLETE,
    MUST,
    ORDER,
    OWN,
    REQUIRED,
    SECTIONS,
    SIGNED,
    UNDERPINNING,
    UNKNOWN,
    WORSE,
    Contracts,
    facts,
)
from tests.support import AS_OF, HEAD, SHANGHAI, codes, decide, in_folder

from partnerrules import Facts, load
from partnerrules.cases import run_cases
from partnerrules.decisions.contracts import ContractsResult, TooEarly, Underpromised, Unmet, Worsened


def result(contracts: Contracts, checks: str, *, as_of: dt.datetime = AS_OF) -> ContractsResult:
    found = decide(BARE + checks, facts(contracts), as_of=as_of)["papers"]["J-1"]
    assert isinstance(found, ContractsResult)
    return found


def told(contracts: Contracts, checks: str) -> dict[str, object]:
    """The outcome, the checks that are not fulfilled with the contracts at fault, and what is not known."""
    found = result(contracts, checks)
    wrong = {check.id: [*check.contracts] for check in found.checks if check.outcome == "not_fulfilled"}
    missing = found.summary()["missing"]
    return {"outcome": found.outcome} | ({"wrong": wrong} if wrong else {}) | ({"missing": missing} if missing else {})


# ----------------------------------------------------------------------------------------------------- what is required

ALL: Final = {"S-1": {"kind": "sla"}, "O-1": {"kind": "ola"}, "U-1": {"kind": "underpinning", "signed_at": SIGNED}}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, {"outcome": "in_order"}, id="S0-032: all three agreements"),
        pytest.param({"O-1": None}, {"outcome": "deficient", "wrong": {"ola": []}}, id="S0-032: no OLA"),
        pytest.param(
            {"U-1": {"kind": "underpinning"}}, {"outcome": "deficient", "wrong": {"uc": []}}, id="S0-021: not signed"
        ),
        pytest.param({"U-2": {"kind": "underpinning"}}, {"outcome": "in_order"}, id="S0-032: one of two is enough"),
        pytest.param(
            {"O-1": {}},
            {"outcome": "undetermined", "missing": ["contracts O-1 kind"]},
            id="S0-032: one that may be it",
        ),
        pytest.param(
            {"O-1": {}, "S-1": {"kind": "main"}},
            {"outcome": "undetermined", "missing": ["contracts O-1 kind"]},
            id="S0-032: it cannot be both, which nobody looks into",
        ),
        pytest.param(
            {"O-1": {"kind": "ola", "project": UNKNOWN}},
            {"outcome": "undetermined", "missing": ["contracts O-1 project"]},
            id="S0-032: of which project is not known",
        ),
    ],
)
def test_some_contract_is_what_is_required(changes: Mapping[str, object], expected: dict[str, object]) -> None:
    found = {**ALL, **changes}
    assert told({id: fields for id, fields in found.items() if isinstance(fields, dict)}, REQUIRED) == expected


def test_the_contracts_that_are_what_is_required_are_told() -> None:
    assert result(ALL, REQUIRED).summary()["met_by"] == {"sla": ["S-1"], "ola": ["O-1"], "uc": ["U-1"]}
    assert result({**ALL, "S-0": {"kind": "sla"}}, REQUIRED).check("sla").met_by == ("S-0", "S-1")


def test_where_contracts_may_be_missing_nothing_is_lacking_for_certain() -> None:
    found = decide(BARE + REQUIRED, {"projects": {"J-1": {}}})["papers"]["J-1"].summary()
    assert (found["outcome"], found["missing"]) == ("undetermined", ["all contracts"])
    assert decide(BARE + REQUIRED, {"projects": {"J-1": {}}, "contracts": {}})["papers"]["J-1"].outcome == "deficient"


def test_s0_008_a_framework_agreement_fits_the_partner() -> None:
    text = """\
facts: {contract: {agreement_for: text}, partner: {sort: text}}
contracts:
  framework:
    subject: partner
    contracts: partner.contracts
    required: [{id: fits, having: contract.kind = "framework" and contract.agreement_for = partner.sort}]
eligibility:
  activation: {subject: partner, gates: [{id: agreement, require: 'passes(partner, "framework")'}]}
"""
    known: dict[str, object] = {
        "partners": {"P-1": {"sort": "agent"}, "P-2": {"sort": "integrator"}, "P-3": {}},
        "contracts": {
            f"F-{n}": {"partner": f"P-{n}", "kind": "framework", "agreement_for": "agent"} for n in (1, 2, 3)
        },
    }
    found = decide(text, known)
    assert [each.outcome for each in found["framework"].values()] == ["in_order", "deficient", "undetermined"]
    assert [each.outcome for each in found["activation"].values()] == ["eligible", "ineligible", "undetermined"]


# ------------------------------------------------------------------------------------------------- contents, conditions


@pytest.mark.parametrize(
    ("scope", "lacking"),
    [
        pytest.param(SECTIONS, None, id="S0-031: all four"),
        pytest.param([*reversed(SECTIONS), "prices"], None, id="S0-031: in any order, and more"),
        pytest.param(SECTIONS[1:3], ["responsibility boundary", "change handling"], id="S0-031: two are lacking"),
        pytest.param([], SECTIONS, id="S0-031: nothing"),
        pytest.param(["Roles", *SECTIONS[2:]], SECTIONS[:2], id="S0-031: letter by letter"),
    ],
)
def test_a_contract_names_all_it_has_to(scope: list[str], lacking: list[str] | None) -> None:
    found = result({"M-1": {"kind": "main", "scope": scope}, "U-1": {"kind": "underpinning"}}, COMPLETE)
    assert found.outcome == ("in_order" if lacking is None else "deficient")
    wanted = [] if lacking is None else [{"contract": "M-1", "lacking": lacking}]
    assert [each.as_data() for each in found.check("sections").findings] == wanted


def test_contents_that_are_not_known_and_contracts_that_are_not_asked() -> None:
    assert told({"M-1": {"kind": "main"}}, COMPLETE) == {
        "outcome": "undetermined",
        "missing": ["contracts M-1 scope"],
    }
    assert told({"M-1": {"scope": SECTIONS}}, COMPLETE) == {"outcome": "in_order"}  # whatever it is
    assert told({"M-1": {"scope": SECTIONS[1:]}}, COMPLETE) == {
        "outcome": "undetermined",
        "missing": ["contracts M-1 kind"],
    }


def test_what_has_to_be_named_may_be_a_parameter_and_what_is_named_records() -> None:
    text = """\
parameters: {sections: {value: '["roles", "levels"]'}}
facts: {section: {plural: sections_of_contracts, fields: {contract: ref contract, heading: text}}}
contracts:
  papers:
    subject: contract
    complete:
      - {id: parts, names: 'sections_of_contracts[item.contract = subject].heading', all_of: parameters.sections}
"""
    known: dict[str, object] = {
        "contracts": {"C-1": {}, "C-2": {}, "C-3": {}},
        "sections_of_contracts": {
            "A": {"contract": "C-1", "heading": "roles"},
            "B": {"contract": "C-1", "heading": "levels"},
            "C": {"contract": "C-2"},
        },
    }
    found = decide(text, known)["papers"]
    assert [each.outcome for each in found.values()] == ["in_order", "undetermined", "deficient"]
    assert found["C-3"].summary()["findings"] == [{"check": "parts", "contract": "C-3", "lacking": ["roles", "levels"]}]


@pytest.mark.parametrize(
    ("contract", "expected"),
    [
        pytest.param({"kind": "ola"}, {"outcome": "in_order"}, id="S0-033: OLA between departments"),
        pytest.param(
            {"kind": "ola", "partner": "P-1"},
            {"outcome": "deficient", "wrong": {"internal": ["C-1"]}},
            id="S0-033: OLA with a partner",
        ),
        pytest.param(
            {"kind": "underpinning"},
            {"outcome": "deficient", "wrong": {"external": ["C-1"]}},
            id="S0-033: UC without a partner",
        ),
        pytest.param({"kind": "main", "sales_mode": "direct"}, {"outcome": "in_order"}, id="S0-020: direct"),
        pytest.param({"kind": "main", "sales_mode": "resale"}, {"outcome": "in_order"}, id="S0-020: resale"),
        pytest.param(
            {"kind": "main", "sales_mode": "lease"},
            {"outcome": "deficient", "wrong": {"sold-as": ["C-1"]}},
            id="S0-020: another way",
        ),
        pytest.param(
            {"kind": "main"},
            {"outcome": "undetermined", "missing": ["contracts C-1 sales_mode"]},
            id="S0-020: not known",
        ),
        pytest.param(
            {"sales_mode": "direct"},
            {"outcome": "undetermined", "missing": ["contracts C-1 kind"]},
            id="S0-033: it is OLA or UC, or neither",
        ),
    ],
)
def test_every_contract_meets_the_conditions_of_its_sort(
    contract: dict[str, object], expected: dict[str, object]
) -> None:
    known = facts({"C-1": contract})
    found = decide(BARE + MUST, {**known, "partners": {"P-1": {}}})["papers"]["J-1"]
    assert isinstance(found, ContractsResult)
    wrong = {check.id: [*check.contracts] for check in found.checks if check.outcome == "not_fulfilled"}
    assert found.outcome == expected["outcome"]
    assert wrong == expected.get("wrong", {})
    assert found.summary()["missing"] == expected.get("missing", [])


def test_a_condition_that_is_not_met_is_told_as_the_tree_it_is() -> None:
    found = result({"C-1": {"kind": "main", "sales_mode": "lease"}}, MUST)
    (finding,) = found.check("sold-as").findings
    assert isinstance(finding, Unmet)
    assert finding.as_data()["conditions"] == ["direct", "resale"]


def test_s1_034_what_is_asked_and_measured_is_agreed_when_the_contract_starts() -> None:
    text = """\
facts: {contract: {kpis_agreed_on: {type: date, missing: none}}}
contracts:
  papers:
    subject: contract
    must:
      - {id: kpis, require: exists(contract.kpis_agreed_on) and contract.kpis_agreed_on <= contract.effective_from}
"""
    days: dict[str, dict[str, object]] = {
        "C-1": {"kpis_agreed_on": "2026-01-01"},
        "C-2": {"kpis_agreed_on": "2026-01-02"},
        "C-3": {},
        "C-4": {"kpis_agreed_on": UNKNOWN},
    }
    known = {"contracts": {id: {"effective_from": "2026-01-01", **each} for id, each in days.items()}}
    found = [each.outcome for each in decide(text, known)["papers"].values()]
    assert found == ["in_order", "deficient", "deficient", "undetermined"]


def test_s0_030_documents_of_a_project_before_it_starts_and_before_it_is_signed() -> None:
    text = """\
facts:
  document: {plural: documents, fields: {project: ref project, sort: text, dated_on: date}}
  project: {signed_on: date}
contracts:
  planned:
    subject: project
    contracts: documents[item.project = subject]
    required:
      - {id: plan, having: document.sort = "plan" and document.dated_on < project.started_on}
      - {id: early, severity: warning, having: document.sort = "plan" and document.dated_on < project.signed_on}
"""
    outcomes = {}
    for day in ("2026-01-04", "2026-01-05", "2026-01-09", "2026-01-10"):
        known: dict[str, object] = {
            "projects": {"J-1": {"signed_on": "2026-01-05", "started_on": "2026-01-10"}},
            "documents": {"A": {"project": "J-1", "sort": "plan", "dated_on": day}},
        }
        outcomes[day] = decide(text, known)["planned"]["J-1"].outcome
    assert outcomes == {
        "2026-01-04": "in_order", "2026-01-05": "warning", "2026-01-09": "warning", "2026-01-10": "deficient",
    }  # fmt: skip


# --------------------------------------------------------------------------------------------------------------- order

PAIR: Final = {"U-1": {"kind": "underpinning"}, "M-1": {"kind": "main", "signed_at": SIGNED}}
WRONG: Final = {"outcome": "deficient", "wrong": {"uc-first": ["M-1"]}}


@pytest.mark.parametrize(
    ("underpinning", "main", "expected"),
    [
        pytest.param("2026-01-10T08:59:59+08:00", SIGNED, {"outcome": "in_order"}, id="S0-021: an instant before"),
        pytest.param(SIGNED, SIGNED, WRONG, id="S0-021: at the same instant"),
        pytest.param("2026-01-10T01:00:00Z", SIGNED, WRONG, id="S0-021: the same instant elsewhere"),
        pytest.param("2026-01-10T09:00:01+08:00", SIGNED, WRONG, id="S0-021: an instant after"),
        pytest.param(None, SIGNED, WRONG, id="S0-021: not signed at all"),
        pytest.param(None, None, {"outcome": "in_order"}, id="S0-021: nothing is signed yet"),
        pytest.param(SIGNED, None, {"outcome": "in_order"}, id="S0-021: the main contract is to come"),
        pytest.param(None, "2026-03-01T09:00:01+08:00", {"outcome": "in_order"}, id="S0-021: after the decision"),
        pytest.param(None, "2026-03-01T09:00:00+08:00", WRONG, id="S0-021: at the decision"),
        pytest.param(
            UNKNOWN,
            SIGNED,
            {"outcome": "undetermined", "missing": ["contracts U-1 signed_at"]},
            id="S0-021: not known when",
        ),
        pytest.param(
            SIGNED,
            UNKNOWN,
            {"outcome": "undetermined", "missing": ["contracts M-1 signed_at"]},
            id="S0-021: not known when the main contract was",
        ),
    ],
)
def test_s0_021_the_underpinning_contract_is_signed_first(
    underpinning: object, main: object, expected: dict[str, object]
) -> None:
    contracts: dict[str, dict[str, object]] = {"U-1": {"kind": "underpinning"}, "M-1": {"kind": "main"}}
    for id, signed in (("U-1", underpinning), ("M-1", main)):
        contracts[id] |= {} if signed is None else {"signed_at": signed}
    assert told(contracts, ORDER) == expected


def test_at_the_same_time_is_early_enough_where_that_is_allowed() -> None:
    same = {**PAIR, "U-1": {"kind": "underpinning", "signed_at": SIGNED}}
    assert told(same, ORDER + "        same_time: allowed\n") == {"outcome": "in_order"}
    assert told(same, ORDER + "        same_time: forbidden\n") == WRONG
    by_day = ORDER.replace("by: contract.signed_at", "by: contract.effective_from")
    days = {id: {**each, "effective_from": "2026-01-10"} for id, each in same.items()}
    assert told(days, by_day) == WRONG
    assert told(days, by_day + "        same_time: allowed\n") == {"outcome": "in_order"}


def test_no_contract_comes_before_itself() -> None:
    alone = ORDER.replace('contract.kind = "underpinning"', 'contract.kind = "main"') + "        same_time: allowed\n"
    assert told({"M-1": PAIR["M-1"]}, alone) == WRONG
    assert told({"M-1": PAIR["M-1"], "M-2": PAIR["M-1"]}, alone) == {"outcome": "in_order"}


def test_only_contracts_that_have_to_do_with_each_other_are_paired() -> None:
    joined = ORDER + "        where: later in earlier.underpins\n"
    early = {"kind": "underpinning", "signed_at": "2026-01-09T09:00:00+08:00"}
    contracts: dict[str, Mapping[str, object]] = {
        "M-1": PAIR["M-1"],
        "M-2": PAIR["M-1"],
        "U-1": {**early, "underpins": ["M-1"]},
        "U-2": {"kind": "underpinning", "underpins": ["M-2"]},
    }
    found = result(contracts, joined)
    assert told(contracts, joined) == {"outcome": "deficient", "wrong": {"uc-first": ["M-2"]}}
    assert found.summary()["pairs"] == {"uc-first": [["U-1", "M-1"]]}
    (finding,) = found.check("uc-first").findings
    assert isinstance(finding, TooEarly)
    assert finding.as_data() == {
        "contract": "M-2",
        "signed": "2026-01-10T01:00:00+00:00",
        "earlier": {"U-2": None},
    }
    assert told({**contracts, "U-2": early}, joined) == {
        "outcome": "undetermined",
        "missing": ["contracts U-2 underpins"],
    }
    assert told({**contracts, "U-2": {**early, "underpins": ["M-1", "M-2"]}}, joined) == {"outcome": "in_order"}


def test_s0_023_who_delivers_first_still_signs_first_and_pays_later() -> None:
    checks = (
        ORDER
        + """\
    must:
      - {id: paid, for: not(project.deliver_first), require: exists(contract.paid_on)}
"""
    )
    text = (
        (BARE + checks)
        .replace("facts:\n", "facts:\n  project: {deliver_first: boolean}\n")
        .replace("    project: ref project\n", "    project: ref project\n    paid_on: {type: date, missing: none}\n")
    )
    known = facts(PAIR)
    for first, wrong in ((True, ["uc-first"]), (False, ["uc-first", "paid"])):
        found = decide(text, {**known, "projects": {"J-1": {"deliver_first": first}}})["papers"]["J-1"]
        assert isinstance(found, ContractsResult)
        assert {check.id for check in found.checks if check.outcome == "not_fulfilled"} == set(wrong)


# -------------------------------------------------------------------------------------------------------- underpinning


def target(metric: str, limit: object, unit: str | None = "h", scope: str | None = None) -> dict[str, object]:
    fields = {"metric": metric, "limit": limit, "unit": unit, "scope": scope}
    return {name: value for name, value in fields.items() if value is not None}


NEEDS: Final = [target("response_time", 4), target("availability", "99.9", "%"), target("smiles", 5, "a day")]


@pytest.mark.parametrize(
    ("promised", "expected"),
    [
        pytest.param([target("response_time", 3), target("availability", "99.95", "%")], [], id="S0-034: stricter"),
        pytest.param([target("response_time", 4), target("availability", "99.9", "%")], [], id="S0-034: 4 h and 4 h"),
        pytest.param(
            [target("response_time", 5), target("availability", "99.9", "%")],
            [("response_time", "weaker")],
            id="S0-034: 5 h for 4 h",
        ),
        pytest.param(
            [target("response_time", "4.001"), target("availability", "99.899", "%")],
            [("availability", "weaker"), ("response_time", "weaker")],
            id="S0-034: a little less",
        ),
        pytest.param(
            [target("response_time", 4)], [("availability", "not_promised")], id="S0-034: nothing is said of one"
        ),
        pytest.param(
            [target("response_time", 5), target("response_time", 2), target("availability", 100, "%")],
            [],
            id="S0-034: one promise of two is enough",
        ),
        pytest.param(
            [target("response_time", 4, scope="L1"), target("availability", 100, "%")],
            [("response_time", "not_promised")],
            id="S0-034: promised for a part only",
        ),
    ],
)
def test_s0_034_what_underpins_is_as_strict(promised: list[dict[str, object]], expected: list[tuple[str, str]]) -> None:
    contracts: dict[str, dict[str, object]] = {
        "S-1": {"kind": "sla", "targets": NEEDS},
        "U-1": {"kind": "underpinning", "underpins": ["S-1"], "targets": promised},
    }
    found = result(contracts, UNDERPINNING)
    findings = found.check("strict").findings
    assert found.outcome == ("deficient" if expected else "in_order")
    assert [(each.metric, each.reason) for each in findings if isinstance(each, Underpromised)] == expected


def underpinned(needed: list[dict[str, object]], promised: object) -> dict[str, dict[str, object]]:
    return {
        "S-1": {"kind": "sla", "targets": needed},
        "U-1": {"kind": "underpinning", "underpins": ["S-1"], "targets": promised},
    }


def test_a_target_of_one_scope_is_promised_for_it_or_for_all() -> None:
    need = [target("response_time", 4, scope="L1")]
    for promised, outcome in (
        ([target("response_time", 4, scope="L1")], "in_order"),
        ([target("response_time", 4)], "in_order"),
        ([target("response_time", 4, scope="L2")], "deficient"),
        ([target("response_time", 5, scope="L1"), target("response_time", 4)], "in_order"),
    ):
        assert result(underpinned(need, promised), UNDERPINNING).outcome == outcome


def test_limits_in_different_units_are_never_compared() -> None:
    contracts = underpinned([target("response_time", 4)], [target("response_time", 240, "min")])
    assert told(contracts, UNDERPINNING) == {"outcome": "undetermined", "missing": ["a value that is absent"]}
    (finding,) = result(contracts, UNDERPINNING).check("strict").findings
    assert finding.as_data() == {
        "contract": "U-1", "underpins": "S-1", "metric": "response_time", "scope": None, "reason": "units_differ",
        "needed": "4", "unit": "h", "promised": [], "units": ["min"],
    }  # fmt: skip
    both = [target("response_time", 240, "min"), target("response_time", 3)]
    assert told(underpinned([target("response_time", 4)], both), UNDERPINNING) == {"outcome": "in_order"}


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"S-1": {"kind": "sla"}}, ["contracts S-1 targets"]),
        ({"U-1": {"kind": "ola", "targets": []}}, ["contracts U-1 underpins"]),
        ({"U-1": {"kind": "ola", "underpins": ["S-1"]}}, ["contracts U-1 targets"]),
        ({"U-1": {"underpins": ["S-1"], "targets": []}}, ["contracts U-1 kind"]),
    ],
)
def test_underpinning_that_is_not_known(changes: Contracts, missing: list[str]) -> None:
    contracts: dict[str, Mapping[str, object]] = {"S-1": {"kind": "sla", "targets": [target("response_time", 4)]}}
    contracts["U-1"] = {"kind": "ola", "underpins": ["S-1"], "targets": [target("response_time", 4)]}
    assert told({**contracts, **changes}, UNDERPINNING) == {"outcome": "undetermined", "missing": missing}


def test_a_contract_by_itself_is_as_strict_as_what_it_underpins() -> None:
    alone = BARE.replace("subject: project", "subject: contract").replace(
        "    contracts: contracts[item.project = subject]\n", ""
    )
    found = decide(alone + UNDERPINNING, facts(underpinned([target("response_time", 4)], [target("response_time", 5)])))
    assert {id: each.outcome for id, each in found["papers"].items()} == {"S-1": "in_order", "U-1": "deficient"}


def test_a_limit_or_unit_that_is_not_known_leaves_it_open() -> None:
    for need, promise in (
        (target("response_time", 4), target("response_time", None)),
        (target("response_time", None), target("response_time", 4)),
        (target("response_time", 4), target("response_time", 4, None)),
    ):
        assert result(underpinned([need], [promise]), UNDERPINNING).outcome == "undetermined"
    # What is not promised at all is not promised, whatever the rest may be.
    needs = [target("response_time", None), target("availability", 1)]
    assert result(underpinned(needs, [target("response_time", 4)]), UNDERPINNING).outcome == "deficient"


# ------------------------------------------------------------------------------------------------------- deterioration


@pytest.mark.parametrize(
    ("price", "days", "wrong"),
    [
        pytest.param((100, 50), (30, 180), {"price", "days", "longer"}, id="S1-031: half the price, 30 to 180 days"),
        pytest.param((100, 51), (30, 90), set(), id="S1-031: both at their limits"),
        pytest.param((100, "50.99"), (30, 91), {"price", "days", "longer"}, id="S1-031: both a little beyond"),
        pytest.param((100, 100), (100, 160), set(), id="S1-031: 60 days more"),
        pytest.param((100, 100), (100, 161), {"longer"}, id="S1-031: 61 days more"),
        pytest.param((100, 200), (180, 30), set(), id="S1-031: better than before"),
        pytest.param((None, 50), (None, 180), set(), id="S1-031: there was nothing before"),
    ],
)
def test_s1_031_terms_do_not_become_much_worse(
    price: tuple[object, object], days: tuple[int | None, int], wrong: set[str]
) -> None:
    fields: dict[str, object] = {"price": f"{price[1]} CNY", "payment_term": f"{days[1]} days"}
    if price[0] is not None:
        fields |= {"previous_price": f"{price[0]} CNY", "previous_term": f"{days[0]} days"}
    found = result({"C-1": fields}, WORSE)
    assert {check.id for check in found.checks if check.outcome == "not_fulfilled"} == wrong
    assert found.outcome == ("deficient" if wrong - {"longer"} else "warning" if wrong else "in_order")


DAYS: Final = """\
    deterioration:
      - id: d
        worse: up
        was: contract.previous_term
        now: contract.payment_term
"""


def test_a_ratio_of_nothing_is_not_known_and_thirds_are_exact() -> None:
    only = DAYS + "        ratio: 1 / 3\n"
    for was, now, outcome in ((3, 1, "in_order"), (3, 2, "deficient"), (9, 3, "in_order"), (0, 1, "undetermined")):
        found = result({"C-1": {"previous_term": f"{was} days", "payment_term": f"{now} days"}}, only)
        assert found.outcome == outcome
        assert found.summary()["missing"] == (["a quotient: the divisor is zero"] if was == 0 else [])
    (finding,) = result({"C-1": {"previous_term": "3 days", "payment_term": "2 days"}}, only).check("d").findings
    assert isinstance(finding, Worsened)
    assert finding.as_data() == {"contract": "C-1", "was": "3 days", "now": "2 days"}


@pytest.mark.parametrize(
    ("price", "days", "wrong"),
    [
        pytest.param((100, 50), (30, 180), {"price", "days"}, id="S1-031: half the price, six times the days"),
        pytest.param((100, "50.01"), (30, 179), set(), id="S1-031: both a little less"),
        pytest.param((100, "49.99"), (30, 181), {"price", "days"}, id="S1-031: both beyond"),
        pytest.param((100, 100), (200, 260), {"longer"}, id="S1-031: just 60 days more"),
        pytest.param((100, 100), (200, 259), set(), id="S1-031: 59 days more"),
    ],
)
def test_s1_031_a_limit_may_itself_be_too_much(
    price: tuple[object, object], days: tuple[int, int], wrong: set[str]
) -> None:
    checks = """\
    deterioration:
      - {id: price, was: contract.previous_price, now: contract.price, worse: down, ratio: 50 %, reaching: forbidden}
      - id: days
        was: contract.previous_term
        now: contract.payment_term
        worse: up
        ratio: 600 %
        reaching: forbidden
      - id: longer
        for: exists(contract.previous_term) and contract.previous_term > 100 days
        was: contract.previous_term
        now: contract.payment_term
        worse: up
        by: 60 days
        reaching: forbidden
"""
    fields = {
        "price": f"{price[1]} CNY",
        "payment_term": f"{days[1]} days",
        "previous_price": f"{price[0]} CNY",
        "previous_term": f"{days[0]} days",
    }
    found = result({"C-1": fields}, checks)
    assert {check.id for check in found.checks if check.outcome == "not_fulfilled"} == wrong


def test_an_amount_beyond_its_limit_is_too_much_whatever_the_ratio() -> None:
    both = DAYS + "        ratio: 300 %\n        by: 5 days\n"
    assert result({"C-1": {"previous_term": "0 days", "payment_term": "6 days"}}, both).outcome == "deficient"
    assert result({"C-1": {"previous_term": "0 days", "payment_term": "5 days"}}, both).outcome == "undetermined"
    assert result({"C-1": {"previous_term": UNKNOWN, "payment_term": "5 days"}}, both).outcome == "undetermined"


# --------------------------------------------------------------------------------------------- outcomes, other policies


def test_only_warnings_warn_and_what_is_certain_is_told_of_the_rest() -> None:
    checks = """\
    required:
      - {id: sla, having: contract.kind = "sla"}
      - {id: ola, severity: warning, having: contract.kind = "ola"}
"""
    assert told({"S-1": {"kind": "sla"}}, checks) == {"outcome": "warning", "wrong": {"ola": []}}
    assert told({"O-1": {"kind": "ola"}}, checks) == {"outcome": "deficient", "wrong": {"sla": []}}
    assert told({}, checks) == {"outcome": "deficient", "wrong": {"sla": [], "ola": []}}
    # What only warns leaves the outcome open, and not whether anything is deficient.
    text = (
        BARE
        + checks
        + """\
eligibility:
  start:
    subject: project
    gates:
      - {id: papers, require: 'not(outcome(project, "papers").deficient)'}
  signed: {subject: project, gates: [{id: papers, require: 'passes(project, "papers")'}]}
"""
    )
    known = facts({"S-1": {"kind": "sla"}, "C-1": {}})
    found = decide(text, known)
    assert [found[name]["J-1"].outcome for name in ("papers", "start", "signed")] == [
        "undetermined", "eligible", "eligible",
    ]  # fmt: skip
    unknown = decide(text, facts({"C-1": {}}))
    assert [unknown[name]["J-1"].outcome for name in ("papers", "start", "signed")] == ["undetermined"] * 3
    warned = decide(text, facts({"S-1": {"kind": "sla"}}))
    assert [warned[name]["J-1"].outcome for name in ("papers", "signed")] == ["warning", "eligible"]


def test_a_project_that_the_policy_is_not_about_has_no_result() -> None:
    text = (BARE + REQUIRED).replace("subject: project\n", "subject: project\n    when: project.started_on < today\n")
    days = {"J-1": {"started_on": "2026-01-01"}, "J-2": {"started_on": "2027-01-01"}, "J-3": {}}
    found = decide(text, {"projects": days, "contracts": {}})["papers"]
    assert {id: each.outcome for id, each in found.items()} == {"J-1": "deficient", "J-3": "undetermined"}
    assert found["J-3"].summary()["missing"] == ["projects J-3 started_on"]


def test_versions_replace_a_policy_and_the_one_in_force_answers(tmp_path: Path) -> None:
    first = HEAD.replace('version: "1"', 'version: "2025"').replace("2020-01-01 ..", "2025-01-01 .. 2026-01-01")
    base = first + BARE + REQUIRED
    other = BARE.removeprefix(OWN) + '    required: [{id: main, having: contract.kind = "main"}]\n'
    later = first.replace("2025-01-01 .. 2026-01-01", "2026-01-01 ..").replace('"2025"', '"2026"')
    overlay = f'{later}extends: "2025"\noverrides: [contracts.papers]\n{other}'
    folder = in_folder({"2025/ruleset.yaml": base, "2026/ruleset.yaml": overlay}, tmp_path)
    rules = load(folder)
    known = Facts(facts(ALL))
    checks = {
        year: rules.decide(known, as_of=dt.datetime(year, 3, 1, tzinfo=SHANGHAI))["papers"]["J-1"].summary()["checks"]
        for year in (2025, 2026)
    }
    assert checks[2025] == {"sla": "fulfilled", "ola": "fulfilled", "uc": "fulfilled"}
    assert checks[2026] == {"main": "not_fulfilled"}


def test_cases_of_a_contracts_policy_pass_and_say_what_they_reached(tmp_path: Path) -> None:
    cases = """\
cases:
  - name: the underpinning contract is signed too late
    as_of: 2026-03-01
    facts:
      projects: {J-1: {}}
      contracts:
        U-1: {project: J-1, kind: underpinning, signed_at: 2026-01-11}
        M-1: {project: J-1, kind: main, signed_at: 2026-01-10}
    expect:
      papers:
        J-1:
          outcome: deficient
          checks: {uc-first: not_fulfilled}
          contracts: {uc-first: [M-1]}
          findings: [{check: uc-first, contract: M-1, earlier: {U-1: 2026-01-11T00:00:00+08:00}}]
"""
    report = run_cases(in_folder({"ruleset.yaml": HEAD + BARE + ORDER, "cases.yaml": cases}, tmp_path), coverage=True)
    assert report.ok, str(report)
    assert report.coverage[0].reached == ("outcome deficient", "check uc-first not_fulfilled")
    assert report.coverage[0].unreached == ("outcome in_order", "check uc-first fulfilled")


# ------------------------------------------------------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("policy", "code"),
    [
        ("", "missing-key"),
        ("    required: [{having: contract.kind = 'x'}]\n", "missing-key"),
        ('    required: [{id: a, having: contract.kind = "sla"}, {id: a, having: true = true}]\n', "duplicate-id"),
        ("    required: [{id: a, having: contract.scope}]\n", "type-mismatch"),
        ("    complete: [{id: a, names: contract.kind, all_of: [x]}]\n", "type-mismatch"),
        ("    complete: [{id: a, names: contract.targets.limit, all_of: [x]}]\n", "type-mismatch"),
        ("    complete: [{id: a, names: contract.scope, all_of: [x, x]}]\n", "duplicate-id"),
        ("    must: [{id: a}]\n", "missing-key"),
        ("    must: [{id: a, require: contract.signed_at < as_of}]\n", "unguarded-none"),
        (
            "    order: [{id: a, earlier: true = true, later: contract.auto_renew, by: contract.kind}]\n",
            "type-mismatch",
        ),
        ("    underpinning: {}\n", "missing-key"),
        ("    underpinning: {lower: [a], higher: [a]}\n", "duplicate-id"),
        ("    deterioration: [{id: a, was: contract.payment_term, now: contract.notice, worse: up}]\n", "missing-key"),
        (
            "    deterioration: [{id: a, was: contract.payment_term, now: contract.price, worse: up, ratio: 200 %}]\n",
            "unit-mismatch",
        ),
        (
            "    deterioration: [{id: a, was: contract.payment_term, now: contract.notice, worse: up, by: 1}]\n",
            "unit-mismatch",
        ),
        (
            "    deterioration:\n      - {id: d, was: contract.price, now: contract.price, worse: up, ratio: 300}\n",
            "ratio-without-percent",
        ),
        ("    term: {from: contract.effective_from}\n", "missing-key"),
        ("    term: {from: contract.effective_to, to: contract.effective_to}\n", "unguarded-none"),
        ("    term: {from: contract.signed_at, to: contract.effective_to}\n", "date-against-instant"),
        ("    term: {from: contract.effective_from, to: contract.effective_to, notice_given: today}\n", "missing-key"),
        (
            "    term: {from: contract.effective_from, to: contract.effective_to, notice: 3, notice_given: today}\n",
            "unit-mismatch",
        ),
        ("    starts: as_of\n    required: [{id: a, having: true = true}]\n", "unknown-key"),
    ],
)
def test_mistakes_are_told(policy: str, code: str) -> None:
    assert code in codes(BARE + policy)


def test_a_policy_does_not_check_without_end() -> None:
    checks = "".join(f"      - {{id: c{number}, having: exists(contract.signed_at)}}\n" for number in range(501))
    assert codes(BARE + "    required:\n" + checks) == ["too-large"]
    assert codes(BARE + "    required:\n" + checks.partition("\n")[2]) == []


def test_the_record_itself_is_its_contract_and_has_no_order() -> None:
    alone = BARE.replace("subject: project", "subject: contract").replace(
        "    contracts: contracts[item.project = subject]\n", ""
    )
    assert codes(alone + ORDER) == ["missing-key"]
    found = decide(alone + MUST, facts({"C-1": {"kind": "ola"}, "C-2": {"kind": "underpinning"}}))["papers"]
    assert [each.outcome for each in found.values()] == ["in_order", "deficient"]
    assert codes(BARE.replace("subject: project", "subject: contract") + REQUIRED)[0] in (
        "ambiguous-name", "unknown-name", "type-mismatch",
    )  # fmt: skip


def test_underpinning_asks_for_contracts() -> None:
    text = """\
facts: {paper: {plural: papers_of, fields: {project: ref project}}}
contracts:
  papers: {subject: project, contracts: 'papers_of[item.project = subject]', underpinning: {lower: [a]}}
"""
    assert codes(text) == ["type-mismatch"]


def test_a5_of_many_pairs_the_first_are_written_out_and_all_are_counted() -> None:
    early = {"kind": "underpinning", "signed_at": "2026-01-09T09:00:00+08:00"}
    contracts: dict[str, Mapping[str, object]] = {f"M-{number}": PAIR["M-1"] for number in range(1, 6)}
    contracts |= {f"U-{number}": early for number in range(1, 6)}
    found = result(contracts, ORDER)
    first = [[f"U-{before}", f"M-{later}"] for later in range(1, 5) for before in range(1, 6)]
    assert len(found.check("uc-first").pairs) == 25
    data = found.check("uc-first").as_data()
    assert (data["pairs"], data["pair_count"]) == (first, 25)
    assert found.summary()["pairs"] == {"uc-first": first}
    assert found.summary()["pair_count"] == {"uc-first": 25}
