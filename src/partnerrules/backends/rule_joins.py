"""Finds the combinations of records on which an inference rule fires: by what must be equal, then by all conditions.

This is the meaning of a rule. Another engine may find combinations, too, and has to come to the same.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from partnerrules.backends.rule_rows import Candidate, Candidates
from partnerrules.backends.rule_sides import conjuncts, is_plain, names_in
from partnerrules.backends.surroundings import Surroundings, definite, evaluate, truth
from partnerrules.backends.values import Members
from partnerrules.facts import Row
from partnerrules.language import terms
from partnerrules.plan.inference import Rule
from partnerrules.plan.logic import Truth, conjunction
from partnerrules.plan.walk import subterms
from partnerrules.schema.missing import Unknown


@dataclass(frozen=True, slots=True)
class Combination:
    """Records on which a rule fires, by the names of its patterns, and whether it does so for certain."""

    rows: Mapping[str, Row]
    holds: Truth


@dataclass(frozen=True, slots=True)
class Step:
    """How one more record joins those before it.

    Attributes:
        name: of its pattern.
        index: which pattern it is, in the order in which they are written.
        fields: of the record, which must be equal to something.
        values: what they must be equal to.
        tests: the conditions that can be asked now, and could not before; those that cost least come first.
    """

    name: str
    index: int
    fields: tuple[str, ...]
    values: tuple[terms.Term, ...]
    tests: tuple[terms.Term, ...]


class Joins:
    """The combinations of records on which one rule fires.

    Attributes:
        rule: the rule.
        candidates: the records that each of its patterns may take.
        spend: counts what is done.
    """

    def __init__(self, rule: Rule, around: Surroundings, spend: Callable[[int], None]) -> None:
        """Begin with no records.

        Args:
            rule: the rule.
            around: the facts that are settled, and the instant.
            spend: counts what is done, and stops what goes on for hours.
        """
        self.rule = rule
        self._around = around
        self.spend = spend
        self._names = tuple(pattern.name for pattern in rule.patterns)
        self._conjuncts = [(each, names_in(each, self._names)) for each in conjuncts(rule.conditions)]
        self.candidates = [Candidates(self._meets(name)) for name in self._names]
        self._orders: dict[int, tuple[Step, ...]] = {}

    def from_start(self) -> Iterator[Combination]:
        """All combinations of the records."""
        return self._joined(0, self.candidates[0].every(), None)

    def through(self, index: int, fresh: Sequence[Candidate], allowed: Mapping[int, int]) -> Iterator[Combination]:
        """The combinations in which one pattern takes one of some records.

        Args:
            index: which pattern.
            fresh: the records that it takes.
            allowed: the latest turn of the records of other patterns, where only earlier ones count.
        """
        return self._joined(index, fresh, allowed)

    def asked(self, term: terms.Term, rows: Mapping[str, Row]) -> Truth:
        """Whether a condition holds of some records, which counts as work."""
        self._around.effort.turns = 0
        found = truth(term, self._around, rows)
        self.spend(1 + self._around.effort.turns)
        return found

    # --------------------------------------------------------------------------------------------------------- inside

    def _meets(self, name: str) -> Callable[[Row], Truth]:
        own = [each for each, names in self._conjuncts if names == {name}]

        def meets(row: Row) -> Truth:
            found: list[Truth] = [row.visible(self._around.as_of, self._around.today)]
            for each in own:
                if found[-1] is False:
                    return False
                found.append(self.asked(each, {name: row}))
            return conjunction(found)

        return meets

    def _joined(
        self, first: int, fresh: Sequence[Candidate], allowed: Mapping[int, int] | None
    ) -> Iterator[Combination]:
        if first not in self._orders:
            self._orders[first] = steps_from(self.rule, first)
        steps = self._orders[first]
        rows: dict[str, Row] = {}
        truths: list[Truth] = []

        def further(depth: int) -> Iterator[Combination]:
            if depth == len(steps):
                yield Combination({name: rows[name] for name in self._names}, conjunction(truths))
                return
            step = steps[depth]
            for candidate in fresh if depth == 0 else self._matching(step, rows):
                self.spend(1)
                if allowed is not None and candidate.turn > allowed.get(step.index, candidate.turn):
                    continue
                rows[step.name] = candidate.row
                before = len(truths)
                truths.append(candidate.holds)
                if all(self._holds(each, rows, truths) for each in step.tests):
                    yield from further(depth + 1)
                del truths[before:]
            rows.pop(step.name, None)

        return further(0)

    def _holds(self, term: terms.Term, rows: Mapping[str, Row], truths: list[Truth]) -> bool:
        """Whether a condition is not false; notes what it came to."""
        found = self.asked(term, rows)
        truths.append(found)
        return found is not False

    def _matching(self, step: Step, rows: Mapping[str, Row]) -> Sequence[Candidate]:
        values: list[object] = []
        for each in step.values:
            self._around.effort.turns = 0
            value = definite(evaluate(each, self._around, rows))
            self.spend(1 + self._around.effort.turns)
            values.append(Unknown(frozenset()) if isinstance(value, Members) else value)
        return self.candidates[step.index].matching(step.fields, values)


def steps_from(rule: Rule, first: int) -> tuple[Step, ...]:
    """The patterns of a rule in the order in which they join, each next one by the most that must be equal.

    Args:
        rule: the rule.
        first: the pattern that they begin with.
    """
    names = tuple(pattern.name for pattern in rule.patterns)
    asked = [(each, names_in(each, names)) for each in conjuncts(rule.conditions)]
    # What looks into lists is asked last, of what everything else has let through.
    asked.sort(key=lambda each: not is_plain(each[0], names))
    steps = [_step(names, asked, first, frozenset())]
    left = [index for index in range(len(names)) if index != first]
    while left:
        bound = frozenset(step.name for step in steps)
        made = [_step(names, asked, index, bound) for index in left]
        best = max(made, key=lambda step: (len(step.fields), -step.index))
        steps.append(best)
        left.remove(best.index)
    return tuple(steps)


def _step(
    names: Sequence[str], asked: Sequence[tuple[terms.Term, frozenset[str]]], index: int, bound: frozenset[str]
) -> Step:
    name = names[index]
    fields: dict[str, terms.Term] = {}
    tests: list[terms.Term] = []
    for term, of in asked:
        if not of:
            if not bound:
                tests.append(term)  # asks of no record, so that it is asked at the first
            continue
        if of == {name} or not of <= bound | {name} or of <= bound:
            continue
        tests.append(term)
        key = key_of(term, name)
        if key is not None:
            fields.setdefault(*key)
    ordered = sorted(fields)
    return Step(name, index, tuple(ordered), tuple(fields[each] for each in ordered), tuple(tests))


def key_of(term: terms.Term, name: str) -> tuple[str, terms.Term] | None:
    """The field of a record that must be equal to something of the others."""
    if not isinstance(term, terms.Comparison) or term.operator != "=":
        return None
    for own, other in ((term.left, term.right), (term.right, term.left)):
        field = field_of(own, name)
        if field is not None and not any(
            isinstance(each, terms.Variable) and each.name == name for each in subterms(other)
        ):
            quotient = isinstance(other, terms.Calculation) and other.operator == "/"
            counted = isinstance(other, terms.Aggregate)  # a mean is compared exactly, and a count may be a range
            return None if quotient or counted else (field, other)
    return None


def field_of(term: terms.Term, name: str) -> str | None:
    """The field that a term reads of a record; the id where it is the record itself."""
    match term:
        case terms.Variable(own) if own == name:
            return "id"
        case terms.FieldOf(terms.Variable(own), field) if own == name:
            return field
        case _:
            return None
