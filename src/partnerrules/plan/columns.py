"""Columns of a plan, and those that are computed for each row in its turn. May import language."""

import datetime as dt
from dataclasses import dataclass
from enum import Enum
from typing import Final

from partnerrules.language.checker import Observed
from partnerrules.language.terms import Term

OUTCOME: Final = "outcome"
"""The column with what a policy comes to."""
RULES: Final = "rules"
"""The column with the ids of the rules of a table."""
APPLIES: Final = "applies"
"""The column in which a policy's own condition on its subjects stands."""


@dataclass(frozen=True, slots=True)
class Column:
    """A value computed for each row from its subject and earlier columns, and what a trace shows of it."""

    name: str
    term: Term
    observed: tuple[Observed, ...] = ()


class Rest(Enum):
    """The coordinate of a cell that stands for all values which no row names."""

    OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Spending:
    """What rows use up when they take effect, so that no later row has it any more.

    Attributes:
        listed: the column with a list of records.
        left: the column for those of them that no row before has used up. Of what a row may have used up, which is
            in doubt, it is in doubt whether it is left.
        spends: the records that a row uses up if it takes effect, a list of some that are left.
    """

    listed: str
    left: str
    spends: Term


@dataclass(frozen=True, slots=True)
class Aftermath:
    """Whether a row lies in a stretch of time that a row before it, which takes effect, has left behind.

    Attributes:
        moment: the column with the instant of a row that is looked for.
        starts: the column with the instant at which the stretch of a row begins; none if it leaves none behind.
        ends: the column with the instant at which it has ended.
        column: where it is said whether the moment lies in such a stretch.
    """

    moment: str
    starts: str
    ends: str
    column: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What is computed for each row in its turn, because it hangs on what the rows before it came to.

    Attributes:
        computed: the columns; all that the node names may be among them.
        not_before: the column, computed before the turns, with an instant before which the row does not start.
        spending: what rows use up.
        aftermath: what they leave behind.
    """

    computed: tuple[Column, ...]
    not_before: str
    spending: Spending | None = None
    aftermath: Aftermath | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What rows of a subject are to a version that other versions of the ruleset have settled.

    They stand in the order with its own, cover them, are gone on from, and have used up what they have, as if the
    version had come to that itself; what they came to is not computed anew.

    Attributes:
        mark: the column that says that a row is such a one.
        truths: columns with truths; where a row has no such column it is false.
        nothing: columns that are none where a row does not have them.
        steps: what the version itself may come to, in the order in which it does: the column that says whether a row
            does, a name, and what it weighs. What others came to weighs here what it would by its name.
        told: what the version tells others of its own rows that ask for it, where these do not have it anyway.
        asked: the columns for which the version asks others.
        spent: the column with what the row has used up; None if nothing is used up here.
        settles: the column that says whether the version settles a row, by its days. None settles what an earlier one
            has settled, even if they take the day of different facts.
        counts: the column that says whether it is among the rows at all.
        id: the column by which the row is known to other versions, and `day` that with its day.
        days: on which the version settles rows.
        passed: the column that is added to say whether another version settles the row, or has no such row on its day.
    """

    mark: str
    truths: tuple[str, ...]
    nothing: tuple[str, ...]
    steps: tuple[tuple[str, str, int], ...]
    told: tuple[Column, ...]
    asked: tuple[str, ...]
    spent: str | None
    settles: str
    counts: str
    id: str
    day: str
    days: tuple[dt.date | None, dt.date | None]
    passed: str


@dataclass(frozen=True, slots=True)
class Following:
    """What a row has from the one that it goes on from.

    Of the rows before it that take effect, weigh the same, and run when it starts, that is the one that ends last. A
    row that does not take effect goes on from none; of one that may, the columns say what it has if it does.

    Attributes:
        where: whether a row goes on from another one at all.
        found: the column that says whether there is such a row.
        columns: names of columns of that row, each with the name it gets here; None where there is no such row.
        computed: columns made of them, for each row in its turn; `ends` may be among them.
    """

    where: Term
    found: str
    columns: tuple[tuple[str, str], ...]
    computed: tuple[Column, ...]
