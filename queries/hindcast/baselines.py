"""Every score that a forecast must be printed beside.

It promises the whole list each time, strongest reputation last. It refuses a table with a model in it and
a baseline left out.
"""

import numpy as np

from silobridge.queries.hindcast.corpus import Floats, Ints
from silobridge.queries.hindcast.features import Table
from silobridge.queries.hindcast.model import PLAIN, Calibration, calibrate, fit, logit
from silobridge.queries.hindcast.negatives import Pairs
from silobridge.queries.hindcast.slices import Slice

SCORES = {
    "PA": "PA",
    "PA recent": "PArecent",
    "CN": "CN",
    "AA": "AA",
    "RA": "RA",
    "Jaccard": "Jaccard",
    "Salton": "Salton",
    "L3": "L3",
    "sumMW": "sumMW",
    "AMW": "AMW",
    "RW2": "RW2",
    "RW3": "RW3",
    "PPMI cosine": "PPMIcos",
    "SVD cosine": "svdcos128",
}
"""Baselines that are one feature each."""

NAMES = ("random", "edge prior", *SCORES, "LogReg", "GBDT")
"""All baselines of a table."""


class EdgePrior:
    """Give the chance of a new bridge from the two degrees and the pair of domains alone.

    After Zietz et al. (2024). The chance per pair of domains is shrunk to the overall one, as counts of a
    gamma prior; degrees enter as a logistic map. Learned on an earlier slice.

    Parameters
    ----------
    slice_
        The earlier slice.
    sampled
        Uniform pairs of that slice with their labels.
    weight
        Candidates for which each pair stands.
    """

    def __init__(self, slice_: Slice, sampled: Pairs, weight: Floats) -> None:
        domains = slice_.profile.shape[1]
        place = self._block(slice_, sampled.source, sampled.target)
        hits = np.bincount(place, weights=weight * sampled.label, minlength=domains**2)
        size = np.bincount(place, weights=weight, minlength=domains**2)
        base = hits.sum() / size.sum()
        self.rate = (hits + 5.0) / (size + 5.0 / base)
        self.map: Calibration = calibrate(
            sampled.label, weight, *self._inputs(slice_, sampled.source, sampled.target)
        )

    def __call__(self, slice_: Slice, source: Ints, target: Ints) -> Floats:
        """Give the chance of each pair."""
        return self.map.probability(*self._inputs(slice_, source, target))

    def _inputs(self, slice_: Slice, source: Ints, target: Ints) -> tuple[Floats, Floats]:
        degree = np.log1p(slice_.graph.degree)
        centred = degree - degree[slice_.eligible()].mean()
        return centred[source] + centred[target], logit(self.rate[self._block(slice_, source, target)])

    def _block(self, slice_: Slice, source: Ints, target: Ints) -> Ints:
        low, high = (
            np.minimum(slice_.home[source], slice_.home[target]),
            np.maximum(slice_.home[source], slice_.home[target]),
        )
        return np.asarray(low * slice_.profile.shape[1] + high)


def simple(table: Table, prior: Floats, seed: int) -> dict[str, Floats]:
    """Give the baselines that need no training on pairs.

    Parameters
    ----------
    table
        Features of the pairs.
    prior
        Edge prior of the pairs.
    seed
        Seed of the random score.
    """
    scores = {"random": np.random.default_rng(seed).random(len(prior)), "edge prior": prior}
    return scores | {name: table[feature] for name, feature in SCORES.items()}


def learned(parts: list[tuple[Pairs, Table]], table: Table, seed: int) -> dict[str, Floats]:
    """Give the two plain learned baselines, on the 21 features that everybody uses."""
    return {
        "LogReg": fit(parts, PLAIN, seed, "line").score(table),
        "GBDT": fit(parts, PLAIN, seed, "trees").score(table),
    }
