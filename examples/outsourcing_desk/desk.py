"""The desk of an outsourcing network: who may take an SLA category at a customer, whose field overlaps, what repeats.

Run `python examples/outsourcing_desk/desk.py --customer N-08 --category TILLS --language ru`.
"""

import argparse
import csv
import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import partnerrules as pr
from partnerrules.decisions import EligibilityResult, InferenceResult, SanctionResult
from partnerrules.decisions.results import GateResult

HERE = Path(__file__).resolve().parent
RULESET = HERE.parents[1] / "rulesets" / "it-outsourcing-network"
NOW = dt.datetime(2026, 11, 20, 12, tzinfo=ZoneInfo("Europe/Moscow"))
HEADINGS = {
    "en": ("Who may take {0} at {1}", "Whose field overlaps", "Which nonconformities repeat"),
    "ru": ("Кто может взять {0} у клиента {1}", "Чьи поля пересекаются", "Какие несоответствия повторяются"),
    "zh": ("谁可承接客户 {1} 的 {0}", "哪些合作伙伴领域重叠", "哪些不符合项重复发生"),
}
LACKS = {"en": "not met: {0}", "ru": "не выполнено: {0}", "zh": "未满足：{0}"}
REPEAT = {"en": "{1}, breach of level {0}: {2}", "ru": "{1}, нарушение уровня {0}: {2}", "zh": "{1}，{0} 级违规：{2}"}
WORDS = {  # what the desk calls outcomes and grades in a table
    "en": {"needs_mentor": "needs a mentor", "ineligible": "not eligible"},
    "ru": {
        "eligible": "может взять",
        "needs_mentor": "нужен ментор",
        "stale": "запись устарела",
        "ineligible": "не может взять",
        "undetermined": "не ясно",
        "strong": "сильный",
        "sound": "достаточный",
        "weak": "слабый",
    },
    "zh": {
        "eligible": "可承接",
        "needs_mentor": "需指定导师",
        "stale": "条目过期",
        "ineligible": "不可承接",
        "undetermined": "无法判断",
        "strong": "优质",
        "sound": "良好",
        "weak": "薄弱",
    },
}
BEST_FIRST = ("eligible", "needs_mentor", "undetermined")


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a partner may take the work.

    Attributes:
        partner: its id.
        outcome: `eligible`, `needs_mentor`, `stale`, `ineligible` or `undetermined`.
        service: the grade of its service, such as `strong`.
        lacking: the gates that it does not pass.
        because: the whole explanation.
    """

    partner: str
    outcome: str
    service: str
    lacking: tuple[GateResult, ...]
    because: str


def partners_of(folder: Path) -> list[str]:
    """The ids of the companies that the facts name."""
    with (folder / "partners.csv").open(encoding="utf-8") as file:
        return [row["id"] for row in csv.DictReader(file) if row["kind"] != "outside"]


def who_may_take(
    rules: pr.Ruleset, facts: pr.Facts, partners: Iterable[str], customer: str, category: str, language: str = "en"
) -> list[Answer]:
    """Asks of each partner whether it may take an SLA category at a customer tomorrow, without a mentor."""
    tomorrow = (NOW + dt.timedelta(days=1)).date()
    asked = {f"asked:{partner}": partner for partner in partners}
    proposals = [
        pr.Record("engagement", id=id, partner=partner, customer=customer, category=category, starts_on=tomorrow)
        for id, partner in asked.items()
    ]
    decision = rules.decide(facts.adding(proposals), as_of=NOW, policies=["taking-an-engagement", "service-of-partner"])
    answers = []
    for id, partner in asked.items():
        result = decision["taking-an-engagement"][id]
        assert isinstance(result, EligibilityResult)
        answers.append(
            Answer(
                partner,
                result.outcome,
                decision["service-of-partner"][partner].outcome,
                tuple(gate for gate in result.gates if gate.status in ("failed", "unknown")),
                decision.explain("taking-an-engagement", id, language=language),
            )
        )
    return sorted(answers, key=_place)


def _place(answer: Answer) -> tuple[int, int, str]:
    grades = ("strong", "sound", "weak")
    outcome = BEST_FIRST.index(answer.outcome) if answer.outcome in BEST_FIRST else len(BEST_FIRST)
    grade = grades.index(answer.service) if answer.service in grades else len(grades)
    return outcome, grade, answer.partner


def overlaps(decision: pr.Decision) -> list[tuple[str, str, tuple[str, ...]]]:
    """Each solution that several partners sell in one territory, with them."""
    return sorted(
        (str(cell["solutions"]), str(cell["territories"]), group.holders)
        for group in decision["same-solution"].crowded
        for cell in group.cells
    )


def repeats(decision: pr.Decision) -> dict[str, list[tuple[int, str, str]]]:
    """By partner the repeats that follow from its nonconformities, and from each other: level, day and records."""
    found: dict[str, list[tuple[int, str, str]]] = {}
    for policy in ("repeated-nonconformity", "repeated-breach"):
        for id, result in decision[policy].items():
            if isinstance(result, InferenceResult) and result.outcome == "derived":
                said = result.values
                repeat = (int(str(said["level"])), str(said["occurred_on"]), ", ".join(_recorded(id)))
                found.setdefault(str(said["partner"]), []).append(repeat)
    return dict(sorted(found.items()))


def _recorded(id: str) -> list[str]:
    """The nonconformities that a derived breach goes back to; its id names them, as in `rule(NC-1+NC-2)`."""
    return sorted(set(re.findall(r"NC-[0-9]+", id)))


def on_a_list(decision: pr.Decision) -> dict[str, tuple[str, dt.date]]:
    """By partner the list that it is on today, and the first day on which it is free."""
    found = {}
    for partner, result in decision["escalation"].items():
        if isinstance(result, SanctionResult) and isinstance(result.ends_at, dt.datetime):
            found[partner] = result.outcome, result.ends_at.astimezone(NOW.tzinfo).date()
    return found


def main(arguments: list[str] | None = None) -> None:
    """Answers the three questions for the facts beside this file."""
    parser = argparse.ArgumentParser(description="The desk of an outsourcing network.")
    parser.add_argument("--customer", default="N-08")
    parser.add_argument("--category", default="TILLS")
    parser.add_argument("--language", default="en", choices=sorted(HEADINGS))
    parser.add_argument("--why", metavar="PARTNER", help="explain in full whether this partner may take the work")
    asked = parser.parse_args(arguments)
    rules, facts = pr.load(RULESET), pr.Facts.read(HERE / "facts")
    decision = rules.decide(
        facts, as_of=NOW, policies=["same-solution", "repeated-nonconformity", "repeated-breach", "escalation"]
    )
    who, whose, which = HEADINGS[asked.language]

    print(who.format(asked.category, asked.customer))
    words = WORDS[asked.language]
    answers = who_may_take(rules, facts, partners_of(HERE / "facts"), asked.customer, asked.category, asked.language)
    for answer in answers:
        outcome, service = (words.get(word, word) for word in (answer.outcome, answer.service))
        lacking = ", ".join(f"{gate.title.text(asked.language)}" for gate in answer.lacking)
        why = LACKS[asked.language].format(lacking) if lacking else ""
        print(f"  {answer.partner:4}  {outcome:15}  {service:12}  {why}".rstrip())
    for answer in answers:
        if answer.partner == asked.why:
            print("\n" + answer.because)

    print(f"\n{whose}")
    for solution, territory, holders in overlaps(decision):
        print(f"  {solution}, {territory}: {', '.join(holders)}")

    print(f"\n{which}")
    for partner, found in repeats(decision).items():
        print(f"  {partner}")
        for repeat in found:
            print("    " + REPEAT[asked.language].format(*repeat))
    for partner in on_a_list(decision):
        print("\n" + decision.explain("escalation", partner, language=asked.language))


if __name__ == "__main__":
    main()
