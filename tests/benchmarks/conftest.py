"""The benchmarks stand in the checkout, not in the package: tests reach them from its root."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
