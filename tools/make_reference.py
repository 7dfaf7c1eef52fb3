"""Writes the pages of docs/reference that come from the code and the rulesets, such as functions and records.

`make docs` runs it; a test compares what it would write with what lies there, so that the pages cannot drift.
"""

import inspect
import sys
from pathlib import Path

from typer.core import TyperGroup
from typer.main import get_command

import source_coverage
from partnerrules.cli.app import app
from partnerrules.diagnostics import plural, with_article
from partnerrules.language import forms
from partnerrules.language.functions import TABLE
from partnerrules.quantities import currencies, find_unit, unit_names
from partnerrules.rulesets.compiling import RULESET_FORM
from partnerrules.rulesets.own_facts import FIELD_FORM, RELATION_FORM
from partnerrules.schema import types as t
from partnerrules.schema.entities import core_schema

NOTE = "<!-- Written by tools/make_reference.py from the tables in the code: edit those. -->\n"

ABSENCE = {
    "required": "must be given",
    "none": "there is none",
    "unknown": "not known",
}


def functions_page() -> str:
    """The page of functions."""
    lines = [
        "# Functions",
        "",
        NOTE,
        "What an expression can call. An unknown argument makes the result unknown, unless the text says otherwise.",
        "",
    ]
    for function in TABLE:
        lines += [f"## {function.name}", "", f"`{function.usage}`", "", function.doc, "", "```", function.example]
        lines += ["```", ""]
    return "\n".join(lines)


def units_page() -> str:
    """The page of units."""
    lines = [
        "# Units",
        "",
        NOTE,
        "What may stand behind a number. Units of one kind are converted exactly; others do not meet.",
    ]
    lines += ["", "| unit | measures | in base units |", "|---|---|---|"]
    for name in sorted(unit_names()):
        unit = find_unit(name)
        assert unit is not None
        lines.append(f"| `{name}` | {t.Quantity(unit.dimension)} | {unit.factor:f} |")
    lines += ["", "`%` makes a ratio: `15 %` is 0.15.", "", "Currencies, each a kind of its own: "]
    lines += [", ".join(f"`{code}`" for code in sorted(currencies())) + ".", ""]
    return "\n".join(lines)


def records_page() -> str:
    """The page of records."""
    lines = [
        "# Records",
        "",
        NOTE,
        "What facts are made of. A rule writes `deal.customer.segment` to follow a reference, and `partner.people` to",
        "come back to all records that refer to one. The last column says what it means when a field is left out.",
        "",
    ]
    for entity in core_schema().entities.values():
        lines += [f"## {entity.name}", ""]
        where = f"Key of facts: `{entity.relation}`." if entity.relation else "A part of other records."
        dated = (
            f" Dated by `{entity.happens}`: what lies after the instant of the decision is not seen."
            if entity.happens
            else ""
        )
        valid = f" Holds from `{entity.validity[0]}` up to `{entity.validity[1]}`." if entity.validity else ""
        lines += [
            f"{entity.doc} {where}{dated}{valid}",
            "",
            "| field | type | what it is | left out |",
            "|---|---|---|---|",
        ]
        for field in entity.fields.values():
            lines.append(f"| `{field.name}` | {field.type} | {field.doc} | {ABSENCE[field.absence]} |")
        if entity.inverses:
            back = ", ".join(
                f"`{inverse.name}` ({inverse.entity}.{inverse.field})" for inverse in entity.inverses.values()
            )
            lines += ["", f"Ways back: {back}."]
        lines.append("")
    return "\n".join(lines)


def _form_lines(form: forms.Form, path: str, done: set[str]) -> list[str]:
    match form:
        case forms.RecordForm():
            if form.name in done:
                return []
            done.add(form.name)
            lines = [f"## {path}" if path else "## The whole", "", "| key | what stands under it | |", "|---|---|---|"]
            for key in form.keys:
                needed = "required" if key.required else ""
                lines.append(f"| `{key.name}` | {_words(key.form)}: {key.doc} | {needed} |")
            if form.one_of:
                lines += ["", "One of " + ", ".join(f"`{name}`" for name in form.one_of) + " is needed."]
            lines.append("")
            for key in form.keys:
                lines += _form_lines(key.form, f"{path}.{key.name}" if path else key.name, done)
            return lines
        case forms.ListForm(item):
            return _form_lines(item, f"{path}[]", done)
        case forms.MapForm(value, named):
            return _form_lines(value, f"{path}.*{named}*", done)
        case forms.EitherForm(_, long):
            return _form_lines(long, path, done)
        case forms.LaterForm(_, make):
            return _form_lines(make(), path, done)
        case _:
            return []


def _words(form: forms.Form) -> str:
    match form:
        case forms.TextForm():
            return "text"
        case forms.NameForm():
            return "a name"
        case forms.ExpressionForm():
            return "an expression"
        case forms.ChoiceForm(choices):
            return "one of " + ", ".join(f"`{choice}`" for choice in choices)
        case forms.CountForm():
            return "a whole number"
        case forms.TitleForm():
            return "a title"
        case forms.AnyForm():
            return "see below"
        case forms.ListForm(item):
            return f"a list, each {_words(item)}"
        case forms.MapForm(value, named):
            return f"{plural(named)}, under each {_words(value)}"
        case forms.RecordForm(name):
            return with_article(name)
        case forms.EitherForm(short, long):
            return f"{_words(short)}, or {_words(long)}"
        case forms.LaterForm(name):
            return with_article(name)


def ruleset_page() -> str:
    """The page of the form of a ruleset."""
    lines = [
        "# The form of a ruleset",
        "",
        NOTE,
        "Every key of `ruleset.yaml`. A `*name*` in a heading is one that you give.",
        "",
    ]
    own = [
        *_form_lines(RELATION_FORM, "facts.*relation*", set()),
        *_form_lines(FIELD_FORM, "facts.*record*.*field*", set()),
    ]
    return "\n".join([*lines, *_form_lines(RULESET_FORM, "", set()), *own])


def cli_page() -> str:
    """The page of the command line."""
    lines = ["# The command line", "", NOTE]
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    lines += [
        "RULESETS and RULESET are folders with a `ruleset.yaml`, or with a folder for each version. FACTS is a JSON or",
        "YAML file, or a folder of CSV files, see [facts](facts.md).",
        "",
        "Exit codes: 0 done, 1 the ruleset or a case failed, 2 wrong usage or a path that is not there, 3 facts",
        "refused.",
        "",
    ]
    for name, command in group.commands.items():
        usage = [f"partnerrules {name}"]
        options: list[str] = []
        for parameter in command.params:
            shown = (parameter.name or "").upper()
            if parameter.param_type_name == "argument":
                shown = f"{shown}..." if parameter.nargs == -1 else shown
                usage.append(shown if parameter.required else f"[{shown}]")
            else:
                options.append(f"| `{'`, `'.join(parameter.opts)}` | {getattr(parameter, 'help', '')} |")
        if options:
            usage.append("[options]")
        lines += [f"## {name}", "", f"    {' '.join(usage)}", "", inspect.cleandoc(command.help or ""), ""]
        if options:
            lines += ["| option | does |", "|---|---|", *options, ""]
    return "\n".join(lines)


PAGES = {
    "cli.md": cli_page,
    "functions.md": functions_page,
    "records.md": records_page,
    "ruleset.md": ruleset_page,
    "source-coverage.md": source_coverage.page,
    "units.md": units_page,
}


def main() -> None:
    """Writes all pages."""
    folder = Path(__file__).parent.parent / "docs" / "reference"
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in PAGES.items():
        (folder / name).write_text(make().rstrip() + "\n", encoding="utf-8")
        sys.stdout.write(f"docs/reference/{name}\n")


if __name__ == "__main__":
    main()
