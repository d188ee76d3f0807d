"""Bridges and silos that somebody kept under a name.

It promises that keeping the same findings again changes nothing at all, that another list under the same name
takes the place of the first, and that a finding says when a document it rests on was forgotten or replaced. It
refuses to store sentences: a finding points at them, so that forgetting reaches them.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, astuple, dataclass, replace
from typing import TYPE_CHECKING, Literal

from silobridge.kg.errors import UnknownName, UsageError
from silobridge.kg.ids import mint
from silobridge.kg.ledger.store import content_position, last_position

if TYPE_CHECKING:
    import duckdb

MOST = 2000
"""So many findings a name can hold: a list to be read, not a second graph."""

_NAME = re.compile(r"[^\W_][\w .-]{0,79}")


@dataclass(frozen=True, slots=True)
class Link:
    """What a finding is about or rests on: a concept's form, a domain, a document, a piece of evidence.

    `start` and `stop` bound a quoted sentence in the document's stored text.
    """

    sort: Literal["concept", "domain", "document", "evidence"]
    role: str
    target: str
    start: int | None = None
    stop: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding as it was kept; numbers that a kind does not have are None."""

    id: str
    kind: str
    label: str
    observed: float | None
    expected: float | None
    lift: float | None
    low: float | None
    high: float | None
    p: float | None
    q: float | None
    probability: float | None
    score: float
    record: str
    links: tuple[Link, ...] = ()
    gone: int = 0


@dataclass(frozen=True, slots=True)
class Saved:
    """A kept list: what was asked, against which null, over how many tests, on which version of the graph."""

    name: str
    sort: Literal["bridges", "silos"]
    title: str
    parameters: str
    null_model: str
    tested: int
    documents: int = 0
    position: int = 0
    run: int = 0

    @property
    def id(self) -> str:
        """The identifier of the list in the views."""
        return mint("saved", self.name)


def save(
    connection: "duckdb.DuckDBPyConnection", saved: Saved, findings: Sequence[Finding], version: str
) -> bool:
    """Keep findings under a name inside the caller's transaction; say whether anything changed.

    Position and number of documents are filled in here. The same list again leaves the ledger as it is, clock
    and run included; another list under the name takes the first one's place.

    Raises
    ------
    UsageError
        If the name is none, or the list is longer than `MOST`.
    """
    if not _NAME.fullmatch(saved.name) or len(findings) > MOST:
        raise UsageError(
            f"cannot keep {len(findings)} findings as {saved.name!r}",
            expected=f"at most {MOST}, under a name of letters, digits, blanks, dots and dashes that begins with one "
            "of the first two",
        )
    row = connection.execute("SELECT count(*) FROM document").fetchone()
    held = replace(saved, position=content_position(connection), documents=int(row[0]) if row else 0, run=0)
    old = next((one for one in sets(connection) if one.name == saved.name), None)
    before = kept(connection, saved.name) if old else ()
    if old and replace(old, run=0) == held and before == tuple(findings):
        return False
    from silobridge.kg.ledger.append import begin_run

    run = begin_run(connection, f"save {saved.name}", version)
    _delete(connection, saved.name)
    _insert(connection, "saved", [astuple(replace(held, run=run))])
    _insert(connection, "finding", [_row(saved.name, rank, one) for rank, one in enumerate(findings, 1)])
    _insert(
        connection, "finding_link",
        [
            (saved.name, one.id, ordinal, *astuple(link))
            for one in findings for ordinal, link in enumerate(one.links)
        ],
    )  # fmt: skip
    _note(connection, [saved.id, *(one.id for one in (*before, *findings))], run)
    return True


def remove(connection: "duckdb.DuckDBPyConnection", name: str) -> int:
    """Let go of a kept list inside the caller's transaction, and return how many findings it held.

    Raises
    ------
    UnknownName
        If nothing is kept under that name.
    """
    _known(connection, name)
    before = kept(connection, name)
    _delete(connection, name)
    _note(connection, [mint("saved", name), *(one.id for one in before)], _last_run(connection))
    return len(before)


def sets(connection: "duckdb.DuckDBPyConnection") -> list[Saved]:
    """Return every kept list, by name."""
    rows = connection.execute("SELECT * FROM saved ORDER BY name").fetchall()
    return [Saved(*row) for row in rows]


def kept(connection: "duckdb.DuckDBPyConnection", name: str) -> tuple[Finding, ...]:
    """Return the findings kept under a name, in their order.

    Raises
    ------
    UnknownName
        If nothing is kept under that name.
    """
    _known(connection, name)
    links: dict[str, list[Link]] = {}
    for finding, *link in connection.execute(
        "SELECT finding, sort, role, target, start, stop FROM finding_link WHERE saved = ? ORDER BY finding, ordinal",
        [name],
    ).fetchall():
        links.setdefault(finding, []).append(Link(*link))
    rows = connection.execute(
        "SELECT id, kind, label, observed, expected, lift, low, high, p, q, probability, score, record, gone"
        " FROM finding WHERE saved = ? ORDER BY rank",
        [name],
    ).fetchall()
    return tuple(
        replace(Finding(*row[:-1]), links=tuple(links.get(row[0], ())), gone=row[-1]) for row in rows
    )


def mark_stale(connection: "duckdb.DuckDBPyConnection", numbers: Sequence[int]) -> list[str]:
    """Count documents that are about to go against the findings that rest on them; return those findings.

    A finding rests on a document that it quotes, and on one that stands in a domain of it and, if it is about
    concepts, uses one of them.
    """
    row = connection.execute("SELECT count(*) FROM finding").fetchone()
    if not numbers or not row or not row[0]:
        return []
    listed = ", ".join(str(int(number)) for number in numbers)
    where = f"doc BETWEEN {min(numbers)} AND {max(numbers)} AND doc IN ({listed})"
    touched = connection.execute(_TOUCHED.format(where=where)).fetchall()
    for name, finding, count in touched:
        connection.execute(
            "UPDATE finding SET gone = gone + ? WHERE saved = ? AND id = ?", [count, name, finding]
        )
    found = sorted({finding for _, finding, _ in touched})
    _note(connection, found, _last_run(connection))
    return found


_TOUCHED = """
    WITH named AS (
             SELECT l.saved, l.finding, coalesce(a.target, l.target) AS form
             FROM finding_link l LEFT JOIN alias a ON a.form = l.target
             WHERE l.sort = 'concept' AND l.role <> 'between'),
         used AS (
             SELECT DISTINCT n.saved, n.finding, m.doc
             FROM (SELECT doc, form FROM mention WHERE {where}) m
             LEFT JOIN sense s ON s.doc = m.doc AND s.form = m.form
             LEFT JOIN alias a ON a.form = coalesce(s.target, m.form)
             JOIN named n ON n.form = coalesce(a.target, s.target, m.form)),
         stood AS (
             SELECT DISTINCT l.saved, l.finding, m.doc
             FROM (SELECT doc, domain FROM membership WHERE {where}) m
             JOIN finding_link l ON l.sort = 'domain' AND l.target = m.domain)
    SELECT saved, finding, count(DISTINCT doc) FROM (
        SELECT s.saved, s.finding, s.doc FROM stood s
        WHERE (s.saved, s.finding) NOT IN (SELECT saved, finding FROM named)
           OR (s.saved, s.finding, s.doc) IN (SELECT saved, finding, doc FROM used)
        UNION ALL
        SELECT l.saved, l.finding, d.doc FROM (SELECT doc, id FROM document WHERE {where}) d
        JOIN finding_link l ON l.sort = 'document' AND l.target = d.id)
    GROUP BY saved, finding ORDER BY saved, finding"""


def _row(name: str, rank: int, one: Finding) -> tuple[object, ...]:
    numbers = asdict(one)
    order = (
        "observed",
        "expected",
        "lift",
        "low",
        "high",
        "p",
        "q",
        "probability",
        "score",
        "gone",
        "record",
    )
    return (name, rank, one.id, one.kind, one.label, *(numbers[key] for key in order))


def _insert(connection: "duckdb.DuckDBPyConnection", table: str, rows: Iterable[Sequence[object]]) -> None:
    for row in rows:
        connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", list(row))


def _delete(connection: "duckdb.DuckDBPyConnection", name: str) -> None:
    connection.execute("DELETE FROM saved WHERE name = ?", [name])
    for table in ("finding", "finding_link"):
        connection.execute(f"DELETE FROM {table} WHERE saved = ?", [name])


def _note(connection: "duckdb.DuckDBPyConnection", identifiers: Iterable[str], run: int) -> None:
    connection.execute(
        "INSERT INTO journal SELECT ? + row_number() OVER (ORDER BY id), now()::TIMESTAMP, ?, 'finding', id, NULL, ''"
        " FROM (SELECT unnest(?::VARCHAR[]) AS id)",
        [last_position(connection), run, sorted(set(identifiers))],
    )


def _last_run(connection: "duckdb.DuckDBPyConnection") -> int:
    row = connection.execute("SELECT coalesce(max(run), 0) FROM run").fetchone()
    return int(row[0]) if row else 0


def _known(connection: "duckdb.DuckDBPyConnection", name: str) -> None:
    names = [row[0] for row in connection.execute("SELECT name FROM saved ORDER BY name").fetchall()]
    if name not in names:
        raise UnknownName("kept list", name, names, hint="kg bridges GRAPH --saved lists them")
