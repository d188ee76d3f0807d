"""`kg show`, `kg stats` and `kg validate`: reading what a graph holds."""

from typing import Annotated, Any

import typer

from silobridge.cli.output import GraphArgument, JsonOption, out, say, show_record


def register(app: typer.Typer) -> None:
    """Add the reading commands to the application."""
    for command in (show, stats, validate):
        app.command()(command)


def show(
    graph: GraphArgument,
    id_: Annotated[
        str, typer.Argument(metavar="ID", help="A document, a domain, or a concept by id or name.")
    ],
    json_: JsonOption = False,
) -> None:
    """Show one thing: a document, a domain or a concept, with its domains, claims and sentences."""
    from silobridge.facade import open as open_graph

    record = open_graph(graph).describe(id_)
    if json_:
        show_record(record, as_json=True)
    else:
        out("\n".join(_lines(record)))


def _lines(record: dict[str, Any]) -> list[str]:
    lines = []
    for name, value in record.items():
        if isinstance(value, list):
            if not value:
                continue
            lines.append(f"{name}:")
            for item in value:
                if isinstance(item, dict):
                    lines += [
                        f"  {item['claim']}",
                        f"      “{item['sentence']}”",
                        f"      {item['document']}",
                    ]
                else:
                    lines.append(f"  {item}")
        elif value not in (None, ""):
            lines.append(f"{name + ':':<16}{value}")
    return lines


def stats(graph: GraphArgument, json_: JsonOption = False) -> None:
    """Count what a graph holds."""
    from silobridge.facade import open as open_graph

    show_record(open_graph(graph).stats(), json_)


def validate(
    graph: GraphArgument,
    sample: Annotated[int, typer.Option("--sample", min=1, help="Most documents to check.")] = 500,
    json_: JsonOption = False,
) -> None:
    """Check the graph against its SHACL shapes; findings are grouped, with examples."""
    from silobridge.facade import open as open_graph

    report = open_graph(graph).validate(sample=sample)
    if json_:
        show_record(report.as_dict(), as_json=True)
    else:
        for line in report.lines():
            say(line)
    if report.findings:
        raise typer.Exit(1)
