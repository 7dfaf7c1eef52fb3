"""How the records of an inference rule are joined: what is asked of which record, in which order, found by what.

It is found out once for each rule, before there are any facts. May import plan and language.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from partnerrules.backends.rule_sides import conjuncts, is_plain, names_in
from partnerrules.language import terms
from partnerrules.plan.inference import Rule
from partnerrules.plan.walk import subterms


@dataclass(frozen=True, slots=True)
class Key:
    """Something that a record must have equal to something of those before it.

    Attributes:
        path: to it from the record, such as "partner" or "customer.identity"; "id" for the record itself.
        own: the same as a term: a field, one of what a reference leads to, or what is defined of either.
        of_field: whether it is a field of the record itself, or the record.
        other: what it must be equal to.
        test: the condition that says so.
    """

    path: str
    own: terms.Term
    of_field: bool
    other: terms.Term
    test: terms.Term


@dataclass(frozen=True, slots=True)
class Step:
    """How one more record joins those before it.

    Attributes:
        name: of its pattern.
        index: which pattern it is, in the order in which they are written.
        keys: what must be equal.
        tests: the conditions that can be asked now, and could not before; those that cost least come first.
        others: those of them that do not hold by the keys alone.
        paths: of the keys.
    """

    name: str
    index: int
    keys: tuple[Key, ...]
    tests: tuple[terms.Term, ...]
    others: tuple[terms.Term, ...]
    paths: tuple[str, ...]


class JoinPlan:
    """How the records of one rule are joined.

    Attributes:
        rule: the rule.
        names: of its patterns, in the order in which they are written.
        own: by pattern the conditions that ask of its record alone.
        terms: all that is computed: the conditions, and both sides of those that say what must be equal.
    """

    def __init__(self, rule: Rule) -> None:
        """Look through the conditions of a rule."""
        self.rule = rule
        self.names = tuple(pattern.name for pattern in rule.patterns)
        # What looks into lists is asked last, of what everything else has let through.
        asked = [(each, names_in(each, self.names)) for each in conjuncts(rule.conditions)]
        self._asked = sorted(asked, key=lambda each: not is_plain(each[0], self.names))
        self.own = tuple(tuple(each for each, of in asked if of == {name}) for name in self.names)
        conditions = [each for each, _ in self._asked]
        keys = [key for each in conditions for name in self.names if (key := key_of(each, name)) is not None]
        sides = (side for key in keys for side in (key.own, key.other))
        self.terms = (*conditions, *(each for each in sides if not isinstance(each, terms.FieldOf | terms.Variable)))
        self._steps: dict[int, tuple[Step, ...]] = {}

    def steps(self, first: int) -> tuple[Step, ...]:
        """The patterns in the order in which they join, each next one by the most that must be equal.

        Args:
            first: the pattern that they begin with.
        """
        found = self._steps.get(first)
        # Two threads may both find out; they find the same, and one of the two stays.
        return self._steps.setdefault(first, tuple(self._steps_from(first))) if found is None else found

    def _steps_from(self, first: int) -> Iterator[Step]:
        step = self._step(first, frozenset())
        yield step
        bound = frozenset({step.name})
        left = [index for index in range(len(self.names)) if index != first]
        while left:
            made = [self._step(index, bound) for index in left]
            step = max(made, key=lambda each: (sum(key.of_field for key in each.keys), -each.index))
            yield step
            bound |= {step.name}
            left.remove(step.index)

    def _step(self, index: int, bound: frozenset[str]) -> Step:
        name = self.names[index]
        keys: dict[str, Key] = {}
        tests: list[terms.Term] = []
        for term, of in self._asked:
            if not of:
                if not bound:
                    tests.append(term)  # asks of no record, so that it is asked at the first
                continue
            if of == {name} or not of <= bound | {name} or of <= bound:
                continue
            tests.append(term)
            key = key_of(term, name)
            if key is not None:
                keys.setdefault(key.path, key)
        ordered = tuple(keys[path] for path in sorted(keys))
        held = [id(key.test) for key in ordered]
        others = tuple(each for each in tests if id(each) not in held)
        return Step(name, index, ordered, tuple(tests), others, tuple(key.path for key in ordered))


@dataclass(frozen=True, slots=True)
class JoinPlans:
    """How the records of the rules of one version are joined, each found out when it is first needed."""

    _plans: dict[str, JoinPlan] = field(default_factory=dict)

    def of(self, rule: Rule) -> JoinPlan:
        """How those of a rule are."""
        found = self._plans.get(rule.id)
        return self._plans.setdefault(rule.id, JoinPlan(rule)) if found is None else found


def key_of(term: terms.Term, name: str) -> Key | None:
    """What a record must have equal to something of the others, as a condition says."""
    if not isinstance(term, terms.Comparison) or term.operator != "=":
        return None
    for own, other in ((term.left, term.right), (term.right, term.left)):
        path = path_of(own, name)
        if path is not None and not _looks_at(other, name):
            quotient = isinstance(other, terms.Calculation) and other.operator == "/"
            counted = isinstance(other, terms.Aggregate)  # a mean is compared exactly, and a count may be a range
            return None if quotient or counted else Key(path, own, field_of(own, name) is not None, other, term)
    return None


def path_of(term: terms.Term, name: str) -> str | None:
    """The path by which a term comes from a record to one value; "id" where it is the record itself."""
    fields: list[str] = []
    while True:
        match term:
            case terms.FieldOf(record, own):
                fields.append(own)
                term = record
            case terms.DefinitionOf(own, record) if record is not None:
                fields.append(own)
                term = record
            case terms.Follow(reference) if fields:
                term = reference
            case terms.Variable(own) if own == name:
                return ".".join(reversed(fields)) or "id"
            case _:
                return None


def field_of(term: terms.Term, name: str) -> str | None:
    """The field that a term reads of a record itself; the id where it is the record."""
    match term:
        case terms.Variable() | terms.FieldOf(terms.Variable()):
            return path_of(term, name)
        case _:
            return None


def _looks_at(term: terms.Term, name: str) -> bool:
    return any(isinstance(each, terms.Variable) and each.name == name for each in subterms(term))
