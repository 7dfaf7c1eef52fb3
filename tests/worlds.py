"""Generates small worlds for properties: facts with gaps, and expressions that fit them.

`facts` gives facts in which every field may be known, unknown or, where that is a fact, absent; `filled` what they may
turn out to be once more is known. `expression` gives the text of an expression of a kind, about a partner.
"""

import copy
from collections.abc import Callable, Mapping
from typing import TypeAlias

from hypothesis import strategies as st

Fields: TypeAlias = dict[str, object]
Relations: TypeAlias = dict[str, dict[str, Fields]]

WORLD = """\
parameters:
  quota: {value: 1000 CNY}
  share: {value: 15 %}
  open_number: {type: number, status: unstated}
facts:
  partner:
    vip: boolean
    staff: integer
    score: number
    rate: ratio
    grade: {type: "enum [gold, silver]", missing: none}
  customer: {segment: "enum [A, B]"}
  visit:
    plural: visits
    fields: {partner: {type: ref partner, missing: none}, on: date, rating: integer, done: boolean}
    happens: on
"""

UNKNOWN: Mapping[str, object] = {"unknown": True}
_LATER = object()

_BOOLEANS = st.booleans()
_NUMBERS = st.sampled_from(["-1", "0", "0.5", "1", "2", "3", "100"])
_WHOLE = st.integers(-1, 4)
_AMOUNTS = st.sampled_from(["-100", "0", "0.01", "333.33", "1000", "1500"])
_DAYS = st.sampled_from(
    ["2024-02-29", "2025-03-01", "2026-01-31", "2026-02-28", "2026-03-01", "2026-03-02", "2027-01-01"]
)
_MOMENTS = st.sampled_from(
    ["2025-12-31T16:00:00Z", "2026-03-01T09:00:00+08:00", "2026-03-01T01:00:00Z", "2026-03-02T00:00:00Z"]
)
_RATES = st.sampled_from(["0", "15 %", "0.5", "1"])
_PARTNERS = st.sampled_from(["P-1", "P-2"])

# Of each relation: its fields with their values, and whether leaving one out is a fact.
_FIELDS: dict[str, dict[str, tuple[st.SearchStrategy[object], bool]]] = {
    "partners": {
        "vip": (_BOOLEANS, False),
        "staff": (_WHOLE, False),
        "score": (_NUMBERS, False),
        "rate": (_RATES, False),
        "grade": (st.sampled_from(["gold", "silver"]), True),
        "legal_name": (st.sampled_from(["Huaxin", "x"]), False),
        "admitted_on": (_DAYS, True),
        "checks": (st.fixed_dictionaries({}, optional={"legal": _BOOLEANS}), False),
    },
    "visits": {
        "partner": (_PARTNERS, True),
        "on": (_DAYS, False),
        "rating": (_WHOLE, False),
        "done": (_BOOLEANS, False),
        "recorded_at": (_MOMENTS, True),
    },
    "customers": {"segment": (st.sampled_from(["A", "B"]), False), "key_account": (_BOOLEANS, False)},
    "deals": {
        "partner": (_PARTNERS, True),
        "amount": (_AMOUNTS, False),
        "channel": (st.sampled_from(["direct", "x"]), False),
        "signed_at": (_MOMENTS, True),
        "recorded_at": (_MOMENTS, True),
    },
    "assessments": {
        "partner": (_PARTNERS, True),
        "score": (_NUMBERS, False),
        "assessed_on": (_DAYS, False),
    },
}
_REQUIRED: dict[str, Callable[[st.DrawFn], Fields]] = {
    "deals": lambda draw: {"customer": draw(st.sampled_from(["C-1", "C-2"]))},
}


@st.composite
def facts(draw: st.DrawFn) -> Relations:
    """Facts with two partners, two customers, and a few records of what else there is."""
    sizes = {"partners": 2, "customers": 2}
    relations: Relations = {}
    for relation, fields in _FIELDS.items():
        rows: dict[str, Fields] = {}
        for number in range(1, sizes.get(relation, draw(st.integers(0, 3))) + 1):
            row: Fields = _REQUIRED[relation](draw) if relation in _REQUIRED else {}
            for name, (values, absent) in fields.items():
                how = draw(
                    st.sampled_from(["value", "value", "out", "unknown"] if absent else ["value", "value", "out"])
                )
                if how == "value":
                    row[name] = draw(values)
                elif how == "unknown":
                    row[name] = UNKNOWN
            rows[f"{relation[0].upper()}-{number}"] = row
        relations[relation] = rows
    return relations


@st.composite
def filled(draw: st.DrawFn, known: Relations) -> Relations:
    """The same facts with some of what is not known found out."""
    after = copy.deepcopy(known)
    for relation, rows in after.items():
        for row in rows.values():
            for name, (values, absent) in _FIELDS[relation].items():
                lacking = row.get(name) == UNKNOWN if absent else name not in row
                if name == "checks" and not lacking:
                    checks = row["checks"]
                    assert isinstance(checks, dict)
                    if "legal" not in checks and draw(_BOOLEANS):
                        checks["legal"] = draw(_BOOLEANS)
                elif lacking and draw(_BOOLEANS):
                    if absent and draw(_BOOLEANS):
                        del row[name]
                    else:
                        row[name] = draw(values)
    return after


Expression: TypeAlias = str

_CONSTANTS = ("true", "false", "0 CNY", "333.33 CNY")
_COMPARE = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])


@st.composite
def expression(draw: st.DrawFn, kind: str, depth: int = 3, scope: str = "", monotone: bool = False) -> Expression:
    """The text of an expression.

    Args:
        draw: of Hypothesis.
        kind: boolean, number, money, ratio, date, instant, text, deals or visits.
        depth: how deeply it is nested at most.
        scope: "deal" or "visit" inside a filter over such, "" elsewhere.
        monotone: without what asks whether something is known.
    """

    def make(wanted: str, inside: str = scope) -> str:
        return draw(expression(wanted, depth - 1, inside, monotone))

    def choose(leaves: list[str], more: list[Callable[[], str]]) -> str:
        if depth <= 0 or draw(st.integers(0, 3)) == 0:
            return draw(st.sampled_from(leaves))
        return draw(st.sampled_from(more))()

    def compare(wanted: str) -> str:
        return f"({make(wanted)} {draw(_COMPARE)} {make(wanted)} + {_ZERO[wanted]})"

    def then(wanted: str) -> str:
        looked_at = make(wanted)
        # What is the same at all times is refused there.
        return looked_at if looked_at in _CONSTANTS else f"(({looked_at}) at {make('date')})"

    def either(wanted: str) -> str:
        return f"(if {make('boolean')} then {make(wanted)} else {make(wanted)})"

    def instead(wanted: str) -> str:
        return either(wanted) if monotone else f"if_unknown({make(wanted)}, {make(wanted)})"

    def over(inside: str) -> str:
        return f"{make(inside + 's')}[{make('boolean', inside)}]"

    if kind == "boolean":
        leaves = ["subject.vip", "subject.checks.legal", "exists(subject.admitted_on)", "true", "false"]
        leaves += ['subject.grade in ["gold"]', "subject.admitted_on in last 12 months", 'subject.legal_name = "x"']
        if scope == "deal":
            leaves += [
                "amount > quota",
                'channel = "direct"',
                "exists(signed_at)",
                'customer.segment = "A"',
                "customer.key_account",
            ]
            leaves += ["exists(signed_at) and signed_at <= as_of", "exists(item.partner) and item.partner != subject"]
        if scope == "visit":
            leaves += ["done", "rating >= 2", "on in this month and 1 before", "exists(item.partner)"]
        more: list[Callable[[], str]] = [
            lambda: f"({make('boolean')} and {make('boolean')})",
            lambda: f"({make('boolean')} or {make('boolean')})",
            lambda: f"not({make('boolean')})",
            lambda: compare("number"),
            lambda: compare("money"),
            lambda: compare("date"),
            lambda: compare("instant"),
            lambda: f"({make('number')} in [{make('number')}..{make('number')} + 1))",
            lambda: f"({make('number')} in [{make('number')}, {make('number')}])",
            lambda: f"(count({over('deal')}) {draw(_COMPARE)} {draw(st.integers(0, 3))})",
            lambda: f"(count({over('visit')}) {draw(_COMPARE)} {make('number')})",
            lambda: f"(some v in {make('visits')} satisfies v.rating > {make('number')})",
            lambda: f"(every d in {make('deals')} satisfies d.amount > {make('money')})",
            lambda: f'("A" in {make("deals")}.customer.segment)',
            lambda: f"(count(distinct({make('deals')}.customer)) {draw(_COMPARE)} 1)",
            lambda: f"({make('date')} in last {draw(st.integers(1, 13))} months)",
            lambda: either("boolean"),
            lambda: instead("boolean"),
            lambda: then("boolean"),
            *([] if monotone else [lambda: f"known({make('number')})"]),
        ]
        return choose(leaves, more)
    if kind == "number":
        leaves = ["subject.staff", "subject.score", "0", "1", "2", "0.5", "open_number", "count(subject.deals)"]
        leaves += ["rating"] if scope == "visit" else []
        return choose(
            leaves,
            [
                lambda: f"({make('number')} + {make('number')})",
                lambda: f"({make('number')} - {make('number')})",
                lambda: f"({make('number')} * {make('number')})",
                lambda: f"({make('number')} / {make('number')})",
                lambda: f"({make('money')} / {make('money')})",
                lambda: f"count({over('deal')})",
                lambda: f"count(distinct({make('visits')}.rating))",
                lambda: f"{draw(st.sampled_from(['sum', 'min', 'max', 'mean']))}({make('visits')}.rating)",
                lambda: f"max({make('number')}, {make('number')})",
                lambda: f"floor({make('number')})",
                lambda: f"round({make('number')}, 1)",
                lambda: f"abs({make('number')})",
                lambda: f"year({make('date')})",
                lambda: "(latest subject.assessments by assessed_on).score",
                lambda: "-subject.score",
                lambda: either("number"),
                lambda: instead("number"),
            ],
        )
    if kind == "money":
        leaves = ["quota", "0 CNY", "333.33 CNY", "sum(subject.deals.amount)"]
        leaves += ["amount"] if scope == "deal" else []
        return choose(
            leaves,
            [
                lambda: f"({make('money')} + {make('money')})",
                lambda: f"({make('money')} * {make('ratio')})",
                lambda: f"({make('money')} / {make('number')})",
                lambda: f"{draw(st.sampled_from(['sum', 'min', 'max', 'mean']))}({over('deal')}.amount)",
                lambda: then("money"),
                lambda: either("money"),
                lambda: instead("money"),
            ],
        )
    if kind == "ratio":
        return choose(
            ["subject.rate", "share", "15 %"], [lambda: either("ratio"), lambda: f"({make('ratio')} * {make('ratio')})"]
        )
    if kind == "date":
        leaves = ["today", "2026-03-01", "2024-02-29"]
        leaves += ["on"] if scope == "visit" else []
        return choose(
            leaves,
            [
                lambda: f"({make('date')} + {draw(st.integers(-40, 90))} days)",
                lambda: f"({make('date')} + {draw(st.integers(-13, 13))} months)",
                lambda: (
                    f"start of {draw(st.sampled_from(['week', 'month', 'fiscal quarter', 'year']))}({make('date')})"
                ),
                lambda: f"date({make('instant')})",
                lambda: "(if exists(subject.admitted_on) then subject.admitted_on else today)",
                lambda: f"max({make('date')}, {make('date')})",
                lambda: either("date"),
                lambda: instead("date"),
            ],
        )
    if kind == "instant":
        leaves = ["as_of", "2026-02-28T16:00:00Z"]
        leaves += ["(if exists(signed_at) then signed_at else as_of)"] if scope == "deal" else []
        return choose(
            leaves,
            [
                lambda: f"({make('instant')} + {draw(st.integers(-40, 90))} hours)",
                lambda: f"({make('instant')} + 1 months)",
                lambda: "max(subject.deals[exists(signed_at)].signed_at)",
                lambda: f"(as_of at {make('date')})",
            ],
        )
    if kind == "deals":
        return choose(
            ["subject.deals", "deals"],
            [
                lambda: f"{make('deals')}[{make('boolean', 'deal')}]",
                lambda: f"(top {draw(st.integers(1, 2))} {make('deals')} by amount)",
                lambda: "partners.deals",
            ],
        )
    assert kind == "visits"
    return choose(
        ["subject.visits", "visits"],
        [
            lambda: f"{make('visits')}[{make('boolean', 'visit')}]",
            lambda: "(for p in partners return p.visits)",
        ],
    )


_ZERO = {"number": "0", "money": "0 CNY", "date": "0 days", "instant": "0 hours"}
