"""English extraction, one folder a case: what must be found, and what must never surface."""

import json
from pathlib import Path

import pytest

from silobridge.ingest.understand import understand
from silobridge.kg.model import Document, Kind, Section

CASES = sorted(Path(__file__).parents[2].glob("golden/extraction/en-*"))


@pytest.fixture(params=CASES, ids=[case.name for case in CASES])
def case(request):
    expected = json.loads((request.param / "expected.json").read_text("utf-8"))
    title, _, body = (request.param / "input.txt").read_text("utf-8").strip().partition("\n\n")
    document = Document("x:1", Kind(expected["kind"]), title, (Section("abstract", body),), language="en")
    return expected, understand([document])


def test_terms_are_found(case):
    expected, batch = case
    assert set(expected["forms"]) <= set(batch["mention"]["form"].to_pylist())


def test_what_says_nothing_never_surfaces(case):
    expected, batch = case
    assert not set(expected["absent"]) & set(batch["mention"]["form"].to_pylist())


def test_claims_are_found_with_polarity_and_hedging(case):
    expected, batch = case
    found = {
        (row["subject"], row["predicate"], row["object"], row["polarity"], row["hedged"])
        for row in batch["evidence"].to_pylist()
    }
    assert {tuple(claim) for claim in expected["claims"]} <= found, sorted(found)


def test_claims_that_nobody_made_are_not_found(case):
    expected, batch = case
    found = {
        (row["subject"], row["predicate"], row["object"], row["polarity"])
        for row in batch["evidence"].to_pylist()
    }
    assert not {tuple(claim) for claim in expected["no_claims"]} & found


def test_abbreviations_are_found(case):
    expected, batch = case
    found = {(row["short"], row["long"]) for row in batch["abbreviation"].to_pylist()}
    assert {tuple(pair) for pair in expected.get("abbreviations", [])} == found


def test_offsets_are_slices_and_claims_stand_on_mentions(case):
    _, batch = case
    text = batch["document"]["text"][0].as_py()
    sentences = batch["sentence"].to_pylist()
    mentions = batch["mention"].to_pylist()
    spans = {(row["start"], row["stop"], row["form"]) for row in mentions}
    for row in mentions:
        assert text[row["start"] : row["stop"]] == row["surface"]
        sentence = sentences[row["sentence"]]
        assert sentence["start"] <= row["start"] < row["stop"] <= sentence["stop"]
    for row in batch["evidence"].to_pylist():
        assert (row["subject_start"], row["subject_stop"], row["subject"]) in spans
        assert (row["object_start"], row["object_stop"], row["object"]) in spans
