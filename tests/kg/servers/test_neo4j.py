"""A real Neo4j follows the ledger: what it holds is what the embedded view holds, whoever died on the way."""

import random
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
from builders import add, small_batch, small_ledger
from kept_lists import keep
from serving import Server, cypher, drop, embedded, served

from silobridge.kg.errors import GraphError, UsageError
from silobridge.kg.ledger import findings
from silobridge.kg.ledger.store import Ledger
from silobridge.kg.servers import bolt
from silobridge.kg.servers.push import Options, push


def test_a_push_gives_what_the_embedded_view_holds_and_then_follows(
    tmp_path: Path, neo4j_server: Server
) -> None:
    ledger = small_ledger(tmp_path / "g", 40)
    first = push(ledger, neo4j_server.url)
    assert (first.before, first.position, first.how) == (-1, 40, "rebuilt")
    assert served(neo4j_server.url) == embedded(ledger)
    assert push(ledger, neo4j_server.url).how == "current"
    add(ledger, small_batch(5, seed=3, first=300))
    drop(ledger, 4, 5, 39)
    assert push(ledger, neo4j_server.url).how == "followed"
    content = served(neo4j_server.url)
    assert content == embedded(ledger)
    assert not [line for line in content if "made.39'" in line and "CITES" not in line]


def test_kept_findings_follow_and_go(tmp_path: Path, neo4j_server: Server) -> None:
    ledger = small_ledger(tmp_path / "g", 24)
    push(ledger, neo4j_server.url)
    keep(ledger, "mine", 1)
    assert push(ledger, neo4j_server.url).how == "followed"
    content = served(neo4j_server.url)
    assert content == embedded(ledger) and any("Listing" in line or "LISTS" in line for line in content)
    drop(ledger, *range(12))
    assert push(ledger, neo4j_server.url).how == "followed"
    assert served(neo4j_server.url) == embedded(ledger)
    with ledger.writing() as connection:
        findings.remove(connection, "mine")
    assert push(ledger, neo4j_server.url).how == "followed"
    content = served(neo4j_server.url)
    assert content == embedded(ledger) and not any("Listing" in line or "LISTS" in line for line in content)


def test_many_small_changes_end_where_a_build_would(tmp_path: Path, neo4j_server: Server) -> None:
    ledger = small_ledger(tmp_path / "g", 12)
    push(ledger, neo4j_server.url)
    rng = random.Random(7)
    for round_ in range(3):
        add(ledger, small_batch(rng.randrange(1, 4), seed=round_, first=rng.randrange(20)))
        drop(ledger, *rng.sample(range(20), 3))
        assert push(ledger, neo4j_server.url).how in ("followed", "current")
    assert served(neo4j_server.url) == embedded(ledger)


def test_constraints_and_indexes_are_there_and_are_online(tmp_path: Path, neo4j_server: Server) -> None:
    push(small_ledger(tmp_path / "g", 5), neo4j_server.url)
    names = {
        row[0]: row[1]
        for row in cypher(neo4j_server.url, "SHOW INDEXES YIELD name, state RETURN name, state")
    }
    assert {"silobridge_document", "silobridge_concept_form", "silobridge_sentences"} <= set(names)
    assert set(names.values()) == {"ONLINE"}
    found = cypher(
        neo4j_server.url,
        "CALL db.index.fulltext.queryNodes('silobridge_names', 'electrolyte') YIELD node RETURN node.label",
    )
    assert found
    assert all("electrolyte" in row[0] for row in found)


@pytest.mark.parametrize(("size", "at"), [(100, 2), (20, 70)])
def test_a_server_that_dies_mid_load_is_loaded_on(
    tmp_path: Path, neo4j_server: Server, monkeypatch: pytest.MonkeyPatch, size: int, at: int
) -> None:
    """Kill it after so many batches; the second push sends only the rest and ends as an unbroken one would."""
    monkeypatch.setattr(bolt, "RETRY_SECONDS", 1.0)
    ledger = small_ledger(tmp_path / "g", 60)
    options = Options(batch=size, lease=3.0)
    calls = []

    def kill_once(rows: int, part: str) -> None:
        calls.append(rows)
        if len(calls) == at:
            neo4j_server.kill()

    with pytest.raises(GraphError, match="does not answer") as raised:
        push(ledger, neo4j_server.url, options, kill_once)
    assert "run the same command again" in raised.value.hint
    neo4j_server.start()
    second = push(ledger, neo4j_server.url, options)
    assert (second.before, second.position) == (-1, 60)
    everything = len(embedded(ledger))
    assert everything - calls[-1] - size <= second.rows < everything
    assert served(neo4j_server.url) == embedded(ledger)


def test_a_server_that_is_back_in_time_is_not_noticed(tmp_path: Path, neo4j_server: Server) -> None:
    """It dies and starts again while one push runs: the driver repeats the batch, and the push ends as if nothing was."""
    ledger = small_ledger(tmp_path / "g", 30)
    calls = []

    def restart(rows: int, part: str) -> None:
        calls.append(rows)
        if len(calls) == 5:
            neo4j_server.kill()
            neo4j_server.start()

    done = push(ledger, neo4j_server.url, Options(batch=50), restart)
    assert (done.before, done.position) == (-1, 30)
    assert served(neo4j_server.url) == embedded(ledger)


def test_a_server_that_dies_mid_change_keeps_none_of_it(
    tmp_path: Path, neo4j_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bolt, "RETRY_SECONDS", 1.0)
    ledger = small_ledger(tmp_path / "g", 20)
    options = Options(lease=2.0)
    push(ledger, neo4j_server.url, options)
    before = served(neo4j_server.url)
    add(ledger, small_batch(10, seed=5, first=100))
    from silobridge.kg.servers import neo4j as view

    real = view._orphans

    def dying(change: Any) -> Any:
        neo4j_server.kill()
        return real(change)

    monkeypatch.setattr(view, "_orphans", dying)
    with pytest.raises(GraphError, match="does not answer"):
        push(ledger, neo4j_server.url, options)
    monkeypatch.setattr(view, "_orphans", real)
    neo4j_server.start()
    assert served(neo4j_server.url) == before
    assert push(ledger, neo4j_server.url, options).how == "followed"
    assert served(neo4j_server.url) == embedded(ledger)


def test_two_pushers_at_once_take_turns(tmp_path: Path, neo4j_server: Server) -> None:
    ledger = small_ledger(tmp_path / "g", 40)
    outcomes: list[Any] = []

    def one() -> None:
        outcomes.append(push(ledger, neo4j_server.url, Options(batch=200, lease=120.0)))

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.how for one in outcomes) == ["current", "rebuilt"]
    assert served(neo4j_server.url) == embedded(ledger)


def test_a_silent_pusher_is_overtaken_and_then_writes_nothing(tmp_path: Path, neo4j_server: Server) -> None:
    ledger = small_ledger(tmp_path / "g", 10)
    taken = []

    def sleepy(rows: int, part: str) -> None:
        if not taken:
            query = "MATCH (v:View {id: 'view'}) SET v.until = 0, v.holder = 'somebody else'"
            taken.append(cypher(neo4j_server.url, query))

    with pytest.raises(GraphError, match="another push took over"):
        push(ledger, neo4j_server.url, None, sleepy)
    assert push(ledger, neo4j_server.url).position == 10
    assert served(neo4j_server.url) == embedded(ledger)


def test_a_pusher_at_work_keeps_another_out(tmp_path: Path, neo4j_server: Server) -> None:
    ledger = small_ledger(tmp_path / "g", 3)
    push(ledger, neo4j_server.url)
    cypher(
        neo4j_server.url,
        "MATCH (v:View) SET v.holder = 'x', v.by = 'elsewhere, process 7', v.until = timestamp() + 3600000",
    )
    with pytest.raises(GraphError, match="another push is at work: elsewhere, process 7"):
        push(ledger, neo4j_server.url, Options(lease=0.5))


def test_another_graph_is_refused_until_told_to_replace(tmp_path: Path, neo4j_server: Server) -> None:
    mine, other = small_ledger(tmp_path / "g", 8), small_ledger(tmp_path / "h", 9, seed=1)
    push(mine, neo4j_server.url)
    before = served(neo4j_server.url)
    with pytest.raises(GraphError, match="another graph lies there") as raised:
        push(other, neo4j_server.url)
    assert "--replace" in raised.value.hint
    assert served(neo4j_server.url) == before
    push(other, neo4j_server.url, Options(replace=True))
    assert served(neo4j_server.url) == embedded(other)


def test_a_ledger_behind_the_server_is_another_graph(tmp_path: Path, neo4j_server: Server) -> None:
    """A backup that was put back does not know what the server already saw."""
    ledger = small_ledger(tmp_path / "g", 5)
    shutil.copytree(ledger.folder, tmp_path / "backup")
    add(ledger, small_batch(2, seed=2, first=50))
    push(ledger, neo4j_server.url)
    with pytest.raises(GraphError, match="another graph"):
        push(Ledger.open(tmp_path / "backup"), neo4j_server.url)


def test_what_another_mapping_wrote_is_loaded_anew(tmp_path: Path, neo4j_server: Server) -> None:
    ledger = small_ledger(tmp_path / "g", 4)
    push(ledger, neo4j_server.url)
    cypher(
        neo4j_server.url,
        "MATCH (v:View) SET v.mapping = 'another' WITH v MATCH (d:Document) SET d.title = ''",
    )
    assert push(ledger, neo4j_server.url).how == "rebuilt"
    assert served(neo4j_server.url) == embedded(ledger)


def test_a_copied_folder_is_the_same_graph(tmp_path: Path, neo4j_server: Server) -> None:
    ledger = small_ledger(tmp_path / "g", 5)
    push(ledger, neo4j_server.url)
    shutil.copytree(ledger.folder, tmp_path / "copy")
    assert push(Ledger.open(tmp_path / "copy"), neo4j_server.url).how == "current"


def test_somebody_elses_nodes_stay(tmp_path: Path, neo4j_server: Server) -> None:
    cypher(neo4j_server.url, "CREATE (:Person {name: 'Ada'})")
    with pytest.raises(GraphError, match="holds Person nodes that were not pushed from here"):
        push(small_ledger(tmp_path / "g", 3), neo4j_server.url)
    assert cypher(neo4j_server.url, "MATCH (n) RETURN n.name") == [("Ada",)]


def test_a_wrong_password_is_one_sentence(
    tmp_path: Path, neo4j_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SILOBRIDGE_NEO4J_PASSWORD", "not it")
    with pytest.raises(GraphError, match="refuses the user, the password or the token") as raised:
        push(small_ledger(tmp_path / "g", 2), neo4j_server.url)
    assert "SILOBRIDGE_NEO4J_PASSWORD" in raised.value.hint
    assert "not it" not in str(raised.value)


def test_a_wrong_database_is_one_sentence(tmp_path: Path, neo4j_server: Server) -> None:
    with pytest.raises(GraphError, match="has no database 'nope'"):
        push(small_ledger(tmp_path / "g", 2), neo4j_server.url, Options(database="nope"))


def test_a_server_that_is_not_there_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bolt, "RETRY_SECONDS", 0.1)
    with pytest.raises(GraphError, match="does not answer"):
        push(small_ledger(tmp_path / "g", 2), "bolt://127.0.0.1:9")


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("neo4j://ada:secret@db", "ends in histories"),
        ("ftp://db", "no address to push to"),
        ("neo4j://", "no address of a Neo4j"),
    ],
)
def test_addresses_that_are_none_are_refused(tmp_path: Path, url: str, found: str) -> None:
    with pytest.raises(UsageError, match=found) as raised:
        push(small_ledger(tmp_path / "g", 2), url)
    assert "secret" not in str(raised.value) or "ada" not in str(raised.value)
