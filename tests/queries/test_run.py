"""Queries only read, end in time, and say what they leave out."""

from pathlib import Path

import pytest
from builders import add, small_batch, small_ledger

from silobridge.kg.errors import (
    NothingFound,
    QueryError,
    QueryRejected,
    QueryTimeout,
    UnknownName,
    UsageError,
)
from silobridge.kg.views.facade import Views
from silobridge.queries.guard import check_cypher, check_sparql
from silobridge.queries.run import Limits, ask, cypher, library_table, sparql


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> Views:
    made = Views(small_ledger(tmp_path_factory.mktemp("run") / "g", 30))
    made.rebuild()
    return made


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <a> <b> <c> }",
        "# SELECT\nPREFIX x: <urn:x#> delete where { ?s ?p ?o }",
        "LOAD <http://example.org/>",
        "SELECT * { SERVICE SILENT <http://127.0.0.1/> { ?s ?p ?o } }",
        "SELECT * { \\u0053ERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
    ],
)
def test_sparql_that_does_more_than_read_is_refused(text: str) -> None:
    with pytest.raises(QueryRejected):
        check_sparql(text)


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (n) SET n.x = 1",
        "match (n) detach\ndelete n",
        "MERGE (n:X {id: 1})",
        "LOAD CSV FROM 'file:///etc/passwd' AS r RETURN r",
        "MATCH (n) FOREACH (x IN [1] | CREATE (:Y))",
        "CALL db.labels() YIELD label RETURN label",
        "MATCH (n) /* */ REMOVE n.x",
    ],
)
def test_cypher_that_does_more_than_read_is_refused(text: str) -> None:
    with pytest.raises(QueryRejected):
        check_cypher(text)


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (n {note: 'SET x'}) RETURN n.set // DELETE",
        'RETURN "CREATE" AS `merge`',
        "CALL { MATCH (n) RETURN n } RETURN n",
    ],
)
def test_words_in_strings_and_names_are_no_clauses(text: str) -> None:
    check_cypher(text)


def test_a_cap_is_said(views: Views) -> None:
    for table in (
        sparql(views, "SELECT ?s { ?s a sb:Concept }", Limits(3)),
        cypher(views, "MATCH (n:Concept) RETURN n.id AS s", limits=Limits(3)),
        ask(views, "documents-of-domain", {"domain": "nace:C30"}, limits=Limits(3)),
    ):
        assert len(table) == 3
        assert "the first 3 rows" in table.note
        assert table.position == 30


def test_a_slow_query_is_ended(views: Views) -> None:
    with pytest.raises(QueryTimeout):
        sparql(views, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", Limits(10, 2))
    with pytest.raises(QueryTimeout):
        cypher(
            views,
            "MATCH (a), (b), (c), (d) WHERE a.id + b.id + c.id = d.id RETURN count(*) AS n",
            limits=Limits(10, 1),
        )


def test_wrong_words_are_told(views: Views) -> None:
    with pytest.raises(UnknownName):
        ask(views, "documents-of-domian")
    with pytest.raises(UsageError, match="needs domain"):
        ask(views, "documents-of-domain")
    with pytest.raises(UnknownName):
        ask(views, "documents-of-domain", {"domain": "nace:C30", "until": 3})
    with pytest.raises(UsageError, match="whole number"):
        ask(views, "documents-of-domain", {"domain": "nace:C30", "since": "soon"})
    with pytest.raises(NothingFound):
        ask(views, "domain-tree", {"domain": "no such domain"})
    with pytest.raises(QueryError):
        sparql(views, "SELECT WHERE")
    with pytest.raises(QueryError):
        cypher(views, "MATCH (n RETURN n")
    assert len(library_table()) >= 15


def test_a_parameter_cannot_break_out(views: Views) -> None:
    with pytest.raises((NothingFound, UsageError)):
        ask(views, "domain-tree", {"domain": "x> } ; DROP ALL #"})
    table = ask(views, "evidence-for-claim", {"claim": "claim:x> } UNION { ?a ?b ?c"})
    assert len(table) == 0


def test_a_label_finds_its_concept(views: Views) -> None:
    by_label = ask(views, "concept-timeline", {"concept": "Ionic filters"})
    assert by_label.rows and by_label.rows == ask(views, "concept-timeline", {"concept": "ionic filter"}).rows


def test_nothing_is_written_by_asking(views: Views, tmp_path: Path) -> None:
    before = cypher(views, "MATCH (n) RETURN count(n) AS n").rows
    for text in ("CREATE (n:X)", "MATCH (n) DELETE n"):
        with pytest.raises(QueryRejected):
            cypher(views, text)
    assert cypher(views, "MATCH (n) RETURN count(n) AS n").rows == before


def test_every_answer_beside_a_writer_is_that_of_one_position(tmp_path: Path) -> None:
    """As many documents as the position says, whatever is written while the query runs."""
    import threading

    ledger = small_ledger(tmp_path / "g", 15)
    views = Views(ledger)
    views.rebuild("rdf")
    done = threading.Event()

    def write() -> None:
        writer = Views(ledger)
        for round_ in range(3):
            add(ledger, small_batch(5, seed=round_, first=100 * (round_ + 1)))
            writer.update("rdf")
        writer.rebuild("rdf")
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    seen = []
    while not done.is_set() or not seen:
        table = sparql(views, "SELECT (COUNT(*) AS ?n) { ?d a sb:Document }")
        seen.append((table.position, table.rows[0][0]))
    thread.join()
    assert sparql(views, "SELECT (COUNT(*) AS ?n) { ?d a sb:Document }").rows == ((30,),)
    assert all(position == count for position, count in seen), seen


def test_snapshots_are_gone_with_their_views(views: Views) -> None:
    import gc

    mine = Views(views.ledger)
    with mine.borrow_rdf() as path:
        assert path.is_dir()
        assert path != views.open_rdf().path
    del mine
    gc.collect()
    assert not path.parent.exists()
