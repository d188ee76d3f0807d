"""How long a fixed question takes while the graph is written to, against idle: on the endpoint, and as `kg query` asks.

    python -m benchmarks.servers.beside GRAPH --work FOLDER [--seconds 40] [--page N]

It promises percentiles of both in one run, idle first and last so that a machine that gets busier shows, and that
every answer is that of one position: it counts those that are not. It works on a copy: the graph is not changed.
The writer is a process of its own that takes in pages of documents one after another, as an ingest does, and brings
both views up after each.
"""

import argparse
import multiprocessing
import shutil
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path

from silobridge.facade import Graph
from silobridge.kg.ledger.store import Ledger
from silobridge.kg.servers.http import Endpoints, SparqlClient
from silobridge.kg.views.facade import Views
from silobridge.queries.run import sparql
from silobridge.web.sparql import open_endpoint

QUESTION = "SELECT ?n ?position { { SELECT (COUNT(*) AS ?n) { ?d a sb:Document } } GRAPH ?g { ?v sb:position ?position } }"
"""Documents, and the position of the same store."""

TEXTS = "The {n}th note says that film {n} improves the electrolyte and that the separator limits the cell."


def write(graph: Path, folder: Path, page: int, stop: "multiprocessing.synchronize.Event") -> None:
    """Take in pages of small texts, views included, until told to stop."""
    opened, number = Graph(graph), 0
    folder.mkdir(parents=True, exist_ok=True)
    while not stop.is_set():
        paths = []
        for _ in range(page):
            number += 1
            path = folder / f"note-{number}.md"
            path.write_text(f"# Note {number} on films\n\n{TEXTS.format(n=number)}\n", "utf-8")
            paths.append(path)
        opened.ingest(*paths, workers=1)
    (folder / "written").write_text(str(number), "ascii")


def timed(ask: Callable[[], None], seconds: float) -> list[float]:
    """Ask again and again for so many seconds; milliseconds of each."""
    found: list[float] = []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until or len(found) < 5:
        began = time.perf_counter()
        ask()
        found.append(1000 * (time.perf_counter() - began))
    return found


def line(title: str, found: list[float]) -> str:
    """Write a line of percentiles."""
    cuts = statistics.quantiles(found, n=100, method="inclusive")
    known = f"p50 {cuts[49]:7.0f}   p95 {cuts[94]:7.0f}   p99 {cuts[98]:7.0f}   worst {max(found):7.0f} ms"
    return f"{title:34} {len(found):5} asked   {known}"


def ways(views: Views, url: str, seen: list[tuple[int, int]]) -> dict[str, Callable[[], None]]:
    """Return the two ways to ask; each notes documents and position of its answer."""
    client = SparqlClient(url, Endpoints(url, url))

    def over_http() -> None:
        """Ask the endpoint."""
        (row,) = client.select("PREFIX sb: <https://w3id.org/silobridge/ns#> " + QUESTION)
        seen.append((int(row["n"].value), int(row["position"].value)))

    def as_query() -> None:
        """Ask as `kg query --sparql` does, a process for each question."""
        documents, position = sparql(views, QUESTION).rows[0]
        seen.append((int(documents), int(position)))

    return {"endpoint": over_http, "kg query": as_query}


def measure(
    views: Views, asked: dict[str, Callable[[], None]], arguments: tuple[Path, Path, int], seconds: float
) -> None:
    """Time each way idle, beside a writer, and idle again."""
    for title, ask in asked.items():
        print(line(f"{title}, idle", timed(ask, seconds / 2)), flush=True)
    spawn = multiprocessing.get_context("spawn")
    stop = spawn.Event()
    writer = spawn.Process(target=write, args=(*arguments, stop))
    before = views.ledger.position()
    writer.start()
    while views.ledger.position() == before and writer.is_alive():
        time.sleep(0.2)
    for title, ask in asked.items():
        print(line(f"{title}, beside a writer", timed(ask, seconds)), flush=True)
    stop.set()
    writer.join()
    print(f"written meanwhile: {views.ledger.position() - before} documents, in pages of {arguments[2]}")
    for title, ask in asked.items():
        print(line(f"{title}, idle again", timed(ask, seconds / 2)), flush=True)


def main() -> None:
    """Measure both ways of asking on a copy of a graph."""
    parser = argparse.ArgumentParser(description="reading while writing")
    parser.add_argument("graph", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=40.0)
    parser.add_argument("--page", type=int, default=20, help="documents the writer takes in at once")
    chosen = parser.parse_args()
    shutil.rmtree(chosen.work, ignore_errors=True)
    chosen.work.mkdir(parents=True)
    graph = chosen.work / "copy.kg"
    shutil.copytree(chosen.graph, graph)
    views = Views(Ledger.open(graph))
    views.update()
    seen: list[tuple[int, int]] = []
    with open_endpoint(views.open_rdf().path, 0) as endpoint:
        thread = threading.Thread(target=endpoint.serve_forever, daemon=True)
        thread.start()
        asked = ways(views, endpoint.url, seen)
        measure(views, asked, (graph, chosen.work / "notes", chosen.page), chosen.seconds)
        endpoint.shutdown()
        thread.join()
    # The writer only adds, and each document is one position or more: none may be ahead of its position.
    first = seen[0][1] - seen[0][0]
    print(
        f"answers that mix two positions: {sum(position - documents < first for documents, position in seen)}"
    )


if __name__ == "__main__":
    main()
