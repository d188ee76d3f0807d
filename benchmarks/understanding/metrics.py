"""Precision, recall and F1 of spans, with intervals from resampling documents.

It promises micro averages over exact spans, and paired intervals: two systems are compared on the same
resamples. It refuses an interval over spans, which are not independent within a document.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

RESAMPLES = 2000
SEED = 0
Spans = Iterable[tuple[Any, ...]]
Counts = np.ndarray[Any, Any]


class Score(NamedTuple):
    """Micro precision, recall, F1 and the 95 % interval of F1."""

    precision: float
    recall: float
    f1: float
    low: float
    high: float
    gold: int
    found: int


def counts(gold: Sequence[Spans], found: Sequence[Spans]) -> Counts:
    """Count per document what is right, what was found and what is there.

    Examples
    --------
    >>> counts([[(0, 1), (2, 3)]], [[(0, 1), (5, 6), (7, 8)]]).tolist()
    [[1, 3, 2]]
    """
    rows = []
    for true, said in zip(gold, found, strict=True):
        right, claimed = set(true), set(said)
        rows.append((len(right & claimed), len(claimed), len(right)))
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def f1(totals: Counts) -> Counts:
    """Give F1 of rows of (right, found, there); 0 where nothing is found nor there."""
    denominator = totals[..., 1] + totals[..., 2]
    shares: Counts = np.divide(
        2.0 * totals[..., 0], denominator, out=np.zeros(denominator.shape), where=denominator > 0
    )
    return shares


def resampled(rows: Counts, statistic: Callable[[Counts], Counts] = f1, resamples: int = RESAMPLES) -> Counts:
    """Give a statistic of `resamples` resamples of the documents; the same draws for the same size."""
    draws = np.random.default_rng(SEED).integers(0, len(rows), (resamples, len(rows)))
    weights = np.stack([np.bincount(draw, minlength=len(rows)) for draw in draws])
    return statistic(weights @ rows)


def score(rows: Counts) -> Score:
    """Score the counts of documents."""
    right, found, there = (int(value) for value in rows.sum(axis=0))
    low, high = np.quantile(resampled(rows), (0.025, 0.975)) if len(rows) else (0.0, 0.0)
    precision, recall = right / found if found else 0.0, right / there if there else 0.0
    return Score(precision, recall, float(f1(rows.sum(axis=0))), float(low), float(high), there, found)


def gain(better: Counts, baseline: Counts) -> tuple[float, float, float]:
    """Give the difference of F1 and its paired 95 % interval."""
    apart = resampled(better) - resampled(baseline)
    low, high = np.quantile(apart, (0.025, 0.975))
    return float(f1(better.sum(axis=0)) - f1(baseline.sum(axis=0))), float(low), float(high)
