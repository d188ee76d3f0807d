"""The mapping's rows as tables, for the formats and hand-offs that want nodes and edges.

It promises one sorted query a table, and names that tell what joins what. It refuses columns that are not
in the mapping.
"""

from collections.abc import Iterator

from silobridge.kg.mapping.graph import EDGES, NODES
from silobridge.kg.mapping.records import EdgeMap, NodeMap, Property


def tables(*, flat: bool) -> Iterator[tuple[str, str]]:
    """Yield each table's name and sorted query; `flat` joins lists into one text."""
    for node in NODES:
        yield f"nodes-{node.label}", node_query(node, flat=flat)
    for edge in EDGES:
        yield f"edges-{edge.type}-{edge.source}-{edge.target}", edge_query(edge)


def node_query(node: NodeMap, *, flat: bool = False) -> str:
    """Give the sorted rows of one sort of node: `id` and its properties."""
    columns = ", ".join(["id", *(_column(one, flat) for one in node.properties)])
    return f"SELECT {columns} FROM ({node.sql}) ORDER BY id"


def edge_query(edge: EdgeMap) -> str:
    """Give the sorted rows of one sort of edge: `source`, `target` and its properties."""
    columns = ", ".join(["source", "target", *(f'"{one.name}"' for one in edge.properties)])
    return f"SELECT {columns} FROM ({edge.sql}) ORDER BY source, target"


def _column(one: Property, flat: bool) -> str:
    if flat and one.datatype == "strings":
        return f'array_to_string("{one.name}", \' \') AS "{one.name}"'
    return f'"{one.name}"'
