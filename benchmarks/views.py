"""How long the views take to build and to follow, how fast, how large, and with how much memory.

    python benchmarks/views.py GRAPH [--copy FOLDER]

Works on a copy of the graph's ledger, so that the graph itself is left alone. Each build runs in a process
of its own, so that its peak memory is its own. Prints one JSON object.
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from silobridge.kg.ledger.forget import forget
from silobridge.kg.ledger.store import LEDGER_FILE, Ledger
from silobridge.kg.views.facade import Views

STEPS = 5


def build(folder: Path, name: str) -> dict[str, float]:
    """Build one view and measure it."""
    views = Views(Ledger.open(folder))
    began, worked = time.perf_counter(), time.process_time()
    views.rebuild(name)
    seconds, worked = time.perf_counter() - began, time.process_time() - worked
    path = folder / "views" / ("rdf" if name == "rdf" else "graph.kgl")
    files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    # Processor seconds of all threads: what stays comparable on a machine that others use too.
    found = {"seconds": round(seconds, 2), "processor_seconds": round(worked, 2),
             "disk_mb": round(sum(one.stat().st_size for one in files) / 1e6, 1),
             "peak_rss_mb": round(peak, 1)}  # fmt: skip
    if name == "rdf":
        triples = sum(1 for _ in views.open_rdf().store)
        found |= {"triples": triples, "triples_per_second": round(triples / seconds)}
    else:
        session = views.open_graph().session
        nodes = session.cypher("MATCH (n) RETURN count(n) AS n").scalar()
        edges = session.cypher("MATCH ()-[r]->() RETURN count(r) AS n").scalar()
        found |= {"nodes": nodes, "edges": edges}
    return found


def follow(folder: Path) -> dict[str, list[float]]:
    """Forget documents one by one, and time until a second reader sees each gone."""
    ledger = Ledger.open(folder)
    views = Views(ledger)
    with ledger.reading() as connection:
        rows = connection.execute("SELECT id FROM document ORDER BY md5(id) LIMIT ?", [STEPS]).fetchall()
    found: dict[str, list[float]] = {
        "forget": [],
        "rdf_update": [],
        "rdf_reader": [],
        "graph_update": [],
        "graph_reader": [],
    }
    for (identifier,) in rows:
        found["forget"].append(_timed(lambda one=identifier: _forget(ledger, one)))
        for name in ("rdf", "graph"):
            found[f"{name}_update"].append(_timed(lambda one=name: views.update(one)))
            opened = views.open_rdf if name == "rdf" else views.open_graph
            found[f"{name}_reader"].append(_timed(opened))
            assert opened().position == ledger.position()
    return found


def _forget(ledger: Ledger, identifier: str) -> None:
    with ledger.writing() as connection:
        forget(connection, [identifier], 0)


def _timed(step: object) -> float:
    began = time.perf_counter()
    step()  # type: ignore[operator]
    return round(time.perf_counter() - began, 3)


def main() -> None:
    """Copy the ledger, build both views in processes of their own, then follow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graph", type=Path)
    parser.add_argument("--only", choices=("rdf", "graph"), help=argparse.SUPPRESS)
    parser.add_argument(
        "--copy", type=Path, default=None, help="where to put the copy; a temporary folder by default"
    )
    given = parser.parse_args()
    if given.only:
        print(json.dumps(build(given.graph, given.only)))
        return
    with tempfile.TemporaryDirectory(dir=given.copy) as place:
        folder = Path(place) / "copy.kg"
        folder.mkdir()
        shutil.copy(given.graph / LEDGER_FILE, folder / LEDGER_FILE)
        with Ledger.open(folder).reading() as connection:
            tables = ("document", "mention", "evidence", "membership", "contribution", "citation")
            sizes = {
                one: connection.execute(f"SELECT count(*) FROM {one}").fetchall()[0][0] for one in tables
            }
        result: dict[str, object] = {"ledger": sizes}
        for name in ("rdf", "graph"):
            done = subprocess.run(
                [sys.executable, __file__, str(folder), "--only", name],
                capture_output=True,
                text=True,
                check=True,
            )
            result[name] = json.loads(done.stdout)
        result["follow_seconds"] = follow(folder)
        print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
