"""Matrices: what the ledger says, copies once, the same in any order, and safe to cache."""

import random
from pathlib import Path

import numpy as np
import pytest
from builders import small_ledger
from planted import Made, build, corpus

from silobridge.kg.errors import UnknownName
from silobridge.kg.ids import mint
from silobridge.kg.ledger.append import begin_run
from silobridge.kg.ledger.forget import forget
from silobridge.kg.ledger.store import Ledger
from silobridge.queries.matrices import Matrices, matrices
from silobridge.queries.names import Names


def equal(one: Matrices, other: Matrices) -> bool:
    return (
        list(one.document) == list(other.document)
        and list(one.form) == list(other.form)
        and (one.uses != other.uses).nnz == 0
        and (one.stands != other.stands).nnz == 0
        and (one.claims != other.claims).nnz == 0
    )


def test_counts_are_the_ledgers(tmp_path: Path):
    ledger = small_ledger(tmp_path / "g")
    found = matrices(ledger)
    with ledger.reading() as connection:
        usage = connection.execute(
            "SELECT d.id, u.form, u.mentions FROM usage u JOIN document d USING (doc) ORDER BY ALL"
        ).fetchall()
        statements = connection.execute(
            "SELECT subject, object, count(DISTINCT doc) FROM statement GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    table = found.uses.tocoo()
    assert sorted(
        (found.document[r], found.form[c], n)
        for r, c, n in zip(table.row, table.col, table.data, strict=True)
    ) == [row for row in usage if found.form.find(row[1]) >= 0]
    table = found.claims.tocoo()
    assert (
        sorted(
            (found.form[r], found.form[c], n)
            for r, c, n in zip(table.row, table.col, table.data, strict=True)
        )
        == statements
    )


def test_a_concept_needs_two_documents_or_a_claim(tmp_path: Path):
    documents = [Made("a", "paper", ["oa-field:17"], ["x one", "y two"]), Made("b", "paper", [], ["x one"])]
    assert list(matrices(build(tmp_path / "g", documents)).form) == ["x one"]


def test_copies_count_once(tmp_path: Path):
    documents = [
        Made("b", "patent", ["cpc:H01M"], ["x one"]),
        Made("a", "patent", ["cpc:H01M"], ["x one"]),
        Made("c", "patent", ["cpc:H01M"], ["x one", "y two"]),
    ]
    found = matrices(build(tmp_path / "g", documents))
    assert (list(found.document), found.copies) == (["a", "c"], 1)
    assert found.frequency.tolist() == [2]


def test_input_order_does_not_matter(tmp_path: Path):
    documents = corpus(each=10)
    one = matrices(build(tmp_path / "1", documents))
    random.Random(1).shuffle(documents)
    assert equal(one, matrices(build(tmp_path / "2", documents)))


def test_the_cache_follows_the_ledger_and_survives_damage(tmp_path: Path):
    ledger = small_ledger(tmp_path / "g")
    first = matrices(ledger)
    files = list((tmp_path / "g" / "cache").iterdir())
    assert len(files) == 1 and equal(first, matrices(ledger))
    files[0].write_bytes(b"PK damaged")
    assert equal(first, matrices(ledger))
    with ledger.writing() as connection:
        gone = forget(connection, [first.document[0]], begin_run(connection, "forget", "0"))
    second = matrices(ledger)
    assert gone == [first.document[0]] and len(second.document) == len(first.document) - 1
    assert [file.name for file in (tmp_path / "g" / "cache").iterdir()] != [files[0].name]
    assert len(list((tmp_path / "g" / "cache").iterdir())) == 1


def test_a_merge_is_seen_without_a_new_journal_line(tmp_path: Path):
    ledger = small_ledger(tmp_path / "g")
    first = matrices(ledger)
    one, other = first.form[0], first.form[1]
    with ledger.writing() as connection:
        connection.execute("INSERT INTO alias VALUES (?, ?, 1, 'made', '')", [other, one])
    second = matrices(ledger)
    assert second.form.find(other) == -1
    assert second.frequency[second.form.find(one)] >= first.frequency[0]


def test_an_empty_ledger_has_empty_matrices(tmp_path: Path):
    found = matrices(Ledger.create(tmp_path / "g"))
    assert found.uses.shape == (0, 0) and len(found.domain) == 0
    with pytest.raises(UnknownName):
        found.rows("cpc:H01M")


def test_names_are_found_by_form_words_and_identifier(tmp_path: Path):
    found = matrices(small_ledger(tmp_path / "g"))
    form = found.form[3]
    at = [found.concept(text) for text in (form, form.upper(), mint("concept", form))]
    assert at == [3, 3, 3] and found.identifier(3) == mint("concept", form)
    with pytest.raises(UnknownName):
        found.concept("nowhere to be found")


def test_names_round_trip():
    texts = ["", "a", "锂离子电池", "é" * 300]
    names = Names.of(texts)
    assert list(names) == texts and names[-1] == texts[-1] and names[1:3] == texts[1:3]
    assert len(Names.of([])) == 0


def test_citations_join_documents_by_any_identifier(tmp_path: Path):
    ledger = small_ledger(tmp_path / "g")
    found = matrices(ledger)
    assert found.cites.nnz == 59
    assert not np.any(found.cites.diagonal())
