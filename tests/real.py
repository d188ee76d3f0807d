"""Where tests find real documents.

It promises a path that exists. It refuses to fail where the folder is absent: the test is skipped, by
name and with the reason.
"""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def real_data(*parts: str) -> Path:
    """Give the path of real documents, or skip the test that asked for them.

    Parameters
    ----------
    parts
        Folder and file below the folder that the environment variable ``KG_REAL_DATA`` names
        (by default ``../shared/data`` beside the checkout).
    """
    base = Path(os.environ.get("KG_REAL_DATA") or ROOT.parent / "shared" / "data")
    path = base.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs {'/'.join(parts) or 'real documents'} in {base} (set KG_REAL_DATA)")
    return path
