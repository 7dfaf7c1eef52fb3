"""Reads items, alternatives and tracks, and puts the credit of alternatives together: the best of them counts."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from partnerrules.diagnostics import Span
from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.form_reader import Item
from partnerrules.plan.nodes import Column
from partnerrules.policies.computing import amount, choice, compared, computed
from partnerrules.policies.conditions import Lowering
from partnerrules.policies.constants import constant_of
from partnerrules.policies.scoring import columns as c
from partnerrules.policies.scoring.measures import measured
from partnerrules.policies.scoring.pairs import Weighed, weighed
from partnerrules.policies.scoring.parts import (
    ONE,
    ZERO,
    Handling,
    Part,
    ScoredItem,
    Track,
    full_credit,
    handling,
    most_credit,
    part_scale,
)
from partnerrules.policies.scoring.values import Reading
from partnerrules.quantities import as_percent, sum_of

MAXIMUM_ITEMS: Final = 100
MAXIMUM_ALTERNATIVES: Final = 20
"""Of one item. Their credit is brought to one scale, which grows with each that has one of its own."""


@dataclass(slots=True)
class Items:
    """Reads the items of one policy.

    Attributes:
        reading: takes their columns.
        missing: what becomes of items that are not known, if they do not say so themselves.
        ids: where each id stands. Those of conditions are apart, as a condition may go by the id of its item.
        count: how many items there are so far.
        rests_on: the parameters that give weights when the ruleset is loaded.
    """

    reading: Reading
    missing: Handling
    ids: Lowering
    count: int = 0
    rests_on: frozenset[str] = frozenset()

    def tracks(self, item: Item) -> tuple[Track, ...] | None:
        """The tracks of a policy, one if it has just items; None after a fault."""
        if "items" in item.keys:
            only = self._track(item, "", item)
            return None if only is None else (only,)
        found: list[Track | None] = []
        for number, read in enumerate(item.list("tracks"), start=1):
            if isinstance(read, Item):
                word = read.word("id")
                id = f"track-{number}" if word is None else word.text
                fresh = self.ids.claim(id, read.span if word is None else word.span)
                track = self._track(read, id, read)
                found.append(track if fresh else None)
        whole = tuple(track for track in found if track is not None)
        return whole if whole and len(whole) == len(found) == len(item.list("tracks")) else None

    def _track(self, read: Item, id: str, owner: Item) -> Track | None:
        listed = [each for each in owner.list("items") if isinstance(each, Item)]
        self.count += len(listed)
        if self.count > MAXIMUM_ITEMS:
            self.reading.context.report.error(
                "too-large",
                f"a scoring policy has at most {MAXIMUM_ITEMS} items, this one has {self.count:,}",
                owner.keys["items"],
                help="score what is alike in a policy of its own, and measure its score here",
            )
            return None
        pairs = self._compared(owner, listed, id)
        if pairs is None and "weights" in owner.keys:
            return None
        found = [self._item(each, number, id, pairs) for number, each in enumerate(listed, start=1)]
        items = tuple(each for each in found if each is not None)
        if len(items) < len(owner.list("items")) or not items or not self._total(items, owner.keys["items"], id):
            return None
        ratio = None if pairs is None else pairs.ratio
        return Track(id, read.title(), read.text("source"), items, ratio)

    def _compared(self, owner: Item, listed: list[Item], track: str) -> Weighed | None:
        """The weights of items that are compared in pairs; None if they are not, or after a fault."""
        if "weights" not in owner.keys:
            return None
        compared_ones: list[str] = []
        weightless: list[str] = []
        for number, each in enumerate(listed, start=1):
            weighs = "weight" in each.keys
            if weighs and not self._nothing(each):
                return None
            (weightless if weighs else compared_ones).append(_id_of(each, number, track))
        found = weighed(owner, tuple(dict.fromkeys(compared_ones)), self.reading.context)
        if found is None:
            return None
        self.rests_on |= found.rests_on
        return Weighed({**dict.fromkeys(weightless, Decimal(0)), **found.weights}, found.ratio)

    def _nothing(self, read: Item) -> bool:
        """Whether the weight of an item is nothing: it is compared with no other one; reports it if not."""
        own = self.reading.share(read.expression("weight"), "a weight", "0 %")
        if isinstance(own, terms.Value) and own.value == 0:
            return True
        if own is not None:
            self.reading.context.report.error(
                "too-many-keys",
                "the weights come out of the comparisons under `weights`, so an item has none of its own but `0 %`",
                read.keys["weight"],
                help="take it out",
            )
        return False

    def _weight(self, read: Item, id: str, pairs: Weighed | None) -> terms.Term | None:
        """The weight of an item, written or out of comparisons; None after a fault."""
        if pairs is None:
            if "weight" not in read.keys:
                self.reading.context.report.error(
                    "missing-key",
                    "an item needs the key `weight`, unless `weights` compares the items in pairs",
                    read.span,
                    help="write `weight: ...`, its part of the whole, such as `40 %`",
                )
                return None
            return self.reading.share(read.expression("weight"), "a weight", "40 %")
        return amount(pairs.weights[id], c.RATIO)

    def _total(self, items: tuple[ScoredItem, ...], span: Span, track: str) -> bool:
        """Whether written weights are the whole together; reports it if not."""
        written = [each.weight.value for each in items if isinstance(each.weight, terms.Value)]
        total = sum_of(c.decimal(value) for value in written)
        if total == 1 or (len(written) < len(items) and total <= 1):
            if len(written) < len(items):
                columns = tuple(terms.ColumnOf(c.weight(each.id), c.RATIO) for each in items)
                self.reading.whole(columns, "weights")
                self._told_total(items, span, track)
            return True
        self.reading.context.report.error(
            "weight-total",
            f"the weights{f' of `{track}`' if track else ''} total {as_percent(total):f} %, not 100 %",
            span,
            help="write weights that total 100 %; an item of `0 %` adds nothing, and may still block",
        )
        return False

    def _told_total(self, items: tuple[ScoredItem, ...], span: Span, track: str) -> None:
        """Warns where weights are given by parameters whose values, as they stand, are not the whole together."""
        values = [constant_of(each.weight, self.reading.context) for each in items]
        known = [value for value in values if isinstance(value, Decimal)]
        total = sum_of(known)
        if len(known) < len(values) or total == 1:
            return
        self.reading.context.report.warning(
            "weight-total",
            f"the weights{f' of `{track}`' if track else ''} total {as_percent(total):f} % by the values of their"
            " parameters, so that every score is refused",
            span,
            help="set the parameters so that they total 100 %",
        )

    def _item(self, read: Item, number: int, track: str, pairs: Weighed | None) -> ScoredItem | None:
        word = read.word("id")
        id = _id_of(read, number, track)
        fresh = self.ids.claim(id, read.span if word is None else word.span)
        weight = self._weight(read, id, pairs)
        own = read.text("missing")
        if "best_of" in read:
            count = len(read.list("best_of"))
            if count > MAXIMUM_ALTERNATIVES:
                self.reading.context.report.error(
                    "too-large",
                    f"an item has at most {MAXIMUM_ALTERNATIVES} alternatives, this one has {count:,}",
                    read.keys["best_of"],
                    help="ask conditions of one credit together with `any`, or score in a policy of its own",
                )
                return None
            parts = [
                self._alternative(each, f"{id}-{position}") if isinstance(each, Item) else None
                for position, each in enumerate(read.list("best_of"), start=1)
            ]
        else:
            parts = [self._part(read, id)]
        whole = tuple(part for part in parts if part is not None)
        if not fresh or weight is None or len(whole) < len(parts) or not whole:
            return None
        self.reading.columns.append(Column(c.weight(id), weight))
        found = ScoredItem(
            id=id,
            title=read.title(),
            source=read.text("source"),
            weight=weight,
            parts=whole,
            missing=self.missing if own is None else handling(own),
            blocks=read.text("zero_blocks") == "true",
            best_of="best_of" in read,
        )
        self._credit(found)
        return found

    def _alternative(self, read: Item, usual: str) -> Part | None:
        word = read.word("id")
        id = usual if word is None else word.text
        fresh = self.ids.claim(id, read.span if word is None else word.span)
        part = self._part(read, id)
        return part if fresh else None

    def _part(self, read: Item, id: str) -> Part | None:
        if "measure" in read.keys:
            return measured(self.reading, read, id, read.title(), read.text("source"))
        lowering = self.reading.lowering
        before = lowering.present
        lowered = lowering.condition(read)
        lowering.present = before  # one item says nothing about the others
        if lowered is None:
            return None
        self.reading.columns.append(Column(c.gained(id), choice(lowered[1], ONE, ZERO)))
        return Part(id, read.title(), read.text("source"), "condition", lowered[0])

    def _credit(self, item: ScoredItem) -> None:
        """The least and most that an item can earn, its credit, and whether it blocks."""
        columns = self.reading.columns
        gained = terms.ColumnOf(c.gained(item.id), c.NUMBER)
        if item.best_of:
            self._best(item)
        else:
            columns.append(Column(c.least(item.id), terms.IfUnknown(gained, ZERO, c.NUMBER)))
            columns.append(Column(c.most(item.id), terms.IfUnknown(gained, most_credit(item.parts[0]), c.NUMBER)))
        columns.append(
            Column(c.credit(item.id), computed(gained, "/", full_credit(item), c.RATIO) if item.scaled else gained)
        )
        if item.blocks:
            some = compared(terms.ColumnOf(c.least(item.id), c.NUMBER), ">", ZERO)
            nothing = terms.Value(True, BOOLEAN) if item.missing == "zero" else compared(gained, "=", ZERO)
            columns.append(Column(c.blocks(item.id), choice(some, terms.Value(False, BOOLEAN), nothing)))

    def _best(self, item: ScoredItem) -> None:
        """The best of several alternatives, brought to one scale."""
        columns = self.reading.columns
        scales = {part.id: part_scale(part) for part in item.parts if part.credit == "linear"}
        over: terms.Term = ONE
        for scale in scales.values():
            over = scale if over == ONE else computed(over, "*", scale)
        if scales:
            columns.append(Column(c.scale(item.id), over))
        least: terms.Term = ZERO
        most: terms.Term = ZERO
        doubt: terms.Term = ZERO
        for part in item.parts:
            gained = terms.ColumnOf(c.gained(part.id), c.NUMBER)
            low: terms.Term = terms.IfUnknown(gained, ZERO, c.NUMBER)
            high: terms.Term = terms.IfUnknown(gained, most_credit(part), c.NUMBER)
            for id, scale in scales.items():
                if id != part.id:
                    low, high = computed(low, "*", scale), computed(high, "*", scale)
            own = computed(gained, "/", scales[part.id], c.RATIO) if part.id in scales else gained
            columns.append(Column(c.credit(part.id), own))
            columns += (Column(part.least_here, low), Column(part.most_here, high))
            least = _greater(terms.ColumnOf(part.least_here, c.NUMBER), least)
            most = _greater(terms.ColumnOf(part.most_here, c.NUMBER), most)
            doubt = computed(doubt, "+", gained)
            best = (f"best so far of {part.id}", f"most so far of {part.id}")
            columns += (Column(best[0], least), Column(best[1], most))
            least, most = (terms.ColumnOf(name, c.NUMBER) for name in best)
        columns += (Column(c.least(item.id), least), Column(c.most(item.id), most))
        least, most = (terms.ColumnOf(name, c.NUMBER) for name in (c.least(item.id), c.most(item.id)))
        columns.append(Column(c.gained(item.id), choice(compared(least, "=", most), least, doubt)))


def _id_of(read: Item, number: int, track: str) -> str:
    """The id of an item, its number if it has none."""
    return read.text("id") or (f"{track}-{number}" if track else f"item-{number}")


def _greater(one: terms.Term, other: terms.Term) -> terms.Term:
    return choice(compared(one, ">", other), one, other)
