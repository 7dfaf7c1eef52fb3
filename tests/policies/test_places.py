"""Limited places: several applications in one run cannot take one place."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.support import codes

import partnerrules as pr
from partnerrules.backends.ranking import Entrant, positions, turns
from partnerrules.schema.missing import Unknown

AS_OF = datetime(2026, 3, 1, tzinfo=UTC)
RULESET = """
ruleset: places
version: "1"
in_force: 2026-01-01 ..
parameters:
  places: {value: 2}
  unstated_places: {type: integer, status: unstated}
facts: {partner: {score: integer, applied_on: {type: date, missing: none}}}
eligibility:
  course:
    subject: partner
    gates: [{id: good, require: partner.score >= 5}]
    places: {at_most: places, in_order_of: [partner.applied_on], otherwise: waiting}
  by-id:
    subject: partner
    gates: [{id: fair, require: partner.score >= 5}]
    places: {at_most: 1, in_order_of: [partner.applied_on, partner.id]}
  unstated:
    subject: partner
    gates: [{id: right, require: partner.score >= 5}]
    places: {at_most: unstated_places, in_order_of: [partner.applied_on]}
"""

Decide = Callable[[dict[str, dict[str, object]]], pr.Decision]


@pytest.fixture
def decide(tmp_path: Path) -> Decide:
    (tmp_path / "ruleset.yaml").write_text(RULESET, encoding="utf-8")
    rules = pr.load(tmp_path)
    return lambda partners: rules.decide(pr.Facts({"partners": partners}), as_of=AS_OF)


def outcomes(decision: pr.Decision, policy: str) -> dict[str, str]:
    return {subject: result.outcome for subject, result in decision[policy].items()}


def test_those_who_come_first_get_the_places(decide: Decide) -> None:
    decision = decide(
        {
            "A": {"score": 7, "applied_on": "2026-01-06"},
            "B": {"score": 7, "applied_on": "2026-01-04"},
            "C": {"score": 7, "applied_on": "2026-01-05"},
            "D": {"score": 4, "applied_on": "2026-01-01"},
        }
    )
    assert outcomes(decision, "course") == {"A": "waiting", "B": "eligible", "C": "eligible", "D": "ineligible"}


def test_the_order_of_the_facts_does_not_matter(decide: Decide) -> None:
    partners: dict[str, dict[str, object]] = {
        name: {"score": 6, "applied_on": f"2026-01-0{day}"} for name, day in (("A", 3), ("B", 1), ("C", 2))
    }
    texts = {decide(dict(order)).to_json() for order in itertools.permutations(partners.items())}
    assert len(texts) == 1


def test_an_equal_claim_to_the_last_place_is_undetermined_for_both(decide: Decide) -> None:
    decision = decide(
        {
            "A": {"score": 7, "applied_on": "2026-01-01"},
            "B": {"score": 7, "applied_on": "2026-01-05"},
            "C": {"score": 7, "applied_on": "2026-01-05"},
        }
    )
    assert outcomes(decision, "course") == {"A": "eligible", "B": "undetermined", "C": "undetermined"}
    assert [missing.reason for missing in decision["course"]["B"].missing] == ["tie"]
    assert outcomes(decision, "by-id") == {"A": "eligible", "B": "no_place", "C": "no_place"}


def test_equal_claims_do_not_matter_where_there_are_places_for_all(decide: Decide) -> None:
    decision = decide({name: {"score": 7, "applied_on": "2026-01-05"} for name in "AB"})
    assert outcomes(decision, "course") == {"A": "eligible", "B": "eligible"}


def test_a_rival_who_may_not_be_eligible_leaves_the_place_behind_in_doubt(decide: Decide) -> None:
    decision = decide(
        {
            "A": {"applied_on": "2026-01-01"},
            "B": {"score": 7, "applied_on": "2026-01-02"},
            "C": {"score": 7, "applied_on": "2026-01-03"},
            "D": {"score": 7, "applied_on": "2026-01-04"},
        }
    )
    assert outcomes(decision, "course") == {
        "A": "undetermined",
        "B": "eligible",  # second at worst
        "C": "undetermined",  # second or third
        "D": "waiting",  # third at best
    }
    assert {(missing.record, missing.field) for missing in decision["course"]["C"].missing} == {("A", "score")}


def test_a_record_without_the_key_comes_last(decide: Decide) -> None:
    decision = decide(
        {
            "A": {"score": 7},
            "B": {"score": 7, "applied_on": "2026-01-04"},
            "C": {"score": 7, "applied_on": "2026-01-05"},
        }
    )
    assert outcomes(decision, "course") == {"A": "waiting", "B": "eligible", "C": "eligible"}


def test_an_unstated_number_of_places_is_named(decide: Decide) -> None:
    decision = decide({"A": {"score": 7, "applied_on": "2026-01-01"}, "B": {"score": 1}})
    assert outcomes(decision, "unstated") == {"A": "undetermined", "B": "ineligible"}
    assert [missing.field for missing in decision["unstated"]["A"].missing] == ["unstated_places"]


FIELDS = """
ruleset: places
version: "1"
in_force: 2026-01-01 ..
facts:
  field: {plural: fields, fields: {places: {type: integer, missing: none}}}
  partner:
    score: integer
    applied_on: date
    field: {type: ref field, missing: none, title: {en: field, zh: 领域, ru: область}}
eligibility:
  course:
    subject: partner
    when: exists(partner.field)
    gates: [{id: good, require: partner.score >= 5}, {id: open, require: exists(partner.field.places)}]
    places: {at_most: partner.field.places, per: [partner.field], in_order_of: [partner.applied_on], otherwise: full}
"""


def in_fields(tmp_path: Path, partners: dict[str, dict[str, object]], **places: object) -> pr.Decision:
    """What comes of partners who apply in a field; each field has its own number of places."""
    (tmp_path / "ruleset.yaml").write_text(FIELDS, encoding="utf-8")
    fields = {name: {"places": number} for name, number in places.items()}
    return pr.load(tmp_path).decide(pr.Facts({"fields": fields, "partners": partners}), as_of=AS_OF)


def test_there_may_be_places_of_each_field(tmp_path: Path) -> None:
    """S4-068: one place in x and two in y; B comes second in both."""
    partners: dict[str, dict[str, object]] = {
        f"{name}-{field}": {"score": 7, "applied_on": f"2026-01-0{day}", "field": field}
        for name, day in (("A", 1), ("B", 2), ("C", 3))
        for field in "xy"
    }
    found = in_fields(tmp_path, partners, x=1, y=2)
    assert outcomes(found, "course") == {
        "A-x": "eligible",
        "A-y": "eligible",
        "B-x": "full",
        "B-y": "eligible",
        "C-x": "full",
        "C-y": "full",
    }
    place = found["course"]["B-y"].as_data()["place"]
    assert isinstance(place, dict)
    assert (place["at_most"], place["place"], place["per"]) == (2, 2, [{"text": "partner.field", "value": "y"}])
    for language, told in (("en", "partner.field = y: 2 places"), ("zh", "名额 2 个"), ("ru", "2 места")):
        assert told in found.explain("course", "B-y", language=language)


def test_a_field_that_is_not_known_may_be_any_and_its_own_places_may_be_too(tmp_path: Path) -> None:
    """D may apply in x or y: it comes before the others there, and never before those who come first anyway."""
    partners: dict[str, dict[str, object]] = {
        "A": {"score": 7, "applied_on": "2026-01-01", "field": "x"},
        "B": {"score": 7, "applied_on": "2026-01-03", "field": "y"},
        "C": {"score": 7, "applied_on": "2026-01-04", "field": "y"},
        "D": {"score": 7, "applied_on": "2026-01-02", "field": {"unknown": True}},
        "E": {"score": 7, "applied_on": "2026-01-05", "field": "z"},
        "F": {"score": 7, "applied_on": "2026-01-05", "field": "closed"},
    }
    found = in_fields(tmp_path, partners, x=1, y=2, z={"unknown": True}, closed=None)
    # D takes the second place of x, or the first of y; then C is third.
    assert outcomes(found, "course") == {
        "A": "eligible",
        "B": "eligible",
        "C": "undetermined",
        "D": "undetermined",
        "E": "undetermined",
        "F": "ineligible",
    }
    assert "place" not in found["course"]["F"].as_data()


@pytest.mark.parametrize(
    ("at_most", "per", "code"),
    [
        ("partner.score", "partner.field", "unsuited-cap"),
        ("partner.field.places + partner.score", "partner.field", "unsuited-cap"),
        ("2", "partner.field", None),
        ("partner.field.places", "partner.field.id", "unsuited-cap"),
        ("2", "partner.territories", "type-mismatch"),
    ],
)
def test_places_of_each_are_the_same_for_all_that_share_them(at_most: str, per: str, code: str | None) -> None:
    text = FIELDS.replace("at_most: partner.field.places", f"at_most: {at_most}")
    text = text.replace("per: [partner.field]", f"per: [{per}]")
    assert codes(text, "") == ([] if code is None else [code])


def test_a_way_is_shown_only_where_it_leads_to_a_place(decide: Decide) -> None:
    decision = decide(
        {
            "A": {"score": 7, "applied_on": "2026-01-02"},
            "B": {"score": 7, "applied_on": "2026-01-03"},
            "early": {"score": 1, "applied_on": "2026-01-01"},
            "late": {"score": 1, "applied_on": "2026-01-09"},
        }
    )
    ways = {subject: result.as_data()["ways"] for subject, result in decision["course"].items()}
    assert ways == {"A": [], "B": [], "early": [["good"]], "late": []}


def test_an_application_that_may_not_count_leaves_the_place_behind_in_doubt(tmp_path: Path) -> None:
    text = RULESET.replace(
        "subject: partner\n    gates: [{id: good",
        "subject: partner\n    when: partner.counts\n    gates: [{id: good",
    )
    text = text.replace("facts: {partner: {score", "facts: {partner: {counts: boolean, score")
    (tmp_path / "ruleset.yaml").write_text(text.replace("places: {value: 2}", "places: {value: 1}"), encoding="utf-8")
    partners = {
        "A": {"score": 7, "applied_on": "2026-01-01"},
        "B": {"score": 7, "applied_on": "2026-01-02", "counts": True},
    }
    decision = pr.load(tmp_path).decide(pr.Facts({"partners": partners}), as_of=AS_OF)
    assert outcomes(decision, "course") == {"A": "undetermined", "B": "undetermined"}
    assert {(missing.record, missing.field) for missing in decision["course"]["B"].missing} == {("A", "counts")}


def test_among_records_that_may_not_be_all_no_place_is_sure(tmp_path: Path) -> None:
    (tmp_path / "ruleset.yaml").write_text(RULESET, encoding="utf-8")
    some = pr.Facts([pr.Record("partner", id="A", score=7, applied_on="2026-01-01")])
    decision = pr.load(tmp_path).decide(some, as_of=AS_OF)
    assert outcomes(decision, "course") == {"A": "undetermined"}
    assert [missing.relation for missing in decision["course"]["A"].missing] == ["partners"]


def test_places_agree_with_comparing_every_pair() -> None:
    """The sorted ranking gives what comparing each row with each other one gives."""
    unknown = Unknown.because("field", "partners", "X", "score")
    values: tuple[object, ...] = (1, 2, None, unknown)
    stands: tuple[bool | Unknown, ...] = (True, False, unknown)
    every = [(stand, value) for stand in stands for value in values]
    for chosen in itertools.combinations(every * 2, 3):
        keys = [value for _, value in chosen]
        by_turn = zip(chosen, turns(keys), strict=True)
        entrants = [Entrant(stand, (turn,)) for (stand, _), turn in by_turn]
        for index, position in enumerate(positions(entrants)):
            place = position.place(frozenset())
            sure = possible = 0
            for number, (stand, key) in enumerate(chosen):
                if number == index or stand is False:
                    continue
                before = one_before(key, keys[index])
                possible += before is not False
                sure += before is True and stand is True
            assert (place.least, place.most) == (1 + sure, 1 + possible)


def one_before(key: object, other: object) -> bool | None:
    if isinstance(key, Unknown) or isinstance(other, Unknown) or key == other:
        return None
    if key is None or other is None:
        return other is None
    assert isinstance(key, int)
    assert isinstance(other, int)
    return key < other
