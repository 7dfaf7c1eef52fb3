"""From a joined document to a version that can decide: read by the forms, checked as a whole, lowered to plans."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from partnerrules.diagnostics import Label, Report, Source, Span
from partnerrules.language import forms, terms
from partnerrules.language.environment import Environment, ParameterSignature, PolicySignature
from partnerrules.language.form_reader import Item, Word, read_form
from partnerrules.language.source_text import read_source
from partnerrules.plan.walk import plan_terms, subterms
from partnerrules.policies import KINDS, Kind, Policy
from partnerrules.policies.kind import Context
from partnerrules.quantities import currencies
from partnerrules.rulesets.definitions import DEFINITION_FORM, Definition, Definitions, read_definitions
from partnerrules.rulesets.files import Assembler, Document
from partnerrules.rulesets.head import HEAD_KEYS, Head, read_head
from partnerrules.rulesets.own_facts import FACTS_FORM, read_schema
from partnerrules.rulesets.parameters import PARAMETER_FORM, Parameter, parameter_signatures, read_parameters
from partnerrules.schema import types as t
from partnerrules.schema.entities import Schema, core_schema

SECTIONS: Final = ("parameters", "facts", "definitions", *(kind.name for kind in KINDS))

RULESET_FORM: Final = forms.RecordForm(
    "ruleset",
    (
        *HEAD_KEYS,
        forms.Key("parameters", forms.MapForm(PARAMETER_FORM, "parameter"), "every value that may change, once"),
        forms.Key("facts", FACTS_FORM, "fields and relations of this ruleset's own"),
        forms.Key("definitions", forms.MapForm(DEFINITION_FORM, "definition"), "named expressions"),
        *(forms.Key(kind.name, forms.MapForm(kind.form, "policy"), kind.doc) for kind in KINDS),
    ),
)

MAXIMUM_POLICY_CHAIN: Final = 12
"""Policies that may ask each other in a row."""
MAXIMUM_DEPTH_IN_A_ROW: Final = 150
"""Levels of the expressions of these policies together."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a ruleset, checked and lowered."""

    head: Head
    schema: Schema
    parameters: Mapping[str, Parameter]
    definitions: Mapping[str, Definition]
    definition_terms: Mapping[str, terms.Term]
    policies: Mapping[str, Policy]
    assumed: Mapping[str, tuple[str, ...]]
    """The assumed parameters that each policy and definition may rest on."""
    sources: Mapping[str, Source]
    folder: Path


def compile_version(document: Document, assembler: Assembler, report: Report) -> Version | None:
    """The version that a document describes, or None after a fault. All faults are reported."""
    item = read_form(RULESET_FORM, document.node(), report)
    if not isinstance(item, Item):
        return None
    head = read_head(item, report)
    currency = item.text("currency")
    if currency is not None and currency not in currencies():
        return None  # of a ruleset without its currency every amount would be said to be wrong
    schema = read_schema(item, core_schema(), currency, report)
    parameters = read_parameters(item, schema, currency, report)
    definitions = read_definitions(item, schema, frozenset(parameters), report)
    # A parameter with a fault is still there to be named, and what names it says no more.
    faulty = {name.text: ParameterSignature(t.Anything(), name.span) for name, _ in item.named("parameters")}
    signatures = {**faulty, **parameter_signatures(parameters)}
    environment = Environment(schema, signatures, definitions, currency)
    sources = dict(document.sources)

    def read_file(name: str, span: Span) -> Source | None:
        path = assembler.below(document.folders.get(span.source.path, document.folder), name, span)
        source = None if path is None else read_source(path, str(path), report)
        if source is not None:
            sources[source.path] = source
        return source

    context = Context(environment, report, read_file)
    found = _signatures(item, context, definitions.declared)
    environment = Environment(
        schema, signatures, definitions, currency, {name: each[3] for name, each in found.items()}
    )
    context = Context(environment, report, read_file)
    definitions.environment = environment
    for name, definition in definitions.declared.items():
        if report.full:
            break
        definitions.signature(name, definition.span, 0)
    policies: dict[str, Policy] = {}
    for name, (kind, word, policy_item, _) in found.items():
        if report.full:
            break
        policy = kind.lower(word, policy_item, context)
        assert policy is not None or report.failed, f"{name} is lost without a word"
        if policy is not None:
            policies[name] = policy
    _check_circles(policies, definitions.terms, report)
    if head is None or report.failed:
        return None
    return Version(
        head,
        schema,
        parameters,
        definitions.declared,
        definitions.terms,
        policies,
        _assumed(policies, definitions, parameters),
        sources,
        document.folder,
    )


_Found = tuple[Kind, Word, Item, PolicySignature]


def _signatures(item: Item, context: Context, defined: Mapping[str, Definition]) -> dict[str, _Found]:
    """The policies of all kinds with what others see of them; those with a faulty head are left out."""
    found: dict[str, _Found] = {}
    places: dict[str, Word] = {}
    for kind in KINDS:
        for name, read in item.named(kind.name):
            if name.text in places:
                first, second = sorted(
                    (places[name.text].span, name.span), key=lambda span: (span.source.path, span.start)
                )
                context.report.error(
                    "duplicate-id",
                    f"two policies are called `{name.text}`",
                    second,
                    labels=[Label(second, ""), Label(first, "the first one")],
                    help="policies of all kinds share their names: rename one of them",
                )
                continue
            places[name.text] = name
            if name.text in defined:
                context.report.error(
                    "duplicate-id",
                    f"a policy and a definition are called `{name.text}`",
                    name.span,
                    labels=[Label(name.span, ""), Label(defined[name.text].span, "the definition")],
                    help="results go by these names: rename one of them",
                )
                continue
            if not isinstance(read, Item):
                continue
            signature = kind.signature(name, read, context)
            if signature is not None:
                found[name.text] = (kind, name, read, signature)
    return found


def _uses(term: terms.Term, definition_terms: Mapping[str, terms.Term]) -> list[terms.Term]:
    """All terms that one computes, those of the definitions it uses among them."""
    pending, every, done = [term], [], set()
    while pending:
        for part in subterms(pending.pop()):
            every.append(part)
            if isinstance(part, terms.DefinitionOf) and part.name not in done and part.name in definition_terms:
                done.add(part.name)
                pending.append(definition_terms[part.name])
    return every


def _terms_of(policy: Policy) -> list[terms.Term]:
    return [*plan_terms(policy.plan), *([policy.reference_date] if policy.reference_date is not None else [])]


def _check_circles(policies: Mapping[str, Policy], definition_terms: Mapping[str, terms.Term], report: Report) -> None:
    """Reports policies that ask each other in a circle, or too many in a row."""
    asked: dict[str, list[str]] = {}
    for name, policy in policies.items():
        every = [part for term in _terms_of(policy) for part in _uses(term, definition_terms)]
        asked[name] = sorted({part.policy for part in every if isinstance(part, terms.OutcomeOf)} & policies.keys())
    rows: dict[str, _Row] = {}
    for name in policies:
        _measure(name, asked, rows, (), policies, report)


@dataclass(frozen=True, slots=True)
class _Row:
    """The longest row of policies that ask each other, beginning with one: how many, and how deep they are together."""

    length: int
    depth: int


def _measure(
    name: str,
    asked: Mapping[str, list[str]],
    rows: dict[str, _Row],
    chain: tuple[str, ...],
    policies: Mapping[str, Policy],
    report: Report,
) -> _Row:
    if name in rows:
        return rows[name]
    if name in chain:
        circle = [*chain[chain.index(name) :], name]
        first = policies[min(circle)]
        report.error(
            "cyclic-policy",
            "policies ask each other in a circle: " + " > ".join(f"`{each}`" for each in circle),
            first.span,
            help="take one of the questions out, or ask for a recorded standing",
        )
        return _Row(0, 0)
    if len(chain) > MAXIMUM_POLICY_CHAIN:
        return _Row(len(chain), 0)  # more than may be in any case: look no further
    below = [_measure(other, asked, rows, (*chain, name), policies, report) for other in asked[name]]
    row = _Row(
        1 + max((each.length for each in below), default=0),
        policies[name].depth + max((each.depth for each in below), default=0),
    )
    too_much = None
    if row.length > MAXIMUM_POLICY_CHAIN:
        too_much = f"more than {MAXIMUM_POLICY_CHAIN} policies ask each other in a row"
    elif row.depth > MAXIMUM_DEPTH_IN_A_ROW:
        too_much = f"policies that ask each other are nested more than {MAXIMUM_DEPTH_IN_A_ROW} levels deep together"
    if too_much is not None:
        report.error("too-deep", too_much, policies[name].span, help="ask fewer policies one behind the other")
        row = _Row(0, 0)  # those that ask this one have no fault of their own
    rows[name] = row
    return row


def _assumed(
    policies: Mapping[str, Policy], definitions: Definitions, parameters: Mapping[str, Parameter]
) -> dict[str, tuple[str, ...]]:
    """The assumed parameters that each policy and definition may rest on, those of the policies it asks among them."""
    found: dict[str, tuple[str, ...]] = {}
    roots: dict[str, list[terms.Term]] = {name: _terms_of(policy) for name, policy in policies.items()}
    for name, term in definitions.terms.items():
        roots.setdefault(name, [term])
    for name, start in roots.items():
        names: set[str] = set()
        asked: set[str] = set()
        pending = list(start)
        while pending:
            for part in _uses(pending.pop(), definitions.terms):
                if isinstance(part, terms.ParameterOf) and parameters[part.name].status == "assumed":
                    names.add(part.name)
                elif isinstance(part, terms.OutcomeOf) and part.policy in policies and part.policy not in asked:
                    asked.add(part.policy)
                    pending.extend(_terms_of(policies[part.policy]))
        found[name] = tuple(sorted(names))
    return found
