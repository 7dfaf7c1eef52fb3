"""Tiering: which grade? Bands from the highest to the lowest, by conditions, by a measure, or by rank in a cohort.

A record has the grade of the highest band that it reaches, whether or not it reaches those below: bands need not nest.
Ranks go by value: those who are equal have the same place and, unless something is declared to decide between them, the
same grade.
"""

from functools import partial
from typing import Final

from partnerrules.decisions.basis import NOT_APPLICABLE
from partnerrules.decisions.tiering import NO_GRADE, NO_SCORE, TOO_SMALL
from partnerrules.language import operations, terms
from partnerrules.language.checker import Checked
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.environment import PolicySignature
from partnerrules.language.form_reader import Expression, Item, Word
from partnerrules.plan.nodes import APPLIES, OUTCOME, Column, Let, Node, Plan, Rank, SortKey
from partnerrules.policies.conditions import Lowering
from partnerrules.policies.grouping import NUMBERS, values_under
from partnerrules.policies.kind import Context, Head, Kind, Lowered, checked_expression, lowered_head, subject_of
from partnerrules.policies.tiering import columns
from partnerrules.policies.tiering.forms import FORM
from partnerrules.policies.tiering.outcomes import Choice, Described, points, reached_points, result_of
from partnerrules.policies.tiering.reading import (
    RESERVED,
    Band,
    asks_nothing,
    band_items,
    grade_words,
    ranked_bands,
    required_bands,
    way_of,
)
from partnerrules.policies.tiering.review import lower_review
from partnerrules.schema import types as t


def signature(name: Word, item: Item, context: Context) -> PolicySignature | None:
    """What other policies see of a tiering policy: the grade."""
    entity = subject_of(item, context)
    if entity is None:
        return None
    words = list(grade_words(item))
    if "review_of" in item.keys:
        words = [read.text for read in item.list("grades") if isinstance(read, Word)]
    grades = tuple(dict.fromkeys(words))
    if not any(asks_nothing(read) for read in item.list("bands") if isinstance(read, Item)):
        words.append(NO_GRADE)
    if "percentile_of" in item.keys:
        words.append(NO_SCORE)
    if "minimum_cohort" in item.keys:
        words.append(item.text("otherwise") or TOO_SMALL)
    outcomes = t.Enumeration(tuple(dict.fromkeys((*words, NOT_APPLICABLE))))
    return PolicySignature((entity,), {OUTCOME: outcomes}, frozenset(), name.span, best_first=grades)


def lower(name: Word, item: Item, context: Context) -> Lowered | None:
    """The plan of a tiering policy, or None after a fault.

    Scan the subjects, compute a column for each band, by conditions or by the place in a queue, and the outcome over
    the bands from the highest. A policy that keeps a grade has a plan of its own.
    """
    if "review_of" in item.keys:
        return lower_review(name, item, context)
    way = way_of(item, context)
    head = lowered_head(item, context)
    items = None if way is None else band_items(item, way, context)
    if head is None or way is None or items is None:
        return None
    graded = _ranked(item, items, head, context) if way == "rank" else _required(item, items, head, name, context)
    if graded is None:
        return None
    node, described, depth = graded
    text = t.Text()
    outcome: terms.Term = terms.Value(described.last, text)
    for choice in reversed(described.choices):
        reached = terms.ColumnOf(choice.column, BOOLEAN)
        outcome = terms.If(reached, terms.Value(choice.outcome, text), outcome, text)
    return Lowered(
        plan=Plan((head.entity,), Let(node, (Column(OUTCOME, outcome),))),
        reference_date=head.reference_date,
        depth=max(head.depth, depth),
        points=points(described),
        reached=partial(reached_points, described),
        result=partial(result_of, described),
    )


# --------------------------------------------------------------------------------------- by conditions, by a measure


def _required(
    item: Item, items: tuple[Item, ...], head: Head, name: Word, context: Context
) -> tuple[Node, Described, int] | None:
    """The plan in which each band is a condition, what results need of it, and its depth."""
    lowering = Lowering(context, head.named, present=head.present)
    written = item.expression("measure")
    measure: Checked | None = None
    if "measure" in item.keys:
        measure = _number(written, head, context)
        if measure is None:
            return None
    bands = required_bands(items, lowering, head, written)
    if not lowering.bounded(name.span) or bands is None:
        return None
    measured = () if measure is None else (Column(columns.MEASURE, measure.term, measure.observed),)
    reached = tuple(Column(columns.band(band.grade), band.holds) for band in bands if band.holds is not None)
    lacking = tuple(found for column in lowering.columns if (found := _lacking(column)) is not None)
    node = Let(Let(head.node, (*measured, *lowering.columns)), (*reached, *lacking))
    choices = tuple(Choice(columns.band(band.grade), band.grade) for band in bands if band.holds is not None)
    comparisons = {column.name: column.term for column in lowering.columns if isinstance(column.term, terms.Comparison)}
    described = Described(
        bands=bands,
        choices=choices,
        last=_rest(bands),
        measure=None if measure is None else (measure.text, measure.type, measure.title),
        comparisons=comparisons,
        lacking={column.name: column.term.type for column in lacking},
    )
    return node, described, max(lowering.depth, 0 if measure is None else measure.depth)


def _rest(bands: tuple[Band, ...]) -> str:
    """The outcome of a record that reaches no band which asks something."""
    return next((band.grade for band in bands if band.holds is None and band.cut is None), NO_GRADE)


def _number(written: Expression | None, head: Head, context: Context) -> Checked | None:
    """A measure: a number that is there, or None after a fault."""
    checked = checked_expression(written, context, head.named, head.present)
    if checked is None or written is None:
        return None
    if not isinstance(checked.type, NUMBERS):
        absent = isinstance(checked.type, t.Maybe)
        context.report.error(
            "unguarded-none" if absent else "type-mismatch",
            f"bands measure a number, and this is {checked.type}",
            written.span,
            help="let `when:` ask first whether it `exists(...)`" if absent else "count it, add it up, or compare it",
        )
        return None
    return checked


def _lacking(column: Column) -> Column | None:
    """How much is lacking for a condition that compares numbers to hold."""
    term = column.term
    if not isinstance(term, terms.Comparison) or term.operator not in (">=", ">", "<=", "<"):
        return None
    more, less = (term.right, term.left) if term.operator in (">=", ">") else (term.left, term.right)
    if not isinstance(more.type, NUMBERS) or not isinstance(less.type, NUMBERS):
        return None
    found = operations.calculation("-", more.type, less.type)
    if not isinstance(found, operations.Operation) or found.kind != "number":
        return None
    return Column(columns.lacking(column.name), terms.Calculation("number", "-", more, less, found.result))


# ------------------------------------------------------------------------------------------------------------ by rank


def _ranked(item: Item, items: tuple[Item, ...], head: Head, context: Context) -> tuple[Node, Described, int] | None:
    """The plan in which each band is a cut of a queue, what results need of it, and its depth."""
    score = _score(item.expression("percentile_of"), head, context)
    keys = values_under(item, "tie_break", head, context, ordered=True)
    groups = values_under(item, "per", head, context, ordered=False)
    least = _minimum(item.expression("minimum_cohort"), context)
    bands = ranked_bands(item, items, context)
    fine = _check_otherwise(item, context) and ("minimum_cohort" not in item.keys or least is not None)
    if score is None or keys is None or groups is None or bands is None or not fine:
        return None
    own = terms.ColumnOf(columns.SCORE, score.type)
    computed = [Column(columns.SCORE, score.term, score.observed)]
    computed += [Column(columns.tie_break(at), key.term, key.observed) for at, key in enumerate(keys, start=1)]
    computed += [Column(columns.per(at), each.term, each.observed) for at, each in enumerate(groups, start=1)]
    computed += [
        Column(band.cut.portion.name, band.portion.term)
        for band in bands
        if band.cut is not None and band.portion is not None and isinstance(band.cut.portion, terms.ColumnOf)
    ]
    # All in one queue are still a queue of their own, so that each knows who is left out of it.
    computed.append(Column(columns.TOGETHER, terms.Value(True, BOOLEAN)))
    scored: terms.Term = terms.Value(True, BOOLEAN)
    if isinstance(score.type, t.Maybe):
        scored = terms.Exists(own, BOOLEAN)
    if item.text("missing") != "undetermined":
        scored = terms.All((terms.Known(own, BOOLEAN), scored), BOOLEAN)
    computed.append(Column(columns.UNSCORED, terms.Not(scored, BOOLEAN)))
    applies = (terms.ColumnOf(APPLIES, BOOLEAN),) if "when" in item.keys else ()
    ranked: Node = Rank(
        source=Let(head.node, tuple(computed)),
        queue=terms.All((*applies, terms.Not(terms.ColumnOf(columns.UNSCORED, BOOLEAN), BOOLEAN)), BOOLEAN),
        by=(
            SortKey(columns.SCORE, descending=True),
            *(SortKey(columns.tie_break(at)) for at, _ in enumerate(keys, start=1)),
        ),
        column=columns.PLACE,
        within=(columns.TOGETHER, *(columns.per(at) for at, _ in enumerate(groups, start=1))),
        ahead=columns.AHEAD,
        level=columns.LEVEL,
        size=columns.SIZE,
        cuts=tuple(band.cut for band in bands if band.cut is not None),
    )
    choices = [Choice(columns.UNSCORED, NO_SCORE)]
    if least is not None:
        size, enough = terms.ColumnOf(columns.SIZE, t.Integer()), terms.ColumnOf(columns.LEAST, t.Integer())
        fewer = terms.Comparison("<", size, enough, BOOLEAN)
        ranked = Let(ranked, (Column(columns.LEAST, least.term), Column(columns.TOO_FEW, fewer)))
        choices.append(Choice(columns.TOO_FEW, item.text("otherwise") or TOO_SMALL))
    best = [band for band in bands if band.cut is not None and not band.cut.last]
    worst = [band for band in reversed(bands) if band.cut is not None and band.cut.last]
    in_order = [*worst, *best] if item.text("precedence") == "bottom" else [*best, *worst]
    choices += [Choice(columns.band(band.grade), band.grade) for band in in_order]
    described = Described(
        bands=bands,
        choices=tuple(choices),
        last=_rest(bands),
        tie_breaks=len(keys),
        groups=len(groups),
        score=(score.text, score.type, score.title),
    )
    return ranked, described, max(each.depth for each in (score, *keys, *groups))


def _score(written: Expression | None, head: Head, context: Context) -> Checked | None:
    """The score by which records are ranked, which may be absent, or None after a fault."""
    checked = checked_expression(written, context, head.named, head.present)
    if checked is None or written is None:
        return None
    inner = t.present(checked.type)
    if not isinstance(inner, NUMBERS):
        context.report.error(
            "type-mismatch",
            f"records are ranked by a number, and this is {checked.type}",
            written.span,
            help="rank them by a score, a count or a sum; days can be a `tie_break`",
        )
        return None
    return checked


def _minimum(written: Expression | None, context: Context) -> Checked | None:
    checked = checked_expression(written, context, {})
    if checked is None or written is None:
        return None
    if not isinstance(checked.type, t.Integer):
        context.report.error(
            "type-mismatch",
            f"a number of records is a whole number, not {checked.type}",
            written.span,
            help="write how many there have to be, such as `minimum_cohort: 10`",
        )
        return None
    value = checked.term.value if isinstance(checked.term, terms.Value) else None
    if isinstance(value, int) and value < 2:
        context.report.error(
            "impossible-count",
            f"every cohort has {value}" if value == 1 else f"no cohort has fewer than {value}",
            written.span,
            help="write a number of at least 2, or leave `minimum_cohort` out",
        )
        return None
    return checked


def _check_otherwise(item: Item, context: Context) -> bool:
    """Whether the word for a small cohort can be one; reports it if not."""
    word = item.word("otherwise")
    if word is None:
        return True
    if "minimum_cohort" not in item.keys:
        context.report.error(
            "missing-key",
            "`otherwise` needs the key `minimum_cohort` beside it",
            word.span,
            help="write `minimum_cohort: ...`, how many have to be ranked together",
        )
        return False
    if word.text in RESERVED and word.text not in (NO_GRADE, TOO_SMALL):
        context.report.error(
            "bad-name",
            f"the outcome of a small cohort cannot be `{word.text}`",
            word.span,
            help="name one of the grades, or use a word of your own",
        )
        return False
    return True


TIERING: Final = Kind(
    "tiering", "which grade a record has, and what would give it a better one", FORM, signature, lower
)
