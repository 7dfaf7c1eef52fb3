"""Decision tables compiled: which rules apply to known inputs is looked up, and what they give is made once.

Whatever is not known, or is no single value, is left to the interpreter, which gives the meaning of a table.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from partnerrules.backends.decision_tables import Found, found_of, rank
from partnerrules.backends.to_python.source import Generated, Writer
from partnerrules.backends.to_python.table_columns import Tests, places_in, tests_of
from partnerrules.backends.to_python.table_source import (
    NOT_PLAIN,
    Counts,
    Lookups,
    write_check,
    write_lookup,
    write_reading,
    write_rules,
)
from partnerrules.language import terms
from partnerrules.plan.decision_table import DecisionTable, HitPolicy
from partnerrules.plan.table_slots import Parameters
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown

_MOST_BY_RULE: Final = 12
_MOST_COMPARED: Final = 100
"""Rules up to which the first that applies is found sooner by asking each than by looking values up, and the constants
that they may compare inputs with."""
_MOST_BYTES: Final = 64_000_000
"""What the bits of the rules of one table may take up; larger tables are looked up in blocks, by the interpreter."""
_MOST_SEVERAL: Final = 4_096
"""Sets of rules that apply together for which it is kept what they give."""
_COUNTS: Final[Mapping[HitPolicy, Counts]] = {"first": "first", "unique": "one", "any": "one"}

_Answer = TypeVar("_Answer")


class NotConstant(Exception):
    """An output that depends on the row."""


class _Kept(dict[int, _Answer], Generic[_Answer]):
    """What is made when it is first asked for, and kept if there are not too many; the same whoever asks first."""

    __slots__ = ("_make", "_most")

    def __init__(self, make: Callable[[int], _Answer], most: int) -> None:
        super().__init__()
        self._make = make
        self._most = most

    def __missing__(self, key: int) -> _Answer:
        made = self._make(key)
        return self.setdefault(key, made) if len(self) < self._most else made


@dataclass(frozen=True, slots=True)
class CompiledTable:
    """A decision table that is looked up by its inputs.

    Attributes:
        find: what the table gives for its inputs in their order; None if the interpreter has to say it. None itself
            if the outputs depend on the row.
        places: the places of the rules that say what the table gives, of a table with `first` the first alone; None if
            the interpreter has to say it. None itself if the outputs are constant.
        generated: the source of either.
    """

    find: Callable[..., Found | None] | None
    places: Callable[..., tuple[int, ...] | None] | None
    generated: Generated


def compiled_table(
    table: DecisionTable,
    inputs: Sequence[terms.ColumnOf],
    parameters: Parameters | None = None,
    title: str = "table",
) -> CompiledTable | None:
    """A table as a function of its inputs; None if the interpreter had to say it mostly, or the table is too large.

    Args:
        table: a checked table.
        inputs: the columns that its rules test.
        parameters: the values of the parameters of its ruleset, None for those that have none.
        title: what it is, for tracebacks.
    """
    tests = tests_of([rule.tests for rule in table.rules], inputs, parameters or {})
    if not _is_worth_it(tests):
        return None
    value = constants_by(parameters or {})
    writer = Writer(title)
    names = [f"input_{place + 1}" for place in range(len(inputs))]
    tested = [names[each.place] for each in tests.inputs]
    try:
        outputs = _outputs(table, value)
        constant = True
    except NotConstant:
        outputs, constant = None, False
    if constant:
        tests, lookups = _looked_up(table, tests, outputs, lambda places: found_of(table, places, value))
    else:
        tests, lookups = _looked_up(table, tests, None, lambda places: places)
    with writer.block(f"def find({', '.join(names)}):"):
        with writer.block("try:"):
            write_lookup(writer, tests, tested, lookups, "None")
        with writer.block(f"except {NOT_PLAIN}:"):
            writer.line("return None")
    generated = writer.compiled()
    function: Callable[..., object] = generated.run()["find"]  # type: ignore[assignment]  # as it was written here
    return CompiledTable(function if constant else None, None if constant else function, generated)  # type: ignore[arg-type]


def compiled_call(
    table: DecisionTable,
    tests: Tests,
    keys: Mapping[str, t.Type],
    value: Callable[[terms.Term], object],
    answer: Callable[[tuple[int, ...]], _Answer],
    read: Mapping[str, Callable[[object], object]],
    otherwise: Callable[[Mapping[str, object]], _Answer],
    title: str,
) -> tuple[Callable[[Mapping[str, object]], _Answer], Generated | None]:
    """A table whose outputs are constant as a function of its inputs by name, with its source if any was written.

    Args:
        table: a checked table.
        tests: what its rules test.
        keys: the names under which its inputs are given, in their order, with the types of those that are there.
        value: the value of an output.
        answer: what the function gives where some rules apply; of a table with `first` the first alone is told.
        read: by input what reads a value that is not plain; raises a `TypeError` for one that is not known or wrong.
        otherwise: gives the answer to whatever the function cannot tell.
        title: what it is, for tracebacks.
    """
    if not _is_worth_it(tests):
        return otherwise, None
    tests, lookups = _looked_up(table, tests, _outputs(table, value), answer)
    compared = sum(len(each.slots.constants) for each in tests.inputs)
    few = tests.count <= _MOST_BY_RULE and compared <= _MOST_COMPARED
    by_rule = few and lookups.counts == "first" and not tests.asked
    writer = Writer(title)
    with writer.block("def answer(given):"):
        with writer.block("try:"):
            names = []
            in_order = tuple(keys)
            for each in tests.inputs:
                name, key = f"input_{each.place + 1}", in_order[each.place]
                write_reading(writer, each, name, f"given[{writer.literal(key)}]", read[key], strictly=by_rule)
                names.append(name)
            tested = {each.place for each in tests.inputs}
            for place, (key, type) in enumerate(keys.items()):
                if place not in tested:
                    write_check(writer, type, f"input_{place + 1}", f"given.get({writer.literal(key)})", read[key])
            if by_rule:
                single = lookups.single

                def gives(rule: int | None) -> str:
                    return writer.give("ANSWER", single[0 if rule is None else tests.count - rule])

                write_rules(writer, tests, names, range(tests.count), gives)
            else:
                write_lookup(writer, tests, names, lookups, f"{writer.give('OTHERWISE', otherwise)}(given)")
        with writer.block(f"except {NOT_PLAIN}:"):
            writer.line("pass")  # what is refused is told by itself, and not as a consequence of this
        writer.line(f"return {writer.give('OTHERWISE', otherwise)}(given)")
    generated = writer.compiled()
    return generated.run()["answer"], generated  # type: ignore[return-value]  # as it was written here


def constants_by(parameters: Parameters) -> Callable[[terms.Term], object]:
    """What gives the value of a term that is the same for all rows, and raises `NotConstant` for others."""

    def value(term: terms.Term) -> object:
        match term:
            case terms.Value(written):
                return written
            case terms.ParameterOf(name) if name in parameters and not isinstance(parameters[name], tuple):
                held = parameters[name]
                return Unknown.because("parameter", field=name) if held is None else held
            case _:
                raise NotConstant

    return value


def _is_worth_it(tests: Tests) -> bool:
    """Whether few enough rules have to be asked anyway, and their bits do not take up too much."""
    slots = sum(len(each.slots.constants) for each in tests.inputs)
    return slots * tests.count // 8 <= _MOST_BYTES and 2 * len(tests.asked) <= tests.count


def _outputs(table: DecisionTable, value: Callable[[terms.Term], object]) -> list[tuple[object, ...]]:
    """The outputs of all rules.

    Raises:
        NotConstant: if one of them, or of the default, depends on the row.
    """
    for term in table.default or ():
        value(term)
    return [tuple(value(output) for output in rule.outputs) for rule in table.rules]


def _looked_up(
    table: DecisionTable,
    tests: Tests,
    outputs: Sequence[tuple[object, ...]] | None,
    answer: Callable[[tuple[int, ...]], _Answer],
) -> tuple[Tests, Lookups]:
    """How it is found what the rules that apply come to, and their tests in the order in which that wants them.

    Of rules whose outputs are known, that with the first outputs can come first at once.
    """
    order: Sequence[int] = range(tests.count)
    counts = _COUNTS.get(table.hit, "all")
    if table.hit == "priority" and outputs is not None and not _unknown_in(outputs):
        order = sorted(order, key=lambda place: rank(table, outputs[place]))
        tests, counts = tests.in_order(order), "first"

    def single(length: int) -> _Answer:
        return answer((order[tests.count - length],) if length else ())

    def several(bits: int) -> _Answer:
        return answer(tuple(order[place] for place in places_in(bits, tests.count)))

    return tests, Lookups(counts, _Kept(single, tests.count + 1), _Kept(several, _MOST_SEVERAL))


def _unknown_in(outputs: Iterable[tuple[object, ...]]) -> bool:
    return any(isinstance(value, Unknown) for each in outputs for value in each)
