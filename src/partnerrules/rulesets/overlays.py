"""Joins a version with the one that it extends: what it adds, what it replaces, and what it removes.

Parts are named by their place, such as `eligibility.admission.gates.staff`: a section, an entry, a key, and the id of
an item of a list. Whatever takes the place of something has to be named, so that nothing is replaced by accident.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from partnerrules.diagnostics import Label, Report, Span, suggestion
from partnerrules.language.excerpts import whole
from partnerrules.language.yaml_nodes import Entry, Mapping, Node, Scalar, Sequence
from partnerrules.policies.table_rows import markdown_lines, names_a_file

Sections: TypeAlias = dict[str, dict[str, Entry]]

_IDS: Final = ("id", "grade", "list", "stage", "item")
"""The keys that can hold the id of an item of a list; the first that is there does."""
_ROWS: Final = "rows"
_MAXIMUM_SUGGESTED: Final = 5_000


@dataclass(slots=True)
class Overlay:
    """What one version says anew of another one.

    Attributes:
        overrides: the parts that take the place of others, by their names.
        removes: the parts that are taken out.
        report: takes the faults.
    """

    overrides: dict[str, Scalar]
    removes: dict[str, Scalar]
    report: Report
    _given: set[str] = field(default_factory=set)

    def join(self, below: Sections, own: Sections) -> None:
        """Puts own entries on top of those of the base, which is changed."""
        known = tuple(_names(below)) if self.overrides or self.removes else ()
        taken_out = {name for name in self.removes if _take_out(below, name)}
        for section, members in own.items():
            there = below.setdefault(section, {})
            for name, member in members.items():
                there[name] = self._entry(f"{section}.{name}", there.get(name), member)
        for name, item in (*self.overrides.items(), *self.removes.items()):
            if name not in self._given and name not in taken_out:
                self._unknown(name, item, known)

    def _entry(self, path: str, base: Entry | None, own: Entry) -> Entry:
        """An entry in the place of another one, or joined with it."""
        if base is None:
            return own
        if path in self.overrides:
            self._given.add(path)
            return own
        if not any(name.startswith(f"{path}.") for name in self.overrides):
            self._undeclared(path, own.key.value, own.key.span, base.key.span)
            return own
        return Entry(own.key, self._node(path, base.value, own.value))

    def _node(self, path: str, base: Node, own: Node) -> Node:
        """A value of which parts take the place of others."""
        if isinstance(base, Mapping) and isinstance(own, Mapping):
            entries = {entry.key.value: entry for entry in base.entries}
            for entry in own.entries:
                name = entry.key.value
                entries[name] = self._entry(f"{path}.{name}", entries.get(name), entry)
            return Mapping(tuple(entries.values()), own.span, own.flow)
        rows = path.rpartition(".")[2] == _ROWS
        first, second = (_listed(node) if rows else node for node in (base, own))
        if isinstance(first, Sequence) and isinstance(second, Sequence):
            return self._list(path, first, second)
        self.report.error(
            "unknown-override",
            f"`{path[:60]}` has no parts that can be overridden one by one",
            own.span,
            labels=[Label(own.span, ""), Label(base.span, "what is extended")],
            help=f"write all of it here, and `{path}` under `overrides:`",
        )
        self._given.update(name for name in self.overrides if name.startswith(f"{path}."))
        return base

    def _list(self, path: str, base: Sequence, own: Sequence) -> Sequence:
        """A list in which items take the place of those with the same id; new ones come behind."""
        items = list(base.items)
        places = {name: place for place, item in enumerate(items) if (name := _id_of(item)) is not None}
        for item in own.items:
            name = _id_of(item)
            if name is None or name not in places:
                items.append(item)
                continue
            dotted = f"{path}.{name}"
            if dotted in self.overrides:
                self._given.add(dotted)
            else:
                self._undeclared(dotted, name, item.span, items[places[name]].span)
            items[places[name]] = item
        return Sequence(tuple(items), own.span, own.flow)

    def _undeclared(self, path: str, name: str, here: Span, there: Span) -> None:
        self.report.error(
            "undeclared-override",
            f"`{name[:60]}` stands already in what is extended",
            here,
            labels=[Label(here, ""), Label(there, "what it would take the place of")],
            help=f"if that is meant, {self._way(path)}; if not, rename it",
        )

    def _way(self, path: str) -> str:
        if not self.overrides:
            return f"write `overrides: [{path}]`"
        return f"add `{path}` to the list under `overrides:`"

    def _unknown(self, path: str, item: Scalar, known: tuple[str, ...]) -> None:
        """Reports a part that is named and not there, or not given anew."""
        above, _, last = path.rpartition(".")
        there = path in known and path not in self.removes
        self.report.error(
            "unknown-override",
            f"`{path[:60]}` is not given anew" if there else f"`{path[:60]}` is not in what is extended",
            item.span,
            help=f"write `{last}` under `{above}`, or take it out here"
            if there
            else suggestion(path, known, kind="part"),
        )


def _listed(node: Node) -> Node:
    """The rows of a table as a list: those of a Markdown table by their columns, if none has too many or too few."""
    if not isinstance(node, Scalar) or names_a_file(node):
        return node
    lines = markdown_lines(node)
    if any(len(line) != len(lines[0]) for line in lines):
        return node  # its reader says what is wrong
    head, *body = [[Scalar(cell.value, "plain", whole(cell)) for cell in line] for line in lines] or [[]]
    rows = []
    for cells in body:
        entries = tuple(Entry(key, cell) for key, cell in zip(head, cells, strict=True))
        rows.append(Mapping(entries, cells[0].span.to(cells[-1].span), False))
    return Sequence(tuple(rows), node.span, False)


def _id_of(node: Node) -> str | None:
    """The id of an item of a list, if it has one."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Mapping):
        for key in _IDS:
            value = node.get(key)
            if isinstance(value, Scalar):
                return value.value
    return None


def _parts(path: str, node: Node) -> Iterator[tuple[str, Node]]:
    """The parts of a value that have a name, with it."""
    if isinstance(node, Mapping):
        yield from ((f"{path}.{entry.key.value}", entry.value) for entry in node.entries)
    listed = _listed(node) if path.rpartition(".")[2] == _ROWS else node
    if isinstance(listed, Sequence):
        yield from ((f"{path}.{name}", item) for item in listed.items if (name := _id_of(item)) is not None)


def _names(sections: Sections) -> Iterator[str]:
    """The names of all parts that could be overridden, those above before those below; very many are not all told."""
    pending = [(f"{section}.{name}", entry.value) for section, all in sections.items() for name, entry in all.items()]
    told = 0
    while pending and told < _MAXIMUM_SUGGESTED:
        deeper: list[tuple[str, Node]] = []
        for path, node in pending:
            yield path
            told += 1
            deeper += _parts(path, node)
        pending = deeper


def _take_out(sections: Sections, path: str) -> bool:
    """Takes a part out; False if there is none of this name."""
    for section, members in sections.items():
        for name, entry in members.items():
            dotted = f"{section}.{name}"
            if path == dotted:
                del members[name]
                return True
            if path.startswith(f"{dotted}."):
                left = _without(dotted, entry.value, path)
                if left is not None:
                    members[name] = Entry(entry.key, left)
                    return True
    return False


def _without(path: str, node: Node, removed: str) -> Node | None:
    """A value without one of its parts; None if it has no such part."""
    if isinstance(node, Mapping):
        kept: list[Entry] = []
        found = False
        for entry in node.entries:
            dotted = f"{path}.{entry.key.value}"
            left = _without(dotted, entry.value, removed) if removed.startswith(f"{dotted}.") else None
            if left is not None:
                kept.append(Entry(entry.key, left))
            elif dotted != removed:
                kept.append(entry)
                continue
            found = True
        return Mapping(tuple(kept), node.span, node.flow) if found else None
    listed = _listed(node) if path.rpartition(".")[2] == _ROWS else node
    if not isinstance(listed, Sequence):
        return None
    items: list[Node] = []
    changed = False
    for item in listed.items:
        dotted = f"{path}.{_id_of(item)}"
        left = _without(dotted, item, removed) if removed.startswith(f"{dotted}.") else None
        if left is not None:
            items.append(left)
        elif dotted != removed:
            items.append(item)
            continue
        changed = True
    return Sequence(tuple(items), listed.span, listed.flow) if changed else None
