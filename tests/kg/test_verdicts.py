"""Verdicts and outcomes: dissent stays, the last word stands, an older ledger keeps all it had."""

import json
from pathlib import Path

import pytest
from builders import NEWER_THAN, SAID_HOW, aged, small_ledger

from silobridge.kg.errors import UnknownName, UsageError
from silobridge.kg.export import export
from silobridge.kg.ledger import decisions, schema, verdicts
from silobridge.kg.ledger.forget import forget
from silobridge.kg.ledger.store import Ledger

FINDING = "bridge:0f95e39b9d650a21"


def test_dissent_stays_and_the_last_word_of_each_stands(tmp_path: Path):
    ledger = Ledger.create(tmp_path / "g")
    with ledger.writing() as connection:
        verdicts.judge(connection, FINDING, "wrong", ("Ada", "two meanings"), ("heat pipe", 0.4))
        verdicts.judge(connection, FINDING, "known", ("Bo", "textbook"))
        verdicts.judge(connection, FINDING, "sound", ("Ada", "read it again"))
    with ledger.reading() as connection:
        standing = verdicts.verdicts(connection, [FINDING])
        assert [(one.who, one.judgement) for one in standing] == [("Ada", "sound"), ("Bo", "known")]
        assert len(list(verdicts.export_lines(connection))) == 3
        assert verdicts.verdicts(connection, ["bridge:0"]) == []


def test_outcomes_are_all_kept(tmp_path: Path):
    ledger = Ledger.create(tmp_path / "g")
    with ledger.writing() as connection:
        verdicts.observe(connection, FINDING, "tried", ("Ada", ""), "2026", "doi:10.5555/x")
        verdicts.observe(connection, FINDING, "failed", ("Ada", "melted"), "2026-11")
    with ledger.reading() as connection:
        held = verdicts.outcomes(connection, [FINDING])
    assert [(one.result, one.happened) for one in held] == [("tried", "2026"), ("failed", "2026-11")]


@pytest.mark.parametrize(
    ("finding", "judgement", "who", "error"),
    [
        (FINDING, "nice", "Ada", UnknownName),
        ("nothing", "sound", "Ada", UsageError),
        ("bridge:", "sound", "Ada", UsageError),
        (FINDING, "sound", "  ", UsageError),
    ],
)
def test_what_is_no_verdict_is_refused(tmp_path: Path, finding: str, judgement: str, who: str, error: type):
    ledger = Ledger.create(tmp_path / "g")
    with ledger.writing() as connection, pytest.raises(error):
        verdicts.judge(connection, finding, judgement, (who, "x"))


@pytest.mark.parametrize("happened", ["soon", "2026-13", "26", "2026-02-30"])
def test_an_outcome_without_a_real_date_is_refused(tmp_path: Path, happened: str):
    ledger = Ledger.create(tmp_path / "g")
    with ledger.writing() as connection, pytest.raises(UsageError):
        verdicts.observe(connection, FINDING, "tried", ("Ada", ""), happened)


def test_they_travel_and_survive_forgetting(tmp_path: Path):
    ledger = small_ledger(tmp_path / "g", 6)
    with ledger.writing() as connection:
        verdicts.judge(connection, FINDING, "sound", ("Ada", "说得对"), ("heat pipe", 0.4))
        verdicts.observe(connection, FINDING, "adopted", ("Bo", ""), "2027")
        forget(connection, ["doi:10.5555/made.0"], 9)
    with ledger.reading() as connection:
        lines = list(verdicts.export_lines(connection))
    other = Ledger.create(tmp_path / "h")
    with other.writing() as connection:
        assert verdicts.import_lines(connection, lines) == 2
        assert verdicts.import_lines(connection, lines) == 0
        assert list(verdicts.export_lines(connection)) == lines
        with pytest.raises(UsageError):
            verdicts.import_lines(connection, ['{"table": "verdict"}'])


def test_export_writes_them_beside_the_decisions(tmp_path: Path):
    ledger = small_ledger(tmp_path / "g", 6)
    with ledger.writing() as connection:
        decisions.reject(connection, "a b", "a c", "Ada")
        verdicts.judge(connection, FINDING, "sound", ("Ada", "yes"), ("heat pipe", 0.4))
        verdicts.observe(connection, FINDING, "adopted", ("Bo", ""), "2027")
    export(ledger, "decisions", tmp_path / "d.jsonl")
    entries = [json.loads(line) for line in (tmp_path / "d.jsonl").read_text("utf-8").splitlines()]
    assert [entry.get("table") for entry in entries] == [None, "verdict", "outcome"]
    assert entries[1]["label"] == "heat pipe" and entries[1]["score"] == 0.4


@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_ledger_of_an_older_schema_is_brought_up_and_keeps_its_content(tmp_path: Path, version: int):
    ledger = small_ledger(tmp_path / "g", 12)
    with ledger.writing() as connection:
        decisions.accept(connection, "a b", "a c", "Ada", "same")
        aged(connection, version)
    older = [table for table in schema.TABLES if table not in NEWER_THAN[version]]
    with ledger.reading() as connection:
        before = {table: _content(connection, table) for table in older if table != "meta"}
    opened = Ledger.open(tmp_path / "g")
    with opened.reading() as connection:
        assert schema.stored_version(connection) == schema.VERSION
        assert {table: _content(connection, table) for table in before} == before
        assert verdicts.verdicts(connection) == [] == verdicts.outcomes(connection)
    with opened.writing() as connection:
        verdicts.judge(connection, FINDING, "sound", ("Ada", ""))
    with Ledger.open(tmp_path / "g").reading() as connection:
        assert len(verdicts.verdicts(connection)) == 1


def _content(connection, table: str) -> list[tuple]:
    # What a later version added to evidence says nothing about what was read before.
    where = f"COLUMNS(c -> NOT list_contains({list(SAID_HOW)}, c))"
    return connection.execute(f"SELECT {where} FROM {table} ORDER BY ALL").fetchall()
