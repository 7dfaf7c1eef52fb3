"""Files made to take down whoever reads them are refused in bounded time and memory, and never end in a traceback.

Run as a program, this file reads all of them, one after the other, in at most a gigabyte and 30 seconds each, and says
as JSON what became of each. The tests look at that.
"""

import datetime as dt
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from partnerrules import Facts, check

HEAD = 'ruleset: northern\nversion: "1"\nin_force: 2026-01-01 .. 2027-01-01\ncurrency: CNY\n'
MEMORY = 1 << 30
SECONDS = 30

Files = dict[str, str]


def gate(expression: str) -> str:
    """A ruleset that asks one thing."""
    return conditions(f"require: '{expression}'")


def conditions(text: str, *, times: int = 1) -> str:
    """A ruleset with so many gates, which may have their number in them."""
    gates = "".join(f"      - id: g{each}\n        {text.replace('NUMBER', str(each))}\n" for each in range(times))
    return f"{HEAD}eligibility:\n  admission:\n    subject: partner\n    gates:\n{gates}"


def definitions(lines: list[str]) -> str:
    return HEAD + "definitions:\n" + "".join(f"  {line}\n" for line in lines)


def policies(requirements: list[str]) -> str:
    text = HEAD + "eligibility:\n"
    for number, requirement in enumerate(requirements):
        text += f"  p{number}:\n    subject: partner\n    gates:\n      - {{id: a, require: '{requirement}'}}\n"
    return text


def table(rows: int, unit: str = "CNY") -> str:
    lines = "".join(f"      | {number} {unit} | {number} |\n" for number in range(rows))
    return (
        f"{HEAD}tables:\n  t:\n    subject: deal\n    hit: unique\n    inputs: {{a: deal.amount}}\n"
        f"    outputs: {{r: integer}}\n    rows: |\n      | a | r |\n{lines}"
    )


def nested(start: str, middle: str, end: str, times: int) -> str:
    return start * times + middle + end * times


def laughs() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    return "\n".join(lines + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 60)])


def versions(number: int) -> Files:
    """Versions of which each extends the one before."""
    files = {}
    for year in range(2000, 2000 + number):
        extends = f'extends: "{year - 1}"\n' if year > 2000 else ""
        days = f"{year}-01-01 .. {year + 1}-01-01"
        files[f"{year}/ruleset.yaml"] = f'ruleset: n\nversion: "{year}"\nin_force: {days}\n{extends}'
    return files


def includes(number: int) -> Files:
    files = {f"f{each}.yaml": f"include: [f{each + 1}.yaml]\n" for each in range(number)}
    return {**files, f"f{number}.yaml": "parameters: {}\n", "ruleset.yaml": f"{HEAD}include: [f0.yaml]\n"}


REFUSED: dict[str, tuple[str, Callable[[], str | Files]]] = {
    # what is wrong, and the code it must get
    "brackets in brackets": ("too-deep", lambda: "[" * 20_000),
    "lists in lists": ("too-deep", lambda: HEAD + "title: " + nested("[", "x", "]", 20_000)),
    "all in all": ("too-deep", lambda: conditions("all: " + nested("[{all: ", "[true]", "}]", 20_000))),
    "not in not": ("too-deep", lambda: conditions("not: " + nested("{not: ", "true", "}", 20_000))),
    "round brackets": ("too-deep", lambda: gate(nested("(", "true", ")", 4_000))),
    "20,000 round brackets": ("too-large", lambda: gate(nested("(", "true", ")", 20_000))),
    "calls in calls": ("too-deep", lambda: gate(nested("not(", "true", ")", 1_900))),
    "signs": ("too-deep", lambda: gate("- " * 4_000 + "3 > 1")),
    "a path without end": ("too-deep", lambda: gate("partner" + ".parent" * 1_200)),
    "filters behind filters": ("too-deep", lambda: gate("partners" + "[true]" * 1_200)),
    "a sum without end": ("too-deep", lambda: gate("1 + " * 2_400 + "1 > 0")),
    "a choice without end": ("too-deep", lambda: gate("if true then true else " * 400 + "true")),
    "a cell of brackets": ("too-deep", lambda: table(1).replace("0 CNY", nested("not(", "0 CNY", ")", 1_900))),
    "a type of lists": ("unknown-type", lambda: f"{HEAD}facts:\n  partner:\n    e: '{'list of ' * 20_000}text'\n"),
    "a power tower": ("unknown-operator", lambda: gate("9 ** " * 1_000 + "9 > 1")),
    "a tower of products": ("too-deep", lambda: gate("9999999999 * " * 600 + "9 > 1")),
    "an exponent bomb": ("number-with-exponent", lambda: gate("1e999999999 > 1")),
    "5,000 digits": ("number-too-long", lambda: gate("9" * 5_000 + " > 1")),
    "100,000 digits": ("too-large", lambda: gate("9" * 100_000 + " > 1")),
    "60 digits behind the point": ("number-too-long", lambda: gate("0." + "1" * 60 + " > 1")),
    "a billion laughs": ("too-many-aliases", lambda: HEAD + laughs()),
    "60 MB": ("too-large", lambda: f"{HEAD}title: {'x' * 60_000_000}\n"),
    "800,000 characters of words": ("too-large", lambda: gate("x " * 400_000)),
    "blanks for dates": ("wrong-shape", lambda: HEAD.replace("2026-01-01 ..", f"'{' ' * 500_000}x'#")),
    "20,000 keys that are not known": ("unknown-key", lambda: HEAD + "".join(f"k{n}: 1\n" for n in range(20_000))),
    "30 definitions, each twice the next": (
        "too-deep",
        lambda: definitions([f"d{n}: d{n + 1} * d{n + 1}" for n in range(30)] + ["d30: 3"]),
    ),
    "1,000 definitions in a row": (
        "too-deep",
        lambda: definitions([f"d{n}: d{n + 1} + 1" for n in range(1_000)] + ["d1000: 1"]),
    ),
    "1,000 definitions in a row, last first": (
        "too-deep",
        lambda: definitions(["d0: 1"] + [f"d{n}: d{n - 1} + 1" for n in range(1, 1_000)]),
    ),
    "1,000 policies in a row": (
        "too-deep",
        lambda: policies([f'passes(partner, "p{n + 1}")' for n in range(1_000)] + ["true"]),
    ),
    "1,000 policies in a row, last first": (
        "too-deep",
        lambda: policies(["true"] + [f'passes(partner, "p{n}")' for n in range(1_000)]),
    ),
    "deep policies in a row": (
        "too-deep",
        lambda: policies([nested("not(", f'passes(partner, "p{n + 1}")', ")", 40) for n in range(11)] + ["true"]),
    ),
    "60,000 rows": ("too-large", lambda: table(60_000)),
    "20,000 faulty rows": ("currency-mismatch", lambda: table(20_000, "USD")),
    "200,000 columns": ("duplicate-key", lambda: table(1).replace("| a |", "|" + "a|" * 200_000)),
    "2,000 gates": ("too-large", lambda: conditions("require: count(partner.people) > NUMBER", times=2_000)),
    "5,000 conditions": (
        "too-large",
        lambda: conditions(f"all: [{', '.join(f'{{id: c{n}, require: partner.checks.legal}}' for n in range(5_000))}]"),
    ),
    "10,000 parameters and 1,000 wrong names": (
        "unknown-name",
        lambda: (
            definitions([f"d{n}: q{n} + 1" for n in range(1_000)])
            + "parameters:\n"
            + "".join(f"  p{n}: {{value: 1}}\n" for n in range(10_000))
        ),
    ),
    "names of 1,000 letters": (
        "unknown-name",
        lambda: (
            definitions([f"d{n}: {'ab' * 400}x{n} + 1" for n in range(200)])
            + "parameters:\n"
            + "".join(f"  {'ab' * 450}{n}: {{value: 1}}\n" for n in range(500))
        ),
    ),
    "an include with a path without end": ("unreadable-file", lambda: f"{HEAD}include: ['{'a/' * 20_000}x']\n"),
    "an extended path without end": ("unknown-base", lambda: f"{HEAD}extends: {'../' * 20_000}x\n"),
    "300 includes in a row": ("too-large", lambda: includes(300)),
    "60 versions that extend each other": ("too-deep", lambda: versions(60)),
}
DECIDED: dict[str, Callable[[], str | Files]] = {
    "conditions 90 deep": lambda: conditions("not: " + nested("{not: ", "partner.checks.legal", "}", 90)),
    "an expression 60 deep": lambda: gate(nested("not(", "partner.checks.legal", ")", 60)),
    "eleven policies in a row": lambda: policies(
        [nested("not(", f'passes(partner, "p{n + 1}")', ")", 8) for n in range(11)] + ["true"]
    ),
    "policies that all ask each other": lambda: policies(
        [" or ".join([f'passes(partner, "p{m}")' for m in range(n + 1, 12)] or ["true"]) for n in range(12)]
    ),
    "twelve definitions, each twice the next": lambda: definitions(
        [f"d{n}: d{n + 1} * d{n + 1}" for n in range(11)] + ["d11: 99999999999999999999"]
    ),
    "1,200 alternatives": lambda: gate("true or " * 1_200 + "partner.checks.legal"),
    "a list of 3,000": lambda: gate("3 in [" + "1, " * 3_000 + "1]"),
    "days beyond the calendar": lambda: gate("today + 99999999999 days > today"),
    "months before the calendar": lambda: gate("today - 99999999999 months < today"),
    "100 gates": lambda: conditions("require: count(partner.people) < NUMBER + 1", times=100),
    "5,000 rows": lambda: table(5_000),
    "a version name of 100,000 digits": lambda: HEAD.replace('"1"', f'"{"1" * 100_000}"'),
    "150 includes in a row": lambda: includes(150),
}


def written(made: str | Files, folder: Path) -> Path:
    for name, text in ({"ruleset.yaml": made} if isinstance(made, str) else made).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def become_of(made: str | Files) -> str:
    """The codes with which a ruleset is refused, or `decided` after it has decided a few records."""
    with tempfile.TemporaryDirectory() as folder:
        ruleset, diagnostics = check(written(made, Path(folder)))
    if ruleset is None:
        assert len("\n".join(str(each) for each in diagnostics[:100])) < 200_000
        return ", ".join(sorted({each.code for each in diagnostics}))
    partners = {f"P-{number}": {"legal_name": "A"} for number in range(20)}
    facts = Facts({"partners": partners, "customers": {"C": {}}, "deals": {"D": {"customer": "C", "amount": "3 CNY"}}})
    ruleset.decide(facts, as_of=dt.datetime(2026, 3, 1, tzinfo=dt.UTC)).to_json()
    return "decided"


def run_all() -> None:
    """What becomes of every hostile ruleset, as JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    found: dict[str, str] = {}
    for name, make in [*((name, make) for name, (_, make) in REFUSED.items()), *DECIDED.items()]:
        signal.alarm(SECONDS)  # ends the program if it is not switched off in time
        found[name] = "never ended"
        try:
            found[name] = become_of(make())
        except (Exception, MemoryError) as error:  # noqa: BLE001 - that there is none is what is tested
            found[name] = f"{type(error).__name__}: {str(error)[:200]}"
    signal.alarm(0)
    sys.stdout.write(json.dumps(found))


@cache
def outcomes() -> dict[str, str]:
    """What a process of its own, with little memory, says of all of them."""
    environment = {**os.environ, "PYTHONUTF8": "1"}
    done = subprocess.run([sys.executable, __file__], capture_output=True, text=True, timeout=300, env=environment)
    assert done.returncode == 0, f"ended with {done.returncode}: {done.stderr[-2000:]}"
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_hostile_is_refused(name: str) -> None:
    assert REFUSED[name][0] in outcomes()[name].split(", ")


@pytest.mark.parametrize("name", DECIDED)
def test_what_is_only_large_is_decided(name: str) -> None:
    assert outcomes()[name] == "decided"


if __name__ == "__main__":
    run_all()
