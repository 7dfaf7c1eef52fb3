"""Several caps against a plain calculation: what is left of all documents, cut by each cap from the narrowest on."""

import datetime as dt
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given
from hypothesis import strategies as st
from tests.policies.commissions import Document, amounts, credit, decided, invoice, policy
from tests.support import SHANGHAI

LATER = dt.datetime(2027, 6, 1, 9, tzinfo=SHANGHAI)
FIRST = dt.date(2026, 1, 20)


@st.composite
def streams(draw: st.DrawFn) -> list[tuple[str, dt.date, str, int, str | None]]:
    """Documents in their order: id, day, customer, whole tens of the base, and the one that it corrects.

    That may have a later day, or an id that comes first.
    """
    found: list[tuple[str, dt.date, str, int, str | None]] = []
    days = st.integers(0, 60).map(lambda number: FIRST + dt.timedelta(days=number))
    for number in range(draw(st.integers(1, 6))):
        id, base, day = f"A-{number}", draw(st.integers(1, 300)), draw(days)
        customer = draw(st.sampled_from("CD"))
        found.append((id, day, customer, base, None))
        if draw(st.booleans()):
            other = day + dt.timedelta(days=draw(st.integers(-20, 40)))
            found.append((draw(st.sampled_from("0B")) + f"-{number}", other, customer, -draw(st.integers(1, base)), id))
    dated = {id: day for id, day, *_ in found}
    return sorted(
        found, key=lambda each: (max(each[1], dated[each[4] or each[0]]), each[4] is not None, each[1], each[0])
    )


def limits(most: int) -> st.SearchStrategy[Decimal]:
    """Amounts up to one, some of which are no whole cents."""
    return st.integers(0, most * 1000).map(lambda thousandths: Decimal(thousandths) / 1000)


@given(streams(), st.tuples(limits(300), limits(400), limits(500)), st.permutations(range(3)))
def test_e38_several_caps_leave_what_a_plain_calculation_leaves(
    stream: list[tuple[str, dt.date, str, int, str | None]], amounts_of: tuple[Decimal, ...], order: list[int]
) -> None:
    own, narrow, wide = amounts_of
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
    own, narrow, wide = (each.quantize(Decimal("0.01"), ROUND_HALF_UP) for each in amounts_of)
    before = Decimal(0)
    for id, day, customer, base, original in stream:
        amount, date = str(base * 10), day.isoformat()
        place = {"customer": customer}
        documents[id] = invoice(amount, date, **place) if original is None else credit(amount, original, date, **place)
        whole = original or id
        left[whole] = left.get(whole, 0) + base  # 10 % of ten times as much
        groups.setdefault(whole, (customer, day.replace(day=1)))
        totals: dict[tuple[str, dt.date], Decimal] = defaultdict(Decimal)
        for each, amount_left in left.items():
            totals[groups[each]] += min(Decimal(amount_left), own)
        after = min(sum((min(total, narrow) for total in totals.values()), Decimal(0)), wide)
        expected[id] = f"{after - before:.2f} CNY"
        before = after
    found = amounts(decided(policy(f"rate: 10 %\ncaps:\n{caps}"), documents, as_of=LATER))
    assert found == expected
