"""One month of the sales agent programme, decided and shown in English and Chinese: run `make demo`."""

import csv
import datetime as dt
import re
import unicodedata
from pathlib import Path
from zoneinfo import ZoneInfo

import partnerrules as pr
from partnerrules.decisions import results as kinds
from partnerrules.decisions.values import missing_text, value_data

HERE = Path(__file__).resolve().parent
AS_OF = dt.datetime(2026, 3, 31, 18, tzinfo=ZoneInfo("Asia/Shanghai"))
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


def show(first: str, words: list[str], separator: str, width: int = 110) -> None:
    """Prints words behind a first one, in lines that fit and stand below each other."""
    line = first
    for word in words:
        if columns(line + word + separator.rstrip()) > width and line != first:
            print(line.rstrip())
            line = " " * columns(first)
        line += word + separator
    print(line.removesuffix(separator).rstrip())


def heading(text: str) -> None:
    """Prints a title with a line below it."""
    print(f"\n{text}\n{'-' * columns(text)}")


def names(relation: str, field: str) -> dict[str, str]:
    """What the records of a relation are called, by their ids."""
    lines = (HERE / "facts" / f"{relation}.csv").read_text(encoding="utf-8").splitlines()
    return {row["id"]: row[field] for row in csv.DictReader(lines)}


def missing(result: kinds.EligibilityResult | kinds.TableResult) -> list[str]:
    """The facts that an undetermined result waits for."""
    none = "no {0.relation} of {0.record} on record"
    return [none.format(each) if each.reason == "empty" else missing_text(each) for each in result.missing]


def told(what: kinds.GateResult | kinds.ConditionResult, *, found: bool = False) -> str:
    """A title in both languages; also what was found and is needed: "capability 59 points, needs 60 points"."""
    title = f"{what.title.text('en')} {what.title.text('zh')}"
    if not found or not isinstance(what, kinds.ConditionResult) or " >= " not in what.text:
        return title
    values = [value_data(part.value, part.type) for part in what.seen]
    name = what.text.partition(" >= ")[0].partition("(")[0].rpartition(".")[2].replace("_", " ")
    return f"{title}: {name} {values[0]}, needs {values[1] if values[1:] else what.text.rpartition(' >= ')[2]}"


def show_lack(result: kinds.EligibilityResult) -> None:
    """Prints the gates that a company fails with the conditions to blame, and the ways to become eligible."""
    for gate in [gate for gate in result.gates if gate.status == "failed"]:
        open_ones = {each.id: each for each in kinds.condition_results(gate.requirement) if each.outcome is not True}
        print(f"       lacks 未达标: {told(open_ones.pop(gate.id, gate), found=True)}")
        for each in open_ones.values():
            print(f"         - {told(each, found=True)}")
    for number, way in enumerate(result.ways.listed):
        steps = [("" if step.holds else "no longer 不再 ") + told(result.conditions[step.condition]) for step in way]
        show("       or 或:    " if number else "       way 路径: ", steps, " + ")


def show_admission(results: dict[str, kinds.EligibilityResult], partners: dict[str, str]) -> None:
    """Prints who may be an agent, what the others lack, and what is not known."""
    eligible = [f"{id} {partners[id]}" for id, result in results.items() if result.outcome == "eligible"]
    heading(f"Eligible: {len(eligible)} of {len(results)} companies  符合准入条件：{len(eligible)} 家")
    show("  ", [cell(name, 36) for name in eligible], "")
    heading("Not eligible: what they lack, and the shortest way there  不符合条件：所缺条件与最短达标路径")
    for id in [id for id, result in results.items() if result.outcome == "ineligible"]:
        print(f"  {id} {partners[id]}")
        show_lack(results[id])
    heading("Undetermined: the facts that are missing  待定：缺少的事实")
    for id in [id for id, result in results.items() if result.outcome == "undetermined"]:
        show(f"  {cell(f'{id} {partners[id]}', 40)}", missing(results[id]), ", ")


def show_roles(roles: dict[str, kinds.TableResult], scopes: dict[str, kinds.EligibilityResult]) -> None:
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
    rules, facts = pr.load(HERE.parents[1] / "rulesets" / "china-mobile-sa"), pr.Facts.read(HERE / "facts")
    decision = rules.decide(facts, as_of=AS_OF)
    print(f"Sales agents of the corporate business, as of {AS_OF:%Y-%m-%d %H:%M}  集团客户业务销售代理")
    admission = {id: each for id, each in decision["sa-admission"].items() if isinstance(each, kinds.EligibilityResult)}
    scopes = {id: each for id, each in decision["deal-scope"].items() if isinstance(each, kinds.EligibilityResult)}
    roles = {id: each for id, each in decision["who-sells"].items() if isinstance(each, kinds.TableResult)}
    show_admission(admission, names("partners", "legal_name"))
    show_roles(roles, scopes)
    heading("Why D-10 is not the agent's, in full  D-10 不由代理销售的完整说明")
    in_full = "\n\n".join(decision.explain("deal-scope", "D-10", language=each) for each in ("en", "zh"))
    for line in in_full.splitlines():
        show(line[: len(line) - len(line.lstrip())], re.findall(r"[^ 、]+[ 、]?", line), "")


if __name__ == "__main__":
    main()
