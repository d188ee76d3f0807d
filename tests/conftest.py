"""What every test folder shares: the tests' own helpers, importable by name."""

import sys
from pathlib import Path

import pytest

# With --import-mode=importlib nothing is put on the path; helpers live beside this file.
sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration graph, built once per test session."""
    from silobridge.facade import demo

    folder = tmp_path_factory.mktemp("demo") / "demo.kg"
    demo(folder)
    return folder
