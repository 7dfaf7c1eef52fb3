"""The parameters of a ruleset: every value that a company may change, once, with its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from partnerrules.diagnostics import Report, Span
from partnerrules.language import comparisons, forms, terms
from partnerrules.language import syntax as s
from partnerrules.language.checker import new_checking
from partnerrules.language.cursor import RESERVED
from partnerrules.language.environment import Environment, NoDefinitions, ParameterSignature
from partnerrules.language.form_reader import Expression, Item, Word
from partnerrules.language.literals import DAY_HELP
from partnerrules.language.type_texts import read_type
from partnerrules.quantities import read_day
from partnerrules.schema import types as t
from partnerrules.schema.entities import Schema
from partnerrules.schema.titles import Title

PARAMETER_FORM: Final = forms.RecordForm(
    "parameter",
    (
        forms.Key("value", forms.ExpressionForm(), "its value, such as `90 days`; left out if the source is silent"),
        forms.Key("type", forms.TextForm(), "its type, needed where no value is given"),
        forms.Key("title", forms.TitleForm(), "what people call it, in one or several languages"),
        forms.Key("source", forms.TextForm(), "the clause of the document that it comes from"),
        forms.Key("checked_on", forms.TextForm(), "the day on which someone last looked into the source"),
        forms.Key(
            "status",
            forms.ChoiceForm(("published", "assumed", "unstated")),
            "whether the source gives the value, someone assumed it, or there is none; `published` if left out",
        ),
        forms.Key("note", forms.TextForm(), "why this value"),
    ),
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that a company may change, once for all rules that use it; None where the source is silent."""

    name: str
    value: terms.Constant | tuple[terms.Constant, ...]
    type: t.Type
    status: str
    title: Title
    source: str | None
    checked_on: str | None
    note: str | None
    span: Span


def read_parameters(item: Item, schema: Schema, currency: str | None, report: Report) -> dict[str, Parameter]:
    """The parameters of a version by name."""
    entities = frozenset(name for name, entity in schema.entities.items() if entity.relation)
    found: dict[str, Parameter] = {}
    for name, read in item.named("parameters"):
        if name.text in RESERVED or schema.has(name.text):
            report.error(
                "name-taken", f"`{name.text}` is a word of the language or of records", name.span, help="rename it"
            )
        if isinstance(read, Item):
            parameter = _parameter(name, read, entities, schema, currency, report)
            if parameter is not None:
                found[name.text] = parameter
    return found


def _parameter(
    name: Word, item: Item, entities: frozenset[str], schema: Schema, currency: str | None, report: Report
) -> Parameter | None:
    declared = item.word("type")
    type = None if declared is None else read_type(declared, entities, currency, report)
    if declared is not None and type is None:
        return None
    status = item.text("status") or "published"
    checked_on = item.word("checked_on")
    if checked_on is not None and read_day(checked_on.text) is None:
        report.error("no-such-date", f"there is no day `{checked_on.text[:60]}`", checked_on.span, help=DAY_HELP)
    value: terms.Constant | tuple[terms.Constant, ...] = None
    written = item.expression("value")
    if "value" in item.keys:
        if status == "unstated":
            report.error(
                "unstated-value",
                f"`{name.text}` is unstated and has a value",
                item.keys["value"],
                help="write `status: assumed`, or leave the value out",
            )
            return None
        found = _constant(written, type, schema, report)
        if found is None:
            return None
        value, type = found
    elif status != "unstated":
        report.error(
            "missing-key",
            f"the parameter `{name.text}` has no value",
            name.span,
            help="write `value: ...`, or `status: unstated` and its `type` if the source gives none",
        )
        return None
    if type is None:
        report.error("missing-key", f"the parameter `{name.text}` has no type", name.span, help="write `type: ...`")
        return None
    return Parameter(
        name.text,
        value,
        type,
        status,
        item.title(),
        item.text("source"),
        None if checked_on is None else checked_on.text,
        item.text("note"),
        name.span,
    )


def _constant(
    written: Expression | None, type: t.Type | None, schema: Schema, report: Report
) -> tuple[terms.Constant | tuple[terms.Constant, ...], t.Type] | None:
    """The value that an expression without names writes, and its type, or None after a fault."""
    if written is None or written.tree is None:
        return None
    if isinstance(written.tree, s.Name):
        report.error(
            "not-constant",
            f"a parameter is a value, and `{written.text[:60]}` is a name",
            written.span,
            help=f"if it is text, quote it: `'\"{written.text[:60]}\"'`; what is computed stands under `definitions:`",
        )
        return None
    checking = new_checking(Environment(schema, {}, NoDefinitions()), report, {})
    term = checking.check(written.tree)
    if isinstance(term.type, t.Anything):
        return None
    members = term.items if isinstance(term, terms.Items) else (term,)
    values = [member.value for member in members if isinstance(member, terms.Value)]
    if len(values) != len(members):
        report.error(
            "not-constant",
            "a parameter is a value, and this is computed",
            written.span,
            help="write the value, or compute it under `definitions:`",
        )
        return None
    if type is not None:
        item = type.item if isinstance(type, t.ListOf) else type
        if isinstance(type, t.ListOf) != isinstance(term, terms.Items):
            checking.wrong(
                "type-mismatch",
                f"expected {type}, found {term.type}",
                written.span,
                help="write the items in brackets, in quotes: `'[1, 2]'`"
                if isinstance(type, t.ListOf)
                else "take the brackets out, or declare the type as `list of ...`",
            )
            return None
        if not all(comparisons.assignable(checking, member, item, written.span) for member in members):
            return None
    return (tuple(values) if isinstance(term, terms.Items) else values[0]), type or term.type


def parameter_signatures(parameters: Mapping[str, Parameter]) -> dict[str, ParameterSignature]:
    """The parameters as expressions see them."""
    return {
        name: ParameterSignature(parameter.type, parameter.span, parameter.title, parameter.value)
        for name, parameter in parameters.items()
    }
