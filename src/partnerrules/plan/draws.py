"""How rows draw on budgets that they share: what each wants, in which order, and out of what. May import terms."""

from dataclasses import dataclass

from partnerrules.language.terms import Term


@dataclass(frozen=True, slots=True)
class Budget:
    """What rows draw on, most of them together with others.

    Attributes:
        most: the column with its size as a row sees it, zero or more; it may differ from row to row.
        within: columns in which rows have to be equal to share it; one budget for all if empty, one for each row if
            None.
        left: the column for what those before the row left of it, zero if they took more than its own size.
        users: the column for who they are, as `Users`; none is added if None, nor where they may be others.
    """

    most: str
    within: tuple[str, ...] | None
    left: str
    users: str | None = None


@dataclass(frozen=True, slots=True)
class Users:
    """Those that have taken from a budget for certain, as an explanation tells them.

    Attributes:
        ids: the subjects of the first of them, in their order.
        count: of them all.
        by_id: whether one of them is equal to the row in all keys of the order, so that their ids decided.
    """

    ids: tuple[str, ...] = ()
    count: int = 0
    by_id: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """What rows want of their budgets.

    In the order of the rows, one whose condition holds gets what it wants, or the least that one of its budgets has
    left after what those before it got. What one got is gone from all of its budgets. It is a recursion over the order
    of the rows, which running sums cannot say: what one budget gives hangs on what the others gave to earlier rows.

    Where something is not known, what a row gets lies between two numbers. With one budget these are the least and the
    most that any way to fill the gaps gives; with several each lies, perhaps, further out.

    Attributes:
        wants: what each row wants, a number; less than nothing is nothing.
        where: the condition of getting anything.
        by: the columns that order the rows, as in `Cumulate`.
        budgets: what they draw on.
        column: where it is put what a row gets; unknown if the two numbers differ.
        least: the column for the least that it gets for certain.
        most: the column for the most that it can get; unknown where there is no end to it.
    """

    wants: Term
    where: Term
    by: tuple[str, ...]
    budgets: tuple[Budget, ...]
    column: str
    least: str
    most: str
