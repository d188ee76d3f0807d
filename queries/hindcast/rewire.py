"""Rewired graphs: what is left of a score when only degrees into domains are kept.

It promises graphs in which every node keeps its exact number of neighbours at home in every domain, by
swaps of edge ends inside a pair of domains; an edge's counts move with its first end. It refuses loops and
double edges.
"""

from dataclasses import dataclass

import numpy as np

from silobridge.queries.hindcast.corpus import Flags, Ints
from silobridge.queries.hindcast.graph import Graph, from_edges


@dataclass(frozen=True)
class Rewired:
    """Hold a rewired graph and the share of edges that were not there before.

    Parameters
    ----------
    graph
        The rewired graph.
    moved
        Share of its edges that the first graph did not have.
    """

    graph: Graph
    moved: float


def rewire(graph: Graph, home: Ints, seed: int, rounds: int = 12) -> Rewired:
    """Swap ends of edges inside each pair of domains. O(rounds · m log m).

    Two edges a–b and c–d with a, c of one domain and b, d of one domain become a–d and c–b, unless that
    makes a loop or an edge that is already there. Batches of disjoint swaps stand for single ones.

    Parameters
    ----------
    graph
        The graph.
    home
        Domain of each node.
    seed
        Seed of the swaps.
    rounds
        Batches; in each, every edge is offered one swap.
    """
    first, second, counts = graph.edges()
    turn = home[first] > home[second]
    first, second = np.where(turn, second, first), np.where(turn, first, second)
    before = np.sort(_keys(first, second, graph.size))
    first, second = swap_ends(first, second, home, seed, rounds)
    after = _keys(first, second, graph.size)
    place = np.minimum(np.searchsorted(before, after), len(before) - 1)
    moved = float((before[place] != after).mean()) if len(after) else 0.0
    return Rewired(from_edges(graph.size, first, second, counts), moved)


def swap_ends(first: Ints, second: Ints, home: Ints, seed: int, rounds: int) -> tuple[Ints, Ints]:
    """Return the ends of the same edges after batches of swaps, as `rewire` makes them.

    Parameters
    ----------
    first, second
        Nodes, each edge once; the first's domain has no larger number than the second's.
    home
        Domain of each node.
    seed, rounds
        As in `rewire`.
    """
    draw = np.random.default_rng(seed)
    inside = home[first] == home[second]
    # A swap leaves both domains of an edge as they were.
    block = np.unique(
        (home[first] + 1) * (int(home.max(initial=0)) + 2) + home[second] + 1, return_inverse=True
    )[1]
    block = block.astype(np.uint16) if block.max(initial=0) < 1 << 16 else block
    # Half the bytes sort twice as fast: an edge's number is at most that of the largest smaller end.
    top = len(home) if inside.any() else int(min(first.max(initial=0), second.max(initial=0)))
    kind = np.int32 if (top + 1) * len(home) < 1 << 31 else np.int64
    first, second = first.astype(kind), second.astype(kind)
    for _ in range(rounds):
        chance = draw.random(len(first))
        if inside.any():
            turn = inside & (chance < 0.5)
            first, second = np.where(turn, second, first), np.where(turn, first, second)
        one, two = _partners(block, draw)
        good = _allowed(first, second, (one, two), len(home))
        one, two = one[good], two[good]
        second[one], second[two] = second[two], second[one]
    return first.astype(np.int64), second.astype(np.int64)


def _keys(first: Ints, second: Ints, size: int) -> Ints:
    return np.minimum(first, second) * size + np.maximum(first, second)


def _partners(block: Ints, draw: np.random.Generator) -> tuple[Ints, Ints]:
    """Pair the edges of each block at random; every edge stands in at most one pair."""
    drawn = draw.random(len(block))
    order = np.argsort(drawn)
    if (np.diff(drawn[order]) == 0).any():
        order = np.argsort(drawn, kind="stable")
    order = order[np.argsort(block[order], kind="stable")]
    one, two = order[:-1:2], order[1::2]
    same = block[one] == block[two]
    return one[same], two[same]


def _allowed(first: Ints, second: Ints, swap: tuple[Ints, Ints], size: int) -> Flags:
    """Mark the swaps that make no loop and no edge that is there or is made by another swap of the batch."""
    one, two = swap
    left, right = (first[one], second[two]), (first[two], second[one])
    made = np.concatenate([_keys(*left, size), _keys(*right, size)])
    present = np.sort(_keys(first, second, size))
    order = np.argsort(made)
    # What is sought in order is found without a walk through memory each.
    ranked = made[order]
    place = np.minimum(np.searchsorted(present, ranked), len(present) - 1)
    unfit = present[place] == ranked
    again = np.diff(ranked) == 0
    unfit[1:] |= again
    unfit[:-1] |= again
    bad = np.zeros(len(made), dtype=bool)
    bad[order] = unfit
    half = len(one)
    good: Flags = ~(bad[:half] | bad[half:]) & (left[0] != left[1]) & (right[0] != right[1])
    return good
