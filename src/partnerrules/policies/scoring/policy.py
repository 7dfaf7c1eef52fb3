"""Scoring: how good a partner is, in points over weighted items, or by signs that add up.

Each item earns a part of full credit, by a condition or by a measure; weights make it a part of full marks. What is not
known leaves the score between two ends, unless the author says that it counts as zero or is left out. The outcome is
the band of the score, and known where both ends lie in one. Signs are counted, and the first outcome that has enough
of them is the one.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from partnerrules.decisions.basis import NOT_APPLICABLE, Basis
from partnerrules.decisions.scoring import POINTS, REFUSED, SCORED, ScoreResult, SignsResult
from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.environment import PolicySignature
from partnerrules.language.form_reader import Item, Word
from partnerrules.plan.nodes import OUTCOME, Column, Let, Node, Plan
from partnerrules.plan.trace import TracedRow
from partnerrules.policies.computing import WORD, amount, exists, first_reason, negated
from partnerrules.policies.conditions import Lowering
from partnerrules.policies.kind import Assume, Context, Head, Kind, Lowered, lowered_head, subject_of
from partnerrules.policies.scoring import columns as c
from partnerrules.policies.scoring.bands import band_columns, band_outcome, bands_of
from partnerrules.policies.scoring.forms import FORM
from partnerrules.policies.scoring.items import Items
from partnerrules.policies.scoring.parts import handling
from partnerrules.policies.scoring.results import (
    Scored,
    score_points,
    score_reached,
    score_result,
    signs_points,
    signs_reached,
    signs_result,
)
from partnerrules.policies.scoring.signs import count_column, sign_outcome, signs_of
from partnerrules.policies.scoring.totals import score_columns
from partnerrules.policies.scoring.values import Reading
from partnerrules.schema import types as t

_FULL_MARKS: Final = amount(100, POINTS)


def signature(name: Word, item: Item, context: Context) -> PolicySignature | None:
    """What other policies see of a scoring policy: its outcome, and the score, or the number of signs that show."""
    entity = subject_of(item, context)
    if entity is None:
        return None
    key = "outcomes" if "signs" in item.keys else "bands"
    words = [read.text("outcome") or "" for read in item.list(key) if isinstance(read, Item)]
    words.append((item.text("otherwise") or "") if "signs" in item.keys else "")
    found = [word for word in words if word] or [SCORED]
    outcomes = t.Enumeration(tuple(dict.fromkeys((*found, REFUSED, NOT_APPLICABLE))))
    column: dict[str, t.Type] = {c.SIGNS: c.COUNT} if "signs" in item.keys else {c.SCORE: POINTS}
    ordered = tuple(dict.fromkeys(found)) if "bands" in item.keys else ()
    return PolicySignature((entity,), {**column, OUTCOME: outcomes}, frozenset(), name.span, best_first=ordered)


def lower(name: Word, item: Item, context: Context) -> Lowered | None:
    """The plan of a scoring policy, or None after a fault.

    Scan the subjects; compute a column for each condition, the credit of each item, the ends of the score, and the
    bands over them; or one for each sign, and how many show.
    """
    head = lowered_head(item, context)
    present = head.present if head else frozenset()
    reading = Reading(context, Lowering(context, head.named if head else {}, present=present))
    if head is None or not {"items", "tracks", "signs"} & set(item.keys):
        return None
    if "signs" in item.keys:
        return _lowered_signs(name, item, head, reading)
    return _lowered_items(name, item, head, reading)


def _lowered_items(name: Word, item: Item, head: Head, reading: Reading) -> Lowered | None:
    written = item.expression("out_of")
    out_of: terms.Term | None = _FULL_MARKS
    if written is not None:
        out_of = reading.fixed(written, "full marks are points", POINTS, "100 points")
        if out_of is not None and not reading.positive(out_of, written, "full marks", "full_marks"):
            out_of = None
    word = item.text("missing")
    ids = Lowering(reading.context, {})
    items = Items(reading, "undetermined" if word is None else handling(word), ids)
    tracks = items.tracks(item)
    bands = bands_of(item, _FULL_MARKS if out_of is None else out_of, reading)
    whole = reading.lowering.bounded(name.span)
    if out_of is None or tracks is None or bands is None or not whole:
        return None
    node = _known_parts(head, reading)
    node = Let(node, tuple(score_columns(tracks, out_of)))
    node = Let(node, tuple(band_columns(bands)))
    score: terms.Term = terms.ColumnOf(c.COMPUTED, POINTS)
    if reading.faults:
        maybe = t.Maybe(POINTS)
        score = terms.If(exists(terms.ColumnOf(c.REASON, WORD)), terms.Value(None, maybe), score, maybe)
    node = Let(node, (Column(c.SCORE, score),))
    scored = Scored(tracks, bands)
    return _of_rows(
        head,
        reading,
        Let(node, (Column(OUTCOME, _unless_refused(band_outcome(bands), reading)),)),
        score_points(scored),
        partial(score_reached, scored),
        partial(score_result, scored),
        items.rests_on,
    )


def _lowered_signs(name: Word, item: Item, head: Head, reading: Reading) -> Lowered | None:
    signs = signs_of(item, reading)
    whole = reading.lowering.bounded(name.span)
    if signs is None or not whole:
        return None
    node = _known_parts(head, reading)
    outcome = Column(OUTCOME, _unless_refused(sign_outcome(signs), reading))
    return _of_rows(
        head,
        reading,
        Let(node, (count_column(signs), outcome)),
        signs_points(signs),
        partial(signs_reached, signs),
        partial(signs_result, signs),
    )


def _known_parts(head: Head, reading: Reading) -> Node:
    """The conditions, what is made of them, and whether what parameters give can be meant."""
    node: Node = Let(Let(head.node, tuple(reading.lowering.columns)), tuple(reading.columns))
    if not reading.faults:
        return node
    # A parameter that the source does not state is no fault: it leaves unknown what it is used for.
    true = terms.Value(True, BOOLEAN)
    wrong = [(negated(terms.IfUnknown(holds, true, BOOLEAN)), word) for holds, word in reading.faults]
    return Let(node, (Column(c.REASON, first_reason(wrong)),))


def _unless_refused(outcome: terms.Term, reading: Reading) -> terms.Term:
    if not reading.faults:
        return outcome
    text = t.Text()
    return terms.If(exists(terms.ColumnOf(c.REASON, WORD)), terms.Value(REFUSED, text), outcome, text)


def _of_rows(
    head: Head,
    reading: Reading,
    root: Node,
    points: tuple[str, ...],
    reached: Callable[[TracedRow], frozenset[str]],
    result: Callable[[Basis, TracedRow, Assume], ScoreResult | SignsResult],
    rests_on: frozenset[str] = frozenset(),
) -> Lowered:
    return Lowered(
        plan=Plan((head.entity,), root),
        reference_date=head.reference_date,
        depth=max(head.depth, reading.depth, reading.lowering.depth),
        points=points,
        reached=reached,
        result=result,
        rests_on=rests_on,
    )


SCORING: Final = Kind("scoring", "how good a partner is, in points or by signs", FORM, signature, lower)
