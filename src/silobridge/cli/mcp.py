"""`kg mcp`: the graph as tools for an assistant."""

from typing import Annotated

import typer

from silobridge.cli.output import GraphArgument


def register(app: typer.Typer) -> None:
    """Add `kg mcp` to the application."""
    app.command()(mcp)


def mcp(
    graph: GraphArgument,
    rows: Annotated[int, typer.Option("--rows", min=1, max=200, help="Most rows of one answer.")] = 20,
    tokens: Annotated[
        int, typer.Option("--tokens", min=200, help="Most tokens of one answer, about.")
    ] = 4000,
    timeout: Annotated[float, typer.Option("--timeout", min=0.1, help="Seconds a query may take.")] = 30.0,
) -> None:
    """Serve a graph to an assistant over standard input and output (Model Context Protocol), read-only."""
    from silobridge.facade import open as open_graph
    from silobridge.mcp import Caps, server

    server(open_graph(graph), Caps(rows, tokens, timeout)).run()
