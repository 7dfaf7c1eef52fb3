"""Names that a policy lists, such as a catalogue: written out one by one, or an expression that gives them."""

from typing import Final

from partnerrules.language import forms, terms
from partnerrules.language.checker import Checked
from partnerrules.language.form_reader import Item, Word
from partnerrules.language.once import Once
from partnerrules.policies.kind import Context, Head, checked_expression
from partnerrules.schema import types as t

NAMES: Final = forms.EitherForm(forms.ExpressionForm(), forms.ListForm(forms.TextForm(), at_least=1))
"""A list of names, or a parameter that is one."""


def names_under(item: Item, key: str, head: Head, context: Context) -> Checked | None:
    """The names under a key, written out or as an expression; None if it is left out, or after a fault."""
    written = item.expression(key)
    if written is not None:
        checked = checked_expression(written, context, head.named, head.present)
        if checked is None:
            return None
        members = checked.type.item if isinstance(checked.type, t.ListOf) else None
        if isinstance(members, t.Text | t.Enumeration):
            return checked
        context.report.error(
            "not-a-list" if members is None else "type-mismatch",
            f"`{key}` is a list of texts, and this is {checked.type}",
            written.span,
            help=f"write `{key}: [...]`, or the name of a parameter that is such a list",
        )
        return None
    words = [read for read in item.list(key) if isinstance(read, Word)]
    if not words:
        return None
    once = Once(context.report, help="take one of them out")
    for word in words:
        once.claim(word.text, word.span, f"`{word.text[:60]}` stands twice in `{key}`")
    type = t.ListOf(t.Text())
    values = tuple(terms.Value(text, t.Text()) for text in once.places)
    return Checked(terms.Items(values, type), key, (), 0)
