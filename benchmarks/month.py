"""A month of a real programme: every policy of a ruleset, against the same rules written out by hand."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import partnerrules as pr
from benchmarks.by_hand import month
from benchmarks.by_hand.cells import SHANGHAI
from benchmarks.by_hand.compared import as_plain, differences
from benchmarks.by_hand.month import Outcomes
from benchmarks.by_hand.reading import read_facts
from benchmarks.measuring import Call, Section, again, interleaved
from partnerrules.backends.to_python.compiler import interpreter_only
from partnerrules.decisions.benefits import BenefitResult
from partnerrules.decisions.commission import CommissionResult
from partnerrules.decisions.conflicts import ConflictResult
from partnerrules.decisions.inference import InferenceResult
from partnerrules.decisions.lifecycle import LifecycleResult
from partnerrules.decisions.results import TableResult
from partnerrules.decisions.sanctions import SanctionResult

HERE = Path(__file__).resolve().parent.parent
RULES = HERE / "rulesets" / "china-mobile-sa"
FACTS = HERE / "examples" / "china_mobile_sa" / "facts"
AS_OF = dt.datetime(2026, 3, 31, 18, tzinfo=SHANGHAI)
TOLD = """
March 2026 of the sales agents of `rulesets/china-mobile-sa` (`examples/china_mobile_sa`): all 27 policies and rules of
inference, 453 outcomes. Written by hand is a plain Python program of the same rules (`benchmarks/by_hand`), which knows
nothing of this library. Both come to the same outcomes, with the same missing facts, amounts, sanctions and places.

All outcomes are asked for, without trace. From the files, each reads the same CSV files and decides. From records, each
has read them before: the program puts its records into order, the library has an object of `Facts` that an earlier
decision has read, with its indexes. Milliseconds a month, medians of interleaved rounds; ratios are to the program.
"""
COLUMNS = ("", "from records", "ratio", "from the files", "ratio")
PARTS: Mapping[type, tuple[str, ...]] = {
    BenefitResult: ("granted",),
    CommissionResult: ("amount", "lines"),
    ConflictResult: ("groups", "consequence", "place_in_line"),
    InferenceResult: ("fields",),
    LifecycleResult: ("request",),
    SanctionResult: ("effects", "impositions"),
    TableResult: ("outputs",),
}
"""What is looked at of results besides outcome and missing facts, as all of it is compared."""
BY_HAND, COMPILED, INTERPRETER = WAYS = ("written by hand", "compiled", "interpreter")


class Month:
    """The facts and the rules of the month, ready to be decided.

    Attributes:
        rules: the ruleset.
        by_hand: what the program written by hand comes to.
    """

    def __init__(self, facts: Path = FACTS, rules: pr.Ruleset | None = None) -> None:
        self.rules = pr.load(RULES) if rules is None else rules
        self._facts = facts
        self._records = read_facts(facts)
        self.by_hand = self.decide_by_hand()

    def decide_by_hand(self) -> Mapping[str, Outcomes]:
        """The month by the program written by hand."""
        return month.decide(self._records, AS_OF)

    def facts(self) -> pr.Facts:
        """The facts as they were read, of which no decision was made yet."""
        return pr.Facts.read(self._facts)

    def decide(self, facts: pr.Facts) -> pr.Decision:
        """The month by the library, with all outcomes and amounts that results tell."""
        decision = self.rules.decide(facts, as_of=AS_OF, policies=self.rules.policies, trace=False)
        for results in decision.values():
            for result in results.values():
                _ = result.outcome, result.missing
                for part in PARTS.get(type(result), ()):
                    getattr(result, part)
        return decision

    def differences(self) -> list[str]:
        """What the two do not agree on."""
        decision = self.decide(self.facts())
        found = [f"{policy} is not decided by hand" for policy in decision if policy not in self.by_hand]
        return found + list(differences(self.by_hand, as_plain(decision, self.by_hand)))

    def from_records(self) -> Mapping[str, Call]:
        """What decides the month from facts that were read before, by name."""
        read = self.facts()
        self.decide(read)
        return {
            BY_HAND: self.decide_by_hand,
            COMPILED: lambda: self.decide(read),
            INTERPRETER: interpreted(lambda: self.decide(read)),
        }

    def from_files(self) -> Mapping[str, Call]:
        """What reads the files and decides the month, by name."""
        return {
            BY_HAND: lambda: month.decide(read_facts(self._facts), AS_OF),
            COMPILED: lambda: self.decide(self.facts()),
            INTERPRETER: interpreted(lambda: self.decide(self.facts())),
        }


def interpreted(call: Call) -> Call:
    """The same, by the interpreter."""

    def in_it() -> object:
        with interpreter_only():
            return call()

    return in_it


def section(rounds: int = 7) -> Section:
    """The figures of the month."""
    prepared = Month()
    told = prepared.differences()
    assert not told, told
    timed = {f"{name} records": again(call) for name, call in prepared.from_records().items()}
    timed |= {f"{name} files": again(call) for name, call in prepared.from_files().items()}
    times = interleaved(timed, rounds=rounds)
    rows = []
    for way in WAYS:
        row = [way]
        for source in ("records", "files"):
            taken = times[f"{way} {source}"]
            row += [f"{taken * 1e3:,.1f} ms", f"{taken / times[f'{BY_HAND} {source}']:.1f}"]
        rows.append(row)
    return Section("A month of a programme", TOLD.strip().split("\n\n"), COLUMNS, rows)
