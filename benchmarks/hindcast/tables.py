"""One table per question, with intervals.

It promises every baseline in every table and a difference from the reference with its own interval. It
refuses to print a mean without an interval.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

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


def measure(
    pairs: Pairs, scores: Mapping[str, np.ndarray], reference: str, kind: str, resamples: int = 1000
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


def lines(title: str, rows: list[dict[str, Any]], columns: tuple[str, ...]) -> str:
    """Print rows as a Markdown table; a list is a value with its interval."""
    out = [f"### {title}", "", "| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    out += ["| " + " | ".join(_cell(row.get(name)) for name in columns) + " |" for row in rows]
    return "\n".join(out) + "\n"


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return f"{value[0]:.3f} [{value[1]:.3f}, {value[2]:.3f}]" if len(value) == 3 else f"{value[0]:.3f}"
    return f"{value:.4g}" if isinstance(value, float) else str("" if value is None else value)


def store(folder: Path, name: str, text: str, data: Any) -> None:
    """Keep a table under its name in results.json and write results.md anew from all tables."""
    path = folder / "results.json"
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    kept[name] = {"text": text, "data": data}
    path.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    head = "# Hindcast: results\n\nWritten by the commands named below; see docs/explanation/hindcast.md.\n\n"
    whole = head + "\n".join(kept[key]["text"] for key in sorted(kept))
    (folder / "results.md").write_text(whole, encoding="utf-8")
