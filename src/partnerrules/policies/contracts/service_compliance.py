"""The part of a plan that says how the group of a record does: the share of those met among those met and breached."""

from typing import Final

from partnerrules.decisions.service_levels import BREACHED, KEPT, MET, MISSED, UNDEFINED
from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.plan.nodes import APPLIES, OUTCOME, Column, CountDistinct, Let, Node
from partnerrules.policies.computing import TRUE, compared, computed, every, first_reason
from partnerrules.policies.contracts import service_columns as columns
from partnerrules.policies.contracts.service_reading import Asked
from partnerrules.schema import types as t

_INTEGER: Final = t.Integer()
_FALSE: Final = terms.Value(False, BOOLEAN)


def with_compliance(node: Node, asked: Asked, *, filtered: bool) -> Node:
    """The rows with how their groups do.

    What is not known of a record, be it whether it is in the group, leaves the share between two numbers: with all that
    may be breached as breached, and with all that may be met as met. It is known what these are, so that they can be
    compared.

    Args:
        node: the rows, each with its outcome.
        asked: what is asked of a group.
        filtered: whether the policy is only about some of the records.
    """
    per = tuple(columns.PER.format(index) for index in range(len(asked.per)))
    group = [Column(name, each.term) for name, each in zip(per, asked.per, strict=True)]
    node = Let(node, (*group, Column(columns.AT_LEAST, asked.at_least.term)))
    over = TRUE if asked.over is None else asked.over.term
    here = every(terms.ColumnOf(APPLIES, BOOLEAN), over) if filtered else over
    word = terms.ColumnOf(OUTCOME, t.Text())
    met, breached = (every(here, compared(word, "=", terms.Value(each, t.Text()))) for each in (MET, BREACHED))
    node = Let(node, (Column(columns.IS_BREACHED, terms.IfUnknown(breached, _FALSE, BOOLEAN)),))
    for condition, column, ends in (
        (here, columns.ALL, ()),
        (met, columns.MET, (columns.FEWEST_MET, columns.MOST_MET)),
        (breached, columns.BREACHED, (columns.FEWEST_BREACHED, columns.MOST_BREACHED)),
        (terms.IfUnknown(met, _FALSE, BOOLEAN), columns.LEAST_MET, ()),
        (terms.ColumnOf(columns.IS_BREACHED, BOOLEAN), columns.LEAST_BREACHED, ()),
    ):
        node = CountDistinct(node, columns.SUBJECT_ID, condition, per, column, ends=ends)
    share = _share(columns.MET, columns.BREACHED)
    least, most = _share(columns.FEWEST_MET, columns.MOST_BREACHED), _share(columns.MOST_MET, columns.FEWEST_BREACHED)
    wanted = terms.ColumnOf(columns.AT_LEAST, t.Ratio())
    # Where the share is not known, both ends of where it can lie have to say the same.
    kept = terms.AnyOf(
        (compared(least, ">=", wanted), every(compared(most, ">=", wanted), compared(share, ">=", wanted))), BOOLEAN
    )
    zero = terms.Value(0, _INTEGER)
    none = every(*(compared(_count(column), "<=", zero) for column in (columns.MET, columns.BREACHED)))
    outcome = first_reason(((none, UNDEFINED), (kept, KEPT)), terms.Value(MISSED, t.Maybe(t.Text())))
    return Let(
        node,
        (
            Column(columns.SHARE, _where_any(share, columns.MET, columns.BREACHED)),
            Column(columns.LEAST_SHARE, _where_any(least, columns.FEWEST_MET, columns.MOST_BREACHED)),
            Column(columns.MOST_SHARE, _where_any(most, columns.MOST_MET, columns.FEWEST_BREACHED)),
            Column(columns.COMPLIANCE, outcome),
        ),
    )


def _count(column: str) -> terms.Term:
    return terms.ColumnOf(column, _INTEGER)


def _share(met: str, breached: str) -> terms.Term:
    return computed(_count(met), "/", computed(_count(met), "+", _count(breached)), t.Ratio())


def _where_any(share: terms.Term, met: str, breached: str) -> terms.Term:
    """A share, or none if there is nothing to have a share of."""
    type = t.Maybe(t.Ratio())
    nothing = compared(computed(_count(met), "+", _count(breached)), "=", terms.Value(0, _INTEGER))
    return terms.If(nothing, terms.Value(None, type), share, type)
