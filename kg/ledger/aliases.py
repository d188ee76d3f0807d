"""Replacing the aliases, so that every view can follow.

It promises that the journal names every concept whose members changed. It refuses to journal a change
that is none.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from silobridge.kg.ledger.store import last_position

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


def replace_aliases(
    connection: "duckdb.DuckDBPyConnection", aliases: "pa.Table", run: int, scope: Iterable[str] | None = None
) -> int:
    """Put these aliases in place of the old ones, and return how many concepts that changed.

    For every form whose target changed the journal gains a row with the action 'alias' for the form
    itself, for the form that named its concept before and for the one that names it now: these are the
    concepts whose counts, labels and usages a view has to write again.

    Parameters
    ----------
    connection
        A writing connection from `Ledger.writing`.
    aliases
        Rows with the columns of `schema.CONCLUSIONS["alias"]`.
    run
        The run's number from `begin_run`.
    scope
        The forms whose aliases are replaced; None for all.
    """
    connection.register("incoming", aliases)
    inside = "true"
    if scope is not None:
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE replaced AS SELECT unnest(?::VARCHAR[]) AS form", [sorted(scope)]
        )
        inside = "form IN (SELECT form FROM replaced)"
    changed = connection.execute(
        f"""
        WITH moved AS (
            SELECT form, o.target AS before, n.target AS after
            FROM (SELECT * FROM alias WHERE {inside}) o FULL JOIN incoming n USING (form)
            WHERE o.target IS DISTINCT FROM n.target)
        SELECT DISTINCT unnest([form, before, after]) AS form FROM moved ORDER BY form"""
    ).fetchall()
    forms = [row[0] for row in changed if row[0] is not None]
    connection.execute(f"DELETE FROM alias WHERE {inside}")
    connection.execute(
        "INSERT INTO alias SELECT form, target, score, how, reason FROM incoming ORDER BY form"
    )
    connection.unregister("incoming")
    connection.execute(
        "INSERT INTO journal SELECT ? + row_number() OVER (), now()::TIMESTAMP, ?, 'alias', form, NULL, ''"
        " FROM (SELECT unnest(?::VARCHAR[]) AS form)",
        [last_position(connection), run, forms],
    )
    return len(forms)
