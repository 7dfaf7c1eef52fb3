"""What every policy kind is made of, and what the kinds share: subject, condition on it, and reference date."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, Final

from partnerrules.decisions.basis import Basis
from partnerrules.decisions.results import Result
from partnerrules.diagnostics import Label, Report, Source, Span, suggestion
from partnerrules.language import forms, terms
from partnerrules.language.checker import Checked, check_expression
from partnerrules.language.checking import implied, origin
from partnerrules.language.environment import Environment, PolicySignature
from partnerrules.language.form_reader import Expression, Item, Word
from partnerrules.language.names import named_subject
from partnerrules.plan.inference import Rule
from partnerrules.plan.nodes import APPLIES, OUTCOME, Column, Filter, Node, Plan, Scan
from partnerrules.plan.trace import TracedRow
from partnerrules.quantities import as_percent
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown
from partnerrules.schema.titles import Title

Assume = Callable[[Mapping[str, object]], TracedRow]
"""Runs a policy's plan again for the same record with other values in some columns."""


@dataclass(frozen=True, slots=True)
class Pays:
    """Whom a policy pays for a record, told even where no version of it answers for the record.

    Attributes:
        when: which records it pays for; all if None.
        payees: those who are paid.
        currency: what they are paid in.
        corrects: the record that one corrects, whose both follow; None if records cannot.
        alone: the reference date of one that corrects what has not happened yet, or is not recorded yet; None if the
            policy has none for it.
    """

    when: terms.Term | None
    payees: tuple[terms.Term, ...]
    currency: str
    corrects: terms.Term | None = None
    alone: terms.Term | None = None


Days = tuple[dt.date | None, dt.date | None]
"""The first day on which a version is in force, and the first on which it is not any more; None is open."""


@dataclass(frozen=True, slots=True)
class Succession:
    """How versions of a policy tell together of one record, where each judges what happened in its own days.

    Attributes:
        told: the row of the version that answers for the record, with those of all, in the order of their days.
        joined: its result, with those of all.
        runs_on: whether something of a row runs on where no later version has a row of the record.
        day: the day that says which version judges what happened, as it is written.
    """

    told: Callable[[TracedRow, Sequence[TracedRow]], TracedRow]
    joined: Callable[[Result, Sequence[Result]], Result]
    runs_on: Callable[[TracedRow], bool]
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lowered:
    """What a policy comes to: the plan that decides it, and how the rows of the plan become results.

    Attributes:
        plan: what to run.
        depth: how deeply its terms are nested, definitions included.
        points: the parts that cases should reach: rules, gates, conditions and outcomes.
        reached: the parts that a row of the plan has reached.
        result: makes a result of a row of the plan.
        reference_date: gives the day by which the version that answers is chosen; today if None.
        pays: whom it pays, if it pays anybody.
        continues: whether the versions of the policy go on from each other: records of all of them add up, in periods
            or budgets, and each is paid or judged by its own version.
        succession: how its versions tell together of one record, if each judges what happened in its own days.
        regardless: the columns with conditions that tell others something even where it is not known whether the policy
            applies; where it does not, they are false.
        rule: of an inference rule what it derives from what; the rows of its plan are the records that it derives.
        rests_on: the parameters whose values went into the plan when it was made; it names the others itself.
        cited: clauses that stand in cells: the part of the policy, what the author wrote, and where.
        assumed: whether the source does not give what it says, so that someone assumed it.
    """

    plan: Plan
    depth: int
    points: tuple[str, ...]
    reached: Callable[[TracedRow], frozenset[str]]
    result: Callable[[Basis, TracedRow, Assume], Result]
    reference_date: terms.Term | None = None
    pays: Pays | None = None
    continues: bool = False
    succession: Succession | None = None
    regardless: frozenset[str] = frozenset()
    rule: Rule | None = None
    rests_on: frozenset[str] = frozenset()
    assumed: bool = False
    cited: tuple[tuple[str, str, Span], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy(Lowered):
    """One policy of one version of a ruleset, checked and lowered.

    Attributes:
        kind: the section of the ruleset it stands in.
        id: unique in the ruleset.
        title: for people.
        source: the clause it comes from.
        span: where it stands.
    """

    kind: str
    id: str
    title: Title
    source: str | None
    span: Span

    @classmethod
    def of(cls, kind: "Kind", name: Word, item: Item, context: "Context") -> "Policy | None":
        """The policy that is written under a name, or None after a fault."""
        lowered = kind.lower(name, item, context)
        if lowered is None:
            return None
        come_to: dict[str, Any] = {each.name: getattr(lowered, each.name) for each in fields(lowered)}
        title, source = item.title(), item.text("source")
        return cls(kind=kind.name, id=name.text, title=title, source=source, span=name.span, **come_to)


@dataclass(frozen=True, slots=True)
class Context:
    """What a kind needs to check and lower a policy.

    Attributes:
        environment: what names can mean.
        report: takes the faults.
        read_file: gives a file below the ruleset's folder, or None after a fault.
        days: on which the version is in force.
        fiscal_year_starts: month and day.
    """

    environment: Environment
    report: Report
    read_file: Callable[[str, Span], Source | None]
    days: Days = (None, None)
    fiscal_year_starts: tuple[int, int] = (1, 1)


@dataclass(frozen=True, slots=True)
class Kind:
    """One policy kind.

    Attributes:
        name: the key of its section in a ruleset.
        doc: what such policies decide.
        form: what stands under the name of a policy.
        signature: what other policies see of it, found before anything is checked.
        lower: what a policy comes to, or None after a fault.
    """

    name: str
    doc: str
    form: forms.RecordForm
    signature: Callable[[Word, Item, Context], PolicySignature | None]
    lower: Callable[[Word, Item, Context], Lowered | None]


SHARED_KEYS: Final = (
    forms.Key("title", forms.TitleForm(), "what people call it, in one or several languages"),
    forms.Key("source", forms.TextForm(), "the clause of the document that it comes from"),
    forms.Key("subject", forms.NameForm(), "the record that is decided, such as `partner`", required=True),
    forms.Key("when", forms.ExpressionForm(), "which records are decided at all"),
    forms.Key(
        "reference_date",
        forms.ExpressionForm(),
        "the day by which the version of the ruleset is chosen that answers; today if left out",
    ),
)


def subject_of(item: Item, context: Context) -> str | None:
    """The entity that a policy decides, or None after a fault."""
    return entity_of(item.word("subject"), context)


def entity_of(word: Word | None, context: Context) -> str | None:
    """The entity that a word names, one whose records stand in a relation, or None after a fault."""
    if word is None:
        return None
    entities = {name: entity for name, entity in context.environment.schema.entities.items() if entity.relation}
    if word.text in entities:
        return word.text
    context.report.error(
        "unknown-subject",
        f"there are no records called `{word.text}`",
        word.span,
        help=suggestion(word.text, entities, kind="record"),
    )
    return None


def checked_condition(
    expression: Expression | None,
    context: Context,
    named: dict[str, terms.Term],
    present: frozenset[terms.Term] = frozenset(),
) -> Checked | None:
    """An expression that is true or false, or None after a fault."""
    checked = checked_expression(expression, context, named, present)
    if checked is None or expression is None:
        return None
    if not isinstance(checked.type, t.Boolean):
        message = f"a condition is needed here, and this is {checked.type}"
        unsuited(context, expression.span, checked.type, message, help="compare it with something, such as `... >= 3`")
        return None
    return checked


def unsuited(
    context: Context,
    place: Span,
    found: t.Type,
    message: str,
    *,
    help: str | None = None,
    guard: str | None = None,
    absent: str | None = None,
    term: terms.Term | None = None,
    code: str = "type-mismatch",
) -> None:
    """Reports a value of a type that cannot be where it stands, be it only because it may be none.

    Args:
        context: takes the fault.
        place: where it stands.
        found: its type.
        message: what is needed, and what this is.
        help: the way out.
        guard: the way out for a value that may be none, if that is another one.
        absent: the message for a value that may be none, if that is another one.
        term: the value, if it is to be told where it comes from.
        code: what is wrong with a value that is there.
    """
    optional = isinstance(found, t.Maybe)
    context.report.error(
        "unguarded-none" if optional else code,
        absent if optional and absent is not None else message,
        place,
        labels=[] if term is None else [Label(place, f"{found}, {origin(term)}")],
        help=guard if optional and guard is not None else help,
    )


def with_percent(value: object) -> str:
    """What a plain number in the place of a percentage may be meant as: 0.05 is 5 %, and 5 is 5 %."""
    if isinstance(value, int | Decimal) and 0 < abs(Decimal(value)) < 1:
        return f"write `{as_percent(Decimal(value)):f} %`, or `{value} %` if that is meant"
    return f"write `{value} %`"


def no_day(found: t.Type) -> str:
    """The code of a value that is no date: an instant is of its own, as it has a day."""
    return "date-against-instant" if isinstance(found, t.Instant) else "type-mismatch"


def checked_expression(
    expression: Expression | None,
    context: Context,
    named: dict[str, terms.Term],
    present: frozenset[terms.Term] = frozenset(),
) -> Checked | None:
    """A checked expression, or None after a fault."""
    if expression is None or expression.tree is None:
        return None
    checked = check_expression(expression.tree, context.environment, context.report, named=named, present=present)
    return None if isinstance(checked.type, t.Anything) else checked


def outcome_of(row: TracedRow) -> object:
    """The outcome of a row, unknown where it is not known whether the policy applies at all."""
    value, applies = row.values[OUTCOME], row.values.get(APPLIES, True)
    if not isinstance(applies, Unknown):
        return value
    return Unknown.of((applies, value)) if isinstance(value, Unknown) else applies


@dataclass(frozen=True, slots=True)
class Head:
    """The lowered part that all kinds share.

    Attributes:
        entity: the records that are decided.
        named: the names under which expressions see one.
        node: those of them that the policy applies to.
        reference_date: gives the day by which the version that answers is chosen.
        present: terms that are not absent where the policy applies.
        depth: of the deepest expression.
    """

    entity: str
    named: dict[str, terms.Term]
    node: Node
    reference_date: terms.Term | None
    present: frozenset[terms.Term]
    depth: int


def lowered_head(item: Item, context: Context) -> Head | None:
    """The records that a policy decides, or None after a fault."""
    entity = subject_of(item, context)
    if entity is None:
        return None
    named = named_subject(entity)
    node: Node = Scan(entity)
    depth = 0
    present: frozenset[terms.Term] = frozenset()
    if "when" in item:
        applies = checked_condition(item.expression("when"), context, named)
        if applies is None:
            return None
        node = Filter(node, Column(APPLIES, applies.term, applies.observed))
        depth = applies.depth
        present = implied(applies.term, True)
    before = context.report.errors
    reference = _reference_date(item, context, named)
    if context.report.errors > before:
        return None
    deep = 0 if reference is None else reference.depth
    return Head(entity, named, node, None if reference is None else reference.term, present, max(depth, deep))


def _reference_date(item: Item, context: Context, named: dict[str, terms.Term]) -> Checked | None:
    """The day by which the version that answers is chosen, None if none is written."""
    written = item.expression("reference_date")
    checked = checked_expression(written, context, named)
    if checked is None or written is None:
        return None
    if not isinstance(checked.type, t.Date):
        unsuited(
            context,
            written.span,
            checked.type,
            f"a reference date is a date, not {checked.type}",
            help="take the day of an instant with `date(...)`",
            absent="a reference date has to be there, and this one may be absent",
            guard="write which day counts then, such as `if exists(...) then ... else today`",
            code=no_day(checked.type),
        )
    return checked
