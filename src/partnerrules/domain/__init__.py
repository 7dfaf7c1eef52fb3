"""Business records and the table of relations; they know no rules.

`values` is the vocabulary of fields, `impossible` says what can never be true, `records` is what all records share;
`partners`, `customers`, `deals`, `transactions`, `conduct` and `performance` hold the records, one family a module;
`relations` is the one table of them. May import quantities and diagnostics.
"""

from partnerrules.domain.values import UNKNOWN, UnknownValue

__all__ = ["UNKNOWN", "UnknownValue"]
