"""Lifecycle: which stage a record is in, what moves it on, and what may. `policy` puts the parts together."""
