"""The definitions of a ruleset: named expressions, some of them computed fields of a record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from partnerrules.diagnostics import Label, Report, Span, suggestion, with_article
from partnerrules.language import forms, terms
from partnerrules.language.checker import check_expression
from partnerrules.language.cursor import RESERVED
from partnerrules.language.environment import DefinitionSignature, Environment
from partnerrules.language.form_reader import Expression, Item, Word
from partnerrules.language.names import named_subject
from partnerrules.schema import types as t
from partnerrules.schema.entities import Schema
from partnerrules.schema.titles import Title

DEFINITION_FORM: Final = forms.EitherForm(
    forms.ExpressionForm(),
    forms.RecordForm(
        "definition",
        (
            forms.Key("of", forms.NameForm(), "the record whose computed field it is"),
            forms.Key("value", forms.ExpressionForm(), "what it computes", required=True),
            forms.Key("title", forms.TitleForm(), "what people call it, in one or several languages"),
            forms.Key("source", forms.TextForm(), "the clause of the document that it comes from"),
        ),
    ),
)


MAXIMUM_CHAIN: Final = 12
"""Definitions that may use each other in a row."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A named expression: of one record, or of none."""

    name: str
    of: str | None
    written: Expression
    title: Title
    source: str | None
    span: Span


@dataclass(slots=True)
class Definitions:
    """The definitions of a version. Each is checked when it is first used, or at the end."""

    declared: Mapping[str, Definition]
    terms: dict[str, terms.Term]
    report: Report
    environment: Environment | None = None
    _signatures: dict[str, DefinitionSignature | None] = field(default_factory=dict)
    _checking: list[str] = field(default_factory=list)
    _lengths: dict[str, int] = field(default_factory=dict)

    def owner(self, name: str) -> str | None:
        """The entity that a definition is of, or None."""
        definition = self.declared.get(name)
        return None if definition is None else definition.of

    def names(self, of: str | None) -> frozenset[str]:
        """The definitions of an entity, or those of none."""
        return frozenset(name for name, definition in self.declared.items() if definition.of == of)

    def title(self, name: str) -> Title:
        """What people call a definition."""
        return self.declared[name].title

    def signature(self, name: str, used_at: Span, depth: int) -> DefinitionSignature | None:
        """The type of a definition, or None if it is wrong, which is then reported."""
        if name in self._signatures:
            self._count_below(name)
            return self._signatures[name]
        definition = self.declared[name]
        if name in self._checking:
            circle = [*self._checking[self._checking.index(name) :], name]
            self.report.error(
                "cyclic-definition",
                "definitions use each other in a circle: " + " > ".join(f"`{each}`" for each in circle),
                used_at,
                labels=[Label(used_at, "used here"), Label(definition.span, "defined here")],
                help="take one of them out of the circle",
            )
            return None
        if len(self._checking) >= MAXIMUM_CHAIN:
            self._too_long(used_at)
            return None
        self._checking.append(name)
        self._lengths[name] = 1
        found = self._check(definition, depth)
        self._checking.pop()
        if self._lengths[name] > MAXIMUM_CHAIN and found is not None:
            self._too_long(definition.span)
            found = None
        self._signatures[name] = found
        self._count_below(name)
        return found

    def _count_below(self, name: str) -> None:
        """Counts a definition into the row of the one that uses it."""
        if self._checking and self._signatures[name] is not None:
            user = self._checking[-1]
            self._lengths[user] = max(self._lengths[user], 1 + self._lengths[name])

    def _too_long(self, span: Span) -> None:
        self.report.error(
            "too-deep",
            f"more than {MAXIMUM_CHAIN} definitions use each other in a row",
            span,
            help="use fewer definitions inside each other",
        )

    def _check(self, definition: Definition, depth: int) -> DefinitionSignature | None:
        assert self.environment is not None
        if definition.written.tree is None:
            return None
        named: dict[str, terms.Term] = {}
        if definition.of is not None:
            named = named_subject(definition.of)
        checked = check_expression(definition.written.tree, self.environment, self.report, named=named, depth=depth)
        if isinstance(checked.type, t.Anything):
            return None
        self.terms[definition.name] = checked.term
        return DefinitionSignature(definition.of, checked.type, checked.depth)


def read_definitions(item: Item, schema: Schema, taken: frozenset[str], report: Report) -> Definitions:
    """The definitions of a version, not yet checked.

    Args:
        item: the version.
        schema: with its own facts.
        taken: the names of its parameters.
        report: takes the faults.
    """
    declared: dict[str, Definition] = {}
    for name, read in item.named("definitions"):
        of: Word | None = None
        title = Title()
        source: str | None = None
        if isinstance(read, Expression):
            written = read
        elif isinstance(read, Item) and read.expression("value") is not None:
            expression = read.expression("value")
            assert expression is not None
            written, of, title, source = expression, read.word("of"), read.title(), read.text("source")
        else:
            continue
        if of is not None and (of.text not in schema.entities or schema.entities[of.text].relation is None):
            known = [each for each, entity in schema.entities.items() if entity.relation]
            report.error(
                "unknown-subject",
                f"there are no records called `{of.text}`",
                of.span,
                help=suggestion(of.text, known, kind="record"),
            )
            continue
        entity = None if of is None else schema.entities[of.text]
        clash = (
            name.text in RESERVED
            or name.text in taken
            or (entity is None and schema.has(name.text))
            or (entity is not None and (name.text in entity.fields or name.text in entity.inverses))
        )
        if clash:
            report.error(
                "name-taken",
                f"`{name.text}` has a meaning already" + (f" for {with_article(entity.name)}" if entity else ""),
                name.span,
                help="rename the definition",
            )
            continue
        declared[name.text] = Definition(name.text, None if of is None else of.text, written, title, source, name.span)
    return Definitions(declared, {}, report)
