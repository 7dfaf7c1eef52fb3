"""Reads which grades a review keeps, what they were called before, and which policy it follows."""

from itertools import pairwise

from partnerrules.decisions.tiering import NO_GRADE
from partnerrules.diagnostics import Label, suggestion
from partnerrules.language.form_reader import Item, Listed, Word
from partnerrules.language.once import Once
from partnerrules.plan.nodes import OUTCOME
from partnerrules.policies.kind import Context, Head
from partnerrules.policies.tiering.reading import RESERVED
from partnerrules.schema import types as t


def kept_grades(item: Item, context: Context) -> tuple[str, ...] | None:
    """The grades that are kept, or None after a fault."""
    found: dict[str, Word] = {}
    once = Once(context.report, help="take one out")
    before = context.report.errors
    for read in item.list("grades"):
        if not isinstance(read, Word):
            continue
        if read.text in RESERVED and read.text != NO_GRADE:
            context.report.error(
                "bad-name",
                f"`{read.text}` is an outcome without a grade, which cannot be kept",
                read.span,
                help="take it out: what gives no grade changes nothing that is recorded",
            )
        else:
            once.claim(read.text, read.span, f"the grade `{read.text}` stands here twice")
        found.setdefault(read.text, read)
    return tuple(found) if found and context.report.errors == before else None


def former_names(item: Item, grades: tuple[str, ...], context: Context) -> dict[str, str] | None:
    """The grade that each former name stands for, or None after a fault."""
    found: dict[str, str] = {}
    fine = True
    for grade, read in item.named("was"):
        if grade.text not in grades:
            context.report.error(
                "unknown-value",
                f"`{grade.text}` is none of the `grades`",
                grade.span,
                help=suggestion(grade.text, grades, kind="grade"),
            )
            fine = False
        for word in read.items if isinstance(read, Listed) else ():
            if not isinstance(word, Word):
                fine = False
            elif word.text in grades or word.text in found:
                context.report.error(
                    "duplicate-id",
                    f"`{word.text}` stands for a grade already",
                    word.span,
                    help="write only names that are not in use any more, each once",
                )
                fine = False
            else:
                found[word.text] = grade.text
    return found if fine else None


def follows(name: Word, item: Item, head: Head, grades: tuple[str, ...], context: Context) -> bool:
    """Whether the other policy is there, is about partners, and can give the grades; reports it if not."""
    report = context.report
    asked = item.word("review_of")
    if asked is None:
        return False
    policies = context.environment.policies
    if asked.text not in policies or asked.text == name.text:
        others = [id for id in policies if id != name.text]
        report.error(
            "unknown-policy",
            f"there is no other policy `{asked.text}`",
            asked.span,
            help=suggestion(asked.text, others, kind="policy"),
        )
        return False
    if head.entity != "partner" or "partner" not in policies[asked.text].subjects:
        subject = item.word("subject")
        report.error(
            "unsuited-review",
            "grades are recorded of partners, and this policy is about something else"
            if head.entity != "partner"
            else f"`{asked.text}` is not about partners, whose grades are recorded",
            asked.span if head.entity == "partner" or subject is None else subject.span,
            help="write `subject: partner`" if head.entity != "partner" else "name a policy that decides partners",
        )
        return False
    given = policies[asked.text].columns[OUTCOME]
    words = given.values if isinstance(given, t.Enumeration) else ()
    fine = True
    for read in item.list("grades"):
        if isinstance(read, Word) and read.text not in words:
            report.error(
                "unknown-value",
                f"`{asked.text}` never gives the grade `{read.text}`",
                read.span,
                help=suggestion(read.text, [word for word in words if word not in RESERVED], kind="grade"),
            )
            fine = False
    return fine and bool(grades) and _in_order(asked, item, policies[asked.text].best_first, context)


def _in_order(asked: Word, item: Item, ordered: tuple[str, ...], context: Context) -> bool:
    """Whether the grades stand in the order of the other policy, if it has one; reports it if not.

    Whoever falls to a grade that is not kept has the recorded one for ever, which is told if that one is the lowest.
    """
    if ordered:
        ordered = tuple(dict.fromkeys((*ordered, NO_GRADE)))
    words = [read for read in item.list("grades") if isinstance(read, Word) and read.text in ordered]
    for one, other in pairwise(words):
        if ordered.index(one.text) > ordered.index(other.text):
            context.report.error(
                "bands-not-falling",
                f"`{asked.text}` gives `{other.text}` as the better grade of the two",
                other.span,
                labels=[Label(other.span, ""), Label(one.span, "which stands before it here")],
                help="write the grades as that policy does, highest first",
            )
            return False
    below = ordered[ordered.index(words[-1].text) + 1 :] if words else ()
    left_out = [word for word in below if word not in RESERVED]
    if left_out:
        context.report.warning(
            "unsuited-review",
            f"`{asked.text}` gives `{left_out[0]}` too, which lowers nobody, as it is none of the grades",
            words[-1].span,
            help=f"write it behind: `{words[-1].text}, {', '.join(left_out)}`",
        )
    return True
