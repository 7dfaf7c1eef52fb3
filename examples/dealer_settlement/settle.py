"""The settlement job of a software vendor: what dealers, those who found them, and referrals are paid for a month.

    python settle.py OUT [--language ru]

`facts/2026-09` and `facts/2026-10` are what the vendor's billing system exports at the two closings: the second one has
all documents since September. OUT/2026-09 and OUT/2026-10 then hold the settlement, which is kept, its lines and totals
for the ledger, and a statement for each partner to read.
"""

import argparse
import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import partnerrules as pr
from partnerrules.decisions import BenefitResult, Settlement, SettlementLine
from partnerrules.explanations import tell_settlement

HERE = Path(__file__).resolve().parent
RULES = HERE.parent.parent / "rulesets" / "software-dealer-network"
MOSCOW = ZoneInfo("Europe/Moscow")
CLOSINGS = {
    "2026-09": dt.datetime(2026, 10, 5, 18, tzinfo=MOSCOW),
    "2026-10": dt.datetime(2026, 11, 5, 18, tzinfo=MOSCOW),
}
PRIZES = ("volume-prize", "contract-prize")
EARNERS = {
    "dealer": "dealers, on their own sales",
    "recruiter": "those who found the dealer",
    "second_recruiter": "those who found these",
    "referral": "referrals, for visits",
}


def settle_all(rules: pr.Ruleset) -> Iterator[tuple[str, pr.Facts, Settlement]]:
    """Settles one month after the other; each settlement is given those that were closed before."""
    closed: list[Settlement] = []
    for period, moment in CLOSINGS.items():
        facts = pr.Facts.read(HERE / "facts" / period)
        settlement = rules.settle(facts, period, closed=closed, as_of=moment)
        closed.append(settlement)
        yield period, facts, settlement


def earner(line: SettlementLine) -> str:
    """As what somebody earns by a line."""
    return "referral" if line.policy == "referral-reward" else line.role or "dealer"


def by_earner(settlement: Settlement) -> dict[str, Decimal]:
    """What a month adds to the earnings, by what they are earned for."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for statement in settlement.statements:
        for line in statement.lines:
            sums[earner(line)] += line.change.amount
    return {name: sums[name] for name in EARNERS}


def prizes(rules: pr.Ruleset, facts: pr.Facts, moment: dt.datetime) -> list[tuple[str, str, pr.Money]]:
    """Who won the contests of the month before: policy, partner and prize."""
    decision = rules.decide(facts, as_of=moment, policies=PRIZES)
    return [
        (policy, str(result.beneficiary), result.granted)
        for policy in PRIZES
        for result in decision[policy].values()
        if isinstance(result, BenefitResult) and result.outcome == "granted" and isinstance(result.granted, pr.Money)
    ]


def write(settlement: Settlement, folder: Path, language: str) -> None:
    """Writes what is kept, what the ledger takes, and what each partner reads."""
    statements = folder / "statements"
    statements.mkdir(parents=True, exist_ok=True)
    (folder / "settlement.json").write_text(settlement.to_json(), encoding="utf-8")
    (folder / "lines.csv").write_text(settlement.lines_csv(), encoding="utf-8")
    (folder / "statements.csv").write_text(settlement.statements_csv(), encoding="utf-8")
    for each in settlement.statements:
        text = tell_settlement(settlement, each.payee, each.currency, language)
        (statements / f"{each.payee}.txt").write_text(text, encoding="utf-8")


def write_prizes(won: Iterable[tuple[str, str, pr.Money]], folder: Path) -> None:
    """Writes for the ledger who won a prize, beside the lines of the settlement."""
    with (folder / "prizes.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["policy", "partner", "amount", "currency"])
        rows.writerows([policy, partner, prize.amount, prize.currency] for policy, partner, prize in won)


def show(period: str, settlement: Settlement, won: Iterable[tuple[str, str, pr.Money]]) -> None:
    """Prints what a month comes to."""
    print(f"{period}, closed on {settlement.as_of:%d %B %Y}: {len(settlement.statements)} statements")
    for name, amount in by_earner(settlement).items():
        print(f"  {EARNERS[name]:<32}{amount:>14,.2f}")
    for word in ("earned", "withheld", "payable"):
        total = sum((getattr(each, word).amount for each in settlement.statements), Decimal(0))
        print(f"  {word:<32}{total:>14,.2f}")
    waiting = [each.payee for each in settlement.statements if each.withheld.amount]
    print(f"  paid later: {', '.join(waiting) or 'nobody'}")
    for policy, partner, prize in won:
        print(f"  {policy}: {partner} {prize}")
    print(f"  open documents: {len(settlement.open_documents)}, warnings: {len(settlement.warnings)}")


def main(arguments: list[str] | None = None) -> None:
    """Settles both months, writes what came out, and prints what it comes to."""
    parser = argparse.ArgumentParser(description="Settles the months of a network of software dealers.")
    parser.add_argument("folder", type=Path, help="where the settlements are written")
    parser.add_argument("--language", default="ru", choices=("en", "ru", "zh"), help="of the statements")
    given = parser.parse_args(arguments)
    rules = pr.load(RULES)
    for period, facts, settlement in settle_all(rules):
        write(settlement, given.folder / period, given.language)
        won = prizes(rules, facts, settlement.as_of)
        write_prizes(won, given.folder / period)
        show(period, settlement, won)


if __name__ == "__main__":
    main()
