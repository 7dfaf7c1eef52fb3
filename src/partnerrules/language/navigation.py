"""The terms of paths and filters: from a record along its references, back along their inverses, and through lists."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from partnerrules.diagnostics import Label, Span, shortened, suggestion, with_article
from partnerrules.language import operations, policy_calls, terms
from partnerrules.language import syntax as s
from partnerrules.language.checking import MAXIMUM_DEPTH, WRONG, Checking, implied, origin, shown
from partnerrules.language.cursor import RESERVED
from partnerrules.language.functions import FUNCTIONS
from partnerrules.language.names import ITEM, SUBJECT
from partnerrules.language.ways_out import meant
from partnerrules.schema import types as t


def resolve(checking: Checking, name: str, span: Span) -> terms.Term:
    """The term of a name that stands alone: the innermost thing of that name, unless two things claim it.

    Inside a filter the fields of the item come first, then what encloses it. A field that would hide a parameter, a
    definition or a record is not taken silently: the author says which is meant.
    """
    environment = checking.environment
    record = checking.names.find(name)
    for item in checking.names.items():
        if name == ITEM and item != record:  # which is the innermost one, whatever encloses it
            break
        if not isinstance(item.type, t.Record) or not _has(checking, item.type, name):
            continue
        if name == ITEM:
            return checking.wrong(
                "ambiguous-name",
                f"`{ITEM}` is the item of the filter and also a field of {item.type}",
                span,
                help=f"write `{ITEM}.{ITEM}` for the field; a loop, `some x in ... satisfies ...`, names the record",
            )
        other = _other_meaning(checking, name, record)
        if other is None:
            return field_of(checking, item, name, span)
        kind, other_way = other
        way_out = f"write `{other_way}` for the other" if other_way else "give the definition another name"
        return checking.wrong(
            "ambiguous-name",
            f"`{name}` is a field of {item.type} and also {kind}",
            span,
            help=f"write `item.{name}` for the field; {way_out}",
        )
    if record is not None:
        return record
    match name:
        case "as_of":
            return terms.AsOf(t.Instant())
        case "today":
            return terms.Today(t.Date())
        case _ if name in environment.parameters:
            return parameter(checking, name, span)
        case _ if name in environment.definitions.names(None):
            return definition(checking, name, None, span)
        case _ if name in environment.schema.relations:
            entity = environment.schema.relations[name]
            return terms.RelationOf(entity.name, t.ListOf(t.Record(entity.name)))
        case _:
            return _unknown_name(checking, name, span)


def _has(checking: Checking, record: t.Record, name: str) -> bool:
    """Whether records have a field, a list or a computed field of a name."""
    entity = checking.environment.schema.entities[record.entity]
    owner = checking.environment.definitions.owner(name)
    return name in entity.fields or name in entity.inverses or owner == entity.name


def new_name(checking: Checking, name: str, span: Span) -> bool:
    """Whether the item of a loop can have a name, which must not hide another one; reports it if not."""
    other = _other_meaning(checking, name, checking.names.find(name))
    if other is None and name not in RESERVED:
        return True
    meaning = "a word of the language" if other is None else other[0]
    checking.wrong(
        "ambiguous-name",
        f"`{name}` is {meaning} already",
        span,
        help=f"call the item something else, such as `each-{name}`",
    )
    return False


def _other_meaning(checking: Checking, name: str, record: terms.Term | None) -> tuple[str, str] | None:
    """What else a field's name could mean here, and how to write that."""
    environment = checking.environment
    if record is not None:
        return "the name of a record here", SUBJECT if checking.names.named.get(SUBJECT) == record else name
    if name in environment.parameters:
        return "a parameter", f"parameters.{name}"
    if name in ("as_of", "today"):
        return "the time of the decision", name
    if name in environment.definitions.names(None):
        return "a definition", ""
    return None


def _unknown_name(checking: Checking, name: str, span: Span) -> terms.Term:
    environment = checking.environment
    known = {"as_of", "today", *checking.names.named, *environment.parameters, *environment.schema.relations}
    known |= environment.definitions.names(None)
    fields: set[str] = set()
    for item in checking.names.items():
        if isinstance(item.type, t.Record):
            entity = environment.schema.entities[item.type.entity]
            fields |= {*entity.fields, *entity.inverses}
    parts = name.split("-")
    if len(parts) > 1 and (parts[0] in known | fields or parts[-1].isdigit()):
        return checking.wrong(
            "unknown-name",
            f"there is no `{shortened(name)}` here",
            span,
            help=f"a minus needs spaces: `{' - '.join(parts)}`",
        )
    if name == ITEM:
        return checking.wrong(
            "unknown-name", "`item` means the item of a filter, and this is not inside one", span, help=None
        )
    items = checking.names.items()
    owned = None if items else _of_a_record(checking, name)
    if items and not isinstance(items[0].type, t.Record):
        way_out = "a filter stands before the field: `list[condition].field`"
    elif owned is not None:
        way_out = f"a field is named with its record: `{owned}`"
    elif (foreign := _foreign_word(name)) is not None:
        way_out = foreign
    elif name in environment.schema.entities and environment.schema.entities[name].relation:
        way_out = _way_to_record(checking, name)
    elif any(
        isinstance(field.type, t.Enumeration) and name in field.type.values
        for entity in environment.schema.entities.values()
        for field in entity.fields.values()
    ):
        way_out = f'text is quoted: `"{name}"`'
    else:
        way_out = suggestion(name, known | fields, kind="name")
    return checking.wrong("unknown-name", f"there is no `{shortened(name)}` here", span, help=way_out)


def _of_a_record(checking: Checking, name: str) -> str | None:
    """The path to a name that is a field, a list or a computed field of one of the named records."""
    environment = checking.environment
    for variable, term in checking.names.named.items():
        if variable == SUBJECT or not isinstance(term.type, t.Record):
            continue
        entity = environment.schema.entities[term.type.entity]
        if name in entity.fields or name in entity.inverses or environment.definitions.owner(name) == entity.name:
            return f"{variable}.{name}"
    return None


def _foreign_word(name: str) -> str | None:
    """The way out where a word of another language stands for one of ours."""
    word = meant(name)
    if word == "none" or name == "none":
        return "ask whether a value is there: `exists(...)`, or `not(exists(...))`"
    return None if word is None else f"did you mean `{word}`?"


def _way_to_record(checking: Checking, entity: str) -> str:
    """How to come to a record of an entity that has no name here."""
    schema = checking.environment.schema
    if not checking.names.named:
        return f"a definition about {with_article(entity)} says `of: {entity}` beside its `value:`"
    for variable, term in checking.names.named.items():
        if variable == SUBJECT or not isinstance(term.type, t.Record):
            continue
        for field in schema.entities[term.type.entity].fields.values():
            if field.type == t.Record(entity):
                return f"write `{variable}.{field.name}`"
    return f"nothing here is about one {entity}; all of them are `{schema.entities[entity].relation}`"


def parameter(checking: Checking, name: str, span: Span) -> terms.Term:
    """The term of a parameter."""
    parameters = checking.environment.parameters
    if name not in parameters:
        return checking.wrong(
            "unknown-name",
            f"there is no parameter `{shortened(name)}`",
            span,
            help=suggestion(name, parameters, kind="parameter"),
        )
    return terms.ParameterOf(name, parameters[name].type)


def path(checking: Checking, node: s.Path) -> terms.Term:
    if isinstance(node.base, s.Name) and node.base.name == "parameters":
        return parameter(checking, node.name, node.name_span)
    if isinstance(node.base, s.Call) and node.base.function == "outcome":
        return policy_calls.check_outcome(checking, node.base, node.name, node.name_span)
    base = _item_of(checking, node.base) or checking.check(node.base)
    if isinstance(base.type, t.ListOf):
        if not isinstance(base.type.item, t.Record):
            return checking.wrong("no-fields", f"{base.type} has no fields", node.name_span)
        item = checking.names.fresh(base.type.item)
        field = field_of(checking, item, node.name, node.name_span)
        if isinstance(base, terms.Select) and isinstance(field.type, t.Maybe):
            kept = record(checking, terms.Variable(base.variable, item.type))
            asked = terms.FieldOf(kept, node.name, field.type)
            if asked in implied(base.condition, True):
                field = replace(field, type=field.type.of)
        return each(checking, base, item, field, node.name_span)
    base = checking.solid(base, node.base.span)
    if isinstance(base.type, t.Anything):
        return WRONG
    if not isinstance(base.type, t.Record):
        return checking.wrong(
            "no-fields",
            f"{shown(node.base)} has no fields",
            node.name_span,
            labels=[Label(node.base.span, f"{base.type}, {origin(base)}")],
        )
    return field_of(checking, base, node.name, node.name_span)


def _item_of(checking: Checking, base: s.Syntax) -> terms.Term | None:
    """The item of a filter before a field: there `item` means the item, also where that has a field of this name."""
    if not isinstance(base, s.Name) or base.name != ITEM or not checking.names.items():
        return None
    return checking.names.find(ITEM)


def field_of(checking: Checking, base: terms.Term, name: str, span: Span) -> terms.Term:
    """The term of a field, an inverse or a definition of a record."""
    assert isinstance(base.type, t.Record)
    entity = checking.environment.schema.entities[base.type.entity]
    definitions = checking.environment.definitions
    if name in entity.fields or name in entity.inverses:
        here = record(checking, base)
        if name in entity.fields:
            return terms.FieldOf(here, name, entity.fields[name].read_as)
        inverse = entity.inverses[name]
        return terms.InverseOf(here, inverse.entity, inverse.field, t.ListOf(t.Record(inverse.entity)))
    if definitions.owner(name) == entity.name:
        return definition(checking, name, record(checking, base), span)
    known = [*entity.fields, *entity.inverses, *definitions.names(entity.name)]
    way_out = suggestion(name, known, kind="field")
    if name in FUNCTIONS:
        way_out = f"`{name}` is a function, which stands before: `{name}(...)`"
    if "-" in name and name.split("-")[0] in known:
        way_out = f"a minus needs spaces: `{' - '.join(name.split('-'))}`"
    return checking.wrong(
        "unknown-field", f"{with_article(entity.name)} has no field `{shortened(name)}`", span, help=way_out
    )


def record(checking: Checking, term: terms.Term) -> terms.Term:
    """The record itself, where a term may give only a reference to it."""
    assert isinstance(term.type, t.Record)
    entity = checking.environment.schema.entities[term.type.entity]
    if entity.relation is None or isinstance(term, terms.Follow) or term == checking.names.named.get(SUBJECT):
        return term
    # The items of a list may be references, too: `contract.underpins[...]`, `partner.deals.customer`.
    return terms.Follow(term, term.type)


def definition(checking: Checking, name: str, record: terms.Term | None, span: Span) -> terms.Term:
    """The term of a definition, whose depth counts into that of the expression."""
    signature = checking.environment.definitions.signature(name, span, checking.depth)
    if signature is None:
        return WRONG
    checking.deepest = max(checking.deepest, checking.depth + signature.depth)
    if checking.deepest > MAXIMUM_DEPTH:
        return checking.too_deep(span)
    return terms.DefinitionOf(name, record, signature.type)


def items(checking: Checking, node: s.Syntax) -> tuple[terms.Term, t.Type] | None:
    """A list and the type of its items, or None after a fault."""
    term = checking.solid(checking.check(node), node.span)
    if isinstance(term.type, t.ListOf):
        return term, term.type.item
    if not isinstance(term.type, t.Anything):
        checking.wrong(
            "not-a-list",
            f"{shown(node)} is not a list",
            node.span,
            labels=[Label(node.span, f"{term.type}, {origin(term)}")],
        )
    return None


@contextmanager
def shown_present(checking: Checking, source: terms.Term, item: terms.Variable) -> Iterator[None]:
    """What the filter of a list shows of its items, such as `[exists(signed_at)]`, while something is asked of them."""
    before = checking.present
    # Items are called by how many loops enclose them, so the filter of a list and what goes over it name them alike.
    if isinstance(source, terms.Select) and source.variable == item.name:
        checking.present = before | implied(source.condition, True)
    try:
        yield
    finally:
        checking.present = before


def each(checking: Checking, source: terms.Term, item: terms.Variable, body: terms.Term, span: Span) -> terms.Term:
    """The list of a value of each item."""
    if isinstance(body.type, t.Maybe) and isinstance(body.type.of, t.ListOf):
        field = body.field if isinstance(body, terms.FieldOf) else "..."
        return checking.wrong(
            "unguarded-none",
            "some of these lists may be absent",
            span,
            labels=[Label(span, f"{body.type}, {origin(body)}")],
            help=f"keep those that are there with a filter: `[exists({field})].{field}`",
        )
    if isinstance(body.type, t.Anything):
        return WRONG
    if isinstance(body.type, t.ListOf):
        return terms.Each(source, item.name, body, True, body.type)
    return terms.Each(source, item.name, body, False, t.ListOf(body.type))


def select(checking: Checking, node: s.Filter) -> terms.Term:
    found = items(checking, node.base)
    if found is None:
        return WRONG
    item = checking.names.enter_items(*found)
    with shown_present(checking, found[0], item):
        condition = checking.condition(node.condition)
    checking.names.leave()
    return terms.Select(found[0], item.name, condition, t.ListOf(found[1]))


def pick(checking: Checking, node: s.Pick) -> terms.Term:
    found = items(checking, node.source)
    if found is None:
        return WRONG
    item = checking.names.enter_items(*found)
    with shown_present(checking, found[0], item):
        key = checking.check(node.key)
    checking.names.leave()
    inner = t.present(key.type)
    if not operations.has_order(inner):
        return checking.wrong("type-mismatch", f"{inner} has no order", node.key.span)
    result = t.ListOf(found[1]) if node.kind == "top" else found[1]
    count = _count(checking, node.count)
    return WRONG if count is None else terms.Pick(node.kind, count, found[0], item.name, key, result)


def _count(checking: Checking, written: int | s.Name) -> terms.Term | None:
    """How many are taken, or None after a fault."""
    if isinstance(written, int):
        return terms.Value(written, t.Integer())
    count = checking.solid(checking.check(written), written.span)
    if isinstance(count.type, t.Anything):
        return None
    if not isinstance(count.type, t.Integer):
        way_out = "name a parameter that is a whole number, or write the number"
        checking.wrong("type-mismatch", f"`top` takes a whole number, not {count.type}", written.span, help=way_out)
        return None
    return count
