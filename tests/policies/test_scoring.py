"""Scoring: weights, linear and step credit, items that block, missing items, best of alternatives and tracks, bands."""

from decimal import Decimal

import pytest
from tests.support import AS_OF, codes, decide, ruleset

from partnerrules import Facts, Record
from partnerrules.decisions.scoring import ScoreResult
from partnerrules.schema.missing import Missing, Unknown

FACTS = """\
facts:
  partner: {response: boolean, sales: money(CNY), target: money(CNY), tickets: integer, hours: hours, rate: ratio,
            lost: integer, customers: integer}
"""

SERVICE = """\
scoring:
  service:
    subject: partner
    items:
      - {id: response, weight: 40 %, require: partner.response}
      - {id: sales, weight: 40 %, measure: partner.sales, full_at: 1000000 CNY}
      - id: tickets
        weight: 20 %
        measure: partner.tickets
        steps: [{from: 0, credit: 0 %}, {from: 5, credit: 50 %}, {from: 10, credit: 100 %}]
    bands: [{outcome: excellent, from: 90 points}, {outcome: good, from: 75 points}, {outcome: weak}]
"""


def scored(text: str, more: str = "", **partner: object) -> ScoreResult:
    """What the only policy of a text says of P-1."""
    decision = decide(FACTS + more + text, {"partners": {"P-1": partner}})
    (policy,) = decision
    result = decision[policy]["P-1"]
    assert isinstance(result, ScoreResult)
    return result


def items(*written: str, more: str = "") -> str:
    """A policy with some items."""
    lines = "".join(f"      - {{{each}}}\n" for each in written)
    return f"scoring:\n  service:\n    subject: partner\n{more}    items:\n{lines}"


def seen(*values: object) -> tuple[object, ...]:
    """Parts of a result, to be compared with numbers of whatever type."""
    return values


def points(result: ScoreResult) -> dict[str, object]:
    """The points of each item."""
    return {item.id: item.points for item in result.items}


# -------------------------------------------------------------------------------------------------------- credit


@pytest.mark.parametrize(
    ("partner", "score", "outcome"),
    [
        pytest.param({"response": True, "sales": 1000000, "tickets": 10}, 100, "excellent", id="full marks"),
        pytest.param({"response": True, "sales": 750000, "tickets": 10}, 90, "excellent", id="E21 at the start"),
        pytest.param({"response": True, "sales": 749999, "tickets": 10}, "89.99996", "good", id="E21 just below"),
        pytest.param({"response": True, "sales": 500000, "tickets": 9}, 70, "weak", id="half of two"),
        pytest.param({"response": False, "sales": 3000000, "tickets": 4}, 40, "weak", id="no more than full credit"),
        pytest.param({"response": False, "sales": -5, "tickets": 5}, 10, "weak", id="no less than none"),
    ],
)
def test_weighted_items(partner: dict[str, object], score: int | str, outcome: str) -> None:
    result = scored(SERVICE, "", **partner)
    assert seen(result.score, result.outcome) == (Decimal(score), outcome)
    assert result.least == result.most == result.score


def test_less_is_better_where_full_credit_lies_below_the_start() -> None:
    text = items("id: hours, weight: 100 %, measure: partner.hours, from: 8 hours, full_at: 2 hours")
    given = [scored(text, hours=f"{hours} hours").score for hours in (1, 2, 5, 8, 9)]
    assert given == [100, 100, 50, 0, 0]


def test_steps_may_fall_and_below_the_first_there_is_no_credit() -> None:
    text = items(
        "id: hours, weight: 100 %, measure: partner.hours, "
        "steps: [{from: 1 hours, credit: 100 %}, {from: 4 hours, credit: 50 %}, {from: 8 hours, credit: 0 %}]"
    )
    assert [scored(text, hours=f"{hours} hours").score for hours in ("0.5", 1, "3.99", 4, 8)] == [0, 100, 100, 50, 0]


def test_without_partial_credit_there_is_all_or_nothing() -> None:
    text = items("id: sales, weight: 100 %, measure: partner.sales, full_at: 100 CNY, partial: none")
    assert [scored(text, sales=sales).score for sales in ("99.99", 100)] == [0, 100]


def test_a_score_is_compared_exactly_where_its_parts_have_no_end() -> None:
    # 1/3 of 30, three times, is 30; rounded one by one they would be 29.99...
    text = items(
        *(f"id: s{each}, weight: 30 %, measure: partner.tickets, full_at: 3" for each in range(3)),
        "id: rest, weight: 10 %, require: partner.response",
        more="    bands: [{outcome: there, from: 30 points}, {outcome: short}]\n",
    )
    result = scored(text, tickets=1, response=False)
    assert seen(result.outcome, result.score) == ("there", 30)
    assert scored(
        text.replace("from: 30 points", "from: 30.000000000001 points"), tickets=1, response=False
    ).outcome == ("short")


def test_what_gets_full_credit_may_differ_from_record_to_record() -> None:
    text = items("id: sales, weight: 100 %, measure: partner.sales, full_at: partner.target")
    assert scored(text, sales=30, target=120).score == 25
    assert scored(text, sales=30, target=30).score == 100


def test_full_marks_are_declared() -> None:
    text = items(
        "id: a, weight: 25 %, require: partner.response",
        "id: b, weight: 75 %, require: not(partner.response)",
        more="    out_of: 12 points\n",
    )
    result = scored(text, response=True)
    assert seen(result.score, result.out_of, points(result)) == (3, 12, {"a": 3, "b": 0})
    assert result.outcome == "scored"


def test_ids_are_the_authors_own_business() -> None:
    ids = ("score", "marks", "share", "count", "outcome", "of", "best", "track", "sum", "full")
    text = items(*(f"id: {id}, weight: 10 %, measure: partner.tickets, full_at: {id.count('s') + 2}" for id in ids))
    # "share", "best" and "sum" have one s and need 3, "marks" and "score" too; the others need 2.
    assert scored(text, tickets=3).score == 100
    assert scored(text, tickets=1).score == Decimal("41.666666666667")  # 5 times a third, 5 times a half, of 10


# ------------------------------------------------------------------------------------------------------- missing


def test_e52_what_is_missing_leaves_the_score_between_two_ends() -> None:
    result = scored(SERVICE, response=True, tickets=10)
    assert seen(result.least, result.most, result.outcome) == (60, 100, "undetermined")
    assert isinstance(result.score, Unknown)
    assert result.missing == (Missing("field", "partners", "P-1", "sales"),)


def test_a_band_is_known_where_both_ends_lie_in_it() -> None:
    result = scored(SERVICE, response=False, sales=100000)  # 4 points, and 20 more at most
    assert seen(result.least, result.most, result.outcome) == (4, 24, "weak")
    assert isinstance(result.score, Unknown)
    assert [item.handled for item in result.items] == ["known", "known", "undetermined"]


@pytest.mark.parametrize(
    ("missing", "score"),
    [
        # 40 of the 40 % that are known, 20 of 20 %; sales (40 %) is missing
        pytest.param("zero", "60", id="E52 missing counts as zero"),
        pytest.param("reweight", "100", id="E52 missing is left out"),
    ],
)
def test_missing_is_handled_as_declared(missing: str, score: str) -> None:
    text = SERVICE.replace("    items:", f"    missing: {missing}\n    items:")
    result = scored(text, response=True, tickets=10)
    assert result.score == Decimal(score)
    assert result.missing == ()
    assert [item.handled for item in result.items][1] == {"zero": "zero", "reweight": "left out"}[missing]


def test_the_weights_of_the_others_are_scaled_up() -> None:
    text = SERVICE.replace("    items:", "    missing: reweight\n    items:")
    result = scored(text, response=True, tickets=5)  # (40 + 10) of 60 %
    assert result.score == Decimal("83.333333333333")
    assert points(result)["response"] == Decimal("66.666666666667")
    assert points(result)["tickets"] == Decimal("16.666666666667")
    assert result.outcome == "good"


def test_where_nothing_is_left_the_score_is_undetermined() -> None:
    text = SERVICE.replace("    items:", "    missing: reweight\n    items:")
    result = scored(text)
    assert seen(result.outcome, result.least, result.most) == ("undetermined", 0, 100)
    assert {each.field for each in result.missing} == {"response", "sales", "tickets"}


def test_an_item_may_declare_for_itself_what_happens_if_it_is_missing() -> None:
    text = SERVICE.replace("id: sales,", "id: sales, missing: zero,")
    assert scored(text, response=True, tickets=10).score == 60
    assert scored(text, response=True).least == 40


def test_e20_a_rate_of_nothing_is_neither_none_nor_all() -> None:
    text = items(
        "id: kept, weight: 60 %, measure: 1 - partner.lost / partner.customers, full_at: 90 %",
        "id: fast, weight: 40 %, require: partner.response",
    )
    result = scored(text, lost=0, customers=0, response=True)
    assert seen(result.least, result.most) == (40, 100)
    assert result.missing == (Missing("zero"),)


def test_a_scale_without_length_gives_no_credit_that_is_known() -> None:
    text = items("id: sales, weight: 100 %, measure: partner.sales, full_at: partner.target")
    result = scored(text, sales=0, target=0)
    assert isinstance(result.score, Unknown)
    assert result.missing == (Missing("zero"),)


def test_an_item_without_weight_matters_to_nothing() -> None:
    text = items("id: a, weight: 0 %, require: partner.response", "id: b, weight: 100 %, require: partner.tickets > 1")
    assert scored(text, tickets=2).score == 100


# ------------------------------------------------------------------------------------------------------- blocking

BLOCKING = items(
    "id: lawful, weight: 0 %, require: partner.response, zero_blocks: true",
    "id: sales, weight: 100 %, measure: partner.sales, full_at: 100 CNY",
    more="    bands: [{outcome: good, from: 50 points}, {outcome: weak}]\n",
)


def test_p4_no_credit_for_an_item_that_blocks_makes_the_whole_zero() -> None:
    result = scored(BLOCKING, response=False, sales=100)
    assert seen(result.score, result.outcome) == (0, "weak")
    assert [item.id for item in result.items if item.blocks is True] == ["lawful"]
    assert scored(BLOCKING, response=True, sales=100).score == 100


def test_some_credit_blocks_nothing() -> None:
    text = BLOCKING.replace("full_at: 100 CNY", "full_at: 100 CNY, zero_blocks: true")
    assert scored(text, response=True, sales=1).score == 1
    assert scored(text, response=True, sales=0).score == 0


def test_where_it_blocks_what_else_is_missing_does_not_matter() -> None:
    result = scored(BLOCKING, response=False)
    assert seen(result.score, result.missing) == (0, ())


def test_whether_it_blocks_may_be_unknown() -> None:
    result = scored(BLOCKING, sales=60)
    assert seen(result.least, result.most, result.outcome) == (0, 60, "undetermined")
    assert [each.field for each in result.missing] == ["response"]


@pytest.mark.parametrize(
    ("missing", "least", "most"),
    [pytest.param("zero", 0, 0, id="as zero it blocks"), pytest.param("reweight", 0, 60, id="it is never left out")],
)
def test_a_missing_item_that_blocks(missing: str, least: int, most: int) -> None:
    result = scored(BLOCKING.replace("zero_blocks: true", f"zero_blocks: true, missing: {missing}"), sales=60)
    assert seen(result.least, result.most) == (least, most)


# -------------------------------------------------------------------------------------------------------- best of

BEST = """\
scoring:
  service:
    subject: partner
    items:
      - id: growth
        weight: 60 %
        best_of:
          - {id: volume, measure: partner.sales, full_at: 300 CNY}
          - {id: count, measure: partner.tickets, full_at: 7}
          - {id: praised, require: partner.response}
      - {id: rest, weight: 40 %, measure: partner.rate, from: 50 %, full_at: 100 %}
"""


@pytest.mark.parametrize(
    ("sales", "tickets", "response", "score"),
    [
        pytest.param(100, 2, False, 20, id="P4 a third is more than two sevenths"),
        pytest.param(100, 3, False, "25.714285714286", id="P4 three sevenths are more than a third"),
        pytest.param(100, 3, True, 60, id="P4 a condition that holds is full credit"),
    ],
)
def test_the_best_alternative_counts(sales: int, tickets: int, response: bool, score: int | str) -> None:
    result = scored(BEST, sales=sales, tickets=tickets, response=response, rate="0.5")
    assert result.score == Decimal(score)


def test_an_unknown_alternative_matters_only_if_it_may_be_better() -> None:
    assert scored(BEST, sales=300, rate="0.75").score == 80
    result = scored(BEST, sales=150, tickets=0, rate="0.5")
    assert seen(result.least, result.most) == (30, 60)


TRACKS = """\
scoring:
  service:
    subject: partner
    tracks:
      - id: selling
        items:
          - {id: sales, weight: 50 %, measure: partner.sales, full_at: 300 CNY}
          - {id: many, weight: 50 %, measure: partner.tickets, full_at: 10}
      - id: caring
        items:
          - {id: fast, weight: 70 %, require: partner.response}
          - {id: kept, weight: 30 %, measure: partner.rate, full_at: 90 %}
    bands: [{outcome: good, from: 70 points}, {outcome: weak}]
"""


def test_p4_the_best_track_counts() -> None:
    result = scored(TRACKS, sales=100, tickets=4, response=True, rate="0.3")  # 36.67 and 80
    assert seen(result.score, result.outcome) == (80, "good")
    assert [(track.id, track.counts) for track in result.tracks] == [("selling", False), ("caring", True)]
    assert [track.least for track in result.tracks] == [Decimal("36.666666666667"), 80]


def test_a_track_that_cannot_be_the_best_leaves_nothing_in_doubt() -> None:
    result = scored(TRACKS, tickets=0, response=True, rate="0.9")  # at most 50 against 100
    assert seen(result.score, result.missing) == (100, ())
    result = scored(TRACKS, tickets=10, response=True, rate="0.3")  # 50 to 100 against 80
    assert seen(result.least, result.most, result.outcome) == (80, 100, "good")
    assert [each.field for each in result.missing] == ["sales"]


# ------------------------------------------------------------------------------------------------------ parameters

PARAMETERS = """\
parameters:
  one: {value: 40 %}
  other: {value: 60 %}
  good: {value: 75 points}
"""
BY_PARAMETERS = items(
    "id: a, weight: one, require: partner.response",
    "id: b, weight: other, require: partner.tickets > 1",
    more="    bands: [{outcome: good, from: good}, {outcome: weak}]\n",
)


def test_weights_and_bands_may_be_parameters() -> None:
    assert scored(BY_PARAMETERS, PARAMETERS, response=True, tickets=0).score == 40
    assert scored(BY_PARAMETERS, PARAMETERS, response=True, tickets=2).outcome == "good"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        pytest.param("60 %", "59.99 %", "weights", id="weights that are not the whole"),
        pytest.param("60 %", "160 %", "weights", id="a weight above the whole"),
    ],
)
def test_parameters_that_cannot_be_meant_are_refused_with_the_reason(old: str, new: str, reason: str) -> None:
    result = scored(BY_PARAMETERS, PARAMETERS.replace(old, new), response=True, tickets=2)
    assert seen(result.outcome, result.score, result.reason) == ("refused", None, reason)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        pytest.param("", "", [], id="the whole"),
        pytest.param("60 %", "64 %", ["weight-total"], id="more than the whole"),
        pytest.param("{value: 60 %}", "{type: ratio, status: unstated}", [], id="not known"),
    ],
)
def test_weights_of_parameters_that_do_not_total_are_a_warning(old: str, new: str, told: list[str]) -> None:
    assert codes(FACTS + PARAMETERS.replace(old, new) + BY_PARAMETERS) == told


BY_STEPS = items(
    "id: a, weight: 100 %, measure: partner.tickets, steps: [{from: low, credit: part}, {from: 5, credit: 100 %}]",
    more="    out_of: marks\n"
    "    bands: [{outcome: best, from: high}, {outcome: good, from: 50 points}, {outcome: weak}]\n",
)
STEPS = """\
parameters: {low: {value: 2}, part: {value: 60 %}, marks: {value: 100 points}, high: {value: 90 points}}
"""


@pytest.mark.parametrize(
    ("old", "new", "outcome", "reason"),
    [
        pytest.param("", "", "good", None, id="as it is meant"),
        pytest.param("low: {value: 2}", "low: {value: 5}", "refused", "steps", id="steps that do not rise"),
        pytest.param("60 %", "101 %", "refused", "steps", id="more than full credit"),
        pytest.param("value: 100 points", "value: 0 points", "refused", "full_marks", id="no marks at all"),
        pytest.param("90 points", "50 points", "refused", "bands", id="bands that do not fall"),
    ],
)
def test_each_reason_is_told(old: str, new: str, outcome: str, reason: str | None) -> None:
    result = scored(BY_STEPS, STEPS.replace(old, new), tickets=3)
    assert (result.outcome, result.reason) == (outcome, reason)


@pytest.mark.parametrize(
    "weights",
    [
        pytest.param((6, 4, 5, 5, 7, 11, 10, 15, 8, 8, 11, 10), id="S3-022 twelve concerns"),
        pytest.param((25, 18, 30, 11, 5, 11), id="S3-024 six points of support"),
    ],
)
def test_weights_of_the_sources_total_one(weights: tuple[int, ...]) -> None:
    lines = [f"id: w{number}, weight: {weight} %, require: partner.tickets > {number}"
             for number, weight in enumerate(weights)]  # fmt: skip
    assert scored(items(*lines), tickets=2).score == sum(weights[:2])
    assert codes(FACTS + items(*lines[1:])) == ["weight-total"]


def test_a_weight_that_the_source_does_not_state_leaves_the_score_undetermined() -> None:
    unstated = PARAMETERS.replace("{value: 60 %}", "{type: ratio, status: unstated}")
    result = scored(BY_PARAMETERS, unstated, response=True, tickets=2)
    assert result.outcome == "undetermined"
    assert result.missing == (Missing("parameter", field="other"),)


# ------------------------------------------------------------------------------------------------------- other kinds


def test_other_policies_read_outcome_and_score() -> None:
    text = SERVICE + (
        "eligibility:\n  bonus:\n    subject: partner\n    gates:\n"
        '      - {id: band, require: \'outcome(partner, "service") = "good"\'}\n'
        "      - {id: score, require: 'outcome(partner, \"service\").score >= 80 points'}\n"
    )
    facts = {"partners": {"P-1": {"response": True, "sales": 500000, "tickets": 10}, "P-2": {"response": False}}}
    decision = decide(FACTS + text, facts)
    assert decision["bonus"]["P-1"].outcome == "eligible"
    assert decision["bonus"]["P-2"].outcome == "ineligible"  # at most 60, whatever is missing


def test_a_record_that_the_policy_may_not_apply_to_is_undetermined() -> None:
    text = SERVICE.replace("    items:", "    when: partner.rate > 0\n    items:")
    result = scored(text, response=True, sales=1000000, tickets=10)
    assert seen(result.outcome, result.score) == ("undetermined", 100)


# ------------------------------------------------------------------------------------------- what would change it


def test_what_would_give_the_next_band() -> None:
    result = scored(SERVICE, response=False, sales=500000, tickets=6)  # 20 + 10, and 45 more for good
    better = result.better
    assert better is not None
    assert seen(better.outcome, better.points, better.sets, better.reaches) == ("good", 45, (), ())
    result = scored(SERVICE, response=True, sales=500000, tickets=6)  # 70: five more
    better = result.better
    assert better is not None
    assert [(each.item, each.value) for each in better.reaches] == [("sales", 625000), ("tickets", 10)]
    assert scored(SERVICE, response=True, sales=625000, tickets=6).outcome == "good"
    assert scored(SERVICE, response=True, sales="624999.99", tickets=6).outcome == "weak"
    assert scored(SERVICE, response=True, sales=1000000, tickets=10).better is None


def test_the_smallest_sets_of_all_or_nothing_items() -> None:
    text = items(
        "id: a, weight: 40 %, require: partner.response",
        "id: b, weight: 30 %, require: partner.tickets > 0",
        "id: c, weight: 20 %, measure: partner.sales, full_at: 10 CNY, partial: none",
        "id: d, weight: 10 %, require: partner.lost = 0",
        more="    bands: [{outcome: good, from: 60 points}, {outcome: weak}]\n",
    )
    result = scored(text, response=False, tickets=0, sales=0, lost=1)
    assert result.better is not None
    assert result.better.sets == (("a", "b"), ("a", "c"))
    assert not result.better.more


def test_what_blocks_has_to_be_lifted_too() -> None:
    result = scored(BLOCKING, response=False, sales=80)
    assert result.better is not None
    assert result.better.sets == (("lawful",),)
    result = scored(BLOCKING, response=False, sales=40)  # and sales would have to rise as well
    assert result.better is not None
    assert seen(result.better.points, result.better.sets, result.better.reaches) == (50, (), ())


# -------------------------------------------------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(items("id: a, weight: 99 %, require: partner.response"), "weight-total", id="weights of 99 %"),
        pytest.param(items("id: a, weight: 1, require: partner.response"), "ratio-without-percent", id="no percent"),
        pytest.param(
            items("id: a, weight: 100 %, measure: partner.sales, from: 5 CNY, full_at: 5 CNY"),
            "no-scale",
            id="credit from and full at the same",
        ),
        pytest.param(
            items("id: a, weight: 100 %, measure: partner.sales, full_at: 5"), "unit-mismatch", id="another unit"
        ),
        pytest.param(items("id: a, weight: 100 %, measure: partner.sales"), "missing-key", id="no full credit"),
        pytest.param(SERVICE.replace("from: 75 points", "from: 95 points"), "bands-not-falling", id="bands that rise"),
        pytest.param(SERVICE.replace("from: 5, credit", "from: 0, credit"), "bands-not-rising", id="equal steps"),
        pytest.param(SERVICE.replace("90 points", "101 points"), "impossible-count", id="more than full marks"),
        pytest.param(SERVICE.replace("outcome: weak", "outcome: undetermined"), "bad-name", id="a word that is taken"),
        pytest.param(SERVICE.replace("outcome: weak", "outcome: good"), "duplicate-id", id="an outcome twice"),
    ],
)
def test_mistakes_are_told_when_the_ruleset_is_loaded(text: str, code: str) -> None:
    assert codes(FACTS + text) == [code]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(items(*(f"weight: 0 %, require: partner.lost > {number}" for number in range(101))), id="items"),
        pytest.param(
            items(
                "id: a, weight: 100 %, measure: partner.lost, steps: ["
                + ", ".join(f"{{from: {number}, credit: 1 %}}" for number in range(101))
                + "]"
            ),
            id="steps",
        ),
        pytest.param(
            items("id: a, weight: 100 %, require: partner.response")
            + "    bands:\n"
            + "".join(f"      - {{outcome: b{number}, from: {200 - number} points}}\n" for number in range(101)),
            id="bands",
        ),
        pytest.param(
            "scoring:\n  p:\n    subject: partner\n    signs:\n"
            + "".join(f"      - {{id: s{number}, when: partner.lost > {number}}}\n" for number in range(101))
            + "    outcomes: [{outcome: bad, at_least: 1}]\n    otherwise: good\n",
            id="signs",
        ),
    ],
)
def test_what_is_too_large_is_refused(text: str) -> None:
    assert "too-large" in codes(FACTS + text)


def test_a_score_that_would_need_too_many_digits_is_not_known() -> None:
    many = (f"id: s{number}, weight: 1 %, measure: partner.lost, full_at: {'9' * 60}" for number in range(100))
    result = scored(items(*many), lost=1)
    assert result.outcome == "undetermined"
    assert result.missing == (Missing("size"),)


# ----------------------------------------------------------------------------------- what is not known, bounded tightly


@pytest.mark.parametrize(
    ("credit", "outcomes"),
    [
        ("full_at: 3", ["full", "undetermined"]),
        ("from: 1, full_at: 3", ["full", "undetermined"]),
        ("from: 5, full_at: 3", ["undetermined", "undetermined"]),
        ("from: 3, full_at: 1", ["none", "undetermined"]),
    ],
)
def test_e8_credit_is_certain_where_the_least_count_already_decides(credit: str, outcomes: list[str]) -> None:
    bands = "    bands: [{outcome: full, from: 100 points}, {outcome: some, from: 1 points}, {outcome: none}]\n"
    policy = items(f"id: people, weight: 100 %, measure: count(partner.people), {credit}") + bands
    people = [Record("person", id=f"E-{number}", partner="P-1") for number in range(3)]
    partners = [Record("partner", id=id) for id in ("P-1", "P-2")]
    # Nobody says that these are all people.
    decision = ruleset(policy).decide(Facts([*partners, *people]), as_of=AS_OF)
    assert [decision["service"][id].outcome for id in ("P-1", "P-2")] == outcomes


@pytest.mark.parametrize("best_of", [False, True])
def test_e12_steps_earn_at_most_their_greatest_credit(best_of: bool) -> None:
    steps = (
        "measure: partner.tickets, steps: [{from: 0, credit: 40 %}, {from: 5, credit: 50 %}, {from: 9, credit: 20 %}]"
    )
    way = f"best_of: [{{{steps}}}]" if best_of else steps
    result = scored(items(f"id: tickets, weight: 50 %, {way}", "id: sales, weight: 50 %, require: partner.response"))
    assert seen(result.least, result.most) == seen(0, 75)


def test_an_item_has_a_bounded_number_of_alternatives() -> None:
    def policy(count: int) -> str:
        alternatives = (f"{{measure: partner.tickets, full_at: {number + 3}}}" for number in range(count))
        return items(f"id: best, weight: 100 %, best_of: [{', '.join(alternatives)}]")

    assert codes(FACTS + policy(20)) == []
    assert codes(FACTS + policy(21)) == ["too-large"]
    assert seen(scored(policy(20), tickets=2).score) == seen(Decimal("66.666666666667"))
