"""Verdicts beside findings, and the calibration they feed."""

from pathlib import Path

import pytest

from silobridge.kg.ledger.store import Ledger
from silobridge.queries.matrices import matrices
from silobridge.queries.need.answer import answer
from silobridge.queries.need.record import NeedAsk
from silobridge.queries.need.report import table
from silobridge.queries.verdicts import beside, calibration, listed, record, record_outcome, remember, wilson


def test_a_verdict_knows_what_it_judged_and_shows_beside_it(ledger: Ledger):
    told = answer(ledger, matrices(ledger), NeedAsk("our battery packs overheat"))
    one = told.methods[0]
    remember(ledger, [(m.id, m.concept.label, m.score) for m in told.methods])
    held = record(ledger, one.id, "sound", ("Ada", "we tested it"))
    assert (held.label, held.score) == (one.concept.label, one.score)
    record(ledger, one.id, "wrong", ("Bo", "not at our plant"))
    record_outcome(ledger, one.id, "tried", ("Ada", ""), "2027")
    said = beside(ledger, [m.id for m in told.methods])
    assert said == {one.id: "1 sound, 1 wrong; tried 2027"}
    assert next(row["verdicts"] for row in table(told, said)) == "1 sound, 1 wrong; tried 2027"
    assert sorted(row["said"] for row in listed(ledger)) == ["sound", "tried 2027", "wrong"]


def test_calibration_counts_findings_not_voices(tmp_path: Path):
    ledger = Ledger.create(tmp_path / "g")
    for at in range(20):
        finding = f"bridge:{at:016x}"
        record(ledger, finding, "sound" if at >= 10 else "wrong", ("Ada", ""), at / 20)
    record(ledger, "bridge:0000000000000013", "wrong", ("Bo", ""), 19 / 20)
    record(ledger, "bridge:0000000000000014", "sound", ("Bo", ""))
    tenths = calibration(ledger)
    assert [row["findings"] for row in tenths] == [2] * 10
    assert [row["share sound"] for row in tenths] == [0.0] * 5 + [1.0] * 4 + [0.75]
    assert all(row["low"] <= row["share sound"] <= row["high"] for row in tenths)


def test_a_broken_memory_is_no_memory(tmp_path: Path):
    ledger = Ledger.create(tmp_path / "g")
    (ledger.folder / "cache").mkdir(exist_ok=True)
    (ledger.folder / "cache" / "findings.json").write_text("[1", "utf-8")
    assert record(ledger, "bridge:1", "sound", ("Ada", "")).score is None
    assert len(calibration(ledger)) == 0


def test_wilson_by_hand():
    assert wilson(0, 10)[0] == 0 and wilson(0, 10)[1] == pytest.approx(0.2775, abs=1e-4)
