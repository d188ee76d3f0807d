"""Every score of a set of pairs, measured side by side.

It promises an interval for every mean and a paired difference from the reference with its own interval.
It refuses to compare scores over different queries.
"""

from collections.abc import Mapping
from typing import Any

from silobridge.queries.hindcast.corpus import Floats
from silobridge.queries.hindcast.metrics import (
    draws,
    interval,
    per_query,
    pooled_precision,
    resampled,
    resampled_precision,
)
from silobridge.queries.hindcast.negatives import Pairs

SHOWN = {"matched": ("AUC", "MRR", "hits@1", "hits@10"), "ranking": ("MRR", "MAP", "P@10", "R@100")}
"""The measures of a table of matched pairs, and of one of full lists; the first is the one compared."""


def measure(
    pairs: Pairs, scores: Mapping[str, Floats], reference: str, kind: str, resamples: int = 1000
) -> list[dict[str, Any]]:
    """Measure every score, with bootstrap over sources, and its paired difference from the reference.

    Parameters
    ----------
    pairs
        The pairs.
    scores
        One score per pair, by name.
    reference
        Name of the score that differences are taken from.
    kind
        ``matched`` or ``ranking``.
    resamples
        Bootstrap resamples; the pooled average precision uses a fifth of them.
    """
    depth = (1, 10) if kind == "matched" else (10, 100)
    ranked = {
        name: per_query(values, pairs.label, pairs.group, pairs.source, depth)
        for name, values in scores.items()
    }
    by_query = draws(ranked[reference].source, resamples, 1)
    by_pair = draws(pairs.source, resamples // 5, 2)
    base_query = {name: resampled(ranked[reference], name, by_query) for name in SHOWN[kind]}
    base_pair = resampled_precision(scores[reference], pairs.label, by_pair) if kind == "matched" else None
    rows = []
    for name, values in scores.items():
        row: dict[str, Any] = {"score": name}
        for what in SHOWN[kind]:
            many = resampled(ranked[name], what, by_query)
            row[what] = [float(ranked[name].values[what].mean()), *interval(many)]
            row[f"{what} gain"] = [
                float(many.mean() - base_query[what].mean()),
                *interval(many - base_query[what]),
            ]
        if base_pair is not None:
            many = resampled_precision(values, pairs.label, by_pair)
            row["AP"] = [pooled_precision(values, pairs.label), *interval(many)]
            row["AP gain"] = [float((many - base_pair).mean()), *interval(many - base_pair)]
        rows.append(row)
    return rows
