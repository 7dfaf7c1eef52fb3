"""What the library takes, measured: `make bench` runs all of it and writes `docs/reference/performance.md`.

Figures are ratios of one interleaved run wherever things are compared. No test asks for a speed.
"""
