"""Makes `python -m partnerrules` the same as the command `partnerrules`."""

from partnerrules.cli import main

if __name__ == "__main__":
    main()
