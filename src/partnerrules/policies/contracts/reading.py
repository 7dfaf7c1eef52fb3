"""Reads a policy about papers: whose contracts they are, and what is asked of each of them, one by one."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from partnerrules.decisions.contracts import Severity, Sort
from partnerrules.decisions.requirements import Requirement
from partnerrules.language import operations, terms
from partnerrules.language.checker import Checked
from partnerrules.language.checking import BOOLEAN, implied
from partnerrules.language.form_reader import Item
from partnerrules.language.names import SUBJECT
from partnerrules.language.syntax import ComparisonOperator
from partnerrules.plan.nodes import Column, Node
from partnerrules.plan.nodes import Let as LetNode
from partnerrules.policies.computing import compared, computed, every, exists, negated
from partnerrules.policies.conditions import Lowering
from partnerrules.policies.contracts import columns
from partnerrules.policies.contracts.columns import of_check
from partnerrules.policies.kind import (
    Context,
    Head,
    checked_condition,
    checked_expression,
    no_day,
    unsuited,
    with_percent,
)
from partnerrules.policies.members import record_of_list, shown_present
from partnerrules.policies.names import names_under
from partnerrules.quantities import as_percent
from partnerrules.schema import types as t
from partnerrules.schema.titles import Title

AMOUNTS: Final = (t.Integer, t.Number, t.Ratio, t.Quantity, t.AnyMoney)
SHARES: Final = (t.Integer, t.Number, t.Ratio)


@dataclass(frozen=True, slots=True)
class Check:
    """One check of a policy, as results describe it.

    Attributes:
        sort: the key under which it stands.
        id: its name.
        title: what people call it.
        source: the clause it comes from.
        severity: whether it only warns.
        requirement: the condition, of one that is a condition.
        type: of the values that it tells, if it compares some.
    """

    sort: Sort
    id: str
    title: Title
    source: str | None
    severity: Severity
    requirement: Requirement | None = None
    type: t.Type | None = None


@dataclass(slots=True)
class Papers:
    """The contracts of a policy, and the rows of its plan while they are made: one for each contract.

    Attributes:
        head: the records that are decided.
        context: for checking.
        lowering: collects the conditions, and knows which names are taken.
        record: the variable of a contract.
        named: the names that expressions over a contract see.
        present: terms that are there in each contract.
        records: the list of them.
        node: the rows so far.
        pending: columns that are still to be added to them.
        checks: those that were read.
        depth: of the deepest expression.
    """

    head: Head
    context: Context
    lowering: Lowering
    record: terms.Variable
    named: dict[str, terms.Term]
    present: frozenset[terms.Term]
    records: terms.Term
    node: Node
    pending: list[Column] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    depth: int = 0

    @property
    def entity(self) -> str:
        """What the contracts are records of."""
        assert isinstance(self.record.type, t.Record)
        return self.record.type.entity

    @property
    def several(self) -> bool:
        """Whether they are looked into as a list, and not the one record that is decided."""
        return self.record.name != SUBJECT

    def rows(self) -> Node:
        """The rows with all columns so far."""
        if self.pending:
            self.node = LetNode(self.node, tuple(self.pending))
            self.pending = []
        return self.node

    def add(self, name: str, term: terms.Term) -> terms.Term:
        """Adds a column, and gives what refers to it."""
        self.pending.append(Column(name, term))
        return terms.ColumnOf(name, term.type)

    def new(self, sort: Sort, item: Item, *, type: t.Type | None = None) -> Check | None:
        """A check by the keys that all have, or None if its name is taken, which is then reported."""
        word = item.word("id")
        id, span = (sort, item.span) if word is None else (word.text, word.span)
        if not self.lowering.claim(id, span):
            return None
        return Check(sort, id, item.title(), item.text("source"), severity_of(item), None, type)

    def faulty(self, check: Check, asked: terms.Term, fault: terms.Term) -> None:
        """Ends a check of every contract: of which it is asked, and which of them are at fault."""
        belongs = terms.ColumnOf(columns.BELONGS, BOOLEAN)
        asks = self.add(of_check(columns.ASKED, check.id), every(belongs, asked))
        self.add(of_check(columns.FAULT, check.id), every(asks, fault))
        self.checks.append(check)

    def asked(self, item: Item) -> tuple[terms.Term, frozenset[terms.Term]] | None:
        """Which contracts a check is asked of, and what is there in them; None after a fault."""
        if "for" not in item.keys:
            return terms.Value(True, BOOLEAN), self.present
        checked = self.condition(item, "for")
        return None if checked is None else (checked.term, self.present | implied(checked.term, True))

    def condition(
        self,
        item: Item,
        key: str,
        present: frozenset[terms.Term] | None = None,
        named: dict[str, terms.Term] | None = None,
    ) -> Checked | None:
        """A condition over a contract, or None after a fault."""
        checked = checked_condition(
            item.expression(key),
            self.context,
            self.named if named is None else named,
            self.present if present is None else present,
        )
        self.depth = max(self.depth, 0 if checked is None else checked.depth)
        return checked

    def typed(
        self,
        item: Item,
        key: str,
        wanted: str,
        types: tuple[type, ...],
        present: frozenset[terms.Term],
        *,
        may_be_absent: bool = False,
    ) -> Checked | None:
        """A value of a contract that is of one of some types, or None if it is left out, or after a fault."""
        written = item.expression(key)
        checked = checked_expression(written, self.context, self.named, present)
        if checked is None or written is None:
            return None
        self.depth = max(self.depth, checked.depth)
        inner = t.present(checked.type)
        if isinstance(inner, types) and (may_be_absent or inner is checked.type):
            return checked
        dated = t.Date in types and t.Instant not in types
        unsuited(
            self.context,
            written.span,
            checked.type if isinstance(inner, types) else inner,
            f"{wanted}, and this is {checked.type}",
            help="take the day of an instant with `date(...)`" if dated and isinstance(inner, t.Instant) else None,
            guard="say which contracts have one, such as `for: exists(...)`, or what counts without one",
            code=no_day(inner) if dated else "type-mismatch",
        )
        return None


def severity_of(item: Item) -> Severity:
    """Whether a check only warns."""
    return "warning" if item.text("severity") == "warning" else "error"


def contracts_of(
    item: Item, head: Head, context: Context
) -> tuple[terms.Variable, terms.Term, frozenset[terms.Term], int] | None:
    """The variable of a contract, their list, what is there in each, and the depth of it; None after a fault."""
    written = item.expression("contracts")
    if "contracts" not in item.keys:
        subject = terms.Variable(SUBJECT, t.Record(head.entity))
        return subject, terms.Items((subject,), t.ListOf(subject.type)), head.present, 0
    checked = checked_expression(written, context, head.named, head.present)
    if checked is None or written is None:
        return None
    found = record_of_list(
        checked,
        written,
        head.named,
        context,
        wanted="what is looked into",
        member="one of the records under `contracts`",
        example="project.contracts",
    )
    if found is None:
        return None
    record = terms.Variable(columns.MEMBER, found.type)
    # A list of references gives ids: what is looked into are the records.
    followed = terms.Each(checked.term, record.name, terms.Follow(record, record.type), False, t.ListOf(record.type))
    return record, followed, head.present | shown_present(checked.term, record), checked.depth


def read_required(papers: Papers, item: Item) -> None:
    """At least one of the contracts is something."""
    check = papers.new("required", item)
    having = papers.condition(item, "having")
    if check is None or having is None:
        return
    belongs = terms.ColumnOf(columns.BELONGS, BOOLEAN)
    papers.add(of_check(columns.IS, check.id), every(belongs, having.term))
    papers.checks.append(check)


def read_complete(papers: Papers, item: Item) -> None:
    """Every contract names all of some things."""
    check, asked = papers.new("complete", item), papers.asked(item)
    wanted = names_under(item, "all_of", papers.head, papers.context)
    if asked is None:
        return
    names = papers.typed(item, "names", "what a contract names is a list of texts", (t.ListOf,), asked[1])
    if names is None or wanted is None or check is None:
        return
    type = names.type
    written = item.expression("names")
    if not isinstance(type, t.ListOf) or not isinstance(type.item, t.Text | t.Enumeration):
        assert written is not None
        message = f"what a contract names is a list of texts, and this is {type}"
        unsuited(papers.context, written.span, type, message)
        return
    papers.depth = max(papers.depth, wanted.depth)
    texts = t.ListOf(t.Text())
    name = terms.Variable(columns.NAME, t.Text())
    catalogue = terms.Aggregate("distinct", wanted.term, texts)
    named = terms.Among(name, names.term, BOOLEAN)
    certainly_not = every(terms.Known(named, BOOLEAN), negated(named))
    papers.add(of_check(columns.LACKING, check.id), terms.Select(catalogue, name.name, certainly_not, texts))
    papers.faulty(check, asked[0], negated(terms.Quantified("every", catalogue, name.name, named, BOOLEAN)))


def read_must(papers: Papers, item: Item) -> None:
    """Every contract meets a condition."""
    asked, lowering = papers.asked(item), papers.lowering
    if asked is None:
        return
    lowering.present = asked[1]
    before = len(lowering.columns)
    lowered = lowering.condition(item)
    word = item.word("id")
    if "require" not in item.keys and word is not None and not lowering.claim(word.text, word.span):
        return
    if lowered is None or word is None:
        return
    requirement, holds = lowered
    papers.pending += lowering.columns[before:]
    check = Check("must", word.text, item.title(), item.text("source"), severity_of(item), requirement)
    papers.faulty(check, asked[0], negated(holds))


def read_deterioration(papers: Papers, item: Item) -> None:
    """No contract has become worse by more than a share, or an amount."""
    check, asked = papers.new("deterioration", item), papers.asked(item)
    if asked is None:
        return
    was, now = (
        papers.typed(item, key, "what is compared is a number or a quantity", AMOUNTS, asked[1], may_be_absent=True)
        for key in ("was", "now")
    )
    ratio = papers.typed(item, "ratio", "how many times as much it may be is a ratio", SHARES, asked[1])
    by = papers.typed(item, "by", "by how much it may change is a number or a quantity", AMOUNTS, asked[1])
    if "ratio" not in item.keys and "by" not in item.keys:
        papers.context.report.error(
            "missing-key",
            "it is not said how much worse it may become",
            item.span,
            help="write `ratio: ...`, such as `ratio: 300 %`, or `by: ...`, such as `by: 60 days`",
        )
        return
    if ratio is not None and isinstance(ratio.term, terms.Value) and not isinstance(ratio.type, t.Ratio):
        written = item.expression("ratio")
        value = Decimal(ratio.term.value) if isinstance(ratio.term.value, int | Decimal) else Decimal(0)
        if written is not None and value > 1:
            papers.context.report.error(
                "ratio-without-percent",
                f"a ratio is a percentage, and this is {ratio.type}",
                written.span,
                help=f"{with_percent(value)}, or `{as_percent(value):f} %` for {value} times what it was",
            )
            return
    if check is None or was is None or now is None:
        return
    type = t.present(was.type)
    if not _alike(papers, item, "now", t.present(now.type), type):
        return
    if by is not None and not _alike(papers, item, "by", by.type, type):
        return
    if (ratio is None) is ("ratio" in item.keys) or (by is None) is ("by" in item.keys):
        return
    rises = item.text("worse") == "up"
    before = papers.add(of_check(columns.WAS, check.id), was.term)
    after = papers.add(of_check(columns.NOW, check.id), now.term)
    less: ComparisonOperator
    more: ComparisonOperator
    less, more = ("<", ">") if item.text("reaching") == "forbidden" else ("<=", ">=")
    kept: list[terms.Term] = []
    if ratio is not None:  # a quotient that is compared is compared exactly
        kept.append(compared(computed(after, "/", before, t.Number()), less if rises else more, ratio.term))
    if by is not None:
        kept.append(compared(computed(*((after, "-", before) if rises else (before, "-", after)), type), less, by.term))
    check = Check(check.sort, check.id, check.title, check.source, check.severity, None, type)
    papers.faulty(check, every(asked[0], exists(before), exists(after)), negated(every(*kept)))


def _alike(papers: Papers, item: Item, key: str, found: t.Type, wanted: t.Type) -> bool:
    """Whether two values can be compared and subtracted; reports it if not."""
    fault = operations.mismatch(found, wanted)
    if fault is None:
        return True
    written = item.expression(key)
    assert written is not None
    message = f"the term as it was is {wanted}, and this is {found}"
    papers.context.report.error(fault.code, message, written.span, help=fault.help)
    return False
