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


def quoted(connection: "duckdb.DuckDBPyConnection", form: str, other: str = "", top: int = 200) -> "Table":
    """List the sentences that make claims about a concept, then those that merely mention it.

    Parameters
    ----------
    connection
        A reading connection to the ledger.
    form, other
        A concept's form; with another, only sentences that hold both.
    top
        How many at most.
    """
    from silobridge.queries.table import Table

    rows = connection.execute(
        """
        WITH said AS (
            SELECT doc, sentence, min(subject || ' — ' || predicate || ' — ' || object
                   || CASE polarity WHEN 'negated' THEN ' (negated)' ELSE '' END
                   || CASE WHEN hedged THEN ' (hedged)' ELSE '' END) AS claim
            FROM statement WHERE $form IN (subject, object) AND ($other = '' OR $other IN (subject, object))
            GROUP BY doc, sentence),
        held AS (
            SELECT doc, sentence FROM reference WHERE form = $form
            INTERSECT SELECT doc, sentence FROM reference WHERE form = $other OR ($other = '' AND form = $form)),
        every AS (SELECT doc, sentence FROM held UNION SELECT doc, sentence FROM said)
        SELECT d.id, d.kind, d.year, said.claim, substr(d.text, s.start + 1, s.stop - s.start)
        FROM every e JOIN sentence s USING (doc, sentence) JOIN document d ON d.doc = e.doc
        LEFT JOIN said ON said.doc = e.doc AND said.sentence = e.sentence
        ORDER BY said.claim IS NULL, d.id, s.start LIMIT $top""",
        {"form": form, "other": other, "top": top},
    ).fetchall()
    told = [(*row[:4], " ".join(row[4].split())) for row in rows]
    return Table(("document", "kind", "year", "claim", "sentence"), told, "Sentences")
