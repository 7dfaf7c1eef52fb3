"""placeholder"""

from partnerrules.decisions.results import Result


def explain(result: Result, *, ruleset: str, language: str) -> str:
    return str(result.as_data())
