"""A real Neo4j behind TLS, clocks that differ, logins that fail, and names that are commands elsewhere."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from builders import add, small_batch, small_ledger
from serving import Server, cypher, embedded, running, served

from silobridge.kg.errors import GraphError
from silobridge.kg.ledger.store import Ledger
from silobridge.kg.servers import bolt
from silobridge.kg.servers.push import Options, push

HOSTILE = '\'}) DETACH DELETE n // `x` "y" $rows } RETURN 1; MATCH (m) SET m:Owned \\u0060 \U0001f600'


@pytest.fixture(scope="module")
def tls_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    pytest.importorskip("neo4j", reason="the driver is not installed: pip install 'silobridge[neo4j]'")
    yield from running("neo4j", tmp_path_factory, ("java", "mvn", "openssl"), ("--tls",))


def test_tls_with_a_certificate_that_signs_itself(
    tmp_path: Path, tls_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SILOBRIDGE_NEO4J_PASSWORD", tls_server.password)
    monkeypatch.setattr(bolt, "RETRY_SECONDS", 1.0)
    ledger, port = small_ledger(tmp_path / "g", 6), tls_server.port
    assert tls_server.url == f"neo4j+ssc://127.0.0.1:{port}"
    assert push(ledger, tls_server.url).how == "rebuilt"
    assert served(f"bolt+ssc://127.0.0.1:{port}") == embedded(ledger)
    # Verified against the system's authorities, it is refused until one of them vouches for it.
    for scheme in ("bolt+s", "neo4j+s"):
        with pytest.raises(GraphError, match=r"does not answer|refused"):
            push(ledger, f"{scheme}://127.0.0.1:{port}")
    with pytest.raises(GraphError, match=r"does not answer|refused"):
        push(ledger, f"bolt://127.0.0.1:{port}")
    monkeypatch.setenv("SSL_CERT_FILE", str(tls_server.folder / "certificates" / "bolt" / "public.crt"))
    for scheme in ("bolt+s", "neo4j+s"):
        assert push(ledger, f"{scheme}://127.0.0.1:{port}").how == "current"


def test_a_token_comes_from_the_environment_and_its_refusal_does_not_show_it(
    tmp_path: Path, neo4j_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Community knows no bearer tokens: what comes back is a refusal, so the token was what was sent."""
    import neo4j

    monkeypatch.setenv("SILOBRIDGE_NEO4J_TOKEN", "very.secret.token")
    assert bolt._credentials() == neo4j.bearer_auth("very.secret.token")
    with pytest.raises(GraphError, match="refuses the user, the password or the token") as raised:
        push(small_ledger(tmp_path / "g", 2), neo4j_server.url)
    assert "very.secret" not in str(raised.value)


def test_an_old_server_is_refused_before_anything_is_sent(
    tmp_path: Path, neo4j_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    import neo4j

    class Old:
        agent = "Neo4j/4.4.40"

    monkeypatch.setattr(neo4j.Driver, "get_server_info", lambda *_: Old())
    with pytest.raises(GraphError, match=r"the server is Neo4j/4\.4\.40") as raised:
        push(small_ledger(tmp_path / "g", 2), neo4j_server.url)
    assert raised.value.expected == "Neo4j 5 or newer"
    assert cypher(neo4j_server.url, "MATCH (n) RETURN count(n)") == [(0,)]


@pytest.mark.parametrize("skew", [-86_400.0, 86_400.0])
def test_a_pushers_own_clock_does_not_matter(
    tmp_path: Path, neo4j_server: Server, monkeypatch: pytest.MonkeyPatch, skew: float
) -> None:
    """A lease that ended by the server's clock is free, and one that stands is not, whatever this machine thinks."""
    ledger, real = small_ledger(tmp_path / "g", 3), time.time
    push(ledger, neo4j_server.url)
    monkeypatch.setattr(time, "time", lambda: real() + skew)
    lease = "MATCH (v:View) SET v.holder = 'x', v.by = 'elsewhere', v.until = timestamp() + $ms"
    cypher(neo4j_server.url, lease, ms=-1)
    assert push(ledger, neo4j_server.url).how == "current"
    cypher(neo4j_server.url, lease, ms=3_600_000)
    with pytest.raises(GraphError, match="another push is at work: elsewhere"):
        push(ledger, neo4j_server.url, Options(lease=0.2))


def test_a_lease_from_before_the_servers_clock_was_put_back_ends(
    tmp_path: Path, neo4j_server: Server
) -> None:
    ledger = small_ledger(tmp_path / "g", 3)
    push(ledger, neo4j_server.url)
    year = 365 * 86_400_000
    query = (
        "MATCH (v:View) SET v.holder = 'x', v.by = 'a year ahead', v.until = timestamp() + $ms, v.lasts = 500"
    )
    cypher(neo4j_server.url, query, ms=year)
    assert push(ledger, neo4j_server.url, Options(lease=0.5)).how == "current"


def test_a_bookmark_lets_another_session_read_what_was_pushed(tmp_path: Path, neo4j_server: Server) -> None:
    import neo4j

    done = push(small_ledger(tmp_path / "g", 4), neo4j_server.url)
    assert done.bookmarks
    auth = ("neo4j", neo4j_server.password)
    with (
        neo4j.GraphDatabase.driver(neo4j_server.url, auth=auth) as driver,
        driver.session(bookmarks=neo4j.Bookmarks.from_raw_values(done.bookmarks)) as session,
    ):
        assert session.run("MATCH (v:View) RETURN v.position").single(strict=True)[0] == done.position


def test_names_that_are_commands_stay_names(tmp_path: Path, neo4j_server: Server) -> None:
    """A title, a concept's label and form, a domain's and an organisation's name, in a load and in a change."""
    ledger = Ledger.create(tmp_path / "g")
    add(ledger, _hostile(small_batch(8)))
    with ledger.writing() as connection:
        connection.execute(
            "UPDATE domain SET label = ? WHERE id IN (SELECT domain FROM membership)", [HOSTILE]
        )
    push(ledger, neo4j_server.url)
    assert served(neo4j_server.url) == embedded(ledger)
    add(ledger, _hostile(small_batch(3, seed=4, first=50)))
    assert push(ledger, neo4j_server.url).how == "followed"
    assert served(neo4j_server.url) == embedded(ledger)
    for label in (
        "Document {title:",
        "Concept {label:",
        "Concept {form:",
        "Domain {label:",
        "Organisation {label:",
    ):
        assert cypher(neo4j_server.url, f"MATCH (n:{label} $text}}) RETURN count(n) > 0", text=HOSTILE) == [
            (True,)
        ]
    assert cypher(neo4j_server.url, "MATCH (n:Owned) RETURN count(n)") == [(0,)]


def _hostile(batch: dict[str, Any]) -> dict[str, Any]:
    """The same batch, its most used form, its titles and its agents' names replaced."""
    import pyarrow as pa

    from silobridge.kg.ledger.schema import arrow_schema

    changed = dict(batch)
    forms = [row["form"] for row in batch["mention"].to_pylist()]
    common = max(sorted(set(forms)), key=forms.count)
    new = {
        "document": lambda row: {"title": HOSTILE},
        "mention": lambda row: {"form": HOSTILE, "surface": HOSTILE} if row["form"] == common else {},
        "evidence": lambda row: {key: HOSTILE for key in ("subject", "object") if row[key] == common},
        "contribution": lambda row: {"name": HOSTILE},
    }
    for table, change in new.items():
        rows = [{**row, **change(row)} for row in batch[table].to_pylist()]
        changed[table] = pa.Table.from_pylist(rows, arrow_schema(table))
    return changed
