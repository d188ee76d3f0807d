"""The same quantities by NetworkX, igraph and plain scipy, each in a process of its own with ten minutes.

    python -m benchmarks.scale.rivals TOOL CONCEPTS SEED

igraph is under the GPL: it is measured where it is installed, as a program beside ours, and nothing shipped imports it.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

TOOLS = ("scipy", "igraph", "networkx")
MINUTES = 10


def beside(size: int, seed: int, environment: Mapping[str, str]) -> dict[str, str]:
    """Measure each tool, and say in words where one does not finish."""
    told = {}
    for tool in TOOLS:
        command = [sys.executable, "-m", "benchmarks.scale.rivals", tool, str(size), str(seed)]
        lines, ended = "", ""
        try:
            done = subprocess.run(
                command, env=dict(environment), capture_output=True, text=True, timeout=60 * MINUTES
            )
            lines = done.stdout
            ended = done.stderr.strip().splitlines()[-1] if done.returncode else ""
        except subprocess.TimeoutExpired as late:
            lines = (late.stdout or b"").decode()
            ended = f"stopped after {MINUTES} minutes"
        for line in lines.splitlines():
            told.update(json.loads(line))
        if ended:
            told[f"{tool}, what is missing"] = ended
    return told


def main() -> None:
    """Measure one tool and print a line of JSON for each quantity."""
    tool, size, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    from benchmarks.scale.made import made
    from silobridge.queries.bridges.company import validated

    graph = made(size, seed)
    edges, _ = validated(graph, np.ones(len(graph.year), bool))
    weighted = graph.weighted
    for name, work in _works(tool, graph.used, edges, weighted).items():
        begun = time.process_time()
        found = work()
        spent = time.process_time() - begun
        status = Path("/proc/self/status").read_text("ascii")
        peak = next(int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM"))
        print(
            json.dumps({f"{tool}: {name}": f"{spent:.2f} s, {peak:,} MB{f' ({found})' if found else ''}"}),
            flush=True,
        )


def _works(tool: str, used: Any, edges: Any, weighted: Any) -> dict[str, Callable[[], Any]]:
    return {"scipy": _scipy, "igraph": _igraph, "networkx": _networkx}[tool](used, edges, weighted)


def _scipy(used: Any, edges: Any, weighted: Any) -> dict[str, Callable[[], Any]]:
    """Do what one writes first: the whole product, a tail for every pair, the square of the graph."""

    def significance() -> str:
        """All pairs that meet, kept at once."""
        from scipy.stats import false_discovery_control, poisson

        met = (used.T @ used).tocoo()
        upper = met.row < met.col
        often, length = np.asarray(used.sum(0)).ravel(), np.diff(used.indptr).astype(float)
        expected = often[met.row[upper]] * often[met.col[upper]] * ((length**2).sum() / length.sum() ** 2)
        p = poisson.sf(met.data[upper] - 1, expected)
        return f"{int((false_discovery_control(p) <= 0.01).sum())} edges, one kind of document"

    def effective() -> None:
        """Ties from the square of the graph."""
        closed = (edges @ edges).multiply(edges).sum(1)
        np.asarray(closed).ravel() / np.maximum(np.diff(edges.indptr), 1) ** 2

    return {"edge significance": significance, "effective size": effective}


def _igraph(used: Any, edges: Any, weighted: Any) -> dict[str, Callable[[], Any]]:
    import igraph

    entries = weighted.tocoo()
    both = np.column_stack([entries.row, entries.col + weighted.shape[0]])
    pairs = edges.tocoo()
    upper = pairs.row < pairs.col
    anywhere = [1.0] * sum(weighted.shape)
    held: dict[str, Any] = {}

    def build() -> None:
        """Make the two graphs."""
        held["both"] = igraph.Graph(n=sum(weighted.shape), edges=both)
        held["edges"] = igraph.Graph(
            n=edges.shape[0], edges=np.column_stack([pairs.row[upper], pairs.col[upper]])
        )

    return {
        "build the graphs": build,
        "personalised PageRank, damping .5": lambda: len(
            held["both"].personalized_pagerank(damping=0.5, reset=anywhere, weights=entries.data.tolist())
        ) and None,
        "ties of every concept (triangles)": lambda: len(held["edges"].list_triangles()),
    }  # fmt: skip


def _networkx(used: Any, edges: Any, weighted: Any) -> dict[str, Callable[[], Any]]:
    import networkx

    held: dict[str, Any] = {}

    def build() -> None:
        """Make the two graphs."""
        held["edges"] = networkx.from_scipy_sparse_array(edges)
        held["both"] = networkx.bipartite.from_biadjacency_matrix(weighted)

    def effective() -> None:
        """Return effective size ÷ neighbours, from the triangles: networkx.effective_size is slower still."""
        told, degree = networkx.triangles(held["edges"]), dict(held["edges"].degree())
        {node: 1 - 2 * told[node] / max(1, degree[node]) ** 2 for node in told}

    def project() -> int:
        """Count the pairs of concepts that meet."""
        bipartite = networkx.bipartite.from_biadjacency_matrix(used)
        concepts = range(used.shape[0], sum(used.shape))
        return int(networkx.bipartite.weighted_projected_graph(bipartite, concepts).number_of_edges())

    return {
        "build the graphs": build,
        "effective size": effective,
        "personalised PageRank, damping .5": lambda: len(networkx.pagerank(held["both"], alpha=0.5)) and None,
        "pairs that meet": project,
    }


if __name__ == "__main__":
    os.nice(5)
    main()
