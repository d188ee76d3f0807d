"""Decisions: what people said about this graph, one JSON object a line, to be kept or carried elsewhere."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

TITLE = "decisions"
FOLDER = False


def write(connection: "duckdb.DuckDBPyConnection", out: Path) -> None:
    """Write every decision, then every verdict and outcome with the name of its table, sorted by identifier."""
    with out.open("w", encoding="utf-8", newline="\n") as file:
        for table, key in (("decision", "decision"), ("verdict", "id"), ("outcome", "id")):
            cursor = connection.execute(f"SELECT * FROM s_{table} ORDER BY {key}")
            columns = [column[0] for column in cursor.description or ()]
            head = {} if table == "decision" else {"table": table}
            for row in cursor.fetchall():
                entry = head | dict(zip(columns, row, strict=True))
                file.write(json.dumps(entry, ensure_ascii=False, default=str) + "\n")
