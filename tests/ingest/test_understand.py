"""Understanding is a pure function of one document, bounded in time, whatever the text."""

import time

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from real import real_data

from silobridge.ingest.understand import VERSION, text_hash, understand
from silobridge.kg.ledger.schema import OBSERVATIONS, arrow_schema
from silobridge.kg.model import Agent, Citation, Classification, Document, Kind, Section

PLAIN = [
    Document("x:1", Kind.PAPER, "Graphene sensors", (Section("abstract", "Graphene improves gas sensors."),)),
    Document("x:2", Kind.PATENT, "", (Section("claims", "A rotor comprising a carbon fiber blade."),)),
    Document("x:3", Kind.INDUSTRY, "ACME INC", (Section("body", "Acme Inc. sells pumps in Texas.\n\nIt grows."),)),
    Document("x:4", Kind.PAPER, "Une nouvelle méthode pour les batteries et le réseau"),
    Document("x:5", Kind.PAPER, ""),
    Document("x:6", Kind.PAPER, "Cells", (Section("abstract", "The convolutional neural network (CNN) wins. " * 30),)),
]  # fmt: skip


def rows(batch: dict[str, pa.Table], doc: int) -> dict[str, list[dict]]:
    return {
        table: [{**row, "doc": 0} for row in found.to_pylist() if row["doc"] == doc]
        for table, found in batch.items()
    }


def test_one_by_one_equals_together_in_any_order():
    together, backwards = understand(PLAIN), understand(PLAIN[::-1])
    for place, document in enumerate(PLAIN):
        alone = rows(understand([document]), 0)
        assert alone == rows(together, place) == rows(backwards, len(PLAIN) - 1 - place)


def test_every_table_has_the_ledgers_columns():
    batch = understand(PLAIN)
    assert list(batch) == list(OBSERVATIONS)
    assert all(table.schema == arrow_schema(name) for name, table in batch.items())
    assert understand([])["document"].num_rows == 0


def test_other_languages_keep_their_sentences_only():
    batch = rows(understand(PLAIN), 3)
    assert batch["document"][0]["language"] == "und"
    assert batch["sentence"]
    assert not batch["mention"]


def test_what_the_record_says_is_kept():
    document = Document(
        "doi:10.5555/a", Kind.PAPER, "A title", identifiers=("arxiv:1", "arxiv:1"),
        citations=(Citation("doi:10.5555/b", "paper"),), countries=("DE", "CN", "DE"),
        classifications=(Classification("arxiv-cat:cs.LG"),), published="2015-04",
        agents=(Agent("Li Wei", "author"), Agent("ACME", "assignee", "organisation"), Agent("B", "author", id="orcid:1")),
    )  # fmt: skip
    batch = rows(understand([document]), 0)
    assert [row["id"] for row in batch["identifier"]] == ["arxiv:1"]
    assert [row["target"] for row in batch["citation"]] == ["doi:10.5555/b"]
    assert [row["country"] for row in batch["place"]] == ["CN", "DE"]
    assert [row["domain"] for row in batch["classification"]] == ["arxiv-cat:cs.LG"]
    agents = [row["agent"] for row in batch["contribution"]]
    assert agents[0].startswith("person:")
    assert agents[1].startswith("org:")
    assert agents[2] == "orcid:1"
    assert batch["document"][0]["year"] == 2015
    assert batch["document"][0]["extractor"] == VERSION
    assert batch["document"][0]["content_hash"] == document.hash


def test_copies_have_one_text_hash():
    assert text_hash("Fire-proof\nDOORS!") == text_hash("fireproof doors") != text_hash("fireproof door")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.text(max_size=60),
    st.text(max_size=400) | st.text(alphabet="$\\{}()-/'s .;AaX1\x00\u202e🙂א\ud83d", max_size=400),
)
def test_any_text_is_understood_with_exact_offsets(title, body):
    batch = understand([Document("x:1", Kind.INDUSTRY, title, (Section("body", body),), language="en")])
    text = batch["document"]["text"][0].as_py()
    found = batch["sentence"].to_pylist()
    for row in batch["mention"].to_pylist():
        assert text[row["start"] : row["stop"]] == row["surface"]
        assert (
            found[row["sentence"]]["start"] <= row["start"] <= row["stop"] <= found[row["sentence"]]["stop"]
        )
        assert row["form"]


@pytest.mark.parametrize(
    "unit", ["a", "word ", "A-", "$", "(", "(A) ", "\\begin{align}", "A. ", "\ud83d", "\x00", "l'"]
)
def test_twenty_thousand_characters_take_bounded_time(unit):
    understand(PLAIN[:1])
    started = time.process_time()
    understand(
        [Document("x:1", Kind.PAPER, "T", (Section("body", unit * (20_000 // len(unit))),), language="en")]
    )
    assert time.process_time() - started < 30


@pytest.mark.real
def test_real_abstracts_have_exact_offsets():
    from silobridge.ingest.readers import load
    from silobridge.ingest.source import Source

    path = real_data("patents", "us_abstracts", "us_patent_abstracts_805.jsonl")
    documents = [found for found in load("us_abstracts").read(Source(path)) if isinstance(found, Document)][
        :40
    ]
    batch = understand(documents)
    texts = batch["document"]["text"].to_pylist()
    mentions = batch["mention"].to_pylist()
    assert len(mentions) > 400
    assert all(texts[row["doc"]][row["start"] : row["stop"]] == row["surface"] for row in mentions)
