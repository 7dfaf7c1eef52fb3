"""The results of one policy or definition: of what its plan gave for each record, made when they are read.

What an outcome needs is done before: no result that is there fails when it is read.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from partnerrules.backends.shown import shown_value
from partnerrules.backends.surroundings import evaluate
from partnerrules.decisions.basis import NOT_IN_FORCE, UNDETERMINED, Basis, missing_of
from partnerrules.decisions.results import DefinitionResult, NoPolicyResult, Result
from partnerrules.decisions.when_read import Entry, Maker, WhenRead
from partnerrules.facts import Row
from partnerrules.language import terms
from partnerrules.language.names import SUBJECT
from partnerrules.plan.making import maker_of
from partnerrules.plan.stretches import Stretch
from partnerrules.plan.trace import TracedRow
from partnerrules.policies import Policy
from partnerrules.rulesets.choosing import Asked, payees
from partnerrules.rulesets.compiling import Version
from partnerrules.rulesets.running import Run
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown
from partnerrules.schema.titles import Title

_Records: TypeAlias = Mapping[str, Row | None]

_basis: Final = maker_of(Basis)


def results_of(running: Run, name: str, only: frozenset[str] | None) -> WhenRead:
    """The results of a policy or definition by the ids of the records.

    Args:
        running: the decision in the making.
        name: of the policy or definition.
        only: the ids of the records to decide; all if None.
    """
    records: _Records = running.records(name)
    if only is not None:
        records = {id: record for id, record in records.items() if record is None or id in only}
    if any(name in version.policies for version in running.versions):
        return WhenRead(_of_policy(running, name, records))
    return WhenRead(_of_definition(running, name, records))


def traced_results(running: Run, name: str) -> Callable[[str], Result] | None:
    """Makes results with what their conditions looked at, of a decision without: each is decided again.

    Args:
        running: the decision, as it was made.
        name: of the policy or definition.
    """
    if running.trace:
        return None

    def traced(record: str) -> Result:
        with running.guard:
            return results_of(running.with_trace(), name, frozenset({record}))[record]

    return traced


# ---------------------------------------------------------------------------------------------------------- policies


def _of_policy(running: Run, name: str, records: _Records) -> dict[str, Entry]:
    running.run_at_once(name, None if len(records) == len(running.records(name)) else frozenset(records))
    makers = {each.head.version: _maker(running, each, each.policies[name]) for each in running.versions_of(name)}
    version = running.version_of_all(name)
    if version is not None and name in version.singly:
        maker, rows = makers[version.head.version], running.all_rows_of(version, name)
        if records.keys() <= rows.keys():
            return {id: (maker, row) for id in records if (row := rows[id]) is not None}
    found: dict[str, Entry] = {}
    for id, record in records.items():
        assert record is not None, name
        version, row = running.telling(name, record, running.as_of)
        if version is None:
            found[id] = _nobody_answers(running, name, record, running.asked(name, record, running.as_of))
        elif row is not None:
            if running.in_succession(version.policies[name]):
                found[id] = _joined(running, makers, version, name, record)
            else:
                found[id] = makers[version.head.version], row
    return found


def _maker(running: Run, version: Version, policy: Policy) -> Maker:
    """Makes the results of the rows that the plan of one version gives."""
    name, title, source, known = policy.id, policy.title, policy.source, version.head.version
    assumed, result = version.assumed[name], policy.result

    def make(row: TracedRow) -> Result:
        def assume(values: Mapping[str, object]) -> TracedRow:
            return running.assuming(version, policy, row.subject, values)

        return result(_basis(name, title, source, row.subject.id, known, assumed), row, assume)

    def make_alone(row: TracedRow) -> Result:
        with running.guard:
            return make(row)

    # What conditions looked at may be looked at only when the result is made.
    return Maker(known, make_alone if running.trace else make)


def _joined(running: Run, makers: Mapping[str, Maker], version: Version, name: str, record: Row) -> Result:
    """What several versions tell together, each of which has judged what happened in its own days."""
    results: dict[str, Result] = {}
    for each in running.versions_of(name):
        row = running.row_of(each, name, record, running.as_of)
        if row is not None:
            results[each.head.version] = makers[each.head.version].make(row)
    succession = version.policies[name].succession
    assert succession is not None
    return succession.joined(results[version.head.version], tuple(results.values()))


def _nobody_answers(running: Run, name: str, record: Row, asked: Asked) -> NoPolicyResult:
    """That no version is in force on the reference date of a record, or that this date is not known."""
    versions = tuple(running.of_all(name, running.as_of))
    basis = Basis(name, versions[-1][0].policies[name].title, None, record.id, "")
    if asked.doubt is None:
        last = payees(name, record, versions[-1:])
        return NoPolicyResult(basis, NOT_IN_FORCE, (), asked.days, last)
    paid = payees(name, record, versions)  # by whichever of them answers for it
    return NoPolicyResult(basis, UNDETERMINED, missing_of(asked.doubt), asked.days, paid)


# ------------------------------------------------------------------------------------------------------- definitions


def _of_definition(running: Run, name: str, records: _Records) -> dict[str, Entry]:
    """The values of a definition. The version that is in force on the day of the decision gives them."""
    version = running.version_of_the_day()
    if version is None or name not in version.definitions:
        days = tuple(sorted({running.today(each) for each in running.versions}))
        return {id: NoPolicyResult(Basis(name, Title(), None, id, ""), reference_dates=days) for id in records}
    definition, type = version.definitions[name], version.definition_terms[name].type
    around, assumed, known = running.around(version, running.as_of), version.assumed[name], version.head.version

    def make(given: tuple[str, object]) -> Result:
        id, value = given
        basis = _basis(name, definition.title, definition.source, id, known, assumed)
        return DefinitionResult(basis, value, type)

    maker = Maker(known, make)
    found: dict[str, Entry] = {}
    for id, record in records.items():
        own = None if record is None else around.facts.get(record.entity, record.id)
        variable = None if own is None else terms.Variable(SUBJECT, t.Record(own.entity))
        around.effort.turns = 0
        value = evaluate(terms.DefinitionOf(name, variable, type), around, {SUBJECT: own})
        found[id] = maker, (id, _with_known_ends(shown_value(value)))
    return found


def _with_known_ends(value: object) -> object:
    """A value; unknown where it is a stretch of which an end is not known."""
    unknown = [end for end in (value.low, value.high) if isinstance(end, Unknown)] if isinstance(value, Stretch) else []
    return Unknown.of(unknown) if unknown else value
