"""Bridges that stand already: concepts both sides share, and links across that documents make.

It promises that what is listed is used more than chance explains on *both* sides, at a stated false
discovery rate. It refuses to rank by popularity: a phrase used evenly everywhere is no bridge.
"""

import numpy as np
from numpy.typing import NDArray

from silobridge.queries.bridges.characteristic import Floats
from silobridge.queries.bridges.grouping import akin, group, spread, together
from silobridge.queries.bridges.record import Ask, Bridge, Bridges
from silobridge.queries.bridges.sides import Sides, home, sides, term
from silobridge.queries.matrices import Matrices
from silobridge.queries.statistics import benjamini_hochberg, lift_bounds, poisson_tail, shrinkage

CONCEPT_FALSE = 0.05
LINK_FALSE = 0.01
LEAST_LIFT = 1.5
"""A concept below this bound on either side is used there, but does not mark it out."""


def concept_bridges(matrices: Matrices, ask: Ask) -> Bridges:
    """Find the concepts that are characteristic of both domains.

    Each side is tested against its background (`characteristic.profile`); a concept's p-value is the
    larger of the two (intersection–union), held at a false discovery rate of 5 % over all concepts both
    sides use; the score is the smaller of the two lower bounds of lift. O(uses of the two layers).

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
    passed = np.flatnonzero((q <= CONCEPT_FALSE) & (score >= LEAST_LIFT))
    order = passed[np.lexsort((common[passed], -score[passed]))][: 8 * ask.top + 40]

    def same(one: int, other: int) -> bool:
        c, d = int(common[one]), int(common[other])
        return akin(matrices.form[c], matrices.form[d]) and together(matrices, c, d)

    groups = group([int(i) for i in order], same, lambda i: len(matrices.form[int(common[i])]), ask.top)
    found = [
        _concept(
            matrices, two, int(common[i]), float(q[i]), tuple(matrices.label[int(common[j])] for j in rest)
        )
        for i, rest in groups
    ]
    title = f"Concepts that {two.source.label} and {two.target.label} share"
    return _answer(matrices, title, found, len(common), two.notes)


def _concept(matrices: Matrices, two: Sides, concept: int, q: float, variants: tuple[str, ...]) -> Bridge:
    both = (two.source_profile.side(concept), two.target_profile.side(concept))
    weaker = min(both, key=lambda side: side.low)
    name = term(matrices, concept)
    return Bridge(
        "concept", name, name, two.source, two.target, weaker.observed, weaker.expected, weaker.lift,
        weaker.low, weaker.high, max(side.p for side in both), q, both[0].observed, both[1].observed,
        weaker.low, both, (), variants,
    )  # fmt: skip


def _answer(
    matrices: Matrices, title: str, found: list[Bridge], tested: int, notes: tuple[str, ...]
) -> Bridges:
    ordered = sorted(found, key=lambda bridge: (-bridge.score, bridge.source.form, bridge.target.form))
    return Bridges(title, tuple(ordered), tested, matrices.position, notes)


def link_bridges(matrices: Matrices, ask: Ask) -> Bridges:
    """Find pairs of concepts, one at home in each domain, that documents use together against chance.

    The expected count lets long documents meet more concepts (Chung–Lu: u in document d with a chance
    proportional to its frequency and to the document's length), kind by kind; the tail is Poisson; the
    false discovery rate of 1 % is held over *all* pairs of home concepts, met or not.
    """
    two = sides(matrices, ask)
    left, right = home(two, "source"), home(two, "target")
    rows = np.flatnonzero(two.live)
    observed, expected = _meetings(matrices, rows, left, right)
    p = poisson_tail(observed, expected)
    q = benjamini_hochberg(p.ravel()).reshape(p.shape)
    low, high = lift_bounds(observed, expected, shrinkage(observed, expected)) if p.size else (p, p)
    passed = np.argwhere((q <= LINK_FALSE) & (observed >= ask.minimum) & (low > 1))
    order = np.lexsort((passed[:, 1], passed[:, 0], -low[passed[:, 0], passed[:, 1]]))
    found = []
    for i, j in spread(matrices, passed[order], left, right, ask.top):
        found.append(
            Bridge(
                "link", term(matrices, int(left[i])), term(matrices, int(right[j])), two.source, two.target,
                int(observed[i, j]), float(expected[i, j]),
                float(observed[i, j] / max(expected[i, j], 1e-12)), float(low[i, j]), float(high[i, j]),
                float(p[i, j]), float(q[i, j]), two.source_profile.side(int(left[i])).observed,
                two.target_profile.side(int(right[j])).observed, float(low[i, j]),
            )
        )  # fmt: skip
    title = f"Links between concepts of {two.source.label} and of {two.target.label}"
    return _answer(matrices, title, found, int(p.size), two.notes)


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
