"""Overlap: who covers the same field, how many may, who does not count, and what is not known."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import AS_OF, HEAD, codes, decide, in_folder, ruleset

from partnerrules import Facts, Record
from partnerrules.cases import run_cases
from partnerrules.decisions.overlap import CoverageGroup, OverlapResult

FIELDS: Final = """\
facts: {partner: {solution: text, pilot: boolean, in_house: boolean, alliance: {type: text, missing: none}}}
"""
POLICY: Final = """\
overlap:
  fields:
    coverage: [{of: partner, holder: partner, direct: partner.in_house}]
    same: {solution: coverage.solution}
    shared: {territories: coverage.territories, verticals: coverage.verticals}
    at_most: AT_MOST
    exempt: [{id: pilot, require: coverage.pilot}]
"""
UNKNOWN: Final = {"unknown": True}


def policy(at_most: object = 1) -> str:
    return FIELDS + POLICY.replace("AT_MOST", str(at_most))


def partner(
    solution: str | None = "crm", territories: str | None = "N", verticals: str | None = "B", **more: object
) -> dict[str, object]:
    """A partner that covers a solution in territories and verticals, one letter each; None where it is not known."""
    found: dict[str, object] = {"pilot": False, "in_house": False}
    if solution is not None:
        found["solution"] = solution
    if territories is not None:
        found["territories"] = list(territories)
    if verticals is not None:
        found["verticals"] = list(verticals)
    return {name: value for name, value in {**found, **more}.items() if value is not UNKNOWN}


def results(partners: Mapping[str, object], at_most: object = 1) -> dict[str, OverlapResult]:
    found = decide(policy(at_most), {"partners": partners})["fields"]
    assert all(isinstance(each, OverlapResult) for each in found.values())
    return {id: each for id, each in found.items() if isinstance(each, OverlapResult)}


def outcomes(partners: Mapping[str, object], at_most: object = 1) -> str:
    return " ".join(result.outcome for result in results(partners, at_most).values())


# ------------------------------------------------------------------------------------------------------ who overlaps


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        pytest.param(partner(), "overlapping overlapping", id="S4-066: the same solution and field"),
        pytest.param(partner("erp"), "clear clear", id="S4-066: another solution"),
        pytest.param(partner(territories="S"), "clear clear", id="S4-066: another territory"),
        pytest.param(partner(verticals="T"), "clear clear", id="S4-066: another vertical"),
        pytest.param(
            partner(territories="SN", verticals="TB"), "overlapping overlapping", id="S4-066: one cell of four"
        ),
        pytest.param(partner(pilot=True), "clear exempt", id="S4-066: exempt"),
        pytest.param(partner(in_house=True), "warning warning", id="S4-062: direct beside indirect"),
        pytest.param(partner(in_house=True, pilot=True), "clear exempt", id="S4-062: exempt, though direct"),
        pytest.param(partner(territories=""), "clear clear", id="covers nothing"),
    ],
)
def test_two_partners_overlap_in_the_cells_that_both_cover(second: object, expected: str) -> None:
    assert outcomes({"P-1": partner(), "P-2": second}) == expected


@pytest.mark.parametrize(
    ("at_most", "expected"),
    [(1, "overlapping overlapping overlapping"), (2, "overlapping overlapping overlapping"), (3, "clear clear clear")],
    ids=["S4-065: cap 1", "S4-065: cap 2", "S4-065: cap 3"],
)
def test_a_cell_has_at_most_so_many_holders(at_most: int, expected: str) -> None:
    assert outcomes({"P-1": partner(), "P-2": partner(), "P-3": partner()}, at_most) == expected


def test_a_cap_of_nothing_closes_a_field_and_a_cap_that_is_not_known_may_be_one() -> None:
    closed = 'if solution = "radio" then 0 else 2'
    assert outcomes({"P-1": partner(), "P-2": partner(solution="radio")}, closed) == "clear overlapping"
    unstated = "parameters: {cap: {type: integer, status: unstated}}\n" + policy("cap")
    assert decide(unstated, {"partners": {"P-1": partner()}})["fields"]["P-1"].outcome == "undetermined"


def test_without_a_limit_only_the_direct_channel_beside_others_matters() -> None:
    three = {"P-1": partner(), "P-2": partner(), "P-3": partner("erp", in_house=True)}
    assert outcomes(three, "none") == "clear clear clear"
    mixed = {**three, "P-4": partner(in_house=True)}
    assert outcomes(mixed, "none") == "warning warning clear warning"
    assert results(mixed, "none")["P-1"].groups[0].as_data()["at_most"] is None
    (fields,) = ruleset(policy("none")).versions[0].policies.values()
    assert fields.points == ("outcome clear", "outcome warning", "condition pilot true", "condition pilot false")


def test_without_a_limit_what_is_not_known_of_holders_does_no_harm() -> None:
    assert outcomes({"P-1": partner(), "P-2": partner(territories=None)}, "none") == "clear clear"
    assert outcomes({"P-1": partner(), "P-2": partner(in_house=UNKNOWN)}, "none") == "undetermined undetermined"
    records = [Record("partner", id="P-1", **partner()), Record("partner", id="P-2", **partner(in_house=True))]
    found = ruleset(policy("none")).decide(Facts(records), as_of=AS_OF)["fields"]
    assert [each.outcome for each in found.values()] == ["warning", "warning"]


def test_the_direct_channel_does_not_count_and_gives_no_warning_by_itself() -> None:
    assert outcomes({"P-1": partner(in_house=True), "P-2": partner(in_house=True)}) == "clear clear"
    three = {"P-1": partner(in_house=True), "P-2": partner(), "P-3": partner()}
    assert outcomes(three) == "warning overlapping overlapping"
    assert outcomes(three, 2) == "warning warning warning"


def test_an_overlap_in_one_cell_leaves_the_others_clear() -> None:
    found = results(
        {"P-1": partner(territories="NS"), "P-2": partner(territories="S"), "P-3": partner(territories="N")}, 1
    )
    assert [told(group) for group in found["P-1"].groups] == ["N/B overlapping: P-1 P-3", "S/B overlapping: P-1 P-2"]
    two = results({"P-1": partner(territories="NS"), "P-2": partner(territories="S")})
    assert [told(group) for group in two["P-1"].groups] == ["N/B clear: P-1", "S/B overlapping: P-1 P-2"]


def told(group: CoverageGroup) -> str:
    """A group in short: its cells, what it came to, and who counts."""
    cells = " ".join("/".join(str(each) for each in cell.values()) for cell in group.cells)
    return f"{cells} {group.outcome}: {' '.join(group.holders)}"


def test_the_cap_may_hang_on_what_the_records_have_in_common() -> None:
    rule = """'if solution = "crm" then 1 else 2'"""
    two = {"P-1": partner(), "P-2": partner(), "P-3": partner("erp"), "P-4": partner("erp")}
    assert outcomes(two, rule) == "overlapping overlapping clear clear"
    assert {id: each.groups[0].at_most for id, each in results(two, rule).items()} == {
        "P-1": 1,
        "P-2": 1,
        "P-3": 2,
        "P-4": 2,
    }


def test_the_cap_is_one_unless_it_is_said() -> None:
    text = FIELDS + POLICY.replace("    at_most: AT_MOST\n", "")
    found = decide(text, {"partners": {"P-1": partner(), "P-2": partner()}})["fields"]
    assert [each.outcome for each in found.values()] == ["overlapping", "overlapping"]


def test_a_cap_that_its_source_leaves_open_leaves_the_outcome_open() -> None:
    text = "parameters: {cap: {type: integer, status: unstated}}\n" + policy("cap")
    found = decide(text, {"partners": {"P-1": partner()}})["fields"]["P-1"].summary()
    assert (found["outcome"], found["missing"]) == ("undetermined", ["parameter cap"])


REGISTRATIONS: Final = """\
overlap:
  claims:
    coverage:
      - {of: registration, holder: registration.partner, when: not(exists(registration.withdrawn_at))}
      - {of: assignment, holder: assignment.manager, direct: true, covers_all: [products]}
    same: {customer: coverage.customer}
    shared: {products: coverage.products}
    exempt:
      - {id: small, only: registration, require: registration.amount < 100 CNY}
"""


def claims(registrations: Mapping[str, dict[str, object]], *, assigned: bool = False) -> dict[str, Any]:
    standard = {"customer": "C-1", "submitted_at": "2026-01-01T00:00:00Z", "amount": "100 CNY"}
    return {
        "partners": {"P-1": {}, "P-2": {}},
        "customers": {"C-1": {}},
        "products": {"X": {}, "Y": {}},
        "registrations": {id: {**standard, **fields} for id, fields in registrations.items()},
        "assignments": {"A-1": {"customer": "C-1", "manager": "Li"}} if assigned else {},
    }


def test_several_records_of_one_holder_count_once() -> None:
    own: dict[str, dict[str, object]] = {"R-1": {"partner": "P-1"}, "R-2": {"partner": "P-1", "products": ["X"]}}
    found = decide(REGISTRATIONS, claims(own))["claims"]
    assert [each.outcome for each in found.values()] == ["clear", "clear"]
    other: dict[str, dict[str, object]] = {**own, "R-3": {"partner": "P-2", "products": ["Y"]}}
    found = decide(REGISTRATIONS, claims(other))["claims"]
    assert {id: each.outcome for id, each in found.items()} == {
        "R-1": "overlapping",
        "R-2": "clear",
        "R-3": "overlapping",
    }


def test_who_names_nothing_covers_all_and_a_direct_account_manager_too() -> None:
    known = claims({"R-1": {"partner": "P-1", "products": ["X"]}, "R-2": {"partner": "P-2"}}, assigned=True)
    found = decide(REGISTRATIONS, known)["claims"]
    assert {id: each.outcome for id, each in found.items()} == {
        "A-1": "warning",
        "R-1": "overlapping",
        "R-2": "overlapping",
    }
    manager = found["A-1"]
    assert isinstance(manager, OverlapResult)
    assert [told(group) for group in manager.groups] == ["X overlapping: P-1 P-2", "* others warning: P-2"]
    assert manager.groups[0].direct_holders == ("Li",)


def test_crowded_cells_are_listed_once() -> None:
    known = claims({"R-1": {"partner": "P-1", "products": ["X", "Y"]}, "R-2": {"partner": "P-2"}})
    found = decide(REGISTRATIONS, known)["claims"]
    assert [told(group) for group in found.crowded] == ["X Y overlapping: P-1 P-2"]
    assert decide(REGISTRATIONS, claims({}))["claims"].crowded == ()


def test_withdrawn_and_small_registrations_do_not_count() -> None:
    known = claims(
        {
            "R-1": {"partner": "P-1"},
            "R-2": {"partner": "P-2", "amount": "99.99 CNY"},
            "R-3": {"partner": "P-2", "withdrawn_at": "2026-02-01T00:00:00Z"},
        }
    )
    found = decide(REGISTRATIONS, known)["claims"]
    assert {id: each.outcome for id, each in found.items()} == {"R-1": "clear", "R-2": "exempt"}
    exempt = found["R-2"]
    assert isinstance(exempt, OverlapResult)
    assert exempt.exempt_by == ("small",)


# ---------------------------------------------------------------------------------------------------- what is not known


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        pytest.param(partner(None), "undetermined undetermined", id="the solution"),
        pytest.param(partner(territories=None), "undetermined undetermined", id="the territories"),
        pytest.param(
            partner(territories=None, verticals="T"), "clear clear", id="the territories, which do not matter"
        ),
        pytest.param(partner(None, territories="S"), "clear clear", id="the solution, which does not matter"),
        pytest.param(partner(pilot=UNKNOWN), "undetermined undetermined", id="whether it is exempt"),
        pytest.param(partner(in_house=UNKNOWN), "undetermined undetermined", id="whether it is direct"),
        pytest.param(partner(in_house=UNKNOWN, territories="S"), "clear clear", id="whether it is direct elsewhere"),
    ],
)
def test_what_is_not_known_matters_where_it_can(second: dict[str, object], expected: str) -> None:
    assert outcomes({"P-1": partner(), "P-2": second}) == expected


def test_too_many_are_too_many_whatever_is_not_known_besides() -> None:
    known = {"P-1": partner(), "P-2": partner(), "P-3": partner(territories=None)}
    assert outcomes(known) == "overlapping overlapping undetermined"
    assert outcomes(known, 3) == "clear clear clear"


def test_one_holder_more_or_less_is_the_same_holder() -> None:
    """A further record of a holder makes no further one, even if nobody knows what it covers."""
    own: dict[str, dict[str, object]] = {"R-1": {"partner": "P-1"}, "R-2": {"partner": "P-1", "products": UNKNOWN}}
    found = decide(REGISTRATIONS, claims(own))["claims"]
    assert [each.outcome for each in found.values()] == ["clear", "clear"]
    unknown_holder = "facts: {registration: {who: text}}\n" + REGISTRATIONS.replace(
        "registration.partner", "registration.who"
    )
    further: tuple[tuple[dict[str, dict[str, object]], str], ...] = (
        ({"R-2": {}}, "undetermined"),
        ({"R-2": {}, "R-3": {"who": "B"}}, "overlapping"),
    )
    for more, expected in further:
        known = claims({"R-1": {"who": "A"}, **more})
        for fields in known["registrations"].values():
            fields["partner"] = "P-1"
        assert decide(unknown_holder, known)["claims"]["R-1"].outcome == expected


def test_where_records_may_be_missing_nobody_is_clear() -> None:
    records = [Record("partner", id=id, **partner(territories=where)) for id, where in (("P-1", "N"), ("P-2", "S"))]
    rules = ruleset(policy())
    found = rules.decide(Facts(records), as_of=AS_OF)["fields"]
    assert [each.outcome for each in found.values()] == ["undetermined", "undetermined"]
    assert all("partners" in {each.relation for each in result.missing} for result in found.values())
    more = [*records, Record("partner", id="P-3", **partner()), Record("partner", id="P-4", **partner(pilot=True))]
    found = rules.decide(Facts(more), as_of=AS_OF)["fields"]
    assert [each.outcome for each in found.values()] == ["overlapping", "undetermined", "overlapping", "exempt"]


# ------------------------------------------------------------------------------------------------- among other policies


def test_s4_068_admission_stops_where_the_field_is_full() -> None:
    text = policy() + (
        """definitions: {admissible: {of: partner, value: 'passes(partner, "fields")'},"""
        """ word: {of: partner, value: 'outcome(partner, "fields")'}}\n"""
    )
    text = text.replace("in_house}", "in_house, when: exists(partner.alliance)}")
    fields: dict[str, Any] = {"alliance": "x"}
    known = {
        "P-1": partner(**fields),
        "P-2": partner(**fields),
        "P-3": partner("erp", **fields),
        "P-4": partner(),
        "P-5": partner("erp", pilot=True, **fields),
    }
    found = decide(text, {"partners": known})
    words = [each.as_data()["value"] for each in found["word"].values()]
    assert words == ["overlapping", "overlapping", "clear", "not_applicable", "exempt"]
    assert [each.as_data()["value"] for each in found["admissible"].values()] == [False, False, True, False, True]


def test_where_it_is_not_known_whether_it_takes_part_nothing_is_certain() -> None:
    text = policy().replace("in_house}", 'in_house, when: partner.legal_name = "x"}')
    found = decide(text, {"partners": {"P-1": partner(legal_name="x"), "P-2": partner()}})["fields"]
    assert [each.outcome for each in found.values()] == ["undetermined", "undetermined"]
    assert found["P-1"].summary()["missing"] == ["partners P-2 legal_name"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("holder: partner,", "holder: partner.admitted_on,", "unguarded-none"),
        ("holder: partner,", "holder: partner.territories,", "type-mismatch"),
        ("coverage.solution", "coverage.territories", "type-mismatch"),
        ("coverage.verticals}", "coverage.pilot}", "type-mismatch"),
        ("at_most: 1", "at_most: 0", "impossible-count"),
        ("at_most: 1", "at_most: solution", "type-mismatch"),
        (", direct: partner.in_house}]", "}]\n    titles: {solution: S, territories: T}", None),
        (", direct: partner.in_house}]", "}]\n    titles: {pilot: P}", "unknown-choice"),
        ("at_most: 1", "at_most: coverage.solution", "unknown-name"),
        ("direct: partner.in_house", "direct: partner.solution", "type-mismatch"),
        ("{id: pilot,", "{id: pilot, only: deal,", "unknown-subject"),
        ("    same: {solution: coverage.solution}\n", "", None),
        ("of: partner", "of: partners", "unknown-subject"),
    ],
)
def test_mistakes_are_told(old: str, new: str, code: str | None) -> None:
    text = policy()
    assert old in text
    assert codes(text.replace(old, new)) == ([] if code is None else [code])


def test_without_a_limit_and_a_direct_channel_nothing_would_overlap() -> None:
    assert codes(policy("none").replace(", direct: partner.in_house", "")) == ["impossible-count"]


def test_records_that_need_nothing_in_common_would_all_meet() -> None:
    text = FIELDS + "overlap: {fields: {coverage: [{of: partner, holder: partner}]}}\n"
    assert codes(text) == ["empty-list"]


def test_what_one_exemption_guards_the_next_one_may_not_use() -> None:
    more = '[{id: ally, require: exists(coverage.alliance)}, {id: star, require: coverage.alliance = "star"}]'
    assert codes(policy().replace("[{id: pilot, require: coverage.pilot}]", more)) == ["unguarded-none"]


# ---------------------------------------------------------------------------------------------------------------- cases

CASES: Final = """\
cases:
  - name: two in the north
    as_of: 2026-03-01T09:00:00+08:00
    facts:
      partners:
        P-1: {solution: crm, territories: [N, S], verticals: [B], pilot: false, in_house: false}
        P-2: {solution: crm, territories: [N], verticals: [B], pilot: false, in_house: false}
        P-3: {solution: crm, territories: [W], verticals: [B], pilot: false, in_house: false}
    expect:
      fields:
        P-1:
          outcome: overlapping
          beside: [P-2]
          groups:
            - {outcome: overlapping, holders: [P-1, P-2], at_most: 1}
            - {outcome: clear, holders: [P-1]}
        P-3: {outcome: clear, beside: []}
"""


def test_cases_expect_who_stands_beside_and_reach_it(tmp_path: Path) -> None:
    in_folder({"ruleset.yaml": HEAD + policy(), "cases.yaml": CASES}, tmp_path)
    report = run_cases(tmp_path, coverage=True)
    assert report.ok, str(report)
    (coverage,) = report.coverage
    assert sorted(coverage.unreached) == ["condition pilot true", "outcome warning"]


# ---------------------------------------------------------------------------------------------------------- properties


class Gap:
    """What nobody has said."""

    def __repr__(self) -> str:
        return "GAP"


GAP: Final = Gap()
Side: TypeAlias = tuple[str, ...] | Gap | None


@dataclass(frozen=True)
class Coverage:
    """A registration as the model sees it; `lands` and `goods` are None for all there are."""

    id: str
    who: str | Gap
    what: str | Gap
    lands: Side
    goods: Side
    exempt: bool | Gap
    direct: bool | Gap

    def fields(self) -> dict[str, object]:
        found: dict[str, object] = {"partner": "P-1", "customer": "C-1", "submitted_at": "2026-01-01T00:00Z"}
        for name in ("who", "what", "exempt", "direct"):
            if getattr(self, name) is not GAP:
                found[name] = getattr(self, name)
        for name, side in (("territories", self.lands), ("products", self.goods)):
            if side is not None:
                found[name] = UNKNOWN if isinstance(side, Gap) else list(side)
        return found


World: TypeAlias = tuple[Coverage, ...]

MODELLED: Final = """\
facts: {{registration: {{who: text, what: text, exempt: boolean, direct: boolean}}}}
overlap:
  fields:
    coverage: [{{of: registration, holder: registration.who, direct: registration.direct}}]
    same: {{what: coverage.what}}
    shared: {{lands: coverage.territories, goods: coverage.products}}
    at_most: {at_most}
    exempt: [{{id: exempt, require: coverage.exempt}}]
"""
CHOICES: Final[Mapping[str, Sequence[object]]] = {
    "who": ("A", "A", "B", "C"),
    "what": ("x", "x", "y"),
    "lands": (None, (), ("N",), ("S",), ("N", "S")),
    "goods": (None, None, ("X",), ("X", "Y")),
    "exempt": (False, False, False, True),
    "direct": (False, False, False, True),
}
FILLINGS: Final[Mapping[str, Sequence[object]]] = {
    "who": ("A", "B", "C", "D"),
    "what": ("x", "y", "z"),
    "lands": (None, (), ("N",), ("S",), ("W",), ("N", "S", "W")),
    "goods": (None, (), ("X",), ("Y",), ("X", "Y", "Z")),
    "exempt": (True, False),
    "direct": (True, False),
}
CAPS: Final = st.integers(1, 3)


@st.composite
def worlds(draw: st.DrawFn, most: int = 4, gaps: int = 0) -> World:
    found: list[Coverage] = []
    for number in range(1, draw(st.integers(1, most)) + 1):
        values = {name: draw(st.sampled_from(choices)) for name, choices in CHOICES.items()}
        for name in values:
            if gaps and draw(st.integers(0, 5)) == 0:
                values[name] = GAP
                gaps -= 1
        found.append(Coverage(id=f"R-{number}", **values))  # type: ignore[arg-type]  # each field has values of its own
    return tuple(found)


def world_facts(world: World) -> dict[str, Any]:
    return {
        "registrations": {each.id: each.fields() for each in world},
        "partners": {"P-1": {}},
        "customers": {"C-1": {}},
        "products": {"X": {}, "Y": {}, "Z": {}},
    }


def decided(world: World, at_most: int) -> dict[str, OverlapResult]:
    found = ruleset(MODELLED.format(at_most=at_most)).decide(Facts(world_facts(world)), as_of=AS_OF)["fields"]
    return {id: each for id, each in found.items() if isinstance(each, OverlapResult)}


def model(world: World, at_most: int) -> dict[str, str]:
    """What comes of each record, where all is known: every cell looked at by itself."""
    found: dict[str, str] = {}
    for own in world:
        words = {"exempt"} if own.exempt else {cell_word(own, world, cell, at_most) for cell in cells_of(own)}
        ranks = ("exempt", "overlapping", "warning", "clear")
        found[own.id] = next((word for word in ranks if word in words), "clear")
    return found


def cells_of(own: Coverage) -> Iterator[tuple[str, str]]:
    for cell in itertools.product(("N", "S", "W", "else"), ("X", "Y", "Z", "else")):
        if covers(own, cell):
            yield cell


def covers(each: Coverage, cell: tuple[str, str]) -> bool:
    return all(side is None or name in side for side, name in zip((each.lands, each.goods), cell, strict=True))  # type: ignore[operator]  # no gap


def cell_word(own: Coverage, world: World, cell: tuple[str, str], at_most: int) -> str:
    beside = [each for each in world if each.what == own.what and covers(each, cell) and each.exempt is False]
    holders = {each.who for each in beside if each.direct is False}
    if len(holders) > at_most and own.direct is False:
        return "overlapping"
    return "warning" if holders and any(each.direct for each in beside) else "clear"


def completions(world: World) -> Iterator[World]:
    gaps = [(index, name) for index, each in enumerate(world) for name in CHOICES if getattr(each, name) is GAP]
    for values in itertools.product(*(FILLINGS[name] for _, name in gaps)):
        filled = list(world)
        for (index, name), value in zip(gaps, values, strict=True):
            filled[index] = replace(filled[index], **{name: value})  # type: ignore[arg-type]  # as above
        yield tuple(filled)


@settings(max_examples=settings().max_examples * 2)
@given(worlds(5), CAPS)
def test_what_is_known_is_decided_as_the_model_decides_it(world: World, at_most: int) -> None:
    assert {id: each.outcome for id, each in decided(world, at_most).items()} == model(world, at_most)


@settings(max_examples=settings().max_examples * 2)
@given(worlds(4, 3), CAPS)
def test_no_way_to_fill_the_gaps_contradicts_an_outcome(world: World, at_most: int) -> None:
    possible: dict[str, set[str]] = {each.id: set() for each in world}
    for filled in completions(world):
        for id, word in model(filled, at_most).items():
            possible[id].add(word)
    for id, result in decided(world, at_most).items():
        assert (result.outcome == "undetermined") is bool(result.missing)
        if result.outcome != "undetermined":
            assert possible[id] == {result.outcome}, (id, result.outcome, possible[id])


@given(worlds(4, 3), CAPS, st.randoms(use_true_random=False))
def test_shuffled_facts_give_the_same_bytes(world: World, at_most: int, random: Any) -> None:
    known = world_facts(world)
    rows = list(known["registrations"].items())
    random.shuffle(rows)
    rules = ruleset(MODELLED.format(at_most=at_most))
    one, other = (rules.decide(Facts(each), as_of=AS_OF) for each in (known, {**known, "registrations": dict(rows)}))
    assert one.to_json() == other.to_json()
    for id in one["fields"]:
        assert one.explain("fields", id) == other.explain("fields", id)
    assert one["fields"].crowded == other["fields"].crowded


@given(worlds(4), CAPS)
def test_who_covers_something_else_or_nothing_changes_nothing(world: World, at_most: int) -> None:
    elsewhere = Coverage("R-8", "Z", "other", None, None, exempt=False, direct=False)
    nothing = Coverage("R-9", "Z", "x", (), None, exempt=False, direct=False)
    beside = decided((*world, elsewhere, nothing), at_most)
    for id, result in decided(world, at_most).items():
        assert (beside[id].outcome, beside[id].summary()["beside"]) == (result.outcome, result.summary()["beside"])


@given(worlds(4), CAPS)
def test_equal_records_get_equal_outcomes_and_a_greater_cap_never_harms(world: World, at_most: int) -> None:
    twin = replace(world[0], id="R-9")
    found = decided((*world, twin), at_most)
    assert found["R-9"].outcome == found[twin.id].outcome == found["R-1"].outcome
    assert {id: found[id].outcome for id in model(world, at_most)} == model(
        world, at_most
    )  # a twin is no further holder
    for id, result in decided(world, at_most + 1).items():
        assert result.outcome != "overlapping" or found[id].outcome == "overlapping"
