"""Write the reference pages from the code itself, or check that they are up to date.

It promises that docs/reference says what the code does: commands, readers, named questions, Python
names, ontology terms. It refuses hand edits there: `--check` fails on any difference.

    python tools/reference.py           write
    python tools/reference.py --check   exit 1 and name the pages that differ
"""

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference"
NOTE = "<!-- Written by tools/reference.py from the code. Do not edit. -->\n\n"


def cli_page() -> str:
    """Return the page of every command, its arguments and options."""
    from typer.main import get_command

    from silobridge.cli.app import app

    lines = ["# Commands", "", "Exit codes: 0 done · 1 failed · 2 wrong usage · 3 finished with rejects ·"]
    lines += ["4 found nothing · 130 interrupted.", ""]
    for name, command in _commands("kg", get_command(app)):
        lines += [f"## `{name}`", "", " ".join((command.help or "").split()), ""]
        arguments = [p for p in command.params if p.param_type_name == "argument"]
        options = [p for p in command.params if p.param_type_name == "option" and p.name != "help"]
        for parameter in arguments:
            lines.append(
                f"- `{parameter.metavar or parameter.name.upper()}`: {getattr(parameter, 'help', None) or ''}"
            )
        for parameter in options:
            default = (
                ""
                if parameter.default in (None, False, "", (), [])
                else f" (default {_plain(parameter.default)})"
            )
            flags = ", ".join([*parameter.opts, *parameter.secondary_opts])
            lines.append(f"- `{flags}`: {getattr(parameter, 'help', None) or ''}{default}")
        lines.append("")
    return "\n".join(lines)


def _plain(value: Any) -> str:
    return str(getattr(value, "value", value))


def _commands(prefix: str, command: Any) -> Iterator[tuple[str, Any]]:
    children = getattr(command, "commands", None)
    if children is None:
        yield prefix, command
        return
    for name in sorted(children):
        yield from _commands(f"{prefix} {name}", children[name])


def readers_page() -> str:
    """Return the page of every reader."""
    from silobridge.ingest import readers

    lines = [
        "# Readers",
        "",
        "`kg ingest add` chooses by looking into the file; `--as NAME` decides for it.",
        "",
    ]
    lines += ["| reader | reads | files | rights of such sources |", "|---|---|---|---|"]
    for name in readers.names():
        reader = readers.load(name)
        lines.append(
            f"| `{name}` | {reader.TITLE} | {', '.join(f'`{g}`' for g in reader.GLOBS)} | {reader.RIGHTS} |"
        )
    return "\n".join(lines) + "\n"


def queries_page() -> str:
    """Return the page of every named question."""
    from silobridge.queries import run

    table = run.library_table()
    lines = [
        "# Named questions",
        "",
        "`kg query GRAPH NAME --param k=v`; each runs in SPARQL and in Cypher, with the",
    ]
    lines += ["same rows.", "", "| " + " | ".join(table.columns) + " |", "|" + "---|" * len(table.columns)]
    lines += ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in table.rows]
    return "\n".join(lines) + "\n"


def python_page() -> str:
    """Return the page of the public Python names."""
    import silobridge

    lines = ["# Python", "", "```python", "import silobridge", "```", ""]
    for name in silobridge.__all__:
        thing = getattr(silobridge, name)
        if inspect.isclass(thing):
            lines += [f"## `silobridge.{name}`", "", inspect.getdoc(thing) or "", ""]
            for member, value in sorted(vars(thing).items()):
                call = value.fget if isinstance(value, property) else value
                if not member.startswith("_") and inspect.isfunction(call):
                    shown = member if isinstance(value, property) else f"{member}{_signature(call)}"
                    lines += [f"### `{shown}`", "", inspect.getdoc(call) or "", ""]
        elif callable(thing):
            lines += [f"## `silobridge.{name}{_signature(thing)}`", "", inspect.getdoc(thing) or "", ""]
    return "\n".join(lines)


def _signature(call: Any) -> str:
    return str(inspect.signature(call)).replace("'", "").replace('"', "")


def ontology_page() -> str:
    """Return the page of our own vocabulary's terms."""
    import rdflib
    from rdflib.namespace import RDFS, SKOS

    graph = rdflib.Graph().parse(FOLDER.parents[1] / "ontologies" / "core.ttl")
    lines = [
        "# Vocabulary",
        "",
        "Own terms only where SKOS, PROV-O, DCTERMS, BIBO/FaBiO, CiTO, ORG and schema.org have",
    ]
    lines += [
        "none. Prefix `sb:` = `https://w3id.org/silobridge/ns#`.",
        "",
        "| term | 中文 | definition |",
        "|---|---|---|",
    ]
    base = "https://w3id.org/silobridge/ns#"
    for term in sorted({s for s in graph.subjects() if str(s).startswith(base) and str(s) != base}):
        labels = {str(label.language): str(label) for label in graph.objects(term, RDFS.label)}
        definition = " ".join(str(next(graph.objects(term, SKOS.definition), "")).split())
        lines.append(f"| `sb:{str(term)[len(base) :]}` | {labels.get('zh', '')} | {definition} |")
    return "\n".join(lines) + "\n"


PAGES = {
    "cli.md": cli_page, "readers.md": readers_page, "queries.md": queries_page, "python.md": python_page,
    "vocabulary.md": ontology_page,
}  # fmt: skip


def main() -> int:
    """Write or check every page; return the exit code."""
    check = "--check" in sys.argv[1:]
    stale = []
    for name, page in PAGES.items():
        text = NOTE + page().rstrip() + "\n"
        file = FOLDER / name
        if check:
            if not file.exists() or file.read_text("utf-8") != text:
                stale.append(name)
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
    if stale:
        print("out of date, run `python tools/reference.py`: " + ", ".join(stale))  # noqa: T201
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
