"""Counting chains of documents in order of time, for many concepts at once.

It promises exact counts by one pass over the years: O(concepts × years) a leg. It refuses chains within
one year: what has no order is no step.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEVELS = ("open", "half", "closed", "spiralling")
"""Science → patent; → industry; → science again; and round a second time."""

LEGS = ((0, 1), (1, 2), (2, 0))
"""Layers a leg leads from and to."""


def before(series: Floats, lag: int) -> Floats:
    """Sum, for each year, what the `lag` years before it hold.

    Examples
    --------
    >>> before(np.array([[1.0, 2.0, 4.0, 8.0]]), 2).tolist()
    [[0.0, 1.0, 3.0, 6.0]]
    """
    total = np.concatenate([np.zeros((*series.shape[:-1], 1)), np.cumsum(series, -1)], -1)
    year = np.arange(series.shape[-1])
    return np.asarray(total[..., year] - total[..., np.maximum(year - lag, 0)], np.float64)


@dataclass(frozen=True)
class Chains:
    """For each row of a table of uses: chains by level, and ordered pairs by leg; both last axes."""

    levels: Floats
    pairs: Floats


def chains(counts: Floats, lag: int) -> Chains:
    """Count the chains S→P, S→P→I, S→P→I→S and S→P→I→S→P→I→S, and the ordered pairs of each leg.

    Parameters
    ----------
    counts
        Documents by anything, layer and year (the last two axes).
    lag
        A step takes at least one and at most so many years.

    Examples
    --------
    >>> counts = np.zeros((1, 3, 6))
    >>> counts[0, 0, [0, 3]], counts[0, 1, 1], counts[0, 2, 2] = 1, 1, 1
    >>> chains(counts, 10).levels.tolist(), chains(counts, 10).pairs.tolist()
    ([[1.0, 1.0, 1.0, 0.0]], [[1.0, 1.0, 1.0]])
    """
    walk, levels = counts[..., 0, :], []
    for step, layer in enumerate((1, 2, 0, 1, 2, 0), 1):
        walk = counts[..., layer, :] * before(walk, lag)
        if step in (1, 2, 3, 6):
            levels.append(walk.sum(-1))
    pairs = [(counts[..., b, :] * before(counts[..., a, :], lag)).sum(-1) for a, b in LEGS]
    return Chains(np.stack(levels, -1), np.stack(pairs, -1))


def closure(counts: Floats, lag: int) -> tuple[Floats, Floats]:
    """Say which share of the chains S→P→I a paper follows in time, and which share was not watched long enough.

    The second is the share of chains no paper follows yet, but whose `lag` years are not over at the end of the
    record: they may still close. Both are 0 where there is no chain.
    """
    forward = counts[..., 2, :] * before(counts[..., 1, :] * before(counts[..., 0, :], lag), lag)
    papers = counts[..., 0, :]
    after = before(papers[..., ::-1], lag)[..., ::-1] > 0
    young = np.arange(counts.shape[-1]) > counts.shape[-1] - 1 - lag
    total = np.maximum(forward.sum(-1), 1e-300)
    closed = (forward * after).sum(-1) / total
    waiting = (forward * (~after & young)).sum(-1) / total
    return np.asarray(closed, np.float64), np.asarray(waiting, np.float64)


def longest(counts: Floats, lag: int) -> NDArray[np.int64]:
    """Return how many steps the longest chain takes that starts in science; three steps are one turn.

    Examples
    --------
    >>> counts = np.zeros((1, 3, 6))
    >>> counts[0, 0, [0, 3]], counts[0, 1, [1, 4]], counts[0, 2, 2] = 1, 1, 1
    >>> longest(counts, 2).tolist()
    [4]
    """
    present = counts > 0
    steps = np.full(counts.shape, -1, np.int64)
    for year in range(counts.shape[-1]):
        past = steps[..., max(0, year - lag) : year]
        best = past.max(-1) if year else np.full(counts.shape[:-1], -1)
        came = np.stack([np.maximum(best[..., 2] + 1, 0), best[..., 0] + 1, best[..., 1] + 1], -1)
        from_any = np.stack([np.ones_like(came[..., 0], bool), best[..., 0] >= 0, best[..., 1] >= 0], -1)
        steps[..., year] = np.where(present[..., year] & from_any, came, -1)
    return np.asarray(np.maximum(steps.max((-1, -2)), 0), np.int64)
