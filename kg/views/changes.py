"""The log of changes beside the property graph's file: what was written since the file was.

It promises that a change is in it whole or not at all, that whoever has the file and the log has the view,
and that a reader which holds the graph in memory follows by reading on. It refuses to grow without bound:
its owner folds it into the file, after which it begins anew.

The first line names the file the log belongs to (a token, new with every build) and the position that file
stands at; every other line is one change: the position it ends at, and its statements with their rows. A
line without its end is what a death left, and counts for nothing.
"""

import json
import os
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from silobridge.kg.errors import StorageFull

Statement = tuple[str, list[Any]]
"""A query over `$rows`, and its rows."""


@dataclass(frozen=True, slots=True)
class Head:
    """Which file a log belongs to, and the position that file stood at when the log began."""

    token: str
    position: int


@dataclass(frozen=True, slots=True)
class Logged:
    """What a log says: its head, and the changes beyond some position, oldest first."""

    head: Head
    position: int
    changes: tuple[tuple[int, list[Statement]], ...]


class ChangeLog:
    """The log beside one file.

    Parameters
    ----------
    path
        Where it lies. Only whoever holds the views' lock may write it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def position(self) -> int | None:
        """Return the position of the last change, or None where there is no log."""
        lines = self._lines()
        return int(json.loads(lines[-1])["position"]) if lines else None

    def size(self) -> tuple[int, int]:
        """Return how many changes it holds, and its bytes."""
        lines = self._lines()
        return max(0, len(lines) - 1), sum(len(line) for line in lines)

    def read(self, beyond: int = -1) -> Logged | None:
        """Return what it says beyond a position, or None where there is no log."""
        lines = self._lines()
        if not lines:
            return None
        first = json.loads(lines[0])
        head = Head(first["token"], int(first["position"]))
        changes: list[tuple[int, list[Statement]]] = []
        # The last lines are the ones a follower lacks, so only those are taken apart.
        for line in reversed(lines[1:]):
            change = json.loads(line)
            if change["position"] <= beyond:
                break
            changes.append((change["position"], [(query, rows) for query, rows in change["statements"]]))
        position = changes[0][0] if changes else max(head.position, beyond)
        return Logged(head, position, tuple(reversed(changes)))

    def begin(self, position: int, token: str = "") -> Head:
        """Begin anew, empty, for a file that stands at a position; the old log goes in the same moment."""
        head = Head(token or uuid.uuid4().hex, position)
        aside = self.path.with_name(f".changes-{os.getpid()}")
        aside.write_bytes(_line({"token": head.token, "position": position}))
        aside.replace(self.path)
        return head

    def append(self, position: int, statements: list[Statement]) -> None:
        """Add a change; when this returns, it survives the death of this process.

        Raises
        ------
        StorageFull
            If it cannot be written; the log is as it was.
        """
        whole = sum(len(line) for line in self._lines())
        line = _line({"position": position, "statements": statements})
        try:
            with self.path.open("r+b") as file:
                # What a death left unfinished goes first.
                file.truncate(whole)
                file.seek(whole)
                file.write(line)
        except OSError as error:
            raise StorageFull(
                f"a change of {len(line)} bytes could not be written: {error.strerror}",
                where=str(self.path),
                hint="free some space; the ledger has the change, and kg views GRAPH update takes it up",
            ) from error

    def _lines(self) -> list[bytes]:
        try:
            lines = self.path.read_bytes().splitlines(keepends=True)
        except FileNotFoundError:
            return []
        return [line for line in lines if line.endswith(b"\n")]


def _line(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=True) + "\n").encode("ascii")
