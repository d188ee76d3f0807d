"""Appending understood documents to the ledger, batch by batch.

It promises that a batch is kept whole or not at all, that reading the same document twice keeps it
once, and that the journal says what changed. It refuses to choose silently between two different
records with one identifier in the same run: the choice is fixed by content and the other is reported.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from silobridge.kg.ledger.counts import count
from silobridge.kg.ledger.forget import delete_rows
from silobridge.kg.ledger.schema import OBSERVATIONS
from silobridge.kg.ledger.store import last_position

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

Batch = Mapping[str, "pa.Table"]
"""Rows by observation table; `doc` numbers the documents of this batch from 0."""


@dataclass
class Appended:
    """What became of a batch's documents, by identifier."""

    added: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    outvoted: list[str] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    """How many rows went into each table."""


def begin_run(connection: "duckdb.DuckDBPyConnection", command: str, version: str) -> int:
    """Open a new run in the books and return its number."""
    row = connection.execute("SELECT coalesce(max(run), 0) + 1 FROM run").fetchone()
    number = int(row[0]) if row else 1
    connection.execute("INSERT INTO run VALUES (?, now()::TIMESTAMP, ?, ?)", [number, command, version])
    return number


def append(
    connection: "duckdb.DuckDBPyConnection", batch: Batch, run: int, *, again: bool = False
) -> Appended:
    """Append a batch inside the caller's transaction, and return what became of each document.

    A document whose identifier, content and extractor are known is left alone. One that changed since
    an earlier run replaces the old. Two different records with one identifier in the same run: the
    later publication date wins, then the larger content hash, so that input order does not matter.

    Parameters
    ----------
    connection
        A writing connection from `Ledger.writing`.
    batch
        Arrow tables with the columns of `schema.OBSERVATIONS`; `doc` counts from 0.
    run
        The run's number from `begin_run`.
    again
        Whether a document that an earlier run left as it is now is replaced all the same.
    """
    incoming = _documents(batch)
    known = _known(connection, [row["id"] for row in incoming])
    outcome = Appended()
    chosen: dict[str, dict[str, object]] = {}
    for row in incoming:
        _settle(row, chosen, known, run, outcome, again)
    _stamp(connection, [known[identifier][0] for identifier in set(outcome.unchanged) & set(known)], run)
    if not chosen:
        return outcome
    old = [known[identifier][0] for identifier in chosen if identifier in known]
    delete_rows(connection, old)
    numbers = _insert(connection, batch, [row["doc"] for row in chosen.values()], run, outcome)  # type: ignore[misc]
    count(connection, list(numbers.values()))
    for identifier in chosen:
        (outcome.replaced if identifier in known else outcome.added).append(identifier)
    _journal(connection, chosen, known, numbers, run)
    return outcome


def _documents(batch: Batch) -> list[dict[str, object]]:
    columns = ["doc", "id", "published", "content_hash", "extractor"]
    rows: list[dict[str, object]] = batch["document"].select(columns).to_pylist()
    return rows


def _known(
    connection: "duckdb.DuckDBPyConnection", identifiers: list[object]
) -> dict[str, tuple[int, str, str, str, int]]:
    rows = connection.execute(
        "SELECT id, doc, published, content_hash, extractor, run FROM document"
        " WHERE id IN (SELECT unnest(?::VARCHAR[]))",
        [identifiers],
    ).fetchall()
    return {row[0]: (row[1], row[2], row[3], row[4], row[5]) for row in rows}


def _settle(
    row: dict[str, object],
    chosen: dict[str, dict[str, object]],
    known: dict[str, tuple[int, str, str, str, int]],
    run: int,
    outcome: Appended,
    again: bool,
) -> None:
    identifier = str(row["id"])
    held = chosen.get(identifier)
    if held is not None:
        if row["content_hash"] == held["content_hash"]:
            outcome.unchanged.append(identifier)
            return
        outcome.outvoted.append(identifier)
        if _rank(row["published"], row["content_hash"]) > _rank(held["published"], held["content_hash"]):
            chosen[identifier] = row
        return
    before = known.get(identifier)
    if before is None:
        chosen[identifier] = row
        return
    _, published, content, extractor, its_run = before
    same = content == row["content_hash"] and extractor == row["extractor"]
    if same and not (again and its_run != run):
        # It was met in this run: another record with its identifier must now outvote it, not just come later.
        known[identifier] = (before[0], published, content, extractor, run)
        outcome.unchanged.append(identifier)
    elif its_run == run and _rank(published, content) > _rank(row["published"], row["content_hash"]):
        outcome.outvoted.append(identifier)
    else:
        if its_run == run:
            outcome.outvoted.append(identifier)
        chosen[identifier] = row


def stamp(
    connection: "duckdb.DuckDBPyConnection", held: Iterable[tuple[str, str]], run: int
) -> set[tuple[str, str]]:
    """Mark documents as met in this run, and return those the ledger no longer holds as they are.

    Parameters
    ----------
    connection
        A writing connection.
    held
        Identifier and content hash of documents that were found in the ledger before.
    run
        The run's number.
    """
    wanted = sorted(set(held))
    rows = connection.execute(
        "SELECT id, content_hash, doc FROM document WHERE id IN (SELECT unnest(?::VARCHAR[]))",
        [[identifier for identifier, _ in wanted]],
    ).fetchall()
    there = {(row[0], row[1]): row[2] for row in rows}
    _stamp(connection, [there[pair] for pair in wanted if pair in there], run)
    return set(wanted) - set(there)


def _stamp(connection: "duckdb.DuckDBPyConnection", numbers: list[int], run: int) -> None:
    if numbers:
        connection.execute(
            "UPDATE document SET run = ? WHERE run <> ? AND doc BETWEEN ? AND ?"
            " AND doc IN (SELECT unnest(?::INTEGER[]))",
            [run, run, min(numbers), max(numbers), numbers],
        )


def _rank(published: object, content: object) -> tuple[str, str]:
    return str(published or ""), str(content)


def _insert(
    connection: "duckdb.DuckDBPyConnection", batch: Batch, kept: list[int], run: int, outcome: Appended
) -> dict[int, int]:
    """Insert the rows of the kept documents under fresh internal numbers, and return local → number."""
    row = connection.execute(
        "SELECT greatest((SELECT coalesce(max(doc), -1) FROM document),"
        " (SELECT coalesce(max(doc), -1) FROM journal)) + 1"
    ).fetchone()
    first = int(row[0]) if row else 0
    numbers = {local: first + offset for offset, local in enumerate(kept)}
    import pyarrow as pa

    connection.register(
        "renumber",
        pa.table(
            {
                "local": pa.array(list(numbers), pa.int32()),
                "doc": pa.array(list(numbers.values()), pa.int32()),
            }
        ),
    )
    for table, columns in OBSERVATIONS.items():
        rows = batch.get(table)
        if rows is None or rows.num_rows == 0:
            continue
        connection.register("incoming", rows)
        picked = ", ".join(_column(table, name, run) for name in columns)
        done = connection.execute(
            f"INSERT INTO {table} SELECT {picked} FROM incoming i JOIN renumber r ON r.local = i.doc"
            " ORDER BY r.doc"
        ).fetchone()
        outcome.rows[table] = done[0] if done else 0
        connection.unregister("incoming")
    connection.unregister("renumber")
    return numbers


def _column(table: str, name: str, run: int) -> str:
    if name == "doc":
        return "r.doc"
    if table == "document" and name == "run":
        return f"{run} AS run"
    return f'i."{name}"'


def _journal(
    connection: "duckdb.DuckDBPyConnection",
    chosen: dict[str, dict[str, object]],
    known: dict[str, tuple[int, str, str, str, int]],
    numbers: dict[int, int],
    run: int,
) -> None:
    import pyarrow as pa

    first = last_position(connection) + 1
    changes = {
        "position": list(range(first, first + len(chosen))),
        "action": ["replace" if identifier in known else "add" for identifier in chosen],
        "id": list(chosen),
        "doc": [numbers[int(str(row["doc"]))] for row in chosen.values()],
        "content_hash": [row["content_hash"] for row in chosen.values()],
    }
    connection.register("changes", pa.table(changes))
    connection.execute(
        "INSERT INTO journal"
        " SELECT position, now()::TIMESTAMP, ?, action, id, doc, content_hash FROM changes",
        [run],
    )
    connection.unregister("changes")
