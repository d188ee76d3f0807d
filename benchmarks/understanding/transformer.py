"""One layer of a BERT encoder in numpy, forward and backward, after Devlin et al. 2019.

It promises single-precision arithmetic on one thread that gives the same numbers each time. It refuses
to train what it was not asked to: without a generator there is no dropout, and nothing is remembered.
"""

from typing import Any, NamedTuple

import numpy as np
from scipy.special import erf

Array = np.ndarray[Any, Any]
Weights = dict[str, Array]
HEADS = 12
DROPPED = 0.1
NAMES = {"q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
         "o": "attention.output.dense", "f": "intermediate.dense", "z": "output.dense"}  # fmt: skip
NORMS = {"1": "attention.output.LayerNorm", "2": "output.LayerNorm"}
_ROOT, _BELL = np.float32(0.5**0.5), np.float32((2 * np.pi) ** -0.5)


class Normed(NamedTuple):
    """What the backward pass of a normalisation needs."""

    rows: Array
    scale: Array


def norm(rows: Array, gain: Array, shift: Array) -> tuple[Array, Normed]:
    """Normalise each vector to mean 0 and variance 1, then scale and shift it."""
    centred = rows - rows.mean(-1, keepdims=True)
    scale = 1 / np.sqrt((centred * centred).mean(-1, keepdims=True) + 1e-12)
    return centred * scale * gain + shift, Normed(centred * scale, scale)


def unnorm(slope: Array, kept: Normed, gain: Array) -> tuple[Array, Array, Array]:
    """Give the slopes of a normalisation's input, gain and shift."""
    inner = slope * gain
    mixed = inner - inner.mean(-1, keepdims=True) - kept.rows * (inner * kept.rows).mean(-1, keepdims=True)
    return kept.scale * mixed, (slope * kept.rows).sum((0, 1)), slope.sum((0, 1))


def softmax(scores: Array) -> Array:
    """Give shares along the last axis."""
    shares = np.exp(scores - scores.max(-1, keepdims=True))
    return shares / shares.sum(-1, keepdims=True)


def dropout(like: Array, draw: np.random.Generator | None) -> Array | np.float32:
    """Give a mask that drops a tenth and scales the rest up; one without a generator."""
    if draw is None:
        return np.float32(1)
    return (draw.random(like.shape, dtype=np.float32) > DROPPED) / np.float32(1 - DROPPED)


def _flat(rows: Array) -> Array:
    return rows.reshape(-1, rows.shape[-1])


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
        self._kept: tuple[Any, ...] = ()

    def forward(self, rows: Array, mask: Array, draw: np.random.Generator | None = None) -> Array:
        """Give a batch's next vectors (sentences × words × size); `mask` is very low where no word stands."""
        w = self.weights
        q, k, v = (self._split(self._through(rows, name)) for name in "qkv")
        shares = softmax(q @ k.transpose(0, 1, 3, 2) / np.float32(q.shape[-1] ** 0.5) + mask)
        mixed = self._join(shares @ v)
        out = self._through(mixed, "o")
        first = dropout(out, draw)
        middle, kept1 = norm(rows + out * first, w["g1"], w["h1"])
        inner = self._through(middle, "f")
        gate = np.float32(0.5) * (1 + erf(inner * _ROOT))
        active = inner * gate
        out = self._through(active, "z")
        second = dropout(out, draw)
        made, kept2 = norm(middle + out * second, w["g2"], w["h2"])
        if draw is not None:
            self._kept = (
                rows,
                q,
                k,
                v,
                shares,
                mixed,
                first,
                kept1,
                middle,
                inner,
                gate,
                active,
                second,
                kept2,
            )
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

    def _through(self, rows: Array, name: str) -> Array:
        made: Array = rows @ self.weights[f"{name}W"] + self.weights[f"{name}b"]
        return made

    def _back(self, found: Weights, name: str, rows: Array, slope: Array) -> Array:
        found[f"{name}W"] = _flat(rows).T @ _flat(slope)
        found[f"{name}b"] = _flat(slope).sum(0)
        back: Array = slope @ self.weights[f"{name}W"].T
        return back

    @staticmethod
    def _split(rows: Array) -> Array:
        count, length, size = rows.shape
        return rows.reshape(count, length, HEADS, size // HEADS).transpose(0, 2, 1, 3)

    @staticmethod
    def _join(rows: Array) -> Array:
        count, heads, length, size = rows.shape
        return rows.transpose(0, 2, 1, 3).reshape(count, length, heads * size)
