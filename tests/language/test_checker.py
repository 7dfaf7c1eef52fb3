"""The checker knows what every name means and which values can meet; each mistake is said once, at its place."""

import pytest
from tests.support import codes, diagnostics, fault, faults, type_of

MORE = """\
parameters:
  quota: {value: 1000000 CNY}
  minimum: {value: 3}
  share: {value: 15 %}
  visits: {type: integer, status: unstated}
  kinds: {value: '["sales", "technical"]'}
facts:
  partner:
    exam_pass_rate: ratio
    staff: integer
    score: number
    line: Mbps
    fee: money(USD)
    grade: {type: "enum [gold, silver, bronze]", missing: none}
    level: "enum [gold, silver, bronze]"
    colour: "enum [red, green]"
  customer: {segment: "enum [A, B, C, new]"}
"""


def of(expression: str) -> str:
    return type_of(expression, more=MORE)


def wrong(expression: str) -> list[str]:
    return faults(expression, more=MORE)


@pytest.mark.parametrize(
    ("expression", "type"),
    [
        ("1", "whole number"),
        ("1.0", "whole number"),
        ("1.5", "number"),
        ("15 %", "ratio"),
        ("5 CNY", "money (CNY)"),
        ("90 days", "days"),
        ("3 weeks", "days"),
        ("2 years", "months"),
        ("4 hours", "elapsed time"),
        ("2 Mbps", "data rate"),
        ("70 points", "points"),
        ('"x"', "text"),
        ("true", "true or false"),
        ("2026-03-01", "date"),
        ("2026-03-01T00:00:00Z", "instant"),
        ("today", "date"),
        ("as_of", "instant"),
        ("quota", "money (CNY)"),
        ("parameters.quota", "money (CNY)"),
        ("visits", "whole number"),
        ("kinds", "list of text"),
        ("partner.legal_name", "text"),
        ("subject.legal_name", "text"),
        ("partner.admitted_on", "date, or none"),
        ("partner.checks.legal", "true or false"),
        ("partner.parent", "a partner, or none"),
        ("partner.people", "list of a person"),
        ("partner.people.certifications", "list of a certification"),
        ("partner.people.certifications.kind", "list of text"),
        ("partner.deals.customer.segment", 'list of one of "A", "B", "C", "new"'),
        ("partners", "list of a partner"),
        ("partners[id != subject.id]", "list of a partner"),
        ("partner.deals.amount", "list of money (CNY)"),
        ("partner.deals.signed_at", "list of instant, or none"),
        ("partner.deals[exists(signed_at)].signed_at", "list of instant"),
        ("partner.deals[exists(signed_at) and signed_at <= as_of].signed_at", "list of instant"),
        ("for d in partner.deals return d.customer", "list of a customer"),
        ("latest partner.assessments by assessed_on", "an assessment"),
        ("100 % / 3", "ratio"),
        ("for d in partner.deals[exists(signed_at)] return d.signed_at + 1 hours", "list of instant"),
        ("partner.deals[exists(signed_at)][signed_at <= as_of]", "list of a deal"),
        ("some d in partner.deals[exists(signed_at)] satisfies d.signed_at <= as_of", "true or false"),
        ("latest partner.deals[exists(signed_at)] by (signed_at + 1 hours)", "a deal"),
        ("top 3 partner.deals by amount", "list of a deal"),
        ("(latest partner.assessments by assessed_on).score", "number"),
        ("if true then 1 else 2", "whole number"),
        ("if true then 1 else 2.5", "number"),
        ("if true then 1 else 5 %", "ratio"),
        ("if true then partner.grade else partner.level", 'one of "gold", "silver", "bronze", or none'),
        ("if exists(partner.grade) then partner.grade else partner.level", 'one of "gold", "silver", "bronze"'),
        ("1 + 2", "whole number"),
        ("1 / 2", "number"),
        ("2 * 15 %", "number"),
        ("15 % * 10 %", "ratio"),
        ("5 CNY * 15 %", "money (CNY)"),
        ("15 % * 5 CNY", "money (CNY)"),
        ("5 CNY / 2", "money (CNY)"),
        ("5 CNY / 2 CNY", "number"),
        ("10 Mbps / 2 Mbps", "number"),
        ("today + 1 days", "date"),
        ("1 days + today", "date"),
        ("as_of - 4 hours", "instant"),
        ("as_of + 1 months", "instant"),
        ("today - 2026-01-01", "days"),
        ("as_of - 2026-01-01T00:00:00Z", "elapsed time"),
        ("-(5 CNY)", "money (CNY)"),
        ("[1, 2.5]", "list of number"),
        ("[1..5)", "interval of whole number"),
        ("last 12 months", "interval of date"),
        ("start of month(today)", "date"),
        ("partner.staff at 2026-01-01", "whole number"),
        ("count(partner.people)", "whole number"),
        ("mean(partner.deals.amount)", "money (CNY)"),
        ("mean([1, 2])", "number"),
        ("count(partner.people) >= 3", "true or false"),
    ],
)
def test_every_value_has_a_type(expression: str, type: str) -> None:
    assert of(expression) == type


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        # what compares with what
        ('partner.staff >= "gold"', "type-mismatch"),
        ("partner.staff >= 5 CNY", "unit-mismatch"),
        ("quota >= 1000", "unit-mismatch"),
        ("partner.fee >= 5 CNY", "currency-mismatch"),
        ("90 days >= 3 months", "unit-mismatch"),
        ("1 days = 24 hours", "unit-mismatch"),
        ("today = as_of", "date-against-instant"),
        ("today <= 2026-03-01T00:00:00Z", "date-against-instant"),
        ("partner.line >= 5 points", "unit-mismatch"),
        ('partner.parent = "P-1"', "unguarded-none"),
        ('subject = "P-1"', "type-mismatch"),
        ("subject = partner.people", "type-mismatch"),
        ("true > false", "type-mismatch"),
        ('"a" < "b"', "type-mismatch"),
        ("partner.level > partner.level", "self-comparison"),
        ("partner.staff = partner.staff", "self-comparison"),
        ("partner = subject", "self-comparison"),
        ("count(partner.people[id = item.id]) > 0", "self-comparison"),
        ("partner.level = partner.colour", "type-mismatch"),
        # enumerations
        ('partner.level = "platinum"', "unknown-value"),
        ('partner.level in ["gold", "platinum"]', "unknown-value"),
        ("partner.level = gold", "unknown-name"),
        # ratios
        ("partner.exam_pass_rate >= 80", "ratio-without-percent"),
        ("partner.exam_pass_rate in [50..80]", "ratio-without-percent"),
        ("partner.exam_pass_rate between 50 and 80", "ratio-without-percent"),
        # what may be absent
        ("partner.admitted_on <= today", "unguarded-none"),
        ("for d in partner.deals[amount > 1 CNY] return d.signed_at + 1 hours", "unguarded-none"),
        (
            "for d in partner.deals[exists(signed_at)] return (for e in partner.deals return e.signed_at + 1 hours)",
            "unguarded-none",
        ),
        ("partner.admitted_on + 1 days", "unguarded-none"),
        ("partner.parent.legal_name", "unguarded-none"),
        ("not(partner.admitted_on = today)", "unguarded-none"),
        ("count(partner.deals[signed_at <= as_of]) > 0", "unguarded-none"),
        ("max(partner.deals.signed_at)", "unguarded-none"),
        ("partner.admitted_on <= today and exists(partner.admitted_on)", "unguarded-none"),
        ("exists(partner.admitted_on) or partner.admitted_on <= today", "unguarded-none"),
        ("exists(partner.admitted_on) = true or partner.admitted_on <= today", "unguarded-none"),
        ("exists(partner.admitted_on) = false and partner.admitted_on <= today", "unguarded-none"),
        ("exists(partner.grade) and partner.admitted_on <= today", "unguarded-none"),
        ("if exists(partner.admitted_on) then true else partner.admitted_on <= today", "unguarded-none"),
        ("some x in [1] satisfies exists(partner.admitted_on)", None),
        ("exists(partner.staff)", "never-absent"),
        ("exists(partner.people)", "never-absent"),
        # conditions
        ("1 and true", "type-mismatch"),
        ("if 1 then 2 else 3", "type-mismatch"),
        ("partner.people[1]", "type-mismatch"),
        ("not(1)", "type-mismatch"),
        # arithmetic
        ("5 CNY + 1", "unit-mismatch"),
        ("5 CNY + 5 USD", "currency-mismatch"),
        ("5 CNY * 5 CNY", "unit-mismatch"),
        ("today + 1", "unit-mismatch"),
        ("today + 4 hours", "unit-mismatch"),
        ("today + today", "type-mismatch"),
        ("2026-01-01 - as_of", "date-against-instant"),
        ('"a" + "b"', "type-mismatch"),
        ("-true", "type-mismatch"),
        ("-today", "type-mismatch"),
        ("1 - today", "type-mismatch"),
        # names
        ("partnr.staff", "unknown-name"),
        ("partner.staf", "unknown-field"),
        ("partner.staff-1", "unknown-field"),
        ("quota-1", "unknown-name"),
        ("staff > 1", "unknown-name"),
        ("item", "unknown-name"),
        ("parameters.nothing", "unknown-name"),
        ("partner.staff.x", "no-fields"),
        ("[1].x", "no-fields"),
        ("nothing(1)", "unknown-function"),
        ('outcome(partner, "nothing")', "unknown-policy"),
        ("outcome(partner, nothing)", "unknown-policy"),
        # lists and intervals
        ("partner.staff[true]", "not-a-list"),
        ("for x in 1 return x", "not-a-list"),
        ("some x in 1 satisfies true", "not-a-list"),
        ("[1, true]", "type-mismatch"),
        ("[5..1]", "inverted-interval"),
        ("(1..1)", "empty-interval"),
        ("[1..1)", "empty-interval"),
        ("partner.staff between 5 and 1", "inverted-interval"),
        ("today in [2026-02-01..2026-01-01]", "inverted-interval"),
        ("[1..5 CNY]", "unit-mismatch"),
        ('["a".."b"]', "type-mismatch"),
        ("as_of in last 3 months", "date-against-instant"),
        ("partner.staff in [1 CNY..2 CNY]", "unit-mismatch"),
        ("partner.staff in partner.people", "type-mismatch"),
        ("if true then 1 else true", "type-mismatch"),
        ("if true then today else as_of", "type-mismatch"),
        ("latest partner.people by name", "type-mismatch"),
        ("partner.staff at 5", "type-mismatch"),
        ("start of month(as_of)", "date-against-instant"),
        ("start of month(1)", "type-mismatch"),
    ],
)
def test_each_mistake_is_told_once(expression: str, code: str | None) -> None:
    if code is None:
        assert wrong(expression) == []
    else:
        assert wrong(expression) == [code]


@pytest.mark.parametrize(
    "expression",
    [
        "exists(partner.admitted_on) and partner.admitted_on <= today",
        "not(exists(partner.admitted_on)) or partner.admitted_on <= today",
        "not(not(exists(partner.admitted_on))) and partner.admitted_on <= today",
        "if exists(partner.admitted_on) then partner.admitted_on <= today else false",
        "if not(exists(partner.admitted_on)) then false else partner.admitted_on <= today",
        "exists(partner.admitted_on) = false or partner.admitted_on <= today",
        "exists(partner.admitted_on) != true or partner.admitted_on <= today",
        "true = exists(partner.admitted_on) and partner.admitted_on <= today",
        "exists(partner.admitted_on) and (partner.admitted_on <= today or partner.admitted_on = 2030-01-01)",
        "not(not(exists(partner.admitted_on)) or partner.admitted_on > today)",
        'exists(partner.admitted_on) and exists(partner.grade) and partner.grade = "gold"',
        "exists(partner.parent) and partner.parent.staff > 3",
        "exists(partner.parent) and exists(partner.parent.admitted_on) and partner.parent.admitted_on < today",
        "partner.admitted_on in last 12 months",
        "partner.admitted_on between 2020-01-01 and today",
        'partner.grade in ["gold", "silver"]',
        "count(partner.deals[exists(signed_at) and signed_at <= as_of]) > 0",
        "max(partner.deals[exists(signed_at)].signed_at) <= as_of",
        "every d in partner.deals satisfies not(exists(d.signed_at)) or d.signed_at <= as_of",
        "exists(partner.admitted_on) and count(partner.people[known(name) and today > subject.admitted_on]) > 0",
        "exists(partner.admitted_on) and (exists(partner.admitted_on) or false)",
        "if_unknown(partner.staff, 0) > 3",
        "known(partner.admitted_on)",
        "partner.exam_pass_rate >= 80 %",
        "partner.exam_pass_rate >= 0.8",
        "partner.exam_pass_rate = 1",
        "partner.staff / 10 >= 80 %",
        "partner.score > partner.staff",
        "partner.level = partner.legal_name",
        "partner.level in kinds",
    ],
)
def test_what_is_guarded_or_fits_is_accepted(expression: str) -> None:
    assert wrong(expression) == []


def test_a_guard_holds_for_the_same_item_only() -> None:
    outer = "some d in partner.deals satisfies exists(d.signed_at)"
    assert wrong(f"{outer} and some e in partner.deals satisfies e.signed_at < as_of") == ["unguarded-none"]


def test_a_filter_looks_at_the_fields_of_its_items_first() -> None:
    assert type_of('partner.deals[amount > 5 CNY and customer.territory = "north"]') == "list of a deal"
    # `partner` is a field of a deal and the record that is decided: the author says which.
    assert faults("count(deals[partner = subject]) > 0") == ["ambiguous-name"]
    assert faults("count(deals[exists(item.partner) and item.partner = subject]) > 0") == []


def test_the_item_of_a_filter_may_have_a_field_item() -> None:
    assert type_of('responsibilities[item.item = "data" and line = "L1"].item') == "list of text"
    # The innermost item is meant, whatever encloses it.
    assert faults("count(responsibilities[count(deals[item.amount > 1 CNY]) > 1]) > 0") == []
    assert faults('count(responsibilities[count(people[certified(item, "data", today)]) > 0]) > 0') == []
    found = fault('count(responsibilities[item = "data"]) > 0')
    assert (found.code, found.message, found.help) == (
        "ambiguous-name",
        "`item` is the item of the filter and also a field of a responsibility",
        "write `item.item` for the field; a loop, `some x in ... satisfies ...`, names the record",
    )
    # What the help offers can be written.
    assert faults('some x in responsibilities satisfies x.item = "data" and exists(x.accepted_on)') == []


def test_a_field_that_hides_a_parameter_is_told() -> None:
    more = "parameters: {amount: {value: 5 CNY}}\n"
    assert faults("count(partner.deals[amount > 1 CNY])", more=more) == ["ambiguous-name"]
    assert faults("count(partner.deals[item.amount > parameters.amount])", more=more) == []


def test_a_loop_names_its_items() -> None:
    assert faults("some d in partner.deals satisfies d.amount > 5 CNY") == []
    assert faults("some d in partner.deals satisfies amount > 5 CNY") == ["unknown-name"]
    assert faults("for x in partner.deals return count(for x in [1] return x)") == ["ambiguous-name"]
    assert type_of("for x in partner.deals return count(for y in [1] return y)") == "list of whole number"


def test_two_mistakes_in_one_expression_are_both_told() -> None:
    assert wrong("partner.staf > 1 and partner.fee > 5 CNY") == ["unknown-field", "currency-mismatch"]


def test_what_follows_from_a_mistake_is_not_told_again() -> None:
    assert wrong("count(partner.peple[certified(item, 3, today)].x) > true") == ["unknown-field"]


def test_near_names_are_suggested_and_others_are_listed() -> None:
    assert fault("partner.staf > 1", more=MORE).help == "did you mean `staff`?"
    found = fault("partner.zzz > 1", more=MORE).help
    assert found is not None
    assert found.startswith("known fields: ")
    assert fault("quota-1", more=MORE).help == "a minus needs spaces: `quota - 1`"


def test_both_sides_of_a_mismatch_are_named() -> None:
    found = fault("partner.fee >= 5 CNY", more=MORE)
    assert [label.text for label in found.labels] == [
        "money (USD), from `fee` of a partner",
        "money (CNY), written here",
    ]


def test_money_without_a_currency_meets_nothing() -> None:
    head = 'ruleset: trial\nversion: "1"\nin_force: 2020-01-01 ..\n'
    assert faults("deal.amount > 5 CNY", of="deal", head=head) == ["currency-mismatch"]
    assert faults("sum(partner.deals.amount)", head=head) == ["currency-mismatch"]
    assert faults("known(deal.amount)", of="deal", head=head) == []


def test_definitions_are_checked_where_they_are_used() -> None:
    assert codes("definitions:\n  a: b + 1\n  b: 2\n") == []
    assert codes("definitions:\n  a: b + 1\n  b: true\n") == ["type-mismatch"]
    assert codes("definitions:\n  a: b + 1\n  b: a + 1\n") == ["cyclic-definition"]
    assert codes("definitions:\n  a: a + 1\n") == ["cyclic-definition"]
    found = codes(
        "definitions:\n  big: {of: partner, value: count(partner.people) >= 3}\n  x: {of: deal, value: deal.big}\n"
    )
    assert found == ["unknown-field"]


def test_a_faulty_definition_is_told_once_however_often_it_is_used() -> None:
    assert codes("definitions:\n  a: nothing + 1\n  b: a + 1\n  c: a + b\n") == ["unknown-name"]


def test_a_definition_cannot_take_a_name_with_a_meaning() -> None:
    for name in ("today", "partners", "item", "subject", "quota"):
        text = f"parameters: {{quota: {{value: 1}}}}\ndefinitions:\n  {name}: 1\n"
        assert codes(text) == ["name-taken"], name
    assert codes("definitions:\n  people: {of: partner, value: 1}\n") == ["name-taken"]


def test_definitions_and_policies_share_their_names() -> None:
    text = """\
definitions: {admission: 1}
eligibility:
  admission: {subject: partner, gates: [{require: exists(partner.admitted_on)}]}
"""
    assert codes(text) == ["duplicate-id"]


def test_definitions_nest_only_so_deep() -> None:
    def chain(length: int) -> str:
        lines = [f"  d{index}: d{index + 1} + 1\n" for index in range(length)]
        return "definitions:\n" + "".join(lines) + f"  d{length}: 1\n"

    assert codes(chain(5)) == []
    assert set(codes(chain(40))) == {"too-deep"}


def test_a_parameter_is_a_value_of_its_type() -> None:
    def parameter(text: str) -> list[str]:
        return codes(f"parameters:\n  p: {text}\n")

    assert parameter("{value: 90 days}") == []
    assert parameter("{value: -5 CNY}") == []
    assert parameter("{type: ratio, value: 0.15}") == []
    assert parameter("{type: list of text, value: '[\"a\"]'}") == []
    assert parameter("{type: integer, status: unstated}") == []
    assert parameter("{value: today}") == ["not-constant"]
    assert parameter("{value: 1 + 1}") == ["not-constant"]
    assert parameter("{type: money, value: 5}") == ["unit-mismatch"]
    assert parameter("{type: 'enum [a, b]', value: '\"c\"'}") == ["unknown-value"]
    assert parameter("{value: 5, status: unstated}") == ["unstated-value"]
    assert parameter("{status: unstated}") == ["missing-key"]
    assert parameter("{source: N-1}") == ["missing-key"]
    assert parameter("{value: 5, checked_on: 2026-02-30}") == ["no-such-date"]


def test_diagnostics_come_in_the_order_of_their_places() -> None:
    found = diagnostics("definitions:\n  a: nothing\n  b: nothing_else\n  c: 1 + true\n")
    assert [diagnostic.span.line for diagnostic in found] == sorted(diagnostic.span.line for diagnostic in found)
    assert [diagnostic.code for diagnostic in found] == ["unknown-name", "unknown-name", "type-mismatch"]


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("max([]) >= 3", "empty-list"),
        ("count(partner.deals[amount in []]) = 0", "empty-list"),
        ("sum(for x in [] return x) > 3", "empty-list"),
        ("today + 1.5 days > today", "fraction-of-a-day"),
        ("today + 0.5 months > today", "fraction-of-a-day"),
        ("exists(partner.admitted_on) and partner.admitted_on at 2025-01-01 = 2024-01-01", "unguarded-none"),
        ("count(partner.registrations.products) = 3", "unguarded-none"),
        ("9999-12-31T23:59:59-05:00 > as_of", "no-such-date"),
    ],
)
def test_what_used_to_load_without_meaning_anything(expression: str, code: str) -> None:
    assert wrong(expression) == [code]


def test_loops_inside_each_other_are_bounded() -> None:
    ten = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]"
    four = " ".join(f"every x{level} in {ten} satisfies" for level in range(4))
    assert wrong(f"{four} x0 > 0") == []
    assert wrong(f"every y in {ten} satisfies {four} x0 > 0") == ["too-deep"]
    assert wrong(f"every y in [{', '.join(map(str, range(20)))}] satisfies {four} x0 > 0") == ["too-deep"]
