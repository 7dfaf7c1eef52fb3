"""The meaning of every term, put together: the table by which the interpreter evaluates."""

from collections.abc import Mapping
from typing import Final, get_args

from partnerrules.backends.computing import COMPUTING
from partnerrules.backends.conditions import CONDITIONS
from partnerrules.backends.lists import LISTS
from partnerrules.backends.surroundings import Meaning
from partnerrules.language.terms import Term

MEANINGS: Final[Mapping[type, Meaning]] = {**LISTS, **CONDITIONS, **COMPUTING}

assert MEANINGS.keys() == set(get_args(Term)), set(get_args(Term)) ^ MEANINGS.keys()
