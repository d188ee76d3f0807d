"""A store that stays as it is while somebody reads it, whatever its writer does meanwhile.

It promises readers a whole store: opening one beside its writer is undefined in the engine, and was seen to
report corruption. A snapshot costs a link for each file, taken while nobody has the store open for writing (a
build writes another store and takes its place in a moment); while somebody has, the last snapshot answers. It refuses
to copy the data where links can be had: the engine never changes a table file once written.
"""

import os
import shutil
import tempfile
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from silobridge.kg.errors import LedgerBusy

LOCK = ".rdf.lock"
"""What a writer holds beside the store while it has the store open, or puts another in its place."""

PREFIX = ".served-"
"""How the folder of a process's snapshots begins; its number follows."""

_TABLES = ".sst"


class Snapshots:
    """The snapshots of one store.

    Parameters
    ----------
    path
        The store.
    wait
        How long the first snapshot may wait for a writer.
    """

    def __init__(self, path: Path, wait: float = 60.0) -> None:
        self.path = path
        self.wait = wait
        _sweep(path.parent)
        # Gone with this object or its process; what a killed process leaves, the next one sweeps.
        self._folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=path.parent))
        self.close = weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self._guard = threading.Lock()
        self._used: dict[Path, int] = {}
        self._current: Path | None = None
        self._seen: tuple[Any, ...] = ()
        self._taken = 0

    @contextmanager
    def borrow(self) -> Iterator[Path]:
        """Lend the newest snapshot there can be; it stays while the block runs.

        Raises
        ------
        LedgerBusy
            If there is none yet and a writer has been at work for longer than the wait.
        """
        with self._guard:
            current = self._newest()
            self._used[current] = self._used.get(current, 0) + 1
        try:
            yield current
        finally:
            with self._guard:
                self._used[current] -= 1
                self._drop_unused()

    def _newest(self) -> Path:
        deadline = time.monotonic() + self.wait
        while True:
            if self._current is not None and self._stamp() == self._seen:
                return self._current
            self._take()
            if self._current is not None:
                return self._current
            if time.monotonic() > deadline:
                raise LedgerBusy(
                    f"the view has been written for {self.wait:.0f} s",
                    where=str(self.path),
                    hint="wait for the writer to end, or look for a process that hangs",
                )
            time.sleep(0.05)

    def _take(self) -> None:
        """Take a snapshot, unless a writer is at work."""
        with held(self.path, wait=False) as free:
            if not free:
                return
            self._taken += 1
            fresh = self._folder / str(self._taken)
            fresh.mkdir()
            stamp = self._stamp()
            for one in sorted(self.path.iterdir()):
                if one.name.endswith(_TABLES):
                    _link(one, fresh / one.name)
                elif one.name != "LOCK":
                    shutil.copyfile(one, fresh / one.name)
            self._current, self._seen = fresh, stamp
        self._drop_unused()

    def _drop_unused(self) -> None:
        for one in [one for one, count in self._used.items() if not count and one != self._current]:
            del self._used[one]
            shutil.rmtree(one, ignore_errors=True)

    def _stamp(self) -> tuple[Any, ...]:
        if not self.path.exists():
            return ()
        try:
            found = [(one.name, one.stat().st_size, one.stat().st_mtime_ns) for one in os.scandir(self.path)]
        except FileNotFoundError:
            # A writer takes files away: what was seen is no longer so.
            return ()
        return (self.path.stat().st_ino, *sorted(found))


@contextmanager
def held(store: Path, *, wait: bool = True) -> Iterator[bool]:
    """Hold a store's lock while the block runs, and say whether it was had; it dies with its process.

    Parameters
    ----------
    store
        The store.
    wait
        Whether to wait for it, which takes as long as a snapshot or a small change does.
    """
    import fcntl

    with (store.parent / LOCK).open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True


def _link(file: Path, name: Path) -> None:
    try:
        os.link(file, name)
    except OSError:
        # A file system without links: a copy says the same.
        shutil.copyfile(file, name)


def _sweep(folder: Path) -> None:
    """Take away the snapshots of processes that are gone."""
    for one in folder.glob(f"{PREFIX}*"):
        number = one.name.removeprefix(PREFIX).partition("-")[0]
        try:
            os.kill(int(number), 0)
        except (ProcessLookupError, ValueError):
            shutil.rmtree(one, ignore_errors=True)
        except PermissionError:
            continue
