"""The results of policies about papers: check by check what is not in order, and until when contracts are in force."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from partnerrules.decisions.basis import Basis, basis_data, missing_texts
from partnerrules.decisions.requirement_results import RequirementResult, condition_results
from partnerrules.decisions.values import missing_data, number_text, value_data
from partnerrules.plan.trace import Seen
from partnerrules.schema.missing import Missing, Unknown
from partnerrules.schema.titles import Title
from partnerrules.schema.types import Date, Number, Type

IN_ORDER: Final = "in_order"
WARNING: Final = "warning"
DEFICIENT: Final = "deficient"

Severity = Literal["error", "warning"]
Sort = Literal["required", "complete", "must", "order", "underpinning", "deterioration", "term"]
SORTS: Final[tuple[Sort, ...]] = (
    "required",
    "complete",
    "must",
    "order",
    "underpinning",
    "deterioration",
    "term",
)
"""What may be checked, in the order in which it is told."""

FULFILLED: Final = "fulfilled"
CheckOutcome = Literal["fulfilled", "not_fulfilled", "unknown"]

State = Literal["to_come", "running", "renewed", "terminable", "ended"]
STATES: Final[tuple[State, ...]] = ("to_come", "running", "renewed", "terminable", "ended")
"""How it stands with a contract today."""

MAXIMUM_PAIRS: Final = 20
"""Pairs of contracts of one check that are written out; the rest are counted. Each may pair with each other one."""

Day: TypeAlias = dt.date | Unknown | None
Promise = Literal["not_promised", "weaker", "units_differ"]


@dataclass(frozen=True, slots=True)
class Lacking:
    """Names that a contract has to have, and does not.

    Attributes:
        contract: its id.
        names: those that are lacking for certain; others may be.
    """

    contract: str
    names: tuple[str, ...]

    def as_data(self) -> dict[str, object]:
        return {"contract": self.contract, "lacking": [*self.names]}


@dataclass(frozen=True, slots=True)
class Unmet:
    """A condition that a contract does not meet."""

    contract: str
    requirement: RequirementResult

    def as_data(self) -> dict[str, object]:
        failed = sorted({each.id for each in condition_results(self.requirement) if each.outcome is False})
        return {"contract": self.contract, "requirement": self.requirement.as_data(), "conditions": failed}


@dataclass(frozen=True, slots=True)
class TooEarly:
    """A contract that was signed before one that has to come first.

    Attributes:
        contract: its id.
        signed: when it was signed.
        earlier: the contracts that should have been first, with when they were signed; None if they were not.
        type: of these values, an instant or a date.
    """

    contract: str
    signed: object
    earlier: tuple[tuple[str, object], ...]
    type: Type

    def as_data(self) -> dict[str, object]:
        return {
            "contract": self.contract,
            "signed": value_data(self.signed, self.type),
            "earlier": {id: value_data(signed, self.type) for id, signed in self.earlier},
        }


@dataclass(frozen=True, slots=True)
class Underpromised:
    """A target of a contract that another one, on which it rests, does not promise as strictly.

    Attributes:
        contract: the one that promises too little.
        underpins: the one whose target it is.
        metric: what is measured.
        scope: what the target is limited to.
        reason: "not_promised", "weaker", or "units_differ" where the two cannot be compared.
        needed: the limit of the target.
        unit: its unit.
        promised: the limits that are promised in that unit.
        units: the other units in which something is promised.
    """

    contract: str
    underpins: str
    metric: str
    scope: str | None
    reason: Promise
    needed: Decimal | Unknown
    unit: str | Unknown
    promised: tuple[Decimal, ...]
    units: tuple[str, ...]

    def as_data(self) -> dict[str, object]:
        return {
            "contract": self.contract,
            "underpins": self.underpins,
            "metric": self.metric,
            "scope": self.scope,
            "reason": self.reason,
            "needed": value_data(self.needed, Number()),
            "unit": "unknown" if isinstance(self.unit, Unknown) else self.unit,
            "promised": [number_text(each, Number()) for each in self.promised],
            "units": [*self.units],
        }


@dataclass(frozen=True, slots=True)
class Worsened:
    """A term of a contract that has become worse than it may: what it was, and what it is."""

    contract: str
    was: Seen
    now: Seen

    def as_data(self) -> dict[str, object]:
        return {
            "contract": self.contract,
            "was": value_data(self.was.value, self.was.type),
            "now": value_data(self.now.value, self.now.type),
        }


@dataclass(frozen=True, slots=True)
class Terminable:
    """A contract that can be terminated, as a breach was not put right in time."""

    contract: str
    cure_by: Day

    def as_data(self) -> dict[str, object]:
        return {"contract": self.contract, "cure_by": value_data(self.cure_by, Date())}


Finding: TypeAlias = Lacking | Unmet | TooEarly | Underpromised | Worsened | Terminable


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check came to.

    Attributes:
        sort: the key under which it stands.
        id: its name.
        title: what people call it.
        source: the clause it comes from.
        severity: whether it only warns.
        outcome: whether it is fulfilled.
        findings: what is wrong, contract by contract, in the order of their ids.
        met_by: for what is required, the contracts that are it.
        pairs: for an order, the contracts that were signed in it, each earlier one with the later one.
        in_doubt: the contracts of which it is not known.
        missing: what would have to be known, if the outcome is not.
    """

    sort: Sort
    id: str
    title: Title
    source: str | None
    severity: Severity
    outcome: CheckOutcome
    findings: tuple[Finding, ...]
    met_by: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    in_doubt: tuple[str, ...]
    missing: tuple[Missing, ...]

    @property
    def contracts(self) -> tuple[str, ...]:
        """The contracts that are at fault, each once."""
        return tuple(dict.fromkeys(finding.contract for finding in self.findings))

    def first_pairs(self) -> list[list[str]]:
        """The pairs that are written out."""
        return [[*pair] for pair in self.pairs[:MAXIMUM_PAIRS]]

    def as_data(self) -> dict[str, object]:
        return {
            "id": self.id,
            "sort": self.sort,
            "severity": self.severity,
            "outcome": self.outcome,
            "findings": [finding.as_data() for finding in self.findings],
            "met_by": [*self.met_by],
            "pairs": self.first_pairs(),
            "pair_count": len(self.pairs),
            "in_doubt": [*self.in_doubt],
            "missing": [missing_data(each) for each in self.missing],
        }


@dataclass(frozen=True, slots=True)
class TermResult:
    """Until when a contract is in force.

    Attributes:
        contract: its id.
        state: how it stands today.
        term_ends: the last day of the term of today, or of its last term.
        last_day_for_notice: the last day on which notice ends it with that term.
        renews_on: the first day of the next term, if it goes on.
        in_force_until: the last day in force for all that is known today.
        cure_by: the last day to put a breach right.
        missing: what is not known of it.
    """

    contract: str
    state: State | Literal["unknown"]
    term_ends: Day
    last_day_for_notice: Day
    renews_on: Day
    in_force_until: Day
    cure_by: Day
    missing: tuple[Missing, ...]

    @property
    def days(self) -> dict[str, Day]:
        """Its days by their names."""
        return {
            "term_ends": self.term_ends,
            "last_day_for_notice": self.last_day_for_notice,
            "renews_on": self.renews_on,
            "in_force_until": self.in_force_until,
            "cure_by": self.cure_by,
        }

    def as_data(self) -> dict[str, object]:
        days = {name: value_data(day, Date()) for name, day in self.days.items()}
        return {"contract": self.contract, "state": self.state, **days}


@dataclass(frozen=True, slots=True)
class ContractsResult:
    """Whether the contracts of a record are in order.

    Attributes:
        basis: policy, subject and version.
        outcome: "in_order", "warning" if only warnings are not fulfilled, "deficient", or "undetermined".
        checks: what each check came to.
        terms: until when each contract is in force, if that is asked.
        missing: the facts that are lacking where the outcome is undetermined.
    """

    basis: Basis
    outcome: str
    checks: tuple[CheckResult, ...]
    terms: tuple[TermResult, ...]
    missing: tuple[Missing, ...]

    def check(self, id: str) -> CheckResult:
        """What a check came to.

        Raises:
            KeyError: if there is none of that name.
        """
        for check in self.checks:
            if check.id == id:
                return check
        raise KeyError(id)

    def as_data(self) -> dict[str, object]:
        """The result as plain data, for JSON and for cases."""
        return {
            **basis_data(self.basis),
            "outcome": self.outcome,
            "checks": [check.as_data() for check in self.checks],
            "terms": [term.as_data() for term in self.terms],
            "missing": [missing_data(each) for each in self.missing],
        }

    def summary(self) -> dict[str, object]:
        """The parts of the result that a case can expect."""
        terms = {term.contract: term.as_data() for term in self.terms}
        return {
            **basis_data(self.basis),
            "outcome": self.outcome,
            **missing_texts(self.missing),
            "checks": {check.id: check.outcome for check in self.checks},
            "contracts": {check.id: [*check.contracts] for check in self.checks},
            "findings": [
                {"check": check.id, **finding.as_data()} for check in self.checks for finding in check.findings
            ],
            "met_by": {check.id: [*check.met_by] for check in self.checks if check.sort == "required"},
            "pairs": {check.id: check.first_pairs() for check in self.checks if check.sort == "order"},
            "pair_count": {check.id: len(check.pairs) for check in self.checks if check.sort == "order"},
            "in_doubt": {check.id: [*check.in_doubt] for check in self.checks},
            "terms": {id: {name: _known(value) for name, value in term.items()} for id, term in terms.items()},
        }


def _known(value: object) -> object:
    """A value as a case expects it."""
    return "unknown" if isinstance(value, dict) else value
