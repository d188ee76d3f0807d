"""Arrays computed from a graph, kept in its folder for the next command.

It promises that a reader sees a whole file or none, whoever writes beside it, and that what is broken or
of another shape is computed again. It refuses pickles, and to keep more than the newest file of a kind.
"""

import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")


def load(file: Path, assemble: Callable[[Any], T]) -> T | None:
    """Read what was kept, or return None where there is nothing or it cannot be used.

    Parameters
    ----------
    file
        Where it was kept.
    assemble
        Makes the thing from the arrays by name.
    """
    try:
        with np.load(file, allow_pickle=False) as arrays:
            return assemble(arrays)
    except (FileNotFoundError, KeyError, ValueError, EOFError, zipfile.BadZipFile):
        return None


def save(file: Path, arrays: dict[str, Any]) -> None:
    """Keep arrays by name, in place of every older file of the same kind.

    Parameters
    ----------
    file
        Where to keep them; its name up to the first hyphen is the kind.
    arrays
        Arrays by name.
    """
    file.parent.mkdir(exist_ok=True)
    aside = file.with_name(f".{file.stem}-{os.getpid()}.npz")
    try:
        with aside.open("wb") as stream:
            np.savez(stream, **arrays)
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)
    for old in file.parent.glob(f"{file.name.partition('-')[0]}-*.npz"):
        if old != file:
            old.unlink(missing_ok=True)
