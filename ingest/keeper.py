"""Understood parcels into the ledger, in groups, with the write lock held for each group only.

It promises that a group is kept whole or not at all, together with its rejects and with the mark of
every file that ended in it. It refuses to hold the ledger while anything is read or understood.
"""

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from silobridge.ingest import rejects
from silobridge.ingest.reading import File, Parcel
from silobridge.ingest.tally import Options, Tally
from silobridge.ingest.workers import Understood, here, version
from silobridge.kg.ledger.append import Appended, append, stamp
from silobridge.kg.ledger.store import Ledger
from silobridge.kg.model import Document

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

GROUP_DOCUMENTS = 500
GROUP_CHARACTERS = 4_000_000
GROUP_SECONDS = 5.0


class Keeper:
    """Collects what was understood, and appends it when there is enough or it waited long enough.

    Parameters
    ----------
    ledger
        Where it goes.
    run
        The run's number.
    options
        Which extractor, and whether what the ledger holds is replaced all the same.
    tally
        Where what was kept is counted.
    """

    def __init__(self, ledger: Ledger, run: int, options: Options, tally: Tally) -> None:
        self._ledger = ledger
        self._run = run
        self._module = options.extractor
        self._extractor = version(options.extractor)
        self._tally = tally
        self._fresh = options.fresh
        self._held: list[tuple[Parcel, Understood]] = []
        self._documents = self._characters = 0
        self._since = time.monotonic()

    def take(self, parcel: Parcel, understood: Understood) -> bool:
        """Take a parcel; return whether a group was appended now."""
        self._held.append((parcel, understood))
        self._documents += len(parcel.documents)
        self._characters += sum(len(s.text) for d in parcel.documents for s in d.sections)
        full = self._documents >= GROUP_DOCUMENTS or self._characters >= GROUP_CHARACTERS
        if full or (self._documents and time.monotonic() - self._since > GROUP_SECONDS):
            self.flush()
            return True
        return False

    def flush(self) -> None:
        """Append what is held, in one transaction.

        Raises
        ------
        StorageFull
            If the disk is full; the group is not kept, those before it are.
        """
        self._since = time.monotonic()
        held = self._held
        if not any(p.documents or p.rejects or p.opened or p.closed or p.skipped for p, _ in held):
            return
        skipped = {(d.id, d.hash): d for parcel, _ in held for d in parcel.skipped}
        refused = [reject for parcel, answer in held for reject in (*parcel.rejects, *answer.rejects)]
        batch = merge([batch for _, answer in held for batch in answer.batches])
        with self._tally.timed("append"), self._ledger.writing() as connection:
            self._open(connection, [file for parcel, _ in held for file in parcel.opened])
            lost = stamp(connection, skipped, self._run) if skipped else set()
            outcome = append(connection, batch, self._run, again=self._fresh) if batch else Appended()
            rejects.keep(connection, refused, self._run)
            self._close(connection, [file for parcel, _ in held for file in parcel.closed])
        # Only now: had the transaction failed, a later mark "finished" would hide what was lost.
        self._held = []
        self._documents = self._characters = 0
        self._count(outcome, len(refused), len(skipped) - len(lost))
        if lost:
            # Another record with its identifier replaced it since it was looked up: let the two be compared.
            again = Parcel([skipped[pair] for pair in sorted(lost)])
            self._held.append((again, here(again.documents, self._module)))
            self.flush()

    def _open(self, connection: "duckdb.DuckDBPyConnection", files: Sequence[File]) -> None:
        """Drop what an earlier reading of these files entered: it will be said again."""
        names = [file.name for file in files]
        for table in ("reject", "source") if names else ():
            connection.execute(f"DELETE FROM {table} WHERE source IN (SELECT unnest(?::VARCHAR[]))", [names])

    def _close(self, connection: "duckdb.DuckDBPyConnection", files: Sequence[File]) -> None:
        for file in files:
            if file.hash:
                row = [file.name, file.hash, file.bytes, file.reader, self._extractor]
                row += [file.records, file.rejects, self._run]
                connection.execute("INSERT INTO source VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def _count(self, outcome: Appended, refused: int, unchanged: int) -> None:
        tally = self._tally
        tally.added += len(outcome.added)
        tally.replaced += len(outcome.replaced)
        tally.unchanged += len(outcome.unchanged) + unchanged
        tally.outvoted += len(outcome.outvoted)
        tally.rejects += refused
        tally.sentences += outcome.rows.get("sentence", 0)
        tally.mentions += outcome.rows.get("mention", 0)
        tally.evidence += outcome.rows.get("evidence", 0)


def merge(batches: "Sequence[Mapping[str, pa.Table]]") -> "dict[str, pa.Table]":
    """Lay batches end to end, renumbering their documents, so that they are inserted as one."""
    import pyarrow as pa
    import pyarrow.compute as pc

    parts: dict[str, list[pa.Table]] = {}
    offset = 0
    for batch in batches:
        for name, table in batch.items():
            if table.num_rows:
                place = table.schema.get_field_index("doc")
                moved = pc.add(table["doc"], pa.scalar(offset, pa.int32()))
                parts.setdefault(name, []).append(table.set_column(place, table.schema.field(place), moved))
        offset += batch["document"].num_rows
    return {name: pa.concat_tables(tables) for name, tables in parts.items()}


def held(ledger: Ledger, documents: Sequence[Document], extractor: str) -> set[tuple[str, str]]:
    """Return which of these documents the ledger holds as they are, read by this extractor.

    Returns
    -------
    set
        Pairs of identifier and content hash.
    """
    with ledger.reading(wait=120.0) as connection:
        rows = connection.execute(
            "SELECT id, content_hash FROM document"
            " WHERE id IN (SELECT unnest(?::VARCHAR[])) AND extractor = ?",
            [[document.id for document in documents], extractor],
        ).fetchall()
    return {(row[0], row[1]) for row in rows}
