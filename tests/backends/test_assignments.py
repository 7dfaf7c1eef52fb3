"""Who is given to whom, as a node: what it needs, how much it looks at, and that it is run for all together."""

import pytest
from tests.policies.test_allocation import DISPATCH, partner, project
from tests.support import AS_OF, ruleset

from partnerrules import Facts
from partnerrules.backends import assignments, interpreter
from partnerrules.backends.room import Ends
from partnerrules.diagnostics import TooMuchWork
from partnerrules.plan.nodes import Assign, Collapse, Plan, Scan
from partnerrules.plan.walk import looks_across, plan_nodes
from partnerrules.schema.missing import Unknown

GAP = Unknown.because("field", "partners", "P-1", "places")

FACTS = Facts(
    {
        "partners": {f"P-{number}": partner(number, places=1) for number in range(3)},
        "projects": {f"J-{number}": project(1) for number in range(3)},
    }
)


def assignment() -> Assign:
    (version,) = ruleset(DISPATCH).versions
    (found,) = (node for node in plan_nodes(version.policies["dispatch"].plan) if isinstance(node, Assign))
    return found


def test_it_looks_at_all_rows_together() -> None:
    (version,) = ruleset(DISPATCH).versions
    assert looks_across(version.policies["dispatch"].plan)
    results = ruleset(DISPATCH).decide(FACTS, as_of=AS_OF, subjects=["J-1"])["dispatch"]
    assert {id: result.outcome for id, result in results.items()} == {"J-1": "undecided"}


def test_it_is_over_the_very_node_on_which_its_source_builds() -> None:
    node = assignment()
    with pytest.raises(ValueError, match="Assign is over the very node"):
        Plan(("project",), Assign(Scan("project"), node.source, node.how))
    with pytest.raises(ValueError, match="Collapse is over the very node"):
        Plan(("project",), Collapse(Scan("project"), node.source, ()))


@pytest.mark.parametrize(
    ("module", "name"), [(assignments, "MAXIMUM_LOOKS"), (interpreter, "MAXIMUM_MEMBERS")], ids=["looks", "members"]
)
def test_too_many_pairs_are_refused(module: object, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, name, 8)
    with pytest.raises(TooMuchWork, match="more than 8 "):
        ruleset(DISPATCH).decide(FACTS, as_of=AS_OF)


@pytest.mark.parametrize(
    ("most", "taken", "expected"),
    [
        (Ends(2, 2), Ends(1, 1), True),
        (Ends(2, 2), Ends(2, 2), False),
        (Ends(2, 2), Ends(1, 2), "unknown"),
        (Ends(2, 3), Ends(1, 1), True),
        (Ends(2, 3), Ends(3, None), False),
        (Ends(2, None), Ends(3, 3), "unknown"),
        (Ends(None, None), Ends(0, 0), "unknown"),
        (Ends(0, 0), Ends(0, None), False),
    ],
)
def test_room_is_known_where_all_of_the_range_says_the_same(most: Ends, taken: Ends, expected: object) -> None:
    found = most.leaves_room(taken)
    assert ("unknown" if isinstance(found, Unknown) else found) == expected


def test_ends_of_values() -> None:
    assert Ends.of(3) == Ends(3, 3)
    assert Ends.of(GAP) == Ends(None, None, GAP.missing)
    assert Ends.of(GAP).plus(Ends(1, 1)) == Ends(None, None, GAP.missing)
    assert Ends(1, 1).known() == 1
    assert Ends(1, 2, GAP.missing).known() == GAP
