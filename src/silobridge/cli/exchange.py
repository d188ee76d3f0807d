"""`kg views` and `kg export`: the derived views, and a graph as files."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from silobridge.cli.output import Format, FormatOption, GraphArgument, JsonOption, say, show


class Action(StrEnum):
    """What to do with the views."""

    STATUS = "status"
    UPDATE = "update"
    REBUILD = "rebuild"


def register(app: typer.Typer) -> None:
    """Add `kg views` and `kg export` to the application."""
    app.command()(views)
    app.command()(export)


def views(
    graph: GraphArgument,
    action: Annotated[Action, typer.Argument(help="status, update or rebuild.")] = Action.STATUS,
    format_: FormatOption = Format.TABLE,
    json_: JsonOption = False,
) -> None:
    """Say how far the RDF and property-graph views have followed; update them, or build them again."""
    from silobridge.facade import open as open_graph

    opened = open_graph(graph)
    if action is Action.STATUS:
        show(opened.views_table(), format_, json_)
    elif action is Action.UPDATE:
        opened.views.update()
        say(f"both views stand at position {opened.position()}")
    else:
        opened.views.rebuild()
        say(f"both views were built again and stand at position {opened.position()}")


def export(
    graph: GraphArgument,
    to: Annotated[str, typer.Option("--to", help="ttl, nt, jsonld, graphml, csv, parquet or decisions.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="A file, or a folder for csv and parquet.")],
) -> None:
    """Write a graph to files: sorted, and byte-identical for equal content."""
    from silobridge.facade import open as open_graph

    written = open_graph(graph).export(to, out)
    say(f"wrote {written}")
