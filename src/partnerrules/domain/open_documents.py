"""Documents that a settlement leaves open, with the facts that they lack, as they are kept in its books.

Imports nothing of ours.
"""

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict


class BookRecord(BaseModel):
    """Something that is kept in the books of settlements: it is never changed, and has no other fields than its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


OpenReason = Literal["undetermined", "refused", "no_policy_in_force"]


class MissingFact(BookRecord):
    """A fact for want of which a document is not settled, as results have it.

    Attributes:
        reason: in what way it is missing, such as "field".
        relation: the relation, or "".
        record: the id of the record, or "".
        field: the field, the parameter, or the text of the expression.
    """

    reason: str
    relation: str = ""
    record: str = ""
    field: str = ""


class OpenDocument(BookRecord):
    """A document that is not settled: facts are missing, it has to be put right, or no version answers for it.

    Attributes:
        document: its id.
        policy: id of the policy.
        date: its day, if that is known.
        reason: why it is open.
        word: of a refused one, what has to be put right, such as "no_rate".
        missing: the facts that are lacking.
    """

    document: str
    policy: str
    date: dt.date | None = None
    reason: OpenReason
    word: str | None = None
    missing: tuple[MissingFact, ...] = ()
