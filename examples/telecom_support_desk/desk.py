"""The support desk of one branch: what is due today, who may leave and what to offer, who gets which manager.

    python desk.py DATABASE [--branch B-1] [--as-of 2026-06-01T09:00+08:00] [--explain POLICY SUBJECT] [--language zh]
                   [--record]

Records are read from SQLite with one query, made into facts, and decided by `rulesets/telecom-partner-support`. With
`--record` what was decided is written back: managers that were assigned, and phases that were entered.
"""

import argparse
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from desk_records import (  # type: ignore[import-not-found]  # it lies beside this file
    SHANGHAI,
    Branch,
    Partner,
    Phase,
    open_database,
)
from sqlalchemy import Engine, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session, selectinload

import partnerrules as pr
from partnerrules.decisions import AllocationResult, LifecycleResult, ServiceLevelResult, SignsResult, TableResult

RULESET = Path(__file__).resolve().parents[2] / "rulesets" / "telecom-partner-support"
TODAY = dt.datetime(2026, 6, 1, 9, tzinfo=SHANGHAI)
POLICIES = (
    "phase",
    "risk-warning",
    "retention",
    "win-back",
    "resources-confirmed",
    "circuit-up",
    "support-resources",
    "channel-health",
)


def branch_with_partners(session: Session, branch: str) -> Branch:
    """One branch with all that its desk needs to know, in a fixed number of queries however many partners it has."""
    below = selectinload(Branch.partners)
    whole = (
        select(Branch)
        .where(Branch.id == branch)
        .options(
            selectinload(Branch.managers),
            below.selectinload(Partner.phases),
            below.selectinload(Partner.sales),
            below.selectinload(Partner.orders),
            below.selectinload(Partner.faults),
            below.selectinload(Partner.answers),
        )
    )
    return session.scalars(whole).one()


def facts_of(branch: Branch) -> pr.Facts:
    """The facts that the rules ask for. All relations are named, so each is complete for this branch."""
    partners: Sequence[Partner] = branch.partners
    return pr.Facts(
        {
            "branches": [
                {
                    "id": branch.id,
                    "name": branch.name,
                    "target_partners": branch.target_partners,
                    "willing_partners": branch.willing_partners,
                }
            ],
            "support_managers": [
                {"id": each.id, "branch": branch.id, "places": each.places, "experience": each.experience}
                for each in branch.managers
            ],
            "partners": [
                {
                    "id": each.id,
                    "legal_name": each.name,
                    "branch": branch.id,
                    "looked_after_by": each.manager_id,
                    "capability_fit": each.capability_fit,
                    "attractiveness": each.attractiveness,
                    "admitted_on": each.admitted_on,
                    "left_on": each.left_on,
                    "leaving_reason": each.leaving_reason,
                }
                for each in partners
            ],
            "standings": [
                {"id": row.id, "partner": each.id, "kind": "phase", "value": row.phase, "valid_from": row.starts_on}
                for each in partners
                for row in each.phases
            ],
            "transactions": [
                {
                    "id": row.id,
                    "partner": each.id,
                    "kind": "invoice",
                    "date": row.invoiced_on,
                    "net_amount": pr.Money(Decimal(row.fen).scaleb(-2), "CNY"),
                }
                for each in partners
                for row in each.sales
            ],
            "line_orders": [
                {
                    "id": row.id,
                    "partner": each.id,
                    "scope": row.scope,
                    "submitted_at": row.submitted_at,
                    "confirmed_at": row.confirmed_at,
                    "up_at": row.up_at,
                }
                for each in partners
                for row in each.orders
            ],
            "faults": [
                {"id": row.id, "partner": each.id, "occurred_on": row.occurred_on, "cause": row.cause}
                for each in partners
                for row in each.faults
            ],
            "concerns": [
                {"id": row.id, "partner": each.id, "about": row.concern, "satisfaction": row.points}
                for each in partners
                for row in each.answers
            ],
        }
    )


def decide(rules: pr.Ruleset, branch: Branch, as_of: dt.datetime) -> pr.Decision:
    """What the rules say about a branch."""
    return rules.decide(facts_of(branch), as_of=as_of, policies=POLICIES)


# ------------------------------------------------------------------------------------------------------------- telling


def _share(result: ServiceLevelResult) -> str:
    group = result.compliance
    assert group is not None
    met, breached = group.met, group.breached
    if isinstance(met, int) and isinstance(breached, int) and isinstance(group.share, Decimal):
        return f"{met} of {met + breached} in time ({group.share:.1%}), {group.open} still open"
    return "not to be told yet"


def _circuits(decision: pr.Decision, names: dict[str, str]) -> Iterator[str]:
    for policy, head in (("resources-confirmed", "Resources confirmed"), ("circuit-up", "Circuits up")):
        results = [each for each in decision[policy].values() if isinstance(each, ServiceLevelResult)]
        yield f"{head}: {_share(results[0])}" if results else f"{head}: no orders"
        for result in results:
            if result.ends.value is None and result.outcome in ("running", "breached"):
                late = "LATE" if result.outcome == "breached" else "due "
                yield f"  {late} {result.due.value}  {result.basis.subject}  {names[result.basis.subject]}"


def _risks(decision: pr.Decision, names: dict[str, str]) -> Iterator[str]:
    yield "Partners at risk:"
    for partner, result in decision["risk-warning"].items():
        assert isinstance(result, SignsResult)
        signs = [sign.id for sign in result.signs if sign.shows is True]
        told = ", ".join(signs) or "no sign for certain"
        yield f"  {result.outcome}  {partner}  {names[partner]}: {told}"
        offer = decision["retention"].get(partner)
        if isinstance(offer, TableResult) and offer.outcome == "decided":
            yield "    offer: " + ", ".join(str(word) for word in offer.outputs.values())
    wanted = [partner for partner, result in decision["win-back"].items() if result.outcome == "eligible"]
    yield "To be won back: " + (", ".join(f"{each} {names[each]}" for each in wanted) or "nobody")


def _managers(decision: pr.Decision, names: dict[str, str]) -> Iterator[str]:
    yield "Support managers:"
    for partner, result in decision["support-resources"].items():
        assert isinstance(result, AllocationResult)
        whom = result.candidate if result.candidate is not None else result.outcome
        yield f"  {partner}  {names[partner]}: {names.get(whom, whom)}"


def page(decision: pr.Decision, branch: Branch) -> Iterator[str]:
    """The page that the desk reads in the morning, line by line."""
    names = {each.id: each.name for each in [*branch.partners, *branch.managers]}
    orders = {row.id: each.name for each in branch.partners for row in each.orders}
    yield f"{branch.name} ({branch.id}) on {decision.as_of.astimezone(SHANGHAI):%Y-%m-%d}"
    yield from _circuits(decision, orders)
    yield from _risks(decision, names)
    yield from _managers(decision, names)
    health = decision["channel-health"][branch.id]
    assert isinstance(health, SignsResult)
    signs = ", ".join(sign.id for sign in health.signs if sign.shows is True)
    yield f"Channel: {health.outcome}" + (f" ({signs})" if signs else "")


# ----------------------------------------------------------------------------------------------------------- recording


def record(session: Session, decision: pr.Decision) -> list[str]:
    """Writes what was decided back to the database, and tells what it wrote."""
    written = []
    for id, result in decision["support-resources"].items():
        if isinstance(result, AllocationResult) and result.candidate is not None:
            session.get_one(Partner, id).manager_id = result.candidate
            written.append(f"{id} is looked after by {result.candidate}")
    for result in decision["phase"].values():
        if isinstance(result, LifecycleResult):
            for standing in result.new_standings():
                starts, value = standing.valid_from, standing.value
                assert starts is not None
                assert value is not None
                phase = Phase(id=standing.id, partner_id=standing.partner, phase=value, starts_on=starts)
                session.merge(phase)
                written.append(f"{standing.partner} is in {value} from {starts}")
    session.commit()
    return written


def run(
    rules: pr.Ruleset, engine: Engine, branch_id: str, as_of: dt.datetime, *, recording: bool = False
) -> Iterable[str]:
    """The page of a branch, and what was recorded of it."""
    with Session(engine) as session:
        branch = branch_with_partners(session, branch_id)
        decision = decide(rules, branch, as_of)
        yield from page(decision, branch)
        if recording:
            yield "Recorded:"
            yield from (f"  {each}" for each in record(session, decision) or ["nothing new"])


def instant(written: str) -> dt.datetime:
    """An instant as it is typed; without an offset it is meant in Shanghai."""
    read = dt.datetime.fromisoformat(written)
    return read if read.tzinfo is not None else read.replace(tzinfo=SHANGHAI)


def answer(given: argparse.Namespace) -> str:
    """What the command prints."""
    engine = open_database(given.database)
    rules = pr.load(RULESET)  # a server loads it once and keeps it
    if given.explain is None:
        return "\n".join(run(rules, engine, given.branch, given.as_of, recording=given.record))
    policy, subject = given.explain
    with Session(engine) as session:
        decision = decide(rules, branch_with_partners(session, given.branch), given.as_of)
    return decision.explain(policy, subject, language=given.language)


def main() -> None:
    """Prints the page, or why one of its results is what it is."""
    parser = argparse.ArgumentParser(description="The support desk of one branch.")
    parser.add_argument("database", help="an SQLite file, made and filled if it is not there; or `:memory:`")
    parser.add_argument("--branch", default="B-1")
    parser.add_argument("--as-of", type=instant, default=TODAY, help="in Shanghai, unless it has an offset")
    parser.add_argument("--explain", nargs=2, metavar=("POLICY", "SUBJECT"))
    parser.add_argument("--language", default="en", choices=["en", "zh", "ru"])
    parser.add_argument("--record", action="store_true", help="write managers and phases back")
    given = parser.parse_args()
    try:
        print(answer(given))
    except NoResultFound:
        parser.error(f"there is no branch `{given.branch}`")
    except pr.UsageError as error:  # a policy or record that was not decided: it says which were
        parser.error(str(error))


if __name__ == "__main__":
    main()
