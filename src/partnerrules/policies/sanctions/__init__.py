"""Sanctions: what follows from breaches of the rules, from when to when. `policy` puts the parts together."""
