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
Scored = tuple[Any, Any, Any]
TRUST = 20
"""Texts kept aside that weigh as much as the probability the model gave by itself, in each bin of `curve`."""


@dataclass(frozen=True)
class Recipe:
    """What is settled before training.

    `least` documents must hold a feature, `features` are kept, `strength` is the penalty's inverse
    (as scikit-learn's C), `balance` 0 weighs every text alike and 1 every label alike. `loss` is
    ``softmax``, or ``hinge``: each label against the rest, as a support vector machine with squared hinge.
    """

    name: str
    version: str = "1"
    cut: str = "words"
    least: int = 2
    features: int = 30_000
    strength: float = 10.0
    balance: float = 0.5
    rounds: int = 60
    loss: str = "softmax"


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
    slope_of = {"softmax": _softmax, "hinge": _hinge}[recipe.loss]

    def loss(flat: Any) -> tuple[float, Any]:
        table = flat.reshape(width + 1, height)
        value, slope = slope_of(matrix @ table[:-1] + table[-1], gold, weight)
        penalty = table[:-1] / recipe.strength
        value += 0.5 * float((penalty * table[:-1]).sum())
        return value / size, np.vstack([turned @ slope + penalty, slope.sum(axis=0)]).ravel() / size

    start = np.zeros((width + 1) * height)
    found = optimize.minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": recipe.rounds})
    table = found.x.reshape(width + 1, height)
    return table[:-1], table[-1]


def _softmax(scores: Any, gold: Any, weight: Any) -> tuple[float, Any]:
    rows = np.arange(len(gold))
    logs = scores - logsumexp(scores, axis=1, keepdims=True)
    slope = np.exp(logs)
    slope[rows, gold] -= 1
    return -float((weight * logs[rows, gold]).sum()), slope * weight[:, None]


def _hinge(scores: Any, gold: Any, weight: Any) -> tuple[float, Any]:
    side = np.full(scores.shape, -1.0)
    side[np.arange(len(gold)), gold] = 1.0
    short = np.maximum(0, 1 - side * scores)
    weighed = weight[:, None] * short
    return float((weighed * short).sum()), -2 * side * weighed


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
        tuple(top(label) for label in labels), 0.0, (),
    )  # fmt: skip


def top(label: str) -> str:
    """Give the broadest domain above a label, or the label where there is none."""
    return (taxonomy().ancestors(label) or [label])[-1]


def scored(model: Linear, pairs: Sequence[Pair]) -> Scored:
    """Give raw scores, known features and gold places (-1 for a label the model lacks)."""
    found = [model._known(text) for text, _ in pairs]
    scores = np.array([model._scores(*known) for known in found])
    sizes = np.array([len(places) for places, _ in found])
    place = {label: at for at, label in enumerate(model.labels)}
    return scores, sizes, np.array([place.get(label, -1) for _, label in pairs])


def calibrate(model: Linear, slices: Sequence[Sequence[Pair]]) -> Linear:
    """Fit sharpness, then curve, on texts kept aside; every slice counts the same."""
    return calibrated(model, [scored(model, pairs) for pairs in slices if pairs])


def calibrated(model: Linear, parts: Sequence[Scored]) -> Linear:
    """Fit sharpness, then curve, on what `scored` gave for texts kept aside, by this model or its like."""

    def loss(free: Any) -> float:
        total = 0.0
        for scores, sizes, gold in parts:
            soft = _soften(scores, sizes, (free[0], free[1], float(np.clip(free[2], 0.0, 0.3))))
            total -= float(np.log(soft[np.arange(len(gold)), gold][gold >= 0] + 1e-12).mean())
            total += 2 * gap(soft.max(axis=1), soft.argmax(axis=1) == gold)
        return total

    corners = np.array([[1.0, 0.0, 0.05], [0.0, 0.3, 0.05], [1.0, -0.3, 0.05], [1.0, 0.0, 0.15]])
    found = optimize.minimize(
        loss, corners[0], method="Nelder-Mead", options={"maxiter": 150, "initial_simplex": corners}
    )
    a, b, even = (round(float(value), 3) for value in found.x)
    sharpness = (a, b, min(max(even, 0.0), 0.3))
    return replace(model, sharpness=sharpness, curve=curve(parts, sharpness))


def _soften(scores: Any, sizes: Any, sharpness: tuple[float, float, float]) -> Any:
    # As `Linear` does it, for many texts at once.
    a, b, even = sharpness
    raised = scores * (np.exp(a) * np.maximum(sizes, 1) ** b)[:, None]
    soft = np.exp(raised - logsumexp(raised, axis=1, keepdims=True))
    return soft * (1 - even) + even / scores.shape[1]


def curve(
    parts: Sequence[Scored], sharpness: tuple[float, float, float], bins: int = 8
) -> tuple[tuple[float, float], ...]:
    """Give how often the first label is right at rising probabilities, by isotonic regression over bins.

    Zadrozny and Elkan (2002), with `TRUST` texts' worth of trust in the probability as it stands in each bin,
    so that a dozen texts do not decide alone. Every slice counts the same.
    """
    rows = []
    for scores, sizes, gold in parts:
        soft = _soften(scores, sizes, sharpness)
        right = soft.argmax(axis=1) == gold
        rows += [(float(p), bool(hit), 1 / len(gold)) for p, hit in zip(soft.max(axis=1), right, strict=True)]
    # By probability alone: among equals, sorting by what was right would teach the bins the answer.
    rows.sort(key=lambda row: row[0])
    sure, hits, weight = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    weight *= len(rows) / weight.sum()
    groups = np.array_split(np.arange(len(rows)), min(bins, len(rows)))
    means = [float(np.average(sure[group], weights=weight[group])) for group in groups]
    masses = [float(weight[group].sum()) for group in groups]
    shares = [
        (float((weight * hits)[group].sum()) + TRUST * mean) / (mass + TRUST)
        for group, mean, mass in zip(groups, means, masses, strict=True)
    ]
    # A tenth of the way back keeps it rising everywhere, so that a threshold can part any two texts.
    level = 0.9 * optimize.isotonic_regression(shares, weights=masses).x + 0.1 * np.array(means)
    knots = [(0.0, max(level[0] - means[0], 0.0)), *zip(means, level, strict=True)]
    knots.append((1.0, min(level[-1] + 1 - means[-1], 1.0)))
    return tuple((round(float(x), 4), round(float(y), 4)) for x, y in knots)


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
    if model.curve:
        about["curve"] = model.curve
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
