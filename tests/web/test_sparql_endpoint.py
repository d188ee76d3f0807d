"""The SPARQL endpoint keeps the protocol with clients nobody here wrote, and keeps its limits."""

import json
import socket
import threading
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from builders import add, small_batch, small_ledger

from silobridge.kg.views.facade import Views
from silobridge.web.media import GRAPHS, RESULTS, choose
from silobridge.web.pool import Limits
from silobridge.web.sparql import Endpoint, open_endpoint

COUNT = "SELECT (COUNT(*) AS ?n) { ?d a sb:Document }"
TITLES = "SELECT ?d ?title { ?d a sb:Document ; dcterms:title ?title } ORDER BY ?d"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> Views:
    made = Views(small_ledger(tmp_path_factory.mktemp("served") / "g", 30))
    made.rebuild("rdf")
    return made


@pytest.fixture(scope="module")
def endpoint(views: Views) -> Iterator[Endpoint]:
    with open_endpoint(views.open_rdf().path, 0, Limits(seconds=20.0, rows=500)) as made:
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def send(
    endpoint: Endpoint, method: str, target: str, body: bytes | None = None, **headers: str
) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection("127.0.0.1", endpoint.server_port, timeout=60)
    connection.request(
        method, target, body, {name.replace("_", "-"): value for name, value in headers.items()}
    )
    response = connection.getresponse()
    data = response.read()
    connection.close()
    return response, data


def get(endpoint: Endpoint, query: str, accept: str = "") -> tuple[HTTPResponse, bytes]:
    return send(endpoint, "GET", f"/sparql?query={quote(query)}", **({"Accept": accept} if accept else {}))


def test_the_three_ways_to_ask_give_one_answer(endpoint: Endpoint) -> None:
    form = urlencode({"query": COUNT}).encode()
    answers = {
        get(endpoint, COUNT)[1],
        send(endpoint, "POST", "/sparql", form, Content_Type="application/x-www-form-urlencoded")[1],
        send(endpoint, "POST", "/sparql", COUNT.encode(), Content_Type="application/sparql-query")[1],
    }
    (answer,) = answers
    assert json.loads(answer)["results"]["bindings"][0]["n"]["value"] == "30"
    response, _ = get(endpoint, COUNT)
    assert response.headers["Silobridge-Position"] == "30"


@pytest.mark.parametrize("kind", RESULTS)
def test_rows_come_in_every_form(endpoint: Endpoint, kind: str) -> None:
    response, body = get(endpoint, TITLES, kind)
    assert response.status == 200
    assert response.headers["Content-Type"].partition(";")[0] == kind
    assert body.count(b"10.5555/made.") == 30


@pytest.mark.parametrize("kind", GRAPHS)
def test_triples_come_in_every_form(endpoint: Endpoint, kind: str) -> None:
    response, body = get(endpoint, "CONSTRUCT { ?d dcterms:title ?t } WHERE { ?d dcterms:title ?t }", kind)
    assert response.status == 200
    assert response.headers["Content-Type"].partition(";")[0] == kind
    assert body.count(b"made.") == 30


def test_what_nobody_can_read_is_not_acceptable(endpoint: Endpoint) -> None:
    assert get(endpoint, COUNT, "image/png")[0].status == 406
    assert get(endpoint, COUNT, "text/turtle")[0].status == 406
    assert choose("text/csv, application/sparql-results+json;q=0.9", RESULTS) == "text/csv"
    assert choose("*/*;q=0.1, text/csv;q=0", RESULTS) == "application/sparql-results+json"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("SELECT ?x { ?x ?y }", 400),
        ("", 400),
        ("DELETE WHERE { ?s ?p ?o }", 403),
        ("LOAD <http://127.0.0.1:9/x>", 403),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 403),
        ("SELECT * { serVice SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }", 403),
        ("SELECT * { ?s ?p ?o . \\u0053ERVICE <http://127.0.0.1:9/> { } }", 403),
        ("SELECT * { ?s nope:p ?o }", 400),
        ("SELECT * { ?s ?p ?o }", 422),
        ("CONSTRUCT WHERE { ?s ?p ?o }", 422),
    ],
)
def test_what_is_refused_says_why(endpoint: Endpoint, query: str, status: int) -> None:
    response, body = get(endpoint, query)
    assert response.status == status, body
    assert body.strip()


def test_a_limit_is_said_and_an_answer_that_fits_is_whole(endpoint: Endpoint) -> None:
    response, body = get(endpoint, "SELECT * { ?s ?p ?o } LIMIT 500", "text/csv")
    assert response.status == 200
    assert body.count(b"\n") == 501
    response, body = get(endpoint, "SELECT * { ?s ?p ?o } LIMIT 501", "text/csv")
    assert response.status == 422
    assert b"more than 500 rows" in body


def test_a_query_that_explodes_ends_and_the_next_is_answered(views: Views) -> None:
    with open_endpoint(views.open_rdf().path, 0, Limits(seconds=3.0, at_once=1)) as made:
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        response, body = get(made, SLOW)
        assert response.status == 504
        assert b"longer than 3 s" in body
        made.pool.limits = Limits(seconds=30.0, at_once=1)
        assert get(made, COUNT)[0].status == 200
        made.shutdown()
        thread.join()


def test_ten_megabytes_are_refused_before_they_are_read(endpoint: Endpoint) -> None:
    with socket.create_connection(("127.0.0.1", endpoint.server_port)) as raw:
        head = (
            f"POST /sparql HTTP/1.1\r\nHost: 127.0.0.1:{endpoint.server_port}\r\n"
            "Content-Type: application/sparql-query\r\nContent-Length: 10485760\r\n\r\n"
        )
        raw.sendall(head.encode())
        assert b" 413 " in raw.recv(200)


@pytest.mark.parametrize(
    ("method", "target", "headers", "status"),
    [
        ("PUT", "/sparql", {}, 405),
        ("DELETE", "/sparql", {}, 405),
        ("POST", "/sparql", {"Content-Type": "application/sparql-update", "Content-Length": "0"}, 403),
        ("POST", "/sparql", {"Content-Type": "text/plain", "Content-Length": "0"}, 415),
        ("GET", "/sparql?query=ASK%7B%7D&query=ASK%7B%7D", {}, 400),
        ("GET", "/sparql?query=%ff", {}, 400),
        ("GET", "/elsewhere?query=ASK%7B%7D", {}, 404),
        ("GET", "/sparql?query=ASK%7B%7D", {"Host": "evil.example"}, 403),
        ("GET", "/sparql?query=ASK%7B%7D&update=x", {}, 403),
    ],
)
def test_requests_that_break_the_protocol_are_refused(
    endpoint: Endpoint, method: str, target: str, headers: dict[str, str], status: int
) -> None:
    connection = HTTPConnection("127.0.0.1", endpoint.server_port, timeout=60)
    connection.request(method, target, headers=headers)
    assert connection.getresponse().status == status
    connection.close()


def test_the_service_describes_itself(endpoint: Endpoint) -> None:
    from rdflib import Graph, URIRef

    sd, void = "http://www.w3.org/ns/sparql-service-description#", "http://rdfs.org/ns/void#"
    for target in ("/sparql", "/.well-known/void"):
        response, body = send(endpoint, "GET", target, Accept="text/turtle")
        assert response.headers["Content-Type"].startswith("text/turtle")
        graph = Graph().parse(data=body, format="turtle")
        assert (URIRef(endpoint.url), URIRef(f"{sd}supportedLanguage"), URIRef(f"{sd}SPARQL11Query")) in graph
        (triples,) = graph.objects(None, URIRef(f"{void}triples"))
        assert int(triples) > 1000
        (comment,) = graph.objects(
            URIRef(endpoint.url), URIRef("http://www.w3.org/2000/01/rdf-schema#comment")
        )
        assert "500 rows" in comment


def test_a_dataset_named_in_the_request_replaces_the_default(endpoint: Endpoint) -> None:
    target = f"/sparql?query={quote('ASK { ?s ?p ?o }')}&default-graph-uri={quote('urn:none')}"
    assert json.loads(send(endpoint, "GET", target)[1])["boolean"] is False


def test_sparqlwrapper_reads_it(endpoint: Endpoint) -> None:
    wrapper = pytest.importorskip(
        "SPARQLWrapper", reason="the client is not installed: pip install SPARQLWrapper"
    )
    client = wrapper.SPARQLWrapper(endpoint.url)
    client.setQuery(TITLES)
    client.setReturnFormat(wrapper.JSON)
    assert len(client.queryAndConvert()["results"]["bindings"]) == 30
    client.setMethod(wrapper.POST)
    client.setReturnFormat(wrapper.XML)
    assert len(client.queryAndConvert().getElementsByTagName("result")) == 30
    client.setQuery("DESCRIBE <https://doi.org/10.5555/made.1>")
    client.setReturnFormat(wrapper.TURTLE)
    assert b"made.1" in client.queryAndConvert()


def test_rdflibs_store_reads_it(endpoint: Endpoint) -> None:
    from rdflib import Graph, Literal, URIRef
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    graph = Graph(SPARQLStore(endpoint.url, method="POST"))
    assert len(list(graph.query(TITLES))) == 30
    document = URIRef("https://doi.org/10.5555/made.1")
    titles = list(graph.objects(document, URIRef("http://purl.org/dc/terms/title")))
    assert len(titles) == 1
    assert isinstance(titles[0], Literal)


def test_it_answers_while_the_view_is_written(tmp_path: Path) -> None:
    """Each answer is that of one position: as many documents as the position says."""
    ledger = small_ledger(tmp_path / "g", 20)
    views = Views(ledger)
    views.rebuild("rdf")
    with open_endpoint(views.open_rdf().path, 0) as made:
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        seen, failed, done = [], [], threading.Event()

        def ask() -> None:
            while not done.is_set():
                response, body = get(made, COUNT)
                if response.status != 200:
                    failed.append(body)
                    return
                count = int(json.loads(body)["results"]["bindings"][0]["n"]["value"])
                seen.append((int(response.headers["Silobridge-Position"]), count))

        reader = threading.Thread(target=ask)
        reader.start()
        try:
            for round_ in range(2):
                add(ledger, small_batch(5, seed=round_, first=100 * (round_ + 1)))
                views.update("rdf")
            views.rebuild("rdf")
            _, last = get(made, COUNT)
        finally:
            done.set()
            reader.join()
            made.shutdown()
            thread.join()
    assert json.loads(last)["results"]["bindings"][0]["n"]["value"] == "30"
    assert not failed
    assert seen
    assert all(position == count for position, count in seen)
