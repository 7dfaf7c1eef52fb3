"""Edge cases of the domain model that belong to no single policy kind; the id of a test has the number of the case."""

import pytest
from tests.support import decide

STAFF = """\
eligibility:
  per_line:
    subject: partner
    gates:
      - {id: sales, require: 'count(partner.people[certified(item, "sales", today)]) >= 2'}
      - {id: technical, require: 'count(partner.people[certified(item, "technical", today)]) >= 1'}
  once_overall:
    subject: partner
    gates:
      - {id: sales, require: 'count(partner.people[certified(item, "sales", today)]) >= 2'}
      - {id: technical, require: 'count(partner.people[certified(item, "technical", today)]) >= 1'}
      - {id: together, require: 'count(partner.people[certified(item, ["sales", "technical"], today)]) >= 3'}
"""


@pytest.mark.parametrize(
    ("held", "per_line", "once_overall"),
    [
        # Of A and B one holds both certificates: on each line there are enough, but not three people.
        ({"A": ["sales", "technical"], "B": ["sales"]}, "eligible", "ineligible"),
        ({"A": ["sales"], "B": ["sales"], "C": ["technical"]}, "eligible", "eligible"),
        ({"A": ["sales", "technical"], "B": ["sales"], "C": ["sales"]}, "eligible", "eligible"),
        # Three people, and only one of them in sales.
        ({"A": ["sales"], "B": ["technical"], "C": ["technical"]}, "ineligible", "ineligible"),
    ],
)
def test_e19_one_person_with_several_certificates(held: dict[str, list[str]], per_line: str, once_overall: str) -> None:
    certificates = {
        f"{person}-{kind}": {"person": person, "kind": kind, "issued_on": "2025-01-01"}
        for person, kinds in held.items()
        for kind in kinds
    }
    facts = {
        "partners": {"P-1": {}},
        "people": {person: {"partner": "P-1"} for person in held},
        "certifications": certificates,
    }
    decision = decide(STAFF, facts)
    assert decision["per_line"]["P-1"].outcome == per_line
    assert decision["once_overall"]["P-1"].outcome == once_overall


SUPPLY = """\
facts:
  supply:
    plural: supplies
    fields:
      partner: ref partner
      to: ref partner
      supplied_at: instant
      direct: boolean
sanctions:
  supplying:
    subject: partner
    count: supplies[item.partner = subject and direct and sanctioned(item.to, "blacklist", supplied_at)]
    by: date(supply.supplied_at)
    window: calendar year
    steps:
      - {list: black, when: count(counted) >= 3, for: 180 days, effects: [blacklist]}
"""


@pytest.mark.parametrize(
    ("days", "outcome"),
    [
        (["2025-02-01", "2025-03-01"], "clear"),
        (["2025-02-01", "2025-03-01", "2025-12-31"], "black"),
        # The third one after the buyer has left the list, or in the next year, or through somebody else.
        (["2025-02-01", "2025-03-01", "2026-02-01"], "clear"),
        (["2024-12-31", "2025-03-01", "2025-04-01"], "clear"),
    ],
)
def test_e70_supplying_a_listed_partner_three_times_puts_the_supplier_on_the_list(
    days: list[str], outcome: str
) -> None:
    listed = {"effects": ["blacklist"], "starts_at": "2024-12-01T00:00:00+08:00"}
    facts = {
        "partners": {"P-1": {}, "P-9": {}},
        "sanctions": {"S-1": {"partner": "P-9", "ends_at": "2026-01-15T00:00:00+08:00", **listed}},
        "supplies": {
            f"D-{number}": {"partner": "P-1", "to": "P-9", "supplied_at": f"{day}T12:00:00+08:00", "direct": True}
            for number, day in enumerate(days)
        }
        | {"D-9": {"partner": "P-1", "to": "P-9", "supplied_at": "2025-05-01T12:00:00+08:00", "direct": False}},
    }
    decision = decide(SUPPLY, facts)
    assert decision["supplying"]["P-1"].outcome == outcome
    assert decision["supplying"]["P-9"].outcome == "clear"
