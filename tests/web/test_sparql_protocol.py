"""The cases of the W3C's SPARQL 1.1 Protocol test suite, by their names, against the read-only endpoint.

Where the suite asks about data on the web, the endpoint's own two graphs stand in: the default graph and the one
that holds the view's position. Where the suite updates, the endpoint refuses, and each case says so.
"""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from builders import small_ledger

from silobridge.kg.views.facade import Views
from silobridge.kg.views.rdf import VIEW
from silobridge.web.media import GRAPHS, RESULTS
from silobridge.web.pool import Limits
from silobridge.web.sparql import Endpoint, open_endpoint

FORM, DIRECT, UPDATE = (
    "application/x-www-form-urlencoded",
    "application/sparql-query",
    "application/sparql-update",
)
DOCUMENTS = "ASK { ?d a <https://w3id.org/silobridge/ns#Document> }"
POSITION = "ASK { ?v <https://w3id.org/silobridge/ns#position> ?p }"
IN_NAMED = "ASK { GRAPH ?g { ?v <https://w3id.org/silobridge/ns#position> ?p } }"
NONE = "urn:example:none"
REFUSED = range(400, 500)


@dataclass(frozen=True)
class Case:
    """One request and what has to come back: statuses, the answer to an ASK, how the media type may begin."""

    name: str
    method: str = "GET"
    fields: tuple[tuple[str, str], ...] = ()
    kind: str = ""
    body: bytes = b""
    accept: str = ""
    statuses: range = range(200, 300)
    answer: bool | None = None
    types: tuple[str, ...] = ()


def form(*fields: tuple[str, str]) -> bytes:
    return urlencode(fields).encode()


TITLE = "<https://doi.org/10.5555/made.1>"
CASES = (
    Case("query_get", fields=(("query", "ASK {}"),), answer=True, types=tuple(RESULTS)),
    Case("query_post_form", "POST", (), FORM, form(("query", "ASK {}")), answer=True),
    Case("query_post_direct", "POST", (), DIRECT, b"ASK {}", answer=True),
    Case("query_content_type_select", fields=(("query", "SELECT (1 AS ?v) {}"),), types=tuple(RESULTS)),
    Case("query_content_type_ask", fields=(("query", "ASK {}"),), types=tuple(RESULTS)),
    Case("query_content_type_describe", fields=(("query", f"DESCRIBE {TITLE}"),), types=tuple(GRAPHS)),
    Case(
        "query_content_type_construct",
        fields=(("query", "CONSTRUCT { <s> <p> 1 } WHERE {}".replace("<", "<urn:")),),
        types=tuple(GRAPHS),
    ),
    Case(
        "query_dataset_default_graph_get",
        fields=(("query", POSITION), ("default-graph-uri", VIEW)), answer=True,
    ),
    Case(
        "query_dataset_default_graphs_get",
        fields=(("query", POSITION), ("default-graph-uri", NONE), ("default-graph-uri", VIEW)), answer=True,
    ),
    Case(
        "query_dataset_default_graph_post", "POST", (), FORM,
        form(("query", POSITION), ("default-graph-uri", VIEW)), answer=True,
    ),
    Case(
        "query_dataset_default_graphs_post", "POST",
        (("default-graph-uri", NONE), ("default-graph-uri", VIEW)), DIRECT, POSITION.encode(), answer=True,
    ),
    Case(
        "query_dataset_named_graphs_get",
        fields=(("query", IN_NAMED), ("named-graph-uri", NONE), ("named-graph-uri", VIEW)), answer=True,
    ),
    Case(
        "query_dataset_named_graphs_post", "POST", (), FORM,
        form(("query", IN_NAMED), ("named-graph-uri", VIEW)), answer=True,
    ),
    Case(
        "query_dataset_full", "POST", (), FORM,
        form(("query", IN_NAMED), ("default-graph-uri", NONE), ("named-graph-uri", VIEW)), answer=True,
    ),
    Case(
        "query_dataset_default_graph_excludes_the_rest",
        fields=(("query", DOCUMENTS), ("default-graph-uri", NONE)), answer=False,
    ),
    Case(
        "query_multiple_dataset",
        fields=(("query", POSITION.replace("ASK", f"ASK FROM <{NONE}>")), ("default-graph-uri", VIEW)),
        answer=True,
    ),
    Case("bad_query_method", "PUT", (("query", "ASK {}"),), statuses=REFUSED),
    Case("bad_multiple_queries", fields=(("query", "ASK {}"), ("query", "SELECT * {}")), statuses=REFUSED),
    Case("bad_multiple_queries_post", "POST", (), FORM, form(("query", "ASK {}"), ("query", "ASK {}")),
         statuses=REFUSED),
    Case("bad_query_wrong_media_type", "POST", (), "text/plain", b"ASK {}", statuses=REFUSED),
    Case("bad_query_missing_form_type", "POST", (), "", form(("query", "ASK {}")), statuses=REFUSED),
    Case("bad_query_missing_direct_type", "POST", (), "", b"ASK {}", statuses=REFUSED),
    Case("bad_query_non_utf8", "POST", (), f"{DIRECT}; charset=UTF-16", "ASK {}".encode("utf-16"),
         statuses=REFUSED),
    Case("bad_query_syntax", fields=(("query", "ASK {"),), statuses=REFUSED),
    Case("bad_query_syntax_post", "POST", (), DIRECT, b"ASK {", statuses=REFUSED),
    Case("bad_query_empty", fields=(("query", ""),), statuses=REFUSED),
    Case("update_post_form", "POST", (), FORM, form(("update", "CLEAR ALL")), statuses=REFUSED),
    Case("update_post_direct", "POST", (), UPDATE, b"CLEAR ALL", statuses=REFUSED),
    Case("update_base_uri", "POST", (), UPDATE, b"BASE <urn:x> CLEAR ALL", statuses=REFUSED),
    Case("update_dataset_default_graph", "POST", (), FORM,
         form(("update", "DELETE WHERE { ?s ?p ?o }"), ("using-graph-uri", VIEW)), statuses=REFUSED),
    Case("update_dataset_named_graphs", "POST", (), FORM,
         form(("update", "CLEAR ALL"), ("using-named-graph-uri", VIEW)), statuses=REFUSED),
    Case("update_as_query", "POST", (), DIRECT, b"CLEAR ALL", statuses=REFUSED),
    Case("bad_update_get", fields=(("update", "CLEAR ALL"),), statuses=REFUSED),
    Case("bad_multiple_updates", "POST", (), FORM, form(("update", "CLEAR ALL"), ("update", "CLEAR ALL")),
         statuses=REFUSED),
    Case("bad_update_wrong_media_type", "POST", (), "text/plain", b"CLEAR NAMED", statuses=REFUSED),
    Case("bad_update_missing_form_type", "POST", (), "", form(("update", "CLEAR NAMED")), statuses=REFUSED),
    Case("bad_update_non_utf8", "POST", (), f"{UPDATE}; charset=UTF-16", "CLEAR NAMED".encode("utf-16"),
         statuses=REFUSED),
    Case("bad_update_syntax", "POST", (), FORM, form(("update", "CLEAR XYZ")), statuses=REFUSED),
    Case("bad_update_dataset_conflict", "POST", (), FORM,
         form(("using-named-graph-uri", VIEW), ("update", f"DELETE {{ ?s ?p ?o }} USING <{VIEW}> WHERE {{ ?s ?p ?o }}")),
         statuses=REFUSED),
    *(
        Case(f"negotiation_select_{kind}", fields=(("query", "SELECT (1 AS ?v) {}"),), accept=kind, types=(kind,))
        for kind in RESULTS
    ),
    *(
        Case(f"negotiation_describe_{kind}", fields=(("query", f"DESCRIBE {TITLE}"),), accept=kind, types=(kind,))
        for kind in GRAPHS
    ),
    Case("negotiation_by_quality", fields=(("query", "ASK {}"),), types=("text/tab-separated-values",),
         accept="text/csv;q=0.3, text/tab-separated-values;q=0.8, */*;q=0.1"),
    Case("negotiation_nothing_fits", fields=(("query", "ASK {}"),), accept="image/png", statuses=range(406, 407)),
    Case("negotiation_rows_are_no_triples", fields=(("query", "SELECT (1 AS ?v) {}"),), accept="text/turtle",
         statuses=range(406, 407)),
)  # fmt: skip


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> Views:
    made = Views(small_ledger(tmp_path_factory.mktemp("protocol") / "g", 12))
    made.rebuild("rdf")
    return made


@pytest.fixture(scope="module")
def endpoint(views: Views) -> Iterator[Endpoint]:
    with open_endpoint(views.open_rdf().path, 0, Limits(seconds=30.0, rows=2000)) as made:
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_protocol(endpoint: Endpoint, case: Case) -> None:
    target = "/sparql" + (f"?{urlencode(case.fields, quote_via=quote)}" if case.fields else "")
    headers = {"Content-Type": case.kind} if case.kind else {}
    if case.accept:
        headers["Accept"] = case.accept
    connection = HTTPConnection("127.0.0.1", endpoint.server_port, timeout=60)
    connection.putrequest(case.method, target)
    for name, value in {**headers, **({"Content-Length": str(len(case.body))} if case.body else {})}.items():
        connection.putheader(name, value)
    connection.endheaders(case.body or None)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    assert response.status in case.statuses, body
    kind = response.headers["Content-Type"].partition(";")[0]
    if case.types:
        assert kind in case.types
    if case.answer is not None:
        assert json.loads(body)["boolean"] is case.answer
    if case.statuses is REFUSED:
        assert body.strip()


def test_no_update_that_was_refused_took_effect(endpoint: Endpoint, views: Views) -> None:
    from silobridge.kg.servers.http import Endpoints, SparqlClient

    client = SparqlClient(endpoint.url, Endpoints(endpoint.url, endpoint.url))
    assert client.ask(DOCUMENTS)
    (row,) = client.select(
        f"SELECT ?p {{ GRAPH <{VIEW}> {{ ?v <https://w3id.org/silobridge/ns#position> ?p }} }}"
    )
    assert int(row["p"].value) == views.ledger.position()


def test_a_client_of_others_reads_the_description_by_itself(endpoint: Endpoint) -> None:
    """rdflib fetches and reads the service description, then asks the endpoint that it names."""
    from rdflib import Graph, URIRef
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    graph = Graph().parse(endpoint.url)
    sd = "http://www.w3.org/ns/sparql-service-description#"
    (named,) = graph.objects(None, URIRef(f"{sd}endpoint"))
    assert str(named) == endpoint.url
    told = {
        str(one).rpartition("/")[2]
        for one in graph.objects(URIRef(endpoint.url), URIRef(f"{sd}resultFormat"))
    }
    assert {"SPARQL_Results_JSON", "SPARQL_Results_CSV", "Turtle", "RDF_XML"} <= told
    there = Graph(SPARQLStore(str(named)))
    void = "http://rdfs.org/ns/void#"
    (triples,) = graph.objects(None, URIRef(f"{void}triples"))
    assert [int(row[0]) for row in there.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")] == [int(triples)]


def test_a_product_of_everything_with_everything_is_refused_soon(endpoint: Endpoint) -> None:
    import time

    connection = HTTPConnection("127.0.0.1", endpoint.server_port, timeout=60)
    began = time.monotonic()
    connection.request("GET", "/sparql?query=" + quote("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"))
    response = connection.getresponse()
    assert response.status == 422, response.read()
    assert b"more than 2000 rows" in response.read()
    assert time.monotonic() - began < 30
    connection.close()


@pytest.mark.parametrize("language", ["sparql", "cypher"])
def test_ten_megabytes_of_query_are_refused_at_every_other_door(
    views: Views, tmp_path: Path, language: str
) -> None:
    import time

    from silobridge.kg.errors import QueryRejected
    from silobridge.queries import run

    text = "SELECT * { VALUES ?x { " + '"a" ' * 2_600_000 + "} }"
    assert len(text) > 10_000_000
    began = time.monotonic()
    with pytest.raises(QueryRejected, match="characters long"):
        getattr(run, language)(views, text)
    assert time.monotonic() - began < 2
