"""Repeat the silo hindcast: `python -m benchmarks.silo_hindcast`.

It promises one table: size, similarity, size and similarity together, and the openings score, each with a
two-way bootstrap over fields. It refuses to learn from anything dated after the cut.
"""

import argparse
import gzip
import os
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.hindcast.data import one_hot, read
from benchmarks.hindcast.tables import lines, store
from silobridge.queries.hindcast.corpus import Ints, Matrix, month
from silobridge.queries.hindcast.fields import auc, learn_openings, two_way, unlinked
from silobridge.queries.hindcast.metrics import interval
from silobridge.queries.hindcast.runs import note

HERE = Path(__file__).resolve().parent


def options() -> argparse.ArgumentParser:
    """Describe the command line."""
    base = Path(os.environ.get("KG_REAL_DATA") or HERE.parents[1] / "shared" / "data")
    out = argparse.ArgumentParser(prog="python -m benchmarks.silo_hindcast", description=__doc__)
    out.add_argument("--data", type=Path, default=base / "bridges", help="folder of the concept network")
    out.add_argument("--pairs", type=Path, help="pairs of fields with links before and after the cut")
    out.add_argument("--cut", default="2014-12")
    out.add_argument("--horizon", type=int, default=3)
    out.add_argument("--links", type=int, default=1, help="documents that make a pair linked")
    out.add_argument("--slices", type=int, default=2, help="earlier cuts, a horizon apart, to learn from")
    out.add_argument("--out", type=Path, default=HERE / "hindcast")
    out.add_argument("--quick", action="store_true", help="fewer resamples: a smoke test")
    return out


def read_fields(path: Path) -> list[str]:
    """Give the names of the fields in a file of pairs."""
    rows = [line.split("\t")[:2] for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return sorted({name for row in rows for name in row})


def membership(folder: Path, names: list[str], rows: Ints) -> Matrix:
    """Give documents × fields for the named fields."""
    with gzip.open(folder / "doc_categories.txt.gz", "rt", encoding="utf-8") as text:
        every = [line.split() for line in text]
    known = set(names)
    chosen = [[name for name in every[row] if name in known] for row in rows]
    return one_hot([*chosen, names])[: len(rows)]


def main(arguments: list[str] | None = None) -> int:
    """Print the table, keep it and note the run."""
    given = options().parse_args(arguments)
    shipped, identifiers = read(given.data)
    rows = np.sort(np.unique(np.asarray(identifiers), return_index=True)[1])
    names = read_fields(given.pairs or given.data / "silo_pairs_2014_2017.tsv")
    member, clean = membership(given.data, names, rows), shipped.rows(rows)
    cut, documents = month(given.cut), (member, clean.use, clean.months)
    steps = [cut - 12 * given.horizon * back for back in range(given.slices, 0, -1)]
    model = learn_openings([unlinked(documents, step, given.horizon, given.links) for step in steps])
    asked = unlinked(documents, cut, given.horizon, given.links)
    pairs, label = asked.pairs, asked.label
    scores = {
        "size": asked.known.size[pairs[0]] * asked.known.size[pairs[1]],
        "similarity": asked.known.similarity[pairs],
        "size + similarity": asked.expected,
        "recent walks": asked.facts[:, 0],
        "shared recent partners": asked.facts[:, 1],
        "openings": model.score(asked),
    }
    result = measure(scores, label, pairs, 200 if given.quick else 1000)
    title = f"silo hindcast: {len(label)} unlinked pairs of {len(names)} fields, {label.sum()} linked later"
    words = f"--cut {given.cut} --horizon {given.horizon} --links {given.links} --slices {given.slices}"
    table = lines(title, result, ("score", "AUC", "gain"))
    text = f"`python -m benchmarks.silo_hindcast {words}`\n\n{table}"
    text += f"Expected links enter with weight {model.share}, chosen on the slice before.\n"
    print(text)
    given.out.mkdir(parents=True, exist_ok=True)
    store(given.out, f"silos, {given.links} links", text, {"rows": result})
    settings = {
        "cut": given.cut,
        "horizon": given.horizon,
        "links": given.links,
        "slices": given.slices,
        "quick": given.quick,
    }
    touched = f"{given.cut} + {given.horizon}"
    note(given.out / "runs.jsonl", "silos", settings, touched=touched, result={"rows": result})
    return 0


def measure(
    scores: dict[str, Any], label: Ints, pairs: tuple[Ints, Ints], resamples: int
) -> list[dict[str, Any]]:
    """Measure each score, and its paired difference from size + similarity."""
    many = two_way(scores, label, pairs, resamples, 1)
    base = many["size + similarity"]
    return [
        {
            "score": name,
            "AUC": [auc(values, label), *interval(many[name])],
            "gain": [
                auc(values, label) - auc(scores["size + similarity"], label),
                *interval(many[name] - base),
            ],
        }
        for name, values in scores.items()
    ]


if __name__ == "__main__":
    raise SystemExit(main())
