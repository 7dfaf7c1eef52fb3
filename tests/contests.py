"""A model of conflicts that knows nothing of plans: every cell looked at by itself, every gap filled in every way.

A claim of the model is what a conflict policy sees of a registration: whom it claims, what of it, whether it is valid,
and what the criteria look at.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from hypothesis import strategies as st
from tests.support import AS_OF, ruleset

from partnerrules import Facts
from partnerrules.decisions.conflicts import ConflictResult

POLICY: Final = """\
facts:
  registration: {{who: text, valid: boolean, chosen: boolean, score: {{type: integer, missing: none}}}}
conflicts:
  contest:
    claims: [{{of: registration, claimant: registration.partner}}]
    same: {{who: claim.who}}
    shared: {{lands: claim.territories, goods: claim.products}}
    valid_when: [{{id: valid, require: claim.valid}}]
    prefer:
      - {{id: chosen, claim: claim.chosen}}
      - {{id: score, {order}: claim.score}}
    indivisible: {indivisible}
"""


class Gap:
    """What nobody has said."""

    def __repr__(self) -> str:
        return "GAP"


GAP: Final = Gap()

Side: TypeAlias = tuple[str, ...] | Gap | None


@dataclass(frozen=True)
class Claim:
    """A registration as the model sees it; `lands` and `goods` are None for all there are."""

    id: str
    who: str | Gap
    lands: Side
    goods: Side
    valid: bool | Gap
    chosen: bool | Gap
    score: int | Gap | None

    def fields(self) -> dict[str, object]:
        """As facts."""
        found: dict[str, object] = {"partner": f"P-{self.id}", "customer": "C-1", "submitted_at": "2026-01-01T00:00Z"}
        for name, value in (("who", self.who), ("valid", self.valid), ("chosen", self.chosen)):
            if value is not GAP:
                found[name] = value
        for name, side in (("territories", self.lands), ("products", self.goods)):
            if side is not None:
                found[name] = {"unknown": True} if isinstance(side, Gap) else list(side)
        if self.score is not None:
            found["score"] = {"unknown": True} if isinstance(self.score, Gap) else self.score
        return found


def replaced(claim: Claim, name: str, value: object) -> Claim:
    """The claim with another value of a field."""
    return replace(claim, **{name: value})  # type: ignore[arg-type]  # each field has values of its own


World: TypeAlias = tuple[Claim, ...]

LANDS: Final = ("N", "S")
GOODS: Final = ("X", "Y")


def sides(values: Sequence[str]) -> st.SearchStrategy[Side]:
    """All there are, nothing, or some of it."""
    return st.sampled_from([None, None, (), *((value,) for value in values), tuple(values)])


@st.composite
def worlds(draw: st.DrawFn, most: int = 4, gaps: Sequence[str] = ()) -> World:
    """Some claims of two customers; those of the fields named by `gaps` may be gaps, three in all."""
    claims: list[Claim] = []
    left = 3
    for number in range(1, draw(st.integers(1, most)) + 1):
        claim = Claim(
            id=f"R-{number}",
            who=draw(st.sampled_from(["a", "a", "a", "b"])),
            lands=draw(sides(LANDS)),
            goods=draw(sides(GOODS)),
            valid=draw(st.sampled_from([True, True, True, False])),
            chosen=draw(st.sampled_from([False, False, True])),
            score=draw(st.sampled_from([1, 1, 2, None])),
        )
        for name in gaps:
            if left and draw(st.integers(0, 3)) == 0:
                claim = replaced(claim, name, GAP)
                left -= 1
        claims.append(claim)
    return tuple(claims)


EVERY_FIELD: Final = ("who", "lands", "goods", "valid", "chosen", "score")
KNOWN_PLACE: Final = ("valid", "chosen", "score")

ORDERS: Final = st.sampled_from(["highest", "lowest"])
INDIVISIBLE: Final = st.booleans()


def text(order: str = "highest", *, indivisible: bool = False) -> str:
    return POLICY.format(order=order, indivisible="true" if indivisible else "false")


def facts(world: World) -> dict[str, object]:
    return {
        "registrations": {claim.id: claim.fields() for claim in world},
        "partners": {f"P-{claim.id}": {} for claim in world},
        "customers": {"C-1": {}},
        "products": {"X": {}, "Y": {}, "Z": {}},
    }


def conflict_results(results: Mapping[str, object]) -> dict[str, ConflictResult]:
    found: dict[str, ConflictResult] = {}
    for id, result in results.items():
        assert isinstance(result, ConflictResult)
        found[id] = result
    return found


def decided(world: World, rules: str) -> dict[str, ConflictResult]:
    return conflict_results(ruleset(rules).decide(Facts(facts(world)), as_of=AS_OF)["contest"])


def outcomes(world: World, rules: str) -> dict[str, str]:
    return {id: result.outcome for id, result in decided(world, rules).items()}


# ----------------------------------------------------------------------------------------------------------- the model


def cells(world: World, who: str) -> Iterator[tuple[str, str]]:
    """Every combination of a land and goods that is named, or else."""
    lands, goods = {"else"}, {"else"}
    for claim in world:
        if claim.who == who:
            lands.update(claim.lands if isinstance(claim.lands, tuple) else ())
            goods.update(claim.goods if isinstance(claim.goods, tuple) else ())
    return itertools.product(sorted(lands), sorted(goods))


def covers(claim: Claim, cell: tuple[str, str]) -> bool:
    return all(side is None or name in side for side, name in zip((claim.lands, claim.goods), cell, strict=True))  # type: ignore[operator]  # no gap


def before(one: Claim, other: Claim, order: str) -> bool | None:
    """Whether a claim comes strictly before another one; None if that is not known."""
    if one.chosen is GAP or other.chosen is GAP:
        return None
    if one.chosen != other.chosen:
        return one.chosen is True
    if isinstance(one.score, Gap) or isinstance(other.score, Gap):
        return None
    if one.score is None or other.score is None:
        return one.score is not None and other.score is None
    return one.score > other.score if order == "highest" else one.score < other.score


def in_cell(own: Claim, rivals: Sequence[Claim], order: str) -> frozenset[str]:
    """What may come of a valid claim in a cell, where whom it meets is known."""
    certain = [each for each in rivals if each.valid is True]
    possible = [each for each in rivals if each.valid is not False]
    if any(before(each, own, order) is True for each in certain):
        return frozenset({"lost"})
    words = set()
    if any(before(each, own, order) is not False for each in possible):
        words.add("lost")
    if any(before(each, own, order) is not True and before(own, each, order) is not True for each in possible):
        words.add("undecided")
    if not any(before(each, own, order) is False and before(own, each, order) is False for each in certain):
        words.add("won")
    return frozenset(words)


def model(world: World, order: str, *, indivisible: bool) -> dict[str, str]:
    """What comes of each claim, where nothing but validity and criteria may be a gap."""
    found: dict[str, str] = {}
    for own in world:
        assert isinstance(own.who, str)
        rivals = [each for each in world if each is not own and each.who == own.who]
        words = [
            in_cell(own, [each for each in rivals if covers(each, cell)], order)
            for cell in cells(world, own.who)
            if covers(own, cell)
        ]
        if own.valid is not True:
            found[own.id] = "undetermined" if own.valid is GAP and words else "discarded"
            continue
        ends = {joined(each, indivisible=indivisible) for each in itertools.product(*words)}
        found[own.id] = ends.pop() if len(ends) == 1 else "undetermined"
    return found


def joined(words: Sequence[str], *, indivisible: bool) -> str:
    if not words or "discarded" in words:
        return "discarded"
    if "undecided" in words:
        return "undecided"
    if "undetermined" in words:
        return "undetermined"
    if set(words) == {"won", "lost"}:
        return "undecided" if indivisible else "partial"
    return words[0]


FILLINGS: Final[Mapping[str, Sequence[object]]] = {
    "who": ("a", "b", "c"),
    "lands": (None, (), ("N",), ("S",), ("W",), ("N", "S", "W")),
    "goods": (None, (), ("X",), ("Y",), ("Z",), ("X", "Y", "Z")),
    "valid": (True, False),
    "chosen": (True, False),
    "score": (None, 0, 1, 2, 3),
}


def completions(world: World) -> Iterator[World]:
    """Every way in which the gaps can be filled."""
    gaps = [
        (index, name)
        for index, claim in enumerate(world)
        for name in EVERY_FIELD
        if isinstance(getattr(claim, name), Gap)
    ]
    for values in itertools.product(*(FILLINGS[name] for _, name in gaps)):
        filled = list(world)
        for (index, name), value in zip(gaps, values, strict=True):
            filled[index] = replaced(filled[index], name, value)
        yield tuple(filled)
