"""A small conflict policy over registrations, facts for it, and short ways to say what came of them."""

from collections.abc import Mapping
from typing import Final

from partnerrules import Decision
from partnerrules.decisions.conflicts import ConflictResult, ContestGroup

HEAD: Final = """\
facts:
  registration: {ok: boolean, rank: {type: integer, missing: none}, place: text}
"""


def policy(prefer: str = "{id: rank, lowest: claim.rank}", more: str = "", name: str = "p") -> str:
    """A conflict policy over registrations that share products."""
    return f"""\
{HEAD}conflicts:
  {name}:
    claims: [{{of: registration, claimant: registration.partner}}]
    same: {{customer: claim.customer}}
    shared: {{products: claim.products}}
    prefer: [{prefer}]
{more}"""


Relations = dict[str, dict[str, dict[str, object]]]


def facts(registrations: Mapping[str, Mapping[str, object]], **more: dict[str, dict[str, object]]) -> Relations:
    """Registrations of P-1 with C-1, unless it is said otherwise."""
    standard: dict[str, object] = {
        "partner": "P-1",
        "customer": "C-1",
        "submitted_at": "2026-01-01T00:00:00Z",
        "ok": True,
    }
    return {
        "partners": {"P-1": {}, "P-2": {}},
        "customers": {"C-1": {}, "C-2": {}},
        "products": {name: {} for name in "WXYZ"},
        "registrations": {id: {**standard, **fields} for id, fields in registrations.items()},
        **more,
    }


def claim(rank: object = None, products: object = None, **fields: object) -> dict[str, object]:
    """A claim with a rank, to some products, one letter each, or to all."""
    found: dict[str, object] = {} if rank is None else {"rank": rank}
    if products is not None:
        found["products"] = list(products) if isinstance(products, str) else products
    return {**found, **fields}


UNKNOWN: Final = {"unknown": True}


def outcomes(decision: Decision, name: str = "p") -> str:
    return " ".join(result.outcome for result in decision[name].values())


def conflict(decision: Decision, id: str, name: str = "p") -> ConflictResult:
    found = decision[name][id]
    assert isinstance(found, ConflictResult)
    return found


def told(group: ContestGroup) -> str:
    """A group in short: the cells, and who comes to what in them."""
    cells = " ".join("/".join(str(each) for each in cell.values()) for cell in group.cells)
    return f"{cells}: {' '.join(f'{each.claim} {each.outcome}' for each in group.contestants)}"
