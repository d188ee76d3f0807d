"""A few query processes, lent one at a time and ended when they take too long.

It promises that a query ends within its limit whatever it does, and that a process that died is replaced.
It refuses to queue for ever: where all are busy, the caller is told.
"""

import json
import queue
import select
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from silobridge.kg.views.snapshots import Snapshots


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may take: seconds, rows and bytes of its answer, bytes of its text; and how many run at once."""

    seconds: float = 30.0
    rows: int = 100_000
    answer_bytes: int = 256 << 20
    query_bytes: int = 1 << 20
    at_once: int = 2


class Pool:
    """The query processes of one store.

    Parameters
    ----------
    snapshots
        The store.
    limits
        What one query may take.
    """

    def __init__(self, snapshots: Snapshots, limits: Limits) -> None:
        self.snapshots = snapshots
        self.limits = limits
        self._folder = tempfile.TemporaryDirectory(prefix="silobridge-sparql-")
        self._free: queue.Queue[subprocess.Popen[str] | None] = queue.Queue()
        for _ in range(limits.at_once):
            self._free.put(None)

    def close(self) -> None:
        """End every process."""
        for _ in range(self.limits.at_once):
            process = self._free.get(timeout=self.limits.seconds + 5)
            if process is not None:
                _end(process)
        self._folder.cleanup()

    @contextmanager
    def ask(self, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Lend the answer to a request; its file is there while the block runs."""
        try:
            process = self._free.get(timeout=self.limits.seconds)
        except queue.Empty:
            yield {"status": 503, "error": "every query process is busy", "hint": "try again in a while"}
            return
        try:
            if process is None or process.poll() is not None:
                process = self._start()
            bounds = {"rows": self.limits.rows, "bytes": self.limits.answer_bytes}
            with self.snapshots.borrow() as path:
                result = self._ask(process, {**request, **bounds, "path": str(path)})
            if result["status"] in (500, 504):
                _end(process)
                process = None
            yield result
        finally:
            self._free.put(process)

    def _start(self) -> "subprocess.Popen[str]":
        # -P keeps the current folder off the path: a stranger's json.py must not answer for ours.
        command = [sys.executable, "-P", "-m", "silobridge.web.worker", self._folder.name]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603

    def _ask(self, process: "subprocess.Popen[str]", request: dict[str, Any]) -> dict[str, Any]:
        if process.stdin is None or process.stdout is None:
            raise AssertionError
        try:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            ready, _, _ = select.select([process.stdout], [], [], self.limits.seconds)
            line = process.stdout.readline() if ready else None
        except BrokenPipeError:
            line = ""
        if line is None:
            return {
                "status": 504,
                "error": f"the query ran longer than {self.limits.seconds:g} s",
                "hint": "ask for less: a domain, a year, a LIMIT",
            }
        if not line:
            return {
                "status": 500,
                "error": "the query process died",
                "hint": "it may have needed too much memory",
            }
        found: dict[str, Any] = json.loads(line)
        return found


def _end(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
