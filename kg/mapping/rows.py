"""The staged rows of a small change, read once for every view that writes them.

It promises, map by map, what the mapping's queries select, with what the triples need beside it. It
refuses to be used for a build: everything it reads lies in memory.
"""

import re
from typing import TYPE_CHECKING, Any

from silobridge.kg.mapping.graph import MAPS
from silobridge.kg.mapping.records import EdgeMap, NodeMap

if TYPE_CHECKING:
    import duckdb

Written = tuple[NodeMap | EdgeMap, list[dict[str, Any]]]
"""A sort of node or edge, and its rows: `id` or `source` and `target`, then the properties.

Where an edge has a node for its properties, its id is there too, and `carried` says whether it is written.
"""


def staged_rows(connection: "duckdb.DuckDBPyConnection") -> tuple[Written, ...]:
    """Return the staged rows of every map that has any: nodes before edges, in the mapping's order."""
    tables = sorted({_table(one) for one in MAPS})
    counted = " UNION ALL ".join(f"SELECT '{name}' FROM (SELECT 1 FROM {name} LIMIT 1)" for name in tables)
    filled = {row[0] for row in connection.execute(counted).fetchall()}
    found = []
    for mapped in MAPS:
        if _table(mapped) in filled:
            cursor = connection.execute(f"SELECT {_columns(mapped)} FROM ({mapped.sql})")
            names = [column[0] for column in cursor.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            if rows:
                found.append((mapped, rows))
    return tuple(found)


def _table(mapped: NodeMap | EdgeMap) -> str:
    named = re.search(r"FROM (s_\w+)", mapped.sql)
    assert named, mapped
    return named[1]


def _columns(mapped: NodeMap | EdgeMap) -> str:
    names = ["id"] if isinstance(mapped, NodeMap) else ["source", "target"]
    listed = ", ".join(f'"{name}"' for name in (*names, *(one.name for one in mapped.properties)))
    if isinstance(mapped, EdgeMap) and mapped.via:
        listed += f", {mapped.via.column}, ({mapped.via.when}) AS carried"
    return listed
