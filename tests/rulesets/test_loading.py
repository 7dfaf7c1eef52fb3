"""Loading finds all mistakes of all files at once, and gives a ruleset that never changes."""

import dataclasses
import pickle  # noqa: TID251  # what `multiprocessing` does with a ruleset on its way to a worker
from pathlib import Path

import pytest
from tests.support import AS_OF, HEAD, in_folder

from partnerrules import Facts, RulesetError, UsageError, check, load

RULES = HEAD + "definitions:\n  size: {of: partner, value: count(partner.people)}\n"
FACTS = {"partners": {"P-1": {}}, "people": {"N-1": {"partner": "P-1"}}}


def test_a_folder_or_its_file(tmp_path: Path) -> None:
    in_folder({"ruleset.yaml": RULES}, tmp_path)
    assert load(tmp_path).id == load(str(tmp_path)).id == load(tmp_path / "ruleset.yaml").id == "trial"


def test_where_there_is_no_ruleset(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing", tmp_path / "ruleset.yaml"):
        with pytest.raises(UsageError, match=r"ruleset\.yaml"):
            load(path)


def test_mistakes_of_all_versions_are_told_at_once(tmp_path: Path) -> None:
    in_folder(
        {
            "1/ruleset.yaml": RULES + "  a: nothing\n",
            "2/ruleset.yaml": RULES.replace('"1"', '"2"') + "  b: 1 + true\n",
        },
        tmp_path,
    )
    with pytest.raises(RulesetError) as caught:
        load(tmp_path)
    assert [diagnostic.code for diagnostic in caught.value.diagnostics] == ["unknown-name", "type-mismatch"]
    assert check(tmp_path)[0] is None
    text = str(caught.value)
    assert "1/ruleset.yaml:8:6: error[unknown-name]" in text
    assert "2/ruleset.yaml:8:6: error[type-mismatch]" in text


def test_a_loaded_ruleset_does_not_change(tmp_path: Path) -> None:
    rules = load(in_folder({"ruleset.yaml": RULES}, tmp_path))
    with pytest.raises(dataclasses.FrozenInstanceError):
        rules.id = "other"  # type: ignore[misc]  # what must not work
    before = rules.decide(Facts(FACTS), as_of=AS_OF).to_json()
    (tmp_path / "ruleset.yaml").write_text("gone", encoding="utf-8")
    assert rules.decide(Facts(FACTS), as_of=AS_OF).to_json() == before


def test_a_ruleset_and_facts_can_be_sent_to_a_worker(tmp_path: Path) -> None:
    text = RULES + (
        "parameters: {n: {value: 1}}\n"
        "eligibility: {e: {subject: partner, gates: [{id: g, at_least: 1, of: [partner.size >= n]}]}}\n"
        "tables: {t: {subject: partner, hit: first, inputs: {x: partner.size}, outputs: {y: integer},"
        " rows: [{x: '> 0', y: 1}]}}\n"
    )
    rules = load(in_folder({"ruleset.yaml": text}, tmp_path))
    facts = Facts(FACTS)
    expected = rules.decide(facts, as_of=AS_OF).to_json()
    sent, sent_facts = pickle.loads(pickle.dumps((rules, facts)))  # noqa: S301  # of our own making
    assert sent.decide(sent_facts, as_of=AS_OF).to_json() == expected
    assert sent.content_hash == rules.content_hash


def test_the_content_hash_is_that_of_the_files(tmp_path: Path) -> None:
    one = load(in_folder({"ruleset.yaml": RULES}, tmp_path / "a")).content_hash
    same = load(in_folder({"ruleset.yaml": RULES}, tmp_path / "b")).content_hash
    other = load(in_folder({"ruleset.yaml": RULES + "# a comment\n"}, tmp_path / "c")).content_hash
    assert one == same != other
    table = RULES + (
        "tables: {t: {subject: partner, hit: first, inputs: {x: partner.size}, outputs: {y: integer}, rows: t.csv}}\n"
    )
    first = load(in_folder({"ruleset.yaml": table, "t.csv": "x,y\n> 0,1\n"}, tmp_path / "d")).content_hash
    second = load(in_folder({"ruleset.yaml": table, "t.csv": "x,y\n> 0,2\n"}, tmp_path / "e")).content_hash
    assert first != second


def test_policies_in_the_order_of_writing(tmp_path: Path) -> None:
    text = (
        HEAD
        + "eligibility:\n"
        + "".join(
            f"  {name}: {{subject: partner, gates: [{{require: exists(partner.parent)}}]}}\n"
            for name in ("z", "a", "m")
        )
    )
    assert load(in_folder({"ruleset.yaml": text}, tmp_path)).policies == ("z", "a", "m")


def test_a_ruleset_with_commissions_can_be_sent_to_a_worker(tmp_path: Path) -> None:
    text = HEAD + (
        "commission:\n"
        "  plain: {subject: transaction, date: transaction.date, base: transaction.amount,"
        " payee: transaction.partner, rate: 5 %}\n"
    )
    rules = load(in_folder({"ruleset.yaml": text}, tmp_path))
    sent = pickle.loads(pickle.dumps(rules))  # noqa: S301  # of our own making
    assert sent.policies == rules.policies
