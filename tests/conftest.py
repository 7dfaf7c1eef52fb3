"""What every test may ask for: the Hypothesis profile, and expected outputs kept in files.

HYPOTHESIS_PROFILE chooses the profile: `ci` (the default: the same examples every time) or `deep` (`make test-deep`).
`pytest --update-goldens` (`make goldens`) writes the expected outputs anew instead of comparing with them.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent

# Deadlines measure the machine, not the code; what must be quick is tested by counting work.
settings.register_profile(
    "ci", derandomize=True, deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "deep", deadline=None, max_examples=5000, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the switch that writes expected outputs anew."""
    parser.addoption("--update-goldens", action="store_true", help="write the expected outputs in files anew")


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compares a text with the file that holds what is expected; with `--update-goldens`, writes the file."""
    updating = bool(request.config.getoption("--update-goldens"))

    def compare(path: Path, text: str) -> None:
        if updating:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            return
        if not path.is_file():
            pytest.fail(f"there is no {path}; run `make goldens`, and read what it wrote")
        # Read as bytes: a golden holds every character that counts, line ends among them.
        assert text == path.read_bytes().decode("utf-8"), f"differs from {path}; if this is meant: `make goldens`"

    return compare
