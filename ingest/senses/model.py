"""What was learned of a term's senses, as the ledger stores it.

It promises that what is read back is what was written, to the last bit. It refuses a model that was
learned with another table of words: its directions mean nothing here.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from silobridge.ingest.senses.words import table
from silobridge.kg.ledger.schema import arrow_schema

if TYPE_CHECKING:
    import duckdb

LEARNED_WITH = "senses_learned_with"
LEARNED_FROM = "senses_learned_from"


@dataclass(frozen=True)
class Sense:
    """One sense of a form: the concept it means, the middle of its company, and why it stands apart."""

    form: str
    target: str
    documents: int
    centre: NDArray[np.float64]
    reason: str


def coarse(direction: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round a direction to what is stored of it, in bytes, so that learning and reading agree."""
    return np.round(direction / max(float(np.abs(direction).max()), 1e-12) * 127.0)


def store(connection: "duckdb.DuckDBPyConnection", senses: Iterable[Sense], documents: int) -> None:
    """Put these senses in place of what was learned before, inside the caller's transaction."""
    import pyarrow as pa

    rows = [
        {
            "form": one.form, "target": one.target, "documents": one.documents, "reason": one.reason,
            "centre": b64encode(one.centre.astype(np.int8).tobytes()).decode("ascii"),
        }
        for one in senses
    ]  # fmt: skip
    connection.execute("DELETE FROM meaning")
    connection.register("learned", pa.Table.from_pylist(rows, arrow_schema("meaning")))
    connection.execute(
        "INSERT INTO meaning SELECT * FROM learned ORDER BY form, documents DESC, target, centre"
    )
    connection.unregister("learned")
    for key, value in ((LEARNED_WITH, table().version), (LEARNED_FROM, str(documents))):
        connection.execute("DELETE FROM meta WHERE key = ?", [key])
        connection.execute("INSERT INTO meta VALUES (?, ?)", [key, value])


def load(
    connection: "duckdb.DuckDBPyConnection", forms: Iterable[str] | None = None
) -> dict[str, list[Sense]]:
    """Read what was learned of some forms, or of all; the most used sense first."""
    asked = "true" if forms is None else "form IN (SELECT unnest(?::VARCHAR[]))"
    rows = connection.execute(
        "SELECT form, target, documents, centre, reason FROM meaning"
        f" WHERE {asked} ORDER BY form, documents DESC, target, centre",
        [] if forms is None else [sorted(set(forms))],
    ).fetchall()
    found: dict[str, list[Sense]] = {}
    for form, target, documents, centre, reason in rows:
        middle = np.frombuffer(b64decode(centre), np.int8).astype(np.float64)
        found.setdefault(form, []).append(Sense(form, target, documents, middle, reason))
    return found


def learned(connection: "duckdb.DuckDBPyConnection") -> tuple[str, int]:
    """Return with which table of words senses were learned and from how many documents; ('', 0) if never."""
    held = dict(
        connection.execute(
            "SELECT key, value FROM meta WHERE key IN (?, ?)", [LEARNED_WITH, LEARNED_FROM]
        ).fetchall()
    )
    return held.get(LEARNED_WITH, ""), int(held.get(LEARNED_FROM, 0))


def homonyms(connection: "duckdb.DuckDBPyConnection") -> set[str]:
    """Return the forms of which several senses were learned."""
    rows = connection.execute(
        "SELECT form FROM meaning GROUP BY form HAVING count(DISTINCT target) > 1"
    ).fetchall()
    return {row[0] for row in rows}
