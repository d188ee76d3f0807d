"""What a command prints: tables in five formats on stdout, talk and progress on stderr.

It promises the same columns in every format, and progress only where a person watches. It refuses to
mix the two streams.
"""

import json
import sys
import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from silobridge.ingest.tally import Tally
    from silobridge.queries.table import Table


class Format(StrEnum):
    """How a table is printed."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    MD = "md"


UNCUT = 1_000_000
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How to print the answer.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Short for --format json.")]
GraphArgument = Annotated[str, typer.Argument(metavar="GRAPH", help="The graph's folder.")]


@dataclass
class Settings:
    """What `--quiet` and `--debug` set for the process."""

    quiet: bool = False
    debug: bool = False


settings = Settings()


def say(text: str, *, always: bool = False) -> None:
    """Print talk on stderr, unless `--quiet` holds."""
    if always or not settings.quiet:
        print(text, file=sys.stderr, flush=True)  # noqa: T201


def out(text: str) -> None:
    """Print data on stdout, whatever the terminal's encoding can show."""
    data = text if text.endswith("\n") else text + "\n"
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None:
        sys.stdout.write(data)
    else:
        sys.stdout.flush()
        stream.write(data.encode("utf-8"))
        stream.flush()


def show(table: "Table", chosen: Format, json_too: bool = False) -> None:
    """Print a table in the chosen format."""
    kind = Format.JSON if json_too else chosen
    # Off a terminal nobody scrolls sideways, but somebody may search: nothing is cut.
    width = None if sys.stdout.isatty() else UNCUT
    writers = {
        Format.TABLE: lambda: table.to_text(width),
        Format.JSON: table.to_json,
        Format.JSONL: table.to_jsonl,
        Format.CSV: table.to_csv,
        Format.MD: table.to_md,
    }
    out(writers[kind]())


def show_found(
    found: Any, file: "Path | None", chosen: Format, json_too: bool, notes: "Iterable[str] | None" = None
) -> None:
    """Print what a search found, or write its report; then its notes. Exit with 4 where nothing was found."""
    if file:
        say(f"wrote {found.report(file)}")
    else:
        show(found.table, chosen, json_too)
    for note in found.answer.notes if notes is None else notes:
        say(f"note: {note}")
    if not len(found.table):
        raise typer.Exit(4)


def show_record(record: dict[str, Any], as_json: bool) -> None:
    """Print one record: aligned lines, or JSON."""
    if as_json:
        out(json.dumps(record, ensure_ascii=False, indent=2))
        return
    width = max((len(name) for name in record), default=0)
    lines = []
    for name, value in record.items():
        shown = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
        lines.append(f"{name.replace('_', ' '):<{width}}  {shown}")
    out("\n".join(lines))


@dataclass
class Progress:
    """A line on stderr that says how far a long work is, rewritten in place; silent off a terminal."""

    every: float = 0.2
    _last: float = field(default=0.0, init=False)
    _shown: bool = field(default=False, init=False)

    def __call__(self, text: str) -> None:
        """Show how far the work is."""
        now = time.monotonic()
        if settings.quiet or not sys.stderr.isatty() or now - self._last < self.every:
            return
        self._last, self._shown = now, True
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)  # noqa: T201

    def tally(self, tally: "Tally", name: str) -> None:
        """Show a running ingest: documents kept, and the file being read."""
        self(f"{tally.added + tally.replaced:,} documents kept, {tally.rejects} rejects  {name}")

    def done(self) -> None:
        """Clear the line, so that what comes after starts clean."""
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)  # noqa: T201
            self._shown = False
