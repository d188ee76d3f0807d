"""Counts that conclusions about forms rest on, kept with the observations they count.

It promises that after every append and every deletion the counts are those of the documents that are
there, in time proportional to the documents that changed, and that what changed is marked until the
conclusions have followed. It refuses to conclude: it only counts.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from silobridge.kg.forms import normal_form
from silobridge.kg.ledger import links

if TYPE_CHECKING:
    import duckdb

SHORTEST_SPELLING = 6
"""Forms with fewer letters are never joined by their letters alone: "co op" is not "coop"."""

BILINGUAL = ("translation", "metadata")
"""Ways in which a document gives an English name and its Chinese one, surest first: in its text, or in two lists
of keywords."""

_SPELLINGS = f"""
    SELECT form, (md5_number_lower(replace(form, ' ', '')) >> 1)::BIGINT AS letters,
           coalesce(type, '') AS type, count(*) AS mentions
    FROM mention WHERE {{where}} AND length(replace(form, ' ', '')) >= {SHORTEST_SPELLING} GROUP BY ALL
"""
_DEFINITIONS = """
    SELECT DISTINCT a.doc, a.short, a.long, a.how, d.language
    FROM abbreviation a JOIN document d ON d.doc = a.doc WHERE {where}
"""


def count(connection: "duckdb.DuckDBPyConnection", numbers: Sequence[int], sign: int = 1) -> None:
    """Count documents in, or out before they are deleted, and mark what changed.

    Parameters
    ----------
    connection
        A writing connection.
    numbers
        Internal numbers of the documents, whose rows are in the ledger.
    sign
        1 to count in, -1 to count out.
    """
    if not numbers:
        return
    links.count(connection, numbers, sign)
    listed = ", ".join(str(int(number)) for number in numbers)
    where = f"{{0}}doc BETWEEN {min(numbers)} AND {max(numbers)} AND {{0}}doc IN ({listed})"
    connection.execute(
        f"INSERT INTO spelling SELECT form, letters, type, {int(sign)} * mentions, false"
        f" FROM ({_SPELLINGS.format(where=where.format(''))})"
    )
    _insert(connection, _definitions(connection, where.format("a.")), sign, settled=False)


def recount(connection: "duckdb.DuckDBPyConnection") -> None:
    """Count everything anew; the rows come out few, sorted and unmarked."""
    connection.execute("DELETE FROM spelling")
    # Sorted by letters, so that looking one up reads one row group.
    connection.execute(
        "INSERT INTO spelling SELECT form, letters, type, mentions, true"
        f" FROM ({_SPELLINGS.format(where='true')}) ORDER BY letters, form, type"
    )
    connection.execute("DELETE FROM definition")
    _insert(connection, _definitions(connection, "true"), 1, settled=True)


def compact(connection: "duckdb.DuckDBPyConnection") -> None:
    """Sum the signed rows up, leaving what `recount` would, without looking at the mentions again."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE summed AS SELECT form, letters, type, sum(mentions)::BIGINT AS mentions"
        " FROM spelling GROUP BY ALL HAVING sum(mentions) <> 0"
    )
    connection.execute("DELETE FROM spelling")
    connection.execute("INSERT INTO spelling SELECT *, true FROM summed ORDER BY letters, form, type")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE summed AS SELECT short, long, how, sum(documents)::BIGINT AS documents"
        " FROM definition GROUP BY ALL HAVING sum(documents) <> 0"
    )
    connection.execute("DELETE FROM definition")
    connection.execute("INSERT INTO definition SELECT *, true FROM summed ORDER BY short, long, how")
    connection.execute("DROP TABLE summed")


def changed(connection: "duckdb.DuckDBPyConnection") -> int:
    """Return how many counts changed since the conclusions followed."""
    row = connection.execute(
        "SELECT (SELECT count(*) FROM spelling WHERE NOT settled)"
        " + (SELECT count(*) FROM definition WHERE NOT settled)"
    ).fetchone()
    return int(row[0]) if row else 0


def changed_forms(connection: "duckdb.DuckDBPyConnection") -> set[str]:
    """Return the forms whose counts changed since the conclusions followed."""
    rows = connection.execute(
        "SELECT form FROM spelling WHERE NOT settled UNION SELECT short FROM definition WHERE NOT settled"
        " UNION SELECT long FROM definition WHERE NOT settled AND long <> ''"
    ).fetchall()
    return {row[0] for row in rows}


def settle(connection: "duckdb.DuckDBPyConnection") -> None:
    """Mark every change as followed."""
    for table in ("spelling", "definition"):
        connection.execute(f"UPDATE {table} SET settled = true WHERE NOT settled")


def _definitions(connection: "duckdb.DuckDBPyConnection", where: str) -> Counter[tuple[str, str, str]]:
    """Count documents by (short, long, how), and under long '' the documents that define a short form."""
    cursor = connection.execute(_DEFINITIONS.format(where=where))
    said: set[tuple[int, str, str, str]] = set()
    while rows := cursor.fetchmany(10_000):
        for doc, short, long, how, language in rows:
            code = "zh" if how in BILINGUAL else language or "en"
            pair = normal_form(short or "", code), normal_form(long or "", code)
            if all(pair) and pair[0] != pair[1]:
                way = how if how in BILINGUAL else _script(pair[1])
                said.add((doc, *pair, way))
                if way not in BILINGUAL:
                    said.add((doc, pair[0], "", way))
    return Counter((short, long, way) for _, short, long, way in said)


def _script(long: str) -> str:
    # Chinese and English long forms of one short form are no rivals, so they are counted apart.
    return "chinese" if re.search("[\u3400-\u9fff]", long) else "definition"


def _insert(
    connection: "duckdb.DuckDBPyConnection", found: Counter[tuple[str, str, str]], sign: int, *, settled: bool
) -> None:
    if not found:
        return
    import pyarrow as pa

    keys = sorted(found)
    rows = pa.table(
        {
            "short": [key[0] for key in keys],
            "long": [key[1] for key in keys],
            "how": [key[2] for key in keys],
            "documents": [sign * found[key] for key in keys],
        }
    )
    connection.register("incoming_definitions", rows)
    connection.execute(
        f"INSERT INTO definition SELECT short, long, how, documents, {settled} FROM incoming_definitions"
    )
    connection.unregister("incoming_definitions")
