"""Two-hop paths of a source, the raw material of every path score.

It promises each path once, as the two edges it goes over, so that any score of the kind
Σ over linking concepts of f(edge, linking concept, edge) is one weighted count. It refuses to hold the
paths of more than one source at a time. O(Σ degree of the neighbours) per source.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from silobridge.queries.hindcast.corpus import Flags, Ints
from silobridge.queries.hindcast.graph import Graph


def two_hops(graph: Graph, source: int, wanted: Flags) -> tuple[Ints, Ints, Ints]:
    """Walk two steps from a source, keeping the walks that end at a wanted node.

    Returns
    -------
    Target, position of the first edge in its row of the source, position of the second edge in its row of
    the linking concept; ordered by linking concept, then target.
    """
    start, stop = int(graph.indptr[source]), int(graph.indptr[source + 1])
    linking = graph.indices[start:stop]
    lengths = graph.degree[linking]
    total = int(lengths.sum())
    ends = np.cumsum(lengths)
    second = np.arange(total) + np.repeat(graph.indptr[linking] - (ends - lengths), lengths)
    target = graph.indices[second]
    keep = wanted[target]
    first = np.repeat(np.arange(start, stop), lengths)
    return target[keep], first[keep], second[keep]


def paths_of(graph: Graph, source: Ints, target: Ints) -> Iterator[tuple[slice, Ints, Ints, Ints]]:
    """Give, source by source, the run of its pairs and all paths of those pairs.

    Parameters
    ----------
    graph
        The graph.
    source, target
        Different pairs, ordered by source and target.

    Yields
    ------
    The run of pairs; then, per path, its pair's place in the run, its first and its second edge.
    """
    bounds = np.flatnonzero(np.diff(source, prepend=-1, append=-1))
    wanted = np.zeros(graph.size, dtype=bool)
    slot = np.zeros(graph.size, dtype=np.int64)
    for begin, end in pairwise(bounds.tolist()):
        targets = target[begin:end]
        wanted[targets] = True
        slot[targets] = np.arange(end - begin)
        found, first, second = two_hops(graph, int(source[begin]), wanted)
        wanted[targets] = False
        yield slice(begin, end), slot[found], first, second
