"""What is signed before what: each contract of one sort needs one of another sort that was signed earlier."""

from dataclasses import dataclass, replace

from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN, implied
from partnerrules.language.form_reader import Item
from partnerrules.plan.nodes import Collapse, Column, Filter, Let, Unnest
from partnerrules.plan.walk import substituted
from partnerrules.policies.computing import compared, every, exists, negated
from partnerrules.policies.contracts import columns
from partnerrules.policies.contracts.columns import of_check
from partnerrules.policies.contracts.reading import Check, Papers
from partnerrules.schema import types as t


@dataclass(frozen=True, slots=True)
class Order:
    """One order, as it was read.

    Attributes:
        check: how results describe it.
        needs: which contracts need an earlier one, over a contract.
        signed: when a contract was signed.
        first: which contracts may be the earlier one, over `EARLIER`.
        where: what the two have to do with each other, over both.
        equal: whether one that was signed at the same time is earlier, too.
    """

    check: Check
    needs: terms.Term
    signed: terms.Term
    first: terms.Term
    where: terms.Term
    equal: bool

    def of(self, what: str) -> str:
        """A column of the order."""
        return of_check(what, self.check.id)


def read_order(papers: Papers, item: Item) -> Order | None:
    """What is signed before what, or None after a fault."""
    check = papers.new("order", item)
    if not papers.several:
        papers.context.report.error(
            "missing-key",
            "an order compares contracts with each other, and it is not said which ones",
            item.span,
            help="write `contracts: ...`, such as `contracts: project.contracts`",
        )
        return None
    first, later = papers.condition(item, "earlier"), papers.condition(item, "later")
    wanted = "when a contract was signed is an instant or a date"
    signed = papers.typed(item, "by", wanted, (t.Instant, t.Date), papers.present, may_be_absent=True)
    if first is None or later is None or signed is None or check is None:
        return None
    where: terms.Term = terms.Value(True, BOOLEAN)
    if "where" in item.keys:
        named = {**papers.head.named, "earlier": _earlier(papers), "later": papers.record}
        shown = papers.present | implied(first.term, True)
        present = papers.present | implied(later.term, True) | {_of_earlier(papers, each) for each in shown}
        joined = papers.condition(item, "where", present, named)
        if joined is None:
            return None
        where = joined.term
    return Order(
        replace(check, type=t.present(signed.type)),
        later.term,
        signed.term,
        _of_earlier(papers, first.term),
        where,
        item.text("same_time") == "allowed",
    )


def candidates(papers: Papers, order: Order) -> tuple[Column, ...]:
    """The columns of a record for the contracts that may come first, and whether there may be others."""
    earlier, type = _earlier(papers), t.ListOf(papers.record.type)
    found = Column(order.of(_CANDIDATES), terms.Select(papers.records, earlier.name, order.first, type))
    # Where some that may come first are not known, one of them may be it.
    known = terms.Quantified("every", terms.ColumnOf(found.name, type), earlier.name, exists(earlier), BOOLEAN)
    return found, Column(order.of(_OTHERS), negated(known))


def add_order(papers: Papers, order: Order) -> None:
    """One row for each contract that needs an earlier one and each that may be it, joined to the former again."""
    earlier, type = _earlier(papers), t.ListOf(papers.record.type)
    when = t.present(order.signed.type)
    now: terms.Term = terms.Today(when) if isinstance(when, t.Date) else terms.AsOf(when)
    day = papers.add(order.of(columns.SIGNED), order.signed)
    belongs = terms.ColumnOf(columns.BELONGS, BOOLEAN)
    needs = papers.add(order.of("needs"), every(belongs, order.needs, exists(day), compared(day, "<=", now)))
    rows = papers.rows()
    own = compared(terms.FieldOf(earlier, "id", t.Text()), "=", terms.FieldOf(papers.record, "id", t.Text()))
    related = every(negated(own), order.where)
    paired = order.of(columns.PAIRED)
    pairs = Unnest(
        Filter(rows, Column(order.of("needs one"), needs)),
        terms.Select(terms.ColumnOf(order.of(_CANDIDATES), type), earlier.name, related, type),
        earlier.name,
        paired,
        order.of(columns.PAIRS_WHOLE),
    )
    its_day = terms.ColumnOf(order.of(columns.EARLIER_SIGNED), order.signed.type)
    in_time = compared(its_day, "<=" if order.equal else "<", day)
    before = Column(order.of(columns.BEFORE), every(terms.ColumnOf(paired, BOOLEAN), exists(its_day), in_time))
    source = Let(pairs, (Column(its_day.name, _of_earlier(papers, order.signed)), before))
    found = order.of(columns.FOUND)
    papers.node = Collapse(rows, source, (Column(found, terms.ColumnOf(before.name, BOOLEAN)),))
    alternatives = (terms.ColumnOf(found, BOOLEAN), terms.ColumnOf(order.of(_OTHERS), BOOLEAN))
    papers.faulty(order.check, needs, negated(terms.AnyOf(alternatives, BOOLEAN)))


_CANDIDATES = "candidates"
_OTHERS = "perhaps another one"


def _earlier(papers: Papers) -> terms.Variable:
    return terms.Variable(columns.EARLIER, papers.record.type)


def _of_earlier(papers: Papers, term: terms.Term) -> terms.Term:
    return substituted(term, papers.record.name, _earlier(papers))
