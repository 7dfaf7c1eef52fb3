"""One month of the sales agent programme, decided whole and shown in English and Chinese: run `make demo`.

Who may be an agent, who holds each contested customer, what the agents earn, what follows from breaches, what of
the pay that holds back, and what follows from facts that stand together.
"""

import csv
import datetime as dt
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import partnerrules as pr
from partnerrules.decisions.commission import CommissionResult
from partnerrules.decisions.conflicts import ALL, ALL_OTHERS, Contestant, ContestGroup
from partnerrules.decisions.inference import InferenceResult
from partnerrules.decisions.requirement_results import ConditionResult, condition_results
from partnerrules.decisions.results import EligibilityResult, TableResult
from partnerrules.decisions.statements import Statement, StatementLine
from partnerrules.decisions.values import missing_text, value_data
from partnerrules.schema.missing import Missing
from partnerrules.schema.titles import Title
from partnerrules.schema.types import Ratio

HERE = Path(__file__).resolve().parent
AS_OF = dt.datetime(2026, 3, 31, 18, tzinfo=ZoneInfo("Asia/Shanghai"))
CONFLICTS = ("key-account", "same-customer", "other-channels")
INFERENCES = ("rival-registrations", "supply-of-a-listed-agent", "repeated-breach", "last-certificate-lost")
MARCH = (dt.date(2026, 3, 1), dt.date(2026, 4, 1))
ROLES = {
    "agent": "the agent alone 代理",
    "both": "the agent together with the account manager 代理与客户经理",
    "account_manager": "the account manager 客户经理",
    "undetermined": "not yet known 待定",
}
STATUSES = {"held": "held 暂缓", "forfeited": "lost 取消"}
NOTHING = pr.Money(Decimal(0), "CNY")

# ------------------------------------------------------------------------------------------------------------ printing


def columns(text: str) -> int:
    """How many columns a text takes on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def cell(text: str, width: int, *, right: bool = False) -> str:
    """A text filled up with blanks."""
    blanks = " " * (width - columns(text))
    return blanks + text if right else text + blanks


def show(first: str, words: Iterable[str], separator: str, width: int = 110) -> None:
    """Prints words behind a first one, in lines that fit and stand below each other."""
    line = first
    for word in words:
        if columns(line + word + separator.rstrip()) > width and line != first:
            print(line.rstrip())
            line = " " * columns(first)
        line += word + separator
    print(line.removesuffix(separator).rstrip())


def show_story(*stories: str) -> None:
    """Prints explanations, each line of them within the width of the terminal."""
    for line in "\n\n".join(stories).splitlines():
        show(line[: len(line) - len(line.lstrip())], re.findall(r"[^ 、]+[ 、]?", line), "")


def heading(text: str) -> None:
    """Prints a title with a line below it."""
    print(f"\n{text}\n{'-' * columns(text)}")


def both(title: Title) -> str:
    """A title in both languages."""
    return f"{title.text('en')} {title.text('zh')}"


def missing(facts: Iterable[Missing]) -> list[str]:
    """The facts that a result waits for."""
    none = "no {0.relation} of {0.record} on record"
    return [none.format(each) if each.reason == "empty" else missing_text(each) for each in facts]


def names(relation: str, field: str) -> dict[str, str]:
    """One field of the records of a relation, by their ids."""
    lines = (HERE / "facts" / f"{relation}.csv").read_text(encoding="utf-8").splitlines()
    return {row["id"]: row[field] for row in csv.DictReader(lines)}


# --------------------------------------------------------------------------------------------------------- eligibility


def lacking(result: EligibilityResult) -> list[str]:
    """What a company lacks, in both languages, with what was found and what is needed where that is a number."""
    gate = next(gate for gate in result.gates if gate.status == "failed")
    failed = [each for each in condition_results(gate.requirement) if each.outcome is not True]
    return [told(each, both(each.title if each.title.texts else gate.title)) for each in failed] or [both(gate.title)]


def told(condition: ConditionResult, title: str) -> str:
    """A condition, such as "capability 59 points, needs 60 points"."""
    if " >= " not in condition.text:
        return title
    found = [value_data(part.value, part.type) for part in condition.seen]
    return f"{title} ({found[0]}, needs {found[1] if found[1:] else condition.text.rpartition(' >= ')[2]})"


def show_admission(results: Mapping[str, EligibilityResult]) -> None:
    """Prints who may be an agent, what the others lack, and what is not known."""
    partners = names("partners", "legal_name")
    by_outcome = {
        word: {id: cell(f"{id} {partners[id]}", 36) for id, each in results.items() if each.outcome == word}
        for word in ("eligible", "ineligible", "undetermined")
    }
    eligible = by_outcome["eligible"]
    heading(f"Eligible: {len(eligible)} of {len(results)} companies  符合准入条件：{len(eligible)} 家")
    show("  ", eligible.values(), "")
    heading("Not eligible: what they lack  不符合条件：所缺条件")
    for id, name in by_outcome["ineligible"].items():
        show(f"  {name}", lacking(results[id]), ", ")
    heading("Undetermined: the facts that are missing  待定：缺少的事实")
    for id, name in by_outcome["undetermined"].items():
        show(f"  {name}", missing(results[id].missing), ", ")


def show_roles(results: Mapping[str, TableResult]) -> None:
    """Prints how many deals are whose."""
    heading(f"Who sells the {len(results)} deals  商机由谁销售")
    for role, words in ROLES.items():
        print(f"  {sum(1 for each in results.values() if role in (each.outcome, each.outputs['role'])):2} {words}")


# ----------------------------------------------------------------------------------------------------------- conflicts


def show_conflicts(decision: pr.Decision) -> None:
    """Prints each contest: over what, who keeps it and why, and what became of the others."""
    claimed_by = {**names("registrations", "customer"), **names("assignments", "customer")}
    claimed_by |= names("opportunities", "customer")
    customers = {claim: names("customers", "legal_name")[customer] for claim, customer in claimed_by.items()}
    products = {**names("products", "name"), ALL: "", ALL_OTHERS: "everything else 其余产品"}
    for policy in CONFLICTS:
        results = decision[policy]
        contests = [group for group in results.groups if len(group.contestants) > 1]
        heading(f"{both(results[contests[0].contestants[0].claim].basis.title)} ({len(contests)})")
        for group in contests:
            buyers = dict.fromkeys(customers[each.claim] for each in group.contestants)
            over = [products[str(each["products"])] for each in group.cells if "products" in each]
            facts = sorted({fact for each in group.contestants for fact in results[each.claim].missing})
            what = cell(f"{' / '.join(buyers)} {', '.join(over)}", 47)
            show(f"  {what}", [ending(group, facts)], "")
            losers = [each for each in group.contestants if each.outcome == "lost"]
            in_part = {each.claim for each in losers if results[each.claim].outcome == "partial"}
            words = [claimed(each) + (", keeps the rest 保留其余" if each.claim in in_part else "") for each in losers]
            if words:
                show(" " * 49 + "against 对: ", words, "; ")
            for each in group.contestants:
                if each.outcome == "discarded":
                    show(" " * 49, [f"out 不予考虑: {claimed(each)}, ", shortfall(each)], "")


def ending(group: ContestGroup, facts: list[Missing]) -> str:
    """Who keeps what is contested, and by what, in both languages."""
    claims = [claimed(each) for each in group.contestants if each.outcome not in ("lost", "discarded")]
    match group.outcome:
        case "won" if group.decided_by is not None:
            return f"{claims[0]}: {both(group.decided_by.title)}"
        case "won":
            return f"{claims[0]}: the only valid claim 唯一有效主张"
        case "undecided":
            return f"{', '.join(claims)}: a person decides 需人工裁定"
        case "undetermined":
            return f"open 待定: {', '.join(missing(facts))}"
    return "nobody 无有效主张"


def claimed(contestant: Contestant) -> str:
    """Who claims, and by what record."""
    return f"{contestant.claimant} ({contestant.claim})"


def shortfall(contestant: Contestant) -> str:
    """Why a claim does not count."""
    if contestant.lost_before:
        return "it lost before 此前已落败"
    return f"not 未达标: {both(contestant.failed[0].title)}"


# ----------------------------------------------------------------------------------------------------------------- pay


def show_statement(found: Statement) -> None:
    """Prints a statement line by line, but for lines of nothing, and the totals that the lines add up to."""
    before = ""
    for line in found.lines:
        if line.amount == NOTHING:
            continue
        document = f"{line.date} {line.document}"
        shown = cell(f"{document}{cell(money(line.result.base), 13, right=True)}" if document != before else "", 29)
        shown += f"  {cell(both(line.result.basis.title), 31)}{cell(rate(line), 29)}"
        print(f"  {shown}{cell(money(line.amount), 9, right=True)}  {STATUSES.get(line.status, '')}".rstrip())
        before = document
    totals = {"earned 应计": found.earned, "held back 暂缓": found.held, "to be paid 应付": found.payable}
    print("  " + "; ".join(f"{name} {money(amount)}" for name, amount in totals.items()))


def money(amount: pr.Money | pr.Unknown | None) -> str:
    """An amount without its currency, which is the same everywhere here."""
    return f"{amount.amount:,.2f}" if isinstance(amount, pr.Money) else "not known 未知"


def show_hold(result: CommissionResult) -> None:
    """Prints what holds a payment back."""
    held = [each for line in result.own_lines for each in line.conditions.get("hold", ())]  # asked of each payee
    for each in held:
        if each.outcome is True:
            print(f"  {result.basis.subject} is held back by 暂缓原因: {both(each.title)} [{each.source}]")


def rate(line: StatementLine) -> str:
    """By what an amount came about: a row, the bands of a ladder, the share of a split; or what it takes back."""
    corrected, found = line.result.corrects, line.result.rate
    if corrected is not None:
        words = [f"corrects 冲减 {corrected.original}"]
    elif found is None:
        words = []
    elif found.kind == "marginal":
        words = [f"{value_data(band.gives, Ratio())} × {band.inside}" for band in found.bands if band.inside]
    else:
        words = [str(value_data(found.value, found.type))]
    if line.line.share is not None:
        words.append(f"份额 {value_data(line.line.share, Ratio())}")
    return ", ".join(words)


# ----------------------------------------------------------------------------------------------------------- inference


def show_derived(decision: pr.Decision) -> None:
    """Prints what follows from facts that stand together, and from which."""
    heading("What follows from facts that stand together  由相关事实推出")
    for rule in INFERENCES:
        found = [each for each in decision[rule].values() if isinstance(each, InferenceResult)]
        words = [", ".join(premise.record for premise in each.derivations[0].premises) for each in found]
        words = [f"{word} (open 待定)" if each.missing else word for word, each in zip(words, found, strict=True)]
        show(f"  {cell(both(found[0].basis.title), 62)}", words, "; ")


# ---------------------------------------------------------------------------------------------------------------- main


def main() -> None:
    """Decides the month and prints it."""
    rules, facts = pr.load(HERE.parents[1] / "rulesets" / "china-mobile-sa"), pr.Facts.read(HERE / "facts")
    decision = rules.decide(facts, as_of=AS_OF)
    print(f"Sales agents of the corporate business, as of {AS_OF:%Y-%m-%d %H:%M}  集团客户业务销售代理")
    show_admission({id: each for id, each in decision["sa-admission"].items() if isinstance(each, EligibilityResult)})
    show_roles({id: each for id, each in decision["who-sells"].items() if isinstance(each, TableResult)})
    show_conflicts(decision)
    heading("Why R-08 wins, in full  R-08 胜出的完整说明  Почему побеждает R-08")
    show_story(*(decision.explain("same-customer", "R-08", language=each) for each in ("en", "zh", "ru")))
    heading("P-01 in March, line by line  P-01 三月酬金明细")
    show_statement(decision.statement("P-01", start=MARCH[0], end=MARCH[1]))
    heading("P-03 is sanctioned, and its pay is held back  P-03 被处罚，酬金暂缓支付")
    show_story(*(decision.explain("conduct", "P-03", language=each) for each in ("en", "zh")))
    show_statement(decision.statement("P-03", start=MARCH[0], end=MARCH[1]))
    held = decision["sales-remuneration"]["T-010"]
    if isinstance(held, CommissionResult):
        show_hold(held)
    show_derived(decision)
    heading("P-14 has supplied a listed agent  P-14 向黑名单代理供货  P-14 снабжал агента из чёрного списка")
    show_story(*(decision.explain("conduct", "P-14", language=each) for each in ("en", "zh", "ru")))
    heading("New sanctions, for the caller to record  待登记的新处罚")
    for each in decision.new_sanctions:
        show("  ", json.dumps(each.model_dump(mode="json", exclude_defaults=True)).split(" "), " ")


if __name__ == "__main__":
    main()
