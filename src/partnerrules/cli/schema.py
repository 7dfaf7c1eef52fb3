"""`partnerrules schema`: the JSON Schema with which editors complete and check keys."""

import json
from typing import Annotated

import typer

from partnerrules.cases.forms import CASES_FORM
from partnerrules.cli.outcomes import answering
from partnerrules.rulesets.editor_schema import document_schema, ruleset_schema


def schema(
    cases: Annotated[bool, typer.Option("--cases", help="The schema of `cases.yaml` instead.")] = False,
) -> None:
    """Write the JSON Schema of `ruleset.yaml`, for editors."""
    with answering():
        data = document_schema(CASES_FORM, "partnerrules: cases.yaml") if cases else ruleset_schema()
        print(json.dumps(data, ensure_ascii=False, indent=2))
