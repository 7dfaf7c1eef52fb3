"""All commands under one name, and what happens around each of them."""

import sys
from importlib import metadata
from typing import Annotated

import typer
from typer.main import get_command

from partnerrules.cli import check, decide, fmt, new, outcomes, schema, settle, test

app = typer.Typer(
    name="partnerrules",
    help="Partner policies as data: check rulesets, decide facts, and say why.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command()(check.check)
app.command()(decide.decide)
app.command()(settle.settle)
app.command("test")(test.run)
app.command()(schema.schema)
app.command()(fmt.fmt)
app.command()(new.new)


def _show_version(asked: bool) -> None:
    if asked:
        print(f"partnerrules {metadata.version('partnerrules')}")
        raise typer.Exit


@app.callback()
def _every_command(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Partner policies as data: check rulesets, decide facts, and say why.

    Exit codes: 0 done, 1 the ruleset or a case failed, 2 wrong usage, 3 facts refused.
    """


def main() -> None:
    """The command `partnerrules`."""
    outcomes.prepare_streams()
    sys.excepthook = outcomes.report_internal_error
    # Calling the app itself would put typer's own hook for errors in the place of ours.
    get_command(app).main(prog_name="partnerrules")
