"""Tiering by rank: cuts of a cohort, ties, both ends, small cohorts, scores that are missing."""

import itertools
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import AS_OF, decide, ruleset

import partnerrules as pr
from partnerrules.decisions.tiering import TieringResult

RANKS = """\
facts:
  partner:
    score: {type: number, missing: unknown}
    joined: date
    region: {type: text, missing: none}
tiering:
  level:
    subject: partner
    percentile_of: partner.score
    bands:
      - {grade: gold, top: 10 %}
      - {grade: silver, top: 30 %}
      - {grade: standard}
      - {grade: watch, bottom: 10 %}
"""

Scores = Sequence[object]


def partners(scores: Scores) -> dict[str, dict[str, object]]:
    """Partners A, B, C and so on with a score each, None where it is not known."""
    names = (chr(ord("A") + number) for number in range(26))
    return {name: {} if score is None else {"score": score} for name, score in zip(names, scores, strict=False)}


def results(text: str, given: Mapping[str, Mapping[str, object]]) -> dict[str, TieringResult]:
    """The results of the policy `level`, by partner."""
    found = decide(text, {"partners": given})["level"]
    return {id: each for id, each in found.items() if isinstance(each, TieringResult)}


def grades(text: str, scores: Scores) -> list[str]:
    """The grades of partners with these scores, in their order."""
    return [result.outcome for result in results(text, partners(scores)).values()]


def ranked(more: str, text: str = RANKS) -> str:
    """The ruleset with further keys of the policy."""
    return text.replace("    percentile_of: partner.score\n", f"    percentile_of: partner.score\n{more}")


def test_the_best_the_last_and_all_others() -> None:
    assert grades(RANKS, [100, 90, 80, 70, 60, 50, 40, 30, 20, 10]) == [
        "gold", "silver", "silver", *["standard"] * 6, "watch",
    ]  # fmt: skip


@pytest.mark.parametrize(("rounding", "watched"), [("floor", []), ("ceil", ["G"]), ("half_up", ["G"])])
def test_e47_a_cohort_of_seven_and_its_last_tenth(rounding: str, watched: list[str]) -> None:
    # 10 % of 7 is 0.7: rounded down nobody, rounded up or to the nearer one, the last.
    found = results(ranked(f"    rounding: {rounding}\n"), partners([70, 60, 50, 40, 30, 20, 10]))
    assert [id for id, result in found.items() if result.outcome == "watch"] == watched


@pytest.mark.parametrize(
    ("precedence", "grade"), [("", "gold"), ("    precedence: top\n", "gold"), ("    precedence: bottom\n", "watch")]
)
def test_e48_one_partner_alone_is_in_both_ends_and_gets_one_grade(precedence: str, grade: str) -> None:
    assert grades(ranked(f"    rounding: ceil\n{precedence}"), [50]) == [grade]


def test_e49_if_all_scores_are_equal_all_can_be_gold() -> None:
    # 10 % of 10 is 1 place; all ten are equal to the one who has it.
    assert grades(RANKS, [50] * 10) == ["gold"] * 10
    assert grades(ranked("    ties: {top: exclude}\n"), [50] * 10) == ["standard"] * 10
    # From the other end they are equal to the nine outside: nobody is in, unless it is declared.
    assert grades(ranked("    precedence: bottom\n"), [50] * 10) == ["gold"] * 10
    assert grades(ranked("    precedence: bottom\n    ties: {bottom: include}\n"), [50] * 10) == ["watch"] * 10


def test_e50_a_tie_across_the_cut_has_one_grade_unless_something_decides_it() -> None:
    scores = [100, 90, 90, 70, 60, 50, 40, 30, 20, 10]
    text = RANKS.replace("top: 10 %", "top: 20 %").replace("top: 30 %", "top: 40 %")
    # Two are gold, and two are equal on the second place.
    assert grades(text, scores)[:4] == ["gold", "gold", "gold", "silver"]
    assert grades(ranked("    ties: {top: exclude}\n", text), scores)[:4] == ["gold", "silver", "silver", "silver"]
    given = partners(scores)
    given["B"]["joined"], given["C"]["joined"] = "2021-01-01", "2020-01-01"
    found = results(ranked("    tie_break: [partner.joined]\n", text), given)
    assert [found[id].outcome for id in "ABCD"] == ["gold", "silver", "gold", "silver"]
    assert [found[id].ranking.least for id in "ABC" if found[id].ranking] == [1, 3, 2]  # type: ignore[union-attr]


def test_places_are_shared_by_those_who_are_equal() -> None:
    found = results(RANKS, partners([100, 90, 90, 70]))
    places = {
        id: (each.ranking.least, each.ranking.most, each.ranking.level) for id, each in found.items() if each.ranking
    }
    assert places == {"A": (1, 1, 0), "B": (2, 2, 1), "C": (2, 2, 1), "D": (4, 4, 0)}


def test_e51_who_joined_within_the_period_is_left_out_if_the_policy_says_so() -> None:
    text = RANKS.replace("subject: partner", "subject: partner\n    when: partner.joined < 2026-01-01")
    given = partners([100, 90, 80, 70, 60, 50, 40, 30, 20, 10, 200])
    for fields in given.values():
        fields["joined"] = "2020-01-01"
    given["K"]["joined"] = "2026-02-01"
    found = results(text, given)
    assert list(found) == list("ABCDEFGHIJ")
    assert [found[id].outcome for id in "ABJ"] == ["gold", "silver", "watch"]


def test_e52_a_record_without_a_score_is_left_out_and_reported() -> None:
    found = results(RANKS, partners([100, 90, 80, 70, 60, 50, 40, 30, 20, 10, None]))
    assert [found[id].outcome for id in "ABJK"] == ["gold", "silver", "watch", "no_score"]
    assert [missing.field for missing in found["K"].missing] == ["score"]
    assert found["K"].ranking is None
    ranking = found["A"].ranking
    assert ranking is not None
    assert (ranking.size, ranking.unscored, ranking.unscored_total) == (10, ("K",), 1)


def test_a_missing_score_may_leave_the_ranks_in_doubt_instead() -> None:
    text = ranked("    missing: undetermined\n")
    found = results(text, partners([100, 90, 80, 70, 60, 50, 40, 30, 20, None]))
    outcomes = {id: each.outcome for id, each in found.items()}
    # J may stand anywhere. A is first or second of ten, of whom one is gold and three are silver.
    assert outcomes == {
        "A": "undetermined", "B": "silver", "C": "undetermined", "D": "standard", "E": "standard", "F": "standard",
        "G": "standard", "H": "standard", "I": "undetermined", "J": "undetermined",
    }  # fmt: skip
    assert (found["A"].at_least, found["A"].possible) == ("silver", ("gold", "silver"))
    assert (found["C"].at_least, found["I"].at_least) == ("standard", "watch")
    assert found["J"].possible == ("gold", "silver", "standard", "watch")
    assert [(missing.record, missing.field) for missing in found["A"].missing] == [("J", "score")]


def test_a_score_that_is_absent_is_no_score() -> None:
    text = ranked("    missing: undetermined\n").replace(
        "type: number, missing: unknown", "type: number, missing: none"
    )
    found = results(text, partners([1, None]))
    assert (found["A"].outcome, found["B"].outcome, found["B"].missing) == ("standard", "no_score", ())


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ("    minimum_cohort: 3\n", "standard"),
        ("    minimum_cohort: 4\n", "cohort_too_small"),
        ("    minimum_cohort: 4\n    otherwise: standard\n", "standard"),
        ("    minimum_cohort: 4\n    otherwise: by_hand\n", "by_hand"),
    ],
)
def test_in_a_cohort_that_is_too_small_ranks_do_not_count(more: str, outcome: str) -> None:
    assert grades(ranked(more), [3, 2, 1]) == [outcome] * 3


def test_whether_a_cohort_is_too_small_may_be_unknown() -> None:
    text = ranked("    minimum_cohort: 3\n").replace(
        "subject: partner", "subject: partner\n    when: partner.joined < 2026-01-01"
    )
    given = partners([3, 2, 1])
    given["A"]["joined"] = given["B"]["joined"] = "2020-01-01"
    found = results(text, given)
    # Of three none is in a tenth or three tenths; C may not be one of them.
    assert (found["A"].outcome, found["A"].possible) == ("undetermined", ("standard", "cohort_too_small"))
    assert (found["C"].outcome, found["C"].at_least) == ("undetermined", None)
    assert {missing.record for missing in found["A"].missing} == {"C"}


def test_each_region_is_a_cohort_of_its_own() -> None:
    text = ranked("    per: [partner.region]\n").replace("top: 10 %", "top: 1").replace("bottom: 10 %", "bottom: 1")
    given = partners([10, 9, 8, 3, 2, 1])
    for id, region in zip("ABCDEF", ["north"] * 3 + ["south"] * 3, strict=True):
        given[id]["region"] = region
    assert [each.outcome for each in results(text, given).values()] == ["gold", "standard", "watch"] * 2


def test_a_number_of_places_is_taken_as_it_is() -> None:
    text = RANKS.replace("top: 10 %", "top: 1").replace("top: 30 %", "top: 2").replace("bottom: 10 %", "bottom: 1")
    assert grades(text, [5, 4, 3, 2]) == ["gold", "silver", "standard", "watch"]


def test_a_band_may_round_in_a_way_of_its_own() -> None:
    text = RANKS.replace("{grade: gold, top: 10 %}", "{grade: gold, top: 10 %, rounding: ceil}")
    assert grades(text, [5, 4, 3, 2]) == ["gold", "standard", "standard", "standard"]


def test_among_records_that_may_not_be_all_no_grade_is_sure() -> None:
    some = pr.Facts([pr.Record("partner", id="A", score=7)])
    result = ruleset(RANKS).decide(some, as_of=AS_OF)["level"]["A"]
    assert isinstance(result, TieringResult)
    assert (result.outcome, result.possible) == ("undetermined", ("gold", "silver", "standard", "watch"))
    assert [missing.relation for missing in result.missing] == ["partners"]
    assert result.ranking is not None
    assert (result.ranking.least, result.ranking.most) == (1, None)


# ----------------------------------------------------------------------------------------------------------------- laws

SCORES = st.lists(st.sampled_from([1, 2, 3, 4, None]), min_size=1, max_size=7)
MORE = st.sampled_from(
    ["", "    rounding: ceil\n", "    rounding: half_up\n    precedence: bottom\n", "    ties: {top: exclude}\n",
     "    minimum_cohort: 4\n", "    ties: {bottom: include}\n    rounding: ceil\n"]
)  # fmt: skip


@given(SCORES, MORE, st.permutations(range(7)))
def test_the_order_of_the_records_does_not_matter(scores: Scores, more: str, order: list[int]) -> None:
    given = partners(scores)
    shuffled = [(id, given[id]) for id in ("ABCDEFG"[place] for place in order) if id in given]
    text = ranked(more)
    one = {id: each.as_data() for id, each in results(text, given).items()}
    assert one == {id: each.as_data() for id, each in results(text, dict(shuffled)).items()}


@given(SCORES, MORE)
def test_equal_partners_get_equal_grades(scores: Scores, more: str) -> None:
    found = results(ranked(more), partners(scores))
    by_score: dict[object, set[str]] = {}
    for score, result in zip(scores, found.values(), strict=True):
        by_score.setdefault(score, set()).add(result.outcome)
    assert all(len(outcomes) == 1 for outcomes in by_score.values())


@given(SCORES, MORE)
def test_a_better_score_never_gives_a_worse_grade(scores: Scores, more: str) -> None:
    order = ["gold", "silver", "standard", "watch"]
    found = results(ranked(more), partners(scores)).values()
    known = [(score, each.outcome) for score, each in zip(scores, found, strict=True) if isinstance(score, int)]
    if all(outcome in order for _, outcome in known) and "precedence: bottom" not in more:
        for (one, grade), (other, lower) in itertools.permutations(known, 2):
            assert one <= other or order.index(grade) <= order.index(lower)


@given(SCORES, MORE, st.lists(st.integers(1, 4), min_size=7, max_size=7))
def test_filling_in_what_is_not_known_contradicts_nothing_that_was_sure(
    scores: Scores, more: str, filling: list[int]
) -> None:
    text = ranked(f"    missing: undetermined\n{more}")
    filled = [value if score is None else score for score, value in zip(scores, filling, strict=False)]
    order = ["gold", "silver", "standard", "watch"]
    for before, after in zip(
        results(text, partners(scores)).values(), results(text, partners(filled)).values(), strict=True
    ):
        assert after.outcome in before.possible
        if before.at_least is not None:
            assert order.index(after.outcome) <= order.index(before.at_least)


@given(SCORES, MORE)
def test_records_that_the_policy_does_not_decide_change_nothing(scores: Scores, more: str) -> None:
    text = ranked(more).replace("subject: partner", "subject: partner\n    when: partner.joined < 2026-01-01")
    given = {id: {**fields, "joined": "2020-01-01"} for id, fields in partners(scores).items()}
    others = {f"Z-{number}": {"score": number, "joined": "2026-01-01"} for number in range(5)}
    one = {id: each.as_data() for id, each in results(text, given).items()}
    assert one == {id: each.as_data() for id, each in results(text, {**others, **given}).items()}
