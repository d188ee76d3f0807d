"""Time and peak memory of each measure on made graphs, and how they grow.

    python -m benchmarks.scale [--concepts 10000 100000 1000000] [--seed 0] [--threads 1] [--rivals] [--out FILE.json]
    python -m benchmarks.scale --caps GRAPH      what the hub limit costs in recall
    python -m benchmarks.scale --one-more GRAPH  what one new document costs

Measures are the shipped functions, on the arrays that a ledger of that size would give. Each graph is measured in
a process of its own; the peak of each measure is reset before it (Linux), so it includes the graph's arrays.
With --rivals, NetworkX, igraph and plain scipy compute the same quantities in processes of their own, each with
ten minutes. The digest is of every number an answer holds: equal digests are equal answers.
"""

import argparse
import hashlib
import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SIZES = (10_000, 100_000, 1_000_000)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--concepts", type=int, nargs="*", default=list(SIZES))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rivals", action="store_true")
    parser.add_argument("--caps", type=Path)
    parser.add_argument("--one-more", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.caps or asked.one_more:
        from benchmarks.scale import real

        told = real.caps(asked.caps) if asked.caps else real.one_more(asked.one_more)
    elif asked.here:
        print(json.dumps(measured(asked.concepts[0], asked.seed)))
        return
    else:
        told = [_apart(size, asked) for size in asked.concepts]
        print(table(told))
    if asked.out:
        asked.out.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def _apart(size: int, asked: argparse.Namespace) -> dict[str, Any]:
    """Measure one size in a process of its own, and the rivals in theirs."""
    setting = dict.fromkeys(
        ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), str(asked.threads)
    )
    command = [
        sys.executable,
        "-m",
        "benchmarks.scale",
        "--concepts",
        str(size),
        "--seed",
        str(asked.seed),
        "--here",
    ]
    done = subprocess.run(
        command, env={**os.environ, **setting}, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{size:,} concepts: the process ended with code {done.returncode}")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    if asked.rivals:
        from benchmarks.scale.rivals import beside

        told["rivals"] = beside(size, asked.seed, {**os.environ, **setting})
    return told


def measured(size: int, seed: int) -> dict[str, Any]:
    """Make one graph and take every measure on it."""
    from benchmarks.scale.made import made
    from benchmarks.scale.measures import MEASURES

    begun = time.perf_counter()
    graph = made(size, seed)
    told: dict[str, Any] = {
        "concepts": size, "documents": len(graph.document), "uses": int(graph.used.nnz),
        "made": time.perf_counter() - begun, "threads": os.environ.get("OMP_NUM_THREADS", ""), "measures": {},
    }  # fmt: skip
    kept: dict[str, Any] = {}
    for name, measure in MEASURES.items():
        found, seconds, peak = timed(lambda measure=measure: measure(graph, kept))  # type: ignore[misc]
        told["measures"][name] = {
            "seconds": round(seconds, 3), "peak_mb": round(peak), "digest": digest(found), "told": told_of(found),
        }  # fmt: skip
        print(
            f"{size:,}: {name}: {seconds:.2f} s, {peak:,.0f} MB, {told_of(found)}",
            file=sys.stderr,
            flush=True,
        )
    told["edges"] = kept["edges"].nnz // 2
    return told


def timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """Return what a call gives, its processor seconds (of all threads) and the peak memory in MB while it ran."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    begun = time.process_time()
    found = work()
    seconds = time.process_time() - begun
    status = Path("/proc/self/status").read_text("ascii")
    peak = next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))
    return found, seconds, peak


def digest(found: Any) -> str:
    """Hash every number and word of an answer."""
    import numpy as np

    sha = hashlib.sha256()

    def take(part: Any) -> None:
        """Add one part."""
        if hasattr(part, "indptr"):
            part.sort_indices()
            for array in (part.indptr.astype(np.int64), part.indices.astype(np.int64), part.data):
                sha.update(array.tobytes())
        elif isinstance(part, np.ndarray):
            sha.update(part.tobytes())
        elif isinstance(part, tuple | list):
            for one in part:
                take(one)
        else:
            sha.update(repr(part).encode())

    take(found)
    return sha.hexdigest()[:16]


def told_of(found: Any) -> str:
    """Say in a few words what an answer holds."""
    if hasattr(found, "nnz"):
        return f"{found.nnz // 2} edges"
    for name in ("bridges", "silos"):
        if hasattr(found, name):
            return f"{len(getattr(found, name))} {name} of {found.tested} tested"
    return f"{len(found)} values" if hasattr(found, "__len__") else ""


def table(told: list[dict[str, Any]]) -> str:
    """Lay the figures out, with the power of the graph's size that the time grows by."""
    names = list(told[-1]["measures"])
    lines = ["| measure | " + " | ".join(f"{one['concepts']:,}: s (peak MB)" for one in told) + " | growth |",
             "|---|" + "---|" * (len(told) + 1)]  # fmt: skip
    for name in names:
        cells = [one["measures"][name] for one in told]
        lines.append(
            f"| {name} | " + " | ".join(f"{c['seconds']:.2f} ({c['peak_mb']:,})" for c in cells)
            + f" | {growth([(one['uses'], c['seconds']) for one, c in zip(told, cells, strict=True)])} |"
        )  # fmt: skip
    for one in told:
        for name, rival in one.get("rivals", {}).items():
            lines.append(f"| {one['concepts']:,}: {name} | {rival} |")
        lines.append(
            f"{one['concepts']:,}: {one['documents']:,} documents, {one['uses']:,} uses, {one['edges']:,} edges"
        )
    return "\n".join(lines)


def growth(points: list[tuple[int, float]]) -> str:
    """Return the power of the last step: 1 is in proportion to the uses."""
    if len(points) < 2 or min(points[-2][1], points[-1][1]) <= 0.01:
        return ""
    (small, fast), (large, slow) = points[-2:]
    return f"{math.log(slow / fast) / math.log(large / small):.2f}"


if __name__ == "__main__":
    main()
