"""The terms of questions to other policies: `outcome(record, policy)` with its outputs, and `passes`."""

from partnerrules.diagnostics import Label, Span, shortened, suggestion, with_article
from partnerrules.language import navigation, terms
from partnerrules.language import syntax as s
from partnerrules.language.arity import has_count
from partnerrules.language.checking import BOOLEAN, WRONG, Checking, origin
from partnerrules.language.functions import FUNCTIONS
from partnerrules.schema import types as t


def check_outcome(checking: Checking, node: s.Call, column: str, span: Span) -> terms.Term:
    """The term of `outcome(record, policy)`, or of one of its outputs."""
    asked = _asked(checking, node)
    if asked is None:
        return WRONG
    subject, policy = asked
    columns = checking.environment.policies[policy].columns
    if column not in columns:
        return checking.wrong(
            "unknown-field",
            f"the policy `{policy}` has no output `{column}`",
            span,
            help=suggestion(column, columns, kind="output"),
        )
    return terms.OutcomeOf(policy, subject, column, columns[column])


def check_outcome_alone(checking: Checking, node: s.Call) -> terms.Term:
    """The term of `outcome(record, policy)` by itself."""
    return check_outcome(checking, node, "outcome", node.span)


def check_passes(checking: Checking, node: s.Call) -> terms.Term:
    """The term of `passes(record, policy)`."""
    asked = _asked(checking, node)
    if asked is None:
        return WRONG
    subject, policy = asked
    signature = checking.environment.policies[policy]
    if not signature.passing:
        return checking.wrong(
            "type-mismatch",
            f"nothing passes or fails the policy `{policy}`",
            node.span,
            help=f'ask for its outcome: `outcome(..., "{policy}")`',
        )
    outcome = terms.OutcomeOf(policy, subject, "outcome", signature.columns["outcome"])
    text = t.ListOf(t.Text())
    words = tuple(terms.Value(word, t.Text()) for word in sorted(signature.passing))
    passes = terms.Among(outcome, terms.Items(words, text), BOOLEAN)
    if signature.failing is None:
        return passes
    # Which of several good outcomes it is may be open, and that it is one of them certain.
    fails = terms.OutcomeOf(policy, subject, signature.failing, signature.columns[signature.failing])
    return terms.IfUnknown(passes, terms.Not(fails, BOOLEAN), BOOLEAN)


def _asked(checking: Checking, node: s.Call) -> tuple[terms.Term, str] | None:
    """The record and the policy of a question to another policy."""
    if not has_count(checking, node, 2):
        return None
    policies = checking.environment.policies
    name = node.arguments[1]
    if not isinstance(name, s.String):
        checking.wrong(
            "unknown-policy",
            "the policy is named in quotes",
            name.span,
            help=f"write it as in `{FUNCTIONS[node.function].example}`",
        )
        return None
    if name.value not in policies:
        checking.wrong(
            "unknown-policy",
            f"there is no policy `{shortened(name.value)}`",
            name.span,
            help=suggestion(name.value, policies, kind="policy"),
        )
        return None
    term = checking.solid(checking.check(node.arguments[0]), node.arguments[0].span)
    if isinstance(term.type, t.Anything):
        return None
    subjects = policies[name.value].subjects
    if not any(term.type == t.Record(subject) for subject in subjects):
        wanted = " or ".join(with_article(subject) for subject in subjects)
        checking.wrong(
            "type-mismatch",
            f"the policy `{name.value}` decides {wanted}, not {term.type}",
            node.arguments[0].span,
            labels=[Label(node.arguments[0].span, f"{term.type}, {origin(term)}")],
        )
        return None
    return navigation.record(checking, term), name.value
