"""How fast a graph reaches Neo4j: push, offline import, and a loader that sends one statement per row.

    python -m benchmarks.servers --nodes 100000 --edges 500000 --work FOLDER

It promises the same synthetic graph for the same numbers, and prints one line for each way, with rows (nodes
and edges) per second and the ratio to the naive loader of the same run. It needs Java, Maven and the extra
`neo4j`; it starts and stops a server of its own.
"""

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

from silobridge.kg.export import export
from silobridge.kg.ledger.store import Ledger
from silobridge.kg.servers.bolt import connect
from silobridge.kg.servers.push import Options, push
from silobridge.kg.servers.rows import batches, parts
from silobridge.kg.views.bulk import staged

TOOL = Path(__file__).resolve().parents[2] / "tools" / "servers" / "neo4j.py"
PORT = 17699
NAIVE_SORTS = ("Document", "Concept", "USES Document Concept")
"""What the naive loader is timed on, some rows of each: all of them would take hours."""


def synthetic(folder: Path, nodes: int, edges: int) -> Ledger:
    """Make a ledger whose graph has about so many nodes and edges, hubs included."""
    ledger = Ledger.create(folder)
    documents, concepts, claims = nodes * 6 // 10, nodes * 2 // 10, nodes // 10
    uses = (edges - 4 * claims - documents) // documents
    with ledger.writing() as connection:
        connection.execute(f"""
            INSERT INTO document
            SELECT i, 'doi:10.5555/bench.' || i, ['paper', 'patent', 'industry'][1 + i % 3], 'Title number ' || i,
                   'en', (2000 + i % 25)::VARCHAR, 2000 + i % 25, 'bench', 'bench', i, i, '', md5(i::VARCHAR),
                   md5(i::VARCHAR), 'bench', 1, 'Title number ' || i FROM range({documents}) t(i)""")
        # The cube makes a few concepts the hubs that real ones are.
        connection.execute(f"""
            INSERT INTO mention
            SELECT i // {uses}, 0, 0, 5,
                   'term ' || lpad(((hash(i) % 1000003 / 1000003.0) ** 3 * {concepts})::BIGINT::VARCHAR, 7, '0'),
                   'term', '', 'bench' FROM range({documents * uses}) t(i)""")
        connection.execute(f"""
            INSERT INTO evidence BY NAME
            SELECT i AS doc, 0 AS sentence, 0 AS start, 5 AS stop,
                   'term ' || lpad((i % {concepts})::VARCHAR, 7, '0') AS subject, 0 AS subject_start, 4 AS subject_stop,
                   'improves' AS predicate, 'term ' || lpad((i * 7 % {concepts} + 1)::VARCHAR, 7, '0') AS object,
                   6 AS object_start, 10 AS object_stop, 'affirmed' AS polarity, false AS hedged, 0.9 AS confidence,
                   'bench' AS rule, 'stated' AS modality, false AS novel, '' AS failure
            FROM range({claims}) t(i)""")
        connection.execute(f"""
            INSERT INTO membership SELECT i, 'nace:C' || (10 + i % 24), 1.0, 'asserted', '' FROM range({documents}) t(i)""")
        connection.execute(f"""
            INSERT INTO journal SELECT i + 1, TIMESTAMP '2026-01-01', 1, 'add', 'doi:10.5555/bench.' || i, i,
                   md5(i::VARCHAR) FROM range({documents}) t(i)""")
    return ledger


def count(ledger: Ledger, work: Path) -> tuple[int, int]:
    """Return how many nodes and edges the graph has."""
    found = {True: 0, False: 0}
    with staged(ledger, work) as (connection, _):
        for part in parts():
            row = connection.execute(f"SELECT count(*) FROM ({part.rows})").fetchone()
            found[" " not in part.name] += row[0] if row else 0
    return found[True], found[False]


def naive(ledger: Ledger, url: str, work: Path, most: int) -> float:
    """Return the rows per second of one auto-commit statement per row, on so many rows of each sort."""
    sent, started = 0, 0.0
    with connect(url) as session, staged(ledger, work) as (connection, _):
        started = time.perf_counter()
        for part in parts():
            if part.name not in NAIVE_SORTS:
                continue
            for row in next(batches(connection, part, size=most), []):
                session.run(part.create, rows=part.sent([row])).consume()
                sent += 1
    return sent / (time.perf_counter() - started)


def spent(home: Path) -> float:
    """Return the processor seconds of this process and of the server, which a busy machine does not change much."""
    number = (home / "server.pid").read_text("ascii").strip()
    fields = Path(f"/proc/{number}/stat").read_text("ascii").rpartition(")")[2].split()
    return time.process_time() + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def server(action: str, folder: Path, *words: str) -> None:
    """Start or stop the benchmark's own server."""
    subprocess.run(
        [sys.executable, TOOL, action, "--folder", folder, *words], check=True, stdout=subprocess.DEVNULL
    )


def offline(ledger: Ledger, work: Path) -> tuple[float, float]:
    """Return the seconds of writing the files and of importing them."""
    started = time.perf_counter()
    export(ledger, "neo4j-admin", work / "files")
    written = time.perf_counter()
    tool = shlex.join([sys.executable, str(TOOL), "admin", str(work / "imported")])
    subprocess.run(
        [work / "files" / "import.sh"],
        check=True,
        env=os.environ | {"NEO4J_ADMIN": tool},
        stdout=subprocess.DEVNULL,
    )
    return written - started, time.perf_counter() - written


class Said:
    """Say on standard error how far a push is, once a minute, with the time: a run cut short has figures too."""

    def __init__(self) -> None:
        self.last = self.begun = time.perf_counter()

    def __call__(self, rows: int, part: str) -> None:
        """Say it if a minute has passed."""
        now = time.perf_counter()
        if now - self.last > 60:
            self.last = now
            print(f"{rows:,} rows after {now - self.begun:.0f} s, at {part}", file=sys.stderr, flush=True)


def main() -> None:
    """Measure the three ways on one graph and print them."""
    parser = argparse.ArgumentParser(description="rows/s into Neo4j")
    parser.add_argument("--nodes", type=int, default=100_000)
    parser.add_argument("--edges", type=int, default=500_000)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--batches", type=int, nargs="*", default=[10_000])
    parser.add_argument("--naive", type=int, default=1000, help="rows of each sort for the naive loader")
    chosen = parser.parse_args()
    work = chosen.work.resolve()
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    ledger = synthetic(work / "bench.kg", chosen.nodes, chosen.edges)
    nodes, edges = count(ledger, work)
    rows = nodes + edges
    print(
        f"{nodes:,} nodes, {edges:,} edges; load {os.getloadavg()[0]:.0f} on {os.cpu_count()} cores",
        flush=True,
    )
    os.environ.setdefault("SILOBRIDGE_NEO4J_PASSWORD", "only-for-this-benchmark")
    written, imported = offline(ledger, work)
    print(
        f"offline import   {rows / imported:10,.0f} rows/s   {imported:.0f} s + {written:.0f} s for the files",
        flush=True,
    )
    url = f"bolt://127.0.0.1:{PORT}"
    server("start", work / "home", "--port", str(PORT))
    try:
        slow = naive(ledger, url, work, chosen.naive)
        print(
            f"naive            {slow:10,.0f} rows/s   (first {chosen.naive} rows of three sorts)", flush=True
        )
        for size in chosen.batches:
            busy, started = spent(work / "home"), time.perf_counter()
            done = push(ledger, url, Options(replace=True, batch=size), Said())
            seconds, busy = time.perf_counter() - started, spent(work / "home") - busy
            speed = done.rows / seconds
            print(
                f"push, {size:6,}     {speed:10,.0f} rows/s   {seconds:.0f} s, {speed / slow:.0f} x naive;"
                f" {done.rows / busy:,.0f} rows per processor second, server and client; load {os.getloadavg()[0]:.0f}"
            )
    finally:
        server("stop", work / "home")


if __name__ == "__main__":
    main()
