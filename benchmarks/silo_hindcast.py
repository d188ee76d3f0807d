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
from silobridge.queries.hindcast.fields import (
    Fields,
    auc,
    expected_links,
    fields,
    learn,
    opening_score,
    openings,
    two_way,
)
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


def later_links(member: Matrix, months: Ints, cut: int, years: int) -> Any:
    """Count the documents of both fields in the years after a cut."""
    late = member[np.flatnonzero((months > cut) & (months <= cut + 12 * years))]
    return (late.T @ late).toarray()


def open_pairs(known: Fields) -> tuple[Ints, Ints]:
    """Give the pairs of fields that no document links up to the cut."""
    first, second = np.triu_indices(len(known.size), k=1)
    keep = (known.links[first, second] == 0) & (known.size[first] > 0) & (known.size[second] > 0)
    return first[keep], second[keep]


def main(arguments: list[str] | None = None) -> int:
    """Print the table, keep it and note the run."""
    given = options().parse_args(arguments)
    shipped, identifiers = read(given.data)
    rows = np.sort(np.unique(np.asarray(identifiers), return_index=True)[1])
    names = read_fields(given.pairs or given.data / "silo_pairs_2014_2017.tsv")
    member, clean = membership(given.data, names, rows), shipped.rows(rows)
    cut, parts = month(given.cut), []
    for back in (2, 1):
        before = fields(member, clean.use, clean.months, cut - 12 * given.horizon * back)
        pairs = open_pairs(before)
        later = later_links(member, clean.months, cut - 12 * given.horizon * back, given.horizon)
        parts.append((openings(before, pairs), (later[pairs] >= given.links).astype(np.int64)))
    weights = learn(parts)
    known = fields(member, clean.use, clean.months, cut)
    pairs = open_pairs(known)
    every = np.triu_indices(len(names), k=1)
    place = np.flatnonzero(known.links[every] == 0)
    table = openings(known, pairs)
    expected = expected_links(known, every)[place]
    scores = {
        "size": known.size[pairs[0]] * known.size[pairs[1]],
        "similarity": known.similarity[pairs],
        "size + similarity": expected,
        "recent walks": table[:, 0],
        "shared recent partners": table[:, 1],
        "openings": opening_score(table, weights, expected),
    }
    later = later_links(member, clean.months, cut, given.horizon)
    label = (later[pairs] >= given.links).astype(np.int64)
    result = measure(scores, label, pairs, 200 if given.quick else 1000)
    title = f"silo hindcast: {len(label)} unlinked pairs of {len(names)} fields, {label.sum()} linked later"
    words = f"--cut {given.cut} --horizon {given.horizon} --links {given.links}"
    text = f"`python -m benchmarks.silo_hindcast {words}`\n\n" + lines(
        title, result, ("score", "AUC", "gain")
    )
    print(text)
    given.out.mkdir(parents=True, exist_ok=True)
    store(given.out, f"silos, {given.links} links", text, {"rows": result})
    settings = {"cut": given.cut, "horizon": given.horizon, "links": given.links, "quick": given.quick}
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
