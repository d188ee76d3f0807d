"""Hold the chances of predicted links against a later slice: `python benchmarks/bridges/calibration.py GRAPH --pair A B`.

It promises the shipped model, fitted a horizon earlier than it would be used, its slope and error beside those of
frequencies alone, and a table of foretold against made by tenth. It refuses to fit on what it is judged by.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

from silobridge.kg.ledger.store import Ledger
from silobridge.queries.bridges.chance import (
    HORIZON,
    LEAST_MADE,
    PRIOR,
    Past,
    Slice,
    checked,
    fit,
)
from silobridge.queries.bridges.record import Ask
from silobridge.queries.matrices import Matrices, matrices


def only_prior(one: Slice) -> Slice:
    """Keep the terms of frequencies alone."""
    return Slice(one.cut, one.terms[:, :PRIOR], one.made)


def tenths(earlier: Slice, later: Slice) -> list[tuple[int, float, float]]:
    """Return, by tenth of the chance foretold: pairs, mean chance, share made."""
    raw = later.terms @ fit(earlier.terms, earlier.made)
    base, low, high = float(earlier.made.mean()), -40.0, 40.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (
            (middle, high) if float((1 / (1 + np.exp(-raw - middle))).mean()) < base else (low, middle)
        )
    told = 1 / (1 + np.exp(-raw - low))
    order = np.argsort(told, kind="stable")
    return [
        (len(some), float(told[some].mean()), float(later.made[some].mean()))
        for some in np.array_split(order, 10)
    ]


def report(found: Matrices, pair: tuple[str, str], horizon: int, until: int | None) -> list[str]:
    """Return the lines about one pair of domains."""
    past = Past(found, Ask(*pair, until=until), horizon)
    earlier, later = past.slice(2), past.slice(1)
    if earlier is None or later is None or int(earlier.made.sum()) < LEAST_MADE or not later.made.any():
        return [f"| {pair[0]} – {pair[1]} | too few links to learn from or to check on |"]
    lines = []
    for name, sides in (
        ("model", (earlier, later)),
        ("frequencies", (only_prior(earlier), only_prior(later))),
    ):
        told = checked(*sides)
        lines.append(
            f"| {pair[0]} – {pair[1]} | {name} | {later.cut} | {told.pairs} | {told.foretold:.0f} | {told.made} | "
            f"{told.slope:.2f} | {told.error:.2f} |"
        )
    lines += [
        f"|  | tenth | | {n} | {chance:.5f} | {share:.5f} | | |"
        for n, chance, share in tenths(earlier, later)
    ]
    return lines


def main(arguments: list[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graph", type=Path)
    parser.add_argument("--pair", nargs=2, action="append", required=True, metavar=("A", "B"))
    parser.add_argument("--horizon", type=int, default=HORIZON)
    parser.add_argument("--until", type=int, help="last year that counts")
    given = parser.parse_args(arguments)
    found = matrices(Ledger.open(given.graph))
    print("| domains | what | cut | pairs | foretold | made | slope | error ÷ base rate |")
    print("|---|---|---|---|---|---|---|---|")
    for one, other in given.pair:
        print("\n".join(report(found, (one, other), given.horizon, given.until)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
