"""The co-use graph of a cut, with recent windows beside the total, in compressed rows.

It promises symmetric rows sorted by neighbour, integer counts, and the same arrays whatever the order
of the edges it was built from. It refuses self-links and weights of zero.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from silobridge.queries.hindcast.corpus import Floats, Ints, Matrix


@dataclass(frozen=True)
class Graph:
    """Hold an undirected weighted graph as compressed rows.

    Parameters
    ----------
    size
        Number of nodes.
    indptr, indices
        Compressed rows; every edge stands in both of its rows.
    counts
        Entries × (1 + windows): documents that use both ends, in all and in each recent window.
    """

    size: int
    indptr: Ints
    indices: Ints
    counts: Floats

    @property
    def degree(self) -> Ints:
        """Number of neighbours of each node."""
        return np.diff(self.indptr)

    @property
    def rows(self) -> Ints:
        """Row of each entry."""
        return np.repeat(np.arange(self.size), self.degree)

    def matrix(self, values: Floats | None = None) -> Matrix:
        """Give the entries as a sparse matrix, with the counts or with other values of the same length."""
        data = self.counts[:, 0] if values is None else values
        return sparse.csr_matrix((data, self.indices, self.indptr), shape=(self.size, self.size))

    def linked(self, source: Ints, target: Ints) -> Floats:
        """Give the documents that use both ends of each pair; 0 where there is no edge."""
        if not len(source):
            return np.zeros(0)
        return np.asarray(self.matrix()[source, target], dtype=np.float64).ravel()

    def edges(self) -> tuple[Ints, Ints, Floats]:
        """Give each edge once, smaller end first, with its counts."""
        rows = self.rows
        once = rows < self.indices
        return rows[once], self.indices[once], self.counts[once]


def from_edges(size: int, first: Ints, second: Ints, counts: Floats) -> Graph:
    """Build the graph from edges given once each, in any order and direction. O(m log m)."""
    rows, columns = np.concatenate([first, second]), np.concatenate([second, first])
    order = np.lexsort((columns, rows))
    indptr = np.zeros(size + 1, dtype=np.int64)
    np.cumsum(np.bincount(rows, minlength=size), out=indptr[1:])
    return Graph(size, indptr, columns[order], np.concatenate([counts, counts])[order])


def from_documents(use: Matrix, recent: list[Ints]) -> Graph:
    """Count co-uses over all documents and over each recent set of documents. O(Σ concepts per document²).

    Parameters
    ----------
    use
        Documents × concepts, ones.
    recent
        For each window, the positions of its documents.
    """
    size = use.shape[1]
    total = sparse.triu(use.T @ use, k=1).tocoo()
    keys = total.row.astype(np.int64) * size + total.col
    order = np.argsort(keys)
    keys = keys[order]
    counts = np.zeros((len(keys), 1 + len(recent)))
    counts[:, 0] = total.data[order]
    for column, rows in enumerate(recent, start=1):
        part = sparse.triu(use[rows].T @ use[rows], k=1).tocoo()
        place = np.searchsorted(keys, part.row.astype(np.int64) * size + part.col)
        counts[place, column] = part.data
    return from_edges(size, keys // size, keys % size, counts)
