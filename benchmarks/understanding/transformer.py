"""The way back through a BERT encoder's layer, after Devlin et al. 2019: what training needs and reading does not.

It promises single-precision arithmetic on one thread that gives the same numbers each time. It refuses
to train what it was not asked to: without a generator there is no dropout, and nothing is remembered.
"""

from typing import Any

import numpy as np

from silobridge.kg.models import bert
from silobridge.kg.models.bert import NAMES, NORMS, Array, Normed, Weights, norm, softmax

__all__ = ["NAMES", "NORMS", "Array", "Layer", "Weights", "dropout", "norm", "softmax", "unnorm"]
DROPPED = 0.1
_BELL = np.float32((2 * np.pi) ** -0.5)


def unnorm(slope: Array, kept: Normed, gain: Array) -> tuple[Array, Array, Array]:
    """Give the slopes of a normalisation's input, gain and shift."""
    inner = slope * gain
    mixed = inner - inner.mean(-1, keepdims=True) - kept.rows * (inner * kept.rows).mean(-1, keepdims=True)
    return kept.scale * mixed, (slope * kept.rows).sum((0, 1)), slope.sum((0, 1))


def dropout(like: Array, draw: np.random.Generator | None) -> Array | np.float32:
    """Give a mask that drops a tenth and scales the rest up; one without a generator."""
    if draw is None:
        return np.float32(1)
    return (draw.random(like.shape, dtype=np.float32) > DROPPED) / np.float32(1 - DROPPED)


def _flat(rows: Array) -> Array:
    return rows.reshape(-1, rows.shape[-1])


class Layer(bert.Layer):
    """A layer that can be trained."""

    def __init__(self, weights: Weights, number: int) -> None:
        super().__init__(weights, number)
        self._kept: tuple[Any, ...] = ()

    def forward(self, rows: Array, mask: Array, draw: np.random.Generator | None = None) -> Array:
        """Give a batch's next vectors; with a generator parts are dropped, and the steps kept for the way back."""
        made, kept = self.passed(rows, mask, (dropout(rows, draw), dropout(rows, draw)))
        if draw is not None:
            self._kept = kept
        return made

    def backward(self, slope: Array) -> tuple[Array, Weights]:
        """Give the slopes of the input and of the weights, for the last forward pass with a generator."""
        rows, q, k, v, shares, mixed, first, kept1, middle, inner, gate, active, second, kept2 = self._kept
        w, found = self.weights, {}
        slope, found["g2"], found["h2"] = unnorm(slope, kept2, w["g2"])
        bent = self._back(found, "z", active, slope * second)
        bent = bent * (gate + inner * _BELL * np.exp(-0.5 * inner * inner))
        slope = slope + self._back(found, "f", middle, bent)
        slope, found["g1"], found["h1"] = unnorm(slope, kept1, w["g1"])
        bent = self._split(self._back(found, "o", mixed, slope * first))
        pull = bent @ v.transpose(0, 1, 3, 2)
        pull = shares * (pull - (pull * shares).sum(-1, keepdims=True)) / np.float32(q.shape[-1] ** 0.5)
        parts = {"q": pull @ k, "k": pull.transpose(0, 1, 3, 2) @ q, "v": shares.transpose(0, 1, 3, 2) @ bent}
        for name, part in parts.items():
            slope = slope + self._back(found, name, rows, self._join(part))
        return slope, found

    def _back(self, found: Weights, name: str, rows: Array, slope: Array) -> Array:
        found[f"{name}W"] = _flat(rows).T @ _flat(slope)
        found[f"{name}b"] = _flat(slope).sum(0)
        back: Array = slope @ self.weights[f"{name}W"].T
        return back
