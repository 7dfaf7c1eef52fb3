"""How commands end: exit codes, what is said where something is wrong, and streams that can write every character.

Codes: 0 done; 1 the ruleset or a case failed; 2 wrong usage; 3 facts refused; 70 a mistake of partnerrules itself;
130 interrupted; 141 nobody reads the output any more.
"""

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Final

import typer

from partnerrules.diagnostics import FactsError, PartnerRulesError, RulesetError, TooMuchWork

FAILED: Final = 1
WRONG_USAGE: Final = 2
FACTS_REFUSED: Final = 3
INTERNAL: Final = 70
UNREAD: Final = 141


@contextlib.contextmanager
def answering() -> Iterator[None]:
    """Runs a command: what the library raises on purpose becomes words for people and an exit code."""
    try:
        yield
        if sys.stdout is not None:
            sys.stdout.flush()
    except RulesetError as error:
        say(str(error))
        raise typer.Exit(FAILED) from error
    except TooMuchWork as error:
        say(f"partnerrules: {error}")
        raise typer.Exit(FAILED) from error
    except FactsError as error:
        say(f"the facts are refused:\n{error}")
        raise typer.Exit(FACTS_REFUSED) from error
    except PartnerRulesError as error:
        say(f"partnerrules: {error}")
        raise typer.Exit(WRONG_USAGE) from error
    except BrokenPipeError as error:
        _write_no_more()
        raise typer.Exit(UNREAD) from error
    except OSError as error:
        if error.filename is None:
            # It was the output that could not be written, as on a full disk.
            _write_no_more()
        where = f"{error.filename}: " if error.filename else ""
        say(f"partnerrules: {where}{(error.strerror or 'input or output error').lower()}")
        raise typer.Exit(WRONG_USAGE) from error
    except (RecursionError, MemoryError) as error:
        say("partnerrules: the input is too large, or nested too deeply, for this machine")
        raise typer.Exit(FAILED) from error


def say(text: str) -> None:
    """Tells people something that is not the output of the command."""
    print(text, file=sys.stderr)


def finish(code: int) -> None:
    """Ends a command with an exit code, if it is not the good one."""
    if code:
        raise typer.Exit(code)


def _write_no_more() -> None:
    """Lets what is still to be written go nowhere, so that nothing complains about it at the end."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def prepare_streams() -> None:
    """Makes output UTF-8 where it goes to a file or another program; a terminal gets what it can show."""
    for stream in (sys.stdout, sys.stderr):
        # A stream may be closed, or replaced by something that is no file.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


def report_internal_error(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What is said where partnerrules itself is wrong: where, and what to send, without pages of Python."""
    if issubclass(kind, KeyboardInterrupt):
        sys.exit(130)
    place = ""
    while trace is not None:
        code = trace.tb_frame.f_code
        place = f"{Path(code.co_filename).name}:{trace.tb_lineno} in {code.co_name}"
        trace = trace.tb_next
    message = " ".join(str(error).split())[:300]
    say(f"partnerrules: a mistake of partnerrules itself, please report it: {kind.__name__} at {place}: {message}")
    sys.exit(INTERNAL)
