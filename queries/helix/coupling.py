"""Coupling-coordination degree of a concept's layers, in both published forms: a description, no test.

It promises both forms side by side with an interval, because the older one lies near 1 for almost anything.
It refuses to be evidence of a loop: it compares levels scaled to their own smallest and largest year, and
knows neither order nor cause.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from silobridge.kg.errors import NothingFound
from silobridge.queries.helix.uses import LAYERS, Floats, layer_of, uses
from silobridge.queries.matrices import Matrices

RESAMPLES = 200
LEAST_YEARS = 3

GRADES = (
    "extreme imbalance", "serious imbalance", "moderate imbalance", "slight imbalance", "near imbalance",
    "barely coordinated", "primary coordination", "intermediate coordination", "good coordination",
    "excellent coordination",
)  # fmt: skip
"""The ten usual grades, each a tenth of D wide."""


@dataclass(frozen=True, slots=True)
class Degree:
    """Coupling C and coordination D = √(C·T), by the original and by the 2021 form."""

    coupling: Floats
    coordination: Floats
    coupling_2021: Floats
    coordination_2021: Floats


@dataclass(frozen=True, slots=True)
class Year:
    """One year's levels by layer, both degrees, the grade of the 2021 one, and its 90 % interval."""

    year: int
    levels: tuple[float, ...]
    coordination: float
    coordination_2021: float
    low: float
    high: float
    grade: str


@dataclass(frozen=True, slots=True)
class Coupling:
    """A description of how evenly a concept's layers stand, year by year; no evidence of a loop."""

    layers: tuple[str, ...]
    years: tuple[Year, ...]
    label: str = "descriptive: compares scaled levels, says nothing of order, influence or cause"


def degree(levels: ArrayLike) -> Degree:
    """Return the coupling-coordination degree of n levels between 0 and 1 (the first axis).

    Original: C = [ΠU ÷ (ΣU/n)ⁿ]^(1/n). 2021 form (Wang, Kong, Ren, Zhang, Dai): C = √{[1 − Σ|Uᵢ−Uⱼ| ÷ n(n−1)/2] ·
    (Π Uᵢ/max U)^(1/(n−1))}. D = √(C·T) with T the mean level. All 0 where every level is 0.

    Examples
    --------
    >>> two = degree([0.4, 0.8])
    >>> [round(float(x), 4) for x in (two.coupling, two.coordination, two.coupling_2021, two.coordination_2021)]
    [0.9428, 0.7521, 0.5477, 0.5733]
    """
    u = np.asarray(levels, np.float64)
    n = u.shape[0]
    mean, largest = u.mean(0), u.max(0)
    shape = np.maximum(largest, 1e-300)
    original = np.prod(u / np.maximum(mean, 1e-300), 0) ** (1 / n)
    apart = sum(np.abs(u[i] - u[j]) for i in range(n) for j in range(i))
    balance = np.maximum(1 - apart / (n * (n - 1) / 2), 0)
    modified = np.sqrt(balance * np.prod(u / shape, 0) ** (1 / (n - 1)))
    return Degree(original, np.sqrt(original * mean), modified, np.sqrt(modified * mean))


def coupling(matrices: Matrices, concept: int) -> Coupling:
    """Describe a concept's layers year by year; a level is the share of a layer's documents that use it.

    Levels are scaled to the smallest and largest of the years in which every layer has documents. The interval
    draws each year's uses anew (Poisson).

    Raises
    ------
    NothingFound
        If fewer than two layers use the concept, or fewer than three years are covered by all of them.
    """
    laid = uses(matrices, 1, only=concept)
    counts = laid.counts(np.zeros(1, np.int64))[0, 0]
    layer, year = layer_of(matrices), matrices.year.astype(np.int64)
    dated = (layer >= 0) & (year > 0) & (year >= laid.first) & (year < laid.first + laid.years)
    flat = layer[dated] * laid.years + year[dated] - laid.first
    output = np.bincount(flat, minlength=3 * laid.years).reshape(3, laid.years)
    using = np.flatnonzero(counts.any(1))
    covered = np.flatnonzero((output[using] > 0).all(0))
    if len(using) < 2 or len(covered) < LEAST_YEARS:
        raise NothingFound(
            f"{len(using)} layers use it, {len(covered)} years are covered by all of them",
            where=matrices.label[concept],
            expected=f"two layers and {LEAST_YEARS} years",
            hint="a degree of coupling compares levels over time: read more documents in",
        )
    seen, total = counts[using][:, covered], output[using][:, covered]
    rng = np.random.default_rng(int(laid.turn[0] * 2**32))
    drawn = degree(np.moveaxis(_scaled(rng.poisson(seen, (RESAMPLES, *seen.shape)) / total), 1, 0))
    low, high = np.percentile(drawn.coordination_2021, [5, 95], axis=0)
    levels = _scaled(seen / total)
    found = degree(levels)
    told = tuple(
        Year(
            laid.first + int(at), tuple(float(u) for u in levels[:, k]), float(found.coordination[k]),
            float(found.coordination_2021[k]), float(min(low[k], found.coordination_2021[k])),
            float(max(high[k], found.coordination_2021[k])), grade(float(found.coordination_2021[k])),
        )
        for k, at in enumerate(covered)
    )  # fmt: skip
    return Coupling(tuple(LAYERS[int(k)] for k in using), told)


def _scaled(levels: Floats) -> Floats:
    low, high = levels.min(-1, keepdims=True), levels.max(-1, keepdims=True)
    return np.asarray((levels - low) / np.where(high > low, high - low, 1.0), np.float64)


def grade(coordination: float) -> str:
    """Name a degree of coordination by its tenth.

    Examples
    --------
    >>> grade(0.05), grade(0.573), grade(1.0)
    ('extreme imbalance', 'barely coordinated', 'excellent coordination')
    """
    return GRADES[min(int(coordination * 10), 9)]
