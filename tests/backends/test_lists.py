"""Lists know what they are not sure of: counts have a range, other aggregates wait until everything is known."""

from decimal import Decimal

import pytest
from tests.support import AS_OF, ruleset, value

from partnerrules import Facts, Money
from partnerrules.domain.partners import Partner, Person

HEAD = 'facts:\n  partner: {area: text}\n  customer: {segment: "enum [A, B]"}\n'


def people(*names: object) -> dict[str, object]:
    """A partner whose people have these names; None is a name that is not known."""
    rows = {
        f"N-{index}": {"partner": "P-1"} if name is None else {"partner": "P-1", "name": name}
        for index, name in enumerate(names, start=1)
    }
    return {"partners": {"P-1": {}}, "people": rows}


@pytest.mark.parametrize(
    ("names", "comparison", "expected"),
    [
        # Between one and three are called x.
        (("x", None, None, "y"), ">= 1", True),
        (("x", None, None, "y"), ">= 2", "unknown"),
        (("x", None, None, "y"), ">= 3", "unknown"),
        (("x", None, None, "y"), ">= 4", False),
        (("x", None, None, "y"), "> 0", True),
        (("x", None, None, "y"), "> 3", False),
        (("x", None, None, "y"), "< 4", True),
        (("x", None, None, "y"), "< 3", "unknown"),
        (("x", None, None, "y"), "< 1", False),
        (("x", None, None, "y"), "<= 3", True),
        (("x", None, None, "y"), "<= 0", False),
        (("x", None, None, "y"), "= 0", False),
        (("x", None, None, "y"), "= 1", "unknown"),
        (("x", None, None, "y"), "= 4", False),
        (("x", None, None, "y"), "!= 4", True),
        (("x", None, None, "y"), "= 2.5", False),
        (("x", None, None, "y"), "in [1..3]", True),
        (("x", None, None, "y"), "in [2..3]", "unknown"),
        (("x", None, None, "y"), "in [4..9]", False),
        (("x", None, None, "y"), "between 0 and 3", True),
        (("x", "x", "y"), "= 2", True),
        ((), "= 0", True),
        ((None,), ">= 1", "unknown"),
    ],
)
def test_a_count_compares_by_its_range(names: tuple[object, ...], comparison: str, expected: object) -> None:
    assert value(f'count(partner.people[name = "x"]) {comparison}', people(*names)) == expected


@pytest.mark.parametrize(
    ("comparison", "expected"),
    [("1 <= ", True), ("4 <= ", False), ("4 > ", True), ("2 <= ", "unknown"), ("0 = ", False)],
)
def test_a_count_compares_from_the_right_too(comparison: str, expected: object) -> None:
    assert value(f'{comparison} count(partner.people[name = "x"])', people("x", None, None, "y")) == expected


def test_a_count_against_a_quotient() -> None:
    facts = people("x", None, None, "y")
    assert value('count(partner.people[name = "x"]) >= 10 / 3', facts) is False
    assert value('count(partner.people[name = "x"]) >= 2 / 3', facts) is True
    assert value('count(partner.people[name = "x"]) <= -2 / -3', facts) is False
    assert value('count(partner.people[name = "x"]) >= 1 / 0', facts) == "unknown"


def test_a_count_with_a_range_is_no_number_to_compute_with() -> None:
    assert value('count(partner.people[name = "x"]) + 1', people("x", None)) == "unknown"
    assert value('count(partner.people[name = "x"])', people("x", None)) == "unknown"
    assert value('count(partner.people[name = "x"]) + 1', people("x", "y")) == 2


# ------------------------------------------------------------------------------------------------- partial relations


def partial(expression: str) -> object:
    text = f"definitions:\n  tried: {{of: partner, value: '{expression}'}}\n"
    facts = Facts([Partner(id="P-1"), Person(id="N-1", partner="P-1", name="x")])
    found = ruleset(text).decide(facts, as_of=AS_OF)["tried"]["P-1"].as_data()
    return "unknown" if found["outcome"] == "undetermined" else found["value"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("count(partner.people) >= 1", True),
        ("count(partner.people) >= 2", "unknown"),
        ("count(partner.people) < 1", False),
        ("count(partner.people) = 0", False),
        ("count(partner.people) = 1", "unknown"),
        ("count(partner.people) != 0", True),
        ("count(partner.people) in [1..5]", "unknown"),
        ("count(partner.people) in [0..0]", False),
        ('some n in partner.people satisfies n.name = "x"', True),
        ('some n in partner.people satisfies n.name = "y"', "unknown"),
        ('every n in partner.people satisfies n.name = "x"', "unknown"),
        ('every n in partner.people satisfies n.name = "y"', False),
        ('"x" in partner.people.name', True),
        ('"y" in partner.people.name', "unknown"),
        ("known(partner.people)", False),
        ("sum(partner.deals.amount)", "unknown"),
        ("latest partner.standings by valid_from", "unknown"),
        ("count(partners)", "unknown"),
    ],
)
def test_over_a_partial_relation_only_what_more_records_cannot_change_is_known(
    expression: str, expected: object
) -> None:
    assert partial(expression) == expected


def test_a_reference_into_a_partial_relation_is_unknown_and_into_a_complete_one_must_be_there() -> None:
    facts: dict[str, object] = {"deals": {"D-1": {"customer": "C-9"}}}
    assert value("deal.customer.legal_name", facts, of="deal", subject="D-1") == "unknown"
    assert value('deal.customer.legal_name = "x"', facts, of="deal", subject="D-1") == "unknown"
    assert value('deal.customer.id = "C-9"', facts, of="deal", subject="D-1") == "unknown"


def test_a_record_whose_reference_is_unknown_may_belong_to_anyone() -> None:
    facts: dict[str, object] = {
        "partners": {"P-1": {}},
        "customers": {"C-1": {}},
        "deals": {
            "D-1": {"customer": "C-1", "partner": "P-1"},
            "D-2": {"customer": "C-1", "partner": {"unknown": True}},
        },
    }
    assert value("count(partner.deals) >= 1", facts) is True
    assert value("count(partner.deals) >= 2", facts) == "unknown"
    assert value("count(partner.deals) >= 3", facts) is False
    assert value("count(deals) = 2", facts) is True


# -------------------------------------------------------------------------------------------------------- aggregates


def deals(*amounts: str | None) -> dict[str, object]:
    rows = {
        f"D-{index}": {"customer": "C-1", "partner": "P-1", **({} if amount is None else {"amount": amount})}
        for index, amount in enumerate(amounts, start=1)
    }
    return {"partners": {"P-1": {}}, "customers": {"C-1": {}}, "deals": rows}


@pytest.mark.parametrize("kind", ["sum", "min", "max", "mean"])
def test_other_aggregates_over_an_unknown_value_are_unknown(kind: str) -> None:
    assert value(f"{kind}(partner.deals.amount)", deals("1", None)) == "unknown"
    assert value(f"{kind}(partner.deals[amount > 5 CNY].amount)", deals("6", None)) == "unknown"
    assert value(f"{kind}(partner.deals.amount)", deals("4", "4")) == Money(Decimal(8 if kind == "sum" else 4), "CNY")


def test_nothing_has_a_sum_and_no_mean() -> None:
    assert value("sum(partner.deals.amount) = 0 CNY", deals()) is True
    for kind in ("min", "max", "mean"):
        assert value(f"{kind}(partner.deals.amount) >= 0 CNY", deals()) == "unknown"


def test_a_sum_is_exact_however_long() -> None:
    assert value("sum(partner.deals.amount)", deals("0.1", "0.2", "1000000000000000000000000000000")) == Money(
        Decimal("1000000000000000000000000000000.3"), "CNY"
    )


def test_distinct() -> None:
    assert value("count(distinct(partner.people.name)) = 2", people("x", "y", "x")) is True
    # The one that is not known may be a third one or one of the two.
    assert value("count(distinct(partner.people.name)) >= 2", people("x", "y", None)) is True
    assert value("count(distinct(partner.people.name)) >= 3", people("x", "y", None)) == "unknown"
    assert value("count(distinct(partner.people.name)) >= 4", people("x", "y", None)) is False
    assert value("distinct([1, 1.0])") == (Decimal(1),)


# ------------------------------------------------------------------------------------------------- quantified, paths


def test_some_and_every_are_kleene() -> None:
    assert value('some n in partner.people satisfies n.name = "x"', people("x", None)) is True
    assert value('some n in partner.people satisfies n.name = "x"', people("y", None)) == "unknown"
    assert value('some n in partner.people satisfies n.name = "x"', people("y")) is False
    assert value('every n in partner.people satisfies n.name = "x"', people("y", None)) is False
    assert value('every n in partner.people satisfies n.name = "x"', people("x", None)) == "unknown"
    assert value('every n in partner.people satisfies n.name = "x"', people()) is True
    assert value('some n in partner.people satisfies n.name = "x"', people()) is False


def test_membership_is_kleene() -> None:
    assert value('"x" in partner.people.name', people("x", None)) is True
    assert value('"x" in partner.people.name', people("y", None)) == "unknown"
    assert value('"x" in partner.people.name', people("y")) is False
    assert value('partner.area in ["x"]', more=HEAD) == "unknown"


def test_paths_over_several_lists_flatten_and_keep_repetitions() -> None:
    facts: dict[str, object] = {
        "partners": {"P-1": {}},
        "people": {"N-1": {"partner": "P-1"}, "N-2": {"partner": "P-1"}},
        "certifications": {
            "Z-1": {"person": "N-1", "kind": "a"},
            "Z-2": {"person": "N-1", "kind": "b"},
            "Z-3": {"person": "N-2", "kind": "a"},
        },
    }
    assert value("partner.people.certifications.kind", facts) == ("a", "b", "a")
    assert value("partner.people.certifications.person.id", facts) == ("N-1", "N-1", "N-2")
    assert value("for n in partner.people return count(n.certifications)", facts) == (2, 1)
    assert value("for n in partner.people return n.certifications.kind", facts) == ("a", "b", "a")


def test_items_of_a_list_of_references_are_followed() -> None:
    facts: dict[str, object] = {
        "contracts": {"K-1": {"underpins": ["K-2", "K-3"]}, "K-2": {"kind": "sla"}, "K-3": {"kind": "main"}},
        "deals": {"D-1": {"customer": "C-1", "partner": "P-1"}},
        "customers": {"C-1": {"segment": "A"}},
        "partners": {"P-1": {}},
    }
    of_contract = {"of": "contract", "subject": "K-1"}
    assert value("contract.underpins.kind", facts, **of_contract) == ("sla", "main")  # type: ignore[arg-type]
    assert value('count(contract.underpins[kind = "main"])', facts, **of_contract) == 1  # type: ignore[arg-type]
    assert value('some k in contract.underpins satisfies k.kind = "ola"', facts, **of_contract) is False  # type: ignore[arg-type]
    assert value("partner.deals.customer.segment", facts, more=HEAD) == ("A",)
    assert value('"A" in partner.deals.customer.segment', facts, more=HEAD) is True
    assert value("distinct(for d in partner.deals return d.customer).segment", facts, more=HEAD) == ("A",)


def test_subject_means_the_record_itself_inside_a_filter_over_its_own_relation() -> None:
    facts: dict[str, object] = {
        "partners": {"P-1": {"lifecycle": "x"}, "P-2": {"lifecycle": "x"}, "P-3": {"lifecycle": "y"}, "P-4": {}}
    }
    expression = "count(partners[lifecycle = subject.lifecycle and id != subject.id])"
    assert value(f"{expression} >= 1", facts) is True
    assert value(f"{expression} >= 2", facts) == "unknown"
    assert value(expression, facts, subject="P-3") == "unknown"
    assert value("count(partners[exists(parent) and parent = subject])", facts) == 0


# ----------------------------------------------------------------------------------------------- what comes first


def assessments(*rows: tuple[str, str | None, str]) -> dict[str, object]:
    return {
        "partners": {"P-1": {}},
        "assessments": {
            id: {"partner": "P-1", "score": score, **({} if day is None else {"assessed_on": day})}
            for id, day, score in rows
        },
    }


def test_the_latest_and_the_earliest() -> None:
    facts = assessments(("A-1", "2026-01-01", "1"), ("A-2", "2026-02-01", "2"))
    assert value("(latest partner.assessments by assessed_on).score", facts) == 2
    assert value("(earliest partner.assessments by assessed_on).score", facts) == 1


def test_a_tie_is_unknown_for_one_and_for_a_cut_and_no_matter_elsewhere() -> None:
    facts = assessments(("A-1", "2026-02-01", "1"), ("A-2", "2026-02-01", "2"), ("A-3", "2026-01-01", "3"))
    assert value("latest partner.assessments by assessed_on", facts) == "unknown"
    assert value("earliest partner.assessments by assessed_on", facts) == "A-3"
    assert value("top 1 partner.assessments by assessed_on", facts) == "unknown"
    assert value("count(top 2 partner.assessments by assessed_on)", facts) == 2
    assert value("top 9 partner.assessments by score", facts) == ("A-3", "A-2", "A-1")


def test_a_tie_of_what_is_the_same_does_not_matter() -> None:
    facts = assessments(("A-1", "2026-02-01", "5"), ("A-2", "2026-02-01", "5"), ("A-3", "2026-01-01", "5"))
    assert value("sum(top 2 partner.assessments.score by item)", facts) == 10
    assert value("latest partner.assessments.score by item", facts) == 5
    assert value("top 2 partner.assessments by score", facts) == "unknown"


def test_how_many_come_first_may_be_a_parameter() -> None:
    facts = assessments(("A-1", "2026-02-01", "1"), ("A-2", "2026-02-02", "2"), ("A-3", "2026-01-01", "3"))
    more = HEAD + "parameters: {shown: {value: 2}, none_shown: {value: 0}, open: {type: integer, status: unstated}}\n"
    assert value("top shown partner.assessments by score", facts, more=more) == ("A-3", "A-2")
    assert value("top none_shown partner.assessments by score", facts, more=more) == ()
    assert value("top open partner.assessments by score", facts, more=more) == "unknown"


def test_an_unknown_key_leaves_the_order_open() -> None:
    facts = assessments(("A-1", "2026-02-01", "1"), ("A-2", None, "2"))
    assert value("latest partner.assessments by assessed_on", facts) == "unknown"
    # An assessment without a date may lie after the as-of instant, and then it is not there.
    assert value("(latest partner.assessments by score).score", facts) == "unknown"
    assert value("count(partner.assessments) >= 1", facts) is True
    assert value("count(partner.assessments) >= 2", facts) == "unknown"


def test_none_comes_last_both_ways() -> None:
    facts: dict[str, object] = {
        "partners": {"P-1": {}},
        "customers": {"C-1": {}},
        "deals": {
            "D-1": {"customer": "C-1", "partner": "P-1", "signed_at": "2026-01-01T00:00:00Z"},
            "D-2": {"customer": "C-1", "partner": "P-1"},
        },
    }
    assert value("latest partner.deals by signed_at", facts) == "D-1"
    assert value("earliest partner.deals by signed_at", facts) == "D-1"
    assert value("top 2 partner.deals by signed_at", facts) == ("D-1", "D-2")


def test_the_latest_of_nothing_is_unknown() -> None:
    assert value("latest partner.assessments by assessed_on", assessments()) == "unknown"
    assert value("top 3 partner.assessments by score", assessments()) == ()


def test_equal_instants_in_two_zones_are_a_tie() -> None:  # E03
    facts: dict[str, object] = {
        "partners": {"P-1": {}},
        "customers": {"C-1": {}},
        "registrations": {
            "R-1": {"partner": "P-1", "customer": "C-1", "submitted_at": "2026-02-01T09:00:00+08:00"},
            "R-2": {"partner": "P-1", "customer": "C-1", "submitted_at": "2026-02-01T01:00:00Z"},
        },
    }
    assert value("earliest partner.registrations by submitted_at", facts) == "unknown"
    assert value("count(distinct(partner.registrations.submitted_at)) = 1", facts) is True


# -------------------------------------------------------------------------------------------------- what is not seen


def test_what_happens_after_the_instant_is_not_seen() -> None:
    def posted(date: str) -> object:
        facts = {"partners": {"P-1": {}}, "transactions": {"T-1": {"partner": "P-1", "date": date}}}
        return value("count(partner.transactions)", facts)

    assert posted("2026-03-01") == 1
    assert posted("2026-03-02") == 0

    def filed(moment: str) -> object:
        facts = {
            "partners": {"P-1": {}},
            "customers": {"C-1": {}},
            "registrations": {"R-1": {"partner": "P-1", "customer": "C-1", "submitted_at": moment}},
        }
        return value("count(partner.registrations)", facts)

    assert filed("2026-03-01T09:00:00+08:00") == 1
    assert filed("2026-03-01T09:00:01+08:00") == 0
    assert filed("2026-03-01T01:00:00Z") == 1


def test_what_is_recorded_later_is_not_seen_yet() -> None:
    def recorded(moment: object) -> object:
        facts = {
            "partners": {"P-1": {}},
            "violations": {"V-1": {"partner": "P-1", "occurred_on": "2026-01-01", "recorded_at": moment}},
        }
        return value("count(partner.violations) >= 1", facts)

    assert recorded("2026-03-01T09:00:00+08:00") is True
    assert recorded("2026-03-01T09:00:01+08:00") is False
    assert recorded(None) is True
    assert recorded({"unknown": True}) == "unknown"


def test_a_reference_to_what_is_not_seen_yet_is_unknown() -> None:
    facts: dict[str, object] = {
        "customers": {"C-1": {"legal_name": "x", "recorded_at": "2026-03-02T00:00:00Z"}},
        "deals": {"D-1": {"customer": "C-1"}},
    }
    assert value("deal.customer.legal_name", facts, of="deal", subject="D-1") == "unknown"


def test_lists_of_lists_are_whole() -> None:
    assert value("[[1, 2], [3]]") == ((1, 2), (3,))
    assert value("for x in [[1, 2], [3]] return x") == (1, 2, 3)
    assert value("count([[1, 2], [3]])") == 2
    assert value("[[partner.area]]", more=HEAD) == "unknown"
