"""Forms say what may stand where: the reader refuses the rest, and editors get the same as JSON Schema."""

import pytest
from tests.support import codes, diagnostics

from partnerrules.diagnostics import Report, Source
from partnerrules.language import forms
from partnerrules.language.form_reader import Item, Read, Word, read_form
from partnerrules.language.yaml_reader import read_yaml
from partnerrules.policies import KINDS
from partnerrules.schema.titles import Title

FORM = forms.RecordForm(
    "thing",
    (
        forms.Key("id", forms.NameForm(), "its name", required=True),
        forms.Key("title", forms.TitleForm(), "its title"),
        forms.Key("kind", forms.ChoiceForm(("small", "large")), "its kind"),
        forms.Key("count", forms.CountForm(), "how many"),
        forms.Key("words", forms.ListForm(forms.TextForm(), at_least=1), "words"),
        forms.Key("parts", forms.MapForm(forms.TextForm(), "part"), "parts"),
        forms.Key("when", forms.ExpressionForm(), "a condition"),
        forms.Key("one", forms.TextForm(), "one way"),
        forms.Key("other", forms.TextForm(), "the other way"),
    ),
    one_of=("one", "other"),
)


def read(text: str) -> tuple[Read | None, list[str]]:
    report = Report()
    node = read_yaml(Source("rules.yaml", text), report)
    assert node is not None, report.diagnostics
    return read_form(FORM, node, report), [diagnostic.code for diagnostic in report.diagnostics]


def test_what_fits_is_read_with_its_places() -> None:
    item, found = read(
        "id: a-b\ntitle: {en: A, zh: 甲}\nkind: small\ncount: 3\nwords: [x, y]\nparts: {p: q}\nwhen: a > 1\none: z\n"
    )
    assert found == []
    assert isinstance(item, Item)
    assert item.text("id") == "a-b"
    assert item.text("count") == "3"
    assert [word.text for word in item.list("words") if isinstance(word, Word)] == ["x", "y"]
    ((name, value),) = item.named("parts")
    assert (name.text, value.text if isinstance(value, Word) else "") == ("p", "q")
    written = item.expression("when")
    assert written is not None
    assert written.text == "a > 1"
    assert written.tree is not None
    assert item.keys["kind"].line == 3
    assert isinstance(item.title(), Title)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("one: x\n", "missing-key"),
        ("id: a\n", "missing-key"),
        ("id: a\none: x\nother: y\n", "too-many-keys"),
        ("id: a\none: x\ncolour: red\n", "unknown-key"),
        ("id: 1a\none: x\n", "bad-name"),
        ("id: a b\none: x\n", "bad-name"),
        ("id:\none: x\n", "wrong-shape"),
        ("id: [a]\none: x\n", "wrong-shape"),
        ("id: a\none: x\nkind: medium\n", "unknown-choice"),
        ("id: a\none: x\ncount: 0\n", "wrong-shape"),
        ("id: a\none: x\ncount: 1.5\n", "wrong-shape"),
        ("id: a\none: x\ncount: 9999999\n", "wrong-shape"),
        ("id: a\none: x\nwords: []\n", "empty-list"),
        ("id: a\none: x\nwords: x\n", "wrong-shape"),
        ("id: a\none: x\nparts: [x]\n", "wrong-shape"),
        ("id: a\none: x\ntitle: {fr: B}\n", "unknown-key"),
        ("id: a\none: x\ntitle: [B]\n", "wrong-shape"),
        ("id: a\none: x\nwhen: a >\n", "syntax"),
        ("- a\n", "wrong-shape"),
    ],
)
def test_what_does_not_fit_is_told_once(text: str, code: str) -> None:
    assert read(text)[1] == [code]


def test_all_that_does_not_fit_is_told_at_once() -> None:
    assert read("kind: medium\ncount: x\nwhen: a >\ncolour: red\n")[1].count("missing-key") == 2
    assert len(read("kind: medium\ncount: x\nwhen: a >\ncolour: red\n")[1]) == 6


def test_a_near_key_is_suggested() -> None:
    (found,) = diagnostics("parmeters: {}\n")
    assert (found.code, found.help) == ("unknown-key", "did you mean `parameters`?")


def test_a_ruleset_says_who_it_is() -> None:
    assert codes("", head="title: x\n").count("missing-key") == 3
    for head, code in [
        ("ruleset: a\nversion: 1\nin_force: 2026-01-01\n", "wrong-shape"),
        ("ruleset: a\nversion: 1\nin_force: 2026-02-30 ..\n", "no-such-date"),
        ("ruleset: a\nversion: 1\nin_force: 2026-01-01 .. 2026-01-01\n", "empty-interval"),
        ("ruleset: a\nversion: 1\nin_force: 2026-01-02 .. 2026-01-01\n", "inverted-interval"),
        ("ruleset: a\nversion: 1\nin_force: ..\ncurrency: RMB\n", "unknown-currency"),
        ("ruleset: a\nversion: 1\nin_force: ..\ntimezone: Asia/Peking\n", "unknown-timezone"),
        ("ruleset: a\nversion: 1\nin_force: ..\ncalendar: {fiscal_year_starts: 02-30}\n", "wrong-shape"),
    ]:
        assert codes("", head=head) == [code], head
    assert codes("", head="ruleset: a\nversion: 1\nin_force: ..\n") == []


def _documented(form: forms.Form, seen: set[int]) -> None:
    if id(form) in seen:
        return
    seen.add(id(form))
    match form:
        case forms.RecordForm():
            names = [key.name for key in form.keys]
            assert len(set(names)) == len(names)
            assert {*form.one_of, *form.together, *form.together.values()} <= set(names)
            for key in form.keys:
                assert key.doc, (form.name, key.name)
                _documented(key.form, seen)
        case forms.ListForm(item) | forms.MapForm(item):
            _documented(item, seen)
        case forms.EitherForm(short, long):
            _documented(short, seen)
            _documented(long, seen)
        case forms.LaterForm(_, make):
            _documented(make(), seen)
        case _:
            pass


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_key_of_a_policy_is_documented_and_has_a_schema(kind: object) -> None:
    form = next(each.form for each in KINDS if each is kind)
    _documented(form, set())
    definitions: dict[str, object] = {}
    schema = forms.json_schema(form, definitions)
    assert schema["additionalProperties"] is False
    properties = schema["properties"]
    assert isinstance(properties, dict)
    assert list(properties) == [key.name for key in form.keys]
