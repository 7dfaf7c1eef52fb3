"""What is known of a value when a ruleset is loaded: that it is written, or that it can only be one of some."""

from partnerrules.language import terms
from partnerrules.policies.kind import Context
from partnerrules.schema import types as t


def constant_of(term: terms.Term, context: Context) -> object:
    """A value that is written where it stands, or as a parameter; None for one that is computed or left unstated."""
    match term:
        case terms.Value(value):
            return value
        case terms.ParameterOf(name):
            return context.environment.parameters[name].value
        case terms.Items(items):
            values = tuple(constant_of(item, context) for item in items)
            return None if None in values else values
    return None


def possible_texts(term: terms.Term, context: Context) -> frozenset[str] | None:
    """The texts that a value can be; None if they are not known when a ruleset is loaded."""
    if isinstance(term, terms.If):
        then, otherwise = possible_texts(term.then, context), possible_texts(term.otherwise, context)
        return None if then is None or otherwise is None else then | otherwise
    value = constant_of(term, context)
    if isinstance(value, str):
        return frozenset((value,))
    return frozenset(term.type.values) if isinstance(term.type, t.Enumeration) else None
