"""A need and documents in one space: asked for by name, encoded once, an error where it cannot be."""

from pathlib import Path

import numpy as np
import pytest
from batteries import make

import silobridge
from silobridge.kg.errors import MissingExtra, UnknownName
from silobridge.kg.ledger.store import Ledger
from silobridge.kg.models import use, vectors
from silobridge.queries.matrices import matrices
from silobridge.queries.need import answer as answering
from silobridge.queries.need.answer import answer
from silobridge.queries.need.meaning import meaning
from silobridge.queries.need.ranking import rank
from silobridge.queries.need.record import NeedAsk

NEED = "our battery packs overheat and one cell sets off the next"
FAR = "quenched blazes"


class Words:
    """Made-up meanings: shared letters, and one document that a strange need is near to."""

    name, version, languages, size, alike, across, words = "words", "1", ("en",), 64, 0.9, 0.9, 0.5

    def __init__(self) -> None:
        self.read = 0

    def encode(self, texts):
        self.read += len(texts)
        found = np.zeros((len(texts), self.size), np.float32)
        for row, text in enumerate(texts):
            for word in ("intumescent" if text == FAR else text.casefold()).split():
                found[row, sum(map(ord, word)) % self.size] += 1
        return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)


def test_documents_are_encoded_once_and_only_new_ones_again(tmp_path: Path):
    ledger, named = make(tmp_path / "g"), Words()
    found = matrices(ledger)
    first = meaning(ledger, found, named).vectors
    assert named.read == len(first) == len(found.document)
    assert np.array_equal(meaning(ledger, found, named).vectors, first) and named.read == len(first)
    kept = next((ledger.folder / "cache").glob("vectors_words-1.npz"))
    with np.load(kept) as arrays:
        shorter = {"keys": arrays["keys"][1:], "vectors": arrays["vectors"][1:]}
    np.savez(kept, **shorter)
    assert np.array_equal(meaning(ledger, found, named).vectors, first) and named.read <= len(first) + 2
    kept.write_bytes(b"broken")
    assert np.array_equal(meaning(ledger, found, named).vectors, first)
    silobridge.open(ledger.folder).purge()
    assert not kept.exists()


def test_what_shares_no_word_is_found_by_meaning_and_said(ledger: Ledger, monkeypatch):
    found, named = matrices(ledger), Words()
    assert not rank(ledger, found, FAR).fused.any()
    seen = meaning(ledger, found, named)
    near = seen.near(FAR)
    assert near.max() > 0 and rank(ledger, found, FAR, None, seen).lexical.argmax() == near.argmax()
    monkeypatch.setattr(answering, "load", lambda name: named)
    told = answer(ledger, found, NeedAsk(FAR, encoder="words"))
    assert told.documents and any("'words'" in note for note in told.notes)


def test_no_encoder_runs_unless_named_and_a_missing_one_is_an_error(ledger: Ledger, monkeypatch):
    monkeypatch.setattr(answering, "load", lambda name: pytest.fail("nobody asked"))
    plain = answer(ledger, matrices(ledger), NeedAsk(NEED))
    assert not any("meaning" in note for note in plain.notes)
    monkeypatch.undo()
    with pytest.raises(UnknownName, match="minilm, use"):
        answer(ledger, matrices(ledger), NeedAsk(NEED, encoder="none"))
    vectors.encoder.cache_clear()
    monkeypatch.setattr(use, "PACKAGE", use.Packaged("no_such_package_here", "", "multilingual", {}))
    with pytest.raises(MissingExtra, match=r"silobridge\[multilingual\]"):
        answer(ledger, matrices(ledger), NeedAsk(NEED, encoder="use"))
