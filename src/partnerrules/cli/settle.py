"""`partnerrules settle`: statements for a period, line by line, and what they pay."""

from pathlib import Path
from typing import Annotated, Final

import typer

from partnerrules.cli.decide import Language, facts_from, moment_from
from partnerrules.cli.outcomes import answering, say
from partnerrules.diagnostics import UsageError
from partnerrules.domain.settlement import Settlement
from partnerrules.explanations import page_name, statement_page
from partnerrules.rulesets import load

_SETTLEMENT: Final = "settlement.json"


def settle(
    ruleset: Annotated[Path, typer.Argument(metavar="RULESET", help="The folder of a ruleset.")],
    facts: Annotated[
        Path, typer.Argument(metavar="FACTS", help="A JSON or YAML file, or a folder with a CSV file a relation.")
    ],
    period: Annotated[
        str, typer.Option(metavar="P", help="Such as `2026-Q1`, `2026-03`, `2026`, `2026-02-01 .. 2026-05-01`.")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder for the statements, a new one.")],
    closed: Annotated[
        list[Path] | None,
        typer.Option(metavar="DIR", help="The folder of a settlement before, or of all of them; may be repeated."),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", metavar="T", help="The instant of the closing, with its offset; that of the facts if left out."
        ),
    ] = None,
    language: Annotated[Language, typer.Option(help="The language of the pages: `en`, `zh` or `ru`.")] = Language.en,
    pages: Annotated[bool, typer.Option(help="Whether to write a page for each statement.")] = True,
) -> None:
    """Settle a period: statements by payee and currency as JSON, as tables, and as pages to read.

    A folder that holds another settlement is left alone: what is closed stays as it is.
    """
    with answering():
        rules = load(ruleset)
        given = facts_from(facts)
        moment = moment_from(as_of, given, rules)
        before = [_read(path) for folder in closed or () for path in _settlements_in(folder, out)]
        settlement = rules.settle(given, period, closed=before, as_of=moment)
        for warning in settlement.warnings:
            say(f"warning: {warning}")
        _write(settlement, out, language.value, pages=pages)
        _tell(settlement, out)


def _settlements_in(folder: Path, out: Path) -> list[Path]:
    """The closed settlements in a folder: that of its own, or those of the folders in it; a file is one itself.

    The one that is written now is none of those in a folder of all, so that it can be settled again.
    """
    if not folder.is_dir() or (folder / _SETTLEMENT).is_file():
        return [folder / _SETTLEMENT if folder.is_dir() else folder]
    found = sorted(path for path in folder.glob(f"*/{_SETTLEMENT}") if path.parent.resolve() != out.resolve())
    if not found:
        raise UsageError(f"there is no settlement in `{folder}`, nor another one in the folders in it")
    return found


def _read(path: Path) -> Settlement:
    """A closed settlement."""
    if not path.is_file():
        raise UsageError(f"there is no settlement in `{path}`: there is no such file or folder")
    try:
        return Settlement.from_json(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: this is not a settlement: it is not UTF-8") from error
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error


def _write(settlement: Settlement, out: Path, language: str, *, pages: bool) -> None:
    """Writes all files of a settlement, the one that closes it last.

    Raises:
        UsageError: if another settlement is there already.
    """
    written = settlement.to_json()
    path = out / _SETTLEMENT
    if path.exists() and path.read_bytes() != written.encode():
        raise UsageError(f"`{out}` holds another settlement, which is left as it is: choose another folder")
    files = {"lines.csv": settlement.lines_csv(), "statements.csv": settlement.statements_csv()}
    if pages:
        files |= _pages(settlement, language)
    out.mkdir(parents=True, exist_ok=True)
    if pages:
        (out / "pages").mkdir(exist_ok=True)
    for name, text in {**files, _SETTLEMENT: written}.items():
        (out / name).write_bytes(text.encode())


def _pages(settlement: Settlement, language: str) -> dict[str, str]:
    """A page for each statement, by where it is written."""
    try:
        return {
            f"pages/{page_name(statement)}": statement_page(settlement, statement, language)
            for statement in settlement.statements
        }
    except UsageError as error:
        raise UsageError(f"{error}; or write no pages, with `--no-pages`") from error


def _tell(settlement: Settlement, out: Path) -> None:
    paid: dict[str, list[str]] = {}
    for each in settlement.statements:
        paid.setdefault(each.currency, []).append(each.payee)
    for currency, payees in sorted(paid.items()):
        payable = settlement.payable(currency)
        statements = f"{len(payees):,} statement{'' if len(payees) == 1 else 's'}"
        print(f"{settlement.period}: {statements} in {currency}, payable {payable}")
    open_documents = settlement.open_documents
    if open_documents:
        count = "1 document is" if len(open_documents) == 1 else f"{len(open_documents):,} documents are"
        print(f"{count} open, such as {open_documents[0].document}: see {_SETTLEMENT}")
    print(f"written to {out}")
