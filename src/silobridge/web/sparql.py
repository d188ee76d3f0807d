"""A read-only SPARQL 1.1 Protocol endpoint over the RDF view, on this machine only.

It promises answers in the form the client accepts, whole or refused with a reason, and the ledger position
in every one. It refuses updates, SERVICE, LOAD, requests that name another host (which is how a page in a
browser would reach in), and bodies beyond their limit before reading them.
"""

import shutil
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from silobridge.kg.errors import LedgerBusy, SilobridgeError, UsageError
from silobridge.kg.views.snapshots import Snapshots
from silobridge.web.media import GRAPHS, choose
from silobridge.web.pool import Limits, Pool

if TYPE_CHECKING:
    from socket import socket

PATH = "/sparql"
VOID = "/.well-known/void"
CONNECTIONS = 32
_ALLOWED = "GET, HEAD, POST"
_FORM, _QUERY = "application/x-www-form-urlencoded", "application/sparql-query"


class RefusedError(SilobridgeError):
    """A request that gets an error: status, what is wrong, what to do."""

    def __init__(self, status: int, error: str, hint: str = "") -> None:
        super().__init__(error, hint=hint)
        self.status = status


class Endpoint(ThreadingHTTPServer):
    """The endpoint of one RDF view; use as a context manager and call `serve_forever`.

    Parameters
    ----------
    path
        The view's store.
    port
        The port on 127.0.0.1; 0 for any free one.
    limits
        What a query may take.
    """

    daemon_threads = True

    def __init__(self, path: Path, port: int, limits: Limits | None = None) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.limits = limits or Limits()
        self.snapshots = Snapshots(path)
        self.pool = Pool(self.snapshots, self.limits)
        self.hosts = {f"{name}:{self.server_port}" for name in ("127.0.0.1", "localhost")}
        self._room = BoundedSemaphore(CONNECTIONS)

    @property
    def url(self) -> str:
        """The address queries go to."""
        return f"http://127.0.0.1:{self.server_port}{PATH}"

    def server_close(self) -> None:
        """Stop listening and end the query processes."""
        super().server_close()
        self.pool.close()
        self.snapshots.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that hung up; everything else is told."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def process_request(self, request: "socket | tuple[bytes, socket]", client_address: Any) -> None:
        """Take a connection if there is room for one more."""
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: "socket | tuple[bytes, socket]", client_address: Any) -> None:
        """Serve a connection, then make room."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Endpoint
    protocol_version = "HTTP/1.1"
    server_version = "silobridge"
    sys_version = ""
    timeout = 30

    def do_GET(self) -> None:
        """Answer a query in the address, or describe the service."""
        self._guarded(self._get)

    do_HEAD = do_GET  # noqa: N815

    def do_POST(self) -> None:
        """Answer a query in the body."""
        self._guarded(self._post)

    def do_PUT(self) -> None:
        """Refuse: nothing here can be written."""
        self._guarded(self._wrong_method)

    do_DELETE = do_PATCH = do_OPTIONS = do_PUT  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: standard error belongs to the command."""

    def _guarded(self, work: Any) -> None:
        try:
            if self.headers.get("Host", "").lower() not in self.server.hosts:
                raise RefusedError(
                    403, "this endpoint answers on its own machine only", "use http://127.0.0.1"
                )
            work()
        except LedgerBusy as busy:
            self._refuse(RefusedError(503, busy.found, busy.hint))
        except RefusedError as refusal:
            self._refuse(refusal)
        except (BrokenPipeError, ConnectionResetError, TimeoutError):
            self.close_connection = True

    def _wrong_method(self) -> None:
        raise RefusedError(405, f"{self.command} is not taken here: the endpoint only reads", _ALLOWED)

    def _get(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == VOID or (parts.path in (PATH, "/") and not parts.query):
            self._describe()
            return
        self._at_endpoint(parts.path)
        self._ask(_fields(parts.query), None)

    def _post(self) -> None:
        parts = urlsplit(self.path)
        self._at_endpoint(parts.path)
        body = self._body()
        kind = self.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind == _FORM:
            self._ask(_fields(body), None)
        elif kind == _QUERY:
            self._ask(_fields(parts.query), body)
        elif kind == "application/sparql-update":
            raise RefusedError(403, "the endpoint only reads; updates are refused")
        else:
            raise RefusedError(
                415, f"a body of type {kind or 'nothing'} is not taken", f"{_FORM} or {_QUERY}"
            )

    def _at_endpoint(self, path: str) -> None:
        if path != PATH:
            raise RefusedError(404, f"nothing is served at {path[:200]}", f"queries go to {PATH}")

    def _body(self) -> str:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit():
            raise RefusedError(411, "the body's length is not given", "send Content-Length")
        # A form percent-encodes its query: at most three bytes for one.
        if int(length) > 3 * self.server.limits.query_bytes + 4096:
            raise self._too_long()
        data = self.rfile.read(int(length))
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise RefusedError(400, "the body is not UTF-8") from error

    def _too_long(self) -> RefusedError:
        return RefusedError(
            413, f"the query is longer than {self.server.limits.query_bytes} bytes", "shorten its VALUES"
        )

    def _ask(self, fields: dict[str, list[str]], body: str | None) -> None:
        if "update" in fields or "using-graph-uri" in fields:
            raise RefusedError(403, "the endpoint only reads; updates are refused")
        queries = fields.get("query", []) if body is None else [body]
        if len(queries) != 1:
            raise RefusedError(400, f"{len(queries)} queries were given", "send one: query=…")
        if len(queries[0].encode("utf-8", "replace")) > self.server.limits.query_bytes:
            raise self._too_long()
        request = {
            "query": queries[0],
            "accept": ",".join(self.headers.get_all("Accept", [])),
            "default": fields.get("default-graph-uri", []),
            "named": fields.get("named-graph-uri", []),
        }
        with self.server.pool.ask(request) as result:
            if result["status"] != 200:
                raise RefusedError(result["status"], result["error"], result["hint"])
            self._send_file(Path(result["file"]), result["kind"], int(result["position"]))

    def _send_file(self, file: Path, kind: str, position: int) -> None:
        with file.open("rb") as answer:
            self._head(200, kind, file.stat().st_size, {"Silobridge-Position": str(position)})
            if self.command != "HEAD":
                shutil.copyfileobj(answer, self.wfile)

    def _describe(self) -> None:
        from pyoxigraph import RdfFormat, serialize

        from silobridge.kg.mapping.triples import NAMES
        from silobridge.web.description import VOCABULARIES, describe

        kind = choose(self.headers.get("Accept", ""), GRAPHS) or "text/turtle"
        form = {
            "ttl": RdfFormat.TURTLE,
            "nt": RdfFormat.N_TRIPLES,
            "jsonld": RdfFormat.JSON_LD,
            "rdf": RdfFormat.RDF_XML,
        }
        with self.server.snapshots.borrow() as path:
            triples = describe(path, self.server.url, self.server.limits)
        body: Any = serialize(triples, format=form[GRAPHS[kind]], prefixes={**NAMES, **VOCABULARIES})
        self._head(200, kind, len(body), {})
        if self.command != "HEAD":
            self.wfile.write(body)

    def _refuse(self, refusal: RefusedError) -> None:
        text = refusal.found + (f"\nhint: {refusal.hint}" if refusal.hint else "") + "\n"
        body = text.encode("utf-8", "replace")
        extra = {"Allow": _ALLOWED} if refusal.status == 405 else {}
        if refusal.status == 503:
            extra["Retry-After"] = "5"
        # What is left of a refused body would be taken for the next request.
        self.close_connection = True
        self._head(refusal.status, "text/plain; charset=utf-8", len(body), {**extra, "Connection": "close"})
        if self.command != "HEAD":
            self.wfile.write(body)

    def _head(self, status: int, kind: str, length: int, extra: dict[str, str]) -> None:
        self.send_response(status)
        text = kind.startswith("text/") and "charset" not in kind
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if text else kind)
        self.send_header("Content-Length", str(length))
        self.send_header("Vary", "Accept")
        self.send_header("X-Content-Type-Options", "nosniff")
        for name, value in extra.items():
            self.send_header(name, value)
        self.end_headers()


def _fields(text: str) -> dict[str, list[str]]:
    try:
        return parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=64)
    except ValueError as error:
        raise RefusedError(400, "the parameters cannot be read", "percent-encoded UTF-8") from error


def open_endpoint(path: Path, port: int, limits: Limits | None = None) -> Endpoint:
    """Listen on a port of this machine.

    Raises
    ------
    UsageError
        If the port is taken.
    """
    try:
        return Endpoint(path, port, limits)
    except OSError as error:
        raise UsageError(
            f"port {port} cannot be listened on: {error.strerror}",
            hint="name another: --port 0 takes a free one",
        ) from error
