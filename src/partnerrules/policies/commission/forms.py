"""The form in which a commission policy is written. May import the forms of conditions, and what all kinds share."""

import re
from typing import Final, Literal

from partnerrules.language import forms
from partnerrules.policies.conditions import CONDITION, condition_form
from partnerrules.policies.kind import SHARED_KEYS

TRANSACTION: Final = "transaction"
"""What a document of a ladder is cumulated over if it stands alone."""

PERIODS: Final = ("day", "week", "month", "quarter", "year", "fiscal quarter", "fiscal year")
"""The civil periods over which documents can be taken together."""

LIFETIME: Final = "lifetime"
"""What documents are cumulated over if all of them climb together, from the first one on."""

Gives = Literal["rate", "each", "amount"]
"""What a band gives: a part of the base, an amount for each unit that is measured, or an amount for all."""
GIVES: Final[tuple[Gives, ...]] = ("rate", "each", "amount")

RETROACTIVE: Final = "retroactive"
FORWARD: Final = "forward"
NEXT_PERIOD: Final = "next period"

BY_ORIGINAL: Final = "original"
BY_PERIOD: Final = "period"

MAXIMUM_PLACES: Final = 6

_PERCENTAGE: Final = "a percentage of the base, such as `5 %`"

BAND: Final = forms.RecordForm(
    "band",
    (
        forms.Key("id", forms.NameForm(), "its name in explanations and cases; its place if left out"),
        forms.Key("from", forms.ExpressionForm(), "where it starts; this much belongs to it", required=True),
        forms.Key("rate", forms.ExpressionForm(), _PERCENTAGE),
        forms.Key("each", forms.ExpressionForm(), "an amount for each unit of the measure, such as `5 CNY`"),
        forms.Key("amount", forms.ExpressionForm(), "an amount for all, such as `500 CNY`"),
    ),
    GIVES,
)

RATE: Final = forms.RecordForm(
    "rate",
    (
        forms.Key(
            "specific_by",
            forms.MapForm(forms.ExpressionForm(), "input"),
            "what the rows test; a row that is more specific in an earlier one goes first",
        ),
        forms.Key(
            "rows",
            forms.AnyForm({"type": ["string", "array"]}),
            "the rates: a Markdown table, a list, or the name of a CSV file",
        ),
        forms.Key(
            "ladder",
            forms.ChoiceForm(("marginal", "whole", "interpolated")),
            "whether each band pays for what lies in it, the band that is reached for all, or amounts grow in between",
        ),
        forms.Key(
            "over",
            forms.ChoiceForm((TRANSACTION, *PERIODS, LIFETIME)),
            "what climbs the ladder: each transaction, or all of a period; `transaction` if left out",
        ),
        forms.Key("trailing", forms.ExpressionForm(), "how far back documents climb with each, such as `3 months`"),
        forms.Key("per", forms.ExpressionForm(), "whose documents of a period climb together, such as the partner"),
        forms.Key("measure", forms.ExpressionForm(), "what climbs the ladder; the base if left out"),
        forms.Key(
            "crossing",
            forms.ChoiceForm((RETROACTIVE, FORWARD, NEXT_PERIOD)),
            "from when a higher band counts; `retroactive` if left out, for a whole ladder over a period",
        ),
        forms.Key(
            "on_bound",
            forms.ChoiceForm(("up", "down")),
            "the band to which a bound of a whole ladder belongs: that above it (`up`), or below; `up` if left out",
        ),
        forms.Key(
            "corrections",
            forms.ChoiceForm((BY_ORIGINAL, BY_PERIOD)),
            "whether a correction takes back in proportion what its original earned, or goes down the ladder of its"
            " period; `original` if left out",
        ),
        forms.Key("up_to", forms.ExpressionForm(), "where the last band of an interpolated ladder ends"),
        forms.Key("bands", forms.ListForm(BAND, at_least=1), "where each rate starts, rising"),
    ),
    ("specific_by", "ladder"),
    {
        "specific_by": "rows",
        "rows": "specific_by",
        "ladder": "bands",
        "bands": "ladder",
        **dict.fromkeys(("over", "trailing", "per", "measure", "crossing", "on_bound"), "ladder"),
        **dict.fromkeys(("corrections", "up_to"), "ladder"),
    },
)

PARTY: Final = forms.RecordForm(
    "share",
    (
        forms.Key("to", forms.ExpressionForm(), "who gets it: a record, or the id of one", required=True),
        forms.Key("role", forms.NameForm(), "what the party does, such as `dealer`"),
        forms.Key(
            "share", forms.ExpressionForm(), "how much of the amount, such as `70 %`; equal parts if all leave it out"
        ),
    ),
)

OVERLAY: Final = forms.RecordForm(
    "overlay",
    (
        forms.Key("to", forms.ExpressionForm(), "who gets it: a record, or the id of one", required=True),
        forms.Key("role", forms.NameForm(), "what the party does, such as `specialist`"),
        forms.Key("share", forms.ExpressionForm(), "how much of the amount once more, such as `10 %`", required=True),
    ),
)

OVERRIDES: Final = forms.RecordForm(
    "overrides",
    (
        forms.Key("up", forms.NameForm(), "the field of the payee that names the one above it", required=True),
        forms.Key(
            "levels",
            forms.ListForm(
                forms.RecordForm(
                    "level",
                    (
                        forms.Key("id", forms.NameForm(), "its name in results, such as `distributor`"),
                        forms.Key("rate", forms.ExpressionForm(), _PERCENTAGE, required=True),
                    ),
                ),
                at_least=1,
            ),
            "what each level above the payee earns, from the one next above it upwards",
            required=True,
        ),
        forms.Key(
            "on",
            forms.ChoiceForm(("gross", "net")),
            "whether a level earns on the base, or on what those below it left of it; `gross` if left out",
        ),
        forms.Key("at_most", forms.ExpressionForm(), "how many levels are paid for a document; all if left out"),
    ),
)

FLOOR: Final = forms.RecordForm(
    "floor",
    (forms.Key("amount", forms.ExpressionForm(), "the least that a document earns, if anything", required=True),),
)

CAP: Final = forms.RecordForm(
    "cap",
    (
        forms.Key("amount", forms.ExpressionForm(), "the most that is paid", required=True),
        forms.Key(
            "per",
            forms.ListForm(forms.AnyForm({"type": "string"}), at_least=1),
            "for what the most is paid: expressions, and periods such as `month`; each document if left out",
        ),
    ),
)

MODIFIER: Final = condition_form(
    "modifier",
    forms.Key("points", forms.ExpressionForm(), "what it adds to the rate, such as `5 %`"),
    forms.Key("times", forms.ExpressionForm(), "by what it multiplies what is earned, such as `150 %`"),
)

CONVERT: Final = forms.RecordForm(
    "conversion",
    (
        forms.Key("at", forms.ExpressionForm(), "the date whose rate counts, such as the document's", required=True),
        forms.Key("to", forms.TextForm(words="a currency such as `CNY`"), "what is paid; the currency of the ruleset"),
        forms.Key("kind", forms.TextForm(), "the sort of rates that count; that under `exchange:` if left out"),
    ),
)

_CONDITIONS: Final = forms.ListForm(CONDITION, at_least=1)

FORM: Final = forms.RecordForm(
    "commission policy",
    (
        *SHARED_KEYS,
        forms.Key("payee", forms.ExpressionForm(), "who is paid: a record, or the id of one"),
        forms.Key("base", forms.ExpressionForm(), "the money that it is computed on", required=True),
        forms.Key("convert", CONVERT, "how a base of another currency is converted, or of any"),
        forms.Key(
            "date", forms.ExpressionForm(), "the day that puts a document into its period; that of the transaction"
        ),
        forms.Key(
            "corrects", forms.ExpressionForm(), "the document that this one corrects; the transaction's `original`"
        ),
        forms.Key("include", _CONDITIONS, "what must hold for a document to earn anything"),
        forms.Key("exclude", _CONDITIONS, "what a document earns nothing for"),
        forms.Key(
            "rate",
            forms.EitherForm(forms.ExpressionForm(), RATE),
            "a percentage, a fixed amount, a table, or a ladder",
            required=True,
        ),
        forms.Key("modifiers", forms.ListForm(MODIFIER, at_least=1), "what makes it more than the rate, and when"),
        forms.Key("rate_at_most", forms.ExpressionForm(), "the most that rate and modifiers come to, such as `35 %`"),
        forms.Key("split", forms.ListForm(PARTY, at_least=1), "who shares the amount, all of it together"),
        forms.Key("overlays", forms.ListForm(OVERLAY, at_least=1), "who is paid a share of it in addition"),
        forms.Key("overrides", OVERRIDES, "what those above the payee in the hierarchy of partners earn on it"),
        forms.Key("floor", FLOOR, "the least that a document earns"),
        forms.Key("cap", CAP, "the most that is paid"),
        forms.Key("caps", forms.ListForm(CAP, at_least=1), "several caps that all count, each of which covers another"),
        forms.Key(
            "round",
            forms.TextForm(re.compile(f"[0-{MAXIMUM_PLACES}]"), f"decimal places from 0 to {MAXIMUM_PLACES}"),
            "the decimal places of what is paid; those of the currency if left out",
        ),
        forms.Key(
            "earned_at", forms.ExpressionForm(), "the date or instant at which it is earned, such as that of a receipt"
        ),
        forms.Key("holding_period", forms.ExpressionForm(), "how long it is held back from then on, such as `30 days`"),
        forms.Key("hold", _CONDITIONS, "what holds the payment back"),
        forms.Key("forfeit", _CONDITIONS, "what makes the payment lost"),
        forms.Key("clawback", _CONDITIONS, "what takes the payment back, also where it has been paid out"),
    ),
    ("payee", "split"),
    {"rate_at_most": "modifiers"},
)
