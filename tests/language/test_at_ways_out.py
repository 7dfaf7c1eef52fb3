"""Ways out of mistakes with `at`: what it binds to, and asking as of the same time."""

import pytest
from tests.support import diagnostics

POLICIES = """\
eligibility:
  open:
    subject: partner
    gates: [{id: registered, require: exists(partner.registered_on)}]
  early:
    subject: partner
    gates:
      - {id: asked, require: 'CONDITION'}
"""


@pytest.mark.parametrize(
    ("condition", "code", "help"),
    [
        pytest.param(
            'outcome(partner, "open") = "eligible" at 2025-01-01',
            "type-mismatch",
            "put what is looked at as of then in brackets: `(outcome(...) at ...) = ...`",
            id="at-binds-to-a-constant",
        ),
        pytest.param(
            "exists(partner.registered_on) and (partner.registered_on < 2024-01-01) at 2025-01-01",
            "unguarded-none",
            "ask first, as of the same time: `(exists(partner.registered_on) and ...) at ...`",
            id="what-exists-now-need-not-have-then",
        ),
    ],
)
def test_a_mistake_with_at_has_its_way_out(condition: str, code: str, help: str) -> None:
    (told,) = diagnostics(
        "facts: {partner: {registered_on: {type: date, missing: none}}}\n" + POLICIES.replace("CONDITION", condition)
    )
    assert (told.code, told.help) == (code, help)


@pytest.mark.parametrize(
    "condition",
    [
        '(outcome(partner, "open") at 2025-01-01) = "eligible"',
        "(exists(partner.registered_on) and partner.registered_on < 2024-01-01) at 2025-01-01",
    ],
)
def test_the_way_out_is_one(condition: str) -> None:
    assert not diagnostics(
        "facts: {partner: {registered_on: {type: date, missing: none}}}\n" + POLICIES.replace("CONDITION", condition)
    )
