"""Decisions: what people said about this graph, one JSON object a line, to be kept or carried elsewhere."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

TITLE = "decisions"
FOLDER = False


def write(connection: "duckdb.DuckDBPyConnection", out: Path) -> None:
    """Write every decision, sorted by its identifier."""
    cursor = connection.execute("SELECT * FROM s_decision ORDER BY decision")
    columns = [column[0] for column in cursor.description or ()]
    with out.open("w", encoding="utf-8", newline="\n") as file:
        for row in cursor.fetchall():
            file.write(
                json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False, default=str) + "\n"
            )
