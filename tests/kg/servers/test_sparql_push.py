"""SPARQL servers follow the ledger: their triples are the embedded view's, whoever died on the way."""

import random
import threading
from pathlib import Path
from typing import Any

import pytest
from builders import add, small_batch, small_ledger
from kept_lists import keep
from pyoxigraph import DefaultGraph, RdfFormat, parse
from serving import Server, drop, update

from silobridge.kg.errors import GraphError, UsageError
from silobridge.kg.ledger import findings
from silobridge.kg.ledger.store import Ledger
from silobridge.kg.servers import http
from silobridge.kg.servers.canonical import canonical_hash, canonical_lines
from silobridge.kg.servers.http import Endpoints, SparqlClient
from silobridge.kg.servers.push import Options, push
from silobridge.kg.views.facade import Views

EVERYTHING = "CONSTRUCT WHERE { ?s ?p ?o }"


def served(url: str) -> list[str]:
    return canonical_lines(SparqlClient(url).construct(EVERYTHING))


def embedded(ledger: Ledger) -> list[str]:
    views = Views(ledger)
    views.rebuild("rdf")
    return canonical_lines(
        quad.triple for quad in views.open_rdf().store if quad.graph_name == DefaultGraph()
    )


def test_a_push_gives_the_embedded_triples_and_then_follows(tmp_path: Path, sparql_server: Server) -> None:
    ledger = small_ledger(tmp_path / "g", 40)
    first = push(ledger, sparql_server.url)
    assert (first.before, first.position, first.how) == (-1, 40, "rebuilt")
    assert served(sparql_server.url) == embedded(ledger)
    assert push(ledger, sparql_server.url).how == "current"
    add(ledger, small_batch(5, seed=3, first=300))
    drop(ledger, 4, 5, 39)
    assert push(ledger, sparql_server.url).how == "followed"
    assert served(sparql_server.url) == embedded(ledger)


def test_kept_findings_follow_and_go(tmp_path: Path, sparql_server: Server) -> None:
    ledger = small_ledger(tmp_path / "g", 24)
    push(ledger, sparql_server.url)
    keep(ledger, "mine", 1)
    assert push(ledger, sparql_server.url).how == "followed"
    content = served(sparql_server.url)
    assert content == embedded(ledger) and any("Listing" in line or "LISTS" in line for line in content)
    drop(ledger, *range(12))
    assert push(ledger, sparql_server.url).how == "followed"
    assert served(sparql_server.url) == embedded(ledger)
    with ledger.writing() as connection:
        findings.remove(connection, "mine")
    assert push(ledger, sparql_server.url).how == "followed"
    content = served(sparql_server.url)
    assert content == embedded(ledger) and not any("Listing" in line or "LISTS" in line for line in content)


def test_many_small_changes_end_where_a_build_would(tmp_path: Path, sparql_server: Server) -> None:
    ledger = small_ledger(tmp_path / "g", 12)
    push(ledger, sparql_server.url)
    rng = random.Random(7)
    for round_ in range(8):
        add(ledger, small_batch(rng.randrange(1, 4), seed=round_, first=rng.randrange(20)))
        drop(ledger, *rng.sample(range(20), 3))
        assert push(ledger, sparql_server.url).how in ("followed", "current")
    assert served(sparql_server.url) == embedded(ledger)


def test_a_server_without_a_graph_store_takes_updates(
    tmp_path: Path, sparql_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = SparqlClient(sparql_server.url).endpoints
    assert found.store
    monkeypatch.setattr(SparqlClient, "_discover", lambda self: Endpoints(found.query, found.update))
    ledger = small_ledger(tmp_path / "g", 10)
    push(ledger, sparql_server.url, Options(chunk=20_000))
    assert served(sparql_server.url) == embedded(ledger)


@pytest.mark.parametrize("at", [1, 6])
def test_a_server_that_dies_mid_load_is_loaded_on(
    tmp_path: Path, sparql_server: Server, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    monkeypatch.setattr(http, "TRIES", 1)
    ledger = small_ledger(tmp_path / "g", 60)
    options = Options(chunk=10_000, lease=2.0)
    calls = []

    def kill_once(rows: int, part: str) -> None:
        calls.append(rows)
        if len(calls) == at:
            sparql_server.kill()

    with pytest.raises(GraphError, match="does not answer"):
        push(ledger, sparql_server.url, options, kill_once)
    sparql_server.start()
    second = push(ledger, sparql_server.url, options)
    assert (second.before, second.position) == (-1, 60)
    assert served(sparql_server.url) == embedded(ledger)


def test_two_pushers_at_once_take_turns(tmp_path: Path, sparql_server: Server) -> None:
    ledger = small_ledger(tmp_path / "g", 40)
    outcomes: list[Any] = []
    threads = [
        threading.Thread(
            target=lambda: outcomes.append(
                push(ledger, sparql_server.url, Options(chunk=20_000, lease=120.0))
            )
        )
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.how for one in outcomes) == ["current", "rebuilt"]
    assert served(sparql_server.url) == embedded(ledger)


def test_a_silent_pusher_is_overtaken(tmp_path: Path, sparql_server: Server) -> None:
    from silobridge.kg.servers.state import VIEW, note, quoted

    ledger = small_ledger(tmp_path / "g", 10)
    taken = []

    def sleepy(rows: int, part: str) -> None:
        if not taken:
            where = f"GRAPH <{VIEW}> {{ <{VIEW}> {note('holder')}"
            update(
                sparql_server,
                f"DELETE {{ {where} ?h }} }} INSERT {{ {where} {quoted('x')} }} }} WHERE {{ {where} ?h }} }}",
            )
            taken.append(rows)

    with pytest.raises(GraphError, match="another push took over"):
        push(ledger, sparql_server.url, Options(lease=1.0), sleepy)
    assert push(ledger, sparql_server.url, Options(lease=1.0)).position == 10
    assert served(sparql_server.url) == embedded(ledger)


def test_other_peoples_triples_and_other_graphs_are_refused(tmp_path: Path, sparql_server: Server) -> None:
    mine, other = small_ledger(tmp_path / "g", 5), small_ledger(tmp_path / "h", 6, seed=1)
    update(sparql_server, "INSERT DATA { <urn:a> <urn:b> <urn:c> }")
    with pytest.raises(GraphError, match="triples that were not pushed from here"):
        push(mine, sparql_server.url)
    push(mine, sparql_server.url, Options(replace=True))
    with pytest.raises(GraphError, match="another graph lies there"):
        push(other, sparql_server.url, Options(lease=1.0))
    push(other, sparql_server.url, Options(replace=True, lease=1.0))
    assert served(sparql_server.url) == embedded(other)


@pytest.mark.parametrize(
    ("form", "kind"), [(RdfFormat.N_TRIPLES, "application/n-triples"), (RdfFormat.TURTLE, "text/turtle")]
)
def test_the_canonical_graph_survives_files_and_stores(
    tmp_path: Path, sparql_server: Server, form: RdfFormat, kind: str
) -> None:
    """Ledger → file → store → file: one canonical hash throughout."""
    ledger = small_ledger(tmp_path / "g", 30)
    want = embedded(ledger)
    store = Views(ledger).open_rdf().store
    hashes = {canonical_hash(quad.triple for quad in store if quad.graph_name == DefaultGraph())}
    text = store.dump(format=form, from_graph=DefaultGraph())
    assert text is not None
    hashes.add(canonical_hash(quad.triple for quad in parse(text, format=form)))
    client = SparqlClient(sparql_server.url)
    status, _ = client._send(f"{client.endpoints.store}?default", text, kind, "*/*")
    assert status in (200, 201, 204)
    hashes.add(canonical_hash(client.construct(EVERYTHING)))
    assert len(hashes) == 1
    assert served(sparql_server.url) == want


@pytest.mark.parametrize(
    ("url", "found"), [("http://ada:secret@db", "ends in histories"), ("http://", "no address of a SPARQL")]
)
def test_addresses_that_are_none_are_refused(tmp_path: Path, url: str, found: str) -> None:
    with pytest.raises(UsageError, match=found):
        push(small_ledger(tmp_path / "g", 2), url)


def test_a_server_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="does not answer"):
        push(small_ledger(tmp_path / "g", 2), "http://127.0.0.1:9")
