"""What vectors of words in context say about labels: a linear probe whose scores become features.

It promises a closed-form probe, the scores of a training document from a probe that has not seen it. It
refuses to tune: one ridge, one rounding.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.understanding.features import Features

Array = np.ndarray[Any, Any]
PARTS = 5
RIDGE = 30.0


def probed(
    learn: Sequence[Array], tags: Sequence[Sequence[str]], parts: Sequence[int], test: Sequence[Array]
) -> tuple[list[Features], list[Features]]:
    """Give features for the sentences trained on and those tested.

    Parameters
    ----------
    learn, test
        Vectors of each sentence's words.
    tags
        Labels of the sentences trained on.
    parts
        Which of `PARTS` parts each sentence trained on stands in; documents are never split.
    """
    known = sorted({tag for row in tags for tag in row})
    sums = [_sums(learn, tags, parts, part, known) for part in range(PARTS)]
    square, cross = sum(one for one, _ in sums), sum(other for _, other in sums)
    probes = [_solved(square - one, cross - other) for one, other in sums]
    made = [_features(_with_one(row) @ probes[part], known) for row, part in zip(learn, parts, strict=True)]
    final = _solved(square, cross)
    return made, [_features(_with_one(row) @ final, known) for row in test]


def _sums(
    learn: Sequence[Array], tags: Sequence[Sequence[str]], parts: Sequence[int], part: int, known: list[str]
) -> tuple[Array, Array]:
    chosen = [number for number, other in enumerate(parts) if other == part]
    vectors = _with_one(np.concatenate([learn[number] for number in chosen]))
    targets = np.concatenate([_targets(tags[number], known) for number in chosen])
    return vectors.T @ vectors, vectors.T @ targets


def _targets(tags: Sequence[str], known: list[str]) -> Array:
    """Mark each word's label, and whether an entity begins and ends with it."""
    rows = np.zeros((len(tags), len(known) + 2), dtype=np.float32)
    for place, tag in enumerate(tags):
        rows[place, known.index(tag)] = 1
        if tag != "O":
            rows[place, -2] = place == 0 or tags[place - 1] != tag
            rows[place, -1] = place + 1 == len(tags) or tags[place + 1] != tag
    return rows


def _with_one(vectors: Array) -> Array:
    return np.concatenate([vectors.astype(np.float32), np.ones((len(vectors), 1), np.float32)], axis=1)


def _solved(square: Any, cross: Any) -> Array:
    made: Array = np.linalg.solve(square + RIDGE * np.eye(len(square), dtype=np.float32), cross)
    return made


def _features(scores: Array, known: list[str]) -> Features:
    """Round the scores, and let each word see its neighbours' best."""
    steps = np.clip(np.round(10 * scores), -2, 12).astype(int).tolist()
    best = [known[number] for number in scores[:, : len(known)].argmax(axis=1)]
    sure = np.round(5 * scores[:, : len(known)].max(axis=1)).astype(int).tolist()
    rows = []
    for place, row in enumerate(steps):
        made = [f"q{number}={step}" for number, step in enumerate(row)]
        made += [f"qb={best[place]}", f"qb={best[place]}{sure[place]}"]
        for offset in (-2, -1, 1, 2):
            near = place + offset
            if 0 <= near < len(steps):
                made += [
                    f"{offset}qb={best[near]}{sure[near]}",
                    f"{offset}qs={steps[near][-2]}|{steps[near][-1]}",
                ]
        rows.append(made)
    return rows
