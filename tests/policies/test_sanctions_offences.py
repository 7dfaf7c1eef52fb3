"""What a new offence does while a sanction runs, and violations that count in one list only."""

import datetime as dt
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.policies.test_sanctions import at, conduct, day_of, imposed, span, violations
from tests.support import HEAD, ruleset

import partnerrules as pr
from partnerrules.decisions.sanctions import SanctionResult
from partnerrules.domain import Sanction
from partnerrules.schema.missing import Unknown

POLICY = """\
sanctions:
  conduct:
    subject: partner
    count: partner.violations[exists(confirmed_on)]
    by: violation.occurred_on
    window: 12 months
    MORE
    steps:
      - {list: black, when: level(1) >= 1 or level(2) >= 3, for: 30 days, effects: [stop_settlement]}
      - {list: yellow, when: level(2) >= 2, for: 30 days, effects: [notice]}
"""


def policy(more: str = "new_offence: ignored") -> str:
    return POLICY.replace("MORE", more)


def told(result: SanctionResult) -> list[tuple[str, str, str, str, str | None]]:
    """List, cause, first day, day after, and the one that it goes on from, of each sanction."""
    return [(each.list, each.cause, *span(each), each.follows) for each in result.impositions]


TWICE = violations((1, "2024-01-01"), (1, "2024-01-20"))


@pytest.mark.parametrize(
    ("mode", "expected", "until", "sorts"),
    [
        pytest.param("ignored", [("black", "V-1", "2024-01-01", "2024-01-31", None)], "2024-01-31", ["first"]),
        pytest.param(
            "concurrent",
            [("black", "V-1", "2024-01-01", "2024-01-31", None), ("black", "V-2", "2024-01-20", "2024-02-19", None)],
            "2024-02-19",
            ["first", "first"],
            id="E54-concurrent-later-end-per-effect",
        ),
        pytest.param(
            "restart",
            [("black", "V-1", "2024-01-01", "2024-01-31", None), ("black", "V-2", "2024-01-20", "2024-02-19", "V-1")],
            "2024-02-19",
            ["first", "restart"],
            id="restart-runs-anew-from-the-new-offence",
        ),
        pytest.param(
            "extend",
            # 30 days from 31 January in a leap year
            [("black", "V-1", "2024-01-01", "2024-01-31", None), ("black", "V-2", "2024-01-31", "2024-03-01", "V-1")],
            "2024-03-01",
            ["first", "extension"],
            id="E54-extended-only-where-declared",
        ),
    ],
)
def test_what_a_new_offence_does(
    mode: str, expected: list[tuple[str, str, str, str, str | None]], until: str, sorts: list[str]
) -> None:
    result = conduct(TWICE, at("2024-01-25"), policy(f"new_offence: {mode}"))
    assert told(result) == expected
    assert day_of(result.effects["stop_settlement"]) == until
    assert [each.sort for each in result.impositions] == sorts
    assert result.outcome == "black"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2024-01-30", ("2024-01-31", "2024-03-01", "V-1")),
        ("2024-01-31", ("2024-01-31", "2024-03-01", None)),  # the end is free: a sanction of its own
    ],
)
def test_only_what_still_runs_is_extended(day: str, expected: tuple[str, str, str | None]) -> None:
    result = conduct(violations((1, "2024-01-01"), (1, day)), at(day), policy("new_offence: extend"))
    assert told(result)[1][2:] == expected


def test_an_extension_is_in_force_from_the_end_of_what_it_extends() -> None:
    text = policy("new_offence: extend")
    states = {
        day: [each.state for each in conduct(TWICE, at(day), text).impositions]
        for day in ("2024-01-25", "2024-01-31", "2024-03-01")
    }
    assert states == {
        "2024-01-25": ["running", "to_come"],
        "2024-01-31": ["ended", "running"],
        "2024-03-01": ["ended", "ended"],
    }
    assert conduct(TWICE, at("2024-02-29"), text).outcome == "black"
    assert conduct(TWICE, at("2024-03-01"), text).outcome == "clear"


def test_months_of_an_extension_are_counted_from_the_first_start() -> None:
    text = policy("new_offence: extend").replace("for: 30 days, effects: [stop", "for: 1 month, effects: [stop")
    given = violations((1, "2024-01-31"), (1, "2024-02-10"), (1, "2024-03-30"))
    # Not the 29th of March and April: a shorter month on the way does not shift what comes after.
    assert [each[2:4] for each in told(conduct(given, at("2024-04-01"), text))] == [
        ("2024-01-31", "2024-02-29"),
        ("2024-02-29", "2024-03-31"),
        ("2024-03-31", "2024-04-30"),
    ]


def test_hours_are_extended_by_hours() -> None:
    text = policy("new_offence: extend").replace(
        "for: 30 days, effects: [stop", "starts: 2024-03-01T15:00:00+08:00, for: 36 hours, effects: [stop"
    )
    result = conduct(violations((1, "2024-03-01"), (1, "2024-03-01")), at("2024-03-02"), text)
    assert [(each.starts_at, each.ends_at) for each in result.impositions] == [
        (at("2024-03-01", 15), at("2024-03-03", 3)),
        (at("2024-03-03", 3), at("2024-03-04", 15)),
    ]


def test_each_extension_adds_its_own_length() -> None:
    own = 'if violation.kind = "fraud" then 60 days else 10 days'
    text = policy("new_offence: extend").replace("for: 30 days, effects: [stop", f"for: '{own}', effects: [stop")
    given = violations((1, "2024-01-01"), (1, "2024-01-05"), (1, "2024-01-06"))
    for id, kind in (("V-1", "gift"), ("V-2", "fraud"), ("V-3", "gift")):
        given[id]["kind"] = kind
    assert [each[2:4] for each in told(conduct(given, at("2024-01-07"), text))] == [
        ("2024-01-01", "2024-01-11"),
        ("2024-01-11", "2024-03-11"),
        ("2024-03-11", "2024-03-21"),
    ]


def test_what_runs_anew_never_ends_earlier() -> None:
    own = 'if violation.kind = "fraud" then 60 days else 10 days'
    text = policy("new_offence: restart").replace("for: 30 days, effects: [stop", f"for: '{own}', effects: [stop")
    given = violations((1, "2024-01-01"), (1, "2024-01-20"))
    given["V-1"]["kind"], given["V-2"]["kind"] = "fraud", "gift"
    result = conduct(given, at("2024-01-25"), text)
    assert day_of(result.effects["stop_settlement"]) == "2024-03-01"
    assert day_of(result.ends_at) == "2024-03-01"


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("ignored", [("yellow", "V-2"), ("black", "V-3")]),
        ("extend", [("yellow", "V-2"), ("black", "V-3")]),
        ("restart", [("yellow", "V-2"), ("black", "V-3")]),
        ("concurrent", [("yellow", "V-2"), ("black", "V-3"), ("yellow", "V-5")]),
    ],
)
def test_a_lighter_one_is_covered_while_a_graver_one_runs_unless_all_count(
    mode: str, expected: list[tuple[str, str]]
) -> None:
    # Yellow by V-2 runs when V-5 comes; so does black by V-3, and it covers whatever is lighter.
    given = violations((2, "2024-01-01"), (2, "2024-01-02"), (1, "2024-01-03"), (3, "2024-01-04"), (2, "2024-01-05"))
    text = policy(f"new_offence: {mode}").replace(" or level(2) >= 3", "")
    result = conduct(given, at("2024-01-06"), text)
    assert imposed(result) == expected


def test_a_step_may_say_otherwise_than_its_policy() -> None:
    text = policy("new_offence: extend").replace("level(2) >= 2, for", "level(2) >= 2, new_offence: ignored, for")
    text = text.replace(" or level(2) >= 3", "")
    given = violations((2, "2024-01-01"), (2, "2024-01-02"), (2, "2024-01-03"), (1, "2024-01-04"), (1, "2024-01-05"))
    assert [(each.list, each.cause, each.sort) for each in conduct(given, at("2024-01-06"), text).impositions] == [
        ("yellow", "V-2", "first"),
        ("black", "V-4", "first"),
        ("black", "V-5", "extension"),
    ]


# ----------------------------------------------------------------------------------------------------- what is recorded


def test_an_extension_is_recorded_by_itself_and_once() -> None:
    text = policy("new_offence: extend")
    first = conduct(TWICE, at("2024-01-25"), text).new_sanctions()
    assert [each.id for each in first] == ["conduct:P-1:V-1:black", "conduct:P-1:V-2:black:20240130T160000Z"]
    assert [(each.starts_at, each.ends_at) for each in first] == [
        (at("2024-01-01", 0), at("2024-01-31", 0)),
        (at("2024-01-31", 0), at("2024-03-01", 0)),
    ]
    assert conduct(TWICE, at("2024-01-25"), text, sanctions=[*first]).new_sanctions() == ()


def test_what_comes_to_light_later_moves_extensions_and_what_is_recorded_stays() -> None:
    text = policy("new_offence: extend")
    first = conduct(TWICE, at("2024-01-25"), text).new_sanctions()
    more = {**TWICE, "V-0": {**TWICE["V-1"], "occurred_on": "2024-01-10", "confirmed_on": "2024-01-26"}}
    later = conduct(more, at("2024-01-26"), text, sanctions=[*first])
    # V-0 extends V-1 up to 1 March, and V-2 extends that: from 1 March up to 31 March.
    assert [each.id for each in later.new_sanctions()] == [
        "conduct:P-1:V-0:black:20240130T160000Z",
        "conduct:P-1:V-2:black:20240229T160000Z",
    ]
    again = conduct(more, at("2024-01-26"), text, sanctions=[*first, *later.new_sanctions()])
    assert again.new_sanctions() == ()


# ----------------------------------------------------------------------------------------------------------- count once


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param("new_offence: ignored", [("yellow", "V-2"), ("black", "V-3")], id="P10-2 a third one"),
        pytest.param("count_once: true", [("yellow", "V-2")], id="P10-2 the first two are used up"),
        pytest.param("count_once: false", [("yellow", "V-2"), ("black", "V-3")], id="P10-2 said so"),
    ],
)
def test_a_violation_may_count_in_one_list_only(more: str, expected: list[tuple[str, str]]) -> None:
    given = violations((2, "2024-03-01"), (2, "2024-06-01"), (2, "2024-12-31"))
    assert imposed(conduct(given, at("2024-12-31"), policy(more))) == expected


def test_what_imposed_nothing_is_not_used_up() -> None:
    # Yellow from 2 to 31 January; V-3 and V-4 are covered by it, and count when V-5 comes.
    given = violations((2, "2024-01-01"), (2, "2024-01-02"), (2, "2024-01-10"), (2, "2024-01-20"), (2, "2024-02-01"))
    result = conduct(given, at("2024-02-01"), policy("count_once: true"))
    assert imposed(result) == [("yellow", "V-2"), ("black", "V-5")]
    assert [each.causes for each in result.impositions] == [("V-1", "V-2"), ("V-3", "V-4", "V-5")]


def test_only_those_that_take_part_are_used_up() -> None:
    # Black rests on level 1 alone, so that both of level 2 still count.
    given = violations((2, "2024-01-01"), (1, "2024-01-02"), (2, "2024-03-01"))
    result = conduct(given, at("2024-03-01"), policy("count_once: true"))
    assert [(each.list, each.causes) for each in result.impositions] == [
        ("black", ("V-2",)),
        ("yellow", ("V-1", "V-3")),
    ]


def test_where_it_is_not_known_who_led_to_a_sanction_what_follows_is_open() -> None:
    # If V-2 is of level 2, it makes yellow with V-1, and V-3 stands alone; if not, V-1 and V-3 make yellow.
    given = violations((2, "2024-01-01"), (None, "2024-01-02"), (2, "2024-01-03"))
    result = conduct(given, at("2024-01-03"), policy("count_once: true"))
    assert (result.outcome, result.impositions) == ("undetermined", ())
    for level, expected in ((2, [("yellow", "V-2")]), (3, [("yellow", "V-3")]), (1, [("black", "V-2")])):
        known = {**given, "V-2": {**given["V-2"], "level": level}}
        found = conduct(known, at("2024-01-03"), policy("count_once: true"))
        assert imposed(found) == expected


def test_a_doubt_about_what_is_long_over_is_no_doubt_now() -> None:
    given = violations((None, "2024-01-01"), (1, "2024-06-01"))
    for more in ("new_offence: extend", "new_offence: restart", "new_offence: concurrent"):
        result = conduct(given, at("2024-06-02"), policy(more))
        assert told(result) == [("black", "V-2", "2024-06-01", "2024-07-01", None)]


def test_what_is_in_force_either_way_is_certain_though_its_end_is_not() -> None:
    given = violations((None, "2024-01-01"), (1, "2024-01-20"))
    result = conduct(given, at("2024-01-25"), policy("new_offence: extend"))
    assert result.outcome == "black"
    assert isinstance(result.effects["stop_settlement"], Unknown)
    assert (result.impositions[0].sort, result.new_sanctions()) == ("unknown", ())


# ------------------------------------------------------------------------------------------------------------- a model


@dataclass
class Imposed:
    """What the model says of a sanction."""

    list: str
    cause: str
    first: dt.date
    after: dt.date
    anchor: dt.date
    total: int


WEIGHTS = {"black": 2, "yellow": 1}


def model(rows: dict[str, tuple[int, dt.date]], mode: str, *, once: bool) -> list[Imposed]:
    """The policy of the tests, said once more in plain Python, for what is known."""
    found: list[Imposed] = []
    used: set[str] = set()
    for id, (_, day) in sorted(rows.items(), key=lambda row: (row[1][1], row[0])):
        start = day.replace(year=day.year - 1) if (day.month, day.day) != (2, 29) else dt.date(day.year - 1, 2, 28)
        counted = {
            each: level
            for each, (level, on) in rows.items()
            if start < on and (on, each) <= (day, id) and not (once and each in used)
        }
        of = {level: [each for each, own in counted.items() if own == level] for level in (1, 2)}
        causes = {*of[1]} if id in of[1] else set()
        if len(of[2]) >= 3 and id in of[2]:
            causes |= {*of[2]}
        list_ = "black" if causes else "yellow" if len(of[2]) >= 2 and id in of[2] else None
        if list_ is None:
            continue
        causes = causes or {*of[2]}
        running = [each for each in found if _started(each) <= day < each.after]
        same = [each for each in running if each.list == list_]
        graver = [each for each in running if WEIGHTS[each.list] > WEIGHTS[list_]]
        covered = {"ignored": [*same, *graver], "concurrent": []}.get(mode, graver)
        if covered:
            continue
        if mode == "extend" and same:
            last = same[-1]
            total = last.total + 30
            after = last.anchor + dt.timedelta(days=total)
            found.append(Imposed(list_, id, last.after, after, last.anchor, total))
        else:
            found.append(Imposed(list_, id, day, day + dt.timedelta(days=30), day, 30))
        used |= causes
    return found


def _started(each: Imposed) -> dt.date:
    """The day from which the list holds by it: an extension holds from the first start on, by what it extends."""
    return each.anchor


MODES = ("ignored", "concurrent", "extend", "restart")
RULES = {
    (mode, once): ruleset(policy(f"new_offence: {mode}\n    count_once: {'true' if once else 'false'}"), HEAD)
    for mode in MODES
    for once in (False, True)
}
ROWS = st.dictionaries(
    st.sampled_from([f"V-{number}" for number in range(1, 8)]),
    st.tuples(st.integers(1, 3), st.dates(dt.date(2024, 1, 1), dt.date(2024, 3, 1))),
    max_size=6,
)
AS_OF = at("2024-03-01")


def facts_of(rows: dict[str, dict[str, object]], **more: object) -> pr.Facts:
    return pr.Facts({"partners": {"P-1": {}, "P-2": {}}, "violations": rows, "sanctions": {}, **more})


def decided(mode: str, once: bool, facts: pr.Facts) -> SanctionResult:
    result = RULES[mode, once].decide(facts, as_of=AS_OF)["conduct"]["P-1"]
    assert isinstance(result, SanctionResult)
    return result


def violation(level: object, day: object) -> dict[str, object]:
    return {"partner": "P-1", "level": level, "occurred_on": str(day), "confirmed_on": "2024-03-01"}


@given(ROWS, st.sampled_from(MODES), st.booleans())
def test_the_policy_is_that_of_the_model(rows: dict[str, tuple[int, dt.date]], mode: str, once: bool) -> None:
    given_rows = {id: violation(*row) for id, row in rows.items()}
    result = decided(mode, once, facts_of(given_rows))
    found = sorted((each.list, each.cause, *span(each)) for each in result.impositions)
    expected = model(rows, mode, once=once)
    assert found == sorted((each.list, each.cause, str(each.first), str(each.after)) for each in expected)
    today = AS_OF.date()
    lists = [each.list for each in expected if each.first <= today < each.after]
    assert result.outcome == next((list_ for list_ in WEIGHTS if list_ in lists), "clear")


@given(ROWS, st.sampled_from(MODES), st.booleans(), st.randoms(use_true_random=False))
def test_neither_order_nor_what_others_did_matters(
    rows: dict[str, tuple[int, dt.date]], mode: str, once: bool, random: st.DataObject
) -> None:
    named = [(id, violation(*row)) for id, row in rows.items()]
    shuffled = [*named, ("V-9", {**violation(1, "2024-02-20"), "partner": "P-2"})]
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis gives a random.Random
    one, other = (decided(mode, once, facts_of(dict(order))).as_data() for order in (named, shuffled))
    assert one == other


@settings(max_examples=settings().max_examples // 2)
@given(ROWS, st.sampled_from(MODES), st.booleans())
def test_recording_what_is_new_leaves_nothing_new(rows: dict[str, tuple[int, dt.date]], mode: str, once: bool) -> None:
    given_rows = {id: violation(*row) for id, row in rows.items()}
    new: tuple[Sanction, ...] = decided(mode, once, facts_of(given_rows)).new_sanctions()
    again = decided(mode, once, facts_of(given_rows, sanctions=[*new]))
    assert again.new_sanctions() == ()


@given(ROWS, st.sampled_from(MODES), st.booleans(), st.data())
def test_finding_out_more_contradicts_nothing_that_was_certain(
    rows: dict[str, tuple[int, dt.date]], mode: str, once: bool, data: st.DataObject
) -> None:
    whole = {id: violation(*row) for id, row in rows.items()}
    partial = {id: dict(fields) for id, fields in whole.items()}
    for id in data.draw(st.lists(st.sampled_from(sorted(rows)), max_size=2)) if rows else ():
        partial[id].pop(data.draw(st.sampled_from(["level", "occurred_on"])), None)
    before, after = (decided(mode, once, facts_of(each)) for each in (partial, whole))
    assert before.outcome in ("undetermined", after.outcome)
    assert set(before.effects) <= set(after.effects) <= {*before.effects, *before.doubtful_effects}
    for effect, until in before.effects.items():
        assert isinstance(until, Unknown) or until == after.effects[effect]
    known = {(each.list, each.cause): each for each in after.impositions}
    for each in before.impositions:
        found = known[each.list, each.cause]
        assert isinstance(each.starts_at, Unknown) or each.starts_at == found.starts_at
        assert isinstance(each.ends_at, Unknown) or each.ends_at == found.ends_at
        assert each.sort in ("unknown", found.sort)
        assert each.follows in (None, found.follows)
