"""One graph's ledger: where it lies, and how long anybody may hold it.

It promises that a writer holds the file only for one transaction, that a reader waits a bounded time
for its turn, and that what was committed stays whatever happens to the process. It refuses to keep a
connection open between calls.
"""

import errno
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from silobridge.kg.errors import GraphError, LedgerBusy, NoSuchGraph, StorageFull
from silobridge.kg.ledger import schema

if TYPE_CHECKING:
    import duckdb

LEDGER_FILE = "ledger.duckdb"
RETRY_SECONDS = 0.01


class Ledger:
    """The columnar truth of one graph, in one DuckDB file inside the graph's folder.

    Parameters
    ----------
    folder
        The graph's folder.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     ledger = Ledger.create(Path(folder) / "small.kg")
    ...     ledger.position()
    0
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / LEDGER_FILE

    @classmethod
    def create(cls, folder: Path) -> "Ledger":
        """Make a new graph folder with an empty ledger, or open the one that is there.

        The file is built aside and renamed, so a process that dies half-way leaves no half ledger.
        """
        import duckdb

        ledger = cls(folder)
        if ledger.file.exists():
            return cls.open(folder)
        if folder.exists() and not folder.is_dir():
            raise GraphError("a file stands where the graph's folder should be", where=str(folder))
        folder.mkdir(parents=True, exist_ok=True)
        fresh = folder / f".new-{os.getpid()}.duckdb"
        fresh.unlink(missing_ok=True)
        try:
            with duckdb.connect(str(fresh)) as connection:
                connection.begin()
                schema.create(connection)
                _load_catalogue(connection)
                connection.commit()
            if ledger.file.exists():
                fresh.unlink()
            else:
                fresh.replace(ledger.file)
        except (duckdb.Error, OSError) as error:
            fresh.unlink(missing_ok=True)
            raise _translate(error, ledger.file) from error
        return ledger

    @classmethod
    def open(cls, folder: Path) -> "Ledger":
        """Open an existing graph, migrating its ledger where its schema is older.

        Raises
        ------
        NoSuchGraph
            If the folder holds no ledger.
        LedgerVersion
            If the ledger was written by a newer silobridge.
        """
        ledger = cls(folder)
        if not ledger.file.exists():
            raise NoSuchGraph(
                "no graph here",
                where=str(folder),
                expected=f"a folder with {LEDGER_FILE}",
                hint=f"make one: kg ingest add FILE… --into {folder}, or try: kg demo",
            )
        with ledger.reading() as connection:
            found = schema.stored_version(connection)
        schema.check_version(found)
        if found < schema.VERSION:
            with ledger.writing() as connection:
                schema.migrate(connection)
        return ledger

    @contextmanager
    def reading(self, wait: float = 30.0) -> Iterator["duckdb.DuckDBPyConnection"]:
        """Lend a read-only connection, waiting at most `wait` seconds for a writer to finish.

        Keep it short: a reader that stays makes the next writer wait.

        Raises
        ------
        LedgerBusy
            If a writer held the file for longer.
        """
        connection = self._connect(read_only=True, wait=wait)
        try:
            yield connection
        finally:
            connection.close()

    @contextmanager
    def writing(self, wait: float = 120.0) -> Iterator["duckdb.DuckDBPyConnection"]:
        """Lend the only writing connection for one transaction: all of it is kept, or none.

        Raises
        ------
        LedgerBusy
            If others held the file for longer than `wait` seconds.
        StorageFull
            If the disk is full; nothing of this transaction is kept.
        """
        import duckdb

        connection = self._connect(read_only=False, wait=wait)
        try:
            connection.begin()
            yield connection
            connection.commit()
        except (duckdb.Error, OSError) as error:
            raise _translate(error, self.file) from error
        finally:
            connection.close()

    def position(self) -> int:
        """Return the journal's last position: the ledger's version."""
        with self.reading() as connection:
            return last_position(connection)

    def _connect(self, *, read_only: bool, wait: float) -> "duckdb.DuckDBPyConnection":
        import duckdb

        deadline = time.monotonic() + wait
        while True:
            try:
                return duckdb.connect(str(self.file), read_only=read_only, config=_config())
            except (duckdb.IOException, duckdb.ConnectionException) as error:
                if not _is_lock(error):
                    raise _translate(error, self.file) from error
                if time.monotonic() > deadline:
                    raise LedgerBusy(
                        f"another process has held the ledger for {wait:.0f} s",
                        where=str(self.file),
                        hint="wait for it to end, or look for a process that hangs",
                    ) from error
            # Jitter, so that several waiters do not knock at the same instant.
            time.sleep(RETRY_SECONDS * (0.5 + random.random()))  # noqa: S311


def last_position(connection: "duckdb.DuckDBPyConnection") -> int:
    """Return the last journal position a connection sees, 0 for an empty ledger."""
    row = connection.execute("SELECT coalesce(max(position), 0) FROM journal").fetchone()
    return int(row[0]) if row else 0


def content_position(connection: "duckdb.DuckDBPyConnection") -> int:
    """Return the last journal position at which documents or concepts changed: keeping a finding is no change."""
    row = connection.execute(
        "SELECT coalesce(max(position), 0) FROM journal WHERE action <> 'finding'"
    ).fetchone()
    return int(row[0]) if row else 0


def _config() -> dict[str, str | bool | int | float | list[str]]:
    # Extensions are downloads, and a stranger's SQL never runs here: both stay off.
    return {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "threads": max(1, min(8, os.cpu_count() or 1)),
    }


def _is_lock(error: Exception) -> bool:
    text = str(error)
    return "lock" in text.lower() or "different configuration" in text


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""No space, no quota, or a file larger than this process may write: the same thing to do about all three."""


def _translate(error: Exception, file: Path) -> GraphError:
    text = str(error)
    if getattr(error, "errno", None) in _FULL or any(os.strerror(number) in text for number in _FULL):
        return StorageFull(
            "the disk is full",
            where=str(file),
            hint="free some space and run the same command again; it goes on where it stopped",
        )
    return GraphError(f"the ledger could not be used: {text.splitlines()[0]}", where=str(file))


def _load_catalogue(connection: "duckdb.DuckDBPyConnection") -> None:
    from silobridge.kg.taxonomy import catalogue

    for table, rows in catalogue().items():
        connection.register("incoming", rows)
        connection.execute(f"INSERT INTO {table} SELECT * FROM incoming")
        connection.unregister("incoming")
