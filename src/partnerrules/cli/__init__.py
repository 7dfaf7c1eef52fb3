"""The command line: one module a command. `app` joins them, `outcomes` says how each of them ends.

May import everything else; nothing imports it.
"""

from partnerrules.cli.app import app, main

__all__ = ["app", "main"]
