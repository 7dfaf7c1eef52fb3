"""Holds a result against what a case expects of it: parts that are not mentioned are not compared.

Numbers, amounts, dates and instants are compared by value: `50 %` is 0.5, and `1000 CNY` is `1000.00 CNY`.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from partnerrules.decisions.basis import UNDETERMINED
from partnerrules.decisions.benefits import BenefitResult
from partnerrules.decisions.commission import CommissionResult
from partnerrules.decisions.results import (
    DefinitionResult,
    NoPolicyResult,
    Result,
    TableResult,
)
from partnerrules.decisions.scoring import POINTS, ScoreResult
from partnerrules.decisions.service_levels import ServiceLevelResult
from partnerrules.diagnostics import Report, Span, suggestion
from partnerrules.domain.values import read_ratio
from partnerrules.facts.reading import Refused, read_instant
from partnerrules.language.yaml_nodes import Mapping as MappingNode
from partnerrules.language.yaml_nodes import Node, Scalar, Sequence
from partnerrules.quantities import Dimension, find_unit, multiply, read_number
from partnerrules.schema import types as t

_OTHER_NAMES: Final = {"rows": "rules"}
"""What cases call a part of a table's result in the words of the table."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A part of a result that is not what was expected, both as text, and where the expectation stands."""

    part: str
    expected: str
    found: str
    span: Span


def mismatches(expected: MappingNode, result: Result, report: Report) -> Iterator[Mismatch]:
    """The parts in which a result differs; parts that such a result never has are reported as mistakes."""
    summary = result.summary()
    types = _types(result)
    for entry in expected.entries:
        name = entry.key.value
        found_name = name if name in summary else _OTHER_NAMES.get(name, name)
        if found_name in summary:
            inner = _inner_types(result, found_name, types)
            for each in _compare(name, entry.value, summary[found_name], types.get(found_name), inner, report):
                yield _with_reason(each, summary)
        elif isinstance(result, NoPolicyResult):
            yield Mismatch(name, _written(entry.value), f"nothing: {result.outcome}", entry.key.span)
        else:
            _unknown_part(entry.key, summary, report)


def _with_reason(mismatch: Mismatch, summary: Mapping[str, object]) -> Mismatch:
    """Beside an outcome that is undetermined, the facts that are lacking."""
    missing = summary.get("missing")
    if mismatch.found != UNDETERMINED or not isinstance(missing, list) or not missing:
        return mismatch
    return replace(mismatch, found=f"{UNDETERMINED}, for want of {', '.join(str(each) for each in missing)}")


def _types(result: Result) -> dict[str, t.Type]:
    match result:
        case TableResult(types=types):
            return dict(types)
        case DefinitionResult(type=type):
            return {"value": type}
        case CommissionResult(rate=rate):
            money: dict[str, t.Type] = {"base": t.AnyMoney(), "amount": t.AnyMoney()}
            return money if rate is None else {**money, "rate": rate.type}
        case BenefitResult(type=type):
            share: dict[str, t.Type] = {"share": t.Ratio()}
            return share if type is None else {**share, **dict.fromkeys(("amount", "part", "granted", "borne"), type)}
        case ServiceLevelResult():
            return {seen.text: seen.type for seen in result.timing}
        case ScoreResult():
            return dict.fromkeys(("score", "least", "most", "out_of"), POINTS)
        case _:
            return {}


def _inner_types(result: Result, part: str, types: dict[str, t.Type]) -> Mapping[str, t.Type]:
    """The types of what stands inside a part, by name."""
    if part == "outputs":
        return types
    if isinstance(result, BenefitResult) and part == "left" and result.type is not None:
        return {cap.id: result.type for cap in result.caps}
    if isinstance(result, ServiceLevelResult) and part == "compliance":
        return dict.fromkeys(("share", "least", "most", "at_least"), t.Ratio())
    if isinstance(result, ScoreResult):
        inner: dict[str, t.Type] = {"points": POINTS, "credit": t.Ratio()}
        return {item.id: inner[part] for item in result.items} if part in inner else {}
    if isinstance(result, CommissionResult):
        measure = None if result.rate is None else result.rate.measure
        if part == "bands" and result.rate is not None and measure is not None:
            return {band.id: measure for band in result.rate.bands}
        if part == "conversion":
            return {"base": t.AnyMoney()}
        if part in ("payees", "steps"):
            found = result.summary()[part]
            return dict.fromkeys(found, t.AnyMoney()) if isinstance(found, dict) else {}
    return {}


def _unknown_part(key: Scalar, known: Mapping[str, object], report: Report) -> None:
    report.error(
        "unknown-part",
        f"the result has no part `{key.value[:60]}`",
        key.span,
        help=suggestion(key.value, known, kind="part"),
    )


def _compare(
    part: str, expected: Node, found: object, type: t.Type | None, types: Mapping[str, t.Type], report: Report
) -> Iterator[Mismatch]:
    if isinstance(expected, MappingNode) and isinstance(found, dict):
        for entry in expected.entries:
            name = entry.key.value
            if name in found:
                yield from _compare(f"{part} {name}", entry.value, found[name], types.get(name), {}, report)
            elif "unknown" in found:
                yield Mismatch(f"{part} {name}", _written(entry.value), shown(found), entry.value.span)
            else:
                _unknown_part(entry.key, found, report)
    elif not _same(expected, found, type):
        yield Mismatch(part, _written(expected), shown(found), expected.span)


def _same(expected: Node, found: object, type: t.Type | None) -> bool:
    """Whether a value is what is expected."""
    if isinstance(type, t.Maybe):
        return _same(expected, found, type.of)
    if isinstance(expected, Sequence):
        item = type.item if isinstance(type, t.ListOf) else type
        return (
            isinstance(found, list)
            and len(found) == len(expected.items)
            and all(_same(node, value, item) for node, value in zip(expected.items, found, strict=True))
        )
    if isinstance(expected, MappingNode):
        return isinstance(found, dict) and all(
            entry.key.value in found and _same(entry.value, found[entry.key.value], None) for entry in expected.entries
        )
    match found:
        case None:
            return expected.is_null
        case bool():
            return expected.value == ("true" if found else "false")
        case dict():
            return "unknown" in found and expected.value == "unknown"
        case int():
            return _number(expected.value) == found
        case str():
            return not expected.is_null and (expected.value == found or _same_value(expected.value, found, type))
        case _:
            return False


def _same_value(expected: str, found: str, type: t.Type | None) -> bool:
    """Whether two texts write the same value of a type."""
    match type:
        case t.Ratio() | t.Number():
            share = _ratio(expected)
            return share is not None and share == _ratio(found)
        case t.Integer() | t.Quantity() | t.AnyMoney():
            amount = _amount(expected)
            return amount is not None and amount == _amount(found)
        case t.Instant() | None:  # None inside a list or record: an instant is told by how it is written
            moment = _instant(expected)
            return moment is not None and moment == _instant(found)
        case _:
            return False


def _number(text: str) -> Decimal | None:
    try:
        return read_number(text.strip())
    except ValueError:
        return None


def _ratio(text: str) -> Decimal | None:
    try:
        return read_ratio(text)
    except ValueError:
        return None


def _instant(text: str) -> dt.datetime | None:
    try:
        return read_instant(text, None)
    except Refused:
        return None


def _amount(text: str) -> tuple[Decimal, Dimension] | None:
    """A number of the base unit of its dimension, or None if the text is none."""
    written, _, name = text.strip().partition(" ")
    value = _number(written)
    unit = find_unit(name.strip()) if name else None
    if value is None or (name and unit is None):
        return None
    return (value, ()) if unit is None else (multiply(value, unit.factor), unit.dimension)


def _written(node: Node) -> str:
    """An expectation as its author wrote it, on one line."""
    match node:
        case Scalar():
            return "none" if node.is_null else node.value
        case Sequence(items):
            return "[" + ", ".join(_written(item) for item in items) + "]"
        case MappingNode(entries):
            return "{" + ", ".join(f"{entry.key.value}: {_written(entry.value)}" for entry in entries) + "}"


def shown(value: object) -> str:
    """A part of a result in the same form."""
    match value:
        case None:
            return "none"
        case bool():
            return "true" if value else "false"
        case list():
            return "[" + ", ".join(shown(item) for item in value) + "]"
        case dict():
            return "{" + ", ".join(f"{name}: {shown(item)}" for name, item in value.items()) + "}"
        case _:
            return str(value)
