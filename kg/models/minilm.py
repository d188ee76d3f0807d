"""English sentences as vectors: all-MiniLM-L6-v2, the mean of its last layer.

It promises the published weights, byte for byte. It refuses no language but was trained on English only.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from silobridge.kg.models import bert

BATCH = 32
LETTERS = 4_000
"""So much of a text is cut into word pieces; the first 256 of them count."""


class MiniLM:
    """The encoder `minilm`.

    Parameters
    ----------
    path
        A folder with ``model.safetensors`` and ``vocab.txt``; the published weights by default.
    """

    name = "minilm"
    version = bert.PACKAGE.version
    languages = ("en",)
    alike = 0.9
    across = 1.0
    words = 0.3

    def __init__(self, path: Path | None = None) -> None:
        self._embedding, stored, count = bert.published(path or bert.PACKAGE.path())
        self._layers = [bert.Layer(stored, number) for number in range(count)]
        self.size = self._embedding.words.shape[1]

    def encode(self, texts: Sequence[str]) -> bert.Array:
        """Give a row of length one for each text; texts of like length are read together."""
        rows = [self._codes(text) for text in texts]
        found = np.zeros((len(rows), self.size), np.float32)
        order = sorted(range(len(rows)), key=lambda number: (len(rows[number]), number))
        for first in range(0, len(order), BATCH):
            batch = order[first : first + BATCH]
            vectors, mask = self._embedding.lay([rows[number] for number in batch])
            for layer in self._layers:
                vectors = layer.forward(vectors, mask)
            there = (mask[:, 0, 0, :, None] == 0).astype(np.float32)
            found[batch] = (vectors * there).sum(axis=1) / there.sum(axis=1)
        found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
        return found

    def _codes(self, text: str) -> list[int]:
        known = self._embedding.known
        codes = bert.pieces(text[:LETTERS], known) if text.strip() else []
        return [known[bert.OPEN], *codes[: bert.LONGEST - 2], known[bert.CLOSE]]
