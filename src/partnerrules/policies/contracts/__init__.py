"""Contracts: whether the papers are in order, and whether what they promise is kept in time."""
