"""Forgetting documents, and purging what forgetting leaves in the file.

It promises that a forgotten document's rows are gone from every answer at once, in time proportional
to the document, and that `purge` also rewrites the file so the text is gone from the disk. It refuses
to touch decisions: what people said survives. A saved finding that rested on the document says so from then on.
"""

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from silobridge.kg.ledger.counts import count
from silobridge.kg.ledger.findings import mark_stale
from silobridge.kg.ledger.schema import OBSERVATIONS
from silobridge.kg.ledger.store import Ledger, last_position

if TYPE_CHECKING:
    import duckdb


def delete_rows(connection: "duckdb.DuckDBPyConnection", numbers: Sequence[int]) -> None:
    """Delete every observation of the documents with those internal numbers, and what was concluded of them."""
    if not numbers:
        return
    count(connection, numbers, -1)
    mark_stale(connection, numbers)
    # A literal list lets DuckDB skip row groups by zone map; a joined list does not.
    listed = ", ".join(str(int(number)) for number in numbers)
    low, high = min(numbers), max(numbers)
    for table in (*OBSERVATIONS, "sense"):
        connection.execute(f"DELETE FROM {table} WHERE doc BETWEEN {low} AND {high} AND doc IN ({listed})")


def forget(connection: "duckdb.DuckDBPyConnection", identifiers: Iterable[str], run: int) -> list[str]:
    """Forget documents inside the caller's transaction and return the identifiers that were there.

    A tombstone without content stays in the journal, so that every view follows.
    """
    wanted = sorted(set(identifiers))
    rows = connection.execute(
        "SELECT DISTINCT d.id, d.doc, d.source FROM document d LEFT JOIN identifier i ON i.doc = d.doc"
        " WHERE d.id IN (SELECT unnest(?::VARCHAR[])) OR i.id IN (SELECT unnest(?::VARCHAR[]))"
        " ORDER BY d.id",
        [wanted, wanted],
    ).fetchall()
    delete_rows(connection, [row[1] for row in rows])
    position = last_position(connection)
    for offset, (identifier, number, _) in enumerate(rows, 1):
        connection.execute(
            "INSERT INTO journal VALUES (?, now()::TIMESTAMP, ?, 'forget', ?, ?, '')",
            [position + offset, run, identifier, number],
        )
    # Its file no longer counts as finished: reading it again brings the document back.
    connection.execute(
        "DELETE FROM source WHERE source IN (SELECT unnest(?::VARCHAR[]))", [sorted({row[2] for row in rows})]
    )
    return [row[0] for row in rows]


def purge(ledger: Ledger) -> tuple[int, int]:
    """Rewrite the ledger without its free blocks, and return its bytes before and after.

    The copy is made aside and renamed over the old file, so a death half-way loses nothing.
    """
    before = ledger.file.stat().st_size
    aside = ledger.file.with_name(f".purge-{os.getpid()}.duckdb")
    aside.unlink(missing_ok=True)
    connection = ledger._connect(read_only=False, wait=120.0)
    try:
        connection.execute(f"ATTACH '{str(aside).replace(chr(39), chr(39) * 2)}' AS fresh")
        row = connection.execute("SELECT current_database()").fetchone()
        name = row[0] if row else "ledger"
        connection.execute(f'COPY FROM DATABASE "{name}" TO fresh')
        connection.execute("DETACH fresh")
        aside.replace(ledger.file)
    finally:
        connection.close()
        aside.unlink(missing_ok=True)
    return before, ledger.file.stat().st_size
