"""Real servers for tests, each started once per session and skipped by name where it cannot run."""

from collections.abc import Iterator

import pytest
from serving import Server, running, update


@pytest.fixture(scope="session")
def neo4j_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    pytest.importorskip("neo4j", reason="the driver is not installed: pip install 'silobridge[neo4j]'")
    yield from running("neo4j", tmp_path_factory, ("java", "mvn"))


@pytest.fixture(scope="session")
def fuseki_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    yield from running("fuseki", tmp_path_factory, ("java", "mvn"))


@pytest.fixture(scope="session")
def oxigraph_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    yield from running("oxigraph", tmp_path_factory, ("oxigraph",))


@pytest.fixture
def neo4j_server(neo4j_process: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """A Neo4j without content, its password in the environment."""
    import neo4j

    monkeypatch.setenv("SILOBRIDGE_NEO4J_PASSWORD", neo4j_process.password)
    with neo4j.GraphDatabase.driver(neo4j_process.url, auth=("neo4j", neo4j_process.password)) as driver:
        driver.execute_query("MATCH (n) DETACH DELETE n")
    return neo4j_process


@pytest.fixture(params=["oxigraph", "fuseki"])
def sparql_server(request: pytest.FixtureRequest) -> Server:
    """Each SPARQL server in turn, without content."""
    server: Server = request.getfixturevalue(f"{request.param}_process")
    update(server, "CLEAR ALL")
    return server
