"""`kg ask`: a question in plain words, English or Chinese."""

from typing import TYPE_CHECKING, Annotated

import typer

from silobridge.cli.output import Format, FormatOption, GraphArgument, JsonOption, out, say, show, show_record

if TYPE_CHECKING:
    from silobridge.asking import Answer
    from silobridge.facade import Graph
    from silobridge.queries.ask.record import Understood


def register(app: typer.Typer) -> None:
    """Add `kg ask` to the application."""
    app.command()(ask)


def ask(
    graph: GraphArgument,
    question: Annotated[str, typer.Argument(help="In English or Chinese, in quotes.")],
    explain: Annotated[bool, typer.Option("--explain", help="Say how it is read, and run nothing.")] = False,
    query: Annotated[bool, typer.Option("--query", help="Also print the query's text.")] = False,
    engine: Annotated[str, typer.Option("--engine", help="sparql or cypher.")] = "sparql",
    limit: Annotated[int, typer.Option("--limit", min=1, help="Most rows to show.")] = 20,
    timeout: Annotated[float, typer.Option("--timeout", min=0.1, help="Seconds a query may take.")] = 30.0,
    model: Annotated[
        str, typer.Option("--model", help="URL#NAME of a chat model that writes the query; it is shown.")
    ] = "",
    format_: FormatOption = Format.TABLE,
    json_: JsonOption = False,
) -> None:
    """Ask in plain words: shows what was understood, the query that was run, the answer and its sentences."""
    from silobridge.asking import answer, spelled, understand
    from silobridge.facade import open as open_graph
    from silobridge.kg.errors import UnknownName

    if engine not in ("sparql", "cypher"):
        raise UnknownName("engine", engine, ("sparql", "cypher"))
    opened = open_graph(graph)
    if model:
        _by_model(
            opened, (question, model, engine), explain, (limit, timeout), Format.JSON if json_ else format_
        )
        return
    found = understand(opened, question)
    say(f"understood as: {_call(found)}")
    if query:
        say(spelled(found.query, engine).rstrip() or f"{found.query} is a command, not a query")
    if explain:
        _tell(found.notes, found)
        return
    given = answer(opened, found, engine=engine, limit=limit, timeout=timeout)
    _tell(given.notes, found)
    if json_ or format_ is Format.JSON:
        show_record(given.as_dict(), as_json=True)
    else:
        _print(given, format_)
    if not given.table.rows:
        raise typer.Exit(4)


def _by_model(
    opened: "Graph", asked: tuple[str, str, str], explain: bool, limits: tuple[int, float], format_: Format
) -> None:
    """Have a model write the query, show it before it runs, and show its rows."""
    from silobridge.asking import written

    question, model, engine = asked
    query = written(opened, question, model, engine)
    say(f"the model {model} read: {query.reading}")
    say(f"its query, checked to only read:\n{query.query}")
    if explain:
        return
    run = opened.sparql if engine == "sparql" else opened.cypher
    table = run(query.query, limit=limits[0], timeout=limits[1])
    show(table, format_)
    if not table.rows:
        raise typer.Exit(4)


def _call(found: "Understood") -> str:
    return " ".join([found.query, *(f"{name}={value!r}" for name, value in found.params.items())])


def _tell(notes: tuple[str, ...], found: "Understood") -> None:
    for note in notes:
        say(f"note: {note}")
    if found.unknown:
        say(f"not used: {', '.join(found.unknown)}")


def _print(given: "Answer", format_: Format) -> None:
    show(given.table, format_)
    if format_ is Format.TABLE and given.sentences:
        out("\n" + "\n".join(f"“{text}”\n    {document}" for document, text in given.sentences))
