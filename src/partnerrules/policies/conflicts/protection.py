"""How long a claim is protected, as its policy says it: read and checked. `protected` makes columns of it."""

from dataclasses import dataclass
from typing import Final

from partnerrules.diagnostics import with_article
from partnerrules.language import operations, terms
from partnerrules.language.checker import Checked
from partnerrules.language.form_reader import Expression, Item
from partnerrules.language.names import SUBJECT
from partnerrules.policies.computing import compared, every, exists
from partnerrules.policies.conflicts.claims import Claims
from partnerrules.policies.kind import Context, checked_expression, no_day, unsuited
from partnerrules.policies.periods import period_of
from partnerrules.schema import types as t

_WHEN: Final = (t.Date, t.Instant)
_FIELDS: Final = ("requested_at", "approved_at", "expires_at")


@dataclass(slots=True)
class Protection:
    """The protection of the claims of one entity, checked.

    Attributes:
        item: what the author wrote.
        begins: when it begins, of a claim.
        type: a date or an instant, of all that it tells.
        length: how long it lasts, if not `until` says when it ends.
        shift: how the length is added.
        until: when it ends.
        extensions: the prolongations.
        part: what one of them is.
        renews: the claim that is renewed, a field.
        filed: when the renewal was asked for.
    """

    item: Item
    begins: terms.Term
    type: t.Type
    length: terms.Term | None = None
    shift: terms.CalculationKind = "shift-days"
    until: terms.Term | None = None
    extensions: terms.Term | None = None
    part: str = ""
    renews: terms.FieldOf | None = None
    filed: terms.Term | None = None

    @property
    def now(self) -> terms.Term:
        """The instant or day of the decision."""
        return terms.Today(self.type) if isinstance(self.type, t.Date) else terms.AsOf(self.type)

    @property
    def pending(self) -> bool:
        """Whether a renewal in time protects before it is decided."""
        return self.item.text("pending") == "protected"

    def granted(self, begins: terms.Term) -> terms.Term:
        """Whether a protection has begun."""
        return every(exists(begins), compared(begins, "<=", self.now))


# ------------------------------------------------------------------------------------------------------------- reading


def protection_of(branch: Claims, item: Item, context: Context) -> Protection | None:
    """What the policy says of the protection of the claims of one entity; None if nothing, or after a fault."""
    written = item.item("protection")
    if written is None or written.text("only") not in (None, branch.entity):
        return None
    begins = branch.checked(written.expression("from"), context)
    if begins is None or not is_when(
        begins, written.expression("from"), "the begin of a protection", context, none=True
    ):
        return None
    protection = Protection(written, begins.term, t.present(begins.type))
    # What comes further on is asked of claims for which it has begun.
    shown = frozenset({begins.term}) if isinstance(begins.type, t.Maybe) else frozenset()
    before = context.report.errors
    _read_end(protection, branch, shown, context)
    _read_extensions(protection, branch, context)
    _read_renewal(protection, branch, context)
    if context.report.errors > before:
        return None
    if not protection.pending:
        branch.present |= shown
    return protection


def _read_end(protection: Protection, branch: Claims, shown: frozenset[terms.Term], context: Context) -> None:
    written = protection.item
    length, until = written.expression("for"), written.expression("until")
    checked = checked_expression(length or until, context, branch.named, branch.present | shown)
    if checked is None:
        return
    branch.depth = max(branch.depth, checked.depth)
    if until is not None:
        protection.until = checked.term
        is_when(checked, until, "its end", context, none=True, like=protection.type)
    elif length is not None:
        elapsed = isinstance(protection.type, t.Instant)
        if period_of(checked, length.span, "a protection lasts for a period", context, elapsed=elapsed) is not None:
            found = operations.calculation("+", protection.type, checked.type)
            assert not isinstance(found, operations.Mismatch), found
            protection.length, protection.shift = checked.term, found.kind


def _read_extensions(protection: Protection, branch: Claims, context: Context) -> None:
    written = protection.item.expression("extensions")
    checked = branch.checked(written, context)
    if checked is None or written is None:
        return
    item = checked.type.item if isinstance(checked.type, t.ListOf) else None
    fields = context.environment.schema.entities[item.entity].fields if isinstance(item, t.Record) else {}
    if not isinstance(item, t.Record):
        code = "type-mismatch" if isinstance(checked.type, t.ListOf) else "not-a-list"
        message = f"prolongations are a list of records, and this is {checked.type}"
        context.report.error(code, message, written.span, help="name the list, such as `claim.extensions`")
        return
    protection.extensions, protection.part = checked.term, item.entity
    for name in _FIELDS:
        found = fields[name].read_as if name in fields else None
        inner = found.of if isinstance(found, t.Maybe) and name == "approved_at" else found
        if inner != protection.type:
            has = "none" if found is None else str(found)
            context.report.error(
                "unknown-field" if found is None else "type-mismatch",
                f"a prolongation has a field `{name}`, {with_article(str(protection.type))}; here it has {has}",
                written.span,
                help="its fields are `requested_at`, `approved_at` (none if it was not granted) and `expires_at`",
            )
            return


def _read_renewal(protection: Protection, branch: Claims, context: Context) -> None:
    written = protection.item.expression("renews")
    checked = branch.checked(written, context)
    filed = branch.checked(protection.item.expression("filed"), context)
    if filed is not None:
        is_when(
            filed,
            protection.item.expression("filed"),
            "the filing of a renewal",
            context,
            none=False,
            like=protection.type,
        )
        protection.filed = filed.term
    if checked is None or written is None or protection.filed is None:
        return  # without `filed` the form has its fault told already
    field = checked.term.reference if isinstance(checked.term, terms.Follow) else checked.term
    own = isinstance(field, terms.FieldOf) and field.record == branch.named[SUBJECT]
    if not own or t.present(checked.type) != t.Record(branch.entity):
        context.report.error(
            "type-mismatch",
            f"what is renewed is a field of the {branch.entity} that refers to another one, and this is {checked.type}",
            written.span,
            help="name the field, such as `claim.supersedes`",
        )
        return
    assert isinstance(field, terms.FieldOf)
    protection.renews = field


def is_when(
    checked: Checked,
    written: Expression | None,
    what: str,
    context: Context,
    *,
    none: bool,
    like: t.Type | None = None,
) -> bool:
    """Whether a value is a date or an instant, the same as another one is; reports it if not."""
    assert written is not None
    found = t.present(checked.type) if none else checked.type
    if (found == like) if like is not None else isinstance(found, _WHEN):
        return True
    way_out = "name a field or a value, such as `claim.approved_at`"
    both = "take the day of an instant with `date(...)`, here or there"
    dated = found is checked.type and isinstance(found, _WHEN)
    wanted = "a date or an instant" if like is None else with_article(str(like))
    unsuited(
        context,
        written.span,
        found,
        f"{what} is {wanted}, and this is {with_article(str(found)) if dated else checked.type}",
        help=way_out if like is None or not isinstance(found, _WHEN) else both,
        guard="write which day counts then, such as `if exists(...) then ... else ...`",
        code=no_day(found) if like is None or isinstance(found, _WHEN) else "type-mismatch",
    )
    return False
