"""All that the engine in C may ever be told, as a grammar: what is in none of its sentences cannot do harm.

No negation, no alternatives, no arithmetic, no text, no names of authors, and after the last condition by which facts
are joined one that always holds.
"""

from collections.abc import Mapping
from typing import Final

import pytest

from partnerrules.backends.working_memory_host import Host

OPERATORS: Final = frozenset({"$neq", "$lt", "$lte", "$gt", "$gte"})
ALWAYS: Final = {"z": {"p0": "z"}}
LARGEST: Final = 2**62


def fenced(patched: pytest.MonkeyPatch) -> None:
    """Let each host check what it is told from now on."""
    make, tell = Host.__init__, Host.tell

    def made(self: Host, rules: Mapping[str, object]) -> None:
        check_rules(rules)
        make(self, rules)

    def told(self: Host, fact: Mapping[str, int], id: str) -> list[tuple[str, dict[str, int]]]:
        check_fact(fact, id)
        return tell(self, fact, id)

    patched.setattr(Host, "__init__", made)
    patched.setattr(Host, "tell", told)


def check_rules(rules: Mapping[str, object]) -> None:
    """Refuses rules that are not in the grammar."""
    kinds: list[object] = []
    for label, rule in rules.items():
        assert _numbered(label, "r"), label
        assert isinstance(rule, dict)
        assert rule.keys() == {"all"}, rule  # no count, no span, no action of ours
        bound: list[str] = []
        for pattern in rule["all"]:
            ((alias, asked),) = pattern.items()
            assert alias == f"p{len(bound)}", alias  # neither `$not` nor any name of an author
            assert asked.keys() == {"$and"}, asked
            kinds.append(_check_conditions(asked["$and"], bound))
            bound.append(alias)
        assert 1 <= len(bound) <= 8
    assert len(kinds) == len(set(kinds)) <= 60, "each pattern has facts of its own"


def _check_conditions(conditions: list[dict[str, object]], bound: list[str]) -> object:
    """Refuses conditions of one pattern that are not in the grammar, and gives the kind of its facts."""
    kind, *rest = conditions
    assert kind.keys() == {"k"}
    assert isinstance(kind["k"], int)
    told: set[object] = set()
    joins = 0
    if bound:
        assert rest.pop() == ALWAYS
    for condition in rest:
        ((word, value),) = condition.items()
        if word == "$ex":
            assert isinstance(value, dict)
            ((name, given),) = value.items()
            assert _numbered(name, "f")
            assert given == 1
            told.add(name)
            continue
        if word in OPERATORS:
            assert isinstance(value, dict)
            ((word, value),) = value.items()
        assert word in told, f"{word} is compared without being asked for"
        if isinstance(value, dict):
            ((alias, other),) = value.items()
            assert alias in bound, f"{alias} is none of those before"
            assert _numbered(other, "f")
            joins += 1
        else:
            assert type(value) is int
            assert abs(value) < LARGEST
            assert not joins, "what is asked of one fact comes before what joins"
    assert joins <= 24
    return kind["k"]


def check_fact(fact: Mapping[str, int], id: str) -> None:
    """Refuses a fact that is not in the grammar."""
    assert id == "boot" or id.isdigit()
    assert len(fact) <= 205
    for name, value in fact.items():
        assert name in ("k", "n") or _numbered(name, "f"), name
        assert type(value) is int, value
        assert abs(value) < LARGEST


def _numbered(name: object, letter: str) -> bool:
    return isinstance(name, str) and name[:1] == letter and name[1:].isdigit()
