"""Versions stand side by side: each record is decided by the one in force on its reference date."""

import datetime as dt
from pathlib import Path

import pytest
from tests.support import AS_OF, SHANGHAI, in_folder

from partnerrules import Decision, Facts, Ruleset, check, load

VERSION = """\
ruleset: trial
version: "{name}"
in_force: {period}
currency: CNY
timezone: Asia/Shanghai
definitions: {{limit: {limit} CNY}}
eligibility:
  large: {{subject: deal{dated}, gates: [{{id: size, require: deal.amount >= limit}}]}}
"""
DATED = ", reference_date: if exists(deal.signed_at) then date(deal.signed_at) else today"


def versions(folder: Path, *rows: tuple[str, str, int], dated: str = DATED) -> Path:
    """A folder with a version for each name, period and limit."""
    return in_folder(
        {
            f"{name}/ruleset.yaml": VERSION.format(name=name, period=period, limit=limit, dated=dated)
            for name, period, limit in rows
        },
        folder,
    )


def decide(rules: Ruleset, as_of: dt.datetime = AS_OF, **signed: object) -> Decision:
    deals = {
        f"D-{name}": {"customer": "C-1", "amount": 100, **({} if moment is None else {"signed_at": moment})}
        for name, moment in signed.items()
    }
    return rules.decide(Facts({"customers": {"C-1": {}}, "deals": deals}), as_of=as_of)


def found(decision: Decision) -> dict[str, tuple[str, str]]:
    return {id: (result.basis.version, result.outcome) for id, result in decision["large"].items()}


def test_one_run_spans_versions(tmp_path: Path) -> None:
    rules = load(versions(tmp_path, ("2025", "2025-01-01 .. 2026-01-01", 50), ("2026", "2026-01-01 ..", 500)))
    decision = decide(
        rules,
        last="2025-12-31T23:59:59+08:00",
        first="2026-01-01T00:00:00+08:00",
        utc="2025-12-31T16:00:00Z",
        before="2024-12-31T12:00:00+08:00",
        open=None,
        unknown={"unknown": True},
    )
    assert found(decision) == {
        "D-last": ("2025", "eligible"),
        "D-first": ("2026", "ineligible"),
        "D-utc": ("2026", "ineligible"),
        "D-before": ("", "no_policy_in_force"),
        "D-open": ("2026", "ineligible"),
        "D-unknown": ("", "undetermined"),
    }
    assert decision["large"]["D-unknown"].summary()["missing"] == ["deals D-unknown signed_at"]
    assert decision.as_data()["versions"] == {"2025": "2025-01-01 .. 2026-01-01", "2026": "2026-01-01 .."}


def test_a_reference_date_in_a_gap_gets_no_policy_in_force(tmp_path: Path) -> None:
    rules = load(versions(tmp_path, ("a", ".. 2025-01-01", 50), ("b", "2026-01-01 ..", 500)))
    decision = decide(rules, long="1990-01-01T00:00:00Z", gap="2025-06-01T00:00:00Z", now="2026-02-01T00:00:00Z")
    assert found(decision) == {
        "D-long": ("a", "eligible"),
        "D-gap": ("", "no_policy_in_force"),
        "D-now": ("b", "ineligible"),
    }
    assert decision["large"]["D-gap"].summary()["missing"] == []


def test_today_decides_where_no_reference_date_is_declared(tmp_path: Path) -> None:
    rules = load(versions(tmp_path, ("a", "2025-01-01 .. 2026-03-01", 50), ("b", "2026-03-01 ..", 500), dated=""))
    assert found(decide(rules, x=None)) == {"D-x": ("b", "ineligible")}
    before = dt.datetime(2026, 2, 28, 23, 59, 59, tzinfo=SHANGHAI)
    assert found(decide(rules, before, x=None)) == {"D-x": ("a", "eligible")}


def test_a_policy_that_ended_with_its_version_decides_nothing_later(tmp_path: Path) -> None:
    versions(tmp_path, ("a", "2025-01-01 .. 2026-01-01", 50), dated="")
    in_folder(
        {"b/ruleset.yaml": 'ruleset: trial\nversion: "b"\nin_force: 2026-01-01 ..\ntimezone: Asia/Shanghai\n'}, tmp_path
    )
    assert found(decide(load(tmp_path), x=None)) == {"D-x": ("", "no_policy_in_force")}


def test_policies_ask_each_other_across_versions(tmp_path: Path) -> None:
    text = VERSION + "  follows: {{subject: deal, gates: [{{id: asked, require: 'passes(deal, \"large\")'}}]}}\n"
    in_folder(
        {
            f"{name}/ruleset.yaml": text.format(name=name, period=period, limit=limit, dated=DATED)
            for name, period, limit in [("2025", "2025-01-01 .. 2026-01-01", 50), ("2026", "2026-01-01 ..", 500)]
        },
        tmp_path,
    )
    decision = decide(
        load(tmp_path), old="2025-06-01T00:00:00Z", new="2026-02-01T00:00:00Z", gap="2020-01-01T00:00:00Z"
    )
    # `follows` is asked today, of the version of today; what it asks is answered by the version of the signing.
    assert {id: (each.basis.version, each.outcome) for id, each in decision["follows"].items()} == {
        "D-old": ("2026", "eligible"),
        "D-new": ("2026", "ineligible"),
        "D-gap": ("2026", "undetermined"),
    }
    assert decision["follows"]["D-gap"].summary()["missing"] == ["outcome of large for D-gap"]


def test_definitions_are_those_of_the_version_of_the_day(tmp_path: Path) -> None:
    rules = load(versions(tmp_path, ("a", "2025-01-01 .. 2026-03-01", 50), ("b", "2026-03-01 ..", 500)))
    assert decide(rules)["limit"][""].as_data()["value"] == "500.00 CNY"
    earlier = dt.datetime(2026, 2, 28, tzinfo=SHANGHAI)
    assert decide(rules, earlier)["limit"][""].as_data()["value"] == "50.00 CNY"
    before = decide(rules, dt.datetime(2020, 1, 1, tzinfo=SHANGHAI))["limit"][""].as_data()
    assert (before["outcome"], before["reference_dates"]) == ("no_policy_in_force", ["2020-01-01"])


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ("2025-01-01 .. 2026-01-01", "2026-01-01 ..", None),
        ("2025-01-01 .. 2026-01-02", "2026-01-01 ..", "overlapping-versions"),
        ("..", "2026-01-01 ..", "overlapping-versions"),
        (".. 2026-01-01", "2026-01-01 .. 2027-01-01", None),
        ("2026-01-01 .. 2027-01-01", "2025-01-01 .. 2026-01-01", None),
    ],
)
def test_versions_may_not_overlap(tmp_path: Path, first: str, second: str, code: str | None) -> None:
    found_codes = [each.code for each in check(versions(tmp_path, ("a", first, 1), ("b", second, 2)))[1]]
    assert found_codes == ([] if code is None else [code])


def test_versions_have_names_of_their_own_in_one_ruleset(tmp_path: Path) -> None:
    rows = versions(tmp_path, ("a", ".. 2025-01-01", 1), ("b", "2025-01-01 ..", 2))
    path = rows / "b" / "ruleset.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"b"', '"a"'), encoding="utf-8")
    assert [each.code for each in check(rows)[1]] == ["duplicate-id"]
    path.write_text(text.replace("trial", "other"), encoding="utf-8")
    assert [each.code for each in check(rows)[1]] == ["mixed-rulesets"]


@pytest.mark.parametrize(
    ("dated", "code"),
    [
        (", reference_date: deal.signed_at", "unguarded-none"),
        (", reference_date: as_of", "date-against-instant"),
        (", reference_date: deal.amount", "type-mismatch"),
    ],
)
def test_a_reference_date_is_a_date(tmp_path: Path, dated: str, code: str) -> None:
    assert [each.code for each in check(versions(tmp_path, ("a", "..", 1), dated=dated))[1]] == [code]
