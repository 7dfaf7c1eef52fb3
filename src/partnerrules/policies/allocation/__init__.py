"""Allocation: which of several candidates each record is given to. `policy` puts the parts together."""
