"""What the graph holds of one thing, and of everything: the answers behind `show`, `why` and `stats`.

It promises plain records that read the same in a terminal and as JSON, with the sentences behind
them. It refuses to show an identifier without its label.
"""

from typing import TYPE_CHECKING, Any

from silobridge.kg.errors import NothingFound
from silobridge.kg.taxonomy import taxonomy
from silobridge.queries.lookup import find_concept
from silobridge.queries.table import Table

if TYPE_CHECKING:
    import duckdb

COUNTS = {
    "documents": "SELECT count(*) FROM document",
    "papers": "SELECT count(*) FROM document WHERE kind = 'paper'",
    "patents": "SELECT count(*) FROM document WHERE kind = 'patent'",
    "industry_documents": "SELECT count(*) FROM document WHERE kind = 'industry'",
    "copies": "SELECT count(*) - count(DISTINCT text_hash) FROM document",
    "duplicates": "SELECT count(*) FROM duplicate",
    "joined_agents": "SELECT count(*) FROM agent_alias",
    "sentences": "SELECT count(*) FROM sentence",
    "mentions": "SELECT count(*) FROM mention",
    "concepts": """SELECT count(*) FROM (
        SELECT form FROM usage GROUP BY form HAVING count(*) >= 2
        UNION SELECT subject FROM statement UNION SELECT object FROM statement)""",
    "claims": "SELECT count(*) FROM (SELECT DISTINCT subject, predicate, object FROM statement)",
    "evidence": "SELECT count(*) FROM statement",
    "merged_forms": "SELECT count(*) FROM alias",
    "undecided": "SELECT count(*) FROM undecided",
    "citations": "SELECT count(*) FROM citation",
    "unclassified": "SELECT count(*) FROM document WHERE doc NOT IN (SELECT doc FROM membership)",
    "rejects": "SELECT count(*) FROM reject",
    "position": "SELECT coalesce(max(position), 0) FROM journal",
}


def stats(connection: "duckdb.DuckDBPyConnection") -> dict[str, int]:
    """Count what the ledger holds, by the words of the glossary."""
    return {name: int(connection.execute(sql).fetchall()[0][0]) for name, sql in COUNTS.items()}


def describe(connection: "duckdb.DuckDBPyConnection", identifier: str) -> dict[str, Any]:
    """Describe a document, a domain or a concept by its identifier, or a concept by its name.

    Raises
    ------
    NothingFound
        If nothing in the graph answers to it.
    """
    row = connection.execute(
        "SELECT d.doc FROM document d WHERE d.id = ? UNION"
        " SELECT i.doc FROM identifier i WHERE i.id = ? ORDER BY 1 LIMIT 1",
        [identifier, identifier],
    ).fetchall()
    if row:
        return _document(connection, row[0][0])
    if taxonomy().domain(identifier):
        return _domain(connection, identifier)
    return _concept(connection, identifier)


def _document(connection: "duckdb.DuckDBPyConnection", doc: int) -> dict[str, Any]:
    head = connection.execute(
        "SELECT id, kind, title, year, language, licence, source, record, reader FROM document WHERE doc = ?",
        [doc],
    ).fetchall()[0]
    names = ("id", "kind", "title", "year", "language", "licence", "source", "record", "reader")
    record: dict[str, Any] = {"what": "document", **dict(zip(names, head, strict=True))}
    record["identifiers"] = _column(connection, "SELECT id FROM identifier WHERE doc = ? ORDER BY id", doc)
    known = taxonomy()
    record["domains"] = [
        f"{domain}  {known.label(domain)}  ({how}, weight {weight:.2f})"
        for domain, how, weight in connection.execute(
            "SELECT domain, how, weight FROM membership WHERE doc = ? ORDER BY how, domain", [doc]
        ).fetchall()
    ]
    record["people and organisations"] = [
        f"{name} ({role})"
        for name, role in connection.execute(
            "SELECT name, role FROM contribution WHERE doc = ? ORDER BY ordinal, name LIMIT 20", [doc]
        ).fetchall()
    ]
    record["concepts"] = _column(
        connection, "SELECT form FROM usage WHERE doc = ? ORDER BY mentions DESC, form LIMIT 20", doc
    )
    record["claims"] = _claims(connection, "s.doc = ?", doc)
    return record


def _domain(connection: "duckdb.DuckDBPyConnection", identifier: str) -> dict[str, Any]:
    known = taxonomy()
    domain = known.domain(identifier)
    assert domain is not None
    count = connection.execute(
        "SELECT count(DISTINCT doc) FROM membership WHERE domain = ?", [identifier]
    ).fetchall()
    return {
        "what": "domain", "id": domain.id, "label": domain.label, "scheme": domain.scheme, "level": domain.level,
        "layer": domain.layer, "ancestors": [f"{a}  {known.label(a)}" for a in known.ancestors(identifier)],
        "documents": count[0][0],
    }  # fmt: skip


def _concept(connection: "duckdb.DuckDBPyConnection", text: str) -> dict[str, Any]:
    try:
        concept = find_concept(connection, text)
    except NothingFound as error:
        raise NothingFound(
            f"nothing in the graph answers to {text!r}", expected=error.expected, hint=error.hint
        ) from error
    known = taxonomy()
    record: dict[str, Any] = {
        "what": "concept", "id": concept.id, "label": concept.label, "type": concept.type or "(untyped)",
        "documents": concept.documents, "mentions": concept.mentions,
    }  # fmt: skip
    record["merged forms"] = [
        f"{form} ({how}: {reason})"
        for form, how, reason in connection.execute(
            "SELECT form, how, reason FROM alias WHERE target = ? ORDER BY form", [concept.form]
        ).fetchall()
    ]
    parted = connection.execute(
        "SELECT form, target, documents, reason FROM meaning WHERE form IN"
        " (SELECT form FROM meaning WHERE ? IN (form, target)) ORDER BY form, documents DESC, target",
        [concept.form],
    ).fetchall()
    if parted:
        record["senses"] = [
            f"{form} → {target} ({number} documents looked at: {why})" for form, target, number, why in parted
        ]
    record["domains"] = [
        f"{domain}  {known.label(domain)}  ({documents} documents)"
        for domain, documents in connection.execute(
            "SELECT m.domain, count(DISTINCT m.doc) n FROM usage u JOIN membership m USING (doc) WHERE u.form = ?"
            " GROUP BY m.domain ORDER BY n DESC, m.domain LIMIT 12",
            [concept.form],
        ).fetchall()
    ]
    record["claims"] = _claims(connection, "? IN (s.subject, s.object)", concept.form)
    return record


def _column(connection: "duckdb.DuckDBPyConnection", sql: str, value: object) -> list[Any]:
    return [row[0] for row in connection.execute(sql, [value]).fetchall()]


def _claims(connection: "duckdb.DuckDBPyConnection", where: str, value: object) -> list[dict[str, Any]]:
    rows = connection.execute(
        f"""
        SELECT s.subject, s.predicate, s.object, s.polarity, s.hedged, d.id,
               substr(d.text, s.start + 1, s.stop - s.start)
        FROM statement s JOIN document d USING (doc) WHERE {where}
        ORDER BY s.confidence DESC, d.id, s.start, s.subject, s.object LIMIT 8
        """,
        [value],
    ).fetchall()
    return [
        {
            "claim": f"{subject} — {predicate} — {object_}"
            + (" (negated)" if polarity == "negated" else "") + (" (hedged)" if hedged else ""),
            "document": document, "sentence": " ".join(sentence.split()),
        }
        for subject, predicate, object_, polarity, hedged, document, sentence in rows
    ]  # fmt: skip


def sources(connection: "duckdb.DuckDBPyConnection") -> Table:
    """List the files a graph was read from, with what became of their records."""
    rows = connection.execute(
        """
        SELECT s.source, s.reader, s.records, s.rejects, s.bytes, r.at::DATE::VARCHAR
        FROM source s LEFT JOIN run r USING (run) ORDER BY s.source
        """
    ).fetchall()
    return Table(("source", "reader", "records", "rejects", "bytes", "read on"), rows)


_REVIEWED = """
    WITH named AS (
        SELECT id AS thing, first(title ORDER BY title) AS name FROM document GROUP BY id
        UNION ALL SELECT agent, first(name ORDER BY length(name) DESC, name) FROM contribution GROUP BY agent),
    rows AS ({parts})
    SELECT state, coalesce(f.name || ' [' || form || ']', form), coalesce(t.name || ' [' || target || ']', target),
           round(score::DOUBLE, 3), how, reason
    FROM rows LEFT JOIN named f ON f.thing = form LEFT JOIN named t ON t.thing = target
    ORDER BY state, 2, 3, how"""


def resolutions(connection: "duckdb.DuckDBPyConnection", undecided_only: bool = False) -> Table:
    """List what was joined and what was left undecided, each with its reason.

    Forms of concepts stand as they are; documents, organisations and people by name, with the identifier
    in brackets.
    """
    parts = ["SELECT 'undecided' AS state, form, target, score, how, reason FROM undecided"]
    if not undecided_only:
        parts += [
            "SELECT 'joined', form, target, score, how, reason FROM alias",
            "SELECT 'joined', id, \"of\", score, how, reason FROM duplicate",
            "SELECT 'joined', agent, target, score, how, reason FROM agent_alias",
        ]
    rows = connection.execute(_REVIEWED.format(parts=" UNION ALL ".join(parts))).fetchall()
    return Table(("state", "form", "target", "score", "how", "reason"), rows)
