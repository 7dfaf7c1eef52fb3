"""The answers on the page about currencies are those that its ruleset gives over its facts."""

import datetime as dt
import json
import re
from pathlib import Path

import pytest
from tests.policies.commissions import results
from tests.support import AS_OF, SHANGHAI, decide, result

from partnerrules.schema.missing import Unknown

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "currencies.md").read_text(encoding="utf-8")
ASKED = re.findall(r"^\| `(convert[^`|]+)` \| `([^`|]+)` \|$", PAGE, flags=re.MULTILINE)
PAID = re.findall(r"^\| `(T-\d)` \| `(\w+)` \| `([^`]+)` \| `([^`]+)` \|$", PAGE, flags=re.MULTILINE)
(RULESET,) = re.findall(r"^```yaml\n(ruleset:.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)
(FACTS,) = re.findall(r"^```json\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)
(STORY,) = re.findall(r"^```text\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)
HEAD = RULESET.split("\ncommission:")[0] + "\n"


@pytest.mark.parametrize(("asked", "answer"), ASKED, ids=[asked for asked, _ in ASKED])
def test_an_answer_of_the_page(asked: str, answer: str) -> None:
    found = result(asked, json.loads(FACTS), head=HEAD).value
    assert ("unknown" if isinstance(found, Unknown) else str(found)) == answer


@pytest.mark.parametrize(("document", "policy", "base", "amount"), PAID, ids=[f"{row[1]}-{row[0]}" for row in PAID])
def test_what_the_page_says_is_paid(document: str, policy: str, base: str, amount: str) -> None:
    found = results(decide(RULESET, json.loads(FACTS), head=""), policy)[document]
    assert (str(found.base), str(found.amount)) == (base, amount)


def test_the_explanation_on_the_page_and_the_sum_in_the_text() -> None:
    decision = decide(RULESET, json.loads(FACTS), head="")
    assert STORY in decision.explain("sales", "T-1") + "\n"
    assert str(decision.statement("P-1", currency="USD").payable) == "6.00 USD"
    (total,) = re.findall(r"`(sum\(for [^`]+)`", PAGE)
    # 1,000 USD of the 28th and -400 of the 1st, both by the rate of the 27th
    assert str(result(total, json.loads(FACTS), head=HEAD).value) == "4350.00 CNY"


def test_the_page_speaks_of_the_day_on_which_it_is_tried() -> None:
    assert (len(ASKED), len(PAID)) == (10, 4)
    assert AS_OF.astimezone(SHANGHAI).date() == dt.date(2026, 3, 1)
