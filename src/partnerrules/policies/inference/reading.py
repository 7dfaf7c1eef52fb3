"""Reads an inference rule: the records that it fires on, what they must meet, and the record that follows."""

from dataclasses import dataclass, field
from typing import Final

from partnerrules.decisions.requirements import Condition, Requirement
from partnerrules.diagnostics import Label, Span, suggestion, with_article
from partnerrules.language import navigation, terms
from partnerrules.language.building import TRUE, every, negated
from partnerrules.language.checker import new_checking
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.form_reader import Expression, Item, Read, Word
from partnerrules.language.names import ITEM, SUBJECT
from partnerrules.language.printer import print_expression
from partnerrules.plan.columns import APPLIES, OUTCOME, Column
from partnerrules.plan.inference import Pattern, Setting
from partnerrules.policies.conditions import Lowering, leaf_column
from partnerrules.policies.inference.forms import MAXIMUM_PATTERNS
from partnerrules.policies.inference.values import suits
from partnerrules.policies.kind import Context, checked_expression, entity_of, unsuited
from partnerrules.schema import types as t
from partnerrules.schema.titles import Title

_TAKEN: Final = (SUBJECT, ITEM, APPLIES, OUTCOME)


@dataclass(slots=True)
class When:
    """What a rule fires on, as it is read.

    Attributes:
        context: for checking.
        lowering: takes the conditions, each with a column of its own.
        patterns: the records that it fires on.
        conditions: what must hold, without columns.
        requirements: the same as it is told.
        names: of all records that conditions see, those that must not be there among them.
    """

    context: Context
    lowering: Lowering
    patterns: list[Pattern] = field(default_factory=list)
    conditions: list[terms.Term] = field(default_factory=list)
    requirements: list[Requirement] = field(default_factory=list)
    names: set[str] = field(default_factory=set)


def when_of(item: Item, context: Context) -> When | None:
    """What a rule fires on, or None after a fault."""
    before = context.report.errors
    found = When(context, Lowering(context, {}))
    read_ones = [read for read in item.list("when") if isinstance(read, Item)]
    facts = [read for read in read_ones if "fact" in read]
    for read in read_ones:
        name = _name_of(read, found)
        entity = entity_of(read.word("fact") or read.word("without"), context)
        if name is None or entity is None:
            continue
        variable = terms.Variable(name.text, t.Record(entity))
        found.names.add(name.text)
        if "fact" in read:
            found.lowering.named = {**found.lowering.named, name.text: variable}
            found.patterns.append(Pattern(name.text, entity))
            for each in _conditions(read):
                _require(found, found.lowering.condition(each))
        else:
            _exclude(found, read, name, variable)
    if read_ones and not facts:
        context.report.error(
            "missing-key",
            "the rule has no fact to fire on",
            item.keys["when"],
            help="name one above it, such as `- fact: partner`",
        )
    elif len(facts) > MAXIMUM_PATTERNS:
        context.report.error(
            "too-large",
            f"a rule fires on at most {MAXIMUM_PATTERNS} facts together, this one on {len(facts):,}",
            facts[MAXIMUM_PATTERNS].span,
            help="derive a fact from some of them first, and go on from that",
        )
    if len(read_ones) < len(item.list("when")) or not found.lowering.bounded(item.span):
        return None
    return found if context.report.errors == before else None


def _name_of(read: Item, found: When) -> Word | None:
    """The name under which conditions see a record, one that nothing else has."""
    word = read.word("as") or read.word("fact") or read.word("without")
    if word is None:
        return None
    if word.text in _TAKEN:
        found.context.report.error(
            "name-taken", f"`{word.text}` has a meaning already", word.span, help="choose another name"
        )
        return None
    checking = new_checking(found.context.environment, found.context.report, found.lowering.named)
    if word.text in found.lowering.named and "as" not in read:
        found.context.report.error(
            "ambiguous-name",
            f"two facts of the rule are called `{word.text}`",
            word.span,
            help="give each a name of its own, such as `as: second`",
        )
        return None
    return word if navigation.new_name(checking, word.text, word.span) else None


def _conditions(read: Item) -> tuple[Read, ...]:
    """The conditions under `where`, one or several."""
    written = read.expression("where")
    return read.list("where") if written is None else (written,)


def _require(found: When, lowered: tuple[Requirement, terms.Term] | None) -> None:
    if lowered is not None:
        found.requirements.append(lowered[0])
        found.conditions.append(_without_columns(lowered[1], found.lowering.columns))


def _exclude(found: When, read: Item, name: Word, variable: terms.Variable) -> None:
    """There must be no record that meets some conditions, which is one condition of the rule."""
    inner = Lowering(found.context, {**found.lowering.named, name.text: variable}, present=found.lowering.present)
    lowered = [inner.condition(each) for each in _conditions(read)]
    whole = [each for each in lowered if each is not None]
    if len(whole) < len(lowered):
        return
    condition = every(*(_without_columns(term, inner.columns) for _, term in whole))
    records = t.ListOf(variable.type)
    assert isinstance(variable.type, t.Record)
    source: terms.Term = terms.RelationOf(variable.type.entity, records)
    if whole:
        source = terms.Select(source, name.text, condition, records)
    none = negated(terms.Quantified("some", source, name.text, TRUE, BOOLEAN))
    id = f"without {name.text}"
    if not found.lowering.claim(id, name.span):
        return
    found.lowering.depth = max(found.lowering.depth, inner.depth + 2)
    found.lowering.columns.append(Column(leaf_column(id), none))
    found.requirements.append(Condition(id, _text_of(read, name, variable.type.entity), Title(), None))
    found.conditions.append(none)


def _text_of(read: Item, name: Word, entity: str) -> str:
    """An exclusion as it is told."""
    text = f"without {entity}" if name.text == entity else f"without {entity} as {name.text}"
    parts = []
    for each in _conditions(read):
        written = (
            each if isinstance(each, Expression) else each.expression("require") if isinstance(each, Item) else None
        )
        if written is not None and written.tree is not None:
            parts.append(print_expression(written.tree))
        elif isinstance(each, Item):
            parts.append("...")
    return f"{text} where {' and '.join(parts)}" if parts else text


def _without_columns(term: terms.Term, columns: list[Column]) -> terms.Term:
    """A tree of conditions with the conditions themselves in the place of their columns."""
    match term:
        case terms.ColumnOf(name):
            return next(column.term for column in columns if column.name == name)
        case terms.All(items):
            return terms.All(tuple(_without_columns(each, columns) for each in items), BOOLEAN)
        case terms.AnyOf(items):
            return terms.AnyOf(tuple(_without_columns(each, columns) for each in items), BOOLEAN)
        case terms.AtLeast(count, items):
            return terms.AtLeast(count, tuple(_without_columns(each, columns) for each in items), BOOLEAN)
        case terms.Not(inner):
            return terms.Not(_without_columns(inner, columns), BOOLEAN)
        case _:
            raise AssertionError(term)


# --------------------------------------------------------------------------------------------------------- what follows


@dataclass(frozen=True, slots=True)
class Then:
    """What follows, and how deeply its values are nested."""

    settings: tuple[Setting, ...]
    depth: int


def then_of(item: Item, entity: str, when: When) -> Then | None:
    """The fields of what follows, or None after a fault."""
    context = when.context
    before = context.report.errors
    declared = context.environment.schema.entities[entity].fields
    settings: list[Setting] = []
    depth = 0
    for word, read in item.named("with"):
        if word.text == "id":
            context.report.error(
                "name-taken",
                "the id of a derived fact is made of the rule and of what it fires on",
                word.span,
                help="leave it out",
            )
            continue
        if word.text not in declared:
            context.report.error(
                "unknown-field",
                f"{with_article(entity)} has no field `{word.text}`",
                word.span,
                help=suggestion(word.text, declared, kind="field"),
            )
            continue
        expression = read if isinstance(read, Expression) else None
        checked = checked_expression(expression, context, dict(when.lowering.named), when.lowering.present)
        if checked is None or expression is None:
            continue
        depth = max(depth, checked.depth)
        if _check_type(declared[word.text], checked.term, expression.span, context):
            settings.append(Setting(word.text, checked.term))
    written = {word.text for word, _ in item.named("with")}
    for name, each in declared.items():
        if each.absence == "required" and name != "id" and name not in written:
            context.report.error(
                "missing-key",
                f"{with_article(entity)} needs `{name}`, and the rule does not say what it is",
                item.keys.get("with", item.span),
                help=f"write `{name}: ...` under `with`",
            )
    return Then(tuple(settings), depth) if context.report.errors == before else None


def _check_type(declared: t.Field, term: terms.Term, span: Span, context: Context) -> bool:
    """Whether a value is one of a field; reports it if not."""
    found = term.type
    wanted = declared.type
    if declared.absence == "none":
        found = t.present(found)
    if isinstance(wanted, t.Anything) or suits(wanted, found, term, context.environment.schema):
        return True
    unsuited(
        context,
        span,
        found,
        f"`{declared.name}` is {wanted}, and this is {found}",
        help=_way_out(wanted, found),
        guard="write what counts then, such as `if exists(...) then ... else ...`, or ask for it in `where`",
        absent=f"`{declared.name}` has to be there, and this may be absent",
        term=term,
        code="date-against-instant" if {type(wanted), type(found)} == {t.Date, t.Instant} else "type-mismatch",
    )
    return False


def _way_out(wanted: t.Type, found: t.Type) -> str | None:
    if isinstance(wanted, t.Date) and isinstance(found, t.Instant):
        return "take the day of an instant with `date(...)`"
    if isinstance(wanted, t.Record) and isinstance(found, t.Text):
        return "name the record itself, not its id"
    return None


def decreasing(item: Item, entity: str, settings: tuple[Setting, ...], context: Context) -> Word | None:
    """The field under `decreases`, None if it is left out or after a fault."""
    word = item.word("decreases")
    if word is None:
        return None
    declared = context.environment.schema.entities[entity].fields
    whole = {name: each for name, each in declared.items() if isinstance(each.type, t.Integer)}
    if word.text not in whole or whole[word.text].absence == "none":
        context.report.error(
            "unknown-field",
            f"`{word.text}` is no whole number of {with_article(entity)} that is always there",
            word.span,
            help=suggestion(word.text, whole, kind="field"),
        )
        return None
    if all(setting.field != word.text for setting in settings):
        context.report.error(
            "missing-key",
            f"the rule does not say what `{word.text}` of the derived {entity} is",
            word.span,
            labels=[Label(word.span, "this gets less each time")],
            help=f"write `{word.text}: ...` under `with`",
        )
        return None
    return word
