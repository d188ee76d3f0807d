"""Predicted domains in the ledger's rows: only where a document asserts none."""

from silobridge.ingest import understand as plain
from silobridge.ingest.classify import understanding
from silobridge.ingest.classify.predict import METHOD
from silobridge.kg.model import Classification, Document, Kind, Section

ABSTRACT = Section(
    "abstract", "We train convolutional neural networks for image recognition on large data sets."
)
OPEN = Document("doi:10.5555/open", Kind.PAPER, "Deep learning for computer vision", (ABSTRACT,))
CODED = Document(
    "doi:10.5555/coded", Kind.PAPER, "Deep learning for computer vision", (ABSTRACT,),
    classifications=(Classification("oa-field:26"),),
)  # fmt: skip


def rows(batch, table, doc):
    return [row for row in batch[table].to_pylist() if row["doc"] == doc]


def test_a_document_without_codes_gets_a_predicted_one_with_its_reason():
    batch = understanding.understand([CODED, OPEN])
    [said] = rows(batch, "classification", 1)
    assert said["domain"] in {"oa-field:17", "oa-domain:3"}
    assert said["method"] == METHOD
    assert "science-en" in said["reason"]
    stands = rows(batch, "membership", 1)
    assert {row["domain"] for row in stands} >= {said["domain"], "oa-domain:3"}
    assert {row["how"] for row in stands} == {METHOD}
    assert all(row["reason"] for row in stands)


def test_a_document_with_a_code_is_left_alone():
    batch = understanding.understand([CODED, OPEN])
    before = plain.understand([CODED])
    for table in ("classification", "membership"):
        assert rows(batch, table, 0) == rows(before, table, 0)


def test_everything_else_is_what_plain_understanding_gives():
    batch, before = understanding.understand([OPEN, CODED]), plain.understand([OPEN, CODED])
    assert set(batch) == set(before)
    for table in set(before) - {"classification", "membership", "document"}:
        assert batch[table].equals(before[table]), table
    assert batch["document"].drop_columns("extractor").equals(before["document"].drop_columns("extractor"))
    assert set(batch["document"]["extractor"].to_pylist()) == {understanding.VERSION}
    assert understanding.VERSION != plain.VERSION


def test_company_changes_nothing():
    alone = rows(understanding.understand([OPEN]), "membership", 0)
    assert rows(understanding.understand([CODED, CODED, OPEN]), "membership", 2) == [
        {**row, "doc": 2} for row in alone
    ]
