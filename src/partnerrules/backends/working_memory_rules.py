"""Compiles inference rules to what the working memory may be given, or says why the matcher runs one.

A rule becomes rules as data: for each fact that it fires on a kind of its own, so that no rule sees what is told for
another one, and conditions that compare whole numbers. What only one fact is asked, and is more than to compare a field
with a constant, the matcher asks before the fact is told. What asks of all facts of a rule together and is more than to
compare a value of one with one of another, it asks of the combinations that are found. Anything else it runs itself.

Names are numbers, none of them the author's: the engine tells names apart by 32 bits of a hash.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from partnerrules.backends.rule_plans import JoinPlan, Step, field_of, key_of
from partnerrules.backends.rule_sides import Encoding, common_encoding, conjuncts, is_plain, names_in
from partnerrules.backends.working_memory_host import MAXIMUM_JOINS, MAXIMUM_VALUES
from partnerrules.backends.working_memory_values import Unfit, Words, encoded
from partnerrules.language import terms
from partnerrules.plan.columns import Column
from partnerrules.plan.inference import Rule, Stratum
from partnerrules.plan.walk import at_hand, subterms
from partnerrules.schema import types as t

Parameters: TypeAlias = Mapping[str, terms.Constant | tuple[terms.Constant, ...]]

_OPERATORS: Final = {"!=": "$neq", "<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}
_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_TITLE_OF_CONDITIONS: Final = "condition "
_LONGEST_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Told:
    """A value that is told of a record.

    Attributes:
        name: of the field of the fact.
        term: what it is computed by.
        encoding: as which whole number it is told; None where only whether there is a value.
    """

    name: str
    term: terms.Term
    encoding: Encoding | None


@dataclass(frozen=True, slots=True)
class Part:
    """One of the facts that a rule fires on.

    Attributes:
        name: of the pattern, and `index` which one it is, in the order in which they are written.
        kind: of the facts that are told for it, which no other pattern of any rule has.
        values: that are told.
        asked: whether the matcher asks its own conditions before it is told.
        own: the own conditions that the engine asks instead.
    """

    name: str
    index: int
    kind: int
    values: tuple[Told, ...]
    asked: bool
    own: tuple[terms.Term, ...]


@dataclass(frozen=True, slots=True)
class Joining:
    """How one more fact joins those before it in the matcher, to count beforehand what that takes.

    Attributes:
        index: of the pattern.
        keys: what must be equal: a value of its own, a pattern before it, and a value of that.
        looked_up: how many values are computed to find it.
        tests: how many conditions are asked of it.
    """

    index: int
    keys: tuple[tuple[str, int, str], ...]
    looked_up: int
    tests: int


@dataclass(frozen=True, slots=True)
class Compiled:
    """A rule as the working memory has it.

    Attributes:
        rule: the rule, and `label` what the engine calls it.
        parts: the facts that it fires on, in the order in which they are written.
        aliases: by pattern what the engine calls it, in the order in which it joins them.
        definition: the rule as the engine wants it.
        rest: the conditions that are asked of the combinations that are found.
        orders: in which the matcher would join its facts, each beginning with another pattern.
        sorted_by: by the first pattern of an order all of its patterns.
        parameters: with their values, that stand in the definition.
    """

    rule: Rule
    label: str
    parts: tuple[Part, ...]
    aliases: Mapping[str, int]
    definition: Mapping[str, object]
    rest: tuple[terms.Term, ...]
    orders: tuple[tuple[Joining, ...], ...]
    sorted_by: Mapping[int, tuple[int, ...]]
    parameters: Parameters


def compiled(
    plan: JoinPlan, stratum: Stratum, label: str, first_kind: int, parameters: Parameters, words: Words
) -> Compiled | str:
    """A rule as the working memory has it, or why the matcher runs it.

    Args:
        plan: how the records of the rule are joined.
        stratum: that it is in.
        label: what the engine is to call it.
        first_kind: the kind of its first fact; those of the others follow.
        parameters: of the ruleset.
        words: gets the texts that the rule names.
    """
    rule, names = plan.rule, plan.names
    turning = [index for index, each in enumerate(rule.patterns) if each.entity in stratum.relations]
    firsts = turning or [0]
    orders = {first: plan.steps(first) for first in firsts}
    rest: list[terms.Term] = []
    for term in conjuncts(rule.conditions):
        of = names_in(term, names)
        if not of:
            return f"{_shown(term, rule)} asks of none of its facts"
        if len(of) > 1 and not is_plain(term, names):
            if of != set(names):
                return f"{_shown(term, rule)} {_nature(term)}, and does not ask of all its facts"
            rest.append(term)
    for step in orders[firsts[0]][1:]:
        if not any(is_plain(term, names) for term in step.tests):
            odd = next((term for term in rest if step.name in names_in(term, names)), None)
            if odd is None:
                return f"no condition joins `{step.name}` to the others"
            return f"{_shown(odd, rule)} {_nature(odd)}, and nothing else joins `{step.name}` to the others"
        if sum(is_plain(term, names) for term in step.tests) > MAXIMUM_JOINS:
            return f"more than {MAXIMUM_JOINS} conditions join `{step.name}` to the others"
    every = (key for steps in orders.values() for step in steps for key in step.keys)
    looked_up = next((key.test for key in every if not key.of_field), None)
    if looked_up is not None:
        return f"{_shown(looked_up, rule)} is how the matcher finds its facts, and compares what has to be looked up"
    writing = _Writing(names, parameters, words, [_Written() for _ in names])
    for term in conjuncts(rule.conditions):
        of = names_in(term, names)
        if len(of) == 1:
            writing.own(term, names.index(next(iter(of))))
    writing.leave_to_matcher()
    made = {first: tuple(writing.joining(step) for step in steps) for first, steps in orders.items()}
    for name, each in zip(names, writing.written, strict=True):
        if len(each.values) > MAXIMUM_VALUES:
            return f"more than {MAXIMUM_VALUES} values of `{name}` are compared"
    aliases = {f"p{place}": step.index for place, step in enumerate(orders[firsts[0]])}
    patterns = [
        {alias: {"$and": list(writing.conditions(step, first_kind + step.index, aliases))}}
        for alias, step in zip(aliases, orders[firsts[0]], strict=True)
    ]
    parts = tuple(
        Part(name, index, first_kind + index, tuple(each.values), each.asked, tuple(each.own))
        for index, (name, each) in enumerate(zip(names, writing.written, strict=True))
    )
    return Compiled(
        rule,
        label,
        parts,
        aliases,
        {"all": patterns},
        tuple(rest),
        tuple(made.values()),
        {first: tuple(step.index for step in steps) for first, steps in orders.items()},
        writing.read,
    )


@dataclass(slots=True)
class _Written:
    """What is told and asked of one pattern."""

    values: list[Told] = field(default_factory=list)
    tests: list[dict[str, object]] = field(default_factory=list)
    asked: bool = False
    own: list[terms.Term] = field(default_factory=list)


@dataclass(slots=True)
class _Writing:
    """One rule on its way into the engine."""

    names: Sequence[str]
    parameters: Parameters
    words: Words
    written: list[_Written]
    read: dict[str, terms.Constant | tuple[terms.Constant, ...]] = field(default_factory=dict)

    def told(self, index: int, term: terms.Term, encoding: Encoding | None) -> str:
        """The name of the field that tells a value of a pattern."""
        values = self.written[index].values
        for each in values:
            if each.term == term and each.encoding == encoding:
                return each.name
        values.append(Told(f"f{len(values)}", term, encoding))
        return values[-1].name

    def own(self, term: terms.Term, index: int) -> None:
        """Takes in a condition on one record alone; one that the engine cannot ask makes the matcher ask them all."""
        written = self.written[index]
        written.own.append(term)
        match term:
            case terms.Exists(item) if field_of(item, self.names[index]) is not None:
                self.told(index, item, None)
                return
            case terms.Comparison(operator, left, right) if common_encoding(term) is not None:
                for own, other, said in ((left, right, operator), (right, left, _MIRRORED.get(operator, operator))):
                    constant = self._constant(other, common_encoding(term))
                    if constant is not None and field_of(own, self.names[index]) is not None:
                        name = self.told(index, own, common_encoding(term))
                        written.tests.append(_condition(name, said, constant))
                        return
            case _:
                pass
        written.asked = True

    def leave_to_matcher(self) -> None:
        """Forgets what the engine need not ask, as the matcher asks all own conditions of a pattern."""
        for each in self.written:
            if each.asked:
                each.values.clear()
                each.tests.clear()
                each.own.clear()

    def _constant(self, term: terms.Term, encoding: Encoding | None) -> int | None:
        value: object = None
        match term:
            case terms.Value(constant):
                value = constant
            case terms.ParameterOf(name):
                value = self.read[name] = self.parameters[name]
            case _:
                pass
        try:
            return None if encoding is None else encoded(value, encoding, self.words)
        except Unfit:
            return None

    def _sides(self, term: terms.Comparison, index: int) -> tuple[str, str, int, str]:
        """The value of a pattern in a join, the comparison, the other pattern, and its value."""
        encoding = common_encoding(term)
        own, other, operator = term.left, term.right, term.operator
        if names_in(own, self.names) != {self.names[index]}:
            own, other, operator = other, own, _MIRRORED.get(operator, operator)  # type: ignore[assignment]  # one of the same words
        (name,) = names_in(other, self.names)
        whose = self.names.index(name)
        return self.told(index, own, encoding), operator, whose, self.told(whose, other, encoding)

    def _joins(self, step: Step) -> Iterator[terms.Comparison]:
        for term in step.tests:
            if isinstance(term, terms.Comparison) and is_plain(term, self.names):
                yield term

    def joining(self, step: Step) -> Joining:
        """How a pattern joins those before it, with all the values for it told."""
        keys: dict[str, tuple[str, int, str]] = {}
        for term in self._joins(step):
            own, _, whose, other = self._sides(term, step.index)
            key = key_of(term, step.name)
            if key is not None:  # the matcher looks up by one value of a field
                keys.setdefault(key.path, (own, whose, other))
        return Joining(step.index, tuple(keys.values()), len(step.keys), len(step.tests))

    def conditions(self, step: Step, kind: int, aliases: Mapping[str, int]) -> Iterator[dict[str, object]]:
        """All that the engine asks of a fact.

        Its kind comes first, which only a few facts have, and then that there is a value wherever one is compared. Of
        what joins, an equality comes first, by which it finds; and a condition that always holds is the last one, as
        the engine reads past the end of the conditions where the last one is false.
        """
        written = self.written[step.index]
        yield {"k": kind}
        for each in written.values:
            yield {"$ex": {each.name: 1}}
        if not written.asked:
            yield from written.tests
        called = {index: alias for alias, index in aliases.items()}
        joins = [self._sides(term, step.index) for term in self._joins(step)]
        for own, operator, whose, other in sorted(joins, key=lambda each: each[1] != "="):
            yield _condition(own, operator, {called[whose]: other})
        if step.index != aliases["p0"]:
            yield {"z": {"p0": "z"}}


def _condition(name: str, operator: str, value: object) -> dict[str, object]:
    return {name: value} if operator == "=" else {_OPERATORS[operator]: {name: value}}


# ------------------------------------------------------------------------------------------------------- told to people


def told_of(made: Compiled) -> str:
    """What the matcher does for a rule that the working memory runs; "" if it is nothing."""
    asked = [f"`{part.name}`" for part in made.parts if part.asked]
    parts = []
    if asked:
        parts.append(f"asks the conditions on {' and '.join(asked)} alone beforehand")
    if made.rest:
        names = list(dict.fromkeys(_name_of(term, made.rule) for term in made.rest))
        parts.append(f"asks of what is found whether {' and '.join(names)} hold{'s' if len(names) == 1 else ''}")
    return f"the matcher {' and '.join(parts)}" if parts else ""


def _shown(term: terms.Term, rule: Rule) -> str:
    return f"the condition {_name_of(term, rule)}"


def _name_of(term: terms.Term, rule: Rule) -> str:
    """A condition as its author knows it: by its id, or as it is written."""
    for column in rule.columns:
        if column.name.startswith(_TITLE_OF_CONDITIONS) and term in conjuncts([_seen(column)]):
            text = column.name.removeprefix(_TITLE_OF_CONDITIONS)
            return f"`{text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 3] + '...'}`"
    return f"of `{rule.id}`"


def _seen(column: Column) -> terms.Term:
    """What a condition asks, with the records of the rule at hand, as the rule has it."""
    return at_hand(column.term, {each.name for each in subterms(column.term) if isinstance(each, terms.Variable)})


def _nature(term: terms.Term) -> str:
    """What a condition is that the working memory cannot ask."""
    inside = list(subterms(term))
    if any(isinstance(each, terms.Aggregate) and each.kind == "count" for each in inside):
        return "counts records"
    if any(isinstance(t.present(each.type), t.ListOf) for each in inside):
        return "looks into a list"
    if isinstance(term, terms.Comparison):
        if any(isinstance(t.present(each.type), t.AnyMoney) for each in (term.left, term.right)):
            return "compares money of any currency"
        if common_encoding(term) is None:
            return f"orders values that are {term.left.type}"
        if any(isinstance(each, terms.Calculation) and each.operator == "/" for each in inside):
            return "compares a quotient"
    return "is more than a comparison of one value with another"
