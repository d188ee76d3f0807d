"""Bridges that stand already: concepts both sides share, and links across that documents make.

It promises that what is listed is used more than chance explains on *both* sides, at a stated false
discovery rate. It refuses to rank by popularity: a phrase used evenly everywhere is no bridge.
"""

import numpy as np
from numpy.typing import NDArray

from silobridge.queries.bridges.characteristic import Floats
from silobridge.queries.bridges.grouping import spread
from silobridge.queries.bridges.record import Ask, Bridge, Bridges
from silobridge.queries.bridges.shared import Candidate, choose, considered, users
from silobridge.queries.bridges.sides import home, sides, term
from silobridge.queries.matrices import Matrices
from silobridge.queries.statistics import benjamini_hochberg, credible_lift, poisson_tail, shrinkage

CONCEPT_FALSE = 0.05
LINK_FALSE = 0.01
LEAST_LIFT = 1.5
"""A concept below this bound on either side is used there, but does not mark it out."""


def concept_bridges(matrices: Matrices, ask: Ask) -> Bridges:
    """Find the concepts that are characteristic of both domains.

    Each side is tested against its background (`characteristic.profile`); a concept's p-value is the
    larger of the two (intersection–union), held at a false discovery rate of 5 % over all concepts both
    sides use; the score is the smaller of the two lower bounds of lift times the belief that the concept
    means the same on both sides (`agreement.trust`). O(uses of the two layers).

    Raises
    ------
    NothingFound, UnknownName, UsageError
        As `sides` does; an answer without bridges is no error.
    """
    two = sides(matrices, ask)
    a, b = two.source_profile, two.target_profile
    common, at_a, at_b = np.intersect1d(a.concept, b.concept, assume_unique=True, return_indices=True)
    p = np.maximum(a.p[at_a], b.p[at_b])
    q = benjamini_hochberg(p)
    score = np.minimum(a.low[at_a], b.low[at_b])
    above = np.minimum(a.lift[at_a], b.lift[at_b]) > 1
    sure = (q <= CONCEPT_FALSE) & (score >= LEAST_LIFT)
    passed = np.flatnonzero(above if ask.unproven else sure)
    order = passed[np.lexsort((common[passed], -score[passed]))][: considered(ask.top)]
    candidates = [
        Candidate(
            int(common[i]), float(q[i]), (two.source, two.target),
            (a.side(int(common[i])), b.side(int(common[i]))),
            (users(matrices, int(common[i]), two.source_rows), users(matrices, int(common[i]), two.target_rows)),
        )
        for i in order
    ]  # fmt: skip
    title = f"Concepts that {two.source.label} and {two.target.label} share"
    found = choose(matrices, candidates, ask.top)
    return Bridges(title, found, len(common), matrices.position, two.notes)


def link_bridges(matrices: Matrices, ask: Ask) -> Bridges:
    """Find pairs of concepts, one at home in each domain, that documents use together against chance.

    The expected count lets long documents meet more concepts (Chung–Lu: u in document d with a chance
    proportional to its frequency and to the document's length), kind by kind; the tail is Poisson; the
    false discovery rate of 1 % is held over *all* pairs of home concepts, met or not.
    """
    two = sides(matrices, ask)
    left, right = home(two, "source", sure=not ask.unproven), home(two, "target", sure=not ask.unproven)
    rows = np.flatnonzero(two.live)
    observed, expected = _meetings(matrices, rows, left, right)
    p = poisson_tail(observed, expected)
    q = benjamini_hochberg(p.ravel()).reshape(p.shape)
    shape = shrinkage(observed, expected) if p.size else 1.0
    lift, low, high = credible_lift(observed, expected, shape)
    sure = (lift > 1) if ask.unproven else (q <= LINK_FALSE) & (low > 1)
    passed = np.argwhere(sure & (observed >= ask.minimum))
    order = np.lexsort((passed[:, 1], passed[:, 0], -low[passed[:, 0], passed[:, 1]]))
    found = []
    for i, j in spread(matrices, passed[order], left, right, ask.top):
        found.append(
            Bridge(
                "link", term(matrices, int(left[i])), term(matrices, int(right[j])), two.source, two.target,
                int(observed[i, j]), float(expected[i, j]),
                float(lift[i, j]), float(low[i, j]), float(high[i, j]),
                float(p[i, j]), float(q[i, j]), two.source_profile.side(int(left[i])).observed,
                two.target_profile.side(int(right[j])).observed, float(low[i, j]),
            )
        )  # fmt: skip
    title = f"Links between concepts of {two.source.label} and of {two.target.label}"
    return Bridges(title, tuple(found), int(p.size), matrices.position, two.notes)


def _meetings(
    matrices: Matrices, rows: NDArray[np.int64], left: NDArray[np.int64], right: NDArray[np.int64]
) -> tuple[NDArray[np.int64], Floats]:
    """Count the documents each pair meets in, and how many would do so by chance."""
    observed = np.zeros((len(left), len(right)), np.int64)
    expected = np.zeros((len(left), len(right)))
    for kind in np.unique(matrices.kind[rows]):
        part = matrices.used[rows[matrices.kind[rows] == kind]]
        u, v = part[:, left], part[:, right]
        observed += (u.T @ v).toarray().astype(np.int64)
        length = np.diff(part.indptr).astype(np.float64)
        crowding = float((length**2).sum()) / max(1.0, float(length.sum()) ** 2)
        expected += np.outer(np.asarray(u.sum(0)).ravel(), np.asarray(v.sum(0)).ravel()) * crowding
    return observed, expected
