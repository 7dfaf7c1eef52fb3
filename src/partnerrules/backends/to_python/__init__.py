"""Compiles checked plans to Python source: the same results as the interpreter, in less time."""
