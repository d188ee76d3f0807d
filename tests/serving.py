"""Servers of the tests' own, and what they hold as text that can be compared whatever the engine."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from silobridge.kg.ledger.forget import forget
from silobridge.kg.ledger.store import Ledger
from silobridge.kg.views.facade import Views

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ROOT / "tools" / "servers"


@dataclass
class Server:
    """One server of the tests' own, which a test may kill and start again."""

    name: str
    folder: Path
    port: int
    password: str = ""
    url: str = ""
    words: tuple[str, ...] = ()

    def start(self) -> None:
        done = self._tool("start", "--port", str(self.port), *self.words)
        assert done.returncode == 0, done.stderr
        self.url = done.stdout.strip()

    def stop(self) -> None:
        self._tool("stop")

    def kill(self) -> None:
        """End it as a power cut would: no warning, no farewell."""
        os.kill(int((self.folder / "server.pid").read_text("ascii")), signal.SIGKILL)

    def _tool(self, *words: str) -> "subprocess.CompletedProcess[str]":
        command = [
            sys.executable,
            str(TOOLS / f"{self.name}.py"),
            words[0],
            "--folder",
            str(self.folder),
            *words[1:],
        ]
        environment = os.environ | {
            "SILOBRIDGE_NEO4J_PASSWORD": self.password,
            # Short lives: compiling less starts sooner.
            "JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        }
        return subprocess.run(command, capture_output=True, text=True, env=environment)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def running(
    name: str, factory: pytest.TempPathFactory, needs: tuple[str, ...], words: tuple[str, ...] = ()
) -> Iterator[Server]:
    if not TOOLS.exists():
        pytest.skip("not run from a checkout: tools/servers starts the servers")
    for program in needs:
        if not (shutil.which(program) or Path(sys.executable).with_name(program).exists()):
            pytest.skip(f"{program} is not installed, so there is no {name} to test against (docs/howto)")
    server = Server(name, factory.mktemp(name), free_port(), secrets.token_urlsafe(12), words=words)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def update(server: Server, text: str) -> None:
    from http.client import HTTPConnection

    connection = HTTPConnection("127.0.0.1", server.port)
    path = "/graph/update" if server.name == "fuseki" else "/update"
    connection.request("POST", path, text.encode(), {"Content-Type": "application/sparql-update"})
    assert connection.getresponse().status in (200, 204)
    connection.close()


NODES = "MATCH (n) WHERE NOT n:View RETURN labels(n) AS l, properties(n) AS p"
EDGES = "MATCH (a)-[r]->(b) RETURN a.id AS a, type(r) AS t, b.id AS b, properties(r) AS p"


def _lines(nodes: list[dict[str, Any]], edges: list[dict[str, Any]]) -> list[str]:
    plain = sorted(repr((sorted(row["l"]), _properties(row["p"]))) for row in nodes)
    return plain + sorted(repr((row["a"], row["t"], row["b"], _properties(row["p"]))) for row in edges)


def _properties(found: dict[str, Any]) -> list[tuple[str, Any]]:
    # The embedded engine shows a `type` and a `title` of its own; no list and an empty list say the same.
    own = {"type"} | ({"title"} if str(found.get("title", "")).endswith(f"_{found.get('id')}") else set())
    return sorted(
        (name, value) for name, value in found.items() if value not in (None, []) and name not in own
    )


def embedded(ledger: Ledger) -> list[str]:
    """The content of a view built anew from the ledger."""
    views = Views(ledger)
    views.rebuild("graph")
    session = views.open_graph().session
    return _lines(session.cypher(NODES).to_list(), session.cypher(EDGES).to_list())


def served(url: str) -> list[str]:
    """The content of a Neo4j server."""
    import neo4j

    password = os.environ["SILOBRIDGE_NEO4J_PASSWORD"]
    with neo4j.GraphDatabase.driver(url, auth=("neo4j", password)) as driver:
        nodes = [record.data() for record in driver.execute_query(NODES).records]
        edges = [record.data() for record in driver.execute_query(EDGES).records]
    return _lines(nodes, edges)


def cypher(url: str, query: str, **parameters: Any) -> list[tuple[Any, ...]]:
    """The rows of one query on a Neo4j server."""
    import neo4j

    password = os.environ["SILOBRIDGE_NEO4J_PASSWORD"]
    with neo4j.GraphDatabase.driver(url, auth=("neo4j", password)) as driver:
        return [tuple(record) for record in driver.execute_query(query, parameters).records]


def drop(ledger: Ledger, *numbers: int) -> None:
    """Forget made-up documents by number."""
    with ledger.writing() as connection:
        forget(connection, [f"doi:10.5555/made.{number}" for number in numbers], 1)
