"""Pushing a graph to a server, whichever it is.

It promises that a push ends with the server at the ledger's position or says why not, and that running it
again goes on. It refuses to change the ledger: a push only reads it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from silobridge.kg.errors import UsageError
from silobridge.kg.ledger.store import Ledger
from silobridge.kg.servers.bolt import SCHEMES, connect, told
from silobridge.kg.servers.http import SparqlClient
from silobridge.kg.servers.lease import SECONDS, Lease
from silobridge.kg.servers.neo4j import Neo4jView
from silobridge.kg.servers.rows import BATCH
from silobridge.kg.servers.sparql import CHUNK, SparqlView
from silobridge.kg.servers.state import State
from silobridge.kg.views.sync import follow


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of a push: positions before and after, how, and how many rows were sent.

    `how` is 'current', 'followed' or 'rebuilt'; `before` is -1 on an empty server. A session that is given the
    `bookmarks` of a Neo4j push reads no older state, on whichever member of a cluster.
    """

    url: str
    before: int
    position: int
    how: str
    rows: int
    bookmarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """How to push: the database, whether to replace another graph, the lease, and the size of a batch."""

    database: str = ""
    replace: bool = False
    lease: float = SECONDS
    batch: int = BATCH
    chunk: int = CHUNK


def push(
    ledger: Ledger,
    url: str,
    options: Options | None = None,
    progress: Callable[[int, str], None] = lambda *_: None,
) -> Pushed:
    """Bring a server to the ledger's last position.

    Parameters
    ----------
    ledger
        The graph's ledger; it is only read.
    url
        ``neo4j://…``, ``bolt://…`` and their TLS forms, or ``http(s)://…`` of a SPARQL 1.1 server.
    options
        How to push.
    progress
        Told how many rows were sent, and of what.

    Raises
    ------
    UsageError
        If the address is of no known kind.
    GraphError
        If the server cannot be used, or holds another graph.
    """
    chosen = options or Options()
    scheme = urlsplit(url).scheme
    if scheme in SCHEMES:
        return _push_bolt(ledger, url, chosen, progress)
    if scheme in ("http", "https"):
        return _push_sparql(ledger, url, chosen, progress)
    raise UsageError(
        f"{url!r} is no address to push to",
        expected=f"one of {', '.join(f'{one}://' for one in (*SCHEMES, 'http', 'https'))}",
    )


def _push_bolt(ledger: Ledger, url: str, options: Options, progress: Callable[[int, str], None]) -> Pushed:
    with connect(url, options.database) as session, told(url, options.database):
        lease = Lease(session, url, options.lease)
        view = Neo4jView(ledger, session, url, lease, lambda one: progress(one.rows, one.part), options.batch)
        try:
            view.prepare(options.replace)
            done = follow(ledger, view)
        except BaseException:
            view.lease.abandon()
            raise
        view.close()
        bookmarks = tuple(sorted(session.last_bookmarks().raw_values))
        return Pushed(url, done.before, done.position, done.how, view.rows, bookmarks)


def _push_sparql(ledger: Ledger, url: str, options: Options, progress: Callable[[int, str], None]) -> Pushed:
    client = SparqlClient(url)
    view = SparqlView(
        ledger, State(client, options.lease), lambda count: progress(count, "triples"), options.chunk
    )
    try:
        view.prepare(options.replace)
        done = follow(ledger, view)
        view.close()
    finally:
        client.close()
    return Pushed(url, done.before, done.position, done.how, view.rows)
