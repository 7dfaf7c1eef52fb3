"""An index of a table changes no result: it is compared with asking each rule, on every border that the rules draw."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import AS_OF, ruleset

import partnerrules as pr
from partnerrules.plan import table_index
from partnerrules.plan.nodes import Lookup
from partnerrules.plan.table_index import index_of
from partnerrules.rulesets import Ruleset

HEAD = """\
facts:
  partner:
    tier: enum [bronze, silver, gold, platinum]
    area: text
    direct: boolean
    staff: integer
    share: ratio
    joined: date
    seen: instant
    left: {type: date, missing: none}
    volume: money
parameters:
  border: {value: 70 CNY}
  open: {type: money, status: unstated}
"""
HITS = (
    "unique", "first", "any", "priority", "rule order", "output order", "collect",
    "collect sum", "collect min", "collect max", "collect count",
)  # fmt: skip
WORDS = {"priority", "output order"}

AMOUNTS_IN_ORDER = ("10 CNY", "20 CNY", "30 CNY", "50 CNY", "70 CNY", "90 CNY")
DAYS_IN_ORDER = ("2026-01-01", "2026-02-01", "2026-02-28", "2026-03-01")
MOMENTS_IN_ORDER = ("2026-01-01T00:00:00+08:00", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z")
SHARES_IN_ORDER = ("5 %", "12.5 %", "50 %")
AMOUNTS = st.sampled_from(AMOUNTS_IN_ORDER)
DAYS = st.sampled_from(DAYS_IN_ORDER)
MOMENTS = st.sampled_from(MOMENTS_IN_ORDER)
COUNTS = st.integers(0, 6).map(str)
SHARES = st.sampled_from(SHARES_IN_ORDER)
TIERS = st.sampled_from(["bronze", "silver", "gold", "platinum"])
AREAS = st.sampled_from(['"北"', '"south"', '"a b"', '""'])


def ordered(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Tests of an input that has an order."""
    one = st.one_of(values, st.builds(lambda op, v: f"{op} {v}", st.sampled_from(["<", "<=", ">", ">="]), values))
    interval = st.builds(_interval, st.sampled_from("[("), values, values, st.sampled_from("])"))
    several = st.lists(one, min_size=1, max_size=3).map(", ".join)
    return st.one_of(one, interval.filter(bool), several, several.map(lambda tests: f"not({tests})"), st.just("-"))


def _interval(opening: str, low: str, high: str, closing: str) -> str:
    order = (*AMOUNTS_IN_ORDER, *DAYS_IN_ORDER, *MOMENTS_IN_ORDER, *map(str, range(7)), *SHARES_IN_ORDER)
    ends = sorted((low, high), key=order.index)
    return "" if low == high else f"{opening}{ends[0]}..{ends[1]}{closing}"


def named(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Tests of an input that has no order."""
    several = st.lists(values, min_size=1, max_size=3, unique=True).map(", ".join)
    return st.one_of(several, several.map(lambda tests: f"not({tests})"), st.just("-"))


CELLS: Mapping[str, st.SearchStrategy[str]] = {
    "tier": named(TIERS),
    "area": named(AREAS),
    "direct": st.sampled_from(["true", "false", "-"]),
    "staff": ordered(COUNTS),
    "share": ordered(SHARES),
    "joined": ordered(DAYS),
    "seen": ordered(MOMENTS),
    "left": st.one_of(ordered(DAYS), st.just("none"), st.just("not(none)")),
    "volume": st.one_of(ordered(AMOUNTS), st.just("< border"), st.just(">= border, 10 CNY"), st.just("> open")),
}
ROWS = st.lists(st.fixed_dictionaries(dict(CELLS)), min_size=12, max_size=30)

VALUES: Mapping[str, Sequence[object]] = {
    "tier": ["bronze", "silver", "gold", "platinum"],
    "area": ["北", "south", "a b", "", "else"],
    "direct": [True, False],
    "staff": [-1, *range(8)],
    "share": ["5 %", "4.99 %", "12.5 %", "50 %", "99 %"],
    "joined": ["2025-12-31", "2026-01-01", "2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01"],
    "seen": [
        "2025-12-31T16:00:00Z",
        "2025-12-31T23:59:59Z",
        "2026-01-01T00:00:00Z",
        "2026-01-01T08:00:00Z",
        "2026-02-01T00:00:00Z",
    ],
    "left": ["2026-01-01", "2026-02-01", "2026-02-02", None],
    "volume": ["10 CNY", "9.99 CNY", "20.01 CNY", "50 CNY", "70 CNY", "69.99 CNY", "100 CNY", "0 CNY"],
}


def table(rows: Sequence[Mapping[str, str]], hit: str, default: bool) -> str:
    """A ruleset with one table of these rows."""
    worded = hit in WORDS
    enum = "[x, y, z]"
    lines = [f"{HEAD}tables:", "  t:", "    subject: partner", f"    hit: {hit}", "    inputs:"]
    lines += [f"      {name}: partner.{name}" for name in CELLS]
    lines.append(f"    outputs: {{out: {{enum: {enum}}}}}" if worded else "    outputs: {out: {type: integer}}")
    if default:
        lines.append("    default: {out: x}" if worded else "    default: {out: 0}")
    lines.append("    rows:")
    for number, row in enumerate(rows):
        cells = ", ".join(f"{name}: {_quoted(cell)}" for name, cell in row.items() if cell != "-")
        out = "xyz"[number % 3] if worded else str(number % 4)
        lines.append(f"      - {{{cells + ', ' if cells else ''}out: {out}}}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def partners(seed: int, count: int = 40) -> dict[str, dict[str, object]]:
    """Partners on the borders that rules draw, some with something unknown or absent."""

    def drawn(*what: object) -> int:
        return crc32(repr((seed, *what)).encode())

    found = {}
    for number in range(count):
        fields = {name: values[drawn(number, name) % len(values)] for name, values in VALUES.items()}
        for name in [name for name in fields if drawn(number, name, "open") % 12 == 0]:
            fields[name] = {"unknown": True} if name == "left" else None
        found[f"P-{number}"] = {name: value for name, value in fields.items() if value is not None}
    return found


def without_index(rules: Ruleset) -> Ruleset:
    """The same, asking each rule of its table."""
    version = rules.versions[0]
    policy = version.policies["t"]
    root = policy.plan.root
    assert isinstance(root, Lookup)
    plain = replace(policy, plan=replace(policy.plan, root=replace(root, table=replace(root.table, index=None))))
    return replace(rules, versions=(replace(version, policies={"t": plain}),))


def told(rules: Ruleset, facts: pr.Facts) -> list[object]:
    return [each.as_data() for each in rules.decide(facts, as_of=AS_OF)["t"].values()]


@settings(max_examples=60)
@given(ROWS, st.sampled_from(HITS), st.booleans(), st.integers(0, 10**6))
def test_an_index_changes_no_result(rows: list[dict[str, str]], hit: str, default: bool, seed: int) -> None:
    rules = ruleset(table(rows, hit, default and hit != "collect count"))
    root = rules.versions[0].policies["t"].plan.root
    assert isinstance(root, Lookup)
    facts = pr.Facts({"partners": partners(seed)})
    assert told(rules, facts) == told(without_index(rules), facts)


def test_an_index_leaves_out_what_cannot_apply() -> None:
    rows = [{"volume": f"[{number} CNY..{number + 1} CNY)"} for number in range(2000)]
    rules = ruleset(table(rows, "first", False))
    root = rules.versions[0].policies["t"].plan.root
    assert isinstance(root, Lookup)
    assert root.table.index is not None
    inputs = dict.fromkeys(root.table.index.inputs)
    amount = pr.Facts({"partners": {"P-1": {"volume": "1234.56 CNY"}}})
    assert rules.decide(amount, as_of=AS_OF)["t"]["P-1"].as_data()["rules"] == ["1235"]
    assert len([*root.table.index.candidates({**inputs, "input volume": 1234}.__getitem__)]) == 1
    assert len([*root.table.index.candidates(inputs.__getitem__)]) == 2000


@pytest.mark.parametrize("size", [table_index.SMALLEST - 1, table_index.SMALLEST])
def test_a_small_table_is_asked_rule_by_rule(size: int) -> None:
    rows = [{"staff": str(number)} for number in range(size)]
    root = ruleset(table(rows, "first", False)).versions[0].policies["t"].plan.root
    assert isinstance(root, Lookup)
    assert (root.table.index is None) == (size < table_index.SMALLEST)


def test_a_table_whose_tests_all_hang_on_parameters_has_no_index() -> None:
    rows = [{"volume": "< border"}] * 20
    root = ruleset(table(rows, "collect", False)).versions[0].policies["t"].plan.root
    assert isinstance(root, Lookup)
    assert root.table.index is None
    assert index_of([], []) is None
