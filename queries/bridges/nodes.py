"""Node bridges: concepts whose company comes from more domains than their home explains.

It promises a null in closed form (as many neighbours, drawn at the rates of the concept's home domain), so
that a concept of a mixed domain is no bridge by living there, and a table of the domains reached. It refuses
neighbours by chance: only pairs that meet more often than their frequencies and the documents' lengths
explain count, at a false discovery rate of 1 %.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc

from silobridge.kg.errors import NothingFound, UsageError
from silobridge.kg.ids import mint
from silobridge.queries.bridges.characteristic import Floats, window
from silobridge.queries.bridges.company import LONGEST, openness, validated
from silobridge.queries.bridges.record import Place, Term
from silobridge.queries.bridges.sides import place, term
from silobridge.queries.matrices import Matrices
from silobridge.queries.statistics import benjamini_hochberg

Integers = NDArray[np.int64]

FALSE = 0.05
DRAWS = 10_000

LEVELS = (("openalex", "field"), ("cpc", "class"), ("nace", "division"))


@dataclass(frozen=True, slots=True)
class NodeAsk:
    """Which concepts to look at.

    Parameters
    ----------
    levels
        Scheme and level of the domains that count.
    least
        A concept needs so many validated neighbours with a home.
    top
        At most so many are listed.
    since, until
        First and last year that counts.
    """

    levels: tuple[tuple[str, str], ...] = LEVELS
    least: int = 5
    top: int = 20
    since: int | None = None
    until: int | None = None

    def __post_init__(self) -> None:
        if self.top < 1 or self.least < 2:
            raise UsageError(
                "top counts from 1; two neighbours at least can differ", where=f"{self.top}, {self.least}"
            )


@dataclass(frozen=True, slots=True)
class Reached:
    """A domain, how many of a concept's neighbours live there, and how many its home explains."""

    domain: Place
    observed: int
    expected: float


@dataclass(frozen=True, slots=True)
class NodeBridge:
    """A concept between domains.

    `participation` is 1 − Σ(share of neighbours in a domain)², `expected` and `deviation` its mean and standard
    deviation when as many neighbours are drawn at the rates of the home domain, `z` the distance. `openness` is
    effective size ÷ neighbours: 1 where no two neighbours know each other.
    """

    concept: Term
    home: Place
    documents: int
    neighbours: int
    participation: float
    expected: float
    deviation: float
    z: float
    p: float
    q: float
    openness: float
    reached: tuple[Reached, ...]
    id: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", mint("bridge", "node", self.concept.form))


@dataclass(frozen=True, slots=True)
class NodeBridges:
    """An answer: node bridges in order, what they were chosen from, and what the reader should know."""

    title: str
    bridges: tuple[NodeBridge, ...]
    tested: int
    position: int
    notes: tuple[str, ...] = ()


def participation(counts: Any) -> Floats:
    """Return 1 − Σ share² of each row of counts, dense or sparse (Guimerà and Amaral 2005); 0 for an empty row.

    Examples
    --------
    >>> participation(np.array([[2.0, 1.0, 1.0], [4.0, 0.0, 0.0]])).tolist()
    [0.625, 0.0]
    """
    squared = counts.multiply(counts) if hasattr(counts, "multiply") else counts**2
    total, squares = (np.asarray(table.sum(1), np.float64).ravel() for table in (counts, squared))
    return np.asarray(np.where(total > 0, 1 - squares / np.maximum(total, 1) ** 2, 0.0), np.float64)


def multinomial_null(k: Floats, rates: Floats, rows: Integers | None = None) -> tuple[Floats, Floats]:
    """Return mean and standard deviation of the participation of k draws at those rates (rows sum to 1).

    `rows` says which row of the rates each k is drawn at; one row each where it is not given.

    With aₙ = Σqⁿ: mean (1 − 1/k)(1 − a₂), variance 2(k−1)/k³ · [a₂ − a₂² + 2(k−2)(a₃ − a₂²)], both exact (the
    number of pairs of draws that agree is a U-statistic).

    Examples
    --------
    >>> mean, deviation = multinomial_null(np.array([4.0]), np.array([[0.5, 0.5]]))
    >>> mean.tolist(), (deviation**2).round(6).tolist()
    ([0.375], [0.023437])
    """
    two, three = (
        moment if rows is None else moment[rows] for moment in ((rates**2).sum(1), (rates**3).sum(1))
    )
    spread = two - two**2 + 2 * (k - 2) * (three - two**2)
    return (1 - 1 / k) * (1 - two), np.sqrt(np.maximum(2 * (k - 1) / k**3 * spread, 0.0))


def node_bridges(matrices: Matrices, ask: NodeAsk | None = None) -> NodeBridges:
    """Find the concepts whose neighbours live in more domains than their home explains.

    p is the chance of so few agreeing pairs of neighbours: gamma with the exact mean and variance, and where
    that is small, at least what 10,000 draws say.
    O(pairs of concepts in documents of at most 250 concepts).

    Raises
    ------
    NothingFound
        If no document stands in a domain of those levels, or no pair of concepts meets more than by chance.
    """
    ask = ask or NodeAsk()
    live = window(matrices, ask.since, ask.until)
    columns, home = homes(matrices, live, ask.levels)
    edges, left_out = validated(matrices, live)
    if not edges.nnz:
        raise NothingFound(
            "no pair of concepts meets more often than by chance",
            where=f"{int(live.sum())} documents",
            hint="a graph of few documents has no company to speak of: read more in, or ask for other years",
        )
    counts, rates = _counts(edges, home, len(columns))
    k = np.asarray(counts.sum(1), np.float64).ravel()
    at = np.flatnonzero((home >= 0) & (k >= ask.least))
    found = participation(counts[at])
    mean, deviation = multinomial_null(k[at], rates, home[at])
    p = _few_agree(found, mean, deviation, k[at])
    p = _drawn(p, found, (k[at], home[at]), rates)
    q = benjamini_hochberg(p)
    z = np.divide(found - mean, deviation, out=np.zeros(len(at)), where=deviation > 0)
    passed = np.flatnonzero((q <= FALSE) & (z > 0))
    order = passed[np.lexsort((at[passed], -z[passed]))][: ask.top]
    opened = openness(edges, at[order])
    sizes = np.bincount(matrices.stands[live].indices, minlength=len(matrices.domain))
    ends = [place(matrices, matrices.domain[int(c)], int(sizes[c])) for c in columns]
    told = tuple(
        NodeBridge(
            term(matrices, int(at[i])), ends[home[at[i]]], int(matrices.used_by[:, [at[i]]][live].nnz), int(k[at[i]]),
            float(found[i]), float(mean[i]), float(deviation[i]), float(z[i]), float(p[i]), float(q[i]),
            float(opened[n]), _reached(ends, counts[at[i]].toarray().ravel(), rates[home[at[i]]] * k[at[i]]),
        )
        for n, i in enumerate(order)
    )  # fmt: skip
    title = "Concepts whose company comes from more domains than their home explains"
    return NodeBridges(title, told, len(at), matrices.position, _notes(matrices, edges, left_out, ask))


def homes(
    matrices: Matrices, live: NDArray[np.bool_], levels: tuple[tuple[str, str], ...]
) -> tuple[Integers, Integers]:
    """Return the columns of the asked domains, and each concept's home among them, -1 where it has none.

    Home is where the largest share of the concept's own documents stands, each document counting once in all.

    Raises
    ------
    NothingFound
        If no document stands in any of them.
    """
    asked = np.zeros(len(matrices.domain), bool)
    for scheme, level in levels:
        asked |= (matrices.scheme == scheme) & (matrices.level == level)
    columns = np.flatnonzero(asked)
    member = matrices.stands[np.flatnonzero(live)][:, columns].astype(np.float64)
    if not member.nnz:
        raise NothingFound(
            "no document stands in a domain of those levels",
            where=", ".join(f"{scheme} {level}" for scheme, level in levels),
            hint="kg stats lists the domains; name other levels",
        )
    total = np.asarray(member.sum(1)).ravel()
    member.data /= np.repeat(np.maximum(total, 1e-12), np.diff(member.indptr))
    share = (matrices.used[np.flatnonzero(live)].T.astype(np.float64) @ member).tocsr()
    home = np.full(share.shape[0], -1)
    # Sums of shares differ in their last digits with the order of rows: ties go to the first domain.
    share.sort_indices()
    share.data = share.data.round(9)
    some = np.flatnonzero(np.diff(share.indptr))
    row = np.repeat(np.arange(share.shape[0]), np.diff(share.indptr))
    largest = np.zeros(share.shape[0])
    largest[some] = np.maximum.reduceat(share.data, share.indptr[some]) if len(some) else 0.0
    at = np.flatnonzero(share.data == largest[row])
    held, first = np.unique(row[at], return_index=True)
    home[held] = share.indices[at[first]]
    return columns, home


def _counts(edges: Any, home: Integers, domains: int) -> tuple[Any, Floats]:
    """Count each concept's neighbours by the domain they live in, and give the same as shares by home domain."""
    from scipy.sparse import csr_matrix

    lived = np.flatnonzero(home >= 0)
    where = csr_matrix((np.ones(len(lived)), (lived, home[lived])), shape=(len(home), domains))
    counts = (edges @ where).tocsr()
    counts.sort_indices()
    total = np.asarray((where.T @ counts).toarray(), np.float64)
    return counts, np.asarray(total / np.maximum(total.sum(1, keepdims=True), 1), np.float64)


def _few_agree(found: Floats, mean: Floats, deviation: Floats, k: Floats) -> Floats:
    """Return the chance of a participation as large: of as few agreeing pairs among the neighbours."""
    agree, usual = (k * k * (1 - found) - k) / 2, (k * k * (1 - mean) - k) / 2
    spread = (deviation * k * k / 2) ** 2
    known = (spread > 1e-12) & (usual > 1e-12)
    shape = np.where(known, usual**2 / np.where(known, spread, 1), 1.0)
    # Half a pair more: the count is whole.
    p = gammainc(shape, shape * (agree + 0.5) / np.where(known, usual, 1))
    return np.asarray(np.where(known, p, 1.0), np.float64)


def _drawn(p: Floats, found: Floats, kinds: tuple[Floats, Integers], rates: Floats) -> Floats:
    """Draw the null where the gamma calls a row unusual: it is too sure where one domain holds nearly all.

    One draw of 10,000 serves all rows of a home with as many neighbours; the larger p counts. `rates` has a row for
    each home.
    """
    sure, (k, home) = p.copy(), kinds
    unusual = np.flatnonzero(p <= FALSE)
    unusual = unusual[np.lexsort((unusual, k[unusual], home[unusual]))]
    new = np.flatnonzero((np.diff(home[unusual]) != 0) | (np.diff(k[unusual]) != 0)) + 1
    for rows in np.split(unusual, new) if len(unusual) else ():
        which = int(home[rows[0]]), int(k[rows[0]])
        rng = np.random.default_rng(which)
        chance = rates[which[0]][rates[which[0]] > 0]
        null = np.sort(
            participation(rng.multinomial(which[1], chance / chance.sum(), DRAWS).astype(np.float64))
        )
        above = DRAWS - np.searchsorted(null, found[rows] - 1e-9)
        sure[rows] = np.maximum(p[rows], (1 + above) / (DRAWS + 1))
    return sure


def _reached(ends: list[Place], counts: Floats, expected: Floats) -> tuple[Reached, ...]:
    seen = np.flatnonzero((counts > 0) | (expected >= 1))
    order = seen[np.lexsort((seen, expected[seen] - counts[seen]))]
    return tuple(Reached(ends[int(d)], int(counts[d]), float(expected[d])) for d in order)


def _notes(matrices: Matrices, edges: Any, left_out: int, ask: NodeAsk) -> tuple[str, ...]:
    told = [
        f"{edges.nnz // 2} pairs of concepts meet in at least two documents and more often than by chance (q ≤ 1 %).",
        f"Domains: {', '.join(f'{scheme} {level}' for scheme, level in ask.levels)}; a concept lives where most of "
        "its documents stand.",
    ]
    if left_out:
        told.append(
            f"{left_out} documents of more than {LONGEST} concepts say nothing of who belongs together."
        )
    if matrices.copies:
        told.append(f"{matrices.copies} documents repeat the text of another and were not counted.")
    return tuple(told)
