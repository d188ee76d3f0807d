"""`kg bridges`, `kg silos` and `kg paths`: what a graph is for."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from silobridge.cli.output import Format, FormatOption, GraphArgument, JsonOption, say, show, show_found

if TYPE_CHECKING:
    from silobridge.facade import Graph
    from silobridge.handles import BridgeList, SiloList
    from silobridge.kept import NodeBridgeList
    from silobridge.walks import PathList


class Rank(StrEnum):
    """How predicted links are ordered."""

    DISCOVERY = "discovery"
    FORECAST = "forecast"


OutOption = Annotated[
    Path | None, typer.Option("--out", "-o", help="Write a report with the sentences: .md, .html or .json.")
]
TopOption = Annotated[int, typer.Option("--top", min=1, help="How many at most.")]
SinceOption = Annotated[int | None, typer.Option("--since", help="First year that counts.")]
UntilOption = Annotated[int | None, typer.Option("--until", help="Last year that counts.")]
SaveOption = Annotated[
    str,
    typer.Option(
        "--save", metavar="NAME", help="Keep the answer under a name, in the ledger and both views."
    ),
]
SavedOption = Annotated[
    bool, typer.Option("--saved", help="List what was kept; with --list, one list's findings.")
]
ListOption = Annotated[
    str, typer.Option("--list", metavar="NAME", help="With --saved or --let-go: which list.")
]
GoOption = Annotated[bool, typer.Option("--let-go", help="Take the list named by --list out again.")]


def register(app: typer.Typer) -> None:
    """Add the findings to the application."""
    for command in (bridges, silos, paths):
        app.command()(command)


def bridges(
    graph: GraphArgument,
    source: Annotated[str, typer.Option("--from", help="A domain: identifier, code or name.")] = "",
    target: Annotated[str, typer.Option("--to", help="Another domain.")] = "",
    kind: Annotated[
        str,
        typer.Option(
            "--kind",
            help="concept, link, predicted or node; the first three if not said. link and predicted need --from and --to.",
        ),
    ] = "",
    rank: Annotated[
        Rank,
        typer.Option(
            "--rank", help="Predicted links by lift (discovery) or by calibrated chance (forecast)."
        ),
    ] = Rank.DISCOVERY,
    since: SinceOption = None,
    until: UntilOption = None,
    top: TopOption = 20,
    minimum: Annotated[int, typer.Option("--minimum", min=1, help="Documents each side must have.")] = 2,
    save: SaveOption = "",
    saved: SavedOption = False,
    list_: ListOption = "",
    let_go: GoOption = False,
    out: OutOption = None,
    format_: FormatOption = Format.TABLE,
    json_: JsonOption = False,
) -> None:
    """Find what bridges two domains, or the strongest bridges between all layers; keep what is worth keeping."""
    from silobridge.facade import open as open_graph
    from silobridge.kg.errors import UsageError

    opened = open_graph(graph)
    if saved or let_go:
        _kept(opened, list_, let_go, format_, json_)
        return
    found: BridgeList | NodeBridgeList
    if kind == "node":
        if source or target or rank != Rank.DISCOVERY:
            raise UsageError("node bridges have no two ends", hint="leave --from, --to and --rank away")
        found = opened.node_bridges(since=since, until=until, top=top)
    else:
        found = opened.bridges(
            source, target, kind=kind, since=since, until=until, top=top, minimum=minimum, rank=rank.value
        )
    _answer(opened, found, out, format_, json_)
    _keep(opened, found, save)


def silos(
    graph: GraphArgument,
    level: Annotated[
        list[str] | None,
        typer.Option("--level", help="SCHEME:LEVEL to compare, e.g. openalex:field; repeatable."),
    ] = None,
    rows: Annotated[
        list[str] | None,
        typer.Option("--rows", help="With --columns: pairs of one of these levels with one of those only."),
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option("--columns", help="SCHEME:LEVEL, e.g. cpc:class, nace:division, country:country."),
    ] = None,
    links: Annotated[
        str,
        typer.Option(
            "--links", help="documents, citations or concepts; what there is enough of if not said."
        ),
    ] = "",
    since: SinceOption = None,
    until: UntilOption = None,
    top: TopOption = 20,
    save: SaveOption = "",
    saved: SavedOption = False,
    list_: ListOption = "",
    let_go: GoOption = False,
    out: OutOption = None,
    format_: FormatOption = Format.TABLE,
    json_: JsonOption = False,
) -> None:
    """Find domains that are close in content and barely linked."""
    from silobridge.facade import open as open_graph
    from silobridge.kg.errors import UsageError

    opened = open_graph(graph)
    if saved or let_go:
        _kept(opened, list_, let_go, format_, json_)
        return
    if bool(rows) != bool(columns) or (rows and level):
        raise UsageError("which domains to compare?", expected="--level, or both --rows and --columns")
    found = opened.silos(
        levels=rows or level or (), against=columns or (), links=links, top=top, since=since, until=until
    )
    _answer(opened, found, out, format_, json_)
    _keep(opened, found, save)


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

    opened = open_graph(graph)
    _answer(opened, opened.paths(start, end, hops=hops, top=top), out, format_, json_)


def _answer(
    opened: "Graph",
    found: "BridgeList | NodeBridgeList | PathList | SiloList",
    out: Path | None,
    format_: Format,
    json_: bool,
) -> None:
    from silobridge.queries.verdicts import precision, remember

    shown = found.shown()
    remember(opened.ledger, shown)
    sort = shown[0][0].partition(":")[0] if shown else ""
    said = precision(opened.ledger, sort, [score for _, _, score in shown])
    show_found(found, out, format_, json_, (*found.answer.notes, *said))


def _keep(opened: "Graph", found: "BridgeList | NodeBridgeList | SiloList", name: str) -> None:
    if name:
        changed = opened.keep(name, found)
        say(f"kept as {name}" if changed else f"{name} holds this already")


def _kept(opened: "Graph", name: str, let_go: bool, format_: Format, json_: bool) -> None:
    from silobridge.kg.errors import UsageError

    if let_go:
        if not name:
            raise UsageError("let go of which list?", expected="--list NAME")
        say(f"let go of {name}: {opened.let_go(name)} findings")
        return
    found = opened.kept(name)
    show(found, format_, json_)
    if not len(found):
        say("note: nothing is kept yet: kg bridges GRAPH --save NAME")
        raise typer.Exit(4)
