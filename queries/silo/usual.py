"""How many links are usual for pairs of that size and closeness, and which pairs fall short.

It promises an expectation that knows how much each domain links elsewhere, a spread taken from pairs as close, and
a false discovery rate over the pairs that could fall short at all. It refuses to test what no count could show.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silobridge.queries.bridges.characteristic import Floats
from silobridge.queries.silo.pairs import Pairs
from silobridge.queries.statistics import (
    benjamini_hochberg,
    likeliest_spread,
    negative_binomial_lower,
    regress_counts,
)

CLOSE = 75
FALSE = 0.05
FLOOR = 0.01


@dataclass(frozen=True)
class Usual:
    """What is usual, pair by pair: expected links, closeness enough to be a silo, tail and rate of a shortfall.

    `spread` is that of pairs close enough, `testable` how many of them could be told
    at all.
    """

    expected: Floats
    close: NDArray[np.bool_]
    p: Floats
    q: Floats
    spread: float
    explained: float
    testable: int


def usual(pairs: Pairs, observed: NDArray[np.int64], similarity: Floats) -> Usual:
    """Fit the links of all pairs and test the close ones.

    log μ = α(layer pair) + β·(log size A + log size B) + γ·log(closeness + 0.01) + δ·(log links of A elsewhere + log
    links of B elsewhere) + ε·(A and B under one broader domain); negative binomial. The spread of the test is that
    of the closest quarter: pairs far apart scatter for reasons of their own. The rate is Benjamini and Hochberg's
    over the pairs whose smallest possible p could pass (Tarone 1990, Gilbert 2005).
    """
    x = predictors(pairs, observed, similarity)
    expected, _, explained = regress_counts(observed, x, pairs.layers)
    close = similarity >= _percentiles(similarity, pairs.layers)
    spread = likeliest_spread(observed[close].astype(np.float64), expected[close])
    p = negative_binomial_lower(observed, expected, spread)
    least = negative_binomial_lower(np.zeros_like(observed), expected, spread)
    able = close & testable(np.where(close, least, 1.0))
    q = np.ones(len(p))
    q[able] = benjamini_hochberg(p[able])
    return Usual(expected, close, p, q, spread, explained, int(able.sum()))


def predictors(pairs: Pairs, observed: NDArray[np.int64], similarity: Floats) -> Floats:
    """Return what links are predicted from, a row for each pair."""
    a, b = pairs.first, pairs.second
    links = pairs.table(observed.astype(np.float64))
    elsewhere = links.sum(1)
    size = np.log(pairs.size[a]) + np.log(pairs.size[b])
    others = np.log1p(elsewhere[a] - observed) + np.log1p(elsewhere[b] - observed)
    columns = [size, np.log(similarity + FLOOR), others]
    if pairs.kin.any() and not pairs.kin.all():
        columns.append(pairs.kin)
    return np.column_stack(columns)


def testable(least: Floats, false: float = FALSE) -> NDArray[np.bool_]:
    """Mark the tests that could pass at all: those whose smallest p is at most false ÷ (how many of these there are).

    Examples
    --------
    >>> testable(np.array([0.001, 0.02, 0.2, 1.0])).tolist()
    [True, True, False, False]
    """
    for count in range(1, len(least) + 1):
        able = least <= false / count
        if int(able.sum()) <= count:
            return np.asarray(able, bool)
    return np.zeros(len(least), bool)


def _percentiles(similarity: Floats, layers: NDArray[np.int64]) -> Floats:
    limits = np.zeros(len(similarity))
    for kind in np.unique(layers):
        limits[layers == kind] = np.percentile(similarity[layers == kind], CLOSE)
    return limits
