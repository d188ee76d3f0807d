"""How long the views take to build and to follow, how fast, how large, and with how much memory.

    python benchmarks/views.py GRAPH [--copy FOLDER] [--increments]

With --increments it measures, on the views as they are, how long after the call a document that is added or
forgotten shows to a second process, in Cypher and in SPARQL; start-up and the second process's own questions
apart. Works on a copy of the graph, so that the graph itself is left alone. Each build runs in a process
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


READER = """
import sys, time
import silobridge
title = "Zinc air cells for a benchmark"
ask = "PREFIX dcterms: <http://purl.org/dc/terms/> ASK { ?d dcterms:title \'" + title + "\' }"
with silobridge.open(sys.argv[1]) as graph:
    graph.views.open_graph()
    print("ready", flush=True)
    for line in sys.stdin:
        wanted = line == "there\\n"
        seen = []
        looks = (
            lambda: bool(graph.views.open_rdf().store.query(ask)),
            lambda: bool(
                graph.views.open_graph().session.cypher(
                    "MATCH (d:Document {title: $t}) RETURN d.id", params={"t": title}
                ).to_list()
            ),
        )
        for look in looks:
            began = time.process_time(), time.perf_counter()
            while look() != wanted:
                assert time.perf_counter() - began[1] < 60
            seen.append((time.process_time() - began[0], time.perf_counter() - began[1]))
        print(*(number for pair in seen for number in pair), flush=True)
"""

NOTE = """# Zinc air cells for a benchmark

Zinc air cells improve the endurance of drones. Machine learning improves path planning of drones.
"""


def increments(folder: Path, steps: int = STEPS) -> dict[str, object]:
    """Add and forget one document, again and again, and time until a second process sees each change."""
    import silobridge

    found: dict[str, list[dict[str, float]]] = {"add": [], "forget": []}
    began = time.perf_counter(), time.process_time()
    with silobridge.open(folder) as graph, tempfile.TemporaryDirectory() as place:
        graph.views.update()
        graph.views.open_graph()
        file = Path(place) / "note.md"
        reader = subprocess.Popen(
            [sys.executable, "-c", READER, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert reader.stdin is not None
        assert reader.stdout is not None
        assert reader.stdout.readline() == "ready\n"
        for step in range(steps + 1):
            file.write_text(f"{NOTE}\nVersion {step}.\n", "utf-8")
            added = _seen(lambda: graph.ingest(file, domains=("nace:C30",), workers=1), reader, "there")
            (row,) = graph.cypher(
                "MATCH (d:Document {title: $t}) RETURN d.id", t=NOTE.split("\n")[0][2:]
            ).rows
            gone = _seen(lambda one=row[0]: graph.forget(one), reader, "gone")
            if step:
                found["add"].append(added)
                found["forget"].append(gone)
            else:
                # The first of each loads the language model and the engines' parts.
                start = {"seconds": round(time.perf_counter() - began[0], 3),
                         "processor_seconds": round(time.process_time() - began[1], 3)}  # fmt: skip
        reader.communicate(timeout=60)
    return {"start_up": start, **found}


def _seen(change: object, reader: "subprocess.Popen[str]", wanted: str) -> dict[str, float]:
    began = time.perf_counter(), time.process_time()
    change()  # type: ignore[operator]
    called = time.perf_counter() - began[0], time.process_time() - began[1]
    reader.stdin.write(f"{wanted}\n")  # type: ignore[union-attr]
    reader.stdin.flush()  # type: ignore[union-attr]
    rdf_cpu, rdf, graph_cpu, graph = map(float, reader.stdout.readline().split())  # type: ignore[union-attr]
    return {
        "call_seconds": round(called[0], 3), "call_processor_seconds": round(called[1], 3),
        "reader_rdf_seconds": round(rdf, 3), "reader_rdf_processor_seconds": round(rdf_cpu, 3),
        "reader_graph_seconds": round(graph, 3), "reader_graph_processor_seconds": round(graph_cpu, 3),
        "visible_seconds": round(time.perf_counter() - began[0], 3),
    }  # fmt: skip


def main() -> None:
    """Copy the ledger, build both views in processes of their own, then follow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graph", type=Path)
    parser.add_argument("--only", choices=("rdf", "graph"), help=argparse.SUPPRESS)
    parser.add_argument(
        "--copy", type=Path, default=None, help="where to put the copy; a temporary folder by default"
    )
    parser.add_argument(
        "--increments", action="store_true", help="only add and forget, on the views there are"
    )
    given = parser.parse_args()
    if given.only:
        print(json.dumps(build(given.graph, given.only)))
        return
    with tempfile.TemporaryDirectory(dir=given.copy) as place:
        folder = Path(place) / "copy.kg"
        if given.increments:
            shutil.copytree(given.graph, folder)
            print(json.dumps(increments(folder), indent=2))
            return
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
