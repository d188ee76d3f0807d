"""Run logs as tools write them: trainers' steps, sweeps, nested metrics, lost numbers, crashes and long runs."""

import json
from pathlib import Path

import pytest

from silobridge.ingest.readers import choose, load
from silobridge.ingest.source import Source
from silobridge.ingest.understand import understand
from silobridge.kg.model import Document


def cases(path: Path) -> list[Document]:
    assert choose(Source(path)) == "run_log"
    found = list(load("run_log").read(Source(path)))
    assert all(isinstance(one, Document) for one in found), found
    return [one for one in found if isinstance(one, Document)]


def written(path: Path, records: list[dict]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    return path


def failures(documents: list[Document]) -> list[tuple[str, str, str, str]]:
    rows = understand(documents)["evidence"].to_pylist()
    return [(row["subject"], row["predicate"], row["object"], row["failure"]) for row in rows]


def test_a_trainers_steps_are_one_run_named_by_their_file(tmp_path: Path) -> None:
    steps = [{"step": n, "epoch": 0, "train/loss": 1 / (n + 1), "train/lr": 0.001} for n in range(30)]
    documents = cases(written(tmp_path / "bert.jsonl", steps))
    assert [document.title for document in documents] == ["Run bert"]
    found = understand(documents)["quantity"].to_pylist()
    assert {row["property"] for row in found} == {"loss", "lr"}
    assert sum(row["property"] == "lr" for row in found) == 1, "a setting that stays is said once"


def test_a_loss_that_is_lost_is_one_failure(tmp_path: Path) -> None:
    lost = [{"run_id": "b", "model": "BERT", "step": n, "loss": float("nan")} for n in range(9)]
    assert failures(cases(written(tmp_path / "l_runs.jsonl", lost))) == [
        ("bert", "limited-by", "divergence", "diverged")
    ]


def test_a_sweep_names_its_runs_and_its_units(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(
        "Name,State,model,lr,anode thickness (µm),val/accuracy\n"
        "sweep-1,finished,resnet50,0.1,80,0.7\n"
        "sweep-2,crashed,resnet50,0.01,80,\n",
        "utf-8",
    )
    documents = cases(path)
    assert [document.title for document in documents] == ["Run sweep-1", "Run sweep-2"]
    found = understand(documents)["quantity"].to_pylist()
    assert ("anode thickness", "µm", pytest.approx(8e-5)) in [
        (row["property"], row["unit"], row["si_low"]) for row in found
    ]


def test_a_run_named_one_level_down_is_a_run(tmp_path: Path) -> None:
    record = {
        "info": {"run_id": "m1", "status": "FAILED"},
        "data": {"params": {"estimator": "x", "model": "SVM"}, "metrics": {"rmse": 0.3}},
        "error": "singular matrix",
    }
    documents = cases(written(tmp_path / "m.jsonl", [record]))
    assert [document.title for document in documents] == ["Run m1"]
    assert failures(documents) == [("svm", "limited-by", "singular matrix", "failed")]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"error": 0.12}, []),
        ({"status": "no errors", "task": "squad"}, []),
        ({"status": "success", "loss": float("nan")}, []),
        (
            {"status": "error: failed to converge"},
            [("kriging", "limited-by", "failed to converge", "failed")],
        ),
        ({"exit_code": 137, "task": "squad"}, [("kriging", "fails-at", "squad", "crashed")]),
        ({"exit_code": 0, "task": "squad"}, []),
    ],
)
def test_what_is_no_failure_gives_none(tmp_path: Path, record: dict, expected: list) -> None:
    full = {"run_id": "e1", "model": "Kriging", "metrics": {"r2": 0.9}, **record}
    assert failures(cases(written(tmp_path / "e_runs.jsonl", [full]))) == expected


def test_a_run_that_crashed_and_was_resumed_keeps_its_crash(tmp_path: Path) -> None:
    lines = [
        {"run": "r1", "status": "running", "metrics": {"loss": 1}},
        {"run": "r1", "model": "GRU", "status": "crashed", "error": "CUDA out of memory"},
        {"run": "r1", "status": "running", "resumed_from": "ckpt", "metrics": {"loss": 1}},
        {"run": "r1", "status": "completed", "metrics": {"loss": 0.5}},
    ]
    assert failures(cases(written(tmp_path / "r.jsonl", lines))) == [
        ("gru", "limited-by", "out of memory", "out-of-resources")
    ]


def test_a_long_run_stays_bounded(tmp_path: Path) -> None:
    lines = [
        {"run_id": "r", "model": "GPT", "step": n, "metrics": {"loss": 2.5}, "config": {"lr": 0.1}}
        for n in range(3000)
    ]
    documents = cases(written(tmp_path / "b_runs.jsonl", lines))
    assert len(documents) == 6
    assert len(understand(documents)["quantity"]) == 12, "loss and lr, once a case"
