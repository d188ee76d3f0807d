"""Tail probabilities, shrunken ratios and false discovery rates, each vectorised.

It promises exact hypergeometric tails where the urn is known, and bounds that pull small counts
towards "nothing special". It refuses randomness: equal input gives equal output.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, gammaincinv, gammaln, pdtrc

Floats = NDArray[np.float64]


def benjamini_hochberg(p: ArrayLike, tests: int | None = None) -> Floats:
    """Return the false discovery rate at which each p-value would be let through.

    Parameters
    ----------
    p
        P-values, in any order.
    tests
        How many tests were made, where it is more than the p-values given; the others count as 1.

    Returns
    -------
    numpy.ndarray
        q-values in the order of `p`. O(n log n). Benjamini and Hochberg 1995.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.02, 0.9]).round(3).tolist()
    [0.03, 0.03, 0.9]
    """
    values = np.asarray(p, np.float64)
    if not len(values):
        return values
    order = np.argsort(values, kind="stable")
    ranked = values[order] * max(tests or 0, len(values)) / np.arange(1, len(values) + 1)
    q = np.empty_like(ranked)
    q[order] = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    return q


def poisson_tail(observed: ArrayLike, mean: ArrayLike) -> Floats:
    """Return P(X ≥ observed) for X ~ Poisson(mean).

    Examples
    --------
    >>> poisson_tail([0, 1, 3], 1.0).round(3).tolist()
    [1.0, 0.632, 0.08]
    """
    counts = np.asarray(observed, np.float64)
    tail = pdtrc(np.maximum(counts - 1, 0), np.asarray(mean, np.float64))
    return np.where(counts <= 0, 1.0, tail)


def hypergeometric_tail(observed: ArrayLike, drawn: ArrayLike, marked: ArrayLike, total: ArrayLike) -> Floats:
    """Return P(X ≥ observed) when `drawn` of `total` balls are taken and `marked` of them are marked.

    The sum starts at the observed count and walks away from the mean, where terms fall geometrically,
    so a million tails cost about as many steps as the slowest of them needs.

    Examples
    --------
    >>> hypergeometric_tail([0, 1, 2], 2, 3, 10).round(4).tolist()
    [1.0, 0.5333, 0.0667]
    """
    k, n, m, t = (a.astype(np.float64).ravel() for a in np.broadcast_arrays(observed, drawn, marked, total))
    upper = k > n * m / np.maximum(t, 1)
    # Below the mean the lower tail is the short one: 1 - P(X ≤ k - 1).
    start = np.where(upper, k, k - 1)
    possible = (start <= np.minimum(n, m)) & (start >= np.maximum(0, n + m - t))
    mass = np.zeros(len(k))
    at = np.flatnonzero(possible)
    mass[at] = np.exp(_log_mass(start[at], n[at], m[at], t[at])) * _walk(
        start[at], n[at], m[at], t[at], np.where(upper[at], 1, -1)
    )
    return np.clip(np.where(upper, mass, 1.0 - mass), 0.0, 1.0)


def _log_mass(x: Floats, n: Floats, m: Floats, t: Floats) -> Floats:
    def choose(a: Floats, b: Floats) -> Floats:
        """Return the log of the binomial coefficient."""
        return np.asarray(gammaln(a + 1) - gammaln(b + 1) - gammaln(a - b + 1), np.float64)

    return choose(m, x) + choose(t - m, n - x) - choose(t, n)


def _walk(x: Floats, n: Floats, m: Floats, t: Floats, step: NDArray[np.int64]) -> Floats:
    """Sum the terms from x outwards, in units of the first."""
    total, term = np.ones(len(x)), np.ones(len(x))
    live = np.arange(len(x))
    x = x.copy()
    while len(live):
        at, up = x[live], step[live] > 0
        rest = t[live] - m[live] - n[live]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(
                up,
                (m[live] - at) * (n[live] - at) / ((at + 1) * (rest + at + 1)),
                at * (rest + at) / ((m[live] - at + 1) * (n[live] - at + 1)),
            )
        term[live] *= np.nan_to_num(np.maximum(ratio, 0.0))
        total[live] += term[live]
        x[live] += step[live]
        live = live[term[live] > 1e-13 * total[live]]
    return total


_SHAPES = (0.25, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0)
_INFORMATIVE = 0.02


def shrinkage(observed: ArrayLike, expected: ArrayLike) -> float:
    """Estimate the shape of the gamma prior (mean 1) that ratios of observed to expected come from.

    The likeliest of a fixed row of shapes, counts being negative binomial given the shape. Give all
    counts, zeros too: a selection of large ones would make every one of them look trustworthy. The shape
    stays below 2: where most concepts are nothing special, the few that are must not be crushed with them.

    Examples
    --------
    >>> shrinkage([1, 0, 2, 1, 0, 1], [1.0] * 6), shrinkage([0, 0, 9, 0, 0, 0], [1.0] * 6)
    (2.0, 0.25)
    """
    k, e = np.asarray(observed, np.float64).ravel(), np.asarray(expected, np.float64).ravel()
    k, e = k[e > _INFORMATIVE], e[e > _INFORMATIVE]
    if not len(k):
        return 1.0

    seen = k > 0
    times, hit = np.bincount(k[seen].astype(np.int64)), (k[seen], e[seen])
    sizes = np.flatnonzero(times)

    def likelihood(shape: float) -> float:
        """Return the log likelihood, but for what does not change."""
        zeros = shape * np.log1p(e / shape).sum() + (hit[0] * np.log(shape + hit[1])).sum()
        return float((times[sizes] * (gammaln(shape + sizes) - gammaln(shape))).sum() - zeros)

    # One peak: climb from the middle.
    at = _SHAPES.index(1.0)
    value = likelihood(_SHAPES[at])
    for step in (1, -1):
        while 0 <= at + step < len(_SHAPES) and (better := likelihood(_SHAPES[at + step])) > value:
            at, value = at + step, better
    return _SHAPES[at]


def credible_lift(
    observed: ArrayLike, expected: ArrayLike, shape: float, level: float = 0.9
) -> tuple[Floats, Floats, Floats]:
    """Return observed ÷ expected shrunken towards 1, and the bounds of its two-sided credible interval.

    Gamma(shape, shape) before, Gamma(shape + observed, shape + expected) after (DuMouchel 1999, one
    component): a count of one hardly moves the lower bound, a hundred counts hardly feel the prior.

    Examples
    --------
    >>> lift, low, high = credible_lift([1, 100], [0.1, 10.0], 1.0)
    >>> lift.round(2).tolist(), low.round(2).tolist(), high.round(2).tolist()
    ([1.82, 9.18], [0.32, 7.73], [4.31, 10.73])
    """
    k, e = np.asarray(observed, np.float64), np.asarray(expected, np.float64)
    tail = (1.0 - level) / 2
    lift = (shape + k) / (shape + e)
    low = gammaincinv(shape + k, tail) / (shape + e)
    high = gammaincinv(shape + k, 1.0 - tail) / (shape + e)
    return np.asarray(lift, np.float64), np.asarray(low, np.float64), np.asarray(high, np.float64)


def negative_binomial_lower(observed: ArrayLike, mean: ArrayLike, spread: float) -> Floats:
    """Return the mid-p of X ≤ observed, for X negative binomial with variance mean + spread · mean².

    Examples
    --------
    >>> negative_binomial_lower([0, 5], [5.0, 5.0], 1e-9).round(3).tolist()
    [0.003, 0.528]
    """
    k, mu = np.asarray(observed, np.float64), np.maximum(np.asarray(mean, np.float64), 1e-12)
    size = 1.0 / max(spread, 1e-6)
    chance = size / (size + mu)
    upto = betainc(size, k + 1, chance)
    below = np.where(k > 0, betainc(size, np.maximum(k, 1), chance), 0.0)
    return np.asarray((upto + below) / 2, np.float64)


def regress_counts(
    counts: ArrayLike, terms: Floats, groups: NDArray[np.int64]
) -> tuple[Floats, float, float]:
    """Fit counts by a negative binomial with log link and one intercept per group.

    Fisher scoring, the likeliest spread taken between the rounds.

    Returns
    -------
    tuple
        Fitted means, the spread (variance = mean + spread · mean²), and the share of the Poisson deviance
        that the terms explain beyond the group's mean.
    """
    y = np.asarray(counts, np.float64)
    names, group = np.unique(groups, return_inverse=True)
    centre = terms.mean(0)
    x = np.column_stack([(group[:, None] == np.arange(len(names))).astype(np.float64), terms - centre])
    start = np.array([max(y[group == g].mean(), 1e-3) for g in range(len(names))])[group]
    eta, spread = np.log(start), 0.0
    for _ in range(_ROUNDS):
        eta = _fit(x, y, eta, spread)
        spread = likeliest_spread(y, np.exp(eta))
    return np.exp(eta), spread, 1.0 - _deviance(y, np.exp(eta)) / max(_deviance(y, start), 1e-12)


_ROUNDS = 6
_STEPS = 50
_GAIN = 1e-9
"""A step that gains a smaller share of the likelihood is the last."""

_POISSON = 1e-9
"""Below this spread, counts are Poisson."""


def likeliest_spread(y: Floats, mu: Floats) -> float:
    """Return the likeliest spread, means held fixed; moments would follow the largest count alone."""
    from scipy.optimize import minimize_scalar

    # Many counts are the same, and most are none.
    values, which = np.unique(y, return_inverse=True)
    seen = np.flatnonzero(y)
    some, means = y[seen], mu[seen]

    def loss(log_spread: float) -> float:
        """Return the negative log likelihood of a spread."""
        size = float(np.exp(-log_spread))
        terms = (gammaln(values + size) - gammaln(size))[which] + size * np.log(size / (size + mu))
        terms[seen] += some * np.log(means / (size + means))
        return -float(terms.sum())

    return float(np.exp(minimize_scalar(loss, bounds=(-7.0, 5.0), method="bounded").x))


def _fit(x: Floats, y: Floats, eta: Floats, spread: float) -> Floats:
    """Fisher scoring with the spread held fixed; a step that loses likelihood is halved."""
    ridge = 1e-6 * np.eye(x.shape[1])
    beta = np.asarray(np.linalg.lstsq(x, eta, rcond=None)[0], np.float64)

    seen = np.flatnonzero(y)
    some = y[seen]
    more = y + 1 / max(spread, _POISSON)

    def likelihood(at: Floats) -> tuple[float, Floats]:
        """Return the log likelihood, but for what does not change, and the means."""
        mu = np.exp(np.clip(x @ at, -30, 30))
        terms = -mu if spread < _POISSON else -(more * np.log1p(spread * mu))
        terms[seen] += some * np.log(mu[seen])
        return float(terms.sum()), mu

    value, mu = likelihood(beta)
    for _ in range(_STEPS):
        below = 1 + spread * mu
        slope = x.T @ ((y - mu) / below)
        step = np.linalg.solve((x.T * (mu / below)) @ x + ridge, slope)
        # The likelihood is concave: no part of this step can gain more than its slope promises.
        if float(step @ slope) < 0.5 * _GAIN * abs(value):
            break
        better, ahead = likelihood(np.asarray(beta + step, np.float64))
        while better < value and float(np.abs(step).max()) > 1e-10:
            step = step / 2
            better, ahead = likelihood(np.asarray(beta + step, np.float64))
        if better - value < _GAIN * abs(value):
            break
        beta, value, mu = np.asarray(beta + step, np.float64), better, ahead
    return np.asarray(np.clip(x @ beta, -30, 30), np.float64)


def _deviance(y: Floats, mu: Floats) -> float:
    ratio = np.where(y > 0, y * np.log(np.maximum(y, 1e-12) / mu), 0.0)
    return float(2 * (ratio - (y - mu)).sum())
