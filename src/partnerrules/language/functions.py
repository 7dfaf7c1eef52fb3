"""The one table of functions of the expression language.

The checker takes from it what a call may look like, the interpreter what it computes, the reference page how it reads.
A new function is one entry here, and one case in `tests/language/test_functions.py`, which asks for one of each.

Four sorts of entries:

- `Form`: a shape with rules of its own (it narrows, aggregates or asks a policy); `language.calls` builds its term.
- `Expansion`: said in the language itself, so that every back end can run it.
- `Kernel`: computed by a pure Python function from values that are known and present.
- `Civil`: computed by `backends.computing` from such values, and the timezone and calendar of the ruleset.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias

import partnerrules.quantities as q
from partnerrules.diagnostics import suggestion
from partnerrules.schema import types as t


@dataclass(frozen=True, slots=True)
class Sort:
    """What an argument may be, in words and as a test of its type."""

    words: str
    accepts: Callable[[t.Type], bool]


def _is(*kinds: type) -> Callable[[t.Type], bool]:
    return lambda given: isinstance(given, kinds)


def record(entity: str) -> Sort:
    """A record of one entity."""
    return Sort(f"a {entity}", lambda given: given == t.Record(entity))


NUMERIC: Final = Sort("a number or quantity", _is(t.Integer, t.Number, t.Ratio, t.Quantity))
PLAIN_NUMBER: Final = Sort("a number", _is(t.Integer, t.Number, t.Ratio))
WHOLE: Final = Sort("a whole number", _is(t.Integer))
TEXT: Final = Sort("text", _is(t.Text, t.Enumeration))
TEXTS: Final = Sort(
    "text, or a list of texts",
    lambda given: isinstance(given.item if isinstance(given, t.ListOf) else given, t.Text | t.Enumeration),
)
DAY: Final = Sort("a date", _is(t.Date))
MOMENT: Final = Sort("an instant", _is(t.Instant))
DAYS: Final = Sort("a stretch of days", lambda given: given == t.Interval(t.Date()))


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a function: its name, and what it may be."""

    name: str
    sort: Sort


@dataclass(frozen=True, slots=True)
class Form:
    """Built by `language.calls` under the function's name."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """A text of the language in which the parameters stand for the arguments."""

    parameters: tuple[Parameter, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Kernel:
    """A pure function of values. `result` gives the type of its value from those of the arguments."""

    parameters: tuple[Parameter, ...]
    result: Callable[[tuple[t.Type, ...]], t.Type]
    compute: Callable[..., object]


@dataclass(frozen=True, slots=True)
class Civil:
    """A function of values and of the civil time of the ruleset; `business` if it needs a calendar of business days."""

    parameters: tuple[Parameter, ...]
    type: t.Type
    business: bool = False


Meaning: TypeAlias = Form | Expansion | Kernel | Civil


@dataclass(frozen=True, slots=True)
class Function:
    """One function: how it is written, what it gives, and where its meaning comes from."""

    name: str
    usage: str
    doc: str
    example: str
    meaning: Meaning


def _same(given: tuple[t.Type, ...]) -> t.Type:
    return given[0]


def _always(result: t.Type) -> Callable[[tuple[t.Type, ...]], t.Type]:
    return lambda given: result


def _round(value: Decimal | int, places: Decimal | int) -> Decimal:
    # Beyond its own digits, more or fewer places change nothing any more.
    return q.normal(q.round_half_up(Decimal(value), int(max(-q.MAXIMUM_PLACES, min(places, q.MAXIMUM_PLACES)))))


_OTHER_NAMES: Final = {
    "sum": ("total", "合计", "总和", "求和", "сумма"),
    "mean": ("average", "avg", "平均", "平均值", "среднее"),
    "count": ("len", "length", "size", "cnt", "数量", "计数", "количество"),
    "min": ("minimum", "least", "smallest", "最小", "мин"),
    "max": ("maximum", "greatest", "largest", "最大", "макс"),
    "not": ("非", "не"),
    "exists": ("is_set", "has", "present", "notnull", "isnotnull"),
    "distinct": ("unique", "set"),
    "only": ("single", "sole", "the", "get_single"),
    "ceil": ("ceiling", "roundup"),
    "convert": ("exchange", "fx", "conversion", "换算", "兑换", "конвертировать"),
    "floor": ("rounddown", "trunc", "int"),
    "if_unknown": ("coalesce", "ifnull", "nvl", "default"),
    "business_days_between": ("networkdays", "workdays", "working_days_between", "busday_count"),
    "business_day": ("workday", "working_day", "is_business_day", "is_workday"),
}


def suggested_function(word: str) -> str:
    """The way out where there is no function of a name: the one that is called otherwise elsewhere, or the nearest."""
    small = word.lower()
    if small == "if":
        return "write `if condition then value else value`"
    found = [name for name, others in _OTHER_NAMES.items() if small in others]
    if small in FUNCTIONS or found:
        return f"did you mean `{found[0] if found else small}`?"
    return suggestion(word, FUNCTIONS, kind="function")


TABLE: Final[tuple[Function, ...]] = (
    # ------------------------------------------------------------------------------------------------- conditions
    Function("not", "not(condition)", "The opposite of a condition.", "not(deal.customer.key_account)", Form()),
    Function(
        "exists",
        "exists(field)",
        "Whether a value that may be absent is there. What is joined to it by `and` may then use the value.",
        "exists(registration.approved_at) and registration.approved_at <= as_of",
        Form(),
    ),
    Function(
        "known", "known(value)", "Whether a value is known; itself never unknown.", "known(deal.amount)", Form()
    ),
    Function(
        "if_unknown",
        "if_unknown(value, default)",
        "The value, or the default where the value is unknown. Explanations show that the default was used.",
        "if_unknown(deal.customer.key_account, false)",
        Form(),
    ),
    # ------------------------------------------------------------------------------------------------------ lists
    Function(
        "count",
        "count(list)",
        "How many there are. Where some members are only possible, it compares by its least and greatest value.",
        "count(partner.people) >= 3",
        Form(),
    ),
    Function("sum", "sum(list)", "The exact sum; that of nothing is zero.", "sum(partner.deals.amount)", Form()),
    Function(
        "min", "min(list) or min(a, b, ...)", "The smallest; that of nothing is unknown.",
        "min(partner.deals.amount)", Form(),
    ),
    Function(
        "max", "max(list) or max(a, b, ...)", "The largest; that of nothing is unknown.",
        "max(deal.amount, 1000 CNY)", Form(),
    ),
    Function(
        "mean", "mean(list)", "The mean, rounded half-even to twelve places unless it is compared; "
        "that of nothing is unknown.", "mean(partner.deals.amount)", Form(),
    ),
    Function(
        "distinct", "distinct(list)", "Each different value once.", "count(distinct(partner.people.id)) >= 2", Form()
    ),
    Function(
        "only", "only(list)", "The one member of a list; unknown where there is none, or where there are several.",
        "only(partner.deals[amount < 0 CNY]).amount", Form(),
    ),
    # ---------------------------------------------------------------------------------------------------- numbers
    Function(
        "floor", "floor(number)", "The largest whole number that is not above it.", "floor(7 / 2) = 3",
        Kernel((Parameter("number", PLAIN_NUMBER),), _always(t.Integer()), lambda x: int(q.round_down(Decimal(x)))),
    ),
    Function(
        "ceil", "ceil(number)", "The smallest whole number that is not below it.", "ceil(7 / 2) = 4",
        Kernel((Parameter("number", PLAIN_NUMBER),), _always(t.Integer()), lambda x: int(q.round_up(Decimal(x)))),
    ),
    Function(
        "round", "round(value, places)",
        "The value rounded to decimal places of its base unit, halves away from zero.",
        "round(deal.amount, 2)",
        Kernel((Parameter("value", NUMERIC), Parameter("places", WHOLE)), _same, _round),
    ),
    Function(
        "abs", "abs(value)", "The value without its sign.", "abs(deal.amount) >= 100 CNY",
        Kernel((Parameter("value", NUMERIC),), _same, lambda x: abs(x) if isinstance(x, int) else x.copy_abs()),
    ),
    Function(
        "convert", "convert(amount, CNY, date)",
        "The amount in another currency, by the exchange rate of a date; a fourth argument names the kind of rates "
        "that count, in place of that of the ruleset. It multiplies before it divides, and is unknown without a rate.",
        'convert(deal.amount, USD, today, "month_average") >= 1000 USD', Form(),
    ),
    # ------------------------------------------------------------------------------------------------------- text
    Function(
        "contains", "contains(text, part)", "Whether the text has the part in it, letter by letter.",
        'contains(partner.legal_name, "Telecom")',
        Kernel((Parameter("text", TEXT), Parameter("part", TEXT)), _always(t.Boolean()), lambda x, part: part in x),
    ),
    Function(
        "starts_with", "starts_with(text, start)", "Whether the text begins so.",
        'starts_with(deal.id, "D-")',
        Kernel(
            (Parameter("text", TEXT), Parameter("start", TEXT)), _always(t.Boolean()),
            lambda x, start: x.startswith(start),
        ),
    ),
    # ------------------------------------------------------------------------------------------------------- time
    Function(
        "date", "date(instant)", "The civil date of an instant in the timezone of the ruleset.",
        "date(as_of) = today", Form(),
    ),
    Function(
        "year", "year(date)", "The year of a date.", "year(today) = 2026",
        Kernel((Parameter("date", DAY),), _always(t.Integer()), lambda day: day.year),
    ),
    Function(
        "first_day", "first_day(days)", "The first day of a stretch of days.",
        "first_day(this month) = start of month(today)", Civil((Parameter("days", DAYS),), t.Date()),
    ),
    Function(
        "last_day", "last_day(days)", "The last day of a stretch of days.",
        "last_day(last 12 months) = today", Civil((Parameter("days", DAYS),), t.Date()),
    ),
    Function(
        "within", "within(day, period, after)",
        "Whether a day or instant lies between another one and a period later: a deadline, so both ends belong to it.",
        "within(2025-06-14, 45 days, 2025-04-30)", Form(),
    ),
    Function(
        "runs", "runs(start, period, at)",
        "Whether what starts on a day or at an instant and holds for a period holds at another one: "
        "a validity, and so its end no longer belongs to it.",
        "not(runs(2025-01-15, 90 days, 2025-04-15))", Form(),
    ),
    Function(
        "business_day", "business_day(day)", "Whether a day is a business day by the calendar of the ruleset.",
        "not(business_day(2026-05-01))", Civil((Parameter("day", DAY),), t.Boolean(), business=True),
    ),
    Function(
        "business_days_between", "business_days_between(start, end)",
        "How many business days come after the start, up to and including the end; negative if the end comes first.",
        "business_days_between(2026-04-30, 2026-05-08) <= 5 business days",
        Civil((Parameter("start", DAY), Parameter("end", DAY)), t.Quantity(q.BUSINESS_DAYS), business=True),
    ),
    Function(
        "end_of_term", "end_of_term(start, end, day)",
        "The first day after the term in which a day lies, where the first term goes from a start up to an end, "
        "and each is followed by one as long as the first: of as many months, counted from the start, "
        "or else of as many days.",
        "end_of_term(2024-02-29, 2025-02-28, 2027-12-31) = 2028-02-29",
        Civil((Parameter("start", DAY), Parameter("end", DAY), Parameter("day", DAY)), t.Date()),
    ),
    # -------------------------------------------------------------------------------------------------- partnering
    Function(
        "valid", "valid(record, at)",
        "Whether a record that holds from a day or instant up to another one holds at that one; "
        "its end no longer belongs to it.",
        "count(partner.standings[valid(item, today)]) = 0", Form(),
    ),
    Function(
        "certified", "certified(person, kinds, at)",
        "Whether a person holds a certificate of a kind, or of one of several kinds, that was issued by a day "
        "and has not expired on it.",
        'count(partner.people[certified(item, "sales", today)]) >= 1',
        Expansion(
            (Parameter("person", record("person")), Parameter("kinds", TEXTS), Parameter("at", DAY)),
            "some certificate in person.certifications satisfies certificate.kind in kinds"
            " and certificate.issued_on <= at and (not(exists(certificate.expires_on)) or at < certificate.expires_on)",
        ),
    ),
    Function(
        "employed", "employed(person, partner, at)",
        "Whether a person works for a partner on a day; the day on which employment ends no longer counts.",
        "count(partner.people[employed(item, subject, today)]) >= 1",
        Expansion(
            (Parameter("person", record("person")), Parameter("employer", record("partner")), Parameter("at", DAY)),
            "person.partner = employer and person.employed_from <= at"
            " and (not(exists(person.employed_to)) or at < person.employed_to)",
        ),
    ),
    Function(
        "sanctioned", "sanctioned(partner, effect, at)",
        "Whether a recorded sanction with an effect is running at an instant.",
        'not(sanctioned(partner, "stop_new_business", as_of))',
        Expansion(
            (Parameter("partner", record("partner")), Parameter("effect", TEXT), Parameter("at", MOMENT)),
            "some sanction in partner.sanctions satisfies effect in sanction.effects and valid(sanction, at)",
        ),
    ),
    Function(
        "sanctioned_during", "sanctioned_during(partner, effect, days)",
        "Whether a recorded sanction with an effect was running at any time of a stretch of days.",
        'not(sanctioned_during(partner, "cancel_unpaid", last 12 months))',
        Expansion(
            (Parameter("partner", record("partner")), Parameter("effect", TEXT), Parameter("days", DAYS)),
            "some sanction in partner.sanctions satisfies effect in sanction.effects"
            " and first_day(days) <= last_day(days) and sanction.starts_at < as_of at (last_day(days) + 1 day)"
            " and (not(exists(sanction.ends_at)) or as_of at first_day(days) < sanction.ends_at)",
        ),
    ),
    Function(
        "unpaid", "unpaid(transaction, at)",
        "Whether a transaction has not been paid in full at an instant.",
        "count(partner.transactions[unpaid(item, as_of)]) = 0",
        Expansion(
            (Parameter("transaction", record("transaction")), Parameter("at", MOMENT)),
            "not(exists(transaction.paid_at)) or transaction.paid_at > at",
        ),
    ),
    Function(
        "standing", "standing(partner, kind, at)",
        "The recorded standing of a kind that a partner has on a day, such as its grade; may be absent.",
        'exists(standing(partner, "grade", today))', Form(),
    ),
    Function(
        "standing_since", "standing_since(partner, kind, at)",
        "The day since which the standing of a kind that a partner has on a day is held without a break, "
        "over all records that follow each other; absent where there is no standing.",
        'exists(standing_since(partner, "grade", today))', Form(),
    ),
    Function(
        "held", "held(partner, kind, values, days)",
        "Whether the standing of a kind that a partner has on some day of a stretch of days is a value, "
        "or one of several: on each day the one that began last counts.",
        'held(partner, "grade", ["gold", "silver"], last 12 months)', Form(),
    ),
    Function(
        "level", "level(n)",
        "How many of the records that a sanctions policy counts are of a level, "
        "short for `count(counted[level = n])`; only in `when` of its steps.",
        "level(1) >= 1 or level(2) >= 3", Form(),
    ),
    Function(
        "passes", "passes(record, policy)", "Whether an eligibility policy finds a record eligible.",
        'passes(partner, "admission")', Form(),
    ),
    Function(
        "outcome", "outcome(record, policy)",
        "What another policy gives for a record; its outputs follow after a dot.",
        'outcome(deal, "suitable-agent").role = "agent"', Form(),
    ),
)  # fmt: skip

FUNCTIONS: Final = {function.name: function for function in TABLE}
