"""Business records and the table of relations; they know no rules.

`values` is the vocabulary of fields, `impossible` says what can never be true, `records` is what all records share;
`partners`, `customers`, `deals`, `transactions`, `conduct` and `performance` hold the records, one family a module;
`relations` is the one table of them; `settlement` and `open_documents` hold what is kept of a closed period.
May import quantities and diagnostics.
"""

from partnerrules.domain.conduct import Sanction, Standing, Violation
from partnerrules.domain.customers import Assignment, Customer, Product
from partnerrules.domain.deals import Contract, Deal, Project, Registration
from partnerrules.domain.partners import Certification, Partner, Person
from partnerrules.domain.performance import Assessment, Observation, Responsibility
from partnerrules.domain.transactions import ExchangeRate, Transaction
from partnerrules.domain.values import UNKNOWN, UnknownValue

__all__ = [
    "UNKNOWN",
    "Assessment",
    "Assignment",
    "Certification",
    "Contract",
    "Customer",
    "Deal",
    "ExchangeRate",
    "Observation",
    "Partner",
    "Person",
    "Product",
    "Project",
    "Registration",
    "Responsibility",
    "Sanction",
    "Standing",
    "Transaction",
    "UnknownValue",
    "Violation",
]
