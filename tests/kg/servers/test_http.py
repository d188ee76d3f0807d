"""The SPARQL client against a server that misbehaves on purpose."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from builders import small_ledger

from silobridge.kg.errors import GraphError
from silobridge.kg.servers import http
from silobridge.kg.servers.http import Endpoints, SparqlClient
from silobridge.kg.views.facade import Views
from silobridge.kg.views.snapshots import Snapshots

YES = b'{"head":{},"boolean":true}'


class Moody(ThreadingHTTPServer):
    """Answers with the statuses it was told, then with yes; keeps what it was sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.moods: list[int] = []
        self.seen: list[tuple[str, str, bytes]] = []


class Answer(BaseHTTPRequestHandler):
    server: Moody

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((self.path, self.headers.get("Authorization", ""), body))
        self.send_response(self.server.moods.pop(0) if self.server.moods else 200)
        self.send_header("Location", "http://127.0.0.1:9/")
        self.send_header("Content-Length", str(len(YES)))
        self.end_headers()
        self.wfile.write(YES)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def moody(monkeypatch: pytest.MonkeyPatch) -> Iterator[Moody]:
    monkeypatch.setattr(http.time, "sleep", lambda seconds: None)
    with Moody() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def client(server: Moody) -> SparqlClient:
    base = f"http://127.0.0.1:{server.server_port}"
    return SparqlClient(base, Endpoints(f"{base}/query", f"{base}/update", f"{base}/data"))


def test_a_server_that_falters_is_asked_again(moody: Moody) -> None:
    moody.moods = [503, 429, 502]
    assert client(moody).ask("ASK {}") is True
    assert len(moody.seen) == 4


def test_a_server_that_goes_on_faltering_is_an_error(moody: Moody) -> None:
    moody.moods = [503] * 9
    with pytest.raises(GraphError, match="answered 503"):
        client(moody).update("INSERT DATA {}")
    assert len(moody.seen) == http.TRIES


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_login_says_where_credentials_come_from(moody: Moody, status: int) -> None:
    moody.moods = [status]
    with pytest.raises(GraphError, match="refuses the user") as raised:
        client(moody).ask("ASK {}")
    assert "SILOBRIDGE_SPARQL_TOKEN" in raised.value.hint
    assert len(moody.seen) == 1


@pytest.mark.parametrize("status", [301, 307, 400, 500])
def test_redirects_and_refusals_are_not_followed(moody: Moody, status: int) -> None:
    moody.moods = [status]
    with pytest.raises(GraphError, match=f"answered {status}"):
        client(moody).upload(b"<urn:a> <urn:b> <urn:c> .\n")


def test_credentials_come_from_the_environment(moody: Moody, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SILOBRIDGE_SPARQL_USER", "ada")
    monkeypatch.setenv("SILOBRIDGE_SPARQL_PASSWORD", "lovelace")
    client(moody).ask("ASK {}")
    monkeypatch.setenv("SILOBRIDGE_SPARQL_TOKEN", "t0ken")
    client(moody).ask("ASK {}")
    assert [one[1] for one in moody.seen] == ["Basic YWRhOmxvdmVsYWNl", "Bearer t0ken"]


def test_snapshots_of_the_dead_are_swept_away(tmp_path: Path) -> None:
    views = Views(small_ledger(tmp_path / "g", 2))
    views.rebuild("rdf")
    path = views.open_rdf().path
    left = path.parent / ".served-999999999-x"
    left.mkdir()
    snapshots = Snapshots(path)
    with snapshots.borrow() as one:
        assert (one / "CURRENT").exists()
    assert not left.exists()
    snapshots.close()
    assert not list(path.parent.glob(".served-*"))
