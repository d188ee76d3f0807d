"""The rankings compared: words, latent meaning, rank fusion, the walk, and the two fused.

It promises that each sees the same words of the same need. It refuses models trained elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import svds

from silobridge.kg.ledger.store import Ledger
from silobridge.queries.matrices import Matrices
from silobridge.queries.need.index import Index
from silobridge.queries.need.linking import link
from silobridge.queries.need.ranking import combine, rank_fusion, ranked
from silobridge.queries.need.words import words

Floats = NDArray[np.float64]
DIMENSIONS = 96


@dataclass(frozen=True)
class Latent:
    """Documents and words in the space of the largest singular values of the BM25 matrix (LSA)."""

    documents: Floats
    terms: Floats


def latent(index: Index, kept: NDArray[np.bool_]) -> Latent:
    """Fit on the documents that are kept; the start vector is fixed, so that the fit is."""
    table = index.weights.tocsr()[np.flatnonzero(kept)].astype(np.float64)
    right = svds(table, k=DIMENSIONS, v0=np.ones(min(table.shape)))[2]
    terms = right.T[:, ::-1]
    documents = np.asarray(index.weights @ terms)
    documents /= np.maximum(np.linalg.norm(documents, axis=1, keepdims=True), 1e-12)
    return Latent(documents, terms)


def scores(
    ledger: Ledger, matrices: Matrices, index: Index, space: Latent, need: tuple[str, NDArray[np.bool_]]
) -> Mapping[str, Floats]:
    """Score every document for a need by each ranking; masked documents score 0."""
    text, searched = need
    said = words(text)
    bm25 = np.where(searched, index.scores(said), 0.0)
    terms = index.terms(said)
    vector = sum(
        (weight * index.idf[c] * space.terms[c] for c, weight in terms.items()), np.zeros(DIMENSIONS)
    )
    dense = np.where(searched, np.maximum(space.documents @ vector, 0.0), 0.0)
    linked = link(ledger, matrices, text)
    reached = ranked(matrices, bm25, linked, tuple(said)).reached
    walk = np.where(searched, reached.documents, 0.0)
    tamed = np.where(searched, reached.tamed_documents, 0.0)
    both = rank_fusion([bm25, dense])
    wide = np.where(searched, ranked(matrices, both, linked, tuple(said)).reached.tamed_documents, 0.0)
    text_only = combine(bm25, dense, 0.5)
    return {
        "bm25": bm25, "lsa": dense, "rrf bm25+lsa": both, "ppr": walk, "ppr tamed": tamed,
        "rrf all": rank_fusion([bm25, dense, tamed]),
        "bm25+lsa": text_only, "bm25+lsa+ppr": combine(text_only, tamed, 0.75),
        "ppr from bm25+lsa": wide, "bm25+ppr from bm25+lsa": combine(bm25, wide, 0.6),
        **{f"fused {weight:.1f}": combine(bm25, tamed, weight) for weight in (0.4, 0.6, 0.8)},
    }  # fmt: skip
