"""Chinese: golden cases, exact offsets, and nothing but the text decides."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from real import real_data

from silobridge.ingest.extractors.chinese import extract_all
from silobridge.ingest.extractors.chinese_lexicon import type_of
from silobridge.ingest.extractors.record import Extraction, Item
from silobridge.kg.model import Span

CASES = sorted((Path(__file__).parents[2] / "golden" / "extraction_zh").iterdir())


def item(text: str) -> Item:
    return Item(text, (Span("abstract", "", 0, len(text)),), "paper")


def extract(text: str) -> Extraction:
    return next(iter(extract_all([item(text)])))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_golden(case: Path) -> None:
    expected = json.loads((case / "expected.json").read_text("utf-8"))
    found = extract((case / "input.txt").read_text("utf-8").strip())
    mentions = {(mention.form, mention.type) for mention in found.mentions}
    assert len(found.sentences) == expected["sentences"]
    assert {tuple(pair) for pair in expected["mentions"]} <= mentions
    assert not {form for form, _ in mentions} & set(expected["absent"])
    assert [list(row[1:]) for row in found.abbreviations] == expected["abbreviations"]
    claims = [[e.subject, e.predicate, e.object, e.polarity, e.hedged] for e in found.evidence]
    assert sorted(claims) == sorted(expected["claims"])


def check_offsets(text: str, found: Extraction) -> None:
    ends = [0]
    for sentence in found.sentences:
        assert ends[-1] <= sentence.start < sentence.stop <= len(text)
        ends.append(sentence.stop)
    for mention in found.mentions:
        sentence = found.sentences[mention.sentence]
        assert sentence.start <= mention.start < mention.stop <= sentence.stop
        assert text[mention.start : mention.stop] == mention.surface
    named = {(mention.start, mention.stop, mention.form) for mention in found.mentions}
    for row in found.evidence:
        assert (row.subject_start, row.subject_stop, row.subject) in named
        assert (row.object_start, row.object_stop, row.object) in named


WORDS = (
    "燃料电池 应用于 提高 效率 由 膜 、 组成 的 (CNN) 不 可能 。 . , Li-ion 5% a 😀 基于 算法 降低 成本 ( )"
)
PIECES = (*WORDS.split(" "), "\n", " ", "\u3000", "（fuel cell，FC）")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_offsets_are_exact_and_neighbours_do_not_matter(pieces: list[str]) -> None:
    text = "".join(pieces)
    alone = extract(text)
    check_offsets(text, alone)
    assert list(extract_all([item("另一篇(CNN)。"), item(text)]))[1] == alone


def test_types_come_from_the_longest_ending() -> None:
    assert [type_of(form) for form in ("超级电容器", "耐腐蚀性", "深度学习", "北京大学", "甲乙")] == [
        "device", "property", "method", "organisation", "",
    ]  # fmt: skip
    # 安全 names no property though 安全性 does, and Latin terms are typed as English ones.
    assert [type_of(form) for form in ("食品安全", "安全性", "产业集群", "fuel cell")] == [
        "", "property", "", "device",
    ]  # fmt: skip
    assert type_of("limn2o4", "LiMn2O4") == "material"


@pytest.mark.real
def test_real_abstracts_have_exact_offsets_terms_and_claims() -> None:
    lines = real_data("papers", "chinese_csl", "kg.dev.tsv").read_text("utf-8").splitlines()
    texts = [line.split("\t")[1] for line in lines]
    found = list(extract_all(map(item, texts)))
    for text, extraction in zip(texts, found, strict=True):
        check_offsets(text, extraction)
    assert sum(len(extraction.mentions) for extraction in found) / len(found) > 8
    # Fewer than patterns alone would give, and right: benchmarks/claims_read.tsv.
    assert sum(len(extraction.evidence) for extraction in found) > 250
