"""The mapping names each thing once, and writes identifiers as Python does."""

from functools import cache

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from silobridge.kg.ids import PREFIXES, expand, mint
from silobridge.kg.mapping.graph import EDGES, NODES, PREDICATES
from silobridge.kg.mapping.records import minted
from silobridge.kg.mapping.triples import iri, prepare


def test_every_edge_joins_mapped_nodes_and_every_name_expands() -> None:
    labels = {node.label for node in NODES}
    for edge in EDGES:
        assert {edge.source, edge.target} <= labels
        assert iri(edge.predicate).startswith("http")
    assert len(labels) == len(NODES)
    assert len({(edge.type, edge.source, edge.target) for edge in EDGES}) == len(EDGES)
    assert len(PREDICATES) == 15


@cache
def prepared() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 1})
    prepare(connection)
    return connection


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(PREFIXES)), st.text(max_size=20).filter(lambda t: "\0" not in t)),
        max_size=8,
    )
)
def test_sql_spells_identifiers_as_python_does(parts: list[tuple[str, str]]) -> None:
    connection = prepared()
    for prefix, local in parts:
        curie = f"{prefix}:{local}".encode("utf-8", "ignore").decode()
        assert connection.execute("SELECT sb_iri(?)", [curie]).fetchone() == (f"<{expand(curie)}>",)
        row = connection.execute(
            f"SELECT {minted('claim', 'a', 'b')} FROM (SELECT ? AS a, ? AS b)", [curie, prefix]
        )
        assert row.fetchone() == (mint("claim", curie, prefix),)
