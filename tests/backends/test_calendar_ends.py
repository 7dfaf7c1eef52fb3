"""Past an end of the calendar a day is not known, but for on which side of that end it lies."""

import datetime as dt
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.policies.service_levels import FACTS, policy
from tests.support import AS_OF, HEAD, ruleset

from partnerrules import Facts, Ruleset
from partnerrules.backends.values import Beyond
from partnerrules.decisions import DefinitionResult
from partnerrules.quantities import BusinessCalendar
from partnerrules.schema.missing import Unknown

FIRST, AFTER = dt.date(2026, 2, 16), dt.date(2026, 3, 9)
"""Three weeks from a Monday, of which the calendar of the rules speaks."""

OWN: Final = """\
calendar: {weekend: [saturday, sunday], covers: %s}
facts:
  partner: {asked: date, since: date, asked_at: instant, since_at: instant}
definitions:
"""
COVERS: Final = {"narrow": f"{FIRST} .. {AFTER}", "wide": "2025-01-01 .. 2027-01-01"}
COUNTS: Final = (-12, -3, -1, 0, 1, 2, 5, 14, 15, 16, 40)
OPERATORS: Final = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "=", "ne": "!="}


def _moved(name: str, count: int) -> str:
    return f"partner.{name} {'-' if count < 0 else '+'} {abs(count)} business days"


def expressions() -> dict[str, str]:
    found: dict[str, str] = {}
    for number, count in enumerate(COUNTS):
        for word, operator in OPERATORS.items():
            found[f"{word}_{number}"] = f"partner.asked {operator} {_moved('since', count)}"
            found[f"back_{word}_{number}"] = f"{_moved('since', count)} {operator} partner.asked"
            found[f"at_{word}_{number}"] = f"partner.asked_at {operator} {_moved('since_at', count)}"
        if count > 0:
            found[f"within_{number}"] = f"within(partner.asked, {count} business days, partner.since)"
            found[f"between_{number}"] = f"partner.asked in [partner.since..{_moved('since', count)}]"
    return found


EXPRESSIONS: Final = expressions()


def rules(covers: str) -> Ruleset:
    lines = [f"  {name}: {{of: partner, value: '{text}'}}\n" for name, text in EXPRESSIONS.items()]
    return ruleset(OWN % COVERS[covers] + "".join(lines))


NARROW, WIDE = rules("narrow"), rules("wide")
DAYS: Final = st.integers(-6, 30).map(lambda days: FIRST + dt.timedelta(days=days))
TIMES: Final = st.sampled_from(["00:00:00", "09:30:00", "23:59:59"])


def answers(of: Ruleset, facts: dict[str, object]) -> dict[str, object]:
    decision = of.decide(Facts({"partners": {"P-1": facts}}), as_of=AS_OF)
    found: dict[str, object] = {}
    for name in EXPRESSIONS:
        result = decision[name]["P-1"]
        assert isinstance(result, DefinitionResult)
        found[name] = "unknown" if isinstance(result.value, Unknown) else result.value
    return found


@given(since=DAYS, asked=DAYS, times=st.tuples(TIMES, TIMES))
def test_what_is_certain_past_the_end_of_a_calendar_is_so_with_a_longer_one(
    since: dt.date, asked: dt.date, times: tuple[str, str]
) -> None:
    facts: dict[str, object] = {
        "since": since.isoformat(),
        "asked": asked.isoformat(),
        "since_at": f"{since}T{times[0]}+08:00",
        "asked_at": f"{asked}T{times[1]}+08:00",
    }
    narrow, wide = answers(NARROW, facts), answers(WIDE, facts)
    for name, value in narrow.items():
        assert value in ("unknown", wide[name]), name
    # Nothing that lies within the calendar is left open for want of what lies past its end.
    if FIRST <= since < AFTER and FIRST <= asked < AFTER:
        assert "unknown" not in narrow.values(), {name for name, value in narrow.items() if value == "unknown"}


@given(since=DAYS, count=st.sampled_from(COUNTS))
def test_past_which_end_a_day_lies(since: dt.date, count: int) -> None:
    narrow = BusinessCalendar(first=FIRST, after=AFTER)
    there = BusinessCalendar().moved(since, count)
    found = narrow.beyond(since, count)
    if FIRST <= since < AFTER and count:
        assert found == (AFTER if there >= AFTER else FIRST if there < FIRST else None)
    else:
        assert found is None


def test_a_calendar_without_ends_has_nothing_past_them() -> None:
    assert BusinessCalendar().beyond(FIRST, 10**6) is None
    assert BusinessCalendar().beyond(FIRST, -(10**6)) is None


@pytest.mark.parametrize(
    ("beyond", "moment", "after"),
    [
        (Beyond(frozenset(), least=AFTER), dt.date(2026, 3, 8), True),
        (Beyond(frozenset(), least=AFTER), AFTER, None),
        (Beyond(frozenset(), least=AFTER), dt.date(2026, 3, 10), None),
        (Beyond(frozenset(), below=FIRST), FIRST, False),
        (Beyond(frozenset(), below=FIRST), dt.date(2026, 2, 15), None),
        (Beyond(frozenset(), below=FIRST), Unknown(frozenset()), None),
        (Beyond(frozenset(), least=AFTER), AS_OF, None),
    ],
    ids=str,
)
def test_on_which_side_it_lies(beyond: Beyond, moment: object, after: bool | None) -> None:
    assert beyond.comes_after(moment) is after


# ------------------------------------------------------------------------------------------------------ service levels

SHORT: Final = ruleset(
    policy("10 business days", starts="submitted_on", ends="done_on").replace(
        "covers: 2024-01-01 .. 2027-01-01", f"covers: 2024-01-01 .. {AFTER}"
    ),
    HEAD,
)
LONG: Final = ruleset(policy("10 business days", starts="submitted_on", ends="done_on"), HEAD)
assert "2027-01-01" in FACTS  # what the other one has instead


@given(began=DAYS, done=st.none() | DAYS, today=DAYS)
def test_a_service_level_that_is_due_past_the_end_of_the_calendar_is_kept_until_then(
    began: dt.date, done: dt.date | None, today: dt.date
) -> None:
    order = {"submitted_on": began.isoformat()} | ({} if done is None else {"done_on": done.isoformat()})
    facts = Facts({"orders": {"O-1": order}})
    as_of = dt.datetime.combine(today, dt.time(12), tzinfo=AS_OF.tzinfo)
    short, long = (each.decide(facts, as_of=as_of)["circuit"]["O-1"].outcome for each in (SHORT, LONG))
    assert short in ("undetermined", long)
    if began < AFTER and today < AFTER:
        assert short == long
