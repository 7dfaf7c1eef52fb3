"""A cache of compiled rulesets: one file for each, used only as long as nothing has changed that it was made of.

Its name is a SHA-256 over the `ruleset.yaml` of all versions, over where they lie, and over what reads them: this
library, the libraries that it reads by, Python. In it stand its name again, the SHA-256 of every file that loading
looked at, one over all of its own content, and the ruleset as data, without any code. Whatever does not match is passed
over: the ruleset is loaded as without a cache, and the file is written anew.
"""

import hashlib
import json
import os
import platform
import stat
import threading
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Final

from partnerrules.diagnostics import Diagnostic, Report, Source, UsageError
from partnerrules.language.source_text import read_source
from partnerrules.rulesets import codec
from partnerrules.rulesets.codec_classes import Refused
from partnerrules.rulesets.compiling import Version
from partnerrules.rulesets.files import FILE, Looked, version_folders
from partnerrules.rulesets.ruleset import Ruleset

FORMAT: Final = "partnerrules ruleset 2\n"
MAXIMUM_BYTES: Final = 200_000_000
"""How large a compiled ruleset may be to be read, and how long the files together that it was made of."""
_READ_BY: Final = ("partnerrules", "babel", "holidays", "pint", "pydantic", "ruamel.yaml", "tzdata")
"""What decides how a ruleset is read."""
_DIGEST: Final = 32
"""Bytes of a SHA-256."""
_NAME: Final = 2 * _DIGEST
"""Characters of one."""


def kept(folder: Path, path: Path) -> Ruleset | None:
    """The ruleset of a path as the cache has it; None if it has it not, or what it has does not hold any more."""
    try:
        name = _name(path)
        data = _content(folder / name)
        start = len(FORMAT) + _DIGEST
        body = memoryview(data)[start:]
        if data[:start] != FORMAT.encode() + hashlib.sha256(body).digest() or body[:_NAME] != name.encode():
            return None
        body = body[_NAME:]
        size = int.from_bytes(body[:8], "little")
        looked_at = json.loads(bytes(body[8 : 8 + size]))
        sources = _unchanged(looked_at)
        return None if sources is None else _ruleset(codec.read(bytes(body[8 + size :]), sources))
    except (OSError, UsageError, *codec.FAULTS):
        return None


def keep(folder: Path, path: Path, ruleset: Ruleset, looked: Looked) -> None:
    """Puts a ruleset into the cache, if that can be done; the folder is made if there is none."""
    sources = [source for source in looked.sources.values() if source is not None]
    if len(sources) < len(looked.sources):
        return  # a file that cannot be read may be one that can be read later
    try:
        parts = codec.written((ruleset.id, ruleset.versions, ruleset.warnings), sources)
        files = [[source.path, _place_of(source.path), _hash_of(source)] for source in sources]
        name = _name(path)
    except (OSError, UsageError, Refused):
        return
    looked_at = json.dumps([files, sorted(looked.folders.items())]).encode()
    body = name.encode() + len(looked_at).to_bytes(8, "little") + looked_at + parts
    try:
        _write(folder, name, FORMAT.encode() + hashlib.sha256(body).digest() + body)
    except (OSError, ValueError):
        return  # the folder cannot be written, or none can be called so


def _write(folder: Path, name: str, data: bytes) -> None:
    """Puts a file into the cache: written beside it and then renamed, so that who reads sees all of the old or new one.

    Raises:
        OSError: if that cannot be done; a ValueError if no folder can be called so.
    """
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / f"{name}.{os.getpid()}-{threading.get_ident()}"
    try:
        beside.unlink(missing_ok=True)  # one that was left, so that nothing but a new file is written to
        with beside.open("xb") as file:
            file.write(data)
        beside.replace(folder / name)
    finally:
        beside.unlink(missing_ok=True)


def _content(entry: Path) -> bytes:
    """What stands in a file of the cache.

    Raises:
        Refused: if it is no ordinary file, which may never end, or is too large, or changes meanwhile.
        OSError: if there is none.
    """
    with open(entry, "rb", opener=_at_once) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_size > MAXIMUM_BYTES:
            raise Refused("no file of a cache")
        content = file.read(status.st_size + 1)
        if len(content) != status.st_size:
            raise Refused("a file that changes")
        return content


def _at_once(path: str, flags: int) -> int:
    """Opens a file without waiting, as a pipe would until someone writes into it."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _name(path: Path) -> str:
    """The name of the file of a ruleset.

    Raises:
        UsageError: if there is no ruleset.
    """
    digest = hashlib.sha256()
    parts = [FORMAT, *_versions()]
    for folder in version_folders(path):
        source = read_source(folder / FILE, str(folder / FILE), Report())
        parts += [str(folder / FILE), "" if source is None else source.text]
    for part in parts:
        encoded = part.encode(errors="surrogatepass")  # a path may have what is no character
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()


@cache
def _versions() -> tuple[str, ...]:
    """The versions of all that decides how a ruleset is read."""
    found = [platform.python_implementation(), platform.python_version()]
    for name in _READ_BY:
        try:
            found.append(metadata.version(name))
        except metadata.PackageNotFoundError:
            found.append("")
    return tuple(found)


def _place_of(path: str) -> str:
    """Where a file lies, its links followed; "" if they lead in a circle."""
    try:
        return str(Path(path).resolve())
    except RuntimeError:
        return ""


def _hash_of(source: Source) -> str:
    return hashlib.sha256(source.text.encode()).hexdigest()


def _unchanged(looked_at: tuple[list[tuple[str, str, str]], list[tuple[str, list[str]]]]) -> list[Source] | None:
    """The files that a ruleset was made of, in their order; None if any of what was looked at has changed."""
    files, folders = looked_at
    again = Looked()
    for folder, found in folders:
        if [str(each) for each in again.below(Path(folder))] != found:
            return None
    sources = []
    characters = 0
    for shown, resolved, expected in files:
        source = read_source(Path(shown), shown, Report()) if _place_of(shown) == resolved else None
        if source is None or _hash_of(source) != expected:
            return None
        characters += len(source.text)
        if characters > MAXIMUM_BYTES:
            return None
        sources.append(source)
    return sources


def _ruleset(parts: object) -> Ruleset:
    match parts:
        case (str(id), tuple(versions), tuple(warnings)) if (
            versions
            and all(isinstance(each, Version) for each in versions)
            and all(isinstance(each, Diagnostic) for each in warnings)
        ):
            return Ruleset(id, versions, warnings)
        case _:
            raise Refused("no ruleset")
