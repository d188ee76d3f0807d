"""The mapping as batches for a property-graph server, in a fixed order.

It promises that equal ledgers give equal batches under equal numbers, so that a load that was cut off
goes on at the batch where it stopped. It refuses to hold more than one batch in memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from silobridge.kg.mapping.graph import EDGES, NODES
from silobridge.kg.mapping.records import EdgeMap, NodeMap, Property

if TYPE_CHECKING:
    import duckdb

BATCH = 10_000
"""Rows in one transaction; docs/decisions/0006-servers.md has the measurement."""

LABELS = tuple(node.label for node in NODES)


@dataclass(frozen=True, slots=True)
class Part:
    """One sort of node or edge: how it is created or merged from `$rows`, and where its rows come from."""

    name: str
    create: str
    merge: str
    rows: str


def parts() -> tuple[Part, ...]:
    """Return every sort of node, then every sort of edge, in the mapping's order."""
    return (*(_node_part(node) for node in NODES), *(_edge_part(edge) for edge in EDGES))


def _node_part(node: NodeMap) -> Part:
    body = f"(n:{node.label} {{id: r[0]}}) SET n += r[1]"
    return Part(
        node.label,
        f"UNWIND $rows AS r CREATE {body}",
        f"UNWIND $rows AS r MERGE {body}",
        f"SELECT id, {_packed(node.properties)} FROM ({node.sql}) ORDER BY id",
    )


def _edge_part(edge: EdgeMap) -> Part:
    ends = f"UNWIND $rows AS r MATCH (a:{edge.source} {{id: r[0]}}) MATCH (b:{edge.target} {{id: r[1]}})"
    body = f"(a)-[e:{edge.type}]->(b)" + (" SET e += r[2]" if edge.properties else "")
    properties = f", {_packed(edge.properties)}" if edge.properties else ""
    return Part(
        f"{edge.type} {edge.source} {edge.target}",
        f"{ends} CREATE {body}",
        f"{ends} MERGE {body}",
        f"SELECT source, target{properties} FROM ({edge.sql}) ORDER BY source, target",
    )


def _packed(properties: tuple[Property, ...]) -> str:
    if not properties:
        return "{'id': id}"
    return "{" + ", ".join(f"'{one.name}': \"{one.name}\"" for one in properties) + "}"


def batches(
    connection: "duckdb.DuckDBPyConnection", part: Part, skip: int = 0, size: int = BATCH
) -> Iterator[list[tuple[Any, ...]]]:
    """Yield a part's rows in batches, leaving out so many batches at the front."""
    cursor = connection.execute(f"{part.rows} OFFSET {skip * size}")
    while rows := cursor.fetchmany(size):
        yield rows
