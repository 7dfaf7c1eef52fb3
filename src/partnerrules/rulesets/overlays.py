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

IDS: Final = ("id", "grade", "list", "stage", "item")
"""The keys that can hold the id of an item of a list; the first that is there does."""
_ROWS: Final = "rows"
_MAXIMUM_SUGGESTED: Final = 5_000


@dataclass(slots=True)
class Overlay:
    """What one version says anew of another one.

    Attributes:
        overrides: the parts that take the place of others, by their names.
        adds: the parts of entries that are new, by their names; whole entries need not be named.
        removes: the parts that are taken out.
        report: takes the faults.
    """

    overrides: dict[str, Scalar]
    adds: dict[str, Scalar]
    removes: dict[str, Scalar]
    report: Report
    _given: set[str] = field(default_factory=set)

    def join(self, below: Sections, own: Sections) -> None:
        """Puts own entries on top of those of the base, which is changed."""
        known = tuple(_names(below)) if self.overrides or self.removes else ()
        self._given |= {name for name in self.removes if _take_out(below, name)}
        for section, members in own.items():
            there = below.setdefault(section, {})
            for name, member in members.items():
                base = there.get(name)
                there[name] = member if base is None else self._entry(f"{section}.{name}", base, member)
        for named in (self.overrides, self.removes):
            for name, item in named.items():
                if name not in self._given:
                    self._unknown(name, item, known)
        for name, item in self.adds.items():
            if name not in self._given:
                message = f"`{name[:60]}` is not added here to an entry of what is extended"
                self.report.error("unknown-override", message, item.span, help="write it below, or take it out here")

    def _entry(self, path: str, base: Entry, own: Entry) -> Entry:
        """An entry in the place of another one, or joined with it."""
        if path in self.overrides:
            self._given.add(path)
            return own
        if not self._goes_into(path):
            if not _same(base.value, own.value):
                new = _new_parts(path, base.value, own.value)
                self._undeclared(path, own.key.value, own.key.span, base.key.span, new)
                return base if new else own  # so that what is hardly meant to be lost is not said to be missing
            return own
        return Entry(own.key, self._node(path, base.value, own.value))

    def _goes_into(self, path: str) -> bool:
        """Whether a part of this one is overridden or added."""
        return any(name.startswith(f"{path}.") for name in (*self.overrides, *self.adds))

    def _node(self, path: str, base: Node, own: Node) -> Node:
        """A value of which parts take the place of others."""
        if isinstance(base, Mapping) and isinstance(own, Mapping):
            entries = {entry.key.value: entry for entry in base.entries}
            for entry in own.entries:
                name = entry.key.value
                below = entries.get(name)
                if below is None:
                    self._added(f"{path}.{name}", name, entry.key.span)
                entries[name] = entry if below is None else self._entry(f"{path}.{name}", below, entry)
            return Mapping(tuple(entries.values()), own.span, own.flow)
        rows = path.rpartition(".")[2] == _ROWS
        if rows:
            self._check_columns(base, own)
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
        self._given.update(name for name in (*self.overrides, *self.adds) if name.startswith(f"{path}."))
        return base

    def _list(self, path: str, base: Sequence, own: Sequence) -> Sequence:
        """A list in which items take the place of those with the same id; new ones come behind."""
        items = list(base.items)
        places = {name: place for place, item in enumerate(items) if (name := _id_of(item)) is not None}
        told: set[str] = set()
        for item in own.items:
            name = _id_of(item)
            if name is None or name not in places or name in told:
                if name not in told:  # what stands twice is told by the reader of the list
                    self._added(path if name is None else f"{path}.{name}", name or "a part without an id", item.span)
                items.append(item)
            else:
                place = places[name]
                items[place] = self._item(f"{path}.{name}", name, items[place], item)
            told |= {name} if name is not None else set()
        return Sequence(tuple(items), own.span, own.flow)

    def _item(self, path: str, name: str, base: Node, own: Node) -> Node:
        """An item in the place of another one, or joined with it."""
        if path in self.overrides:
            self._given.add(path)
        elif self._goes_into(path):
            return self._node(path, base, own)
        else:
            new = _new_parts(path, base, own)
            self._undeclared(path, name, own.span, base.span, new)
            return base if new else own
        return own

    def _added(self, path: str, name: str, here: Span) -> None:
        """Reports a part of an entry that is new and not named."""
        if path in self.adds:
            self._given.add(path)
            return
        self.report.error(
            "undeclared-override",
            f"`{name[:60]}` is new in what is extended",
            here,
            help=f"if that is meant, {_way('adds', self.adds, path)}",
        )

    def _undeclared(self, path: str, name: str, here: Span, there: Span, new: list[str] | None) -> None:
        way_out = f"if that is meant, {_way('overrides', self.overrides, path)}; if not, rename it"
        if new:  # nothing that is there is said otherwise, so that it is hardly meant to be lost
            instead = _way("overrides", self.overrides, path)
            way_out = f"to add to it, {_way('adds', self.adds, *new)}; to put this in its place, {instead}"
        self.report.error(
            "undeclared-override",
            f"`{name[:60]}` stands already in what is extended",
            here,
            labels=[Label(here, ""), Label(there, "what it would take the place of")],
            help=way_out,
        )

    def _check_columns(self, base: Node, own: Node) -> None:
        """Reports a column that rows leave out: in a table any value would do for it."""
        if not isinstance(own, Scalar) or names_a_file(own):
            return
        rows = _listed(base)
        lines = markdown_lines(own)
        head = {cell.value for cell in lines[0]} if lines else set()
        first = rows.items[0] if isinstance(rows, Sequence) and rows.items else None
        columns = first.keys() if isinstance(first, Mapping) else ()
        for name in columns:
            if name not in head and isinstance(base, Scalar):
                self.report.error(
                    "missing-column",
                    f"the rows have no column `{name[:60]}`, which those that are extended have",
                    own.span,
                    help="add the column, with `-` in it where any value will do",
                )

    def _unknown(self, path: str, item: Scalar, known: tuple[str, ...]) -> None:
        """Reports a part that is named and not there, or not given anew."""
        above, _, last = path.rpartition(".")
        whole = next((name for name in self.removes if path.startswith(f"{name}.")), None)
        if whole is not None:
            message, way_out = f"`{path[:60]}` is taken out with `{whole[:60]}`", "take it out here"
        elif path in known and path not in self.removes:
            message, way_out = (
                f"`{path[:60]}` is not given anew",
                f"write `{last}` under `{above}`, or take it out here",
            )
        else:
            message, way_out = f"`{path[:60]}` is not in what is extended", suggestion(path, known, kind="part")
        self.report.error("unknown-override", message, item.span, help=way_out)


def _way(key: str, named: dict[str, Scalar], *paths: str) -> str:
    if named:
        return f"add {', '.join(f'`{path}`' for path in paths)} to the list under `{key}:`"
    return f"write `{key}: [{', '.join(paths)}]`"


def _new_parts(path: str, base: Node, own: Node) -> list[str] | None:
    """The names of the parts that an entry adds to what is extended; None if it says something otherwise, too."""
    if isinstance(base, Mapping) and isinstance(own, Mapping):
        below = {entry.key.value: entry.value for entry in base.entries}
        parts: list[tuple[str | None, Node]] = [(entry.key.value, entry.value) for entry in own.entries]
    elif isinstance(base, Sequence) and isinstance(own, Sequence):
        below = {name: item for item in base.items if (name := _id_of(item)) is not None}
        parts = [(_id_of(item), item) for item in own.items]
    else:
        return [] if _same(base, own) else None
    found: list[str] = []
    for name, part in parts:
        deeper = [f"{path}.{name}"] if name not in below else _new_parts(f"{path}.{name}", below[name], part)
        if name is None or deeper is None:
            return None
        found += deeper
    return found


def _same(base: Node, own: Node) -> bool:
    """Whether two values say the same, such as the id of an item of which a part is overridden."""
    return isinstance(base, Scalar) and isinstance(own, Scalar) and base.value == own.value


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
        for key in IDS:
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
