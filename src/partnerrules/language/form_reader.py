"""Reads YAML nodes by a form: what fits becomes an `Item`, what does not is reported at its place with a way out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, TypeAlias, assert_never

from partnerrules.diagnostics import Label, Report, Span, suggestion, with_article
from partnerrules.language import forms, full_width
from partnerrules.language.parser import parse_expression
from partnerrules.language.syntax import Syntax
from partnerrules.language.yaml_nodes import Mapping as MappingNode
from partnerrules.language.yaml_nodes import Node, Scalar, Sequence
from partnerrules.schema.titles import Title


@dataclass(frozen=True, slots=True)
class Word:
    """A text with its place."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression with its place; `tree` is None if it has a fault, which is then reported."""

    text: str
    tree: Syntax | None
    span: Span


@dataclass(frozen=True, slots=True)
class Raw:
    """A node that the policy kind reads itself."""

    node: Node


@dataclass(frozen=True, slots=True)
class Item:
    """What was read by a record form: the values of its keys.

    Attributes:
        fields: by key; a key that is left out or does not fit is not there.
        span: the place of the whole, for faults that are not about one key.
        keys: the places of the keys.
    """

    fields: Mapping[str, "Read"]
    span: Span
    keys: Mapping[str, Span] = field(default_factory=dict)

    def __contains__(self, key: str) -> bool:
        return key in self.fields

    def word(self, key: str) -> Word | None:
        """The text under a key."""
        value = self.fields.get(key)
        return value if isinstance(value, Word) else None

    def text(self, key: str) -> str | None:
        """The text under a key, without its place."""
        word = self.word(key)
        return None if word is None else word.text

    def expression(self, key: str) -> Expression | None:
        """The expression under a key."""
        value = self.fields.get(key)
        return value if isinstance(value, Expression) else None

    def title(self, key: str = "title") -> Title:
        """The title under a key, empty if there is none."""
        value = self.fields.get(key)
        return value if isinstance(value, Title) else Title()

    def item(self, key: str) -> "Item | None":
        """The record under a key."""
        value = self.fields.get(key)
        return value if isinstance(value, Item) else None

    def list(self, key: str) -> "tuple[Read, ...]":
        """The list under a key, empty if there is none."""
        value = self.fields.get(key)
        return value.items if isinstance(value, Listed) else ()

    def named(self, key: str) -> "tuple[tuple[Word, Read], ...]":
        """The names under a key, each with what stands under it."""
        value = self.fields.get(key)
        return value.entries if isinstance(value, Named) else ()

    def raw(self, key: str) -> Node | None:
        """The node under a key that the kind reads itself."""
        value = self.fields.get(key)
        return value.node if isinstance(value, Raw) else None


@dataclass(frozen=True, slots=True)
class Listed:
    """What was read by a list form."""

    items: "tuple[Read, ...]"
    span: Span


@dataclass(frozen=True, slots=True)
class Named:
    """What was read by a map form."""

    entries: "tuple[tuple[Word, Read], ...]"
    span: Span


Read: TypeAlias = Word | Expression | Raw | Item | Listed | Named | Title


def every_item(read: Read) -> Iterator[Item]:
    """All records below what was read, itself included."""
    match read:
        case Item(fields):
            yield read
            below: Iterable[Read] = fields.values()
        case Named(entries):
            below = (each for _, each in entries)
        case Listed(items):
            below = items
        case _:
            return
    for each in below:
        yield from every_item(each)


_FEW_CHOICES: Final = 20
_SHAPES: Final = {Scalar: "a single value", Sequence: "a list", MappingNode: "keys with values"}


def read_form(form: forms.Form, node: Node, report: Report) -> Read | None:
    """What a node says by a form, or None if it does not fit, which is then reported."""
    match form:
        case forms.EitherForm(short, long):
            return read_form(short if isinstance(node, Scalar) else long, node, report)
        case forms.LaterForm(_, make):
            return read_form(make(), node, report)
        case forms.AnyForm():
            return Raw(node)
        case forms.TitleForm():
            return _read_title(node, report)
        case forms.RecordForm():
            return _read_record(form, node, report)
        case forms.ListForm(item, at_least):
            if not isinstance(node, Sequence):
                _wrong_shape("a list", node, report, "write each item on a line of its own that starts with `- `")
                return None
            if len(node.items) < at_least:
                report.error("empty-list", "the list is empty", node.span, help="add at least one item")
            if node.flow and isinstance(item, forms.TextForm) and not _check_commas(node, report):
                return None
            read = (read_form(item, part, report) for part in node.items)
            return Listed(tuple(value for value in read if value is not None), node.span)
        case forms.MapForm(value, named):
            if not isinstance(node, MappingNode):
                _wrong_shape(f"a {named} with something under it", node, report, f"write `{named}: ...`")
                return None
            return Named(tuple(_read_entries(value, node, report)), node.span)
        case _:
            if not isinstance(node, Scalar) or node.is_null:
                wanted = _wanted(form)
                _wrong_shape(wanted, node, report, None)
                return None
            return _read_scalar(form, node, report)


def _check_commas(node: Sequence, report: Report) -> bool:
    """Whether no full-width comma makes one member of two in a list in brackets; reports it if it does."""
    fine = True
    for item in node.items:
        if isinstance(item, Scalar) and item.style == "plain":
            at = next((at for at, each in enumerate(item.value) if full_width.PLAIN.get(each) == ","), None)
            if at is not None:
                report.error(
                    "full-width-character",
                    full_width.fault(item.value[at]),
                    item.at(at, at + 1),
                    help="write `, ` between the members of a list",
                )
                fine = False
    return fine


def _wanted(form: forms.Form) -> str:
    match form:
        case forms.ExpressionForm():
            return "an expression"
        case forms.ChoiceForm(choices):
            return "one of " + ", ".join(f"`{choice}`" for choice in choices)
        case forms.CountForm():
            return "a whole number"
        case forms.NameForm():
            return "a name"
        case forms.TextForm(_, words):
            return words
        case _:
            return "a value"


def _wrong_shape(wanted: str, node: Node, report: Report, way_out: str | None) -> None:
    found = "nothing" if isinstance(node, Scalar) and node.is_null else _SHAPES[type(node)]
    report.error("wrong-shape", f"expected {wanted}, found {found}", node.span, help=way_out)


def _read_entries(value: forms.Form, node: MappingNode, report: Report) -> Iterator[tuple[Word, Read]]:
    for entry in node.entries:
        if report.full:
            break
        _check_name(entry.key, report)
        read = read_form(value, entry.value, report)
        if read is not None:
            yield Word(entry.key.value, entry.key.span), read


def _check_name(scalar: Scalar, report: Report) -> bool:
    if forms.NAME.fullmatch(scalar.value):
        return True
    report.error(
        "bad-name",
        f"`{scalar.value[:60]}` cannot be a name",
        scalar.span,
        help="names start with a letter and have letters, digits, `_`, and `-` between them",
    )
    return False


def _read_scalar(form: forms.Form, node: Scalar, report: Report) -> Read | None:
    match form:
        case forms.ExpressionForm():
            return Expression(node.value, parse_expression(node, report), node.span)
        case forms.NameForm():
            return Word(node.value, node.span) if _check_name(node, report) else None
        case forms.ChoiceForm(choices):
            if node.value not in choices:
                way_out = suggestion(node.value, choices, kind="choice")
                if len(choices) <= _FEW_CHOICES:  # what looks alike may mean something else: show all there is
                    likely = way_out.split("?")[0] + "? " if "?" in way_out else ""
                    way_out = likely + "choices: " + ", ".join(f"`{choice}`" for choice in choices)
                report.error("unknown-choice", f"`{node.value[:60]}` is not a choice here", node.span, help=way_out)
                return None
        case forms.CountForm():
            if not is_count(node.value):
                upto = " to 999999" if node.value.isdigit() and len(node.value) > 6 else ""
                message = f"expected a whole number from 1{upto}, found `{node.value[:60]}`"
                plain = full_width.plain(node.value[:60])
                report.error("wrong-shape", message, node.span, help=f"write `{plain}`" if is_count(plain) else None)
                return None
        case forms.TextForm(pattern, words):
            if pattern is not None and not pattern.fullmatch(node.value):
                report.error("wrong-shape", f"expected {words}, found `{node.value[:60]}`", node.span)
                return None
        case forms.TitleForm() | forms.AnyForm() | forms.ListForm() | forms.MapForm() | forms.RecordForm():
            raise AssertionError(form)
        case forms.EitherForm() | forms.LaterForm():
            raise AssertionError(form)
        case _:
            assert_never(form)
    return Word(node.value, node.span)


def is_count(text: str) -> bool:
    """Whether a text is a whole number of at least one, and not a huge one."""
    return text.isascii() and text.isdigit() and len(text) <= 6 and int(text) >= 1


def _read_title(node: Node, report: Report) -> Read | None:
    if isinstance(node, Scalar) and not node.is_null:
        return Title((("", node.value),))
    if not isinstance(node, MappingNode):
        _wrong_shape("a title, or one for each language", node, report, "write `title: {en: ..., zh: ...}`")
        return None
    titles: dict[str, str] = {}
    for entry in node.entries:
        if report.full:
            break
        if entry.key.value not in forms.LANGUAGES:
            report.error(
                "unknown-key",
                f"`{entry.key.value[:60]}` is not a language of titles",
                entry.key.span,
                help=suggestion(entry.key.value, forms.LANGUAGES, kind="language"),
            )
        elif isinstance(entry.value, Scalar) and not entry.value.is_null:
            titles[entry.key.value] = entry.value.value
        else:
            _wrong_shape("a title", entry.value, report, None)
    return Title(tuple(titles.items()))


def _read_record(form: forms.RecordForm, node: Node, report: Report) -> Item | None:
    if not isinstance(node, MappingNode):
        names = ", ".join(f"`{name}`" for name in (form.one_of or [key.name for key in form.keys])[:4])
        way_out = _listed_values(form, node) or f"write keys with values, such as {names}"
        _wrong_shape(with_article(form.name), node, report, way_out)
        return None
    fields: dict[str, Read] = {}
    places: dict[str, Span] = {}
    meant: set[str] = set()
    for entry in node.entries:
        if report.full:
            break
        key = form.key(entry.key.value)
        if key is None:
            way_out = suggestion(entry.key.value, (known.name for known in form.keys), kind="key")
            meant |= {known.name for known in form.keys if way_out.startswith(f"did you mean `{known.name}`")}
            message = f"{with_article(form.name)} has no key `{entry.key.value[:60]}`"
            report.error("unknown-key", message, entry.key.span, help=way_out)
            continue
        places[key.name] = entry.key.span
        listed = _listed_values(form, entry.value) if key.name == "type" else None
        if listed is not None:
            _wrong_shape("one type", entry.value, report, listed)
            continue
        read = read_form(key.form, entry.value, report)
        if read is not None:
            fields[key.name] = read
    start = node.entries[0].key.span if node.entries else node.span
    _check_keys(form, places, meant, start, report)
    return Item(MappingProxyType(fields), start, MappingProxyType(places))


def _listed_values(form: forms.RecordForm, node: Node) -> str | None:
    """The way out where the values of an enumeration stand where its type is meant to."""
    if not isinstance(node, Sequence) or form.key("enum") is None:
        return None
    values = [item.value for item in node.items if isinstance(item, Scalar)]
    return f"write `{{enum: [{', '.join(values)[:60]}]}}`" if len(values) == len(node.items) else None


def _check_keys(
    form: forms.RecordForm, places: Mapping[str, Span], meant: set[str], start: Span, report: Report
) -> None:
    """Reports keys that are missing, and keys that do not go together.

    Args:
        form: says which keys there are.
        places: of the keys that are there.
        meant: those that are there with a spelling mistake, which is reported.
        start: the place of the whole.
        report: takes the faults.
    """
    for key in form.keys:
        if key.required and key.name not in places and key.name not in meant:
            report.error(
                "missing-key",
                f"{with_article(form.name)} needs the key `{key.name}`",
                start,
                help=f"write `{key.name}: ...`, {key.doc}",
            )
    given = [name for name in form.one_of if name in places]
    alone = {name: other for name, other in form.together.items() if name in places and other not in places}
    for name, other in alone.items():
        if other in meant:
            continue
        beside = next((each for each in given if each != name), None)
        if beside is not None and name in given:
            report.error(
                "too-many-keys",
                f"`{name}` goes with `{other}`, not with `{beside}`",
                places[name],
                labels=[Label(places[name], ""), Label(places[beside], "the other one")],
                help=f"write `{other}:` in place of `{beside}:`",
            )
        else:
            report.error(
                "missing-key", f"`{name}` needs the key `{other}` beside it", places[name], help=f"write `{other}: ...`"
            )
    if alone:
        return
    if form.one_of and not given and not meant & set(form.one_of):
        wanted = ", ".join(f"`{name}`" for name in form.one_of)
        report.error("missing-key", f"{with_article(form.name)} needs one of the keys {wanted}", start)
    elif len(given) > 1:
        report.error(
            "too-many-keys",
            f"{with_article(form.name)} has `{given[0]}` or `{given[1]}`, not both",
            places[given[1]],
            labels=[Label(places[given[1]], ""), Label(places[given[0]], "the other one")],
            help="put one of them inside the other" if form.key("all") else "take one of them out",
        )
