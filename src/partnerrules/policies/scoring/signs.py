"""Signs: conditions that show or do not, each of a severity, and what so many of them add up to."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from partnerrules.decisions.requirements import Requirement
from partnerrules.diagnostics import Label, suggestion
from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.form_reader import Expression, Item, Word
from partnerrules.language.once import Once
from partnerrules.plan.nodes import Column
from partnerrules.policies.computing import compared
from partnerrules.policies.conditions import Lowering
from partnerrules.policies.scoring import columns as c
from partnerrules.policies.scoring.bands import checked_outcome
from partnerrules.policies.scoring.forms import ITEMS_ONLY
from partnerrules.policies.scoring.values import Reading
from partnerrules.schema import types as t
from partnerrules.schema.titles import Title

MAXIMUM_SIGNS: Final = 100
MAXIMUM_OUTCOMES: Final = 100


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign; severity is its place among the severities, None if there are none."""

    id: str
    title: Title
    source: str | None
    severity: int | None
    requirement: Requirement


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome, how many signs it needs, and which of them count.

    Attributes:
        outcome: the word.
        title: what people call it.
        severity: the least grave severity that counts; None if all do.
        counted: the ids of the signs that count.
    """

    outcome: str
    title: Title
    severity: int | None
    counted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signs:
    """The signs of one policy and what they add up to."""

    signs: tuple[Sign, ...]
    severities: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    otherwise: str


def signs_of(item: Item, reading: Reading) -> Signs | None:
    """The signs of a policy, or None after a fault; their columns go to the reading."""
    report = reading.context.report
    stray = next((key for key in ITEMS_ONLY if key in item.keys), None)
    if stray is not None:
        report.error(
            "too-many-keys",
            f"`{stray}` is for items that are scored, and signs only show or do not",
            item.keys[stray],
            labels=[Label(item.keys[stray], ""), Label(item.keys["signs"], "the signs")],
            help=f"take `{stray}` out",
        )
    severities = _severities(item, reading)
    read = [each for each in item.list("signs") if isinstance(each, Item)]
    if len(read) > MAXIMUM_SIGNS or len(item.list("outcomes")) > MAXIMUM_OUTCOMES:
        what = "signs" if len(read) > MAXIMUM_SIGNS else "outcomes"
        found = f"a policy has at most 100 {what}, this one has {len(item.list(what)):,}"
        report.error("too-large", found, item.keys[what], help="split the policy")
        return None
    ids = Lowering(reading.context, {})
    signs = [_sign(each, number, ids, severities, reading) for number, each in enumerate(read, start=1)]
    whole = tuple(each for each in signs if each is not None)
    otherwise = item.word("otherwise")
    named = checked_outcome(otherwise, reading.context)
    if len(whole) < len(item.list("signs")) or severities is None:
        return None
    verdicts = [
        _verdict(each, number, whole, severities, reading)
        for number, each in enumerate(item.list("outcomes"), start=1)
        if isinstance(each, Item)
    ]
    decided = tuple(each for each in verdicts if each is not None)
    if stray is not None or not named or otherwise is None or not decided:
        return None
    if len(decided) < len(item.list("outcomes")):
        return None
    return Signs(whole, tuple(severities), decided, otherwise.text)


def _severities(item: Item, reading: Reading) -> dict[str, int] | None:
    found: dict[str, int] = {}
    once = Once(reading.context.report, help="write each severity once, the gravest first")
    for word in item.list("severities"):
        if not isinstance(word, Word):
            return None
        if not once.claim(word.text, word.span, f"`{word.text}` stands twice among the severities"):
            return None
        found[word.text] = len(found)
    return found


def _severity(word: Word, severities: dict[str, int], reading: Reading) -> int | None:
    if word.text in severities:
        return severities[word.text]
    way_out = suggestion(word.text, severities, kind="severity") if severities else None
    reading.context.report.error(
        "unknown-choice",
        f"`{word.text[:60]}` is not one of the severities",
        word.span,
        help=way_out or f"declare them, the gravest first: `severities: [{word.text}, ...]`",
    )
    return None


def _sign(read: Item, number: int, ids: Lowering, severities: dict[str, int] | None, reading: Reading) -> Sign | None:
    word = read.word("id")
    id = f"sign-{number}" if word is None else word.text
    fresh = ids.claim(id, read.span if word is None else word.span)
    grave = read.word("severity")
    severity = None
    if grave is not None and severities is not None:
        severity = _severity(grave, severities, reading)
        fresh &= severity is not None
    elif severities:
        reading.context.report.error(
            "missing-key",
            f"the sign `{id}` needs the key `severity`, as there are severities",
            read.span,
            help=f"write `severity: {next(iter(severities))}`, or another one of them",
        )
        fresh = False
    when = read.fields.get("when")
    if isinstance(when, Expression) and word is not None:  # one expression goes by the id of the sign
        when = Item({"id": word, "require": when}, when.span, {"require": when.span})
    lowering = reading.lowering
    before = lowering.present
    lowered = lowering.condition(when)
    lowering.present = before  # one sign says nothing about the others
    if lowered is None or not fresh:
        return None
    reading.columns.append(Column(c.sign(id), lowered[1]))
    return Sign(id, read.title(), read.text("source"), severity, lowered[0])


def _verdict(
    read: Item, number: int, signs: tuple[Sign, ...], severities: dict[str, int], reading: Reading
) -> Verdict | None:
    word, grave = read.word("outcome"), read.word("severity")
    written = read.expression("at_least")
    if word is None or not checked_outcome(word, reading.context) or written is None:
        return None
    severity = None if grave is None else _severity(grave, severities, reading)
    if grave is not None and severity is None:
        return None
    needed = reading.fixed(written, "a number of signs is a whole number", c.COUNT, "3")
    if needed is None:
        return None
    counted = tuple(
        each.id for each in signs if severity is None or (each.severity is not None and each.severity <= severity)
    )
    if isinstance(needed, terms.Value) and not 1 <= c.decimal(needed.value) <= len(counted):
        reading.context.report.error(
            "impossible-count",
            f"at least {needed.value} of {len(counted)} signs {'always' if needed.value == 0 else 'can never'} show",
            written.span,
            help=_ways_out(len(counted)),
        )
        return None
    if not isinstance(needed, terms.Value):
        reading.faults.append((compared(needed, ">=", terms.Value(Decimal(1), c.COUNT)), "outcomes"))
    reading.columns += (
        Column(c.needed(number), needed),
        Column(c.shown(number), _count(counted)),
    )
    enough = compared(terms.ColumnOf(c.shown(number), c.COUNT), ">=", terms.ColumnOf(c.needed(number), c.COUNT))
    reading.columns.append(Column(c.verdict(number), enough))
    return Verdict(word.text, read.title(), severity, counted)


def _ways_out(count: int) -> str:
    """How many signs an outcome may ask for."""
    if not count:
        return "no sign is as grave as that: name another severity, or leave it out"
    return "write `1`" if count == 1 else f"write a number from 1 to {count}"


def count_column(signs: Signs) -> Column:
    """How many signs show."""
    return Column(c.SIGNS, _count(tuple(sign.id for sign in signs.signs)))


def _count(ids: tuple[str, ...]) -> terms.Term:
    """How many of some signs show: a count with its bounds, where some of them are not known."""
    shows = terms.Variable("#sign", BOOLEAN)
    every = terms.Items(tuple(terms.ColumnOf(c.sign(id), BOOLEAN) for id in ids), t.ListOf(BOOLEAN))
    return terms.Aggregate("count", terms.Select(every, shows.name, shows, every.type), c.COUNT)


def sign_outcome(signs: Signs) -> terms.Term:
    """The first outcome that holds."""
    text = t.Text()
    found: terms.Term = terms.Value(signs.otherwise, text)
    for number in range(len(signs.verdicts), 0, -1):
        holds = terms.ColumnOf(c.verdict(number), BOOLEAN)
        found = terms.If(holds, terms.Value(signs.verdicts[number - 1].outcome, text), found, text)
    return found
