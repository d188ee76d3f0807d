"""Personalised PageRank between documents and the concepts they use.

It promises the walk that returns to the need with a fixed chance at every step, over edges that weigh rare
concepts more, and the same numbers whatever the thread count. It refuses hubs: what everybody reaches is
divided by how easily everybody reaches it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silobridge.queries.matrices import Matrices

RESTART = 0.5
STEPS = 12
"""After so many steps less than 1 in 4,000 of the walk is unfinished."""

TAMING = 0.5
"""The power of the stationary share that a share is divided by; 0 leaves hubs, 1 overshoots to the rare."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reached:
    """Where the walk stands: a share for every document and every concept, and the tamed ones."""

    documents: Floats
    concepts: Floats
    tamed_documents: Floats
    tamed_concepts: Floats


def walk(matrices: Matrices, documents: Floats, concepts: Floats, taming: float = TAMING) -> Reached:
    """Walk from seeds, half of them documents and half concepts, and return where one stands.

    The walk goes from a document to a concept in proportion to its rarity and back in the same proportion;
    its stationary share is each node's share of all weight (Page and others 1999, with restart at the seeds).
    O(steps · uses).

    Parameters
    ----------
    documents, concepts
        Seed weights, not negative; a side without any leaves all to the other.
    taming
        The power of the stationary share to divide by.
    """
    edges = matrices.weighted
    back = edges.T.tocsr()
    out_documents, out_concepts = (np.asarray(table.sum(1)).ravel() for table in (edges, back))
    seeds = [weights / weights.sum() if weights.sum() else weights for weights in (documents, concepts)]
    share = 1.0 / max(1, sum(bool(part.sum()) for part in seeds))
    at_documents, at_concepts = start = (seeds[0] * share, seeds[1] * share)
    for _ in range(STEPS):
        leaving_documents = _divided(at_documents, out_documents)
        leaving_concepts = _divided(at_concepts, out_concepts)
        at_documents = RESTART * start[0] + (1 - RESTART) * (edges @ leaving_concepts)
        at_concepts = RESTART * start[1] + (1 - RESTART) * (back @ leaving_documents)
    total = max(float(edges.sum()), 1e-12)
    return Reached(
        at_documents,
        at_concepts,
        _divided(at_documents, (out_documents / total) ** taming),
        _divided(at_concepts, (out_concepts / total) ** taming),
    )


def _divided(above: Floats, below: Floats) -> Floats:
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)
