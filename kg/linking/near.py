"""Which rows of one matrix are nearest to the rows of another, by cosine.

It promises a cost near-linear in the rows: only rows around the same centres are compared, and no product is
larger than a block. It refuses to be exact: what stands across every border it looks at is missed.
"""

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
AROUND = 1_000
"""Rows around a centre, about."""
CENTRES = 6
"""A row is compared with the rows around so many centres nearest to it."""
BLOCK = 1_000
SEED = 0


def nearest(asked: Array, held: Array, most: int, least: float) -> tuple[Array, Array, Array]:
    """Give pairs of an asked and a held row, and their cosine: the best few of each asked row.

    O(asked · (held ÷ 1,000 + 6,000)); below 4,000 held rows every pair is compared.

    Parameters
    ----------
    asked, held
        Rows of length one.
    most
        Pairs of one asked row.
    least
        The least cosine.

    Examples
    --------
    >>> rows = np.eye(3, dtype=np.float32)
    >>> [found.tolist() for found in nearest(rows[:1], rows, 2, 0.5)]
    [[0], [0], [1.0]]
    """
    homes, near = _homes(asked, held)
    best = np.full((len(asked), most), -2.0, np.float32)
    which = np.full((len(asked), most), -1, np.int64)
    for centre in range(int(homes.max(initial=-1)) + 1):
        members = np.flatnonzero(homes == centre)
        rows = np.flatnonzero((near == centre).any(axis=1))
        for at in range(0, len(members), BLOCK):
            for first in range(0, len(rows), BLOCK):
                _take(best, which, rows[first : first + BLOCK], members[at : at + BLOCK], asked, held)
    kept = best >= least
    row, place = np.nonzero(kept)
    return row, which[row, place], best[row, place]


def _homes(asked: Array, held: Array) -> tuple[Array, Array]:
    """Give the centre of each held row, and the centres nearest to each asked row."""
    count = -(-len(held) // AROUND)
    if count < 4:
        return np.zeros(len(held), np.int64), np.zeros((len(asked), 1), np.int64)
    centres = held[np.sort(np.random.default_rng(SEED).choice(len(held), count, replace=False))]
    homes = _around(held, centres, 1)[:, 0]
    # One step of Lloyd's towards the middle of what stands around.
    sums = np.zeros_like(centres)
    np.add.at(sums, homes, held)
    centres = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)
    return _around(held, centres, 1)[:, 0], _around(asked, centres, min(CENTRES, count))


def _around(rows: Array, centres: Array, count: int) -> Array:
    found = np.empty((len(rows), count), np.int64)
    for at in range(0, len(rows), BLOCK):
        found[at : at + BLOCK] = np.argsort(-(rows[at : at + BLOCK] @ centres.T), axis=1, kind="stable")[
            :, :count
        ]
    return found


def _take(best: Array, which: Array, rows: Array, members: Array, asked: Array, held: Array) -> None:
    """Let the members take the places of worse ones, ties to the smaller row."""
    scores = asked[rows] @ held[members].T
    count = min(best.shape[1], len(members))
    top = np.argpartition(-scores, count - 1, axis=1)[:, :count]
    found = np.concatenate([best[rows], np.take_along_axis(scores, top, axis=1)], axis=1)
    names = np.concatenate([which[rows], members[top]], axis=1)
    order = np.lexsort((names, -found))[:, : best.shape[1]]
    best[rows] = np.take_along_axis(found, order, axis=1)
    which[rows] = np.take_along_axis(names, order, axis=1)
