"""`kg quantities`: numbers with units, by property and bound."""

from typing import Annotated

import typer

from silobridge.cli.output import Format, FormatOption, GraphArgument, JsonOption, show


def register(app: typer.Typer) -> None:
    """Add `kg quantities` to the application."""
    app.command()(quantities)


def quantities(
    graph: GraphArgument,
    question: Annotated[
        str, typer.Argument(metavar="QUESTION", help='"energy density > 300 Wh/kg", or a property alone.')
    ],
    limit: Annotated[int, typer.Option("--limit", min=1, help="Most rows to show.")] = 100,
    format_: FormatOption = Format.TABLE,
    json_: JsonOption = False,
) -> None:
    """List numbers that texts give for a property, in any unit of its dimension, with their sentences."""
    from silobridge.facade import open as open_graph
    from silobridge.queries.quantities import quantities as find

    with open_graph(graph).ledger.reading() as connection:
        table = find(connection, question, limit)
    show(table, format_, json_)
    if not table.rows:
        raise typer.Exit(4)
