"""`partnerrules decide`: what a ruleset says about facts, and why."""

import datetime as dt
import enum
from pathlib import Path
from typing import Annotated

import typer

from partnerrules.cli.outcomes import answering, say
from partnerrules.diagnostics import UsageError
from partnerrules.facts import Facts
from partnerrules.facts.reading import Refused, read_instant
from partnerrules.rulesets import Decision, Ruleset, load


class Language(enum.StrEnum):
    """The languages of explanations."""

    en = "en"
    zh = "zh"
    ru = "ru"


class Format(enum.StrEnum):
    """How decisions are written."""

    text = "text"
    json = "json"


def decide(
    ruleset: Annotated[Path, typer.Argument(metavar="RULESET", help="The folder of a ruleset.")],
    facts: Annotated[
        Path, typer.Argument(metavar="FACTS", help="A JSON or YAML file, or a folder with a CSV file a relation.")
    ],
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", metavar="T", help="The instant of the decision, with its offset; that of the facts if left out."
        ),
    ] = None,
    policy: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Decide only this policy or definition; may be repeated.")
    ] = None,
    subject: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Decide only for this record; may be repeated.")
    ] = None,
    language: Annotated[
        Language, typer.Option(help="The language of the explanations: `en`, `zh` or `ru`.")
    ] = Language.en,
    format: Annotated[
        Format, typer.Option(help="`text`, explanations for people, or `json` for programs.")
    ] = Format.text,
) -> None:
    """Decide facts by a ruleset and explain each result.

    Exit code 3 if the facts are refused.
    """
    with answering():
        rules = load(ruleset)
        given = facts_from(facts)
        moment = moment_from(as_of, given, rules)
        decision = rules.decide(given, as_of=moment, policies=policy or None, subjects=subject or None)
        for warning in decision.warnings:
            say(f"warning: {warning}")
        if format is Format.json:
            print(decision.to_json(), end="")
        else:
            _print_explanations(decision, language.value)


def _print_explanations(decision: Decision, language: str) -> None:
    texts = [
        decision.explain(name, id, language=language).rstrip("\n")
        for name, results in decision.items()
        for id in results
    ]
    if texts:
        print("\n\n".join(texts))
    else:
        say("nothing was decided: the facts have no records that these policies are about")


def facts_from(path: Path) -> Facts:
    """The facts of a file or folder.

    Raises:
        UsageError: if there is none.
    """
    if not path.exists():
        raise UsageError(f"there are no facts in `{path}`: there is no such file or folder")
    return Facts.read(path)


def moment_from(as_of: str | None, facts: Facts, rules: Ruleset) -> dt.datetime | None:
    """The instant that an option gives; None if it is that of the facts.

    Raises:
        UsageError: if neither says one.
    """
    moment = None if as_of is None else _instant(as_of, rules)
    if moment is None and facts.as_of is None:
        raise UsageError(f"say as of which instant to decide, such as `--as-of {_example(rules)}`")
    return moment


def _instant(text: str, rules: Ruleset) -> dt.datetime:
    """The instant that an option gives.

    Raises:
        UsageError: if it is none, or has no offset; says what to write instead.
    """
    try:
        return read_instant(text, None)
    except Refused as refused:
        zone = rules.versions[-1].head.zone
        meant = _without_offset(text, zone)
        if meant is None:
            raise UsageError(f"--as-of: {refused.message}: write it like `{_example(rules)}`") from refused
        message = f"--as-of: `{text}` does not say in which timezone"
        raise UsageError(f"{message}: write `{meant}` if you mean {zone.key}") from refused


def _without_offset(text: str, zone: dt.tzinfo) -> str | None:
    """The instant that a time without an offset is in a zone, as it is to be written; None if it is not such a time."""
    try:
        local = dt.datetime.fromisoformat(text.strip())
        if local.tzinfo is not None:
            return None
        meant = local.replace(tzinfo=zone).isoformat()
        read_instant(meant, None)
    except (ValueError, OverflowError, Refused):
        # A long time ago the clocks of a zone were seconds off, which no instant is written with.
        return None
    return meant


def _example(rules: Ruleset) -> str:
    head = rules.versions[-1].head
    day = head.in_force.start or dt.date(2026, 1, 1)
    return dt.datetime.combine(day, dt.time(9), tzinfo=head.zone).isoformat()
