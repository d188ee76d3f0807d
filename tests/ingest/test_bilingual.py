"""Records in two languages: each part by its own extractor, keywords beside each other, and what is joined by them."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silobridge.ingest.bilingual import HOW, pairs
from silobridge.ingest.readers import load
from silobridge.ingest.source import Source
from silobridge.ingest.understand import understand
from silobridge.kg.model import Document, Kind, Section, stored_text

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "readers"
CASES = ["cnki-two_languages/input.net", "jats-two_languages/input.nxml", "plain-two_languages/input.txt"]


def listed(*lists: str) -> list[tuple[str, str]]:
    """Pair the keywords of a document that has nothing else."""
    text, spans = stored_text(
        Document("x:1", Kind.PAPER, "", tuple(Section("keywords", each) for each in lists))
    )
    return [(text[slice(*one)], text[slice(*other)]) for one, other in pairs(text, spans)]


@pytest.mark.parametrize("case", CASES)
def test_every_reader_gives_pairs_their_sentences_and_mentions(case: str) -> None:
    reader = load(case.partition("-")[0])
    document = next(entry for entry in reader.read(Source(GOLDEN / case)) if isinstance(entry, Document))
    batch = understand([document])
    text = stored_text(document)[0]
    told = [row for row in batch["abbreviation"].to_pylist() if row["how"] == HOW]
    assert {("heat pipe", "热管"), ("heat transfer", "传热")} <= {(row["short"], row["long"]) for row in told}
    sentences = batch["sentence"].to_pylist()
    assert [row["start"] for row in sentences] == sorted(row["start"] for row in sentences)
    for row in told:
        sentence = sentences[row["sentence"]]
        assert row["short"] in text[sentence["start"] : sentence["stop"]]
    mentions = batch["mention"].to_pylist()
    for row in mentions:
        sentence = sentences[row["sentence"]]
        assert text[row["start"] : row["stop"]] == row["surface"]
        assert sentence["start"] <= row["start"] < row["stop"] <= sentence["stop"]
    assert {"heat pipe", "热管", "heat transfer", "传热"} <= {row["form"] for row in mentions}
    assert batch["document"].to_pylist()[0]["language"] == "zh"


def test_the_english_part_of_a_chinese_record_is_read_as_english() -> None:
    english = "Graphene improves gas sensors."
    parts = Section("abstract", "石墨烯提高传感器的灵敏度。"), Section("abstract", english)
    document = Document("x:1", Kind.PAPER, "石墨烯气体传感器", parts)
    rows = understand([document])
    said = {(row["subject"], row["predicate"], row["object"]) for row in rows["evidence"].to_pylist()}
    assert ("graphene", "improves", "gas sensor") in said
    assert any(subject == "石墨烯" for subject, _, _ in said)


@pytest.mark.parametrize(
    ("lists", "found"),
    [
        (("热管; 传热", "heat pipe; heat transfer"), [("heat pipe", "热管"), ("heat transfer", "传热")]),
        (("heat pipe, heat transfer", "热管，传热"), [("heat pipe", "热管"), ("heat transfer", "传热")]),
        (("热管 传热", "heat pipe; heat transfer"), [("heat pipe", "热管"), ("heat transfer", "传热")]),
        (("热管; 传热", "heat pipe; heat transfer; review"), []),
        (("热管; CFD", "heat pipe; CFD"), [("heat pipe", "热管")]),
        (("热管", "heat pipe", "physics"), [("heat pipe", "热管")]),
        (("热管; 传热", "传热; 热管"), []),
        (("; ".join(["热管"] * 60), "; ".join(["heat pipe"] * 60)), []),
        (("热管" * 60, "heat pipe"), []),
    ],
)
def test_lists_of_one_length_pair_by_place(lists: tuple[str, ...], found: list[tuple[str, str]]) -> None:
    assert listed(*lists) == found


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("热传a b;，、.。\n", max_size=20), max_size=4))
def test_pairs_are_slices_whatever_the_lists(lists: list[str]) -> None:
    for english, chinese in listed(*lists):
        assert english == english.strip() and chinese == chinese.strip()
        assert not {"热", "传"} & set(english) and {"热", "传"} & set(chinese)
