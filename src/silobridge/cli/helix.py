"""`kg helix`, `kg roots`, `kg opportunities`, `kg dependence` and `kg trends`: what moves, and where from."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from silobridge.cli.findings import OutOption, SinceOption, TopOption
from silobridge.cli.output import Format, FormatOption, GraphArgument, JsonOption, say, show

if TYPE_CHECKING:
    from silobridge.queries.report.sheet import Sheet

FromOption = Annotated[str, typer.Option("--from", help="A domain: identifier, code or name.")]
ToOption = Annotated[str, typer.Option("--to", help="Another domain.")]


def register(app: typer.Typer) -> None:
    """Add these findings to the application."""
    for command in (helix, roots, opportunities, dependence, trends):
        app.command()(command)


def helix(
    graph: GraphArgument,
    concept: Annotated[str, typer.Argument(metavar="[CONCEPT]", help="One concept; all if not said.")] = "",
    lag: Annotated[int, typer.Option("--lag", min=1, help="Longest step in years.")] = 10,
    minimum: Annotated[int, typer.Option("--minimum", min=1, help="Documents each layer must have.")] = 2,
    since: SinceOption = None,
    top: TopOption = 20,
    out: OutOption = None,
    format_: FormatOption = Format.TABLE,
    json_: JsonOption = False,
) -> None:
    """Follow concepts from science to patents to industry and back."""
    from silobridge.facade import open as open_graph
    from silobridge.kg.errors import NothingFound
    from silobridge.queries.helix.coupling import coupling
    from silobridge.queries.helix.evidence import steps
    from silobridge.queries.helix.loops import lineage, loops
    from silobridge.queries.helix.record import HelixAsk
    from silobridge.queries.lookup import concept_column
    from silobridge.queries.matrices import matrices
    from silobridge.queries.report import findings

    ledger = open_graph(graph).ledger
    held, ask = matrices(ledger), HelixAsk(lag=lag, minimum=minimum, top=top, since=since)
    if concept:
        column = concept_column(ledger, held, concept)
        more: tuple[str, ...]
        try:
            more = findings.coupled(coupling(held, column))
        except NothingFound as thin:
            more = (f"No coupling-coordination degree: {thin.found}.",)
        sheet = findings.helices(lineage(held, column, ask), steps(ledger, held, column, lag), more)
    else:
        sheet = findings.helices(loops(held, ask))
    _answer(sheet, out, format_, json_)


def roots(
    graph: GraphArgument,
    level: Annotated[
        str, typer.Option("--level", help="SCHEME:LEVEL, e.g. cpc:class, nace:division.")
    ] = "cpc:class",
    least: Annotated[int, typer.Option("--least", min=1, help="Documents a domain must have.")] = 10,
    top: TopOption = 20,
    out: OutOption = None,
    format_: FormatOption = Format.TABLE,
    json_: JsonOption = False,
) -> None:
    """Rank technologies or industries by what others take up from them."""
    from silobridge.facade import open as open_graph
    from silobridge.handles import _level
    from silobridge.queries.matrices import matrices
    from silobridge.queries.report import findings
    from silobridge.queries.roots import RootAsk
    from silobridge.queries.roots import roots as find

    ask = RootAsk(*_level(level), least=least, top=top)
    _answer(findings.roots(find(matrices(open_graph(graph).ledger), ask)), out, format_, json_)


def opportunities(
    graph: GraphArgument,
    source: FromOption,
    target: ToOption,
    top: TopOption = 20,
    out: OutOption = None,
    format_: FormatOption = Format.TABLE,
    json_: JsonOption = False,
) -> None:
    """List what one domain needs and another may solve, with what speaks against it."""
    from silobridge.facade import open as open_graph
    from silobridge.queries.bridges.record import Ask
    from silobridge.queries.matrices import matrices
    from silobridge.queries.opportunities import opportunities as find
    from silobridge.queries.report import findings

    opened = open_graph(graph)
    ask = Ask(opened.domain(source).id, opened.domain(target).id, top=top)
    _answer(findings.opportunities(find(opened.ledger, matrices(opened.ledger), ask)), out, format_, json_)


def dependence(
    graph: GraphArgument,
    firm: Annotated[str, typer.Argument(metavar="[FIRM]", help="A part of its name; all if not said.")] = "",
    top: TopOption = 20,
    out: OutOption = None,
    format_: FormatOption = Format.TABLE,
    json_: JsonOption = False,
) -> None:
    """Measure how much firms' patents rest on science; one firm with sentences."""
    from silobridge.facade import open as open_graph
    from silobridge.queries.dependence import dependence as find
    from silobridge.queries.matrices import matrices
    from silobridge.queries.report import findings

    ledger = open_graph(graph).ledger
    _answer(findings.dependence(find(ledger, matrices(ledger), firm, top)), out, format_, json_)


def trends(
    graph: GraphArgument,
    concept: Annotated[str, typer.Argument(metavar="[CONCEPT]", help="A concept year by year.")] = "",
    source: FromOption = "",
    target: ToOption = "",
    recent: Annotated[int, typer.Option("--recent", min=1, help="How many last years are late.")] = 3,
    top: TopOption = 20,
    out: OutOption = None,
    format_: FormatOption = Format.TABLE,
    json_: JsonOption = False,
) -> None:
    """Follow a concept year by year, or list the bridges between two domains that come up or fade."""
    from silobridge.facade import open as open_graph
    from silobridge.kg.errors import UsageError
    from silobridge.queries.bridges.record import Ask
    from silobridge.queries.lookup import concept_column
    from silobridge.queries.matrices import matrices
    from silobridge.queries.report import findings
    from silobridge.queries.trends import moving, trend

    if bool(concept) == bool(source) or bool(source) != bool(target):
        raise UsageError("trends follows one thing", expected="CONCEPT, or both --from and --to")
    opened = open_graph(graph)
    held = matrices(opened.ledger)
    if concept:
        sheet = findings.trend(trend(held, concept_column(opened.ledger, held, concept)))
    else:
        ask = Ask(opened.domain(source).id, opened.domain(target).id, top=top)
        sheet = findings.moving(moving(held, ask, recent))
    _answer(sheet, out, format_, json_)


def _answer(sheet: "Sheet", out: Path | None, format_: Format, json_: bool) -> None:
    from silobridge.queries.report.sheet import write_sheet
    from silobridge.queries.table import Table

    if out:
        say(f"wrote {write_sheet(out, sheet)}")
    else:
        show(Table(sheet.columns, sheet.rows), format_, json_)
        for shows, quote in sheet.quotes:
            say(f"{shows}: {quote.text} ({quote.document})")
    for note in sheet.notes:
        say(f"note: {note}")
    if not sheet.rows:
        raise typer.Exit(4)
