"""The yearly grading of integrators: who is gold, who is in the last tenth, and what that leads to.

    python grade.py [--language zh] [--json FILE]

The review of 1 January looks at the ranks. Its grades are recorded as standings and given back as facts, as a database
would keep them; only then do the measures for the last tenth follow.
"""

import argparse
import csv
import datetime as dt
import json
import unicodedata
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import partnerrules as pr
from partnerrules.decisions.results import DefinitionResult, TableResult
from partnerrules.decisions.sanctions import SanctionResult
from partnerrules.decisions.scoring import ScoreResult
from partnerrules.decisions.tiering import TieringResult

HERE = Path(__file__).resolve().parent
RULES = HERE.parents[1] / "rulesets" / "china-mobile-si"
AS_OF = dt.datetime(2027, 1, 5, 9, tzinfo=ZoneInfo("Asia/Shanghai"))

HEADINGS = {
    "en": ("score", "grade", "change", "credit", "support"),
    "zh": ("得分", "等级", "变动", "信用积分", "支持"),
    "ru": ("балл", "класс", "изменение", "доверие", "поддержка"),
}
WIDTHS = (26, 12, 26, 26)  # of the columns after the score
TO_RECORD = {"en": "Grades to record", "zh": "待登记等级", "ru": "Записать классов"}
CHANGES = {  # what a review does to a grade, and the effects of sanctions: words of the library, not of the ruleset
    "promoted": {"en": "promoted", "zh": "升级", "ru": "повышен"},
    "demoted": {"en": "demoted", "zh": "降级", "ru": "понижен"},
    "kept": {"en": "kept", "zh": "保持", "ru": "прежний"},
    "first": {"en": "first", "zh": "首次", "ru": "впервые"},
    "none": {"en": "none", "zh": "无", "ru": "нет"},
}
EFFECTS = {
    "notice": {"en": "public notice", "zh": "通报", "ru": "публичное уведомление"},
    "stop_new_business": {"en": "no new business", "zh": "停止新增业务", "ru": "без новых сделок"},
    "stop_settlement": {"en": "no settlement", "zh": "停止结算", "ru": "без расчётов"},
}

Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Graded:
    """What the desk shows of one integrator.

    Attributes:
        place: among those who are ranked; None for newcomers and for those without a score.
        change: what the review did to the grade that was recorded.
        points: the credit points that breaches have left.
        effects: what is in force against it.
    """

    partner: str
    name: str
    place: int | None
    score: str
    grade: str
    change: str
    points: str
    credit: str
    support: str
    effects: tuple[str, ...]


@dataclass(frozen=True)
class Grading:
    """The grading of a year: the line of each integrator, the decision behind them, and what is to be recorded."""

    lines: list[Graded]
    decision: pr.Decision
    standings: int


def grade(as_of: dt.datetime = AS_OF) -> Grading:
    """Grades all integrators, records the grades, and decides what they lead to."""
    rules, facts = pr.load(RULES), pr.Facts.read(HERE / "facts")
    review = rules.decide(facts, as_of=as_of)
    decision = rules.decide(facts.adding(review.new_standings), as_of=as_of)
    lines = [graded(id, name, review, decision) for id, name in names().items()]
    lines.sort(key=lambda line: (line.place is None, line.place or 0, line.partner))
    return Grading(lines, decision, len(review.new_standings))


def graded(id: str, name: str, review: pr.Decision, decision: pr.Decision) -> Graded:
    """One line: rank and change as the review found them, all else as it is once the grade is recorded."""
    rank = review["si-rank"].get(id)  # newcomers have none
    ranking = a(TieringResult, rank).ranking if rank is not None else None
    change = a(TieringResult, review["si-grade"][id]).review
    score = a(ScoreResult, decision["si-evaluation"][id]).score
    support = a(TableResult, decision["si-support"][id])
    against = [a(SanctionResult, decision[policy][id]).effects for policy in ("last-tenth", "lack-of-credit")]
    return Graded(
        partner=id,
        name=name,
        place=ranking.least if ranking is not None and rank is not None and rank.outcome != "no_score" else None,
        score=f"{score:.2f}" if isinstance(score, Decimal) else "-",
        grade=decision["si-grade"][id].outcome,
        change=change.change or "none" if change is not None else "none",
        points=str(a(DefinitionResult, decision["credit"][id]).raw),
        credit=decision["credit-standing"][id].outcome,
        support=str(support.outputs["support"]) if support.outcome == "decided" else "-",
        effects=tuple(dict.fromkeys(effect for effects in against for effect in effects)),
    )


def a(kind: type[Kind], result: object) -> Kind:
    """A result as the kind that its policy gives."""
    assert isinstance(result, kind)
    return result


def names() -> dict[str, str]:
    """The names of the integrators, by id."""
    with (HERE / "facts" / "partners.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row["legal_name"] for row in csv.DictReader(file)}


def cell(text: str, width: int) -> str:
    """A text filled up with blanks; a Chinese character takes two columns."""
    columns = sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
    return text + " " * (width - columns)


def show(grading: Grading, language: str) -> None:
    """Prints the ranking, and in full why the first is gold and what the last tenth suffers."""

    def named(word: str) -> str:
        title = grading.decision.words.get(word)
        return (title and title.text(language)) or word

    score, *headings = HEADINGS[language]
    columns = [cell(heading, width) for heading, width in zip(headings, WIDTHS, strict=True)]
    print((cell("", 40) + cell(score, 7) + "".join(columns)).rstrip())
    for line in grading.lines:
        place = "-" if line.place is None else str(line.place)
        grade = "-" if line.grade == "no_grade" else named(line.grade)
        told = (grade, CHANGES[line.change][language], f"{line.points:>3} {named(line.credit)}", named(line.support))
        columns = [cell(each, width) for each, width in zip(told, WIDTHS, strict=True)]
        effects = ", ".join(EFFECTS[effect][language] for effect in line.effects)
        print(f"{place:>3} {line.partner} {cell(line.name, 30)}{line.score:>5}  {''.join(columns)}{effects}".rstrip())
    print(f"\n{TO_RECORD[language]}: {grading.standings}")
    for policy, subject in [
        ("si-rank", grading.lines[0].partner),
        *(("last-tenth", line.partner) for line in grading.lines if line.grade == "last_tenth"),
        *(("lack-of-credit", line.partner) for line in grading.lines if line.credit == "poor"),
    ]:
        print("\n" + grading.decision.explain(policy, subject, language=language))


def main() -> None:
    """Grades and prints, and writes the lines as JSON where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--language", default="en", choices=["en", "zh", "ru"])
    parser.add_argument("--json", type=Path, help="where to write the grading as data")
    arguments = parser.parse_args()
    grading = grade()
    show(grading, arguments.language)
    if arguments.json is not None:
        data = [asdict(line) for line in grading.lines]
        arguments.json.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
