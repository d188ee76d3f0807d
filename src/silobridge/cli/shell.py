"""`kg shell`: an interactive shell, or statements from standard input."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from silobridge.cli.output import GraphArgument, out, say

if TYPE_CHECKING:
    from silobridge.shell import Shell


def register(app: typer.Typer) -> None:
    """Add `kg shell` to the application."""
    app.command()(shell)


def shell(
    graph: GraphArgument,
    csv: Annotated[bool, typer.Option("--csv", help="Show rows as CSV.")] = False,
    language: Annotated[str, typer.Option("--language", help="ask, sparql or cypher to begin with.")] = "ask",
    limit: Annotated[int, typer.Option("--limit", min=1, help="Most rows to show.")] = 50,
    timeout: Annotated[float, typer.Option("--timeout", min=0.1, help="Seconds a query may take.")] = 30.0,
) -> None:
    """Ask one thing after another: plain words, SPARQL, Cypher; with completion and history on a terminal."""
    from silobridge.facade import open as open_graph
    from silobridge.kg.errors import UnknownName
    from silobridge.shell import LANGUAGES, Shell

    if language not in LANGUAGES:
        raise UnknownName("language", language, LANGUAGES)
    session = Shell(
        open_graph(graph),
        lambda text: say(text, always=True),
        language,
        "csv" if csv else "table",
        limit,
        timeout,
    )
    if sys.stdin.isatty():
        say(f"{graph} at position {session.graph.position()}; \\help shows the commands, \\quit leaves")
        _loop(session, _typed(session))
        return
    _loop(session, iter(sys.stdin))
    _print(session.finish())
    if session.failed:
        raise typer.Exit(session.failed)


def _loop(session: "Shell", lines: Iterator[str]) -> None:
    from silobridge.shell import Leave

    try:
        for line in lines:
            _print(session.feed(line.rstrip("\n")))
    except Leave:
        session.drop()


def _print(text: str) -> None:
    if text:
        out(text)


def _typed(session: "Shell") -> Iterator[str]:
    """Give the lines somebody types, until the end of the input."""
    prompt = _prompt(session)
    while True:
        try:
            yield prompt(session.prompt)
        except KeyboardInterrupt:
            session.drop()
        except EOFError:
            return


def _prompt(session: "Shell") -> Any:
    from silobridge.kg.errors import MissingExtra

    try:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.completion import Completer, Completion
        from prompt_toolkit.history import FileHistory

        colours = _colours(session)
    except ImportError as error:
        raise MissingExtra("prompt-toolkit or pygments", "shell") from error

    class Names(Completer):
        """Completes from the graph's own names."""

        def get_completions(self, document: Any, complete_event: Any) -> Iterator[Any]:
            """Offer what could stand here."""
            for text, replaced in session.complete(document.text_before_cursor.lstrip()):
                yield Completion(text, start_position=-replaced)

    return PromptSession(
        history=FileHistory(str(history())),
        completer=Names(),
        complete_while_typing=False,
        lexer=colours,
    ).prompt


def _colours(session: "Shell") -> Any:
    """Colour what is typed as the language at the moment; plain words stay plain."""
    from prompt_toolkit.lexers import DynamicLexer, PygmentsLexer
    from pygments.lexers.graph import CypherLexer
    from pygments.lexers.rdf import SparqlLexer

    made = {"sparql": PygmentsLexer(SparqlLexer), "cypher": PygmentsLexer(CypherLexer)}
    return DynamicLexer(lambda: made.get(session.language))


def history() -> Path:
    """Give the file of what was typed before, in the user's state folder; made if it is not there."""
    base = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    folder = base / "silobridge"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / "history"
