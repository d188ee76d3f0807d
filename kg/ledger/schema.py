"""The ledger's tables, in their three strata, and the steps from one schema version to the next.

It promises one place that names every table and column, as DuckDB creates them and as Arrow batches
carry them. It refuses indexes: rows of one document lie together, so DuckDB's zone maps find them,
and appending stays cheap.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from silobridge.kg.errors import LedgerVersion

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

VERSION = 4
"""The schema version this code writes."""

OBSERVATIONS: Mapping[str, Mapping[str, str]] = {
    "document": {
        "doc": "INTEGER", "id": "VARCHAR", "kind": "VARCHAR", "title": "VARCHAR", "language": "VARCHAR",
        "published": "VARCHAR", "year": "SMALLINT", "reader": "VARCHAR", "source": "VARCHAR",
        "record": "BIGINT", "line": "BIGINT", "licence": "VARCHAR", "content_hash": "VARCHAR",
        "text_hash": "VARCHAR", "extractor": "VARCHAR", "run": "INTEGER", "text": "VARCHAR",
    },
    "identifier": {"doc": "INTEGER", "id": "VARCHAR"},
    "section": {
        "doc": "INTEGER", "section": "INTEGER", "role": "VARCHAR", "heading": "VARCHAR",
        "start": "INTEGER", "stop": "INTEGER",
    },
    "sentence": {"doc": "INTEGER", "sentence": "INTEGER", "start": "INTEGER", "stop": "INTEGER"},
    "mention": {
        "doc": "INTEGER", "sentence": "INTEGER", "start": "INTEGER", "stop": "INTEGER",
        "form": "VARCHAR", "surface": "VARCHAR", "type": "VARCHAR", "how": "VARCHAR",
    },
    "abbreviation": {
        "doc": "INTEGER", "sentence": "INTEGER", "short": "VARCHAR", "long": "VARCHAR", "how": "VARCHAR",
    },
    "evidence": {
        "doc": "INTEGER", "sentence": "INTEGER", "start": "INTEGER", "stop": "INTEGER",
        "subject": "VARCHAR", "subject_start": "INTEGER", "subject_stop": "INTEGER",
        "predicate": "VARCHAR",
        "object": "VARCHAR", "object_start": "INTEGER", "object_stop": "INTEGER",
        "polarity": "VARCHAR", "hedged": "BOOLEAN", "confidence": "FLOAT", "rule": "VARCHAR",
        "modality": "VARCHAR", "novel": "BOOLEAN", "failure": "VARCHAR",
        "reason_start": "INTEGER", "reason_stop": "INTEGER",
    },
    "quantity": {
        "doc": "INTEGER", "sentence": "INTEGER", "start": "INTEGER", "stop": "INTEGER",
        "comparison": "VARCHAR", "low": "DOUBLE", "high": "DOUBLE", "unit": "VARCHAR",
        "dimension": "VARCHAR", "si_low": "DOUBLE", "si_high": "DOUBLE",
        "property": "VARCHAR", "property_start": "INTEGER", "property_stop": "INTEGER",
    },
    "citation": {"doc": "INTEGER", "target": "VARCHAR", "kind": "VARCHAR", "text": "VARCHAR"},
    "classification": {
        "doc": "INTEGER", "domain": "VARCHAR", "weight": "FLOAT", "method": "VARCHAR", "reason": "VARCHAR",
    },
    "membership": {
        "doc": "INTEGER", "domain": "VARCHAR", "weight": "FLOAT", "how": "VARCHAR", "reason": "VARCHAR",
    },
    "contribution": {
        "doc": "INTEGER", "ordinal": "INTEGER", "agent": "VARCHAR", "name": "VARCHAR", "sort": "VARCHAR",
        "role": "VARCHAR", "country": "VARCHAR",
    },
    "place": {"doc": "INTEGER", "country": "VARCHAR"},
}  # fmt: skip
"""What the files say. Every table has `doc`, an internal number that no export shows.

`form` is a normal form (`kg.forms.normal_form`), already expanded through the document's own
abbreviations; `start` and `stop` are character offsets into `document.text`. `membership` holds every
domain a document stands in: the asserted ones, their ancestors, and those reached by crosswalk.
`evidence` says how a sentence says it: `modality` is stated, done or planned; `novel` that it is called
the first; `failure` is empty, or how what was tried fell short, with the offsets of the reason given.
`quantity` is a number with its unit, as written and in SI base units, with the form of what it measures.
"""

CATALOGUE: Mapping[str, Mapping[str, str]] = {
    "domain": {
        "id": "VARCHAR", "scheme": "VARCHAR", "level": "VARCHAR", "code": "VARCHAR", "label": "VARCHAR",
        "parent": "VARCHAR", "layer": "VARCHAR",
    },
    "crosswalk": {
        "source": "VARCHAR", "predicate": "VARCHAR", "target": "VARCHAR", "weight": "FLOAT",
        "condition": "VARCHAR", "reason": "VARCHAR",
    },
}  # fmt: skip
"""Taxonomies and crosswalks, loaded from `ontologies/` when a graph is made."""

BOOKS: Mapping[str, Mapping[str, str]] = {
    "meta": {"key": "VARCHAR", "value": "VARCHAR"},
    "journal": {
        "position": "BIGINT", "at": "TIMESTAMP", "run": "INTEGER", "action": "VARCHAR", "id": "VARCHAR",
        "doc": "INTEGER", "content_hash": "VARCHAR",
    },
    "run": {
        "run": "INTEGER", "at": "TIMESTAMP", "command": "VARCHAR", "version": "VARCHAR",
    },
    "source": {
        "source": "VARCHAR", "file_hash": "VARCHAR", "bytes": "BIGINT", "reader": "VARCHAR",
        "extractor": "VARCHAR", "records": "BIGINT", "rejects": "BIGINT", "run": "INTEGER",
    },
    "reject": {
        "source": "VARCHAR", "record": "BIGINT", "line": "BIGINT", "found": "VARCHAR", "expected": "VARCHAR",
        "hint": "VARCHAR", "excerpt": "VARCHAR", "run": "INTEGER",
    },
}  # fmt: skip
"""What happened: the journal that views follow, runs, finished files, records that could not be read."""

DECISIONS: Mapping[str, Mapping[str, str]] = {
    "decision": {
        "decision": "VARCHAR", "at": "TIMESTAMP", "verdict": "VARCHAR", "form": "VARCHAR", "target": "VARCHAR",
        "who": "VARCHAR", "reason": "VARCHAR",
    },
    "verdict": {
        "id": "VARCHAR", "at": "TIMESTAMP", "finding": "VARCHAR", "judgement": "VARCHAR", "who": "VARCHAR",
        "reason": "VARCHAR", "label": "VARCHAR", "score": "DOUBLE",
    },
    "outcome": {
        "id": "VARCHAR", "at": "TIMESTAMP", "finding": "VARCHAR", "result": "VARCHAR", "happened": "VARCHAR",
        "source": "VARCHAR", "who": "VARCHAR", "reason": "VARCHAR",
    },
}  # fmt: skip
"""What people say: of concepts (`decision`), of findings (`verdict`), and what became of findings (`outcome`).
Survives forgetting and reading again."""

CONCLUSIONS: Mapping[str, Mapping[str, str]] = {
    "alias": {
        "form": "VARCHAR", "target": "VARCHAR", "score": "FLOAT", "how": "VARCHAR", "reason": "VARCHAR",
    },
    "undecided": {
        "form": "VARCHAR", "target": "VARCHAR", "score": "FLOAT", "how": "VARCHAR", "reason": "VARCHAR",
    },
    "spelling": {
        "form": "VARCHAR", "letters": "BIGINT", "type": "VARCHAR", "mentions": "BIGINT", "settled": "BOOLEAN",
    },
    "definition": {
        "short": "VARCHAR", "long": "VARCHAR", "how": "VARCHAR", "documents": "BIGINT", "settled": "BOOLEAN",
    },
    "meaning": {
        "form": "VARCHAR", "target": "VARCHAR", "documents": "BIGINT", "centre": "VARCHAR", "reason": "VARCHAR",
    },
    "sense": {
        "doc": "INTEGER", "form": "VARCHAR", "target": "VARCHAR", "score": "FLOAT", "how": "VARCHAR",
    },
    "duplicate": {
        "id": "VARCHAR", "of": "VARCHAR", "score": "FLOAT", "how": "VARCHAR", "reason": "VARCHAR",
    },
    "agent_alias": {
        "agent": "VARCHAR", "target": "VARCHAR", "score": "FLOAT", "how": "VARCHAR", "reason": "VARCHAR",
    },
    "link_key": {
        "doc": "INTEGER", "thing": "VARCHAR", "sort": "VARCHAR", "key": "BIGINT", "settled": "BOOLEAN",
    },
}  # fmt: skip
"""What follows. `alias` maps a form to the form that names its concept (the smallest member form);
a form without a row names its own concept. `undecided` keeps the merges that were not made, and why.
`spelling` and `definition` are counts (`kg.ledger.counts`) in signed rows to be summed: how often a form is
mentioned, by type, and how many documents give a short form or a translation that long form. `settled`
is false until `alias` has followed. `meaning` keeps what was learned of forms with several senses, and `sense`
which documents mean which: a row where a document does not mean the form itself, or nobody can tell; `sense`
is looked through before `alias`. `duplicate` maps a document to the one that stands for the same work,
`agent_alias` an organisation or person to the identifier that stands for all of theirs; `link_key` holds
the keys by which these were found (`kg.ledger.links`).
"""

FINDINGS: Mapping[str, Mapping[str, str]] = {
    "saved": {
        "name": "VARCHAR", "sort": "VARCHAR", "title": "VARCHAR", "parameters": "VARCHAR", "null_model": "VARCHAR",
        "tested": "BIGINT", "documents": "BIGINT", "position": "BIGINT", "run": "INTEGER",
    },
    "finding": {
        "saved": "VARCHAR", "rank": "BIGINT", "id": "VARCHAR", "kind": "VARCHAR", "label": "VARCHAR",
        "observed": "DOUBLE", "expected": "DOUBLE", "lift": "DOUBLE", "low": "DOUBLE", "high": "DOUBLE",
        "p": "DOUBLE", "q": "DOUBLE", "probability": "DOUBLE", "score": "DOUBLE", "gone": "BIGINT",
        "record": "VARCHAR",
    },
    "finding_link": {
        "saved": "VARCHAR", "finding": "VARCHAR", "ordinal": "BIGINT", "sort": "VARCHAR", "role": "VARCHAR",
        "target": "VARCHAR", "start": "BIGINT", "stop": "BIGINT",
    },
}  # fmt: skip
"""Bridges and silos somebody kept under a name: how they were found, their numbers, and what they rest on.

`gone` counts the documents a finding rests on that were forgotten or replaced since: above 0 it is stale. A
link's target is a form (sort `concept`), a domain, a document (with the offsets of a sentence) or a piece of
evidence; no text of a document is stored, so that forgetting reaches it.
"""

TABLES: Mapping[str, Mapping[str, str]] = {
    **OBSERVATIONS, **CATALOGUE, **BOOKS, **DECISIONS, **CONCLUSIONS, **FINDINGS
}  # fmt: skip

SQL_VIEWS: Mapping[str, str] = {
    "reference": """
        SELECT m.doc, m.sentence, m.start, m.stop, coalesce(a.target, n.target, m.form) AS form,
               m.surface, m.type, m.how
        FROM mention m LEFT JOIN sense n ON n.doc = m.doc AND n.form = m.form
        LEFT JOIN alias a ON a.form = coalesce(n.target, m.form)""",
    "usage": """
        SELECT doc, form, count(*)::INTEGER AS mentions FROM reference GROUP BY doc, form""",
    "statement": """
        SELECT e.doc, e.sentence, e.start, e.stop,
               coalesce(s.target, p.target, e.subject) AS subject, e.subject_start, e.subject_stop, e.predicate,
               coalesce(o.target, q.target, e.object) AS object, e.object_start, e.object_stop,
               e.polarity, e.hedged, e.confidence, e.rule,
               coalesce(e.modality, 'stated') AS modality, coalesce(e.novel, false) AS novel,
               coalesce(e.failure, '') AS failure, e.reason_start, e.reason_stop
        FROM evidence e
        LEFT JOIN sense p ON p.doc = e.doc AND p.form = e.subject
        LEFT JOIN sense q ON q.doc = e.doc AND q.form = e.object
        LEFT JOIN alias s ON s.form = coalesce(p.target, e.subject)
        LEFT JOIN alias o ON o.form = coalesce(q.target, e.object)
        WHERE coalesce(s.target, p.target, e.subject) <> coalesce(o.target, q.target, e.object)""",
    "contributor": """
        SELECT c.* REPLACE (coalesce(a.target, c.agent) AS agent)
        FROM contribution c LEFT JOIN agent_alias a ON a.agent = c.agent""",
    "measure": """
        SELECT q.* REPLACE (coalesce(a.target, n.target, q.property) AS property)
        FROM quantity q LEFT JOIN sense n ON n.doc = q.doc AND n.form = q.property
        LEFT JOIN alias a ON a.form = coalesce(n.target, q.property)""",
}
"""Observations seen through the conclusions: what views, matrices and reports read."""


def _count_forms(connection: "duckdb.DuckDBPyConnection") -> None:
    from silobridge.kg.ledger.counts import recount

    for table in ("spelling", "definition"):
        _create(connection, table)
    recount(connection)


def _judge_findings(connection: "duckdb.DuckDBPyConnection") -> None:
    for table in ("verdict", "outcome"):
        _create(connection, table)


def _keep_findings(connection: "duckdb.DuckDBPyConnection") -> None:
    for table in (*FINDINGS, "meaning", "sense"):
        _create(connection, table)
    _key_things(connection)
    _say_how(connection)


def _key_things(connection: "duckdb.DuckDBPyConnection") -> None:
    from silobridge.kg.ledger import links

    for table in ("duplicate", "agent_alias", "link_key"):
        _create(connection, table)
    links.recount(connection)


_SAID_HOW = ("modality", "novel", "failure", "reason_start", "reason_stop")


def _say_how(connection: "duckdb.DuckDBPyConnection") -> None:
    """Give evidence the columns that say how it is said; what was read before says nothing there."""
    for name in _SAID_HOW:
        connection.execute(
            f"ALTER TABLE evidence ADD COLUMN IF NOT EXISTS {name} {OBSERVATIONS['evidence'][name]}"
        )
    _create(connection, "quantity")
    for view, body in SQL_VIEWS.items():
        connection.execute(f"CREATE OR REPLACE VIEW {view} AS {body}")


MIGRATIONS: Mapping[int, Callable[["duckdb.DuckDBPyConnection"], None]] = {
    1: _count_forms,
    2: _judge_findings,
    3: _keep_findings,
}
"""From version N (the key) to N + 1; each runs in the transaction that also writes the new version."""


def create(connection: "duckdb.DuckDBPyConnection") -> None:
    """Create every table and view of an empty ledger and stamp the schema version."""
    for table in TABLES:
        _create(connection, table)
    for view, body in SQL_VIEWS.items():
        connection.execute(f"CREATE VIEW {view} AS {body}")
    connection.execute("INSERT INTO meta VALUES ('schema_version', ?)", [str(VERSION)])


def _create(connection: "duckdb.DuckDBPyConnection", table: str) -> None:
    body = ", ".join(f'"{name}" {kind}' for name, kind in TABLES[table].items())
    connection.execute(f"CREATE TABLE {table} ({body})")


def migrate(connection: "duckdb.DuckDBPyConnection") -> int:
    """Bring a ledger to this code's schema version, one step at a time, and return how many steps ran.

    Raises
    ------
    LedgerVersion
        If the ledger was written by a newer silobridge.
    """
    found = stored_version(connection)
    check_version(found)
    for step in range(found, VERSION):
        MIGRATIONS[step](connection)
        connection.execute("UPDATE meta SET value = ? WHERE key = 'schema_version'", [str(step + 1)])
    return VERSION - found


def stored_version(connection: "duckdb.DuckDBPyConnection") -> int:
    """Return the schema version a ledger was written with."""
    row = connection.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchone()
    return int(row[0]) if row else 0


def check_version(found: int) -> None:
    """Refuse a ledger that is newer than this code.

    Raises
    ------
    LedgerVersion
        If it is.
    """
    if found > VERSION:
        raise LedgerVersion(
            f"the ledger has schema version {found}",
            expected=f"at most {VERSION}",
            hint="install a newer silobridge, or export from the newer one and read that",
        )


def arrow_schema(table: str) -> "pa.Schema":
    """Return the Arrow schema a batch of that table's rows has."""
    import pyarrow as pa

    kinds = {
        "VARCHAR": pa.string(), "INTEGER": pa.int32(), "BIGINT": pa.int64(), "SMALLINT": pa.int16(),
        "FLOAT": pa.float32(), "DOUBLE": pa.float64(), "BOOLEAN": pa.bool_(), "TIMESTAMP": pa.timestamp("us"),
    }  # fmt: skip
    return pa.schema([(name, kinds[kind]) for name, kind in TABLES[table].items()])
