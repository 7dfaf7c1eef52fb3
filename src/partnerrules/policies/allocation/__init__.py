"""Allocation: whom each record is given to, or which records are chosen. `policy` puts the parts together."""
