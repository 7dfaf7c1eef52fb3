"""What is recorded of a partner's stages: the one that holds on a day, since when, and the history as a whole.

A standing holds on its days, and of several the one that began last. So a history can be kept by adding to it alone:
nothing has to be closed when the next stage begins. Two different ones that begin on one day leave the stage unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from partnerrules.decisions.lifecycle import NO_STAGE
from partnerrules.language import standings, terms
from partnerrules.language.building import ONE_DAY, shifted
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.names import SUBJECT
from partnerrules.plan.nodes import Collapse, Column, Let, Node, Unnest
from partnerrules.policies.computing import WORD, choice, compared, every, exists, negated
from partnerrules.policies.lifecycle import columns
from partnerrules.policies.lifecycle.steps import Stages
from partnerrules.schema import types as t

_STANDING: Final = t.Record("standing")
_STANDINGS: Final = t.ListOf(_STANDING)
_DATE: Final = t.Date()
_TEXT: Final = t.Text()
_TEXTS: Final = t.ListOf(_TEXT)
_TODAY: Final = terms.Today(_DATE)
_RECORDS: Final = terms.ColumnOf(columns.RECORDS, _STANDINGS)

MAXIMUM_HISTORY: Final = 200
"""Recorded stages of one partner of which it is seen how they follow each other: the last ones."""

_OTHER: Final = terms.Variable("#other", _STANDING)
_BEGUN: Final = terms.Variable("#begun", _STANDING)


@dataclass(frozen=True, slots=True)
class Recorded:
    """The standings of one kind of the partner that is decided."""

    kind: str

    @property
    def own(self) -> standings.Standings:
        """The standings themselves."""
        partner = terms.Variable(SUBJECT, t.Record("partner"))
        return standings.Standings(partner, terms.Value(self.kind, _TEXT))

    @property
    def _looked_at(self) -> terms.Term:
        """Those of which the history is made: all, or if they are too many the last of them."""
        count = terms.Aggregate("count", self.own.all, t.Integer())
        too_many = compared(count, ">", terms.Value(MAXIMUM_HISTORY, t.Integer()))
        last = terms.Pick(
            "top",
            terms.Value(MAXIMUM_HISTORY, t.Integer()),
            self.own.all,
            _OTHER.name,
            standings.begins(_OTHER),
            _STANDINGS,
        )
        is_long = terms.IfUnknown(too_many, terms.Value(False, BOOLEAN), BOOLEAN)
        return terms.If(is_long, last, self.own.all, _STANDINGS)

    def _before(self, begins: terms.Term) -> terms.Term:
        """The word that holds on the day before another one begins."""
        day = shifted(begins, "-", ONE_DAY)
        found = terms.Variable("#before", WORD)
        return terms.Let(found.name, self.own.on(day, _RECORDS), choice(exists(found), found, self.own.on(day)), WORD)

    def history(self, source: Node, stages: Stages) -> Node:
        """The rows of subjects with what is irregular about their recorded stages: one row further on for each."""
        member = terms.Variable("#recorded", _STANDING)
        value, begins = standings.value(member), standings.begins(member)
        before = terms.ColumnOf(columns.BEFORE, WORD)
        earlier = terms.Quantified(
            "some", self.own.all, _OTHER.name, compared(standings.begins(_OTHER), "<", begins), BOOLEAN
        )
        first = terms.ColumnOf(columns.FIRST, BOOLEAN)
        begun = terms.Select(_RECORDS, _BEGUN.name, compared(standings.begins(_BEGUN), "<=", _TODAY), _STANDINGS)
        over = Let(source, (Column(columns.RECORDS, self._looked_at),))
        differs = negated(compared(standings.value(_OTHER), "=", value))
        overlaps = every(
            compared(standings.begins(_OTHER), "<", begins),
            exists(standings.ends(_OTHER)),
            compared(begins, "<", standings.end(_OTHER)),
            differs,
        )
        at_once = every(compared(standings.begins(_OTHER), "=", begins), differs)
        rows = Let(
            Unnest(over, begun, member.name, columns.BELONGS, columns.HISTORY_WHOLE),
            (
                Column(columns.VALUE, value),
                Column(columns.FROM_DAY, begins),
                Column(columns.BEFORE, self._before(begins)),
                Column(columns.FIRST, choice(exists(before), terms.Value(False, BOOLEAN), negated(earlier))),
                Column(
                    columns.NO_TRANSITION,
                    every(
                        terms.AnyOf((exists(before), first), BOOLEAN),
                        negated(_passable(value, before, stages.passages())),
                    ),
                ),
                Column(columns.GAP, every(negated(exists(before)), negated(first))),
                Column(columns.OVERLAP, terms.Quantified("some", _RECORDS, _OTHER.name, overlaps, BOOLEAN)),
                Column(columns.AT_ONCE, terms.Quantified("some", _RECORDS, _OTHER.name, at_once, BOOLEAN)),
            ),
        )
        return Collapse(over, rows, ())


def _passable(value: terms.Term, before: terms.Term, passages: Mapping[str, frozenset[str]]) -> terms.Term:
    """Whether a stage may come after what was before it, or be the first one."""
    ways = []
    for stage, befores in passages.items():
        named = tuple(terms.Value(name, _TEXT) for name in sorted(befores) if name != NO_STAGE)
        known: list[terms.Term] = [every(exists(before), terms.Among(before, terms.Items(named, _TEXTS), BOOLEAN))]
        if NO_STAGE in befores:
            known.append(negated(exists(before)))
        ways.append(every(compared(value, "=", terms.Value(stage, _TEXT)), terms.AnyOf(tuple(known), BOOLEAN)))
    return terms.AnyOf(tuple(ways), BOOLEAN)
