"""Which concepts are characteristic of a set of documents, against chance.

It promises that a phrase spread evenly over a layer is characteristic of none of its domains, and that
documents of one kind are compared with documents of that kind: a long filing is no evidence against a
short abstract. It refuses to test what fewer than the asked number of documents use.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

from silobridge.queries.bridges.record import Side
from silobridge.queries.matrices import Matrices
from silobridge.queries.statistics import credible_lift, hypergeometric_tail, poisson_tail, shrinkage

Rows = NDArray[np.int32]
Floats = NDArray[np.float64]


def window(matrices: Matrices, since: int | None = None, until: int | None = None) -> NDArray[np.bool_]:
    """Mark the documents whose year lies in the window; all of them where there is none."""
    if since is None and until is None:
        return np.ones(len(matrices.year), bool)
    low, high = since if since is not None else 1, until if until is not None else 9999
    marked: NDArray[np.bool_] = (matrices.year >= low) & (matrices.year <= high)
    return marked


def count_uses(matrices: Matrices, rows: Rows) -> NDArray[np.int64]:
    """Count for every concept how many of those documents use it. O(uses in them)."""
    used = matrices.used
    if len(rows) > 0.5 * used.shape[0]:
        keep = np.zeros(used.shape[0], bool)
        keep[rows] = True
        return np.bincount(used.indices[np.repeat(keep, np.diff(used.indptr))], minlength=used.shape[1])
    return np.bincount(used[rows].indices, minlength=used.shape[1])


@dataclass(frozen=True)
class Background:
    """The urn a domain's documents are drawn from: every document of its layer, by kind."""

    rows: Rows
    kinds: NDArray[Any]
    sizes: NDArray[np.int64]
    counts: NDArray[np.int64]

    @cached_property
    def rate(self) -> Floats:
        """The share of the urn's documents that use each concept."""
        return np.asarray(self.counts.sum(0) / max(1, int(self.sizes.sum())), np.float64)


def background(matrices: Matrices, layer: str, live: NDArray[np.bool_]) -> Background:
    """Gather the urn of a layer: documents that stand in any of its domains; all where none does."""
    if live.all():
        return matrices.once(f"background {layer}", lambda: _background(matrices, layer, live))
    return _background(matrices, layer, live)


def _background(matrices: Matrices, layer: str, live: NDArray[np.bool_]) -> Background:
    columns = np.flatnonzero(matrices.layer == layer) if layer else np.zeros(0, np.int64)
    stands = matrices.stands_by[:, columns]
    member = np.zeros(len(matrices.year), bool)
    member[stands.indices] = True
    rows = np.flatnonzero((member if len(columns) else True) & live).astype(np.int32)
    kinds = np.unique(matrices.kind[rows])
    parts = [rows[matrices.kind[rows] == kind] for kind in kinds]
    counts = [count_uses(matrices, part) for part in parts]
    width = matrices.used.shape[1]
    return Background(
        rows, kinds, np.array([len(part) for part in parts], np.int64),
        np.array(counts, np.int64).reshape(len(parts), width),
    )  # fmt: skip


@dataclass(frozen=True)
class Profile:
    """The concepts a set of documents uses often enough to be tested, and how unusual each is.

    All arrays run over `concept`, the tested columns in order.
    """

    documents: int
    concept: NDArray[np.int64]
    observed: NDArray[np.int64]
    expected: Floats
    p: Floats
    lift: Floats
    low: Floats
    high: Floats
    mixed: NDArray[np.bool_]

    def side(self, concept: int) -> Side:
        """Give one tested concept's numbers as a record."""
        at = int(np.searchsorted(self.concept, concept))
        return Side(
            int(self.observed[at]), float(self.expected[at]), float(self.lift[at]),
            float(self.low[at]), float(self.high[at]), float(self.p[at]),
            "both layers at equal weight" if self.mixed[at] else "own layer",
        )  # fmt: skip


def profile(
    matrices: Matrices, rows: Rows, urn: Background, other: Background | None = None, minimum: int = 2
) -> Profile:
    """Test each concept of some documents for being used more than their layer's rate explains.

    Where another layer is given, a second test compares with both layers at equal weight, for layers
    that are about one topic only; the p-value is then twice the smaller of the two.

    Parameters
    ----------
    rows
        The documents, all inside the urn.
    urn, other
        The own layer, and the other layer of the pair.
    minimum
        Concepts used by fewer of the documents are not tested.
    """
    counts = count_uses(matrices, rows)
    concept = np.flatnonzero(counts >= minimum)
    observed = counts[concept]
    expected, p = _own(matrices, rows, urn, concept, observed)
    mixed = np.zeros(len(concept), bool)
    if other is not None and other is not urn and len(rows):
        rate = (urn.rate[concept] + other.rate[concept]) / 2
        second = betainc(np.maximum(observed, 1), len(rows) - observed + 1, np.clip(rate, 1e-12, 1.0))
        mixed = second < p
        expected = np.where(mixed, rate * len(rows), expected)
        p = np.minimum(1.0, 2 * np.minimum(p, second))
    lift, low, high = credible_lift(observed, expected, _trust(matrices, rows, urn, counts))
    return Profile(len(rows), concept, observed, expected, p, lift, low, high, mixed)


def _drawn(matrices: Matrices, rows: Rows, urn: Background) -> NDArray[np.int64]:
    return np.array([(matrices.kind[rows] == kind).sum() for kind in urn.kinds], np.int64)


def _trust(matrices: Matrices, rows: Rows, urn: Background, counts: NDArray[np.int64]) -> float:
    share = _drawn(matrices, rows, urn) / np.maximum(urn.sizes, 1)
    return shrinkage(counts, share @ urn.counts)


def _own(
    matrices: Matrices, rows: Rows, urn: Background, concept: NDArray[np.int64], observed: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    drawn = _drawn(matrices, rows, urn)
    expected = np.asarray((drawn / np.maximum(urn.sizes, 1)) @ urn.counts[:, concept], np.float64)
    present = np.flatnonzero(drawn)
    if len(present) == 1:
        stratum = present[0]
        marked = urn.counts[stratum, concept]
        return expected, hypergeometric_tail(observed, drawn[stratum], marked, urn.sizes[stratum])
    # Several kinds: the sum of their draws has a smaller variance than a Poisson count of the same mean.
    return expected, poisson_tail(observed, expected)
