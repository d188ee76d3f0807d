"""Measure the loops: `python -m benchmarks.helix recovery|shuffled|growth|order GRAPH`.

It promises a table per command with seeds, counts and 95 % intervals, and the settings it was made with. It
refuses settings that are not on the command line.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.helix.planted import Plan, planted, shuffled
from silobridge.kg.ledger.store import Ledger
from silobridge.queries.helix.appearance import orders, wilson
from silobridge.queries.helix.leads import leads
from silobridge.queries.helix.loops import FALSE, Tested, measure, states
from silobridge.queries.helix.record import HelixAsk
from silobridge.queries.helix.uses import uses
from silobridge.queries.matrices import matrices

ASK = HelixAsk(most=2000)
CLOSED = 2


def _row(*cells: object) -> None:
    print("\t".join(str(cell) for cell in cells), flush=True)


def _share(hits: int, count: int) -> str:
    low, high = wilson(hits / max(count, 1), max(count, 1))
    return f"{hits}/{count} = {hits / max(count, 1):.3f} [{max(low, 0):.3f}, {min(high, 1):.3f}]"


def _tested(graph: object) -> tuple[Tested, np.ndarray]:
    tested = measure(uses(graph, ASK.minimum), ASK)  # type: ignore[arg-type]
    return tested, states(tested, ASK.lag)[0]


def recovery(seeds: int) -> None:
    """Count planted loops found, and concepts without order called loops, by turns and by years covered."""
    _row("turns", "years", "recovered p ≤ .05", "false p ≤ .05", "recovered q ≤ .05", "false among q ≤ .05")
    for turns, years in ((1, 40), (2, 40), (3, 40), (1, 25), (2, 25), (1, 15)):
        found = np.zeros(6, int)
        for seed in range(seeds):
            graph, marked = planted(Plan(concepts=300, planted=30, turns=turns, years=years, seed=seed))
            tested, state = _tested(graph)
            mark = marked[tested.laid.concept]
            sure = tested.q[:, CLOSED] <= FALSE
            loop = state >= CLOSED + 1
            found += [marked.sum(), loop[mark].sum(), (~mark).sum(), loop[~mark].sum(), sure[mark].sum(),
                      sure[~mark].sum()]  # fmt: skip
        all_, hit, none, wrong, sure_hit, sure_wrong = (int(n) for n in found)
        _row(turns, years, _share(hit, all_), _share(wrong, none), _share(sure_hit, all_),
             _share(sure_wrong, sure_hit + sure_wrong))  # fmt: skip


def shuffle(seeds: int) -> None:
    """Count loops found where each layer's dates are handed round at random."""
    _row("seed", "tested", "closed p ≤ .05", "any level q ≤ .05", "legs in the lead q ≤ .05")
    for seed in range(seeds):
        graph, _ = planted(Plan(concepts=300, planted=30, seed=seed))
        mixed = shuffled(graph, seed)
        tested, state = _tested(mixed)
        ahead = sum(lead.q <= FALSE for lead in leads(mixed))
        _row(seed, len(state), _share(int((state >= CLOSED + 1).sum()), len(state)),
             int((tested.q <= FALSE).any(1).sum()), ahead)  # fmt: skip


def growth(seeds: int) -> None:
    """Time the tests from a hundred to many concepts."""
    _row("concepts", "uses", "processor seconds, 200 turns", "microseconds a concept and turn")
    for size in (100, 300, 1000, 3000)[: max(2, seeds)]:
        graph, _ = planted(Plan(concepts=size, planted=size // 10))
        laid = uses(graph, 2)
        start = time.process_time()
        measure(laid, HelixAsk(most=200))
        spent = time.process_time() - start
        _row(size, len(laid.row), f"{spent:.2f}", f"{spent / size / 200 * 1e6:.1f}")


def order(folder: str) -> None:
    """Print which layer comes first in a graph, beside coverage alone, and who leads."""
    graph = matrices(Ledger.open(Path(folder)))
    for one in orders(graph):
        _row(one.source, one.target, "clear of the start" if one.clear else "all", one.concepts,
             f"earlier {one.earlier:.3f} [{one.low:.3f}, {one.high:.3f}]", f"same year {one.same:.3f}",
             f"by coverage alone {one.expected:.3f} [{one.least:.3f}, {one.most:.3f}]",
             f"lead {one.lead:.1f} years")  # fmt: skip
    for lead in leads(graph):
        _row(lead.source, lead.target, lead.concepts, f"effect {lead.effect:.3f}",
             f"by chance {lead.expected:.3f} [{lead.least:.3f}, {lead.most:.3f}]", f"q {lead.q:.2g}")  # fmt: skip


def main() -> int:
    """Run one command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.helix", description=__doc__)
    parser.add_argument("command", choices=("recovery", "shuffled", "growth", "order"))
    parser.add_argument("graph", nargs="?", default="")
    parser.add_argument("--seeds", type=int, default=5)
    given = parser.parse_args()
    if given.command == "order":
        order(given.graph)
    else:
        {"recovery": recovery, "shuffled": shuffle, "growth": growth}[given.command](given.seeds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
