"""A small client of the SPARQL 1.1 protocol: query, update, and the Graph Store Protocol.

It promises that every request ends in bounded time, that what is safe to repeat is repeated when the
server falters, and that refusals are told in one sentence with a next step. It refuses redirects, which
could carry credentials elsewhere, and passwords in addresses.
"""

import base64
import http.client
import os
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from silobridge.kg.errors import GraphError, UsageError

if TYPE_CHECKING:
    from pyoxigraph import Triple

TRIES = 4
"""How often a request is sent when the server falters, waiting 0.5, 1 and 2 seconds in between."""

_QUERY, _UPDATE = "application/sparql-query", "application/sparql-update"
_FALTERS = (429, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where a server takes queries, updates and, unless empty, the Graph Store Protocol."""

    query: str
    update: str
    store: str = ""


class SparqlClient:
    """One SPARQL server.

    Parameters
    ----------
    url
        The server's address, or its dataset's: ``http://localhost:7878``, ``http://localhost:3030/graph``.
    endpoints
        Where it takes what; None to find out.
    seconds
        How long one request may take.

    Raises
    ------
    UsageError
        If the address is none, or holds a password.
    GraphError
        If nobody there speaks SPARQL.
    """

    def __init__(self, url: str, endpoints: Endpoints | None = None, seconds: float = 600.0) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(
                f"{url!r} is no address of a SPARQL server", expected="http://HOST[:PORT][/DATASET]"
            )
        if parts.username is not None or parts.password is not None:
            raise UsageError(
                "the address holds a user or a password, which ends in histories and logs",
                where=f"{parts.scheme}://{parts.hostname}",
                hint="set SILOBRIDGE_SPARQL_USER and SILOBRIDGE_SPARQL_PASSWORD instead",
            )
        self.url = url.rstrip("/")
        self.seconds = seconds
        self._parts = parts
        self._connection: http.client.HTTPConnection | None = None
        self.endpoints = endpoints or self._discover()

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def select(self, query: str) -> list[dict[str, Any]]:
        """Return the rows of a SELECT query as terms by variable."""
        from pyoxigraph import QueryResultsFormat, parse_query_results

        body = self._checked(self.endpoints.query, query.encode(), _QUERY, "application/sparql-results+json")
        found: Any = parse_query_results(body, format=QueryResultsFormat.JSON)
        names = [one.value for one in found.variables]
        return [{name: row[name] for name in names} for row in found]

    def ask(self, query: str) -> bool:
        """Return the answer to an ASK query."""
        from pyoxigraph import QueryResultsFormat, parse_query_results

        body = self._checked(self.endpoints.query, query.encode(), _QUERY, "application/sparql-results+json")
        return bool(parse_query_results(body, format=QueryResultsFormat.JSON))

    def construct(self, query: str) -> Iterator["Triple"]:
        """Yield the triples of a CONSTRUCT query."""
        from pyoxigraph import RdfFormat, parse

        body = self._checked(self.endpoints.query, query.encode(), _QUERY, "application/n-triples")
        for quad in parse(body, format=RdfFormat.N_TRIPLES):
            yield quad.triple

    def update(self, text: str) -> None:
        """Run an update; one that cannot take effect twice may be sent twice."""
        self._checked(self.endpoints.update, text.encode(), _UPDATE, "*/*")

    def upload(self, lines: bytes) -> None:
        """Add N-Triples to the default graph, through the Graph Store Protocol where there is one."""
        if self.endpoints.store:
            self._checked(f"{self.endpoints.store}?default", lines, "application/n-triples", "*/*")
        else:
            self.update(f"INSERT DATA {{ {lines.decode()} }}")

    def _discover(self) -> Endpoints:
        query = self._first(("/query", "/sparql", ""), b"ASK {}", _QUERY, "application/sparql-results+json")
        update = self._first(("/update", "/statements", ""), b"INSERT DATA {}", _UPDATE, "*/*")
        if query is None or update is None:
            lacks = "queries" if query is None else "updates"
            raise GraphError(
                f"nobody there takes SPARQL {lacks}",
                where=self.url,
                expected="a SPARQL 1.1 server that may be written to",
                hint="give the dataset's address, such as http://localhost:3030/DATASET",
            )
        probe = b"<urn:x> <urn:x> <urn:x> .\n"
        store = ""
        for path in ("/store", "/data", "/rdf-graph-store"):
            status, _ = self._send(
                f"{self.url}{path}?graph=urn:silobridge:probe", probe, "application/n-triples", "*/*"
            )
            if status in (200, 201, 204):
                store = self.url + path
                break
        self._send(update, b"DROP SILENT GRAPH <urn:silobridge:probe>", _UPDATE, "*/*")
        return Endpoints(query, update, store)

    def _first(self, paths: tuple[str, ...], body: bytes, kind: str, accept: str) -> str | None:
        for path in paths:
            status, _ = self._send(self.url + path, body, kind, accept)
            if status in (401, 403):
                self._refused(status, b"")
            if status in (200, 204):
                return self.url + path
        return None

    def _checked(self, url: str, body: bytes, kind: str, accept: str) -> bytes:
        for attempt in range(TRIES):
            try:
                status, answer = self._send(url, body, kind, accept)
            except GraphError:
                if attempt == TRIES - 1:
                    raise
            else:
                if status in (200, 201, 204):
                    return answer
                if status not in _FALTERS or attempt == TRIES - 1:
                    self._refused(status, answer)
            time.sleep(0.5 * 2**attempt)
        raise AssertionError

    def _refused(self, status: int, answer: bytes) -> None:
        if status in (401, 403):
            raise GraphError(
                "the server refuses the user, the password or the token",
                where=self.url,
                hint="set SILOBRIDGE_SPARQL_USER and SILOBRIDGE_SPARQL_PASSWORD, or SILOBRIDGE_SPARQL_TOKEN",
            )
        first = answer.decode("utf-8", "replace").strip().splitlines()[:1]
        raise GraphError(f"the server answered {status}: {''.join(first)[:300]}", where=self.url)

    def _send(self, url: str, body: bytes, kind: str, accept: str) -> tuple[int, bytes]:
        parts = urlsplit(url)
        headers = {"Content-Type": kind, "Accept": accept, "User-Agent": "silobridge", **_credentials()}
        target = parts.path + (f"?{parts.query}" if parts.query else "") or "/"
        try:
            connection = self._connect()
            connection.request("POST", target, body, headers)
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise GraphError(
                f"the server does not answer, or went away: {error or type(error).__name__}",
                where=self.url,
                hint="check that it runs, and the address; run the same command again, and it goes on",
            ) from error

    def _connect(self) -> http.client.HTTPConnection:
        if self._connection is None:
            host, port = self._parts.hostname or "", self._parts.port
            if self._parts.scheme == "https":
                context = ssl.create_default_context()
                self._connection = http.client.HTTPSConnection(
                    host, port, timeout=self.seconds, context=context
                )
            else:
                self._connection = http.client.HTTPConnection(host, port, timeout=self.seconds)
        return self._connection


def _credentials() -> dict[str, str]:
    token = os.environ.get("SILOBRIDGE_SPARQL_TOKEN")
    if token:
        return {"Authorization": f"Bearer {token}"}
    user, password = os.environ.get("SILOBRIDGE_SPARQL_USER"), os.environ.get("SILOBRIDGE_SPARQL_PASSWORD")
    if not user or not password:
        return {}
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}
