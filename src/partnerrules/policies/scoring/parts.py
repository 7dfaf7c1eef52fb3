"""What is scored, checked: items with their weights, and the parts by which their credit is found.

Credit is a number over a scale, so that it is never divided before it is added up: a score is compared with a band
exactly. May import plan and below.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from partnerrules.decisions.requirements import Requirement
from partnerrules.language import terms
from partnerrules.policies.computing import amount
from partnerrules.policies.scoring import columns as c
from partnerrules.policies.scoring.forms import MISSING
from partnerrules.schema import types as t
from partnerrules.schema.titles import Title

Credit = Literal["condition", "linear", "whole", "steps"]
"""How credit is given: for a condition, in proportion, all or nothing at a value, or by steps."""
Handling = Literal["undetermined", "zero", "reweight"]

ONE: Final = amount(1, c.NUMBER)
ZERO: Final = amount(0, c.NUMBER)


@dataclass(frozen=True, slots=True)
class Part:
    """One way to earn the credit of an item.

    Attributes:
        id: of its columns; that of the item, unless it is one of several alternatives.
        title: what people call it.
        source: the clause it comes from.
        credit: how credit is given.
        requirement: the condition, if it is one.
        text: the measure, if it is one.
        type: of the measure.
        steps: how many steps there are.
    """

    id: str
    title: Title
    source: str | None
    credit: Credit
    requirement: Requirement | None = None
    text: str = ""
    type: t.Type = c.NUMBER
    steps: int = 0

    def step(self, number: int) -> str:
        """The column with the value at which a step starts."""
        return f"step {number} of {self.id}"

    def step_credit(self, number: int) -> str:
        """The column with the credit of a step."""
        return f"credit of step {number} of {self.id}"

    @property
    def least_here(self) -> str:
        """The column with the least it can earn, over the scale of all alternatives."""
        return f"least as alternative of {self.id}"

    @property
    def most_here(self) -> str:
        """The column with the most it can earn, over the scale of all alternatives."""
        return f"most as alternative of {self.id}"


@dataclass(frozen=True, slots=True)
class ScoredItem:
    """One item: its parts, of which the best counts, and what becomes of it if it is not known."""

    id: str
    title: Title
    source: str | None
    weight: terms.Term
    parts: tuple[Part, ...]
    missing: Handling
    blocks: bool
    best_of: bool

    @property
    def weightless(self) -> bool:
        """Whether it is written that it adds nothing; it may still block."""
        return isinstance(self.weight, terms.Value) and self.weight.value == 0

    @property
    def scaled(self) -> bool:
        """Whether its credit is over another number than one."""
        return any(part.credit == "linear" for part in self.parts)


@dataclass(frozen=True, slots=True)
class Track:
    """Items whose weights are the whole together; the only one of a policy has the id "".

    Attributes:
        consistency: the consistency ratio of the comparisons that the weights come from, if they do.
    """

    id: str
    title: Title
    source: str | None
    items: tuple[ScoredItem, ...]
    consistency: Decimal | None = None


def handling(word: str) -> Handling:
    """What becomes of items that are not known, by the word for it."""
    found: dict[str, Handling] = {"undetermined": "undetermined", "zero": "zero", "reweight": "reweight"}
    assert tuple(found) == MISSING
    return found[word]


def part_scale(part: Part) -> terms.Term:
    """The number that is full credit for a part; one where it is not known, as the credit is unknown then."""
    return terms.IfUnknown(terms.ColumnOf(c.scale(part.id), c.NUMBER), ONE, c.NUMBER)


def most_credit(part: Part) -> terms.Term:
    """The most that a part can earn over its scale, always known: of steps the greatest credit, which may be less."""
    if part.credit == "linear":
        return part_scale(part)
    if part.credit != "steps":
        return ONE
    credits = tuple(terms.ColumnOf(part.step_credit(number), c.RATIO) for number in range(1, part.steps + 1))
    greatest = terms.Aggregate("max", terms.Items(credits, t.ListOf(c.RATIO)), c.RATIO)
    return terms.IfUnknown(greatest, ONE, c.NUMBER)


def full_credit(item: ScoredItem) -> terms.Term:
    """The number that is full credit for an item, always known."""
    return terms.IfUnknown(terms.ColumnOf(c.scale(item.id), c.NUMBER), ONE, c.NUMBER) if item.scaled else ONE
