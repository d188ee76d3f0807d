"""Everything a build needs, copied out of the ledger in one short hold.

It promises that the ledger is free again before a build begins, and that memory stays bounded: the staged
rows lie in compressed files and are streamed. It refuses to leave those files behind.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from silobridge.kg.ledger.schema import DECISIONS
from silobridge.kg.ledger.store import Ledger, last_position
from silobridge.kg.mapping import findings
from silobridge.kg.mapping.stage import stage
from silobridge.kg.mapping.triples import prepare

if TYPE_CHECKING:
    import duckdb

MEMORY = "1GB"
"""What the columnar engine may use; the rest it spills into the build's own folder."""

KEPT = (
    "s_document", "s_concept", "s_claim", "s_evidence", "s_domain", "s_agent", "s_usage", "s_membership", "s_place",
    "s_contribution", "s_crosswalk", "s_citation", "s_decision",
    "s_verdict", "s_outcome", *findings.STAGED,
)  # fmt: skip
"""The staged tables that the mapping reads, and what people said, which is exported on its own."""


@contextmanager
def staged(ledger: Ledger, folder: Path) -> Iterator[tuple["duckdb.DuckDBPyConnection", int]]:
    """Lend a connection on rows staged for the whole ledger, and the position they were read at."""
    import duckdb

    work = folder / f".staged-{os.getpid()}"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        with ledger.reading() as connection:
            position = last_position(connection)
            _bound(connection, work)
            stage(connection)
            for said in DECISIONS:
                connection.execute(f"CREATE TEMP TABLE s_{said} AS SELECT * FROM {said}")
            for name in KEPT:
                connection.execute(f"COPY {name} TO '{_quoted(work / name)}.parquet' (FORMAT parquet)")
        with duckdb.connect(":memory:") as fresh:
            _bound(fresh, work)
            for name in KEPT:
                fresh.execute(
                    f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{_quoted(work / name)}.parquet')"
                )
            prepare(fresh)
            yield fresh, position
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _bound(connection: "duckdb.DuckDBPyConnection", work: Path) -> None:
    connection.execute(f"SET memory_limit = '{MEMORY}'")
    connection.execute(f"SET temp_directory = '{_quoted(work / 'spill')}'")
    connection.execute("SET preserve_insertion_order = false")


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
