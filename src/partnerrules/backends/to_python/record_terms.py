"""Which terms give records themselves, and which may give the ids of records, so that those have to be looked up."""

from collections.abc import Mapping

from partnerrules.language import terms
from partnerrules.language.names import SUBJECT

_SUBJECT = frozenset({SUBJECT})


def gives_record(term: terms.Term, records: frozenset[str], definitions: Mapping[str, terms.Term]) -> bool:
    """Whether a term gives a record itself wherever it gives one.

    Args:
        term: of a record, or of the id of one.
        records: the variables that are records themselves.
        definitions: of the ruleset.
    """
    match term:
        case terms.Variable(name):
            return name in records
        case terms.Follow():
            return True
        case terms.DefinitionOf(name):
            return gives_record(definitions[name], _SUBJECT, definitions)
        case terms.If(_, then, otherwise):
            return gives_record(then, records, definitions) and gives_record(otherwise, records, definitions)
        case terms.Let(variable, value, body):
            inside = records | {variable} if gives_record(value, records, definitions) else records - {variable}
            return gives_record(body, inside, definitions)
        case terms.Pick(kind, _, source) if kind != "top":
            return lists_records(source, records, definitions)
        case _:
            return False


def lists_records(term: terms.Term, records: frozenset[str], definitions: Mapping[str, terms.Term]) -> bool:
    """Whether the members of a list are records themselves."""
    match term:
        case terms.RelationOf() | terms.InverseOf():
            return True
        case terms.Select(source) | terms.Aggregate("distinct", source) | terms.Pick("top", _, source):
            return lists_records(source, records, definitions)
        case terms.DefinitionOf(name):
            return lists_records(definitions[name], _SUBJECT, definitions)
        case terms.If(_, then, otherwise):
            return lists_records(then, records, definitions) and lists_records(otherwise, records, definitions)
        case terms.Items(items):
            return all(gives_record(item, records, definitions) for item in items)
        case terms.Each(source, variable, body, flatten):
            of_records = lists_records(source, records, definitions)
            inside = records | {variable} if of_records else records - {variable}
            if flatten:
                return lists_records(body, inside, definitions)
            return gives_record(body, inside, definitions)
        case _:
            return False
