"""Which values a field of a derived record takes. May import terms and schema."""

from partnerrules.language import terms
from partnerrules.schema import types as t
from partnerrules.schema.entities import Schema


def suits(wanted: t.Type, found: t.Type, term: terms.Term, schema: Schema) -> bool:
    """Whether every value of a term is one of a field.

    Args:
        wanted: the type of the field.
        found: that of the value.
        term: the value, of which a written one is looked at itself.
        schema: what records there are.
    """
    match wanted, found:
        case t.Record(entity), t.Record(other):
            return entity == other and not schema.is_part(entity)
        case t.Enumeration(values), _ if isinstance(term, terms.Value):
            return term.value in values
        case t.Enumeration(values), t.Enumeration(others):
            return set(others) <= set(values)
        case t.Text(), t.Text() | t.Enumeration():
            return True
        case t.Number(), t.Number() | t.Integer():
            return True
        case t.ListOf(item), t.ListOf(other):
            if isinstance(term, terms.Items):
                return all(suits(item, each.type, each, schema) for each in term.items)
            return suits(item, other, term, schema)
        case _:
            return wanted == found
