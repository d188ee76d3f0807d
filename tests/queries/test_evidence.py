"""Evidence: sentences exactly as stored, claims first, the same in any order."""

import random
from pathlib import Path

import pytest
from builders import small_ledger
from planted import LINK, SHARED, build, corpus

from silobridge.kg.ledger.store import Ledger
from silobridge.queries.bridges.existing import concept_bridges, link_bridges
from silobridge.queries.bridges.predicted import predicted
from silobridge.queries.bridges.record import Ask
from silobridge.queries.evidence import Quote, Wanted, bridge_quotes, documents_using, quotes
from silobridge.queries.matrices import matrices

ASK = Ask("oa-field:17", "cpc:H01M")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    return build(tmp_path_factory.mktemp("planted") / "g", corpus())


def stored(ledger: Ledger, quote: Quote) -> str:
    with ledger.reading() as connection:
        rows = connection.execute("SELECT text FROM document WHERE id = ?", [quote.document]).fetchall()
    return str(rows[0][0])[quote.start : quote.stop]


@pytest.mark.parametrize("find", [concept_bridges, link_bridges, predicted])
def test_every_bridge_has_a_true_sentence_on_each_side(ledger: Ledger, find):
    found = matrices(ledger)
    answer = find(found, ASK)
    assert answer.bridges
    told = bridge_quotes(ledger, found, answer.bridges)
    for bridge in answer.bridges:
        shown = told[bridge.id]
        assert len(shown) >= 2
        for _, quote in shown:
            assert quote.text == stored(ledger, quote)
            assert quote.year and quote.title
            terms = {bridge.source.form, bridge.target.form, *(term.form for term in bridge.intermediates)}
            marked = [quote.text[span.start : span.stop] for span in quote.spans]
            assert marked and all(any(term in text for term in terms) for text in marked)


def test_a_concept_is_shown_by_a_document_of_each_side(ledger: Ledger):
    found = matrices(ledger)
    answer = concept_bridges(found, ASK)
    (one, a), (other, b) = bridge_quotes(ledger, found, answer.bridges)[answer.bridges[0].id]
    assert (a.kind, b.kind) == ("paper", "patent") and one.startswith("in ") and other.startswith("in ")


def test_a_claim_goes_before_a_sentence_and_a_sentence_before_a_document(tmp_path: Path):
    ledger = small_ledger(tmp_path / "g", documents=40)
    found = matrices(ledger)
    table = found.claims.tocoo()
    wanted = [
        Wanted(str(n), found.form[u], found.form[v], documents_using(found, [int(u), int(v)]))
        for n, (u, v) in enumerate(zip(table.row, table.col, strict=True))
    ]
    answers = quotes(ledger, wanted, most=3)
    assert len(answers) == len(wanted) > 30
    for some in answers.values():
        assert some and some[0].predicate and some[0].together
        assert [not quote.predicate for quote in some] == sorted(not quote.predicate for quote in some)
        assert all(quote.text == stored(ledger, quote) for quote in some)


def test_questions_without_documents_have_empty_answers(ledger: Ledger):
    assert quotes(ledger, []) == {}
    assert quotes(ledger, [Wanted("k", SHARED, "", ())]) == {"k": ()}
    assert quotes(ledger, [Wanted("k", "nowhere", "", (0, 1))]) == {"k": ()}


def test_input_order_does_not_change_the_choice(ledger: Ledger, tmp_path: Path):
    documents = corpus()
    random.Random(3).shuffle(documents)
    other = build(tmp_path / "g", documents)
    chosen = []
    for one in (ledger, other):
        found = matrices(one)
        columns = [found.form.find(form) for form in LINK]
        wanted = [Wanted("k", *LINK, documents_using(found, columns))]
        chosen.append(quotes(one, wanted, most=5)["k"])
    assert chosen[0] == chosen[1] and len(chosen[0]) > 1


def test_a_side_is_shown_by_its_own_documents(demo_folder: Path):
    """A sentence said to stand in a domain comes from a document that stands there."""
    from silobridge.facade import open as open_graph

    graph = open_graph(demo_folder)
    for found in (graph.bridges(top=20), graph.bridges("oa-field:22", "nace:C27", kind="concept")):
        with graph.ledger.reading() as connection:
            stands = set(
                connection.execute(
                    "SELECT d.id, m.domain FROM membership m JOIN document d USING (doc)"
                ).fetchall()
            )
        for bridge in found:
            told = found.evidence[bridge.id]
            assert len(told) == 2
            for domain, (_, quote) in zip((bridge.source_domain, bridge.target_domain), told, strict=True):
                assert (quote.document, domain.id) in stands
