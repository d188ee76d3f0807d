"""What the tests of needs share."""

import sys
from pathlib import Path

import pytest

from silobridge.kg.ledger.store import Ledger

# As tests/conftest.py does: with --import-mode=importlib nothing is put on the path.
sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """The graph of batteries, coatings and pipes."""
    from batteries import make

    return make(tmp_path_factory.mktemp("need") / "g")
