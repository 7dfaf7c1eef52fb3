"""`partnerrules fmt`: the canonical layout of rulesets."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from partnerrules.cli.outcomes import FAILED, answering, finish, say
from partnerrules.diagnostics import RulesetError
from partnerrules.rulesets.formatting import Formatted, format_ruleset


def fmt(
    rulesets: Annotated[list[Path], typer.Argument(metavar="RULESET...", help="Folders of rulesets.")],
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit code 1 if a file would change.")] = False,
) -> None:
    """Lay rulesets out in the canonical way.

    What they say stays the same, and comments stay.

    A ruleset with a mistake is not touched, with exit code 1.
    """
    with answering():
        refused = False
        files: list[Formatted] = []
        for path in rulesets:
            try:
                files += format_ruleset(path)
            except RulesetError as error:
                refused = True
                say(f"{error}\n\n{path}: not touched")
        changed = [file for file in files if file.after != file.before]
        for file in files:
            for part in file.left:
                say(f"{file.path}: {part} left as it is, since a change might say something else")
        for file in changed:
            if not check:
                _write(file)
            print(f"{file.path}: {'would be laid out anew' if check else 'laid out anew'}")
        say(f"{len(changed)} of {len(files)} files {'would change' if check else 'changed'}")
        finish(FAILED if refused or (check and changed) else 0)


def _write(file: Formatted) -> None:
    """Put the new text in the place of the old one at once, so that a crash leaves one of them whole."""
    path = file.path.resolve()
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(file.after.encode("utf-8"))
        shutil.copymode(path, temporary)
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)
