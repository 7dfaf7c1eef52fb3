"""Who gets what of a document, read from a row of the plan. May import the plan of commissions."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from partnerrules.decisions.commission_lines import Amount, CommissionLine, Status
from partnerrules.decisions.requirement_results import RequirementResult
from partnerrules.facts import Row
from partnerrules.plan.trace import TracedRow
from partnerrules.policies.commission.columns import CORRECTS, EXCLUDED, REASON, REFUSED
from partnerrules.policies.commission.documents import Party
from partnerrules.policies.commission.overrides import final_payee
from partnerrules.policies.commission.parts import Parts, final, line_column, overlay_column
from partnerrules.policies.commission.rights import status_of
from partnerrules.policies.conditions import requirement_result, shown_later
from partnerrules.quantities import Money, currency_of, subtract
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown


@dataclass(frozen=True, slots=True)
class LineReading:
    """Reads what each party gets."""

    parts: Parts

    def corrects(self, row: TracedRow) -> bool:
        """Whether a document corrects another one."""
        return id_of(row.values.get(CORRECTS)) is not None

    def lines(
        self, row: TracedRow, amount: Amount, status: Status, doubt: Unknown | None
    ) -> tuple[CommissionLine, ...]:
        lines: list[CommissionLine] = []
        for number, party in enumerate(self.parts.payees.parties, start=1):
            share: Decimal | Fraction | Unknown | None = None
            own = amount
            if party.share is not None:
                given = row.values[final(party.share, self.parts)]
                share = given if isinstance(given, Unknown) else exact(given)
                if self.parts.payees.equal:
                    share = Fraction(1, len(self.parts.payees.parties))
                if isinstance(amount, Money) and status != EXCLUDED:
                    parts = (row.values[line_column(number)], row.values[line_column(number, before=True)])
                    own = amount_of(self.parts, difference(*parts), doubt)
            lines.append(self._line(row, party, share, own, status))
        for party in self.parts.payees.overlays:
            given = row.values[final(party.share or "", self.parts)]
            share = given if isinstance(given, Unknown) else exact(given)
            own = amount
            if status != EXCLUDED and row.values[REASON] is None:
                own = amount_of(self.parts, row.values[overlay_column(party)], doubt)
            lines.append(replace(self._line(row, party, share, own, status), overlay=True))
        return (*lines, *self.overrides(row, status, doubt))

    def _line(
        self, row: TracedRow, party: Party, share: Decimal | Fraction | Unknown | None, amount: Amount, status: Status
    ) -> CommissionLine:
        payee = id_of(row.values[final(party.payee, self.parts)])
        whose = self._status_of(row, party.payee, status)
        if status not in (EXCLUDED, REFUSED) and (isinstance(payee, Unknown) or isinstance(amount, Unknown)):
            whose = "undetermined"
        return CommissionLine(payee, party.role, share, amount, whose, conditions=self._of_payee(row, party.payee))

    def _status_of(self, row: TracedRow, payee: str, status: Status) -> Status:
        """What becomes of the part of one who is paid; as of the document, if that is in doubt or earns nothing."""
        if status in (EXCLUDED, REFUSED) or not self.parts.rights.apart:
            return status
        own = row.values[status_of(payee, self.parts.rights)]
        return "undetermined" if isinstance(own, Unknown) else known_status(own)

    def _of_payee(self, row: TracedRow, payee: str) -> dict[str, tuple[RequirementResult, ...]]:
        """What was asked of one who is paid; nothing for a document that corrects another one, as it follows that."""
        asked = self.parts.rights.of_payee.by_key
        if not asked or self.corrects(row):
            return {}

        def found() -> dict[str, tuple[RequirementResult, ...]]:
            return {key: tuple(requirement_result(each, row, payee) for each in asked[key]) for key in asked}

        return shown_later(row, found)

    def overrides(self, row: TracedRow, status: Status, doubt: Unknown | None) -> Iterator[CommissionLine]:
        """What those above the payee get; nothing for a level that nobody is on."""
        values, corrects = row.values, self.corrects(row)
        nothing = amount_of(self.parts, Decimal(0)) if status == EXCLUDED else None
        for level in self.parts.overrides.levels:
            name = level.payee if self.parts.corrects is None else final_payee(level)
            payee = id_of(row.values[name])
            if payee is None:
                continue
            if isinstance(values[REASON], str):
                if isinstance(payee, str):
                    yield CommissionLine(payee, level.id, None, nothing, status, override=True)
                continue
            amount = amount_of(self.parts, values[level.line], doubt)
            known = isinstance(amount, Money) and isinstance(payee, str)
            whose: Status = self._status_of(row, level.payee, status) if known else "undetermined"
            base = None if corrects else amount_of(self.parts, values[level.base])
            rate = None if corrects else values[level.rate]
            asked = self._of_payee(row, level.payee)
            yield CommissionLine(
                payee, level.id, None, amount, whose, override=True, rate=rate, base=base, conditions=asked
            )


def amount_of(parts: Parts, value: object, doubt: Unknown | None = None) -> Amount:
    """An amount of a row, in the currency of the policy; unknown where it is not known whether that applies."""
    if doubt is not None:
        return Unknown.of([doubt, value]) if isinstance(value, Unknown) else doubt
    if value is None or isinstance(value, Unknown):
        return value
    money = parts.money
    currency = currency_of(money.dimension) if isinstance(money, t.Quantity) else None
    assert isinstance(value, int | Decimal)
    assert currency is not None
    return Money(Decimal(value), currency)


def known_status(outcome: object) -> Status:
    """What becomes of an amount, where that is known."""
    match outcome:
        case "earned" | "held" | "pending" | "forfeited" | "clawed_back" | "excluded" | "refused":
            return outcome
        case _:
            raise AssertionError(outcome)


def difference(after: object, before: object) -> object:
    """What one amount is more than another one; unknown or none where one of them is."""
    unknown = [each for each in (after, before) if isinstance(each, Unknown)]
    if unknown:
        return Unknown.of(unknown)
    if after is None or before is None:
        return None
    return subtract(exact(after), exact(before))


def exact(value: object) -> Decimal:
    """A number as a decimal."""
    assert isinstance(value, int | Decimal), value
    return Decimal(value)


def id_of(value: object) -> str | Unknown | None:
    """The id of a record, of whatever kind the value is that tells it."""
    if isinstance(value, Row):
        return value.id
    assert value is None or isinstance(value, str | Unknown), value
    return value
