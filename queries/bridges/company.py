"""The company that concepts keep: pairs that meet more often than chance explains, and ties among neighbours.

It promises pairs block by block, so that memory follows the pairs that pass and not the pairs that meet, and counts
in integers, the same for any block size and thread count. It refuses to estimate: every pair that meets is tested,
every triangle is counted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from silobridge.queries.bridges.characteristic import Floats
from silobridge.queries.matrices import Matrices
from silobridge.queries.statistics import benjamini_hochberg, poisson_tail

Integers = NDArray[np.int64]

EDGE_FALSE = 0.01
LONGEST = 250
"""Documents with more concepts are lists, not company: they say of no pair that it belongs together."""

LEAST_USES = 4
"""Rarer concepts are in no pair that is tested: the choice is made before any pair is looked at."""

BLOCK = 1 << 22
"""Multiplications at a time: some 100 MB."""


@dataclass(frozen=True)
class _Chance:
    """What chance gives each pair: by kind of document, how often each concept is used and how crowded it is."""

    kinds: tuple[tuple[Integers, float], ...]

    def expected(self, one: Integers, other: Integers) -> Floats:
        """Return the expected number of documents that use both."""
        return np.asarray(
            np.sum([f[one] * f[other] * crowding for f, crowding in self.kinds], axis=0), np.float64
        )


def validated(matrices: Matrices, live: NDArray[np.bool_]) -> tuple[Any, int]:
    """Return the pairs of concepts that meet more often than chance explains, and the long documents left out.

    Expected: Chung–Lu, f(u)·f(v)·ΣL² ÷ (ΣL)² by kind of document (L its concepts); Poisson tail; q ≤ 1 % over all
    pairs of concepts of at least four documents, met or not. At least two documents must join them.
    O(Σ L² over documents of at most 250 concepts).
    """
    from scipy.sparse import csr_matrix

    length = np.diff(matrices.used.indptr)
    kept = live & (length > 0) & (length <= LONGEST)
    left_out = int((live & (length > LONGEST)).sum())
    width = matrices.used.shape[1]
    chance = _chance(matrices, kept)
    tested = np.flatnonzero(matrices.used[np.flatnonzero(kept)].sum(0) >= LEAST_USES)
    used = matrices.used[np.flatnonzero(kept)][:, tested]
    sizes = np.diff(used.indptr).astype(np.float64)
    meeting = float((sizes * (sizes - 1)).sum() / 2)
    if not meeting:
        return csr_matrix((width, width)), left_out
    tests = len(tested) * (len(tested) - 1) // 2
    # No p above this can have q ≤ 1 %: at most so many pairs meet, and q = p · tests ÷ rank.
    limit = EDGE_FALSE * meeting / tests
    narrow = _Chance(tuple((f[tested], crowding) for f, crowding in chance.kinds))
    parts = [_unlikely(one, other, times, narrow, limit) for one, other, times in _meetings(used)]
    u, v, times, p = (np.concatenate(column) for column in zip(*parts, strict=True))
    sure = (benjamini_hochberg(p, tests) <= EDGE_FALSE) & (times > 1)
    ones = np.ones(int(sure.sum()))
    half = csr_matrix((ones, (tested[u[sure]], tested[v[sure]])), shape=(width, width))
    return (half + half.T).tocsr(), left_out


def _chance(matrices: Matrices, kept: NDArray[np.bool_]) -> _Chance:
    kinds = []
    for kind in np.unique(matrices.kind[kept]):
        part = matrices.used[np.flatnonzero(kept & (matrices.kind == kind))]
        sizes = np.diff(part.indptr).astype(np.float64)
        crowding = float((sizes**2).sum() / max(1.0, sizes.sum() ** 2))
        kinds.append((np.asarray(part.sum(0)).ravel(), crowding))
    return _Chance(tuple(kinds))


def _meetings(used: Any) -> Iterator[tuple[Integers, Integers, Integers]]:
    """Give, block by block, the pairs of columns that meet in a row, the smaller first, and how often."""
    by_column = used.T.tocsr()
    work = by_column @ np.diff(used.indptr).astype(np.int64)
    for first, last in blocks(work):
        met = (by_column[first:last] @ used).tocoo()
        upper = met.row + first < met.col
        yield met.row[upper].astype(np.int64) + first, met.col[upper].astype(np.int64), met.data[upper]


def blocks(work: Integers, most: int = BLOCK) -> Iterator[tuple[int, int]]:
    """Cut rows into runs of about so much work, each at least one row.

    Examples
    --------
    >>> list(blocks(np.array([3, 1, 1, 9, 2]), 4))
    [(0, 2), (2, 3), (3, 4), (4, 5)]
    """
    done, first = np.cumsum(work), 0
    while first < len(work):
        before = done[first - 1] if first else 0
        last = max(first + 1, int(np.searchsorted(done, before + most, side="right")))
        yield first, last
        first = last


def _unlikely(
    one: Integers, other: Integers, times: Integers, chance: _Chance, limit: float
) -> tuple[Integers, Integers, Integers, Floats]:
    """Keep the pairs whose p is at most the limit; one Poisson term tells most of the others without a tail."""
    expected = chance.expected(one, other)
    term = times * np.log(expected) - expected - gammaln(np.arange(times.max(initial=0) + 2) + 1)[times]
    some = np.flatnonzero(term <= np.log(limit) + 1e-6)
    p = poisson_tail(times[some], expected[some])
    low = p <= limit
    return one[some[low]], other[some[low]], times[some[low]], p[low]


def openness(edges: Any, chosen: Integers) -> Floats:
    """Return effective size ÷ neighbours: 1 − 2t/k², t the ties among a concept's k neighbours (Burt 1992).

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> triangle_and_tail = csr_matrix([[0, 1, 1, 1], [1, 0, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0.0]])
    >>> openness(triangle_and_tail, np.array([0, 3])).round(4).tolist()
    [0.7778, 1.0]
    """
    degree = np.diff(edges.indptr)[chosen].astype(np.float64)
    return np.asarray(1.0 - 2.0 * ties(edges, chosen) / np.maximum(degree, 1) ** 2, np.float64)


def ties(edges: Any, chosen: Integers) -> Integers:
    """Count the edges among the neighbours of each chosen node of a graph without loops.

    A few nodes look at their neighbours' neighbours; many are counted together, each triangle from its node of
    fewest neighbours on, which costs O(m^1.5) whatever the hubs. The cheaper of the two is taken.
    """
    from scipy.sparse import csr_matrix

    marks = csr_matrix((np.ones(edges.nnz, np.int32), edges.indices, edges.indptr), shape=edges.shape)
    degree = np.diff(marks.indptr).astype(np.int64)
    # From few neighbours to many, ties by number: no node then has many neighbours above it.
    order = np.lexsort((np.arange(len(degree)), degree))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    row = np.repeat(np.arange(len(degree)), degree)
    above = np.bincount(row, place[row] < place[marks.indices], minlength=len(degree)).astype(np.int64)
    near = marks[chosen]
    direct = near @ degree
    together = int((above * (degree - above)).sum() + (above**2).sum())
    if int(direct.sum()) <= together:
        found = [
            np.asarray(near[a:b].multiply(near[a:b] @ marks).sum(1)).ravel() // 2 for a, b in blocks(direct)
        ]
        return np.concatenate([*found, np.zeros(0, np.int64)]).astype(np.int64)
    upward = place[row] < place[marks.indices]
    ends = place[row[upward]], place[marks.indices[upward]]
    counts = _triangles(csr_matrix((np.ones(len(ends[0]), np.int32), ends), shape=marks.shape))
    return np.asarray(counts[place[chosen]], np.int64)


def _triangles(upward: Any) -> Integers:
    """Count the triangles of each node, edges going from the smaller number to the larger."""
    count = np.zeros(upward.shape[0], np.int64)
    out = np.diff(upward.indptr).astype(np.int64)
    for a, b in blocks(upward @ out):
        closed = upward[a:b].multiply(upward[a:b] @ upward).tocsr()
        count[a:b] += np.asarray(closed.sum(1)).ravel()
        count += np.bincount(closed.indices, closed.data, upward.shape[0]).astype(np.int64)
    downward = upward.T.tocsr()
    for a, b in blocks(downward @ out):
        middle = upward[a:b].multiply(downward[a:b] @ upward)
        count[a:b] += np.asarray(middle.sum(1)).ravel()
    return count
