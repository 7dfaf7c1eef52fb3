"""From a joined document to a version that can decide: read by the forms, checked as a whole, lowered to plans."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from partnerrules.backends.to_python.compiler import Compiler
from partnerrules.backends.working_memory import WorkingMemory
from partnerrules.diagnostics import Label, Report, Source, Span
from partnerrules.language import forms, terms
from partnerrules.language.environment import Environment, ParameterSignature, PolicySignature
from partnerrules.language.form_reader import Item, Word, read_form
from partnerrules.language.source_text import read_source
from partnerrules.plan.identities import Identity, identity_of
from partnerrules.plan.inference import Stratum
from partnerrules.plan.walk import computed_terms, subterms
from partnerrules.policies import KINDS, Kind, Policy
from partnerrules.policies.kind import Context
from partnerrules.quantities import currencies
from partnerrules.rulesets.calendars import declares_business_days
from partnerrules.rulesets.citations import CONTEXT_FORM, Citation, Statement, citations_of, read_context
from partnerrules.rulesets.definitions import DEFINITION_FORM, Definition, read_definitions
from partnerrules.rulesets.files import Assembler, Document
from partnerrules.rulesets.head import HEAD_KEYS, Head, read_head
from partnerrules.rulesets.needs import Needs, needs_of
from partnerrules.rulesets.own_facts import FACTS_FORM, read_schema
from partnerrules.rulesets.parameters import PARAMETER_FORM, Parameter, parameter_signatures, read_parameters
from partnerrules.rulesets.settlement_terms import SETTLEMENT_FORM, SettlementTerms, read_settlement
from partnerrules.rulesets.strata import strata_of
from partnerrules.rulesets.words import WORDS_FORM, read_words, told_words
from partnerrules.schema import types as t
from partnerrules.schema.entities import Schema, core_schema
from partnerrules.schema.titles import Title

SECTIONS: Final = ("parameters", "facts", "definitions", "words", "context", *(kind.name for kind in KINDS))

RULESET_FORM: Final = forms.RecordForm(
    "ruleset",
    (
        *HEAD_KEYS,
        forms.Key("settlement", SETTLEMENT_FORM, "what is settled, and what is paid out"),
        forms.Key("parameters", forms.MapForm(PARAMETER_FORM, "parameter"), "every value that may change, once"),
        forms.Key("facts", FACTS_FORM, "fields and relations of this ruleset's own"),
        forms.Key("definitions", forms.MapForm(DEFINITION_FORM, "definition"), "named expressions"),
        forms.Key("words", WORDS_FORM, "what grades, outcomes, roles and other choices are called in explanations"),
        forms.Key("context", forms.MapForm(CONTEXT_FORM, "statement"), "what the sources tell and nothing decides"),
        *(forms.Key(kind.name, forms.MapForm(kind.form, "policy"), kind.doc) for kind in KINDS),
    ),
)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a ruleset, checked and lowered.

    Attributes:
        head: its names, dates and settings.
        schema: the records that its rules see.
        parameters: by name.
        definitions: by name, as they are written.
        definition_terms: by name, checked.
        policies: by id, lowered.
        signatures: what other policies see of them.
        needs: what policies and definitions rest on.
        sources: the files it was read from, by the path they are shown under.
        folder: where it lies.
        facts_schema: the records as they are read, with fields that only other versions know.
        assumed: the assumed parameters that each policy and definition may rest on, through all versions.
        settlement: what it says about settlement.
        strata: its inference rules, in the order in which they settle relations.
        words: what people call its choices, outcomes, outputs and parameters, by word.
        told: the same with all else that explanations name, made once and not in each decision.
        context: what its sources tell and nothing decides, by name.
        citations: where its parts come from.
        memory: the engine that finds combinations of facts for those of its inference rules that it can run.
        singly: the policies that look at each record by itself, in all versions, so that many records may be decided
            at once as well as one by one.
        compiler: compiles its terms when they are first needed.
        identities: of policies whose records only meet those that have something in common with them, what that is.
    """

    head: Head
    schema: Schema
    parameters: Mapping[str, Parameter]
    definitions: Mapping[str, Definition]
    definition_terms: Mapping[str, terms.Term]
    policies: Mapping[str, Policy]
    signatures: Mapping[str, PolicySignature]
    needs: Mapping[str, Needs]
    sources: Mapping[str, Source]
    folder: Path
    facts_schema: Schema
    assumed: Mapping[str, tuple[str, ...]]
    settlement: SettlementTerms
    strata: tuple[Stratum, ...]
    words: Mapping[str, Title]
    told: Mapping[str, Title]
    context: Mapping[str, Statement]
    citations: tuple[Citation, ...]
    memory: WorkingMemory | None = field(default=None, compare=False, repr=False)
    singly: frozenset[str] = frozenset()
    compiler: Compiler | None = field(default=None, compare=False, repr=False)
    identities: Mapping[str, Identity] = field(default_factory=dict)


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
    calendar = declares_business_days(item)
    written: dict[int, tuple[terms.Term, Span]] = {}
    environment = Environment(schema, signatures, definitions, currency, calendar, written=written)
    sources = dict(document.sources)
    days = (None, None) if head is None else (head.in_force.start, head.in_force.end)
    starts = (1, 1) if head is None else head.fiscal_year_starts

    def read_file(name: str, span: Span) -> Source | None:
        path = assembler.below(document.folders.get(span.source.path, document.folder), name, span)
        if path is None:
            return None
        source = assembler.looked.sources[str(path)] = read_source(path, str(path), report)
        if source is not None:
            sources[source.path] = source
        return source

    context = Context(environment, report, read_file, days, starts)
    found = _signatures(item, context, definitions.declared)
    environment = Environment(
        schema,
        signatures,
        definitions,
        currency,
        calendar,
        {name: each[3] for name, each in found.items()},
        written,
    )
    context = Context(environment, report, read_file, days, starts)
    definitions.environment = environment
    for name, definition in definitions.declared.items():
        if report.full:
            break
        definitions.signature(name, definition.span, 0)
    policies: dict[str, Policy] = {}
    for name, (kind, word, policy_item, _) in found.items():
        if report.full:
            break
        policy = Policy.of(kind, word, policy_item, context)
        assert policy is not None or report.failed, f"{name} is lost without a word"
        if policy is not None:
            policies[name] = policy
    items = {name: (kind.name, policy_item) for name, (kind, _, policy_item, _) in found.items()}
    settlement = read_settlement(item.item("settlement"), items, context)
    told = {name: each[3] for name, each in found.items()}
    words = read_words(item, schema, told, sources, report)
    # Explanations name parameters, too; a word of that name goes before.
    words = {**{name: each.title for name, each in parameters.items() if each.title.texts}, **words}
    if head is None or settlement is None or report.failed:
        return None
    needs = needs_of(policies, definitions.terms)
    strata = strata_of(policies, definitions.terms, needs, schema, report)
    if strata is None:
        return None
    values = {name: each.value for name, each in parameters.items()}
    declared = definitions.declared
    return Version(
        head,
        schema,
        parameters,
        definitions.declared,
        definitions.terms,
        policies,
        told,
        needs,
        sources,
        document.folder,
        schema,
        {},
        settlement,
        strata,
        words,
        told_words(schema, told, words),
        read_context(item),
        citations_of(item, policies.values()),
        memory=WorkingMemory(strata, values) if strata else None,
        identities={name: same for name, each in policies.items() if (same := identity_of(each.plan)) is not None},
        compiler=Compiler(
            f"{head.ruleset} {head.version}",
            schema,
            values,
            definitions.terms,
            {name: policy.plan for name, policy in policies.items()},
            {
                **{name: _places(computed_terms(each.plan), each.span, written) for name, each in policies.items()},
                **{name: _places((definitions.terms[name],), each.span, written) for name, each in declared.items()},
            },
        ),
    )


def _places(
    computed: Iterable[terms.Term], whole: Span, written: Mapping[int, tuple[terms.Term, Span]]
) -> tuple[Span, ...]:
    """Where the author wrote what some terms compute: the expression in them, or the whole policy or definition."""
    expressions = ((written[id(part)][1] for part in subterms(term) if id(part) in written) for term in computed)
    return tuple(next(each, whole) for each in expressions)


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
                found[name.text] = (kind, name, read, replace(signature, title=read.title()))
    return found
