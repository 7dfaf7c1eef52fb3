"""Ladders on a statement: the place that was reached, what the next band needs, and how it is drawn."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.explanations.settlements import FULL, line, statement

from partnerrules.explanations.ladder_drawing import WIDTH, Drawing, drawn
from partnerrules.explanations.settled_details import how_lines
from partnerrules.explanations.settled_ladders import Climb, climb_parts, climb_title, climbs_of
from partnerrules.explanations.telling import LANGUAGES
from partnerrules.explanations.wording import Wording

ENGLISH = Wording(LANGUAGES["en"], dt.UTC)


def climbs(*rates: dict[str, object], rule: str | None = None) -> tuple[Climb, ...]:
    lines = tuple(
        line(f"I-{number}", "1", rule=rule, details={"rate": rate}) for number, rate in enumerate(rates, start=1)
    )
    return climbs_of(statement(lines))


def rate(
    after: str,
    bands: list[tuple[str, str]],
    *,
    kind: str = "marginal",
    gives: str = "rate",
    over: str = "month",
    crossing: str = "forward",
    before: str = "0 CNY",
    period: str | None = "2026-03-01",
    per: str = "P-17",
) -> dict[str, object]:
    inside = {} if kind == "whole" else {"inside": "1 CNY"}
    return {
        "kind": kind,
        "value": None,
        "over": over,
        "crossing": crossing,
        "per": [{"text": "transaction.customer", "value": per}],
        "measure": {"before": before, "after": after, **({} if period is None else {"period": period})},
        "bands": [
            {"id": f"b{number}", "from": start, gives: given, **inside}
            for number, (start, given) in enumerate(bands, start=1)
        ],
    }


TWO = [("100 CNY", "5 %"), ("1000 CNY", "8 %")]


def said(climb: Climb) -> str:
    return " ".join(ENGLISH.part(each) for each in climb_parts(climb))


@pytest.mark.parametrize(
    ("climbed", "rule", "expected"),
    [
        pytest.param(
            rate("40 CNY", TWO), None, "You are at 40.00 CNY. 60.00 CNY more, and you reach 5% (from 100.00 CNY).",
            id="below the first band",
        ),
        pytest.param(
            rate("100 CNY", TWO), "b1", "You are at 100.00 CNY. 900.00 CNY more, and you reach 8% (from 1,000.00 CNY).",
            id="on a bound",
        ),
        pytest.param(
            rate("1000 CNY", TWO), "b2", "You are at 1,000.00 CNY. The highest band is reached.", id="the top"
        ),
        pytest.param(
            rate("1000 CNY", TWO, kind="whole"), "b1",
            "You are at 1,000.00 CNY. Anything beyond 1,000.00 CNY brings 8%.",
            id="a bound that belongs to the band below",
        ),
        pytest.param(
            rate("7", [("0", "5.00 CNY"), ("10", "6.00 CNY")], gives="each"), "b1",
            "You are at 7. 3 more, and you reach 6.00 CNY each (from 10).",
            id="for each unit",
        ),
        pytest.param(
            rate("7 CNY", [("0 CNY", "5.00 CNY"), ("10 CNY", "6.00 CNY")], gives="amount", kind="interpolated",
                 over="lifetime", period=None), "b1",
            "You are at 7.00 CNY. 3.00 CNY more, and you reach 6.00 CNY in all (from 10.00 CNY).",
            id="an amount in all",
        ),
        pytest.param(
            rate("400 CNY", TWO, kind="whole", over="transaction", period=None), "b1",
            "You are at 400.00 CNY. With 600.00 CNY more it would have reached 8% (from 1,000.00 CNY).",
            id="one document",
        ),
        pytest.param(
            rate("400 CNY", TWO, kind="whole", crossing="next period"), "b1", "You are at 400.00 CNY.",
            id="what the period before came to",
        ),
    ],
)  # fmt: skip
def test_what_the_next_band_needs(climbed: dict[str, object], rule: str | None, expected: str) -> None:
    (climb,) = climbs(climbed, rule=rule)
    assert said(climb) == expected


@pytest.mark.parametrize(
    ("over", "period", "crossing", "expected"),
    [
        ("month", "2026-03-01", "forward", "sales remuneration: period from 1 Mar 2026, up to document I-1"),
        ("lifetime", None, "forward", "sales remuneration: all so far, up to document I-1"),
        ("trailing", None, "forward", "sales remuneration: looking back from document I-1"),
        ("transaction", None, "forward", "sales remuneration: document I-1"),
        ("month", "2026-03-01", "next period", "sales remuneration: the period before 1 Mar 2026 decides"),
    ],
)
def test_which_ladder_it_is(over: str, period: str | None, crossing: str, expected: str) -> None:
    (climb,) = climbs(rate("400 CNY", TWO, over=over, period=period, crossing=crossing))
    assert ENGLISH.part(climb_title(climb, "P-17")) == expected


def test_documents_that_climb_together_are_one_ladder_at_its_last_place() -> None:
    (climb,) = climbs_of(FULL)
    assert climb.line.document == "INV-2"
    assert climb.after == Decimal(210000)


def test_documents_that_climb_apart_are_told_apart_by_for_whom_they_climb() -> None:
    # Two customers, each with a ladder of its own: 0 -> 300, 0 -> 300, 300 -> 900, 300 -> 370.
    steps = (("C", "0", "300"), ("D", "0", "300"), ("C", "300", "900"), ("D", "300", "370"))
    found = climbs(*(rate(f"{after} CNY", TWO, before=f"{before} CNY", per=per) for per, before, after in steps))
    assert [(climb.line.document, climb.after) for climb in found] == [("I-3", Decimal(900)), ("I-4", Decimal(370))]
    assert [ENGLISH.part(climb_title(climb, "P-17")) for climb in found] == [
        "sales remuneration, C: period from 1 Mar 2026, up to document I-3",
        "sales remuneration, D: period from 1 Mar 2026, up to document I-4",
    ]


def test_what_others_climbed_in_between_does_not_make_a_second_ladder() -> None:
    found = climbs(rate("300 CNY", TWO), rate("900 CNY", TWO, before="450 CNY"))
    assert [climb.after for climb in found] == [Decimal(900)]


def test_of_one_day_a_correction_climbs_last() -> None:
    bought = line("I-2", "1", details={"rate": rate("900 CNY", TWO, before="0 CNY")})
    corrects = {"original": "I-1", "base": "100 CNY", "amount": "5 CNY", "left_before": "100 CNY", "left": "0 CNY"}
    taken = line("C-1", "-1", details={"rate": rate("800 CNY", TWO, before="900 CNY"), "corrects": corrects})
    (climb,) = climbs_of(statement((taken, bought)))
    assert climb.after == Decimal(800)


def test_looking_back_is_one_ladder_though_it_begins_on_another_day_with_each_document() -> None:
    days = (("300 CNY", "2026-01-01"), ("250 CNY", "2026-01-15"))
    found = climbs(*(rate(after, TWO, over="trailing", period=day, before="200 CNY") for after, day in days))
    assert [climb.after for climb in found] == [Decimal(250)]


def test_periods_and_shares_are_told_apart() -> None:
    months = (rate("300 CNY", TWO, period="2026-02-01"), rate("400 CNY", TWO, period="2026-03-01"))
    assert len(climbs(*months)) == 2
    shared = tuple(line("I-1", "1", role=role, details={"rate": months[0]}) for role in ("dealer", "house"))
    assert len(climbs_of(statement(shared))) == 1
    above = line("I-1", "1", details={"rate": months[0], "line": {"override": True, "rate": "1 %", "base": "5 CNY"}})
    assert climbs_of(statement((above,))) == ()


def drawing(after: str, bands: list[tuple[str, str]], rule: str | None = None, kind: str = "marginal") -> Drawing:
    (climb,) = climbs(rate(after, bands, kind=kind), rule=rule)
    return drawn(climb, ENGLISH)


def test_the_highest_band_is_on_top_and_the_place_is_to_scale() -> None:
    made = drawing("325 CNY", TWO)
    top, bottom = made.rungs
    # A quarter of the way from 100 to 1,000.
    assert (top.filled, top.open, top.pays) == (Decimal(0), True, False)
    assert top.mark is None
    assert (bottom.filled, bottom.mark, bottom.open, bottom.pays) == (WIDTH / 4, WIDTH / 4, False, True)
    assert [label.text for label in bottom.labels] == ["b1 · from 100.00 CNY", "5%", "you: 325.00 CNY"]
    assert made.place is None


def test_the_last_band_has_no_end() -> None:
    # As far beyond 1,000 as the band below is wide: in the middle. However far, never at the edge.
    assert drawing("1900 CNY", TWO).rungs[0].filled == WIDTH / 2
    assert drawing("900000 CNY", TWO).rungs[0].filled < WIDTH
    assert drawing("1000 CNY", TWO).rungs[0].filled == 0


def test_below_the_first_band_nothing_is_filled() -> None:
    made = drawing("99 CNY", TWO)
    assert [rung.filled for rung in made.rungs] == [0, 0]
    assert made.place is not None
    assert made.place.text == "you: 99.00 CNY"


def test_only_the_band_that_is_reached_pays_on_a_whole_ladder() -> None:
    assert [rung.pays for rung in drawing("2000 CNY", TWO, "b2", "whole").rungs] == [True, False]
    assert [rung.pays for rung in drawing("2000 CNY", TWO).rungs] == [True, True]


@given(
    st.lists(st.integers(0, 10**30), min_size=1, max_size=6, unique=True).map(sorted),
    st.integers(-(10**30), 10**31),
    st.sampled_from(["marginal", "interpolated"]),
)
def test_whatever_the_bands_the_drawing_stays_in_its_frame(starts: list[int], after: int, kind: str) -> None:
    made = drawing(f"{after} CNY", [(f"{start} CNY", "5 %") for start in starts], kind=kind)
    assert len(made.rungs) == len(starts)
    edges = [rung.y for rung in made.rungs]
    assert edges == sorted(edges)
    for rung in made.rungs:
        assert 0 <= rung.filled <= WIDTH
        assert 0 <= rung.slope <= made.bar
        assert rung.y + made.bar <= made.height
        assert all(0 <= label.x <= WIDTH and 0 < label.y <= made.height and label.size > 4 for label in rung.labels)
    filled = [rung.filled for rung in made.rungs]
    assert sum(0 < each < WIDTH for each in filled) <= 1
    assert sum(rung.mark is not None for rung in made.rungs) + (made.place is not None) == 1


def test_a_whole_ladder_that_looks_back_pays_for_its_document_alone() -> None:
    climbed = rate("2000 CNY", TWO, kind="whole", over="trailing", crossing="retroactive", before="500 CNY")
    told = how_lines(line("I", "1", rule="b2", details={"rate": {**climbed, "value": "8 %"}}))
    assert ENGLISH.part([*told][-1].says) == "8% of the whole base, by band b2 from 1,000.00 CNY"


def test_a_whole_ladder_over_a_period_sets_off_what_was_given_before() -> None:
    whole = rate("2000 CNY", TWO, kind="whole", crossing="retroactive", before="500 CNY")
    climbed = {**whole, "value": "8 %", "rate_before": "5 %"}
    told = [ENGLISH.part(each.says) for each in how_lines(line("I", "1", rule="b2", details={"rate": climbed}))]
    assert told == [
        "in the period from 1 Mar 2026: 500.00 CNY before it, 2,000.00 CNY with it",
        "8% of all in the period, by band b2 from 1,000.00 CNY; before it the rate was 5%",
    ]
