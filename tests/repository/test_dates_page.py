"""The answers on the page about dates are those that the ruleset on it gives."""

import datetime as dt
import re
from pathlib import Path

import pytest
from tests.support import AS_OF, SHANGHAI, result

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "dates.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([^`|]+)` \| `([^`|]+)` \|$", PAGE, flags=re.MULTILINE)
(RULESET,) = re.findall(r"^```yaml\n(ruleset:.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)
HEAD = RULESET.split("\nparameters:")[0] + "\n"


@pytest.mark.parametrize(("asked", "answer"), ROWS, ids=[asked for asked, _ in ROWS])
def test_an_answer_of_the_page(asked: str, answer: str) -> None:
    found = result(asked, head=HEAD).as_data()["value"]
    assert (str(found).lower() if isinstance(found, bool) else found) == answer


def test_the_page_speaks_of_the_day_on_which_it_is_tried() -> None:
    assert len(ROWS) == 31
    assert AS_OF.astimezone(SHANGHAI).date() == dt.date(2026, 3, 1)
    assert f"{AS_OF:%A}, {AS_OF.day}\n{AS_OF:%B %Y}" in PAGE
