"""The records of a support desk as the app keeps them: SQLAlchemy models over SQLite, and a month to start with.

The tables are the app's own: amounts are whole fen, instants are kept in UTC, names are those of the app. What the
rules need of them is made in `desk.py`. All companies and people are invented.
"""

import datetime as dt
from zoneinfo import ZoneInfo

from sqlalchemy import DateTime, Dialect, Engine, ForeignKey, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

SHANGHAI = ZoneInfo("Asia/Shanghai")
CONCERNS = (
    "settlement_speed",
    "advertising_support",
    "attitude",
    "business_rules",
    "incentive_policy",
    "share_ratio",
    "technical_assurance",
    "market_demand",
    "coaching",
    "service_efficiency",
    "lasting_cooperation",
    "resource_sharing",
)


class Instant(TypeDecorator[dt.datetime]):
    """An instant with its offset, which SQLite cannot keep: stored in UTC, and given back in UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no offset, and so it is no instant")
        return value.astimezone(dt.UTC).replace(tzinfo=None)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        return None if value is None else value.replace(tzinfo=dt.UTC)


class Base(DeclarativeBase):
    """All tables of the desk."""


class Branch(Base):
    __tablename__ = "branch"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    target_partners: Mapped[int]
    willing_partners: Mapped[int]
    partners: Mapped[list["Partner"]] = relationship(back_populates="branch", order_by="Partner.id")
    managers: Mapped[list["Manager"]] = relationship(order_by="Manager.id")


class Manager(Base):
    __tablename__ = "manager"

    id: Mapped[str] = mapped_column(primary_key=True)
    branch_id: Mapped[str] = mapped_column(ForeignKey("branch.id"))
    name: Mapped[str]
    places: Mapped[int]
    experience: Mapped[int]


class Partner(Base):
    __tablename__ = "partner"

    id: Mapped[str] = mapped_column(primary_key=True)
    branch_id: Mapped[str] = mapped_column(ForeignKey("branch.id"))
    manager_id: Mapped[str | None] = mapped_column(ForeignKey("manager.id"))
    name: Mapped[str]
    capability_fit: Mapped[int | None]
    attractiveness: Mapped[int | None]
    admitted_on: Mapped[dt.date | None]
    left_on: Mapped[dt.date | None]
    leaving_reason: Mapped[str | None]
    branch: Mapped[Branch] = relationship(back_populates="partners")
    phases: Mapped[list["Phase"]] = relationship(order_by="Phase.id")
    sales: Mapped[list["Sale"]] = relationship(order_by="Sale.id")
    orders: Mapped[list["LineOrder"]] = relationship(order_by="LineOrder.id")
    faults: Mapped[list["Fault"]] = relationship(order_by="Fault.id")
    answers: Mapped[list["Answer"]] = relationship(order_by="Answer.id")


class Phase(Base):
    """A phase of the life of a partner, from a day on."""

    __tablename__ = "phase"

    id: Mapped[str] = mapped_column(primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("partner.id"))
    phase: Mapped[str]
    starts_on: Mapped[dt.date]


class Sale(Base):
    """An invoice; the amount without tax in fen, since SQLite has no exact decimals."""

    __tablename__ = "sale"

    id: Mapped[str] = mapped_column(primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("partner.id"))
    invoiced_on: Mapped[dt.date]
    fen: Mapped[int]


class LineOrder(Base):
    __tablename__ = "line_order"

    id: Mapped[str] = mapped_column(primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("partner.id"))
    scope: Mapped[str]
    submitted_at: Mapped[dt.datetime] = mapped_column(Instant)
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    up_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class Fault(Base):
    __tablename__ = "fault"

    id: Mapped[str] = mapped_column(primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("partner.id"))
    occurred_on: Mapped[dt.date]
    cause: Mapped[str | None]


class Answer(Base):
    """How satisfied a partner says it is with one of the twelve concerns, out of a hundred."""

    __tablename__ = "answer"

    id: Mapped[str] = mapped_column(primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("partner.id"))
    concern: Mapped[str]
    points: Mapped[int | None]


# ---------------------------------------------------------------------------------------------------------------- seed

# id, branch, manager, name, fit of its capability, attractiveness, admitted, left, reason
PARTNERS = """
P-101 B-1 A-11 成都蓝川通信技术有限公司 82 85 2023-04-10 - -
P-102 B-1 A-10 成都锦云信息系统有限公司 75 70 2023-09-01 - service
P-103 B-1 A-10 四川天府联创商贸有限公司 55 40 2024-03-18 - rival_offer
P-104 B-1 A-10 成都蜀道网络工程有限公司 61 58 2024-11-05 - -
P-105 B-1 - 成都金沙数码科技有限公司 70 66 2025-09-15 - -
P-106 B-1 - 成都青羊智联科技有限公司 48 77 2025-11-20 - -
P-107 B-1 - 四川望江云服科技有限公司 64 35 2026-02-02 - -
P-108 B-1 - 成都锦里商贸有限公司 72 69 2023-05-22 2026-02-28 own_strategy
P-109 B-1 - 成都芙蓉信息服务有限公司 50 45 2025-03-01 2025-12-31 income
P-201 B-2 A-21 成都远山软件有限公司 88 90 2022-06-01 - -
P-202 B-2 A-21 成都天青集成有限公司 79 62 2024-01-15 - -
P-203 B-2 - 成都云栈科技有限公司 66 81 2025-12-01 - -
"""

# id, branch, name, places, years of experience
MANAGERS = """
A-10 B-1 罗敏 3 12
A-11 B-1 邓涛 2 9
A-12 B-1 何丽 1 4
A-21 B-2 唐欣 3 7
"""

# partner, phase, from which day
PHASES = """
P-101 acquisition 2023-04-10
P-101 build_up 2023-10-01
P-101 climax 2024-07-01
P-102 acquisition 2023-09-01
P-102 build_up 2024-01-01
P-102 climax 2024-10-01
P-102 decline 2026-03-01
P-103 acquisition 2024-03-18
P-103 build_up 2024-09-01
P-103 climax 2025-04-01
P-103 decline 2026-04-01
P-104 acquisition 2024-11-05
P-104 build_up 2025-02-01
P-104 climax 2025-09-01
P-104 decline 2026-05-01
P-105 acquisition 2025-09-15
P-105 build_up 2026-01-01
P-106 acquisition 2025-11-20
P-106 build_up 2026-03-01
P-108 acquisition 2023-05-22
P-108 build_up 2024-01-01
P-108 climax 2024-07-01
P-201 acquisition 2022-06-01
P-201 build_up 2023-01-01
P-201 climax 2024-01-01
P-202 acquisition 2024-01-15
P-202 build_up 2024-07-01
"""

# partner, day of the invoice, yuan
SALES = """
P-101 2025-08-12 640000.00
P-101 2025-12-19 720000.00
P-101 2026-04-08 810000.00
P-102 2025-09-10 900000.00
P-102 2026-01-20 300000.00
P-102 2026-04-20 150000.00
P-103 2025-10-09 110000.00
P-103 2026-02-11 80000.00
P-104 2026-01-15 100000.00
P-104 2026-05-06 100000.00
P-105 2026-03-27 56000.50
P-106 2026-05-14 23800.00
P-107 2026-05-19 9999.90
P-108 2025-05-15 700000.00
P-108 2025-11-20 500000.00
P-109 2025-07-01 200000.00
P-201 2026-02-03 1450000.00
P-202 2026-05-08 260000.00
P-203 2026-04-16 41000.00
"""

# id, partner, scope, day at 10:00, days until resources were confirmed, and until the circuit was up
ORDERS = """
O-101 P-102 local 2026-04-07 2 16
O-102 P-102 cross_province 2026-04-14 5 30
O-103 P-101 local 2026-04-20 1 6
O-104 P-101 local 2026-05-06 3 11
O-105 P-101 local 2026-05-11 4 12
O-106 P-103 local 2026-04-10 2 20
O-107 P-105 local 2026-05-18 2 9
O-108 P-105 local 2026-05-21 - -
O-109 P-106 cross_border 2026-05-04 3 -
O-110 P-107 local 2026-05-28 - -
O-111 P-107 local 2026-05-30 - -
O-112 P-104 local 2026-05-12 3 8
O-201 P-201 local 2026-05-04 1 5
O-202 P-201 cross_province 2026-05-06 2 10
O-203 P-202 local 2026-05-11 2 7
O-204 P-203 local 2026-05-27 1 -
"""

# partner, day, cause
FAULTS = """
P-101 2026-04-30 carrier_line
P-101 2026-05-09 carrier_line
P-101 2026-05-21 partner_equipment
P-102 2026-05-12 carrier_line
P-104 2026-05-25 customer_site
P-106 2026-05-30 other
P-201 2026-05-03 partner_equipment
P-201 2026-05-17 carrier_line
P-202 2026-05-28 customer_site
"""

# partner, and its twelve answers in the order of `CONCERNS`; P-104 has not answered yet
ANSWERS = """
P-101 80 75 85 80 70 75 85 90 80 85 90 80
P-102 50 50 50 50 50 70 50 80 50 50 50 50
P-103 70 70 70 70 70 70 70 70 70 70 70 70
P-201 90 85 90 90 80 80 95 90 90 90 95 90
"""


def _rows(text: str) -> list[list[str]]:
    return [line.split() for line in text.split("\n") if line]


def _given(text: str) -> str | None:
    return None if text == "-" else text


def _number(text: str) -> int | None:
    return None if text == "-" else int(text)


def _day(text: str) -> dt.date | None:
    return None if text == "-" else dt.date.fromisoformat(text)


def _later(start: dt.datetime, days: str) -> dt.datetime | None:
    return None if days == "-" else start + dt.timedelta(days=int(days))


def seed(session: Session) -> None:
    """Puts two branches with their partners, orders, sales and answers up to 1 June 2026 into an empty database."""
    session.add(Branch(id="B-1", name="锦江分公司", target_partners=40, willing_partners=6))
    session.add(Branch(id="B-2", name="高新分公司", target_partners=20, willing_partners=9))
    for id, branch, name, places, experience in _rows(MANAGERS):
        session.add(Manager(id=id, branch_id=branch, name=name, places=int(places), experience=int(experience)))
    for id, branch, manager, name, fit, attractiveness, admitted, left, reason in _rows(PARTNERS):
        session.add(
            Partner(
                id=id,
                branch_id=branch,
                manager_id=_given(manager),
                name=name,
                capability_fit=_number(fit),
                attractiveness=_number(attractiveness),
                admitted_on=_day(admitted),
                left_on=_day(left),
                leaving_reason=_given(reason),
            )
        )
    for number, (partner, phase, day) in enumerate(_rows(PHASES), start=1):
        starts = dt.date.fromisoformat(day)
        session.add(Phase(id=f"PH-{number:03}", partner_id=partner, phase=phase, starts_on=starts))
    for number, (partner, day, yuan) in enumerate(_rows(SALES), start=1):
        fen = int(yuan.replace(".", ""))
        invoiced = dt.date.fromisoformat(day)
        session.add(Sale(id=f"T-{number:03}", partner_id=partner, invoiced_on=invoiced, fen=fen))
    for id, partner, scope, day, confirmed, up in _rows(ORDERS):
        submitted = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(10), SHANGHAI)
        session.add(
            LineOrder(
                id=id,
                partner_id=partner,
                scope=scope,
                submitted_at=submitted,
                confirmed_at=_later(submitted, confirmed),
                up_at=_later(submitted, up),
            )
        )
    for number, (partner, day, cause) in enumerate(_rows(FAULTS), start=1):
        occurred = dt.date.fromisoformat(day)
        session.add(Fault(id=f"F-{number:03}", partner_id=partner, occurred_on=occurred, cause=cause))
    for partner, *points in _rows(ANSWERS):
        for concern, point in zip(CONCERNS, points, strict=True):
            answer = Answer(id=f"{partner}-{concern}", partner_id=partner, concern=concern, points=_number(point))
            session.add(answer)
    session.commit()


def open_database(path: str) -> Engine:
    """The database in a file (or `:memory:`), with its tables, and seeded if it is empty."""
    engine = create_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        if session.query(Branch).first() is None:
            seed(session)
    return engine
