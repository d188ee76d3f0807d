"""A small world in which concepts of three fields meet over years."""

from collections.abc import Callable

import numpy as np
from scipy import sparse

from silobridge.queries.hindcast.corpus import Corpus, corpus, month
from silobridge.queries.matrices import Matrices
from silobridge.queries.names import Names


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


def as_graph(world: Corpus, years: Callable[[np.ndarray], np.ndarray] | None = None) -> Matrices:
    """Give a world as a graph's matrices; its domains are OpenAlex fields with two subfields each."""
    documents, concepts = world.use.shape
    fields = len(world.domains)
    shown = world.months // 12 if years is None else years(world.months // 12)
    names = [f"oa-field:{place}" for place in range(fields)]
    names += [f"oa-subfield:{place}" for place in range(world.categories.shape[1])]
    home = sparse.csr_matrix((np.ones(documents), (np.arange(documents), world.domain)), (documents, fields))
    empty = sparse.csr_matrix((concepts, concepts))
    return Matrices(
        position=1, copies=0, document=Names.of([f"doc:{place:05}" for place in range(documents)]),
        doc=np.arange(documents, dtype=np.int32), year=shown.astype(np.int16),
        kind=np.full(documents, "paper"), form=Names.of(sorted(world.labels)), label=Names.of(list(world.labels)),
        type=np.full(concepts, ""), domain=Names.of(names), domain_label=Names.of(names),
        layer=np.full(len(names), "science"), scheme=np.full(len(names), "openalex"),
        level=np.array(["field"] * fields + ["subfield"] * (len(names) - fields)),
        parent=Names.of([""] * fields + [names[place // 2] for place in range(len(names) - fields)]),
        uses=world.use.astype(np.int32), stands=sparse.hstack([home, world.categories]).tocsr(), claims=empty,
        cites=sparse.csr_matrix((documents, documents)),
    )  # fmt: skip
