"""Replacing the aliases, so that every view can follow.

It promises that the journal names every concept whose members changed. It refuses to journal a change
that is none.
"""

from typing import TYPE_CHECKING

from silobridge.kg.ledger.store import last_position

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


def replace_aliases(connection: "duckdb.DuckDBPyConnection", aliases: "pa.Table", run: int) -> int:
    """Put these aliases in place of all old ones, and return how many concepts that changed.

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
    """
    connection.register("incoming", aliases)
    changed = connection.execute(
        """
        WITH moved AS (
            SELECT form, o.target AS before, n.target AS after
            FROM alias o FULL JOIN incoming n USING (form)
            WHERE o.target IS DISTINCT FROM n.target)
        SELECT DISTINCT unnest([form, before, after]) AS form FROM moved ORDER BY form"""
    ).fetchall()
    forms = [row[0] for row in changed if row[0] is not None]
    connection.execute("DELETE FROM alias")
    connection.execute("INSERT INTO alias SELECT form, target, score, how, reason FROM incoming ORDER BY form")
    connection.unregister("incoming")
    connection.execute(
        "INSERT INTO journal SELECT ? + row_number() OVER (), now()::TIMESTAMP, ?, 'alias', form, NULL, ''"
        " FROM (SELECT unnest(?::VARCHAR[]) AS form)",
        [last_position(connection), run, forms],
    )
    return len(forms)
