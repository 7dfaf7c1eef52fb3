"""Tiering: which grade a record has, by conditions, by a measure, or by rank. `policy` puts the parts together."""
