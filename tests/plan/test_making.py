"""Records that are made by the thousand are what their class makes, in every way that can be seen."""

import pickle  # noqa: TID251  # what `multiprocessing` does with results on their way to a worker
from dataclasses import FrozenInstanceError, dataclass, replace

import pytest

from partnerrules.plan.making import maker_of


@dataclass(frozen=True, slots=True)
class Point:
    """A frozen record, one of whose fields has a default."""

    x: int
    name: str
    at: tuple[int, ...] = ()


def test_what_is_made_is_equal_to_what_the_class_makes() -> None:
    made, usual = maker_of(Point)(1, "one", (2,)), Point(1, "one", (2,))
    assert type(made) is Point
    assert made == usual
    assert hash(made) == hash(usual)
    assert repr(made) == repr(usual)
    assert replace(made, x=3) == Point(3, "one", (2,))
    assert pickle.loads(pickle.dumps(made)) == usual  # noqa: S301  # of our own making


def test_what_is_made_cannot_be_changed() -> None:
    made = maker_of(Point)(1, "one", ())
    with pytest.raises(FrozenInstanceError):
        made.x = 2  # type: ignore[misc] # that it is refused is what is shown


def test_all_fields_are_given() -> None:
    with pytest.raises(TypeError):
        maker_of(Point)(1, "one")
    with pytest.raises(TypeError, match="at by name"):
        maker_of(Point)(1, "one", at=(2,))
