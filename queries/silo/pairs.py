"""Which domains are compared, how close they are, and the links between them.

It promises closeness measured in documents of one side only, and links told by direction where they have one. It
refuses to compare a domain with its own ancestor, or two names of the same documents.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from silobridge.kg.errors import NothingFound
from silobridge.queries.bridges.characteristic import Floats
from silobridge.queries.matrices import Matrices

Relation = Literal["documents", "citations", "concepts"]
Levels = tuple[tuple[str, str], ...]

LEAST_DOMAINS = 8
LEAST_PAIRS = 20
MARKED = 5.0
"""A concept marks a domain that uses it so many times as often as all other documents do."""

MARKED_BY = 3
"""So many of the domain's documents must use it."""


@dataclass(frozen=True)
class Pairs:
    """All pairs of the compared domains, as arrays over pairs; `member` is live documents × domains."""

    columns: NDArray[np.int64]
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    live: NDArray[np.int64]
    member: Any
    layers: NDArray[np.int64]
    kin: Floats

    @cached_property
    def size(self) -> Floats:
        """Documents of each domain."""
        return np.asarray(self.member.sum(0), np.float64).ravel()

    def table(self, values: Floats) -> Floats:
        """Lay values of pairs out as a symmetric table of domains, 0 elsewhere."""
        out = np.zeros((len(self.columns), len(self.columns)))
        out[self.first, self.second] = out[self.second, self.first] = values
        return out


def pairs_of(
    matrices: Matrices, levels: tuple[Levels, Levels], live: NDArray[np.int64], least: int
) -> tuple[Pairs, int]:
    """Lay out the pairs of domains: of the first levels with the second, or among the first where the second are none.

    Returns
    -------
    tuple
        The pairs, and how many domains were left out.

    Raises
    ------
    NothingFound
        If there are too few domains to learn what is usual.
    """
    rows, columns = (_asked(matrices, some) for some in levels)
    asked = rows | columns
    member = (matrices.stands[live][:, np.flatnonzero(asked)] > 0).astype(np.float64).tocsc()
    size = np.asarray(member.sum(0)).ravel()
    large = _distinct(member, size, np.flatnonzero(size >= max(least, 1)))
    chosen = np.flatnonzero(asked)[large]
    first, second = np.triu_indices(len(chosen), 1)
    names = [matrices.domain[int(c)] for c in chosen]
    above = [ancestors(matrices, int(c)) for c in chosen]
    # A domain and its ancestor share documents by definition.
    apart = np.array(
        [names[i] not in above[j] and names[j] not in above[i] for i, j in zip(first, second, strict=True)],
        bool,
    )
    if columns.any():
        r, c = rows[chosen], columns[chosen]
        apart &= (r[first] & c[second]) | (c[first] & r[second])
    first, second = first[apart], second[apart]
    if len(chosen) < LEAST_DOMAINS or len(first) < LEAST_PAIRS:
        raise NothingFound(
            f"{len(chosen)} domains with at least {least} documents, {len(first)} pairs: too few to learn what is usual",
            where=", ".join(f"{scheme} {level}" for some in levels for scheme, level in some),
            expected=f"at least {LEAST_DOMAINS} domains and {LEAST_PAIRS} pairs",
            hint="ask for a finer level, or read more documents in",
        )
    _, layer = np.unique(matrices.layer[chosen], return_inverse=True)
    low, high = np.minimum(layer[first], layer[second]), np.maximum(layer[first], layer[second])
    _, kinds = np.unique(low * (layer.max() + 1) + high, return_inverse=True)
    kin = np.array([float(bool(above[i] & above[j])) for i, j in zip(first, second, strict=True)])
    return Pairs(chosen, first, second, live, member[:, large], kinds, kin), int(asked.sum()) - len(chosen)


def reached(matrices: Matrices, pairs: Pairs, relation: Relation) -> Any:
    """Return live documents × domains: how often each document links to each domain."""
    member = pairs.member.tocsr()
    if relation == "citations":
        return matrices.cites[pairs.live][:, pairs.live].astype(np.float64) @ member
    if relation == "documents":
        return member
    borrows = _borrowing(matrices, pairs)
    # A document of both domains borrows nothing from the other.
    return (borrows - member.multiply(borrows).tocsr()).tocsr()


def directed(pairs: Pairs, reach: Any, weight: Floats | None = None) -> Floats:
    """Return the links from each domain to each other one; for shared documents the table is symmetric.

    Parameters
    ----------
    reach
        What `reached` gives.
    weight
        What each live document counts; 1 where None.
    """
    member = pairs.member.tocsr()
    # A document counts once on its own side: the weight lies on the side that links.
    if weight is not None:
        member = member.copy()
        member.data *= np.repeat(weight, np.diff(member.indptr))
    return np.asarray((member.T @ reach).toarray(), np.float64)


def marks(matrices: Matrices, pairs: Pairs) -> Any:
    """Mark the concepts of each domain: used there at least five times as often as by all other documents."""
    from scipy.sparse import csr_matrix

    used = matrices.used[pairs.live].astype(np.float64)
    inside = (pairs.member.T @ used).tocoo()
    every = np.asarray(used.sum(0)).ravel()
    size, total = pairs.size[inside.row], float(len(pairs.live))
    rate = inside.data / size
    outside = (every[inside.col] - inside.data) / np.maximum(total - size, 1.0)
    kept = (inside.data >= MARKED_BY) & (rate >= MARKED * outside)
    shape = (len(pairs.size), used.shape[1])
    return csr_matrix((np.ones(int(kept.sum())), (inside.row[kept], inside.col[kept])), shape=shape)


def _borrowing(matrices: Matrices, pairs: Pairs) -> Any:
    """Mark which live documents use a concept that marks each domain."""
    hits = (matrices.used[pairs.live].astype(np.float64) @ marks(matrices, pairs).T).tocsr()
    hits.data = np.ones_like(hits.data)
    return hits


def closeness(matrices: Matrices, pairs: Pairs) -> Floats:
    """Return the tf–idf cosine of each pair's concept profiles, without the documents both share."""
    from scipy.sparse import csr_matrix, diags

    used = matrices.used[pairs.live]
    frequency = np.bincount(used.indices, minlength=used.shape[1])
    # A concept of one document says nothing about closeness; one of all documents neither.
    weight = np.where(frequency > 1, np.log(max(1, len(pairs.live)) / np.maximum(frequency, 1)), 0.0)
    terms = used.astype(np.float64) @ diags(weight)
    profiles = (pairs.member.T @ terms).tocsr()
    dots = (profiles @ profiles.T).toarray()
    a, b = pairs.first, pairs.second
    dot, norm_a, norm_b = dots[a, b], dots[a, a].copy(), dots[b, b].copy()
    both = pairs.member.tocsc()
    overlap = np.flatnonzero((pairs.member.T @ pairs.member).toarray()[a, b])
    for start in range(0, len(overlap), 512):
        some = overlap[start : start + 512]
        joint = both[:, a[some]].multiply(both[:, b[some]])
        shared = csr_matrix(joint.T @ terms)
        with_a = np.asarray(shared.multiply(profiles[a[some]]).sum(1)).ravel()
        with_b = np.asarray(shared.multiply(profiles[b[some]]).sum(1)).ravel()
        own = np.asarray(shared.multiply(shared).sum(1)).ravel()
        dot[some] += own - with_a - with_b
        norm_a[some] += own - 2 * with_a
        norm_b[some] += own - 2 * with_b
    length = np.sqrt(np.maximum(norm_a, 0) * np.maximum(norm_b, 0))
    return np.asarray(np.where(length > 1e-9, np.maximum(dot, 0) / np.maximum(length, 1e-9), 0.0), np.float64)


def _asked(matrices: Matrices, levels: Levels) -> NDArray[np.bool_]:
    asked = np.zeros(len(matrices.domain), bool)
    for scheme, level in levels:
        asked |= (matrices.scheme == scheme) & (matrices.level == level)
    return asked


def _distinct(member: Any, size: Floats, columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """Leave out domains that hold the very documents of an earlier one: two names, no silo."""
    if not len(columns):
        return columns
    overlap = (member[:, columns].T @ member[:, columns]).toarray()
    sizes = size[columns]
    same = (overlap == sizes[:, None]) & (overlap == sizes[None, :])
    return np.asarray(columns[same.argmax(0) == np.arange(len(columns))], np.int64)


def ancestors(matrices: Matrices, column: int) -> set[str]:
    """Return the identifiers of the domains above a column's domain."""
    found: set[str] = set()
    at = matrices.parent[column]
    while at and at not in found:
        found.add(at)
        column = matrices.domain.find(at)
        at = matrices.parent[column] if column >= 0 else ""
    return found
