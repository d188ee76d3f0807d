"""What the tests of ingest share: their helpers (`made`, `fake_understanding`) are importable by name."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = str(Path(__file__).parent)
if HERE not in sys.path:
    sys.path.insert(0, HERE)


@pytest.fixture
def fake() -> Iterator[str]:
    """The name of the stand-in extractor, importable here and, since workers get this path, in them."""
    yield "fake_understanding"
