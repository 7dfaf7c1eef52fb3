"""Orders with a service level, and what it says of them: for the tests of service levels."""

import datetime as dt
from collections.abc import Mapping
from typing import Final
from zoneinfo import ZoneInfo

from tests.support import AS_OF, HEAD, SHANGHAI, decide

from partnerrules.decisions import ServiceLevelResult

FACTS: Final = """\
calendar: {holidays: CN, covers: 2024-01-01 .. 2027-01-01}
facts:
  order:
    plural: orders
    fields:
      submitted_at: instant
      submitted_on: date
      done_at: {type: instant, missing: none}
      done_on: {type: date, missing: none}
      scope: {enum: [local, province, country]}
      lines: integer
      checked_by_partner: {type: instant, missing: none}
      checked_by_vendor: {type: instant, missing: none}
      partner: ref partner
  wait:
    plural: waits
    fields:
      order: ref order
      begins: instant
      ends: {type: instant, missing: none}
      from_day: date
      to_day: {type: date, missing: none}
"""
STOPS: Final = "    stops: order.waits\n    stopped_from: wait.begins\n    stopped_to: wait.ends\n"
DAY_STOPS: Final = "    stops: order.waits\n    stopped_from: wait.from_day\n    stopped_to: wait.to_day\n"
SERVICE: Final = '    service_hours: {from: "09:00", to: "18:00"}\n'
CHECKED: Final = "    checked_by: [order.checked_by_partner, order.checked_by_vendor]\n"
BERLIN: Final = HEAD.replace("Asia/Shanghai", "Europe/Berlin")
IN_BERLIN: Final = ZoneInfo("Europe/Berlin")
UNKNOWN: Final = {"unknown": True}


def policy(limit: str, more: str = "", *, starts: str = "submitted_at", ends: str = "done_at") -> str:
    """A ruleset with one service level."""
    return (
        f"{FACTS}contracts:\n  circuit:\n    subject: order\n    starts: order.{starts}\n    ends: order.{ends}\n"
        f"    limit: {limit}\n{more}"
    )


def result(
    text: str,
    order: Mapping[str, object],
    waits: Mapping[str, Mapping[str, object]] | None = None,
    *,
    head: str = HEAD,
    as_of: dt.datetime = AS_OF,
) -> ServiceLevelResult:
    """What a policy says of one order."""
    facts: dict[str, object] = {
        "partners": {"P-1": {}},
        "orders": {"O-1": order},
        "waits": {id: {"order": "O-1", **fields} for id, fields in (waits or {}).items()},
    }
    found = decide(text, facts, head=head, as_of=as_of)["circuit"]["O-1"]
    assert isinstance(found, ServiceLevelResult)
    return found


def at(text: str, zone: dt.tzinfo = SHANGHAI) -> dt.datetime:
    """A moment on the clocks of a zone."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone)


def local(moment: object, zone: dt.tzinfo = SHANGHAI) -> str:
    """A moment as the clocks of a zone show it."""
    assert isinstance(moment, dt.datetime), moment
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def order(starts: str, ends: str | None = None, offset: str = "+08:00") -> dict[str, object]:
    """An order that was submitted, and done, by the clocks of an offset."""
    fields: dict[str, object] = {"submitted_at": starts + offset}
    return fields if ends is None else {**fields, "done_at": ends + offset}


def wait(begins: str | None, ends: str | None = None) -> dict[str, object]:
    fields: dict[str, object] = {} if begins is None else {"begins": f"2026-02-{begins}+08:00"}
    return fields if ends is None else {**fields, "ends": f"2026-02-{ends}+08:00"}
