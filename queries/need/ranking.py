"""Fusing what the words say with what the graph says.

It promises one score from 0 to 1 a document, by a convex combination whose weight was tuned on needs that
no test used (`benchmarks/need`), and rank fusion beside it as the baseline. It refuses to fuse raw scores.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from silobridge.kg.ledger.store import Ledger
from silobridge.queries.matrices import Matrices
from silobridge.queries.need.index import Index, index
from silobridge.queries.need.linking import Linked, link
from silobridge.queries.need.walk import Reached, walk
from silobridge.queries.need.words import words

if TYPE_CHECKING:
    from silobridge.queries.need.meaning import Meaning

Floats = NDArray[np.float64]

SEEDS = 200
"""So many documents seed the walk, each as much as its words match."""

FAINT = 1 / 3
"""A document seeds the walk when its words match at least this share of what the best one's do."""

WORDS_WEIGHT = 0.8
"""What the words count beside the graph: tuned, see docs/explanation/need.md."""

RANK_CONSTANT = 60


@dataclass(frozen=True)
class Ranked:
    """A need understood: the concepts it names, how well words and graph reach each document."""

    linked: tuple[Linked, ...]
    said: tuple[str, ...]
    lexical: Floats
    reached: Reached
    fused: Floats


def rank(
    ledger: Ledger,
    matrices: Matrices,
    text: str,
    found: Index | None = None,
    meaning: "Meaning | None" = None,
) -> Ranked:
    """Score every document for a need.

    Parameters
    ----------
    text
        The need, English or Chinese.
    found
        The index, where the caller holds it already.
    meaning
        What says beside the words how near a document is in meaning; nothing does by default.
    """
    found = found or index(ledger, matrices)
    linked = link(ledger, matrices, text)
    said = words(text)
    other = [word for one in linked for form in one.forms for word in words(form)]
    lexical = found.scores([*said, *(word for word in other if word not in said)])
    if meaning is not None:
        lexical = combine(lexical, meaning.near(text), meaning.encoder.words)
    return ranked(matrices, lexical, linked, tuple(said))


def ranked(matrices: Matrices, lexical: Floats, linked: tuple[Linked, ...], said: tuple[str, ...]) -> Ranked:
    """Walk from the best documents and the named concepts, and fuse."""
    seeds = best(lexical, SEEDS)
    documents = np.zeros(len(lexical))
    # A document that shares one everyday word with the need must not lead the walk astray.
    seeds = seeds[lexical[seeds] >= FAINT * lexical[seeds].max(initial=0.0)]
    documents[seeds] = lexical[seeds] ** 2
    concepts = np.zeros(len(matrices.form))
    for one in linked:
        concepts[one.concept] = np.log((1 + len(lexical)) / (1 + matrices.frequency[one.concept]))
    reached = walk(matrices, documents, np.maximum(concepts, 0.0))
    return Ranked(linked, said, lexical, reached, combine(lexical, reached.tamed_documents))


def best(scores: Floats, count: int) -> NDArray[np.int64]:
    """Return the rows with the highest scores above 0, ties by row."""
    some = np.flatnonzero(scores > 0)
    if len(some) > 4 * count:
        bar = np.partition(scores[some], len(some) - count)[len(some) - count]
        some = some[scores[some] >= bar]
    return np.asarray(some[np.lexsort((some, -scores[some]))][:count], np.int64)


def combine(lexical: Floats, graph: Floats, weight: float = WORDS_WEIGHT) -> Floats:
    """Weigh two scores after dividing each by its highest (Bruch and others 2022: ahead of rank fusion).

    Examples
    --------
    >>> combine(np.array([2.0, 0.0]), np.array([0.0, 5.0]), 0.75).tolist()
    [0.75, 0.25]
    """
    return weight * _scaled(lexical) + (1 - weight) * _scaled(graph)


def rank_fusion(scores: Sequence[Floats], depth: int = 1000) -> Floats:
    """Add up 1 ÷ (60 + rank) over rankings (Cormack and others 2009), the baseline.

    Examples
    --------
    >>> rank_fusion([np.array([3.0, 1.0]), np.array([0.0, 9.0])]).round(4).tolist()
    [0.0164, 0.0325]
    """
    total = np.zeros(len(scores[0]))
    for one in scores:
        rows = best(one, depth)
        total[rows] += 1.0 / (RANK_CONSTANT + 1 + np.arange(len(rows)))
    return total


def _scaled(scores: Floats) -> Floats:
    high = float(scores.max()) if len(scores) else 0.0
    return scores / high if high > 0 else scores
