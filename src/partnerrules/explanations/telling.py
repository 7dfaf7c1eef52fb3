"""Tells a result in a language: makes its story, and words it. The way into explanations."""

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, assert_never

from partnerrules.decisions.allocation import AllocationResult
from partnerrules.decisions.benefits import BenefitResult
from partnerrules.decisions.commission import CommissionResult
from partnerrules.decisions.conflicts import ConflictResult
from partnerrules.decisions.contracts import ContractsResult
from partnerrules.decisions.inference import Derived, InferenceResult, named_in
from partnerrules.decisions.lifecycle import LifecycleResult
from partnerrules.decisions.overlap import OverlapResult
from partnerrules.decisions.responsibility import ResponsibilityResult
from partnerrules.decisions.results import (
    DefinitionResult,
    EligibilityResult,
    NoPolicyResult,
    Result,
    TableResult,
)
from partnerrules.decisions.sanctions import SanctionResult
from partnerrules.decisions.scoring import ScoreResult, SignsResult
from partnerrules.decisions.selection import SelectionResult
from partnerrules.decisions.service_levels import ServiceLevelResult
from partnerrules.decisions.statements import Statement
from partnerrules.decisions.tiering import TieringResult
from partnerrules.diagnostics import UsageError, suggestion
from partnerrules.explanations.allocation import allocation_story
from partnerrules.explanations.benefits import benefit_story
from partnerrules.explanations.catalogue import Language
from partnerrules.explanations.commission import commission_story
from partnerrules.explanations.conflicts import conflict_story
from partnerrules.explanations.contracts import contracts_story
from partnerrules.explanations.definitions import definition_story, no_policy_story
from partnerrules.explanations.eligibility import eligibility_story
from partnerrules.explanations.en import ENGLISH
from partnerrules.explanations.inference import chain_lines, inference_story
from partnerrules.explanations.lifecycle import lifecycle_story
from partnerrules.explanations.overlap import overlap_story
from partnerrules.explanations.responsibility import responsibility_story
from partnerrules.explanations.ru import RUSSIAN
from partnerrules.explanations.sanctions import sanction_story
from partnerrules.explanations.scoring import score_story, signs_story
from partnerrules.explanations.selection import selection_story
from partnerrules.explanations.service_levels import service_level_story
from partnerrules.explanations.statements import statement_story
from partnerrules.explanations.story import Line
from partnerrules.explanations.tables import table_story
from partnerrules.explanations.tiering import tiering_story
from partnerrules.explanations.wording import NO_WORDS, Wording
from partnerrules.explanations.zh import CHINESE
from partnerrules.schema.titles import Title

LANGUAGES: Final[Mapping[str, Language]] = MappingProxyType(
    {language.code: language for language in (ENGLISH, CHINESE, RUSSIAN)}
)


def explain(
    result: Result,
    *,
    ruleset: str,
    language: str,
    zone: dt.tzinfo = dt.UTC,
    derived: Derived | None = None,
    words: Mapping[str, Title] = NO_WORDS,
) -> str:
    """Why a result is what it is, and what would change it, in sentences; one on a line, no line end after the last.

    Args:
        result: of any policy or definition.
        ruleset: its id.
        language: "en", "zh" or "ru". A title that is not given in it is told in the language it is given in.
        zone: the time zone in which instants are told, best that of the ruleset.
        derived: what rules derived; those facts that the result names, or may rest on, are followed back to what is
            given.
        words: what people call choices, outcomes and outputs.

    Raises:
        UsageError: if there is no such language.
    """
    lines = story_of(result, ruleset, derived)
    if derived is not None and derived.facts:
        behind = derived.behind.get((result.basis.policy, result.basis.subject), ())
        named = (*named_in(result.as_data(), derived.facts), *behind)
        lines += chain_lines(derived.facts, named, result.basis.subject)
    return _worded(lines, language, zone, words)


def tell_statement(
    statement: Statement,
    *,
    ruleset: str,
    language: str,
    zone: dt.tzinfo = dt.UTC,
    words: Mapping[str, Title] = NO_WORDS,
) -> str:
    """A statement line by line, with its totals; one on a line, no line end after the last.

    Args:
        statement: of one policy or several.
        ruleset: its id.
        language: "en", "zh" or "ru".
        zone: the time zone in which instants are told, best that of the ruleset.
        words: what people call choices, outcomes and outputs.

    Raises:
        UsageError: if there is no such language.
    """
    return _worded(statement_story(statement, ruleset), language, zone, words)


def _worded(lines: list[Line], language: str, zone: dt.tzinfo, words: Mapping[str, Title]) -> str:
    wording = Wording(language_of(language), zone, words)
    return "\n".join(wording.line(line) for line in lines)


def language_of(code: str) -> Language:
    """A language by its code.

    Raises:
        UsageError: if there is no such language.
    """
    if code not in LANGUAGES:
        way_out = suggestion(code, LANGUAGES, kind="language")
        raise UsageError(f"nothing is explained in `{code[:80]}`: {way_out}")
    return LANGUAGES[code]


def story_of(result: Result, ruleset: str, derived: Derived | None = None) -> list[Line]:
    """What is told of a result, the same in every language; with what rules derived."""
    match result:
        case EligibilityResult():
            return eligibility_story(result, ruleset)
        case TableResult():
            return table_story(result, ruleset)
        case InferenceResult():
            return inference_story(result, ruleset)
        case ConflictResult():
            return conflict_story(result, ruleset)
        case AllocationResult():
            return allocation_story(result, ruleset)
        case SelectionResult():
            return selection_story(result, ruleset)
        case OverlapResult():
            return overlap_story(result, ruleset)
        case CommissionResult():
            return commission_story(result, ruleset)
        case BenefitResult():
            return benefit_story(result, ruleset)
        case SanctionResult():
            return sanction_story(result, ruleset, {} if derived is None else derived.facts)
        case ContractsResult():
            return contracts_story(result, ruleset)
        case ResponsibilityResult():
            return responsibility_story(result, ruleset)
        case LifecycleResult():
            return lifecycle_story(result, ruleset)
        case TieringResult():
            return tiering_story(result, ruleset)
        case ScoreResult():
            return score_story(result, ruleset)
        case SignsResult():
            return signs_story(result, ruleset)
        case ServiceLevelResult():
            return service_level_story(result, ruleset)
        case DefinitionResult():
            return definition_story(result, ruleset)
        case NoPolicyResult():
            return no_policy_story(result, ruleset)
        case _:
            assert_never(result)
