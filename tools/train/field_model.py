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
from silobridge.ingest.classify.linear import Linear, signs
from silobridge.kg.taxonomy import taxonomy

Pair = tuple[str, str]
Bags = list[Counter[str]]
Scored = tuple[Any, Any, Any]
"""For texts kept aside: raw scores; known features, share missed and parts; gold places."""


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
    """Part pairs at random into shares that sum to 1; texts with one title fall into one part."""
    titles = sorted({title(text) for text, _ in pairs})
    random.Random(seed).shuffle(titles)  # noqa: S311 (a split, not a secret)
    part: dict[str, int] = {}
    edges = np.cumsum(shares) * len(titles)
    for place, one in enumerate(titles):
        part[one] = int(np.searchsorted(edges, place, side="right"))
    found: list[list[Pair]] = [[] for _ in shares]
    for text, label in pairs:
        found[min(part[title(text)], len(shares) - 1)].append((text, label))
    return found


def title(text: str) -> str:
    """Give what stands before the first blank line."""
    return text.partition("\n\n")[0]


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


def bm25(pairs: Sequence[Pair], recipe: Recipe) -> Linear:
    """Make each label one long document of its texts, and a feature's weight what BM25 gives it there.

    Robertson and Zaragoza (2009), with k1 = 2 and b = 0.4. For hundreds of labels that are known by the titles
    of their parts alone; pairs of words and families count half, for each says again what its words say.
    """
    k1, b = 2.0, 0.4
    bags = [counts(text, recipe.cut) for text, _ in pairs]
    vocabulary, _ = _vocabulary(bags, recipe)
    labels = sorted({label for _, label in pairs})
    place = {label: at for at, label in enumerate(labels)}
    times = np.zeros((len(vocabulary), len(labels)), dtype=np.float32)
    for parts, (_, label) in zip(bags, pairs, strict=True):
        for bag in parts:
            for feature, count in bag.items():
                if feature in vocabulary:
                    times[vocabulary[feature], place[label]] += count
    length = times.sum(axis=0)
    holders = (times > 0).sum(axis=1, keepdims=True)
    rare = np.log(1 + (len(labels) - holders + 0.5) / (holders + 0.5))
    dense = times * (k1 + 1) / (times + k1 * (1 - b + b * length / length.mean())) * rare
    half = [0.5 if " " in f or f.endswith("~") else 1.0 for f in vocabulary]
    flat = np.ones(len(vocabulary), dtype=np.float32)
    return _pack(recipe, labels, vocabulary, flat, dense * np.array(half)[:, None], np.zeros(len(labels)))


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
    # As `Linear.read` does it, for many texts at once.
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
    """Give raw scores, what was read, and gold places (-1 for a label the model lacks)."""
    reads = [model.read(text) for text, _ in pairs]
    scores = np.array([model.scores(read) for read in reads], dtype=np.float32)
    about = np.array([(len(read.places), read.missed, read.parts) for read in reads], dtype=float)
    place = {label: at for at, label in enumerate(model.labels)}
    return scores, about, np.array([place.get(label, -1) for _, label in pairs])


def calibrate(model: Linear, slices: Sequence[Sequence[Pair]]) -> Linear:
    """Fit sharpness, then trust, on texts kept aside; every slice counts the same."""
    return calibrated(model, [scored(model, pairs) for pairs in slices if pairs])


def calibrated(model: Linear, parts: Sequence[Scored]) -> Linear:
    """Fit sharpness, then trust, on what `scored` gave for texts kept aside, by this model or its like."""

    def loss(free: Any) -> float:
        total = 0.0
        for scores, about, gold in parts:
            soft = _soften(scores, about, (free[0], free[1], float(np.clip(free[2], 0.0, 0.3))))
            total -= float(np.log(soft[np.arange(len(gold)), gold][gold >= 0] + 1e-12).mean())
            total += 2 * gap(soft.max(axis=1), soft.argmax(axis=1) == gold)
        return total

    corners = np.array([[1.0, 0.0, 0.05], [0.0, 0.3, 0.05], [1.0, -0.3, 0.05], [1.0, 0.0, 0.15]])
    found = optimize.minimize(
        loss, corners[0], method="Nelder-Mead", options={"maxiter": 150, "initial_simplex": corners}
    )
    a, b, even = (round(float(value), 3) for value in found.x)
    sharpness = (a, b, min(max(even, 0.0), 0.3))
    return replace(model, sharpness=sharpness, trust=trust(parts, sharpness))


def _soften(scores: Any, about: Any, sharpness: tuple[float, float, float]) -> Any:
    # As `Linear` does it, for many texts at once.
    a, b, even = sharpness
    raised = scores * (np.exp(a) * np.maximum(about[:, 0], 1) ** b)[:, None]
    soft = np.exp(raised - logsumexp(raised, axis=1, keepdims=True))
    return soft * (1 - even) + even / scores.shape[1]


def trust(parts: Sequence[Scored], sharpness: tuple[float, float, float]) -> tuple[float, ...]:
    """Fit how often the first label is right with such `signs`, by logistic regression; slices count the same.

    A penalty of a thousandth keeps signs that never differ out of it.
    """
    rows, hits, weight = [], [], []
    for scores, about, gold in parts:
        soft = _soften(scores, about, sharpness)
        two = np.partition(soft, -2, axis=1)[:, -2:]
        rows.append(signs(two[:, 1], two[:, 0], *about.T))
        hits.append(soft.argmax(axis=1) == gold)
        weight.append(np.full(len(gold), 1 / len(gold) / len(parts)))
    table, right, share = np.vstack(rows), np.concatenate(hits).astype(float), np.concatenate(weight)

    def loss(flat: Any) -> tuple[float, Any]:
        scores = table @ flat
        value = float(
            (share * (np.logaddexp(0, scores) - right * scores)).sum() + 1e-3 * (flat[1:] ** 2).sum()
        )
        slope = table.T @ (share * (1 / (1 + np.exp(-scores)) - right))
        return value, slope + 2e-3 * np.r_[0, flat[1:]]

    found = optimize.minimize(loss, np.zeros(table.shape[1]), jac=True, method="L-BFGS-B")
    return tuple(round(float(value), 3) for value in found.x)


def gap(sure: Any, hits: Any, bins: int = 8) -> float:
    """Give the mean distance of probability and share right, over bins of equally many texts."""
    order = np.argsort(sure, kind="stable")
    return sum(abs(float((sure[part] - hits[part]).sum())) for part in np.array_split(order, bins)) / len(
        sure
    )


def joined(parts: Sequence[Scored]) -> Scored:
    """Put what siblings scored together."""
    scores, about, gold = (np.concatenate(column) for column in zip(*parts, strict=True))
    return scores, about, gold


def probabilities(model: Linear, part: Scored) -> Any:
    """Give every text's calibrated probabilities, as `Linear` does it, for many texts at once."""
    scores, about, _ = part
    soft = _soften(scores, about, model.sharpness)
    two = np.partition(soft, -2, axis=1)[:, -2:]
    said = 1 / (1 + np.exp(-(signs(two[:, 1], two[:, 0], *about.T) @ np.array(model.trust))))
    rest = np.maximum(1 - two[:, 1], 1e-12)
    said = np.minimum(np.maximum(said, two[:, 0] / (rest + two[:, 0]) + 1e-6), 1.0)
    soft *= ((1 - said) / rest)[:, None]
    soft[np.arange(len(soft)), scores.argmax(axis=1)] = said
    return soft


def threshold(model: Linear, slices: Sequence[Scored], precision: float) -> Linear:
    """Set the least probabilities at which every slice kept aside reaches a precision; at least one half."""
    narrow, broad = 0.5, 0.5
    parts = sorted(set(model.broad))
    member = np.array([[part == one for part in parts] for one in model.broad], dtype=float)
    place = np.array([parts.index(part) for part in model.broad])
    for part in slices:
        found, gold = probabilities(model, part), part[2]
        narrow = max(narrow, least(found.max(axis=1), found.argmax(axis=1) == gold, precision))
        sums = found @ member
        right = (sums.argmax(axis=1) == place[gold]) & (gold >= 0)
        broad = max(broad, least(np.minimum(sums.max(axis=1), 1.0), right, precision))
    return replace(model, threshold=round(narrow + 0.0005, 3), broad_threshold=round(broad + 0.0005, 3))


def least(sure: Any, right: Any, precision: float) -> float:
    """Give the least probability from which on the answers are right that often, or 1 where there is none."""
    order = np.argsort(-sure, kind="stable")
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(share >= precision)
    return float(sure[order[int(good[-1])]]) if len(good) else 1.0


def packed(model: Linear) -> bytes:
    """Give the bytes of a model's artefact."""
    about = {
        "name": model.name, "version": model.version, "recipe": model.recipe, "labels": model.labels,
        "sharpness": model.sharpness, "threshold": model.threshold,
        "broad": model.broad, "broad_threshold": model.broad_threshold, "trust": model.trust,
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
