"""Plant walls into a real graph and see whether they are found: `python benchmarks/silos/planted.py GRAPH`.

It promises walls made by taking links away and nothing else, recovery beside the false positives of the same graph,
and of counts drawn from what is usual (where every silo is false). It refuses to plant where too few links are usual
for anybody to miss them.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np

from silobridge.kg.ledger.store import Ledger
from silobridge.queries.matrices import matrices
from silobridge.queries.silo.usual import FALSE, usual
from silobridge.queries.silos import Found, SiloAsk, compare


def planted(base: Found, walls: int, share: float, least: float, seed: int) -> dict[str, Any]:
    """Take links from close pairs that have what is usual, one pair at a time; count those found, and others called."""
    rng = np.random.default_rng(seed)
    usual_ = base.usual
    enough = usual_.close & (usual_.expected >= least) & (base.observed >= 0.5 * usual_.expected)
    fit = np.flatnonzero(enough)
    chosen = np.sort(rng.choice(fit, min(walls, len(fit)), replace=False))
    found = first = others = 0
    for pair in chosen:
        counts = base.observed.copy()
        counts[pair] -= rng.binomial(int(counts[pair]), share)
        told = usual(base.pairs, counts, base.similarity)
        called = told.close & (told.q <= FALSE)
        found += int(called[pair])
        others += int(called.sum() - called[pair])
        first += int(int(np.where(told.close, told.p, 1.0).argmin()) == int(pair))
    return {"relation": base.relation, "pairs": int(usual_.close.sum()), "testable": usual_.testable,
            "spread": round(usual_.spread, 2), "already": int((usual_.close & (usual_.q <= FALSE)).sum()),
            "walls": len(chosen), "found": found, "first": first, "others": others}  # fmt: skip


def by_chance(base: Found, draws: int, seed: int) -> tuple[int, int]:
    """Draw links from what is usual; return the draws with any silo, and the silos in all."""
    rng = np.random.default_rng(seed)
    size = 1.0 / max(base.usual.spread, 1e-6)
    any_, every = 0, 0
    for _ in range(draws):
        counts = rng.poisson(base.usual.expected * rng.gamma(size, 1.0 / size, len(base.observed)))
        told = usual(base.pairs, counts.astype(np.int64), base.similarity)
        called = int((told.close & (told.q <= FALSE)).sum())
        any_, every = any_ + (called > 0), every + called
    return any_, every


def main(arguments: list[str] | None = None) -> int:
    """Print one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graph", type=Path)
    parser.add_argument("--level", action="append", help="SCHEME:LEVEL; openalex:subfield if not said")
    parser.add_argument("--links", choices=("documents", "citations", "concepts"))
    parser.add_argument("--walls", type=int, default=20)
    parser.add_argument("--share", type=float, default=1.0, help="share of a pair's links that is taken away")
    parser.add_argument(
        "--least", type=float, default=20.0, help="a wall is planted where so many links are usual"
    )
    parser.add_argument("--draws", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    levels = tuple(tuple(text.split(":", 1)) for text in given.level or ["openalex:subfield"])
    ask = SiloAsk(levels=levels, relation=given.links)  # type: ignore[arg-type]
    found_in = matrices(Ledger.open(given.graph))
    base = compare(found_in, ask)
    told = planted(base, given.walls, given.share, given.least, given.seed)
    some, every = by_chance(base, given.draws, given.seed)
    heads = ("levels", "links", "taken", "close pairs", "could pass", "spread", "silos before", "walls",
             "found (q ≤ 5 %)", "smallest p", "others called", "draws by chance with a silo")  # fmt: skip
    cells = (", ".join(given.level or ["openalex:subfield"]), told["relation"], f"{given.share:.0%}", told["pairs"],
             told["testable"], told["spread"], told["already"], told["walls"], told["found"], told["first"],
             told["others"], f"{some} of {given.draws} ({every} silos)")  # fmt: skip
    for row in (heads, ("---",) * len(heads), cells):
        print("| " + " | ".join(map(str, row)) + " |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
