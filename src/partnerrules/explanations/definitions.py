"""Tells the value of a definition, and that no policy is in force."""

from partnerrules.decisions.basis import NOT_IN_FORCE
from partnerrules.decisions.results import DefinitionResult, NoPolicyResult
from partnerrules.explanations.catalogue import Key
from partnerrules.explanations.lacking import missing_lines
from partnerrules.explanations.story import Line, Shown, assumptions, headline, listed
from partnerrules.schema.types import Date


def definition_story(result: DefinitionResult, ruleset: str) -> list[Line]:
    """The lines that tell what a definition comes to, for a record or for none."""
    key: Key = "definition" if result.basis.subject else "definition_of_none"
    head = headline(key, result.basis, ruleset, value=Shown(result.raw, result.type))
    return [head, *missing_lines(result.missing), *assumptions(result.basis)]


def no_policy_story(result: NoPolicyResult, ruleset: str) -> list[Line]:
    """The lines that tell that no version answers, or that it is not known which."""
    key: Key = "not_in_force" if result.outcome == NOT_IN_FORCE else "version_unknown"
    days = listed([Shown(day, Date()) for day in result.reference_dates], "comma")
    return [headline(key, result.basis, ruleset, days=days), *missing_lines(result.missing)]
