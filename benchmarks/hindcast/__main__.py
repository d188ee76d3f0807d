"""Repeat the hindcast: `python -m benchmarks.hindcast pairs|ranking|excess|calibration`.

It promises one table per command with every baseline, intervals and seeds, stored beside this file with
the command that made it. It refuses settings that are not on the command line.
"""

import argparse
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.hindcast import questions
from benchmarks.hindcast.data import read, read_pairs, read_scores, read_vocabulary
from benchmarks.hindcast.tables import store
from silobridge.kg.errors import SilobridgeError
from silobridge.queries.hindcast.corpus import Corpus, month
from silobridge.queries.hindcast.negatives import Rule
from silobridge.queries.hindcast.runs import note
from silobridge.queries.hindcast.study import Plan

HERE = Path(__file__).resolve().parent
QUESTIONS: dict[str, Callable[[questions.World], tuple[str, Any]]] = {
    "pairs": questions.pairs,
    "ranking": questions.ranking,
    "excess": questions.excess,
    "calibration": questions.calibration,
}


def options() -> argparse.ArgumentParser:
    """Describe the command line; everything that decides a number is on it."""
    base = Path(os.environ.get("KG_REAL_DATA") or HERE.parents[2] / "shared" / "data")
    out = argparse.ArgumentParser(prog="python -m benchmarks.hindcast", description=__doc__)
    out.add_argument("question", choices=sorted(QUESTIONS))
    out.add_argument("--data", type=Path, default=base / "bridges", help="folder of the concept network")
    out.add_argument(
        "--pairs", type=Path, help="pairs and their controls, by name; drawn anew where left out"
    )
    out.add_argument("--scores", type=Path, help="per-pair scores of others, in the rows' order of --pairs")
    out.add_argument("--cut", default="2014-12", help="last known month")
    out.add_argument("--horizon", type=int, default=3, help="years after the cut")
    out.add_argument("--papers", type=int, default=3, help="documents that make a bridge")
    out.add_argument("--documents", type=int, default=20, help="documents a concept needs before the cut")
    out.add_argument("--per", type=int, default=50, help="controls per positive")
    out.add_argument("--caliper", type=float, default=0.2, help="largest log difference of degree in N1")
    out.add_argument("--vocabulary", type=Path, help="concepts to use, one a line; all where left out")
    out.add_argument("--controls", default="N1", choices=("N0", "N1", "N1b", "N2"))
    out.add_argument(
        "--positives", type=int, default=2000, help="positives to draw where no --pairs are given"
    )
    out.add_argument("--sources", type=int, default=400, help="sources of the full ranking")
    out.add_argument("--seeds", type=int, default=5)
    out.add_argument("--copies", choices=("keep", "drop"), default="drop", help="records of one paper, twice")
    out.add_argument("--name", default="", help="name of the stored table; the question where left out")
    out.add_argument(
        "--out", type=Path, default=HERE, help="folder of results.md, results.json and runs.jsonl"
    )
    out.add_argument("--slices", type=int, default=3, help="training slices, a year apart")
    out.add_argument("--most", type=int, default=2500, help="training positives per slice")
    out.add_argument("--cache", type=Path, help="folder that keeps training pairs between questions")
    out.add_argument("--quick", action="store_true", help="every tenth concept, one seed: a smoke test")
    return out


@dataclass(frozen=True)
class Size:
    """What --quick makes smaller."""

    seeds: int
    positives: int
    sources: int


def world(given: argparse.Namespace) -> questions.World:
    """Read the data and freeze the plan."""
    shipped, identifiers = read(given.data)
    clean = shipped.without_copies(identifiers) if given.copies == "drop" else shipped
    if given.vocabulary:
        shipped, clean = (read_vocabulary(given.vocabulary, one) for one in (shipped, clean))
    rule = Rule(given.papers, given.documents, given.per, min(10, given.per), given.caliper)
    plan = Plan(month(given.cut), given.horizon, given.slices, rule, most=given.most)
    size = Size(given.seeds, given.positives, given.sources)
    if given.quick:
        shipped, clean = _smaller(shipped), _smaller(clean)
        plan = replace(plan, slices=1, most=150, rule=replace(rule, papers=1, least=5))
        size = Size(1, 100, 20)
    frozen, others = None, {}
    if given.pairs and not given.quick:
        frozen, rows = read_pairs(given.pairs, shipped.labels)
        others = read_scores(given.scores, len(rows)) if given.scores else {}
        others = {name: values[rows] for name, values in others.items()}
        if not rows.all():
            print(f"{int((~rows).sum()):,} pairs lie outside the vocabulary", file=sys.stderr)
    cache = None if given.quick else given.cache
    return questions.World(
        shipped, clean, plan, frozen, others, given.controls, size.positives, size.seeds, size.sources, cache
    )


def _smaller(corpus: Corpus) -> Corpus:
    """Keep every sixth concept and the documents that still use one."""
    some = corpus.concepts(np.arange(0, corpus.use.shape[1], 6))
    return some.rows(np.flatnonzero(np.diff(some.use.indptr) > 0))


def command(given: argparse.Namespace) -> str:
    """Write the command without folders of this machine."""
    words = ["python -m benchmarks.hindcast", given.question]
    for name in ("cut", "horizon", "papers", "documents", "controls", "seeds", "copies", "slices", "most",
                 "positives", "sources", "per", "caliper"):  # fmt: skip
        words.append(f"--{name} {getattr(given, name)}")
    files = ("pairs", "scores", "vocabulary")
    words += [f"--{name} {getattr(given, name).name}" for name in files if getattr(given, name)]
    return " ".join(words + (["--quick"] if given.quick else []))


def main(arguments: list[str] | None = None) -> int:
    """Answer one question, print its table, keep it and note the run."""
    given = options().parse_args(arguments)
    try:
        text, data = QUESTIONS[given.question](world(given))
    except SilobridgeError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    text = f"`{command(given)}`\n\n{text}"
    print(text)
    given.out.mkdir(parents=True, exist_ok=True)
    store(given.out, given.name or given.question, text, data)
    settings = {key: str(value) for key, value in vars(given).items() if key not in ("data", "out", "cache")}
    for key in ("pairs", "scores", "vocabulary"):
        settings[key] = Path(settings[key]).name
    note(
        given.out / "runs.jsonl",
        given.question,
        settings,
        touched=f"{given.cut} + {given.horizon}",
        result=data,
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
