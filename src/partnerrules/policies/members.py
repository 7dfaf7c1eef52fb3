"""Lists of records that a policy looks into: records of which entity they are, and what is known of each of them."""

from collections.abc import Mapping

from partnerrules.language import terms
from partnerrules.language.checker import Checked
from partnerrules.language.checking import implied
from partnerrules.language.form_reader import Expression
from partnerrules.plan.walk import substituted
from partnerrules.policies.kind import Context
from partnerrules.schema import types as t


def record_of_list(
    checked: Checked,
    written: Expression,
    named: Mapping[str, terms.Term],
    context: Context,
    *,
    wanted: str,
    member: str,
    example: str,
) -> terms.Variable | None:
    """The variable under which expressions see a member of a list of records, or None after a fault.

    Args:
        checked: the list.
        written: the list as its author wrote it.
        named: the names that expressions see already.
        context: for checking.
        wanted: what the list is for, in messages.
        member: what one of its records is, in messages.
        example: such a list.
    """
    item = checked.type.item if isinstance(checked.type, t.ListOf) else None
    if not isinstance(item, t.Record) or context.environment.schema.is_part(item.entity):
        context.report.error(
            "type-mismatch" if isinstance(checked.type, t.ListOf) else "not-a-list",
            f"{wanted} is a list of records, and this is {checked.type}",
            written.span,
            help=f"name the records, such as `{example}`",
        )
        return None
    if item.entity in named:
        context.report.error(
            "ambiguous-name",
            f"`{item.entity}` would be {member} and also the one that is decided",
            written.span,
            help=f"decide the record that they belong to, such as `subject: {example.partition('.')[0]}`",
        )
        return None
    return terms.Variable(item.entity, t.Record(item.entity))


def shown_present(records: terms.Term, record: terms.Variable) -> frozenset[terms.Term]:
    """What the filters of a list show to be there in each member."""
    found: set[terms.Term] = set()
    while isinstance(records, terms.Select):
        found |= {substituted(term, records.variable, record) for term in implied(records.condition, True)}
        records = records.source
    return frozenset(found)
