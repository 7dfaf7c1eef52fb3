"""Steps that can never be imposed, as one before them is completed by all that completes them."""

from decimal import Decimal
from typing import Final

from partnerrules.diagnostics import Label, Report
from partnerrules.language import syntax as s
from partnerrules.language.form_reader import Expression

_MOST_COMPARED: Final = 20_000
"""Pairs of parts of conditions that are compared in one policy; beyond them nothing is said."""


def warn_of_unreached(steps: list[tuple[str, Expression]], report: Report) -> None:
    """Reports steps that an earlier one always comes before, where that is provable.

    Args:
        steps: each list with its condition, in their order.
        report: takes the warnings.
    """
    looking = _Looking()
    for position, (list, later) in enumerate(steps):
        for before, earlier in steps[:position]:
            if later.tree is None or earlier.tree is None:
                continue
            if looking.completes((later.tree,), later.tree, earlier.tree):
                report.warning(
                    "unreached-step",
                    f"nothing is ever put on the list `{list}`: whatever completes this step completes `{before}`,"
                    " which stands before it",
                    later.span,
                    labels=[Label(later.span, ""), Label(earlier.span, "asks for no more")],
                    help="write the steps with the most severe first, and the conditions that ask for more",
                )
                break


class _Looking:
    """Tells what follows from what; what it does not see to follow may do so nevertheless."""

    def __init__(self) -> None:
        self._compared = 0

    def _counts(self) -> bool:
        self._compared += 1
        return self._compared <= _MOST_COMPARED

    def completes(self, holding: tuple[s.Syntax, ...], later: s.Syntax, earlier: s.Syntax) -> bool:
        """Whether a record that completes one condition completes another one, where some conditions hold."""
        if not self._counts():
            return False
        match later:
            case s.And(items):
                return all(self.completes((*holding, later), item, earlier) for item in items)
            case s.Or(items):
                return all(self.completes((*holding, item), item, earlier) for item in items)
        match earlier:
            case s.Or(items):
                return any(self.completes(holding, later, item) for item in items)
            case s.And(items):
                return self._holds(holding, earlier) and any(self.completes(holding, later, item) for item in items)
        # Only the records of the same list take part in both.
        one, other = _at_least(later), _at_least(earlier)
        same = later == earlier or (one is not None and other is not None and one[0] == other[0])
        return same and self._holds(holding, earlier)

    def _holds(self, holding: tuple[s.Syntax, ...], condition: s.Syntax) -> bool:
        return any(self._follows(each, condition) for each in holding)

    def _follows(self, one: s.Syntax, other: s.Syntax) -> bool:
        """Whether a condition holds wherever another one does."""
        if not self._counts():
            return False
        match one, other:
            case s.Or(items), _:
                return all(self._follows(item, other) for item in items)
            case _, s.And(items):
                return all(self._follows(one, item) for item in items)
            case s.And(items), _ if any(self._follows(item, other) for item in items):
                return True
            case _, s.Or(items):
                return any(self._follows(one, item) for item in items)
        if one == other:
            return True
        more, least = _at_least(one), _at_least(other)
        return more is not None and least is not None and more[0] == least[0] and more[1] >= least[1]


def _at_least(condition: s.Syntax) -> tuple[s.Syntax, Decimal] | None:
    """What is counted by a condition such as `level(2) >= 3`, and how many it asks for."""
    match condition:
        case s.Comparison(">=", s.Call("level") as counted, s.Number(value, None)):
            return counted, value
    return None
