"""`kg query`: a named question, or your own SPARQL or Cypher, read-only."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from silobridge.cli.output import Format, FormatOption, GraphArgument, JsonOption, show
from silobridge.kg.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add `kg query` to the application."""
    app.command()(query)


def query(
    graph: GraphArgument,
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="A named question.")] = "",
    param: Annotated[list[str] | None, typer.Option("--param", "-p", help="k=v, as often as needed.")] = None,
    sparql: Annotated[
        str, typer.Option("--sparql", help="A file with SPARQL, or - for standard input.")
    ] = "",
    cypher: Annotated[
        str, typer.Option("--cypher", help="A file with Cypher, or - for standard input.")
    ] = "",
    engine: Annotated[
        str, typer.Option("--engine", help="sparql or cypher, for a named question.")
    ] = "sparql",
    list_: Annotated[bool, typer.Option("--list", help="List the named questions.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Most rows to show.")] = 1000,
    timeout: Annotated[float, typer.Option("--timeout", min=0.1, help="Seconds a query may take.")] = 30.0,
    format_: FormatOption = Format.TABLE,
    json_: JsonOption = False,
) -> None:
    """Ask a named question, or run SPARQL or Cypher of your own; nothing can be written."""
    from silobridge.facade import open as open_graph
    from silobridge.queries import run

    if list_:
        show(run.library_table(), format_, json_)
        return
    if sum(bool(way) for way in (name, sparql, cypher)) != 1:
        raise UsageError(
            "say one thing to ask",
            expected="a NAME, --sparql FILE or --cypher FILE",
            hint=f"kg query {graph} --list",
        )
    opened = open_graph(graph)
    if sparql:
        table = opened.sparql(_text(sparql), limit=limit, timeout=timeout)
    elif cypher:
        table = opened.cypher(_text(cypher), limit=limit, timeout=timeout)
    else:
        params = dict(_pair(text) for text in param or ())
        table = opened.query(name, engine=engine, limit=limit, timeout=timeout, **params)
    show(table, format_, json_)
    if not table.rows:
        raise typer.Exit(4)


def _text(place: str) -> str:
    return sys.stdin.read() if place == "-" else Path(place).read_text("utf-8")


def _pair(text: str) -> tuple[str, str]:
    key, separator, value = text.partition("=")
    if not separator:
        raise UsageError(f"--param {text!r} has no '='", expected="--param NAME=VALUE")
    return key, value
