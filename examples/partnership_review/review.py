"""A health review over a portfolio of partnerships: who is at risk, by which signs, and what to do about it.

Reads `facts/`, a folder of CSV files as a CRM exports them, asks the ruleset `partnership-health`, prints the review,
the worst first, and writes it as JSON for other programs:

    python examples/partnership_review/review.py [--language zh] [--json review.json]
"""

import argparse
import csv
import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

import partnerrules as pr
from partnerrules.decisions import (
    LifecycleResult,
    ScoreResult,
    SignsResult,
    TableResult,
    missing_text,
)

HERE: Final = Path(__file__).resolve().parent
RULESET: Final = HERE.parents[1] / "rulesets" / "partnership-health"
AS_OF: Final = dt.datetime(2026, 6, 30, 18, tzinfo=ZoneInfo("Asia/Shanghai"))
WORST_FIRST: Final = ("beyond_repair", "first_danger", "danger", "trouble", "undetermined", "healthy")
LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "reviewed": "Partnerships reviewed",
        "undetermined": "cannot be said yet",
        "actions": "to do",
        "leave_before": "leave before",
        "next_step": "next step",
        "missing": "not known",
        "allowed": "allowed",
        "refused": "refused",
    },
    "zh": {
        "reviewed": "已检查的合作关系",
        "undetermined": "暂无法判断",
        "actions": "措施",
        "leave_before": "须在此日前退出",
        "next_step": "下一步",
        "missing": "缺少的事实",
        "allowed": "准许",
        "refused": "不予准许",
    },
    "ru": {
        "reviewed": "Проверено партнёрств",
        "undetermined": "пока нельзя сказать",
        "actions": "что делать",
        "leave_before": "уйти до",
        "next_step": "следующий шаг",
        "missing": "неизвестно",
        "allowed": "разрешено",
        "refused": "отказано",
    },
}

Kind = TypeVar("Kind")

# ---------------------------------------------------------------------------------------------------------- the review


@dataclass(frozen=True, slots=True)
class Sign:
    """One of the twelve signs that shows: whether it is red or amber, and by which marks."""

    sign: str
    title: str
    light: str
    marks: list[str]


@dataclass(frozen=True, slots=True)
class Review:
    """What the review says of one partnership, by ids for programs and in words for people."""

    partnership: str
    partner: str
    health: str
    in_words: str
    signs: list[Sign]
    actions: dict[str, str]
    leave_before: str | None
    next_step: str | None
    foundations: str | None
    missing: list[str]


def review(decision: pr.Decision, words: Mapping[str, str], language: str) -> list[Review]:
    """All partnerships, the worst first; of equally bad ones first those with more signs."""
    with (HERE / "facts" / "partnerships.csv").open(encoding="utf-8", newline="") as file:
        partner_of = {row["id"]: row["partner"] for row in csv.DictReader(file)}
    with (HERE / "facts" / "partners.csv").open(encoding="utf-8", newline="") as file:
        names = {row["id"]: row["legal_name"] for row in csv.DictReader(file)}
    found = []
    for id in decision["health"]:
        health = expect(SignsResult, decision["health"][id])
        actions = expect(TableResult, decision["actions"][id]).outputs["action"]
        score = expect(ScoreResult, decision["foundations"][id]).score
        found.append(
            Review(
                partnership=id,
                partner=names[partner_of[id]],
                health=health.outcome,
                in_words=words[health.outcome],
                signs=signs(decision, id, language),
                actions={each: words[each] for each in actions} if isinstance(actions, tuple) else {},
                leave_before=leave_before(decision, id),
                next_step=next_step(decision, id, words, language),
                foundations=None if isinstance(score, pr.Unknown) else str(score),
                missing=[missing_text(each) for each in health.missing],
            )
        )
    return sorted(found, key=lambda each: (WORST_FIRST.index(each.health), -len(each.signs)))


def signs(decision: pr.Decision, id: str, language: str) -> list[Sign]:
    """The signs that show, each with the marks that it shows by: the policy of a sign has its name."""
    shown = []
    for sign in expect(SignsResult, decision["health"][id]).signs:
        if sign.shows is True:
            alone = expect(SignsResult, decision[sign.id][id])
            marks = [mark.title.text(language) or mark.id for mark in alone.signs if mark.shows is True]
            shown.append(Sign(sign.id, sign.title.text(language) or sign.id, alone.outcome, marks))
    return shown


def leave_before(decision: pr.Decision, id: str) -> str | None:
    """The first month that is expected to cost more than it brings, if leaving before it is advised."""
    if id not in decision["exit-day"]:
        return None
    return str(expect(TableResult, decision["exit-day"][id]).outputs["leave_before"])


def next_step(decision: pr.Decision, id: str, words: Mapping[str, str], language: str) -> str | None:
    """The step on the way back, or out, that is asked for, and what becomes of it."""
    request = expect(LifecycleResult, decision["recovery"][id]).request
    if request is None or request.transition is None:
        return None
    step = request.transition
    return f"{step.title.text(language) or step.after}: {words[request.outcome]}"


def expect(kind: type[Kind], result: object) -> Kind:
    """A result, of the kind that its policy is."""
    if not isinstance(result, kind):
        raise TypeError(f"not a {kind.__name__}: {result}")
    return result


# ------------------------------------------------------------------------------------------------------------ printing


def show(found: list[Review], words: Mapping[str, str]) -> None:
    """Prints how many are how well, and then each that is not healthy, or that there is something to do about."""
    counts = Counter(each.health for each in found)
    print(f"{words['reviewed']}: {len(found)}")
    for health in WORST_FIRST:
        print(f"  {counts[health]:2} {words[health]}")
    for each in found:
        if each.health != "healthy" or each.actions:
            show_one(each, words)


def show_one(each: Review, words: Mapping[str, str]) -> None:
    """Prints one partnership."""
    print(f"\n{each.partnership} {each.partner}: {each.in_words}")
    for sign in each.signs:
        print(f"  - {sign.title} ({words[sign.light]}): {'; '.join(sign.marks)}")
    rest = {
        "actions": "; ".join(each.actions.values()),
        "leave_before": each.leave_before,
        "next_step": each.next_step,
        "missing": "; ".join(each.missing),
    }
    for label, text in rest.items():
        if text:
            print(f"  {words[label]}: {text}")


# ---------------------------------------------------------------------------------------------------------------- main


def main(arguments: list[str] | None = None) -> None:
    """Reviews the portfolio of the folder `facts`."""
    parser = argparse.ArgumentParser(description="A health review over a portfolio of partnerships.")
    parser.add_argument("--language", choices=tuple(LABELS), default="en", help="of what is printed and written")
    parser.add_argument("--json", type=Path, help="a file to write the review to")
    options = parser.parse_args(arguments)
    rules = pr.load(RULESET)
    words = {word: title.text(options.language) or word for word, title in rules.versions[0].words.items()}
    words |= LABELS[options.language]
    decision = rules.decide(pr.Facts.read(HERE / "facts"), as_of=AS_OF)
    found = review(decision, words, options.language)
    show(found, words)
    if options.json is not None:
        text = json.dumps([asdict(each) for each in found], ensure_ascii=False, indent=2)
        options.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
