"""Scores as a model computes them with fractions; filling a gap never contradicts; what is proposed comes true."""

import itertools
import json
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import AS_OF, ruleset

from partnerrules import Facts
from partnerrules.decisions.scoring import ScoreResult, SignsResult
from partnerrules.schema.missing import Unknown

FIELDS = [f"n{index}" for index in range(4)] + [f"c{index}" for index in range(3)]
OWN = (
    "facts:\n  partner: {"
    + ", ".join(f"{name}: {'integer' if name[0] == 'n' else 'boolean'}" for name in FIELDS)
    + "}\n"
)
NUMBERS = st.sampled_from([0, 1, 2, 3, 5, 7, 9])
WORDS = ("best", "good", "fair", "weak")

HALF = settings(max_examples=settings().max_examples // 2)
"""Each example is a ruleset that is read."""

Item = dict[str, object]
Partner = dict[str, object]


@st.composite
def policies(draw: st.DrawFn) -> dict[str, object]:
    """Four or fewer items of every kind, weights that total one, and bands."""
    fields = draw(st.permutations(FIELDS))[: draw(st.integers(1, 4))]
    cuts = sorted(draw(st.lists(st.integers(0, 20), min_size=len(fields) - 1, max_size=len(fields) - 1)))
    weights = [high - low for low, high in itertools.pairwise([0, *cuts, 20])]
    items: list[Item] = []
    for field, weight in zip(fields, weights, strict=True):
        item: Item = {"id": f"of-{field}", "weight": f"{weight * 5} %"}
        if field[0] == "c":
            item["require"] = f"partner.{field}"
        else:
            item["measure"] = f"partner.{field}"
            low, high = draw(st.sampled_from([(0, 3), (2, 9), (7, 0), (9, 2)]))
            kind = draw(st.sampled_from(["linear", "steps", "none"]))
            if kind == "linear":
                item |= {"from": str(low), "full_at": str(high)}
            elif kind == "none":
                item |= {"full_at": str(max(low, high)), "partial": "none"}
            else:
                item["steps"] = [{"from": "1", "credit": "25 %"}, {"from": "5", "credit": "100 %"}]
        if draw(st.booleans()):
            item["zero_blocks"] = "true"
        items.append(item)
    starts = draw(
        st.lists(st.integers(1, 100), min_size=1, max_size=3, unique=True).map(lambda found: sorted(found)[::-1])
    )
    bands = [{"outcome": word, "from": f"{start} points"} for word, start in zip(WORDS, starts, strict=False)]
    return {"subject": "partner", "missing": "undetermined", "items": items, "bands": [*bands, {"outcome": WORDS[-1]}]}


@st.composite
def partners(draw: st.DrawFn, *, gaps: bool) -> Partner:
    """What is known of a partner."""
    found: Partner = {}
    for name in FIELDS:
        value = draw(NUMBERS if name[0] == "n" else st.booleans())
        if not gaps or draw(st.integers(0, 3)):
            found[name] = value
    return found


def decided(policy: dict[str, object], partner: Partner) -> ScoreResult:
    text = f"{OWN}scoring: {json.dumps({'p': policy})}\n"
    result = ruleset(text).decide(Facts({"partners": {"P-1": partner}}), as_of=AS_OF, trace=False)["p"]["P-1"]
    assert isinstance(result, ScoreResult)
    return result


def credit_of(item: Item, value: int) -> Fraction:
    """The part of full credit that a value of the field of an item gives."""
    if "require" in item:
        return Fraction(value)
    if "steps" in item:
        return Fraction(1) if value >= 5 else Fraction(1, 4) if value >= 1 else Fraction(0)
    high = int(str(item["full_at"]))
    if "partial" in item:
        return Fraction(value >= high)
    low = int(str(item["from"]))
    return min(Fraction(1), max(Fraction(0), Fraction(value - low, high - low)))


def expected(policy: dict[str, object], partner: Partner) -> tuple[Fraction, str]:
    """The score and the band of a partner, by fractions; what is missing is handled as the policy says."""
    earned, weights, blocked = Fraction(0), 0, False
    items, bands = policy["items"], policy["bands"]
    assert isinstance(items, list)
    assert isinstance(bands, list)
    for item in items:
        value = partner.get(item["id"].removeprefix("of-"))
        if value is None and policy["missing"] == "reweight":
            continue
        credit = credit_of(item, value) if isinstance(value, int) else Fraction(0)
        weight = int(item["weight"].split()[0])
        earned, weights = earned + credit * weight, weights + weight
        blocked |= "zero_blocks" in item and credit == 0
    score = Fraction(0) if blocked else earned * 100 / weights
    word = next(each["outcome"] for each in bands if "from" not in each or score >= int(each["from"].split()[0]))
    return score, word


@HALF
@given(policies(), partners(gaps=False))
def test_a_score_is_what_a_model_computes(policy: dict[str, object], partner: Partner) -> None:
    result = decided(policy, partner)
    score, word = expected(policy, partner)
    assert result.outcome == word
    assert isinstance(result.score, Decimal)
    assert abs(Fraction(result.score) - score) <= Fraction(1, 10**12)


@HALF
@given(policies(), partners(gaps=True), partners(gaps=False))
def test_filling_the_gaps_contradicts_nothing(policy: dict[str, object], known: Partner, other: Partner) -> None:
    before = decided(policy, known)
    full = {**other, **known}
    after = decided(policy, full)
    assert isinstance(before.least, Decimal)
    assert isinstance(before.most, Decimal)
    assert isinstance(after.score, Decimal)
    assert before.least <= after.score <= before.most
    if not isinstance(before.score, Unknown):
        assert before.score == after.score
    if before.outcome != "undetermined":
        assert before.outcome == after.outcome
    else:
        assert before.missing


@HALF
@given(policies(), partners(gaps=True), st.sampled_from(["zero", "reweight"]))
def test_what_is_missing_is_handled_as_declared(policy: dict[str, object], known: Partner, missing: str) -> None:
    items = policy["items"]
    assert isinstance(items, list)
    if missing == "reweight":  # an item that blocks is never left out
        items = [{key: value for key, value in item.items() if key != "zero_blocks"} for item in items]
    declared = {**policy, "items": items, "missing": missing}
    weighed = [item for item in items if item["id"].removeprefix("of-") in known and item["weight"] != "0 %"]
    result = decided(declared, known)
    if missing == "reweight" and not weighed:
        assert [result.least, result.most] == [Decimal(0), Decimal(100)]
        assert result.missing
        return
    score, word = expected(declared, known)
    assert result.outcome == word
    assert isinstance(result.score, Decimal)
    assert abs(Fraction(result.score) - score) <= Fraction(1, 10**12)


@HALF
@given(policies(), partners(gaps=True))
def test_ends_are_reached_by_filling_the_gaps(policy: dict[str, object], known: Partner) -> None:
    """Neither end is further away than it has to be: each is the score of some partner, as numbers go far enough."""
    result = decided(policy, known)
    items = policy["items"]
    assert isinstance(items, list)
    asked = [each["id"].removeprefix("of-") for each in items]
    open_ = [name for name in asked if name not in known]
    choices = [(True, False) if name[0] == "c" else (0, 9) for name in open_]
    found = [expected(policy, {**known, **dict(zip(open_, each, strict=True))}) for each in itertools.product(*choices)]
    assert isinstance(result.least, Decimal)
    assert isinstance(result.most, Decimal)
    for end, reached in ((result.least, min(found)[0]), (result.most, max(found)[0])):
        assert abs(Fraction(end) - reached) <= Fraction(1, 10**12)


@HALF
@given(policies(), partners(gaps=False))
def test_what_is_proposed_gives_a_better_band(policy: dict[str, object], partner: Partner) -> None:
    result = decided(policy, partner)
    if result.better is None:
        assert result.outcome == result.bands[0].outcome
        return
    words = [band.outcome for band in result.bands]
    for each in result.better.sets:
        changed = dict(partner)
        for id in each:
            name = id.removeprefix("of-")
            changed[name] = True if name[0] == "c" else 9
        assert words.index(decided(policy, changed).outcome) < words.index(result.outcome)
    for reach in result.better.reaches:
        assert isinstance(reach.value, int | Decimal)
        changed = {**partner, reach.item.removeprefix("of-"): int(reach.value)}
        assert words.index(decided(policy, changed).outcome) < words.index(result.outcome)


@HALF
@given(policies(), st.data())
def test_order_and_equal_partners(policy: dict[str, object], data: st.DataObject) -> None:
    """Equal partners get equal results, whatever others there are, and in whatever order items are written."""
    partner = data.draw(partners(gaps=True))
    text = f"{OWN}scoring: {json.dumps({'p': policy})}\n"
    ids = data.draw(st.permutations(["P-1", "P-2", "P-3"]))
    facts = dict.fromkeys(ids, partner) | {"P-4": data.draw(partners(gaps=True))}
    results = ruleset(text).decide(Facts({"partners": facts}), as_of=AS_OF)["p"]
    alone = decided(policy, partner)
    for id in ids:
        result = results[id]
        assert isinstance(result, ScoreResult)
        assert (result.least, result.most, result.outcome) == (alone.least, alone.most, alone.outcome)
    items = policy["items"]
    assert isinstance(items, list)
    turned = decided({**policy, "items": data.draw(st.permutations(items))}, partner)
    assert (turned.score, turned.outcome, turned.missing) == (alone.score, alone.outcome, alone.missing)


def alternatives(policy: dict[str, object]) -> list[Item]:
    """The items of a policy as alternatives, which have no weight."""
    items = policy["items"]
    assert isinstance(items, list)
    return [{key: value for key, value in item.items() if key not in ("weight", "zero_blocks")} for item in items]


def best_score(track: dict[str, object], other: dict[str, object], partner: Partner) -> Fraction:
    """The better of the score of a track, and of the best alternative of another policy, of a partner known in full."""
    found = Fraction(0)
    for item in alternatives(other):
        value = partner[str(item["id"]).removeprefix("of-")]
        assert isinstance(value, int)
        found = max(found, credit_of(item, value) * 100)
    return max(found, expected(track, partner)[0])


@HALF
@given(policies(), policies(), partners(gaps=True), partners(gaps=False))
def test_the_best_of_tracks_and_alternatives_counts(
    track: dict[str, object], other: dict[str, object], known: Partner, rest: Partner
) -> None:
    best = [{**item, "id": f"best-{item['id']}"} for item in alternatives(other)]
    tracks = [
        {"id": "one", "items": track["items"]},
        {"id": "two", "items": [{"id": "growth", "weight": "100 %", "best_of": best}]},
    ]
    policy = {"subject": "partner", "tracks": tracks, "bands": track["bands"]}
    before, after = decided(policy, known), decided(policy, {**rest, **known})
    assert isinstance(before.least, Decimal)
    assert isinstance(before.most, Decimal)
    assert isinstance(after.score, Decimal)
    assert abs(Fraction(after.score) - best_score(track, other, {**rest, **known})) <= Fraction(1, 10**12)
    assert before.least <= after.score <= before.most
    assert before.outcome in ("undetermined", after.outcome)
    assert before.outcome != "undetermined" or before.missing
    assert isinstance(before.score, Unknown) == (before.least != before.most)


SIGNS = [f"c{index}" for index in range(3)] + ["d0", "d1"]


@given(
    st.dictionaries(st.sampled_from(SIGNS), st.booleans()),
    st.fixed_dictionaries({name: st.booleans() for name in SIGNS}),
    st.lists(
        st.tuples(st.sampled_from(["bad", "worse", "odd"]), st.integers(1, 2), st.booleans()), min_size=1, max_size=3
    ),
)
def test_signs(known: dict[str, bool], other: dict[str, bool], verdicts: list[tuple[str, int, bool]]) -> None:
    """The first outcome with enough signs; gaps that are filled contradict nothing; signs that are gone help."""
    signs = [{"id": name, "severity": "high" if name[0] == "d" else "low", "when": f"partner.{name}"} for name in SIGNS]
    outcomes = [
        {"outcome": word, "at_least": str(needed), **({"severity": "high"} if grave else {})}
        for word, needed, grave in verdicts
    ]
    policy = {
        "subject": "partner",
        "signs": signs,
        "severities": ["high", "low"],
        "outcomes": outcomes,
        "otherwise": "healthy",
    }
    own = "facts:\n  partner: {" + ", ".join(f"{name}: boolean" for name in SIGNS) + "}\n"
    rules = ruleset(f"{own}scoring: {json.dumps({'p': policy})}\n")

    def decide(partner: dict[str, bool]) -> SignsResult:
        result = rules.decide(Facts({"partners": {"P-1": partner}}), as_of=AS_OF, trace=False)["p"]["P-1"]
        assert isinstance(result, SignsResult)
        return result

    def word_of(partner: dict[str, bool]) -> str:
        for word, needed, grave in verdicts:
            if sum(shows for name, shows in partner.items() if name[0] == "d" or not grave) >= needed:
                return word
        return "healthy"

    full = {**other, **known}
    before, after = decide(known), decide(full)
    assert after.outcome == word_of(full)
    assert before.outcome in ("undetermined", after.outcome)
    if after.better is not None:
        size = len(after.better.sets[0]) - 1
        last = max(number for number, (word, _, _) in enumerate(verdicts) if word == after.outcome)
        better = {"healthy", *(word for word, _, _ in verdicts[last + 1 :])}
        for each in after.better.sets:
            assert word_of({**full, **dict.fromkeys(each, False)}) in better
        for some in itertools.combinations([name for name in SIGNS if full[name]], size):
            assert word_of({**full, **dict.fromkeys(some, False)}) not in better
    else:
        assert after.outcome == "healthy"
