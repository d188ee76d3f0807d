"""A small world in which concepts of three fields meet over years."""

import numpy as np
from scipy import sparse

from silobridge.queries.hindcast.corpus import Corpus, corpus, month


def small_world(seed: int = 0, documents: int = 4000, concepts: int = 150) -> Corpus:
    """Build documents of three fields over 2000 to 2011; each field prefers its own third of the concepts."""
    random = np.random.default_rng(seed)
    domain = random.integers(0, 3, documents)
    months = np.sort(random.integers(month("2000-01"), month("2011-12") + 1, documents))
    liking = 1 / (1 + np.arange(concepts) % 50) ** 0.7
    rows, columns = [], []
    for place in range(documents):
        weight = liking * np.where(np.arange(concepts) // 50 == domain[place], 1.0, 0.05)
        chosen = random.choice(concepts, 4, replace=False, p=weight / weight.sum())
        rows += [place] * 4
        columns += chosen.tolist()
    use = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(documents, concepts))
    finer = sparse.csr_matrix(
        (np.ones(documents), (np.arange(documents), domain * 2 + random.integers(0, 2, documents)))
    )
    names = [f"concept {place % 7} thing {place}" for place in range(concepts)]
    return corpus(use, months, domain, (["a", "b", "c"], names), finer)
