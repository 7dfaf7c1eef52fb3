"""A compiled table gives what its rules give when they are asked one by one, on every border, known or not."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.properties.test_table_index import CELLS, HITS, ROWS, VALUES, partners, table
from tests.support import AS_OF, SHANGHAI, ruleset

import partnerrules as pr
from partnerrules.backends.decision_tables import Found, found_of, look_up
from partnerrules.backends.meanings import MEANINGS
from partnerrules.backends.shown import shown_value
from partnerrules.backends.surroundings import Surroundings, evaluate, truth
from partnerrules.backends.to_python.tables import compiled_table
from partnerrules.decisions.results import TableResult
from partnerrules.facts import Database
from partnerrules.language import terms
from partnerrules.plan.decision_table import DecisionTable
from partnerrules.plan.nodes import Let, Lookup
from partnerrules.rulesets import Ruleset, TableAnswer
from partnerrules.rulesets.compiling import Version
from partnerrules.rulesets.table_calls import _Plain
from partnerrules.schema.missing import Unknown

# A table has up to twelve rules, which are asked one by one in compiled source, or more, which are looked up.
SOME_ROWS = st.one_of(st.lists(st.fixed_dictionaries(dict(CELLS)), min_size=1, max_size=12), ROWS)
NO_TEST: Final = "-"


def plain(name: str, value: object) -> object:
    """A value of the facts as a program has it: amounts as `Decimal` and `Money`, days and instants as such."""
    if not isinstance(value, str):
        return value
    match name:
        case "volume":
            amount = Decimal(value.split()[0])
            return pr.Money(amount, "CNY") if amount > 60 else amount
        case "share":
            return Decimal(value.split()[0]).scaleb(-2)
        case "joined" | "left":
            return dt.date.fromisoformat(value)
        case "seen":
            return dt.datetime.fromisoformat(value)
        case _:
            return value


def plain_values(fields: Mapping[str, object]) -> dict[str, object]:
    """The inputs of the table as a program gives them: `left` that is left out is absent, anything else unknown."""
    values = {name: plain(name, value) for name, value in fields.items() if not isinstance(value, dict)}
    return values if "left" in fields else {**values, "left": None}


def told(outcome: str, rules: Sequence[str], outputs: Mapping[str, object]) -> object:
    return outcome, tuple(rules), {name: "?" if isinstance(each, Unknown) else each for name, each in outputs.items()}


@settings(max_examples=40)
@given(SOME_ROWS, st.sampled_from(HITS), st.booleans(), st.integers(0, 10**6))
def test_a_table_that_is_called_gives_what_it_decides(
    rows: list[dict[str, str]], hit: str, default: bool, seed: int
) -> None:
    rules = ruleset(table(rows, hit, default and hit != "collect count"))
    call = rules.table("t")
    given = partners(seed)
    decided = rules.decide(pr.Facts({"partners": given}), as_of=AS_OF)["t"]
    for id, fields in given.items():
        answer, result = call(plain_values(fields)), decided[id]
        assert isinstance(result, TableResult)
        assert told(answer.outcome, answer.rules, answer.outputs) == told(result.outcome, result.rules, result.outputs)
        if not answer.missing:
            assert not result.missing
        else:  # an input is missing under its own name
            assert {each.field for each in answer.missing} == {each.field for each in result.missing}


def parts(rules: Ruleset) -> tuple[Version, DecisionTable, list[terms.ColumnOf]]:
    version = rules.versions[0]
    root = version.policies["t"].plan.root
    assert isinstance(root, Lookup)
    assert isinstance(root.source, Let)
    return version, root.table, [terms.ColumnOf(each.name, each.term.type) for each in root.source.columns]


class Nobody:
    """Stands for other policies, which the table does not ask."""

    def answer(self, *asked: object) -> object:
        raise AssertionError(asked)


def around(version: Version) -> Surroundings:
    parameters = {name: each.value for name, each in version.parameters.items()}
    database = Database(version.schema, {}, complete=frozenset())
    return Surroundings(database, AS_OF, version.head.zone, (1, 1), parameters, {}, Nobody(), MEANINGS)


def looked_up(table: DecisionTable, world: Surroundings, values: Mapping[str, object]) -> Found:
    """What the interpreter gives."""
    return look_up(
        table,
        lambda term: shown_value(evaluate(term, world, values)),
        lambda test: truth(test, world, values),
        values.__getitem__,
    )


def known_values(name: str) -> list[object]:
    """The values of an input as rows have them."""
    values = [plain(name, value) for value in VALUES[name]]
    amounts = [each.amount if isinstance(each, pr.Money) else each for each in values]
    return [each.astimezone(dt.UTC) if isinstance(each, dt.datetime) else each for each in amounts]


INPUTS = st.fixed_dictionaries(
    {name: st.sampled_from([*known_values(name), Unknown.because("field", field=name)]) for name in CELLS}
)


@settings(max_examples=40)
@given(SOME_ROWS, st.sampled_from(HITS), st.booleans(), st.lists(INPUTS, min_size=20, max_size=20))
def test_what_is_found_is_what_the_interpreter_gives(
    rows: list[dict[str, str]], hit: str, default: bool, inputs: list[dict[str, object]]
) -> None:
    version, table_, columns = parts(ruleset(table(rows, hit, default and hit != "collect count")))
    world = around(version)
    compiled = compiled_table(table_, columns, world.parameters)
    if compiled is None:  # most of its rules hang on a parameter without a value
        assert sum("open" in row["volume"] for row in rows) * 2 > len(rows)
        return
    assert compiled.find is not None
    tested = {name for row in rows for name, cell in row.items() if cell != NO_TEST}
    for each in inputs:
        found = compiled.find(*(each[name] for name in CELLS))
        values = {f"input {name}": value for name, value in each.items()}
        expected = looked_up(replace(table_, index=None), world, values)
        assert looked_up(table_, world, values) == expected
        if found is not None:
            assert found == expected
        elif not any("open" in row["volume"] for row in rows):
            assert any(isinstance(each[name], Unknown) for name in tested)


@settings(max_examples=25)
@given(SOME_ROWS, st.sampled_from(HITS), st.lists(INPUTS, min_size=20, max_size=20))
def test_rules_that_apply_are_found_where_outputs_depend_on_the_row(
    rows: list[dict[str, str]], hit: str, inputs: list[dict[str, object]]
) -> None:
    text = table(rows, hit, default=False).replace("out: {type: integer}", "out: {type: number}")
    for number in range(4):
        text = text.replace(f"out: {number}}}", f"out: 'partner.staff * 0 + {number}'}}")
    version, table_, columns = parts(ruleset(text))
    world = around(version)
    compiled = compiled_table(table_, columns, world.parameters)
    if compiled is None or compiled.places is None:  # of words
        assert compiled is None or hit in ("priority", "output order")
        return
    numbers = {id(rule.outputs[0]): Decimal(place % 4) for place, rule in enumerate(table_.rules)}
    for each in inputs:
        places = compiled.places(*(each[name] for name in CELLS))
        if places is None:
            continue
        values = {f"input {name}": value for name, value in each.items()}
        expected = look_up(
            table_,
            lambda term: numbers[id(term)],
            lambda test, row=values: truth(test, world, row),  # type: ignore[misc]
            values.__getitem__,
        )
        assert found_of(table_, places, lambda term: numbers[id(term)]) == expected


JUNK = st.one_of(
    st.none(),
    st.just(pr.UNKNOWN),
    st.booleans(),
    st.integers(-9, 9),
    st.floats(),
    st.decimals(-100, 100, places=2) | st.sampled_from([Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity")]),
    st.text(max_size=3) | st.sampled_from(["gold", "south", "true", "70 CNY", "70 USD", "5 %", "2026-02-01"]),
    st.dates(dt.date(2025, 12, 1), dt.date(2026, 4, 1)),
    st.datetimes(
        dt.datetime(2025, 12, 1), dt.datetime(2026, 4, 1), timezones=st.sampled_from([None, dt.UTC, SHANGHAI])
    ),
    st.builds(pr.Money, st.decimals(0, 100, places=2), st.sampled_from(["CNY", "USD"])),
    st.lists(st.integers(), max_size=1),
)
GIVEN = st.fixed_dictionaries(
    {name: st.sampled_from([plain(name, value) for value in VALUES[name]]) | JUNK for name in CELLS}
)


def answered(call: Callable[[Mapping[str, object]], TableAnswer], given: Mapping[str, object]) -> object:
    """What comes of a call: an answer, or a refusal."""
    try:
        return call(given)
    except pr.UsageError as error:
        return str(error)


@settings(max_examples=15)
@given(SOME_ROWS, st.sampled_from(HITS), st.lists(GIVEN, min_size=8, max_size=8))
def test_whatever_is_given_is_answered_or_refused_as_rule_by_rule(
    rows: list[dict[str, str]], hit: str, given: list[dict[str, object]]
) -> None:
    rules = ruleset(table(rows, hit, default=False))
    call, plainly = rules.table("t"), _Plain(rules.versions[0], "t")
    tested = {name for row in rows for name, cell in row.items() if cell != NO_TEST}
    for each in given:
        own = {name: value for name, value in each.items() if name in tested}  # nobody looks at the others
        assert answered(call, own) == answered(plainly.asked, own)
