"""How a field classifier is trained: counts, softmax regression, bytes, calibration.

It promises the same bytes for the same texts and seed, on one thread. It refuses to calibrate on what it
was trained on.
"""

import io
import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import optimize, sparse
from scipy.special import logsumexp

from silobridge.ingest.classify.features import counts
from silobridge.ingest.classify.linear import Linear
from silobridge.kg.taxonomy import taxonomy

Pair = tuple[str, str]
Bags = list[Counter[str]]


@dataclass(frozen=True)
class Recipe:
    """What is settled before training.

    `least` documents must hold a feature, `features` are kept, `strength` is the penalty's inverse
    (as scikit-learn's C), `balance` 0 weighs every text alike and 1 every label alike.
    """

    name: str
    version: str = "1"
    cut: str = "words"
    least: int = 2
    features: int = 30_000
    strength: float = 10.0
    balance: float = 0.5
    rounds: int = 60


def split(pairs: Sequence[Pair], seed: int, shares: Sequence[float]) -> list[list[Pair]]:
    """Part pairs at random into shares that sum to 1; equal texts fall into one part."""
    texts = sorted({text for text, _ in pairs})
    random.Random(seed).shuffle(texts)  # noqa: S311 (a split, not a secret)
    part: dict[str, int] = {}
    edges = np.cumsum(shares) * len(texts)
    for place, text in enumerate(texts):
        part[text] = int(np.searchsorted(edges, place, side="right"))
    found: list[list[Pair]] = [[] for _ in shares]
    for text, label in pairs:
        found[min(part[text], len(shares) - 1)].append((text, label))
    return found


def train(pairs: Sequence[Pair], recipe: Recipe, weights: Sequence[float] | None = None) -> Linear:
    """Fit a model; `weights` says how much each text counts."""
    bags = [counts(text, recipe.cut) for text, _ in pairs]
    vocabulary, idf = _vocabulary(bags, recipe)
    matrix = _matrix(bags, vocabulary, idf)
    labels = sorted({label for _, label in pairs})
    gold = np.array([labels.index(label) for _, label in pairs])
    share = np.bincount(gold, minlength=len(labels)) / len(gold)
    weight = np.asarray(weights, dtype=float) if weights is not None else np.ones(len(gold))
    weight = weight * share[gold] ** -recipe.balance
    dense, bias = _fit(matrix, gold, weight / weight.mean(), recipe)
    return _pack(recipe, labels, vocabulary, idf, dense, bias)


def centroids(pairs: Sequence[Pair], recipe: Recipe) -> Linear:
    """Make each label's weights the mean direction of its texts: for many labels with few texts each."""
    bags = [counts(text, recipe.cut) for text, _ in pairs]
    vocabulary, idf = _vocabulary(bags, recipe)
    labels = sorted({label for _, label in pairs})
    gold = np.array([labels.index(label) for _, label in pairs])
    member = sparse.csr_matrix((np.ones(len(gold)), (gold, np.arange(len(gold)))))
    summed = (member @ _matrix(bags, vocabulary, idf)).T.tocsc()
    norms = np.sqrt(np.asarray(summed.multiply(summed).sum(axis=0)).ravel())
    dense = (summed @ sparse.diags(1 / np.maximum(norms, 1e-12))).toarray()
    return _pack(recipe, labels, vocabulary, idf, dense, np.zeros(len(labels)))


def _vocabulary(bags: Sequence[Bags], recipe: Recipe) -> tuple[dict[str, int], Any]:
    frequency: Counter[str] = Counter()
    for parts in bags:
        frequency.update({feature for bag in parts for feature in bag})
    # Frequent first, then by name: what is cut is what few texts hold.
    kept = [f for f in frequency if frequency[f] >= recipe.least and "\n" not in f]
    kept = sorted(sorted(kept, key=lambda f: (-frequency[f], f))[: recipe.features])
    idf = np.log((1 + len(bags)) / (1 + np.array([frequency[f] for f in kept]))) + 1
    return {feature: place for place, feature in enumerate(kept)}, idf.astype(np.float16).astype(np.float32)


def _matrix(bags: Sequence[Bags], vocabulary: Mapping[str, int], idf: Any) -> Any:
    # A title and the rest are unit vectors of their own, added up: as `Linear` reads them.
    titles, rests = ([parts[at] if len(parts) > at else {} for parts in bags] for at in (0, 1))
    return _unit(_part(titles, vocabulary, idf) + _part(rests, vocabulary, idf))


def _part(bags: Sequence[Mapping[str, int]], vocabulary: Mapping[str, int], idf: Any) -> Any:
    starts, places, values = [0], [], []
    for bag in bags:
        for feature, count in bag.items():
            if feature in vocabulary:
                places.append(vocabulary[feature])
                values.append(count)
        starts.append(len(places))
    data = np.log1p(np.array(values, dtype=float)) * idf[np.array(places, dtype=int)]
    matrix = sparse.csr_matrix((data, places, starts), shape=(len(bags), len(vocabulary)))
    matrix.sort_indices()
    return _unit(matrix)


def _unit(matrix: Any) -> Any:
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return (sparse.diags(1 / np.maximum(norms, 1e-12)) @ matrix).tocsr()


def _fit(matrix: Any, gold: Any, weight: Any, recipe: Recipe) -> tuple[Any, Any]:
    size, width = matrix.shape
    height = int(gold.max()) + 1
    turned = matrix.T.tocsr()
    rows = np.arange(size)

    def loss(flat: Any) -> tuple[float, Any]:
        table = flat.reshape(width + 1, height)
        scores = matrix @ table[:-1] + table[-1]
        logs = scores - logsumexp(scores, axis=1, keepdims=True)
        slope = np.exp(logs)
        slope[rows, gold] -= 1
        slope *= weight[:, None]
        penalty = table[:-1] / recipe.strength
        value = -(weight * logs[rows, gold]).sum() + 0.5 * float((penalty * table[:-1]).sum())
        return value / size, np.vstack([turned @ slope + penalty, slope.sum(axis=0)]).ravel() / size

    start = np.zeros((width + 1) * height)
    found = optimize.minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": recipe.rounds})
    table = found.x.reshape(width + 1, height)
    return table[:-1], table[-1]


def _pack(
    recipe: Recipe, labels: list[str], vocabulary: dict[str, int], idf: Any, dense: Any, bias: Any
) -> Linear:
    scale = np.maximum(np.abs(dense).max(axis=0), 1e-9) / 127
    small = np.rint(dense / scale).astype(np.int8)
    spoken = np.flatnonzero(np.abs(small).max(axis=1) > 0)
    names = list(vocabulary)
    return Linear(
        recipe.name, recipe.version, recipe.cut, tuple(labels),
        {names[old]: new for new, old in enumerate(spoken)},
        idf[spoken], small[spoken], scale.astype(np.float32), bias.astype(np.float32), (0.0, 0.0, 0.0), 0.0,
        tuple(top(label) for label in labels), 0.0,
    )  # fmt: skip


def top(label: str) -> str:
    """Give the broadest domain above a label, or the label where there is none."""
    return (taxonomy().ancestors(label) or [label])[-1]


def scored(model: Linear, pairs: Sequence[Pair]) -> tuple[Any, Any, Any]:
    """Give raw scores, known features and gold places (-1 for a label the model lacks)."""
    found = [model._known(text) for text, _ in pairs]
    scores = np.array([model._scores(*known) for known in found])
    sizes = np.array([len(places) for places, _ in found])
    place = {label: at for at, label in enumerate(model.labels)}
    return scores, sizes, np.array([place.get(label, -1) for _, label in pairs])


def calibrate(model: Linear, slices: Sequence[Sequence[Pair]]) -> Linear:
    """Fit the sharpness on texts kept aside, for likelihood and calibration; every slice counts the same."""
    parts = [scored(model, pairs) for pairs in slices if pairs]

    def loss(free: Any) -> float:
        total, even = 0.0, float(np.clip(free[2], 0.0, 0.3))
        for scores, sizes, gold in parts:
            raised = scores * (np.exp(free[0]) * np.maximum(sizes, 1) ** free[1])[:, None]
            soft = np.exp(raised - logsumexp(raised, axis=1, keepdims=True))
            soft = soft * (1 - even) + even / scores.shape[1]
            total -= float(np.log(soft[np.arange(len(gold)), gold][gold >= 0] + 1e-12).mean())
            total += 2 * gap(soft.max(axis=1), soft.argmax(axis=1) == gold)
        return total

    corners = np.array([[1.0, 0.0, 0.05], [0.0, 0.3, 0.05], [1.0, -0.3, 0.05], [1.0, 0.0, 0.15]])
    found = optimize.minimize(
        loss, corners[0], method="Nelder-Mead", options={"maxiter": 150, "initial_simplex": corners}
    )
    a, b, even = (round(float(value), 3) for value in found.x)
    return replace(model, sharpness=(a, b, min(max(even, 0.0), 0.3)))


def gap(sure: Any, hits: Any, bins: int = 8) -> float:
    """Give the mean distance of probability and share right, over bins of equally many texts."""
    order = np.argsort(sure, kind="stable")
    return sum(abs(float((sure[part] - hits[part]).sum())) for part in np.array_split(order, bins)) / len(
        sure
    )


def threshold(model: Linear, slices: Sequence[Sequence[Pair]], precision: float) -> Linear:
    """Set the least probabilities at which every slice kept aside reaches a precision; at least one half."""
    narrow, broad = 0.5, 0.5
    for pairs in slices:
        found = [(model.probabilities(text), label) for text, label in pairs]
        firsts = [(float(p.max()), model.labels[int(p.argmax())] == label) for p, label in found]
        parts = [(*model.broadest(p), top(label)) for p, label in found]
        narrow = max(narrow, least(firsts, precision))
        broad = max(broad, least([(sure, part == right) for part, sure, right in parts], precision))
    return replace(model, threshold=round(narrow + 0.0005, 3), broad_threshold=round(broad + 0.0005, 3))


def least(answers: Sequence[tuple[float, bool]], precision: float) -> float:
    """Give the least probability from which on the answers are right that often, or 1 where there is none."""
    sure = sorted(answers, reverse=True)
    share = np.cumsum([right for _, right in sure]) / np.arange(1, len(sure) + 1)
    good = np.flatnonzero(share >= precision)
    return sure[int(good[-1])][0] if len(good) else 1.0


def packed(model: Linear) -> bytes:
    """Give the bytes of a model's artefact."""
    about = {
        "name": model.name, "version": model.version, "recipe": model.recipe, "labels": model.labels,
        "sharpness": model.sharpness, "threshold": model.threshold,
        "broad": model.broad, "broad_threshold": model.broad_threshold,
    }  # fmt: skip
    target = io.BytesIO()
    np.savez_compressed(
        target,
        about=np.frombuffer(json.dumps(about, sort_keys=True).encode(), dtype=np.uint8),
        vocabulary=np.frombuffer("\n".join(model.vocabulary).encode(), dtype=np.uint8),
        idf=model.idf.astype(np.float16),
        weights=model.weights,
        scale=model.scale,
        bias=model.bias,
    )
    return target.getvalue()
