"""`kg bridges`, `kg silos` and `kg paths`: what a graph is for."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from silobridge.cli.output import Format, FormatOption, GraphArgument, JsonOption, say, show

if TYPE_CHECKING:
    from silobridge.handles import BridgeList, PathList, SiloList


class Kind(StrEnum):
    """What sort of bridge."""

    CONCEPT = "concept"
    LINK = "link"
    PREDICTED = "predicted"


OutOption = Annotated[
    Path | None, typer.Option("--out", "-o", help="Write a report with the sentences: .md, .html or .json.")
]
TopOption = Annotated[int, typer.Option("--top", min=1, help="How many at most.")]
SinceOption = Annotated[int | None, typer.Option("--since", help="First year that counts.")]


def register(app: typer.Typer) -> None:
    """Add the findings to the application."""
    for command in (bridges, silos, paths):
        app.command()(command)


def bridges(
    graph: GraphArgument,
    source: Annotated[str, typer.Option("--from", help="A domain: identifier, code or name.")] = "",
    target: Annotated[str, typer.Option("--to", help="Another domain.")] = "",
    kind: Annotated[
        str, typer.Option("--kind", help="concept, link or predicted; all three if not said.")
    ] = "",
    since: SinceOption = None,
    until: Annotated[int | None, typer.Option("--until", help="Last year that counts.")] = None,
    top: TopOption = 20,
    minimum: Annotated[int, typer.Option("--minimum", min=1, help="Documents each side must have.")] = 2,
    out: OutOption = None,
    format_: FormatOption = Format.TABLE,
    json_: JsonOption = False,
) -> None:
    """Find what bridges two domains, or the strongest bridges between all layers."""
    from silobridge.facade import open as open_graph

    found = open_graph(graph).bridges(
        source,
        target,
        kind=kind,
        since=since,
        until=until,
        top=top,
        minimum=minimum,
    )
    _answer(found, out, format_, json_)


def silos(
    graph: GraphArgument,
    level: Annotated[
        list[str] | None,
        typer.Option("--level", help="SCHEME:LEVEL to compare, e.g. openalex:field; repeatable."),
    ] = None,
    since: SinceOption = None,
    top: TopOption = 20,
    out: OutOption = None,
    format_: FormatOption = Format.TABLE,
    json_: JsonOption = False,
) -> None:
    """Find domains that are close in content and barely linked."""
    from silobridge.facade import open as open_graph

    _answer(open_graph(graph).silos(levels=level or (), top=top, since=since), out, format_, json_)


def paths(
    graph: GraphArgument,
    start: Annotated[str, typer.Argument(metavar="A", help="A concept, domain or document.")],
    end: Annotated[str, typer.Argument(metavar="B", help="Another one.")],
    hops: Annotated[int, typer.Option("--hops", min=1, max=6, help="Longest path.")] = 4,
    top: TopOption = 3,
    out: OutOption = None,
    format_: FormatOption = Format.TABLE,
    json_: JsonOption = False,
) -> None:
    """Find how two things are joined, with a sentence on every hop."""
    from silobridge.facade import open as open_graph

    _answer(open_graph(graph).paths(start, end, hops=hops, top=top), out, format_, json_)


def _answer(
    found: "BridgeList | SiloList | PathList", out: Path | None, format_: Format, json_: bool
) -> None:
    answer: Any = found.answer
    if out:
        say(f"wrote {found.report(out)}")
    else:
        show(found.table, format_, json_)
    for note in answer.notes:
        say(f"note: {note}")
    if not len(found):
        raise typer.Exit(4)
