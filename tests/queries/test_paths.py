"""Paths: planted ones are found, differ, stay short, and quote what is stored."""

import pytest
from planted import BETWEEN, LINK, OPEN, SHARED, build, corpus

from silobridge.kg.errors import NothingFound, UnknownName, UsageError
from silobridge.kg.ledger.store import Ledger
from silobridge.queries.matrices import Matrices, matrices
from silobridge.queries.paths import PathAsk, paths


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ledger, Matrices]:
    ledger = build(tmp_path_factory.mktemp("planted") / "g", corpus())
    return ledger, matrices(ledger)


def test_two_concepts_meet_through_what_was_planted(graph: tuple[Ledger, Matrices]):
    ledger, found = graph
    answer = paths(ledger, found, *OPEN, PathAsk(top=3))
    stops = [tuple(hop.target.form for hop in path.hops[:-1]) for path in answer.paths]
    assert len(set(stops)) == 3 and all(set(stop) <= set(BETWEEN) for stop in stops)
    for path in answer.paths:
        assert path.hops[0].source.form == OPEN[0] and path.hops[-1].target.form == OPEN[1]
        assert all(one.target == other.source for one, other in zip(path.hops, path.hops[1:], strict=False))
        assert path.weakest == min(hop.documents for hop in path.hops) >= 1
    assert [path.cost for path in answer.paths] == sorted(path.cost for path in answer.paths)


def test_hops_tell_one_sentence_from_one_document(graph: tuple[Ledger, Matrices]):
    ledger, found = graph
    direct = paths(ledger, found, *LINK, PathAsk(top=1)).paths[0]
    assert len(direct.hops) == 1
    hop = direct.hops[0]
    with ledger.reading() as connection:
        same = connection.execute(
            "SELECT count(DISTINCT a.doc) FROM mention a JOIN mention b USING (doc, sentence)"
            " WHERE a.form = ? AND b.form = ?",
            list(LINK),
        ).fetchall()[0][0]
    assert hop.same_sentence == same <= hop.documents
    assert hop.how == ("sentence" if same else "document")
    assert hop.quotes and hop.quotes[0].together == bool(same)


def test_every_hop_quotes_stored_text(graph: tuple[Ledger, Matrices]):
    ledger, found = graph
    ends = [(OPEN[0], "cpc:H01M"), (found.document[0], found.document[500]), ("oa-field:17", LINK[1])]
    with ledger.reading() as connection:
        texts = dict(connection.execute("SELECT id, text FROM document").fetchall())
    for source, target in ends:
        answer = paths(ledger, found, source, target, PathAsk(top=2))
        for path in answer.paths:
            assert len(path.hops) <= 4
            for hop in path.hops:
                assert hop.quotes
                for quote in hop.quotes:
                    assert texts[quote.document][quote.start : quote.stop] == quote.text
                    for span in quote.spans:
                        assert quote.text[span.start : span.stop].strip()


def test_the_length_is_kept(graph: tuple[Ledger, Matrices]):
    ledger, found = graph
    with pytest.raises(NothingFound, match="no path of at most 1 hops"):
        paths(ledger, found, *OPEN, PathAsk(max_hops=1))


def test_ends_must_be_known_and_two(graph: tuple[Ledger, Matrices]):
    ledger, found = graph
    with pytest.raises(UnknownName):
        paths(ledger, found, "no such thing", SHARED)
    with pytest.raises(UsageError):
        paths(ledger, found, SHARED, SHARED)
    with pytest.raises(UsageError):
        PathAsk(max_hops=0)
