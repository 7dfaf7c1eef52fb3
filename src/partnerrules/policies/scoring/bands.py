"""Reads the bands of a score, and says which of them is reached: exactly, and also where the score is not known."""

from dataclasses import dataclass
from typing import Final

from partnerrules.decisions.scoring import POINTS, REFUSED, RESERVED, SCORED
from partnerrules.diagnostics import Span
from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.form_reader import Item, Word
from partnerrules.language.once import Once
from partnerrules.plan.nodes import Column
from partnerrules.policies.computing import amount, choice, compared, computed
from partnerrules.policies.kind import Context
from partnerrules.policies.scoring import columns as c
from partnerrules.policies.scoring.totals import least_share, most_share
from partnerrules.policies.scoring.values import Reading
from partnerrules.schema import types as t
from partnerrules.schema.titles import Title

MAXIMUM_BANDS: Final = 100


@dataclass(frozen=True, slots=True)
class Band:
    """One band: its outcome, and where it starts; the last has no start."""

    outcome: str
    title: Title
    start: terms.Term | None


def checked_outcome(word: Word | None, context: Context) -> bool:
    """Whether a word can be an outcome; reports it if not."""
    if word is None:
        return False
    if word.text not in RESERVED:
        return True
    context.report.error(
        "bad-name",
        f"a score or a sign cannot give `{word.text}`, which has a meaning of its own",
        word.span,
        help="use a word of your own, such as `good`",
    )
    return False


def bands_of(item: Item, out_of: terms.Term, reading: Reading) -> tuple[Band, ...] | None:
    """The bands of a policy, from the highest down; none if it has none, None after a fault."""
    report = reading.context.report
    listed = item.list("bands")
    if len(listed) > MAXIMUM_BANDS:
        found = f"a score has at most {MAXIMUM_BANDS} bands, this one has {len(listed):,}"
        report.error("too-large", found, item.keys["bands"], help="join bands of one outcome")
        return None
    bands: list[Band] = []
    starts: list[tuple[terms.Term, Span]] = []
    outcomes = Once(report, help="let one band start where the lower of them does")
    whole = True
    for number, read in enumerate(listed, start=1):
        word = read.word("outcome") if isinstance(read, Item) else None
        if not isinstance(read, Item) or word is None or not checked_outcome(word, reading.context):
            whole = False
            continue
        if not outcomes.claim(word.text, word.span, f"two bands give `{word.text}`"):
            whole = False
        last = number == len(listed)
        if not _is_last(read, word, last=last, reading=reading):
            whole = False
            continue
        start = None if last else reading.fixed(read.expression("from"), "a score is points", POINTS, "75 points")
        if start is None and not last:
            whole = False
            continue
        if start is not None:
            written = read.expression("from")
            assert written is not None
            whole &= _reachable(start, written.span, out_of, reading)
            starts.append((start, written.span))
        bands.append(Band(word.text, read.title(), start))
    whole = whole and reading.in_line(starts, "band", "bands", rising=False)
    return tuple(bands) if whole and len(bands) == len(listed) else None


def _is_last(read: Item, word: Word, *, last: bool, reading: Reading) -> bool:
    """Whether the last band, and only that, goes without a start; reports it if not."""
    if ("from" in read.keys) != last:
        return True
    if last:
        reading.context.report.error(
            "too-many-keys",
            "the last band has all scores below the others, so it has no `from`",
            read.keys["from"],
            help="leave `from` out, or add a band below this one",
        )
    else:
        reading.context.report.error(
            "missing-key",
            f"the band `{word.text}` needs the key `from`: only the last one goes without",
            read.span,
            help="write the least score of the band, such as `from: 75 points`",
        )
    return False


def _reachable(start: terms.Term, span: Span, out_of: terms.Term, reading: Reading) -> bool:
    """Whether some score reaches a band and some does not, as far as that is written; reports it if not."""
    if not isinstance(start, terms.Value) or not isinstance(out_of, terms.Value):
        return True
    if 0 < c.decimal(start.value) <= c.decimal(out_of.value):
        return True
    reading.context.report.error(
        "impossible-count",
        "every score reaches this band" if c.decimal(start.value) <= 0 else "no score reaches this band",
        span,
        help=f"write more than `0 points`, and at most full marks, `{c.decimal(out_of.value):f} points`",
    )
    return False


def band_columns(bands: tuple[Band, ...]) -> list[Column]:
    """Where each band starts, and whether it is reached."""
    full = terms.ColumnOf(c.OUT_OF, POINTS)
    found: list[Column] = []
    for number, band in enumerate(bands, start=1):
        if band.start is None:
            continue
        found.append(Column(c.band_start(number), band.start))
        start = terms.ColumnOf(c.band_start(number), POINTS)
        share = computed(start, "/", full, c.NUMBER)
        enough = compared(least_share(), ">=", share)
        too_little = compared(most_share(), "<", share)
        open_still = compared(terms.ColumnOf(c.COMPUTED, POINTS), ">=", start)
        found.append(
            Column(
                c.band(number),
                choice(enough, terms.Value(True, BOOLEAN), choice(too_little, terms.Value(False, BOOLEAN), open_still)),
            )
        )
    return found


def band_outcome(bands: tuple[Band, ...]) -> terms.Term:
    """The outcome of the highest band that is reached; without bands, whether there is a score."""
    text = t.Text()
    if not bands:
        some = compared(terms.ColumnOf(c.COMPUTED, POINTS), ">=", amount(0, POINTS))
        return terms.If(some, terms.Value(SCORED, text), terms.Value(REFUSED, text), text)
    found: terms.Term = terms.Value(bands[-1].outcome, text)
    for number in range(len(bands) - 1, 0, -1):
        reached = terms.ColumnOf(c.band(number), BOOLEAN)
        found = terms.If(reached, terms.Value(bands[number - 1].outcome, text), found, text)
    return found
