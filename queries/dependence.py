"""How much a firm's patents rest on science: by what they cite, and by what papers said first.

It promises counts beside shares, the share of all patents of the same years beside the firm's, and the papers
and concepts themselves. It refuses to count a citation it cannot read as a paper.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silobridge.kg.errors import NothingFound
from silobridge.kg.ledger.store import Ledger
from silobridge.queries.bridges.characteristic import Floats
from silobridge.queries.bridges.record import Term
from silobridge.queries.bridges.sides import term
from silobridge.queries.evidence import Quote, Wanted, documents_using, quotes
from silobridge.queries.helix.uses import Integers, layer_of
from silobridge.queries.matrices import Matrices
from silobridge.queries.statistics import credible_lift

SHAPE = 2.0
SHOWN = 5
RARE = 0.02
"""A concept that more of the dated papers use is common speech: that papers had it first says nothing."""

_CITING = """
    SELECT DISTINCT c.doc FROM citation c
    WHERE c.kind = 'npl' OR c.kind = 'paper' ORDER BY 1"""
_FIRMS = """
    SELECT agent, first(name ORDER BY name), list(DISTINCT doc ORDER BY doc)
    FROM contributor WHERE sort = 'organisation' AND role IN ('assignee', 'applicant') GROUP BY agent ORDER BY agent"""


@dataclass(frozen=True, slots=True)
class Dependence:
    """A firm's dated patents, those that cite papers, and those that use a concept papers used before.

    The `expected` numbers are what the shares of all patents of the same years give; `lift` is sharing ÷
    expected with 90 % bounds, pulled towards 1 where counts are small. `concepts` are those most of the sharing
    patents use, rare ones first.
    """

    firm: str
    name: str
    patents: int
    citing: int
    citing_expected: float
    sharing: int
    sharing_expected: float
    lift: float
    low: float
    high: float
    concepts: tuple[Term, ...]
    sentences: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Dependences:
    """An answer: firms in order of the lower bound of lift, and what to know."""

    title: str
    firms: tuple[Dependence, ...]
    tested: int
    position: int
    notes: tuple[str, ...] = ()


def dependence(
    ledger: Ledger, matrices: Matrices, firm: str = "", top: int = 20, minimum: int = 2
) -> Dependences:
    """Measure how much firms' patents rest on science; one firm's, with sentences, where it is named.

    Parameters
    ----------
    firm
        An organisation's identifier or a part of its name.
    minimum
        A firm is listed from so many dated patents on.

    Raises
    ------
    NothingFound
        If no organisation of that name holds a dated patent, or no patent names one.
    """
    sharing, first = shared_first(matrices)
    dated = (layer_of(matrices) == 1) & (matrices.year > 0)
    with ledger.reading() as connection:
        citing_docs = {int(row[0]) for row in connection.execute(_CITING).fetchall()}
        firms = connection.execute(_FIRMS).fetchall()
    cites = np.isin(matrices.doc, np.array(sorted(citing_docs), np.int64)) & dated
    usual_sharing, usual_citing = _by_year(matrices, dated, sharing), _by_year(matrices, dated, cites)
    place = {int(doc): row for row, doc in enumerate(matrices.doc)}
    listed = []
    for agent, name, docs in firms:
        if firm and firm != agent and firm.casefold() not in name.casefold():
            continue
        rows = np.array(sorted(place[doc] for doc in docs if doc in place), np.int64)
        rows = rows[dated[rows]] if len(rows) else rows
        if len(rows) < (1 if firm else minimum):
            continue
        expected = float(usual_sharing[rows].sum())
        seen = int(sharing[rows].sum())
        lift, low, high = credible_lift(seen, expected, SHAPE)
        concepts = _concepts(matrices, rows[sharing[rows]], first)
        listed.append(
            Dependence(
                agent, name, len(rows), int(cites[rows].sum()), float(usual_citing[rows].sum()), seen, expected,
                float(lift), float(low), float(high),
                tuple(term(matrices, c) for c in concepts),
                _sentences(ledger, matrices, concepts, rows, f"{agent}") if firm else (),
            )
        )  # fmt: skip
    if not listed:
        raise NothingFound(
            f"no organisation{' called ' + repr(firm) if firm else ''} holds enough dated patents",
            where=f"{len(firms)} organisations named as assignee or applicant",
            hint="name one as the patents spell it, or read patents with their assignees in",
        )
    listed.sort(key=lambda one: (-one.low, one.firm))
    return Dependences(
        "How much firms' patents rest on science", tuple(listed[:top]), len(listed), matrices.position,
        _notes(matrices, dated),
    )  # fmt: skip


def shared_first(matrices: Matrices) -> tuple[NDArray[np.bool_], Integers]:
    """Mark the patents that use a concept papers used in an earlier year than any patent did.

    Also return, by concept, the year papers first used it (0 where they did not come first or it is common).
    """
    layer, year = layer_of(matrices), matrices.year.astype(np.int64)
    first = []
    entries = matrices.used.tocoo()
    for number in (0, 1):
        here = (layer[entries.row] == number) & (year[entries.row] > 0)
        earliest = np.full(matrices.used.shape[1], 9999, np.int64)
        np.minimum.at(earliest, entries.col[here], year[entries.row[here]])
        first.append(earliest)
    papers = (layer == 0) & (year > 0)
    common = np.asarray(matrices.used[papers].sum(0)).ravel() > max(2.0, RARE * papers.sum())
    ahead = (first[0] < first[1]) & ~common
    marks = np.asarray((matrices.used @ ahead.astype(np.int64)) > 0).ravel()
    return marks & (layer == 1) & (year > 0), np.where(ahead, first[0], 0)


def _by_year(matrices: Matrices, dated: NDArray[np.bool_], marked: NDArray[np.bool_]) -> Floats:
    """Return, by document, the share of the dated patents of its year that are marked."""
    year = matrices.year.astype(np.int64)
    every, some = (
        np.bincount(year[dated], minlength=10_000),
        np.bincount(year[dated & marked], minlength=10_000),
    )
    return np.asarray((some / np.maximum(every, 1))[year], np.float64)


def _concepts(matrices: Matrices, rows: Integers, first: Integers) -> list[int]:
    counts = np.bincount(matrices.used[rows].indices, minlength=len(first)) * (first > 0)
    seen = np.flatnonzero(counts)
    return [int(c) for c in seen[np.lexsort((seen, matrices.frequency[seen], -counts[seen]))][:SHOWN]]


def _sentences(
    ledger: Ledger, matrices: Matrices, concepts: list[int], rows: Integers, key: str
) -> tuple[Quote, ...]:
    """Quote, for each concept, the firm's patent and the papers that had it before."""
    layer = layer_of(matrices)
    papers = np.flatnonzero((layer == 0) & (matrices.year > 0)).astype(np.int32)
    wanted = []
    for concept in concepts:
        for within in (papers, rows.astype(np.int32)):
            wanted.append(
                Wanted(key, matrices.form[concept], "", documents_using(matrices, [concept], within))
            )
    return quotes(ledger, wanted)[key] if wanted else ()


def _notes(matrices: Matrices, dated: NDArray[np.bool_]) -> tuple[str, ...]:
    told = [
        f"{int(dated.sum())} dated patents. Expected: the shares of all patents of the same years.",
        "A concept papers used first in this graph may be older outside it; a citation counts where the patent "
        "lists other literature or a paper.",
    ]
    undated = int(((layer_of(matrices) == 1) & (matrices.year == 0)).sum())
    if undated:
        told.append(f"{undated} patents give no year and were left out.")
    return tuple(told)
