"""`partnerrules new`: a small ruleset to start from, with its cases."""

from importlib import resources
from pathlib import Path
from typing import Annotated, Final

import typer

from partnerrules.cli.outcomes import answering, say
from partnerrules.diagnostics import UsageError
from partnerrules.language.forms import NAME

_FILES: Final = ("ruleset.yaml", "cases.yaml", "README.md")
_PLACEHOLDER: Final = "starter-rules"


def new(
    name: Annotated[Path, typer.Argument(metavar="NAME", help="The folder to make; its name is the ruleset's id.")],
) -> None:
    """Make a small ruleset to start from.

    It passes `check` and `test`; nothing that exists is overwritten.
    """
    with answering():
        id = name.name
        if not NAME.fullmatch(id):
            raise UsageError(
                f"`{id}` cannot be the name of a ruleset: it starts with a letter and has letters, digits, `_`, "
                "and `-` between them"
            )
        if name.exists() and (not name.is_dir() or any(name.iterdir())):
            raise UsageError(f"there is a `{name}` already, and nothing is overwritten: choose another name")
        starter = resources.files("partnerrules.cli").joinpath("starter")
        texts = {file: starter.joinpath(file).read_text(encoding="utf-8") for file in _FILES}
        name.mkdir(parents=True, exist_ok=True)
        for file, text in texts.items():
            with (name / file).open("x", encoding="utf-8", newline="\n") as out:
                out.write(text.replace(_PLACEHOLDER, id))
        for file in _FILES:
            print(name / file)
        say(f"next: partnerrules check {name}, then partnerrules test {name}")
