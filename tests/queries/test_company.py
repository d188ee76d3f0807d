"""Edges and ties: the same as the dense textbook computation, whatever the block, the threads or the hubs."""

import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted import Made, build
from scipy.sparse import csr_matrix
from scipy.stats import poisson

from silobridge.queries.bridges import company
from silobridge.queries.bridges.company import EDGE_FALSE, LEAST_USES, LONGEST, openness, ties, validated
from silobridge.queries.matrices import Matrices, matrices
from silobridge.queries.statistics import benjamini_hochberg


def themes() -> list[Made]:
    """Papers and patents of a few themes, each with words of its own and words of all."""
    rng = random.Random(4)
    found = []
    for number in range(240):
        own = [f"theme {number % 9} word {n}" for n in rng.sample(range(8), 4)]
        kind, domain = (("paper", "oa-field:17"), ("patent", "cpc:H01M"))[number % 2]
        terms = [*own, *(f"common word {n}" for n in rng.sample(range(40), 3)), f"only {number}"]
        found.append(Made(f"doi:10.5555/{number}", kind, [domain], terms))
    return found


def textbook(made: Matrices) -> np.ndarray:
    """All pairs at once, met or not, with the formula as it is written."""
    used = made.used.toarray().astype(float)
    kept = (used.sum(1) > 0) & (used.sum(1) <= LONGEST)
    met, expected = used[kept].T @ used[kept], np.zeros((used.shape[1],) * 2)
    for kind in np.unique(made.kind):
        part = used[kept & (made.kind == kind)]
        length, often = part.sum(1), part.sum(0)
        expected += np.outer(often, often) * (length**2).sum() / length.sum() ** 2
    one, other = np.triu_indices(used.shape[1], 1)
    enough = used[kept].sum(0) >= LEAST_USES
    chosen = enough[one] & enough[other]
    one, other = one[chosen], other[chosen]
    p = np.where(met[one, other] > 0, poisson.sf(met[one, other] - 1, expected[one, other]), 1.0)
    sure = (benjamini_hochberg(p) <= EDGE_FALSE) & (met[one, other] > 1)
    edges = np.zeros_like(met)
    edges[one[sure], other[sure]] = edges[other[sure], one[sure]] = 1
    return edges


@pytest.mark.parametrize("block", [1, 1000, company.BLOCK])
def test_edges_are_the_textbooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int):
    monkeypatch.setattr(company, "BLOCK", block)
    monkeypatch.setattr(company.blocks, "__defaults__", (block,))
    made = matrices(build(tmp_path / "g", themes()))
    edges, left_out = validated(made, np.ones(len(made.year), bool))
    assert edges.nnz > 20 and left_out == 0
    assert (edges.toarray() == textbook(made)).all()


def test_a_list_is_left_out_and_said(tmp_path: Path):
    terms = [f"term number {n} {n}" for n in range(LONGEST + 1)]
    documents = [Made(f"doi:10.5555/{n}", "paper", ["oa-field:17"], terms) for n in range(4)]
    documents = [one._replace(terms=[*one.terms, f"own {at}"]) for at, one in enumerate(documents)]
    made = matrices(build(tmp_path / "g", documents))
    edges, left_out = validated(made, np.ones(len(made.year), bool))
    assert (edges.nnz, left_out) == (0, 4)


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 24), st.floats(0.05, 0.9), st.integers(0, 10_000))
def test_ties_are_counted_one_by_one(nodes: int, density: float, seed: int):
    rng = np.random.default_rng(seed)
    dense = np.triu(rng.random((nodes, nodes)) < density, 1).astype(float)
    dense += dense.T
    edges, every = csr_matrix(dense), np.arange(nodes)
    by_hand = [int(dense[np.ix_(near, near)].sum()) // 2 for near in (np.flatnonzero(row) for row in dense)]
    assert ties(edges, every).tolist() == by_hand
    # One node alone goes another way than all of them together.
    assert [int(ties(edges, every[n : n + 1])[0]) for n in range(nodes)] == by_hand
    assert company._triangles(csr_matrix(np.triu(dense).astype(np.int32))).tolist() == by_hand
    open_to = openness(edges, every)
    assert ((open_to >= 0) & (open_to <= 1)).all()


def test_a_hub_costs_no_square():
    # A star of 100,000 leaves: looking at each neighbour's neighbours would be 10^10 steps.
    leaves = np.arange(1, 100_001)
    half = csr_matrix((np.ones(len(leaves)), (np.zeros(len(leaves), int), leaves)), shape=(100_001, 100_001))
    assert not ties((half + half.T).tocsr(), np.arange(100_001)).any()


def test_threads_change_no_byte():
    code = (
        "import numpy as np, hashlib; from benchmarks.scale.made import made\n"
        "from benchmarks.scale.__main__ import digest; from benchmarks.scale.measures import MEASURES\n"
        "graph, kept = made(3000), {}\n"
        "print([digest(measure(graph, kept)) for measure in MEASURES.values()])"
    )
    told = set()
    for threads in ("1", "2"):
        setting = {"OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads}
        done = subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, **setting}, cwd=Path(__file__).parents[2],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        told.add(done.stdout)
    assert len(told) == 1
