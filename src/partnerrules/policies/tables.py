"""Decision tables after DMN: inputs, rules, outputs, and a hit policy that says which rule counts."""

from functools import partial
from typing import Final

from partnerrules.decisions.basis import (
    NOT_APPLICABLE,
    UNDETERMINED,
    Basis,
    missing_of,
)
from partnerrules.decisions.results import TableResult
from partnerrules.diagnostics import Span, suggestion
from partnerrules.language import forms, terms
from partnerrules.language.cells import Cells
from partnerrules.language.environment import PolicySignature
from partnerrules.language.excerpts import Excerpt, whole
from partnerrules.language.form_reader import Expression, Item, Raw, Word
from partnerrules.language.names import SUBJECT
from partnerrules.language.type_texts import read_declared
from partnerrules.language.yaml_nodes import Scalar
from partnerrules.plan.decision_table import SEVERAL_RESULTS, DecisionTable, HitPolicy, Output, Rule
from partnerrules.plan.making import maker_of
from partnerrules.plan.nodes import APPLIES, OUTCOME, RULES, Column, Let, Lookup, Plan
from partnerrules.plan.table_index import index_of
from partnerrules.plan.trace import Seen, TracedRow
from partnerrules.policies.kind import (
    SHARED_KEYS,
    Assume,
    Context,
    Head,
    Kind,
    Lowered,
    checked_expression,
    lowered_head,
    outcome_of,
    subject_of,
)
from partnerrules.policies.table_rows import SOURCE, GridRow, table_rows
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown
from partnerrules.schema.titles import Title

_HITS: Final[dict[str, HitPolicy]] = {
    "unique": "unique",
    "first": "first",
    "any": "any",
    "priority": "priority",
    "rule order": "rule order",
    "output order": "output order",
    "collect": "collect",
    "collect sum": "collect sum",
    "collect min": "collect min",
    "collect max": "collect max",
    "collect count": "collect count",
}
_OUTCOMES: Final = t.Enumeration(("decided", "no_rule", "several_rules", NOT_APPLICABLE))
_ID: Final = "id"

_OUTPUT: Final = forms.EitherForm(
    forms.TextForm(),
    forms.RecordForm(
        "output",
        (
            forms.Key("enum", forms.ListForm(forms.TextForm(), at_least=1), "its values, those that count more first"),
            forms.Key("type", forms.TextForm(), "its type, such as `ratio` or `money`"),
            forms.Key("title", forms.TitleForm(), "what people call it, in one or several languages"),
        ),
        ("enum", "type"),
    ),
)

FORM: Final = forms.RecordForm(
    "table",
    (
        *SHARED_KEYS,
        forms.Key(
            "hit", forms.ChoiceForm(tuple(_HITS)), "which of the rules that apply gives the result", required=True
        ),
        forms.Key("inputs", forms.MapForm(forms.ExpressionForm(), "input"), "what the rules test", required=True),
        forms.Key("outputs", forms.MapForm(_OUTPUT, "output"), "what the rules give", required=True),
        forms.Key("default", forms.MapForm(forms.AnyForm({}), "output"), "the outputs where no rule applies"),
        forms.Key("orient", forms.ChoiceForm(("rows", "columns")), "whether rules stand below or beside each other"),
        forms.Key(
            "rows",
            forms.AnyForm({"type": ["string", "array"]}),
            "the rules: a Markdown table, a list, or the name of a CSV file",
            required=True,
        ),
        forms.Key(
            "status",
            forms.ChoiceForm(("published", "assumed")),
            "whether the source gives the cells, or someone assumed them; `published` if left out",
        ),
        forms.Key("note", forms.TextForm(), "why these cells"),
    ),
)


def signature(name: Word, item: Item, context: Context) -> PolicySignature | None:
    """What other policies see of a table: its outcome and its outputs."""
    entity = subject_of(item, context)
    outputs = _outputs(item, context)
    if entity is None or outputs is None:
        return None
    hit = _HITS.get(item.text("hit") or "", "unique")
    columns: dict[str, t.Type] = {OUTCOME: _OUTCOMES, **_given_types(outputs, hit)}
    return PolicySignature((entity,), columns, frozenset(), name.span)


def _outputs(item: Item, context: Context) -> tuple[Output, ...] | None:
    outputs: list[Output] = []
    for name, read in item.named("outputs"):
        declared = _output_type(read, context)
        if name.text in (OUTCOME, RULES, APPLIES, SUBJECT, _ID):
            context.report.error("bad-name", f"an output cannot be called `{name.text}`", name.span)
            return None
        if declared is None:
            return None
        if isinstance(declared, t.ListOf | t.Record):
            context.report.error(
                "type-mismatch",
                f"an output is one value, and this is {declared}",
                name.span,
                help="a hit policy such as `collect` gives a list of them",
            )
            return None
        order = declared.values if isinstance(declared, t.Enumeration) else ()
        outputs.append(Output(name.text, declared, order))
    return tuple(outputs)


def _output_type(read: object, context: Context) -> t.Type | None:
    schema = context.environment.schema
    entities = frozenset(name for name, entity in schema.entities.items() if entity.relation)
    if not isinstance(read, Word | Item):
        return None
    return read_declared(read, entities, context.environment.currency, context.report)


def lower(name: Word, item: Item, context: Context) -> Lowered | None:
    """The plan of a table, or None after a fault: scan the subjects, compute the inputs, look up."""
    report = context.report
    head = lowered_head(item, context)
    outputs = _outputs(item, context)
    if head is None or outputs is None:
        return None
    hit = _HITS.get(item.text("hit") or "")
    columns: list[Column] = []
    depth = head.depth
    whole_table = hit is not None and _check_hit(hit, outputs, item, context)
    for input_name, read in item.named("inputs"):
        if input_name.text == _ID or any(output.name == input_name.text for output in outputs):
            report.error("duplicate-id", f"`{input_name.text}` is an input and also an output or `id`", input_name.span)
            whole_table = False
        checked = checked_expression(read if isinstance(read, Expression) else None, context, head.named, head.present)
        if checked is None:
            whole_table = False
            continue
        depth = max(depth, checked.depth)
        if isinstance(checked.type, t.ListOf | t.Record):
            report.error(
                "type-mismatch",
                f"a column tests one value, and this is {checked.type}",
                input_name.span,
                help="count the list, or take one value of it",
            )
            whole_table = False
            continue
        columns.append(Column(f"input {input_name.text}", checked.term, checked.observed))
    inputs = {column.name.removeprefix("input "): terms.ColumnOf(column.name, column.term.type) for column in columns}
    if not whole_table or hit is None or len(inputs) != len(item.named("inputs")):
        return None
    before = report.errors
    rows = table_rows(item, tuple(inputs), tuple(output.name for output in outputs), context, (SOURCE,))
    misshapen = report.errors > before
    # A column that is missing is told once, not again for each row.
    as_table = misshapen and isinstance(item.raw("rows"), Scalar)
    told = {each.name for each in outputs if as_table and not any(each.name in row.cells for row in rows or ())}
    reader = _Reader(context, head, inputs, outputs, frozenset(told))
    rules = [None if report.full else reader.rule(number, row) for number, row in enumerate(rows or (), start=1)]
    default = reader.default(item)
    if rows is None or misshapen or None in rules or (default is None and "default" in item) or reader.failed:
        return None
    asked = tuple(rule for rule in rules if rule)
    index = index_of([rule.tests for rule in asked], tuple(inputs.values()))
    table = DecisionTable(hit, outputs, asked, default, index)
    node = Lookup(Let(head.node, tuple(columns)), table)
    types = _given_types(outputs, hit)
    titles = {word.text: read.title() for word, read in item.named("outputs") if isinstance(read, Item)}
    names = tuple(column.name for column in columns)
    return Lowered(
        plan=Plan((head.entity,), node),
        reference_date=head.reference_date,
        depth=max(depth, reader.depth),
        points=(*(f"row {rule.id}" for rule in table.rules), *(() if default is None else ("default",))),
        reached=_reached,
        assumed=item.text("status") == "assumed",
        result=partial(_result, types, titles, names, {id: text for id, (text, _) in reader.sources.items()}),
        cited=tuple((f"rows.{id}", text, span) for id, (text, span) in reader.sources.items()),
    )


def _given_types(outputs: tuple[Output, ...], hit: HitPolicy) -> dict[str, t.Type]:
    """The types of what a table gives, after its hit policy has joined the rules that apply."""
    if hit == "collect count":
        return {output.name: t.Integer() for output in outputs}
    several = hit in SEVERAL_RESULTS
    return {output.name: t.ListOf(output.type) if several else output.type for output in outputs}


def _check_hit(hit: HitPolicy, outputs: tuple[Output, ...], item: Item, context: Context) -> bool:
    word = item.word("hit")
    assert word is not None
    if hit in ("priority", "output order") and not any(output.order for output in outputs):
        context.report.error(
            "unsuited-hit",
            f"`{hit}` needs an output whose values are listed in their order",
            word.span,
            help="declare it with `enum: [most important, ..., least important]`",
        )
        return False
    if hit == "collect count" and "default" in item.keys:
        context.report.error(
            "unsuited-hit",
            "a count has no default: where no rule applies it is 0",
            item.keys["default"],
            help="take `default` out",
        )
        return False
    numeric = (t.Integer, t.Number, t.Ratio, t.Quantity)
    if hit.startswith("collect "):
        ordered = (*numeric, t.Date, t.Instant)
        suited = {"collect sum": numeric, "collect min": ordered, "collect max": ordered}.get(hit)
        if len(outputs) != 1 or (suited is not None and not isinstance(outputs[0].type, suited)):
            context.report.error(
                "unsuited-hit",
                f"`{hit}` needs exactly one output, of numbers or amounts",
                word.span,
                help="use `collect` for lists of several outputs",
            )
            return False
    return True


class _Reader:
    """Reads the rules of one table."""

    def __init__(
        self,
        context: Context,
        head: Head,
        inputs: dict[str, terms.ColumnOf],
        outputs: tuple[Output, ...],
        told: frozenset[str],
    ) -> None:
        self.context = context
        self.cells = Cells(context.environment, context.report, head.named)
        self.inputs = inputs
        self.outputs = outputs
        self.told = told
        self.depth = 0
        self.failed = False
        self.sources: dict[str, tuple[str, Span]] = {}
        self._sourced = SOURCE not in (*inputs, *(output.name for output in outputs))
        self._ids: dict[str, Span] = {}

    def rule(self, number: int, row: GridRow) -> Rule | None:
        """One rule, or None after a fault."""
        tests: list[terms.Term | None] = []
        for name, column in self.inputs.items():
            cell = row.cells.get(name)
            if cell is None:
                tests.append(None)
                continue
            checked = self.cells.test(cell, column)
            if checked is None:
                self.failed = True
                continue
            tests.append(checked[0])
            self.depth = max(self.depth, checked[1])
        values = [
            self._output(output, row.cells.get(output.name), row.span, "add a cell for it, in a column of that name")
            for output in self.outputs
        ]
        written = row.cells.get(_ID)
        id = str(number) if written is None else written.value.strip().strip('"')
        if id in self._ids:
            self.context.report.error(
                "duplicate-id",
                f"two rows are called `{id}`",
                row.span if written is None else whole(written),
                help="give each row an id of its own",
            )
            self.failed = True
        self._ids[id] = row.span
        source = row.cells.get(SOURCE)
        if self._sourced and source is not None and source.value.strip() not in ("", "-"):
            self.sources[id] = (source.value.strip().strip('"'), whole(source))
        present = [value for value in values if value is not None]
        if self.failed or len(present) != len(values):
            self.failed = True
            return None
        return Rule(id, tuple(tests), tuple(present))

    def _output(self, output: Output, cell: Excerpt | None, place: Span, way_out: str) -> terms.Term | None:
        if cell is None and output.name in self.told:
            return None
        if cell is None:
            self.context.report.error("missing-key", f"the output `{output.name}` is not given", place, help=way_out)
            return None
        checked = self.cells.value(cell, output.name, output.type)
        if checked is None:
            return None
        self.depth = max(self.depth, checked[1])
        return checked[0]

    def default(self, item: Item) -> tuple[terms.Term, ...] | None:
        """The outputs where no rule applies, or None if none are given."""
        given = item.named("default")
        if "default" not in item:
            return None
        cells: dict[str, Scalar] = {}
        known = tuple(output.name for output in self.outputs)
        for name, read in given:
            node = read.node if isinstance(read, Raw) else None
            if name.text not in known:
                self.context.report.error(
                    "unknown-key",
                    f"the table has no output `{name.text}`",
                    name.span,
                    help=suggestion(name.text, known, kind="output"),
                )
                self.failed = True
            elif isinstance(node, Scalar):
                cells[name.text] = node
        place = item.keys["default"]
        way_out = f"write `default: {{{', '.join(f'{name}: ...' for name in known)}}}`"
        values = (
            [] if self.failed else [self._output(each, cells.get(each.name), place, way_out) for each in self.outputs]
        )
        present = [value for value in values if value is not None]
        self.failed |= len(present) != len(values)
        return tuple(present)


def _reached(row: TracedRow) -> frozenset[str]:
    rules = row.values[RULES]
    assert isinstance(rules, tuple)
    if isinstance(row.values[OUTCOME], Unknown):
        return frozenset()
    if not rules and row.values[OUTCOME] == "decided":
        return frozenset({"default"})
    return frozenset(f"row {rule}" for rule in rules)


_table_result: Final = maker_of(TableResult)


def _result(
    types: dict[str, t.Type],
    titles: dict[str, Title],
    inputs: tuple[str, ...],
    sources: dict[str, str],
    basis: Basis,
    row: TracedRow,
    assume: Assume,
) -> TableResult:
    outcome, rules = outcome_of(row), row.values[RULES]
    assert isinstance(rules, tuple)
    seen: dict[str, Seen] = {}
    # Of tables with many records there are many results, and mostly neither a trace nor clauses.
    if row.seen:
        for column in inputs:
            for part in row.seen.get(column, ()):
                seen.setdefault(part.text, part)
    values = row.values
    return _table_result(
        basis,
        UNDETERMINED if isinstance(outcome, Unknown) else str(outcome),
        {name: values[name] for name in types},
        types,
        rules,
        tuple(seen.values()),
        missing_of(outcome),
        titles,
        {rule: sources[rule] for rule in rules if rule in sources} if sources else {},
    )


TABLES: Final = Kind("tables", "decision tables: what follows from a few inputs", FORM, signature, lower)
