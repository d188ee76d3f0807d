"""A small pretrained encoder (all-MiniLM-L6-v2), its upper layers trained to label words, in numpy.

It promises weights that are byte for byte the published ones, and the same labels for the same
sentences: one seed, one thread. It refuses to download anything: the weights arrive in a package.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.understanding.transformer import Array, Layer, Weights, dropout, softmax
from silobridge.kg.errors import MissingExtra, ModelAltered
from silobridge.kg.models.bert import CLOSE, LONGEST, OPEN, PACKAGE, padded, pieces, published

WEIGHTS = PACKAGE.hashes["model.safetensors"]
TRAINED = 3
"""Layers that are trained; the vectors below them are worked out once."""
SEEN, ROUNDS = 6000, (2, 4)
"""Sentences seen in training, and in how many rounds at least and at most."""
RATE, HEAD_RATE, DECAY = 4e-4, 1e-3, 0.01
PIECES = 512
"""Word pieces in a step of training, padding among them."""
BATCH = 32
"""Sentences read at once where nothing is trained."""
SEED = 0
RECIPE = ("WEIGHTS", "TRAINED", "SEEN", "ROUNDS", "RATE", "HEAD_RATE", "DECAY", "PIECES", "BATCH", "SEED")
"""What a trained encoder depends on beside its sentences."""


class Row(NamedTuple):
    """A sentence as the encoder reads it: codes of word pieces, and where each word begins."""

    codes: list[int]
    firsts: list[int]


def folder() -> Path | None:
    """Give the folder with the published weights, nothing where the package is not installed."""
    try:
        return PACKAGE.path()
    except (MissingExtra, ModelAltered):
        return None


class Encoder:
    """A tagger: `train` on labelled sentences, then `probabilities`.

    Parameters
    ----------
    labels
        All labels, "O" among them.
    path
        A folder with ``model.safetensors`` and ``vocab.txt``; the published weights by default.
    """

    def __init__(self, labels: Sequence[str], path: Path | None = None) -> None:
        self._embedding, stored, count = published(path or PACKAGE.path())
        layers = [Layer(stored, number) for number in range(count)]
        self._lower, self._upper = layers[:-TRAINED], layers[-TRAINED:]
        self._draw = np.random.default_rng(SEED)
        self.labels = list(labels)
        size = self._embedding.words.shape[1], len(self.labels)
        self._head: Weights = {
            "W": self._draw.normal(0, 0.02, size).astype(np.float32), "b": np.zeros(size[1], np.float32)
        }  # fmt: skip

    def train(self, sentences: Sequence[Sequence[str]], tags: Sequence[Sequence[str]]) -> None:
        """Train the upper layers and the head: Adam, a tenth of the steps to warm up, then down to nothing."""
        rows = [self._row(words) for words in sentences]
        below = self._below(rows)
        batches = _batches(rows)
        rounds = min(ROUNDS[1], max(ROUNDS[0], round(SEEN / max(1, len(rows)))))
        adam = _Adam(self._parts(), rounds * len(batches))
        place = {label: number for number, label in enumerate(self.labels)}
        codes = [[place[tag] for tag in row] for row in tags]
        for _ in range(rounds):
            for number in self._draw.permutation(len(batches)):
                batch = batches[number]
                adam.step(self._slopes([rows[n] for n in batch], [below[n] for n in batch],
                                       [codes[n] for n in batch]))  # fmt: skip

    def probabilities(self, sentences: Sequence[Sequence[str]]) -> list[Array]:
        """Give words × labels for each sentence; what lies beyond `LONGEST` pieces is all "O"."""
        rows = [self._row(words) for words in sentences]
        below = self._below(rows)
        found: list[Array] = [np.zeros((0, 0))] * len(rows)
        order = _by_length(rows)
        outside = np.array([float(label == "O") for label in self.labels])
        for first in range(0, len(order), BATCH):
            batch = order[first : first + BATCH]
            vectors, mask = padded([below[n] for n in batch])
            for layer in self._upper:
                vectors = layer.forward(vectors, mask)
            shares = softmax(vectors @ self._head["W"] + self._head["b"])
            for place, number in enumerate(batch):
                found[number] = np.tile(outside, (len(sentences[number]), 1))
                found[number][: len(rows[number].firsts)] = shares[place, rows[number].firsts]
        return found

    def vectors(self, sentences: Sequence[Sequence[str]]) -> list[Array]:
        """Give the vectors of each sentence's words below the last layer, of their first pieces; fewer if too long."""
        rows = [self._row(words) for words in sentences]
        below = self._below(rows)
        found: list[Array] = [np.zeros((0, 0))] * len(rows)
        order = _by_length(rows)
        for first in range(0, len(order), BATCH):
            batch = order[first : first + BATCH]
            vectors, mask = padded([below[n] for n in batch])
            for layer in self._upper[:-1]:
                vectors = layer.forward(vectors, mask)
            for place, number in enumerate(batch):
                found[number] = vectors[place, rows[number].firsts]
        return found

    def _row(self, words: Sequence[str]) -> Row:
        codes, firsts = [self._embedding.known[OPEN]], []
        for word in words:
            some = pieces(word, self._embedding.known)
            if len(codes) + len(some) >= LONGEST:
                break
            firsts.append(len(codes))
            codes += some
        return Row([*codes, self._embedding.known[CLOSE]], firsts)

    def _below(self, rows: Sequence[Row]) -> list[Array]:
        """Give each sentence's vectors below the trained layers, in half precision to save memory."""
        found: list[Array] = [np.zeros(0)] * len(rows)
        order = _by_length(rows)
        for first in range(0, len(order), BATCH):
            batch = order[first : first + BATCH]
            vectors, mask = self._embedding.lay([rows[n].codes for n in batch])
            for layer in self._lower:
                vectors = layer.forward(vectors, mask)
            for place, number in enumerate(batch):
                found[number] = vectors[place, : len(rows[number].codes)].astype(np.float16)
        return found

    def _parts(self) -> list[Weights]:
        return [self._head, *(layer.weights for layer in self._upper)]

    def _slopes(
        self, rows: Sequence[Row], below: Sequence[Array], codes: Sequence[Sequence[int]]
    ) -> list[Weights]:
        """Give the slopes of the mean cross-entropy over a batch's words, part by part."""
        vectors, mask = padded(below)
        for layer in self._upper:
            vectors = layer.forward(vectors, mask, self._draw)
        keep = dropout(vectors, self._draw)
        vectors = vectors * keep
        slope = softmax(vectors @ self._head["W"] + self._head["b"])
        wanted = np.zeros(slope.shape[:2], bool)
        for place, (row, some) in enumerate(zip(rows, codes, strict=True)):
            wanted[place, row.firsts] = True
            slope[place, row.firsts, list(some)[: len(row.firsts)]] -= 1
        slope *= wanted[..., None] / max(1, int(wanted.sum()))
        flat = slope.reshape(-1, slope.shape[-1])
        found = [{"W": vectors.reshape(len(flat), -1).T @ flat, "b": flat.sum(0)}]
        slope = (slope @ self._head["W"].T) * keep
        for layer in reversed(self._upper):
            slope, some_slopes = layer.backward(slope)
            found.insert(1, some_slopes)
        return found


class _Adam:
    """Adam with decoupled decay of the matrices and slopes cut to length one (Loshchilov, Hutter 2019)."""

    def __init__(self, parts: list[Weights], steps: int) -> None:
        self._parts, self._steps, self._step = parts, steps, 0
        self._first = [{name: np.zeros_like(some) for name, some in part.items()} for part in parts]
        self._second = [{name: np.zeros_like(some) for name, some in part.items()} for part in parts]

    def step(self, slopes: list[Weights]) -> None:
        """Move every weight once."""
        self._step += 1
        done = self._step / self._steps
        pace = min(done / 0.1, (1 - done) / 0.9 + 1e-3)
        length = sum(float((slope * slope).sum()) for part in slopes for slope in part.values()) ** 0.5
        cut = np.float32(min(1.0, 1 / (length + 1e-6)))
        ahead = np.float32(1 - 0.9**self._step), np.float32(1 - 0.999**self._step)
        for number, part in enumerate(self._parts):
            rate = np.float32((RATE if number else HEAD_RATE) * pace)
            for name, weight in part.items():
                slope = slopes[number][name] * cut
                first, second = self._first[number][name], self._second[number][name]
                first += np.float32(0.1) * (slope - first)
                second += np.float32(0.001) * (slope * slope - second)
                move = first / ahead[0] / (np.sqrt(second / ahead[1]) + np.float32(1e-8))
                weight -= rate * (move + np.float32(DECAY) * weight if name.endswith("W") else move)


def _batches(rows: Sequence[Row]) -> list[list[int]]:
    """Lay sentences of about one length together, as many as `PIECES` has room for, one at least."""
    batches: list[list[int]] = []
    for number in _by_length(rows):
        if not batches or (len(batches[-1]) + 1) * len(rows[number].codes) > PIECES:
            batches.append([])
        batches[-1].append(number)
    return batches


def _by_length(rows: Sequence[Row]) -> list[int]:
    return sorted(range(len(rows)), key=lambda number: (len(rows[number].codes), number))
