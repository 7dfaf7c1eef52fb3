"""The example of a partner portal: each application gets the answer that its README works out, in each language."""

import json
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError
from tests.scripts import script

HERE = Path(__file__).parents[2] / "examples" / "service_provider_portal"


@pytest.fixture(scope="module")
def portal() -> Iterator[TestClient]:
    """The portal on 1 June 2026."""
    module = script(HERE / "app.py", "service_provider_portal_app")
    module.app.dependency_overrides[module.now] = lambda: datetime(2026, 6, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    with TestClient(module.app) as client:
        yield client
    sys.modules.pop("service_provider_portal_app", None)


def papers(name: str) -> dict[str, Any]:
    """An application of the example."""
    read: dict[str, Any] = json.loads((HERE / "applications" / f"{name}.json").read_text(encoding="utf-8"))
    return read


def answered(portal: TestClient, application: dict[str, Any], language: str = "en") -> dict[str, Any]:
    response = portal.post("/pool-check", params={"language": language}, json=application)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def missing(answer: dict[str, Any]) -> list[str]:
    return [gap["condition"] for gap in answer["missing"]]


def test_a_company_with_all_its_papers_may_enter(portal: TestClient) -> None:
    answer = answered(portal, papers("complete"))
    assert (answer["may_enter"], answer["step"], answer["missing"]) == ("yes", "certification", [])
    assert answer["policy_version"] == "2026.1"
    assert answer["as_of"] == "2026-06-01T09:00:00+08:00"


def test_what_is_missing_is_named_in_the_order_of_the_policy(portal: TestClient) -> None:
    answer = answered(portal, papers("in-training"))
    assert (answer["may_enter"], answer["step"]) == ("no", "training")
    assert missing(answer) == ["record", "exam", "certification"]
    assert {gap["state"] for gap in answer["missing"]} == {"not_met"}
    assert answer["missing"][0]["source"] == "S0-011, S0-012"


def test_the_scan_of_a_contract_closes_the_first_gap(portal: TestClient) -> None:
    application = papers("in-training")
    application["reference_projects"][1]["contract_scan"] = True
    assert missing(answered(portal, application)) == ["exam", "certification"]


def test_a_step_of_tomorrow_is_not_passed_today(portal: TestClient) -> None:
    module = sys.modules["service_provider_portal_app"]
    records = module.desk()
    records["P-101"].steps[-1].passed_on = date(2026, 6, 2)
    module.app.dependency_overrides[module.desk] = lambda: records
    try:
        answer = answered(portal, papers("complete"))
    finally:
        del module.app.dependency_overrides[module.desk]
    assert (answer["may_enter"], answer["step"], missing(answer)) == ("no", "exam", ["certification"])


def test_nobody_attests_its_own_checks_and_steps(portal: TestClient) -> None:
    attested: list[dict[str, Any]] = [{"checks": {"legal": True}}, {"steps": []}, {"agreements": []}]
    for own in attested:
        assert portal.post("/pool-check", json={**papers("complete"), **own}).status_code == 422
    stranger = answered(portal, {**papers("complete"), "id": "P-999"})
    assert stranger["may_enter"] == "no"
    assert [gap["condition"] for gap in stranger["missing"] if gap["state"] == "not_known"] == [
        "legal",
        "company-policy",
        "data-protection",
    ]


@pytest.mark.usefixtures("portal")
def test_a_step_that_there_is_not_is_refused() -> None:
    module = sys.modules["service_provider_portal_app"]
    with pytest.raises(ValidationError, match="certification"):
        module.Step(step="foo", passed_on=date(2026, 6, 1))


def test_a_check_that_nobody_made_leaves_the_answer_open(portal: TestClient) -> None:
    answer = answered(portal, papers("unchecked"))
    assert answer["may_enter"] == "open"
    assert answer["missing"] == [
        {"condition": "data-protection", "title": "protects personal data", "source": "S0-002", "state": "not_known"}
    ]


def test_a_company_that_is_no_partner_lacks_nearly_everything(portal: TestClient) -> None:
    answer = answered(portal, papers("freelancer"))
    assert answer["may_enter"] == "no"
    assert missing(answer) == [
        "company-policy",
        "known-kind",
        "industry",
        "record",
        "agreement",
        "application",
        "review",
        "assessment",
        "training",
        "exam",
        "certification",
    ]


@pytest.mark.parametrize(
    ("language", "titles", "word"),
    [
        ("en", ["enough proved projects in its industries", "exam", "certification"], "is not eligible for"),
        ("zh", ["本行业有效项目数达标", "考核", "认证"], "不符合"),
        ("ru", ["достаточно подтверждённых проектов", "экзамен", "сертификация"], "не соответствует"),
    ],
)
def test_the_answer_is_in_the_language_that_is_asked_for(
    portal: TestClient, language: str, titles: list[str], word: str
) -> None:
    answer = answered(portal, papers("in-training"), language)
    assert [gap["title"] for gap in answer["missing"]] == titles
    assert len(answer["explanation"]) == 2
    assert all(word in text for text in answer["explanation"])


@pytest.mark.parametrize(
    ("header", "title"),
    [
        ("fr-FR,ru-RU;q=0.9,en;q=0.8", "защищает персональные данные"),
        ("zh;q=0.2, en;q=0.9", "protects personal data"),
        ("zh-CN, en;q=often", "数据保护合法"),
        ("zh;q=0, fr", "protects personal data"),
    ],
)
def test_without_a_language_that_of_the_browser_counts(portal: TestClient, header: str, title: str) -> None:
    answer = portal.post("/pool-check", json=papers("unchecked"), headers={"Accept-Language": header}).json()
    assert [gap["title"] for gap in answer["missing"]] == [title]


def test_papers_that_contradict_themselves_are_refused_by_record_and_field(portal: TestClient) -> None:
    application = papers("complete")
    application["reference_projects"][0]["size"] = "thirty apples"
    response = portal.post("/pool-check", json=application)
    assert response.status_code == 422
    (problem,) = response.json()["problems"]
    assert (problem["relation"], problem["record"]) == ("reference_projects", "R-1")


def test_a_misspelt_field_is_refused(portal: TestClient) -> None:
    assert portal.post("/pool-check", json={**papers("complete"), "industrie": []}).status_code == 422


def test_the_demo_tells_each_company_its_answer(
    portal: TestClient, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "app", sys.modules["service_provider_portal_app"])
    script(HERE / "demo.py", "service_provider_portal_demo").main("zh")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "P-101 南京云桥信息服务有限公司: yes (certification)"
    assert lines[-1] == "  not_known 数据保护合法 [S0-002]"
    assert len(lines) == 4 + 11 + 3 + 1
