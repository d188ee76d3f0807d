"""Parquet: one file for each sort of node and of edge."""

from pathlib import Path
from typing import TYPE_CHECKING

from silobridge.kg.export.tables import tables

if TYPE_CHECKING:
    import duckdb

TITLE = "Parquet tables"
FOLDER = True


def write(connection: "duckdb.DuckDBPyConnection", out: Path) -> None:
    """Write each table that has rows to its own file."""
    folder = str(out).replace("'", "''")
    for name, query in tables(flat=False):
        if connection.execute(f"SELECT 1 FROM ({query}) LIMIT 1").fetchone():
            connection.execute(f"COPY ({query}) TO '{folder}/{name}.parquet' (FORMAT parquet)")
