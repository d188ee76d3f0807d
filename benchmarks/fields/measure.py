"""Scores of a classifier that gives every label a probability: how right, how sure, how honest about it.

It promises intervals by resampling documents with a fixed seed, and one row for every probability bin,
also the empty ones. It refuses averages alone: labels rarely seen are scored apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

BINS = 10
SAMPLES = 1000
CURVE = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True)
class Answers:
    """What a classifier said about each text of a set.

    `order` holds its labels' places, best first; `sure` the probability of the first, or None where it
    gives none; `gold` the right places, -1 for a label never seen in training.
    """

    name: str
    order: Any
    sure: Any
    gold: Any
    labels: tuple[str, ...]
    accepted: Any = None


def right(answers: Answers) -> Any:
    """Tell for every text whether the first answer is right."""
    if answers.accepted is not None:
        return np.array(
            [first in good for first, good in zip(answers.order[:, 0], answers.accepted, strict=True)]
        )
    return answers.order[:, 0] == answers.gold


def interval(values: Any, seed: int = 0) -> tuple[float, float]:
    """Give the 95 % interval of a mean by resampling its values."""
    picked = np.random.default_rng(seed).integers(0, len(values), (SAMPLES, len(values)))
    low, high = np.quantile(np.asarray(values, dtype=float)[picked].mean(axis=1), (0.025, 0.975))
    return float(low), float(high)


def macro_f1(said: Any, gold: Any, over: Sequence[int]) -> float:
    """Give the mean F1 of some labels; a label never said has F1 0."""
    scores = []
    for label in over:
        hit = int(((said == label) & (gold == label)).sum())
        scores.append(2 * hit / max(int((said == label).sum() + (gold == label).sum()), 1))
    return float(np.mean(scores)) if scores else float("nan")


def reliability(answers: Answers) -> list[tuple[float, float, int, float, float]]:
    """Give for every bin of probability its edges, texts, mean probability and share right."""
    hits = right(answers)
    place = np.minimum((answers.sure * BINS).astype(int), BINS - 1)
    rows = []
    for at in range(BINS):
        inside = place == at
        some = bool(inside.any())
        mean = float(answers.sure[inside].mean()) if some else float("nan")
        share = float(hits[inside].mean()) if some else float("nan")
        rows.append((at / BINS, (at + 1) / BINS, int(inside.sum()), mean, share))
    return rows


def gap(sure: Any, hits: Any) -> float:
    """Give the expected calibration error over ten bins of equally many texts."""
    order = np.argsort(sure, kind="stable")
    bins = np.array_split(order, BINS)
    return sum(abs(float(sure[part].sum() - hits[part].sum())) for part in bins) / len(order)


def calibration(answers: Answers) -> tuple[float, float, float]:
    """Give the calibration error with its 95 % interval by resampling texts.

    Chance alone makes it positive, and resampling adds to that: with a hundred texts it is about .1 for
    probabilities that are right.
    """
    sure, hits = answers.sure, right(answers)
    picked = np.random.default_rng(0).integers(0, len(hits), (200, len(hits)))
    low, high = np.quantile([gap(sure[rows], hits[rows]) for rows in picked], (0.025, 0.975))
    return gap(sure, hits), float(low), float(high)


def abstention(answers: Answers) -> list[tuple[float, float, float]]:
    """Give for rising thresholds the share answered and the share right among those."""
    hits = right(answers)
    rows = []
    for least in CURVE:
        kept = answers.sure >= least
        rows.append((least, float(kept.mean()), float(hits[kept].mean()) if kept.any() else float("nan")))
    return rows


def tail(answers: Answers, trained: Sequence[int], most: int) -> list[int]:
    """Give the labels with at most so many training texts that the set asks for."""
    return [at for at in sorted(set(answers.gold.tolist()) - {-1}) if trained[at] <= most]


def summary(answers: Answers, trained: Sequence[int], most: int) -> dict[str, Any]:
    """Score one classifier on one set.

    Parameters
    ----------
    answers
        What it said.
    trained
        Training texts of every label.
    most
        A label with at most this many is in the tail.
    """
    hits = right(answers)
    asked = sorted(set(answers.gold.tolist()) - {-1})
    rare = tail(answers, trained, most)
    among = np.isin(answers.gold, rare)
    top5 = (answers.order[:, :5] == answers.gold[:, None]).any(axis=1)
    found = {
        "texts": len(hits),
        "labels": len(asked),
        "unseen": int((answers.gold == -1).sum()),
        "accuracy": float(hits.mean()),
        "accuracy_95": interval(hits),
        "macro_f1": macro_f1(answers.order[:, 0], answers.gold, asked),
        "top5": float(top5.mean()),
        "tail_labels": len(rare),
        "tail_texts": int(among.sum()),
        "tail_accuracy": float(hits[among].mean()) if among.any() else float("nan"),
        "tail_macro_f1": macro_f1(answers.order[:, 0], answers.gold, rare),
    }
    if answers.sure is not None:
        found |= {
            "calibration_error": calibration(answers),
            "reliability": reliability(answers),
            "abstention": abstention(answers),
        }
    return found


def paired(one: Answers, other: Answers) -> tuple[float, float, float]:
    """Give the difference of two accuracies on the same texts, with its 95 % interval."""
    gain = right(one).astype(float) - right(other).astype(float)
    return (float(gain.mean()), *interval(gain))
