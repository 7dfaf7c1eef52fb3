"""Conditions have three values, as Kleene's strong logic has them, and keep what was missing."""

import itertools

import pytest

from partnerrules.plan.logic import Truth, at_least, conjunction, disjunction, negation
from partnerrules.schema.missing import Unknown

A = Unknown.because("field", "partners", "P-1", "a")
B = Unknown.because("field", "partners", "P-1", "b")


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (True, True, True, True),
        (True, False, False, True),
        (False, False, False, False),
        (True, A, A, True),
        (False, A, False, A),
        (A, B, Unknown.of((A, B)), Unknown.of((A, B))),
    ],
)
def test_kleene_tables(left: Truth, right: Truth, both: Truth, either: Truth) -> None:
    for pair in ((left, right), (right, left)):
        assert conjunction(pair) == both
        assert disjunction(pair) == either


def test_nothing_at_all() -> None:
    assert conjunction(()) is True
    assert disjunction(()) is False
    assert at_least(0, ()) is True
    assert at_least(1, ()) is False


def test_negation() -> None:
    assert negation(True) is False
    assert negation(False) is True
    assert negation(A) == A


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_at_least_is_what_all_fillings_of_the_unknowns_agree_on(size: int) -> None:
    values: tuple[Truth, ...] = (True, False, A)
    for truths in itertools.product(values, repeat=size):
        open_places = [index for index, truth in enumerate(truths) if isinstance(truth, Unknown)]
        for count in range(size + 2):
            answers = set()
            for filling in itertools.product((True, False), repeat=len(open_places)):
                filled = list(truths)
                for index, truth in zip(open_places, filling, strict=True):
                    filled[index] = truth
                answers.add(sum(1 for truth in filled if truth is True) >= count)
            found = at_least(count, truths)
            assert (A if len(answers) == 2 else answers.pop()) == found


def test_an_unknown_is_never_taken_for_yes_or_no() -> None:
    with pytest.raises(TypeError):
        bool(A)
