"""Contracts of a project and the checks that the tests ask of them, for the tests of policies about papers."""

from collections.abc import Mapping
from typing import Final, TypeAlias

OWN: Final = """\
facts:
  contract:
    project: ref project
    previous_term: {type: days, missing: none}
    price: money(CNY)
    previous_price: {type: money(CNY), missing: none}
"""

BARE: Final = OWN + "contracts:\n  papers:\n    subject: project\n    contracts: contracts[item.project = subject]\n"

UNKNOWN: Final = {"unknown": True}

SIGNED: Final = "2026-01-10T09:00:00+08:00"

REQUIRED: Final = """\
    required:
      - {id: sla, having: contract.kind = "sla"}
      - {id: ola, having: contract.kind = "ola"}
      - {id: uc, having: contract.kind = "underpinning" and exists(contract.signed_at)}
"""

COMPLETE: Final = """\
    complete:
      - id: sections
        for: contract.kind = "main"
        names: contract.scope
        all_of: [responsibility boundary, roles, response levels, change handling]
"""

SECTIONS: Final = ["responsibility boundary", "roles", "response levels", "change handling"]

MUST: Final = """\
    must:
      - {id: internal, source: S0-033, for: contract.kind = "ola", require: not(exists(contract.partner))}
      - {id: external, source: S0-033, for: contract.kind = "underpinning", require: exists(contract.partner)}
      - id: sold-as
        source: S0-020
        for: contract.kind = "main"
        any:
          - {id: direct, require: contract.sales_mode = "direct"}
          - {id: resale, require: contract.sales_mode = "resale"}
"""

ORDER: Final = """\
    order:
      - id: uc-first
        source: S0-021
        earlier: contract.kind = "underpinning"
        later: contract.kind = "main"
        by: contract.signed_at
"""

UNDERPINNING: Final = """\
    underpinning:
      id: strict
      source: S0-034
      for: contract.kind in ["underpinning", "ola"]
      lower: [response_time]
      higher: [availability]
"""

WORSE: Final = """\
    deterioration:
      - {id: price, worse: down, was: contract.previous_price, now: contract.price, ratio: 51 %}
      - {id: days, worse: up, was: contract.previous_term, now: contract.payment_term, ratio: 300 %}
      - {id: longer, severity: warning, worse: up, was: contract.previous_term, now: contract.payment_term, by: 60 days}
"""


Contracts: TypeAlias = Mapping[str, Mapping[str, object]]


def facts(contracts: Contracts) -> dict[str, object]:
    """Contracts of the project J-1, unless it is said otherwise."""
    known = {id: {"project": "J-1", **fields} for id, fields in contracts.items()}
    return {"projects": {"J-1": {}, "J-2": {}}, "contracts": known}
