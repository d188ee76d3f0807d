"""The one Typer application, and the turning of errors into a sentence and an exit code.

It promises exit codes 0 done, 1 failed, 2 wrong usage, 3 finished with rejects, 4 found nothing, 130
interrupted; data on stdout and talk on stderr. It refuses tracebacks, unless `--debug` asks for one.
"""

import os
import sys
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Annotated

import typer

import silobridge.cli
from silobridge.cli.output import say, settings
from silobridge.kg.errors import SilobridgeError

app = typer.Typer(
    name="kg",
    help="One knowledge graph over papers, patents and industrial documents, and the bridges between them.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from silobridge import __version__

        print(f"silobridge {__version__}")  # noqa: T201
        raise typer.Exit


@app.callback()
def common(
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Set what holds for every command."""
    settings.quiet = quiet
    settings.debug = debug or bool(os.environ.get("SILOBRIDGE_DEBUG"))


FIRST = ("demo", "ingest", "ask", "questions", "findings", "need", "reading")
"""The files whose commands help lists first; the others follow by name."""


def _commands() -> Iterator[ModuleType]:
    """Import every file beside this one that registers commands: a new one needs no list."""
    names = sorted(module.name for module in iter_modules(silobridge.cli.__path__))
    for name in sorted(names, key=lambda name: (FIRST.index(name) if name in FIRST else len(FIRST), name)):
        if name not in ("app", "output"):
            yield import_module(f"silobridge.cli.{name}")


for _module in _commands():
    _module.register(app)


def run(arguments: list[str] | None = None) -> None:
    """Run one command and exit with its code."""
    try:
        app(args=arguments, prog_name="kg")
    except SilobridgeError as error:
        if settings.debug:
            raise
        say(f"error: {error}", always=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        say("interrupted", always=True)
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output left (`| head`); that is not an error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
