"""GraphML: nodes and edges with typed properties, for Gephi, yEd, Cytoscape and NetworkX."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from silobridge.kg.export.tables import edge_query, node_query
from silobridge.kg.mapping.graph import EDGES, NODES
from silobridge.kg.mapping.records import Property

if TYPE_CHECKING:
    import duckdb

TITLE = "GraphML"
FOLDER = False
BATCH = 10_000

_TYPES = {"integer": "long", "double": "double", "boolean": "boolean"}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(connection: "duckdb.DuckDBPyConnection", out: Path) -> None:
    """Write the staged graph as one directed GraphML graph."""
    with out.open("w", encoding="utf-8", newline="\n") as file:
        file.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
        )
        for kind, maps in (("node", NODES), ("edge", EDGES)):
            file.writelines(_keys(kind, {one for each in maps for one in each.properties}))
        file.write('<graph edgedefault="directed">\n')
        for node in NODES:
            for row in _rows(connection, node_query(node, flat=True)):
                _element(file, f"node id={_attribute(row[0])}", "node", node.label, node.properties, row[1:])
        for edge in EDGES:
            for row in _rows(connection, edge_query(edge)):
                opening = f"edge source={_attribute(row[0])} target={_attribute(row[1])}"
                _element(file, opening, "edge", edge.type, edge.properties, row[2:])
        file.write("</graph>\n</graphml>\n")


def _keys(kind: str, properties: set[Property]) -> Iterator[str]:
    names = {one.name: _TYPES.get(one.datatype, "string") for one in properties}
    for name, sort in sorted({"type": "string", **names}.items()):
        yield f'<key id="{kind}-{name}" for="{kind}" attr.name="{name}" attr.type="{sort}"/>\n'


def _rows(connection: "duckdb.DuckDBPyConnection", query: str) -> Iterator[tuple[Any, ...]]:
    cursor = connection.execute(query)
    while rows := cursor.fetchmany(BATCH):
        yield from rows


def _element(
    file: IO[str],
    opening: str,
    kind: str,
    label: str,
    properties: tuple[Property, ...],
    values: tuple[Any, ...],
) -> None:
    data = [f'<data key="{kind}-type">{label}</data>']
    for one, value in zip(properties, values, strict=True):
        if value is not None:
            written = str(value).lower() if isinstance(value, bool) else str(value)
            data.append(f'<data key="{kind}-{one.name}">{escape(_clean(written))}</data>')
    file.write(f"<{opening}>{''.join(data)}</{kind}>\n")


def _attribute(text: str) -> str:
    return quoteattr(_clean(text))


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
