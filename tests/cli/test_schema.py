"""`partnerrules schema` as a user runs it."""

import json
from collections.abc import Callable

from typer.testing import Result

Run = Callable[..., Result]


def test_the_schema_of_rulesets_is_json(run: Run) -> None:
    result = run("schema")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["title"] == "partnerrules: ruleset.yaml"


def test_the_schema_of_cases_is_json(run: Run) -> None:
    result = run("schema", "--cases")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["required"] == ["cases"]
