"""How strong each leg is: observed ÷ expected, shrunken by how few documents it rests on.

It promises that pairs of five papers with four patents count as the four findings they are at most, no
twenty. It refuses a strength without an interval.
"""

from dataclasses import dataclass

import numpy as np

from silobridge.queries.helix.chains import LEGS, chains
from silobridge.queries.helix.uses import LAYERS, Floats, Integers, Uses
from silobridge.queries.statistics import shrinkage

RESAMPLES = 100
ALONE = 2.0


@dataclass(frozen=True)
class Strength:
    """Shrunken ratios by concept and leg, the shape they were shrunken with, and the expected worth."""

    ratio: Floats
    shape: Floats
    expected: Floats

    @property
    def mean(self) -> Floats:
        """The geometric mean of the legs."""
        return np.asarray(np.exp(np.log(self.ratio).mean(-1)), np.float64)

    def interval(self, laid: Uses, at: int, lag: int) -> tuple[float, float]:
        """Bound a concept's strength by drawing its documents anew (Poisson bootstrap), 90 %.

        What is expected of a pair is held.
        """
        part = slice(int(laid.start[at]), int(laid.start[at + 1]))
        rng = np.random.default_rng(int(laid.turn[at] * 2**32))
        weights = rng.poisson(1.0, (RESAMPLES, part.stop - part.start)).astype(np.float64)
        counts = np.zeros((RESAMPLES, len(LAYERS), laid.years))
        for use, (layer, year) in enumerate(zip(laid.layer[part], laid.year[part], strict=True)):
            counts[:, layer, year] += weights[:, use]
        sizes = counts.sum(-1)
        both = np.stack([sizes[:, a] * sizes[:, b] for a, b in LEGS], -1)
        pairs = chains(counts, lag).pairs
        share = np.divide(pairs, both, out=np.zeros(pairs.shape), where=both > 0)
        small = np.array([laid.documents[[a, b], at].min() for a, b in LEGS])
        drawn = np.log((self.shape + share * small) / (self.shape + self.expected[at])).mean(-1)
        low, high = np.exp(np.percentile(drawn, [5, 95]))
        middle = float(self.mean[at])
        return min(float(low), middle), max(float(high), middle)


def strengths(laid: Uses, pairs: Floats, expected: Floats) -> Strength:
    """Return observed ÷ expected of each leg by concept: (shape + worth) ÷ (shape + expected worth).

    The worth of a leg is the share of its document pairs that are in order, times the smaller number of
    documents; the shape of the gamma prior comes from all concepts (`statistics.shrinkage`).
    """
    sizes: Integers = np.stack([laid.documents[[a, b]] for a, b in LEGS], -1)
    small, product = sizes.min(0), np.maximum(sizes.prod(0), 1)
    seen, usual = pairs / product * small, expected / product * small
    # One concept says nothing of how far concepts scatter: it is shrunken most.
    alone = np.full(len(LEGS), ALONE)
    every = [shrinkage(np.round(seen[:, leg]), usual[:, leg]) for leg in range(len(LEGS))]
    shape = alone if len(seen) == 1 else np.array(every)
    return Strength(np.asarray((shape + seen) / (shape + usual), np.float64), shape, usual)
