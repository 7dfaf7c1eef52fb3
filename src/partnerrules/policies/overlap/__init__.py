"""Overlap: who covers the same field, and whether those are too many. `policy` puts the parts together."""
