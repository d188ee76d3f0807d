"""Records that could not be read: kept in the ledger, shown in groups, written to a file.

It promises that the same rejects give the same file, byte for byte. It refuses to shorten the list:
groups are for the eye, the file has every one.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from silobridge.kg.model import Reject

if TYPE_CHECKING:
    import duckdb

REJECTS_FILE = "rejects.jsonl"


@dataclass(frozen=True)
class Group:
    """Rejects of one kind: how many, and where the first of them stands."""

    found: str
    hint: str
    count: int
    first: str


def keep(connection: "duckdb.DuckDBPyConnection", rejects: Sequence[Reject], run: int) -> None:
    """Enter rejects in the books, inside the caller's transaction."""
    if rejects:
        import pyarrow as pa

        from silobridge.kg.ledger.schema import arrow_schema

        rows = [
            {"source": r.origin.source, "record": r.origin.record, "line": r.origin.line, "found": r.found}
            | {"expected": r.expected, "hint": r.hint, "excerpt": r.excerpt, "run": run}
            for r in rejects
        ]
        connection.register("incoming_rejects", pa.Table.from_pylist(rows, arrow_schema("reject")))
        connection.execute("INSERT INTO reject SELECT * FROM incoming_rejects")
        connection.unregister("incoming_rejects")


def groups(connection: "duckdb.DuckDBPyConnection", limit: int = 20) -> list[Group]:
    """Return the kinds of rejects, most frequent first.

    Figures and quoted pieces are left out of account, so that one fault makes one group.
    """
    rows = connection.execute(
        """
        SELECT arg_min(found, place), arg_min(hint, place), count(*) AS n, min(place)
        FROM (SELECT found, hint,
                     source || CASE WHEN line > 0 THEN ':' || line
                                    WHEN record > 0 THEN ', record ' || record ELSE '' END AS place,
                     regexp_replace(found, '''[^'']*''|"[^"]*"|[0-9][0-9.,]*|[a-z-]+:[^ ]+', '…', 'g') AS sort
              FROM reject)
        GROUP BY sort ORDER BY n DESC, min(place) LIMIT ?
        """,
        [limit],
    ).fetchall()
    return [Group(*row) for row in rows]


def write_file(connection: "duckdb.DuckDBPyConnection", folder: Path) -> int:
    """Rewrite `rejects.jsonl` from the ledger and return how many it holds; no rejects, no file."""
    cursor = connection.execute(
        "SELECT source, record, line, found, expected, hint, excerpt FROM reject"
        " ORDER BY source, record, line, found, excerpt"
    )
    names = [column[0] for column in cursor.description or []]
    aside = folder / f".{REJECTS_FILE}-{os.getpid()}"
    count = 0
    with aside.open("w", encoding="utf-8") as file:
        while rows := cursor.fetchmany(1000):
            for row in rows:
                entry = {name: value for name, value in zip(names, row, strict=True) if value}
                file.write(json.dumps(entry, ensure_ascii=False) + "\n")
                count += 1
    target = folder / REJECTS_FILE
    if count:
        aside.replace(target)
    else:
        aside.unlink()
        target.unlink(missing_ok=True)
    return count
