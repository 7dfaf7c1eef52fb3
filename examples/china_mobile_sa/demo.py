"""One month of the sales agent programme, decided and shown in English and Chinese: run `make demo`."""

import csv
import datetime as dt
import re
import unicodedata
from pathlib import Path
from zoneinfo import ZoneInfo

import partnerrules as pr
from partnerrules.decisions.results import (
    ConditionResult,
    EligibilityResult,
    GateResult,
    TableResult,
    condition_results,
)
from partnerrules.decisions.values import missing_text, value_data

HERE = Path(__file__).resolve().parent
AS_OF = dt.datetime(2026, 3, 31, 18, tzinfo=ZoneInfo("Asia/Shanghai"))
WIDTH = 110
ROLES = {
    "agent": "the agent alone  代理",
    "both": "the agent together with the account manager  代理与客户经理",
    "account_manager": "the account manager  客户经理",
    "undetermined": "not yet known  待定",
}


def columns(text: str) -> int:
    """How many columns a text takes on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def cell(text: str, width: int) -> str:
    """A text filled up with blanks."""
    return text + " " * (width - columns(text))


def show(first: str, words: list[str], separator: str) -> None:
    """Prints words behind a first one, in lines that fit and stand below each other."""
    line = first
    for word in words:
        piece = word if word is words[-1] else word + separator
        if columns(line) + columns(piece) > WIDTH and line != first:
            print(line.rstrip())
            line = " " * columns(first)
        line += piece
    print(line.rstrip())


def heading(text: str) -> None:
    """Prints a title with a line below it."""
    print(f"\n{text}\n{'-' * columns(text)}")


def names(relation: str, field: str) -> dict[str, str]:
    """What the records of a relation are called, by their ids."""
    with (HERE / "facts" / f"{relation}.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row[field] for row in csv.DictReader(file)}


def missing(result: EligibilityResult | TableResult) -> list[str]:
    """The facts that an undetermined result waits for."""
    return [
        f"no {each.relation} of {each.record} on record" if each.reason == "empty" else missing_text(each)
        for each in result.missing
    ]


def both(titled: GateResult | ConditionResult) -> str:
    """What a gate or a condition is called, in English and Chinese."""
    return f"{titled.title.text('en')} {titled.title.text('zh')}"


def found(condition: ConditionResult) -> str:
    """What a condition found and what it needs, such as ": capability 59 points, needs 60 points"."""
    values = [str(value_data(part.value, part.type)) for part in condition.seen]
    what, least, needed = condition.text.rpartition(" >= ")
    name = what.partition("(")[0].rpartition(".")[2].replace("_", " ")
    return f": {name} {values[0]}, needs {values[1] if values[1:] else needed}" if least else ""


def show_lack(result: EligibilityResult) -> None:
    """Prints the gates that a company fails with what was found there, and the ways to become eligible."""
    changes = {change.condition: change.holds for way in result.ways.listed for change in way}
    for gate in result.gates:
        if gate.status == "failed":
            open_ones = [each for each in condition_results(gate.requirement) if each.id in changes]
            print(
                f"       lacks 未达标: {both(gate)}{''.join(found(each) for each in open_ones if each.id == gate.id)}"
            )
            for each in (each for each in open_ones if each.id != gate.id):
                print(f"         - {both(each)}{found(each)}")
    for number, way in enumerate(result.ways.listed):
        steps = []
        for change in way:
            condition = result.conditions[change.condition]
            doubt = "known to hold 确认: " if isinstance(condition.outcome, pr.Unknown) else ""
            steps.append(f"{doubt if change.holds else 'no longer 不再 '}{both(condition)}")
        show("       or 或:    " if number else "       way 路径: ", steps, " + ")


def show_admission(results: dict[str, EligibilityResult], partners: dict[str, str]) -> None:
    """Prints who may be an agent, what the others lack, and what is not known."""
    of = {word: [id for id in results if results[id].outcome == word] for word in ("eligible", "ineligible")}
    heading(f"Eligible: {len(of['eligible'])} of {len(results)} companies  符合准入条件：{len(of['eligible'])} 家")
    show("  ", [cell(f"{id} {partners[id]}", 36) for id in of["eligible"]], "")

    heading("Not eligible: what they lack, and the shortest way there  不符合条件：所缺条件与最短达标路径")
    for id in of["ineligible"]:
        print(f"  {id} {partners[id]}")
        show_lack(results[id])

    heading("Undetermined: the facts that are missing  待定：缺少的事实")
    for id, result in results.items():
        if result.outcome == "undetermined":
            show(f"  {cell(f'{id} {partners[id]}', 40)}", missing(result), ", ")


def show_roles(roles: dict[str, TableResult], scopes: dict[str, EligibilityResult]) -> None:
    """Prints who sells each deal, and why it is not the agent where it is not."""
    customers, products = names("customers", "legal_name"), names("products", "name")
    sellers, sold, buyers = names("deals", "partner"), names("deals", "product"), names("deals", "customer")
    for role, said in ROLES.items():
        chosen = {id: each for id, each in roles.items() if role in (each.outcome, each.outputs["role"])}
        heading(f"{len(chosen)} deals: {said}")
        for id, each in chosen.items():
            line = f"  {id} {cell(sellers[id], 5)}{cell(products[sold[id]], 19)}{cell(customers[buyers[id]], 28)}"
            failed = [gate.title for gate in scopes[id].gates if gate.status == "failed"] if id in scopes else []
            reasons = [text for title in failed for text in (f"not: {title.text('en')}", f"未达标: {title.text('zh')}")]
            show(line, missing(each) or reasons, ", ")


def main() -> None:
    """Decides the month and prints it."""
    rules = pr.load(HERE.parents[1] / "rulesets" / "china-mobile-sa")
    decision = rules.decide(pr.Facts.read(HERE / "facts"), as_of=AS_OF)
    print(f"Sales agents of the corporate business, as of {AS_OF:%Y-%m-%d %H:%M}  集团客户业务销售代理")
    admission = {id: each for id, each in decision["sa-admission"].items() if isinstance(each, EligibilityResult)}
    scopes = {id: each for id, each in decision["deal-scope"].items() if isinstance(each, EligibilityResult)}
    roles = {id: each for id, each in decision["who-sells"].items() if isinstance(each, TableResult)}
    show_admission(admission, names("partners", "legal_name"))
    show_roles(roles, scopes)
    heading("Why D-10 is not the agent's, in full  D-10 不由代理销售的完整说明")
    told = (decision.explain("deal-scope", "D-10", language=language) for language in ("en", "zh"))
    for line in "\n\n".join(told).splitlines():
        show(line[: len(line) - len(line.lstrip())], re.findall(r"[^ 、]+[ 、]?", line), "")


if __name__ == "__main__":
    main()
