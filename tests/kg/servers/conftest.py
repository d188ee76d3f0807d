"""Real servers for tests, each started once per session and skipped by name where it cannot run."""

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

import pytest

ROOT = Path(__file__).resolve().parents[3]
TOOLS = ROOT / "tools" / "servers"


@dataclass
class Server:
    """One server of the tests' own, which a test may kill and start again."""

    name: str
    folder: Path
    port: int
    password: str = ""
    url: str = ""

    def start(self) -> None:
        done = self._tool("start", "--port", str(self.port))
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
        environment = os.environ | {"SILOBRIDGE_NEO4J_PASSWORD": self.password}
        return subprocess.run(command, capture_output=True, text=True, env=environment)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def served(name: str, factory: pytest.TempPathFactory, needs: tuple[str, ...]) -> Iterator[Server]:
    if not TOOLS.exists():
        pytest.skip("not run from a checkout: tools/servers starts the servers")
    for program in needs:
        if not (shutil.which(program) or Path(sys.executable).with_name(program).exists()):
            pytest.skip(f"{program} is not installed, so there is no {name} to test against (docs/howto)")
    server = Server(name, factory.mktemp(name), free_port(), secrets.token_urlsafe(12))
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def neo4j_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    pytest.importorskip("neo4j", reason="the driver is not installed: pip install 'silobridge[neo4j]'")
    yield from served("neo4j", tmp_path_factory, ("java", "mvn"))


@pytest.fixture(scope="session")
def fuseki_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    yield from served("fuseki", tmp_path_factory, ("java", "mvn"))


@pytest.fixture(scope="session")
def oxigraph_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    yield from served("oxigraph", tmp_path_factory, ("oxigraph",))


@pytest.fixture
def neo4j_server(neo4j_process: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """A Neo4j without content, its password in the environment."""
    import neo4j

    monkeypatch.setenv("SILOBRIDGE_NEO4J_PASSWORD", neo4j_process.password)
    with neo4j.GraphDatabase.driver(neo4j_process.url, auth=("neo4j", neo4j_process.password)) as driver:
        driver.execute_query("MATCH (n) DETACH DELETE n")
    return neo4j_process


@pytest.fixture(params=["oxigraph", "fuseki"])
def sparql_server(request: pytest.FixtureRequest) -> Server:
    """Each SPARQL server in turn, without content."""
    server: Server = request.getfixturevalue(f"{request.param}_process")
    update(server, "CLEAR ALL")
    return server


def update(server: Server, text: str) -> None:
    from http.client import HTTPConnection

    connection = HTTPConnection("127.0.0.1", server.port)
    path = "/graph/update" if server.name == "fuseki" else "/update"
    connection.request("POST", path, text.encode(), {"Content-Type": "application/sparql-update"})
    assert connection.getresponse().status in (200, 204)
    connection.close()
