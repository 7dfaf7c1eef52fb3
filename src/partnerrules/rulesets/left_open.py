"""What is left open of an outcome that is not known: which of the words that a policy may give are not ruled out.

May import the back ends.
"""

from partnerrules.backends.surroundings import Surroundings, evaluate
from partnerrules.backends.values import OneOf
from partnerrules.decisions.basis import NOT_APPLICABLE
from partnerrules.language import terms
from partnerrules.plan.logic import Truth
from partnerrules.plan.nodes import APPLIES, OUTCOME, Let
from partnerrules.plan.trace import TracedRow
from partnerrules.plan.walk import subterms
from partnerrules.policies import Policy
from partnerrules.schema.missing import Unknown


def left_open(policy: Policy, row: TracedRow, column: str, around: Surroundings) -> Unknown:
    """What a policy gives that is not known, or not whether it applies; of an outcome with the words that it may be.

    The words are those to which the conditions lead that decide it, each that is not known both ways: more of them than
    there are for certain, and never fewer.
    """
    applies, value = row.values.get(APPLIES, True), row.values[column]
    doubt = applies if isinstance(applies, Unknown) else value
    assert isinstance(doubt, Unknown), doubt
    if column != OUTCOME or policy.succession is not None:
        return doubt  # what several versions tell together is made of more than this row
    words = frozenset((value,)) if isinstance(value, str) else _words(policy, row, around)
    if words is None:
        return doubt
    return OneOf(doubt.missing, words | {NOT_APPLICABLE} if isinstance(applies, Unknown) else words)


def _words(policy: Policy, row: TracedRow, around: Surroundings) -> frozenset[str] | None:
    """The words that an outcome may be by the last node of a plan; None if that does not say how it is decided."""
    root = policy.plan.root
    columns = root.columns if isinstance(root, Let) else ()
    term = next((column.term for column in columns if column.name == OUTCOME), None)
    found: set[str] = set()
    pending = [term]
    while pending:
        match pending.pop():
            case terms.If(condition, then, otherwise):
                holds = _truth(condition, row, around)
                pending += [then] if holds is True else [otherwise] if holds is False else [then, otherwise]
            case terms.Value(str(word)):
                found.add(word)
            case _:
                return None
    return frozenset(found)


def _truth(condition: terms.Term, row: TracedRow, around: Surroundings) -> Truth | None:
    """What a condition comes to over the columns of a row; None if it looks at more than these."""
    for part in subterms(condition):
        if isinstance(part, terms.Variable) or (isinstance(part, terms.ColumnOf) and part.name not in row.values):
            return None
    truth = evaluate(condition, around, row.values)
    assert isinstance(truth, bool | Unknown), truth
    return truth
