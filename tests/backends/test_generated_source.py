"""Generated source: literals that cannot be anything else, tracebacks that show it, and the line of the ruleset."""

import datetime as dt
import gc
import linecache
import traceback
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import AS_OF, checked

import partnerrules as pr
from partnerrules.backends.to_python import units
from partnerrules.backends.to_python.source import Generated, Writer, blame
from partnerrules.backends.to_python.term_source import INTERPRETED
from partnerrules.diagnostics import Source, Span
from partnerrules.language.functions import FUNCTIONS, Kernel

HOSTILE = "\n''' + __import__('os').system('true') # \\ \" ' {x} \r\u2028\x00"
RULES = """\
parameters:
  quota: {value: 1000 CNY}
  open_number: {type: number, status: unstated}
facts:
  partner: {vip: boolean, staff: integer, grade: {type: "enum [gold, silver]", missing: none}}
definitions:
  sales: {of: partner, value: 'sum(partner.deals[exists(signed_at) and signed_at <= as_of].amount)'}
eligibility:
  admission:
    subject: partner
    when: 'exists(partner.grade) and partner.grade in ["gold", "silver"]'
    gates:
      - {id: staff, require: partner.staff >= 3 or partner.vip}
      - {id: sales, require: partner.sales between 0 CNY and quota}
      - {id: trend, require: 'count(partner.deals[exists(signed_at) and date(signed_at) in last 1 year]) > open_number'}
      - {id: large, require: 'some deal in partner.deals satisfies deal.amount / 3 > 100 CNY'}
"""


def source_of(rules: pr.Ruleset, name: str) -> str:
    version = rules.versions[0]
    assert version.compiler is not None
    if name in version.policies:
        return version.compiler.of_plan(version.policies[name].plan).source.text
    return version.compiler.of_definition(name).source.text


@pytest.mark.parametrize("name", ["admission", "sales"])
def test_the_source_of_a_policy_is_readable(name: str, root: Path, golden: Callable[[Path, str], None]) -> None:
    rules, told = checked(RULES)
    assert rules is not None, told
    golden(root / "tests" / "golden" / "source" / f"{name}.txt", source_of(rules, name))


@given(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.text(),
        st.just(HOSTILE),
        st.decimals(allow_nan=False, allow_infinity=False),
        st.dates(),
        st.datetimes(timezones=st.just(dt.UTC)).map(lambda moment: moment.replace(fold=0)),
    )
)
def test_a_literal_is_the_value_whatever_it_is(value: object) -> None:
    writer = Writer("literals")
    writer.line(f"found = {writer.literal(value)}")
    found = writer.compiled().run()["found"]
    assert found == value
    assert type(found) is type(value)
    assert repr(found) == repr(value)


@pytest.mark.parametrize("value", [1.5, b"x", (1,), float("nan"), object(), dt.datetime(2026, 1, 1)])
def test_nothing_else_has_a_literal(value: object) -> None:
    with pytest.raises(TypeError):
        Writer("literals").literal(value)


def test_what_an_author_wrote_stands_in_the_source_as_literals_alone() -> None:
    text = "''' + __import__(1) # {x}  ü"
    rules, told = checked(
        f'definitions:\n  tried:\n    of: partner\n    value: |-\n      partner.legal_name = "{text}"\n'
    )
    assert rules is not None, told
    written = source_of(rules, "tried")
    assert ascii(text) in written
    assert written.replace(ascii(text), "").isascii()
    assert "import" not in written.replace(ascii(text), "")


def test_a_traceback_shows_the_source_as_long_as_it_lives() -> None:
    writer = Writer("a ruleset")
    with writer.block("def fail():"):
        writer.line("return 1 / 0")
    made = writer.compiled()
    with pytest.raises(ZeroDivisionError) as caught:
        made.run()["fail"]()  # type: ignore[operator]
    assert "return 1 / 0" in "".join(traceback.format_exception(caught.value))
    path = made.path
    assert path in linecache.cache
    caught.value.__traceback__ = None
    del made, writer, caught
    gc.collect()
    assert path not in linecache.cache


def break_function(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def broken(*arguments: object) -> object:
        raise RuntimeError("out of order")

    meaning = FUNCTIONS[name].meaning
    assert isinstance(meaning, Kernel)
    monkeypatch.setitem(FUNCTIONS, name, replace(FUNCTIONS[name], meaning=replace(meaning, compute=broken)))


def test_two_of_the_same_text_are_shown_as_long_as_each_lives() -> None:
    def failing() -> Generated:
        writer = Writer("twice")
        with writer.block("def fail():"):
            writer.line("return 1 / 0")
        return writer.compiled()

    first, second = failing(), failing()
    del first
    gc.collect()
    with pytest.raises(ZeroDivisionError) as caught:
        second.run()["fail"]()  # type: ignore[operator]
    assert "return 1 / 0" in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("kind", ["", "x y", "x)", "1x", "x\n", "__import__('os')", "х"])
def test_only_plain_words_are_names(kind: str) -> None:
    with pytest.raises(AssertionError):
        Writer("names").name(kind)


KNOWN = {
    "partners": {
        "P-1": {"vip": False, "staff": 3, "grade": "gold"},
        "P-2": {"vip": True, "staff": 0, "grade": "silver"},
        "P-3": {"vip": False, "staff": 2},
    },
    "customers": {"C-1": {}},
    "deals": {
        f"D-{number}": {"partner": partner, "customer": "C-1", "amount": amount, "signed_at": "2026-01-02T00:00:00Z"}
        for number, (partner, amount) in enumerate([("P-1", "900 CNY"), ("P-2", "301 CNY"), ("P-2", "1 CNY")])
    },
}


def test_what_is_known_is_decided_by_source_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def interpreted(*arguments: object) -> object:
        raise RuntimeError("the interpreter was asked")

    monkeypatch.setattr(units, "GIVEN", {**units.GIVEN, INTERPRETED: interpreted})
    # A window of days and a parameter that is not stated are the interpreter's.
    text = RULES.replace("date(signed_at) in last 1 year", "date(signed_at) <= today").replace("> open_number", ">= 1")
    rules, told = checked(text)
    assert rules is not None, told
    decision = rules.decide(pr.Facts(KNOWN), as_of=AS_OF)
    assert {id: result.outcome for id, result in decision["admission"].items()} == {
        "P-1": "eligible",
        "P-2": "eligible",
    }


def error_of(rules: str, policy: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> RuntimeError:
    """What is raised where `abs` is out of order, and one partner is an agent without deals."""
    head = 'ruleset: faulty\nversion: "1"\nin_force: 2020-01-01 ..\ncurrency: CNY\ntimezone: UTC\n'
    (folder / "ruleset.yaml").write_text(head + rules, encoding="utf-8")
    break_function(monkeypatch, "abs")
    facts = pr.Facts({"partners": {"P-1": {"kind": "agent"}}, "deals": {}})
    with pytest.raises(RuntimeError, match="out of order") as caught:
        pr.load(folder).decide(facts, as_of=AS_OF, policies=[policy])
    return caught.value


def blamed(error: RuntimeError, folder: Path) -> str:
    """The line and column that the note on an error names."""
    (note,) = error.__notes__
    assert note.startswith(f"while deciding by {folder / 'ruleset.yaml'}:")
    return note.removeprefix(f"while deciding by {folder / 'ruleset.yaml'}:")


def test_a_fault_in_a_compiled_rule_names_the_line_of_the_ruleset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = (
        "eligibility:\n  admission:\n    subject: partner\n    gates:\n"
        '      - {id: kind, require: partner.kind = "agent"}\n'
        "      - {id: deals, require: abs(count(partner.deals)) >= 0}\n"
    )
    error = error_of(rules, "admission", tmp_path, monkeypatch)
    assert blamed(error, tmp_path) == "11:30"
    assert "function_1(" in "".join(traceback.format_exception(error))


def test_a_place_is_that_of_the_nearest_line_before() -> None:
    source = Source("rules.yaml", "one\ntwo\n")
    writer = Writer("places")
    with writer.block("def first():"):
        writer.mark(Span(source, 0, 3))
        writer.line("return None")
    writer.mark(Span(source, 4, 7))
    with writer.block("def second(value):"):
        writer.line("return value[Decimal(0)]")
    made = writer.compiled()
    with pytest.raises(TypeError) as caught:
        made.run()["second"](None)  # type: ignore[operator]
    blame(caught.value, [made])
    blame(caught.value, [made])
    assert caught.value.__notes__ == ["while deciding by rules.yaml:2:1"]


def test_deep_expressions_are_compiled() -> None:
    text = "partner.vip"
    for number in range(20):
        text = f"partner.vip and (partner.staff >= {number} or {text})"
    facts = "facts:\n  partner: {vip: boolean, staff: integer}\n"
    rules, told = checked(f"{facts}definitions:\n  tried: {{of: partner, value: '{text}'}}\n")
    assert rules is not None, told
    assert "def part_1(v):" in source_of(rules, "tried")
    decision = rules.decide(pr.Facts({"partners": {"P-1": {"vip": True, "staff": 2}}}), as_of=AS_OF)
    assert decision["tried"]["P-1"].value is True  # type: ignore[union-attr]


def test_a_number_is_written_with_all_its_zeros() -> None:
    writer = Writer("zeros")
    names = [writer.literal(Decimal(text)) for text in ("1", "1.0", "1.00", "1")]
    assert len(set(names)) == 3
    assert names[0] == names[3]


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ('| a  | "reseller" | - | 1 |\n      | b  | - | - | abs(count(partner.deals)) |', "16:22"),
        ('| a  | "reseller" | - | 1 |\n      | b  | - | >= abs(count(partner.deals)) | 1 |', "16:18"),
    ],
    ids=["of an output", "of a test"],
)
def test_a_fault_in_the_row_of_a_table_names_its_cell(
    rows: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = (
        "tables:\n  size:\n    subject: partner\n    hit: first\n"
        "    inputs: {kind: partner.kind, deals: count(partner.deals)}\n"
        "    outputs: {size: {type: number}}\n    rows: |\n"
        f"      | id | kind | deals | size |\n      |----|------|-------|------|\n      {rows}\n"
    )
    assert blamed(error_of(table, "size", tmp_path, monkeypatch), tmp_path) == place


def test_a_fault_in_a_definition_names_the_definition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = (
        "definitions:\n  number: {of: partner, value: abs(count(partner.deals))}\n"
        "eligibility:\n  admission:\n    subject: partner\n"
        "    gates: [{id: deals, require: partner.number > 0}]\n"
    )
    assert blamed(error_of(rules, "admission", tmp_path, monkeypatch), tmp_path) == "7:32"


def test_every_plan_of_the_shipped_rulesets_is_compiled(root: Path) -> None:
    rules = pr.load(root / "rulesets" / "partnership-health")
    for version in rules.versions:
        assert version.compiler is not None
        for policy in version.policies.values():
            version.compiler.of_plan(policy.plan)
        for name in version.definitions:
            version.compiler.of_definition(name)
