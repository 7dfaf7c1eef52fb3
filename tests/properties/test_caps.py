"""Several caps against a plain calculation: what is left of all documents, cut by each cap from the narrowest on."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from tests.policies.commissions import Document, amounts, credit, decided, invoice, policy
from tests.support import SHANGHAI

LATER = dt.datetime(2027, 6, 1, 9, tzinfo=SHANGHAI)
FIRST = dt.date(2026, 1, 20)


@st.composite
def streams(draw: st.DrawFn) -> list[tuple[str, dt.date, str, int, str | None]]:
    """Documents in their order: id, day, customer, whole tens of the base, and the one that it corrects."""
    found: list[tuple[str, dt.date, str, int, str | None]] = []
    days = st.integers(0, 60).map(lambda number: FIRST + dt.timedelta(days=number))
    for number in range(draw(st.integers(1, 6))):
        id, base, day = f"A-{number}", draw(st.integers(1, 300)), draw(days)
        customer = draw(st.sampled_from("CD"))
        found.append((id, day, customer, base, None))
        if draw(st.booleans()):
            later = day + dt.timedelta(days=draw(st.integers(0, 40)))
            found.append((f"B-{number}", later, customer, -draw(st.integers(1, base)), id))
    return sorted(found, key=lambda each: (each[1], each[0]))


@given(streams(), st.integers(0, 300), st.integers(0, 400), st.integers(0, 500), st.permutations(range(3)))
def test_e38_several_caps_leave_what_a_plain_calculation_leaves(
    stream: list[tuple[str, dt.date, str, int, str | None]], own: int, narrow: int, wide: int, order: list[int]
) -> None:
    written = [
        f"{{amount: {own} CNY}}",
        f"{{amount: {narrow} CNY, per: [transaction.customer, month]}}",
        f"{{amount: {wide} CNY, per: [year]}}",
    ]
    caps = "".join(f"  - {written[place]}\n" for place in order)
    documents: dict[str, Document] = {}
    expected: dict[str, str] = {}
    left: dict[str, int] = {}
    groups: dict[str, tuple[str, dt.date]] = {}
    before = 0
    for id, day, customer, base, original in stream:
        amount, date = str(base * 10), day.isoformat()
        place = {"customer": customer}
        documents[id] = invoice(amount, date, **place) if original is None else credit(amount, original, date, **place)
        whole = original or id
        left[whole] = left.get(whole, 0) + base  # 10 % of ten times as much
        groups.setdefault(whole, (customer, day.replace(day=1)))
        totals: dict[tuple[str, dt.date], int] = defaultdict(int)
        for each, amount_left in left.items():
            totals[groups[each]] += min(amount_left, own)
        after = min(sum(min(total, narrow) for total in totals.values()), wide)
        expected[id] = f"{Decimal(after - before):.2f} CNY"
        before = after
    found = amounts(decided(policy(f"rate: 10 %\ncaps:\n{caps}"), documents, as_of=LATER))
    assert found == expected
