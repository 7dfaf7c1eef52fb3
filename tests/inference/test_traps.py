"""Every trap of durable-rules that is known: what the engine does without the fence, and that nobody gets there.

What crashes or hangs does so in a child process. Where our way of using the engine leaves a trap out, the grammar of
all that it is told (`fence.py`) says so, here and over all generated rulesets.
"""

import json
import platform
from collections.abc import Mapping
from typing import Final

import pytest
from tests.engines import both_engines
from tests.inference.fence import check_fact, check_rules, fenced
from tests.inference.watching import Ended, watched
from tests.support import AS_OF, ruleset

from partnerrules import Decision, Facts
from partnerrules.backends import matcher, working_memory_cases
from partnerrules.backends.working_memory import watching
from partnerrules.backends.working_memory_host import UNAVAILABLE, Host
from partnerrules.decisions import InferenceResult
from partnerrules.rulesets import derived

pytestmark = pytest.mark.skipif(bool(UNAVAILABLE), reason=UNAVAILABLE or "durable-rules is here")

with_glibc = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="memory that is not clean is made by glibc")
DIRTY: Final = {"MALLOC_PERTURB_": "1"}
"""Memory that was not written holds no zeros, as in a process that has done something before."""


@pytest.fixture(autouse=True)
def _both_engines_agree_inside_of_the_fence(monkeypatch: pytest.MonkeyPatch) -> None:
    both_engines(monkeypatch)
    fenced(monkeypatch)


def unfenced(name: str, *arguments: str, silence: float = 60) -> Ended:
    """What becomes of a process that walks into a trap."""
    return watched(["-m", "tests.inference.raw", name, *arguments], silence=silence, environment=DIRTY)


def answer(name: str, *arguments: str) -> object:
    """What the engine answers without the fence."""
    ended = unfenced(name, *arguments)
    assert ended.code == 0, ended.errors
    return json.loads(ended.lines[-1])


NOTES: Final = """\
facts:
  note:
    plural: notes
    fields: {t: text, n: integer, u: number, b: boolean, o: {type: integer, missing: none}}
  pair: {plural: pairs, derived: only, fields: {one: text, two: text}}
inference:
  joined:
    when:
      - {fact: note, as: one, where: 'FIRST'}
      - {fact: note, as: two, where: 'SECOND'}
    then: {derive: pair, with: {one: one.id, two: two.id}}
"""


def noted(second: str, *notes: Mapping[str, object], first: str = "one.n >= -9") -> list[str]:
    """The pairs of notes, by their numbers, that a rule of both engines finds, run by the working memory."""
    plain = {"t": "a", "n": 1, "u": 1, "b": True}
    facts = {"notes": {str(number): {**plain, **each} for number, each in enumerate(notes)}}
    rules = ruleset(NOTES.replace("SECOND", second).replace("FIRST", first))
    with watching() as engines:
        decision = rules.decide(Facts(facts), as_of=AS_OF)
    assert [(rule, each.engine) for rule, each in engines] == [("joined", "working memory")]
    return pairs(decision)


def pairs(decision: Decision) -> list[str]:
    found = [each.fields for each in decision["joined"].values() if isinstance(each, InferenceResult)]
    return sorted(f"{each['one']}{each['two']}" for each in found)


# ---------------------------------------------------------------------------------------------------- process killers


@with_glibc
def test_e6_trap_1_a_false_last_condition() -> None:
    assert unfenced("false_last_condition").crashed
    assert noted("two.n = one.n and two.u > one.u", {"u": 1}, {"u": 0}, {"u": 3}) == ["02", "10", "12"]


def test_e6_trap_1_the_guard_is_what_the_grammar_asks_for() -> None:
    joined = [{"k": 2}, {"$ex": {"f0": 1}}, {"f0": {"p0": "f0"}}]
    rule = {"all": [{"p0": {"$and": [{"k": 1}]}}, {"p1": {"$and": [*joined, {"z": {"p0": "z"}}]}}]}
    check_rules({"r0": rule})
    with pytest.raises(AssertionError):
        check_rules({"r0": {"all": [{"p0": {"$and": [{"k": 1}]}}, {"p1": {"$and": joined}}]}})


def test_e6_trap_2_ids_are_never_compared_by_the_engine() -> None:
    """What is called `id` there is a number of ours; ids of records are told as values like any other."""
    assert noted("two != one and two.n = one.n", {}, {}) == ["01", "10"]
    with pytest.raises(AssertionError):
        check_rules({"r0": {"all": [{"p0": {"$and": [{"k": 1}, {"$ex": {"id": 1}}]}}]}})


@with_glibc
def test_e6_traps_3_and_4_the_end_of_a_session_in_which_nothing_fired() -> None:
    assert unfenced("session_in_which_nothing_fired").crashed
    for _ in range(3):
        assert noted("two.n > one.n", {}, {}) == []


@pytest.mark.parametrize("name", ["division_by_zero", "sum_with_a_field_of_its_own"])
def test_e6_trap_5_arithmetic_in_the_engine(name: str) -> None:
    assert unfenced(name).crashed
    # The matcher computes both sides; what it tells are numbers.
    assert noted("two.n = one.n + one.o and exists(two.o)", {"o": 1}, {"n": 2, "o": 0}, first="exists(one.o)") == [
        "01",
        "11",
    ]


def test_e6_trap_6_many_patterns_for_one_kind_of_facts() -> None:
    assert unfenced("patterns_of_one_kind", "512", silence=10).hung
    assert answer("patterns_that_wait", "64") == 64
    assert answer("patterns_that_wait", "65") == "Could not assert fact, error code: 303"


@pytest.mark.parametrize("count", [65, 256, 512])
def test_e6_trap_6_as_many_rules_for_one_relation_as_an_author_likes(count: int) -> None:
    rules = "".join(
        f"  r{number}:\n    when: [{{fact: note, as: one, where: one.n = {number}}},"
        f" {{fact: note, as: two, where: two.t = one.t and two.n > one.n}}]\n"
        f"    then: {{derive: pair, with: {{one: one.id, two: two.id}}}}\n"
        for number in range(count)
    )
    text = NOTES[: NOTES.index("inference:")] + f"inference:\n{rules}"
    facts = {"notes": {str(n): {"t": "a", "n": n, "u": 1, "b": True} for n in (0, 64, count - 1)}}
    with watching() as engines:
        decision = ruleset(text).decide(Facts(facts), as_of=AS_OF, policies=["r0", "r64"])
    # The first note has a greater one beside it twice, the second once, unless it is the last.
    assert (len(decision["r0"]), len(decision["r64"])) == ((1, 0) if count == 65 else (2, 1))
    assert {each.engine for _, each in engines} == {"working memory"}
    assert len(engines) == count


def test_e6_rules_with_more_conditions_than_the_engine_takes_go_to_the_matcher_alone() -> None:
    """Otherwise the engine would refuse them when it is made, and all other rules of the version with them."""
    assert answer("conditions_that_join", "28") == "alive"
    assert answer("conditions_that_join", "29") == "Could not create ruleset, error code: 113"
    assert answer("fields_of_one_fact", "260") == "Could not assert fact, error code: 302"
    many = " and ".join(f"two.n + {number} >= one.n" for number in range(25))
    text = NOTES.replace("FIRST", "one.n > 0").replace("SECOND", f"two.t = one.t and {many}")
    text += """\
  other:
    when: [{fact: note, as: one}, {fact: note, as: two, where: two.t = one.t}]
    then: {derive: pair, with: {one: one.id, two: two.id}}
"""
    rules = ruleset(text)
    memory = rules.versions[0].memory
    assert memory is not None
    assert memory.placements["joined"].engine == "matcher"
    assert memory.placements["joined"].why == "more than 24 conditions join `two` to the others"
    with watching() as engines:
        decision = rules.decide(Facts({"notes": {"0": {"t": "a", "n": 1, "u": 1, "b": True}}}), as_of=AS_OF)
    assert pairs(decision) == ["00"]
    assert [(rule, each.engine) for rule, each in engines] == [("other", "working memory")]


# ------------------------------------------------------------------------------------------------------ wrong answers


@pytest.mark.parametrize("word", ["$not", "$nex", "$or", "$add", "$mt"])
def test_e6_traps_7_and_15_what_is_negated_or_left_open_is_in_no_rule(word: str) -> None:
    with pytest.raises(AssertionError):
        check_rules({"r0": {"all": [{"p0": {"$and": [{"k": 1}, {word: {"f0": 1}}]}}]}})
    with pytest.raises(AssertionError):
        check_rules({"r0": {"all": [{"p0$not": {"$and": [{"k": 1}]}}]}})


def test_e6_trap_7_exceptions_are_asked_by_the_matcher() -> None:
    text = NOTES.replace("FIRST", "one.n = 1").replace("SECOND", "two.t = one.t and two.n > one.n")
    text = text.replace("    then:", "      - {without: note, as: other, where: other.n > two.n}\n    then:")
    plain = {"t": "a", "u": 1, "b": True}
    facts = {"notes": {str(number): {**plain, "n": number} for number in (1, 2, 3)}}
    decision = ruleset(text).decide(Facts(facts), as_of=AS_OF)
    assert pairs(decision) == ["13"]


def test_e6_traps_8_10_14_and_16_only_five_functions_of_the_engine_are_called() -> None:
    """Nothing is retracted, posted or told together, and nothing of ours runs inside."""
    assert answer("an_event_for_three_rules", "post") == ["a"]
    assert answer("an_event_for_three_rules", "assert_fact") == ["a", "b", "c"]
    assert answer("facts_together") == ["MessageNotHandledException", []]
    assert answer("an_error_in_an_action") == [True, ["b"]]
    called: set[str] = set()

    class Noting:
        def __getattr__(self, name: str) -> object:
            called.add(name)
            return getattr(module, name)

    host = Host({"r0": {"all": [{"p0": {"$and": [{"k": 1}]}}]}})
    module = host._module
    object.__setattr__(host, "_module", Noting())
    host.begin()
    assert host.tell({"k": 1, "n": 5}, "1") == [("r0", {"p0": 5})]
    assert host.tell({"k": 2, "n": 6}, "2") == []
    host.end()
    host.close()
    assert called == {
        "assert_fact",
        "start_action_for_state",
        "complete_and_start_action",
        "delete_state",
        "delete_ruleset",
    }


def fnv_1a(text: str) -> int:
    """The hash by which the engine tells names apart."""
    found = 0x811C9DC5
    for byte in text.encode():
        found = ((found ^ byte) * 16_777_619) % 2**32
    return found


COLLIDING: Final = ("REG-2026-022789", "REG-2026-239192")


def test_e6_trap_9_two_names_with_one_hash() -> None:
    one, other = COLLIDING
    assert fnv_1a(one) == fnv_1a(other)
    # The second fact is dropped as if it were the first, and the second field is taken for the first.
    assert answer("names_with_one_hash", one, other) == [True, False, True]
    text = NOTES.replace("FIRST", "one.n > 0").replace("SECOND", "two.n = one.n and two.t != one.t")
    plain = {"n": 1, "u": 1, "b": True}
    facts = {"notes": {one: {**plain, "t": one}, other: {**plain, "t": other}}}
    assert pairs(ruleset(text).decide(Facts(facts), as_of=AS_OF)) == sorted([one + other, other + one])


def test_e6_trap_9_relations_fields_rules_and_names_with_one_hash() -> None:
    one, other = (each.replace("-", "_").lower() for each in ("A-b", "B-a"))
    text = f"""\
facts:
  note: {{plural: notes, fields: {{{one}: integer, {other}: integer}}}}
  pair: {{plural: pairs, derived: only, fields: {{one: text, two: text}}}}
inference:
  joined:
    when:
      - {{fact: note, as: k, where: k.{one} = 1}}
      - {{fact: note, as: id, where: id.{other} = k.{one} and id.{one} != k.{one}}}
    then: {{derive: pair, with: {{one: k.id, two: id.id}}}}
"""
    facts = {"notes": {"0": {one: 1, other: 2}, "1": {one: 2, other: 1}}}
    assert pairs(ruleset(text).decide(Facts(facts), as_of=AS_OF)) == ["01"]
    for name in (one, "id", "sid", "k", "$s"):
        with pytest.raises(AssertionError):
            check_rules({"r0": {"all": [{"p0": {"$and": [{"k": 1}, {"$ex": {name: 1}}]}}]}})


def test_e6_trap_11_an_alias_misspelt() -> None:
    assert answer("an_alias_misspelt") == "taken"
    first: Mapping[str, object] = {"p0": {"$and": [{"k": 1}]}}
    asked = [{"k": 2}, {"$ex": {"f0": 1}}, {"f0": {"p2": "f0"}}, {"z": {"p0": "z"}}]
    with pytest.raises(AssertionError, match="is none of those before"):
        check_rules({"r0": {"all": [first, {"p1": {"$and": asked}}]}})


def test_e6_trap_12_values_of_two_types_and_none() -> None:
    # 1 joins "1" or true does not come up, as values of a type are joined with their like, as whole numbers.
    assert answer("values_of_two_types") == [True, True, False, True, True, False]
    assert noted("two.n = one.u", {"n": 1, "u": "1.0"}, {"n": 2, "u": "1.5"}) == ["00"]
    asked = "exists(two.o) and two.o != one.o"
    assert noted(asked, {"o": 5}, {"o": None}, {}, {"o": 6}, first="exists(one.o)") == ["03", "30"]
    assert answer("a_field_that_is_missing") == "Could not assert fact, error code: 311"
    asked = "exists(two.o) and two.o < one.o"
    assert noted(asked, {"o": 5}, {"o": None}, {}, {"o": 6}, first="exists(one.o)") == ["30"]
    with pytest.raises(AssertionError):
        check_fact({"k": 1, "n": 1, "f0": True}, "1")


@pytest.mark.parametrize(("one", "other"), [("a b", "a"), ("a", "a b")])
def test_e6_trap_12_the_order_of_texts(one: str, other: str) -> None:
    assert answer("order_of_texts", one, other) is not (one < other)
    with pytest.raises(AssertionError):
        check_fact({"k": 1, "n": 1, "f0": one}, "1")  # type: ignore[dict-item]


def test_e6_trap_12_texts_are_equal_if_all_their_letters_are() -> None:
    assert answer("a_long_text") is True
    texts = ("x" * 65_536, "", "x" * 65_537, "a b", "a  b", "ab", 'a"b', "a\\b", "客户", "Москва", "é", "e\u0301")
    assert noted("two.t = one.t", *({"t": each} for each in texts)) == sorted(f"{n}{n}" for n in range(len(texts)))


def test_e6_trap_13_numbers_beyond_64_bits() -> None:
    assert answer("numbers_beyond_64_bits") == [True, "Could not assert fact, error code: 204"]
    text = NOTES.replace("FIRST", "one.n > 0").replace("SECOND", "two.n = one.n and two.t != one.t")
    plain = {"u": 1, "b": True}
    numbers = [2**62 - 1, 2**62, 2**63, 2**63 + 5, 2**64 + 1, 10**22, 1]
    facts = {
        "notes": {f"{name}{n}": {**plain, "t": name, "n": each} for n, each in enumerate(numbers) for name in "ab"}
    }
    with watching() as engines:
        decision = ruleset(text).decide(Facts(facts), as_of=AS_OF)
    assert pairs(decision) == sorted(each for n in range(7) for each in (f"a{n}b{n}", f"b{n}a{n}"))
    assert [(rule, each.engine) for rule, each in engines] == [("joined", "matcher")]
    with pytest.raises(AssertionError):
        check_fact({"k": 1, "n": 1, "f0": 2**62}, "1")


def test_e6_trap_17_rules_count_and_time_nothing_in_the_engine() -> None:
    for more in ({"count": 2}, {"span": 5}, {"cap": 1}, {"pri": 1}, {"run": 1}):
        with pytest.raises(AssertionError):
            check_rules({"r0": {"all": [{"p0": {"$and": [{"k": 1}]}}], **more}})


# ------------------------------------------------------------------------------------------------------------- limits


def test_e6_twenty_thousand_facts_are_told_and_more_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derived, "infer", matcher.infer)  # the engines are compared over fewer facts above
    assert working_memory_cases.MAXIMUM_FACTS == 20_000
    text = NOTES.replace("FIRST", "one.n > 0").replace("SECOND", "two.n = one.n and two.t != one.t")
    for count, engine in ((10_000, "working memory"), (10_001, "matcher")):
        notes = {f"{n:05}": {"t": str(n % 2), "n": 1 + n // 2, "u": 1, "b": True} for n in range(count)}
        with watching() as engines:
            decision = ruleset(text).decide(Facts({"notes": notes}), as_of=AS_OF, policies=[])
            assert len(decision.derived) == 10_000
        assert [(rule, each.engine) for rule, each in engines] == [("joined", engine)]


def test_e6_a_case_that_is_broken_off_leaves_the_engine_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    notes = ({"n": 1}, {"n": 2}, {"n": 3})
    before = noted("two.t = one.t and two.n > one.n", *notes)
    assert before == ["01", "02", "12"]
    tell, told = Host.tell, []

    def interrupted(self: Host, fact: Mapping[str, int], id: str) -> list[tuple[str, dict[str, int]]]:
        told.append(id)
        if len(told) == 5:  # the session has begun, and some of the six facts are told
            raise KeyboardInterrupt
        return tell(self, fact, id)

    with monkeypatch.context() as patched:
        patched.setattr(Host, "tell", interrupted)
        with pytest.raises(KeyboardInterrupt):
            noted("two.t = one.t and two.n > one.n", *notes)
    assert noted("two.t = one.t and two.n > one.n", *notes) == before
