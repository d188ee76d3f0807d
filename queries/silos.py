"""Silos: pairs of domains that are close in content and joined by fewer links than that explains.

It promises to say which links were counted, what number size and closeness predict, and how sure the
shortfall is. It refuses to call two domains a silo because they are unlinked: unlinked and unrelated is
no silo, so only the closest quarter of pairs can be one; and it refuses to judge from a few domains.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from silobridge.kg.errors import NothingFound
from silobridge.kg.ids import mint
from silobridge.queries.bridges.characteristic import Floats, window
from silobridge.queries.bridges.predicted import nearest_open
from silobridge.queries.bridges.record import Ask, Place, Term
from silobridge.queries.bridges.sides import place, term
from silobridge.queries.matrices import Matrices
from silobridge.queries.statistics import (
    benjamini_hochberg,
    credible_lift,
    negative_binomial_lower,
    regress_counts,
)

Relation = Literal["documents", "citations", "concepts"]

LEAST_DOMAINS = 8
LEAST_PAIRS = 20
LEAST_DOCUMENTS = 10
CLOSE = 75
FALSE = 0.05
NEAREST = 5
FLOOR = 0.01

LINKS: dict[str, str] = {
    "documents": "documents that stand in both domains",
    "citations": "citations between documents of the two domains",
    "concepts": "documents of either domain that use a concept characteristic of the other alone",
}


@dataclass(frozen=True, slots=True)
class Silo:
    """Two domains, the links between them, and how many size and closeness predict.

    `shortfall` is the shrunken log of expected ÷ observed: 0.7 is half as many links as predicted.
    `low` and `high` bound observed ÷ expected with 90 % credibility; `p` is the chance of so few links.
    `verdict` is silo where pairs so alike scatter less than that (q ≤ 5 %), else candidate: its own rate is
    credibly short of the prediction, but not more than other pairs are short by nature.
    `nearest` names concepts of one and the other side that are close and never used together.
    """

    source: Place
    target: Place
    relation: str
    observed: int
    expected: float
    similarity: float
    shortfall: float
    low: float
    high: float
    p: float
    q: float
    verdict: Literal["silo", "candidate"]
    nearest: tuple[tuple[Term, Term], ...] = ()
    id: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", mint("silo", self.relation, self.source.id, self.target.id))


@dataclass(frozen=True, slots=True)
class Silos:
    """An answer: silos in order, how they were found, and what the reader should know."""

    title: str
    silos: tuple[Silo, ...]
    tested: int
    position: int
    explained: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SiloAsk:
    """Which domains to compare, by which links, in which years.

    Parameters
    ----------
    levels
        Scheme and level of the domains; two of different layers compare across layers too.
    relation
        Which links to count; None takes citations where there are enough, else shared documents within a
        layer.
    least
        Domains with fewer documents are left out, and counted.
    """

    levels: tuple[tuple[str, str], ...] = (("openalex", "subfield"),)
    relation: Relation | None = None
    since: int | None = None
    until: int | None = None
    top: int = 20
    least: int = LEAST_DOCUMENTS


@dataclass(frozen=True)
class _Pairs:
    """All pairs of the compared domains, as arrays."""

    columns: NDArray[np.int64]
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    size: Floats
    member: Any
    layers: NDArray[np.int64]


def silos(matrices: Matrices, ask: SiloAsk | None = None) -> Silos:
    """Find the silos among the domains of the asked levels.

    Links are regressed on sizes and closeness by a negative binomial with log link (log μ = α of the
    layer pair + β·(log size A + log size B) + γ·log(closeness + 0.01)); closeness is the tf–idf cosine of
    documents that stand in only one of the two, or the links would leak into it. A silo is a pair above
    the 75th percentile of closeness in its layer pair whose links fall short at a false discovery rate
    of 5 %; a candidate is one whose shrunken ratio of observed to expected is credibly below 1.
    O(pairs × concepts of a domain).

    Raises
    ------
    NothingFound
        If there are too few domains, or no link at all, to learn what is usual.
    """
    ask = ask or SiloAsk()
    pairs, left_out = _pairs(matrices, ask)
    observed, relation = _links(matrices, pairs, ask)
    similarity = _similarity(matrices, pairs)
    expected, spread, explained = regress_counts(
        observed,
        np.column_stack(
            [np.log(pairs.size[pairs.first]) + np.log(pairs.size[pairs.second]), np.log(similarity + FLOOR)]
        ),
        pairs.layers,
    )
    p = negative_binomial_lower(observed, expected, spread)
    close = similarity >= _percentiles(similarity, pairs.layers)
    q = np.ones(len(p))
    q[close] = benjamini_hochberg(p[close])
    shape = 1.0 / max(spread, 1e-6)
    shortfall = np.log((expected + min(shape, 1.0)) / (observed + min(shape, 1.0)))
    _, low, high = credible_lift(observed, expected, min(max(shape, 0.25), 10.0))
    passed = np.flatnonzero(close & (high < 1) & (shortfall > 0))
    order = passed[np.lexsort((pairs.second[passed], pairs.first[passed], -shortfall[passed]))][: ask.top]
    places = {
        int(c): place(matrices, matrices.domain[int(c)], int(s))
        for c, s in zip(pairs.columns, pairs.size, strict=True)
    }
    found = [
        Silo(
            places[int(pairs.columns[pairs.first[i]])], places[int(pairs.columns[pairs.second[i]])], relation,
            int(observed[i]), float(expected[i]), float(similarity[i]), float(shortfall[i]), float(low[i]),
            float(high[i]), float(p[i]), float(q[i]),
            "silo" if q[i] <= FALSE else "candidate", _nearest(matrices, pairs, int(i), ask),
        )
        for i in order
    ]  # fmt: skip
    notes = _notes(relation, left_out, spread, int(close.sum()), ask)
    return Silos(
        "Silos: close in content, short of links",
        tuple(found),
        int(close.sum()),
        matrices.position,
        explained,
        notes,
    )


def _pairs(matrices: Matrices, ask: SiloAsk) -> tuple[_Pairs, int]:
    asked = np.zeros(len(matrices.domain), bool)
    for scheme, level in ask.levels:
        asked |= (matrices.scheme == scheme) & (matrices.level == level)
    live = np.flatnonzero(window(matrices, ask.since, ask.until))
    member = (matrices.stands[live][:, np.flatnonzero(asked)] > 0).astype(np.float64).tocsc()
    size = np.asarray(member.sum(0)).ravel()
    large = _distinct(member, size, np.flatnonzero(size >= ask.least))
    columns = np.flatnonzero(asked)[large]
    first, second = np.triu_indices(len(columns), 1)
    # A domain and its ancestor share documents by definition.
    names = [matrices.domain[int(c)] for c in columns]
    parents = [ancestors(matrices, int(c)) for c in columns]
    apart = np.array(
        [
            names[i] not in parents[j] and names[j] not in parents[i]
            for i, j in zip(first, second, strict=True)
        ],
        bool,
    )
    first, second = first[apart], second[apart]
    if len(columns) < LEAST_DOMAINS or len(first) < LEAST_PAIRS:
        raise NothingFound(
            f"{len(columns)} domains with at least {ask.least} documents: too few to learn what is usual",
            where=", ".join(f"{scheme} {level}" for scheme, level in ask.levels),
            expected=f"at least {LEAST_DOMAINS} domains and {LEAST_PAIRS} pairs",
            hint="ask for a finer level, or read more documents in",
        )
    _, layer = np.unique(matrices.layer[columns], return_inverse=True)
    low, high = np.minimum(layer[first], layer[second]), np.maximum(layer[first], layer[second])
    _, kinds = np.unique(low * (layer.max() + 1) + high, return_inverse=True)
    chosen = _Pairs(columns, first, second, size[large], (live, member[:, large]), kinds)
    return chosen, int(asked.sum()) - len(columns)


def _distinct(member: Any, size: Floats, columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """Leave out domains that hold the very documents of an earlier one: two names, no silo."""
    overlap = (member[:, columns].T @ member[:, columns]).toarray()
    sizes = size[columns]
    same = (overlap == sizes[:, None]) & (overlap == sizes[None, :])
    if not len(columns):
        return columns
    return np.asarray(columns[same.argmax(0) == np.arange(len(columns))], np.int64)


def ancestors(matrices: Matrices, column: int) -> set[str]:
    """Give the identifiers of the domains above one, the domain itself left out."""
    found: set[str] = set()
    at = matrices.parent[column]
    while at and at not in found:
        found.add(at)
        column = matrices.domain.find(at)
        at = matrices.parent[column] if column >= 0 else ""
    return found


def _links(matrices: Matrices, pairs: _Pairs, ask: SiloAsk) -> tuple[NDArray[np.int64], str]:
    live, member = pairs.member
    across = pairs.layers.max(initial=0) > 0
    cites = matrices.cites[live][:, live]
    relation = ask.relation or (
        "citations" if cites.nnz >= 10 * len(pairs.first) ** 0.5 and across else "documents"
    )
    if relation == "citations":
        flow = (member.T @ cites @ member).toarray()
        counts = flow + flow.T
    elif relation == "documents":
        counts = (member.T @ member).toarray()
    else:
        counts = _borrowings(matrices, pairs)
    observed = np.asarray(counts[pairs.first, pairs.second]).round().astype(np.int64)
    if not observed.any():
        raise NothingFound(
            f"no links between any two of the domains: 0 {LINKS[relation]}",
            hint="read in documents that cite each other or stand in several domains, or count other links",
        )
    return observed, relation


def _borrowings(matrices: Matrices, pairs: _Pairs) -> Floats:
    """Count documents of one domain that use a concept the other has at twice its own rate and more."""
    live, member = pairs.member
    used = matrices.used[live]
    rate = (member.T @ used).tocsr().astype(np.float64)
    total = np.asarray(used.sum(0)).ravel() / max(1, len(live))
    from scipy.sparse import csr_matrix, diags

    rate = diags(1.0 / pairs.size) @ rate
    marks = csr_matrix(rate @ diags(1.0 / np.maximum(total, 1e-12)))
    marks.data = (marks.data >= 5.0).astype(np.float64)
    marks.eliminate_zeros()
    borrows = ((used @ marks.T) > 0).astype(np.float64)
    counts = (member.T @ borrows).toarray()
    return np.asarray(counts + counts.T, np.float64)


def _similarity(matrices: Matrices, pairs: _Pairs) -> Floats:
    """Return the tf–idf cosine of each pair's concept profiles, without the documents both share."""
    from scipy.sparse import csr_matrix, diags

    live, member = pairs.member
    used = matrices.used[live]
    frequency = np.bincount(used.indices, minlength=used.shape[1])
    # A concept of one document says nothing about closeness; one of all documents neither.
    weight = np.where(frequency > 1, np.log(max(1, len(live)) / np.maximum(frequency, 1)), 0.0)
    terms = used.astype(np.float64) @ diags(weight)
    profiles = (member.T @ terms).tocsr()
    dots = (profiles @ profiles.T).toarray()
    a, b = pairs.first, pairs.second
    dot, norm_a, norm_b = dots[a, b], dots[a, a].copy(), dots[b, b].copy()
    both = member.tocsc()
    overlap = np.flatnonzero((member.T @ member).toarray()[a, b])
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


def _percentiles(similarity: Floats, layers: NDArray[np.int64]) -> Floats:
    limits = np.zeros(len(similarity))
    for kind in np.unique(layers):
        limits[layers == kind] = np.percentile(similarity[layers == kind], CLOSE)
    return limits


def _nearest(matrices: Matrices, pairs: _Pairs, pair: int, ask: SiloAsk) -> tuple[tuple[Term, Term], ...]:
    ends = [matrices.domain[int(pairs.columns[side[pair]])] for side in (pairs.first, pairs.second)]
    try:
        found = nearest_open(matrices, Ask(ends[0], ends[1], ask.since, ask.until, top=NEAREST))
    except NothingFound:
        # One domain may lie inside the other: then there are no two sides to draw concepts from.
        return ()
    return tuple((term(matrices, u), term(matrices, v)) for u, v in found)


def _notes(relation: str, left_out: int, spread: float, close: int, ask: SiloAsk) -> tuple[str, ...]:
    notes = [
        f"Links counted: {LINKS[relation]}.",
        f"{close} pairs are close enough to be called a silo (closest quarter of their layer pair).",
        f"Links scatter with a dispersion of {spread:.2f} around what is predicted; p-values allow for it.",
        "A shortfall is not a fault: two domains may be close in words and have no reason to work together.",
    ]
    if left_out:
        notes.append(
            f"{left_out} domains with fewer than {ask.least} documents, or the same ones as another, were left out."
        )
    return tuple(notes)
