"""How claims are said reaches a ledger of version 3, both views, and the edge between concepts."""

from pathlib import Path

import pytest
from builders import aged, small_ledger

from silobridge.kg.ledger.schema import migrate
from silobridge.kg.ledger.store import Ledger
from silobridge.kg.mapping.stage import stage


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return small_ledger(tmp_path / "g", 12)


def test_a_ledger_of_version_3_gains_the_columns_and_says_nothing_in_them(ledger: Ledger) -> None:
    with ledger.writing() as connection:
        before = connection.execute("SELECT count(*) FROM statement").fetchall()
        aged(connection, 3)
        assert migrate(connection) == 1
        assert connection.execute("SELECT count(*) FROM statement").fetchall() == before
        assert connection.execute("SELECT DISTINCT modality, novel, failure FROM statement").fetchall() == [
            ("stated", False, "")
        ]
        assert connection.execute("SELECT count(*) FROM measure").fetchall() == [(0,)]


def test_what_is_planned_is_no_edge_between_concepts(ledger: Ledger) -> None:
    with ledger.writing() as connection:
        connection.execute("UPDATE evidence SET polarity = 'affirmed', hedged = false, modality = 'stated'")
        stage(connection)
        assert connection.execute("SELECT count(*) FROM s_claim WHERE NOT stands").fetchall() == [(0,)]
        connection.execute("UPDATE evidence SET modality = 'planned'")
        stage(connection)
        assert connection.execute("SELECT count(*) FROM s_claim WHERE stands").fetchall() == [(0,)]


def test_evidence_is_staged_with_its_reason_and_the_numbers_of_its_sentence(ledger: Ledger) -> None:
    with ledger.writing() as connection:
        stage(connection)
        rows = connection.execute(
            'SELECT sentence, failure, "failureReason", quantities FROM s_evidence'
        ).fetchall()
    failed = [row for row in rows if row[1]]
    assert failed and all(row[2] and row[2] in row[0] for row in failed)
    assert any(row[3] == [row[0][:3]] for row in rows)
    assert all(row[2] is None for row in rows if not row[1])
