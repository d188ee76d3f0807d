"""The synthetic ledger itself keeps the rules it is used to test."""

from pathlib import Path

from builders import small_ledger


def test_offsets_are_exact(tmp_path: Path):
    ledger = small_ledger(tmp_path / "g")
    with ledger.reading() as con:
        wrong = con.execute(
            "SELECT count(*) FROM mention m JOIN document d USING (doc)"
            " WHERE substr(d.text, m.start + 1, m.stop - m.start) <> m.surface"
        ).fetchall()[0][0]
        assert wrong == 0
        assert con.execute("SELECT count(*) FROM usage").fetchall()[0][0] > 100
        assert con.execute("SELECT count(*) FROM statement").fetchall()[0][0] > 100
