"""Everything a forecast may know at a cut, frozen.

It promises that a slice is a function of the documents dated up to the cut and of nothing else. It
refuses a cut before the first document.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from silobridge.kg.errors import NothingFound
from silobridge.queries.hindcast.corpus import Corpus, Flags, Floats, Ints
from silobridge.queries.hindcast.graph import Graph, from_documents

WINDOWS = (12, 24, 36, 60)
"""Recent windows in months: 1, 2, 3 and 5 years."""


@dataclass(frozen=True)
class Slice:
    """Hold the statistics of one cut.

    Parameters
    ----------
    cut
        Last month that is known.
    known
        Documents up to the cut, in all and in each recent window.
    used
        Concepts × (1 + windows): documents that use the concept, in all and in each recent window.
    graph
        Co-use graph with the same windows.
    profile
        Concepts × domains: documents of the concept in each domain.
    category, category_recent
        Concepts × finer classes, in all and in the last three years; zero columns where unknown.
    category_size
        Finer classes × 2: their documents, in all and in the last three years.
    labels
        Names of the concepts.
    """

    cut: int
    known: tuple[float, ...]
    used: Floats
    graph: Graph
    profile: Floats
    category: Floats
    category_recent: Floats
    category_size: Floats
    labels: tuple[str, ...]

    @cached_property
    def home(self) -> Ints:
        """Domain where each concept is used most (ties: the first); -1 where it is used in none."""
        home: Ints = self.profile.argmax(axis=1)
        home[self.profile.sum(axis=1) == 0] = -1
        return home

    @cached_property
    def outline(self) -> Floats:
        """Domain profiles scaled to length 1 (concepts × domains)."""
        length = np.linalg.norm(self.profile, axis=1, keepdims=True)
        scaled: Floats = np.divide(self.profile, length, out=np.zeros_like(self.profile), where=length > 0)
        return scaled

    def closeness(self, source: Ints, target: Ints) -> Floats:
        """Give the cosine of the domain profiles of each pair; one source may face many targets."""
        if len(source) == 1:
            return np.asarray(self.outline[target] @ self.outline[source[0]])
        dots: Floats = np.einsum("ij,ij->i", self.outline[source], self.outline[target])
        return dots

    @cached_property
    def reach(self) -> Floats:
        """Concepts × domains: neighbours at home in each domain."""
        return self._reach(np.ones(len(self.graph.indices)))

    @cached_property
    def reach_new(self) -> Floats:
        """Concepts × domains: neighbours first met in the last three years."""
        recent = self.graph.counts[:, 1 + WINDOWS.index(36)]
        return self._reach((recent == self.graph.counts[:, 0]).astype(np.float64))

    def _reach(self, weight: Floats) -> Floats:
        size, domains = self.profile.shape
        home = self.home[self.graph.indices]
        key = self.graph.rows * domains + home
        counted = np.bincount(key[home >= 0], weights=weight[home >= 0], minlength=size * domains)
        return np.asarray(counted, dtype=np.float64).reshape(size, domains)

    def eligible(self, documents: int = 20) -> Flags:
        """Concepts known well enough to forecast: in at least that many documents, with a home and a link."""
        return (self.used[:, 0] >= documents) & (self.home >= 0) & (self.graph.degree > 0)

    def with_graph(self, graph: Graph) -> "Slice":
        """Give the same slice with another graph, for example a rewired one."""
        return replace(self, graph=graph)


def freeze(corpus: Corpus, cut: int) -> Slice:
    """Freeze what is known up to a cut.

    Parameters
    ----------
    corpus
        All documents; those after the cut are not looked at.
    cut
        Last month that is known, as :func:`~silobridge.queries.hindcast.corpus.month` counts it.

    Raises
    ------
    NothingFound
        No document is dated up to the cut.
    """
    known = corpus.between(None, cut)
    if known.use.shape[0] == 0:
        raise NothingFound("no document up to the cut", hint="choose a later cut")
    recent = [np.flatnonzero(known.months > cut - window) for window in WINDOWS]
    used = np.stack([_column_sums(known.use)] + [_column_sums(known.use[rows]) for rows in recent], axis=1)
    three = recent[WINDOWS.index(36)]
    return Slice(
        cut,
        (float(known.use.shape[0]), *(float(len(rows)) for rows in recent)),
        used,
        from_documents(known.use, recent),
        known.profile(),
        _dense(known.use.T @ known.categories),
        _dense(known.use[three].T @ known.categories[three]),
        np.stack([_column_sums(known.categories), _column_sums(known.categories[three])], axis=1),
        known.labels,
    )


def _column_sums(matrix: object) -> Floats:
    return np.asarray(matrix.sum(axis=0), dtype=np.float64).ravel()  # type: ignore[attr-defined]


def _dense(matrix: object) -> Floats:
    return np.asarray(matrix.toarray(), dtype=np.float64)  # type: ignore[attr-defined]
