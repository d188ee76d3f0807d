"""N-Triples: one line a triple, sorted."""

from pathlib import Path
from typing import TYPE_CHECKING

from silobridge.kg.export.lines import sorted_lines

if TYPE_CHECKING:
    import duckdb

TITLE = "N-Triples"
FOLDER = False


def write(connection: "duckdb.DuckDBPyConnection", out: Path) -> None:
    """Write the staged graph as sorted N-Triples."""
    with out.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(sorted_lines(connection, out))
