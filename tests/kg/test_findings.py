"""Findings kept under a name: the same again changes nothing, another list takes their place, forgetting tells."""

from pathlib import Path

import pytest
from builders import aged, small_batch, small_ledger

from silobridge.kg.errors import UnknownName, UsageError
from silobridge.kg.ledger import findings
from silobridge.kg.ledger.append import append, begin_run
from silobridge.kg.ledger.findings import Finding, Link, Saved
from silobridge.kg.ledger.forget import forget
from silobridge.kg.ledger.store import Ledger, content_position, last_position

SAVED = Saved("my list", "bridges", "Bridges", '{"top": 2}', "a draw", 40)


def finding(name: str, *links: Link) -> Finding:
    return Finding(f"bridge:{name}", "concept", name, 3, 1.5, 2, 1.1, 3, 0.01, 0.02, None, 1.1, "{}", links)


QUOTED = finding("quoted", Link("document", "quoted", "doi:10.5555/made.3", 0, 12))
ABOUT = finding(
    "about", Link("concept", "source", "solid electrolyte"), Link("domain", "source", "oa-field:17")
)
BROAD = finding("broad", Link("domain", "source", "cpc:B64C"))


def keep(ledger: Ledger, *some: Finding, saved: Saved = SAVED) -> bool:
    with ledger.writing() as connection:
        return findings.save(connection, saved, some, "0")


def held(ledger: Ledger) -> dict[str, int]:
    with ledger.reading() as connection:
        return {one.label: one.gone for one in findings.kept(connection, "my list")}


def test_the_same_list_again_changes_nothing(tmp_path: Path):
    ledger = small_ledger(tmp_path / "g", 12)
    content = ledger.position()
    assert keep(ledger, QUOTED, ABOUT)
    after = ledger.position()
    assert not keep(ledger, QUOTED, ABOUT) and ledger.position() == after > content
    with ledger.reading() as connection:
        assert content_position(connection) == content and last_position(connection) == after
        assert findings.kept(connection, "my list") == (QUOTED, ABOUT)
        (one,) = findings.sets(connection)
        assert (one.documents, one.position, one.tested) == (12, content, 40)


def test_another_list_takes_the_place_and_can_be_let_go(tmp_path: Path):
    ledger = small_ledger(tmp_path / "g", 12)
    keep(ledger, QUOTED, ABOUT)
    assert keep(ledger, BROAD) and held(ledger) == {"broad": 0}
    with ledger.writing() as connection:
        assert findings.remove(connection, "my list") == 1
        assert findings.sets(connection) == []
        with pytest.raises(UnknownName):
            findings.kept(connection, "my list")
        last = connection.execute(
            "SELECT id FROM journal WHERE action = 'finding' ORDER BY position"
        ).fetchall()
    assert {row[0] for row in last[-2:]} == {"bridge:broad", SAVED.id}


def test_forgetting_and_replacing_a_document_marks_what_rests_on_it(tmp_path: Path):
    ledger = small_ledger(tmp_path / "g", 40)
    keep(ledger, QUOTED, ABOUT, BROAD)
    with ledger.writing() as connection:
        rows = connection.execute(
            "SELECT d.id FROM document d JOIN usage u USING (doc) JOIN membership m USING (doc)"
            " WHERE u.form = 'solid electrolyte' AND m.domain = 'oa-field:17' ORDER BY d.id"
        ).fetchall()
        gone = ["doi:10.5555/made.3", rows[0][0]]
        assert rows[0][0] != gone[0]
        wings = connection.execute(
            "SELECT count(*) FROM membership m JOIN document d USING (doc)"
            " WHERE m.domain = 'cpc:B64C' AND d.id IN (SELECT unnest(?::VARCHAR[]))", [gone],
        ).fetchall()[0][0]  # fmt: skip
        forget(connection, gone, 1)
    assert held(ledger) == {"quoted": 1, "about": 1, "broad": wings}
    batch = small_batch(1, first=3)
    with ledger.writing() as connection:
        append(connection, batch, begin_run(connection, "again", "0"))
    assert held(ledger)["quoted"] == 1
    assert keep(ledger, QUOTED, ABOUT, BROAD) and set(held(ledger).values()) == {0}


def test_a_document_that_matters_to_nothing_marks_nothing(tmp_path: Path):
    ledger = small_ledger(tmp_path / "g", 12)
    keep(
        ledger,
        finding("far", Link("concept", "source", "none such"), Link("domain", "source", "oa-field:17")),
    )
    with ledger.writing() as connection:
        forget(connection, [f"doi:10.5555/made.{n}" for n in range(12)], 1)
    assert held(ledger) == {"far": 0}


def test_names_and_lengths_are_bounded(tmp_path: Path):
    ledger = small_ledger(tmp_path / "g", 2)
    for name in ("", " x", "a\nb", "x" * 81):
        with pytest.raises(UsageError):
            keep(ledger, BROAD, saved=Saved(name, "bridges", "", "{}", "", 0))
    with pytest.raises(UsageError):
        keep(ledger, *[BROAD] * (findings.MOST + 1))


def test_a_ledger_of_schema_3_is_brought_up(tmp_path: Path):
    ledger = small_ledger(tmp_path / "g", 2)
    with ledger.writing() as connection:
        aged(connection, 3)
    assert keep(Ledger.open(tmp_path / "g"), BROAD)
