"""Openings: pairs of domains that no document joins yet and that are the likeliest to be joined next.

It promises a score learned from the graph's own earlier years and judged on them first: how well it told
which pairs opened is part of the answer. It refuses where the years are too few to learn from, and it
never calls a pair likely because it is large: size stands in the score with what was learned of it.
"""

from dataclasses import dataclass

import numpy as np

from silobridge.kg.errors import NothingFound
from silobridge.queries.bridges.record import Place
from silobridge.queries.bridges.sides import place
from silobridge.queries.hindcast.corpus import Floats, Ints
from silobridge.queries.hindcast.fields import Fields, Unlinked, auc, learn_openings, two_way, unlinked
from silobridge.queries.hindcast.from_graph import last_year
from silobridge.queries.hindcast.metrics import interval
from silobridge.queries.matrices import Matrices
from silobridge.queries.silos import LEAST_DOCUMENTS, ancestors
from silobridge.queries.table import Table

COLUMNS = ("from", "to", "opening", "similarity", "expected links", "shared recent partners", "by way of",
           "documents from", "documents to")  # fmt: skip
VIA = 3
COMMON = 5
"""Documents a concept must have to count for similarity: rarer ones are many, and say little of a field."""

LIMITS = (
    "An opening is a forecast that some document will stand in both domains within the horizon; it says "
    "nothing of what that document will be worth. Pairs of which one lies above the other are left out."
)


@dataclass(frozen=True, slots=True)
class Opening:
    """Two unlinked domains; `score` is standardised over all unlinked pairs, so 2 is far above the usual.

    `expected` is the number of joint documents that size and similarity predict, `partners` the domains to
    which both were linked in the last three years, `via` the strongest of them.
    """

    source: Place
    target: Place
    score: float
    similarity: float
    expected: float
    partners: int
    via: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Openings:
    """An answer: openings in order, and how well the score did on the graph's own last horizon."""

    title: str
    openings: tuple[Opening, ...]
    tested: int
    position: int
    notes: tuple[str, ...]

    @property
    def table(self) -> Table:
        """One row for each opening."""
        return Table(COLUMNS, [
            (f"{one.source.id} {one.source.label}", f"{one.target.id} {one.target.label}", round(one.score, 2),
             round(one.similarity, 3), round(one.expected, 2), one.partners,
             tuple(via.label for via in one.via), one.source.documents, one.target.documents)
            for one in self.openings
        ], title=self.title)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OpeningAsk:
    """Which domains to compare.

    Parameters
    ----------
    scheme, level
        The level of the domains.
    horizon
        Years within which a pair should open, and the step between the cuts that are learned from.
    top, least
        How many at most, and the documents a domain must have.
    """

    scheme: str = "openalex"
    level: str = "subfield"
    horizon: int = 3
    top: int = 20
    least: int = LEAST_DOCUMENTS


def openings(matrices: Matrices, ask: OpeningAsk | None = None) -> Openings:
    """Rank the unlinked pairs of a level by the chance that a document joins them. O(domains² · concepts).

    Raises
    ------
    NothingFound
        Too few domains, no unlinked pair, or too few years with pairs that opened.
    """
    ask = ask or OpeningAsk()
    columns = _columns(matrices, ask)
    rows = np.flatnonzero(matrices.year > 0)
    year = last_year(matrices.year[rows].astype(np.int64))
    years = matrices.year[rows].astype(np.int64)
    # What came after the cut that is judged has no say in which concepts count.
    often = np.asarray(matrices.used[rows[years <= year - ask.horizon]].sum(axis=0)).ravel()
    documents = (
        (matrices.stands[rows][:, columns] > 0).astype(np.float64).tocsr(),
        matrices.used[rows][:, np.flatnonzero(often >= COMMON)].astype(np.float64).tocsr(),
        years * 12 + 11,
    )
    cuts = [(year - ask.horizon * back) * 12 + 11 for back in (3, 2, 1)]
    past = [unlinked(documents, cut, ask.horizon) for cut in cuts if cut >= documents[2].min()]
    model = learn_openings(past)
    asked = unlinked(documents, year * 12 + 11, ask.horizon)
    score = model.score(asked)
    apart = _apart(matrices, columns, asked.pairs)
    order = np.lexsort((asked.pairs[1], asked.pairs[0], -score))
    chosen = order[apart[order]][: ask.top]
    spread = max(float(score.std()), 1e-12)
    found = tuple(_opening(matrices, columns, asked, int(one), float(score[one] / spread)) for one in chosen)
    notes = (
        f"{int(apart.sum()):,} pairs of {len(columns)} domains share no document up to {year}.",
        _judged(past, year, ask.horizon),
    )
    return Openings(f"Openings: unlinked up to {year}, likely to be joined by {year + ask.horizon}",
                    found, int(apart.sum()), matrices.position, notes)  # fmt: skip


def _columns(matrices: Matrices, ask: OpeningAsk) -> Ints:
    level = (matrices.scheme == ask.scheme) & (matrices.level == ask.level)
    many = np.asarray((matrices.stands > 0).sum(axis=0)).ravel()
    columns = np.flatnonzero(level & (many >= ask.least))
    if len(columns) < 3:
        raise NothingFound(
            f"{len(columns)} domains with at least {ask.least} documents",
            where=f"{ask.scheme}:{ask.level}",
            expected="three or more",
            hint="choose another --level; kg stats shows what the graph has",
        )
    return columns


def _apart(
    matrices: Matrices, columns: Ints, pairs: tuple[Ints, Ints]
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Mark the pairs of which neither lies above the other."""
    names = [matrices.domain[int(column)] for column in columns]
    above = [ancestors(matrices, int(column)) for column in columns]
    marks = [names[i] not in above[j] and names[j] not in above[i] for i, j in zip(*pairs, strict=True)]
    return np.array(marks, dtype=np.bool_)


def _opening(matrices: Matrices, columns: Ints, asked: Unlinked, pair: int, score: float) -> Opening:
    one, other = int(asked.pairs[0][pair]), int(asked.pairs[1][pair])
    known: Fields = asked.known
    both: Floats = np.minimum(known.recent[one], known.recent[other])
    shared = np.flatnonzero(both > 0)
    best = shared[np.lexsort((shared, -both[shared]))][:VIA]

    def _named(at: int) -> Place:
        return place(matrices, matrices.domain[int(columns[at])], int(known.size[at]))

    return Opening(_named(one), _named(other), score, float(known.similarity[one, other]),
                   float(asked.expected[pair]), len(shared), tuple(_named(int(at)) for at in best))  # fmt: skip


def _judged(past: list[Unlinked], year: int, horizon: int) -> str:
    """Say how well the score, learned before the last horizon, told which pairs opened in it."""
    try:
        before = learn_openings(past[:-1])
    except NothingFound:
        return (
            "Not judged on the graph's own past: the years before the last horizon are too few to learn from."
        )
    last = past[-1]
    scores = {"openings": before.score(last), "size and similarity": last.expected}
    many = two_way(scores, last.label, last.pairs, 400, 1)
    gain = auc(scores["openings"], last.label) - auc(scores["size and similarity"], last.label)
    low, high = interval(many["openings"] - many["size and similarity"])
    return (
        f"Judged on {year - horizon} to {year}, learned before: AUC {auc(scores['openings'], last.label):.3f}, size "
        f"and similarity alone {auc(scores['size and similarity'], last.label):.3f}; gain {gain:+.3f} "
        f"[{low:+.3f}, {high:+.3f}] over {int(last.label.sum())} pairs that opened of {len(last.label):,}."
    )
