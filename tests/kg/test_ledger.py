"""The ledger: kept whole or not at all, twice is once, forgotten is never added."""

from pathlib import Path

import pyarrow as pa

from silobridge.kg.ledger.append import append, begin_run
from silobridge.kg.ledger.forget import forget, purge
from silobridge.kg.ledger.schema import OBSERVATIONS, arrow_schema
from silobridge.kg.ledger.store import Ledger

TEXT = {"a": "unmistakable-" * 50}


def batch(*documents: tuple[str, str, str]) -> dict[str, pa.Table]:
    rows, mentions = [], []
    for doc, (identifier, published, content) in enumerate(documents):
        row = dict.fromkeys(OBSERVATIONS["document"])
        rows.append(
            row
            | {
                "doc": doc,
                "id": identifier,
                "published": published,
                "content_hash": content,
                "extractor": "x1",
                "text": TEXT.get(identifier, ""),
            }
        )
        row = dict.fromkeys(OBSERVATIONS["mention"])
        mentions.append(row | {"doc": doc, "sentence": 0, "form": content})
    return {
        "document": pa.Table.from_pylist(rows, arrow_schema("document")),
        "mention": pa.Table.from_pylist(mentions, arrow_schema("mention")),
    }


def contents(ledger: Ledger) -> list[tuple[str, str]]:
    with ledger.reading() as con:
        return con.execute(
            "SELECT d.id, m.form FROM document d JOIN mention m USING (doc) ORDER BY 1"
        ).fetchall()


def add(ledger: Ledger, *documents: tuple[str, str, str]):
    with ledger.writing() as con:
        return append(con, batch(*documents), begin_run(con, "test", "0"))


def test_twice_is_once(tmp_path: Path):
    ledger = Ledger.create(tmp_path / "g")
    assert add(ledger, ("a", "2001", "x"), ("b", "2002", "y")).added == ["a", "b"]
    assert add(ledger, ("a", "2001", "x")).unchanged == ["a"]
    assert contents(ledger) == [("a", "x"), ("b", "y")]


def test_a_later_run_replaces(tmp_path: Path):
    ledger = Ledger.create(tmp_path / "g")
    add(ledger, ("a", "2001", "x"))
    assert add(ledger, ("a", "2001", "z")).replaced == ["a"]
    assert contents(ledger) == [("a", "z")]


def test_one_run_is_independent_of_order(tmp_path: Path):
    one, other = Ledger.create(tmp_path / "1"), Ledger.create(tmp_path / "2")
    first = add(one, ("a", "2001", "x"), ("a", "2001", "y"))
    second = add(other, ("a", "2001", "y"), ("a", "2001", "x"))
    assert contents(one) == contents(other) == [("a", "y")]
    assert first.outvoted == second.outvoted == ["a"]


def test_forget_equals_never_added(tmp_path: Path):
    ledger = Ledger.create(tmp_path / "g")
    add(ledger, ("a", "2001", "x"), ("b", "2002", "y"))
    with ledger.writing() as con:
        assert forget(con, ["a", "nowhere"], 2) == ["a"]
    assert contents(ledger) == [("b", "y")]
    assert ledger.position() == 3


def test_purge_takes_the_text_off_the_disk(tmp_path: Path):
    ledger = Ledger.create(tmp_path / "g")
    add(ledger, ("a", "2001", "x"), ("b", "2002", "y"))
    assert b"unmistakable-unmistakable" in ledger.file.read_bytes()
    with ledger.writing() as con:
        forget(con, ["a"], 2)
    purge(ledger)
    assert b"unmistakable-unmistakable" not in ledger.file.read_bytes()
    assert contents(ledger) == [("b", "y")]
