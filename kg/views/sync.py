"""Making a view follow the ledger, from the journal's last seen position to its end.

It promises that following costs in proportion to what changed and ends in what building anew would give.
It refuses to replay commands: it asks what the ledger holds now around everything that was touched, and
writes that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from silobridge.kg.ledger.store import Ledger, last_position
from silobridge.kg.mapping.findings import FORMS, TOUCHED
from silobridge.kg.mapping.rows import staged_rows
from silobridge.kg.mapping.stage import Scope, listed, numbers, stage, stage_counts
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


def follow(ledger: Ledger, view: View) -> Synced:
    """Bring one view to the ledger's last position.

    Returns
    -------
    Synced
        `how` is 'current', 'followed' or 'rebuilt'.
    """
    return follow_all(ledger, [view])[0]


def follow_all(ledger: Ledger, views: Sequence[View]) -> list[Synced]:
    """Bring views to the ledger's last position; what changed is staged once for all of them.

    Returns
    -------
    list of Synced
        One for each view, in the order given.
    """
    before = {view.name: view.position() for view in views}
    done: dict[str, Synced] = {}
    with ledger.reading() as connection:
        now = last_position(connection)
        done |= {name: Synced(name, at, now, "current") for name, at in before.items() if at == now}
        behind = [view for view in views if ABSENT < before[view.name] < now]
        # A view further on is led over what it has seen again, which changes nothing.
        moved = _journal(connection, min((before[one.name] for one in behind), default=now))
        if behind and sum(map(len, moved)) <= BULK_AT:
            change = _staged_change(connection, behind, moved, now)
            for view in behind:
                view.apply(connection, change)
                done[view.name] = Synced(view.name, before[view.name], now, "followed")
    absent = [view for view in views if view.name not in done]
    done |= {one.name: one for one in rebuild_all(ledger, absent)}
    return [done[view.name] for view in views]


def rebuild_all(ledger: Ledger, views: Sequence[View]) -> list[Synced]:
    """Build views anew, from one staging; the ledger is held only while its rows are staged."""
    if not views:
        return []
    before = [view.position() for view in views]
    with staged(ledger, views[0].path.parent) as (connection, position):
        for view in views:
            view.build(connection, position)
    return [Synced(view.name, was, position, "rebuilt") for view, was in zip(views, before, strict=True)]


Moved = tuple[list[str], list[str], list[str]]
"""What the journal names: documents, forms of concepts, kept findings."""


def _journal(connection: "duckdb.DuckDBPyConnection", since: int) -> Moved:
    """Return the identifiers of the documents, the forms of the concepts and the findings that changed."""
    rows = connection.execute(
        "SELECT DISTINCT action, id FROM journal WHERE position > ? ORDER BY 1, 2", [since]
    ).fetchall()
    aliases = [name for action, name in rows if action == "alias"]
    findings = [name for action, name in rows if action == "finding"]
    documents = {name for action, name in rows if action not in ("alias", "finding")}
    return sorted(documents), aliases, findings


def _staged_change(
    connection: "duckdb.DuckDBPyConnection", views: Sequence[View], moved: Moved, position: int
) -> Change:
    """Find out what changes in any of the views, stage what the ledger holds of it, and read the rows."""
    documents, aliases, kept = moved
    listed(connection, "changed", documents)
    rows = connection.execute("SELECT doc FROM document JOIN changed ON id = value ORDER BY doc").fetchall()
    present = [int(row[0]) for row in rows]
    touched = _ledger_holds(connection, present, aliases)
    for view in views:
        touched = _union(touched, view.held(documents, aliases))
    forms = touched.forms | set(aliases) | {form for claim in touched.claims for form in (claim[0], claim[2])}
    near = _with_broader(connection, touched.domains)
    findings = _touched_findings(connection, forms, kept)
    forms |= _column(connection, FORMS)
    stage_counts(connection, forms)
    admitted = _column(connection, "SELECT form FROM s_admitted")
    used = _column(connection, "SELECT id FROM s_used")
    change = Change(
        position=position,
        documents=tuple(documents),
        concepts=tuple(sorted(forms)),
        whole=tuple(sorted(set(aliases).union(*(view.admitted(forms) ^ admitted for view in views)))),
        claims=tuple(sorted(touched.claims)),
        domains=tuple(sorted(set().union(*(view.domains(near) ^ (used & near) for view in views)))),
        agents=tuple(sorted(touched.agents)),
        targets=tuple(sorted(_shared(connection, touched.targets | set(documents)))),
        findings=findings,
    )
    stage(connection, Scope(tuple(present), change.concepts, change.whole, change.claims, change.domains,
                            change.agents, change.targets, change.findings))  # fmt: skip
    prepare(connection)
    return replace(change, rows=staged_rows(connection))


def _touched_findings(
    connection: "duckdb.DuckDBPyConnection", forms: set[str], kept: list[str]
) -> tuple[str, ...]:
    """Return the kept findings to write anew, after `near` and `changed` were laid out; lay them out too."""
    listed(connection, "near_forms", forms)
    listed(connection, "kept", kept)
    found = tuple(row[0] for row in connection.execute(TOUCHED).fetchall())
    listed(connection, "in_findings", found)
    return found


def _with_broader(connection: "duckdb.DuckDBPyConnection", domains: set[str]) -> set[str]:
    """Add every broader domain: what a document brings into use, or takes out of it, is among them."""
    listed(connection, "near", domains)
    return _column(
        connection,
        """
        WITH RECURSIVE up(id) AS (
            SELECT value FROM near UNION SELECT d.parent FROM domain d JOIN up u ON d.id = u.id WHERE d.parent <> ''
        ) SELECT id FROM up""",
    )


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
            "SELECT DISTINCT coalesce(a.target, n.target, m.form)"
            f" FROM (SELECT DISTINCT doc, form FROM mention WHERE {where}) m"
            " LEFT JOIN sense n ON n.doc = m.doc AND n.form = m.form"
            " LEFT JOIN alias a ON a.form = coalesce(n.target, m.form)",
        ),
        claims={(row[0], row[1], row[2]) for row in claims},
        domains=_column(
            connection,
            f"SELECT domain FROM membership WHERE {where} UNION"
            f" SELECT 'country:' || country FROM place WHERE country <> '' AND {where}",
        ),
        agents=_column(connection, f"SELECT DISTINCT agent FROM contributor WHERE agent <> '' AND {where}"),
        targets=_column(connection, f"SELECT DISTINCT id FROM identifier WHERE id <> '' AND {where}"),
    )


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
