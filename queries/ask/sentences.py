"""The sentences behind an answer about a concept.

It promises whole sentences as the documents have them, one a document, claims before mere mentions. It
refuses sentences from outside the years or the domain that the answer is about.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from silobridge.kg.taxonomy import taxonomy

if TYPE_CHECKING:
    import duckdb

    from silobridge.queries.table import Table

SHOWN = 3

_CLAIMED = """
    SELECT d.id, substr(d.text, s.start + 1, s.stop - s.start) FROM statement s JOIN document d USING (doc)
    WHERE $form IN (s.subject, s.object) AND coalesce(d.year, 0) >= $since
    QUALIFY row_number() OVER (PARTITION BY d.doc ORDER BY s.confidence DESC, s.start, s.predicate) = 1
    ORDER BY s.confidence DESC, d.id LIMIT $top"""
_MENTIONED = """
    SELECT d.id, substr(d.text, s.start + 1, s.stop - s.start)
    FROM reference r JOIN sentence s ON s.doc = r.doc AND s.sentence = r.sentence JOIN document d ON d.doc = r.doc
    WHERE r.form = $form AND coalesce(d.year, 0) >= $since
      AND ($domain = '' OR d.doc IN (SELECT doc FROM membership WHERE domain = $domain))
    QUALIFY row_number() OVER (PARTITION BY d.doc ORDER BY (s.stop - s.start < 60), s.start) = 1
    ORDER BY d.id LIMIT $top"""
_ABOUT_CLAIMS = (
    "claims-about", "failures-about", "methods-against", "methods-used-for", "uses-of", "causes-of", "parts-of", "show",
)  # fmt: skip


def sentences(
    connection: "duckdb.DuckDBPyConnection", query: str, params: Mapping[str, object], table: "Table | None"
) -> list[tuple[str, str]]:
    """Give documents and sentences behind an answer; none where it is not about one concept.

    Parameters
    ----------
    connection
        A reading connection to the ledger.
    query, params
        What was asked.
    table
        The answer: where its first column is a domain, sentences come from the first row's.
    """
    form = params.get("concept", params.get("id", ""))
    if not form or (table and "sentence" in table.columns):
        return []
    given: dict[str, object] = {"form": form, "since": params.get("since", 0), "top": SHOWN}
    rows = connection.execute(_CLAIMED, given).fetchall() if query in _ABOUT_CLAIMS else []
    if not rows:
        first = str(table.rows[0][0]) if table and table.rows else ""
        domain = first if taxonomy().domain(first) and not first.startswith("country:") else ""
        rows = connection.execute(_MENTIONED, {**given, "domain": domain}).fetchall()
    return [(document, " ".join(text.split())) for document, text in rows]
