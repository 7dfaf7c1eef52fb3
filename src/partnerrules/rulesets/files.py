"""Finds the files of a ruleset and joins them: versions side by side, included files, and what a version extends.

A ruleset reads nothing outside of its own folder, except for the ruleset that it extends. Everything is joined as
nodes, so that each part still knows the file and line it comes from.
"""

import itertools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from partnerrules.diagnostics import Label, Report, Source, Span, UsageError, suggestion
from partnerrules.language.source_text import read_source
from partnerrules.language.yaml_nodes import Entry, Mapping, Scalar, Sequence
from partnerrules.language.yaml_reader import read_yaml
from partnerrules.rulesets.head import HEAD_KEYS
from partnerrules.rulesets.overlays import Overlay

FILE: Final = "ruleset.yaml"
_ITS_OWN: Final = frozenset((*(key.name for key in HEAD_KEYS), "settlement"))
"""What only the file itself says, and none that it includes."""
MAXIMUM_FILES: Final = 200
"""Files that one version may be made of."""
MAXIMUM_EXTENDING: Final = 20
"""Rulesets and versions that may extend each other in a row."""
MAXIMUM_CHARACTERS: Final = 2_000_000
"""Characters of these files together; reading YAML takes seconds for each million."""


@dataclass(slots=True)
class Looked:
    """What loading has looked at: only if that has changed can loading again come to something else.

    Attributes:
        sources: the files by the path they are shown under; None if one cannot be read.
        folders: those that were looked through for versions, with the rulesets that lie one level below.
    """

    sources: dict[str, Source | None] = field(default_factory=dict)
    folders: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def below(self, folder: Path) -> list[Path]:
        """The rulesets one level below a folder."""
        found = sorted(folder.glob(f"*/{FILE}"))
        self.folders[str(folder)] = tuple(map(str, found))
        return found


@dataclass(slots=True)
class Document:
    """One version of a ruleset as it is written, its files joined.

    Attributes:
        folder: where its files lie.
        root: the place of the whole, for faults that are not about one key.
        header: keys that are not sections.
        sections: the entries of each section by name.
        odd: sections that are not keys with values; their readers say so.
        sources: all files that were read, by the path they are shown under.
        folders: the folder of the ruleset that each of them belongs to; it differs where one extends another.
    """

    folder: Path
    root: Span
    header: dict[str, Entry] = field(default_factory=dict)
    sections: dict[str, dict[str, Entry]] = field(default_factory=dict)
    odd: dict[str, Entry] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    folders: dict[str, Path] = field(default_factory=dict)

    def node(self) -> Mapping:
        """The whole as one node."""
        entries = [*self.header.values(), *self.odd.values()]
        for name, section in self.sections.items():
            members = tuple(section.values())
            span = members[0].key.span if members else self.root
            entries.append(Entry(Scalar(name, "plain", span), Mapping(members, span, False)))
        return Mapping(tuple(entries), self.root, False)


def version_folders(path: Path) -> list[Path]:
    """The folders of the versions of a ruleset: the folder itself, or those below it that hold a ruleset.

    Raises:
        UsageError: if there is no ruleset.
    """
    if path.name == FILE and is_file(path):
        return [path.parent]
    if is_file(path / FILE):
        return [path]
    folders = sorted(child.parent for child in path.glob(f"*/{FILE}")) if is_folder(path) else []
    if not folders:
        raise UsageError(f"there is no ruleset in `{path}`: expected a folder with a file `{FILE}`, or one a version")
    return folders


def is_file(path: Path) -> bool:
    """Whether there is such a file; a name that no file can have is that of none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """Whether there is such a folder; a name that no folder can have is that of none."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


class Assembler:
    """Reads the files of one or several versions of a ruleset."""

    def __init__(self, sections: tuple[str, ...], report: Report, looked: Looked | None = None) -> None:
        self.sections = sections
        self.report = report
        self.looked = Looked() if looked is None else looked
        self._files = 0
        self._heads: dict[Path, Document | None] = {}  # of the versions beside those that are read
        self._characters = 0

    def read(self, folder: Path, extending: tuple[Path, ...] = ()) -> Document | None:
        """The joined document of a version, or None after a fault.

        Args:
            folder: where its `ruleset.yaml` lies.
            extending: the folders of the versions that extend this one, to find circles.
        """
        root = self._mapping(folder / FILE)
        if root is None:
            return None
        mapping, source = root
        start = mapping.entries[0].key.span if mapping.entries else mapping.span
        document = Document(folder, start, sources={source.path: source}, folders={source.path: folder})
        self._take(mapping, document, header=True)
        if not self._include(mapping.get("include"), document, (folder / FILE,)):
            return None
        return self._extend(document, (*extending, folder))

    def _beside(self, document: Document) -> dict[str, Path]:
        """The folders of the versions of a ruleset by their names: those beside a version, itself among them."""
        folder, own = document.folder, _header_text(document, "ruleset")
        above = folder.parent if folder.name not in ("", "..") else folder / ".."
        names = {_header_text(document, "version") or "": folder}
        for path in self.looked.below(above)[:MAXIMUM_FILES]:
            if path.parent not in self._heads:
                self._heads[path.parent] = Assembler(self.sections, Report(), self.looked).head_of(path.parent)
            other = self._heads[path.parent]
            if other is not None and own is not None and _header_text(other, "ruleset") == own:
                names.setdefault(_header_text(other, "version") or "", path.parent)
        return names

    def head_of(self, folder: Path) -> Document | None:
        """The document of a version without what it includes or extends."""
        root = self._mapping(folder / FILE)
        if root is None:
            return None
        document = Document(folder, root[0].span)
        self._take(root[0], document, header=True)
        return document

    def _mapping(self, path: Path) -> tuple[Mapping, Source] | None:
        source = self.looked.sources[str(path)] = read_source(
            path, str(path), self.report, maximum_bytes=MAXIMUM_CHARACTERS
        )
        if source is None:
            return None
        self._characters += len(source.text)
        if self._characters > MAXIMUM_CHARACTERS:
            self.report.error(
                "too-large",
                f"the files of a ruleset have at most {MAXIMUM_CHARACTERS:,} characters together",
                Span(source, 0, 0),
                help="put large tables into CSV files",
            )
            return None
        node = read_yaml(source, self.report)
        if node is None:
            return None
        if not isinstance(node, Mapping):
            self.report.error(
                "wrong-shape", "a ruleset has keys with values", node.span, help="start with `ruleset: name`"
            )
            return None
        return node, source

    def _take(self, mapping: Mapping, document: Document, *, header: bool) -> None:
        """Puts the entries of a file into the document."""
        for entry in mapping.entries:
            name = entry.key.value
            if name in self.sections:
                if not isinstance(entry.value, Mapping):
                    document.odd[name] = entry
                    continue
                section = document.sections.setdefault(name, {})
                for member in entry.value.entries:
                    first = section.get(member.key.value)
                    if first is None:
                        section[member.key.value] = member
                    else:
                        self._duplicate(name, member, first)
            elif header:
                document.header[name] = entry
            elif name != "include":
                self.report.error(
                    "unknown-key",
                    f"an included file has no key `{name[:60]}`",
                    entry.key.span,
                    help=f"it belongs into `{FILE}` itself"
                    if name in _ITS_OWN
                    else suggestion(name, (*self.sections, "include"), kind="key"),
                )

    def _duplicate(self, section: str, member: Entry, first: Entry) -> None:
        self.report.error(
            "duplicate-id",
            f"`{member.key.value[:60]}` stands twice in `{section}`",
            member.key.span,
            labels=[Label(member.key.span, ""), Label(first.key.span, "the first one")],
            help="rename one of them",
        )

    def _include(self, node: object, document: Document, chain: tuple[Path, ...]) -> bool:
        """Joins the files that one includes; False after a fault that leaves the document without them."""
        if node is None:
            return True
        if not isinstance(node, Sequence) or not all(isinstance(item, Scalar) for item in node.items):
            span = node.span if isinstance(node, Mapping | Sequence | Scalar) else document.root
            self.report.error(
                "wrong-shape", "expected a list of files", span, help="write `include: [tables/products.yaml]`"
            )
            return False
        done = True
        for item in node.items:
            assert isinstance(item, Scalar)
            path = self.below(document.folder, item.value, item.span)
            if path is None:
                done = False
                continue
            if str(path) in document.sources and path not in chain:
                self.report.error(
                    "included-twice", f"`{item.value}` is included already", item.span, help="take it out here"
                )
                continue
            if any(path.resolve() == other.resolve() for other in chain):
                self.report.error(
                    "include-cycle",
                    f"`{item.value}` includes itself",
                    item.span,
                    help="take one of the includes out",
                )
                done = False
                continue
            self._files += 1
            if self._files > MAXIMUM_FILES:
                self.report.error("too-large", f"a ruleset has at most {MAXIMUM_FILES} files", item.span)
                return False
            found = self._mapping(path)
            if found is None:
                done = False
                continue
            document.sources[found[1].path] = found[1]
            document.folders[found[1].path] = document.folder
            self._take(found[0], document, header=False)
            done &= self._include(found[0].get("include"), document, (*chain, path))
        return done

    def below(self, folder: Path, name: str, span: Span) -> Path | None:
        """A file below a folder, or None after a fault: links and `..` must not lead out of it."""
        path = folder / name
        if not name.strip():
            self.report.error("wrong-shape", "expected the name of a file", span, help="write `tables/products.yaml`")
            return None
        try:
            inside = not Path(name).is_absolute() and path.resolve().is_relative_to(folder.resolve())
        except (OSError, RuntimeError, ValueError):
            inside = False
        if not inside:
            self.report.error(
                "outside-folder",
                f"`{name[:60]}` is not in the folder of the ruleset",
                span,
                help="put the file below the folder of `ruleset.yaml`, and name it from there",
            )
            return None
        if not is_file(path):
            near = sorted(
                str(file.relative_to(folder))
                for file in itertools.islice(folder.rglob("*"), 2000)
                if file.suffix in (path.suffix, ".yaml") and file.name != FILE and file.is_file()
            )
            self.report.error(
                "unreadable-file",
                f"`{name[:60]}` is a folder, not a file" if is_folder(path) else f"there is no file `{name[:60]}`",
                span,
                help=suggestion(name, near, kind="file"),
            )
            return None
        return path

    # --------------------------------------------------------------------------------------------------- extending

    def _extend(self, document: Document, chain: tuple[Path, ...]) -> Document | None:
        """The document on top of the one that it extends; the same one if it extends none."""
        overrides, adds, removes = (self._named(document, key) for key in ("overrides", "adds", "removes"))
        overlay = Overlay(overrides, adds, removes, self.report)
        entry = document.header.get("extends")
        if entry is None:
            for name, item in (*overlay.overrides.items(), *overlay.adds.items(), *overlay.removes.items()):
                self.report.error(
                    "unknown-override",
                    f"nothing is extended, so there is no `{name[:60]}` in it",
                    item.span,
                    help="write `extends:`, or take it out",
                )
            return document
        if not isinstance(entry.value, Scalar):
            self.report.error(
                "wrong-shape", "expected a version or a folder", entry.value.span, help="write `extends: 2025.1`"
            )
            return None
        named = entry.value.value
        folder = self._beside(document).get(named)
        if folder is None and "/" in named and not Path(named).is_absolute():
            folder = document.folder / named
        if folder is None or not is_file(folder / FILE):
            self.report.error(
                "unknown-base",
                f"there is no version or ruleset `{named[:60]}` to extend",
                entry.value.span,
                help="name a version of this ruleset, or the folder of another one, such as `../base`",
            )
            return None
        if any(folder.resolve() == other.resolve() for other in chain):
            self.report.error(
                "extends-cycle", "the ruleset extends itself", entry.value.span, help="extend an earlier version"
            )
            return None
        if len(chain) >= MAXIMUM_EXTENDING:
            self.report.error(
                "too-deep",
                f"more than {MAXIMUM_EXTENDING} rulesets extend each other in a row",
                entry.value.span,
                help="write one of them out in full",
            )
            return None
        base = self.read(folder, chain)
        if base is None:
            return None
        overlay.join(base.sections, document.sections)
        base.header = {**base.header, **document.header}
        base.header.pop("extends", None)
        base.folder, base.root = document.folder, document.root
        base.odd |= document.odd
        base.sources |= document.sources
        base.folders |= document.folders
        return base

    def _named(self, document: Document, key: str) -> dict[str, Scalar]:
        """The parts of what is extended that are named under a key."""
        entry = document.header.pop(key, None)
        if entry is None:
            return {}
        if not isinstance(entry.value, Sequence) or not all(isinstance(item, Scalar) for item in entry.value.items):
            self.report.error(
                "wrong-shape",
                f"expected a list of what `{key}` is about",
                entry.value.span,
                help=f"write `{key}: [parameters.protection, eligibility.admission]`",
            )
            return {}
        found: dict[str, Scalar] = {}
        for item in entry.value.items:
            assert isinstance(item, Scalar)
            if item.value in found:
                self.report.error(
                    "duplicate-id",
                    f"`{item.value[:60]}` stands twice under `{key}`",
                    item.span,
                    labels=[Label(item.span, ""), Label(found[item.value].span, "the first one")],
                    help="take one of them out",
                )
            found.setdefault(item.value, item)
        return found


def _header_text(document: Document, key: str) -> str | None:
    entry = document.header.get(key)
    return entry.value.value if entry is not None and isinstance(entry.value, Scalar) else None
