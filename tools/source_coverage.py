"""The page that says which rule decides which item of the five source documents.

`source_items.csv` beside this file lists the items: D is decided as the source states it, P needs a parameter that the
source leaves out, C is context. The rulesets name the items under `source:`.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import partnerrules as pr
from partnerrules.policies import KINDS

ROOT = Path(__file__).resolve().parent.parent
RULESETS = ROOT / "rulesets"
ITEMS = Path(__file__).with_name("source_items.csv")

DOCUMENTS = {
    "S0": "Managing an ecosystem of service providers (zh)",
    "S1": "Twelve signs of a failing strategic partnership (zh)",
    "S2": "A mobile operator's SI and SA partners (zh)",
    "S3": "A telecom's partner support (zh)",
    "S4": "IT dealer and outsourcing networks (ru)",
}
KIND_NAMES = {
    "D": "decided as the source states it",
    "P": "decided with a parameter that the source leaves out",
    "C": "context, which nothing decides",
}

_ID = re.compile(r"\bS[0-4]-\d{3}\b")
_MOST_PLACES = 4
_POLICIES = frozenset(kind.name for kind in KINDS)


@dataclass(frozen=True)
class Item:
    """An item of the catalogue of the source documents."""

    id: str
    kind: str
    area: str


@dataclass(frozen=True)
class Place:
    """A part of a ruleset that names an item."""

    ruleset: str
    part: str
    assumed: bool = False

    @property
    def section(self) -> str:
        """The section that the part stands in, empty for the ruleset as a whole."""
        return self.part.split(".", 1)[0]


def items() -> tuple[Item, ...]:
    """The items of the five documents."""
    with ITEMS.open(encoding="utf-8", newline="") as file:
        return tuple(Item(row["id"], row["kind"], row["area"]) for row in csv.DictReader(file))


def places() -> dict[str, list[Place]]:
    """Where the rulesets name each item, by its id. A table whose cells are assumed is as good as a parameter."""
    found: dict[str, list[Place]] = {}
    for folder in sorted(RULESETS.iterdir()):
        if not folder.is_dir():
            continue
        for version in pr.load(folder).versions:
            for citation in version.citations:
                for id in _ID.findall(citation.source):
                    section, _, entry = citation.place.partition(".")
                    policy = version.policies.get(entry.split(".")[0])
                    assumed = policy is not None and policy.kind == section and policy.assumed
                    place = Place(folder.name, citation.place, assumed)
                    if place not in found.setdefault(id, []):
                        found[id].append(place)
    return found


def lacking(item: Item, where: Sequence[Place]) -> str | None:
    """What is missing for an item to be covered, or None."""
    sections = {place.section for place in where if place.part}
    if not sections:
        return "no ruleset names it"
    if item.kind != "C" and not sections & (_POLICIES | {"definitions"}):
        return "no rule names it"
    if item.kind == "P" and "parameters" not in sections and not any(place.assumed for place in where):
        return "no parameter names it"
    return None


def page() -> str:
    """The page of `docs/reference`."""
    found = places()
    every = items()
    lines = [
        "# Which rule decides which item of the sources",
        "",
        "<!-- Written by tools/make_reference.py from the rulesets and tools/source_items.csv: edit those. -->",
        "",
        "The five source documents were read item by item. A place is written as overlays write it: section, entry,",
        "part.",
        "",
        *(f"- {kind}: {name}" for kind, name in KIND_NAMES.items()),
        "",
        *_counts(every, found),
    ]
    for prefix, title in DOCUMENTS.items():
        lines += ["", f"## {prefix}: {title}", "", "| item | kind | about | where |", "|---|---|---|---|"]
        for item in every:
            if item.id.startswith(prefix):
                lines.append(f"| {item.id} | {item.kind} | {item.area} | {_told(item, found.get(item.id, []))} |")
    return "\n".join(lines)


def _counts(every: Iterable[Item], found: Mapping[str, Sequence[Place]]) -> list[str]:
    all = Counter((item.id[:2], item.kind) for item in every)
    covered = Counter((item.id[:2], item.kind) for item in every if lacking(item, found.get(item.id, ())) is None)
    lines = ["| document | D | P | C |", "|---|---|---|---|"]
    for prefix in DOCUMENTS:
        cells = (f"{covered[prefix, kind]} of {all[prefix, kind]}" for kind in KIND_NAMES)
        lines.append(f"| {prefix} | " + " | ".join(cells) + " |")
    return lines


def _told(item: Item, where: Sequence[Place]) -> str:
    missing = lacking(item, where)
    if missing is not None and not where:
        return f"**{missing}**"
    # Rules come before the parameters and definitions that they use.
    ordered = sorted(where, key=lambda place: (place.section not in _POLICIES, place.ruleset))
    told = [f"{place.ruleset} `{place.part}`" for place in ordered if place.part]
    more = f", and {len(told) - _MOST_PLACES} more" if len(told) > _MOST_PLACES else ""
    return ", ".join(told[:_MOST_PLACES]) + more + (f" (**{missing}**)" if missing else "")
