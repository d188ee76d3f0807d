"""The mapping as batches for a property-graph server, in a fixed order.

It promises that equal ledgers give equal batches under equal numbers, so that a load that was cut off
goes on at the batch where it stopped. It refuses to hold more than one batch in memory.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from silobridge.kg.mapping.graph import EDGES, NODES
from silobridge.kg.mapping.records import EdgeMap, NodeMap

if TYPE_CHECKING:
    import duckdb

BATCH = 10_000
"""Rows in one transaction; docs/decisions/0006-servers.md has the measurement."""

LABELS = tuple(node.label for node in NODES)


@dataclass(frozen=True, slots=True)
class Part:
    """One sort of node or edge: how it is created or merged from `$rows`, and where its rows come from.

    Edges are sent grouped by their source (`sent`): each source is looked up once, and its identifier sent once.
    """

    name: str
    create: str
    merge: str
    rows: str
    grouped: bool

    def sent(self, rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
        """Return rows as the queries take them.

        Examples
        --------
        >>> uses = next(part for part in parts() if part.name == "USES Document Concept")
        >>> uses.sent([("doc:1", "concept:a", 2), ("doc:1", "concept:b", 1)])
        [['doc:1', [['concept:a', 2], ['concept:b', 1]]]]
        """
        if not self.grouped:
            return [list(row) for row in rows]
        return [
            [source, [list(row[1:]) for row in some]] for source, some in groupby(rows, key=itemgetter(0))
        ]


def parts() -> tuple[Part, ...]:
    """Return every sort of node, then every sort of edge, in the mapping's order."""
    return (*(_node_part(node) for node in NODES), *(_edge_part(edge) for edge in EDGES))


# Each property is named in the query: a map for each row costs the server half as much again.
def _node_part(node: NodeMap) -> Part:
    names = [one.name for one in node.properties]
    inner = "".join(f", {name}: r[{place}]" for place, name in enumerate(names, 1))
    columns = "".join(f', "{name}"' for name in names)
    return Part(
        node.label,
        f"UNWIND $rows AS r CREATE (n:{node.label} {{id: r[0]{inner}}})",
        f"UNWIND $rows AS r MERGE (n:{node.label} {{id: r[0]}})" + _setting("n", "r", names),
        f"SELECT id{columns} FROM ({node.sql}) ORDER BY id",
        grouped=False,
    )


def _edge_part(edge: EdgeMap) -> Part:
    names = [one.name for one in edge.properties]
    ends = (
        f"UNWIND $rows AS r MATCH (a:{edge.source} {{id: r[0]}})"
        f" UNWIND r[1] AS t MATCH (b:{edge.target} {{id: t[0]}})"
    )
    inner = ", ".join(f"{name}: t[{place}]" for place, name in enumerate(names, 1))
    columns = "".join(f', "{name}"' for name in names)
    return Part(
        f"{edge.type} {edge.source} {edge.target}",
        f"{ends} CREATE (a)-[e:{edge.type}" + (f" {{{inner}}}" if inner else "") + "]->(b)",
        f"{ends} MERGE (a)-[e:{edge.type}]->(b)" + _setting("e", "t", names),
        f"SELECT source, target{columns} FROM ({edge.sql}) ORDER BY source, target",
        grouped=True,
    )


def _setting(thing: str, row: str, names: Sequence[str]) -> str:
    listed = ", ".join(f"{thing}.{name} = {row}[{place}]" for place, name in enumerate(names, 1))
    return f" SET {listed}" if listed else ""


def batches(
    connection: "duckdb.DuckDBPyConnection", part: Part, skip: int = 0, size: int = BATCH
) -> Iterator[list[tuple[Any, ...]]]:
    """Yield a part's rows in batches, leaving out so many batches at the front."""
    cursor = connection.execute(f"{part.rows} OFFSET {skip * size}")
    while rows := cursor.fetchmany(size):
        yield rows


@contextmanager
def ahead(items: Iterator[list[tuple[Any, ...]]]) -> Iterator[Iterator[list[tuple[Any, ...]]]]:
    """Lend the same items, each fetched while the one before it is at work.

    Examples
    --------
    >>> with ahead(iter([[(1,)], [(2,)]])) as coming:
    ...     list(coming)
    [[(1,)], [(2,)]]
    """
    with ThreadPoolExecutor(1) as pool:

        def fetched() -> Iterator[list[tuple[Any, ...]]]:
            """Ask for the next before giving this one away."""
            coming = pool.submit(next, items, None)
            while (one := coming.result()) is not None:
                coming = pool.submit(next, items, None)
                yield one

        yield fetched()
