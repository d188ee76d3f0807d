"""Every named question gives the same rows on servers as embedded."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from serving import Server, update
from twins import parameters, twin_views

from silobridge.kg.servers.bolt import connect
from silobridge.kg.servers.http import SparqlClient
from silobridge.kg.servers.push import Options, push
from silobridge.kg.views.facade import Views
from silobridge.queries.remote import ask_bolt, ask_http
from silobridge.queries.run import ask, library
from silobridge.queries.table import Table


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> Views:
    return twin_views(tmp_path_factory.mktemp("twins") / "g")


@pytest.fixture(scope="module")
def answers(views: Views) -> dict[str, tuple[dict[str, str], Table]]:
    """The parameters and the embedded rows of every question, computed once for all servers."""
    found = {}
    for name in library():
        params = parameters(views, name)
        found[name] = (params, ask(views, name, params))
    return found


@pytest.fixture(scope="module")
def session(views: Views, neo4j_process: Server) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SILOBRIDGE_NEO4J_PASSWORD", neo4j_process.password)
        push(views.ledger, neo4j_process.url, Options(replace=True))
        with connect(neo4j_process.url) as made:
            yield made


@pytest.fixture(scope="module", params=["oxigraph", "fuseki"])
def client(request: pytest.FixtureRequest, views: Views) -> SparqlClient:
    server = request.getfixturevalue(f"{request.param}_process")
    update(server, "CLEAR ALL")
    push(views.ledger, server.url)
    return SparqlClient(server.url)


@pytest.mark.parametrize("name", sorted(library()))
def test_neo4j_gives_the_embedded_rows(
    views: Views, answers: dict[str, tuple[dict[str, str], Table]], session: Any, name: str
) -> None:
    params, embedded = answers[name]
    there = ask_bolt(views, name, params, session)
    assert (there.columns, there.rows, there.position) == (embedded.columns, embedded.rows, embedded.position)
    assert there.rows


@pytest.mark.parametrize("name", sorted(library()))
def test_sparql_servers_give_the_embedded_rows(
    views: Views, answers: dict[str, tuple[dict[str, str], Table]], client: SparqlClient, name: str
) -> None:
    params, embedded = answers[name]
    there = ask_http(views, name, params, client)
    assert (there.columns, there.rows, there.position) == (embedded.columns, embedded.rows, embedded.position)


@pytest.mark.parametrize("other", ["oxigraph", "fuseki"])
def test_another_server_asks_ours_within_its_own_query(
    views: Views, request: pytest.FixtureRequest, other: str
) -> None:
    """A federated query: their engine, our endpoint."""
    import threading

    from silobridge.web.sparql import open_endpoint

    server = request.getfixturevalue(f"{other}_process")
    with open_endpoint(views.open_rdf().path, 0) as endpoint:
        thread = threading.Thread(target=endpoint.serve_forever)
        thread.start()
        try:
            rows = SparqlClient(server.url).select(
                f"SELECT ?title {{ SERVICE <{endpoint.url}> {{ <https://doi.org/10.5555/made.2>"
                " <http://purl.org/dc/terms/title> ?title } }"
            )
        finally:
            endpoint.shutdown()
            thread.join()
    assert len(rows) == 1
    assert rows[0]["title"].value.startswith("On the ")


def test_the_embedded_rows_are_some(answers: dict[str, tuple[dict[str, str], Table]], tmp_path: Path) -> None:
    assert [name for name, (_, table) in answers.items() if not table.rows] == []


def test_a_question_cannot_write_and_ends_in_time(
    views: Views, session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from neo4j.exceptions import ClientError

    from silobridge.queries import remote
    from silobridge.queries.run import Limits

    def pretend(cypher: str) -> None:
        plain = next(one for one in library().values() if not one.params)
        monkeypatch.setattr(remote, "library", lambda: {"made": replace(plain, cypher=cypher)})

    pretend("CREATE (n:Written) RETURN 1 AS n")
    with pytest.raises(ClientError, match="not allowed"):
        ask_bolt(views, "made", {}, session)
    pretend("UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN count(a * b) AS n")
    with pytest.raises(ClientError, match=r"timeout|terminated"):
        ask_bolt(views, "made", {}, session, Limits(10, 1.0))
