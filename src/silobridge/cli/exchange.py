"""`kg views` and `kg export`: the derived views, and a graph as files."""

from pathlib import Path
from typing import Annotated

import typer

from silobridge.cli.output import Format, FormatOption, GraphArgument, JsonOption, say, show

group = typer.Typer(help="The RDF and property-graph views.", no_args_is_help=True, rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Add `kg views` and `kg export` to the application."""
    app.add_typer(group, name="views")
    app.command()(export)


@group.command()
def status(graph: GraphArgument, format_: FormatOption = Format.TABLE, json_: JsonOption = False) -> None:
    """Say how far behind the ledger each view is."""
    from silobridge.facade import open as open_graph

    show(open_graph(graph).views_table(), format_, json_)


@group.command()
def update(graph: GraphArgument) -> None:
    """Bring both views up to the ledger, in proportion to what changed."""
    from silobridge.facade import open as open_graph

    opened = open_graph(graph)
    opened.views.update()
    say(f"both views stand at position {opened.position()}")


@group.command()
def rebuild(graph: GraphArgument) -> None:
    """Throw both views away and build them again from the ledger."""
    from silobridge.facade import open as open_graph

    opened = open_graph(graph)
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
