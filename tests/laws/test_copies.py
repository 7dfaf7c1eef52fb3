"""The copy of a partner has everything that the partner has, under ids of its own; and who is left out of the law."""

from tests.support import AS_OF, ruleset

from partnerrules.laws import EQUALS
from partnerrules.laws.fairness import with_a_copy
from partnerrules.schema.entities import core_schema
from partnerrules.strategies import Situation


def test_all_that_refers_to_a_partner_is_copied_with_it() -> None:
    situation = Situation(
        {
            "partners": {"P-1": {"kind": "reseller"}, "P-2": {}},
            "customers": {
                "C-1": {"choices": [{"partner": "P-1", "written": True}, {"partner": "P-2"}]},
                "C-2": {"segment": "A"},
            },
            "registrations": {
                "R-1": {"partner": "P-1", "customer": "C-2", "products": ["X"]},
                "R-2": {"partner": "P-2", "customer": "C-2", "supersedes": "R-1"},
            },
            "deals": {"D-1": {"customer": "C-1", "partner": "P-2"}, "D-2": {"customer": "C-2"}},
        },
        AS_OF,
    )
    after = with_a_copy(core_schema(), situation, "P-1").relations
    assert after["partners"] == {"P-1": {"kind": "reseller"}, "P-2": {}, "P-1x": {"kind": "reseller"}}
    # C-1 names the partner in a part, R-2 names a registration of the partner, D-1 the customer that names it.
    assert after["customers"]["C-1x"] == {"choices": [{"partner": "P-1x", "written": True}, {"partner": "P-2"}]}
    assert after["registrations"]["R-1x"] == {"partner": "P-1x", "customer": "C-2", "products": ["X"]}
    assert after["registrations"]["R-2x"] == {"partner": "P-2", "customer": "C-2", "supersedes": "R-1x"}
    assert after["deals"] == {
        "D-1": {"customer": "C-1", "partner": "P-2"},
        "D-2": {"customer": "C-2"},
        "D-1x": {"customer": "C-1x", "partner": "P-2"},
    }
    assert "C-2x" not in after["customers"]
    assert {name: after[name][id] for name in after for id in situation.relations[name] if id in ("C-1", "R-1")} == {
        "customers": situation.relations["customers"]["C-1"],
        "registrations": situation.relations["registrations"]["R-1"],
    }


def test_a_copy_has_an_id_of_the_shape_that_ids_have() -> None:
    situation = Situation({"partners": {"P-7": {}, "P-7x": {}}}, AS_OF)
    assert [*with_a_copy(core_schema(), situation, "P-7").relations["partners"]] == ["P-7", "P-7x", "P-7xx"]


def test_the_law_is_about_policies_that_decide_partners() -> None:
    assert EQUALS.applies(
        ruleset("eligibility: {p: {subject: partner, gates: [{id: a, require: partner.checks.legal}]}}\n")
    )
    assert not EQUALS.applies(
        ruleset("eligibility: {p: {subject: deal, gates: [{id: a, require: 'deal.amount > 0 CNY'}]}}\n")
    )
