"""What flows between domains: later uses of the concepts another domain had first.

It promises that a concept has at most one unit to give for every document that takes it up later, shared by
its origins and by the taker's domains. It refuses common concepts, and documents without a year.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from silobridge.kg.errors import NothingFound
from silobridge.queries.helix.uses import Floats, Integers
from silobridge.queries.matrices import Matrices

COMMON = 0.02
RARE = 30.0
"""A concept is common where more documents use it than this and than that share of them."""
ORIGINS = 5
LATE = 0.2
LEAST = 5.0
"""Fewer later uses say nothing of how widely or how long a domain gives."""


@dataclass(frozen=True)
class Flows:
    """Domains of a level and what flows from row to column; `all` with what stays, `between` without.

    `lag` is the mean number of years until uptake (NaN below five uses), `growth` the log of late over
    earlier documents, against the same of the whole level. `member` and `takes` are kept to draw them anew.
    """

    columns: Integers
    size: Integers
    all: Floats
    lag: Floats
    growth: Floats
    member: Any
    takes: Any
    origin: Any
    year: Integers

    @property
    def between(self) -> Floats:
        """The flows without what stays."""
        return np.asarray(self.all - np.diag(np.diag(self.all)), np.float64)


def flows(matrices: Matrices, scheme: str, level: str, least: int) -> tuple[Flows, int]:
    """Lay out the flows between the domains of a level; also say how many were left out for their size.

    O(uses of the level's documents × their domains).

    Raises
    ------
    NothingFound
        If no dated document stands in one of them.
    """
    from scipy.sparse import csr_matrix, diags

    asked = np.flatnonzero((matrices.scheme == scheme) & (matrices.level == level))
    year = matrices.year.astype(np.int64)
    dated = diags((year > 0).astype(np.float64))
    stands = (dated @ (matrices.stands[:, asked] > 0).astype(np.float64)).tocsc()
    size = np.asarray(stands.sum(0)).ravel().astype(np.int64)
    large = np.flatnonzero(size >= least)
    if not len(large):
        raise NothingFound(
            f"no domain with at least {least} dated documents", where=f"{scheme} {level}",
            hint="kg stats lists the domains; name another level, or ask for fewer documents",
        )  # fmt: skip
    member = stands[:, large].tocsr()
    share = diags(1 / np.maximum(np.asarray(member.sum(1)).ravel(), 1)) @ member
    inside = np.flatnonzero(np.diff(member.indptr))
    used = matrices.used[inside].tocoo()
    rows, concepts, years = inside[used.row], used.col, year[inside[used.row]]
    width = matrices.used.shape[1]
    first = np.full(width, 9999, np.int64)
    np.minimum.at(first, concepts, years)
    starts = years == first[concepts]
    heads = np.bincount(concepts[starts], minlength=width)
    frequency = np.bincount(concepts, minlength=width)
    # A concept that many had at once, or that all use, is nobody's.
    owned = (heads > 0) & (heads <= ORIGINS) & (frequency <= max(RARE, COMMON * len(inside)))
    shape = (len(year), width)
    begins, takes = starts & owned[concepts], ~starts & owned[concepts]
    head = csr_matrix((1.0 / heads[concepts[begins]], (rows[begins], concepts[begins])), shape=shape)
    take = csr_matrix((np.ones(int(takes.sum())), (rows[takes], concepts[takes])), shape=shape)
    origin = (head.T @ share).tocsr()
    lags = csr_matrix(
        ((years - first[concepts])[takes].astype(np.float64), (rows[takes], concepts[takes])), shape=shape
    )
    given = np.asarray(origin.T @ np.asarray(take.sum(0)).ravel()).ravel()
    waited = np.asarray(origin.T @ np.asarray(lags.sum(0)).ravel()).ravel()
    lag = np.divide(waited, given, out=np.full(len(large), np.nan), where=given >= LEAST)
    found = Flows(
        asked[large], size[large], _flow(origin, take, share), lag, _growth(member, year), member, take, origin, year,
    )  # fmt: skip
    return found, len(asked) - len(large)


def redrawn(stream: Flows, rng: np.random.Generator) -> Flows:
    """Draw the later documents anew (Poisson weights)."""
    from scipy.sparse import diags

    weights = diags(rng.poisson(1.0, stream.takes.shape[0]).astype(np.float64))
    return replace(stream, all=_flow(stream.origin, weights @ stream.takes, _share(stream.member)))


def turned(stream: Flows, rng: np.random.Generator) -> Flows:
    """Let the documents of each year swap their domains at random."""
    # A random number decides the order within a year.
    order = np.lexsort((rng.random(len(stream.year)), stream.year))
    plain = np.lexsort((np.arange(len(stream.year)), stream.year))
    swap = np.empty(len(order), np.int64)
    swap[plain] = order
    return replace(stream, all=_flow(stream.origin, stream.takes, _share(stream.member)[swap]))


def _share(member: Any) -> Any:
    from scipy.sparse import diags

    return (diags(1 / np.maximum(np.asarray(member.sum(1)).ravel(), 1)) @ member).tocsr()


def _flow(origin: Any, takes: Any, share: Any) -> Floats:
    return np.asarray((origin.T @ (takes.T @ share)).toarray(), np.float64)


def _growth(member: Any, year: Integers) -> Floats:
    """Return log of the odds of late to earlier documents by domain, over the same odds of all; half added.

    Late are the fewest last years that hold a fifth of the level's dated documents.
    """
    inside = (np.diff(member.indptr) > 0) & (year > 0)
    after = np.cumsum(np.bincount(year[inside])[::-1])[::-1]
    border = int(np.flatnonzero(after >= LATE * inside.sum())[-1])
    late = inside & (year >= border)
    recent = np.asarray(member.T @ late.astype(np.float64)).ravel()
    total = np.asarray(member.sum(0)).ravel()
    usual = (late.sum() + 0.5) / (inside.sum() - late.sum() + 0.5)
    return np.asarray(np.log((recent + 0.5) / (total - recent + 0.5) / usual), np.float64)
