"""Sentences: exact slices, never across parts, bounded."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silobridge.ingest.text.sentences import LONGEST, sentences
from silobridge.kg.model import Document, Kind, Section, stored_text

TEXTS = st.text() | st.text(alphabet=" \n.;A1$。\u0000\u202e🙂אa\ud83d", max_size=300)


def split(*parts: str) -> list[str]:
    text, spans = stored_text(Document("x:1", Kind.PAPER, "", tuple(Section("body", part) for part in parts)))
    return [text[start:stop] for start, stop in sentences(text, spans)]


@given(TEXTS, st.lists(TEXTS, max_size=3))
def test_spans_are_slices_in_order_without_blank_edges(title, parts):
    document = Document("x:1", Kind.PAPER, title, tuple(Section("abstract", part) for part in parts))
    text, spans = stored_text(document)
    found = sentences(text, spans)
    assert all(
        0 < stop - start <= LONGEST and text[start:stop].strip() == text[start:stop] for start, stop in found
    )
    assert all(one.stop <= other.start for one, other in pairwise(found))
    assert all(any(span.start <= one.start and one.stop <= span.stop for span in spans) for one in found)
    kept = "".join(text[start:stop] for start, stop in found)
    assert "".join(kept.split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It rose by 3.5 percent. It fell.", 2),
        ("We follow Smith et al. (2010) and J. Doe. We win.", 2),
        ("See Fig. 2 and Eq. 3 for U.S. Patent No. 5,000. The end.", 2),
        ("ACME Inc. makes pumps. The U.S. The rest.", 3),
        ("ITEM 1.\nBUSINESS\nGeneral\nThe company makes pumps\nand valves for\nAlaska.", 3),
        ("Why? Because! So.", 3),
        ("一种电池。包括正极；还有负极。", 3),
        ("Uses:\n• pumps\n• valves", 3),
        ("one line\n\nanother", 2),
    ],
)
def test_full_stops_that_end_and_that_do_not(text, count):
    assert len(split(text)) == count, split(text)


def test_a_title_is_one_sentence():
    text, spans = stored_text(Document("x:1", Kind.PAPER, "Why? A study. Part 2"))
    assert len(sentences(text, spans)) == 1


@pytest.mark.parametrize(
    "unit", ["a", "a ", "a.", "A. ", ". ", "\n", "\nA", "$", "(", "。", "\ud83d", "1. A"]
)
def test_a_hundred_thousand_characters_take_bounded_time(unit):
    started = time.process_time()
    split(unit * (100_000 // len(unit)))
    assert time.process_time() - started < 2
