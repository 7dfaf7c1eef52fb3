"""The back ends: each runs plans, none knows another. The interpreter is the meaning that others are tested against.

May import plan, decisions and below; knows no policy kind.
"""
