"""Corrections that go down the ladder of the period of their original, instead of taking back in proportion.

A correction is placed where its original climbed, after all documents up to its own day; what it earns is the
difference that it makes there, as with every other document. In the same order documents draw from a cap that they
share, and give back to it. May import the columns of commissions.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from partnerrules.language import terms
from partnerrules.language.building import amount, choice, compared, computed, every, exists, truth
from partnerrules.language.checking import BOOLEAN
from partnerrules.plan.nodes import Column, Cumulate, Let, Node, Refer
from partnerrules.policies.commission.columns import (
    BASE,
    CORRECTS,
    DATE,
    EXCEEDED,
    FOUND,
    INCLUDED,
    MEASURE_MISFITS,
    ORIGINAL,
)
from partnerrules.schema import types as t

ORDER: Final = ("day in order", "turn in order", DATE)
"""The columns by which documents go up and down: a correction comes after its original, and after all of its day."""

_FOUND: Final = "ladder of the original"
_COUNT: Final = t.Integer()


def in_order(node: Node, corrects: terms.Term) -> Node:
    """The rows with the columns by which documents go up and down; they have the date of what they correct."""
    follows = every(is_correction(corrects), truth(FOUND))
    own, original = terms.ColumnOf(DATE, t.Date()), terms.ColumnOf(ORIGINAL + DATE, t.Date())
    later = choice(compared(own, "<", original), original, own)
    return Let(
        node,
        (
            Column(ORDER[0], choice(follows, later, own)),
            Column(ORDER[1], choice(follows, terms.Value(1, _COUNT), terms.Value(0, _COUNT))),
        ),
    )


def placed(node: Node, columns: Iterable[Column], shared: tuple[str, ...], corrects: terms.Term) -> Node:
    """The rows with the columns of a ladder; a correction has those that say which ladder from its original.

    Args:
        node: the rows.
        columns: of the ladder, over each document.
        shared: the names of those in which documents that climb together are equal.
        corrects: the document that one corrects, or none.
    """
    node = Let(node, tuple(replace(each, name=_own(each.name)) if each.name in shared else each for each in columns))
    types = {each.name: each.term.type for each in columns}
    node = Refer(node, corrects, tuple((_own(name), _original(name)) for name in shared), _FOUND)
    follows = every(is_correction(corrects), truth(_FOUND))
    followed = (
        Column(name, choice(follows, terms.ColumnOf(_original(name), type), terms.ColumnOf(_own(name), type)))
        for name, type in types.items()
        if name in shared
    )
    return Let(node, tuple(followed))


def climbing(own: terms.Term, corrects: terms.Term, money: t.Type, further: tuple[terms.Term, ...] = ()) -> terms.Term:
    """Whether a document goes up or down a ladder: by what it is itself, or as a correction by its original.

    Args:
        own: whether a document that corrects nothing does.
        corrects: the document that one corrects, or none.
        money: the type of its base.
        further: what a correction has to fulfil besides.
    """
    fine = every(
        truth(FOUND),
        terms.Not(exists(terms.ColumnOf(ORIGINAL + CORRECTS, corrects.type)), BOOLEAN),
        truth(ORIGINAL + INCLUDED),
        compared(terms.ColumnOf(ORIGINAL + BASE, money), ">", amount(0, money)),
        compared(terms.ColumnOf(EXCEEDED, _COUNT), "=", terms.Value(0, _COUNT)),
        *further,
    )
    return choice(is_correction(corrects), fine, own)


def measured(
    node: Node, measure: terms.ColumnOf, base: terms.ColumnOf, counts: terms.Term, corrects: terms.Term
) -> Node:
    """The rows with how many corrections of one original, up to each, measure what does not fit it.

    They take back more of the measure than there was, or add to it while their base takes back, or the other way round.
    """
    zero, of_base = amount(0, measure.type), amount(0, base.type)
    original, before, after = (f"{measure.name} {part}" for part in ("of the original", "taken before", "taken"))
    node = Refer(node, corrects, ((measure.name, original),), f"{_FOUND} measured")
    where = every(is_correction(corrects), counts)
    within, by = (CORRECTS,), (DATE,)
    node = Cumulate(node, "sum", measure, where, within, by, None, before, after)
    left = computed(terms.ColumnOf(original, measure.type), "+", terms.ColumnOf(after, measure.type))
    misfits = terms.AnyOf(
        (
            compared(left, "<", zero),
            every(compared(base, "<", of_base), compared(measure, ">", zero)),
            every(compared(base, ">", of_base), compared(measure, "<", zero)),
        ),
        BOOLEAN,
    )
    one = choice(misfits, terms.Value(1, _COUNT), terms.Value(0, _COUNT))
    return Cumulate(node, "sum", one, where, within, by, None, f"{MEASURE_MISFITS} before", MEASURE_MISFITS)


def fits(corrects: terms.Term) -> terms.Term:
    """Whether a document is no correction that measures what does not fit its original."""
    none = compared(terms.ColumnOf(MEASURE_MISFITS, _COUNT), "=", terms.Value(0, _COUNT))
    return terms.If(is_correction(corrects), none, terms.Value(True, BOOLEAN), BOOLEAN)


def is_correction(corrects: terms.Term) -> terms.Term:
    """Whether a document corrects another one."""
    return exists(terms.ColumnOf(CORRECTS, corrects.type))


def _own(name: str) -> str:
    return f"own {name}"


def _original(name: str) -> str:
    return ORIGINAL + name
