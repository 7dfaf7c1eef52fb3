"""Underpinning: what a contract promises is at least as strict as what the contracts promise that rest on it."""

from partnerrules.diagnostics import Label
from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.form_reader import Item, Word
from partnerrules.language.syntax import ComparisonOperator
from partnerrules.plan.nodes import Collapse, Column, Filter, Let, Node, Unnest
from partnerrules.policies.computing import NO_WORD, WORD, choice, compared, every, exists, negated
from partnerrules.policies.contracts import columns
from partnerrules.policies.contracts.reading import Papers
from partnerrules.policies.names import names_under
from partnerrules.schema import types as t

_NUMBER = t.Maybe(t.Number())
_NEVER_COMPARED = compared(terms.Value(None, _NUMBER), "=", terms.Value(None, _NUMBER))
"""Unknown: there is no value to compare with."""


def read_underpinning(papers: Papers, item: Item) -> None:
    """A row for each contract that one underpins, and in it one for each of its targets, joined again."""
    check, asked = papers.new("underpinning", item), papers.asked(item)
    keys = [key for key in ("lower", "higher") if key in item.keys]
    listed = {key: names_under(item, key, papers.head, papers.context) for key in keys}
    if not _fits(papers, item) or None in listed.values() or asked is None or check is None:
        return
    lists: dict[str, terms.Term] = {key: found.term for key, found in listed.items() if found is not None}
    papers.depth = max(papers.depth, *(found.depth for found in listed.values() if found is not None))
    asks = papers.add("underpins for others", every(terms.ColumnOf(columns.BELONGS, BOOLEAN), asked[0]))
    rows = papers.rows()
    record, kind = papers.record, papers.record.type
    served = terms.Variable(columns.SERVED, kind)
    references = terms.FieldOf(record, "underpins", t.ListOf(kind))
    followed = terms.Each(references, served.name, terms.Follow(served, kind), False, t.ListOf(kind))
    others = Unnest(
        Filter(rows, Column("asked to underpin", asks)),
        followed,
        served.name,
        columns.SERVED_BELONGS,
        "every one is unnested",
    )
    papers.node = Collapse(rows, _of_served(others, papers, lists), (_some(columns.SERVED_FAULT),))
    known = terms.Quantified("every", followed, served.name, exists(served), BOOLEAN)
    fault = terms.AnyOf((_boolean(_some(columns.SERVED_FAULT).name), negated(known)), BOOLEAN)
    papers.faulty(check, asked[0], fault)


def _fits(papers: Papers, item: Item) -> bool:
    """Whether the records have targets, and metrics are named, each in one list; reports it if not."""
    report = papers.context.report
    fine = True
    if papers.entity != "contract":
        report.error(
            "type-mismatch",
            f"`underpinning` compares the targets of contracts, and each of these is a record `{papers.entity}`",
            item.span,
            help="look into records that are a `contract`, such as `contracts: project.contracts`",
        )
        fine = False
    if "lower" not in item.keys and "higher" not in item.keys:
        report.error(
            "missing-key",
            "it is not said which metrics are compared",
            item.span,
            help="write `lower: [response_time]` for those of which less is stricter, `higher: [availability]` else",
        )
        fine = False
    lower = {read.text: read for read in item.list("lower") if isinstance(read, Word)}
    for read in item.list("higher"):
        if isinstance(read, Word) and read.text in lower:
            report.error(
                "duplicate-id",
                f"of `{read.text[:60]}` both less and more would be stricter",
                read.span,
                labels=[Label(read.span, ""), Label(lower[read.text].span, "the first one")],
                help="leave it in one of the two lists",
            )
            fine = False
    return fine


def _boolean(name: str) -> terms.Term:
    return terms.ColumnOf(name, BOOLEAN)


def _some(column: str) -> Column:
    """Whether a condition holds for some of the rows that are joined."""
    return Column(f"some {column}", _boolean(column))


def _of_served(others: Node, papers: Papers, lists: dict[str, terms.Term]) -> Node:
    """The rows of the contracts that are underpinned, with whether too little is promised for one of its targets."""
    schema = papers.context.environment.schema
    listed = schema.entities["contract"].fields["targets"].type
    assert isinstance(listed, t.ListOf)
    served = terms.Variable(columns.SERVED, papers.record.type)
    target = terms.Variable(columns.TARGET, listed.item)
    promise = terms.Variable(columns.PROMISE, listed.item)
    targets = Unnest(
        others,
        terms.FieldOf(served, "targets", listed),
        target.name,
        columns.TARGETS_BELONG,
        columns.TARGETS_WHOLE,
    )
    text, scope = t.Text(), t.Maybe(t.Text())
    metric, its_scope = terms.FieldOf(target, "metric", text), terms.FieldOf(target, "scope", scope)
    own_scope = terms.FieldOf(promise, "scope", scope)
    same_scope = every(exists(its_scope), compared(own_scope, "=", its_scope))
    meant = every(
        compared(terms.FieldOf(promise, "metric", text), "=", metric),
        terms.AnyOf((negated(exists(own_scope)), same_scope), BOOLEAN),
    )
    same_unit = compared(terms.FieldOf(promise, "unit", text), "=", terms.FieldOf(target, "unit", text))
    among = {key: terms.Among(metric, names, BOOLEAN) for key, names in lists.items()}
    limits = terms.FieldOf(promise, "limit", t.Number()), terms.FieldOf(target, "limit", t.Number())
    operators: dict[str, ComparisonOperator] = {"lower": "<=", "higher": ">="}
    strict = every(
        *(terms.AnyOf((negated(among[key]), compared(limits[0], operators[key], limits[1])), BOOLEAN) for key in among)
    )
    promises = terms.FieldOf(papers.record, "targets", listed)

    def some(*conditions: terms.Term) -> terms.Term:
        return terms.Quantified("some", promises, promise.name, every(*conditions), BOOLEAN)

    def values(of: str, item: t.Type, *conditions: terms.Term) -> terms.Term:
        """A field of those promises for which conditions hold for certain."""
        certain = every(*(each for condition in conditions for each in (terms.Known(condition, BOOLEAN), condition)))
        found = terms.Select(promises, promise.name, certain, listed)
        type = t.ListOf(item)
        told = terms.Each(found, promise.name, terms.FieldOf(promise, of, item), False, type)
        # Nobody is told of what is promised where that is enough.
        return terms.If(every(terms.Known(enough, BOOLEAN), enough), terms.Items((), type), told, type)

    enough, other_unit = _boolean(columns.ENOUGH), some(meant, negated(same_unit))
    # As long as it is not known whether another unit stands there, that is what would have to be known.
    incomparable = choice(every(terms.Known(other_unit, BOOLEAN), other_unit), _NEVER_COMPARED, other_unit)
    holds = terms.AnyOf((enough, incomparable), BOOLEAN)
    weaker = terms.If(some(meant), terms.Value("weaker", WORD), terms.Value("not_promised", WORD), WORD)
    differ = terms.If(other_unit, terms.Value("units_differ", WORD), weaker, WORD)
    asked = every(_boolean(columns.TARGETS_BELONG), terms.AnyOf(tuple(among.values()), BOOLEAN))
    compared_targets = Let(
        targets,
        (
            Column(columns.ENOUGH, some(meant, same_unit, strict)),
            Column(columns.METRIC, metric),
            Column(columns.SCOPE, its_scope),
            Column(columns.NEEDED, limits[1]),
            Column(columns.UNIT, terms.FieldOf(target, "unit", text)),
            Column(columns.PROMISED, values("limit", t.Number(), meant, same_unit)),
            Column(columns.UNITS, values("unit", text, meant, negated(same_unit))),
            Column("target is asked", asked),
            Column(columns.REASON, terms.If(enough, NO_WORD, differ, WORD)),
            Column(columns.TARGET_FAULT, every(_boolean("target is asked"), negated(holds))),
        ),
    )
    joined = Collapse(others, compared_targets, (_some(columns.TARGET_FAULT),))
    incomplete = negated(_boolean(columns.TARGETS_WHOLE))
    lacking = terms.AnyOf((_boolean(_some(columns.TARGET_FAULT).name), incomplete), BOOLEAN)
    return Let(joined, (Column(columns.SERVED_FAULT, every(_boolean(columns.SERVED_BELONGS), lacking)),))
