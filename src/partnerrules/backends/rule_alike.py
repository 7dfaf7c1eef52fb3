"""Derived records that may be the same for want of known values, so that it is not known how many there are."""

from collections.abc import Callable, Mapping

from partnerrules.facts import Row
from partnerrules.schema.missing import Unknown

_Fields = tuple[str, ...]
_Kind = tuple[str, _Fields]


def said_by(row: Row) -> dict[str, object]:
    """The fields of a derived record without its id."""
    return {name: value for name, value in row.values.items() if name != "id"}


class Alike:
    """Records that are there for certain, none of which may be the same as another one."""

    def __init__(self) -> None:
        self._by_shape: dict[_Kind, dict[_Fields, list[Row]]] = {}
        self._indexes: dict[tuple[_Kind, _Fields], dict[_Fields, dict[tuple[object, ...], Row]]] = {}

    def may_be(self, row: Row, spend: Callable[[int], None]) -> Row | None:
        """One of them that says the same in every field that both know; those that say something of others differ."""
        said = said_by(row)
        kind = (row.entity, tuple(sorted(said)))
        own = _known(said)
        shapes = self._by_shape.get(kind, {})
        spend(len(shapes))  # of which there are two to the power of the fields that may not be known
        for known, rows in shapes.items():
            if len(known) == len(own) == len(said):
                continue  # two of which all is known are the same only if they are one
            common = tuple(name for name in own if name in known)
            indexes = self._indexes.setdefault((kind, known), {})
            if common not in indexes:
                spend(len(rows))
                indexes[common] = {}
                for each in rows:
                    indexes[common].setdefault(_values(each.values, common), each)
            found = indexes[common].get(_values(said, common))
            if found is not None:
                return found
        return None

    def add(self, row: Row, spend: Callable[[int], None]) -> None:
        """Take in one more."""
        said = said_by(row)
        kind, known = (row.entity, tuple(sorted(said))), _known(said)
        self._by_shape.setdefault(kind, {}).setdefault(known, []).append(row)
        indexes = self._indexes.get((kind, known), {})
        spend(1 + len(indexes))
        for common, index in indexes.items():
            index.setdefault(_values(said, common), row)


def _known(said: Mapping[str, object]) -> _Fields:
    return tuple(sorted(name for name, value in said.items() if not isinstance(value, Unknown)))


def _values(said: Mapping[str, object], names: _Fields) -> tuple[object, ...]:
    return tuple(said[name] for name in names)
