"""Making a view follow the ledger, from the journal's last seen position to its end.

It promises that following costs in proportion to what changed and ends in what building anew would give.
It refuses to replay commands: it asks what the ledger holds now around everything that was touched, and
writes that.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from silobridge.kg.ids import mint
from silobridge.kg.ledger.store import Ledger, last_position
from silobridge.kg.mapping.stage import USED_DOMAINS, Scope, listed, numbers, stage
from silobridge.kg.mapping.triples import prepare
from silobridge.kg.views.bulk import staged
from silobridge.kg.views.protocol import ABSENT, Change, Held, View

if TYPE_CHECKING:
    import duckdb

BULK_AT = 2000
"""Beyond this many changed documents or aliases a build in bulk is cheaper than following."""


@dataclass(frozen=True, slots=True)
class Synced:
    """What became of one view: its name, where it stood, where it stands, and how it got there."""

    name: str
    before: int
    position: int
    how: str


def concept_id(form: str) -> str:
    """Give the identifier of the concept a form names.

    Examples
    --------
    >>> concept_id("lithium ion battery")
    'concept:0f95e39b9d650a21'
    """
    return mint("concept", form)


def follow(ledger: Ledger, view: View) -> Synced:
    """Bring one view to the ledger's last position.

    Returns
    -------
    Synced
        `how` is 'current', 'followed' or 'rebuilt'.
    """
    before = view.position()
    if before == ABSENT:
        return rebuild(ledger, view)
    with ledger.reading() as connection:
        now = last_position(connection)
        if now == before:
            return Synced(view.name, before, now, "current")
        documents, aliases = _journal(connection, before)
        if now > before and len(documents) + len(aliases) <= BULK_AT:
            change, scope = _change(connection, view, documents, aliases, now)
            stage(connection, scope)
            prepare(connection)
            view.apply(connection, change)
            return Synced(view.name, before, now, "followed")
    return rebuild(ledger, view)


def rebuild(ledger: Ledger, view: View) -> Synced:
    """Build one view anew; the ledger is held only while its rows are staged."""
    before = view.position()
    with staged(ledger, view.path.parent) as (connection, position):
        view.build(connection, position)
    return Synced(view.name, before, position, "rebuilt")


def _journal(connection: "duckdb.DuckDBPyConnection", since: int) -> tuple[list[str], list[str]]:
    """Return the identifiers of the documents and the forms of the concepts that changed."""
    rows = connection.execute(
        "SELECT DISTINCT action = 'alias', id FROM journal WHERE position > ? ORDER BY 1, 2", [since]
    ).fetchall()
    return [row[1] for row in rows if not row[0]], [row[1] for row in rows if row[0]]


def _change(
    connection: "duckdb.DuckDBPyConnection",
    view: View,
    documents: list[str],
    aliases: list[str],
    position: int,
) -> tuple[Change, Scope]:
    listed(connection, "changed", documents)
    rows = connection.execute("SELECT doc FROM document JOIN changed ON id = value ORDER BY doc").fetchall()
    present = [int(row[0]) for row in rows]
    touched = _union(view.held(documents, aliases), _ledger_holds(connection, present, aliases))
    forms = touched.forms | set(aliases) | {form for claim in touched.claims for form in (claim[0], claim[2])}
    whole = set(aliases) | (view.admitted(forms) ^ _admitted(connection, forms))
    used = {row[0] for row in connection.execute(USED_DOMAINS).fetchall()}
    targets = _shared(connection, touched.targets | set(documents))
    change = Change(
        position=position,
        documents=tuple(documents),
        concepts=tuple(sorted(forms)),
        whole=tuple(sorted(whole)),
        claims=tuple(sorted(touched.claims)),
        domains=tuple(sorted(used ^ view.domains())),
        agents=tuple(sorted(touched.agents)),
        targets=tuple(sorted(targets)),
    )
    scope = Scope(
        tuple(present),
        change.concepts,
        change.whole,
        change.claims,
        change.domains,
        change.agents,
        change.targets,
    )
    return change, scope


def _union(one: Held, two: Held) -> Held:
    return Held(
        one.forms | two.forms,
        one.claims | two.claims,
        one.domains | two.domains,
        one.agents | two.agents,
        one.targets | two.targets,
    )


def _ledger_holds(connection: "duckdb.DuckDBPyConnection", present: list[int], aliases: list[str]) -> Held:
    """Collect what the ledger holds now around the changed documents and the changed concepts' claims."""
    listed(connection, "realiased", aliases)
    where = numbers("doc", present)
    claims = connection.execute(
        f"SELECT DISTINCT subject, predicate, object FROM statement WHERE {where}"
        " UNION SELECT DISTINCT subject, predicate, object FROM statement"
        " WHERE subject IN (SELECT value FROM realiased) OR object IN (SELECT value FROM realiased)"
        if aliases
        else f"SELECT DISTINCT subject, predicate, object FROM statement WHERE {where}"
    ).fetchall()
    return Held(
        forms=_column(
            connection,
            f"SELECT DISTINCT coalesce(a.target, m.form) FROM (SELECT DISTINCT form FROM mention WHERE {where}) m"
            " LEFT JOIN alias a ON a.form = m.form",
        ),
        claims={(row[0], row[1], row[2]) for row in claims},
        agents=_column(connection, f"SELECT DISTINCT agent FROM contribution WHERE agent <> '' AND {where}"),
        targets=_column(connection, f"SELECT DISTINCT id FROM identifier WHERE id <> '' AND {where}"),
    )


def _admitted(connection: "duckdb.DuckDBPyConnection", forms: set[str]) -> set[str]:
    """Return those of the forms that the ledger admits as concepts now."""
    stage(connection, Scope(concepts=tuple(forms)))
    return _column(connection, "SELECT form FROM s_admitted")


def _shared(connection: "duckdb.DuckDBPyConnection", targets: set[str]) -> set[str]:
    """Add every identifier of the documents that bear one of these, which a citation may have led to."""
    listed(connection, "cited", targets)
    return targets | _column(
        connection,
        """
        WITH bearer AS (SELECT doc FROM identifier JOIN cited ON id = value
                        UNION SELECT doc FROM document JOIN cited ON id = value)
        SELECT id FROM identifier WHERE doc IN (SELECT doc FROM bearer)
        UNION SELECT id FROM document WHERE doc IN (SELECT doc FROM bearer)""",
    )


def _column(connection: "duckdb.DuckDBPyConnection", query: str) -> set[str]:
    return {row[0] for row in connection.execute(query).fetchall()}
