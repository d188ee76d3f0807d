"""Ask every named question of a graph on five engines, and write what agreed and how long each took.

    python -m benchmarks.servers.equivalence GRAPH --work FOLDER --title NAME --json FOLDER/name.json [--only WORD…]
    python -m benchmarks.servers.equivalence --page FOLDER/*.json --out docs/reference/equivalence.md

It promises a line for every question, with its parameters, its rows, and for each engine the seconds or what
differed; and one hash of the graph in every store, loaded by a push and from the Turtle export. It refuses to leave
out a question that has no rows on this graph: it says so. It starts and stops servers of its own; without Java and
Maven only the embedded engines and Oxigraph are asked.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from pyoxigraph import DefaultGraph

from silobridge.kg.export import export
from silobridge.kg.ledger.store import Ledger
from silobridge.kg.servers.bolt import connect
from silobridge.kg.servers.canonical import canonical_hash
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
    "finding": "MATCH (x:Bridge) RETURN x.id AS id ORDER BY id LIMIT 20",
}
"""What may stand for a parameter: the most used of its kind."""

NONE = {"finding": ["bridge:none"]}
"""What stands for a parameter of which the graph has none; for the others a word does."""

Ask = Callable[[str, dict[str, str]], Table]


def parameters(views: Views, question: Question, known: dict[str, list[str]]) -> dict[str, str]:
    """Give a question's parameters the first values for which it has rows, or the last that were tried."""
    open_ = [one for one in question.params if one.default is None]
    given: dict[str, str] = {}
    for attempt in range(TRIES if open_ else 1):
        given = {}
        for place, one in enumerate(open_):
            values = known.get(one.kind) or known.get(one.name) or NONE.get(one.kind, ["battery"])
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
    if started.returncode:
        print(f"left out {name}: {started.stderr.strip()[-500:]}", file=sys.stderr, flush=True)
    try:
        yield started.stdout.strip()
    finally:
        subprocess.run([*command, "stop", "--folder", folder], check=True)


def engines(
    views: Views, work: Path, stack: ExitStack, clients: dict[str, SparqlClient], wanted: list[str]
) -> dict[str, Ask]:
    """Start what is wanted and can be started, push the graph there, and return how each is asked."""
    found: dict[str, Ask] = {
        "Oxigraph embedded": lambda name, given: ask(views, name, given, limits=LIMITS),
        "kglite embedded": lambda name, given: ask(views, name, given, engine="cypher", limits=LIMITS),
    }
    for name, title, port in (("oxigraph", "Oxigraph server", 17801), ("fuseki", "Fuseki", 17802)):
        if name not in wanted:
            continue
        url = stack.enter_context(served(name, work / name, port))
        if url:
            push(views.ledger, url, Options(replace=True))
            clients[title] = SparqlClient(url)
            found[title] = partial(_over_http, views, clients[title])
    url = stack.enter_context(served("neo4j", work / "neo4j", 17803)) if "neo4j" in wanted else ""
    if url:
        os.environ["SILOBRIDGE_NEO4J_PASSWORD"] = (work / "neo4j" / "password").read_text("utf-8")
        push(views.ledger, url, Options(replace=True))
        session = stack.enter_context(connect(url))
        found["Neo4j"] = lambda name, given: ask_bolt(views, name, given, session, LIMITS)
    return found


def _over_http(views: Views, client: SparqlClient, name: str, given: dict[str, str]) -> Table:
    return ask_http(views, name, given, client, LIMITS)


def round_trips(views: Views, work: Path, clients: dict[str, SparqlClient]) -> dict[str, str]:
    """Return the canonical hash of the graph in each store: as pushed, and as loaded from the Turtle export."""
    from pyoxigraph import RdfFormat, parse

    turtle = work / "graph.ttl"
    export(views.ledger, "ttl", turtle)
    store = views.open_rdf().store
    found = {
        "embedded view": canonical_hash(
            quad.triple for quad in store.quads_for_pattern(None, None, None, DefaultGraph())
        ),
        "Turtle export, parsed": canonical_hash(
            quad.triple for quad in parse(path=str(turtle), format=RdfFormat.TURTLE)
        ),
    }
    for title, client in clients.items():
        found[f"{title}, pushed"] = canonical_hash(client.construct("CONSTRUCT WHERE { ?s ?p ?o }"))
        graph = "urn:example:turtle"
        request = Request(
            f"{client.endpoints.store}?graph={graph}",
            turtle.read_bytes(),
            {"Content-Type": "text/turtle"},
            method="PUT",
        )
        urlopen(request, timeout=600).close()
        loaded = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
        found[f"{title}, Turtle loaded"] = canonical_hash(client.construct(loaded))
    return found


def measure(views: Views, work: Path, only: list[str], servers: list[str]) -> dict[str, Any]:
    """Ask everything everywhere, once to warm up and once timed; then hash every store."""
    known = {kind: [row[0] for row in cypher(views, text).rows] for kind, text in CANDIDATES.items()}
    lines = []
    clients: dict[str, SparqlClient] = {}
    with ExitStack() as stack:
        asked = engines(views, work, stack, clients, servers)
        for name, question in library().items():
            if only and not any(word in name for word in only):
                continue
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
        hashes = round_trips(views, work, clients)
    return {"engines": list(asked), "lines": lines, "hashes": hashes}


def page(graphs: list[dict[str, Any]]) -> str:
    """Write the matrices of all graphs as Markdown."""
    text = [
        "# The same rows everywhere", "",
        "<!-- Written by benchmarks/servers/equivalence.py. Do not edit. -->", "",
        "Named questions of `kg query --list`, each asked of one graph on every engine. A time means that the rows were",
        "equal to those of Oxigraph embedded, value for value and in the same order; it is the second of two runs on a",
        "shared machine, so compare within a line. The embedded SPARQL times include starting a process each time.", "",
    ]  # fmt: skip
    for found in graphs:
        text += _matrix(found)
    return "\n".join(text)


def _matrix(found: dict[str, Any]) -> list[str]:
    names, lines = found["engines"], found["lines"]
    differing = sum("differs" in cell for line in lines for cell in line["cells"].values())
    some = sum(line["rows"] > 0 for line in lines)
    text = [
        f"## {found['title']}", "",
        f"{found['content']}. {len(lines)} questions, {some} with rows on this graph, {differing} cells that differ.", "",
    ]  # fmt: skip
    hashes = found.get("hashes", {})
    if hashes:
        equal = len(set(hashes.values())) == 1
        said = "the same" if equal else "**not the same**"
        text += [
            f"The canonical hash of all triples is {said} in: {'; '.join(hashes)} (`{min(hashes.values())[:16]}…`).",
            "",
        ]
    text += [
        "| question | parameters | rows | " + " | ".join(names) + " |",
        "|---|---|--:|" + "--:|" * len(names),
    ]
    for line in lines:
        given = ", ".join(f"{key} {value}" for key, value in line["given"].items())
        cells = " | ".join(line["cells"].get(name, "not asked") for name in names)
        text.append(f"| {line['question']} | {given} | {line['rows']} | {cells} |")
    return [*text, ""]


def content(views: Views) -> str:
    """Say what a graph holds."""
    with views.ledger.reading() as connection:
        rows = connection.execute(
            "SELECT kind, language, count(*) FROM document GROUP BY ALL HAVING count(*) > 2 ORDER BY ALL"
        ).fetchall()
    return "Documents: " + ", ".join(
        f"{number:,} {kind} ({language or 'unknown'})" for kind, language, number in rows
    )


def main() -> None:
    """Measure one graph, or write the page from what was measured."""
    parser = argparse.ArgumentParser(description="equal rows on every engine")
    parser.add_argument("graph", type=Path, nargs="?")
    parser.add_argument("--work", type=Path)
    parser.add_argument("--title", default="one graph")
    parser.add_argument(
        "--only", nargs="*", default=[], help="questions whose names have one of these words in them"
    )
    parser.add_argument(
        "--servers", nargs="*", default=["oxigraph", "fuseki", "neo4j"], help="which to start and ask"
    )
    parser.add_argument("--json", type=Path, help="where the measurement goes")
    parser.add_argument("--page", type=Path, nargs="*", default=[], help="measurements to write a page from")
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    if chosen.graph:
        chosen.work.mkdir(parents=True, exist_ok=True)
        views = Views(Ledger.open(chosen.graph))
        views.update()
        found = measure(views, chosen.work.resolve(), chosen.only, chosen.servers)
        found |= {"title": chosen.title, "content": content(views)}
        if chosen.json:
            chosen.json.write_text(json.dumps(found, ensure_ascii=False, indent=1), "utf-8")
        print(page([found]))
    if chosen.page and chosen.out:
        chosen.out.write_text(page([json.loads(one.read_text("utf-8")) for one in chosen.page]), "utf-8")


if __name__ == "__main__":
    main()
