"""The writer of generated Python: readable source, compiled once, whose tracebacks show it and the line of the YAML.

What an author wrote comes into the source only as literals that are written here, of values of a few types: never as
names, never as comments. All names are ours. Whatever else the source needs is given to it as objects.
"""

import datetime as dt
import hashlib
import linecache
import re
import weakref
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from types import CodeType, TracebackType
from typing import Final

from partnerrules.diagnostics import Span

_INDENT: Final = "    "
_NUMBERS: Final = count(1)
_KIND: Final = re.compile(r"[A-Za-z][A-Za-z_]*")
_NAME: Final = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Generated:
    """Python source that was compiled.

    Attributes:
        path: under which tracebacks show it; there is no such file.
        text: the source.
        places: by the number of a line what the author wrote that it computes, for those where a new one begins.
        code: what it was compiled to.
        given: the objects that it needs, by the names that it has for them.
    """

    path: str
    text: str
    places: Mapping[int, Span]
    code: CodeType
    given: Mapping[str, object]

    def run(self) -> dict[str, object]:
        """What the source defines, by name; each time anew."""
        namespace: dict[str, object] = {
            "__name__": "partnerrules.generated",
            "Decimal": Decimal,
            "dt": dt,
            **self.given,
        }
        exec(self.code, namespace)  # noqa: S102  # written here, with what authors wrote as literals alone
        return namespace

    def place(self, line: int) -> Span | None:
        """What the author wrote that a line computes; None if it computes nothing of an author's."""
        known = [number for number in self.places if number <= line]
        return self.places[max(known)] if known else None


def blame(error: BaseException, sources: Iterable[Generated]) -> None:
    """Notes on an error that came out of generated source which line of the ruleset it was about, the innermost one.

    An error that has the note already is left as it is.
    """
    by_path = {source.path: source for source in sources}
    found: Span | None = None
    cause: BaseException | None = error
    while cause is not None and found is None:
        found = _place_in(cause.__traceback__, by_path)
        cause = cause.__cause__
    notes: list[str] = getattr(error, "__notes__", [])
    if found is not None and not any(note.startswith(_NOTE) for note in notes):
        error.add_note(f"{_NOTE} {found}")


def _place_in(traceback: TracebackType | None, sources: Mapping[str, Generated]) -> Span | None:
    found: Span | None = None
    while traceback is not None:
        source = sources.get(traceback.tb_frame.f_code.co_filename)
        if source is not None:
            found = source.place(traceback.tb_lineno) or found
        traceback = traceback.tb_next
    return found


def _forget(path: str, entry: object) -> None:
    if linecache.cache.get(path) is entry:
        del linecache.cache[path]


_NOTE: Final = "while deciding by"


@dataclass(slots=True)
class Writer:
    """Source that is being written, line by line.

    Attributes:
        title: what it is of, such as a ruleset, a version and a policy; a part of the path that tracebacks show.
        lines: so far.
        places: by the number of a line what the author wrote that it and those after it compute.
        given: the objects that the source needs, by name.
    """

    title: str
    lines: list[str] = field(default_factory=list)
    places: dict[int, Span] = field(default_factory=dict)
    given: dict[str, object] = field(default_factory=dict)
    _depth: int = 0
    _constants: dict[tuple[type, object], str] = field(default_factory=dict)
    _known: dict[int, str] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)

    def line(self, text: str = "") -> None:
        """Adds a line, or several."""
        self.lines += [_INDENT * self._depth + each if each else "" for each in text.split("\n")]

    def mark(self, place: Span) -> None:
        """Says that the next lines compute what an author wrote at a place."""
        self.places[len(self.lines) + 1] = place

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Adds a line that ends with a colon, and what is added inside below it."""
        self.line(head)
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1

    def append(self, other: "Writer") -> None:
        """Adds all lines of another one, with their places, its objects and its constants."""
        first = len(self.lines)
        self.lines += [_INDENT * self._depth + each if each else "" for each in other.lines]
        self.places.update((first + number, place) for number, place in other.places.items())
        self.given.update(other.given)
        self._constants.update(other._constants)

    def name(self, kind: str) -> str:
        """A name that is not taken: the kind, which is ours, with a number."""
        assert _KIND.fullmatch(kind), kind  # nothing else is ever a name
        self._numbers[kind] = self._numbers.get(kind, 0) + 1
        return f"{kind}_{self._numbers[kind]}"

    def give(self, kind: str, value: object) -> str:
        """The name under which the source finds an object, the same for the very same object."""
        if id(value) not in self._known:
            name = self.name(kind)
            self.given[name] = value  # which keeps the object, so that its identity is not given to another one
            self._known[id(value)] = name
        return self._known[id(value)]

    def literal(self, value: object) -> str:
        """A value as Python source: in place where it is short, or as the name of a constant.

        Args:
            value: none, a text, a truth, a whole number, a decimal, a day or an instant.

        Raises:
            TypeError: if it is anything else.
        """
        written = _written(value)
        if not isinstance(value, Decimal | dt.date):
            return written
        key = (type(value), value.as_tuple() if isinstance(value, Decimal) else value)
        if key not in self._constants:
            self._constants[key] = self.name("NUMBER" if isinstance(value, Decimal) else "DAY")
        return self._constants[key]

    def compiled(self) -> Generated:
        """The source, compiled and made known to tracebacks."""
        head = [f"{name} = {_written(_value(key))}" for key, name in self._constants.items()]
        head += [""] if head else []
        text = "\n".join([*head, *self.lines]) + "\n"
        digest = hashlib.sha256(text.encode()).hexdigest()[:8]
        number = next(_NUMBERS)  # two that are loaded from one file are two, and each goes when it goes
        path = f"<partnerrules {_NAME.sub('-', self.title).strip('-')} {digest} {number}>"
        places = {number + len(head): place for number, place in self.places.items()}
        made = Generated(path, text, places, compile(text, path, "exec", dont_inherit=True), self.given)
        entry = (len(text), None, text.splitlines(keepends=True), path)
        linecache.cache[path] = entry
        weakref.finalize(made, _forget, path, entry).atexit = False
        return made


def _value(key: tuple[type, object]) -> object:
    kind, value = key
    return Decimal(value) if kind is Decimal else value  # type: ignore[arg-type]  # decimals are kept as tuples


def _written(value: object) -> str:
    """A literal of a value. Texts are in ASCII with escapes, so that no character means anything to the parser."""
    match value:
        case None | bool() | int():
            return repr(value)
        case str():
            return ascii(str(value))
        case Decimal():
            return f"Decimal({str(value)!a})"
        case dt.datetime() if value.tzinfo is not None:
            utc = value.astimezone(dt.UTC)
            parts = ", ".join(map(repr, (*utc.timetuple()[:6], utc.microsecond)))
            return f"dt.datetime({parts}, tzinfo=dt.UTC)"
        case dt.date() if not isinstance(value, dt.datetime):
            return f"dt.date({value.year}, {value.month}, {value.day})"
        case _:
            raise TypeError(f"no literal is written of a {type(value).__name__}")
