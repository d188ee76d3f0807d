"""The forecast: trained on earlier slices, calibrated on the next, asked about the last.

It promises a score that is the mean of two logits, one of boosted trees and one of a line over ranks, with
the same result for the same seed; and probabilities corrected to the base rate of all candidates, not to
the share of positives among sampled pairs. It refuses to train without both labels.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from silobridge.kg.errors import MissingExtra, NothingFound
from silobridge.queries.hindcast.corpus import Floats, Ints
from silobridge.queries.hindcast.features import Table
from silobridge.queries.hindcast.negatives import Pairs

PLAIN = (
    "PA", "PArecent", "CN", "AA", "RA", "Jaccard", "Salton", "L3", "sumMW", "AMW", "RW2", "RW3", "PPMIcos",
    "svdcos128", "z", "domaincos", "k_u", "k_v", "n_u", "n_v", "growth3_v",
)  # fmt: skip
"""The 21 features of the plain baselines LogReg and GBDT."""

CHOSEN = (
    "AMW", "CNownShare", "Jaccard", "L3", "MWother", "PArecent", "PPMIcos", "PPMIdamped", "RA", "RA3",
    "RAfresh", "RAother", "RAown", "RW2", "RW2counts", "RW2recent", "RW3", "Salton", "breadth_u", "breadth_v",
    "catcos3", "catlift", "catlift3", "domaincos", "growth2_v", "growth3_u", "growth3_v", "k_u", "k_u_into_v",
    "k_v", "k_v_into_u", "knew_u", "knew_u_into_v", "knew_v", "knew_v_into_u", "kshare_v_into_u", "leaning",
    "maxMW", "maxPPMI", "meeting", "meeting3", "n1_v", "n3_u", "n3_v", "n_u", "n_v", "n_v_in_u", "near_u",
    "near_v", "reachcos", "share_u_in_v", "share_v_in_u", "spread_u", "spread_v", "sumMW", "sumMW1", "sumMW3",
    "sumMWdamped", "sumSqrt", "svdcos128", "svdcos32", "svddot128", "svddot32", "svddot323", "words",
)  # fmt: skip
"""The features of the model: what is left of all of them after the redundant ones were dropped."""


ATTRIBUTES = ("catcos3", "catlift", "catlift3", "meeting", "meeting3", "words")
"""The features of the model that a rewired graph leaves as they are, beyond sizes and domains."""

GRAPH = tuple(name for name in CHOSEN if name not in ATTRIBUTES)
"""The features of the model that come from the co-use graph, sizes and domains alone."""


@dataclass(frozen=True)
class Model:
    """Hold the two fitted parts.

    Parameters
    ----------
    names
        Features in order.
    trees, line
        Fitted estimators; ``trees`` is None for a line alone, ``line`` is None for trees alone.
    """

    names: tuple[str, ...]
    trees: Any
    line: Any

    def score(self, table: Table) -> Floats:
        """Give the mean logit of each pair, before correction to the base rate."""
        values = table.array(self.names)
        parts = [part.decision_function(values) for part in (self.trees, self.line) if part is not None]
        return np.asarray(np.mean(parts, axis=0), dtype=np.float64)


def known_names(wanted: tuple[str, ...], parts: list[tuple[Pairs, Table]]) -> tuple[str, ...]:
    """Keep the features that are there and vary: a corpus without finer classes has none over them."""
    first = parts[0][1]
    there = [name for name in wanted if name in first.columns]
    return tuple(name for name in there if max(np.ptp(table[name]) for _, table in parts) > 0)


def thinned(parts: list[tuple[Pairs, Table]], seed: int, share: float = 0.7) -> list[tuple[Pairs, Table]]:
    """Keep every bridge and a random share of the controls, so that seeds differ in more than the trees."""
    draw = np.random.default_rng(seed)
    kept = []
    for pairs, table in parts:
        keep = (pairs.label == 1) | (draw.random(len(pairs.label)) < share)
        kept.append(
            (pairs.where(keep), Table({name: values[keep] for name, values in table.columns.items()}))
        )
    return kept


def fit(
    parts: list[tuple[Pairs, Table]],
    names: tuple[str, ...],
    seed: int,
    kind: str = "both",
    weight: Floats | None = None,
) -> Model:
    """Train on pairs of earlier slices.

    Parameters
    ----------
    parts
        Pairs and features of each slice.
    names
        Features to use; those that are not there are left out.
    seed
        Seed of the trees.
    kind
        ``trees``, ``line`` or ``both``.
    weight
        How many candidates each pair stands for; 1 where left out.

    Raises
    ------
    MissingExtra
        scikit-learn is not installed.
    NothingFound
        The pairs have one label only.
    """
    try:
        from sklearn.ensemble import HistGradientBoostingClassifier
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import QuantileTransformer
    except ImportError as missing:
        raise MissingExtra("scikit-learn", "hindcast") from missing
    names = known_names(names, parts)
    values = np.concatenate([table.array(names) for _, table in parts])
    label = np.concatenate([pairs.label for pairs, _ in parts])
    if len(np.unique(label)) < 2:
        raise NothingFound("the training pairs have one label only", hint="train on a longer horizon")
    trees = line = None
    if kind != "line":
        trees = HistGradientBoostingClassifier(
            max_iter=80, learning_rate=0.1, max_leaf_nodes=8, min_samples_leaf=100, l2_regularization=5.0,
            max_features=0.3, early_stopping=False, random_state=seed,
        ).fit(values, label, sample_weight=weight)  # fmt: skip
    if kind != "trees":
        ranks = QuantileTransformer(
            n_quantiles=min(200, len(label)),
            output_distribution="normal",
            subsample=50_000,
            random_state=seed,
        )
        line = make_pipeline(ranks, LogisticRegression(C=0.003, max_iter=200)).fit(
            values, label, logisticregression__sample_weight=weight
        )
    return Model(names, trees, line)


@dataclass(frozen=True)
class Calibration:
    """Turn scores into probabilities over all candidates.

    Parameters
    ----------
    weights
        Coefficients of the inputs, the intercept last; prior-corrected.
    """

    weights: Floats

    def probability(self, *inputs: Floats) -> Floats:
        """Give the probability of each pair; the inputs are those that were calibrated."""
        return _sigmoid(_design(inputs) @ self.weights)


def calibrate(label: Ints, weight: Floats, *inputs: Floats, rounds: int = 50) -> Calibration:
    """Fit a logistic map by Newton's method with sampling weights (King and Zeng 2001).

    Parameters
    ----------
    label
        1 where the pair linked.
    weight
        How many candidates each sampled pair stands for; this is the correction to the base rate.
    inputs
        Scores; a small ridge keeps the map finite when they separate the labels.
    rounds
        Newton steps at most.
    """
    design = _design(inputs)
    start = np.zeros(design.shape[1])
    base = np.clip((weight * label).sum() / weight.sum(), 1e-12, 1 - 1e-12)
    start[-1] = np.log(base / (1 - base))
    ridge = np.diag([1e-3] * len(inputs) + [0.0])

    def _lost(at: Floats) -> float:
        logits = design @ at
        return float((weight * (np.logaddexp(0.0, logits) - label * logits)).sum() + at @ ridge @ at / 2)

    loss = _lost(start)
    for _ in range(rounds):
        chance = _sigmoid(design @ start)
        slope = design.T @ (weight * (label - chance)) - ridge @ start
        curve = (design * (weight * chance * (1 - chance))[:, None]).T @ design + ridge
        step = np.linalg.solve(curve + 1e-9 * np.eye(len(curve)), slope)
        # Where one pair of ten thousand links, a full Newton step may land where all probabilities are 1.
        while _lost(start + step) > loss and np.abs(step).max() > 1e-9:
            step = step / 2
        start, loss = start + step, min(loss, _lost(start + step))
        if np.abs(step).max() < 1e-9:
            break
    return Calibration(start)


def logit(chance: Floats) -> Floats:
    """Give log-odds, finite at 0 and 1."""
    safe = np.clip(chance, 1e-12, 1 - 1e-12)
    return np.asarray(np.log(safe / (1 - safe)))


def slope(chance: Floats, label: Ints, weight: Floats) -> float:
    """Give the calibration slope: 1 is right, below 1 is too sure."""
    return float(calibrate(label, weight, logit(chance)).weights[0])


def brier(chance: Floats, label: Ints, weight: Floats) -> float:
    """Give the weighted mean squared error of a probability."""
    return float((weight * (chance - label) ** 2).sum() / weight.sum())


def _design(inputs: tuple[Floats, ...]) -> Floats:
    return np.column_stack([*inputs, np.ones(len(inputs[0]))])


def _sigmoid(values: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -40.0, 40.0))))
