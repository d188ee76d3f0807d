"""What a concept stands beside: the concepts claimed or used together with it.

It promises the closest by claims first, then by shared documents, ties by form. It refuses to follow
hubs further: one step only; `paths` goes further.
"""

from typing import TYPE_CHECKING

from silobridge.kg.ids import mint
from silobridge.queries.table import Table

if TYPE_CHECKING:
    import duckdb


def neighbours(connection: "duckdb.DuckDBPyConnection", form: str, top: int = 40) -> Table:
    """List the concepts beside a concept, with shared documents and claims between them.

    Parameters
    ----------
    connection
        A reading connection to the ledger.
    form
        The concept's form.
    top
        How many rows at most.
    """
    rows = connection.execute(
        """
        WITH near AS (SELECT doc FROM usage WHERE form = $form),
        beside AS (SELECT form, count(*) AS together FROM usage JOIN near USING (doc) WHERE form <> $form GROUP BY form),
        claimed AS (
            SELECT CASE WHEN subject = $form THEN object ELSE subject END AS form, count(*) AS claims
            FROM statement WHERE $form IN (subject, object) GROUP BY ALL),
        best AS (
            SELECT form, together, coalesce(claims, 0) AS claims FROM beside LEFT JOIN claimed USING (form)
            ORDER BY coalesce(claims, 0) DESC, together DESC, form LIMIT $top)
        SELECT form, (SELECT count(*) FROM usage u WHERE u.form = best.form), together, claims
        FROM best ORDER BY claims DESC, together DESC, form
        """,
        {"form": form, "top": top},
    ).fetchall()
    columns = ("id", "concept", "documents", "shared documents", "claims")
    return Table(columns, [(mint("concept", row[0]), *row) for row in rows])
