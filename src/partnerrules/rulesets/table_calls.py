"""A decision table that a program calls by itself, with plain values in the place of facts."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, cast

from partnerrules.backends.conversions import CONVERTING
from partnerrules.backends.decision_tables import Found, found_of, look_up
from partnerrules.backends.meanings import MEANINGS
from partnerrules.backends.shown import shown_value
from partnerrules.backends.surroundings import Surroundings, evaluate, truth
from partnerrules.backends.to_python.table_columns import tests_of
from partnerrules.backends.to_python.tables import compiled_call
from partnerrules.decisions.basis import UNDETERMINED, missing_of
from partnerrules.decisions.values import public_value
from partnerrules.diagnostics import UsageError, suggestion
from partnerrules.domain.values import UNKNOWN
from partnerrules.facts import Database, Row
from partnerrules.facts.reading import Refused, check_as_of, value_reader
from partnerrules.language import terms
from partnerrules.plan.decision_table import DecisionTable
from partnerrules.plan.nodes import Let, Lookup
from partnerrules.plan.walk import subterms
from partnerrules.quantities import Money, check_number, currency_of
from partnerrules.rulesets.compiling import Version
from partnerrules.schema import types as t
from partnerrules.schema.missing import Missing, Unknown

_INPUT: Final = "input "
_OWN: Final = (
    terms.Value, terms.ColumnOf, terms.ParameterOf, terms.Items, terms.Bounds, terms.Comparison, terms.Within,
    terms.Among, terms.All, terms.AnyOf, terms.Not, terms.AtLeast, terms.If, terms.Calculation, terms.Apply,
    terms.Exists, terms.Known, terms.IfUnknown,
)  # fmt: skip
"""The terms that look at nothing besides the inputs and the parameters of the ruleset."""


@dataclass(frozen=True, slots=True)
class TableAnswer:
    """What a decision table gives for its inputs.

    Attributes:
        outcome: "decided", "no_rule" if no rule applies, "several_rules" if rules contradict each other, or
            "undetermined".
        rules: the ids of the rules that gave the outputs, or of those that may apply.
        names: of the outputs.
        values: theirs, in the same order.
        missing: what is not known and would have to be, where the outcome is undetermined.
    """

    outcome: str
    rules: tuple[str, ...]
    names: tuple[str, ...]
    values: tuple[object, ...]
    missing: tuple[Missing, ...] = ()

    @property
    def outputs(self) -> dict[str, object]:
        """The outputs by name: money as `Money`, None where no rule applies, `Unknown` where they are not known."""
        return dict(zip(self.names, self.values, strict=True))

    def __getitem__(self, name: str) -> object:
        """An output."""
        if name not in self.names:
            raise KeyError(f"the table has no output `{name}`: {suggestion(name, self.names, kind='output')}")
        return self.values[self.names.index(name)]


class Table:
    """A decision table that is called with its inputs: `rates({"tier": "gold", "amount": Decimal("1000.00")})`.

    The inputs are given under the names that the table has for them, as plain values. Further keys do no harm, so that
    a deal may be given as it is. What is left out, and what is `UNKNOWN`, is not known; None says that there is
    nothing, of an input that may be absent, and that it is not known, of any other. The answer is that of `decide`.

    A table never changes. It may be called from several threads at once, and sent to a worker process.

    Attributes:
        name: its id in the ruleset.
        version: the version of the ruleset that it is of.
        inputs: their types in words, by name.
    """

    __slots__ = ("_answer", "_generated", "_version", "inputs", "name", "version")

    def __init__(self, version: Version, name: str) -> None:
        """Prepare a table. Programs get theirs from `Ruleset.table`.

        Raises:
            UsageError: if its rules look at more than its inputs.
        """
        plain = _Plain(version, name)
        self.name: Final = name
        self.version: Final = version.head.version
        self.inputs: Final[Mapping[str, str]] = {key: str(column.type) for key, column in plain.inputs.items()}
        self._version: Final = version
        self._answer, self._generated = compiled_call(
            plain.table,
            plain.tests,
            {key: t.present(column.type) for key, column in plain.inputs.items()},
            plain.output,
            plain.answer_of,
            {key: plain.reader(key) for key in plain.inputs},
            plain.asked,
            f"{version.head.ruleset} {version.head.version} {name}",
        )

    @property
    def source(self) -> str:
        """The Python source that it was compiled to; "" if its rules are asked as they stand."""
        return "" if self._generated is None else self._generated.text

    def __call__(self, given: Mapping[str, object]) -> TableAnswer:
        """The answer for some inputs, by name.

        Raises:
            UsageError: if a value is none that the input can have.
        """
        return self._answer(given)

    def __repr__(self) -> str:
        return f"<Table {self.name}: {', '.join(self.inputs)}>"

    def __reduce__(self) -> tuple[type["Table"], tuple[Version, str]]:
        """Sends what it was made of, and makes it again."""
        return type(self), (self._version, self.name)


class _Direct(Table):
    """A table whose call is a call of the function that it was compiled to: nothing else stands between."""

    __slots__ = ("__call__",)

    def __init__(self, version: Version, name: str) -> None:
        super().__init__(version, name)
        object.__setattr__(self, "__call__", self._answer)


class _Plain:
    """A table that is asked with plain values, rule by rule as the interpreter does it."""

    def __init__(self, version: Version, name: str) -> None:
        root = version.policies[name].plan.root
        assert isinstance(root, Lookup)
        assert isinstance(root.source, Let)
        self.name: Final = name
        self.table: Final[DecisionTable] = root.table
        columns = root.source.columns
        self.inputs: Final = {
            column.name.removeprefix(_INPUT): terms.ColumnOf(column.name, column.term.type) for column in columns
        }
        self._types = {output.name: version.signatures[name].columns[output.name] for output in root.table.outputs}
        types = {key: t.present(column.type) for key, column in self.inputs.items()}
        self._readers = {key: value_reader(type, version.head.zone) for key, type in types.items()}
        self._in_own_unit = {key for key, type in types.items() if isinstance(type, t.Quantity)}
        self.around: Final = Surroundings(
            facts=Database(version.schema, {}, complete=frozenset()),
            as_of=dt.datetime(2000, 1, 1, tzinfo=dt.UTC),  # no rule of the table looks at it
            zone=version.head.zone,
            fiscal_year_starts=version.head.fiscal_year_starts,
            parameters={each: parameter.value for each, parameter in version.parameters.items()},
            definitions={},
            answers=_NoPolicies(),
            meanings=MEANINGS,
            calendar=version.head.calendar,
        )
        rules = [rule.tests for rule in self.table.rules]
        self.tests: Final = tests_of(rules, tuple(self.inputs.values()), self.around.parameters)
        self._check_rules()

    def _check_rules(self) -> None:
        """Sees to it that inputs and parameters are all that the rules look at.

        Raises:
            UsageError: if they look at more.
        """
        asked = [self.table.rules[place] for place in self.tests.asked]  # of the others it is known already
        parts = [(f"the rule `{each.id}`", (*each.tests, *each.outputs)) for each in asked]
        parts += [(f"the rule `{each.id}`", each.outputs) for each in self.table.rules]
        for whose, own in (*parts, ("the default", self.table.default or ())):
            for term in own:
                if term is not None and not isinstance(term, terms.Value) and not _is_own(term):
                    raise UsageError(
                        f"`{self.name}` cannot be called by itself: {whose} looks at more than its inputs and"
                        " parameters: make an input of it, or use `decide`"
                    )

    # --------------------------------------------------------------------------------------------------- what it gives

    def output(self, term: terms.Term) -> object:
        """The value of an output, which is the same for all inputs."""
        return shown_value(evaluate(term, self.around, {}))

    def answer_of(self, places: tuple[int, ...]) -> TableAnswer:
        """The answer where it is known which rules apply."""
        return self._answer(found_of(self.table, places, self.output))

    def _answer(self, found: Found) -> TableAnswer:
        outcome = UNDETERMINED if isinstance(found.outcome, Unknown) else found.outcome
        values = (public_value(value, type) for value, type in zip(found.outputs, self._types.values(), strict=True))
        return TableAnswer(outcome, found.rules, tuple(self._types), tuple(values), missing_of(found.outcome))

    def asked(self, given: Mapping[str, object]) -> TableAnswer:
        """The answer of the rules, asked as they stand.

        Raises:
            UsageError: if a value is none that the input can have.
        """
        if not isinstance(given, Mapping):
            raise UsageError(f"`{self.name}` takes its inputs by name, as a mapping, not a `{type(given).__name__}`")
        values = {column.name: self._value(key, given.get(key, UNKNOWN)) for key, column in self.inputs.items()}
        found = look_up(
            self.table,
            self.output,
            lambda test: truth(test, self.around, values),
            values.__getitem__,
        )
        return self._answer(found)

    # ------------------------------------------------------------------------------------------------ what it is given

    def reader(self, key: str) -> Callable[[object], object]:
        """What reads a value of an input, and raises a `TypeError` for one that is not known or wrong."""
        type = t.present(self.inputs[key].type)
        currency = currency_of(type.dimension) if isinstance(type, t.Quantity) else None

        def read(value: object) -> object:
            if isinstance(value, Money) and value.currency == currency and value.amount.is_finite():
                return value.amount
            try:
                known = self._value(key, value)
            except UsageError as error:  # told of the first input that is wrong, when all of them are read
                raise TypeError from error
            if isinstance(known, Unknown):
                raise TypeError
            return known

        return read

    def _value(self, key: str, value: object) -> object:
        """A value of an input as rules see it.

        Raises:
            UsageError: if it is none that the input can have.
        """
        declared = self.inputs[key].type
        if value is None and isinstance(declared, t.Maybe):
            return None
        if value is None or value is UNKNOWN or isinstance(value, Unknown):
            return Unknown.because("field", field=key)
        try:
            if key in self._in_own_unit and isinstance(value, int | Decimal) and not isinstance(value, bool):
                return check_number(Decimal(value))
            return self._readers[key](value)
        except Refused as error:
            way_out = "" if error.help is None else f": {error.help}"
            raise UsageError(f"`{key}` of `{self.name}`: {error.message}{way_out}") from error
        except ValueError as error:
            raise UsageError(f"`{key}` of `{self.name}`: {error}") from error


class _NoPolicies:
    """Stands for the other policies, which no rule of the table asks."""

    def answer(self, policy: str, record: Row, column: str, as_of: dt.datetime) -> object:
        """Nothing that is known."""
        return Unknown.because("policy", policy, record.id)


def _is_own(term: terms.Term) -> bool:
    """Whether a term looks at nothing besides the inputs and the parameters."""
    return all(
        isinstance(each, _OWN) and not (isinstance(each, terms.Apply) and each.function in CONVERTING)
        for each in subterms(term)
    )


def table_of(
    versions: tuple[Version, ...], name: str, version: str | None, as_of: dt.datetime | dt.date | None
) -> Table:
    """The table of a version, as `Ruleset.table` gives it.

    Raises:
        UsageError: if there is no such table, or several versions have it and it is not said which is meant.
    """
    tables = {id for each in versions for id, policy in each.policies.items() if policy.kind == "tables"}
    if name not in tables:
        raise UsageError(f"there is no decision table `{name}`: {suggestion(name, tables, kind='table')}")
    having = [each for each in versions if name in each.policies and each.policies[name].kind == "tables"]
    if version is not None and as_of is not None:
        raise UsageError("a version is chosen by its name or by a day: leave `version` out, or `as_of`")
    if version is not None:
        chosen = [each for each in having if each.head.version == version]
        known = {each.head.version for each in having}
        if not chosen:
            raise UsageError(f"`{name}` has no version `{version}`: {suggestion(version, known, kind='version')}")
    elif as_of is not None:
        chosen = [each for each in having if _day(as_of, each) in each.head.in_force]
        if not chosen:
            raise UsageError(f"no version of `{name}` is in force on that day: give another `as_of`, or a `version`")
    else:
        chosen = having
    if len(chosen) > 1:
        names = ", ".join(f"`{each.head.version}` ({each.head.in_force})" for each in chosen)
        raise UsageError(f"say which version of `{name}` is meant, with `version=` or `as_of=`: {names}")
    return _Direct(chosen[0], name)


def _day(as_of: object, version: Version) -> dt.date:
    if isinstance(as_of, dt.date) and not isinstance(as_of, dt.datetime):
        return as_of
    try:
        return check_as_of(cast(dt.datetime, as_of)).astimezone(version.head.zone).date()  # which refuses all else
    except OverflowError as error:
        raise UsageError("`as_of` lies outside of the calendar") from error
