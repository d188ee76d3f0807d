"""Which ledger a pushed graph came from.

It promises a fingerprint that two ledgers share only if one continues the other's journal. It refuses
clocks and names: a copied folder is the same graph, a folder made anew under the same name is not.
"""

from typing import TYPE_CHECKING

from silobridge.kg.ids import content_hash
from silobridge.kg.ledger.store import Ledger

if TYPE_CHECKING:
    import duckdb


def fingerprint(ledger: Ledger, position: int, connection: "duckdb.DuckDBPyConnection | None" = None) -> str:
    """Hash the journal's first row and the row at a position; empty where the journal has no such row.

    Parameters
    ----------
    ledger
        The ledger.
    position
        A journal position; 0 is before the first row.
    connection
        An open connection to that ledger, where there is one.
    """
    if connection is None:
        with ledger.reading() as fresh:
            return fingerprint(ledger, position, fresh)
    rows = connection.execute(
        'SELECT position, "at"::VARCHAR, action, id, content_hash FROM journal'
        " WHERE position IN (1, ?) ORDER BY position",
        [position],
    ).fetchall()
    if position and (not rows or rows[-1][0] != position):
        return ""
    return content_hash(*(str(value) for row in rows for value in row)) if position else "empty"
