"""Measure field classification on one gold set, beside its baselines, on the same folds.

``python benchmarks/fields/run.py --set csl13 [--data FOLDER] [--json FILE]``. It promises fixed splits and
seeds, and that ours and the baselines answer the same texts. It refuses to fetch anything.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))

import baselines
import cpc
import measure
import sets

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Read the arguments, run the set, print its tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", required=True, choices=sorted([*sets.SETS, "cpc"]))
    parser.add_argument(
        "--data", type=Path, default=os.environ.get("KG_REAL_DATA") or ROOT.parent / "shared" / "data"
    )
    parser.add_argument("--json", type=Path, help="write the numbers here too")
    given = parser.parse_args()
    tables = []
    data = Path(given.data)
    found = cpc.tables(data) if given.set == "cpc" else map(run, sets.SETS[given.set](data))
    for table in found:
        tables.append(table)
        show(table)
    if given.json:
        given.json.write_text(json.dumps(tables, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def run(task: sets.Task) -> dict[str, Any]:
    """Answer every fold's texts with ours and the baselines, and score them together."""
    folds = list(task.folds())
    labels = sorted(
        {label for fold in folds for _, label in (*fold.train, *fold.test)}
        | {label for fold in folds for good in fold.accepted or () for label in good}
    )
    place = {label: at for at, label in enumerate(labels)}
    trained = np.bincount([place[label] for _, label in folds[0].train], minlength=len(labels))
    gold = np.array([place[label] for fold in folds for _, label in fold.test])
    accepted = [good for fold in folds for good in fold.accepted or ()]
    lists: dict[str, list[list[str]]] = {"ours": [], "majority": [], "char n-grams + SVM": []}
    sure: list[float] = []
    started = time.process_time()
    for fold in folds:
        ranked, probability = ours(task, fold)
        lists["ours"] += ranked
        sure += probability
    spent = time.process_time() - started
    for fold in folds if folds[0].train else ():
        lists["majority"] += baselines.majority(fold.train, fold.test)
        if task.svm:
            lists["char n-grams + SVM"] += baselines.char_svm(fold.train, fold.test)
    answered = {
        name: answers(name, ranked, place, gold, sure if name == "ours" else None, accepted)
        for name, ranked in lists.items()
        if ranked
    }
    scores = {name: measure.summary(found, trained.tolist(), task.rare) for name, found in answered.items()}
    gains = {
        name: measure.paired(answered["ours"], found) for name, found in answered.items() if name != "ours"
    }
    return {
        "set": task.name,
        "note": task.note,
        "cpu_seconds": round(spent, 1),
        "scores": scores,
        "gains": gains,
    }


def ours(task: sets.Task, fold: sets.Fold) -> tuple[list[list[str]], list[float]]:
    """Fit and calibrate on a fold, and answer its test texts."""
    fitted = task.fit(fold.train)
    if fold.turns:
        parts = [sets.model.scored(task.fit(train), aside) for train, aside in fold.turns]
        fitted = sets.model.calibrated(fitted, parts)
    ranked = [fitted.ranked(text) for text, _ in fold.test]
    return [[label for label, _ in row] for row in ranked], [row[0][1] for row in ranked]


def answers(
    name: str, ranked: Sequence[Sequence[str]], place: dict[str, int], gold: Any, sure: Any, accepted: Any
) -> measure.Answers:
    """Turn labels into places, five to a text; a label the set never asks for is place -2."""
    order = np.full((len(ranked), 5), -2)
    for at, row in enumerate(ranked):
        order[at, : len(row)] = [place.get(label, -2) for label in row[:5]]
    good = [{place.get(label, -3) for label in some} for some in accepted] or None
    labels = tuple(sorted(place))
    return measure.Answers(name, order, None if sure is None else np.array(sure), gold, labels, good)


def show(table: dict[str, Any]) -> None:
    """Print one set's tables as Markdown."""
    first = next(iter(table["scores"].values()))
    print(f"\n## {table['set']}: {first['texts']} texts, {first['labels']} labels ({table['note']})\n")
    print("| | accuracy [95 %] | macro F1 | top 5 | tail accuracy, macro F1 | calibration error |")
    print("|---|---|---|---|---|---|")
    for name, score in table["scores"].items():
        low, high = score["accuracy_95"]
        error = (
            "{:.3f} [{:.3f}, {:.3f}]".format(*score.get("calibration_error", ()))
            if "calibration_error" in score
            else ""
        )
        print(
            f"| {name} | {score['accuracy']:.3f} [{low:.3f}, {high:.3f}] | {score['macro_f1']:.3f} "
            f"| {score['top5']:.3f} | {score['tail_accuracy']:.3f}, {score['tail_macro_f1']:.3f} | {error} |"
        )
    for name, (gain, low, high) in table["gains"].items():
        print(f"\nours minus {name}: {gain:+.3f} [{low:+.3f}, {high:+.3f}], paired")
    score = table["scores"]["ours"]
    print(f"\ntail: {score['tail_labels']} labels, {score['tail_texts']} texts; unseen: {score['unseen']}")
    print("\n| probability | texts | mean | right |\n|---|---|---|---|")
    for low, high, count, mean, share in score["reliability"]:
        print(f"| {low:.1f} to {high:.1f} | {count} | {mean:.3f} | {share:.3f} |")
    print("\n| threshold | answered | right |\n|---|---|---|")
    for least, kept, share in score["abstention"]:
        print(f"| {least:.1f} | {kept:.3f} | {share:.3f} |")
    print(f"\n{table['cpu_seconds']} CPU seconds to train and answer (ours)", flush=True)


if __name__ == "__main__":
    main()
