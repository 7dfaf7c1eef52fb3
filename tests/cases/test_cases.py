"""Cases: what they may say, what they find, and what is said where they are wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest

from partnerrules.cases import CasesReport, run_cases
from partnerrules.diagnostics import RulesetError, UsageError

RULES = (
    """\
ruleset: trial
version: "{version}"
in_force: {in_force}
currency: CNY
timezone: Asia/Shanghai
facts:
  partner:
    rate: ratio
    hours: hours
    seen_at: instant
    code: text
    left_on: {{type: date, missing: none}}
definitions:
  rate: {{of: partner, value: partner.rate * {factor}}}
  hours: {{of: partner, value: partner.hours}}
  seen: {{of: partner, value: partner.seen_at}}
  code: {{of: partner, value: partner.code}}
  left: {{of: partner, value: partner.left_on}}
  sales: {{of: partner, value: sum(partner.transactions.net_amount)}}
  how-many: {{of: partner, value: count(partner.people)}}
  answer: 6 * 7
tables:
  band:
    subject: partner
    hit: unique
    inputs: {{rate: partner.rate}}
    outputs: {{band: {{enum: [low, high]}}, fee: {{type: money}}}}
    rows: |
      | id | rate    | band | fee        |
      |----|---------|------|------------|
      | 01 | < 50 %  | low  | 10 CNY     |
      | 02 | >= 50 % | high | 20.50 CNY  |
eligibility:
  admission:
    subject: partner
    gates:
      - {{id: lawful, require: partner.checks.legal}}
""".replace("rate: {{of", "rate-now: {{of")
    .replace("hours: {{of", "hours-now: {{of")
    .replace("code: {{of", "code-now: {{of")
)

Cases = Callable[..., CasesReport]


def rules(*, version: str = "1", in_force: str = "2026-01-01 ..", factor: int = 1) -> str:
    return RULES.format(version=version, in_force=in_force, factor=factor)


@pytest.fixture
def cases(tmp_path: Path) -> Cases:
    """Runs cases that are given as text."""
    (tmp_path / "ruleset.yaml").write_text(rules(), encoding="utf-8")

    def run(text: str, *, coverage: bool = False) -> CasesReport:
        (tmp_path / "cases.yaml").write_text(text, encoding="utf-8")
        return run_cases(tmp_path, coverage=coverage)

    return run


def case(facts: str, expect: str, more: str = "") -> str:
    """A file with one case."""
    return f"cases:\n  - name: it\n    as_of: 2026-03-01\n    facts: {facts}\n    expect: {expect}\n{more}"


def found(report: CasesReport) -> list[str]:
    """What differs, each as its part, what was expected and what was found."""
    assert not report.diagnostics, str(report)
    return [f"{each.policy} {each.subject} {each.part}: {each.expected} / {each.found}" for each in report.failures]


# -------------------------------------------------------------------------------------------------- values

PARTNER = "{partners: {P-1: {rate: 50 %, hours: 2 hours, seen_at: 2026-02-01T09:00:00+08:00, code: '01'}}, people: {}}"


@pytest.mark.parametrize(
    ("policy", "equal", "different"),
    [
        ("rate-now", ["50 %", "0.5", "0.50", "50.0 %"], ["5 %", "50", "half", "null"]),
        ("hours-now", ["2 hours", "120 minutes", "7200 seconds"], ["2", "3 hours", "2 days"]),
        ("seen", ["2026-02-01T09:00:00+08:00", "2026-02-01T01:00:00Z"], ["2026-02-01", "2026-02-01T09:00:00Z"]),
        ("code-now", ["'01'", '"01"'], ["1", "'1'", "'01 '"]),
        ("left", ["null", ""], ["2026-01-01", "'null'", "none"]),
        ("how-many", ["0", "0.0"], ["1", "false", "null"]),
    ],
)
def test_values_are_compared_as_what_they_are(
    cases: Cases, policy: str, equal: list[str], different: list[str]
) -> None:
    for text in equal:
        assert found(cases(case(PARTNER, f"{{{policy}: {{P-1: {{value: {text}}}}}}}"))) == [], text
    for text in different:
        assert len(found(cases(case(PARTNER, f"{{{policy}: {{P-1: {{value: {text}}}}}}}")))) == 1, text


@pytest.mark.parametrize("text", ["20.50 CNY", "20.5 CNY"])
def test_money_is_compared_by_value(cases: Cases, text: str) -> None:
    assert found(cases(case(PARTNER, f"{{band: {{P-1: {{fee: {text}, outputs: {{fee: {text}}}}}}}}}"))) == []


@pytest.mark.parametrize("text", ["20.50 USD", "20.51 CNY", "20.50", "2050 %"])
def test_money_of_another_amount_or_currency_is_not_the_same(cases: Cases, text: str) -> None:
    (line,) = found(cases(case(PARTNER, f"{{band: {{P-1: {{fee: {text}}}}}}}")))
    assert line == f"band P-1 fee: {text} / 20.50 CNY"


def test_a_value_that_is_not_known_is_expected_as_unknown(cases: Cases) -> None:
    facts = "{partners: {P-1: {}}}"
    assert found(cases(case(facts, "{rate-now: {P-1: {value: unknown, outcome: undetermined}}}"))) == []
    assert found(cases(case(facts, "{rate-now: {P-1: {value: {unknown: [partners P-1 rate]}}}}"))) == []
    (line,) = found(cases(case(facts, "{rate-now: {P-1: {value: 1 %}}}")))
    assert line == "rate-now P-1 value: 1 % / {unknown: [partners P-1 rate]}"


def test_ids_of_rows_are_compared_letter_by_letter(cases: Cases) -> None:
    assert found(cases(case(PARTNER, "{band: {P-1: {rows: ['02'], rules: [02]}}}"))) == []
    assert found(cases(case(PARTNER, "{band: {P-1: {rows: [2]}}}"))) == ["band P-1 rows: [2] / [02]"]


def test_lists_are_compared_as_a_whole(cases: Cases) -> None:
    facts = "{partners: {P-1: {checks: {legal: false}}}}"
    assert found(cases(case(facts, "{admission: {P-1: {ways: [[lawful]], missing: []}}}"))) == []
    for text in ("[]", "[[lawful], [lawful]]", "[lawful]", "[[]]"):
        assert len(found(cases(case(facts, f"{{admission: {{P-1: {{ways: {text}}}}}}}")))) == 1


def test_an_undetermined_outcome_says_which_facts_are_lacking(cases: Cases) -> None:
    (line,) = found(cases(case("{partners: {P-1: {}}}", "{admission: {P-1: {outcome: eligible}}}")))
    assert line == "admission P-1 outcome: eligible / undetermined, for want of partners P-1 checks.legal"


def test_a_definition_of_no_record_needs_no_id(cases: Cases) -> None:
    assert found(cases(case("{}", "{answer: {value: 42}}"))) == []
    assert found(cases(case("{}", '{answer: {"": {value: 42}}}'))) == []
    assert found(cases(case("{}", "{answer: {value: 43}}"))) == ["answer  value: 43 / 42"]


def test_a_failure_stands_where_it_is_expected(cases: Cases) -> None:
    report = cases(case(PARTNER, "{band: {P-1: {band: low}}}"))
    (failure,) = report.failures
    assert (failure.span.line, failure.span.column) == (5, 33)
    assert str(failure).endswith("cases.yaml:5:33: failed: it\n  band P-1 band: expected `low`, found `high`")
    assert not report.ok
    assert str(report).endswith("\n\n0 passed, 1 failed")


# ------------------------------------------------------------------------------------------------ subjects


def test_subjects_that_are_not_named_are_not_compared_unless_it_is_exact(cases: Cases) -> None:
    facts = "{partners: {P-1..3: {checks: {legal: true}}}}"
    expect = "{admission: {P-1: {outcome: eligible}}}"
    assert found(cases(case(facts, expect))) == []
    assert found(cases(case(facts, expect.replace("P-1:", "exact: false, P-1:")))) == []
    assert found(cases(case(facts, expect.replace("P-1:", "exact: true, P-1:")))) == [
        "admission P-2 : no result / eligible",
        "admission P-3 : no result / eligible",
    ]
    assert found(cases(case(facts, "{admission: {exact: true, P-1..3: {outcome: eligible}}}"))) == []


def test_an_expected_record_without_a_result_is_a_failure(cases: Cases) -> None:
    assert found(cases(case(PARTNER, "{band: {P-2: {band: low}}}"))) == ["band P-2 : a result / no such result"]


# --------------------------------------------------------------------------------------------------- facts


def test_bases_are_merged_by_id_and_field(cases: Cases) -> None:
    text = """\
base:
  one:
    partners: {P-1: {rate: 10 %, checks: {legal: true, company_policy: true}}, P-2: {rate: 20 %}}
    transactions: {T-1: {partner: P-1, kind: invoice, date: 2026-02-01, net_amount: 5 CNY}}
  two:
    partners: {P-1: {rate: 60 %}}
cases:
  - name: the later base is on top, and the own facts on top of both
    as_of: 2026-03-01
    base: [one, two]
    facts:
      partners: {P-2: {rate: 90 %}, P-3: {rate: 1 %}}
      transactions: {T-2: {partner: P-1, kind: invoice, date: 2026-02-02, net_amount: 7 CNY}}
    expect:
      rate-now: {exact: true, P-1: {value: 60 %}, P-2: {value: 90 %}, P-3: {value: 1 %}}
      admission: {P-1: {outcome: eligible}}
      sales: {P-1: {value: 12 CNY}}
  - name: a check on top leaves the other checks, and the base is the same for the next case
    as_of: 2026-03-01
    base: one
    facts: {partners: {P-1: {checks: {legal: false}}}}
    expect: {rate-now: {P-1: {value: 10 %}}, admission: {P-1: {outcome: ineligible}}}
  - name: what is not known on top of parts takes their place
    as_of: 2026-03-01
    base: one
    facts: {partners: {P-1: {checks: {legal: {unknown: true}}}, P-2: }}
    expect: {admission: {P-1: {outcome: undetermined}}, rate-now: {P-2: {value: 20 %}}}
"""
    report = cases(text)
    assert found(report) == []
    assert len(report.passed) == 3


def test_named_relations_are_complete_and_others_are_not(cases: Cases) -> None:
    facts = "{partners: {P-1: {}}}"
    assert found(cases(case(facts, "{sales: {P-1: {value: unknown, missing: [all transactions]}}}"))) == []
    with_none = "{partners: {P-1: {}}, transactions: {}}"
    assert found(cases(case(with_none, "{sales: {P-1: {value: 0 CNY}}}"))) == []


def test_a_run_is_written_out(cases: Cases) -> None:
    facts = "{partners: {P-1: {}}, people: {D-08..11: {partner: P-1}, D-9: {partner: P-1}}}"
    # D-08, D-09, D-10, D-11, and D-9
    assert found(cases(case(facts, "{how-many: {P-1: {value: 5}}}"))) == []


def test_one_of_a_run_can_be_changed(cases: Cases) -> None:
    facts = "{partners: {P-1..3: {rate: 10 %}, P-2: {rate: 60 %}}}"
    expect = "{band: {exact: true, P-1: {band: low}, P-2: {band: high}, P-3: {band: low}}}"
    assert found(cases(case(facts, expect))) == []


# ---------------------------------------------------------------------------------------------- time and versions


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2026-02-28T23:59:59+08:00", "0"),
        ("2026-03-01", "1"),  # midnight in Shanghai, when the transaction is there
        ("2026-02-28T16:00:00Z", "1"),  # the same instant
        ("2026-02-28T15:59:59Z", "0"),
    ],
)
def test_a_date_is_midnight_in_the_zone_of_the_ruleset(cases: Cases, as_of: str, expected: str) -> None:
    facts = (
        "{partners: {P-1: {}}, transactions: {T-1: {partner: P-1, kind: invoice, date: 2026-03-01, net_amount: 1 CNY}}}"
    )
    text = case(facts, f"{{sales: {{P-1: {{value: {expected} CNY}}}}}}").replace("2026-03-01\n", f"{as_of}\n", 1)
    assert found(cases(text)) == []


@pytest.fixture
def two_versions(tmp_path: Path) -> Path:
    """A ruleset with a version for 2025, and one for 2026 that gives twice as much."""
    for version, in_force, factor in (("a", "2025-01-01 .. 2026-01-01", 1), ("b", "2026-01-01 ..", 2)):
        (tmp_path / version).mkdir()
        text = rules(version=version, in_force=in_force, factor=factor)
        (tmp_path / version / "ruleset.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_version_in_force_answers(two_versions: Path) -> None:
    facts = "{partners: {P-1: {rate: 10 %}}}"
    text = case(facts, "{rate-now: {P-1: {value: 20 %, version: b}}, band: {P-1: {version: b}}}")
    (two_versions / "cases.yaml").write_text(text, encoding="utf-8")
    older = case(facts, "{rate-now: {P-1: {value: 10 %, version: a}}}").replace("2026-03-01", "2025-12-31")
    (two_versions / "a" / "cases.yaml").write_text(older, encoding="utf-8")
    report = run_cases(two_versions, coverage=True)
    assert found(report) == []
    assert [Path(file).relative_to(two_versions).as_posix() for file in report.files] == ["cases.yaml", "a/cases.yaml"]
    reached = {(each.policy, each.version): each.reached for each in report.coverage}
    assert reached["band", "a"] == reached["band", "b"] == ("row 01",)


def test_a_case_may_name_the_version(two_versions: Path) -> None:
    text = case("{partners: {P-1: {rate: 10 %}}}", "{band: {P-1: {outcome: no_policy_in_force}}}", "    version: a\n")
    (two_versions / "cases.yaml").write_text(text, encoding="utf-8")
    assert found(run_cases(two_versions)) == []
    (two_versions / "cases.yaml").write_text(text.replace("outcome: no_policy_in_force", "band: low"), encoding="utf-8")
    assert found(run_cases(two_versions)) == ["band P-1 band: low / nothing: no_policy_in_force"]


def test_a_version_that_has_no_such_policy_is_a_mistake(two_versions: Path) -> None:
    file = two_versions / "a" / "ruleset.yaml"
    file.write_text(file.read_text(encoding="utf-8").partition("eligibility:")[0], encoding="utf-8")
    text = case("{partners: {P-1: {}}}", "{admission: {P-1: {outcome: undetermined}}}", "    version: a\n")
    (two_versions / "cases.yaml").write_text(text, encoding="utf-8")
    report = run_cases(two_versions)
    assert [diagnostic.code for diagnostic in report.diagnostics] == ["unknown-policy"]
    assert report.failed == ("it",)


# ----------------------------------------------------------------------------------------------- mistakes

GOOD = case(PARTNER, "{band: {P-1: {band: high}}}")


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("name: it", "nmae: it", "unknown-key", "did you mean `name`?"),
        ("band: {P-1", "bend: {P-1", "unknown-policy", "did you mean `band`?"),
        ("{band: high}", "{bnad: high}", "unknown-part", "did you mean `band`?"),
        ("{band: high}", "{outputs: {bnad: high}}", "unknown-part", "did you mean `band`?"),
        ("{P-1: {band: high}}", "{P-1: high}", "wrong-shape", "write `{outcome: ...}`"),
        ("{P-1: {band: high}}", "high", "wrong-shape", "write `P-1: {...}`"),
        ("{P-1: {band: high}}", "{exact: perhaps, P-1: {band: high}}", "wrong-shape", "write `exact: true`"),
        ("{band: {P-1: {band: high}}}", "{}", "empty-list", "name a policy"),
        ("as_of: 2026-03-01", "as_of: 2026-03-01T09:00", "instant-without-offset", "is naive"),
        ("as_of: 2026-03-01", "as_of: 2026-02-30", "instant-without-offset", "2026-02-30"),
        ("as_of: 2026-03-01", "as_of: soon", "instant-without-offset", "`soon` is not an instant"),
        ("as_of: 2026-03-01", "as_of: 2026-03-01\n    base: full", "unknown-base", "there are no shared facts `full`"),
        ("as_of: 2026-03-01", "as_of: 2026-03-01\n    version: 3", "unknown-version", "known versions: `1`"),
        ("rate: 50 %", "rate: lots", "refused-facts", "partners P-1 rate: "),
        ("rate: 50 %", "raet: 50 %", "refused-facts", "did you mean `rate`"),
        ("people: {}", "peolpe: {}", "refused-facts", "in the case `it`"),
        ("people: {}", "people: {D-1: {partner: P-7}}", "refused-facts", "refers to `P-7`"),
        ("people: {}", "people: []", "wrong-shape", "expected the records of `people` by id"),
        ("people: {}", "people: ", "wrong-shape", "and `{}` if there are none"),
        ("people: {}", "people: {D-1: x}", "wrong-shape", "expected the fields of `D-1`"),
        ("people: {}", "people: {D-2..1: {}}", "inverted-interval", "write `D-1..2`"),
        ("people: {}", "people: {D-1..10001: {}}", "too-large", "at most 10,000"),
        ("people: {}", "people: {D-1..999999999: {}}", "too-large", "at most 10,000"),
        ("cases:\n", "case:\n", "unknown-key", "did you mean `cases`"),
        ("\n  - name", "\n  - 5\n  - name", "wrong-shape", "expected a case"),
    ],
)
def test_a_mistake_is_reported_at_its_place(cases: Cases, old: str, new: str, code: str, words: str) -> None:
    assert old in GOOD
    report = cases(GOOD.replace(old, new, 1))
    assert not report.ok
    assert code in [diagnostic.code for diagnostic in report.diagnostics]
    assert words in str(report)


def test_refused_facts_are_shown_where_they_are_written(cases: Cases) -> None:
    report = cases(GOOD.replace("rate: 50 %", "rate: lots"))
    (diagnostic,) = report.diagnostics
    source = diagnostic.span.source.text
    assert source[diagnostic.span.start : diagnostic.span.end] == "rate"
    assert report.failed == ("it",)


def test_runs_of_one_file_have_a_bound_together(cases: Cases) -> None:
    runs = ", ".join(f"x{number}-1..10000: {{}}" for number in range(11))
    report = cases(GOOD.replace("people: {}", f"people: {{{runs}}}"))
    assert [diagnostic.code for diagnostic in report.diagnostics] == ["too-large"]
    assert "100,000 in one file" in str(report)


def test_two_cases_of_one_name_are_refused(cases: Cases) -> None:
    assert [each.code for each in cases(GOOD + GOOD.removeprefix("cases:\n")).diagnostics] == ["duplicate-id"]


def test_the_good_case_is_good(cases: Cases) -> None:
    report = cases(GOOD)
    assert report.ok
    assert (report.passed, report.failed) == (("it",), ())
    assert report.coverage == ()


def test_coverage_names_what_is_not_reached(cases: Cases) -> None:
    coverage = {each.policy: each for each in cases(GOOD, coverage=True).coverage}
    assert coverage["band"].reached == ("row 02",)
    assert coverage["band"].unreached == ("row 01",)
    # The check is not known, so the gate is neither passed nor failed.
    assert coverage["admission"].reached == ()


def test_what_a_version_takes_over_is_reached_by_the_cases_of_any(tmp_path: Path) -> None:
    """`admission` and `grade` stand in version a; b gives `grade` another gate, and leaves `admission` as it is."""
    policies = (
        "eligibility: {admission: {subject: partner, gates: [{id: lawful, require: partner.checks.legal}]}, "
        "grade: {subject: partner, gates: [{id: known, require: partner.checks.legal}]}}\n"
    )
    head = "ruleset: trial\ntimezone: UTC\n"
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "ruleset.yaml").write_text(
        head + 'version: a\nin_force: "2025-01-01 .. 2026-01-01"\n' + policies, encoding="utf-8"
    )
    (tmp_path / "b" / "ruleset.yaml").write_text(
        head + "version: b\nin_force: 2026-01-01 ..\nextends: a\nadds: [eligibility.grade.gates.late]\n"
        "eligibility: {grade: {gates: [{id: late, require: partner.checks.company_policy}]}}\n",
        encoding="utf-8",
    )
    facts = "{partners: {P-1: {checks: {legal: true, company_policy: true}}, P-2: {checks: {legal: false}}}}"
    older = case(facts, "{admission: {P-1: {outcome: eligible}}}").replace("2026-03-01", "2025-03-01")
    (tmp_path / "cases.yaml").write_text(older, encoding="utf-8")
    report = run_cases(tmp_path, coverage=True)
    assert found(report) == []
    unreached = {(each.policy, each.version): each.unreached for each in report.coverage}
    assert unreached["admission", "a"] == unreached["admission", "b"] == unreached["grade", "a"] == ()
    assert "gate known passed" in unreached["grade", "b"]


def test_without_a_ruleset_there_is_nothing_to_run(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        run_cases(tmp_path)
    (tmp_path / "ruleset.yaml").write_text("ruleset: x\n", encoding="utf-8")
    with pytest.raises(RulesetError):
        run_cases(tmp_path)


def test_a_ruleset_without_cases_has_no_files(tmp_path: Path) -> None:
    (tmp_path / "ruleset.yaml").write_text(rules(), encoding="utf-8")
    report = run_cases(tmp_path / "ruleset.yaml")
    assert report.files == ()
    assert report.ok
