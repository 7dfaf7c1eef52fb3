"""Whether a sanction is recorded already that stands for what a record imposes."""

from typing import Final

from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.names import SUBJECT
from partnerrules.policies.computing import negated
from partnerrules.policies.sanctions import columns
from partnerrules.policies.sanctions.counting import Counting
from partnerrules.policies.sanctions.steps import id_of
from partnerrules.schema import types as t

_LIST: Final = t.Maybe(t.Text())
_SANCTION: Final = terms.Variable("#0", t.Record("sanction"))


def own_sanctions() -> terms.Term:
    """The sanctions that are recorded of the partner that is decided."""
    partner = terms.Variable(SUBJECT, t.Record("partner"))
    return terms.InverseOf(partner, "sanction", "partner", t.ListOf(t.Record("sanction")))


def recorded_ids() -> terms.Term:
    """Their ids."""
    text = t.Text()
    return terms.Each(own_sanctions(), _SANCTION.name, terms.FieldOf(_SANCTION, "id", text), False, t.ListOf(text))


def recorded(policy: str, entity: str, counting: Counting, *, extends: bool) -> terms.Term:
    """Whether a recorded sanction of the partner stands for the step that a violation completes.

    One that extends another is recorded by itself, from where the other one ends: one violation may do so twice, if it
    comes to light later that another one was before it.
    """
    if entity != "partner" or counting.record.type != t.Record("violation"):
        return terms.Value(False, BOOLEAN)
    list_of = terms.FieldOf(_SANCTION, "list", t.Maybe(t.Text()))
    policy_of = terms.FieldOf(_SANCTION, "policy", t.Maybe(t.Text()))
    causes = terms.FieldOf(_SANCTION, "causes", t.ListOf(t.Record("violation")))
    step = terms.ColumnOf(columns.STEP, _LIST)
    same: list[terms.Term] = [
        terms.Among(id_of(counting.record), causes, BOOLEAN),
        terms.Exists(list_of, BOOLEAN),
        terms.Exists(step, BOOLEAN),
        terms.Comparison("=", list_of, step, BOOLEAN),
        terms.AnyOf(
            (
                negated(terms.Exists(policy_of, BOOLEAN)),
                terms.Comparison("=", policy_of, terms.Value(policy, t.Text()), BOOLEAN),
            ),
            BOOLEAN,
        ),
    ]
    if extends:
        instant = t.Instant()
        begins = terms.Comparison(
            "=", terms.FieldOf(_SANCTION, "starts_at", instant), terms.ColumnOf(columns.BEGINS, instant), BOOLEAN
        )
        same.append(terms.AnyOf((negated(terms.ColumnOf(columns.EXTENDS, BOOLEAN)), begins), BOOLEAN))
    return terms.Quantified("some", own_sanctions(), _SANCTION.name, terms.All(tuple(same), BOOLEAN), BOOLEAN)
