"""`kg hindcast`, `kg forecast` and `kg openings`: what a graph's own past says of its forecasts, and of what opens next."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from silobridge.cli.findings import OutOption, TopOption
from silobridge.cli.output import Format, FormatOption, GraphArgument, JsonOption, show_found

if TYPE_CHECKING:
    pass


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for command in (hindcast, forecast, openings):
        app.command()(command)


def hindcast(
    graph: GraphArgument,
    as_of: Annotated[
        int | None,
        typer.Option("--as-of", help="Last known year; the latest that leaves a horizon if not said."),
    ] = None,
    horizon: Annotated[
        int, typer.Option("--horizon", min=1, help="Years after it that are asked about.")
    ] = 3,
    level: Annotated[
        list[str] | None,
        typer.Option(
            "--level", help="SCHEME:LEVEL of the domains to bridge, e.g. openalex:field; repeatable."
        ),
    ] = None,
    papers: Annotated[int, typer.Option("--papers", min=1, help="Later documents that make a bridge.")] = 3,
    documents: Annotated[
        int, typer.Option("--documents", min=1, help="Documents a concept needs up to the cut.")
    ] = 20,
    vocabulary: Annotated[
        Path | None, typer.Option("--vocabulary", help="File of concept forms to use, one a line.")
    ] = None,
    rewired: Annotated[
        int, typer.Option("--rewired", min=0, help="Rewired graphs to subtract; 0 leaves that out.")
    ] = 0,
    seeds: Annotated[int, typer.Option("--seeds", min=1, help="Models whose mean is the forecast.")] = 3,
    out: OutOption = None,
    format_: FormatOption = Format.TABLE,
    json_: JsonOption = False,
) -> None:
    """Test the forecast of new bridges on the graph's own past, beside every baseline."""
    from silobridge.facade import open as open_graph

    found = open_graph(graph).hindcast(
        as_of, horizon=horizon, levels=level or (), papers=papers, documents=documents, vocabulary=vocabulary,
        rewired=rewired, seeds=seeds,
    )  # fmt: skip
    show_found(found, out, format_, json_)


def forecast(
    graph: GraphArgument,
    concept: Annotated[str, typer.Argument(metavar="CONCEPT", help="Its name.")],
    horizon: Annotated[int, typer.Option("--horizon", min=1, help="Years ahead.")] = 3,
    level: Annotated[
        list[str] | None, typer.Option("--level", help="SCHEME:LEVEL of the domains to bridge; repeatable.")
    ] = None,
    papers: Annotated[int, typer.Option("--papers", min=1, help="Documents that make a bridge.")] = 2,
    top: TopOption = 20,
    out: OutOption = None,
    format_: FormatOption = Format.TABLE,
    json_: JsonOption = False,
) -> None:
    """Rank what a concept is likely to be used with next, in other domains; kg hindcast says how well."""
    from silobridge.facade import open as open_graph

    opened = open_graph(graph)
    found = opened.forecast(concept, horizon=horizon, levels=level or (), papers=papers, top=top)
    show_found(found, out, format_, json_)


def openings(
    graph: GraphArgument,
    level: Annotated[
        str, typer.Option("--level", help="SCHEME:LEVEL of the domains to compare.")
    ] = "openalex:subfield",
    horizon: Annotated[
        int, typer.Option("--horizon", min=1, help="Years within which a pair should open.")
    ] = 3,
    top: TopOption = 20,
    out: OutOption = None,
    format_: FormatOption = Format.TABLE,
    json_: JsonOption = False,
) -> None:
    """Rank domains that no document joins yet by the chance that one will."""
    from silobridge.facade import open as open_graph

    show_found(open_graph(graph).openings(level, horizon=horizon, top=top), out, format_, json_)
