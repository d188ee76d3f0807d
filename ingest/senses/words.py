"""Words as directions: a table in which words that keep the same company point the same way.

It promises whole numbers: sums over words are exact, so that no order of adding changes a sense. It
refuses words outside the table; they say nothing.
"""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from silobridge.kg.errors import ReadError

_WORD = re.compile(r"[A-Za-z][a-z]{2,}")
_FOLDER = files("silobridge") / "ingest" / "models" / "senses"


def words_of(text: str) -> list[tuple[int, str]]:
    """Give the words of a text with their offsets: lower case, a plural's s off, abbreviations left out.

    Examples
    --------
    >>> words_of("Solar cells, DNA and glass.")
    [(0, 'solar'), (6, 'cell'), (17, 'and'), (21, 'glass')]
    """
    return [(match.start(), folded(match.group())) for match in _WORD.finditer(text)]


def folded(word: str) -> str:
    """Give a word as the table spells it.

    Examples
    --------
    >>> folded("Cells"), folded("gas"), folded("glass")
    ('cell', 'gas', 'glass')
    """
    word = word.lower()
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


@dataclass(frozen=True)
class Words:
    """The table: the place of each word, and its direction times how much it tells, in whole numbers."""

    version: str
    place: dict[str, int]
    names: tuple[str, ...]
    directions: NDArray[np.int64]


@lru_cache(maxsize=1)
def table() -> Words:
    """Load the table that ships.

    Raises
    ------
    ReadError
        If the file is not the one its manifest names.
    """
    manifest = json.loads((_FOLDER / "manifest.json").read_text("utf-8"))
    blob = (_FOLDER / "words-en.npz").read_bytes()
    found = sha256(blob).hexdigest()
    if found != manifest["sha256"]:
        raise ReadError(
            "the table of words is not the one that was made",
            where=str(_FOLDER / "words-en.npz"), expected=manifest["sha256"], hint="install silobridge again",
        )  # fmt: skip
    from io import BytesIO

    with np.load(BytesIO(blob), allow_pickle=False) as arrays:
        names = tuple(arrays["names"].tobytes().decode("ascii").split("\n"))
        directions = arrays["directions"].astype(np.int64) * arrays["weights"].astype(np.int64)[:, None]
    return Words(found[:12], {name: number for number, name in enumerate(names)}, names, directions)
