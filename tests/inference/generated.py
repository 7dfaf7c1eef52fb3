"""Rulesets and fact sets by number, for comparing the engines of inference: the same number, the same text and facts.

Rules join over fields of every type, with offsets, alternatives, lists and exceptions; they stand in strata, and turn
in circles. Facts hold texts that the engine in C would mix up, numbers that it cannot hold, and gaps.
"""

import json
import random  # noqa: TID251  # seeded by the number of a case, and made for a hundred thousand of them
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

Fields = Mapping[str, object]

TYPES: Final[Mapping[str, object]] = {
    "t": "text",
    "e": "enum [x, y, z]",
    "r": "ref partner",
    "b": "boolean",
    "u": "number",
    "m": "money",
    "d": "date",
    "i": "instant",
    "o": {"type": "integer", "missing": "none"},
    "q": {"type": "text", "missing": "none"},
}
"""Fields that a relation may have; each has `n`, a whole number, besides. `o` and `q` may be known to be absent."""

LITERALS: Final[Mapping[str, Sequence[str]]] = {
    "t": ('"a"', '""', '"客户"', '"a\\"b"'),
    "e": ('"x"', '"y"'),
    "n": ("1", "2", "lim"),
    "u": ("1", "1.5"),
    "m": ("1 CNY", "2 CNY"),
    "d": ("2026-02-02", "today"),
    "o": ("1", "2"),
    "q": ('"a"', '"б"'),
}
TEXTS: Final = ("", "a", "a b", "a  b", "客户", "Москва", 'a"b', "a\\b", "\\u0061", "é", "e\u0301", "1", "true", "null")
PLAIN: Final[Mapping[str, Sequence[object]]] = {
    "e": ("x", "y", "z"),
    "r": ("P-1", "P-2", "P-3"),
    "u": ("0", "1", "1.0", "1.5", "2"),
    "m": ("1 CNY", "1.00 CNY", "2 CNY"),
    "d": ("2026-02-01", "2026-02-02", "2026-02-03"),
    "i": ("2026-02-02T00:00:00+08:00", "2026-01-31T16:00:00Z", "2026-02-01T00:00:00+08:00"),
    "n": (0, 1, 2, 3),
    "o": (0, 1, 2, 3),
}
STRANGE: Final[Mapping[str, Sequence[object]]] = {
    "t": ("x" * 65_536, "x" * 70_000),
    "q": ("x" * 65_536, "x" * 70_000),
    "u": ("0.0000001", "1e30", "9007199254740993"),
    "m": ("0.0000001 CNY", "92233720368547758.08 CNY"),
    "d": ("9999-12-31", "0001-01-01"),
    "i": ("1969-12-31T23:59:59Z",),
    "n": (-1, 2**31, 2**32 + 1, 2**53 + 1, 2**62, 2**63, 2**64 + 1),
    "o": (-1, 2**31, 2**32 + 1, 2**53 + 1, 2**62, 2**63, 2**64 + 1),
}
EQUAL: Final = ("=", "!=")
ORDERED: Final = ("=", "!=", "<", "<=", ">", ">=")
MOST_ROWS: Final = 6


@dataclass(frozen=True, slots=True)
class Case:
    """A generated ruleset, and fact sets for it.

    Attributes:
        text: of the ruleset, without its head.
        facts: one or more sets of facts.
    """

    text: str
    facts: tuple[Mapping[str, object], ...]


def case(seed: int) -> Case:
    """The ruleset and the fact sets of one number."""
    made = _Making(random.Random(seed))
    return Case(made.text(), tuple(made.world() for _ in range(4 if seed % 3 == 0 else 3)))


class _Making:
    """One ruleset on its way: two relations that are given, and one or two that are derived, too."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.relations = ("ra", "rb", "rc", "rd")[: rng.choice((3, 3, 4))]
        self.fields = ("n", *(name for name in TYPES if rng.random() < 0.5))
        self.clean = rng.random() < 0.6  # whether there are gaps is a matter of the ruleset, so that some have none

    # -------------------------------------------------------------------------------------------------------- rules

    def text(self) -> str:
        """The ruleset as YAML, all of it in one line a section."""
        declared = {"n": "integer", **{name: each for name, each in TYPES.items() if name in self.fields}}
        parameter = {"value": 2, "status": "assumed", "note": "x", "title": {"en": "lim"}}
        relations = ", ".join(f"{name}: {{plural: {name}s, fields: *fields}}" for name in self.relations[1:])
        first = f"{self.relations[0]}: {{plural: {self.relations[0]}s, fields: &fields {json.dumps(declared)}}}"
        document = {
            "parameters": {"lim": parameter},
            "inference": {f"rule{number}": self.rule() for number in range(self.rng.choice((1, 1, 2, 3)))},
        }
        rest = "".join(f"{name}: {json.dumps(each, ensure_ascii=False)}\n" for name, each in document.items())
        return f"facts: {{{first}, {relations}}}\n{rest}"

    def rule(self) -> dict[str, object]:
        rng = self.rng
        target = rng.randrange(2, len(self.relations))
        names = "pqs"[: rng.choice((1, 2, 2, 2, 3))]
        turning = rng.random() < 0.3
        when: list[dict[str, object]] = []
        for place, name in enumerate(names):
            relation = rng.choice(self.relations[: target + turning])
            when.append({"fact": relation, "as": name, **self.where(name, names[:place], joined=rng.randrange(4))})
        if rng.random() < 0.2:
            when.append({"without": rng.choice(self.relations[:target]), "as": "w", **self.where("w", names, joined=1)})
        given = {name: f"{rng.choice(names)}.{name}" for name in self.fields if name != "n" and rng.random() < 0.8}
        rule: dict[str, object] = {
            "when": when,
            "then": {"derive": self.relations[target], "with": {**given, "n": f"{rng.choice(names)}.n - 1"}},
        }
        if any(each.get("fact") == self.relations[target] for each in when):
            rule["decreases"] = "n"
        return rule

    def where(self, name: str, others: str, *, joined: int) -> dict[str, object]:
        """The conditions of a pattern, with a guard before what may be absent."""
        conditions = [self.own(name) for _ in range(self.rng.choice((0, 1, 1, 2)))]
        if others:
            conditions += [self.join(name, self.rng.choice(others)) for _ in range(joined)]
        guards = sorted({guard for each in conditions for guard in self.guards(each, name + others)})
        asked = [*guards, *conditions]
        return {"where": " and ".join(asked)} if asked else {}

    def guards(self, condition: str, names: str) -> list[str]:
        return [f"exists({name}.{field})" for name in names for field in "oq" if f"{name}.{field} " in f"{condition} "]

    def own(self, name: str) -> str:
        """A condition on one record."""
        rng = self.rng
        field = rng.choice(self.fields)
        if rng.random() < 0.12:
            return f"({name}.n = 2 or {name}.n = 1)"
        match field:
            case "r":
                return f"count(partners[id = {name}.r.id]) >= 1"
            case "i":
                return f"date({name}.i) <= {rng.choice(('today', '2026-02-01'))}"
            case "b":
                return rng.choice((f"{name}.b", f"not({name}.b)", f"{name}.b = true"))
            case _:
                return f"{name}.{field} {rng.choice(self.comparisons(field))} {rng.choice(LITERALS[field])}"

    def join(self, name: str, other: str) -> str:
        """A condition on two records."""
        rng = self.rng
        special = rng.random()
        if special < 0.1 and "d" in self.fields:
            return f"{name}.d <= {other}.d + {rng.choice((-1, 1, 30))} days"
        if special < 0.14 and "d" in self.fields and "i" in self.fields:
            return f"{name}.d >= date({other}.i)"
        if special < 0.2:
            return f"{name}.n = {other}.n + {rng.choice((-1, 1))}"
        if special < 0.24 and "t" in self.fields:
            return f"({name}.t = {other}.t or {name}.n = {other}.n)"
        if special < 0.28 and "r" in self.fields:
            return f"count(partners[id = {name}.r.id or id = {other}.r.id]) >= 1"
        if special < 0.32 and "u" in self.fields:
            return f"{name}.n {rng.choice(ORDERED)} {other}.u"
        field = rng.choice(self.fields)
        comparison = rng.choice(self.comparisons(field)) if rng.random() < 0.5 else "="
        return f"{name}.{field} {comparison} {other}.{field}"

    def comparisons(self, field: str) -> Sequence[str]:
        return ORDERED if field in "numdio" else EQUAL

    # -------------------------------------------------------------------------------------------------------- facts

    def world(self) -> dict[str, object]:
        """Facts, in the order of chance: of each relation a few records, or, where there are gaps, not all of them."""
        found: dict[str, object] = {"partners": {id: {} for id in PLAIN["r"]}}
        odd = self.rng.random() < 0.1  # values that the engine is not told
        for relation in self.relations:
            count = self.rng.choice((0, 2, 4, MOST_ROWS))
            if not self.clean and self.rng.random() < 0.05:
                continue
            found[f"{relation}s"] = {f"{relation}{number}": self.record(odd) for number in range(count)}
        return found

    def record(self, odd: bool) -> Fields:
        rng, record = self.rng, dict[str, object]()
        for field in self.fields:
            if field in "oq":
                if rng.random() < 0.6:
                    record[field] = self.value(field, odd)
                elif rng.random() < 0.3:
                    record[field] = None if self.clean or rng.random() < 0.5 else {"unknown": True}
            elif self.clean or rng.random() > 0.04:
                record[field] = self.value(field, odd)
        return record

    def value(self, field: str, odd: bool) -> object:
        rng = self.rng
        if odd and rng.random() < 0.2 and field in STRANGE:
            return rng.choice(STRANGE[field])
        match field:
            case "t" | "q":
                return rng.choice(TEXTS if rng.random() < 0.4 else ("a", "a b", "б"))
            case "b":
                return rng.random() < 0.5
            case _:
                return rng.choice(PLAIN[field])
