"""Files for Neo4j's offline import: one CSV for each sort of node and edge, and the command that reads them.

It promises that the imported database is the one a push would have made, position included, so that a later
push follows it. It refuses to trust a separator that can stand in the data: lists are parted by U+001F.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from silobridge.kg.mapping.graph import EDGES, NODES
from silobridge.kg.mapping.records import EdgeMap, NodeMap, Property
from silobridge.kg.mapping.shape import shape
from silobridge.kg.servers.neo4j import CONSTRAINTS, INDEXES

if TYPE_CHECKING:
    import duckdb

KINDS = {
    "string": "string", "integer": "long", "double": "double", "boolean": "boolean", "predicate": "string",
    "strings": "string[]",
}  # fmt: skip
"""The importer's word for each datatype of the mapping."""

SCRIPT = """#!/bin/sh
# Import this graph into a database that is empty or not there yet; its server must not run.
#   ./import.sh [DATABASE]      NEO4J_ADMIN names the program where it is not on the path
set -eu
cd "$(dirname "$0")"
exec ${{NEO4J_ADMIN:-neo4j-admin}} database import full "${{1:-neo4j}}" \\
  --array-delimiter=U+001F --multiline-fields=true --bad-tolerance=0 --report-file=import.report \\
{files}
# Then start the server and create the constraints and indexes: kg push does, or cypher-shell -f schema.cypher
"""


def write(connection: "duckdb.DuckDBPyConnection", out: Path) -> None:
    """Write the files of a staged graph into a folder.

    Parameters
    ----------
    connection
        Staged rows, and the variables `sb_position` and `sb_fingerprint`.
    out
        An empty folder.
    """
    options = []
    for node in NODES:
        if _copied(connection, _node_query(node), out / f"{node.label}.csv"):
            options.append(f"--nodes={node.label}={node.label}.csv")
    view = (
        "SELECT 'view' AS \"id:ID(View)\", getvariable('sb_position')::BIGINT AS \"position:long\","
        f" getvariable('sb_fingerprint') AS \"fingerprint:string\", '{shape()}' AS \"mapping:string\""
    )
    _copied(connection, view, out / "View.csv")
    options.append("--nodes=View=View.csv")
    for edge in EDGES:
        name = f"{edge.type}-{edge.source}-{edge.target}.csv"
        if _copied(connection, _edge_query(edge), out / name):
            options.append(f"--relationships={edge.type}={name}")
    script = out / "import.sh"
    script.write_text(SCRIPT.format(files=" \\\n".join(f"  {one}" for one in options)), "utf-8")
    script.chmod(0o755)
    (out / "schema.cypher").write_text("".join(f"{one};\n" for one in (*CONSTRAINTS, *INDEXES)), "utf-8")


def _node_query(node: NodeMap) -> str:
    columns = [f'id AS "id:ID({node.label})"', *(_column(one) for one in node.properties)]
    return f"SELECT {', '.join(columns)} FROM ({node.sql}) ORDER BY id"


def _edge_query(edge: EdgeMap) -> str:
    ends = [f'source AS ":START_ID({edge.source})"', f'target AS ":END_ID({edge.target})"']
    columns = [*ends, *(_column(one) for one in edge.properties)]
    return f"SELECT {', '.join(columns)} FROM ({edge.sql}) ORDER BY source, target"


def _column(one: Property) -> str:
    value = f'"{one.name}"'
    if one.datatype == "strings":
        value = f"nullif(array_to_string({value}, chr(31)), '')"
    return f'{value} AS "{one.name}:{KINDS[one.datatype]}"'


def _copied(connection: "duckdb.DuckDBPyConnection", query: str, file: Path) -> bool:
    """Write a query's rows to a file, and tell whether there were any."""
    quoted = str(file).replace("'", "''")
    done = connection.execute(f"COPY ({query}) TO '{quoted}' (FORMAT csv, HEADER true)").fetchone()
    if done and done[0]:
        return True
    file.unlink()
    return False
