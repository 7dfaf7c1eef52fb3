"""Fields that are found out when they are first read are fields like all others to whoever has the result."""

import copy
import pickle  # noqa: TID251  # what `multiprocessing` does with a decision on its way to a worker
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

import pytest

from partnerrules.decisions.later_fields import later, later_fields, tried
from partnerrules.diagnostics import TooMuchWork


@later_fields("ways")
@dataclass(frozen=True, slots=True)
class Told:
    """A result with a field of that kind, and one of no kind."""

    outcome: str
    ways: tuple[str, ...]


def counted() -> tuple[list[int], Callable[[], tuple[str, ...]]]:
    """How often it was found out, and what finds it out."""
    asked: list[int] = []

    def find() -> tuple[str, ...]:
        asked.append(1)
        return ("a", "b")

    return asked, find


def test_it_is_found_out_when_it_is_read_and_then_kept() -> None:
    asked, find = counted()
    told = Told("no", later(find))
    assert told.outcome == "no"
    assert not asked
    assert told.ways is told.ways
    assert told.ways == ("a", "b")
    assert len(asked) == 1


def test_of_two_results_each_has_its_own() -> None:
    one, other = Told("no", later(lambda: ("a",))), Told("no", later(lambda: ("b",)))
    assert (one.ways, other.ways) == (("a",), ("b",))
    assert one != other


@pytest.mark.parametrize(
    "read",
    [
        lambda told: told,
        copy.copy,
        copy.deepcopy,
        lambda told: pickle.loads(pickle.dumps(told)),  # noqa: S301
        lambda told: replace(told, outcome="no"),
    ],
    ids=["itself", "copied", "copied deeply", "sent", "replaced"],
)
def test_it_is_a_field_like_the_others(read: Callable[[Told], Told]) -> None:
    given = Told("no", ("a", "b"))
    asked, find = counted()
    told = read(Told("no", later(find)))
    assert told == given
    assert hash(told) == hash(given)
    assert repr(told) == repr(given) == "Told(outcome='no', ways=('a', 'b'))"
    assert asdict(told) == {"outcome": "no", "ways": ("a", "b")}
    assert len(asked) == 1


def test_nobody_sets_it() -> None:
    told = Told("no", later(lambda: ()))
    with pytest.raises(AttributeError):
        told.ways = ("c",)  # type: ignore[misc]  # on purpose
    assert told.ways == ()


def test_what_is_too_much_work_to_try_is_not_told() -> None:
    asked: list[int] = []

    def find() -> tuple[str, ...]:
        asked.append(1)
        raise TooMuchWork("too much")

    told = Told("no", tried(find, ()))
    assert told.ways == ()
    assert told.ways == ()
    assert len(asked) == 1


def test_what_is_tried_in_vain_by_mistake_is_said() -> None:
    def find() -> tuple[str, ...]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        _ = Told("no", tried(find, ())).ways
