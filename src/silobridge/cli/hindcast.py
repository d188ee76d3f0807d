"""`kg hindcast` and `kg openings`: what a graph's own past says of its forecasts, and of what opens next."""

from pathlib import Path
from typing import Annotated

import typer

from silobridge.cli.findings import OutOption, TopOption
from silobridge.cli.output import Format, FormatOption, GraphArgument, JsonOption, say, show


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for command in (hindcast, openings):
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
    if out:
        say(f"wrote {found.report(out)}")
    else:
        show(found.table, format_, json_)
    for note in found.answer.notes:
        say(f"note: {note}")


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

    found = open_graph(graph).openings(level, horizon=horizon, top=top)
    if out:
        say(f"wrote {found.report(out)}")
    else:
        show(found.table, format_, json_)
    for note in found.answer.notes:
        say(f"note: {note}")
    if not len(found):
        raise typer.Exit(4)
