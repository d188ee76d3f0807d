"""`kg push` and `kg serve`: a graph on a server of others, and a graph that serves."""

from typing import Annotated

import typer

from silobridge.cli.output import GraphArgument, Progress, say
from silobridge.kg.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add `kg push` and `kg serve` to the application."""
    app.command()(push)
    app.command()(serve)


def push(
    graph: GraphArgument,
    url: Annotated[
        str, typer.Argument(metavar="URL", help="neo4j://…, bolt://… (+s for TLS) or http(s)://… (SPARQL).")
    ],
    database: Annotated[
        str, typer.Option("--database", help="Neo4j's database; the user's own where none is named.")
    ] = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="Take out another graph that lies there first.")
    ] = False,
) -> None:
    """Bring a Neo4j or SPARQL server up to the graph: everything at first, then what changed.

    The user and password, or the token, come from SILOBRIDGE_NEO4J_USER, …_PASSWORD, …_TOKEN, or from
    SILOBRIDGE_SPARQL_USER, …_PASSWORD, …_TOKEN.
    """
    from silobridge.facade import open as open_graph
    from silobridge.kg.servers.push import Options
    from silobridge.kg.servers.push import push as push_graph

    progress = Progress()
    done = push_graph(
        open_graph(graph).ledger,
        url,
        Options(database=database, replace=replace),
        lambda rows, what: progress(f"{rows:,} rows sent, now {what}"),
    )
    progress.done()
    how = {
        "current": "nothing had changed",
        "followed": "followed the changes",
        "rebuilt": "loaded everything",
    }[done.how]
    say(f"{url} stands at position {done.position}: {how}, {done.rows:,} rows sent")


def serve(
    graph: GraphArgument,
    sparql: Annotated[bool, typer.Option("--sparql", help="A read-only SPARQL 1.1 endpoint.")] = False,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="On 127.0.0.1; 0 takes a free one.")
    ] = 7880,
    timeout: Annotated[float, typer.Option("--timeout", min=0.1, help="Seconds a query may take.")] = 30.0,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Rows an answer may have.")] = 100_000,
) -> None:
    """Serve a graph on this machine until interrupted; nothing can be written through it."""
    from silobridge.facade import open as open_graph
    from silobridge.web.pool import Limits
    from silobridge.web.sparql import open_endpoint

    if not sparql:
        raise UsageError("nothing was named to serve", expected="--sparql")
    views = open_graph(graph).views
    views.update("rdf")
    with open_endpoint(views.open_rdf().path, port, Limits(seconds=timeout, rows=limit)) as endpoint:
        say(f"SPARQL on {endpoint.url} · ends with Ctrl-C", always=True)
        endpoint.serve_forever()
