"""Reads the effects of a sanctions policy: the known ones, and those that it adds, each with what it bears on."""

from collections.abc import Mapping
from dataclasses import dataclass

from partnerrules.diagnostics import suggestion
from partnerrules.domain.conduct import EFFECTS, SCOPE_OF, SCOPES
from partnerrules.language.form_reader import Item, Word
from partnerrules.language.names import SUBJECT
from partnerrules.plan.nodes import APPLIES, OUTCOME
from partnerrules.policies.kind import Context
from partnerrules.policies.sanctions import columns
from partnerrules.schema.titles import Title


@dataclass(frozen=True, slots=True)
class Effect:
    """What a sanction can do.

    Attributes:
        name: as steps and other policies name it.
        scope: what it bears on; None for nothing in particular.
        title: for people; empty for one that is known everywhere, or has none.
    """

    name: str
    scope: str | None
    title: Title = Title()


def own_effects(item: Item, context: Context) -> tuple[Effect, ...]:
    """The effects that a policy adds to the known ones."""
    found: dict[str, Effect] = {}
    for word, effect in _written(item):
        if word.text in EFFECTS or word.text in found:
            message = f"`{word.text}` is an effect already"
            context.report.error("duplicate-id", message, word.span, help="take it out of this list")
        elif word.text in (OUTCOME, APPLIES, SUBJECT, columns.ON_PROBATION, *SCOPES):
            message = f"an effect cannot be called `{word.text}`"
            context.report.error("bad-name", message, word.span, help="use a word of your own, such as `stop_orders`")
        else:
            found[word.text] = effect
    return tuple(found.values())


def _written(item: Item) -> tuple[tuple[Word, Effect], ...]:
    found: list[tuple[Word, Effect]] = []
    for read in item.list("effects"):
        if isinstance(read, Word):
            found.append((read, Effect(read.text, None)))
        elif isinstance(read, Item):
            word = read.word("effect")
            if word is not None:
                found.append((word, Effect(word.text, read.text("scope"), read.title())))
    return tuple(found)


def effects_of(item: Item) -> tuple[str, ...]:
    """The effects that the steps of a policy have, each once."""
    steps = [step for step in item.list("steps") if isinstance(step, Item)]
    return tuple(dict.fromkeys(word.text for step in steps for word in _words(step)))


def scopes_of(item: Item) -> tuple[str, ...]:
    """What the effects that the steps of a policy have bear on, each once, in the order of all there is."""
    scopes: Mapping[str, str | None] = {**SCOPE_OF, **{word.text: effect.scope for word, effect in _written(item)}}
    found = {scopes.get(name) for name in effects_of(item)}
    return tuple(scope for scope in SCOPES if scope in found)


def step_effects(item: Item, own: tuple[Effect, ...], context: Context) -> tuple[str, ...] | None:
    """The effects of a step, or None after a fault."""
    known = (*EFFECTS, *(effect.name for effect in own))
    found: list[str] = []
    for word in _words(item):
        if word.text not in known:
            way_out = suggestion(word.text, known, kind="effect")
            if not way_out.startswith("did"):
                way_out += "; others are declared by the policy: `effects: [...]`"
            context.report.error("unknown-choice", f"there is no effect `{word.text}`", word.span, help=way_out)
        elif word.text in found:
            context.report.error("duplicate-id", f"`{word.text}` stands here twice", word.span, help="take one out")
        else:
            found.append(word.text)
    return tuple(found) if len(found) == len(item.list("effects")) and found else None


def _words(item: Item) -> tuple[Word, ...]:
    return tuple(word for word in item.list("effects") if isinstance(word, Word))
