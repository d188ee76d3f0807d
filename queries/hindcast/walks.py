"""Scores over longer walks and over positions in a space learned from the graph.

It promises that every number comes from the co-use graph of the slice alone, so that a rewired graph
refutes it. It refuses randomness that its seed does not fix.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
from scipy import sparse

from silobridge.queries.hindcast.corpus import Floats, Ints, Matrix
from silobridge.queries.hindcast.graph import Graph
from silobridge.queries.hindcast.slices import Slice

BLOCK = 256
CHUNK = 65536


def association(graph: Graph, used: Floats, documents: float, window: int = 0) -> Floats:
    """Give, per entry, the positive pointwise mutual information of its ends, in nats.

    Parameters
    ----------
    graph
        The graph.
    used
        Documents per concept in the same window.
    documents
        Documents in the same window.
    window
        Column of the graph's counts.
    """
    together = graph.counts[:, window]
    expected = used[graph.rows] * used[graph.indices]
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.log(together * documents / expected)
    return np.where((together > 0) & (expected > 0) & (value > 0), value, 0.0)


def spectral(matrix: Matrix, dimensions: int, seed: int, rounds: int = 4) -> tuple[Floats, Floats]:
    """Give the leading eigenvectors of a symmetric matrix by subspace iteration, and their eigenvalues.

    Halko, Martinsson, Tropp (2011), algorithm 4.4 with a Rayleigh–Ritz step. O(rounds · nnz · dimensions).
    """
    wide = min(dimensions + 16, matrix.shape[0])
    basis, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((matrix.shape[0], wide)))
    for _ in range(rounds):
        basis, _ = np.linalg.qr(matrix @ (matrix @ basis))
    values, vectors = np.linalg.eigh(basis.T @ (matrix @ basis))
    lead = np.argsort(-np.abs(values), kind="stable")[: min(dimensions, wide)]
    return basis @ vectors[:, lead], values[lead]


def unit(rows: Floats) -> Floats:
    """Scale each row to length 1; rows of zeros stay."""
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Floats = np.divide(rows, length, out=np.zeros_like(rows), where=length > 0)
    return scaled


def cosine(left: Floats, right: Floats, pairs: tuple[Ints, Ints]) -> Floats:
    """Give the dot products of the named rows, a block at a time."""
    out = np.empty(len(pairs[0]))
    for start in range(0, len(out), 65536):
        part = slice(start, start + 65536)
        out[part] = np.einsum("ij,ij->i", left[pairs[0][part]], right[pairs[1][part]])
    return out


def nearest(space: Floats, count: int) -> Matrix:
    """Give, per row, the similarities of its nearest rows (positive ones), as a sparse matrix of row sum 1.

    Parameters
    ----------
    space
        Unit rows.
    count
        Neighbours to keep.
    """
    size = len(space)
    count = min(count, size - 1)
    rows, columns, values = [], [], []
    for start in range(0, size, BLOCK):
        close = space[start : start + BLOCK] @ space.T
        block = np.arange(len(close))
        close[block, block + start] = -1.0
        best = np.argpartition(-close, count - 1, axis=1)[:, :count]
        rows.append(np.repeat(block + start, count))
        columns.append(best.ravel())
        values.append(np.clip(np.take_along_axis(close, best, axis=1), 0.0, None).ravel())
    entries = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    matrix = sparse.csr_matrix(entries, shape=(size, size))
    total = np.asarray(matrix.sum(axis=1)).ravel()
    return sparse.diags(np.divide(1.0, total, out=np.zeros(size), where=total > 0)) @ matrix


def two_factors(left: Matrix, right: Matrix, pairs: tuple[Ints, Ints]) -> Floats:
    """Give the named entries of a product of two sparse matrices, a block of rows at a time."""
    return _blocks(pairs, lambda rows: np.asarray((left[rows] @ right).toarray()), _entries)


def three_factors(left: Matrix, middle: Matrix, right: Matrix, pairs: tuple[Ints, Ints]) -> Floats:
    """Give the named entries of a product of three sparse matrices without forming the product.

    The first two factors are multiplied for a block of rows; each pair then needs one sparse dot product
    with its column of the third. O(two-hop paths of the sources + Σ degree of the targets).
    """
    turned = sparse.csr_matrix(right.T)
    return _blocks(pairs, lambda rows: np.asarray((left[rows] @ middle).toarray()), partial(_dots, turned))


def _blocks(
    pairs: tuple[Ints, Ints],
    product: Callable[[Ints], Floats],
    read: Callable[[Floats, Ints, Ints], Floats],
) -> Floats:
    source, target = pairs
    sources, place = np.unique(source, return_inverse=True)
    order = np.argsort(place, kind="stable")
    starts = np.arange(0, len(sources) + BLOCK, BLOCK)
    bounds = np.searchsorted(place[order], starts)
    out = np.zeros(len(target))
    for number, start in enumerate(starts[:-1]):
        state = product(sources[start : start + BLOCK])
        chosen = order[bounds[number] : bounds[number + 1]]
        for begin in range(0, len(chosen), CHUNK):
            part = chosen[begin : begin + CHUNK]
            out[part] = read(state, place[part] - start, target[part])
    return out


def _entries(state: Floats, row: Ints, column: Ints) -> Floats:
    return np.asarray(state[row, column], dtype=np.float64)


def _dots(columns: Matrix, state: Floats, row: Ints, target: Ints) -> Floats:
    part = columns[target]
    lengths = np.diff(part.indptr)
    values = part.data * state[np.repeat(row, lengths), part.indices]
    summed = np.bincount(np.repeat(np.arange(len(target)), lengths), weights=values, minlength=len(target))
    return np.asarray(summed, dtype=np.float64)


def walk_scores(graph: Graph, pairs: tuple[Ints, Ints]) -> dict[str, Floats]:
    """Give the probability of a walk of 3 steps and the damped count of 3-step paths, L3.

    L3 after Kovács et al. (2019): Σ a_ux a_xy a_yv / √(k_x k_y).
    """
    strength = np.asarray(graph.matrix().sum(axis=1)).ravel()
    step = sparse.csr_matrix(sparse.diags(_inverse(strength)) @ graph.matrix())
    plain = graph.matrix(np.ones(len(graph.indices)))
    damp = sparse.diags(np.sqrt(_inverse(graph.degree.astype(np.float64))))
    damped = sparse.csr_matrix(plain @ damp)
    return {"RW3": three_factors(step, step, step, pairs), "L3": three_factors(damped, damped, plain, pairs)}


def _inverse(values: Floats) -> Floats:
    return np.divide(1.0, values, out=np.zeros(len(values)), where=values > 0)


def neighbour_scores(
    slice_: Slice, pairs: tuple[Ints, Ints], space: Floats, count: int = 40
) -> dict[str, Floats]:
    """Ask the concepts nearest to each end how strongly they are linked to the other end.

    Parameters
    ----------
    slice_
        The cut.
    pairs
        Sources and targets.
    space
        Unit rows in which nearness is measured.
    count
        Nearest concepts asked.
    """
    graph = slice_.graph
    close = nearest(space, count)
    used = np.sqrt(np.maximum(slice_.used[:, 0], 1.0))
    salton = graph.matrix(graph.counts[:, 0] / (used[graph.rows] * used[graph.indices]))
    return {
        "near_u": two_factors(close, salton, pairs),
        "near_v": two_factors(salton, sparse.csr_matrix(close.T), pairs),
    }
