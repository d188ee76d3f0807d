"""`kg ingest …`: files into a graph, and out of it again."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from silobridge.cli.output import (
    Format,
    FormatOption,
    GraphArgument,
    JsonOption,
    Progress,
    say,
    show,
    show_record,
)

if TYPE_CHECKING:
    from silobridge.ingest.tally import Tally

group = typer.Typer(
    help="Files into a graph, and out of it again.", no_args_is_help=True, rich_markup_mode=None
)


def register(app: typer.Typer) -> None:
    """Add `kg ingest` to the application."""
    app.add_typer(group, name="ingest")


@group.command()
def add(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="Files or folders to read.")],
    into: Annotated[Path, typer.Option("--into", help="The graph's folder; made if it is not there.")],
    reader: Annotated[str, typer.Option("--as", help="Read every file with this reader.")] = "",
    domain: Annotated[
        list[str] | None,
        typer.Option("--domain", help="A domain all these documents stand in, e.g. nace:C26."),
    ] = None,
    workers: Annotated[
        int, typer.Option("--workers", min=0, help="Processes that understand text; 0 for one a core.")
    ] = 0,
    fresh: Annotated[bool, typer.Option("--fresh", help="Read again what was read before.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and count, write nothing.")] = False,
    views: Annotated[bool, typer.Option("--views/--no-views", help="Bring both views up to date.")] = True,
    predict_fields: Annotated[
        bool, typer.Option("--predict-fields", help="Predict domains for documents without a code.")
    ] = False,
    claims_model: Annotated[
        str,
        typer.Option(
            "--claims-model", help="URL#NAME of a chat model that reads claims too; it may cost money."
        ),
    ] = "",
    claims_tokens: Annotated[
        int,
        typer.Option(
            "--claims-tokens", min=0, help="Most tokens the model may take in this run; 0: no limit."
        ),
    ] = 0,
    json_: JsonOption = False,
) -> None:
    """Read files into a graph. Running it again goes on where it stopped."""
    from silobridge.facade import Graph

    progress = Progress()
    graph = Graph(into)
    try:
        tally = graph.ingest(
            *paths, reader=reader, domains=domain or (), workers=workers, fresh=fresh, dry_run=dry_run,
            progress=progress.tally, update_views=views, predict_fields=predict_fields,
            claims_model=claims_model, claims_tokens=claims_tokens,
        )  # fmt: skip
    finally:
        progress.done()
    _tell(tally, json_, dry_run)
    if tally.rejects:
        raise typer.Exit(3)


def _tell(tally: "Tally", json_: bool, dry_run: bool) -> None:
    if json_:
        show_record(tally.as_dict(), as_json=True)
        return
    for line in tally.lines():
        say(line)
    if dry_run:
        say("dry run: nothing was written")


@group.command()
def sources(format_: FormatOption = Format.TABLE, json_: JsonOption = False) -> None:
    """List the readers: what each reads, and the rights of such sources."""
    from silobridge.ingest import readers
    from silobridge.queries.table import Table

    rows = []
    for name in readers.names():
        reader = readers.load(name)
        rows.append((name, reader.TITLE, str(reader.KIND), ", ".join(reader.GLOBS), reader.RIGHTS))
    show(Table(("reader", "reads", "kind", "files", "rights"), rows), format_, json_)


@group.command()
def status(graph: GraphArgument, format_: FormatOption = Format.TABLE, json_: JsonOption = False) -> None:
    """List the files a graph was read from, and what became of them."""
    from silobridge.facade import open as open_graph

    show(open_graph(graph).sources(), format_, json_)


@group.command()
def forget(
    graph: GraphArgument,
    ids: Annotated[list[str], typer.Argument(metavar="ID…", help="Identifiers of documents.")],
) -> None:
    """Forget documents: gone from every answer at once. `purge` also takes them off the disk."""
    from silobridge.facade import open as open_graph

    gone = open_graph(graph).forget(*ids)
    say(f"forgot {len(gone)} of {len(ids)}: {', '.join(gone) or 'none was there'}")
    if gone:
        say("the text stays in free blocks of the files until: kg ingest purge " + graph)
    else:
        raise typer.Exit(4)


@group.command()
def purge(graph: GraphArgument) -> None:
    """Rewrite the graph's files so that forgotten text is gone from the disk."""
    from silobridge.facade import open as open_graph

    before, after = open_graph(graph).purge()
    say(f"purged: the ledger went from {before:,} to {after:,} bytes, and both views were rebuilt")
