"""What the terms of a version depend on before any rule has run: the facts that are given, as it reads them."""

import datetime as dt
from collections.abc import Iterable

from partnerrules.backends.exchange import Rates
from partnerrules.backends.matcher import refuse_derived_ids
from partnerrules.backends.surroundings import Answers, Surroundings
from partnerrules.backends.to_python.compiler import meanings_for
from partnerrules.facts import Database, Facts
from partnerrules.facts.derived import id_prefix
from partnerrules.rulesets.compiling import Version


def given_facts(version: Version, facts: Facts, versions: Iterable[Version]) -> Database:
    """The facts that are given, as a version reads them; what rules of any of the versions derive may be referred to.

    Raises:
        FactsError: if they are refused, such as for an id of a derived record.
    """
    rules = (rule for each in versions for stratum in each.strata for rule in stratum.rules)
    ids = frozenset((rule.derives, id_prefix(rule.id)) for rule in rules)
    bound = facts.bind(version.facts_schema, zone=version.head.zone, derived=ids)
    refuse_derived_ids(version.strata, bound)
    return bound


def given_around(version: Version, facts: Database, as_of: dt.datetime, answers: Answers, rates: Rates) -> Surroundings:
    """What the terms of a version depend on as of an instant, with the facts that are given."""
    meanings, compiler = meanings_for(version.compiler)
    return Surroundings(
        facts=facts,
        as_of=as_of.astimezone(dt.UTC),
        zone=version.head.zone,
        fiscal_year_starts=version.head.fiscal_year_starts,
        parameters={name: parameter.value for name, parameter in version.parameters.items()},
        definitions=version.definition_terms,
        answers=answers,
        meanings=meanings,
        calendar=version.head.calendar,
        exchange=rates,
        compiler=compiler,
    )
