"""How claims are said: correlation, firsts, plans, failures with their reasons; in English, Chinese and run logs."""

import pytest

from silobridge.ingest.understand import understand
from silobridge.kg.model import Document, Kind, Section


def said(text: str, language: str = "en") -> list[dict]:
    document = Document("x:1", Kind.PAPER, "", (Section("abstract", text),), language=language)
    rows = understand([document])["evidence"].to_pylist()
    return [{**row, "reason": text[row["reason_start"] : row["reason_stop"]]} for row in rows]


def claims(text: str, language: str = "en") -> set[tuple[str, str, str]]:
    return {(row["subject"], row["predicate"], row["object"]) for row in said(text, language)}


def test_going_together_is_no_cause() -> None:
    found = claims("Smoking status is associated with lung cancer.")
    assert found == {("smoking status", "correlates-with", "lung cancer")}
    assert claims("A memory chip associated with the wing flap is shown.") == set()
    assert claims("蒸腾速率与土壤湿度呈显著正相关。", "zh") == {("蒸腾速率", "correlates-with", "土壤湿度")}


@pytest.mark.parametrize(
    ("text", "language", "modality"),
    [
        ("The pilot plant will produce solid-state batteries.", "en", "planned"),
        ("In these tests, the ceramic coating improved the corrosion resistance.", "en", "done"),
        ("The coating has improved corrosion resistance.", "en", "done"),
        ("The coating improves corrosion resistance.", "en", "stated"),
        ("拟采用支持向量机提高故障诊断精度。", "zh", "planned"),
        ("石墨烯显著提高了锂电池的循环稳定性。", "zh", "done"),
    ],
)
def test_tense_and_plans_are_kept(text: str, language: str, modality: str) -> None:
    assert [row["modality"] for row in said(text, language)] == [modality]


def test_firsts_are_kept() -> None:
    first = said("For the first time, graphene was used for ammonia sensors.")
    assert first and all(row["novel"] for row in first)
    assert not any(row["novel"] for row in said("The first layer of graphene improves corrosion resistance."))
    assert [row["novel"] for row in said("首次采用石墨烯提高锂电池的循环稳定性。", "zh")] == [True]


def test_not_only_denies_nothing() -> None:
    found = said("The coating not only improves corrosion resistance but also reduces friction losses.")
    assert {(row["predicate"], row["polarity"]) for row in found} == {
        ("improves", "affirmed"), ("addresses", "affirmed")}  # fmt: skip


FAILURES = [
    ("The ceramic coating failed to improve the corrosion resistance due to poor adhesion.",
     ("ceramic coating", "improves", "corrosion resistance"), "negated", "failed", "due to poor adhesion"),
    ("The ceramic coating failed to improve the corrosion resistance due to poor adhesion.",
     ("ceramic coating", "limited-by", "poor adhesion"), "affirmed", "failed", "due to poor adhesion"),
    ("The lithium anode suffers from dendrite growth.",
     ("lithium anode", "limited-by", "dendrite growth"), "affirmed", "limited", ""),
    ("The coating did not improve corrosion resistance.",
     ("coating", "improves", "corrosion resistance"), "negated", "fell-short", ""),
    ("The autoencoder was unsuccessful in anomaly detection.",
     ("autoencoder", "fails-at", "anomaly detection"), "affirmed", "failed", ""),
    ("锂电池受能量密度的限制。", ("锂电池", "limited-by", "能量密度"), "affirmed", "limited", ""),
    ("温度传感器未能提高测量精度。", ("温度传感器", "improves", "测量精度"), "negated", "fell-short", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "claim", "polarity", "failure", "reason"), FAILURES)
def test_failures_say_what_was_tried_how_it_ended_and_why(text, claim, polarity, failure, reason) -> None:
    found = said(text, "zh" if text[-1] == "。" else "en")
    mine = [row for row in found if (row["subject"], row["predicate"], row["object"]) == claim]
    assert [(row["polarity"], row["failure"], row["reason"]) for row in mine] == [(polarity, failure, reason)]


def test_a_plan_that_may_fail_is_no_failure() -> None:
    assert not any(row["failure"] for row in said("The coating will not improve corrosion resistance."))


def test_a_log_line_is_the_evidence_of_its_failure() -> None:
    text = "run_id: r1; status: failed; params.model: ResNet-50; error: CUDA out of memory"
    text += "\nrun_id: r1; status: ok; error: none"
    document = Document("x:1", Kind.CASE, "Run r1", (Section("log", text),), language="zxx")
    batch = understand([document])
    stored = batch["document"]["text"][0].as_py()
    (row,) = batch["evidence"].to_pylist()
    assert (row["subject"], row["predicate"], row["object"]) == ("resnet 50", "limited-by", "out of memory")
    assert row["failure"] == "out-of-resources"
    assert stored[row["reason_start"] : row["reason_stop"]] == "CUDA out of memory"
    assert stored[row["start"] : row["stop"]] == text.split("\n")[0]
    assert stored[row["object_start"] : row["object_stop"]] == "out of memory"
