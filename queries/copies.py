"""Which documents say the same: one text in several records, or one work in several sources.

It promises that of each group the document with the smallest identifier is kept, so that no count grows
with copies. It refuses to decide what is one work: that is the conclusion `duplicate`.
"""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import duckdb

_SAME = """
    WITH ranked AS (SELECT id, text_hash, (row_number() OVER (ORDER BY id) - 1)::INTEGER AS place FROM document)
    SELECT place AS one, first_value(place) OVER (PARTITION BY nullif(text_hash, '') ORDER BY id) AS other
    FROM ranked WHERE text_hash <> ''
    UNION ALL SELECT a.place, b.place
    FROM duplicate x JOIN ranked a ON a.id = x.id JOIN ranked b ON b.id = x.of"""
_COPIES = """
    CREATE OR REPLACE TEMP TABLE copy AS
    WITH ranked AS (SELECT doc, id, (row_number() OVER (ORDER BY id) - 1)::INTEGER AS place FROM document)
    SELECT a.doc, a.id, b.doc AS kept
    FROM ranked a JOIN first_of f USING (place) JOIN ranked b ON b.place = f.first"""
_KEPT = """
    CREATE OR REPLACE TEMP TABLE kept AS
    SELECT doc, (row_number() OVER (ORDER BY id) - 1)::INTEGER AS row FROM copy WHERE doc = kept"""


def lay_out(connection: "duckdb.DuckDBPyConnection") -> None:
    """Make the temporary tables `copy`, every document with the first of its group, and `kept`, those numbered.

    A group is connected by equal texts and by the conclusion `duplicate`. O(documents).
    """
    import pyarrow as pa
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    size = int(connection.execute("SELECT count(*) FROM document").fetchall()[0][0])
    same = connection.execute(_SAME).to_arrow_table()
    pair = same["one"].to_numpy(), same["other"].to_numpy()
    links = coo_matrix((np.ones(len(pair[0]), np.int8), pair), shape=(size, size))
    _, group = connected_components(links, directed=False)
    _, first = np.unique(group, return_index=True)
    places = np.arange(size, dtype=np.int32)
    found = pa.table({"place": places, "first": first[group].astype(np.int32)})
    connection.register("found_copies", found)
    connection.execute("CREATE OR REPLACE TEMP TABLE first_of AS SELECT * FROM found_copies")
    connection.unregister("found_copies")
    connection.execute(_COPIES)
    connection.execute(_KEPT)
