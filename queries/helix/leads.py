"""Whether one layer's use of concepts goes ahead of another's, over all concepts together.

It promises year and concept effects, so that common growth causes nothing, and a null that turns each
concept's dates round. It refuses one concept at a time: twenty years are too few for that.
"""

from dataclasses import dataclass, replace

import numpy as np

from silobridge.kg.errors import NothingFound
from silobridge.queries.helix.uses import LAYERS, Floats, uses
from silobridge.queries.matrices import Matrices
from silobridge.queries.statistics import benjamini_hochberg

PAIRS = ((0, 1), (1, 2), (2, 0), (1, 0), (2, 1), (0, 2))
"""The three legs of the round, then the same against it."""

LAGS = 3
LEAST = 20


@dataclass(frozen=True, slots=True)
class Lead:
    """How much a layer's past use of a concept adds to another's, beyond that layer's own past.

    `effect` sums the coefficients of the source's log(1 + uses) of the last three years; `expected`, `least` and
    `most` are the mean and the 2.5 % and 97.5 % points when dates are turned round; `p` is two-sided.
    """

    source: str
    target: str
    concepts: int
    effect: float
    expected: float
    least: float
    most: float
    p: float
    q: float


def leads(matrices: Matrices, minimum: int = 3, shifts: int = 200) -> tuple[Lead, ...]:
    """Measure each leg both ways: log(1 + y) on three years of its own and of the other's past.

    Least squares with concept and year effects (both means taken off), in place of a negative binomial panel: the
    turned dates carry the same bias, and what counts is the distance to them. Legs with fewer than twenty
    concepts are left out.

    Raises
    ------
    NothingFound
        If there is no order in time, or fewer than eight years.
    """
    laid = uses(matrices, 0)
    if laid.years < 2 * LAGS + 2:
        raise NothingFound(
            f"{laid.years} years are covered",
            where=f"{laid.first} to {laid.first + laid.years - 1}",
            expected=f"at least {2 * LAGS + 2} years",
            hint="a lead needs a past to learn from: read older documents in",
        )
    told: list[Lead] = []
    for a, b in PAIRS:
        chosen = np.flatnonzero((laid.documents[[a, b]] >= minimum).all(0))
        if len(chosen) < LEAST:
            continue
        found = [_effect(np.log1p(laid.counts(chosen, [shift])[0]), a, b) for shift in range(shifts + 1)]
        usual = np.array(found[1:])
        above = (1 + (usual >= found[0]).sum()) / (shifts + 1)
        below = (1 + (usual <= found[0]).sum()) / (shifts + 1)
        least, most = np.percentile(usual, [2.5, 97.5])
        p = float(min(1.0, 2 * min(above, below)))
        told.append(
            Lead(
                LAYERS[a], LAYERS[b], len(chosen), found[0], float(usual.mean()), float(least), float(most), p, p
            )
        )  # fmt: skip
    q = benjamini_hochberg([one.p for one in told])
    return tuple(replace(one, q=float(rate)) for one, rate in zip(told, q, strict=True))


def _effect(series: Floats, a: int, b: int) -> float:
    """Sum the coefficients of the past of layer a for layer b."""
    years = series.shape[-1]
    past = [series[:, layer, LAGS - k : years - k] for layer in (b, a) for k in range(1, LAGS + 1)]
    x = np.stack([_centred(one).ravel() for one in past], 1)
    y = _centred(series[:, b, LAGS:]).ravel()
    return float(np.linalg.lstsq(x, y, rcond=None)[0][LAGS:].sum())


def _centred(table: Floats) -> Floats:
    """Take concept and year means off."""
    both = table - table.mean(1, keepdims=True) - table.mean(0, keepdims=True) + table.mean()
    return np.asarray(both, np.float64)
