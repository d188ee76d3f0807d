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


def main() -> None:
    """Measure both ways of asking, idle, beside a writer, and idle again."""
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
    torn: list[tuple[int, int]] = []
    offset = views.ledger.position() - int(
        sparql(views, "SELECT (COUNT(*) AS ?n) { ?d a sb:Document }").rows[0][0]
    )

    def checked(documents: int, position: int) -> None:
        """Note an answer that mixes two positions: the writer only adds, so both grow by the same."""
        if position - documents < offset:
            torn.append((documents, position))

    with open_endpoint(views.open_rdf().path, 0) as endpoint:
        thread = threading.Thread(target=endpoint.serve_forever)
        thread.start()
        client = SparqlClient(endpoint.url, Endpoints(endpoint.url, endpoint.url))
        prefix = "PREFIX sb: <https://w3id.org/silobridge/ns#> "

        def over_http() -> None:
            """Ask the endpoint."""
            (row,) = client.select(prefix + QUESTION)
            checked(int(row["n"].value), int(row["position"].value))

        def as_query() -> None:
            """Ask as `kg query --sparql` does, a process for each question."""
            documents, position = sparql(views, QUESTION).rows[0]
            checked(int(documents), int(position))

        ways = {"endpoint": over_http, "kg query": as_query}
        for title, ask in ways.items():
            print(line(f"{title}, idle", timed(ask, chosen.seconds / 2)), flush=True)
        stop = multiprocessing.get_context("spawn").Event()
        arguments = (graph, chosen.work / "notes", chosen.page, stop)
        writer = multiprocessing.get_context("spawn").Process(target=write, args=arguments)
        before = views.ledger.position()
        writer.start()
        while views.ledger.position() == before:
            time.sleep(0.2)
        for title, ask in ways.items():
            print(line(f"{title}, beside a writer", timed(ask, chosen.seconds)), flush=True)
        stop.set()
        writer.join()
        print(f"written meanwhile: {views.ledger.position() - before} documents, in pages of {chosen.page}")
        for title, ask in ways.items():
            print(line(f"{title}, idle again", timed(ask, chosen.seconds / 2)), flush=True)
        endpoint.shutdown()
        thread.join()
    print(f"answers that mix two positions: {len(torn)}")


if __name__ == "__main__":
    main()
