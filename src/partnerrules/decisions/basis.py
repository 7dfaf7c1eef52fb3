"""What every result has: what it rests on, the words that all kinds share, and what is missing, as plain data."""

from dataclasses import dataclass

from partnerrules.decisions.values import missing_data, missing_text, value_data
from partnerrules.schema.missing import Missing, Unknown
from partnerrules.schema.titles import Title
from partnerrules.schema.types import Type

UNDETERMINED = "undetermined"
NOT_IN_FORCE = "no_policy_in_force"
NOT_APPLICABLE = "not_applicable"
"""What a policy that asks another one gets for a record that the other one is not about."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a result rests on, so that it can be asked again.

    Attributes:
        policy: id of the policy or definition.
        title: its title.
        source: the clause it comes from.
        subject: id of the record.
        version: the version of the ruleset that answered; "" if none is in force.
        assumed: the parameters it may rest on whose values the source does not give, and such tables by their places.
    """

    policy: str
    title: Title
    source: str | None
    subject: str
    version: str
    assumed: tuple[str, ...] = ()


def missing_of(value: object) -> tuple[Missing, ...]:
    """The facts that an unknown value lacks, in a fixed order; nothing for a known one."""
    return tuple(sorted(value.missing)) if isinstance(value, Unknown) else ()


def missing_values(value: object) -> list[dict[str, str]]:
    """The facts that an unknown value lacks, as JSON has them."""
    return [missing_data(missing) for missing in missing_of(value)]


def case_value(value: object, type: Type) -> object:
    """A value as a case expects it."""
    if isinstance(value, Unknown):
        return {"unknown": [missing_text(each) for each in missing_of(value)]}
    return value_data(value, type)


def missing_texts(missing: tuple[Missing, ...]) -> dict[str, object]:
    """The missing facts as a case expects them, one text each."""
    return {"missing": [missing_text(each) for each in missing]}


def basis_data(basis: Basis) -> dict[str, object]:
    """What a result rests on, as plain data."""
    return {
        "policy": basis.policy,
        "subject": basis.subject,
        "version": basis.version,
        "assumed": list(basis.assumed),
    }
