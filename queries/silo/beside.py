"""What is told beside a silo: how sure, by direction, year by year, and what would open it.

It promises intervals from resampled documents, a yearly series with its changes, and for each concept pair that
could meet the shortfall that would be left. It refuses to call that a forecast: it counts what one link could add.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silobridge.queries.bridges.characteristic import Floats
from silobridge.queries.bridges.record import Term
from silobridge.queries.bridges.sides import term
from silobridge.queries.matrices import Matrices
from silobridge.queries.silo.pairs import Pairs, Relation, directed, reached
from silobridge.queries.silo.usual import FLOOR, predictors
from silobridge.queries.statistics import regress_counts
from silobridge.queries.trends import changes

RESAMPLES = 40


@dataclass(frozen=True, slots=True)
class Way:
    """One direction: links from one domain to the other, and how many are usual."""

    observed: int
    expected: float


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two concepts that could meet: links that would be there if the documents of either took up the other.

    `added` counts documents that use one of them and do not link the domains yet; `left` is the shortfall (shrunken
    log of expected ÷ observed) with them.
    """

    source: Term
    target: Term
    added: int
    left: float


@dataclass(frozen=True, slots=True)
class YearOfLinks:
    """One year: links observed, and the share of the expected that the year's documents would bear."""

    year: int
    observed: int
    expected: float


def resampled(
    matrices: Matrices, pairs: Pairs, relation: Relation, similarity: Floats, chosen: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Return 90 % bounds of observed ÷ expected for chosen pairs, documents resampled (Poisson weights, seeded).

    Closeness is held; links, sizes and the fit are those of each resample. O(resamples · links).
    """
    ratios = np.zeros((RESAMPLES, len(chosen)))
    reach = reached(matrices, pairs, relation)
    for at in range(RESAMPLES):
        weight = np.random.default_rng([7, at]).poisson(1.0, len(pairs.live)).astype(np.float64)
        counts = undirected(directed(pairs, reach, weight), pairs, relation)
        expected, _, _ = regress_counts(counts, predictors(pairs, counts, similarity), pairs.layers)
        ratios[at] = (counts[chosen] + 0.5) / (expected[chosen] + 0.5)
    low, high = np.quantile(ratios, (0.05, 0.95), axis=0)
    return np.asarray(low, np.float64), np.asarray(high, np.float64)


def undirected(flow: Floats, pairs: Pairs, relation: Relation) -> NDArray[np.int64]:
    """Count the links of each pair, both directions together."""
    both = flow if relation == "documents" else flow + flow.T
    return np.asarray(both[pairs.first, pairs.second].round(), np.int64)


def ways(flow: Floats, pairs: Pairs, similarity: Floats) -> tuple[Floats, Floats]:
    """Return the links usual in each direction: from the first of a pair to the second, and back.

    log μ = α(layers) + β₁·log size of who links + β₂·log size of what is linked + γ·log(closeness + 0.01).
    """
    a, b = np.concatenate([pairs.first, pairs.second]), np.concatenate([pairs.second, pairs.first])
    x = np.column_stack(
        [np.log(pairs.size[a]), np.log(pairs.size[b]), np.log(np.tile(similarity, 2) + FLOOR)]
    )
    expected, _, _ = regress_counts(flow[a, b].round().astype(np.int64), x, np.tile(pairs.layers, 2))
    half = len(pairs.first)
    return expected[:half], expected[half:]


def series(
    matrices: Matrices, pairs: Pairs, relation: Relation, pair: int, expected: float
) -> tuple[tuple[YearOfLinks, ...], tuple[tuple[int, float, float], ...]]:
    """Return the links of a pair year by year, and the years at which their share changes, before and after."""
    year = matrices.year[pairs.live].astype(np.int64)
    a, b = int(pairs.first[pair]), int(pairs.second[pair])
    here = np.asarray(pairs.member[:, [a, b]].sum(1)).ravel() > 0
    years = np.unique(year[(year > 0) & here])
    if not len(years):
        return (), ()
    written = np.bincount(year[here], minlength=int(years[-1]) + 1)[years]
    linked = _between(matrices, pairs, relation, (a, b))
    seen = [round(n) for n in np.bincount(year, linked, minlength=int(years[-1]) + 1)[years].tolist()]
    share = expected * written / max(1, int(here.sum()))
    told = tuple(
        YearOfLinks(int(y), n, float(e)) for y, n, e in zip(years, seen, share, strict=True)
    )  # fmt: skip
    found = changes(np.array(seen), written)
    return told, tuple((int(years[at]), before, after) for at, before, after, _ in found)


def _between(matrices: Matrices, pairs: Pairs, relation: Relation, ends: tuple[int, int]) -> Floats:
    """Count the links between two domains alone, by the live document that makes them."""
    from dataclasses import replace

    only = replace(
        pairs, columns=pairs.columns[list(ends)], member=pairs.member[:, list(ends)],
        first=np.array([0]), second=np.array([1]), layers=np.zeros(1, np.int64), kin=np.zeros(1),
    )  # fmt: skip
    member, reach = (
        np.asarray(table.toarray(), np.float64) for table in (only.member, reached(matrices, only, relation))
    )
    there = member[:, 0] * reach[:, 1]
    return there if relation == "documents" else there + member[:, 1] * reach[:, 0]


def _using(matrices: Matrices, pairs: Pairs, concept: int) -> NDArray[np.bool_]:
    """Mark the live documents that use a concept."""
    using = np.zeros(len(matrices.year), bool)
    using[matrices.rows_using(concept)] = True
    return using[pairs.live]


def meetings(
    matrices: Matrices,
    pairs: Pairs,
    pair: int,
    numbers: tuple[int, float, float],
    nearest: list[tuple[int, int]],
) -> tuple[Meeting, ...]:
    """Say for concept pairs what their meeting would add, the one that opens most first.

    Parameters
    ----------
    numbers
        Observed and expected links of the pair, and what a count of them is shrunken by.
    nearest
        Concept columns, of the first and of the second domain.
    """
    observed, expected, shrink = numbers
    a, b = (pairs.member[:, int(side[pair])].toarray().ravel() > 0 for side in (pairs.first, pairs.second))
    linked = a & b
    told = []
    for u, v in nearest:
        with_u, with_v = (_using(matrices, pairs, c) for c in (u, v))
        added = int((a & ~linked & with_u & ~with_v).sum() + (b & ~linked & with_v & ~with_u).sum())
        left = float(np.log((expected + shrink) / (observed + added + shrink)))
        told.append(Meeting(term(matrices, u), term(matrices, v), added, left))
    return tuple(sorted(told, key=lambda one: (one.left, one.source.form, one.target.form)))
