"""A cache of compiled rulesets: one file for each, used only as long as nothing has changed that it was made of.

Its name is a SHA-256 over the `ruleset.yaml` of all versions and over what reads them: this library, the libraries that
it reads by, Python. In it stand the SHA-256 of every file that loading looked at, one over all of its own content, and
the ruleset as data, without any code. Whatever does not match is passed over: the ruleset is loaded as without a cache,
and the file is written anew.
"""

import hashlib
import json
import os
import platform
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

FORMAT: Final = "partnerrules ruleset 1\n"
MAXIMUM_BYTES: Final = 200_000_000
"""How large a compiled ruleset may be to be read."""
_READ_BY: Final = ("partnerrules", "babel", "holidays", "pint", "ruamel.yaml", "tzdata")
"""What decides how a ruleset is read."""
_DIGEST: Final = 32
"""Bytes of a SHA-256."""


def kept(folder: Path, path: Path) -> Ruleset | None:
    """The ruleset of a path as the cache has it; None if it has it not, or what it has does not hold any more."""
    try:
        entry = folder / _name(path)
        if entry.stat().st_size > MAXIMUM_BYTES:
            return None
        data = entry.read_bytes()
        start = len(FORMAT) + _DIGEST
        body = memoryview(data)[start:]
        if data[:start] != FORMAT.encode() + hashlib.sha256(body).digest():
            return None
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
        files = [[source.path, str(Path(source.path).resolve()), _hash_of(source)] for source in sources]
        looked_at = json.dumps([files, sorted(looked.folders.items())]).encode()
        body = len(looked_at).to_bytes(8, "little") + looked_at + parts
        name = _name(path)
        folder.mkdir(parents=True, exist_ok=True)
        # Written beside it and then renamed: who reads meanwhile sees all of the old file or all of the new one.
        beside = folder / f"{name}.{os.getpid()}-{threading.get_ident()}"
        try:
            beside.write_bytes(FORMAT.encode() + hashlib.sha256(body).digest() + body)
            beside.replace(folder / name)
        finally:
            beside.unlink(missing_ok=True)
    except (OSError, UsageError, *codec.FAULTS):
        return


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
        encoded = part.encode()
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
    for shown, resolved, expected in files:
        path = Path(shown)
        source = read_source(path, shown, Report()) if str(path.resolve()) == resolved else None
        if source is None or _hash_of(source) != expected:
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
