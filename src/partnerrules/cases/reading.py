"""Reads `cases.yaml`: every case with its facts merged and its expectations, every mistake at its place."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from partnerrules.cases.forms import CASES_FORM
from partnerrules.cases.given import CaseFacts, Given, RecordCounter, ids_of, merge_parts, read_given
from partnerrules.diagnostics import Report, Source, Span, suggestion
from partnerrules.facts.reading import Refused, read_instant
from partnerrules.language.form_reader import Item, Raw, Word, read_form
from partnerrules.language.once import Once
from partnerrules.language.yaml_nodes import Mapping as MappingNode
from partnerrules.language.yaml_nodes import Node, Scalar
from partnerrules.language.yaml_reader import read_yaml
from partnerrules.rulesets import Ruleset
from partnerrules.rulesets.compiling import Version


@dataclass(frozen=True, slots=True)
class Expected:
    """What a case expects of one policy.

    Attributes:
        policy: id of the policy or definition, with its place.
        exact: the place of `exact: true`, after which no other record may have a result.
        subjects: the id of each record, its place, and what its result must say.
    """

    policy: Word
    exact: Span | None
    subjects: tuple[tuple[str, Span, MappingNode], ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One case, ready to run.

    Attributes:
        name: what it shows, with its place.
        as_of: the instant of the decision.
        rules: the ruleset, or the one version of it that is asked.
        facts: those of its base and its own.
        expect: by policy.
    """

    name: Word
    as_of: dt.datetime
    rules: Ruleset
    facts: CaseFacts
    expect: tuple[Expected, ...]


def read_cases(source: Source, rules: Ruleset, report: Report) -> list[Case]:
    """The cases of a file; those with a mistake are left out, which is then reported."""
    node = read_yaml(source, report)
    if node is None:
        return []
    item = read_form(CASES_FORM, node, report)
    return [] if not isinstance(item, Item) else _Reader(rules, report).cases(item, node)


class _Reader:
    def __init__(self, rules: Ruleset, report: Report) -> None:
        self.rules = rules
        self.report = report
        self.counter = RecordCounter()
        self.bases: dict[str, CaseFacts] = {}
        self.versions = {version.head.version: version for version in rules.versions}
        # A definition of no record has one result, which needs no id.
        self.of_nothing = {
            name: all(each.definitions[name].of is None for each in rules.versions if name in each.definitions)
            for version in rules.versions
            for name in version.definitions
        }
        self.known = (*rules.policies, *self.of_nothing)

    def cases(self, item: Item, root: Node) -> list[Case]:
        """The cases of a file, and the bases that they build on."""
        if isinstance(root, MappingNode) and isinstance(base := root.get("base"), MappingNode):
            for entry in base.entries:
                given = read_given(entry.value, self.counter, self.report)
                if given is not None:
                    self.bases[entry.key.value] = given
        found: list[Case] = []
        names = Once(self.report, help="say in the name what the case shows")
        for read in item.list("cases"):
            if not isinstance(read, Item):
                continue
            name = read.word("name")
            if name is not None:
                names.claim(name.text, name.span, f"two cases are called `{name.text[:60]}`")
            case = self._case(read, name)
            if case is not None:
                found.append(case)
        return found

    def _case(self, item: Item, name: Word | None) -> Case | None:
        before = len(self.report.diagnostics)
        rules, zone = self._version(item.word("version"))
        as_of = self._as_of(item.word("as_of"), zone)
        facts = self._facts(item)
        expect = [self._expected(policy, node) for policy, node in self._policies(item)]
        if "expect" in item and not expect:
            self.report.error(
                "empty-list", "the case expects nothing", item.keys["expect"], help="name a policy, and a record"
            )
        if name is None or as_of is None or len(self.report.diagnostics) > before:
            return None
        return Case(name, as_of, rules, facts, tuple(expect))

    def _version(self, word: Word | None) -> tuple[Ruleset, dt.tzinfo]:
        version: Version = self.rules.versions[-1]
        if word is None:
            return self.rules, version.head.zone
        if word.text not in self.versions:
            self.report.error(
                "unknown-version",
                f"the ruleset has no version `{word.text[:60]}`",
                word.span,
                help=suggestion(word.text, self.versions, kind="version"),
            )
            return self.rules, version.head.zone
        version = self.versions[word.text]
        return replace(self.rules, versions=(version,)), version.head.zone

    def _as_of(self, word: Word | None, zone: dt.tzinfo) -> dt.datetime | None:
        if word is None:
            return None
        try:
            moment = read_instant(word.text, zone)
            moment.astimezone(zone)
        except OverflowError:
            help = "give an instant between the years 1 and 9999"
            self.report.error("no-such-date", "this instant has no day in the timezone", word.span, help=help)
            return None
        except Refused as refused:
            self.report.error("instant-without-offset", refused.message, word.span, help=refused.help)
            return None
        return moment

    def _facts(self, item: Item) -> CaseFacts:
        facts: Mapping[str, Given] = {}
        short = item.word("base")
        for word in (short,) if short is not None else item.list("base"):
            if not isinstance(word, Word):
                continue
            if word.text in self.bases:
                facts = merge_parts(facts, self.bases[word.text])
            else:
                self.report.error(
                    "unknown-base",
                    f"there are no shared facts `{word.text[:60]}`",
                    word.span,
                    help=suggestion(word.text, self.bases, kind="base"),
                )
        node = item.raw("facts")
        own = None if node is None else read_given(node, self.counter, self.report)
        return facts if own is None else merge_parts(facts, own)

    def _policies(self, item: Item) -> list[tuple[Word, Node]]:
        """What is expected of each policy that there is."""
        found = []
        for word, read in item.named("expect"):
            if word.text not in self.known:
                self.report.error(
                    "unknown-policy",
                    f"there is no policy or definition `{word.text[:60]}`",
                    word.span,
                    help=suggestion(word.text, self.known, kind="policy"),
                )
            elif isinstance(read, Raw):
                found.append((word, read.node))
        return found

    def _expected(self, policy: Word, node: Node) -> Expected:
        exact: Span | None = None
        subjects: list[tuple[str, Span, MappingNode]] = []
        if not isinstance(node, MappingNode):
            self.report.error(
                "wrong-shape", "expected records with parts of their results", node.span, help="write `P-1: {...}`"
            )
            return Expected(policy, None, ())
        if self.of_nothing.get(policy.text) and node.get("") is None:
            return Expected(policy, None, (("", policy.span, node),))
        for entry in node.entries:
            value = entry.value
            if entry.key.value == "exact" and isinstance(value, Scalar):
                if value.value not in ("true", "false"):
                    self.report.error("wrong-shape", "`exact` is true or false", value.span, help="write `exact: true`")
                exact = entry.key.span if value.value == "true" else None
            elif isinstance(value, MappingNode):
                ids = ids_of(entry.key, self.counter, self.report)
                subjects.extend((id, entry.key.span, value) for id in ids)
            else:
                self.report.error(
                    "wrong-shape",
                    f"expected parts of the result for `{entry.key.value[:60]}`",
                    entry.key.span if isinstance(value, Scalar) and value.is_null else value.span,
                    help="write `{outcome: ...}`",
                )
        return Expected(policy, exact, tuple(subjects))
