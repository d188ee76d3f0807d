"""Silos: pairs of domains that are close in content and joined by fewer links than that explains.

It promises to say which links were counted, what number size and closeness predict, and how sure the
shortfall is. It refuses to call two domains a silo because they are unlinked: unlinked and unrelated is
no silo, so only the closest quarter of pairs can be one; and it refuses to judge from a few domains.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from silobridge.kg.errors import NothingFound, UsageError
from silobridge.kg.ids import mint
from silobridge.queries.bridges.characteristic import Floats, window
from silobridge.queries.bridges.predicted import nearest_open
from silobridge.queries.bridges.record import Ask, Place, Term
from silobridge.queries.bridges.sides import place
from silobridge.queries.matrices import Matrices
from silobridge.queries.silo.beside import (
    Meeting,
    Way,
    YearOfLinks,
    meetings,
    resampled,
    series,
    undirected,
    ways,
)
from silobridge.queries.silo.pairs import (
    Levels,
    Pairs,
    Relation,
    ancestors,
    closeness,
    directed,
    pairs_of,
    reached,
)
from silobridge.queries.silo.usual import FALSE, Usual, usual
from silobridge.queries.statistics import credible_lift

LEAST_DOCUMENTS = 10
NEAREST = 5
CITED = 10
"""Citations are counted when there are so many times the square root of the number of pairs."""

LINKS: dict[str, str] = {
    "documents": "documents that stand in both domains",
    "citations": "citations between documents of the two domains",
    "concepts": "documents of one domain alone that use a concept characteristic of the other",
}


@dataclass(frozen=True, slots=True)
class Silo:
    """Two domains, the links between them, and how many size and closeness predict.

    `shortfall` is the shrunken log of expected ÷ observed: 0.7 is half as many links as predicted.
    `low` and `high` bound observed ÷ expected with 90 % credibility, `resampled` with documents drawn again;
    `p` is the chance of so few links. `verdict` is silo where pairs so alike scatter less than that (q ≤ 5 %), else
    candidate: its own rate is credibly short of the prediction, but not more than other pairs are short by nature.
    `nearest` names concepts of one and the other side that are close and never used together, `meetings` what each
    such pair would add, the one that opens the silo most first. `takes` are links from the source to the target
    domain, `gives` those back; both None where links have no direction.
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
    resampled: tuple[float, float] | None = None
    takes: Way | None = None
    gives: Way | None = None
    years: tuple[YearOfLinks, ...] = ()
    changes: tuple[tuple[int, float, float], ...] = ()
    meetings: tuple[Meeting, ...] = ()
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
    against
        Where given, only pairs of a domain of `levels` with one of these are compared.
    relation
        Which links to count; None takes citations where there are enough, else shared documents within a layer
        and used concepts across layers, where a document stands in both sides only through a crosswalk.
    least
        Domains with fewer documents are left out, and counted.
    """

    levels: Levels = (("openalex", "subfield"),)
    relation: Relation | None = None
    since: int | None = None
    until: int | None = None
    top: int = 20
    least: int = LEAST_DOCUMENTS
    against: Levels = ()

    def __post_init__(self) -> None:
        if self.top < 1 or self.least < 1:
            raise UsageError("top and least count from 1", where=f"top {self.top}, least {self.least}")
        if self.relation not in (None, *LINKS):
            raise UsageError(f"{self.relation!r} is no sort of link", expected=", ".join(LINKS))


@dataclass(frozen=True)
class Found:
    """All compared pairs with their links, before any is called a silo."""

    pairs: Pairs
    relation: Relation
    flow: Floats
    observed: NDArray[np.int64]
    similarity: Floats
    usual: Usual
    left_out: int

    @property
    def shrink(self) -> float:
        """What counts are shrunken by."""
        return min(1.0 / max(self.usual.spread, 1e-6), 1.0)


def compare(matrices: Matrices, ask: SiloAsk) -> Found:
    """Count and predict the links of all pairs. O(pairs × concepts of a domain).

    Raises
    ------
    NothingFound
        As `silos`.
    """
    live = np.flatnonzero(window(matrices, ask.since, ask.until))
    pairs, left_out = pairs_of(matrices, (ask.levels, ask.against), live, ask.least)
    relation = ask.relation or _relation(matrices, pairs)
    flow = directed(pairs, reached(matrices, pairs, relation))
    observed = undirected(flow, pairs, relation)
    if not observed.any():
        raise NothingFound(
            f"no links between any two of the domains: 0 {LINKS[relation]}",
            hint="read in documents that cite each other or stand in several domains, or count other links",
        )
    similarity = closeness(matrices, pairs)
    return Found(pairs, relation, flow, observed, similarity, usual(pairs, observed, similarity), left_out)


def silos(matrices: Matrices, ask: SiloAsk | None = None) -> Silos:
    """Find the silos among the domains of the asked levels.

    Links are regressed on sizes, closeness and links elsewhere by a negative binomial (`silo.usual`); closeness is
    the tf–idf cosine of documents that stand in only one of the two, or the links would leak into it. A silo is a
    pair above the 75th percentile of closeness in its layer pair whose links fall short at a false discovery rate
    of 5 %; a candidate is one whose shrunken ratio of observed to expected is credibly below 1.

    Raises
    ------
    NothingFound
        If there are too few domains, or no link at all, to learn what is usual.
    """
    ask = ask or SiloAsk()
    found = compare(matrices, ask)
    told = found.usual
    shape = 1.0 / max(told.spread, 1e-6)
    shortfall = np.log((told.expected + found.shrink) / (found.observed + found.shrink))
    _, low, high = credible_lift(found.observed, told.expected, min(max(shape, 0.25), 10.0))
    passed = np.flatnonzero(told.close & (high < 1) & (shortfall > 0))
    # What is sure comes first, then what falls short most.
    order = np.lexsort(
        (found.pairs.second[passed], found.pairs.first[passed], -shortfall[passed], told.q[passed] > FALSE)
    )
    chosen = passed[order][: ask.top]
    bounds = resampled(matrices, found.pairs, found.relation, found.similarity, chosen)
    usual_ways = None if found.relation == "documents" else ways(found.flow, found.pairs, found.similarity)
    listed = tuple(
        _silo(matrices, ask, found, int(i), (float(shortfall[i]), float(low[i]), float(high[i])),
              (float(bounds[0][n]), float(bounds[1][n])), usual_ways)
        for n, i in enumerate(chosen)
    )  # fmt: skip
    title = "Silos: close in content, short of links"
    return Silos(title, listed, int(told.close.sum()), matrices.position, told.explained, _notes(found, ask))


def _silo(
    matrices: Matrices, ask: SiloAsk, found: Found, pair: int, numbers: tuple[float, float, float],
    bounds: tuple[float, float], usual_ways: tuple[Floats, Floats] | None,
) -> Silo:  # fmt: skip
    pairs, told = found.pairs, found.usual
    a, b = int(pairs.first[pair]), int(pairs.second[pair])
    ends = [place(matrices, matrices.domain[int(pairs.columns[c])], int(pairs.size[c])) for c in (a, b)]
    observed, expected = int(found.observed[pair]), float(told.expected[pair])
    near = _nearest(matrices, ends[0].id, ends[1].id, ask)
    could = meetings(matrices, pairs, pair, (observed, expected, found.shrink), near)
    both: list[Way | None] = [None, None]
    if usual_ways:
        flows = found.flow[a, b], found.flow[b, a]
        both = [Way(int(n), float(side[pair])) for n, side in zip(flows, usual_ways, strict=True)]
    years, moved = series(matrices, pairs, found.relation, pair, expected)
    return Silo(
        ends[0], ends[1], found.relation, observed, expected, float(found.similarity[pair]), *numbers,
        p=float(told.p[pair]), q=float(told.q[pair]), verdict="silo" if told.q[pair] <= FALSE else "candidate",
        nearest=tuple((one.source, one.target) for one in could), resampled=bounds, takes=both[0], gives=both[1],
        years=years, changes=moved, meetings=could,
    )  # fmt: skip


def _relation(matrices: Matrices, pairs: Pairs) -> Relation:
    within = matrices.layer[pairs.columns[pairs.first]] == matrices.layer[pairs.columns[pairs.second]]
    cites = matrices.cites[pairs.live][:, pairs.live].nnz
    if cites >= CITED * len(pairs.first) ** 0.5 and not within.all():
        return "citations"
    return "documents" if within.all() else "concepts"


def _nearest(matrices: Matrices, source: str, target: str, ask: SiloAsk) -> list[tuple[int, int]]:
    try:
        return nearest_open(matrices, Ask(source, target, ask.since, ask.until, top=NEAREST))
    except NothingFound:
        # One domain may lie inside the other: then there are no two sides to draw concepts from.
        return []


def _notes(found: Found, ask: SiloAsk) -> tuple[str, ...]:
    told = found.usual
    close = int(told.close.sum())
    notes = [
        f"Links counted: {LINKS[found.relation]}.",
        f"{close} pairs are close enough to be called a silo (closest quarter of their layer pair).",
        f"Links of such pairs scatter with a dispersion of {told.spread:.2f} around what is predicted; p-values allow "
        f"for it. Of the {close}, {told.testable} could pass at all: in the others even no link at all would not be rare.",
        "A shortfall is not a fault: two domains may be close in words and have no reason to work together.",
    ]
    if found.left_out:
        notes.append(
            f"{found.left_out} domains with fewer than {ask.least} documents, or the same ones as another, were left out."
        )
    return tuple(notes)


__all__ = ["LINKS", "Found", "Relation", "Silo", "SiloAsk", "Silos", "ancestors", "compare", "silos"]
