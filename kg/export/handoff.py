"""A graph handed over to the analyst's own libraries.

It promises the same nodes, edges and triples as the views. It refuses to be the way for large graphs: both
libraries hold everything in memory.
"""

from typing import TYPE_CHECKING, Any

from silobridge.kg.export.tables import edge_query, node_query
from silobridge.kg.mapping.graph import EDGES, NODES
from silobridge.kg.mapping.triples import NAMES
from silobridge.kg.views.bulk import staged

if TYPE_CHECKING:
    from rdflib import Graph

    from silobridge.kg.ledger.store import Ledger
    from silobridge.kg.views.facade import RdfReader


def to_rdflib(reader: "RdfReader") -> "Graph":
    """Give the triples as an rdflib graph; about a kilobyte of memory each."""
    from pyoxigraph import DefaultGraph
    from rdflib import Graph

    graph = Graph(bind_namespaces="none")
    for prefix, base in NAMES.items():
        graph.bind(prefix, base)
    for quad in reader.store.quads_for_pattern(None, None, None, DefaultGraph()):
        graph.add((rdflib_term(quad.subject), rdflib_term(quad.predicate), rdflib_term(quad.object)))
    return graph


def rdflib_term(term: Any) -> Any:
    """Give the rdflib term of an Oxigraph term."""
    from pyoxigraph import NamedNode
    from rdflib import Literal, URIRef

    if isinstance(term, NamedNode):
        return URIRef(term.value)
    plain = term.datatype.value.endswith("#string")
    return Literal(term.value) if plain else Literal(term.value, datatype=URIRef(term.datatype.value))


def to_networkx(ledger: "Ledger") -> Any:
    """Give the nodes and edges as a NetworkX MultiDiGraph: `type` on both, edge keys are the types."""
    import networkx as nx

    graph = nx.MultiDiGraph()
    with staged(ledger, ledger.folder / "views") as (connection, _):
        for node in NODES:
            names = [one.name for one in node.properties]
            for row in connection.execute(node_query(node)).fetchall():
                graph.add_node(row[0], type=node.label, **_given(names, row[1:]))
        for edge in EDGES:
            names = [one.name for one in edge.properties]
            for row in connection.execute(edge_query(edge)).fetchall():
                graph.add_edge(row[0], row[1], key=edge.type, type=edge.type, **_given(names, row[2:]))
    return graph


def _given(names: list[str], values: tuple[Any, ...]) -> dict[str, Any]:
    return {name: value for name, value in zip(names, values, strict=True) if value is not None}
