"""Responsibility: one lead for each item, nothing left out, lines staffed, accepted in time; and what is not known."""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import AS_OF, HEAD, codes, decide, in_folder, ruleset

from partnerrules import Facts, Record
from partnerrules.cases import run_cases
from partnerrules.decisions.responsibility import ResponsibilityResult

BARE: Final = """\
responsibility:
  delivery:
    subject: project
    items: project.responsibilities
    item: responsibility.item
    lead: responsibility.lead
"""
CATALOGUE: Final = "    catalogue: [deployment, testing, training]\n"
LINES: Final = "    line: responsibility.line\n    lines: [L1, L2]\n"
ACCEPTED: Final = "    accepted: responsibility.accepted_on\n    accepted_by: 2026-02-01\n"
UNKNOWN: Final = {"unknown": True}

Duties = Mapping[str, Mapping[str, object]]


def facts(duties: Duties, projects: tuple[str, ...] = ("J-1",)) -> dict[str, object]:
    """Responsibilities of the project J-1, unless it is said otherwise."""
    return {
        "projects": {id: {} for id in projects},
        "responsibilities": {id: {"project": "J-1", **fields} for id, fields in duties.items()},
    }


def result(duties: Duties, more: str = CATALOGUE, subject: str = "J-1") -> ResponsibilityResult:
    found = decide(BARE + more, facts(duties, ("J-1", "J-2")))["delivery"][subject]
    assert isinstance(found, ResponsibilityResult)
    return found


def told(duties: Duties, more: str = CATALOGUE) -> dict[str, object]:
    """The outcome, and of the rest of the summary what is not empty."""
    summary = result(duties, more).summary()
    keys = ("no_lead", "several_leads", "not_in_catalogue", "not_accepted", "accepted_late", "line_without_lead")
    return {"outcome": summary["outcome"]} | {
        key: summary[key] for key in (*keys, "in_doubt", "missing") if summary[key]
    }


def duty(item: str | None = None, lead: str | None = None, **more: object) -> dict[str, object]:
    named = {"item": item, "lead": lead}
    return {**{name: value for name, value in named.items() if value is not None}, **more}


ALL: Final = {
    "R-1": duty("deployment", "vendor"),
    "R-2": duty("testing", "P-1"),
    "R-3": duty("training", "P-1"),
}

# --------------------------------------------------------------------------------------------------- one lead an item


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, {"outcome": "complete"}, id="S0-025: each item has one lead"),
        pytest.param({"R-3": None}, {"outcome": "incomplete", "no_lead": ["training"]}, id="S0-027: one is left out"),
        pytest.param(
            {"R-4": duty("testing", "vendor")},
            {"outcome": "incomplete", "several_leads": ["testing"]},
            id="S0-025: two lead",
        ),
        pytest.param({"R-4": duty("testing", "P-1")}, {"outcome": "complete"}, id="S0-029: one party, named twice"),
        pytest.param(
            {"R-4": duty("hotline", "SI")},
            {"outcome": "incomplete", "not_in_catalogue": ["hotline"]},
            id="S2-017: not in the catalogue",
        ),
        pytest.param(
            {"R-4": duty("hotline", "SI"), "R-5": duty("hotline", "SA")},
            {"outcome": "incomplete", "several_leads": ["hotline"], "not_in_catalogue": ["hotline"]},
            id="S2-018: not in the catalogue, and two lead",
        ),
    ],
)
def test_every_item_has_exactly_one_lead(changes: dict[str, object], expected: dict[str, object]) -> None:
    assert told(changed(ALL, changes)) == expected


def changed(duties: Duties, changes: Mapping[str, object]) -> Duties:
    found = {**duties, **changes}
    return {id: fields for id, fields in found.items() if isinstance(fields, dict)}


def test_leads_are_told_item_by_item_in_the_order_of_the_catalogue() -> None:
    duties = changed(ALL, {"R-4": duty("zeal", "B"), "R-5": duty("hotline", "B"), "R-6": duty("testing", "A")})
    found = result(duties)
    assert [(each.name, each.leads, each.faults) for each in found.duties] == [
        ("deployment", ("vendor",), ()),
        ("testing", ("A", "P-1"), ("several_leads",)),
        ("training", ("P-1",), ()),
        ("hotline", ("B",), ("not_in_catalogue",)),
        ("zeal", ("B",), ("not_in_catalogue",)),
    ]


def test_without_a_catalogue_the_items_are_those_that_are_named() -> None:
    assert told({"R-1": duty("testing", "A")}, "") == {"outcome": "complete"}
    assert told({}, "") == {"outcome": "complete"}
    two = {"R-1": duty("testing", "A"), "R-2": duty("testing", "B")}
    assert told(two, "") == {"outcome": "incomplete", "several_leads": ["testing"]}


def test_only_some_items_may_be_looked_at() -> None:
    policy = BARE.replace("project.responsibilities", 'project.responsibilities[item.item = "testing"]')
    found = decide(policy + "    catalogue: [testing]\n", facts(ALL))["delivery"]["J-1"]
    assert found.outcome == "complete"
    assert codes(policy) == []


def test_the_records_of_another_project_say_nothing_here() -> None:
    other = {**ALL, "R-9": duty("testing", "B", project="J-2")}
    assert told(other) == {"outcome": "complete"}
    assert result(other, subject="J-2").at_fault("no_lead") == ("deployment", "training")


def test_the_catalogue_may_be_a_parameter_and_names_things_once() -> None:
    text = f"""parameters: {{modules: {{value: '["testing", "testing"]'}}}}\n{BARE}    catalogue: modules\n"""
    found = decide(text, facts({"R-1": duty("testing", "A")}))["delivery"]["J-1"]
    assert isinstance(found, ResponsibilityResult)
    assert (found.outcome, [each.name for each in found.duties]) == ("complete", ["testing"])


def test_a_catalogue_that_its_source_leaves_open_leaves_the_outcome_open() -> None:
    text = f"""parameters: {{modules: {{type: list of text, status: unstated}}}}\n{BARE}    catalogue: modules\n"""
    found = decide(text, facts({"R-1": duty("testing", "A")}))["delivery"]["J-1"].summary()
    assert (found["outcome"], found["missing"]) == ("undetermined", ["parameter modules"])


def test_a_lead_that_may_be_absent_is_nobody() -> None:
    text = "facts: {responsibility: {owner: {type: text, missing: none}}}\n" + BARE.replace(".lead", ".owner")
    duties = {"R-1": duty("testing"), "R-2": duty("training", owner="A"), "R-3": duty("training")}
    found = decide(text, facts(duties))["delivery"]["J-1"]
    assert isinstance(found, ResponsibilityResult)
    assert (found.outcome, found.at_fault("no_lead")) == ("incomplete", ("testing",))


def test_a_lead_may_be_a_record_and_items_be_referred_to() -> None:
    text = """\
facts:
  task: {plural: tasks, fields: {name: text, partner: ref partner}}
  project: {tasks: list of ref task}
responsibility:
  delivery: {subject: project, items: project.tasks, item: task.name, lead: task.partner, catalogue: [testing]}
"""
    known: dict[str, object] = {
        "partners": {"P-1": {}, "P-2": {}},
        "tasks": {"T-1": {"name": "testing", "partner": "P-1"}, "T-2": {"name": "testing", "partner": "P-2"}},
        "projects": {"J-1": {"tasks": ["T-1"]}, "J-2": {"tasks": ["T-1", "T-2"]}, "J-3": {"tasks": []}, "J-4": {}},
    }
    found = decide(text, known)["delivery"]
    assert [each.outcome for each in found.values()] == ["complete", "incomplete", "incomplete", "undetermined"]
    assert found["J-2"].summary()["leads"] == {"testing": ["P-1", "P-2"]}


# ------------------------------------------------------------------------------------------------ lines and acceptance


def test_s0_028_each_line_of_support_is_led_by_somebody() -> None:
    lines = {"R-1": duty("calls", "A", line="L1"), "R-2": duty("visits", "B", line="L1")}
    assert told(lines, LINES) == {"outcome": "incomplete", "line_without_lead": ["L2"]}
    assert told({**lines, "R-3": duty("patches", "B", line="L2")}, LINES) == {"outcome": "complete"}
    assert told({**lines, "R-3": duty("patches", "B", line="L2"), "R-4": duty("visits", "B", line="L2")}, LINES) == {
        "outcome": "complete"
    }
    in_doubt = {**lines, "R-3": duty("patches", "B")}
    assert told(in_doubt, LINES) == {
        "outcome": "undetermined",
        "in_doubt": ["L2"],
        "missing": ["responsibilities R-3 line"],
    }


def test_a_line_with_a_lead_is_led_whoever_else_may_lead_it() -> None:
    lines = {"R-1": duty("calls", "A", line="L1"), "R-2": duty("visits", line="L1")}
    assert told(lines, LINES.replace(", L2", "")) == {
        "outcome": "undetermined",
        "in_doubt": ["visits"],
        "missing": ["responsibilities R-2 lead"],
    }


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("2026-01-31", {"outcome": "complete"}),
        ("2026-02-01", {"outcome": "complete"}),
        ("2026-02-02", {"outcome": "incomplete", "accepted_late": ["testing"]}),
        (None, {"outcome": "incomplete", "not_accepted": ["testing"]}),
        ("2026-03-02", {"outcome": "incomplete", "not_accepted": ["testing"]}),  # after the day of the decision
        (
            UNKNOWN,
            {"outcome": "undetermined", "in_doubt": ["testing"], "missing": ["responsibilities R-1 accepted_on"]},
        ),
    ],
)
def test_work_is_accepted_by_its_last_day(accepted: object, expected: dict[str, object]) -> None:
    given_day = {} if accepted is None else {"accepted_on": accepted}
    assert told({"R-1": duty("testing", "A", **given_day)}, ACCEPTED) == expected


REQUIRED: Final = """\
    require:
      - {id: support, require: known(responsibility.supporters)}
      - {id: two-parties, not: {id: alone, require: responsibility.accountable = responsibility.lead}}
"""


@pytest.mark.parametrize(
    ("fields", "unmet"),
    [
        pytest.param({"supporters": [], "accountable": "B"}, [], id="S0-026: said that nobody helps"),
        pytest.param({"accountable": "B"}, ["support"], id="S0-026: not said who helps"),
        pytest.param({"supporters": ["C"], "accountable": "A"}, ["alone"], id="S4-040: one party alone"),
        pytest.param({"accountable": "A"}, ["alone", "support"], id="S2-016: neither"),
    ],
)
def test_every_record_meets_what_is_required(fields: dict[str, object], unmet: list[str]) -> None:
    duties = {"R-1": duty("testing", "A", **fields), "R-2": duty("training", "A", supporters=[], accountable="B")}
    found = result(duties, REQUIRED)
    assert found.outcome == ("incomplete" if unmet else "complete")
    assert found.at_fault("requirement_not_met") == (("testing",) if unmet else ())
    assert found.summary()["unmet"] == unmet


def test_what_is_required_may_hang_on_what_is_not_known() -> None:
    found = result({"R-1": duty("testing", "A", supporters=[])}, REQUIRED).summary()
    assert (found["outcome"], found["in_doubt"]) == ("undetermined", ["testing"])
    assert found["missing"] == ["responsibilities R-1 accountable"]


# ---------------------------------------------------------------------------------------------------- what is not known


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param(
            {"R-2": duty("testing")},
            {"outcome": "undetermined", "in_doubt": ["testing"], "missing": ["responsibilities R-2 lead"]},
            id="who leads",
        ),
        pytest.param(
            {"R-4": duty("testing")},
            {"outcome": "undetermined", "in_doubt": ["testing"], "missing": ["responsibilities R-4 lead"]},
            id="whether two lead",
        ),
        pytest.param(
            {"R-4": duty("testing"), "R-3": None},
            {"outcome": "incomplete", "no_lead": ["training"], "in_doubt": ["testing"]},
            id="whether two lead, while another is left out",
        ),
        pytest.param(
            {"R-4": duty("testing", "vendor"), "R-5": duty("testing")},
            {"outcome": "incomplete", "several_leads": ["testing"]},
            id="who leads beside two",
        ),
    ],
)
def test_what_is_not_known_leaves_open_what_hangs_on_it(
    changes: dict[str, object], expected: dict[str, object]
) -> None:
    assert told(changed(ALL, changes)) == expected


def test_a_record_about_something_unknown_may_be_about_anything() -> None:
    found = told(changed(ALL, {"R-4": duty(None, "Z")}))
    assert found["outcome"] == "undetermined"
    assert found["in_doubt"] == ["deployment", "testing", "training"]
    assert found["missing"] == ["responsibilities R-4 item"]
    # It may be outside of the catalogue, even where it would make no further lead.
    alone = told(changed({"R-1": duty("testing", "Z")}, {"R-4": duty(None, "Z")}), "    catalogue: [testing]\n")
    assert alone == {"outcome": "undetermined", "missing": ["responsibilities R-4 item"]}


def test_where_records_may_be_missing_nothing_is_complete() -> None:
    records = [Record("project", id="J-1")]
    records += [Record("responsibility", id=id, project="J-1", **fields) for id, fields in ALL.items()]
    more = Record("responsibility", id="R-4", project="J-1", item="testing", lead="B")
    rules = ruleset(BARE + CATALOGUE)
    for known, outcome in ((records, "undetermined"), ([*records, more], "incomplete")):
        found = rules.decide(Facts(known), as_of=AS_OF)["delivery"]["J-1"]
        assert found.outcome == outcome
        assert ("responsibilities" in {each.relation for each in found.missing}) is (outcome == "undetermined")


# ------------------------------------------------------------------------------------------------- among other policies


def test_other_policies_ask_for_the_outcome() -> None:
    text = (
        BARE
        + CATALOGUE
        + "    when: exists(project.customer)\n"
        + """definitions: {ready: {of: project, value: 'passes(project, "delivery")'},"""
        + """ word: {of: project, value: 'outcome(project, "delivery")'}}\n"""
    )
    known = facts(ALL, ("J-1", "J-2", "J-3"))
    known |= {"customers": {"C-1": {}}, "projects": {"J-1": {"customer": "C-1"}, "J-2": {"customer": "C-1"}, "J-3": {}}}
    found = decide(text, known)
    assert [each.as_data()["value"] for each in found["ready"].values()] == [True, False, False]
    words = [each.as_data()["value"] for each in found["word"].values()]
    assert words == ["complete", "incomplete", "not_applicable"]
    assert sorted(found["delivery"]) == ["J-1", "J-2"]


def test_where_it_is_not_known_whether_it_applies_nothing_is_certain() -> None:
    text = BARE + CATALOGUE + '    when: project.name = "x"\n'
    found = decide(text, facts({}))["delivery"]["J-1"].summary()
    assert (found["outcome"], found["missing"]) == ("undetermined", ["projects J-1 name"])


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("project.responsibilities", "project.name", "not-a-list"),
        ("project.responsibilities", "project.responsibilities.item", "type-mismatch"),
        ("responsibility.item", "responsibility.supporters", "type-mismatch"),
        ("responsibility.lead", "responsibility.recorded_at", "type-mismatch"),
        ("[deployment", "[deployment, deployment", "duplicate-id"),
        ("[deployment, testing, training]", "5", "not-a-list"),
        ("[deployment, testing, training]", "[]", "empty-list"),
        ("lines: [L1, L2]", "lines: [L1, L1]", "duplicate-id"),
        ("    line: responsibility.line\n", "", "missing-key"),
        ("accepted_by: 2026-02-01", "accepted_by: project.finished_on", "unguarded-none"),
        ("accepted_by: 2026-02-01", "accepted_by: as_of", "date-against-instant"),
        ("subject: project", "subject: responsibility", "unknown-name"),
        ("    accepted: ", "    require: [responsibility.item]\n    accepted: ", "type-mismatch"),
    ],
)
def test_mistakes_are_told(old: str, new: str, code: str) -> None:
    text = BARE + CATALOGUE + LINES + ACCEPTED
    assert old in text
    assert code in codes(text.replace(old, new))


# ---------------------------------------------------------------------------------------------------------------- cases

CASES: Final = """\
cases:
  - name: two lead, and nobody trains
    as_of: 2026-03-01T09:00:00+08:00
    facts:
      projects: {J-1: {}}
      responsibilities:
        R-1: {project: J-1, item: deployment, lead: vendor}
        R-2: {project: J-1, item: testing, lead: vendor}
        R-3: {project: J-1, item: testing, lead: P-1}
    expect:
      delivery:
        J-1:
          outcome: incomplete
          several_leads: [testing]
          no_lead: [training]
          leads: {deployment: [vendor], testing: [P-1, vendor]}
"""


def test_cases_expect_what_is_wrong_and_reach_it(tmp_path: Path) -> None:
    in_folder({"ruleset.yaml": HEAD + BARE + CATALOGUE, "cases.yaml": CASES}, tmp_path)
    report = run_cases(tmp_path, coverage=True)
    assert report.ok, str(report)
    (coverage,) = report.coverage
    assert sorted(coverage.unreached) == ["fault not_in_catalogue", "outcome complete"]


@pytest.mark.parametrize(
    ("item", "catalogue", "can_be_outside"),
    [
        ("'\"testing\"'", "[deployment, testing]", False),
        ("'\"sla\"'", "[deployment, testing]", True),
        ("responsibility.side", "[vendor, partner, both]", False),
        ("responsibility.side", "[vendor]", True),
        ("responsibility.side", "sides", False),
        ("responsibility.side", "unstated_sides", True),
        ("responsibility.side", "some_sides", True),
        ('\'if responsibility.side = "vendor" then "testing" else responsibility.side\'', "[testing, partner]", True),
        ('\'if responsibility.side = "vendor" then "testing" else "training"\'', "[testing, training]", False),
        ("responsibility.item", "[deployment, testing]", True),
    ],
)
def test_cases_need_not_reach_what_cannot_be(item: str, catalogue: str, can_be_outside: bool) -> None:
    """Whatever an item can be stands in the catalogue: by its enumeration, as a constant, or in each branch."""
    text = f"""\
parameters:
  sides: {{value: '["vendor", "partner"]'}}
  some_sides: {{value: '["vendor", "other"]'}}
  unstated_sides: {{type: list of text, status: unstated}}
facts: {{responsibility: {{side: "enum [vendor, partner]"}}}}
{BARE.replace("responsibility.item", item)}    catalogue: {catalogue}
"""
    (delivery,) = ruleset(text).versions[0].policies.values()
    assert ("fault not_in_catalogue" in delivery.points) is can_be_outside


# ----------------------------------------------------------------------------------------------------------- properties

ITEMS: Final = ["deployment", "testing", "training", "hotline"]
FIELDS: Final = st.fixed_dictionaries(
    {"project": st.sampled_from(["J-1", "J-1", "J-2"])},
    optional={
        "kept": st.sampled_from([True, True, False]),
        "accountable": st.sampled_from(["A", "B"]),
        "supporters": st.sampled_from([[], ["C"]]),
        "item": st.sampled_from(ITEMS),
        "lead": st.sampled_from(["A", "A", "B"]),
        "line": st.sampled_from(["L1", "L2", "L3"]),
        "accepted_on": st.sampled_from(["2026-01-01", "2026-02-01", "2026-02-02", "2026-03-02", UNKNOWN]),
    },
)
KEPT: Final = "facts: {responsibility: {kept: boolean}}\n" + BARE.replace(
    ".responsibilities", ".responsibilities[kept]"
)
RULES: Final = ruleset(KEPT + CATALOGUE.replace("deployment, ", "") + LINES + ACCEPTED)
OPEN: Final = ruleset(KEPT + REQUIRED)


def known(rows: list[dict[str, object]]) -> dict[str, object]:
    return {
        "projects": {"J-1": {}, "J-2": {}},
        "responsibilities": {f"R-{number}": fields for number, fields in enumerate(rows)},
    }


def expected(rows: list[dict[str, object]]) -> dict[str, set[str]]:
    """What is wrong with J-1, where all is known: a model that knows nothing of plans."""
    own = [row for row in rows if row["project"] == "J-1" and row["kept"]]
    found: dict[str, set[str]] = {"line_without_lead": {"L1", "L2"} - {str(row["line"]) for row in own}}
    of: dict[str, list[dict[str, object]]] = {"testing": [], "training": []}
    for row in own:
        of.setdefault(str(row["item"]), []).append(row)
    leads = {item: {row["lead"] for row in each} for item, each in of.items()}
    days = {item: [str(row.get("accepted_on", "9")) for row in each] for item, each in of.items()}
    found["no_lead"] = {item for item, each in leads.items() if not each}
    found["several_leads"] = {item for item, each in leads.items() if len(each) > 1}
    found["not_in_catalogue"] = set(of) - {"testing", "training"}
    found["not_accepted"] = {item for item, each in days.items() if any(day > "2026-03-01" for day in each)}
    found["accepted_late"] = {
        item for item, each in days.items() if any("2026-02-01" < day <= "2026-03-01" for day in each)
    }
    return found


def filled(rows: list[dict[str, object]], data: st.DataObject) -> list[dict[str, object]]:
    full = copy.deepcopy(rows)
    for row in full:
        for name, values in (("item", ITEMS), ("lead", ["A", "B", "C"]), ("line", ["L1", "L2", "L3"])):
            if name not in row:
                row[name] = data.draw(st.sampled_from(values))
        row.setdefault("kept", data.draw(st.booleans()))
        if row.get("accepted_on") == UNKNOWN:
            row["accepted_on"] = data.draw(st.sampled_from(["2026-01-01", "2026-02-10", "2026-03-02"]))
    return full


def of_first(rows: list[dict[str, object]]) -> ResponsibilityResult:
    found = RULES.decide(Facts(known(rows)), as_of=AS_OF)["delivery"]["J-1"]
    assert isinstance(found, ResponsibilityResult)
    return found


@given(st.lists(FIELDS, max_size=6), st.data())
def test_what_is_known_is_decided_as_the_model_decides_it_and_gaps_contradict_nothing(
    rows: list[dict[str, object]], data: st.DataObject
) -> None:
    full = filled(rows, data)
    wrong = expected(full)
    after, before = of_first(full), of_first(rows)
    assert {fault: set(after.at_fault(fault)) for fault in wrong} == wrong  # type: ignore[arg-type]  # names of faults
    assert after.outcome == ("incomplete" if any(wrong.values()) else "complete")
    assert before.outcome in ("undetermined", after.outcome)
    assert (before.outcome == "undetermined") is bool(before.missing)
    for fault, names in wrong.items():
        assert set(before.at_fault(fault)) <= names  # type: ignore[arg-type]  # names of faults


@given(st.lists(FIELDS, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_the_facts_does_not_matter(rows: list[dict[str, object]], random: st.DataObject) -> None:
    whole = known(rows)
    duties = list(whole["responsibilities"].items())  # type: ignore[attr-defined]  # a mapping
    random.shuffle(duties)  # type: ignore[attr-defined]  # Hypothesis gives a random.Random
    for rules in (RULES, OPEN):
        one = rules.decide(Facts(whole), as_of=AS_OF)
        other = rules.decide(Facts({**whole, "responsibilities": dict(duties)}), as_of=AS_OF)
        assert one.to_json() == other.to_json()
        assert one.explain("delivery", "J-1") == other.explain("delivery", "J-1")


@given(st.lists(FIELDS, max_size=5))
def test_equal_projects_get_equal_results_and_others_change_nothing(rows: list[dict[str, object]]) -> None:
    own = [{**row, "project": "J-1"} for row in rows]
    twice = RULES.decide(Facts(known([*own, *({**row, "project": "J-2"} for row in rows)])), as_of=AS_OF)["delivery"]
    alone = of_first(own)
    assert twice["J-1"].as_data() == alone.as_data()
    assert [(each.name, each.outcome) for each in twice["J-2"].duties] == [  # type: ignore[union-attr]  # of this kind
        (each.name, each.outcome) for each in alone.duties
    ]
