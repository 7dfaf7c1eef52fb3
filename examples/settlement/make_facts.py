"""Makes the facts of a mid-sized programme, as its books had them at two closings: two folders of CSV files.

    python make_facts.py OUT [--partners 200] [--documents 20000] [--seed 2026]

OUT/2026-Q1 is what was known on 5 April, OUT/2026-Q2 what was known on 5 July: in between some documents of the first
quarter came in late, invoices were paid, a rate was corrected, and one document was entered twice. The same arguments
give the same files. The dealer DL-001 has the same documents whatever the arguments are: README.md reads its
statements.
"""

import argparse
import csv
import datetime as dt
import random  # noqa: TID251 - facts are made up here, from a seed; nothing is decided
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("Asia/Shanghai")
CLOSINGS: Final = {
    "2026-Q1": dt.datetime(2026, 4, 5, 18, tzinfo=ZONE),
    "2026-Q2": dt.datetime(2026, 7, 5, 18, tzinfo=ZONE),
}
"""The instants as of which the two quarters are settled."""
FIRST_DAY: Final = dt.date(2026, 1, 1)
SECOND_QUARTER: Final = dt.date(2026, 4, 1)
LAST_DAY: Final = dt.date(2026, 6, 30)
HOLIDAYS: Final = (
    (dt.date(2026, 1, 1), dt.date(2026, 1, 3)),
    (dt.date(2026, 2, 15), dt.date(2026, 2, 23)),
    (dt.date(2026, 4, 4), dt.date(2026, 4, 6)),
    (dt.date(2026, 5, 1), dt.date(2026, 5, 5)),
    (dt.date(2026, 6, 19), dt.date(2026, 6, 21)),
)
"""The public holidays of the half-year: no bank quotes a rate on them."""
FIRST_RATES: Final = {"USD": 70000, "EUR": 78000}
"""What 100 of a currency were worth on the first day, in hundredths of a CNY."""
FIXED_RATES: Final = {
    ("USD", dt.date(2026, 2, 13)): 69050,
    ("USD", dt.date(2026, 3, 5)): 69120,
    ("EUR", dt.date(2026, 3, 10)): 78123,
    ("USD", dt.date(2026, 6, 22)): 69361,
}
"""The rates that README.md computes with."""
CORRECTED: Final = ("USD", dt.date(2026, 2, 13), 69005)
"""The rate that turned out to be wrong after the first closing."""
GROUPS: Final = ("network", "storage", "cloud", "service")
TERRITORIES: Final = ("north", "south", "west", "overseas")
CURRENCIES: Final = ("CNY", "CNY", "CNY", "USD", "EUR")

Row = Mapping[str, str]


@dataclass(frozen=True)
class Document:
    """A posting, with everything that the books ever learn of it; amounts are in cents."""

    id: str
    partner: str
    customer: str
    product: str
    kind: str
    date: dt.date
    cents: int
    currency: str
    recorded_at: dt.datetime
    original: str = ""
    paid_at: dt.datetime | None = None

    def as_of(self, moment: dt.datetime) -> Row:
        """What the books say of it at a closing: a payment that is still to come does not stand in them."""
        paid = self.paid_at is not None and self.paid_at <= moment
        return {
            "id": self.id,
            "partner": self.partner,
            "customer": self.customer,
            "product": self.product,
            "kind": self.kind,
            "date": str(self.date),
            "net_amount": f"{Decimal(self.cents).scaleb(-2)} {self.currency}",
            "original": self.original,
            "paid_at": self.paid_at.isoformat() if paid and self.paid_at is not None else "",
            "recorded_at": self.recorded_at.isoformat(),
        }


@dataclass
class World:
    """Everything that happens in the half-year."""

    partners: list[Row] = field(default_factory=list)
    standings: list[Row] = field(default_factory=list)
    customers: list[Row] = field(default_factory=list)
    products: list[Row] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    violations: list[Row] = field(default_factory=list)
    sanctions: list[Row] = field(default_factory=list)
    rebates: list[Row] = field(default_factory=list)


def make(folder: Path, *, partners: int = 200, documents: int = 20_000, seed: int = 2026) -> None:
    """Writes the facts of both closings.

    Args:
        folder: where the two folders are made.
        partners: how many there are: of fifty one is a region, and of twelve one a distributor.
        documents: how many they write in the half-year.
        seed: another one gives other facts.
    """
    world = World(products=list(_products()), documents=list(_dealer_of_the_readme()))
    chance = random.Random(f"{seed} partners")
    dealers = _partners(world, partners, chance)
    _customers(world, partners * 3, chance)
    _conduct(world, dealers, chance)
    _documents(world, dealers, documents - len(world.documents), random.Random(f"{seed} documents"))
    rates = dict(_rates(random.Random("rates")))
    for name, moment in CLOSINGS.items():
        _write(folder / name, world, rates, moment, later=name != "2026-Q1")


# ------------------------------------------------------------------------------------------------- who there is


def _products() -> Iterator[Row]:
    for group in GROUPS:
        for number in (1, 2, 3):
            free = group == "cloud" and number == 3
            yield {"id": f"{group}-{number}", "group": group, "commission_free": str(free).lower()}


def _partners(world: World, number: int, chance: random.Random) -> list[str]:
    """Regions above distributors above dealers; gives the dealers, of whom the first is that of the README."""
    regions = [f"RG-{each}" for each in range(1, max(1, number // 50) + 1)]
    distributors = [f"DS-{each:02}" for each in range(1, max(2, number // 12) + 1)]
    dealers = [f"DL-{each:03}" for each in range(1, number - len(regions) - len(distributors) + 1)]

    def add(id: str, kind: str, parent: str, territory: str) -> None:
        row = {"id": id, "legal_name": f"{kind} {id}", "kind": kind, "parent": parent, "territories": territory}
        world.partners.append(row)

    for id in regions:
        add(id, "region", "", ";".join(TERRITORIES))
    for place, id in enumerate(distributors):
        add(id, "distributor", regions[place % len(regions)], chance.choice(TERRITORIES))
        accepted = ("2026-04-20", "2026-05-20", "")[place % 3]  # in time, too late, not at all
        world.rebates.append(
            {"id": f"{id}-2026-Q1", "partner": id, "first_day": "2026-01-01", "sent_on": "2026-04-10"}
            | {"accepted_on": accepted, "recorded_at": "2026-04-10T09:00:00+08:00"}
        )
    for place, id in enumerate(dealers):
        add(id, "dealer", distributors[place % len(distributors)], chance.choice(TERRITORIES))
        grade = "silver" if place == 0 else chance.choice(("gold", "silver", "silver", "registered"))
        promoted = place > 0 and grade == "silver" and chance.randrange(5) == 0
        spans = [(grade, "2025-01-01", "2026-04-01" if promoted else "")]
        if promoted:
            spans.append(("gold", "2026-04-01", ""))
        world.standings += [
            {"id": f"{id}-{start}", "partner": id, "kind": "grade", "value": value}
            | {"valid_from": start, "valid_to": end}
            for value, start, end in spans
        ]
    return dealers


def _customers(world: World, number: int, chance: random.Random) -> None:
    world.customers += [
        {"id": "Qingdao-Port", "territory": "north"},
        {"id": "Rhein-Druck", "territory": "north"},
        {"id": "Salish-Freight", "territory": "overseas"},
    ]
    world.customers += [{"id": f"C-{each:04}", "territory": chance.choice(TERRITORIES)} for each in range(1, number)]


def _conduct(world: World, dealers: Sequence[str], chance: random.Random) -> None:
    """One dealer of twenty has broken a rule, and of some of them that is recorded as a sanction already."""
    for place, dealer in enumerate(chance.sample(dealers[1:], max(1, len(dealers) // 20))):
        day = FIRST_DAY + dt.timedelta(days=chance.randrange(30, 150))
        level = 1 if place % 2 == 0 else 2
        world.violations.append(
            {"id": f"V-{dealer}", "partner": dealer, "level": str(level), "kind": "forged-quote"}
            | {"occurred_on": str(day), "confirmed_on": str(day), "recorded_at": _at(day, 20).isoformat()}
        )
    barred = dealers[-1]
    world.sanctions.append(
        {"id": f"S-{barred}", "partner": barred, "list": "black", "effects": "stop_settlement"}
        | {"starts_at": "2026-03-01T00:00:00+08:00", "ends_at": "2026-05-30T00:00:00+08:00"}
        | {"recorded_at": "2026-03-01T10:00:00+08:00"}
    )


# ------------------------------------------------------------------------------------------------- what happens


def _at(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), ZONE)


def _dealer_of_the_readme() -> Iterator[Document]:
    """The documents of DL-001."""

    def document(
        number: int, date: str, amount: str, customer: str, paid: str = "", *, product: str = "network-1",
        recorded: str = "", original: str = "",
    ) -> Document:  # fmt: skip
        value, currency = amount.split()
        day = dt.date.fromisoformat(date)
        return Document(
            id=f"Q-{number:02}",
            partner="DL-001",
            customer=customer,
            product=product,
            kind="credit_note" if original else "invoice",
            date=day,
            cents=int(Decimal(value).scaleb(2)),
            currency=currency,
            recorded_at=_at(dt.date.fromisoformat(recorded) if recorded else day, 20),
            original=original,
            paid_at=_at(dt.date.fromisoformat(paid), 11) if paid else None,
        )

    yield document(1, "2026-01-12", "200000.00 CNY", "Qingdao-Port", "2026-02-10")
    yield document(2, "2026-02-20", "5000.00 USD", "Salish-Freight", "2026-03-25")
    yield document(3, "2026-03-10", "55555.55 EUR", "Rhein-Druck", "2026-03-12")
    yield document(4, "2026-03-28", "300000.00 CNY", "Qingdao-Port", "2026-05-20", product="storage-1")
    yield document(5, "2026-03-15", "12345.67 CNY", "Qingdao-Port", "2026-03-16", product="service-1")
    yield document(6, "2026-03-30", "-20000.00 CNY", "Qingdao-Port", original="Q-01")
    yield document(7, "2026-03-05", "10000.00 USD", "Qingdao-Port", "2026-04-25", recorded="2026-04-20")
    yield document(8, "2026-04-15", "80000.00 CNY", "Qingdao-Port", "2026-05-01")
    yield document(9, "2026-06-22", "6000.00 USD", "Salish-Freight", "2026-06-28")


def _documents(world: World, dealers: Sequence[str], number: int, chance: random.Random) -> None:
    """Invoices of all dealers but the first, and credit notes and refunds that take some of them back."""
    others, customers = dealers[1:], [row["id"] for row in world.customers[3:]]
    products, days = [row["id"] for row in world.products], (LAST_DAY - FIRST_DAY).days + 1
    left: dict[str, int] = {}
    invoices: list[Document] = []
    for place in range(max(0, number)):
        day = FIRST_DAY + dt.timedelta(days=place * days // number)  # in the order of their days
        original = chance.choice(invoices) if invoices and chance.randrange(12) == 0 else None
        if original is not None and left[original.id]:
            cents = left[original.id] if chance.randrange(3) == 0 else chance.randint(1, left[original.id])
            left[original.id] -= cents
            kind = chance.choice(("credit_note", "credit_note", "refund"))
            given = (original.partner, original.customer, original.product, kind, day, -cents, original.currency)
            recorded = max(_recorded(day, chance), original.recorded_at)  # nobody corrects what is not in the books
            world.documents.append(Document(f"T-{place:05}", *given, recorded, original.id))
            continue
        cents = chance.randint(50_000, 9_000_000)
        paid = None if chance.randrange(8) == 0 else _at(day + dt.timedelta(days=chance.randrange(5, 75)), 12)
        invoice = Document(
            f"T-{place:05}", chance.choice(others), chance.choice(customers), chance.choice(products), "invoice", day,
            cents, chance.choice(CURRENCIES), _recorded(day, chance), "", paid,
        )  # fmt: skip
        left[invoice.id] = cents
        invoices.append(invoice)
        world.documents.append(invoice)


def _recorded(day: dt.date, chance: random.Random) -> dt.datetime:
    """When a document is entered: mostly on its day, and one of a hundred weeks later."""
    return _at(day + dt.timedelta(days=chance.randrange(20, 60) if chance.randrange(100) == 0 else 0), 20)


def _rates(chance: random.Random) -> Iterator[tuple[tuple[str, dt.date], int]]:
    """What 100 of a currency are worth on each day on which banks work, in hundredths of a CNY."""
    for currency, value in FIRST_RATES.items():
        day = dt.date(2025, 12, 29)
        while day <= LAST_DAY + dt.timedelta(days=5):
            value += chance.randint(-150, 150)
            if day.weekday() < 5 and not any(first <= day <= last for first, last in HOLIDAYS):
                value = FIXED_RATES.get((currency, day), value)
                yield (currency, day), value
            day += dt.timedelta(days=1)


# ---------------------------------------------------------------------------------------------------- the books


def _write(
    folder: Path, world: World, rates: Mapping[tuple[str, dt.date], int], moment: dt.datetime, *, later: bool
) -> None:
    """The CSV files of one closing."""
    documents = [each.as_of(moment) for each in world.documents if each.recorded_at <= moment]
    if later:
        documents.append(documents[-1])  # entered twice, with the same content
    known = dict(rates) | ({CORRECTED[:2]: CORRECTED[2]} if later else {})
    quoted = [
        {
            "id": f"{currency}-{day}",
            "from_currency": currency,
            "from_amount": "100",
            "to_currency": "CNY",
            "to_amount": str(Decimal(value).scaleb(-2)),
            "date": str(day),
            "kind": "day",
        }
        for (currency, day), value in known.items()
        if day <= moment.date()
    ]
    tables: dict[str, tuple[str, Iterable[Row]]] = {
        "partners": ("id legal_name kind parent territories", world.partners),
        "standings": ("id partner kind value valid_from valid_to", world.standings),
        "customers": ("id territory", world.customers),
        "products": ("id group commission_free", world.products),
        "transactions": (
            "id partner customer product kind date net_amount original paid_at recorded_at",
            documents,
        ),
        "exchange_rates": ("id from_currency from_amount to_currency to_amount date kind", quoted),
        "violations": (
            "id partner level kind occurred_on confirmed_on recorded_at",
            _recorded_by(world.violations, moment),
        ),
        "sanctions": (
            "id partner list effects starts_at ends_at recorded_at",
            _recorded_by(world.sanctions, moment),
        ),
        "rebate_periods": (
            "id partner first_day sent_on accepted_on recorded_at",
            _recorded_by(world.rebates, moment),
        ),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, (columns, rows) in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns.split(), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def _recorded_by(rows: Iterable[Row], moment: dt.datetime) -> list[Row]:
    return [row for row in rows if dt.datetime.fromisoformat(row["recorded_at"]) <= moment]


def main() -> None:
    """Reads the arguments and writes the files."""
    parser = argparse.ArgumentParser(description="Makes the facts of both closings.")
    parser.add_argument("folder", type=Path, help="where the two folders are made")
    parser.add_argument("--partners", type=int, default=200)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=2026)
    given = parser.parse_args()
    make(given.folder, partners=given.partners, documents=given.documents, seed=given.seed)
    print(f"facts of {given.partners:,} partners with {given.documents:,} documents: {given.folder}")


if __name__ == "__main__":
    main()
