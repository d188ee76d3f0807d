"""What proposing costs by number of names: `python -m benchmarks.encoders.scale GRAPH ENCODER`.

It promises the shipped proposals on names of a real graph, seconds of one processor, and how many of the pairs
that comparing everything finds are found. It refuses to write to the graph.
"""

import argparse
import time
from pathlib import Path

import numpy as np

from silobridge.ingest.nearness import MOST, _names, alike
from silobridge.kg.ledger.store import Ledger
from silobridge.kg.linking.near import nearest
from silobridge.kg.models.vectors import encoder

ASKED = 1_000


def main() -> None:
    """Measure an eighth, a quarter, half and all of the names, and print a line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graph", type=Path)
    parser.add_argument("encoder")
    given = parser.parse_args()
    named = encoder(given.encoder)
    with Ledger.open(given.graph).reading() as connection:
        names, _ = _names(connection)
    mixed = [names[at] for at in np.random.default_rng(0).permutation(len(names))]
    begun = time.process_time()
    vectors = named.encode(mixed)
    print(f"{len(names)} names, encoding {1e6 * (time.process_time() - begun) / len(names):.0f} µs each")
    for part in (8, 4, 2, 1):
        size = len(mixed) // part
        begun = time.process_time()
        pairs = sum(1 for _ in alike(mixed[:size], vectors[:size], named))
        spent = time.process_time() - begun
        print(f"{size} names: {1e6 * spent / size:.0f} µs each, {pairs} pairs proposed")
    asked = vectors[:ASKED]
    scores = asked @ vectors.T
    np.put_along_axis(scores, np.arange(len(asked))[:, None], -1, axis=1)
    order = np.argsort(-scores, axis=1, kind="stable")[:, :MOST]
    every = {
        (row, int(at)) for row in range(len(asked)) for at in order[row] if scores[row, at] >= named.alike
    }
    found = {
        (int(a), int(b)) for a, b in zip(*nearest(asked, vectors, MOST + 1, named.alike)[:2], strict=True)
    }
    print(
        f"of {len(every)} near names of {len(asked)} names, found {len(every & found) / max(1, len(every)):.3f}"
    )


if __name__ == "__main__":
    main()
