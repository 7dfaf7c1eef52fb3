"""Reads the bands of a tiering policy: which grades there are, and what each asks in the way that the policy grades."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final, Literal

from partnerrules.decisions.basis import NOT_APPLICABLE, NOT_IN_FORCE, UNDETERMINED
from partnerrules.decisions.requirements import Requirement, conditions
from partnerrules.decisions.tiering import NO_GRADE, NO_SCORE, TOO_SMALL
from partnerrules.diagnostics import Label, Span
from partnerrules.language import syntax as s
from partnerrules.language import terms
from partnerrules.language.checker import Checked
from partnerrules.language.form_reader import Expression, Item, Word
from partnerrules.language.once import Once
from partnerrules.plan.nodes import Cut
from partnerrules.plan.portions import Rounding
from partnerrules.policies.conditions import Lowering, leaf_column
from partnerrules.policies.kind import Context, Head, checked_expression
from partnerrules.policies.tiering import columns
from partnerrules.policies.tiering.forms import ASKS, BOUNDS, BY_RANK, CUTS
from partnerrules.schema import types as t
from partnerrules.schema.titles import Title

Way = Literal["conditions", "measure", "rank"]
"""How a policy grades."""

RESERVED: Final = (NO_GRADE, NO_SCORE, TOO_SMALL, UNDETERMINED, NOT_IN_FORCE, NOT_APPLICABLE)

MAXIMUM_BANDS: Final = 100

_ASKED: Final[dict[Way, tuple[str, ...]]] = {"conditions": ASKS, "measure": BOUNDS, "rank": CUTS}
_SAID: Final[dict[Way, str]] = {
    "conditions": "grades by conditions",
    "measure": "grades by what `measure` comes to",
    "rank": "grades by rank",
}
_GOES_WITH: Final[dict[str, str]] = {
    **dict.fromkeys(ASKS, "take `measure` or `percentile_of` out, or ask for it in a policy of its own"),
    **dict.fromkeys(BOUNDS, "write `measure: ...` beside `bands`"),
    **dict.fromkeys((*CUTS, "rounding"), "write `percentile_of: ...` beside `bands`"),
}


_TIES: Final[dict[str, Literal["include", "exclude"]]] = {"include": "include", "exclude": "exclude"}
_ROUNDINGS: Final[dict[str, Rounding]] = {
    "floor": "floor", "ceil": "ceil", "half_up": "half_up",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Band:
    """One band.

    Attributes:
        grade: the grade that it gives.
        title: what people call it.
        source: the clause that it comes from.
        requirement: what it asks, if it asks for conditions or by a measure.
        holds: whether it is reached; None if it asks nothing.
        cut: whom it takes, if it goes by rank.
        portion: how much of them, as the author wrote it.
    """

    grade: str
    title: Title
    source: str | None
    requirement: Requirement | None = None
    holds: terms.Term | None = None
    cut: Cut | None = None
    portion: Checked | None = None


def way_of(item: Item, context: Context) -> Way | None:
    """How a policy grades, or None after a fault."""
    if "measure" in item.keys and "percentile_of" in item.keys:
        context.report.error(
            "too-many-keys",
            "a tiering policy has `measure` or `percentile_of`, not both",
            item.keys["percentile_of"],
            labels=[Label(item.keys["percentile_of"], ""), Label(item.keys["measure"], "the other one")],
            help="grade by each in a policy of its own, and ask for both outcomes in a third one",
        )
        return None
    if "bands" not in item.keys:
        return None  # the form has said that they are missing
    if "measure" in item.keys:
        return "measure"
    if "percentile_of" in item.keys:
        return "rank"
    # Keys that only go with ranks have been reported by the form.
    return None if any(key in item.keys for key in BY_RANK) else "conditions"


def grade_words(item: Item) -> tuple[str, ...]:
    """The grades that are written, highest first."""
    bands = (read for read in item.list("bands") if isinstance(read, Item))
    return tuple(dict.fromkeys(word.text for word in (band.word("grade") for band in bands) if word is not None))


def asks_nothing(band: Item) -> bool:
    """Whether a band takes all whom no other takes."""
    return not any(key in band.keys for key in (*ASKS, *BOUNDS, *CUTS))


def band_items(item: Item, way: Way, context: Context) -> tuple[Item, ...] | None:
    """The bands as they are written, after seeing that each asks what the policy grades by; None after a fault."""
    report = context.report
    before = report.errors
    written = item.list("bands")
    if len(written) > MAXIMUM_BANDS:
        found = f"a tiering policy has at most {MAXIMUM_BANDS} bands, this one has {len(written):,}"
        report.error("too-large", found, item.keys["bands"], help="split the policy")
        return None
    bands = [read for read in written if isinstance(read, Item)]
    grades = Once(report, help="join them: what one of them asks goes under `any:`")
    for position, band in enumerate(bands):
        _check_grade(band.word("grade"), grades, context)
        _check_asked(band, way, context)
        if way != "rank" and asks_nothing(band) and position + 1 < len(bands):
            report.error(
                "unsuited-band",
                "every record reaches a band that asks nothing, so that none reaches those below",
                band.span,
                help="let it stand last, or say what it asks",
            )
    if way == "rank" and report.errors == before:
        _check_ends(bands, context)
    return tuple(bands) if report.errors == before and len(bands) == len(written) and bands else None


def _check_grade(word: Word | None, grades: Once, context: Context) -> None:
    if word is None:
        return
    if word.text in RESERVED:
        context.report.error(
            "bad-name",
            f"a grade cannot be called `{word.text}`, which is an outcome by itself",
            word.span,
            help="use a word of your own, such as `gold`",
        )
    grades.claim(word.text, word.span, f"two bands give the grade `{word.text}`")


def _check_asked(band: Item, way: Way, context: Context) -> None:
    """Reports keys of a band that do not go with how the policy grades, or with each other."""
    report = context.report
    given = [key for key in (*ASKS, *BOUNDS, *CUTS, "rounding") if key in band.keys]
    for key in given:
        fits = key in _ASKED[way] or (key == "rounding" and way == "rank")
        if not fits:
            report.error(
                "unsuited-band",
                f"`{key}` does not go with a policy that {_SAID[way]}",
                band.keys[key],
                help=_GOES_WITH[key],
            )
    asked = [key for key in given if key in _ASKED[way] and key != "of"]
    if len(asked) > 1:
        first, second = asked[:2]
        report.error(
            "too-many-keys",
            f"a band has `{first}` or `{second}`, not both",
            band.keys[second],
            labels=[Label(band.keys[second], ""), Label(band.keys[first], "the other one")],
            help="put one of them inside the other" if way == "conditions" else "take one of them out",
        )
    if way == "rank" and "rounding" in given and not asked:
        report.error(
            "unsuited-band",
            "a band that takes no share of the ranks rounds nothing",
            band.keys["rounding"],
            help="take it out",
        )


def _check_ends(bands: list[Item], context: Context) -> None:
    """Reports bands of ranks that do not stand from the best to the worst."""
    order = ("top", "", "bottom")
    places = [order.index(next((key for key in CUTS if key in band.keys), "")) for band in bands]
    for (one, other), band in zip(pairwise(places), bands[1:], strict=True):
        if one > other:
            context.report.error(
                "bands-not-falling",
                "grades stand from the highest to the lowest: `top`, then one that asks nothing, then `bottom`",
                band.span,
                help="move this band up",
            )
        elif one == other == 1:
            context.report.error(
                "unsuited-band",
                "two bands take all whom no other takes",
                band.span,
                help="write which of them it takes: `top: ...` or `bottom: ...`",
            )


# ------------------------------------------------------------------------------------------------ what the bands ask


def required_bands(
    bands: tuple[Item, ...], lowering: Lowering, head: Head, measure: Expression | None
) -> tuple[Band, ...] | None:
    """Bands that ask for conditions, or for a measure; the columns are collected. None after a fault."""
    read: list[Band] = []
    bounds: list[tuple[object, bool, Span]] = []
    asked: set[str] = set()
    for item in bands:
        grade = item.text("grade")
        if grade is None:
            return None
        told = (grade, item.title(), item.text("source"))
        if asks_nothing(item):
            read.append(Band(*told))
            continue
        lowering.present = head.present
        lowering.again = set(asked)
        if measure is None:
            # The band has told its title and its source; what it asks need not tell them again.
            kept = {key: value for key, value in item.fields.items() if key in ASKS}
            lowered = lowering.condition(Item(kept, item.span, item.keys))
        else:
            lowered = _bound(item, measure, lowering, bounds)
        if lowered is None:
            asked |= lowering.ids.places.keys()  # what is wrong here is not told again of the bands below
        else:
            asked |= {each.id for each in conditions(lowered[0]) if each.id == each.text}
            read.append(Band(*told, lowered[0], lowered[1]))
    whole = len(read) == len(bands) and _falling(bounds, lowering.context)
    return tuple(read) if whole else None


def _bound(
    item: Item, measure: Expression, lowering: Lowering, bounds: list[tuple[object, bool, Span]]
) -> tuple[Requirement, terms.Term] | None:
    """A band of a measure is the comparison with its bound."""
    above = "above" in item.keys
    bound = item.expression("above" if above else "from")
    if bound is None or bound.tree is None or measure.tree is None:
        return None
    tree = s.Comparison(">" if above else ">=", measure.tree, bound.tree, bound.span)
    lowered = lowering.condition(Expression(bound.text, tree, bound.span))
    if lowered is not None:
        (leaf,) = conditions(lowered[0])
        term = next(column.term for column in lowering.columns if column.name == leaf_column(leaf.id))
        if isinstance(term, terms.Comparison) and isinstance(term.right, terms.Value):
            bounds.append((term.right.value, above, bound.span))
    return lowered


def _falling(bounds: list[tuple[object, bool, Span]], context: Context) -> bool:
    """Whether each band starts below the one before it, as far as that is written; reports it if not."""
    written = [(value, above, span) for value, above, span in bounds if isinstance(value, int | Decimal)]
    fine = True
    for (upper, upper_above, first), (lower, lower_above, second) in pairwise(written):
        if (lower, lower_above) >= (upper, upper_above):
            context.report.error(
                "bands-not-falling",
                "the band does not start below the one before it",
                second,
                labels=[Label(second, ""), Label(first, "the one before it")],
                help="write the bands from the highest to the lowest",
            )
            fine = False
    return fine


def ranked_bands(item: Item, bands: tuple[Item, ...], context: Context) -> tuple[Band, ...] | None:
    """Bands that take a share of those who are ranked, or None after a fault."""
    usual = item.text("rounding") or "floor"
    ties = item.item("ties")
    read: list[Band] = []
    before: tuple[str, t.Type, object, Span] | None = None
    for band in bands:
        grade = band.text("grade")
        end = next((key for key in CUTS if key in band.keys), None)
        if grade is None:
            return None
        told = (grade, band.title(), band.text("source"))
        if end is None:
            read.append(Band(*told))
            continue
        written = band.expression(end)
        portion = checked_expression(written, context, {})
        if portion is None or written is None or not _is_portion(portion, written, end, context):
            return None
        value = portion.term.value if isinstance(portion.term, terms.Value) else None
        if before is not None and before[:2] == (end, portion.type) and not _wider(end, before[2], value):
            context.report.error(
                "bands-not-falling",
                "nobody is left for this band: the one before it takes as many or more"
                if end == "top"
                else "nobody is left for the band before this one, which takes as many or more",
                written.span,
                labels=[Label(written.span, ""), Label(before[3], "the one before it")],
                help="shares count from the end: `top: 30 %` holds those of `top: 10 %` above it",
            )
            return None
        before = (end, portion.type, value, written.span)
        tie = (None if ties is None else ties.text(end)) or ("include" if end == "top" else "exclude")
        cut = Cut(
            column=columns.band(grade),
            portion=terms.ColumnOf(columns.portion(grade), portion.type),
            last=end == "bottom",
            ties=_TIES[tie],
            rounding=_ROUNDINGS[band.text("rounding") or usual],
        )
        read.append(Band(*told, cut=cut, portion=portion))
    return tuple(read)


def _wider(end: str, one: object, other: object) -> bool:
    """Whether a cut leaves something to the band further inside, as far as both are written."""
    if not isinstance(one, int | Decimal) or not isinstance(other, int | Decimal):
        return True
    return one < other if end == "top" else one > other


def _is_portion(portion: Checked, written: Expression, end: str, context: Context) -> bool:
    if not isinstance(portion.type, t.Ratio | t.Integer):
        context.report.error(
            "unguarded-none" if isinstance(portion.type, t.Maybe) else "type-mismatch",
            f"a share of those who are ranked, or a whole number of them, is needed here, and this is {portion.type}",
            written.span,
            help=f"write `{end}: 10 %` or `{end}: 3`",
        )
        return False
    value = portion.term.value if isinstance(portion.term, terms.Value) else None
    most = Decimal(1) if isinstance(portion.type, t.Ratio) else None
    if isinstance(value, int | Decimal) and (value <= 0 or (most is not None and value > most)):
        context.report.error(
            "impossible-count",
            "nobody is in this band" if value <= 0 else "more than all cannot be in a band",
            written.span,
            help=f"write a share of more than 0 % and up to 100 %, such as `{end}: 10 %`",
        )
        return False
    return True
