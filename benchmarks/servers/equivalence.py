"""Ask every named question of a graph on five engines, and write what agreed and how long each took.

    python -m benchmarks.servers.equivalence GRAPH --work FOLDER [--title NAME] [--out docs/reference/equivalence.md]

It promises a line for every question, with its parameters, its rows, and for each engine the seconds or what
differed. It refuses to leave out a question that has no rows on this graph: it says so. It starts and stops
servers of its own; without Java and Maven only the embedded engines and Oxigraph are asked.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from silobridge.kg.ledger.store import Ledger
from silobridge.kg.servers.bolt import connect
from silobridge.kg.servers.http import SparqlClient
from silobridge.kg.servers.push import Options, push
from silobridge.kg.views.facade import Views
from silobridge.queries.remote import ask_bolt, ask_http
from silobridge.queries.run import Limits, Question, ask, cypher, library
from silobridge.queries.table import Table

TOOLS = Path(__file__).resolve().parents[2] / "tools" / "servers"
LIMITS = Limits(100_000, 120.0)
TRIES = 12
CANDIDATES = {
    "domain": "MATCH (x:Domain)<-[:IN_DOMAIN]-(d) RETURN x.id AS id, count(d) AS n ORDER BY n DESC, id LIMIT 40",
    "concept": "MATCH (x:Concept) RETURN x.id AS id, x.documents AS n ORDER BY n DESC, id LIMIT 40",
    "claim": "MATCH (x:Claim) RETURN x.id AS id, x.evidence AS n ORDER BY n DESC, id LIMIT 20",
    "document": "MATCH (x:Document)<-[:CITES]-(d) RETURN x.id AS id, count(d) AS n ORDER BY n DESC, id LIMIT 20",
    "organisation": "MATCH (x:Organisation) RETURN x.label AS id ORDER BY id LIMIT 20",
}
"""What may stand for a parameter: the most used of its kind."""

Ask = Callable[[str, dict[str, str]], Table]


def parameters(views: Views, question: Question, known: dict[str, list[str]]) -> dict[str, str]:
    """Give a question's parameters the first values for which it has rows, or the last that were tried."""
    open_ = [one for one in question.params if one.default is None]
    given: dict[str, str] = {}
    for attempt in range(TRIES if open_ else 1):
        given = {}
        for place, one in enumerate(open_):
            values = known.get(one.kind) or known.get(one.name) or ["battery"]
            given[one.name] = values[(attempt * (place + 1) + place) % len(values)]
        if ask(views, question.name, given, engine="cypher", limits=LIMITS).rows:
            break
    return given


@contextmanager
def served(name: str, folder: Path, port: int) -> Iterator[str]:
    """Lend the address of a server of this run's own."""
    command = [sys.executable, str(TOOLS / f"{name}.py")]
    started = subprocess.run(
        [*command, "start", "--folder", folder, "--port", str(port)], capture_output=True, text=True
    )
    try:
        yield started.stdout.strip()
    finally:
        subprocess.run([*command, "stop", "--folder", folder], check=True)


def engines(views: Views, work: Path, stack: ExitStack) -> dict[str, Ask]:
    """Start what can be started, push the graph there, and return how each is asked."""
    found: dict[str, Ask] = {
        "Oxigraph embedded": lambda name, given: ask(views, name, given, limits=LIMITS),
        "kglite embedded": lambda name, given: ask(views, name, given, engine="cypher", limits=LIMITS),
    }
    for name, title, port in (("oxigraph", "Oxigraph server", 17801), ("fuseki", "Fuseki", 17802)):
        url = stack.enter_context(served(name, work / name, port))
        if url:
            push(views.ledger, url, Options(replace=True))
            client = SparqlClient(url)
            found[title] = lambda name, given, client=client: ask_http(views, name, given, client, LIMITS)
    url = stack.enter_context(served("neo4j", work / "neo4j", 17803))
    if url:
        os.environ["SILOBRIDGE_NEO4J_PASSWORD"] = (work / "neo4j" / "password").read_text("utf-8")
        push(views.ledger, url, Options(replace=True))
        session = stack.enter_context(connect(url))
        found["Neo4j"] = lambda name, given: ask_bolt(views, name, given, session, LIMITS)
    return found


def measure(views: Views, work: Path) -> dict[str, Any]:
    """Ask everything everywhere, once to warm up and once timed."""
    known = {kind: [row[0] for row in cypher(views, text).rows] for kind, text in CANDIDATES.items()}
    lines = []
    with ExitStack() as stack:
        asked = engines(views, work, stack)
        for name, question in library().items():
            given = parameters(views, question, known)
            wanted = ask(views, name, given, limits=LIMITS)
            cells = {}
            for title, one in asked.items():
                one(name, given)
                started = time.perf_counter()
                table = one(name, given)
                seconds = time.perf_counter() - started
                same = (table.columns, table.rows) == (wanted.columns, wanted.rows)
                cells[title] = f"{seconds * 1000:.0f} ms" if same else f"**differs** ({len(table)} rows)"
            lines.append({"question": name, "given": given, "rows": len(wanted), "cells": cells})
            print(json.dumps(lines[-1], ensure_ascii=False), flush=True)
    return {"engines": list(asked), "lines": lines}


def page(found: dict[str, Any], title: str) -> str:
    """Write the matrix as Markdown."""
    names = found["engines"]
    differing = sum("differs" in cell for line in found["lines"] for cell in line["cells"].values())
    some = sum(line["rows"] > 0 for line in found["lines"])
    text = [
        "# The same rows everywhere", "",
        "<!-- Written by benchmarks/servers/equivalence.py. Do not edit. -->", "",
        f"Every named question of `kg query --list`, asked of {title} on {len(names)} engines. A time means that the rows",
        "were equal to those of Oxigraph embedded, value for value and in the same order; it is the second of two runs on",
        "a shared machine, so compare within a line. The embedded SPARQL times include starting a process for each query.",
        "", f"{len(found['lines'])} questions, {some} with rows on this graph, {differing} cells that differ.", "",
        "| question | parameters | rows | " + " | ".join(names) + " |", "|---|---|--:|" + "--:|" * len(names),
    ]  # fmt: skip
    for line in found["lines"]:
        given = ", ".join(f"{key} {value}" for key, value in line["given"].items())
        cells = " | ".join(line["cells"][name] for name in names)
        text.append(f"| {line['question']} | {given} | {line['rows']} | {cells} |")
    return "\n".join(text) + "\n"


def main() -> None:
    """Measure one graph and write the page."""
    parser = argparse.ArgumentParser(description="equal rows on every engine")
    parser.add_argument("graph", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--title", default="one graph")
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    chosen.work.mkdir(parents=True, exist_ok=True)
    views = Views(Ledger.open(chosen.graph))
    views.update()
    text = page(measure(views, chosen.work.resolve()), chosen.title)
    if chosen.out:
        chosen.out.write_text(text, "utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
