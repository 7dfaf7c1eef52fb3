"""Checks the expressions of a benefits policy, and tells what does not suit. May import what all kinds share."""

from dataclasses import dataclass, field
from typing import Final

from partnerrules.language import terms
from partnerrules.language.checker import Checked
from partnerrules.language.form_reader import Expression, Word
from partnerrules.language.once import Once
from partnerrules.policies.kind import Context, checked_expression, unsuited

_GUARD: Final = "let `when:` or a gate ask first whether it `exists(...)`"


@dataclass(slots=True)
class Reader:
    """Reads what a policy says of a record.

    Attributes:
        context: for checking.
        named: the names that expressions see.
        present: terms that are known to be there.
        depths: of the expressions so far.
    """

    context: Context
    named: dict[str, terms.Term]
    present: frozenset[terms.Term]
    depths: list[int] = field(default_factory=list)

    def checked(self, written: Expression | None) -> Checked | None:
        """A checked expression, or None if there is none, or after a fault."""
        found = checked_expression(written, self.context, self.named, self.present)
        if found is not None:
            self.depths.append(found.depth)
        return found

    def unsuited(
        self, written: Expression, checked: Checked, message: str, way_out: str, code: str = "type-mismatch"
    ) -> None:
        """Reports a value of a type that cannot be where it stands."""
        unsuited(
            self.context, written.span, checked.type, message, help=way_out, guard=_GUARD, term=checked.term, code=code
        )

    def names(self) -> Once:
        """The names of like parts, of which each stands once."""
        return Once(self.context.report, help="give each a name of its own")


def claimed(word: Word | None, names: Once, message: str) -> str | None:
    """An id that no other one has, or None after a fault."""
    if word is None or not names.claim(word.text, word.span, message.format(word.text)):
        return None
    return word.text
