"""Made-up files, and a graph's contents in a form that can be compared."""

import json
from pathlib import Path
from typing import Any

from silobridge.kg.ledger.schema import OBSERVATIONS
from silobridge.kg.ledger.store import Ledger

INTERNAL = {"doc", "run"}


def write_patents(
    file: Path, count: int, first: int = 0, titles: dict[int, str] | None = None, date: str = "20010203"
) -> Path:
    """Write a file of made-up patent abstracts, a line each."""
    file.parent.mkdir(parents=True, exist_ok=True)
    records = (
        {
            "publication_number": f"US{5_000_000 + number}A",
            "publication_date": date,
            "title": (titles or {}).get(number, f"Part {number} of {file.stem}"),
            "abstract": f"A coating number {number % 7} for a filter with FW=flying wing {number % 5}.",
        }
        for number in range(first, first + count)
    )
    file.write_text("".join(json.dumps(record) + "\n" for record in records))
    return file


def contents(graph: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Everything an export may show, by document identifier, without internal numbers."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    with Ledger(graph).reading() as con:
        for table, columns in OBSERVATIONS.items():
            kept = ", ".join(f't."{name}"' for name in columns if name not in INTERNAL)
            found[table] = con.execute(
                f"SELECT d.id, {kept} FROM {table} t JOIN document d ON d.doc = t.doc ORDER BY ALL"
            ).fetchall()
        for table in ("alias", "undecided"):
            found[table] = con.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall()
        reject = "SELECT source, record, line, found, expected, hint, excerpt FROM reject ORDER BY ALL"
        found["reject"] = con.execute(reject).fetchall()
        finished = "SELECT source, file_hash, records, rejects FROM source ORDER BY ALL"
        found["source"] = con.execute(finished).fetchall()
    return found


def documents(graph: Path) -> int:
    """How many documents a graph holds."""
    with Ledger(graph).reading() as con:
        row = con.execute("SELECT count(*) FROM document").fetchone()
    return int(row[0]) if row else 0
