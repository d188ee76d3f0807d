"""Common company against chance: what concepts' degrees into every domain explain, and what rewired graphs show.

It promises a null in which every concept keeps its number of neighbours in every domain, in closed form for each
pair and as whole rewired graphs for the false discovery rate. It refuses a rate from the closed form alone:
common intermediates are not independent, and only the rewired graphs know it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from silobridge.kg.errors import NothingFound
from silobridge.queries.bridges.characteristic import Floats
from silobridge.queries.bridges.predicted import Pairs, joining
from silobridge.queries.hindcast.rewire import swap_ends
from silobridge.queries.matrices import Matrices
from silobridge.queries.statistics import poisson_tail

GRAPHS = 3
ROUNDS = 8
"""Batches of swaps: after eight, about four edges in five stand elsewhere."""

OFTEN = (4, 2, 1)
"""An intermediate counts when so many documents join it to an end: a few close companions, or many loose ones."""


@dataclass(frozen=True)
class Against:
    """Of each pair: common intermediates expected, the tail of as many, and the rate at which chance does it."""

    usual: Floats
    p: Floats
    q: Floats


def against_rewired(
    matrices: Matrices, pairs: Pairs, tested: NDArray[np.bool_], graphs: int = GRAPHS
) -> Against:
    """Test pairs for common intermediates beyond what their degrees into every domain explain.

    p is the smallest, times three, of three Poisson tails around the closed form: of intermediates met at all, in two
    documents or more, in four or more. q at a p is the share of the pairs of rewired graphs with a p as small, times
    the open pairs, over the open pairs with a p as small in the graph itself; a smaller p never has a larger q. Pairs
    that are not tested have q = 1. O(graphs · rounds · edges log edges).
    """
    home = middle_homes(matrices)
    domains = int(home.max(initial=0)) + 1
    halves, home = _narrow(joining(matrices, pairs), home)
    usual, p = _tail(halves, home, domains)
    q = np.ones_like(p)
    if not tested.any():
        return Against(usual, p, q)
    real, null = np.sort(p[tested]), []
    for seed in range(graphs):
        null.append(_tail(_rewired(halves, home, seed), home, domains)[1].ravel())
    rivals = np.sort(np.concatenate(null))
    by_chance = (1 + np.searchsorted(rivals, real, side="right")) / (1 + len(rivals))
    rate = np.minimum(by_chance * int(pairs.open.sum()) / np.searchsorted(real, real, side="right"), 1.0)
    rate = np.minimum.accumulate(rate[::-1])[::-1]
    q[tested] = rate[np.searchsorted(real, p[tested])]
    return Against(usual, p, q)


def expected_common(a: Any, b: Any, home: NDArray[np.int64], domains: int | None = None) -> Floats:
    """Return, for each row of `a` and of `b`, the common neighbours their degrees into every domain explain.

    Σ over domains D of k_u(D)·k_v(D)·Σ_{b in D} c_b·d_b ÷ (C_D·D_D): k the ends' degrees into D, c and d the
    degrees of its concepts towards either side, C and D their sums. `domains` is how many there are, where the
    largest number need not be among `home`.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> a, b = csr_matrix([[1, 1, 0, 0]]), csr_matrix([[1, 0, 1, 0], [0, 1, 0, 1]])
    >>> expected_common(a, b, np.array([0, 0, 1, 1])).tolist()
    [[1.0, 1.0]]
    """
    from scipy.sparse import csr_matrix

    domains = domains or int(home.max(initial=0)) + 1
    where = csr_matrix((np.ones(len(home)), (np.arange(len(home)), home)), shape=(len(home), domains))
    c, d = (np.asarray(half.sum(0), np.float64).ravel() for half in (a, b))
    left, right = (np.asarray((half @ where).toarray(), np.float64) for half in (a, b))
    both = np.bincount(home, c * d, minlength=domains) / np.maximum(left.sum(0) * right.sum(0), 1e-12)
    return np.asarray((left * both) @ right.T, np.float64)


def middle_homes(matrices: Matrices) -> NDArray[np.int64]:
    """Give each concept the number of its home among fields, patent classes and divisions; 0 for none."""
    from silobridge.queries.bridges.nodes import LEVELS, homes

    def found() -> NDArray[np.int64]:
        """Find the homes once for the whole graph."""
        try:
            _, home = homes(matrices, np.ones(len(matrices.year), bool), LEVELS)
        except NothingFound:
            # No document stands in a domain of these levels: then the middles are of one domain.
            return np.zeros(matrices.used.shape[1], np.int64)
        return np.asarray(home + 1, np.int64)

    return matrices.once("middle homes", found)


def _narrow(halves: tuple[Any, Any], home: NDArray[np.int64]) -> tuple[tuple[Any, Any], NDArray[np.int64]]:
    """Keep only the columns that either half holds something in, and their homes."""
    from scipy.sparse import csr_matrix

    held = np.zeros(len(home), bool)
    for half in halves:
        held[half.indices] = True
    number = np.cumsum(held) - 1
    kept = np.flatnonzero(held)
    a, b = (
        csr_matrix((half.data, number[half.indices], half.indptr), shape=(half.shape[0], len(kept)))
        for half in halves
    )
    return (a, b), home[kept]


def _common(a: Any, b: Any) -> NDArray[np.int64]:
    return np.asarray((a @ b.T).toarray(), np.int64)


def _met(half: Any, least: int = 1) -> Any:
    return (half >= least).astype(np.int32) if least > 1 else (half > 0).astype(np.int32)


def _tail(halves: tuple[Any, Any], home: NDArray[np.int64], domains: int) -> tuple[Floats, Floats]:
    """Return the common intermediates expected, and the smallest of the tails times their number."""
    tails = []
    for least in OFTEN:
        a, b = (_met(half, least) for half in halves)
        usual = expected_common(a, b, home, domains)
        tails.append(poisson_tail(_common(a, b), usual))
    return usual, np.minimum(len(OFTEN) * np.minimum.reduce(tails), 1.0)


def _rewired(halves: tuple[Any, Any], home: NDArray[np.int64], seed: int) -> tuple[Any, Any]:
    """Swap the ends of edges inside each pair of domains; return the two halves' counts again.

    The edges stand in the order of their ends and middles, so that a seed gives the same graphs whatever was left
    out as unused.
    """
    from scipy.sparse import csr_matrix

    lefts, rights = (half.shape[0] for half in halves)
    indptr = np.concatenate([halves[0].indptr, halves[0].nnz + halves[1].indptr[1:]]).astype(np.int64)
    first = np.repeat(np.arange(lefts + rights), np.diff(indptr))
    second = np.concatenate([half.indices for half in halves]).astype(np.int64) + lefts + rights
    counts = np.concatenate([half.data for half in halves])
    sort = np.concatenate([np.zeros(lefts, np.int64), np.ones(rights, np.int64), 2 + home])
    # Ends have the smaller numbers of sort, so each edge keeps its end and its place.
    _, middles = swap_ends(first, second, sort, seed, ROUNDS)
    shape = (lefts + rights, len(home))
    table = csr_matrix((counts, middles - lefts - rights, indptr), shape=shape)
    return table[:lefts], table[lefts:]
