"""P10 (China): whoever supplies a black-listed partner directly three times is listed itself."""

import pytest
from tests.policies.test_sanctions import at, day_of
from tests.support import decide

from partnerrules.decisions.sanctions import SanctionResult

POLICY = """\
facts:
  supply:
    plural: supplies
    fields: {partner: ref partner, to: ref partner, supplied_on: date, direct: boolean}
sanctions:
  supplying:
    subject: partner
    count: >-
      supplies[item.partner = subject and sanctioned(item.to, "blacklist", as_of at item.supplied_on)]
    by: supply.supplied_on
    window: calendar year
    steps:
      - {list: black, when: 'count(counted[direct]) >= 3', for: 180 days, effects: [blacklist, cancel_unpaid]}
"""
LISTED = {
    "partner": "Y",
    "list": "black",
    "effects": ["blacklist"],
    "starts_at": "2024-02-01T00:00:00+08:00",
    "ends_at": "2024-07-30T00:00:00+08:00",
}


@pytest.mark.parametrize(
    ("supplies", "outcome"),
    [
        pytest.param((("2024-03-01", True), ("2024-03-02", True), ("2024-03-03", True)), "black", id="E70 P10-8 three"),
        pytest.param((("2024-03-01", True), ("2024-03-02", True)), "clear", id="E70 two"),
        pytest.param((("2024-03-01", True), ("2024-03-02", True), ("2024-03-03", False)), "clear", id="E70 indirect"),
        pytest.param((("2024-01-31", True), ("2024-03-02", True), ("2024-03-03", True)), "clear", id="E70 before"),
        pytest.param(
            (("2024-03-01", True), ("2024-03-02", True), ("2024-07-30", True)), "clear", id="E57 E70 free again"
        ),
        pytest.param(
            (("2024-03-01", True), ("2024-03-02", True), ("2024-07-29", True)), "black", id="E70 the last day"
        ),
        pytest.param(
            (("2024-03-01", True), ("2024-03-02", True), ("2024-03-03", None)), "undetermined", id="E70 not known"
        ),
    ],
)
def test_supplying_a_listed_partner_directly_three_times(
    supplies: tuple[tuple[str, bool | None], ...], outcome: str
) -> None:
    rows = {
        f"S-{number}": {"partner": "X", "to": "Y", "supplied_on": day} | ({} if direct is None else {"direct": direct})
        for number, (day, direct) in enumerate(supplies, start=1)
    }
    facts = {"partners": {"X": {}, "Y": {}}, "supplies": rows, "sanctions": {"L": LISTED}}
    found = decide(POLICY, facts, as_of=at("2024-08-01"))["supplying"]
    result = found["X"]
    assert isinstance(result, SanctionResult)
    assert result.outcome == outcome
    assert found["Y"].outcome == "clear"  # by this policy
    if outcome == "black":
        (black,) = result.impositions
        assert black.causes == ("S-1", "S-2", "S-3")
        assert day_of(black.starts_at) == supplies[-1][0]
