"""The versions of one ruleset side by side: what must agree between them, and what they share.

A question between policies is answered by the version of its own reference date, so versions see each other: they have
to agree on what they ask, and no circle may close through several of them. Facts come once for all versions, so each
reads the fields that any of them knows.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from partnerrules.diagnostics import Label, Report, Span
from partnerrules.language import terms
from partnerrules.language.operations import is_text
from partnerrules.plan.walk import looks_across
from partnerrules.policies import Policy
from partnerrules.rulesets.compiling import Version
from partnerrules.schema import types as t
from partnerrules.schema.entities import Schema

MAXIMUM_POLICY_CHAIN: Final = 12
"""Policies that may ask each other in a row."""
MAXIMUM_DEPTH_IN_A_ROW: Final = 150
"""Levels of the terms of policies that ask each other in a row, together."""


def joined(versions: Sequence[Version], report: Report) -> tuple[Version, ...]:
    """The versions with what they share; all that does not agree between them is reported."""
    _check_heads(versions, report)
    for index, version in enumerate(versions):
        for other in versions[:index]:
            _check_names(version, other, report)
            _check_questions(version, other, report)
            _check_questions(other, version, report)
    _check_days(versions, report)
    _check_rows(versions, report)
    schemas = [] if report.errors else [_reading_schema(version, versions, report) for version in versions]
    if report.errors:
        return ()
    return tuple(
        replace(version, facts_schema=schema, assumed=_assumed(version, versions), singly=_singly(version, versions))
        for version, schema in zip(versions, schemas, strict=True)
    )


# ------------------------------------------------------------------------------------------------------------ heads


def _check_heads(versions: Sequence[Version], report: Report) -> None:
    for index, version in enumerate(versions):
        for other in versions[:index]:
            _check_head(version, other, report)


def _check_head(version: Version, other: Version, report: Report) -> None:
    """Reports two versions that answer on the same day, have the same name, or belong to different rulesets."""
    head, before = version.head, other.head

    def error(code: str, message: str, span: Span, other_span: Span, way_out: str) -> None:
        labels = [Label(span, f"version {head.version}"), Label(other_span, f"version {before.version}")]
        report.error(code, message, span, labels=labels, help=way_out)

    if head.ruleset != before.ruleset:
        error(
            "mixed-rulesets",
            f"`{head.ruleset}` and `{before.ruleset}` are different rulesets in one folder",
            head.ruleset_span,
            before.ruleset_span,
            "versions of one ruleset have the same `ruleset:`; give each ruleset a folder of its own",
        )
    elif head.version == before.version:
        error(
            "duplicate-id",
            f"two versions are called `{head.version}`",
            head.version_span,
            before.version_span,
            "give each version a name of its own",
        )
    elif head.in_force.overlaps(before.in_force):
        error(
            "overlapping-versions",
            f"versions {before.version} and {head.version} are in force on the same days",
            head.in_force_span,
            before.in_force_span,
            "let each version end on the day on which the next one begins, which no longer belongs to it",
        )
    elif head.zone.key != before.zone.key or (head.currency and before.currency and head.currency != before.currency):
        what = "timezone" if head.zone.key != before.zone.key else "currency"
        error(
            "versions-disagree",
            f"versions {before.version} and {head.version} have different settings of `{what}`",
            head.version_span,
            before.version_span,
            f"a ruleset has one {what} in all its versions; give another one a ruleset of its own",
        )


# --------------------------------------------------------------------------------------------------- names, questions


def _check_names(version: Version, other: Version, report: Report) -> None:
    """Reports a name that means a policy here and a definition there, or something about other records."""
    for one, two in ((version, other), (other, version)):
        for name in one.policies.keys() & two.definitions.keys():
            spans = (one.policies[name].span, two.definitions[name].span)
            _disagree(name, "a policy in one version and a definition in another one", *spans, report)
    for name, policy in version.policies.items():
        if name in other.policies and other.policies[name].plan.entities != policy.plan.entities:
            there = other.policies[name]
            here, elsewhere = (" and ".join(each.plan.entities) for each in (policy, there))
            says = f"about a {elsewhere} in one version and about a {here} in another one"
            _disagree(name, says, policy.span, there.span, report)
        if name in other.policies:
            currencies = [each.pays and each.pays.currency for each in (policy, other.policies[name])]
            if None not in currencies and len({*currencies}) > 1:
                says = f"paid in {currencies[1]} in one version and in {currencies[0]} in another one"
                _disagree(name, says, policy.span, other.policies[name].span, report)
    for name, definition in version.definitions.items():
        if name in other.definitions and other.definitions[name].of != definition.of:
            _disagree(
                name, "of different records in two versions", definition.span, other.definitions[name].span, report
            )


def _check_questions(version: Version, other: Version, report: Report) -> None:
    """Reports a question to a policy that another version would answer with something else."""
    for name, needs in version.needs.items():
        for question in sorted(needs.questions, key=lambda each: (each.policy, each.column)):
            signature = other.signatures.get(question.policy)
            if signature is None:
                continue
            found = signature.columns.get(question.column)
            if found is not None and _agree(_asked(version, question), found):
                continue
            here = version.policies[name].span if name in version.policies else version.definitions[name].span
            says = f"asked for `{question.column}`, {question.type}, and does not give that in all versions"
            _disagree(question.policy, says, here, signature.span, report)


def _asked(version: Version, question: terms.OutcomeOf) -> t.Type:
    """What a question takes for an answer: one that may be absent, too, where it is only asked behind `exists`."""
    own = version.signatures.get(question.policy)
    given = None if own is None else own.columns.get(question.column)
    guarded = isinstance(given, t.Maybe) and not isinstance(question.type, t.Maybe)
    return t.Maybe(question.type) if guarded else question.type


def _check_days(versions: Sequence[Version], report: Report) -> None:
    """Warns of a policy that judges what happened by another day from some version on."""
    last: dict[str, tuple[Version, Policy, str]] = {}
    for version in sorted(versions, key=lambda each: each.head.in_force.start or dt.date.min):
        for name, policy in version.policies.items():
            if policy.succession is None:
                continue
            day = policy.succession.day
            before, there, its = last.get(name, (version, policy, day))
            if its != day:
                report.warning(
                    "versions-disagree",
                    f"`{name}` counts by `{its}` in version {before.head.version} and by `{day}` in version"
                    f" {version.head.version}: a record may lie in the days of both, or of neither",
                    policy.span,
                    labels=[Label(there.span, f"version {before.head.version}"), Label(policy.span, "")],
                    help="the earlier of both judges it then, or none: count by the same day in all versions",
                )
            last[name] = (version, policy, day)


def _agree(one: t.Type, other: t.Type) -> bool:
    if isinstance(one, t.ListOf) and isinstance(other, t.ListOf):
        return _agree(one.item, other.item)
    if isinstance(one, t.Maybe) and isinstance(other, t.Maybe):
        return _agree(one.of, other.of)
    return one == other or (is_text(one) and is_text(other))


def _disagree(name: str, says: str, here: Span, there: Span, report: Report) -> None:
    first, second = sorted((here, there), key=lambda span: (span.source.path, span.start))
    report.error(
        "versions-disagree",
        f"`{name}` is {says}",
        here,
        labels=[Label(first, "in one version"), Label(second, "in the other one")],
        help="versions answer each other's questions: give what has changed a name of its own",
    )


# ----------------------------------------------------------------------------------------------------- rows of policies


@dataclass(frozen=True, slots=True)
class _Row:
    """The longest row of policies that ask each other, beginning with one: how many, and how deep they are together."""

    length: int
    depth: int


def _check_rows(versions: Sequence[Version], report: Report) -> None:
    """Reports policies that ask each other in a circle, or too many in a row, through whatever versions."""
    policies: dict[str, Policy] = {}
    asked: dict[str, set[str]] = {}
    depths: dict[str, int] = {}
    for version in versions:
        for name, policy in version.policies.items():
            policies.setdefault(name, policy)
            depths[name] = max(depths.get(name, 0), policy.depth)
            asked.setdefault(name, set()).update(each.policy for each in version.needs[name].questions)
    rows: dict[str, _Row] = {}
    for name in policies:
        _measure(name, asked, depths, rows, (), policies, report)


def _measure(
    name: str,
    asked: Mapping[str, set[str]],
    depths: Mapping[str, int],
    rows: dict[str, _Row],
    chain: tuple[str, ...],
    policies: Mapping[str, Policy],
    report: Report,
) -> _Row:
    if name in rows:
        return rows[name]
    if name in chain:
        circle = [*chain[chain.index(name) :], name]
        report.error(
            "cyclic-policy",
            "policies ask each other in a circle: " + " > ".join(f"`{each}`" for each in circle),
            policies[min(circle)].span,
            help="take one of the questions out, or ask for a recorded standing",
        )
        return _Row(0, 0)
    if len(chain) > MAXIMUM_POLICY_CHAIN:
        return _Row(len(chain), 0)  # more than may be in any case: look no further
    others = sorted(asked[name] & policies.keys())
    below = [_measure(other, asked, depths, rows, (*chain, name), policies, report) for other in others]
    row = _Row(
        1 + max((each.length for each in below), default=0),
        depths[name] + max((each.depth for each in below), default=0),
    )
    too_much = None
    if row.length > MAXIMUM_POLICY_CHAIN:
        too_much = f"more than {MAXIMUM_POLICY_CHAIN} policies ask each other in a row"
    elif row.depth > MAXIMUM_DEPTH_IN_A_ROW:
        too_much = f"policies that ask each other are nested more than {MAXIMUM_DEPTH_IN_A_ROW} levels deep together"
    if too_much is not None:
        report.error("too-deep", too_much, policies[name].span, help="ask fewer policies one behind the other")
        row = _Row(0, 0)  # those that ask this one have no fault of their own
    rows[name] = row
    return row


# ------------------------------------------------------------------------------------------------- what they share


def _singly(version: Version, versions: Sequence[Version]) -> frozenset[str]:
    """The policies that decide each record by itself: no other record, and no other version, takes part in it."""
    found: set[str] = set()
    for name, policy in version.policies.items():
        goes_on = policy.continues or policy.succession is not None
        alone = not goes_on or sum(name in each.policies for each in versions) == 1
        if policy.rule is None and alone and not looks_across(policy.plan):
            found.add(name)
    return frozenset(found)


def _assumed(version: Version, versions: Sequence[Version]) -> dict[str, tuple[str, ...]]:
    """What is assumed that each policy and definition may rest on, by the policies it asks as well.

    A parameter goes by its name, a table by its place.
    """
    found: dict[str, tuple[str, ...]] = {}
    for name in version.needs:
        names: set[str] = set()
        pending: list[tuple[Version, str]] = [(version, name)]
        done: set[tuple[str, str]] = set()
        while pending:
            of, each = pending.pop()
            if (of.head.version, each) in done or each not in of.needs:
                continue
            done.add((of.head.version, each))
            needs = of.needs[each]
            names |= {parameter for parameter in needs.parameters if of.parameters[parameter].status == "assumed"}
            if each in of.policies and of.policies[each].assumed:
                names.add(f"{of.policies[each].kind}.{each}")
            pending += [(other, question.policy) for question in needs.questions for other in versions]
            read = needs.relations | (_scanned(of.policies[each]) if each in of.policies else frozenset())
            pending += [(of, rule.id) for stratum in of.strata for rule in stratum.rules if rule.derives in read]
        found[name] = tuple(sorted(names))
    return found


def _scanned(policy: Policy) -> frozenset[str]:
    """The entities whose records a policy goes through by itself."""
    return frozenset(policy.plan.entities) if policy.rule is None else policy.rule.consumed


def _reading_schema(version: Version, versions: Sequence[Version], report: Report) -> Schema:
    """The schema by which a version reads facts: its own, and the fields and relations that others have besides."""
    entities = dict(version.schema.entities)
    for other in versions:
        for name, entity in other.schema.entities.items():
            own = entities.get(name)
            if own is None:
                if entity.relation is not None and any(each.relation == entity.relation for each in entities.values()):
                    _disagree_on(f"`{entity.relation}` are records of different kinds", version, other, report)
                entities[name] = entity
                continue
            if _shape(own) != _shape(entity):
                _disagree_on(f"a {name} has another plural, or other dates,", version, other, report)
            fields = dict(own.fields)
            for each in entity.fields.values():
                mine = fields.get(each.name)
                kind = each.type if mine is None else _common(mine.type, each.type)
                if kind is None:
                    assert mine is not None
                    says = f"`{each.name}` of a {name} is {mine.type} and {each.type}"
                    _disagree_on(says, version, other, report)
                    continue
                absence: t.Absence = "unknown" if mine is None else mine.absence
                if absence == "required" and each.absence != "required":
                    absence = "unknown"  # facts of the other version may leave it out
                foreign = mine is not None and (
                    mine.foreign or (mine.type != each.type and isinstance(each.type, t.AnyMoney))
                )
                fields[each.name] = replace(each if mine is None else mine, type=kind, absence=absence, foreign=foreign)
            entities[name] = replace(own, fields=fields)
    return version.schema if entities == dict(version.schema.entities) else Schema(entities)


def _shape(entity: t.Entity) -> tuple[object, ...]:
    """What of a relation no version can change without losing facts."""
    return entity.relation, entity.happens, entity.validity, entity.derived_only


def _disagree_on(says: str, version: Version, other: Version, report: Report) -> None:
    first, second = sorted((version, other), key=lambda each: each.head.version)
    report.error(
        "versions-disagree",
        f"{says} in versions {first.head.version} and {second.head.version}",
        second.head.version_span,
        labels=[
            Label(second.head.version_span, f"version {second.head.version}"),
            Label(first.head.version_span, f"version {first.head.version}"),
        ],
        help="facts come once for all versions: give what has changed a name of its own",
    )


def _common(one: t.Type, other: t.Type) -> t.Type | None:
    """The type that values of two versions have in common; enumerations may grow from version to version."""
    if isinstance(one, t.ListOf) and isinstance(other, t.ListOf):
        item = _common(one.item, other.item)
        return None if item is None else t.ListOf(item)
    if isinstance(one, t.Enumeration) and isinstance(other, t.Enumeration):
        return t.Enumeration(tuple(dict.fromkeys((*one.values, *other.values))))
    if is_text(one) and is_text(other):
        return t.Text()
    # A version sees money of any currency, and another one that of its own.
    return one if one == other or t.AnyMoney() in (one, other) else None
