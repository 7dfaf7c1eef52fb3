"""Decision tables: what a decision takes by how many rules the table has, with its index and without."""

import datetime as dt
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import partnerrules as pr
from benchmarks.measuring import Section, interleaved, microseconds
from partnerrules.plan.nodes import Lookup
from partnerrules.rulesets import Ruleset

SIZES = (10, 100, 1_000, 10_000)
ASKED_ONE_BY_ONE_UP_TO = 1_000
DEALS = 200
AS_OF = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
TIERS = ("bronze", "silver", "gold", "platinum")
REGIONS = tuple(f"R{number:02d}" for number in range(30))
HEAD = """\
ruleset: rates
version: "1"
in_force: 2026-01-01 ..
currency: CNY
timezone: UTC
facts:
  quote:
    plural: quotes
    fields: {tier: "enum [bronze, silver, gold, platinum]", region: text, amount: money, term: integer}
tables:
  rate:
    subject: quote
    hit: first
    inputs: {tier: quote.tier, region: quote.region, amount: quote.amount, term: quote.term}
    outputs: {rate: {type: ratio}}
    rows: |
      | id | tier | region | amount | term | rate |
      |----|------|--------|--------|------|------|
"""
TOLD = """
One table with `hit: first` over four inputs: a grade, a region, an interval of amounts and one of terms. A tenth of the
amounts lies on a border or one cent off it. Measured is `rules.decide` without trace for each deal, over records that
are read already; asked one by one is the same without the index, up to 1,000 rules. Loading is reading, checking and
preparing the ruleset.
"""


def make_rules(size: int) -> tuple[str, list[int]]:
    """A ruleset with a table of so many rules, the last of which takes all, and the borders of its amounts in cents."""
    rng = random.Random(size)
    lines, borders = [], []
    for number in range(size - 1):
        low = rng.randrange(1, 400_000) * 100
        high = low + rng.randrange(1, max(2, 20_000_000 // size)) * 10
        borders += [low, high]
        tier = rng.choice((*TIERS, "-"))
        regions = ", ".join(f'"{each}"' for each in sorted(rng.sample(REGIONS, rng.randrange(1, 5))))
        term = rng.randrange(1, 50)
        interval = f"[{_amount(low)} CNY..{_amount(high)} CNY)"
        rate = Decimal(rng.randrange(10, 400)).scaleb(-1)
        lines.append(f"      | {number} | {tier} | {regions} | {interval} | [{term}..{term + 12}] | {rate} % |")
    lines.append(f"      | {size - 1} | - | - | - | - | 1 % |")
    return HEAD + "\n".join(lines) + "\n", borders


def make_facts(size: int, borders: list[int]) -> pr.Facts:
    """Quotes, some of them on the borders of the rules."""
    rng = random.Random(size + 1)
    quotes = []
    for number in range(DEALS):
        cents = rng.choice(borders) + rng.choice((0, -1, 1)) if rng.random() < 0.1 else rng.randrange(40_000_000)
        quotes.append(
            {
                "id": f"Q-{number}",
                "tier": rng.choice(TIERS),
                "region": rng.choice(REGIONS),
                "amount": f"{_amount(cents)} CNY",
                "term": rng.randrange(1, 61),
            }
        )
    return pr.Facts({"quotes": quotes})


def _amount(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def without_index(rules: Ruleset) -> Ruleset:
    """The same ruleset, asking each rule of its table."""
    version = rules.versions[0]
    policy = version.policies["rate"]
    root = policy.plan.root
    assert isinstance(root, Lookup)
    table = replace(root.table, index=None)
    plain = replace(policy, plan=replace(policy.plan, root=replace(root, table=table)))
    return replace(rules, versions=(replace(version, policies={"rate": plain}),))


def section() -> Section:
    """The figures of all sizes."""
    rows = []
    for size in SIZES:
        text, borders = make_rules(size)
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "ruleset.yaml").write_text(text, encoding="utf-8")
            started = time.perf_counter()
            rules = pr.load(folder)
            loading = time.perf_counter() - started
        facts = make_facts(size, borders)
        timed = {"index": _deciding(rules, facts)}
        plain = without_index(rules)
        if size <= ASKED_ONE_BY_ONE_UP_TO:
            timed["one by one"] = _deciding(plain, facts)
        same = [
            rules.decide(facts, as_of=AS_OF).as_data()["results"],
            plain.decide(facts, as_of=AS_OF).as_data()["results"],
        ]
        assert same[0] == same[1], "the index changed a result"
        times = interleaved(timed, rounds=5)
        slow = times.get("one by one")
        rows.append(
            [
                f"{size:,}",
                microseconds(times["index"] / DEALS),
                "" if slow is None else microseconds(slow / DEALS),
                "" if slow is None else f"{slow / times['index']:.1f}",
                f"{loading:.2f} s",
            ]
        )
    columns = ["rules", "a deal, with the index", "asked one by one", "ratio", "loading"]
    return Section("Decision tables", TOLD.strip().split("\n\n"), columns, rows)


def _deciding(rules: Ruleset, facts: pr.Facts) -> Callable[[], Callable[[], object]]:
    return lambda: lambda: rules.decide(facts, as_of=AS_OF, trace=False)
