"""The order in which conflict policies decide: each pair that can meet the same claim has to have one."""

from collections.abc import Mapping, Sequence

from partnerrules.diagnostics import Label, Span, suggestion
from partnerrules.language.environment import PolicySignature
from partnerrules.language.form_reader import Item, Word
from partnerrules.policies.kind import Context


def check_order(name: Word, item: Item, context: Context) -> None:
    """Reports conflict policies that can meet the same claim and do not say which decides first."""
    policies = _conflict_policies(context)
    own = policies.get(name.text)
    if own is None:
        return
    after = {id: each.contest.after for id, each in policies.items() if each.contest is not None}
    before: dict[str, list[str]] = {}
    for id, earlier_ones in after.items():
        for earlier_one in earlier_ones:
            before.setdefault(earlier_one, []).append(id)
    all_earlier, all_later = _reached(name.text, after), _reached(name.text, before)
    for read in item.list("after"):
        if not isinstance(read, Word):
            continue
        earlier = policies.get(read.text)
        if earlier is None or earlier.contest is None or read.text == name.text:
            others = [id for id in policies if id != name.text]
            way_out = suggestion(read.text, others, kind="policy")
            context.report.error(
                "unknown-policy", f"there is no other conflict policy `{read.text}`", read.span, help=way_out
            )
        elif not set(earlier.subjects) & set(own.subjects):
            context.report.error(
                "conflict-order", f"`{read.text}` decides no claim that is decided here", read.span, help="take it out"
            )
        elif earlier.contest.in_part:
            context.report.error(
                "conflict-order",
                f"a claim can lose in part in `{read.text}`, so that it is neither in nor out here",
                read.span,
                labels=[Label(read.span, ""), Label(earlier.span, "the policy that decides first")],
                help=f"write `indivisible: true` in `{read.text}`, or let it share nothing",
            )
    named = [read.text for read in item.list("after") if isinstance(read, Word)]
    if name.text not in named and name.text in all_earlier:
        context.report.error(
            "conflict-order",
            f"`{name.text}` decides after itself, through other policies",
            item.keys["after"],
            help="take one of the policies out of `after`",
        )
        return
    for id, other in policies.items():
        # Each pair is told once, at the policy that is written later.
        if id == name.text or not set(other.subjects) & set(own.subjects) or not _before(other.span, own.span):
            continue
        if id not in all_earlier and id not in all_later:
            ways = [f"`after: [{id}]` here"] if _can_be_first(other) else []
            ways += [f"`after: [{name.text}]` there"] if _can_be_first(own) else []
            way_out = "write `indivisible: true` in the one that comes first, and name it in `after:` of the other one"
            context.report.error(
                "conflict-order",
                f"`{name.text}` and `{id}` decide the same claims, and neither says which comes first",
                name.span,
                labels=[Label(name.span, ""), Label(other.span, "the other policy")],
                help="write " + ", or ".join(ways) if ways else way_out,
            )


def _can_be_first(policy: PolicySignature) -> bool:
    return policy.contest is not None and not policy.contest.in_part


def earlier_policies(name: str, context: Context) -> tuple[str, ...]:
    """The conflict policies that decide before one, be it through further ones, by name: what lost there is out."""
    policies = _conflict_policies(context)
    after = {id: each.contest.after for id, each in policies.items() if each.contest is not None}
    return tuple(sorted(_reached(name, after) & (policies.keys() - {name})))


def _conflict_policies(context: Context) -> dict[str, PolicySignature]:
    return {id: each for id, each in context.environment.policies.items() if each.contest is not None}


def _before(one: Span, other: Span) -> bool:
    return (one.source.path, one.start) < (other.source.path, other.start)


def _reached(start: str, steps: Mapping[str, Sequence[str]]) -> set[str]:
    """The policies to which steps lead from one, be it through further ones; itself if they lead back to it."""
    found: set[str] = set()
    pending = [start]
    while pending:
        for id in steps.get(pending.pop(), ()):
            if id not in found:
                found.add(id)
                pending.append(id)
    return found
