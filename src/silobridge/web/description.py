"""What the endpoint says about itself: a SPARQL 1.1 Service Description, and VoID.

It promises counts taken from the ledger's view as it is, with the position they were taken at. It refuses
to claim a feature the endpoint lacks.
"""

from pathlib import Path
from typing import Any

from silobridge.kg.mapping.graph import EDGES, NODES
from silobridge.kg.mapping.triples import NAMES, iri
from silobridge.web.pool import Limits

VOCABULARIES = {
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "void": "http://rdfs.org/ns/void#",
    "formats": "http://www.w3.org/ns/formats/",
}
RESULT_FORMATS = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle", "N-Triples",
    "JSON-LD", "RDF_XML",
)  # fmt: skip


def describe(path: Path, endpoint: str, limits: Limits) -> Any:
    """Return the description as triples of pyoxigraph.

    Parameters
    ----------
    path
        The store.
    endpoint
        The endpoint's own address.
    limits
        What a query may take; said in words.
    """
    from pyoxigraph import BlankNode, Literal, NamedNode, Triple

    from silobridge.kg.views.rdf import open_read_only, read_position

    store = open_read_only(path)
    service, dataset, graph = (
        NamedNode(endpoint),
        NamedNode(f"{endpoint}#dataset"),
        NamedNode(f"{endpoint}#graph"),
    )
    typed, count = NamedNode(iri("rdf:type")), NamedNode("http://www.w3.org/2001/XMLSchema#integer")
    made = [
        Triple(service, typed, _name("sd:Service")),
        Triple(service, _name("sd:endpoint"), service),
        Triple(service, _name("sd:supportedLanguage"), _name("sd:SPARQL11Query")),
        Triple(service, _name("sd:defaultDataset"), dataset),
        Triple(service, _name("rdfs:comment"), Literal(_words(limits), language="en")),
        Triple(dataset, typed, _name("sd:Dataset")),
        Triple(dataset, typed, _name("void:Dataset")),
        Triple(dataset, _name("sd:defaultGraph"), graph),
        Triple(dataset, _name("void:sparqlEndpoint"), service),
        Triple(dataset, _name("void:triples"), Literal(str(_count(store, "?s ?p ?o")), datatype=count)),
        Triple(dataset, _name("sb:position"), Literal(str(read_position(store)), datatype=count)),
        Triple(graph, typed, _name("sd:Graph")),
    ]
    made += [
        Triple(service, _name("sd:resultFormat"), NamedNode(VOCABULARIES["formats"] + one))
        for one in RESULT_FORMATS
    ]
    made += [Triple(dataset, _name("void:vocabulary"), NamedNode(NAMES[one])) for one in _used()]
    for number, kind in enumerate(sorted({one.rdf_class for one in NODES if one.rdf_class})):
        part = BlankNode(f"class{number}")
        found = _count(store, f"?s a <{iri(kind)}>")
        made += [
            Triple(dataset, _name("void:classPartition"), part),
            Triple(part, _name("void:class"), NamedNode(iri(kind))),
            Triple(part, _name("void:entities"), Literal(str(found), datatype=count)),
        ]
    return made


def _words(limits: Limits) -> str:
    return (
        f"Read-only. A query may be {limits.query_bytes} bytes long, run {limits.seconds:g} seconds and answer"
        f" {limits.rows} rows or triples and {limits.answer_bytes} bytes; one that goes beyond is refused with an error,"
        f" never shortened. {limits.at_once} run at once. SERVICE is refused."
    )


def _used() -> list[str]:
    predicates = {one.predicate for node in NODES for one in node.properties} | {
        edge.predicate for edge in EDGES
    }
    return sorted({one.partition(":")[0] for one in predicates})


def _name(curie: str) -> Any:
    from pyoxigraph import NamedNode

    prefix, _, local = curie.partition(":")
    return NamedNode({**NAMES, **VOCABULARIES}[prefix] + local)


def _count(store: Any, pattern: str) -> int:
    (row,) = store.query(f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}")
    return int(row["n"].value)
