"""A grade of two axes is a table over two grades, and the best of several regions a condition over their grades."""

import pytest
from tests.support import decide

QUADRANT = """\
facts:
  partner: {revenue: money(CNY), certified: integer}
tiering:
  size:
    subject: partner
    measure: partner.revenue
    bands: [{grade: large, from: 5000000 CNY}, {grade: small}]
  skill:
    subject: partner
    measure: partner.certified
    bands: [{grade: strong, from: 10}, {grade: basic}]
tables:
  kind:
    subject: partner
    hit: unique
    inputs: {size: 'outcome(partner, "size")', skill: 'outcome(partner, "skill")'}
    outputs: {kind: {enum: [strategic, specialist, volume, local]}}
    rows: |
      | size  | skill  | kind       |
      |-------|--------|------------|
      | large | strong | strategic  |
      | small | strong | specialist |
      | large | basic  | volume     |
      | small | basic  | local      |
"""


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"revenue": "5000000 CNY", "certified": 10}, "strategic"),
        ({"revenue": "4999999.99 CNY", "certified": 10}, "specialist"),
        ({"revenue": "5000000 CNY", "certified": 9}, "volume"),
        ({"revenue": "0 CNY", "certified": 0}, "local"),
        ({"revenue": "5000000 CNY"}, None),
        ({"certified": 10}, None),
    ],
)
def test_two_axes_put_each_partner_into_one_quadrant(fields: dict[str, object], kind: str | None) -> None:
    result = decide(QUADRANT, {"partners": {"P-1": fields}})["kind"]["P-1"]
    if kind is None:
        assert result.outcome == "undetermined"
    else:
        assert (result.outcome, result.as_data()["outputs"]) == ("decided", {"kind": kind})


REGIONS = """\
facts:
  office:
    plural: offices
    fields: {partner: ref partner, revenue: money(CNY)}
tiering:
  regional:
    subject: office
    measure: office.revenue
    bands: [{grade: gold, from: 1000000 CNY}, {grade: silver, from: 300000 CNY}, {grade: registered}]
  level:
    subject: partner
    bands:
      - {grade: gold, require: 'some office in partner.offices satisfies outcome(office, "regional") = "gold"'}
      - {grade: silver, require: 'some office in partner.offices satisfies outcome(office, "regional") = "silver"'}
      - {grade: registered}
"""


@pytest.mark.parametrize(
    ("revenues", "outcome", "at_least"),
    [
        ([1_000_000, 0], "gold", "gold"),
        ([999_999, 300_000], "silver", "silver"),
        ([299_999, 299_999], "registered", "registered"),
        ([], "registered", "registered"),
        # A region that is not known can only help.
        ([300_000, None], "undetermined", "silver"),
        ([1_000_000, None], "gold", "gold"),
    ],
)
def test_the_best_region_gives_the_grade(revenues: list[int | None], outcome: str, at_least: str) -> None:
    offices = {
        f"O-{number}": {"partner": "P-1"} | ({} if revenue is None else {"revenue": f"{revenue} CNY"})
        for number, revenue in enumerate(revenues)
    }
    result = decide(REGIONS, {"partners": {"P-1": {}}, "offices": offices})["level"]["P-1"]
    assert (result.outcome, result.as_data()["at_least"]) == (outcome, at_least)
