"""What every test folder shares: the tests' own helpers, importable by name."""

import sys
from pathlib import Path

# With --import-mode=importlib nothing is put on the path; helpers live beside this file.
sys.path.insert(0, str(Path(__file__).parent))
