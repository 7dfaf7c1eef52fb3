"""The desk that takes in registrations: rivals that claim the same, and what becomes of one that waits for approval."""

from benchmarks.by_hand.admission import is_admitted
from benchmarks.by_hand.books import Day
from benchmarks.by_hand.claims import filed_of, is_approved, is_live, queued_at
from benchmarks.by_hand.knowledge import Truth, Unknown, choose, every, joined, opposite, some
from benchmarks.by_hand.records import Registration


def rivals_of(day: Day, company: str) -> dict[tuple[str, str], Truth]:
    """The pairs of live registrations of a company that stand, or may stand, against each other, the earlier first."""
    key = (rivals_of, company)
    if key not in day.memory:
        filed = filed_of(day, company)
        pairs = {(one.id, other.id): _are_rivals(day, one, other) for one in filed for other in filed}
        day.memory[key] = {pair: truth for pair, truth in pairs.items() if truth is not False}
    return day.memory[key]  # type: ignore[return-value]  # put there above


def _are_rivals(day: Day, earlier: Registration, later: Registration) -> Truth:
    if earlier.partner == later.partner or not _share_a_product(earlier, later):
        return False
    return every((is_live(day, earlier), _not_after(day, earlier, later), is_live(day, later)))


def _not_after(day: Day, earlier: Registration, later: Registration) -> Truth:
    one, other = queued_at(day, earlier), queued_at(day, later)
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return joined([each for each in (one, other) if isinstance(each, Unknown)])
    return one <= other


def _share_a_product(one: Registration, other: Registration) -> bool:
    if one.products is None or other.products is None:
        return True
    return not set(one.products).isdisjoint(other.products)


def handling(day: Day, registration: Registration) -> str | Unknown | None:
    """What becomes of a registration; None if it is approved."""
    is_open = opposite(is_approved(day, registration))
    if is_open is False:
        return None
    rivals = rivals_of(day, day.books.company_of[registration.customer])
    found: str | Unknown = "eligible"
    is_key = day.books.customer_of(registration).key_account
    found = choose(is_key, "account_manager_desk", found)
    found = choose(some(truth for pair, truth in rivals.items() if registration.id in pair), "conflict_desk", found)
    found = choose(is_admitted(day, day.books.partners[registration.partner]), found, "refused")
    found = choose(is_live(day, registration), found, "closed")
    if isinstance(is_open, Unknown):
        return joined([is_open, found]) if isinstance(found, Unknown) else is_open
    return found
