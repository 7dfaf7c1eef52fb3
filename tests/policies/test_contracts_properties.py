"""Papers: what is not known contradicts nothing, a reader would decide the same, and the order does not matter."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

from hypothesis import given
from hypothesis import strategies as st
from tests.policies.papers import (
    BARE,
    COMPLETE,
    MUST,
    ORDER,
    REQUIRED,
    SECTIONS,
    SIGNED,
    UNDERPINNING,
    UNKNOWN,
    WORSE,
    facts,
)
from tests.support import AS_OF, ruleset

from partnerrules import Facts, Ruleset
from partnerrules.decisions.contracts import ContractsResult

KINDS: Final = ("main", "underpinning", "sla")
TARGETS: Final = st.lists(
    st.fixed_dictionaries(
        {"metric": st.sampled_from(["response_time", "availability"])},
        optional={
            "limit": st.integers(1, 3),
            "unit": st.sampled_from(["h", "min"]),
            "scope": st.sampled_from(["L1", "L2"]),
        },
    ),
    max_size=2,
)
FIELDS: Final = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(KINDS),
        "signed_at": st.one_of(st.just(UNKNOWN), st.integers(1, 4).map(lambda day: f"2026-01-0{day}T00:00:00Z")),
        "underpins": st.lists(st.sampled_from(["C-0", "C-1"]), max_size=2, unique=True),
        "scope": st.lists(st.sampled_from(SECTIONS), max_size=4, unique=True),
        "targets": TARGETS,
        "previous_term": st.one_of(st.just(UNKNOWN), st.integers(0, 3).map(lambda days: f"{days} days")),
        "payment_term": st.integers(0, 9).map(lambda days: f"{days} days"),
        "sales_mode": st.sampled_from(["direct", "resale", "lease"]),
    },
)
WORLDS: Final = st.lists(FIELDS, min_size=2, max_size=4)
EVERYTHING: Final = (
    BARE
    + REQUIRED.replace('"ola"', '"main"')
    + COMPLETE
    + MUST
    + UNDERPINNING
    + WORSE.replace("was: contract.previous_price, now: contract.price", "was: 1, now: 1")
)
JOINED: Final = ruleset(EVERYTHING + ORDER + "        where: later in earlier.underpins\n")
LOOSE: Final = ruleset(EVERYTHING + ORDER)


def world(rows: Sequence[Mapping[str, object]]) -> dict[str, object]:
    return facts({f"C-{number}": row for number, row in enumerate(rows)})


def of_first(rules: Ruleset, known: Mapping[str, object]) -> ContractsResult:
    found = rules.decide(Facts(known), as_of=AS_OF)["papers"]["J-1"]
    assert isinstance(found, ContractsResult)
    return found


def filled(rows: Sequence[Mapping[str, object]], data: st.DataObject) -> list[dict[str, object]]:
    """The same contracts, with all that is not known known in some way; what is none stays none."""
    whole = []
    for row in rows:
        more = data.draw(FIELDS)
        given: dict[str, object] = {"kind": "sla", "underpins": [], "scope": [], "payment_term": "1 days"}
        given |= {"sales_mode": "direct", "targets": []}
        for name in ("kind", "underpins", "scope", "payment_term", "sales_mode", "targets"):
            given[name] = row.get(name, more.get(name, given[name]))
        given["targets"] = [{"limit": 2, "unit": "h", **each} for each in given["targets"]]  # type: ignore[attr-defined]
        for name in ("signed_at", "previous_term"):
            if row.get(name) == UNKNOWN:
                value = data.draw(st.sampled_from([None, "2 days" if name == "previous_term" else SIGNED]))
                given |= {} if value is None else {name: value}
            elif name in row:
                given[name] = row[name]
        whole.append(given)
    return whole


@given(WORLDS, st.data())
def test_filling_a_gap_contradicts_no_certain_answer(rows: list[dict[str, object]], data: st.DataObject) -> None:
    full = filled(rows, data)
    for rules in (JOINED, LOOSE):
        before, after = of_first(rules, world(rows)), of_first(rules, world(full))
        assert before.outcome in ("undetermined", after.outcome)
        assert (before.outcome == "undetermined") is bool(before.missing)
        for one, other in zip(before.checks, after.checks, strict=True):
            assert one.outcome in ("unknown", other.outcome)
            assert set(one.met_by) <= set(other.met_by)
            assert set(one.pairs) <= set(other.pairs)
            assert (one.outcome == "unknown") is bool(one.missing)
            if one.sort != "underpinning":  # of which units that differ are told, although nothing is certain
                assert set(one.contracts) <= set(other.contracts)


@given(WORLDS, st.data())
def test_a_known_world_is_decided_as_a_reader_would(rows: list[dict[str, object]], data: st.DataObject) -> None:
    full = {f"C-{number}": row for number, row in enumerate(filled(rows, data))}
    known = facts(full)
    signed = {id: row.get("signed_at") for id, row in full.items()}

    def unpaired(*, joined: bool) -> set[str]:
        return {
            later
            for later, row in full.items()
            if row["kind"] == "main" and signed[later] is not None and not any(
                other["kind"] == "underpinning"
                and signed[earlier] is not None
                and str(signed[earlier]) < str(signed[later])
                and (not joined or later in other["underpins"])  # type: ignore[operator]
                for earlier, other in full.items()
            )
        }  # fmt: skip

    instants = {id: None if each is None else dt.datetime.fromisoformat(str(each)) for id, each in signed.items()}
    signed = {id: None if each is None else each.astimezone(dt.UTC).isoformat() for id, each in instants.items()}
    for rules, joined in ((JOINED, True), (LOOSE, False)):
        found = of_first(rules, known)
        assert set(found.check("uc-first").contracts) == unpaired(joined=joined)
        for check, kind in (("sla", "sla"), ("ola", "main")):
            assert set(found.check(check).met_by) == {id for id, row in full.items() if row["kind"] == kind}
        lacking = {id for id, row in full.items() if row["kind"] == "main" and set(SECTIONS) - set(row["scope"])}  # type: ignore[call-overload]
        assert set(found.check("sections").contracts) == lacking
        assert found.check("strict").outcome == _strict(full)


def _strict(full: Mapping[str, Mapping[str, object]]) -> str:
    """Whether what underpins is as strict, metric by metric."""
    outcomes = set()
    for row in full.values():
        if row["kind"] != "underpinning":
            continue
        for id in row["underpins"]:  # type: ignore[attr-defined]
            for need in full[id]["targets"]:  # type: ignore[attr-defined]
                meant = [
                    each
                    for each in row["targets"]  # type: ignore[attr-defined]
                    if each["metric"] == need["metric"] and each.get("scope") in (None, need.get("scope"))
                ]
                lower = need["metric"] == "response_time"
                same = [each for each in meant if each["unit"] == need["unit"]]
                enough = any(
                    (each["limit"] <= need["limit"]) if lower else (each["limit"] >= need["limit"]) for each in same
                )
                outcomes.add("fulfilled" if enough else "unknown" if len(same) < len(meant) else "not_fulfilled")
    return next((each for each in ("not_fulfilled", "unknown") if each in outcomes), "fulfilled")


@given(WORLDS, st.data())
def test_neither_order_nor_other_projects_change_anything(rows: list[dict[str, object]], data: st.DataObject) -> None:
    known = world(rows)
    contracts = data.draw(st.permutations([*known["contracts"].items()]))  # type: ignore[attr-defined]  # a mapping
    one = JOINED.decide(Facts(known), as_of=AS_OF)
    other = JOINED.decide(Facts({**known, "contracts": dict(contracts)}), as_of=AS_OF)
    assert one.to_json() == other.to_json()
    assert one.explain("papers", "J-1") == other.explain("papers", "J-1")
    elsewhere = {**dict(contracts), "Z-9": {"project": "J-2", "kind": "main", "signed_at": SIGNED}}
    assert of_first(JOINED, {**known, "contracts": elsewhere}).as_data() == one["papers"]["J-1"].as_data()
