"""New documents taken into the matrices of an earlier version, without counting all mentions again.

It promises the arrays that a build from nothing gives, to the byte: only concepts that the new documents use, or whose
names changed, are counted anew, over all documents. It refuses where that is not all that happened since (documents
forgotten or replaced, a text kept under another identifier, merges no journal line tells): then everything is built.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from silobridge.queries.matrices import Matrices

MOST = 0.02
"""Above this share of the documents a build from nothing is as quick."""

_TOUCHED = """
    CREATE TEMP TABLE touched AS
    WITH said AS (
        SELECT doc, form FROM mention WHERE doc IN (SELECT doc FROM newcomer)
        UNION SELECT doc, subject FROM evidence WHERE doc IN (SELECT doc FROM newcomer)
        UNION SELECT doc, object FROM evidence WHERE doc IN (SELECT doc FROM newcomer)),
    named AS (
        SELECT coalesce(n.target, s.form) AS form FROM said s LEFT JOIN sense n ON n.doc = s.doc AND n.form = s.form
        UNION SELECT form FROM renamed)
    SELECT form FROM renamed UNION SELECT coalesce(a.target, n.form) FROM named n LEFT JOIN alias a USING (form)"""
_SEEN = """
    CREATE TEMP TABLE seen AS
    WITH member AS (SELECT form FROM touched UNION SELECT form FROM alias WHERE target IN (FROM touched)),
    raw AS (SELECT form FROM member UNION SELECT form FROM meaning WHERE target IN (FROM member))
    SELECT m.doc, coalesce(a.target, n.target, m.form) AS form, m.surface, m.type
    FROM (SELECT doc, form, surface, type FROM mention WHERE form IN (FROM raw)) m
    LEFT JOIN sense n ON n.doc = m.doc AND n.form = m.form
    LEFT JOIN alias a ON a.form = coalesce(n.target, m.form)
    WHERE coalesce(a.target, n.target, m.form) IN (FROM touched)"""
_CONCEPT = """
    CREATE TEMP TABLE concept AS
    SELECT form, (row_number() OVER (ORDER BY form) - 1)::INTEGER AS col FROM (
        SELECT form FROM earlier WHERE form NOT IN (FROM touched)
        UNION SELECT form FROM seen GROUP BY form HAVING count(DISTINCT doc) >= 2
        UNION SELECT subject FROM statement WHERE subject IN (FROM touched)
        UNION SELECT object FROM statement WHERE object IN (FROM touched))"""
_NAMES = """
    WITH surfaces AS (SELECT form, surface, count(*) AS n FROM seen GROUP BY ALL),
    kinds AS (SELECT form, type, count(*) AS n FROM seen WHERE type <> '' GROUP BY ALL),
    labels AS (SELECT form, first(surface ORDER BY n DESC, surface) AS label FROM surfaces GROUP BY form),
    sorts AS (SELECT form, first(type ORDER BY n DESC, type) AS type FROM kinds GROUP BY form),
    same AS (SELECT form, label, type FROM earlier WHERE form NOT IN (FROM touched))
    SELECT c.form, coalesce(e.label, l.label || regexp_extract(c.form, ' [(][^()]*[)]$'), c.form) AS label,
           coalesce(e.type, s.type, '') AS type
    FROM concept c LEFT JOIN same e USING (form) LEFT JOIN labels l USING (form) LEFT JOIN sorts s USING (form)
    ORDER BY c.col"""
_PLACES = """
    SELECT e.at, c.col FROM earlier e JOIN concept c USING (form) WHERE e.form NOT IN (FROM touched)"""
_USES = """
    SELECT k.row, c.col, count(*)::INTEGER AS value
    FROM seen s JOIN kept k USING (doc) JOIN concept c USING (form) GROUP BY ALL"""


def follow(
    connection: "duckdb.DuckDBPyConnection", old: "Matrices", merged: bool
) -> "tuple[pa.Table, pa.Table] | None":
    """Return concepts and uses as the tables of a build from nothing, or None where that is needed.

    The temporary table `kept` must be there; `concept` is made. O(mentions of the touched concepts, plus one scan).

    Parameters
    ----------
    old
        The matrices of an earlier position of the same ledger.
    merged
        Whether the merges differ from those that the old matrices were built with.
    """
    import pyarrow as pa

    rows = connection.execute(
        "SELECT action, id, doc FROM journal WHERE position > ? AND action NOT IN ('finding', 'agents')",
        [old.position],
    ).fetchall()
    added = [int(doc) for action, _, doc in rows if action == "add"]
    renamed = sorted({form for action, form, _ in rows if action == "alias"})
    known = {action for action, _, _ in rows} <= {"add", "alias"}
    if not known or (merged and not renamed) or len(added) > MOST * len(old.document):
        return None
    place = _places(connection, old, added)
    if place is None:
        return None
    for name, column, values in (
        ("newcomer", "doc", pa.array(added, pa.int32())),
        ("renamed", "form", renamed),
    ):
        connection.register(
            name, pa.table({column: pa.array(values, pa.string()) if name == "renamed" else values})
        )
    connection.register("earlier", _earlier(old))
    for statement in (_TOUCHED, _SEEN, _CONCEPT):
        connection.execute(statement)
    concepts = connection.execute(_NAMES).to_arrow_table()
    columns, entries = (connection.execute(query).fetchnumpy() for query in (_PLACES, _USES))
    for name in ("newcomer", "renamed", "earlier"):
        connection.unregister(name)
    return concepts, _joined(old, place, columns, entries, concepts.num_rows)


def _places(connection: "duckdb.DuckDBPyConnection", old: "Matrices", added: list[int]) -> Any:
    """Return the new row of each old document and their number, or None where others are kept than old and added."""
    kept = connection.execute("SELECT doc, row FROM kept").fetchnumpy()
    place = np.full(max(int(kept["doc"].max(initial=0)), int(old.doc.max(initial=0))) + 1, -1, np.int64)
    place[kept["doc"]] = kept["row"]
    found = place[old.doc]
    known = np.isin(kept["doc"], np.concatenate([old.doc, np.array(added, old.doc.dtype)])).all()
    return (found, len(kept["doc"])) if known and (found >= 0).all() else None


def _earlier(old: "Matrices") -> "pa.Table":
    import pyarrow as pa

    texts = {name: getattr(old, name) for name in ("form", "label")}
    columns = {
        name: pa.LargeStringArray.from_buffers(
            len(names), pa.py_buffer(names.offsets), pa.py_buffer(names.data)
        )
        for name, names in texts.items()
    }
    kinds, codes = np.unique(old.type, return_inverse=True)
    kind = pa.DictionaryArray.from_arrays(codes.astype(np.int32), pa.array(kinds.tolist(), pa.string()))
    at = np.arange(len(old.form), dtype=np.int32)
    return pa.table({"at": at, **columns, "type": kind.cast(pa.string())})


def _joined(old: "Matrices", place: Any, columns: Any, entries: Any, width: int) -> "pa.Table":
    """Put the uses of untouched concepts, renumbered, beside the new counts, in order of row and column."""
    import pyarrow as pa
    from scipy.sparse import csr_matrix

    rows, height = place
    column = np.full(len(old.form), -1, np.int64)
    column[columns["at"]] = columns["col"]
    row = np.repeat(rows, np.diff(old.uses.indptr))
    col = column[old.uses.indices]
    same = col >= 0
    parts = (
        np.concatenate([old.uses.data[same], entries["value"]]),
        (np.concatenate([row[same], entries["row"]]), np.concatenate([col[same], entries["col"]])),
    )
    found = csr_matrix(parts, shape=(height, width))
    found.sort_indices()
    every = np.repeat(np.arange(height, dtype=np.int32), np.diff(found.indptr))
    return pa.table({"row": every, "col": found.indices.astype(np.int32), "value": found.data})
