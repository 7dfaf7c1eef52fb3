"""Conflicts: whose claim stands where several claim the same. `policy` puts the parts together."""
