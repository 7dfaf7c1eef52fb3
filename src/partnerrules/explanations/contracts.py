"""Tells the result of a policy about papers: check by check what is wrong with which contract, and their terms."""

from collections.abc import Iterator
from typing import Final, Literal, assert_never

from partnerrules.decisions.basis import UNDETERMINED
from partnerrules.decisions.contracts import (
    DEFICIENT,
    IN_ORDER,
    WARNING,
    CheckResult,
    ContractsResult,
    Finding,
    Lacking,
    State,
    Terminable,
    TermResult,
    TooEarly,
    Underpromised,
    Unmet,
    Worsened,
)
from partnerrules.explanations.catalogue import Key
from partnerrules.explanations.conditions import requirement_lines
from partnerrules.explanations.lacking import missing_lines, missing_phrase
from partnerrules.explanations.story import (
    Line,
    Named,
    Part,
    Phrase,
    Shown,
    assumptions,
    headline,
    listed,
    sourced,
    word,
    words,
)
from partnerrules.schema import types as t
from partnerrules.schema.missing import Missing, Unknown

_HEADS: Final[dict[str, Key]] = {
    IN_ORDER: "contracts_in_order",
    WARNING: "contracts_warning",
    DEFICIENT: "contracts_deficient",
    UNDETERMINED: "contracts_undetermined",
}
_STATES: Final[dict[State | Literal["unknown"], Key]] = {
    "to_come": "term_to_come",
    "running": "term_running",
    "renewed": "term_renewed",
    "terminable": "term_terminable",
    "ended": "term_ended",
    "unknown": "term_unknown",
}
_DAYS: Final[dict[str, Key]] = {
    "term_ends": "term_ends",
    "last_day_for_notice": "term_notice_by",
    "renews_on": "term_renews_on",
    "in_force_until": "term_in_force_until",
    "cure_by": "term_cure_by",
}
_MOST_LACKING: Final = 3


def contracts_story(result: ContractsResult, ruleset: str) -> list[Line]:
    """The lines that tell whether the contracts of a record are in order."""
    lines = [headline(_HEADS[result.outcome], result.basis, ruleset)]
    for check in result.checks:
        lines += _check_lines(check, result.basis.source)
    for term in result.terms:
        lines += _term_lines(term)
    return [*lines, *missing_lines(result.missing), *assumptions(result.basis)]


def _check_lines(check: CheckResult, source: str | None) -> Iterator[Line]:
    name = sourced(Named(check.title, check.id), check.source, source)
    line = Line(Phrase("paper_check", {"name": name, "what": _outcome(check)}), marker="- ")
    yield line
    for finding in check.findings:
        told = Line(_finding(finding), line.inside, "- ")
        yield told
        if isinstance(finding, Unmet):
            yield from requirement_lines(finding.requirement, told.inside, check.source or source)
    if check.outcome == "unknown":
        if check.in_doubt:
            yield Line(Phrase("paper_in_doubt", {"contracts": listed(check.in_doubt, "comma")}), line.inside)
        yield _lacks(check.missing, line)


def _lacks(missing: tuple[Missing, ...], below: Line) -> Line:
    phrases = [missing_phrase(each) for each in missing]
    return Line(Phrase("lacks", {"missing": listed(phrases, "semicolon", at_most=_MOST_LACKING)}), below.inside)


def _outcome(check: CheckResult) -> Phrase:
    """Whether it is fulfilled, and by which contracts where that is what it asks."""
    warns = check.severity == "warning"
    if check.outcome == "unknown":
        return Phrase("paper_unknown")
    if check.outcome == "fulfilled":
        by: list[Part] = [*check.met_by]
        by += [Phrase("paper_pair", {"earlier": earlier, "later": later}) for earlier, later in check.pairs]
        return Phrase("paper_fulfilled_by", {"contracts": listed(by, "comma")}) if by else Phrase("paper_fulfilled")
    if check.sort == "required":
        return Phrase("paper_warned_nowhere" if warns else "paper_nowhere")
    return Phrase("paper_warned" if warns else "paper_not_fulfilled")


def _finding(finding: Finding) -> Phrase:
    contract = finding.contract
    match finding:
        case Lacking(_, names):
            if not names:
                return Phrase("paper_lacks_some", {"contract": contract})
            return Phrase("paper_lacks", {"contract": contract, "names": words(names)})
        case Unmet():
            return Phrase("paper_unmet", {"contract": contract})
        case TooEarly(_, signed, earlier, type):
            parts: dict[str, Part] = {"contract": contract, "signed": Shown(signed, type)}
            if not earlier:
                return Phrase("paper_before_none", parts)
            others = [_signed(id, each, type) for id, each in earlier]
            return Phrase("paper_before", {**parts, "earlier": listed(others, "comma")})
        case Underpromised():
            return _underpromised(finding)
        case Worsened(_, was, now):
            values = {"was": Shown(was.value, was.type), "now": Shown(now.value, now.type)}
            return Phrase("paper_worsened", {"contract": contract, **values})
        case Terminable(_, cure_by):
            return Phrase("paper_terminable", {"contract": contract, "day": Shown(cure_by, t.Date())})
        case _:
            assert_never(finding)


def _signed(contract: str, signed: object, type: t.Type) -> Phrase:
    if signed is None:
        return Phrase("paper_unsigned", {"contract": contract})
    return Phrase("paper_signed", {"contract": contract, "signed": Shown(signed, type)})


def _underpromised(finding: Underpromised) -> Phrase:
    metric: Part = word(finding.metric)
    if finding.scope is not None:
        metric = Phrase("paper_metric_of", {"metric": metric, "scope": word(finding.scope)})
    parts: dict[str, Part] = {"contract": finding.contract, "other": finding.underpins, "metric": metric}
    unit: Part = Shown(finding.unit, t.Text())
    if finding.reason == "units_differ":
        return Phrase("paper_units_differ", {**parts, "units": listed(finding.units, "comma"), "unit": unit})

    def amount(number: object) -> Phrase:
        return Phrase("amount", {"number": Shown(number, t.Number()), "unit": unit})

    parts["needed"] = amount(finding.needed)
    if not finding.promised:
        return Phrase("paper_not_promised", parts)
    promised = listed([amount(each) for each in finding.promised], "comma")
    return Phrase("paper_weaker", {**parts, "promised": promised})


def _term_lines(term: TermResult) -> Iterator[Line]:
    """How it stands with a contract, and its days as far as they are known."""
    what: list[Part] = [Phrase(_STATES[term.state])]
    for name, day in term.days.items():
        if day is not None and not isinstance(day, Unknown):
            what.append(Phrase(_DAYS[name], {"day": Shown(day, t.Date())}))
    line = Line(Phrase("term", {"contract": term.contract, "what": listed(what, "semicolon")}), marker="- ")
    yield line
    if term.missing:
        yield _lacks(term.missing, line)
