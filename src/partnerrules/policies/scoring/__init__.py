"""Scoring: how good a partner is, in points over weighted items, or by signs. `policy` puts the parts together."""
