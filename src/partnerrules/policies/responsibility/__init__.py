"""Responsibility: who leads each item of work, and what nobody leads. `policy` puts the parts together."""
