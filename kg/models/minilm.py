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
        place = path or bert.PACKAGE.path()
        stored = bert.weights(place / "model.safetensors")
        lines = (place / "vocab.txt").read_text("utf-8").splitlines()
        self._known = {piece: code for code, piece in enumerate(lines)}
        self._words = stored["embeddings.word_embeddings.weight"]
        self._places = stored["embeddings.position_embeddings.weight"]
        self._places = self._places + stored["embeddings.token_type_embeddings.weight"][0]
        self._norm = stored["embeddings.LayerNorm.weight"], stored["embeddings.LayerNorm.bias"]
        count = 1 + max(int(name.split(".")[2]) for name in stored if name.startswith("encoder.layer."))
        self._layers = [bert.Layer(stored, number) for number in range(count)]
        self.size = self._words.shape[1]

    def encode(self, texts: Sequence[str]) -> bert.Array:
        """Give a row of length one for each text; texts of like length are read together."""
        rows = [self._codes(text) for text in texts]
        found = np.zeros((len(rows), self.size), np.float32)
        order = sorted(range(len(rows)), key=lambda number: (len(rows[number]), number))
        for first in range(0, len(order), BATCH):
            batch = order[first : first + BATCH]
            vectors, mask = bert.padded([self._words[rows[number]] for number in batch])
            vectors, _ = bert.norm(vectors + self._places[: vectors.shape[1]], *self._norm)
            for layer in self._layers:
                vectors = layer.forward(vectors, mask)
            there = (mask[:, 0, 0, :, None] == 0).astype(np.float32)
            found[batch] = (vectors * there).sum(axis=1) / there.sum(axis=1)
        found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
        return found

    def _codes(self, text: str) -> list[int]:
        codes = bert.pieces(text[:LETTERS], self._known) if text.strip() else []
        return [self._known[bert.OPEN], *codes[: bert.LONGEST - 2], self._known[bert.CLOSE]]
