"""What a law is, how it is put to the test, and how the case that breaks it is shown."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Final

from hypothesis import HealthCheck, Phase, given, reject, settings
from hypothesis import strategies as st

from partnerrules.decisions.results import Result
from partnerrules.diagnostics import FactsError, PartnerRulesError
from partnerrules.rulesets import Decision, Ruleset
from partnerrules.strategies import Situation

EXAMPLES: Final = 100
"""Generated cases that a law is tried on if nobody says how many."""


class LawBroken(PartnerRulesError):
    """A law does not hold for a ruleset.

    Attributes:
        law: its name.
        case: the smallest case that was found, as text for `cases.yaml`.
    """

    def __init__(self, message: str, *, law: str = "", case: str = "") -> None:
        self.message = message
        self.law = law
        self.case = case
        super().__init__(message)

    def __str__(self) -> str:
        return f"{self.message}\nThe smallest case, for cases.yaml:\n{self.case}" if self.case else self.message


@dataclass(frozen=True, slots=True)
class Law:
    """Something that ought to hold for every ruleset and all facts.

    Attributes:
        name: short, for the configuration and for test ids.
        title: what it says, as a sentence.
        holds: tries it on one generated case; raises `LawBroken` if it does not hold.
        applies: whether a ruleset has anything that the law speaks of.
    """

    name: str
    title: str
    holds: Callable[[st.DataObject, Ruleset], None]
    applies: Callable[[Ruleset], bool] = lambda rules: True


def check(rules: Ruleset, law: Law, *, examples: int = EXAMPLES) -> None:
    """Puts a law to the test on generated cases; the same ruleset is always tried on the same ones.

    Args:
        rules: the ruleset.
        law: the law; one that says nothing about the ruleset holds.
        examples: how many cases are generated at most.

    Raises:
        LawBroken: if it does not hold, with the smallest case that was found.
    """
    if not law.applies(rules):
        return

    # The same cases every time: whether a company's checks pass must not hang on chance.
    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(st.data())
    def tried(data: st.DataObject) -> None:
        law.holds(data, rules)

    try:
        tried()
    except LawBroken as broken:
        # Without the notes of Hypothesis, which show how the case was drawn.
        message = f"`{rules.id}` breaks the law `{law.name}`: {law.title}\n  {broken.message}"
        raise LawBroken(message, law=law.name, case=broken.case) from None


# -------------------------------------------------------------------------------------- what the laws are made of


class _Shown(AbstractContextManager[None]):
    """Shows the case beside whatever goes wrong with it."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and not isinstance(error, PartnerRulesError):
            error.add_note(f"The case, for cases.yaml:\n{self._situation.as_case('what went wrong', {})}")


def decided(rules: Ruleset, situation: Situation, **options: object) -> Decision:
    """What a ruleset decides; a case whose facts are refused says nothing about any law."""
    with _Shown(situation):
        try:
            return rules.decide(situation.facts(), **options)  # type: ignore[arg-type]  # those of `decide`
        except FactsError:
            reject()


def broken(situation: Situation, policy: str, subject: str, message: str, result: Result | None = None) -> LawBroken:
    """A law that does not hold, shown by what one result is.

    Args:
        situation: the case.
        policy: the policy or definition.
        subject: the record.
        message: what it gives, and what it should give.
        result: what the case expects, so that it can be pasted and then mended.
    """
    parts = {} if result is None else {"outcome": result.outcome}
    expect: Mapping[str, object] = {policy: {subject: parts}} if subject else {policy: parts}
    where = f"{policy} {subject}".rstrip()
    return LawBroken(f"{where}: {message}", case=situation.as_case(_TITLE, expect))


_TITLE: Final = "a generated case, to be checked by hand"

_PARTS: Final = ("outcome", "value", "score", "grade", "amount", "outputs", "winner")
"""The parts of results that say what was decided, and do not name what is missing."""


_STEPS: Final = ("gates", "bands", "conditions")
"""The parts of results that say how it was decided, step by step."""


def certain_parts(result: Result) -> dict[str, object]:
    """What of a result is known, by its name: what no further fact may change."""
    return _known_parts(result, _PARTS)


def equal_parts(result: Result) -> dict[str, object]:
    """What of a result is known, by its name, with the steps to it: what equal records have alike."""
    return _known_parts(result, (*_PARTS, *_STEPS))


def _known_parts(result: Result, names: tuple[str, ...]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in result.summary().items():
        if name not in names:
            continue
        if isinstance(value, Mapping):
            if "unknown" not in value:
                found.update({f"{name} {each}": inner for each, inner in value.items() if _is_known(inner)})
        elif value != "undetermined" and value != "unknown":
            found[name] = value
    return found


def _is_known(value: object) -> bool:
    return not (isinstance(value, Mapping) and "unknown" in value) and value not in ("unknown", "undetermined")


def differing(one: Decision, other: Decision) -> tuple[str, str] | None:
    """The first policy and record that two decisions do not decide alike, if there is one."""
    for policy in one:
        for subject in dict.fromkeys((*one[policy], *other.results.get(policy, {}))):
            first, second = one[policy].get(subject), other.results.get(policy, {}).get(subject)
            if first is None or second is None or first.as_data() != second.as_data():
                return policy, subject
    return None


def words(result: Result | None) -> str:
    """What a result is, in short."""
    return "no result" if result is None else f"`{result.outcome}`"
